//! What the ledger says beside what the house says.

use super::DAY;
use super::blows::Struck;
use super::ledger::{Ledger, SECRET};
use super::outages::Servers;
use crate::durable::house::House;
use crate::scripted::Script;
use guichet_workers::blobs::{Blobs, Keyring};
use guichet_workers::store::{Place, SourceRow, Store, StoreError};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// Good files read again without any queue, to compare.
const COMPARED: usize = 60;

/// What came of a campaign. Every count but the first ones is to be zero.
#[derive(Debug, Default)]
pub struct Verdict {
    pub(super) title: String,
    /// What was done to the house.
    pub struck: Struck,
    /// Files that the house said to have.
    pub handed_in: usize,
    /// Those of them that break their readers.
    pub harmful: usize,
    /// Whether the house finished in peace.
    pub finished: bool,
    /// Files handed in without a result line, or whose bytes are gone.
    pub lost: Vec<String>,
    /// Files with several results, or sources that ended several times.
    pub twice: Vec<String>,
    /// Sources and jobs that are neither done nor set aside, and messages that never left.
    pub stuck: Vec<String>,
    /// Good files that were set aside or have no good result.
    pub innocent: Vec<String>,
    /// Files that break their readers and were not set aside with their reason.
    pub unpunished: Vec<String>,
    /// Good files whose result is not that of `guichet process`.
    pub different: Vec<String>,
    /// What does not hold in the journal against the heads kept outside.
    pub journal: Vec<String>,
    /// Lines of a log that say what a paper says.
    pub leaks: Vec<String>,
    /// Half-written files that tidying does not remove.
    pub litter: usize,
    /// Processes that outlived their house.
    pub left_behind: usize,
}

impl Verdict {
    /// Gives what does not hold, for people; nothing when all is well.
    pub fn flaws(&self) -> Vec<String> {
        let lists = [
            ("lost", &self.lost),
            ("twice", &self.twice),
            ("stuck", &self.stuck),
            ("innocent", &self.innocent),
            ("unpunished", &self.unpunished),
            ("different", &self.different),
            ("journal", &self.journal),
            ("leaks", &self.leaks),
        ];
        let mut flaws: Vec<String> = lists
            .iter()
            .filter(|(_, list)| !list.is_empty())
            .map(|(name, list)| format!("{} {name}: {}", list.len(), list[..list.len().min(5)].join("; ")))
            .collect();
        let counts = [("litter", self.litter), ("left behind", self.left_behind)];
        flaws.extend(counts.iter().filter(|(_, count)| *count > 0).map(|(name, count)| format!("{count} {name}")));
        if !self.finished {
            flaws.push("not finished in peace".to_owned());
        }
        flaws
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Struck { kills, stops, freezes, turned_away, outages } = &self.struck;
        let all = self.struck.all_kills();
        writeln!(to, "{}", self.title)?;
        let places: Vec<String> = kills.iter().map(|(place, count)| format!("{place} {count}")).collect();
        writeln!(to, "  {all} killed ({})", places.join(", "))?;
        let outages: Vec<String> = outages.iter().map(|(what, count)| format!("{what} {count}")).collect();
        let outages = outages.join(", ");
        writeln!(to, "  {stops} stopped, {freezes} frozen, {turned_away} turned away at their start; {outages}")?;
        writeln!(to, "  {} files handed in, {} of them harmful", self.handed_in, self.harmful)?;
        let bound = |n: usize| 3.0 / n.max(1) as f64;
        let (of_files, of_kills) = (bound(self.handed_in), bound(all as usize));
        for (name, list) in
            [("lost", &self.lost), ("twice", &self.twice), ("stuck", &self.stuck), ("good set aside", &self.innocent)]
        {
            let count = list.len();
            writeln!(to, "  {count} {name} (0 means: under {of_files:.5} a file, {of_kills:.4} a kill, at 95 %)")?;
        }
        write!(to, "  {}", if self.flaws().is_empty() { "all holds".to_owned() } else { self.flaws().join("\n  ") })
    }
}

/// What the house says of itself.
struct Seen {
    sources: Vec<SourceRow>,
    /// How often each source came to an end.
    ends: BTreeMap<String, u32>,
    waiting: Vec<String>,
    journal: Vec<String>,
}

/// Compares.
pub(super) fn of(house: &House, servers: &Servers, ledger: &Ledger, struck: Struck) -> Verdict {
    let seen = servers.look(async |store| seen(store, ledger).await).expect("the database is back");
    let mut lines: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in house.results() {
        lines.entry(line["sha256"].as_str().unwrap_or_default().to_owned()).or_default().push(line);
    }
    let states: BTreeMap<&str, &SourceRow> = seen.sources.iter().map(|row| (row.sha256.as_str(), row)).collect();
    let mut verdict = Verdict { struck, stuck: seen.waiting, journal: seen.journal, ..Verdict::default() };
    for (hash, entry) in &ledger.entries {
        if !entry.acknowledged {
            continue;
        }
        verdict.handed_in += 1;
        let lines = lines.get(hash).map_or(&[][..], Vec::as_slice);
        let state = states.get(hash.as_str()).map_or("absent", |row| row.state.as_str());
        match lines.len() {
            0 => verdict.lost.push(format!("{hash} {state}")),
            1 => {}
            _ => verdict.twice.push(hash.clone()),
        }
        let good = lines.iter().all(|line| line["status"] == "ok") && state == "done";
        if entry.script == Script::Good && !good {
            verdict.innocent.push(format!("{hash} {state} {lines:?}"));
        }
        if entry.script != Script::Good {
            verdict.harmful += 1;
            if state != "quarantine" {
                verdict.unpunished.push(format!("{hash} {:?} {state}", entry.script));
            }
        }
    }
    verdict
        .twice
        .extend(seen.ends.iter().filter(|(_, ends)| **ends > 1).map(|(source, ends)| format!("{source} {ends}")));
    let waiting = seen.sources.iter().filter(|row| row.state == "waiting");
    verdict.stuck.extend(waiting.map(|row| format!("source {}", row.id)));
    verdict.different = different(house, ledger, &lines);
    let log = std::fs::read(house.log()).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    verdict.leaks = log.lines().filter(|line| line.contains(SECRET)).map(str::to_owned).collect();
    let (litter, gone) = bytes(servers, &seen.sources);
    verdict.litter = litter;
    verdict.lost.extend(gone);
    verdict
}

async fn seen(store: &Store, ledger: &Ledger) -> Result<Seen, StoreError> {
    let sources = store.sources_after("", i64::MAX).await?;
    let mut ends = BTreeMap::new();
    for event in store.events_after(0, i64::MAX).await? {
        if matches!(event.kind.as_str(), "source.done" | "source.refused" | "source.quarantined") {
            *ends.entry(event.source.unwrap_or_default()).or_default() += 1;
        }
    }
    let mut waiting = Vec::new();
    for count in store.job_counts().await? {
        if !matches!(count.state.as_str(), "done" | "quarantine") {
            waiting.push(format!("{} jobs {} {}", count.count, count.stage, count.state));
        }
    }
    if store.outbox_size().await? > 0 {
        waiting.push("messages in the outbox".to_owned());
    }
    let mut journal = Vec::new();
    let heads = &ledger.heads;
    for head in [heads.first(), heads.get(heads.len() / 2), heads.last()].into_iter().flatten() {
        if let Some(flaw) = store.verify_journal(Some(head)).await?.flaw {
            journal.push(format!("{flaw:?} against {head}"));
        }
    }
    Ok(Seen { sources, ends, waiting, journal })
}

/// Reads the same good files without any queue and gives those whose line differs.
fn different(house: &House, ledger: &Ledger, lines: &BTreeMap<String, Vec<Value>>) -> Vec<String> {
    let good = ledger.entries.iter().filter(|(_, entry)| entry.script == Script::Good && entry.acknowledged);
    let paths: Vec<String> = good.take(COMPARED).map(|(_, entry)| entry.path.display().to_string()).collect();
    let mut arguments = vec!["process", "--as-of", DAY];
    arguments.extend(paths.iter().map(String::as_str));
    let mut different = Vec::new();
    for line in house.done(&arguments).lines() {
        let line: Value = serde_json::from_str(line).expect("lines are JSON");
        let hash = line["sha256"].as_str().unwrap_or_default();
        let durable = lines.get(hash).and_then(|lines| lines.first()).cloned().unwrap_or_default();
        if untimed(durable) != untimed(line.clone()) {
            different.push(hash.to_owned());
        }
    }
    different
}

fn untimed(mut line: Value) -> Value {
    if let Some(line) = line.as_object_mut() {
        line.remove("timings_ms");
    }
    line
}

/// Gives how many half-written files tidying leaves, and the sources whose bytes do not come back.
fn bytes(servers: &Servers, sources: &[SourceRow]) -> (usize, Vec<String>) {
    let place = |name: &str| Place::new(format!("file:{}/{name}", servers.folder().display()));
    let seen = servers.look(async |store| {
        let keyring = Keyring::open(&place("cle"), false).expect("the key is there");
        let blobs = Blobs::open(store.clone(), &place("blobs"), keyring).expect("the folder is there");
        let mut gone = Vec::new();
        for source in sources {
            if let Err(error) = blobs.get(&source.sha256).await {
                gone.push(format!("{}: {error}", source.id));
            }
        }
        blobs.tidy(Duration::ZERO);
        Ok((blobs.tidy(Duration::ZERO), gone))
    });
    seen.expect("the database is back")
}
