//! Places of values in statements over several rows: the driver-neutral part of sqlx numbers none itself.

/// Rows that one statement writes: SQLite binds 32,766 values at most, PostgreSQL 65,535.
pub(super) const AT_ONCE: usize = 64;

/// Gives `count` places, the first with this number: `$3, $4`.
pub(super) fn places(first: usize, count: usize) -> String {
    let places: Vec<String> = (first..first + count).map(|at| format!("${at}")).collect();
    places.join(", ")
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
        assert_eq!((places(1, 0), rows(0, 3)), (String::new(), String::new()));
    }
}
