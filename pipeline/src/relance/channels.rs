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
