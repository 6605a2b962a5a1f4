//! Machine-readable zones of identity papers (ICAO Doc 9303, parts 4 to 6; the French card of before 2021 has a layout of
//! its own), with their check digits, recognition errors mended where a check digit proves the mending.

use super::Date;
use super::person::title_case;

/// What a zone may hold (ICAO Doc 9303-3, 4.3).
pub const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<";

/// What a zone says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mrz {
    /// The lines as they should read, fillers included.
    pub lines: Vec<String>,
    /// Family name, upper case.
    pub surname: String,
    /// First names, title case; without accents, as the zone has none.
    pub given_names: Vec<String>,
    /// Number of the document, without fillers.
    pub number: String,
    /// Day of birth.
    pub birth: Option<Date>,
    /// Last day of validity; the old French card has none.
    pub expiry: Option<Date>,
    /// Three letters.
    pub nationality: String,
    /// Check digits that hold, of those the layout has.
    pub checked: usize,
    /// Check digits of the layout.
    pub checks: usize,
    /// Whether the check digit over all of it holds.
    pub whole: bool,
}

impl Mrz {
    /// Tells whether every check digit holds.
    pub fn is_sound(&self) -> bool {
        self.whole && self.checked == self.checks
    }
}

/// Years of a paper's end: the two digits are of this century.
const CENTURY: i32 = 2000;

/// Reads the zone among the lines of a page: two or three lines of the length of a layout, one below the other.
pub fn find(lines: &[String]) -> Option<(Mrz, std::ops::Range<usize>)> {
    let cleaned: Vec<String> = lines.iter().map(|line| clean(line)).collect();
    let looks = |at: usize| cleaned.get(at).is_some_and(|line| is_zone(line));
    let mut best: Option<(Mrz, std::ops::Range<usize>)> = None;
    for at in 0..cleaned.len() {
        if !looks(at) {
            continue;
        }
        let mut candidates: Vec<(Option<Mrz>, usize)> = Vec::new();
        if looks(at + 1) && looks(at + 2) {
            candidates.push((card(&cleaned[at..at + 3]), 3));
        }
        if looks(at + 1) {
            candidates.push((passport(&cleaned[at..at + 2]), 2));
            candidates.push((old_card(&cleaned[at..at + 2]), 2));
        }
        for (found, length) in candidates {
            let Some(found) = found else { continue };
            if best.as_ref().is_none_or(|(other, _)| found.checked > other.checked) {
                best = Some((found, at..at + length));
            }
        }
    }
    best
}

/// Keeps what a zone may hold: guillemets and brackets are fillers that were read so, spaces are none.
fn clean(line: &str) -> String {
    let mut out = String::new();
    for c in line.chars() {
        match c {
            'A'..='Z' | '0'..='9' | '<' => out.push(c),
            'a'..='z' => out.push(c.to_ascii_uppercase()),
            '«' | '≪' => out.push_str("<<"),
            '‹' | '(' | '{' | '[' | '€' | '£' => out.push('<'),
            _ => {}
        }
    }
    out
}

fn is_zone(line: &str) -> bool {
    (26..=48).contains(&line.len()) && line.matches('<').count() >= 2
        || (26..=48).contains(&line.len()) && line.chars().filter(char::is_ascii_digit).count() >= 12
}

/// Brings a line to its length: fillers at its end are often lost or doubled.
fn fitted(line: &str, length: usize) -> Option<String> {
    if line.len() == length {
        return Some(line.to_owned());
    }
    if line.len() > length {
        let cut = &line[..length];
        return line[length..].chars().all(|c| matches!(c, '<' | 'K' | 'C' | 'E')).then(|| cut.to_owned());
    }
    (length - line.len() <= 8 && line.contains('<')).then(|| format!("{line:<<length$}"))
}

/// Weights of the letters that a check digit proves, over and over (ICAO 9303-3, 4.9).
pub(crate) const WEIGHTS: [u32; 3] = [7, 3, 1];

/// Gives what a letter counts before it is weighed: letters from 10, fillers 0 (the same).
pub(crate) fn worth(letter: char) -> Option<u32> {
    if letter == '<' { Some(0) } else { letter.to_digit(36) }
}

/// Gives the check digit of a text.
fn digit_of(text: &str) -> Option<u32> {
    let mut sum = 0;
    for (c, weight) in text.chars().zip(WEIGHTS.into_iter().cycle()) {
        sum += worth(c)? * weight;
    }
    Some(sum % 10)
}

fn holds(text: &str, digit: &str) -> bool {
    let printed = if digit == "<" { Some(0) } else { digit.parse().ok() };
    printed.is_some() && digit_of(text) == printed
}

/// Letters read where only digits stand.
fn digits(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'O' | 'Q' | 'D' => '0',
            'I' | 'L' => '1',
            'Z' => '2',
            'S' => '5',
            'G' => '6',
            'B' => '8',
            other => other,
        })
        .collect()
}

/// Digits read where only letters stand.
fn letters(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '0' => 'O',
            '1' => 'I',
            '2' => 'Z',
            '5' => 'S',
            '6' => 'G',
            '8' => 'B',
            other => other,
        })
        .collect()
}

/// Letters that are often digits and digits that are often letters, where both may stand.
const CONFUSED: &[(char, char)] = &[('O', '0'), ('I', '1'), ('Z', '2'), ('S', '5'), ('G', '6'), ('B', '8'), ('Q', '0')];

/// Mends one letter of a mixed number where exactly one change makes its check digit hold.
fn mended(text: &str, digit: &str) -> String {
    if holds(text, digit) {
        return text.to_owned();
    }
    let mut found: Vec<String> = Vec::new();
    for (at, c) in text.char_indices() {
        for &(letter, number) in CONFUSED {
            let other = if c == letter {
                number
            } else if c == number {
                letter
            } else {
                continue;
            };
            let mut changed = text.to_owned();
            changed.replace_range(at..at + 1, &other.to_string());
            if holds(&changed, digit) && !found.contains(&changed) {
                found.push(changed);
            }
        }
    }
    if found.len() == 1 { found.remove(0) } else { text.to_owned() }
}

/// Reads the two-digit date of a birth or of an end of validity.
fn day(text: &str, birth_before: Option<i32>) -> Option<Date> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i32>().ok();
    let (year, month, day) = (number(0..2)?, number(2..4)?, number(4..6)?);
    let year = match birth_before {
        None => CENTURY + year,
        Some(limit) if CENTURY + year >= limit => CENTURY - 100 + year,
        Some(_) => CENTURY + year,
    };
    Date::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

/// A birth from this year on is a century earlier: nobody applies before being born.
const NO_BIRTH_FROM: i32 = 2027;

fn names(text: &str) -> (String, Vec<String>) {
    let text = letters(text);
    let (surname, given) = text.split_once("<<").unwrap_or((text.trim_end_matches('<'), ""));
    let given =
        given.split('<').filter(|name| name.len() > 1 || name.chars().all(char::is_alphabetic) && !name.is_empty());
    (surname.replace('<', " ").trim().to_owned(), given.map(title_case).collect())
}

/// TD1, three lines of 30: the French card since 2021, residence permits.
fn card(lines: &[String]) -> Option<Mrz> {
    let [one, two, three] = [fitted(&lines[0], 30)?, fitted(&lines[1], 30)?, fitted(&lines[2], 30)?];
    if !matches!(&one[..1], "I" | "A" | "C" | "1") {
        return None;
    }
    let number = mended(&one[5..14], &digits(&one[14..15]));
    let second = format!("{}{}{}{}", digits(&two[..7]), &two[7..8], digits(&two[8..15]), letters(&two[15..18]));
    let (birth, expiry) = (&second[..6], &second[8..14]);
    let one = format!("{}{}{}{}{}", letters(&one[..1]), &one[1..5], number, digits(&one[14..15]), &one[15..]);
    let two = format!("{second}{}{}", &two[18..29], digits(&two[29..30]));
    let all = format!("{}{}{}{}", &one[5..30], &two[..7], &two[8..15], &two[18..29]);
    let held = [holds(&number, &one[14..15]), holds(birth, &two[6..7]), holds(expiry, &two[14..15])];
    let whole = holds(&all, &two[29..30]);
    let (surname, given_names) = names(&three);
    let checked = held.iter().filter(|held| **held).count() + usize::from(whole);
    if checked < 2 {
        return None;
    }
    Some(Mrz {
        surname,
        given_names,
        number: number.trim_end_matches('<').to_owned(),
        birth: day(birth, Some(NO_BIRTH_FROM)).filter(|_| held[1]),
        expiry: day(expiry, None).filter(|_| held[2]),
        nationality: two[15..18].trim_end_matches('<').to_owned(),
        checked,
        checks: 4,
        whole,
        lines: vec![one, two, three],
    })
}

/// TD3, two lines of 44: passports.
fn passport(lines: &[String]) -> Option<Mrz> {
    let [one, two] = [fitted(&lines[0], 44)?, fitted(&lines[1], 44)?];
    if !one.starts_with('P') {
        return None;
    }
    let number = mended(&two[..9], &digits(&two[9..10]));
    let rest = format!("{}{}{}", digits(&two[13..20]), &two[20..21], digits(&two[21..28]));
    let two = format!(
        "{number}{}{}{rest}{}{}",
        digits(&two[9..10]),
        letters(&two[10..13]),
        &two[28..42],
        digits(&two[42..44])
    );
    let all = format!("{}{}{}", &two[..10], &two[13..20], &two[21..43]);
    let held = [
        holds(&number, &two[9..10]),
        holds(&two[13..19], &two[19..20]),
        holds(&two[21..27], &two[27..28]),
        holds(&two[28..42], &two[42..43]),
    ];
    let whole = holds(&all, &two[43..44]);
    let checked = held.iter().filter(|held| **held).count() + usize::from(whole);
    if checked < 2 {
        return None;
    }
    let (surname, given_names) = names(&one[5..]);
    Some(Mrz {
        surname,
        given_names,
        number: number.trim_end_matches('<').to_owned(),
        birth: day(&two[13..19], Some(NO_BIRTH_FROM)).filter(|_| held[1]),
        expiry: day(&two[21..27], None).filter(|_| held[2]),
        nationality: two[10..13].trim_end_matches('<').to_owned(),
        checked,
        checks: 5,
        whole,
        lines: vec![one, two],
    })
}

/// The French card of before 2021, two lines of 36.
fn old_card(lines: &[String]) -> Option<Mrz> {
    let [one, two] = [fitted(&lines[0], 36)?, fitted(&lines[1], 36)?];
    if !letters(&one[..5]).starts_with("IDFRA") {
        return None;
    }
    // All digits but for a rare letter of Corsica.
    let (plain, check) = (digits(&two[..12]), digits(&two[12..13]));
    let number = if holds(&plain, &check) { plain } else { mended(&two[..12], &check) };
    let two = format!(
        "{number}{}{}{}{}{}",
        digits(&two[12..13]),
        letters(&two[13..27]),
        digits(&two[27..34]),
        &two[34..35],
        digits(&two[35..36])
    );
    let one = format!("IDFRA{}", &one[5..]);
    let held = [holds(&number, &two[12..13]), holds(&two[27..33], &two[33..34])];
    let whole = holds(&format!("{one}{}", &two[..35]), &two[35..36]);
    let checked = held.iter().filter(|held| **held).count() + usize::from(whole);
    if checked < 2 {
        return None;
    }
    let surname = letters(&one[5..30]).replace('<', " ").trim().to_owned();
    let given = two[13..27].split('<').filter(|name| !name.is_empty()).map(title_case).collect();
    Some(Mrz {
        surname,
        given_names: given,
        number: number.trim_end_matches('<').to_owned(),
        birth: day(&two[27..33], Some(NO_BIRTH_FROM)).filter(|_| held[1]),
        expiry: None,
        nationality: "FRA".to_owned(),
        checked,
        checks: 3,
        whole,
        lines: vec![one, two],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<Mrz> {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        find(&lines).map(|(found, _)| found)
    }

    fn told(found: &Mrz) -> String {
        let date = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        let names = found.given_names.join(" ");
        format!(
            "{} {names} {} {} {} {}",
            found.surname,
            found.number,
            date(found.birth),
            date(found.expiry),
            found.nationality
        )
    }

    /// Vectors of the facts page, F.2: invented persons, or ICAO's own.
    #[test]
    fn zones_of_every_layout() {
        for (text, expected) in [
            (
                "IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<\n8806923102858CORINNE<<<<<<<6512068F6",
                "BERTHIER Corinne 880692310285 1965-12-06  FRA",
            ),
            (
                "IDFRAX4RTBPFW46<<<<<<<<<<<<<<<\n9007138F3002119FRA<<<<<<<<<<<6\nMARTIN<<MAELYS<GAELLE<MARIE<<<",
                "MARTIN Maelys Gaelle Marie X4RTBPFW4 1990-07-13 2030-02-11 FRA",
            ),
            (
                "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
                "ERIKSSON Anna Maria L898902C3 1974-08-12 2012-04-15 UTO",
            ),
        ] {
            let found = read(text).unwrap();
            assert_eq!(told(&found), expected);
            assert!(found.is_sound(), "{found:?}");
        }
    }

    #[test]
    fn reading_errors_are_mended_where_a_digit_proves_it() {
        let spaced = "IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<\n88O69231O2858 CORINNE<<<<<<<65I2O68F6";
        assert_eq!(told(&read(spaced).unwrap()), "BERTHIER Corinne 880692310285 1965-12-06  FRA");
        let guillemets = "IDFRAX4RTBPFW46«««««««<\n9007138F3002119FRA<<<<<<<<<<<6\nMARTIN«MAELYS<GAELLE<MARIE<<<";
        assert_eq!(read(guillemets).map(|found| found.surname), Some("MARTIN".to_owned()));
    }

    #[test]
    fn what_is_no_zone_gives_nothing() {
        for text in [
            "",
            "IDFRA",
            "Nous attestons que le contrat 12345678 couvre\nle logement",
            "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_lines_are_survived(lines in proptest::collection::vec("[A-Z0-9<é ]{0,50}", 0..4)) {
            let _ = find(&lines);
        }
    }
}
