//! Results compared with the truth: types, fields, decisions, mail.
//!
//! Goes in: result lines and truth lines as JSON, both in the shapes of the catalogue. Comes out: a [`Report`] of counts.
//! False accepts come first: a paper that should have been looked at and was not.

mod pairing;
mod same;

use pairing::paired;
use same::{same, values};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Fields that decide something.
#[rustfmt::skip]
const DECIDING: &[&str] = &[
    "assureur", "numero_contrat", "assures", "adresse_risque", "date_debut", "date_fin", "qualite_occupant",
    "garanties", "demandeur", "numero_unique", "nom", "prenoms", "date_naissance", "numero_document",
    "date_expiration", "declarants", "annee_revenus", "revenu_fiscal_reference", "salarie", "employeur", "periode",
    "net_a_payer", "allocataire", "total", "personne", "montant_net", "locataires", "adresse_logement",
    "montant_total", "hebergeant", "heberge", "adresse", "titulaire", "date_emission", "iban", "eleve", "categorie",
    "urgence", "date_depart", "motif_preavis_reduit",
];

/// Right, wrong and missed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Found and right.
    pub right: usize,
    /// Found and wrong, or not there at all.
    pub wrong: usize,
    /// There and not found, or found wrong.
    pub missed: usize,
}

impl Counts {
    /// Gives the share of what was found that is right, 0 to 1.
    pub fn precision(&self) -> f64 {
        self.right as f64 / (self.right + self.wrong).max(1) as f64
    }

    /// Gives the share of what is there that was found, 0 to 1.
    pub fn recall(&self) -> f64 {
        self.right as f64 / (self.right + self.missed).max(1) as f64
    }

    /// Gives the harmonic mean of both, 0 to 1.
    pub fn f1(&self) -> f64 {
        let (precision, recall) = (self.precision(), self.recall());
        2.0 * precision * recall / (precision + recall).max(1e-9)
    }

    fn compare<T: Ord>(&mut self, expected: &BTreeSet<T>, found: &BTreeSet<T>) {
        self.right += expected.intersection(found).count();
        self.missed += expected.difference(found).count();
        self.wrong += found.difference(expected).count();
    }
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// How many.
    pub of: usize,
    /// How many of them are right.
    pub right: usize,
}

impl Share {
    /// Gives the share, 0 to 1.
    pub fn rate(&self) -> f64 {
        self.right as f64 / self.of.max(1) as f64
    }

    fn count(&mut self, right: bool) {
        self.of += 1;
        self.right += usize::from(right);
    }
}

/// One thing that came out otherwise than expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Miss {
    /// The file.
    pub source: String,
    /// The field, or `type`, `decision`, `status`, `conge.…`.
    pub what: String,
    /// What is true.
    pub expected: Value,
    /// What was read.
    pub read: Value,
}

/// The figures of a comparison.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Files in the truth.
    pub files: usize,
    /// Files without a result line.
    pub unanswered: usize,
    /// Types of segments that a person can read.
    pub types: Share,
    /// Expected and given type of those that differ.
    pub confused_types: BTreeMap<(String, String), usize>,
    /// Page ranges.
    pub segments: Counts,
    /// Values of all fields.
    pub fields: Counts,
    /// Values of the fields that decide something.
    pub deciding: Counts,
    /// Values by field.
    pub by_field: BTreeMap<String, Counts>,
    /// Files that must be answered with an error code.
    pub faults: Share,
    /// Expected and given outcome of decisions.
    pub decisions: BTreeMap<(String, String), usize>,
    /// Accepted though something was to be looked at: the file and the expected reasons.
    pub false_accepts: Vec<(String, Vec<String>)>,
    /// Leases that the papers name.
    pub leases: Share,
    /// Reason codes.
    pub reasons: Counts,
    /// Categories of mail.
    pub categories: Share,
    /// Urgency of mail.
    pub urgencies: Share,
    /// Letters about a danger found as such.
    pub dangers: Share,
    /// What was computed of congés.
    pub conges: Counts,
    /// Everything that came out otherwise than expected.
    pub misses: Vec<Miss>,
}

impl Report {
    /// Gives how many good papers were accepted without anybody looking.
    pub fn straight_through(&self) -> Share {
        let of = self.decisions.iter().filter(|((expected, _), _)| expected == "accept").map(|(_, count)| count).sum();
        let both = ("accept".to_owned(), "accept".to_owned());
        Share { of, right: self.decisions.get(&both).copied().unwrap_or_default() }
    }

    /// Gives how many papers must not be accepted.
    pub fn not_to_accept(&self) -> usize {
        self.decisions.iter().filter(|((expected, _), _)| expected != "accept").map(|(_, count)| count).sum()
    }

    fn miss(&mut self, source: &str, what: &str, expected: &Value, read: &Value) {
        let (source, what) = (source.to_owned(), what.to_owned());
        self.misses.push(Miss { source, what, expected: expected.clone(), read: read.clone() });
    }
}

/// Compares results with the truth, file by file.
pub fn score(results: &[Value], truth: &[Value]) -> Report {
    let by_source: BTreeMap<&str, &Value> =
        results.iter().filter_map(|result| Some((result["source"].as_str()?, result))).collect();
    let mut report = Report::default();
    for expected in truth {
        let source = expected["source"].as_str().unwrap_or_default();
        let result = find(&by_source, source).unwrap_or(&Value::Null);
        report.files += 1;
        report.unanswered += usize::from(result.is_null());
        if expected["status"].as_str().unwrap_or("ok") == "ok" {
            file(&mut report, source, expected, result);
        } else {
            fault(&mut report, source, expected, result);
        }
    }
    report
}

/// Gives the result of a file, by its path or by the end of it where only one fits.
fn find<'a>(by_source: &BTreeMap<&str, &'a Value>, source: &str) -> Option<&'a Value> {
    if let Some(result) = by_source.get(source) {
        return Some(result);
    }
    let end = format!("/{source}");
    let mut fitting = by_source.iter().filter(|(name, _)| name.ends_with(&end));
    let (_, result) = fitting.next()?;
    fitting.next().is_none().then_some(*result)
}

fn fault(report: &mut Report, source: &str, expected: &Value, result: &Value) {
    let code = expected["error"].as_str().or(expected["error"]["code"].as_str()).or(expected["status"].as_str());
    let right = result["status"] == "error" && result["error"]["code"].as_str() == code;
    report.faults.count(right);
    if !right {
        report.miss(source, "status", &expected["error"], &result["error"]);
    }
}

fn file(report: &mut Report, source: &str, expected: &Value, result: &Value) {
    let list = |value: &Value| value["segments"].as_array().cloned().unwrap_or_default();
    let (truths, reads) = (list(expected), list(result));
    let places = |segments: &[Value]| segments.iter().map(pairing::place).collect::<BTreeSet<_>>();
    report.segments.compare(&places(&truths), &places(&reads));
    for (truth, read) in paired(&truths, &reads) {
        segment(report, source, truth, read.unwrap_or(&Value::Null));
    }
}

fn segment(report: &mut Report, source: &str, truth: &Value, read: &Value) {
    if truth["illisible"] != Value::Bool(true) {
        let right = read["type"] == truth["type"];
        report.types.count(right);
        if !right {
            let said = |value: &Value| value["type"].as_str().unwrap_or("rien").to_owned();
            *report.confused_types.entry((said(truth), said(read))).or_default() += 1;
            report.miss(source, "type", &truth["type"], &read["type"]);
        }
    }
    let (expected, found) = (values(truth.get("fields")), values(read.get("fields")));
    fields(report, source, &expected, &found);
    mail(report, &expected, &found);
    if truth["decision"].is_object() {
        decision(report, source, &truth["decision"], &read["decision"]);
    }
    if let Some(conge) = truth["conge"].as_object() {
        notice(report, source, conge, &read["conge"]);
    }
}

fn fields(report: &mut Report, source: &str, expected: &Map<String, Value>, found: &Map<String, Value>) {
    // The truth gives no fields for this segment: nothing can be said of those that were read.
    if expected.is_empty() {
        return;
    }
    let names: BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
    for name in names {
        let (truth, read) = (expected.get(name), found.get(name));
        let right = matches!((truth, read), (Some(truth), Some(read)) if same(name, truth, read));
        let counts = Counts {
            right: usize::from(right),
            wrong: usize::from(!right && read.is_some()),
            missed: usize::from(!right && truth.is_some()),
        };
        let add = |to: &mut Counts| {
            to.right += counts.right;
            to.wrong += counts.wrong;
            to.missed += counts.missed;
        };
        add(&mut report.fields);
        add(report.by_field.entry(name.clone()).or_default());
        if DECIDING.contains(&name.as_str()) {
            add(&mut report.deciding);
        }
        if !right {
            report.miss(source, name, truth.unwrap_or(&Value::Null), read.unwrap_or(&Value::Null));
        }
    }
}

fn mail(report: &mut Report, expected: &Map<String, Value>, found: &Map<String, Value>) {
    let right = |name: &str| found.get(name).is_some_and(|read| same(name, &expected[name], read));
    if expected.contains_key("categorie") {
        report.categories.count(right("categorie"));
    }
    if let Some(urgency) = expected.get("urgence") {
        report.urgencies.count(right("urgence"));
        if urgency == "immediate" {
            report.dangers.count(found.get("urgence") == Some(urgency));
        }
    }
}

fn decision(report: &mut Report, source: &str, truth: &Value, read: &Value) {
    let outcome = |decision: &Value| decision["outcome"].as_str().unwrap_or("rien").to_owned();
    let codes = |decision: &Value| -> BTreeSet<String> {
        let codes = decision["reasons"].as_array().into_iter().flatten();
        codes.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    *report.decisions.entry((outcome(truth), outcome(read))).or_default() += 1;
    if outcome(read) == "accept" && outcome(truth) != "accept" {
        report.false_accepts.push((source.to_owned(), codes(truth).into_iter().collect()));
    }
    report.reasons.compare(&codes(truth), &codes(read));
    if truth["reference_contrat"].is_string() {
        report.leases.count(truth["reference_contrat"] == read["reference_contrat"]);
    }
    if outcome(truth) != outcome(read) || codes(truth) != codes(read) {
        report.miss(source, "decision", truth, read);
    }
}

fn notice(report: &mut Report, source: &str, truth: &Map<String, Value>, read: &Value) {
    for (name, expected) in truth.iter().filter(|(_, expected)| !expected.is_null()) {
        let found = &read[name.as_str()];
        if name == "points" {
            let codes = |value: &Value| -> BTreeSet<String> {
                value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
            };
            report.conges.compare(&codes(expected), &codes(found));
            continue;
        }
        let said = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned).to_lowercase();
        if said(expected) == said(found) {
            report.conges.right += 1;
        } else {
            report.conges.missed += 1;
            report.conges.wrong += usize::from(!found.is_null());
            report.miss(source, &format!("conge.{name}"), expected, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn attestation(number: &str, outcome: &str, reasons: &[&str]) -> Value {
        json!({"pages": [1], "type": "attestation_habitation", "fields": {"numero_contrat": number, "date_fin": "2026-12-31"},
               "decision": {"outcome": outcome, "reasons": reasons, "reference_contrat": "L-1"}})
    }

    #[test]
    fn figures_of_a_small_run() {
        let truth = [
            json!({"source": "a.pdf", "segments": [attestation("A1", "accept", &[])]}),
            json!({"source": "b.pdf", "segments": [attestation("B1", "review", &["nom_different"])]}),
            json!({"source": "c.pdf", "status": "error", "error": "fichier_vide", "segments": []}),
            json!({"source": "d.pdf", "segments": [attestation("D1", "reject", &["echue"])]}),
        ];
        let results = [
            json!({"source": "in/a.pdf", "status": "ok", "segments": [attestation("A 1", "accept", &[])]}),
            json!({"source": "in/b.pdf", "status": "ok", "segments": [attestation("B2", "accept", &[])]}),
            json!({"source": "in/c.pdf", "status": "error", "error": {"code": "fichier_vide"}}),
        ];
        let report = score(&results, &truth);
        assert_eq!((report.files, report.unanswered), (4, 1));
        assert_eq!(report.types, Share { of: 3, right: 2 });
        assert_eq!(report.faults, Share { of: 1, right: 1 });
        assert_eq!(report.false_accepts, [("b.pdf".to_owned(), vec!["nom_different".to_owned()])]);
        assert_eq!(report.straight_through(), Share { of: 1, right: 1 });
        assert_eq!(report.not_to_accept(), 2);
        assert_eq!(report.deciding, Counts { right: 3, wrong: 1, missed: 3 });
        assert_eq!(report.leases, Share { of: 3, right: 2 });
        assert_eq!(report.reasons, Counts { right: 0, wrong: 0, missed: 2 });
    }

    #[test]
    fn mail_and_notices() {
        let letter = |urgency: &str, date: &str, points: &[&str]| {
            json!({"pages": [1], "type": "courrier", "fields": {"categorie": "conge", "urgence": urgency},
                   "conge": {"duree_mois": 3, "date_fin_bail": date, "points": points, "motif_retenu": null}})
        };
        let truth =
            [json!({"source": "l.eml", "segments": [letter("immediate", "2027-02-23", &["signature_absente"])]})];
        let read = [json!({"source": "l.eml", "segments": [letter("normale", "2027-02-24", &["signature_absente"])]})];
        let report = score(&read, &truth);
        assert_eq!(report.categories, Share { of: 1, right: 1 });
        assert_eq!((report.urgencies, report.dangers), (Share { of: 1, right: 0 }, Share { of: 1, right: 0 }));
        assert_eq!(report.conges, Counts { right: 2, wrong: 1, missed: 1 });
    }
}
