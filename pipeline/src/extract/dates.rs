//! The days that a paper covers, and the day on which it was made.
//!
//! The attested period wins over the contract's own dates; an end beats an échéance; a length ("valable un an") makes an
//! end only where no day is printed and nothing renews by itself. A start with tacit renewal has no end.

use super::region::{Anchor, Reach, Side};
use super::{Ground, Reading, Value, worth};
use crate::geometry::Rect;
use crate::lexicon::Strength;
use crate::rules::Kind;
use crate::sheet::Snippet;
use crate::values::Date;
use crate::values::date_text::{ends_at_zero_hour, find_dates, find_durations, find_periods};
use crate::values::fold::fold;
use regex::Regex;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

const REACH: Reach = Reach { lines: 2, any_label_ends: true };
/// A paper is made at most this many months before the cover that it attests.
const MONTHS_BEFORE: i32 = 12;
/// A date starts at most this many bytes after its label ("Fait à Villeneuve-sur-Lot, le").
const BYTES_BEFORE: usize = 48;

/// Words that say that a period is one of cover.
static COVER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"VALAB|VALID|PERIODE|GARANTI|COUVE?R|ASSURE|EFFET|ECHEANCE|ATTEST|ACQUIS|VIGUEUR|CONTRAT")
        .expect("fixed")
});
/// Words that say that a period is something else's.
static OTHER_PERIOD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\bBAIL\b|LOYER|SINISTRE|SCOLAIRE|UNIVERSITAIRE|PRELEVEMENT|TRAVAUX|SEJOUR|OFFRE|PROMOTION")
        .expect("fixed")
});
/// A contract that goes on by itself.
static RENEWS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"TACITE|RENOUVEL|RECONDUCTION|RECONDUCTIBLE").expect("fixed"));
/// The length runs from the day of the paper itself.
static FROM_ISSUE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(COMPTER|PARTIR|DATER) (DE SA DATE|DE SON|DE LA DATE|DE LA PRESENTE|DU JOUR|DE CE JOUR|D ETABLISSEMENT)|SUIVANT SA DATE").expect("fixed")
});
/// The length runs from the day on which the contract takes effect, printed elsewhere.
static FROM_EFFECT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(COMPTER|PARTIR|DATER) DE (LA |SA )?(DATE D |DATE DE |PRISE D )?(PRISE D )?EFFET").expect("fixed")
});
/// What may stand between a length and the day from which it runs.
static RUNS_FROM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(COMPTER|PARTIR|DATER) D|EFFET|DEPUIS|DES LE|DEBUT|COMMEN|PRENANT|SOIT DU").expect("fixed")
});
/// What may stand between a day and the length that runs from it.
static LENGTH_OPENS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(ET )?(POUR|PENDANT|D UNE|DUREE|SUR)( [A-Z]+){0,5}$").expect("fixed"));
/// Words that say that a length is one of cover.
static LASTS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"VALAB|VALID|DUREE|PENDANT|GARANTI|COUVE?R|ASSUR|PERIODE|POUR (UN|DOUZE|12|1) ").expect("fixed")
});
/// "Lyon, le 3 mars 2026", alone on its line.
static PLACE_AND_DAY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:À |A )?[A-ZÀ-Ý][\w'’.\- ]{1,40}(?:,\s*(?:[Ll]e\s*:?\s*)?|\s+[Ll]e\s+)$").expect("fixed")
});
/// "Lyon 3 mars 2026", alone on its line.
static TOWN_AND_DAY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[A-ZÀ-Ý][a-zà-ÿ'’]{2,}(?:-[A-Za-zÀ-ÿ'’]+)*\s+$").expect("fixed"));
/// Words before a day that is another's than the paper's.
static NOT_ISSUE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"SOUSCRI|EFFET|\bNEE? LE|ECHEANCE|PRELEV|\bFIN\b|JUSQU|COMPTER|PARTIR|DEPUIS|VALAB|VALID|PROCHAIN|RESILI|AVANT LE|ACQUIS|GARANTI|NAISSANCE|LOI\b|DECRET|DEBUT|DEPART|ADHESION|CLIENT|ANNUL|CESSE|ANNIVERSAIRE").expect("fixed")
});
/// The time on a print-out.
static TIME_OF_DAY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\s*(?:à\s*)?\d{1,2}\s?[:hH]\s?\d{2}(?::\d{2})?").expect("fixed"));
/// "03/03/2026 - Lyon", "Le 3 mars 2026, à Lyon".
static DAY_AND_PLACE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(?:[-–,]|,?\s*à\s)\s*(?:à\s+)?[A-ZÀ-Ý][\w'’.\-]{2,}(?: [A-ZÀ-Ý][\w'’.\-]+){0,3}\s*$")
        .expect("fixed")
});

/// The row of a year that is over, and of the one that runs.
static PAST: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"PRECEDENT|ANTERIEUR|ECHUE?S?\b|PASSEE?S?\b|ANCIEN|TERMINE|N 1\b").expect("fixed"));
static CURRENT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"EN COURS|ACTUEL|COURANT|NOUVEL|PRESENTE? ").expect("fixed"));
/// How sure a day is at most that belongs to another year than the one attested, and one whose year nobody names.
const OTHER_YEAR: f32 = 0.3;
const WHICH_YEAR: f32 = 0.45;

/// The start and the end of cover.
#[derive(Clone, Debug, Default)]
pub(super) struct Period {
    pub(super) start: Vec<Reading>,
    pub(super) end: Vec<Reading>,
}

impl Period {
    /// Reads the period of cover from printed periods, labelled days, and lengths.
    pub(super) fn read(ground: &Ground<'_>) -> Self {
        let mut period = Self::default();
        period.printed(ground);
        period.labelled(ground);
        period.paired(ground);
        // An end that is also the start says nothing of when the cover ends.
        let starts: Vec<Option<Date>> = period.start.iter().map(|start| as_date(&start.value)).collect();
        if period.end.iter().all(|end| starts.contains(&as_date(&end.value))) {
            let ends = std::mem::take(&mut period.end);
            period.by_length(ground);
            if period.end.is_empty() {
                period.end = ends;
            }
        }
        period.drop_crossed();
        period
    }

    /// Adds every "du D au D" with how far its sentence speaks of cover.
    fn printed(&mut self, ground: &Ground<'_>) {
        for block in 0..ground.sheet.blocks.len() {
            let snippet = ground.block_snippet(block);
            for found in find_periods(&snippet.text) {
                let context = fold(&snippet.text[window(&snippet.text, found.range.start, 90)]);
                let worth = match (OTHER_PERIOD.is_match(&context), COVER.is_match(&context)) {
                    (true, false) => 0.3,
                    (true, true) => 0.6,
                    (false, true) => 0.97,
                    (false, false) => 0.8,
                };
                let method = "période imprimée";
                self.start.extend(Reading::at(&snippet, &found.range, Value::Date(found.start), worth, method));
                self.end.extend(Reading::at(&snippet, &found.range, Value::Date(found.end), worth, method));
            }
        }
    }

    /// Adds the days that have a label of their own.
    fn labelled(&mut self, ground: &Ground<'_>) {
        let (starts, ends) = (ground.field(Kind::DateStart), ground.field(Kind::DateEnd));
        for anchor in ground.anchors.all.iter().filter(|anchor| anchor.label.field.is_some()) {
            if anchor.label.field == starts && !is_of_an_end(ground, anchor) {
                self.start.extend(labelled_day(ground, anchor, |date, _| date));
            } else if anchor.label.field == ends {
                self.end.extend(labelled_day(ground, anchor, last_day));
            }
        }
    }

    /// Adds two days that are a year's cover apart, whatever stands beside them.
    fn paired(&mut self, ground: &Ground<'_>) {
        let mut days: Vec<(Date, Reading)> = Vec::new();
        for block in 0..ground.sheet.blocks.len() {
            let snippet = ground.block_snippet(block);
            for found in find_dates(&snippet.text) {
                let date = last_day(found.date, &snippet.text[found.range.end..]);
                days.extend(
                    Reading::at(&snippet, &found.range, Value::Date(date), 0.7, "un an entre deux dates")
                        .map(|reading| (date, reading)),
                );
            }
        }
        let mut pairs: Vec<(Date, Reading, Reading)> = Vec::new();
        for (start, start_reading) in &days {
            let wanted = start.add_months(12).add_days(-1);
            let Some((_, end_reading)) = days.iter().find(|(end, _)| *end == wanted) else { continue };
            pairs.push((*start, start_reading.clone(), end_reading.clone()));
        }
        // Of several years in a table, the last is the one attested.
        let last = pairs.iter().map(|(start, ..)| *start).max();
        let mut rows: BTreeMap<Date, String> = BTreeMap::new();
        for (start, mut first, mut end) in pairs {
            let row = rows.entry(start).or_default();
            row.push('\n');
            row.push_str(&fold(&row_of(ground, &first)));
            let worth = if Some(start) == last { 1.0 } else { 0.6 };
            first.confidence *= worth;
            end.confidence *= worth;
            self.start.push(first);
            self.end.push(end);
        }
        self.of_one_year(&rows);
    }

    /// Where years of cover follow one another, keeps to the one that its row says is the current one, so that no start is
    /// taken with the end of another. Where no row says which, the last is taken, and an agent looks.
    /// `rows` are the first days of the years, each with the words of its rows.
    fn of_one_year(&mut self, rows: &BTreeMap<Date, String>) {
        if !rows.keys().zip(rows.keys().skip(1)).any(|(one, next)| one.add_months(12) == *next) {
            return;
        }
        let only = |mut years: Vec<Date>| years.pop().filter(|_| years.is_empty());
        let left: Vec<Date> = rows.iter().filter(|(_, said)| !PAST.is_match(said)).map(|(year, _)| *year).collect();
        let current = only(left.iter().copied().filter(|year| CURRENT.is_match(&rows[year])).collect());
        let named = current.or(only(left));
        let Some(attested) = named.or(rows.keys().next_back().copied()) else { return };
        let of_others = |date: Date| {
            let other = |year: &&Date| **year != attested;
            rows.keys().filter(other).any(|year| date == *year || date == year.add_months(12).add_days(-1))
        };
        for reading in self.start.iter_mut().chain(&mut self.end) {
            let most = match (as_date(&reading.value).is_some_and(of_others), named) {
                (true, _) => OTHER_YEAR,
                (false, Some(_)) => 1.0,
                (false, None) => WHICH_YEAR,
            };
            reading.confidence = reading.confidence.min(most);
        }
    }

    /// Adds the end of a paper that says for how long it is valid, and from when.
    fn by_length(&mut self, ground: &Ground<'_>) {
        for block in 0..ground.sheet.blocks.len() {
            let snippet = ground.block_snippet(block);
            for (months, range) in find_durations(&snippet.text) {
                let around = fold(&snippet.text[window_around(&snippet.text, &range, 120)]);
                let of_cover = LASTS.is_match(&around)
                    || FROM_EFFECT.is_match(&around)
                    || labelled_length(ground, block, &snippet, &range);
                if RENEWS.is_match(&around) || !of_cover {
                    continue;
                }
                let after = range.end;
                let follows = find_dates(&snippet.text[after..]).into_iter().next().filter(|found| {
                    found.range.start < 60 && RUNS_FROM.is_match(&fold(&snippet.text[after..after + found.range.start]))
                });
                let from_issue = FROM_ISSUE.is_match(&around) && !FROM_EFFECT.is_match(&around);
                let issued = || from_issue.then(|| issue_field(ground)).flatten();
                let labelled = || surest(&self.start);
                // "du 1er mars 2026, pour une durée de douze mois".
                let precedes = || {
                    let found = find_dates(&snippet.text[..range.start]).pop()?;
                    let between = fold(&snippet.text[found.range.end..range.start]);
                    (between.len() < 40 && LENGTH_OPENS.is_match(&between)).then_some(found)
                };
                // "un an à compter de la date d'effet": that day has a label of its own, whatever stands on the next row.
                let named = FROM_EFFECT.is_match(&fold(&snippet.text[after..].chars().take(45).collect::<String>()));
                let follows = follows.filter(|_| !named || surest(&self.start).is_none());
                let (start, raw) = match (follows, precedes()) {
                    (Some(found), _) => (found.date, range.start..after + found.range.end),
                    (None, Some(found)) => (found.date, found.range.start..range.end),
                    (None, None) => match issued().or_else(labelled) {
                        Some(date) => (date, range.clone()),
                        None => continue,
                    },
                };
                let end = start.add_months(months).add_days(-1);
                let method = "durée de validité imprimée";
                self.end.extend(Reading::at(&snippet, &raw, Value::Date(end), 0.88, method));
                self.start.extend(Reading::at(&snippet, &raw, Value::Date(start), 0.9, method));
            }
        }
    }

    /// A start after every end is another paper's start: it stays behind those that fit. A day that both columns give is
    /// the start where another end stands: "Depuis | Jusqu'au" over two days in one cell.
    fn drop_crossed(&mut self) {
        let first = surest(&self.start);
        let later = |reading: &Reading| as_date(&reading.value).is_some_and(|end| Some(end) > first);
        if first.is_some() && first == surest(&self.end) && self.end.iter().any(later) {
            self.end.retain(later);
        }
        let Some(end) = surest(&self.end) else { return };
        let any_fits = self.start.iter().any(|reading| as_date(&reading.value).is_some_and(|start| start <= end));
        if any_fits {
            self.start.retain(|reading| as_date(&reading.value).is_some_and(|start| start <= end));
        }
    }
}

/// Tells whether the words before a label of the start say that something ends from that day on, or only send on to that day.
fn is_of_an_end(ground: &Ground<'_>, anchor: &Anchor) -> bool {
    let before = anchor.words_before(ground.sheet, 6);
    // "un an à compter de la date d'effet": the day has its label elsewhere.
    let runs_from = |pair: &[&str]| matches!(pair[0], "COMPTER" | "PARTIR" | "DATER") && pair[1] == "DE";
    before.windows(2).rev().take(2).any(runs_from)
        || before.iter().any(|token| ["SUSPEN", "RESILI", "ANNUL", "CESS"].iter().any(|stem| token.starts_with(stem)))
}

/// Tells whether a length stands right of a label that says so: "Durée | une année".
fn labelled_length(ground: &Ground<'_>, block: usize, snippet: &Snippet, range: &Range<usize>) -> bool {
    let Some((page, rect, _)) = snippet.evidence(range) else { return false };
    let sheet = ground.sheet;
    let stands = |at: usize| sheet.cells[at].page == page && sheet.cells[at].rect.overlap(&rect) > 0.0;
    let here = sheet.blocks[block].iter().copied().find(|&at| stands(at));
    let left = here.and_then(|here| sheet.left_of(here));
    left.is_some_and(|left| LASTS.is_match(&fold(&sheet.cells[left].text())))
}

/// Gives the readings of a day that a label names, and nothing else.
pub(super) fn labelled(ground: &Ground<'_>, field: usize) -> Vec<Reading> {
    let named = ground.anchors.of(field).filter(|anchor| worth(anchor.label.strength) > 0.0);
    named.filter_map(|anchor| labelled_day(ground, anchor, |date, _| date)).collect()
}

/// Gives the readings of the day on which the paper was made.
pub(super) fn issue(ground: &Ground<'_>, field: usize) -> Vec<Reading> {
    let mut readings = Vec::new();
    for anchor in ground.anchors.of(field) {
        if matches!(anchor.label.strength, Strength::Strong | Strength::Fair) {
            readings.extend(labelled_day(ground, anchor, |date, _| date));
        }
    }
    for (at, cell) in ground.sheet.cells.iter().enumerate() {
        let snippet = Snippet::of([cell]);
        let Some(found) = find_dates(&snippet.text).into_iter().next() else { continue };
        let (before, after) = (&snippet.text[..found.range.start], &snippet.text[found.range.end..]);
        if NOT_ISSUE.is_match(&fold(before)) || before.trim().is_empty() && under_other_label(ground, at) {
            continue;
        }
        let alone = TIME_OF_DAY.replace(after, "").trim_matches([' ', '.', ',']).is_empty();
        let said = before.trim();
        let place_behind = matches!(said, "" | "Le" | "le") && DAY_AND_PLACE.is_match(after);
        let (worth, method) = match said.to_lowercase().as_str() {
            _ if alone && PLACE_AND_DAY.is_match(before) || place_behind => (0.85, "lieu et date"),
            _ if !alone => continue,
            _ if said.ends_with("le") && said.split_whitespace().count() <= 12 => (0.65, "date au bout de sa ligne"),
            _ if said == "Le" => (0.75, "« Le » et la date"),
            "date" | "date :" | "date:" => (0.8, "« Date » et la date"),
            _ if TOWN_AND_DAY.is_match(before) => (0.62, "un mot et la date"),
            "" | "le" => (0.55, "date seule"),
            _ => continue,
        };
        readings.extend(Reading::at(&snippet, &found.range, Value::Date(found.date), worth, method));
    }
    readings
}

/// Gives the one day of a paper that nothing else explains: no period, no label, no law, no birth. It is the day on which the
/// paper was made, in whatever words the paper says so.
pub(super) fn left_over(ground: &Ground<'_>, field: usize, period: &Period) -> Option<Reading> {
    let covered: Vec<Date> = period.start.iter().chain(&period.end).filter_map(|day| as_date(&day.value)).collect();
    let (first, last) = (covered.iter().min()?.add_months(-MONTHS_BEFORE), *covered.iter().max()?);
    let others = ground.anchors.all.iter().filter(|anchor| anchor.label.field != Some(field));
    let labelled: Vec<Reading> = others.filter_map(|anchor| labelled_day(ground, anchor, |date, _| date)).collect();
    let mut left: Vec<Reading> = Vec::new();
    for (at, cell) in ground.sheet.cells.iter().enumerate() {
        let snippet = Snippet::of([cell]);
        for found in find_dates(&snippet.text) {
            let before = &snippet.text[..found.range.start];
            let is_other =
                NOT_ISSUE.is_match(&fold(before)) || before.trim().is_empty() && under_other_label(ground, at);
            if is_other || covered.contains(&found.date) || !(first..=last).contains(&found.date) {
                continue;
            }
            let reading = Reading::at(&snippet, &found.range, Value::Date(found.date), 0.6, "seul jour qui reste");
            left.extend(reading.filter(|day| !labelled.iter().any(|other| other.rect.overlap(&day.rect) > 0.0)));
        }
    }
    let same = |day: &Reading| day.value == left[0].value;
    if left.is_empty() || !left.iter().all(same) { None } else { left.pop() }
}

/// Tells whether the label of a day that stands alone, left of it or on the line above, is another's than the paper's.
fn under_other_label(ground: &Ground<'_>, day: usize) -> bool {
    let sheet = ground.sheet;
    let says = |at: usize| {
        let text = sheet.cells[at].text();
        !text.contains(|c: char| c.is_ascii_digit()) && NOT_ISSUE.is_match(&fold(&text))
    };
    let block = &sheet.blocks[sheet.cells[day].block];
    let above = block.iter().position(|&at| at == day).filter(|&row| row > 0).map(|row| block[row - 1]);
    sheet.left_of(day).or(above).is_some_and(says)
}

/// Gives the day of issue for a length that runs from it.
fn issue_field(ground: &Ground<'_>) -> Option<Date> {
    let field = ground.field(Kind::DateIssue)?;
    surest(&issue(ground, field))
}

/// Gives the day of the surest of some readings.
fn surest(readings: &[Reading]) -> Option<Date> {
    let best = readings.iter().max_by(|a, b| a.confidence.total_cmp(&b.confidence))?;
    as_date(&best.value)
}

/// Gives the first day near a label, seen through `turn` with the text that follows it.
fn labelled_day(ground: &Ground<'_>, anchor: &Anchor, turn: impl Fn(Date, &str) -> Date) -> Option<Reading> {
    for (side, snippet) in ground.anchors.regions(ground.sheet, anchor, REACH) {
        let Some(found) = find_dates(&snippet.text).into_iter().next() else { continue };
        let room = if side == Side::Behind { BYTES_BEFORE } else { 12 };
        if found.range.start > room {
            continue;
        }
        let date = turn(found.date, &snippet.text[found.range.end..]);
        return Reading::at(
            &snippet,
            &found.range,
            Value::Date(date),
            worth(anchor.label.strength) * side.worth(),
            side.method(),
        );
    }
    None
}

/// Gives the first day of a text; the last day covered, if what follows it is given.
pub(super) fn in_text(text: &str, rest: Option<&str>) -> Option<(Value, Range<usize>)> {
    let found = find_dates(text).into_iter().next()?;
    let behind = |rest: &str| format!("{} {rest}", &text[found.range.end..]);
    let date = rest.map_or(found.date, |rest| last_day(found.date, behind(rest).trim_start()));
    Some((Value::Date(date), found.range))
}

/// Gives the last day covered when cover ends on `date` and `rest` follows it.
fn last_day(date: Date, rest: &str) -> Date {
    if ends_at_zero_hour(rest) { date.add_days(-1) } else { date }
}

/// Gives the text of the row in which something was read.
fn row_of(ground: &Ground<'_>, reading: &Reading) -> String {
    let beside = |rect: &Rect| rect.vertical_overlap(&reading.rect) > 0.5;
    let cells = ground.sheet.cells.iter().filter(|cell| cell.page == reading.page && beside(&cell.rect));
    cells.map(|cell| cell.text()).collect::<Vec<_>>().join(" ")
}

fn as_date(value: &Option<Value>) -> Option<Date> {
    match value {
        Some(Value::Date(date)) => Some(*date),
        _ => None,
    }
}

/// Gives up to `bytes` before `at` and a little after, on character boundaries.
fn window(text: &str, at: usize, bytes: usize) -> Range<usize> {
    window_around(text, &(at..at), bytes)
}

fn window_around(text: &str, range: &Range<usize>, bytes: usize) -> Range<usize> {
    let start = (range.start.saturating_sub(bytes)..=range.start).find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let wanted = (range.end + bytes / 2).min(text.len());
    let end = (wanted..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
    start..end
}

#[cfg(test)]
mod tests {
    use super::super::typed_attestation;
    use super::*;

    #[test]
    fn periods_of_cover() {
        let read = typed_attestation();
        struct Case(&'static str, Option<&'static str>, Option<&'static str>);
        let mut failures = Vec::new();
        for Case(text, start, end) in [
            Case("Attestation valable du 01/01/2026 au 31/12/2026", Some("2026-01-01"), Some("2026-12-31")),
            Case("Date d'effet : 01/09/2026\nÉchéance : 31/08/2027", Some("2026-09-01"), Some("2027-08-31")),
            Case("Date d'effet|1er septembre 2026\nDate de fin|31 août 2027", Some("2026-09-01"), Some("2027-08-31")),
            Case(
                "contrat à effet du 12/03/2015\n\n\nvalable du 01/01/2026 au 31/12/2026",
                Some("2026-01-01"),
                Some("2026-12-31"),
            ),
            Case("valable du 01/09/2026 jusqu'au 01/09/2027 à 0 heure", Some("2026-09-01"), Some("2027-08-31")),
            Case(
                "Cette attestation est valable un an à compter du 15/10/2026.",
                Some("2026-10-15"),
                Some("2027-10-14"),
            ),
            Case(
                "valable du 01.09.2026 pour une durée de douze mois\n\n\ncontrat souscrit le 01.09.2019",
                Some("2026-09-01"),
                Some("2027-08-31"),
            ),
            Case("Début|1er janvier 2026, 0 h\nDurée|une année", Some("2026-01-01"), Some("2026-12-31")),
            Case(
                "Prise d'effet|01/09/2026\nDurée|1 an à compter de la date d'effet",
                Some("2026-09-01"),
                Some("2027-08-31"),
            ),
            Case("à effet du 12/03/2024, renouvelable par tacite reconduction", Some("2024-03-12"), None),
            Case(
                "contrat d'un an renouvelable par tacite reconduction à compter du 12/03/2024",
                Some("2024-03-12"),
                None,
            ),
            Case(
                "Exercice|Du|Au\nprécédent|29/11/2025|28/11/2026\nen cours|29/11/2026|28/11/2027",
                Some("2026-11-29"),
                Some("2027-11-28"),
            ),
            Case("Bien|Depuis|Jusqu'au\nHabitation|01.01.2026 31.12.2026", Some("2026-01-01"), Some("2026-12-31")),
            Case("depuis le 12/03/2024, échéance principale le 1er avril", Some("2024-03-12"), None),
        ] {
            let read = read(text);
            let got = (read.date("date_debut"), read.date("date_fin"));
            let wanted = (start.and_then(Date::from_iso), end.and_then(Date::from_iso));
            if got != wanted {
                failures.push(format!("{text}: {got:?} instead of {wanted:?}"));
            }
        }
        assert!(failures.is_empty(), "{failures:#?}");
    }

    #[test]
    fn the_day_of_the_paper() {
        let read = typed_attestation();
        for (text, expected) in [
            ("Fait à Niort, le 12 mars 2026", Some("2026-03-12")),
            ("Toulouse, le 3 mars 2026", Some("2026-03-03")),
            ("Édité le 05/11/2026", Some("2026-11-05")),
            ("Le 4 septembre 2026, à Rennes", Some("2026-09-04")),
            ("valable du 01/01/2026 au 31/12/2026", None),
            // Whatever the words, when nothing else explains the day; but only one such day.
            (
                "valable du 01/01/2026 au 31/12/2026\n\nTiré de notre fichier au 05/12/2025 par nos soins",
                Some("2025-12-05"),
            ),
            ("valable du 01/01/2026 au 31/12/2026\n\nClient depuis le 03/02/2026, né le 04/05/1980", None),
            ("valable du 01/01/2026 au 31/12/2026\n\nTiré au 05/12/2025, repris au 12/12/2025 par nos soins", None),
        ] {
            assert_eq!(read(text).date("date_emission"), expected.and_then(Date::from_iso), "{text}");
        }
    }
}
