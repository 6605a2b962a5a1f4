//! The register's CSV file: UTF-8, `;` between columns, a header that names them.

use super::rows::{RegisterReport, Rows};

pub(super) fn read(bytes: &[u8], name: &str) -> Result<RegisterReport, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count() + 1;
        format!("{name}:{line}: ce n'est pas de l'UTF-8 : réenregistrer le fichier en « CSV UTF-8 »")
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| format!("{name}:1: {error}"))?.clone();
    let mut rows = Rows::under(&header).map_err(|missing| {
        let hint =
            if header.len() <= 1 { " (les colonnes sont-elles bien séparées par des points-virgules ?)" } else { "" };
        format!("{name}:1: colonnes absentes : {}{hint}", missing.join(", "))
    })?;
    for record in reader.records() {
        match record {
            Ok(row) => {
                let line = row.position().map_or(0, csv::Position::line);
                rows.add(format!("{name}:{line}"), &row.iter().collect::<Vec<&str>>());
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                rows.refuse(format!("{name}:{line}"), format!("ligne illisible : {error}"));
            }
        }
    }
    Ok(rows.report())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Date;

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
        let places: Vec<&str> = report.bad_rows.iter().map(|bad| bad.place.as_str()).collect();
        let expected = [2, 3, 5, 6, 7].map(|line| format!("contrats.csv:{line}"));
        assert_eq!(places, expected, "{:?}", report.bad_rows);
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
