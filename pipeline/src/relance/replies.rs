//! Letters that answer something: a paper refused, an attestation that came, insurance on the tenant's behalf that ended.

use super::draft::Draft;
use super::requirement::Owed;
use super::{Cover, LeaseFile, LetterFacts, Obligation, Refusal};
use crate::rules::{Ladder, ReplyRule};
use crate::values::Date;

/// Gives the letter that says that insurance on the tenant's behalf has ended.
pub(super) fn end_on_behalf<'a>(file: &LeaseFile, ladder: &'a Ladder, today: Date) -> Option<Draft<'a>> {
    let rule = ladder.on_behalf_end.as_ref()?;
    let contract = file.on_behalf.as_ref()?;
    let ended = contract.end.filter(|end| *end <= today && in_time(rule, *end, today))?;
    let period = contract.start.to_string();
    let facts = LetterFacts { cover_end: Some(ended), ..LetterFacts::default() };
    let draft = Draft::of_reply(rule, Obligation::PourCompte, period, facts);
    (!answered(file, Obligation::PourCompte, &draft.period)).then_some(draft)
}

/// Gives the thanks for the attestation by which a tenant who had been written to is covered again.
pub(super) fn thanks<'a>(file: &LeaseFile, cover: &Cover, ladder: &'a Ladder, today: Date) -> Option<Draft<'a>> {
    let asked = || file.taken().filter(|one| one.obligation == Obligation::Assurance && one.state.may_have_left());
    let period = asked().map(|one| &one.period).max()?;
    let first_asked = asked().filter(|one| one.period == *period).map(|one| one.decided).min()?;
    let wanted = Date::from_iso(period)?;
    let until = cover.last_day_from(wanted.max(today))?;
    let answers = file.attestations.iter().filter(|one| one.end >= wanted && one.accepted >= first_asked);
    // A cover that begins later than asked is only thanked for once it has begun.
    let since = answers.map(|one| if one.start > wanted { one.accepted.max(one.start) } else { one.accepted }).min()?;
    let open = since <= today && in_time(&ladder.thanks, since, today);
    if !open || answered(file, Obligation::Remerciement, period) {
        return None;
    }
    let facts = LetterFacts { cover_end: Some(until), ..LetterFacts::default() };
    Some(Draft::of_reply(&ladder.thanks, Obligation::Remerciement, period.clone(), facts))
}

/// Gives the answer to the papers refused since the last answer, all in one letter.
pub(super) fn refusal<'a>(file: &LeaseFile, owed: &Owed, ladder: &'a Ladder, today: Date) -> Option<Draft<'a>> {
    if owed.cover_end().add_days(-ladder.head.request_days) > today {
        return None;
    }
    let open = open_refusals(file, &ladder.refusal, today);
    let last = open.last()?;
    let sentences = open.iter().flat_map(|refusal| refusal.reasons.iter().map(|reason| reason.sentence.clone()));
    let facts = LetterFacts {
        cover_end: owed.known_before.then(|| owed.cover_end()),
        missing_from: Some(owed.from),
        missing_until: owed.until,
        refusals: sentences.collect(),
        reminded: Vec::new(),
    };
    let mut draft = Draft::of_reply(&ladder.refusal, Obligation::PieceRefusee, last.segment.clone(), facts);
    draft.why = format!("{} {}", ladder.refusal.why, draft.facts.refusals.join(" "));
    Some(draft)
}

/// Refusals are listed in the order of their decisions: one that was answered answers those before it, and an attestation
/// accepted since answers them all.
fn open_refusals<'f>(file: &'f LeaseFile, rule: &ReplyRule, today: Date) -> Vec<&'f Refusal> {
    let is_answered = |refusal: &Refusal| answered(file, Obligation::PieceRefusee, &refusal.segment);
    let from = file.refusals.iter().rposition(is_answered).map_or(0, |at| at + 1);
    let accepted = file.attestations.iter().map(|one| one.accepted).max();
    let open = file.refusals[from..]
        .iter()
        .filter(|refusal| in_time(rule, refusal.day, today) && accepted.is_none_or(|accepted| accepted < refusal.day));
    open.collect()
}

fn in_time(rule: &ReplyRule, since: Date, today: Date) -> bool {
    since.add_days(rule.lapses_days) > today
}

fn answered(file: &LeaseFile, obligation: Obligation, period: &str) -> bool {
    file.taken().any(|one| one.obligation == obligation && one.period == period)
}
