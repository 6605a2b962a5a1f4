//! The layouts of zones, cell by cell (ICAO Doc 9303, parts 4 and 5; the French card of before 2021): what may stand where,
//! and which digit proves what.

use crate::engines::NO_LETTER;
use crate::values::mrz::ALPHABET;
use std::ops::Range;

/// A layout.
#[derive(Debug)]
pub(super) struct Layout {
    /// What may stand in the cells of each line, a sign a cell: see [`may_hold`].
    pub(super) lines: &'static [&'static str],
    /// The cells that the digit over all proves, in the order in which they are weighed; the digit comes last.
    whole: &'static [(usize, Range<usize>)],
    /// Cells that have a digit of their own, and where it stands: among those of the whole.
    parts: &'static [((usize, Range<usize>), usize)],
}

/// The cards and permits of today, passports, and the French card of before 2021.
pub(super) const LAYOUTS: [Layout; 3] = [
    Layout {
        lines: &["clllxxxxxxxxxxmxxxxxxxxxxxxxxx", "nnnnnnnsnnnnnnnlllxxxxxxxxxxxn", "llllllllllllllllllllllllllllll"],
        whole: &[(0, 5..30), (1, 0..7), (1, 8..15), (1, 18..30)],
        parts: &[((0, 5..14), 14), ((1, 0..6), 6), ((1, 8..14), 14)],
    },
    Layout {
        lines: &["Plllllllllllllllllllllllllllllllllllllllllll", "xxxxxxxxxnlllnnnnnnnsnnnnnnnxxxxxxxxxxxxxxmn"],
        whole: &[(1, 0..10), (1, 13..20), (1, 21..44)],
        parts: &[((1, 0..9), 9), ((1, 13..19), 19), ((1, 21..27), 27), ((1, 28..42), 42)],
    },
    Layout {
        lines: &["IDFRAlllllllllllllllllllllllllxxxxxx", "xxxxxxxxxxxxnllllllllllllllnnnnnnnsn"],
        whole: &[(0, 0..36), (1, 0..36)],
        parts: &[((1, 0..12), 12), ((1, 27..33), 33)],
    },
];

/// What a cell is to the digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It is weighed for all alone.
    Plain,
    /// It is weighed for its part too; `0` is the place in the part.
    Part(usize),
    /// It is the digit of the part before it.
    Digit,
    /// It is the digit over all.
    Last,
}

impl Layout {
    /// Gives the cells that are proved, in order: line, place in it, role.
    pub(super) fn proved(&self) -> Vec<(usize, usize, Role)> {
        let role = |line: usize, at: usize| {
            for ((part_line, cells), digit) in self.parts {
                if *part_line == line && cells.contains(&at) {
                    return Role::Part(at - cells.start);
                }
                if *part_line == line && *digit == at {
                    return Role::Digit;
                }
            }
            Role::Plain
        };
        let all = self.whole.iter().flat_map(|(line, cells)| cells.clone().map(move |at| (*line, at)));
        let mut cells: Vec<(usize, usize, Role)> = all.map(|(line, at)| (line, at, role(line, at))).collect();
        if let Some(last) = cells.last_mut() {
            last.2 = Role::Last;
        }
        cells
    }
}

/// Tells whether a cell of that sign may hold a class: `n` a digit, `m` a digit or a filler, `l` a letter or a filler, `s` a
/// sex, `c` the first letter of a card, `x` anything; a capital stands for itself.
pub(super) fn may_hold(sign: u8, class: usize) -> bool {
    if class >= NO_LETTER {
        return false;
    }
    let letter = ALPHABET.as_bytes()[class];
    match sign {
        b'n' => letter.is_ascii_digit(),
        b'm' => letter.is_ascii_digit() || letter == b'<',
        b'l' => letter.is_ascii_uppercase() || letter == b'<',
        b's' => matches!(letter, b'M' | b'F' | b'X' | b'<'),
        b'c' => matches!(letter, b'I' | b'A' | b'C'),
        b'x' => true,
        own => letter == own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_is_as_long_as_its_lines() {
        let widths: Vec<(usize, usize)> =
            LAYOUTS.iter().map(|layout| (layout.lines.len(), layout.lines[0].len())).collect();
        assert_eq!(widths, [(3, 30), (2, 44), (2, 36)]);
        for layout in &LAYOUTS {
            assert!(layout.lines.iter().all(|line| line.len() == layout.lines[0].len()), "{layout:?}");
        }
    }

    #[test]
    fn digits_stand_where_a_digit_may() {
        for layout in &LAYOUTS {
            let cells = layout.proved();
            let digits = cells.iter().filter(|(_, _, role)| matches!(role, Role::Digit | Role::Last));
            for (line, at, role) in digits.clone() {
                assert!(matches!(layout.lines[*line].as_bytes()[*at], b'n' | b'm'), "{line} {at} {role:?}");
            }
            assert_eq!(digits.count(), layout.parts.len() + 1);
        }
    }
}
