//! Places of values in statements over several rows: the driver-neutral part of sqlx numbers none itself.

use std::iter::repeat_n;

/// Rows that one statement names or writes: SQLite binds 32,766 values at most, PostgreSQL 65,535.
pub(super) const AT_ONCE: usize = 64;

/// Gives `count` places, the first with this number: `$3, $4`.
pub(super) fn places(first: usize, count: usize) -> String {
    let places: Vec<String> = (first..first + count).map(|at| format!("${at}")).collect();
    places.join(", ")
}

/// Gives [`AT_ONCE`] values of at least one and at most so many, the last repeated: a statement that names always so many is
/// prepared once.
pub(super) fn filled<'a>(values: &[&'a str]) -> impl Iterator<Item = &'a str> {
    let last = values.last().copied().unwrap_or_default();
    values.iter().copied().chain(repeat_n(last, AT_ONCE - values.len()))
}

/// Gives the places of so many rows of so many values: `($1, $2), ($3, $4)`.
pub(super) fn rows(count: usize, width: usize) -> String {
    let rows: Vec<String> = (0..count).map(|row| format!("({})", places(1 + row * width, width))).collect();
    rows.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_numbered_through() {
        assert_eq!(places(3, 2), "$3, $4");
        assert_eq!(rows(2, 3), "($1, $2, $3), ($4, $5, $6)");
        assert!(filled(&["a", "b"]).eq(["a"].into_iter().chain(repeat_n("b", AT_ONCE - 1))));
        assert_eq!((places(1, 0), rows(0, 3)), (String::new(), String::new()));
    }
}
