//! `make bench-load`: a backlog of a hundred thousand jobs, and what it costs. Never a test: machines are noisy.
//!
//! Takes the program, a folder of scanned papers, how many jobs, and `embedded` or `servers`. Reading is scripted and takes
//! milliseconds and the second reader is off, so that what is measured is the store and the queue; scanned papers say what that is to be compared with.

use anyhow::{Context, Result, bail, ensure};
use guichet_tests::durable::Ground;
use guichet_tests::durable::house::{House, Worker};
use guichet_tests::scripted::{Script, file};
use guichet_tests::watch::{resident, watch};
use guichet_workers::blobs::{Blobs, Keyring};
use guichet_workers::clock::Moment;
use guichet_workers::job::Class;
use guichet_workers::store::{Arrival, Place, Store};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Files that come in at the same time.
const HANDS: usize = 16;
/// How often progress and memory are looked at.
const LOOK: Duration = Duration::from_secs(1);
/// Urgent files that come in while the backlog is worked off.
const URGENT: u32 = 20;
/// An urgent file must be begun in this time, whatever waits.
const MOST_URGENT: f64 = 5.0;
/// The last quarter against the first: as fast, and as small.
const LEAST_SPEED: f64 = 0.85;
const MOST_MEMORY: f64 = 1.10;
/// Two workers do nearly twice as much as one where reading is the work.
const LEAST_SCALING: f64 = 1.8;
/// What store and queue may cost, as a share of the time of a scanned page.
const MOST_OVERHEAD: f64 = 0.03;
/// Files whose reading takes a second each, to compare one worker with two.
const SLOW: usize = 40;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [program, scans, jobs, ground] = &arguments[..] else { bail!("usage: charge PROGRAM SCANS JOBS GROUND") };
    let ground = match ground.as_str() {
        "embedded" => Ground::Embedded,
        "servers" => Ground::Servers,
        other => bail!("{other}: embedded or servers"),
    };
    // Each file has two jobs: reading and understanding.
    let files = jobs.parse::<usize>().context("JOBS is a number")? / 2;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let folder = tempfile::tempdir()?;
    let place = Load::open(&runtime, folder.path(), ground)?;
    println!("{ground:?}, {files} fichiers, {} travaux", 2 * files);
    let started = Instant::now();
    place.hand_in(files, Script::Good, "retard", Class::Masse)?;
    let seconds = started.elapsed().as_secs_f64();
    println!("confiés en {seconds:.1} s, {:.0} fichiers par seconde", files as f64 / seconds);
    let per_file = place.drain(files)?;
    place.two_against_one()?;
    let page = scanned_page(Path::new(program), Path::new(scans))?;
    println!("page numérisée {:.0} ms, dépôt et file {:.1} ms par fichier", 1000.0 * page, 1000.0 * per_file);
    verdict("dépôt et file / page numérisée", per_file / page, MOST_OVERHEAD, per_file / page <= MOST_OVERHEAD);
    Ok(())
}

fn verdict(what: &str, measured: f64, bound: f64, kept: bool) {
    println!("{what:<32} {measured:.3} (borne {bound}) {}", if kept { "tenu" } else { "DÉPASSÉ" });
}

/// A house with much to do.
struct Load<'a> {
    runtime: &'a tokio::runtime::Runtime,
    house: House,
    store: Store,
    blobs: Blobs,
}

impl<'a> Load<'a> {
    fn open(runtime: &'a tokio::runtime::Runtime, folder: &Path, ground: Ground) -> Result<Self> {
        let scripted = std::env::current_exe()?.with_file_name("guichet-scripted");
        let (database, queue) = (ground.database(folder), ground.queue());
        let address = |place: &Place| place.address().map_err(anyhow::Error::msg);
        let settings = format!(
            "store = \"{}\"\nqueue = \"{}\"\nblobs = \"file:{at}/blobs\"\nkey = \"file:{at}/cle\"\n\
             [encodeur]\nactif = false\n",
            address(&database)?,
            address(&queue)?,
            at = folder.display(),
        );
        let house = House::build(&scripted.display().to_string(), &folder.join("house"), &settings);
        let store = runtime.block_on(Store::open(&database, ground == Ground::Servers))?;
        let keyring = Keyring::open(&Place::new(format!("file:{}/cle", folder.display())), true)?;
        let blobs = Blobs::open(store.clone(), &Place::new(format!("file:{}/blobs", folder.display())), keyring)?;
        Ok(Self { runtime, house, store, blobs })
    }

    /// Hands files in, many at the same time, as a campaign would.
    fn hand_in(&self, files: usize, script: Script, name: &str, class: Class) -> Result<()> {
        self.runtime.block_on(async {
            let mut hands = JoinSet::new();
            for hand in 0..HANDS {
                let (store, blobs, name) = (self.store.clone(), self.blobs.clone(), name.to_owned());
                hands.spawn(async move {
                    for at in (hand..files).step_by(HANDS) {
                        take_in(&store, &blobs, script, &format!("{name} {at}"), class).await?;
                    }
                    anyhow::Ok(())
                });
            }
            while let Some(hand) = hands.join_next().await {
                hand??;
            }
            Ok(())
        })
    }

    fn done(&self) -> Result<i64> {
        let counts = self.runtime.block_on(self.store.job_counts())?;
        Ok(counts.iter().filter(|count| count.state == "done").map(|count| count.count).sum())
    }

    fn start(&self, slots: &str) -> Worker {
        self.house.start(&["work", "--jobs", slots, "--as-of", "2026-11-23"], None)
    }

    /// Works the backlog off and gives the seconds of a file in one slot.
    fn drain(&self, files: usize) -> Result<f64> {
        let mut worker = self.start("2");
        let started = Instant::now();
        let all = 2 * files as i64;
        let (mut seen, mut urgent, mut waits) = (Vec::new(), 0, Vec::new());
        loop {
            let done = self.done()?;
            seen.push((started.elapsed().as_secs_f64(), done, resident(worker.id()).unwrap_or_default()));
            ensure!(worker.ended().is_none(), "the worker left: {}", self.house.end_of_log());
            if done >= all + 2 * i64::from(urgent) {
                break;
            }
            if urgent < URGENT && done > all * i64::from(urgent + 1) / i64::from(URGENT + 1) {
                urgent += 1;
                waits.push(self.urgent(urgent)?);
            }
            std::thread::sleep(LOOK);
        }
        worker.kill();
        let seconds = started.elapsed().as_secs_f64();
        println!("traités en {seconds:.1} s, {:.0} travaux par seconde", all as f64 / seconds);
        let quarters: Vec<(f64, u64)> = (0..4).map(|number| quarter(&seen, number)).collect();
        for (number, (speed, memory)) in (1..).zip(&quarters) {
            println!("  quart {number} : {speed:.0} travaux par seconde, {:.1} Mo", *memory as f64 / 1e6);
        }
        let (first, last) = (quarters[0], quarters[3]);
        let speed = last.0 / first.0;
        verdict("vitesse, dernier quart / premier", speed, LEAST_SPEED, speed >= LEAST_SPEED);
        let memory = last.1 as f64 / first.1 as f64;
        verdict("mémoire, dernier quart / premier", memory, MOST_MEMORY, memory <= MOST_MEMORY);
        let slowest = waits.iter().copied().fold(0.0, f64::max);
        println!("{} urgents derrière le retard", waits.len());
        verdict("urgent le plus lent, en s", slowest, MOST_URGENT, slowest < MOST_URGENT);
        // Two slots share the work.
        Ok(2.0 * seconds / files as f64)
    }

    /// Hands an urgent file in and gives the seconds until it was read.
    fn urgent(&self, number: u32) -> Result<f64> {
        self.runtime.block_on(async {
            let name = format!("urgent {number}");
            let source = take_in(&self.store, &self.blobs, Script::Good, &name, Class::Urgent).await?;
            let started = Instant::now();
            while self.store.artifact(&source, guichet_workers::job::Stage::Read).await?.is_none() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Ok(started.elapsed().as_secs_f64())
        })
    }

    /// Compares one worker with two on files whose reading takes a second.
    fn two_against_one(&self) -> Result<()> {
        let mut took = Vec::new();
        for workers in [1, 2] {
            self.hand_in(SLOW, Script::Slow, &format!("lent {workers}"), Class::Courant)?;
            let started = Instant::now();
            let mut running: Vec<Worker> = (0..workers).map(|_| self.start("2")).collect();
            while !self.runtime.block_on(self.store.is_idle())? {
                std::thread::sleep(Duration::from_millis(50));
            }
            took.push(started.elapsed().as_secs_f64());
            for worker in &mut running {
                worker.kill();
            }
        }
        println!("{SLOW} lectures d'une seconde : un ouvrier {:.1} s, deux {:.1} s", took[0], took[1]);
        verdict("deux ouvriers contre un", took[0] / took[1], LEAST_SCALING, took[0] / took[1] >= LEAST_SCALING);
        Ok(())
    }
}

async fn take_in(store: &Store, blobs: &Blobs, script: Script, words: &str, class: Class) -> Result<String> {
    let bytes = file(script, words);
    let sha256 = blobs.put("source", &bytes).await?;
    let arrival = Arrival {
        sha256,
        bytes: bytes.len() as i64,
        media_type: "application/octet-stream".to_owned(),
        name: words.to_owned(),
        channel: "bench".to_owned(),
        sender: None,
        received_at: Moment::now(),
        key: None,
        class,
    };
    Ok(store.take_in(&arrival, Moment::now()).await?.source().to_owned())
}

/// Gives jobs a second and the highest memory of a quarter of the jobs.
fn quarter(seen: &[(f64, i64, u64)], number: i64) -> (f64, u64) {
    let all = seen.last().map_or(0, |last| last.1);
    let inside: Vec<_> =
        seen.iter().filter(|(_, done, _)| (all * number / 4..=all * (number + 1) / 4).contains(done)).collect();
    let memory = inside.iter().map(|(_, _, memory)| *memory).max().unwrap_or_default();
    match (inside.first(), inside.last()) {
        (Some(first), Some(last)) if last.0 > first.0 => ((last.1 - first.1) as f64 / (last.0 - first.0), memory),
        _ => (0.0, memory),
    }
}

/// Gives the seconds that a scanned page takes in one reader.
fn scanned_page(program: &Path, scans: &Path) -> Result<f64> {
    let mut command = Command::new(program);
    command.arg("process").args(["--as-of", "2026-11-23", "--jobs", "1"]).arg::<PathBuf>(scans.into());
    let seen = watch(command);
    let pages: f64 = seen.lines.iter().filter_map(|(_, line)| line["pages"].as_f64()).sum();
    ensure!(pages > 0.0, "no page under {}: {}", scans.display(), seen.told);
    Ok(seen.took.as_secs_f64() / pages)
}
