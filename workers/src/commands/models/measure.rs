//! How long models take: each page on one thread, the time it takes to load, the memory it keeps.

use crate::stop::Stop;
use std::time::{Duration, Instant};

/// What was measured of one model.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Measure {
    pub(super) name: String,
    /// From nothing to ready.
    pub(super) loading: Duration,
    /// Bytes that it added to the resident memory, its first page with it.
    pub(super) resident: u64,
    /// Of each page, sorted.
    pub(super) pages: Vec<Duration>,
}

impl Measure {
    /// Loads a model and asks it about `count` pages, on one thread; the first is asked once more before.
    pub(super) fn of<T: Send + Sync>(
        name: &str,
        count: usize,
        load: impl FnOnce() -> Result<T, Stop> + Send,
        ask: impl Fn(&T, usize) + Sync + Send,
    ) -> Result<Self, Stop> {
        let failed =
            |error: &dyn std::error::Error| Stop::machine(format!("un fil de calcul n'a pas démarré ({error})"));
        let single = rayon::ThreadPoolBuilder::new().num_threads(1).build().map_err(|error| failed(&error))?;
        let before = resident();
        let start = Instant::now();
        let model = single.install(load)?;
        let loading = start.elapsed();
        let mut pages = single.install(|| {
            ask(&model, 0);
            let timed = |page: usize| {
                let start = Instant::now();
                ask(&model, page);
                start.elapsed()
            };
            (0..count).map(timed).collect::<Vec<Duration>>()
        });
        let resident = resident().saturating_sub(before);
        pages.sort_unstable();
        Ok(Self { name: name.to_owned(), loading, resident, pages })
    }

    /// Gives the time of a share of the pages, the longest left out.
    pub(super) fn quantile(&self, share: f64) -> Duration {
        let at = ((self.pages.len() as f64 * share).ceil() as usize).clamp(1, self.pages.len().max(1)) - 1;
        self.pages.get(at).copied().unwrap_or_default()
    }

    /// Gives the mean time of a page.
    pub(super) fn mean(&self) -> Duration {
        self.pages.iter().sum::<Duration>() / self.pages.len().max(1) as u32
    }

    /// Gives its line; `recognition` is the mean time that recognition took of a page.
    pub(super) fn line(&self, recognition: Option<Duration>) -> String {
        let share = recognition.filter(|time| !time.is_zero()).map_or_else(
            || "-".to_owned(),
            |time| format!("{:.1} %", 100.0 * self.mean().as_secs_f64() / time.as_secs_f64()),
        );
        format!(
            "{:<26} {:>9} {:>9} {:>9.1} {:>9} {:>9} {:>8}",
            self.name,
            milliseconds(self.quantile(0.5)),
            milliseconds(self.quantile(0.95)),
            1.0 / self.mean().as_secs_f64().max(1e-9),
            share,
            milliseconds(self.loading),
            format!("{} Mo", self.resident / 1_000_000),
        )
    }
}

/// The heading of the lines.
pub(super) const HEADING: &str =
    "modèle                       médiane       p95   pages/s  p/reconn. chargement mémoire";

/// Gives a time for people.
pub(super) fn milliseconds(time: Duration) -> String {
    let time = time.as_secs_f64() * 1000.0;
    if time < 10.0 { format!("{time:.1} ms") } else { format!("{time:.0} ms") }
}

/// Gives the resident memory of this process in bytes; 0 where the kernel does not say.
pub(super) fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok());
    kilobytes.unwrap_or_default() * 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_timed_page_by_page() {
        let waits = |_: &(), page: usize| std::thread::sleep(Duration::from_millis(if page == 3 { 40 } else { 2 }));
        let measure = Measure::of("m", 4, || Ok(()), waits).unwrap();
        assert_eq!(measure.pages.len(), 4);
        assert!(
            measure.quantile(0.5) < Duration::from_millis(30) && measure.quantile(0.95) >= Duration::from_millis(40)
        );
        let line = measure.line(Some(measure.mean() * 2));
        assert!(line.contains("50.0 %") && line.starts_with("m "), "{line}");
        assert!(measure.line(None).contains(" - "));
        assert!(resident() > 1_000_000);
    }
}
