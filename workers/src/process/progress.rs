//! The progress bar, on a terminal only: files done, pages a second.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::Cell;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// The bar of one run.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    pages: Cell<u64>,
    started: Instant,
}

impl Progress {
    /// Shows an empty bar.
    pub(super) fn start(files: usize) -> Self {
        let target =
            if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(files as u64), target);
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} fichiers, {msg}, reste {eta}");
        bar.set_style(style.expect("the template is fixed").progress_chars("█▉ "));
        bar.set_message("0 page");
        bar.enable_steady_tick(Duration::from_millis(250));
        Self { bar, pages: Cell::new(0), started: Instant::now() }
    }

    /// Counts pages.
    pub(super) fn pages(&self, more: u32) {
        self.pages.set(self.pages.get() + u64::from(more));
        self.bar.set_message(speed(self.pages.get(), self.started.elapsed()));
    }

    /// Counts a file.
    pub(super) fn file(&self) {
        self.bar.inc(1);
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

fn speed(pages: u64, elapsed: Duration) -> String {
    let a_second = pages as f64 / elapsed.as_secs_f64().max(0.001);
    let plural = if pages > 1 { "s" } else { "" };
    format!("{pages} page{plural}, {a_second:.1} par seconde").replace('.', ",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_reads_as_french() {
        assert_eq!(speed(25, Duration::from_secs(10)), "25 pages, 2,5 par seconde");
        assert_eq!(speed(1, Duration::from_secs(1)), "1 page, 1,0 par seconde");
    }
}
