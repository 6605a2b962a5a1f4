//! The day on which a tenant says to leave.

use super::super::letter::Letter;
use super::reading;
use crate::extract::{Reading, Value};
use crate::values::Date;
use crate::values::date_text::find_dates;
use crate::values::fold::fold;
use regex::Regex;
use std::sync::LazyLock;

/// Words of leaving, before the day or behind it in the same sentence.
static LEAVING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"QUIT|KIT|LIBER|PARS|PART|REND|SOR[ST]|DEPART|CONGE|FIN\b|EFFET|TERME|DATE|CLES?\b|DEMENAG|LIEUX|PREAVIS|PRENDR|RESILI|LAISSE|LACHE|ARRET|REMET|ECHEANCE|LIBRE")
        .expect("the pattern is fixed")
});
/// Words right before a day that is another's.
static OTHERS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(DEPUIS|SIGNEE?|RECUE?|NEE?|ENVOYEE?|POSTEE?)( LE)?$|(LOI( N [0-9 ]+)?|COURRIER|LETTRE|DATEE?|DATE|JUGEMENT|CONTRAT|BAIL|ORDONNANCE|DECRET) DU$|(EMPLOI|POSTE|MUTATION|MUTEE?|EMBAUCHE|COMMENCE|TRAVAIL)( [A-Z]+){0,4} (LE|DU)$|(VISITE|AUDIENCE|RENDEZ VOUS|ACCOUCHE?)( [A-Z]+){0,3}$")
        .expect("the pattern is fixed")
});
/// Letters before and behind a day that are looked at.
const AROUND: usize = 90;
/// Nobody gives notice for so far ahead.
const LONGEST_MONTHS: i32 = 18;

/// Gives the day of leaving; a vague one ("d'ici l'été") gives none.
pub(super) fn day(letter: &Letter<'_>, written: Date) -> Option<Reading> {
    let snippet = letter.snippet(&letter.body);
    let text = &snippet.text;
    let mut best: Option<(usize, std::ops::Range<usize>, Date)> = None;
    for found in find_dates(text) {
        let near = found.date >= written.add_days(-1) && found.date <= written.add_months(LONGEST_MONTHS);
        let from = boundary(text, found.range.start.saturating_sub(AROUND));
        let before = text[from..found.range.start].rsplit(['.', '!', '?']).next().unwrap_or_default();
        let to = boundary(text, (found.range.end + AROUND).min(text.len()));
        let behind = text[found.range.end..to].split(['.', '!', '?', '\n']).next().unwrap_or_default();
        let (before, behind) = (fold(before), fold(behind));
        if !near || OTHERS.is_match(&before) {
            continue;
        }
        let points = 2 * usize::from(LEAVING.is_match(&before)) + usize::from(LEAVING.is_match(&behind));
        if points > best.as_ref().map_or(0, |(most, _, _)| *most) {
            best = Some((points, found.range, found.date));
        }
    }
    let (points, range, date) = best?;
    reading(&snippet, range, Value::Date(date), if points > 1 { 0.85 } else { 0.6 }, "jour de départ")
}

fn boundary(text: &str, at: usize) -> usize {
    (at..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{Sheet, typed};

    #[test]
    fn the_day_of_leaving_among_others() {
        let written = Date::from_iso("2026-03-10").unwrap();
        for (text, expected) in [
            (
                "Bonjour,\nmon bail signé le 3 avril 2014 prend fin, je quitte le logement le 30 juin 2026.",
                "2026-06-30",
            ),
            (
                "Bonjour,\nJe suis muté à Nantes à compter du 1er mai 2026. Je rendrai les clés le 15 avril 2026.",
                "2026-04-15",
            ),
            ("Bonjour,\nje pars d'ici l'été, loi du 6 juillet 1989.", ""),
            ("Bonjour,\nDépart : le 30/06/2026", "2026-06-30"),
        ] {
            let page = typed::page(text);
            let sheet = Sheet::new([&page]);
            let found = day(&Letter::new(&sheet, None), written);
            let day = match found.and_then(|reading| reading.value) {
                Some(Value::Date(date)) => date.to_string(),
                _ => String::new(),
            };
            assert_eq!(day, expected, "{text}");
        }
    }
}
