//! By which ways a letter can reach the tenants of a lease.

use super::{LeaseFile, StepState};
use crate::rules::{Channel, LadderHead};
use crate::values::Date;

/// Gives the ways of a step that the tenant has, in the order of the rule; a plain letter stands in where a step that needs
/// no proof has none of them. Empty: the step cannot go.
pub(super) fn usable(wanted: &[Channel], file: &LeaseFile, head: &LadderHead, today: Date) -> Vec<Channel> {
    let mut ways: Vec<Channel> = Vec::with_capacity(wanted.len());
    for channel in wanted.iter().filter_map(|channel| usable_one(*channel, file, head, today)) {
        if !ways.contains(&channel) {
            ways.push(channel);
        }
    }
    let proving =
        |channel: &Channel| matches!(channel, Channel::Registered | Channel::RegisteredEmail | Channel::Officer);
    if ways.is_empty() && !wanted.iter().any(proving) && has_postal(file) {
        ways.push(Channel::Letter);
    }
    ways
}

fn usable_one(channel: Channel, file: &LeaseFile, head: &LadderHead, today: Date) -> Option<Channel> {
    let usable = match channel {
        Channel::Email => has_email(file) && !file.contacts.paper_only,
        Channel::Sms => may_text(file, head, today),
        Channel::Letter => has_postal(file),
        Channel::Registered if consents(file, today) => return Some(Channel::RegisteredEmail),
        Channel::Registered => has_postal(file),
        Channel::RegisteredEmail => consents(file, today),
        Channel::Officer => true,
    };
    usable.then_some(channel)
}

fn has_postal(file: &LeaseFile) -> bool {
    file.contacts.postal.is_some() && file.contacts.postal_returned.is_none()
}

/// An address from which mail came back is none, until it is changed: the caller then clears the day.
fn has_email(file: &LeaseFile) -> bool {
    file.contacts.email.is_some() && file.contacts.email_bounced.is_none()
}

/// Registered e-mail needs the express consent of a tenant, given before (CPCE L.100), and an address that works.
fn consents(file: &LeaseFile, today: Date) -> bool {
    has_email(file) && !file.contacts.paper_only && file.contacts.lre_consent.is_some_and(|given| given <= today)
}

/// At most one text message in so many days, whatever it is about.
fn may_text(file: &LeaseFile, head: &LadderHead, today: Date) -> bool {
    let contacts = &file.contacts;
    let texted = file.taken().filter(|one| one.channel == Channel::Sms && one.state != StepState::Undelivered);
    let last = texted.map(|one| one.sent.unwrap_or(one.decided)).max();
    let rested = last.is_none_or(|last| last.add_days(head.sms_days) <= today);
    contacts.mobile.is_some() && !contacts.no_sms && !contacts.paper_only && rested
}

#[cfg(test)]
mod tests {
    use super::super::tests::{date, file, house};
    use super::super::{Obligation, PastStep};
    use super::*;

    #[test]
    fn at_most_one_text_message_in_seven_days() {
        let house = house();
        let head = &house.rules.ladders[1].head;
        let mut file = file("L-1");
        file.contacts.mobile = Some("+33639980000".to_owned());
        let sent = |day: &str, state: StepState| PastStep {
            obligation: Obligation::Assurance,
            period: "2027-04-01".to_owned(),
            step: "rappel".to_owned(),
            channel: Channel::Sms,
            decided: date(day),
            sent: Some(date(day)),
            presented: None,
            delivered: None,
            proof: None,
            state,
        };
        for (state, day, texted) in [
            (StepState::Handed, "2027-03-01", false),
            (StepState::Handed, "2027-03-07", false),
            (StepState::Handed, "2027-03-08", true),
            (StepState::Doubt, "2027-03-07", false),
            (StepState::Cancelled, "2027-03-02", true),
            (StepState::Undelivered, "2027-03-02", true),
        ] {
            file.history = vec![sent("2027-03-01", state)];
            let ways = usable(&[Channel::Email, Channel::Sms], &file, head, date(day));
            assert_eq!(ways.contains(&Channel::Sms), texted, "{state:?} on {day}");
        }
    }

    #[test]
    fn registered_mail_is_never_replaced_by_plain() {
        let house = house();
        let mut file = file("L-1");
        file.contacts.postal = None;
        let ways =
            |file: &LeaseFile| usable(&[Channel::Registered], file, &house.rules.ladders[1].head, date("2027-03-01"));
        assert_eq!(ways(&file), []);
        file.contacts.lre_consent = Some(date("2027-03-02"));
        assert_eq!(ways(&file), [], "consent comes before");
        file.contacts.lre_consent = Some(date("2027-03-01"));
        assert_eq!(ways(&file), [Channel::RegisteredEmail]);
    }
}
