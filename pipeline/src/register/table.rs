//! The register's table or view in a database: the columns of the CSV file, every value as text.

use super::rows::{RegisterReport, Rows};

/// Reads rows that all stand under `header`. Without an order of its own a table would give a lease of several rows another
/// first holder each time: rows are taken by reference, then in the order of their texts.
pub(super) fn read(header: &[String], table: &[Vec<String>], name: &str) -> Result<RegisterReport, String> {
    let mut rows = Rows::under(header.iter().map(String::as_str))
        .map_err(|missing| format!("{name} : colonnes absentes : {}", missing.join(", ")))?;
    let mut table: Vec<Vec<&str>> = table.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    table.sort_unstable_by(|one, next| (rows.reference(one), one).cmp(&(rows.reference(next), next)));
    for row in table {
        let place = match rows.reference(&row) {
            "" => format!("{name}, ligne sans référence"),
            reference => format!("{name}, bail {reference}"),
        };
        rows.add(place, &row);
    }
    Ok(rows.report())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::Register;

    const HEADER: [&str; 8] =
        ["reference_contrat", "NOM", "prenom", "adresse", "code_postal", "commune", "date_effet", "rang_interne"];

    fn table(rows: &[[&str; 8]]) -> Result<RegisterReport, String> {
        let text = |row: &[&str; 8]| row.iter().map(|value| (*value).to_owned()).collect::<Vec<String>>();
        read(&text(&HEADER), &rows.iter().map(text).collect::<Vec<_>>(), "vue guichet_baux")
    }

    #[test]
    fn a_table_reads_like_the_file() {
        let rows = [
            ["L-2", "MOREL", "ZOÉ", "1 RUE X", "31000", "T", "", "7"],
            ["L-1", "PETIT", "LUC", "2 RUE X", "31000", "T", "2020-01-01", "1"],
            ["L-1", "DURAND", "ANNE", "2 RUE X", "31000", "T", "2020-01-01", "2"],
        ];
        let read = table(&rows).unwrap();
        let text = "reference_contrat;nom;prenom;adresse;code_postal;commune;date_effet\n\
                    L-1;DURAND;ANNE;2 RUE X;31000;T;2020-01-01\nL-1;PETIT;LUC;2 RUE X;31000;T;2020-01-01\n\
                    L-2;MOREL;ZOÉ;1 RUE X;31000;T;\n";
        let same = Register::from_csv(text.as_bytes(), "contrats.csv").unwrap();
        assert_eq!(read.register.leases(), same.register.leases());
        let turned: Vec<[&str; 8]> = rows.into_iter().rev().collect();
        assert_eq!(table(&turned).unwrap().register.leases(), same.register.leases(), "whatever order they come in");
    }

    #[test]
    fn bad_rows_are_named_by_their_lease() {
        let rows = [
            ["L-1", "MOREL", "ZOÉ", "1 RUE X", "3100", "T", "", ""],
            ["", "PETIT", "LUC", "2 RUE X", "31000", "T", "", ""],
        ];
        let places: Vec<String> = table(&rows).unwrap().bad_rows.into_iter().map(|bad| bad.place).collect();
        assert_eq!(places, ["vue guichet_baux, ligne sans référence", "vue guichet_baux, bail L-1"]);
    }

    #[test]
    fn a_table_that_is_no_register_says_what_it_lacks() {
        let error = read(&["nom".to_owned()], &[], "vue guichet_baux").unwrap_err();
        assert_eq!(
            error,
            "vue guichet_baux : colonnes absentes : reference_contrat, prenom, adresse, code_postal, commune"
        );
    }
}
