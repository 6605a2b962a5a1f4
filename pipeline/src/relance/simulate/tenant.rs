//! The tenants of a made year: who they are, how they are reached, and how they answer.

use super::super::{Attestation, Contacts, LeaseFile, Settings};
use super::dice::Dice;
use crate::register::{GoodsKind, Lease};
use crate::values::{Address, Date, Person};

/// How a tenant answers; the shares are guesses of what a landlord sees, not measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Habit {
    /// Sends the paper before anybody asks.
    Early,
    /// Answers the first letter.
    Punctual,
    /// Answers after the end of cover.
    Late,
    /// Sends a wrong paper first.
    Confused,
    /// Answers nothing but registered letters, if those.
    Silent,
}

impl Habit {
    fn drawn(dice: &mut Dice) -> Self {
        match dice.between(1, 100) {
            1..=15 => Self::Early,
            16..=60 => Self::Punctual,
            61..=80 => Self::Late,
            81..=92 => Self::Confused,
            _ => Self::Silent,
        }
    }
}

/// A tenant, apart from what the landlord's file says.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// How he answers.
    pub habit: Habit,
    /// He sent a paper that nobody decided on yet.
    pub answering: bool,
    /// An agent works on his file until this day.
    pub agent_until: Option<Date>,
    /// Papers he has sent.
    pub papers: u32,
}

/// Makes the lease of a number, insured until some day of the coming year or a few days ago.
pub(super) fn lease(number: usize, first_day: Date, dice: &mut Dice, settings: &Settings) -> (LeaseFile, Tenant) {
    let kind = match dice.between(1, 100) {
        1..=88 => GoodsKind::Dwelling,
        89..=97 => GoodsKind::Parking,
        _ => GoodsKind::Shop,
    };
    let reference = format!("L-{number:06}");
    let address = Address {
        ligne: format!("{} RUE DES TILLEULS", number % 400 + 1),
        complement: Some(format!("APT {number}")),
        code_postal: "59000".to_owned(),
        commune: "LILLE".to_owned(),
    };
    let start =
        first_day.add_days(-dice.between(400, 8000)).max(settings.first_day.unwrap_or(first_day).add_days(-400));
    let lease = Lease {
        parties: vec![Person { nom: format!("LOCATAIRE{number}"), prenom: "Camille".to_owned(), nom_usage: None }],
        address: address.clone(),
        start: Some(start),
        end: None,
        kind,
        email: None,
        phone: None,
        cover_end: None,
        reference,
    };
    let contacts = contacts(address, number, dice);
    let tenant = Tenant { habit: Habit::drawn(dice), answering: false, agent_until: None, papers: 0 };
    let attestations = vec![known_attestation(number, first_day, dice)];
    (LeaseFile { attestations, ..LeaseFile::new(lease, contacts) }, tenant)
}

fn known_attestation(number: usize, first_day: Date, dice: &mut Dice) -> Attestation {
    let end = first_day.add_days(dice.between(-5, 365));
    let start = end.add_months(-12).add_days(1).min(first_day);
    Attestation {
        segment: format!("a-{number}-0"),
        insured: Vec::new(),
        policy: Some(format!("P{number}N0")),
        start,
        end,
        tacit_renewal: false,
        issued: None,
        received: start,
        accepted: start,
    }
}

fn contacts(address: Address, number: usize, dice: &mut Dice) -> Contacts {
    let email = dice.one_in_thousand(700).then(|| format!("locataire{number}@courriel.example"));
    Contacts {
        postal: (!dice.one_in_thousand(5)).then_some(address),
        email,
        mobile: dice.one_in_thousand(600).then(|| "0639980000".to_owned()),
        paper_only: dice.one_in_thousand(80),
        no_sms: dice.one_in_thousand(100),
        ..Contacts::default()
    }
}
