//! Who hands files in, is killed while doing so, and hands in again until the house says that it has them.

use super::blows::Struck;
use super::ledger::Ledger;
use super::outages::Servers;
use crate::durable::house::House;
use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use std::os::unix::process::ExitStatusExt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Files handed in at once.
const BATCH: usize = 40;
/// Jobs that always wait, so that whoever is killed has something to lose.
const BACKLOG: i64 = 120;
/// Places at which the one who hands in kills itself.
const POINTS: [&str; 4] = ["blob_reserved", "blob_written", "before_arrival", "after_arrival"];

/// Hands in until it is over.
pub(super) fn feed(
    house: &House,
    servers: &Servers,
    mut random: ChaCha8Rng,
    ledger: &Mutex<Ledger>,
    struck: &Mutex<Struck>,
    over: &AtomicBool,
) {
    let mut batch = 0_u32;
    while !over.load(Ordering::Relaxed) {
        let waiting = servers.look(async |store| {
            let head = store.journal_head().await?;
            let counts = store.job_counts().await?;
            let waiting = counts.iter().filter(|count| count.state == "due").map(|count| count.count);
            Ok((head, waiting.sum::<i64>()))
        });
        let Some((head, waiting)) = waiting else { continue };
        ledger.lock().expect("nobody panics with it").heads.push(head);
        if waiting >= BACKLOG {
            std::thread::sleep(Duration::from_millis(200));
            continue;
        }
        let folder = house.root().join("in").join(batch.to_string());
        ledger.lock().expect("nobody panics with it").prepare(&folder, BATCH, &mut random);
        let argument = folder.display().to_string();
        let arguments = ["add", argument.as_str()];
        if random.random_ratio(1, 3) {
            let point = POINTS.choose(&mut random).copied().unwrap_or(POINTS[0]);
            let output = house.run(&arguments, Some(&format!("{point}:{}", random.random_range(1..=BATCH))));
            if output.status.signal().is_some() {
                struck.lock().expect("nobody panics with it").killed(point);
            }
        }
        // A database that is away makes it say so; whoever hands in tries again.
        while house.run(&arguments, None).status.code() != Some(0) {
            std::thread::sleep(Duration::from_millis(300));
        }
        ledger.lock().expect("nobody panics with it").acknowledge(&folder);
        batch += 1;
    }
}
