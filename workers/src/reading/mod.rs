//! Reading in child processes: bytes from outside may make a parser loop, swell or die, and only the child with it.
//!
//! Goes in: paths. Comes out: for each, in the order of the paths, the hash of its bytes and a
//! [`ReadDocument`](guichet_pipeline::document::ReadDocument) or a fault. Long documents are read in chunks by several
//! children. A child that dies or overruns costs its own source an answer, nothing else.

mod answer;
mod assembly;
pub mod child;
mod death;
pub mod isolation;
mod pool;
pub mod protocol;
mod reader;
mod seat;
pub mod source;
mod whole;

pub use pool::{Event, Read, read_all};
pub use seat::Seat;
pub use whole::{Whole, read_whole};

use std::ops::RangeInclusive;
use std::time::Duration;

/// Pages read by one request: long enough to make up for parsing the file again, short enough to share.
const CHUNK_PAGES: u32 = 8;
/// How much longer than its processor time a page may take by the clock: on a machine that is shared a reader gets a third.
const PATIENCE: u32 = 3;

/// Gives the time by the clock in which a child must be heard of again.
fn silence_budget(page_seconds: u64) -> Duration {
    Duration::from_secs(page_seconds).saturating_mul(PATIENCE)
}

/// Gives the chunks that follow the first one.
fn later_chunks(page_count: u32) -> Vec<RangeInclusive<u32>> {
    let starts = (CHUNK_PAGES + 1..=page_count).step_by(CHUNK_PAGES as usize);
    starts.map(|first| first..=page_count.min(first.saturating_add(CHUNK_PAGES - 1))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_cover_every_page_once() {
        let cases: [(u32, &[(u32, u32)]); 5] =
            [(1, &[]), (8, &[]), (9, &[(9, 9)]), (16, &[(9, 16)]), (26, &[(9, 16), (17, 24), (25, 26)])];
        for (page_count, expected) in cases {
            let got: Vec<(u32, u32)> = later_chunks(page_count).into_iter().map(RangeInclusive::into_inner).collect();
            assert_eq!(got, expected, "{page_count} pages");
        }
    }
}
