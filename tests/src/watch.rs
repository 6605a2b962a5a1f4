//! A run of the program watched from outside: its lines with their times, its memory and its children's, what it prints,
//! what it leaves behind.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// What was seen of a run.
#[derive(Debug)]
pub struct Seen {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// The result lines, each with the time since the start of the run.
    pub lines: Vec<(Duration, Value)>,
    /// Everything on standard output, as it came.
    pub out: String,
    /// Everything on standard error.
    pub told: String,
    /// Resident memory of the parent over time, in bytes.
    pub memory: Vec<(Duration, u64)>,
    /// The highest resident memory of any child, in bytes.
    pub child_peak: u64,
    /// The most processor time that one child used, in seconds.
    pub child_cpu: f64,
    /// Children that were alive after the end of the parent.
    pub left: Vec<i32>,
    /// How long it took.
    pub took: Duration,
}

/// Runs a program and watches it to its end.
///
/// # Panics
/// When it does not start or prints a line that is no JSON.
pub fn watch(mut command: Command) -> Seen {
    let start = Instant::now();
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let pid = child.id() as i32;
    let done = Arc::new(AtomicBool::new(false));
    let looking = {
        let done = Arc::clone(&done);
        std::thread::spawn(move || look(pid, start, &done))
    };
    let mut stderr = child.stderr.take().expect("it is piped");
    let told = std::thread::spawn(move || {
        let mut told = Vec::new();
        stderr.read_to_end(&mut told).map(|_| String::from_utf8_lossy(&told).into_owned()).unwrap_or_default()
    });
    let mut lines = Vec::new();
    let mut out = String::new();
    for line in BufReader::new(child.stdout.take().expect("it is piped")).lines() {
        let line = line.expect("lines are UTF-8");
        let value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("no JSON ({error}): {line}"));
        lines.push((start.elapsed(), value));
        out.push_str(&line);
        out.push('\n');
    }
    let status = child.wait().expect("it was started");
    let took = start.elapsed();
    done.store(true, Ordering::Relaxed);
    let Looked { memory, child_peak, child_cpu, children } = looking.join().expect("looking does not fail");
    let left = children.into_iter().filter(|(pid, born)| Process::of(*pid).is_some_and(|now| now.born == *born));
    let left = left.map(|(pid, _)| pid).collect();
    let told = told.join().expect("reading does not fail");
    Seen { code: status.code(), lines, out, told, memory, child_peak, child_cpu, left, took }
}

impl Seen {
    /// Gives the line of a file by the end of its path.
    ///
    /// # Panics
    /// When it has none or several.
    pub fn line(&self, name: &str) -> &Value {
        let mut found =
            self.lines.iter().filter(|(_, line)| line["source"].as_str().is_some_and(|path| path.ends_with(name)));
        let (_, line) = found.next().unwrap_or_else(|| panic!("{name} has no line"));
        assert!(found.next().is_none(), "{name} has several lines");
        line
    }

    /// Gives the highest memory of the parent.
    pub fn peak(&self) -> u64 {
        self.memory.iter().map(|(_, bytes)| *bytes).max().unwrap_or_default()
    }

    /// Gives the highest memory of the parent within a quarter (0 to 3) of the run.
    pub fn quarter(&self, number: u32) -> u64 {
        let (from, to) = (self.took * number / 4, self.took * (number + 1) / 4);
        let inside = self.memory.iter().filter(|(at, _)| (from..to).contains(at));
        inside.map(|(_, bytes)| *bytes).max().unwrap_or_default()
    }

    /// Gives what must never reach whoever runs the program: words of a panic, of Rust's source, of the C libraries.
    pub fn leaks(&self) -> Vec<&str> {
        const INNER: &[&str] =
            &["panicked", "RUST_BACKTRACE", "thread '", "overflowed its stack", ".rs:", "terminate called"];
        let all = self.told.lines().chain(self.out.lines());
        all.filter(|line| INNER.iter().any(|words| line.contains(words))).collect()
    }
}

/// A path as text.
///
/// # Panics
/// When it is no UTF-8.
pub fn text(path: &Path) -> String {
    path.to_str().expect("paths of tests are UTF-8").to_owned()
}

/// Writes `bytes` under `folder` and gives the path.
///
/// # Panics
/// When the disk refuses.
pub fn put(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("it has a folder")).expect("folders can be made");
    fs::write(&path, bytes).expect("files can be written");
    path
}

struct Looked {
    memory: Vec<(Duration, u64)>,
    child_peak: u64,
    child_cpu: f64,
    children: BTreeMap<i32, u64>,
}

fn look(pid: i32, start: Instant, done: &AtomicBool) -> Looked {
    let mut seen = Looked { memory: Vec::new(), child_peak: 0, child_cpu: 0.0, children: BTreeMap::new() };
    while !done.load(Ordering::Relaxed) {
        if let Some(bytes) = resident(pid).filter(|&bytes| bytes > 0) {
            seen.memory.push((start.elapsed(), bytes));
        }
        for child in children(pid) {
            if let Some(process) = Process::of(child) {
                seen.children.insert(child, process.born);
                seen.child_cpu = seen.child_cpu.max(process.cpu);
            }
            seen.child_peak = seen.child_peak.max(status(child, "VmHWM:").unwrap_or_default());
        }
        std::thread::sleep(LOOK);
    }
    seen
}

/// Gives the resident memory of a process in bytes; `None` when it is gone.
pub fn resident(pid: i32) -> Option<u64> {
    status(pid, "VmRSS:")
}

/// Gives the children of every thread of a process.
fn children(pid: i32) -> Vec<i32> {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    let lists = tasks.flatten().filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|word| word.parse().ok()).collect::<Vec<i32>>()).collect()
}

/// Gives a size of `/proc/PID/status` in bytes.
fn status(pid: i32, key: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = text.lines().find(|line| line.starts_with(key))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// What `/proc/PID/stat` says.
struct Process {
    /// When it started: a number can be given again, not with the same birth.
    born: u64,
    /// Seconds of processor.
    cpu: f64,
}

impl Process {
    fn of(pid: i32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let (_, rest) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let number = |at: usize| fields.get(at - 3).and_then(|field| field.parse::<u64>().ok());
        // A zombie has ended; it only waits to be counted.
        if fields.first() == Some(&"Z") {
            return None;
        }
        Some(Self { born: number(22)?, cpu: (number(14)? + number(15)?) as f64 / 100.0 })
    }
}
