//! Days, periods and lengths as they are written in French (facts F.3), reading errors included.
//!
//! Order is always day, month, year. A two-digit year is of the 2000s up to 39, else of the 1900s. What names no real day
//! gives nothing.

use super::Date;
use super::fold::fold;
use regex::{Captures, Regex};
use std::ops::Range;
use std::sync::LazyLock;

/// A day found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateMention {
    /// The day.
    pub date: Date,
    /// Its bytes.
    pub range: Range<usize>,
}

/// A period found in a text; both days belong to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodMention {
    /// The first day.
    pub start: Date,
    /// The last day: "à 0 heure" ends it the day before the printed one.
    pub end: Date,
    /// Its bytes.
    pub range: Range<usize>,
}

/// Month names and their usual short forms, folded.
const MONTHS: &[(&str, u8)] = &[
    ("JANVIER", 1),
    ("JANV", 1),
    ("JAN", 1),
    ("FEVRIER", 2),
    ("FEVR", 2),
    ("FEV", 2),
    ("MARS", 3),
    ("MAR", 3),
    ("AVRIL", 4),
    ("AVR", 4),
    ("MAI", 5),
    ("JUIN", 6),
    ("JUILLET", 7),
    ("JUIL", 7),
    ("JUL", 7),
    ("AOUT", 8),
    ("SEPTEMBRE", 9),
    ("SEPT", 9),
    ("SEP", 9),
    ("OCTOBRE", 10),
    ("OCT", 10),
    ("NOVEMBRE", 11),
    ("NOV", 11),
    ("DECEMBRE", 12),
    ("DEC", 12),
];

/// Digits as recognisers confuse them.
const DIGIT: &str = "[0-9OoIl|]";
/// The first of a day: a letter that looks like one begins a word, as the l of "validité" does not.
const FIRST: &str = r"(?:[0-9]|\b[OoIl|])";

/// `05/09/2026`, `5-9-26`, `05.09.2026`, `05 / 09 / 2026`.
static NUMERIC: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?P<d>{FIRST}{DIGIT}?)\s?(?:/|-|\.|,)\s?(?P<m>{DIGIT}{{1,2}})\s?(?:/|-|\.|,)\s?(?P<y>{DIGIT}{{4}}|{DIGIT}{{2}})"
    ))
    .expect("the pattern is fixed")
});
/// `05 09 2026`: spaces only where the year is whole.
static SPACED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?P<d>[0-3][0-9]) (?P<m>[01][0-9]) (?P<y>(?:19|20)[0-9]{2})").expect("the pattern is fixed")
});
/// `2026-09-05`.
static ISO: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?P<y>(?:19|20)[0-9]{2})-(?P<m>[01][0-9])-(?P<d>[0-3][0-9])").expect("the pattern is fixed")
});
/// `1er mars 2026`, `5 sept. 26`, `05-sept.-2026`.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?P<d>{FIRST}{DIGIT}?)\s?(?:er|ER|e|ᵉʳ)?[\s\-./]{{0,2}}(?P<m>[A-Za-zÀ-ÿ]{{3,10}})\.?[\s\-./]{{0,2}}(?P<y>{DIGIT}{{4}}|[0-9]{{2}})"
    ))
    .expect("the pattern is fixed")
});
/// `premier mars deux mille vingt-six`, `L'AN DEUX MILLE VINGT SIX et le CINQ SEPTEMBRE`.
static IN_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    let number = r"(?:premier|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|et|une?)";
    Regex::new(&format!(
        r"(?i)\b(?P<d>{number}(?:[\s-]+{number}){{0,3}})\s+(?P<m>janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[ûu]t|septembre|octobre|novembre|d[ée]cembre)\s+(?P<y>deux\s+mille(?:(?:-\s?|\s){number}(?:(?:sept|huit|neuf|six|cinq|quatre|trois|deux)\b)?){{0,4}})\b"
    ))
    .expect("the pattern is fixed")
});
static ACT: LazyLock<Regex> = LazyLock::new(|| {
    let number = r"(?:premier|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|et|une?)";
    Regex::new(&format!(
        r"(?i)l'an\s+(?P<y>deux\s+mille(?:[\s-]+{number}){{0,4}}?)\s+(?:et\s+)?le\s+(?P<d>{number}(?:[\s-]+{number}){{0,3}})\s+(?P<m>janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[ûu]t|septembre|octobre|novembre|d[ée]cembre)"
    ))
    .expect("the pattern is fixed")
});

/// Gives the days that a text names, in order.
pub fn find_dates(text: &str) -> Vec<DateMention> {
    let mut found: Vec<DateMention> = Vec::new();
    for pattern in [&ISO, &NAMED, &NUMERIC, &SPACED] {
        for captures in pattern.captures_iter(text) {
            push(&mut found, text, &captures, from_digits(&captures).filter(|_| !is_cut_short(text, &captures)));
        }
    }
    for pattern in [&ACT, &IN_WORDS] {
        for captures in pattern.captures_iter(text) {
            push(&mut found, text, &captures, from_words(&captures));
        }
    }
    found.sort_by_key(|mention| mention.range.start);
    found
}

/// Tells a day and month that a number on the next line, or one of several pairs of digits, was taken for the year of: "27
/// février" over "02 61 91 32 69".
fn is_cut_short(text: &str, captures: &Captures<'_>) -> bool {
    static PAIRS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^[ .]\d{2}[ .]\d{2}").expect("the pattern is fixed"));
    let Some(whole) = captures.get(0) else { return false };
    captures["y"].len() == 2 && (whole.as_str().contains('\n') || PAIRS.is_match(&text[whole.end()..]))
}

/// Adds a day unless it is none, overlaps one that is there, or is cut out of a longer number.
fn push(found: &mut Vec<DateMention>, text: &str, captures: &Captures<'_>, date: Option<Date>) {
    let (Some(date), Some(whole)) = (date, captures.get(0)) else { return };
    let range = whole.range();
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    let inside = before.is_some_and(|c| c.is_ascii_digit()) || after.is_some_and(|c| c.is_ascii_digit());
    let overlaps = found.iter().any(|other| other.range.start < range.end && range.start < other.range.end);
    if !inside && !overlaps {
        found.push(DateMention { date, range });
    }
}

fn from_digits(captures: &Captures<'_>) -> Option<Date> {
    let day = number(&captures["d"])?;
    let month = number(&captures["m"]).or_else(|| month_named(&captures["m"]).map(i32::from))?;
    let year = full_year(&captures["y"])?;
    Date::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

fn from_words(captures: &Captures<'_>) -> Option<Date> {
    let day = number_in_words(&captures["d"])?;
    let year = number_in_words(&captures["y"])?;
    Date::new(year, month_named(&captures["m"])?, u8::try_from(day).ok()?)
}

/// Reads digits, with letters that recognisers put in their place; something must be a digit.
fn number(text: &str) -> Option<i32> {
    if !text.chars().any(|c| c.is_ascii_digit()) && text.len() > 1 {
        return None;
    }
    let digits: String = text
        .chars()
        .map(|c| match c {
            'O' | 'o' => '0',
            'I' | 'l' | '|' => '1',
            other => other,
        })
        .collect();
    digits.parse().ok()
}

fn full_year(text: &str) -> Option<i32> {
    let year = number(text)?;
    let year = match (text.len(), year) {
        (2, 0..=39) => 2000 + year,
        (2, _) => 1900 + year,
        _ => year,
    };
    (1900..2100).contains(&year).then_some(year)
}

/// Gives the month of a name, one letter of a longer name being wrong at most.
pub(super) fn month_named(text: &str) -> Option<u8> {
    let folded = fold(text);
    if let Some((_, month)) = MONTHS.iter().find(|(name, _)| *name == folded) {
        return Some(*month);
    }
    let near = MONTHS.iter().filter(|(name, _)| name.len() >= 6 && strsim::levenshtein(name, &folded) == 1);
    near.map(|(_, month)| *month).next()
}

/// Reads a number below 3000 written in words.
fn number_in_words(text: &str) -> Option<i32> {
    let mut total = 0;
    for word in fold(text).split(' ') {
        total += match word {
            "MILLE" => {
                total = if total == 0 { 1000 } else { total * 1000 };
                0
            }
            "PREMIER" | "UN" | "UNE" => 1,
            "DEUX" => 2,
            "TROIS" => 3,
            "QUATRE" => 4,
            "CINQ" => 5,
            "SIX" => 6,
            "SEPT" => 7,
            "HUIT" => 8,
            "NEUF" => 9,
            "DIX" => 10,
            "ONZE" => 11,
            "DOUZE" => 12,
            "TREIZE" => 13,
            "QUATORZE" => 14,
            "QUINZE" => 15,
            "SEIZE" => 16,
            "VINGT" => 20,
            "TRENTE" => 30,
            "ET" => 0,
            // Cut by the end of a line.
            joined => 20 + number_in_words(joined.strip_prefix("VINGT")?)?,
        };
    }
    (total > 0).then_some(total)
}

/// What may stand between the two days of a period.
static BETWEEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^[\s,]*(?:\([^)]{0,20}\)|à\s*(?:0\s*h\w*|z[ée]ro heure|minuit)|0\s*h(?:eures?)?|inclus)?[\s,.;]*(?:au?|à|-|–|—|>|→|et|et le|et jusqu'au?|jusqu'au?|jusqu'à|et se terminant le|et prenant fin le|et expirant le|et prend fin le|pour se terminer le|(?:\||\n)?\s*au)\s*:?\s*(?:le\s+|l'échéance du\s+)?$")
        .expect("the pattern is fixed")
});
/// What stands before the first day when a word alone must tell a period from two dates.
static OPENS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:\bdu|\bde|\bentre le|\bdepuis le|\bdès le|\bcompter du|\bpartir du|\beffet du|\beffet au|[:(])\s*(?:le\s+)?$").expect("the pattern is fixed")
});
/// `du 1er au 30 septembre 2026`: the first day borrows month and year.
static SHARED_MONTH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\bdu\s+(?P<d>[0-9]{1,2})(?:er)?(?:\s+(?P<m>[a-zà-ÿ]{3,10}))?\s+(?:au|jusqu'au)\s+$")
        .expect("the pattern is fixed")
});
/// The end is the first moment of the printed day.
static ZERO_HOUR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^[\s,(]*(?:à\s*)?(?:z[ée]ro heure|0{1,2}\s*h(?:eures?)?(?:\s?00)?\b|0{1,2}:00)")
        .expect("the pattern is fixed")
});

/// Tells whether what follows a last day says that it is not covered itself.
pub fn ends_at_zero_hour(rest: &str) -> bool {
    ZERO_HOUR.is_match(rest)
}

/// Gives the periods that a text names, in order.
pub fn find_periods(text: &str) -> Vec<PeriodMention> {
    let dates = find_dates(text);
    let mut found = Vec::new();
    for (index, last) in dates.iter().enumerate() {
        let end = if ends_at_zero_hour(&text[last.range.end..]) { last.date.add_days(-1) } else { last.date };
        let first = index.checked_sub(1).map(|before| &dates[before]);
        if let Some(first) = first
            && BETWEEN.is_match(&text[first.range.end..last.range.start])
            && first.date <= end
            && (OPENS.is_match(&text[..first.range.start])
                || joins_without_opening(&text[first.range.end..last.range.start]))
        {
            found.push(PeriodMention { start: first.date, end, range: first.range.start..last.range.end });
            continue;
        }
        if let Some(captures) = SHARED_MONTH.captures(&text[..last.range.start]) {
            let start = borrowed(&captures, last.date);
            let from = captures.get(0).map_or(last.range.start, |whole| whole.start());
            if let Some(start) = start.filter(|start| *start <= end) {
                found.push(PeriodMention { start, end, range: from..last.range.end });
            }
        }
    }
    found
}

/// "au", "jusqu'au", a dash: enough by themselves. "et" is not.
fn joins_without_opening(between: &str) -> bool {
    let folded = between.trim().to_lowercase();
    folded.starts_with("au") || folded.starts_with("jusqu") || folded.starts_with(['-', '–', '—', '>', '→'])
}

fn borrowed(captures: &Captures<'_>, last: Date) -> Option<Date> {
    let day = captures["d"].parse().ok()?;
    match captures.name("m") {
        None => Date::new(last.year(), last.month(), day),
        Some(name) => {
            let month = month_named(name.as_str())?;
            let year = if month > last.month() { last.year() - 1 } else { last.year() };
            Date::new(year, month, day)
        }
    }
}

/// `un an`, `12 mois`, `une année`, `six mois`.
static DURATION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?P<n>une?|deux|trois|six|neuf|douze|[0-9]{1,2})\s*(?:\([^)]{1,8}\)\s*)?(?P<u>an|ans|ann[ée]es?|mois)\b").expect("the pattern is fixed")
});

/// Gives the lengths that a text names, in months, in order.
pub fn find_durations(text: &str) -> Vec<(i32, Range<usize>)> {
    let read = |captures: Captures<'_>| {
        let count = match captures["n"].to_lowercase().as_str() {
            "un" | "une" => 1,
            "deux" => 2,
            "trois" => 3,
            "six" => 6,
            "neuf" => 9,
            "douze" => 12,
            digits => digits.parse().ok()?,
        };
        let months = if captures["u"].to_lowercase().starts_with('m') { count } else { count * 12 };
        Some((months, captures.get(0)?.range()))
    };
    DURATION.captures_iter(text).filter_map(read).filter(|(months, _)| *months > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn periods_without_an_opening_word() {
        for text in [
            "19 avril 2026 - 19 avril 2027 à 00h00",
            "24 novembre 2025 au 23 novembre\n2026",
            "24 novembre 2025 au 23 novembre 2026",
            "Durée de validité\n19 avril 2026 - 18 avril 2027",
            "six octobre deux mille vingt-six - cinq\noctobre deux mille vingt-sept",
        ] {
            assert_eq!(find_periods(text).len(), 1, "{text}: {:?}", find_dates(text));
        }
        assert_eq!(find_dates("27 février\n02 61 91 32 69"), Vec::new());
    }

    #[test]
    fn days_as_they_are_written() {
        struct Case(&'static str, &'static [&'static str]);
        let mut failures = Vec::new();
        for Case(text, expected) in [
            Case("05/09/2026", &["2026-09-05"]),
            Case("5-9-26", &["2026-09-05"]),
            Case("05.09.2026", &["2026-09-05"]),
            Case("2026-09-05", &["2026-09-05"]),
            Case("05 09 2026", &["2026-09-05"]),
            Case("05 / 09 / 2026", &["2026-09-05"]),
            Case("5 septembre 2026", &["2026-09-05"]),
            Case("1er mars 2026", &["2026-03-01"]),
            Case("le 1 er mars 2026", &["2026-03-01"]),
            Case("1ER MARS 2026", &["2026-03-01"]),
            Case("5 sept. 2026", &["2026-09-05"]),
            Case("5 Sept 26", &["2026-09-05"]),
            Case("12 févr. 2026", &["2026-02-12"]),
            Case("12 FEVRIER 2026", &["2026-02-12"]),
            Case("3 août 2026", &["2026-08-03"]),
            Case("3 aout 2026", &["2026-08-03"]),
            Case("31 décembre 2026", &["2026-12-31"]),
            Case("31 decembrc 2026", &["2026-12-31"]),
            Case("15 juil. 2026", &["2026-07-15"]),
            Case("15juillet2026", &["2026-07-15"]),
            Case("cinq septembre deux mille vingt-six", &["2026-09-05"]),
            Case("premier mars deux mille vingt-sept", &["2027-03-01"]),
            Case("trente et un décembre deux mille vingt-six", &["2026-12-31"]),
            Case("premier mars deux mille vingtsept, dans les limites", &["2027-03-01"]),
            Case("L'AN DEUX MILLE VINGT SIX et le CINQ SEPTEMBRE", &["2026-09-05"]),
            Case("05/O9/2026", &["2026-09-05"]),
            Case("O1/01/2026", &["2026-01-01"]),
            Case("l5/09/2026", &["2026-09-15"]),
            Case("I5/09/2O26", &["2026-09-15"]),
            Case("né le 03/04/90", &["1990-04-03"]),
            Case("31/04/2026", &[]),
            Case("29/02/2026", &[]),
            Case("29/02/2028", &["2028-02-29"]),
            Case("13/13/2026", &[]),
            Case("00/01/2026", &[]),
            Case("09/05/2026", &["2026-05-09"]),
            Case("Fait le 12/03/2026 à Paris", &["2026-03-12"]),
            Case("du 01/01/2026 au 31/12/2026", &["2026-01-01", "2026-12-31"]),
            Case("01/01/2026-31/12/2026", &["2026-01-01", "2026-12-31"]),
            Case("n° 105/09/20261", &[]),
            Case("06 12 34 56 78", &[]),
            Case("123.456.789", &[]),
            Case("SIRET 732 829 320 00074", &[]),
            Case("12 rue du 8 mai 1945", &["1945-05-08"]),
            Case("version 1.2.3", &[]),
            Case("10 pièces 2026", &[]),
            Case("mai 2026", &[]),
            Case("", &[]),
            Case("échéance au 01/04", &[]),
            Case("3 mars 1899", &[]),
            Case("le 05 septembre 2 026", &[]),
            Case("05/09/2026 et 06/10/2026", &["2026-09-05", "2026-10-06"]),
            Case("05-sept.-2026", &["2026-09-05"]),
            Case("05,09,2026", &["2026-09-05"]),
            Case("1°r mars 2026", &[]),
            Case("20 AOÛT 2026", &["2026-08-20"]),
            Case("20 ao\u{fb}t 2026", &["2026-08-20"]),
            Case("8 nov. 2026,", &["2026-11-08"]),
            Case("8 déc. 2026.", &["2026-12-08"]),
            Case("28/02/26", &["2026-02-28"]),
            Case("28/02/40", &["1940-02-28"]),
        ] {
            let got: Vec<String> = find_dates(text).iter().map(|mention| mention.date.to_string()).collect();
            if got != expected {
                failures.push(format!("{text}: {got:?} instead of {expected:?}"));
            }
        }
        assert!(failures.is_empty(), "{failures:#?}");
    }

    #[test]
    fn periods_as_they_are_written() {
        struct Case(&'static str, Option<(&'static str, &'static str)>);
        let mut failures = Vec::new();
        for Case(text, expected) in [
            Case("du 01/09/2026 au 31/08/2027", Some(("2026-09-01", "2027-08-31"))),
            Case("du 1er au 30 septembre 2026", Some(("2026-09-01", "2026-09-30"))),
            Case("du 15 septembre au 14 octobre 2026", Some(("2026-09-15", "2026-10-14"))),
            Case("du 15 décembre au 14 janvier 2027", Some(("2026-12-15", "2027-01-14"))),
            Case("du 1er septembre 2026 jusqu'au 31 août 2027 inclus", Some(("2026-09-01", "2027-08-31"))),
            Case("01/09/2026 - 31/08/2027", Some(("2026-09-01", "2027-08-31"))),
            Case("entre le 01/09/2026 et le 31/08/2027", Some(("2026-09-01", "2027-08-31"))),
            Case("à compter du 01/09/2026 et jusqu'au 31/08/2027 à minuit", Some(("2026-09-01", "2027-08-31"))),
            Case("du 01/09/2026 au 01/09/2027 à 0 heure", Some(("2026-09-01", "2027-08-31"))),
            Case("du 01/09/2026 au 01/09/2027 à 0h00", Some(("2026-09-01", "2027-08-31"))),
            Case("du 01/09/2026 à 0 heure au 31/08/2027 à 24 heures", Some(("2026-09-01", "2027-08-31"))),
            Case("du 01/09/2026\nau 31/08/2027", Some(("2026-09-01", "2027-08-31"))),
            Case("Période : 01/09/2026 au 31/08/2027", Some(("2026-09-01", "2027-08-31"))),
            Case("fait le 01/09/2026, échéance 31/08/2027", None),
            Case("les 01/09/2026 et 31/08/2027", None),
            Case("du 31/08/2027 au 01/09/2026", None),
        ] {
            let got = find_periods(text).first().map(|period| (period.start.to_string(), period.end.to_string()));
            let expected = expected.map(|(start, end)| (start.to_owned(), end.to_owned()));
            if got != expected {
                failures.push(format!("{text}: {got:?} instead of {expected:?}"));
            }
        }
        assert!(failures.is_empty(), "{failures:#?}");
    }

    #[test]
    fn lengths_in_months() {
        for (text, expected) in [
            ("valable un an à compter", Some(12)),
            ("pour une durée de 12 mois", Some(12)),
            ("une année", Some(12)),
            ("douze (12) mois", Some(12)),
            ("6 mois", Some(6)),
            ("dans l'année", None),
        ] {
            assert_eq!(find_durations(text).first().map(|(months, _)| *months), expected, "{text}");
        }
    }

    const NAMES: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];

    proptest! {
        #[test]
        fn no_text_makes_it_fail(text in "\\PC{0,80}") {
            let _ = (find_dates(&text), find_periods(&text), find_durations(&text));
        }

        #[test]
        fn every_form_of_a_day_reads_back(days in 11_000i32..25_500) {
            let date = Date::from_days(days);
            let (year, month, day) = (date.year(), date.month(), date.day());
            for text in [
                format!("{day:02}/{month:02}/{year}"),
                format!("{day}.{month}.{year}"),
                format!("{day} {} {year}", NAMES[month as usize - 1]),
                format!("le {day:02} {} {year} à", NAMES[month as usize - 1].to_uppercase()),
                date.to_string(),
            ] {
                let found: Vec<Date> = find_dates(&text).into_iter().map(|mention| mention.date).collect();
                prop_assert_eq!(found, vec![date], "{}", text);
            }
        }
    }
}
