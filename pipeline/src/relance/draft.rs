//! From a step or a reply to the letter that would leave, with its sendings.

use super::channels::usable;
use super::guards::held;
use super::{BusinessKey, Dispatch, Due, GuardianKind, Held, LeaseFile, LetterFacts, Obligation, Reason, Recipient};
use crate::rules::{Channel, LadderHead, ReplyRule, StepRule};
use crate::values::Date;

/// A letter before its ways are known.
#[derive(Clone, Debug)]
pub(super) struct Draft<'a> {
    pub(super) obligation: Obligation,
    pub(super) period: String,
    pub(super) step: &'a str,
    pub(super) name: &'a str,
    pub(super) letter: &'a str,
    pub(super) channels: &'a [Channel],
    pub(super) legal_effect: bool,
    pub(super) approved: bool,
    pub(super) why: String,
    pub(super) reference: &'a str,
    pub(super) facts: LetterFacts,
}

impl<'a> Draft<'a> {
    /// Drafts a step of the ladder.
    pub(super) fn of_step(step: &'a StepRule, period: String, why: String, facts: LetterFacts) -> Self {
        Self {
            obligation: Obligation::Assurance,
            period,
            step: &step.code,
            name: &step.name,
            letter: step.letter.as_deref().unwrap_or_default(),
            channels: &step.channels,
            legal_effect: step.legal_effect,
            approved: false,
            why,
            reference: &step.reference,
            facts,
        }
    }

    /// Drafts a reply.
    pub(super) fn of_reply(rule: &'a ReplyRule, obligation: Obligation, period: String, facts: LetterFacts) -> Self {
        Self {
            obligation,
            period,
            step: &rule.code,
            name: &rule.name,
            letter: &rule.letter,
            channels: &rule.channels,
            legal_effect: false,
            approved: false,
            why: rule.why.clone(),
            reference: &rule.reference,
            facts,
        }
    }

    /// Finds its ways; none is a reason to keep it.
    pub(super) fn address(self, file: &LeaseFile, head: &LadderHead, today: Date) -> Result<Due, Held> {
        let ways = self.ways(file, head, today);
        if ways.is_empty() {
            let why = format!("Étape « {} » : ni adresse ni autre moyen d'atteindre le locataire.", self.name);
            return Err(Held { step: Some(self.step.to_owned()), ..held(Reason::SansAdresse, why, true) });
        }
        let mut dispatches: Vec<Dispatch> = ways.iter().map(|way| self.to_tenants(file, *way)).collect();
        dispatches.extend(self.copy(file, &ways));
        Ok(Due {
            lease: file.lease.reference.clone(),
            obligation: self.obligation,
            period: self.period,
            step: self.step.to_owned(),
            letter: self.letter.to_owned(),
            dispatches,
            legal_effect: self.legal_effect,
            approved: self.approved,
            why: self.why,
            reference: self.reference.to_owned(),
            facts: self.facts,
            carries: Vec::new(),
            carried_by: None,
        })
    }

    /// Ways by which this step came back are not tried again: paper stands in.
    fn ways(&self, file: &LeaseFile, head: &LadderHead, today: Date) -> Vec<Channel> {
        let same = |channel: &Channel| {
            file.taken().any(|one| {
                one.obligation == self.obligation
                    && one.period == self.period
                    && one.step == self.step
                    && one.channel == *channel
            })
        };
        let mut ways = usable(self.channels, file, head, today);
        let before = ways.len();
        ways.retain(|channel| !same(channel));
        if ways.is_empty() && before > 0 {
            ways = usable(&[Channel::Letter], file, head, today);
            ways.retain(|channel| !same(channel));
        }
        ways
    }

    fn to_tenants(&self, file: &LeaseFile, channel: Channel) -> Dispatch {
        Dispatch {
            key: self.key(file, self.step.to_owned(), channel),
            to: Recipient::Tenants(file.lease.parties.clone()),
        }
    }

    /// A protected adult's curator or tutor gets what the tenant gets; registered, where the tenant's is.
    fn copy(&self, file: &LeaseFile, ways: &[Channel]) -> Option<Dispatch> {
        let guardian = file.situation.guardian.as_ref()?;
        let proven = ways.iter().any(|way| matches!(way, Channel::Registered | Channel::RegisteredEmail));
        let channel = if proven { Channel::Registered } else { Channel::Letter };
        let wanted = self.obligation != Obligation::Remerciement || guardian.kind == GuardianKind::Tutelle;
        let key = self.key(file, format!("{}_copie", self.step), channel);
        wanted.then(|| Dispatch { key, to: Recipient::Guardian(guardian.clone()) })
    }

    fn key(&self, file: &LeaseFile, step: String, channel: Channel) -> BusinessKey {
        let (lease, period) = (file.lease.reference.clone(), self.period.clone());
        BusinessKey { lease, obligation: self.obligation, period, step, channel }
    }
}
