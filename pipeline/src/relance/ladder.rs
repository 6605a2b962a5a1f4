//! Where a lease stands on its ladder: the step that comes next, and from which day.
//!
//! A step that was not sent on its day is sent later, unless the rules say that it has no object any more; the one after it
//! waits until it left, and then the days between two letters.

use super::guards::held;
use super::requirement::Owed;
use super::{Held, LeaseFile, Obligation, PastStep, Reason, StepState};
use crate::rules::{CountedFrom, Ladder, StepKind, StepRule, TrackRule};
use crate::values::Date;

/// What comes next for the period owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next<'a> {
    /// This step may leave.
    Step {
        /// The step.
        step: &'a StepRule,
        /// The day of receipt that opened it.
        proof: Option<Date>,
    },
    /// This step, not before this day.
    Later {
        /// Its code.
        step: &'a str,
        /// The day.
        until: Date,
    },
    /// Nothing before somebody does something.
    Held(Held),
}

/// A walk along the ladder of one lease.
pub(super) struct Walk<'f, 'a> {
    pub(super) file: &'f LeaseFile,
    pub(super) ladder: &'a Ladder,
    pub(super) owed: Owed,
    pub(super) today: Date,
}

impl<'f, 'a> Walk<'f, 'a> {
    /// Gives what comes next.
    pub(super) fn next(&self) -> Next<'a> {
        if let Some(in_the_way) = self.unfinished() {
            return in_the_way;
        }
        let open = self.ladder.steps.iter().find(|step| !self.is_taken(step) && !self.lapsed(step));
        if let Some(step) = open {
            return self.on_its_day(step);
        }
        if self.ladder.tracks.is_empty() { self.at_the_end() } else { self.on_tracks() }
    }

    /// Gives the sendings for this period, in the order of their decisions.
    fn sendings(&self) -> impl Iterator<Item = &'f PastStep> {
        let period = self.owed.period();
        let file = self.file;
        file.taken().filter(move |one| one.obligation == Obligation::Assurance && one.period == period)
    }

    fn of_step(&self, code: &str) -> Vec<&'f PastStep> {
        self.sendings().filter(|one| one.step == code).collect()
    }

    fn is_taken(&self, step: &StepRule) -> bool {
        self.sendings().any(|one| one.step == step.code)
    }

    fn lapsed(&self, step: &StepRule) -> bool {
        step.lapses.is_some_and(|days| self.owed.cover_end().add_days(days) <= self.today)
    }

    /// Says what keeps the walk at the step taken last: not left yet, nobody knows, or come back.
    fn unfinished(&self) -> Option<Next<'a>> {
        let step = self.ladder.all_steps().filter(|step| self.is_taken(step)).last()?;
        let sendings = self.of_step(&step.code);
        let any = |state: StepState| sendings.iter().any(|one| one.state == state);
        if any(StepState::Doubt) {
            return Some(Next::Held(self.about(Reason::Doute, step, "on ne sait pas si elle est partie", true)));
        }
        if any(StepState::Withheld) {
            return Some(Next::Held(self.about(Reason::Retenue, step, "elle est retenue, un agent la libère", true)));
        }
        if any(StepState::Decided) && step.legal_effect && !self.approved(step) {
            return Some(Next::Held(self.about(Reason::AccordAttendu, step, "elle attend l'accord d'un agent", true)));
        }
        if sendings.iter().all(|one| one.state == StepState::Undelivered) {
            return Some(self.came_back(step));
        }
        let waits = sendings.iter().any(|one| one.state.waits() || one.state == StepState::Sending);
        waits.then(|| Next::Later { step: &step.code, until: self.today.add_days(1) })
    }

    /// A letter that came back leaves again by another way; a formal act does not without a person.
    fn came_back(&self, step: &'a StepRule) -> Next<'a> {
        if step.legal_effect {
            return Next::Held(self.about(Reason::NonDistribuee, step, "elle est revenue, aucun délai ne court", true));
        }
        Next::Step { step, proof: None }
    }

    /// A step that is due so many days after the end of cover.
    fn on_its_day(&self, step: &'a StepRule) -> Next<'a> {
        let day = self.owed.cover_end().add_days(step.day.unwrap_or_default());
        let until = day.max(self.rested());
        if until > self.today {
            return Next::Later { step: &step.code, until };
        }
        if step.kind == StepKind::Task {
            return Next::Held(self.to_do(step, None));
        }
        Next::Step { step, proof: None }
    }

    /// Gives the first day after the rest that follows any letter, thanks excepted.
    fn rested(&self) -> Date {
        let letters = self.file.taken().filter(|one| one.obligation != Obligation::Remerciement);
        let last = letters.map(|one| one.sent.unwrap_or(one.decided)).max();
        last.map_or(self.owed.from.add_days(-3650), |last| last.add_days(self.ladder.head.spacing_days))
    }

    fn at_the_end(&self) -> Next<'a> {
        let why = "Toutes les étapes de l'échelle ont été faites : un agent décide de la suite.".to_owned();
        Next::Held(held(Reason::ActeAFaire, why, true))
    }

    fn on_tracks(&self) -> Next<'a> {
        let first_steps = self.ladder.tracks.iter().filter_map(|track| track.steps.first());
        let Some(first) = first_steps.min_by_key(|step| step.day) else { return self.at_the_end() };
        let until = self.owed.cover_end().add_days(first.day.unwrap_or_default()).max(self.rested());
        let begun = self.ladder.tracks.iter().find(|track| track.steps.iter().any(|step| self.is_taken(step)));
        match (self.chosen(), begun) {
            (Some(chosen), Some(begun)) if chosen.code != begun.code => Next::Held(exclusive(chosen, begun)),
            (Some(track), _) | (None, Some(track)) => self.along(track),
            (None, None) if until > self.today => Next::Later { step: &first.code, until },
            (None, None) => Next::Held(self.to_choose()),
        }
    }

    /// Gives the track chosen for this period: a choice made before its first day was for another.
    fn chosen(&self) -> Option<&'a TrackRule> {
        let choice = self.file.track.as_ref().filter(|choice| choice.day >= self.owed.from)?;
        self.ladder.track(&choice.track)
    }

    fn to_choose(&self) -> Held {
        let names: Vec<&str> = self.ladder.tracks.iter().map(|track| track.name.as_str()).collect();
        let why = format!(
            "Un agent doit choisir la voie : {}. Le programme ne choisit pas.",
            names.join(" ou ").to_lowercase()
        );
        held(Reason::VoieAChoisir, why, true)
    }

    fn along(&self, track: &'a TrackRule) -> Next<'a> {
        let Some(step) = track.steps.iter().find(|step| !self.is_taken(step)) else { return self.at_the_end() };
        match (&step.after, step.months_after) {
            (Some(after), Some(months)) => self.after_proof(step, after, months),
            _ => self.on_its_day(step),
        }
    }

    /// A step that is due so many months after the proof that another was received.
    fn after_proof(&self, step: &'a StepRule, after: &str, months: u8) -> Next<'a> {
        let sendings = self.of_step(after);
        let Some(proof) = sendings.iter().filter_map(|one| received(one, step.counted_from)).min() else {
            return Next::Held(self.without_proof(step, &sendings));
        };
        let until = proof.add_months(i32::from(months));
        if until > self.today {
            return Next::Later { step: &step.code, until };
        }
        if step.kind == StepKind::Task {
            return Next::Held(self.to_do(step, Some(proof)));
        }
        Next::Step { step, proof: Some(proof) }
    }

    fn without_proof(&self, step: &StepRule, sendings: &[&PastStep]) -> Held {
        let sent = sendings.iter().filter_map(|one| one.sent).min();
        let late = sent.is_some_and(|sent| sent.add_days(self.ladder.head.proof_days) <= self.today);
        let why = match sent {
            Some(sent) => format!("Parti le {}, sans preuve de réception : le délai ne court pas.", sent.in_french()),
            None => "Sans preuve de réception, le délai ne court pas.".to_owned(),
        };
        Held { step: Some(step.code.clone()), ..held(Reason::PreuveAttendue, why, late) }
    }

    fn to_do(&self, step: &StepRule, proof: Option<Date>) -> Held {
        let why = sentence(&step.why, &self.owed, self.today, proof);
        Held { step: Some(step.code.clone()), ..held(Reason::ActeAFaire, why, true) }
    }

    fn about(&self, reason: Reason, step: &StepRule, what: &str, for_agent: bool) -> Held {
        let why = format!("Étape « {} » : {what}.", step.name);
        Held { step: Some(step.code.clone()), ..held(reason, why, for_agent) }
    }

    /// Tells whether an agent said yes to a step for this period.
    pub(super) fn approved(&self, step: &StepRule) -> bool {
        let period = self.owed.period();
        self.file.approvals.iter().any(|one| one.step == step.code && one.period == period)
    }

    /// Gives the days on which letters for this period left.
    pub(super) fn reminded(&self) -> Vec<Date> {
        let mut days: Vec<Date> =
            self.sendings().filter(|one| one.state.may_have_left()).filter_map(|one| one.sent).collect();
        days.sort_unstable();
        days.dedup();
        days
    }
}

fn exclusive(chosen: &TrackRule, begun: &TrackRule) -> Held {
    let why = format!(
        "La voie « {} » est déjà engagée pour cette période : elle exclut « {} » ({}).",
        begun.name, chosen.name, begun.reference
    );
    held(Reason::VoiesExclusives, why, true)
}

fn received(sending: &PastStep, counted: CountedFrom) -> Option<Date> {
    if sending.state == StepState::Undelivered {
        return None;
    }
    match counted {
        CountedFrom::Presentation => sending.presented.or(sending.delivered),
        CountedFrom::Delivery => sending.delivered,
    }
}

/// Fills in a sentence of the rules.
pub(super) fn sentence(pattern: &str, owed: &Owed, today: Date, proof: Option<Date>) -> String {
    if !pattern.contains('{') {
        return pattern.to_owned();
    }
    let proof = proof.map(Date::in_french).unwrap_or_default();
    let text = pattern.replace("{situation}", &situation(owed, today)).replace("{preuve}", &proof);
    text.replace("{fin}", &owed.cover_end().in_french()).replace("{debut}", &owed.from.in_french())
}

/// Says what is known of the cover around the period owed.
fn situation(owed: &Owed, today: Date) -> String {
    let (end, from) = (owed.cover_end().in_french(), owed.from.in_french());
    let known = match (owed.known_before, owed.from > today) {
        (true, true) => format!("La couverture connue s'arrête le {end}."),
        (true, false) => format!("Plus aucune couverture connue depuis le {from}."),
        (false, true) => format!("Une attestation sera due à partir du {from}."),
        (false, false) => format!("Aucune attestation reçue pour la période qui commence le {from}."),
    };
    match owed.until {
        Some(until) => format!(
            "{known} Une attestation reprend ensuite ; il manque la période du {from} au {}.",
            until.in_french()
        ),
        None => known,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::date;
    use super::*;
    use crate::rules::Channel;

    #[test]
    fn what_came_back_was_not_received() {
        let presented = Some(date("2027-05-21"));
        let sending = |state: StepState| PastStep {
            obligation: Obligation::Assurance,
            period: "2027-04-01".to_owned(),
            step: "mise_en_demeure".to_owned(),
            channel: Channel::Registered,
            decided: date("2027-05-18"),
            sent: Some(date("2027-05-18")),
            presented,
            delivered: None,
            proof: None,
            state,
        };
        for (state, counted, day) in [
            (StepState::Handed, CountedFrom::Presentation, presented),
            (StepState::Handed, CountedFrom::Delivery, None),
            (StepState::Undelivered, CountedFrom::Presentation, None),
        ] {
            assert_eq!(received(&sending(state), counted), day, "{state:?} {counted:?}");
        }
    }
}
