//! What the tests of this module share.

use super::{Attestation, Contacts, House, LeaseFile, Settings};
use crate::register::{GoodsKind, Lease};
use crate::rules::Rules;
use crate::values::{Address, Date, Person};

pub(super) fn date(text: &str) -> Date {
    Date::from_iso(text).unwrap_or_else(|| panic!("{text} is no date"))
}

pub(super) fn house() -> House {
    House { settings: Settings::default(), rules: Rules::embedded().unwrap().relances }
}

/// A dwelling let since 2020, with a postal address and an e-mail address.
pub(crate) fn file(reference: &str) -> LeaseFile {
    let address = Address {
        ligne: "12 RUE DES LILAS".to_owned(),
        complement: None,
        code_postal: "31000".to_owned(),
        commune: "TOULOUSE".to_owned(),
    };
    let lease = Lease {
        reference: reference.to_owned(),
        parties: vec![Person { nom: "LEFÈVRE".to_owned(), prenom: "Anaïs".to_owned(), nom_usage: None }],
        address: address.clone(),
        start: Some(date("2020-01-01")),
        end: None,
        kind: GoodsKind::Dwelling,
        email: None,
        phone: None,
        cover_end: None,
    };
    let email = Some("anais@courriel.example".to_owned());
    LeaseFile::new(lease, Contacts { postal: Some(address), email, ..Contacts::default() })
}

pub(super) fn attestation(start: &str, end: &str) -> Attestation {
    Attestation {
        segment: format!("a-{start}"),
        insured: Vec::new(),
        policy: None,
        start: date(start),
        end: date(end),
        tacit_renewal: false,
        issued: None,
        received: date(start),
        accepted: date(start),
    }
}
