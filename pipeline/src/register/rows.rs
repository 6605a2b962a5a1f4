//! Rows of a register under a header, from wherever they come: one reading, one set of checks, one report.

use super::{GoodsKind, Lease, Register};
use crate::values::person::title_case;
use crate::values::{Address, Date, Person};
use std::collections::HashMap;

/// A row that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// Where it stands: `contrats.csv:12`, or `vue guichet_baux, bail L-12`.
    pub place: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// A register, and the rows that are not in it.
#[derive(Clone, Debug, Default)]
pub struct RegisterReport {
    /// The leases.
    pub register: Register,
    /// The rows left out.
    pub bad_rows: Vec<BadRow>,
}

/// The columns without which no lease can be matched.
const NEEDED: &[&str] = &["reference_contrat", "nom", "prenom", "adresse", "code_postal", "commune"];

/// Rows being read.
pub(super) struct Rows {
    columns: HashMap<String, usize>,
    width: usize,
    leases: Vec<Lease>,
    /// Where the lease of a reference is.
    places: HashMap<String, usize>,
    bad_rows: Vec<BadRow>,
}

impl Rows {
    /// Starts with the names of the columns; gives those that are missing.
    pub(super) fn under<'a>(header: impl IntoIterator<Item = &'a str>) -> Result<Self, Vec<&'static str>> {
        let names = header.into_iter().map(|column| column.trim().to_lowercase());
        let columns: HashMap<String, usize> = names.enumerate().map(|(at, column)| (column, at)).collect();
        let missing: Vec<&str> = NEEDED.iter().copied().filter(|needed| !columns.contains_key(*needed)).collect();
        if !missing.is_empty() {
            return Err(missing);
        }
        let width = columns.values().max().map_or(0, |last| last + 1);
        Ok(Self { columns, width, leases: Vec::new(), places: HashMap::new(), bad_rows: Vec::new() })
    }

    /// Gives the reference of a row, as it stands there.
    pub(super) fn reference<'a>(&self, row: &[&'a str]) -> &'a str {
        self.columns.get("reference_contrat").and_then(|&at| row.get(at)).copied().unwrap_or_default().trim()
    }

    /// Reads a row; what is wrong with it is kept.
    pub(super) fn add(&mut self, place: String, row: &[&str]) {
        match lease(row, &self.columns, self.width) {
            Err(message) => self.refuse(place, message),
            Ok(lease) => self.put(lease),
        }
    }

    /// Leaves a row out.
    pub(super) fn refuse(&mut self, place: String, message: String) {
        self.bad_rows.push(BadRow { place, message });
    }

    /// Gives what was read.
    pub(super) fn report(self) -> RegisterReport {
        RegisterReport { register: Register::new(self.leases), bad_rows: self.bad_rows }
    }

    /// Persons beyond two stand in further rows of the same reference.
    fn put(&mut self, lease: Lease) {
        let Some(&at) = self.places.get(&lease.reference) else {
            self.places.insert(lease.reference.clone(), self.leases.len());
            self.leases.push(lease);
            return;
        };
        let known = &mut self.leases[at];
        for party in lease.parties {
            if !known.parties.contains(&party) {
                known.parties.push(party);
            }
        }
        known.email = known.email.take().or(lease.email);
        known.phone = known.phone.take().or(lease.phone);
        known.cover_end = known.cover_end.max(lease.cover_end);
    }
}

fn lease(row: &[&str], columns: &HashMap<String, usize>, width: usize) -> Result<Lease, String> {
    let get = |name: &str| columns.get(name).and_then(|&at| row.get(at)).copied().unwrap_or_default().trim();
    if row.len() != width {
        return Err(format!("{} colonnes au lieu de {width} : vérifier les points-virgules", row.len()));
    }
    let reference = get("reference_contrat");
    if reference.is_empty() {
        return Err("la colonne reference_contrat est vide".to_owned());
    }
    let mut parties = Vec::new();
    for (nom, prenom) in [("nom", "prenom"), ("nom_conjoint", "prenom_conjoint")] {
        if !get(nom).is_empty() {
            parties.push(Person { nom: get(nom).to_uppercase(), prenom: title_case(get(prenom)), nom_usage: None });
        }
    }
    if parties.is_empty() {
        return Err(format!("le bail {reference} n'a pas de titulaire : remplir la colonne nom"));
    }
    let code_postal = get("code_postal");
    if code_postal.len() != 5 || !code_postal.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("le code postal « {code_postal} » du bail {reference} n'a pas cinq chiffres"));
    }
    let given = |name: &str| Some(get(name).to_owned()).filter(|text| !text.is_empty());
    Ok(Lease {
        reference: reference.to_owned(),
        parties,
        address: Address {
            ligne: get("adresse").to_owned(),
            complement: given("complement"),
            code_postal: code_postal.to_owned(),
            commune: get("commune").to_owned(),
        },
        start: date(get("date_effet"), "date_effet")?,
        end: date(get("date_fin_bail"), "date_fin_bail")?,
        kind: match get("type_bien") {
            "" | "logement" => GoodsKind::Dwelling,
            "parking" => GoodsKind::Parking,
            "commerce" => GoodsKind::Shop,
            other => return Err(format!("type_bien « {other} » inconnu : logement, parking ou commerce")),
        },
        email: given("email"),
        phone: given("telephone"),
        // A typed day that cannot be read proves no cover; the lease is good all the same.
        cover_end: date(get("assurance_fin"), "assurance_fin").unwrap_or_default(),
    })
}

fn date(text: &str, column: &str) -> Result<Option<Date>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    Date::from_table(text)
        .map(Some)
        .ok_or_else(|| format!("{column} « {text} » n'est pas une date (attendu : 2026-09-01)"))
}
