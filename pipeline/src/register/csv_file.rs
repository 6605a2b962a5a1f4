//! The register's CSV file: UTF-8, `;` between columns, a header that names them.

use super::{GoodsKind, Lease, Register};
use crate::values::person::title_case;
use crate::values::{Address, Date, Person};
use std::collections::HashMap;

/// A row that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// The line in the file, from 1.
    pub line: u64,
    /// What is wrong and what to do.
    pub message: String,
}

/// A register, and the rows that are not in it.
#[derive(Clone, Debug, Default)]
pub struct CsvReport {
    /// The leases.
    pub register: Register,
    /// The rows left out.
    pub bad_rows: Vec<BadRow>,
}

/// The columns without which no lease can be matched.
const NEEDED: &[&str] = &["reference_contrat", "nom", "prenom", "adresse", "code_postal", "commune"];

struct Columns(HashMap<String, usize>);

impl Columns {
    fn get<'a>(&self, row: &'a csv::StringRecord, name: &str) -> &'a str {
        self.0.get(name).and_then(|&at| row.get(at)).unwrap_or_default().trim()
    }
}

pub(super) fn read(bytes: &[u8], name: &str) -> Result<CsvReport, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count() + 1;
        format!("{name}:{line}: ce n'est pas de l'UTF-8 : réenregistrer le fichier en « CSV UTF-8 »")
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| format!("{name}:1: {error}"))?.clone();
    let columns = Columns(header.iter().enumerate().map(|(at, column)| (column.trim().to_lowercase(), at)).collect());
    let missing: Vec<&str> = NEEDED.iter().copied().filter(|needed| !columns.0.contains_key(*needed)).collect();
    if !missing.is_empty() {
        let hint =
            if header.len() <= 1 { " (les colonnes sont-elles bien séparées par des points-virgules ?)" } else { "" };
        return Err(format!("{name}:1: colonnes absentes : {}{hint}", missing.join(", ")));
    }
    let mut leases: Vec<Lease> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut bad_rows = Vec::new();
    for record in reader.records() {
        let row = match record {
            Ok(row) => row,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                bad_rows.push(BadRow { line, message: format!("ligne illisible : {error}") });
                continue;
            }
        };
        let line = row.position().map_or(0, csv::Position::line);
        match lease(&row, &columns, header.len()) {
            Err(message) => bad_rows.push(BadRow { line, message }),
            // Persons beyond two stand in further rows of the same reference.
            Ok(lease) => match places.get(&lease.reference) {
                Some(&at) => {
                    for party in lease.parties {
                        if !leases[at].parties.contains(&party) {
                            leases[at].parties.push(party);
                        }
                    }
                    let known = &mut leases[at];
                    known.email = known.email.take().or(lease.email);
                    known.phone = known.phone.take().or(lease.phone);
                    known.cover_end = known.cover_end.max(lease.cover_end);
                }
                None => {
                    places.insert(lease.reference.clone(), leases.len());
                    leases.push(lease);
                }
            },
        }
    }
    Ok(CsvReport { register: Register::new(leases), bad_rows })
}

fn lease(row: &csv::StringRecord, columns: &Columns, width: usize) -> Result<Lease, String> {
    let get = |name: &str| columns.get(row, name);
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

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "reference_contrat;nom;prenom;nom_conjoint;prenom_conjoint;adresse;complement;code_postal;commune;date_effet;date_fin_bail;type_bien;email;telephone;assurance_fin\n";

    #[test]
    fn rows_of_one_lease_are_joined() {
        let text = format!(
            "\u{feff}{HEADER}L-1;DURAND;ANNE;PETIT;LUC;1 RUE X;APT 2;31000;TOULOUSE;2020-01-01;;logement;;;2026-03-31\nL-1;MOREL;ZOÉ;;;1 RUE X;APT 2;31000;TOULOUSE;2020-01-01;;logement;zoe@courriel.example;;2026-05-31\n"
        );
        let report = read(text.as_bytes(), "contrats.csv").unwrap();
        assert!(report.bad_rows.is_empty());
        let lease = &report.register.leases()[0];
        let names: Vec<&str> = lease.parties.iter().map(|party| party.nom.as_str()).collect();
        assert_eq!(names, ["DURAND", "PETIT", "MOREL"]);
        assert_eq!(lease.address.complement.as_deref(), Some("APT 2"));
        assert_eq!(lease.email.as_deref(), Some("zoe@courriel.example"));
        assert_eq!(lease.cover_end, Date::from_iso("2026-05-31"));
    }

    #[test]
    fn bad_rows_do_not_stop_the_others() {
        let text = format!(
            "{HEADER};A;B;;;1 RUE X;;31000;T;;;;;;\nL-2;A;B;;;1 RUE X;;3100;T;;;;;;\nL-3;A;B;;;1 RUE X;;31000;T;01/02/2020;;;;;\nL-4;A;B\nL-5;A;B;;;1 RUE X;;31000;T;hier;;;;;\nL-6;A;B;;;1 RUE X;;31000;T;;;garage;;;\n"
        );
        let report = read(text.as_bytes(), "contrats.csv").unwrap();
        let lines: Vec<u64> = report.bad_rows.iter().map(|bad| bad.line).collect();
        assert_eq!(lines, [2, 3, 5, 6, 7], "{:?}", report.bad_rows);
        assert_eq!(report.register.leases().len(), 1);
        assert_eq!(report.register.leases()[0].start, Date::from_iso("2020-02-01"));
    }

    #[test]
    fn a_file_that_is_no_register_is_refused_with_its_remedy() {
        for (bytes, said) in [
            (&b"a,b,c\n1,2,3\n"[..], "points-virgules"),
            (&b"reference_contrat;nom\n"[..], "prenom, adresse"),
            (&b"reference_contrat;nom;prenom\n\xe9"[..], "UTF-8"),
            (&b""[..], "colonnes absentes"),
        ] {
            let error = read(bytes, "contrats.csv").unwrap_err();
            assert!(error.starts_with("contrats.csv:") && error.contains(said), "{error}");
        }
    }
}
