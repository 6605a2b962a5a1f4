//! Good samples with something wrong in the right place: a number in a PDF, the length of a chunk, an entry of a directory.
//!
//! Each mutation is drawn from a seed; the same seed makes the same file.

mod pdf;
mod picture;

use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// The formats that are mutated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Objects, numbers, names, streams.
    Pdf,
    /// Chunks.
    Png,
    /// Markers.
    Jpeg,
    /// Directories.
    Tiff,
    /// Chunks.
    Webp,
}

impl Kind {
    /// Every format.
    pub const ALL: [Self; 5] = [Self::Pdf, Self::Png, Self::Jpeg, Self::Tiff, Self::Webp];

    fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Tiff => "tif",
            Self::Webp => "webp",
        }
    }

    /// Gives the good samples.
    pub fn samples(self) -> Vec<Vec<u8>> {
        match self {
            Self::Pdf => pdf::samples(),
            Self::Png => picture::samples(image::ImageFormat::Png),
            Self::Jpeg => picture::samples(image::ImageFormat::Jpeg),
            Self::Tiff => picture::samples(image::ImageFormat::Tiff),
            Self::Webp => picture::samples(image::ImageFormat::WebP),
        }
    }
}

/// Numbers that programs trip over.
const EXTREMES: &[i64] = &[
    0,
    1,
    -1,
    2,
    7,
    127,
    128,
    255,
    256,
    32_767,
    32_768,
    65_535,
    65_536,
    16_777_216,
    2_147_483_647,
    -2_147_483_648,
    4_294_967_295,
    4_294_967_296,
    9_223_372_036_854_775_807,
];

/// Makes `count` files, the formats in turn, with one to four mutations each.
pub fn files(seed: u64, count: usize) -> Vec<(String, Vec<u8>)> {
    let samples: Vec<(Kind, Vec<Vec<u8>>)> = Kind::ALL.into_iter().map(|kind| (kind, kind.samples())).collect();
    let file = |at: usize| {
        let mut dice = ChaCha8Rng::seed_from_u64(seed.wrapping_mul(1_000_003).wrapping_add(at as u64));
        let (kind, samples) = &samples[at % samples.len()];
        let mut bytes = samples.choose(&mut dice).cloned().unwrap_or_default();
        for _ in 0..dice.random_range(1..=4) {
            bytes = mutated(*kind, bytes, &mut dice);
        }
        (format!("graine-{seed}.{}", kind.extension()), bytes)
    };
    (0..count).map(file).collect()
}

fn mutated(kind: Kind, bytes: Vec<u8>, dice: &mut ChaCha8Rng) -> Vec<u8> {
    // One in five is blind: what no knowledge of the format would think of.
    if dice.random_ratio(1, 5) {
        return blind(bytes, dice);
    }
    match kind {
        Kind::Pdf => pdf::mutated(bytes, dice),
        Kind::Png => picture::png(bytes, dice),
        Kind::Jpeg => picture::jpeg(bytes, dice),
        Kind::Tiff => picture::tiff(bytes, dice),
        Kind::Webp => picture::webp(bytes, dice),
    }
}

/// Flips, cuts, repeats or drops some bytes anywhere.
fn blind(mut bytes: Vec<u8>, dice: &mut ChaCha8Rng) -> Vec<u8> {
    if bytes.len() < 16 {
        return bytes;
    }
    // The first bytes stay: another format is another test.
    let at = dice.random_range(8..bytes.len());
    let length = dice.random_range(1..=64.min(bytes.len() - at));
    match dice.random_range(0..5) {
        0 => bytes[at..at + length].iter_mut().for_each(|byte| *byte = dice.random()),
        1 => bytes[at] ^= 1 << dice.random_range(0..8),
        2 => bytes.truncate(at),
        3 => {
            let piece = bytes[at..at + length].repeat(dice.random_range(1..200));
            bytes.splice(at..at, piece);
        }
        _ => {
            bytes.drain(at..at + length);
        }
    }
    bytes
}

fn extreme(dice: &mut ChaCha8Rng) -> i64 {
    if dice.random_ratio(1, 4) { dice.random() } else { *EXTREMES.choose(dice).unwrap_or(&0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_files_and_none_is_a_sample() {
        let (first, second) = (files(3, 100), files(3, 100));
        assert_eq!(first, second);
        assert_ne!(first, files(4, 100));
        let samples: Vec<Vec<u8>> = Kind::ALL.into_iter().flat_map(Kind::samples).collect();
        let unchanged = first.iter().filter(|(_, bytes)| samples.contains(bytes)).count();
        assert!(unchanged < 10, "{unchanged} of 100 files are good");
    }
}
