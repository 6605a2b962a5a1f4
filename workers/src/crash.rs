//! Named places at which the fault tests kill the program: `GUICHET_CRASH=before_commit:3` ends it, as a power cut
//! would, when it passes there for the third time. Compiled only with the feature `crash-points`.

/// Ends the program here, if a test asked for it.
#[cfg(feature = "crash-points")]
pub(crate) fn point(name: &str) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static ASKED: OnceLock<Option<(String, u64)>> = OnceLock::new();
    static PASSED: AtomicU64 = AtomicU64::new(0);
    let asked = ASKED.get_or_init(|| {
        let text = std::env::var("GUICHET_CRASH").ok()?;
        let (name, turn) = text.split_once(':')?;
        Some((name.to_owned(), turn.parse().ok()?))
    });
    let Some((place, turn)) = asked else { return };
    if place == name && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == *turn {
        // No destructor, no buffer, no farewell to the database.
        std::process::abort();
    }
}

/// Does nothing in what ships.
#[cfg(not(feature = "crash-points"))]
#[inline(always)]
pub(crate) fn point(_name: &str) {}
