//! The clock: what day it is in France, and a stopwatch for the stages.

use guichet_pipeline::values::Date;
use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Gives microseconds since some moment of this process.
pub fn stopwatch() -> u64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    u64::try_from(START.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// A moment as the database keeps it: microseconds since 1970, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);

impl Moment {
    /// Gives the moment it is.
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    /// Gives the moment this much later.
    #[must_use]
    pub fn plus(self, time: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(time.as_micros()).unwrap_or(i64::MAX)))
    }

    /// Gives the moment this much earlier.
    #[must_use]
    pub fn minus(self, time: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(time.as_micros()).unwrap_or(i64::MAX)))
    }

    /// Gives the moment as RFC 3339 writes it.
    pub fn rfc3339(self) -> String {
        let (days, of_day) = (self.0.div_euclid(DAY_MICROS), self.0.rem_euclid(DAY_MICROS));
        let date = Date::from_days(epoch_days() + i32::try_from(days).unwrap_or_default());
        let (seconds, micros) = (of_day / 1_000_000, of_day % 1_000_000);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        format!("{date}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
    }
}

const DAY_MICROS: i64 = 24 * 3600 * 1_000_000;

/// Gives today's date in metropolitan France, whatever time zone the machine is set to: leases and contracts count so.
pub fn today() -> Date {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    paris_date(seconds)
}

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// Gives the date in Paris at a moment, in seconds since 1970: an hour ahead, two in summer.
fn paris_date(seconds: u64) -> Date {
    Date::from_days(epoch_days() + ((seconds + ahead(seconds)) / DAY) as i32)
}

/// Gives by how many seconds Paris is ahead of UTC: an hour, two in summer.
fn ahead(seconds: u64) -> u64 {
    let year = Date::from_days(epoch_days() + (seconds / DAY) as i32).year();
    if (change(year, 3)..change(year, 10)).contains(&seconds) { 2 * HOUR } else { HOUR }
}

/// Gives the day in Paris at a moment.
pub fn paris_day(moment: Moment) -> Date {
    paris_date(u64::try_from(moment.0).unwrap_or_default() / 1_000_000)
}

/// Gives the hour and the minute in Paris at a moment.
pub fn paris_time(moment: Moment) -> (u64, u64) {
    let seconds = u64::try_from(moment.0).unwrap_or_default() / 1_000_000;
    let of_day = (seconds + ahead(seconds)) % DAY;
    (of_day / HOUR, of_day % HOUR / 60)
}

/// Gives the moment at which clocks change: the last Sunday of a month of 31 days, at one o'clock UTC.
fn change(year: i32, month: u8) -> u64 {
    let last = Date::new(year, month, 31).map_or(0, Date::to_days) - epoch_days();
    // The first day of 1970 was a Thursday: day 3 was the first Sunday.
    let sunday = last - (last - 3).rem_euclid(7);
    u64::try_from(sunday).unwrap_or_default() * DAY + HOUR
}

fn epoch_days() -> i32 {
    Date::new(1970, 1, 1).map_or(0, Date::to_days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_change_at_midnight_in_paris() {
        let cases = [
            (0, "1970-01-01"),
            // 2026-11-23 22:59:59 and 23:00:00 UTC: winter.
            (1_795_474_799, "2026-11-23"),
            (1_795_474_800, "2026-11-24"),
            // 2026-07-14 21:59:59 and 22:00:00 UTC: summer.
            (1_784_066_399, "2026-07-14"),
            (1_784_066_400, "2026-07-15"),
            // 2026-03-28 22:30 UTC: the night in which clocks change.
            (1_774_737_000, "2026-03-28"),
            (1_774_737_000 + 1800, "2026-03-29"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(paris_date(seconds).to_string(), expected, "{seconds}");
        }
    }

    #[test]
    fn hours_are_those_of_paris() {
        let cases =
            [(1_784_063_700, (23, 15)), (1_795_392_900, (1, 15)), (1_774_745_999, (1, 59)), (1_774_746_000, (3, 0))];
        for (seconds, expected) in cases {
            assert_eq!(paris_time(Moment(seconds * 1_000_000)), expected, "{seconds}");
        }
        assert_eq!(paris_day(Moment(1_774_737_000_000_000)).to_string(), "2026-03-28");
    }

    #[test]
    fn moments_are_written_as_others_read_them() {
        let cases = [
            (0, "1970-01-01T00:00:00.000000Z"),
            (1_795_474_799_000_042, "2026-11-23T22:59:59.000042Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
        ];
        for (micros, expected) in cases {
            assert_eq!(Moment(micros).rfc3339(), expected);
        }
        assert_eq!(Moment(5).plus(Duration::from_micros(7)).minus(Duration::from_micros(12)), Moment(0));
        assert_eq!(Moment(i64::MAX).plus(Duration::from_secs(1)), Moment(i64::MAX));
    }

    #[test]
    fn the_stopwatch_runs() {
        let before = stopwatch();
        std::thread::sleep(std::time::Duration::from_millis(2));
        assert!(stopwatch() >= before + 1000);
    }
}
