//! From the chances of letters to the zone: where its cells stand, and its most likely reading under its check digits.

use super::layout::{Layout, Role, may_hold};
use crate::engines::{COLUMN_STEP, Letters, NO_LETTER, ZONE_CAP};
use crate::values::mrz::{self, ALPHABET, WEIGHTS};

/// Distances between letters that are tried, in heights of a capital.
const PITCHES: (f32, f32) = (0.68, 1.36);
/// Step from one to the next, in columns.
const PITCH_STEP: f32 = 0.25;
/// What a distance other than the pitch costs, by its square in columns.
const UNEVEN: f32 = 0.6;
/// What a cell costs at most: a stain takes away a letter, not the line.
const MOST: f32 = 9.0;
/// What a reading under the check digits may cost more than without: less than one letter that looked sure, or about three
/// that did not.
const PROOF: f32 = 5.0;
/// What a cell costs at most on average in a zone that is believed.
const LEGIBLE: f32 = 0.45;

/// What a cell may hold: costs by class, infinite where it may not.
type Cell = Letters;

/// A zone as it was read.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    /// Its lines.
    pub(super) lines: Vec<String>,
    /// What a cell costs on average.
    pub(super) cost: f32,
    /// Whether all its check digits hold.
    pub(super) proved: bool,
    /// First and last column of each line.
    pub(super) ends: Vec<(usize, usize)>,
}

/// Reads lines of letters as a zone of `layout`; `None` when a line is too short for it.
pub(super) fn read(lines: &[&[Letters]], layout: &Layout) -> Option<Reading> {
    let mut cells: Vec<Vec<Cell>> = Vec::new();
    let mut ends = Vec::new();
    let mut outside = 0.0;
    for (letters, kinds) in lines.iter().zip(layout.lines) {
        let (places, beside) = places(letters, kinds.as_bytes())?;
        outside += beside;
        ends.push((*places.first()?, *places.last()?));
        cells.push(places.iter().zip(kinds.bytes()).map(|(&column, sign)| costs(&letters[column], sign)).collect());
    }
    let free: Vec<Vec<usize>> = cells.iter().map(|line| line.iter().map(cheapest).collect()).collect();
    let cost = |chosen: &[Vec<usize>]| -> f32 {
        let each = chosen.iter().zip(&cells);
        each.flat_map(|(chosen, cells)| chosen.iter().zip(cells).map(|(&class, cell)| cell[class])).sum()
    };
    let count = cells.iter().map(Vec::len).sum::<usize>() as f32;
    let told = |chosen: Vec<Vec<usize>>, proved: bool| {
        let cost = (cost(&chosen) + outside) / count;
        let text = |line: &Vec<usize>| line.iter().map(|&class| char::from(ALPHABET.as_bytes()[class])).collect();
        Reading { lines: chosen.iter().map(text).collect(), cost, proved: proved && cost < LEGIBLE, ends: ends.clone() }
    };
    let Some(under) = under_digits(&cells, &free, layout) else { return Some(told(free, false)) };
    let more = cost(&under) - cost(&free);
    Some(if more <= PROOF { told(under, true) } else { told(free, false) })
}

/// Gives what each class costs in a cell of that sign.
fn costs(letters: &Letters, sign: u8) -> Cell {
    let mut cell = [f32::INFINITY; NO_LETTER + 1];
    for (class, cost) in cell.iter_mut().enumerate() {
        if may_hold(sign, class) {
            *cost = (-letters[class]).min(MOST);
        }
    }
    cell
}

fn cheapest(cell: &Cell) -> usize {
    (0..cell.len()).min_by(|a, b| cell[*a].total_cmp(&cell[*b])).unwrap_or_default()
}

/// Finds the columns of the cells of a line: at an even pitch, whatever it is, and nothing on either side. Gives what the
/// sides cost too.
fn places(letters: &[Letters], kinds: &[u8]) -> Option<(Vec<usize>, f32)> {
    let step = ZONE_CAP / COLUMN_STEP as f32;
    // By sign, what its cheapest letter costs in each column.
    let mut signs: Vec<(u8, Vec<f32>)> = Vec::new();
    for &sign in kinds {
        if !signs.iter().any(|(known, _)| *known == sign) {
            let cheap = |letters: &Letters| {
                let cell = costs(letters, sign);
                cell[cheapest(&cell)]
            };
            signs.push((sign, letters.iter().map(cheap).collect()));
        }
    }
    let by_cell: Vec<&[f32]> = kinds
        .iter()
        .filter_map(|sign| signs.iter().find(|(known, _)| known == sign).map(|(_, costs)| costs.as_slice()))
        .collect();
    let mut best: Option<(f32, Vec<usize>, f32)> = None;
    let mut pitch = PITCHES.0 * step;
    while pitch <= PITCHES.1 * step {
        if let Some((cost, places, sides)) = at_pitch(letters, &by_cell, pitch)
            && best.as_ref().is_none_or(|(least, _, _)| cost < *least)
        {
            best = Some((cost, places, sides));
        }
        pitch += PITCH_STEP;
    }
    best.map(|(_, places, sides)| (places, sides))
}

/// Finds the columns at one pitch, in columns (Viterbi); gives the cost of all, the columns, and the cost of the sides alone.
fn at_pitch(letters: &[Letters], by_cell: &[&[f32]], pitch: f32) -> Option<(f32, Vec<usize>, f32)> {
    let width = letters.len();
    if (pitch * by_cell.len() as f32) as usize > width + 1 {
        return None;
    }
    let (near, far) = (pitch.floor() as usize - 1, pitch.ceil() as usize + 1);
    let side =
        |column: Option<usize>| column.and_then(|at| letters.get(at)).map_or(0.0, |told| (-told[NO_LETTER]).min(MOST));
    let away = pitch.round() as usize;
    let mut costs: Vec<f32> = (0..width).map(|at| by_cell[0][at] + side(at.checked_sub(away))).collect();
    let mut from: Vec<Vec<u16>> = Vec::with_capacity(by_cell.len());
    for cell in &by_cell[1..] {
        let mut next = vec![f32::INFINITY; width];
        let mut came = vec![0_u16; width];
        for at in near..width {
            for distance in near..=far.min(at) {
                let cost = costs[at - distance] + UNEVEN * (distance as f32 - pitch).powi(2);
                if cost < next[at] {
                    (next[at], came[at]) = (cost, distance as u16);
                }
            }
            next[at] += cell[at];
        }
        from.push(came);
        costs = next;
    }
    let end = |at: usize| costs[at] + side(Some(at + away));
    let last = (0..width).min_by(|a, b| end(*a).total_cmp(&end(*b)))?;
    let cost = end(last);
    if !cost.is_finite() {
        return None;
    }
    let mut places = vec![last];
    for came in from.iter().rev() {
        let at = places.last().copied()?;
        places.push(at.checked_sub(usize::from(came[at]))?);
    }
    places.reverse();
    let sides = side(places.first()?.checked_sub(away)) + side(Some(last + away));
    Some((cost, places, sides))
}

/// Sums of digits, modulo ten.
const SUMS: usize = 10;
/// Gives what a class counts before it is weighed.
fn value_of(class: usize) -> usize {
    mrz::worth(char::from(ALPHABET.as_bytes()[class])).unwrap_or_default() as usize
}

/// Finds the cheapest reading of which every check digit holds: a walk over the cells whose state is the sum of the part and
/// the sum of all, both modulo ten. Exact.
fn under_digits(cells: &[Vec<Cell>], free: &[Vec<usize>], layout: &Layout) -> Option<Vec<Vec<usize>>> {
    let order = layout.proved();
    let mut costs = vec![f32::INFINITY; SUMS * SUMS];
    costs[0] = 0.0;
    let mut steps: Vec<Vec<(u8, u8)>> = Vec::with_capacity(order.len());
    for (rank, (line, at, role)) in order.iter().enumerate() {
        let cell = &cells[*line][*at];
        let weight = WEIGHTS[rank % 3] as usize;
        let mut next = vec![f32::INFINITY; SUMS * SUMS];
        let mut came = vec![(0_u8, 0_u8); SUMS * SUMS];
        let options: Vec<usize> = (0..NO_LETTER).filter(|&class| cell[class].is_finite()).collect();
        for (state, before) in costs.iter().enumerate().filter(|(_, cost)| cost.is_finite()) {
            let (part, all) = (state / SUMS, state % SUMS);
            for &class in &options {
                let value = value_of(class);
                let sums = match role {
                    Role::Plain => Some((0, (all + weight * value) % SUMS)),
                    Role::Part(place) => {
                        let begun = if *place == 0 { 0 } else { part };
                        Some(((begun + WEIGHTS[place % 3] as usize * value) % SUMS, (all + weight * value) % SUMS))
                    }
                    Role::Digit => (value == part).then_some((0, (all + weight * value) % SUMS)),
                    Role::Last => (value == all).then_some((0, 0)),
                };
                let Some((part, all)) = sums else { continue };
                let cost = before + cell[class];
                let to = part * SUMS + all;
                if cost < next[to] {
                    (next[to], came[to]) = (cost, (class as u8, state as u8));
                }
            }
        }
        steps.push(came);
        costs = next;
    }
    if !costs[0].is_finite() {
        return None;
    }
    let mut chosen = free.to_vec();
    let mut state = 0_usize;
    for ((line, at, _), came) in order.iter().zip(&steps).rev() {
        let (class, before) = came[state];
        chosen[*line][*at] = usize::from(class);
        state = usize::from(before);
    }
    Some(chosen)
}

#[cfg(test)]
mod tests {
    use super::super::layout::LAYOUTS;
    use super::*;
    use crate::engines::ZONE_CLASSES;

    const OLD: [&str; 2] = ["IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "8806923102858CORINNE<<<<<<<6512068F6"];
    const PASSPORT: [&str; 2] =
        ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
    const CARD: [&str; 3] =
        ["IDFRAX4RTBPFW46<<<<<<<<<<<<<<<", "9007138F3002119FRA<<<<<<<<<<<6", "MARTIN<<MAELYS<GAELLE<MARIE<<<"];

    fn class(letter: char) -> usize {
        ALPHABET.find(letter).unwrap()
    }

    /// Columns in which the letters of a line stand a little unevenly, `pitch` columns apart; each as sure as `sure` says.
    fn columns(line: &str, pitch: f32, sure: impl Fn(usize, char) -> Vec<(char, f32)>) -> Vec<Letters> {
        let count = (pitch * (line.len() + 3) as f32) as usize;
        let mut columns = vec![[0.001_f32; ZONE_CLASSES]; count];
        columns.iter_mut().for_each(|column| column[NO_LETTER] = 0.96);
        for (at, letter) in line.chars().enumerate() {
            let uneven = if at % 3 == 0 { 0.6 } else { 0.0 };
            let column = &mut columns[(pitch * (at as f32 + 1.5) + uneven) as usize];
            *column = [0.001; ZONE_CLASSES];
            for (told, chance) in sure(at, letter) {
                column[class(told)] = chance;
            }
        }
        columns.iter().map(|column| column.map(f32::ln)).collect()
    }

    fn told(lines: &[&str], layout: &Layout, pitch: f32, sure: impl Fn(usize, char) -> Vec<(char, f32)>) -> Reading {
        let columns: Vec<Vec<Letters>> = lines.iter().map(|line| columns(line, pitch, &sure)).collect();
        read(&columns.iter().map(Vec::as_slice).collect::<Vec<_>>(), layout).unwrap()
    }

    #[test]
    fn zones_of_every_layout_are_told_and_proved_at_any_pitch() {
        for (lines, layout) in [(&CARD[..], &LAYOUTS[0]), (&PASSPORT[..], &LAYOUTS[1]), (&OLD[..], &LAYOUTS[2])] {
            for pitch in [7.4, 8.9, 10.6, 12.8] {
                let reading = told(lines, layout, pitch, |_, letter| vec![(letter, 0.96)]);
                assert_eq!(reading.lines, lines, "{pitch}");
                assert!(reading.proved, "{pitch}: {reading:?}");
            }
        }
    }

    #[test]
    fn a_letter_that_looks_like_another_is_mended_by_its_digit() {
        // The 8 of the number looks more like a B, where both may stand.
        let reading = told(&PASSPORT, &LAYOUTS[1], 9.0, |at, letter| match (at, letter) {
            (1, '8') => vec![('B', 0.6), ('8', 0.36)],
            _ => vec![(letter, 0.96)],
        });
        assert_eq!((reading.lines[1].as_str(), reading.proved), (PASSPORT[1], true));
    }

    #[test]
    fn nothing_is_proved_against_what_was_surely_seen() {
        // Two digits of the birth are other ones than its check digit says, without a doubt.
        let reading = told(&OLD, &LAYOUTS[2], 9.0, |at, letter| match (at, letter) {
            (28, '5') => vec![('8', 0.999_99)],
            (30, '2') => vec![('4', 0.999_99)],
            _ => vec![(letter, 0.999_99)],
        });
        assert!(!reading.proved, "{reading:?}");
        assert_eq!(&reading.lines[1][27..33], "681406");
    }

    #[test]
    fn a_zone_of_another_length_costs_more() {
        let right = told(&PASSPORT, &LAYOUTS[1], 9.0, |_, letter| vec![(letter, 0.96)]);
        let wrong = told(&PASSPORT, &LAYOUTS[2], 9.0, |_, letter| vec![(letter, 0.96)]);
        assert!(right.cost + 0.5 < wrong.cost, "{} {}", right.cost, wrong.cost);
    }
}
