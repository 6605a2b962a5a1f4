//! What the post gives back as CSV: numbers of registered letters, days of presentation, receipts, returns.
//!
//! Columns by name, `;` between them: `reference` or `numero` (one of them), and any of `numero`, `presentee_le`,
//! `distribuee_le`, `retour`; the other columns of the list beside the letters may stand between them. Rows that cannot be used are told with their line and do not stop the others.

use guichet_pipeline::values::Date;

/// What a row says of a letter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// The line in the file.
    pub line: u64,
    /// The reference that the letter bears; empty where the number is to find it.
    pub reference: String,
    /// The number under which the post carries it.
    pub number: String,
    /// The day of its first presentation.
    pub presented: Option<Date>,
    /// The day on which it was signed for.
    pub signed: Option<Date>,
    /// Why it came back.
    pub returned: String,
}

/// A row that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadReceipt {
    /// The line in the file.
    pub line: u64,
    /// What is wrong, and what to do.
    pub message: String,
}

const COLUMNS: [&str; 5] = ["reference", "numero", "presentee_le", "distribuee_le", "retour"];
/// What the list beside the letters has beside them.
const LISTED: [&str; 7] = ["fichier", "sha256", "bail", "etape", "canal", "destinataire", "lot"];

/// Reads the file `name`.
///
/// # Errors
/// A French sentence with file, line and remedy, when the file as a whole is no list of receipts.
pub fn read(bytes: &[u8], name: &str, today: Date) -> Result<(Vec<Receipt>, Vec<BadReceipt>), String> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| format!("{name} : ce n'est pas de l'UTF-8 : réenregistrer le fichier en « CSV UTF-8 »"))?;
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| format!("{name}:1: {error}"))?.clone();
    let names: Vec<String> = header.iter().map(|column| column.trim().to_lowercase()).collect();
    let place = |wanted: &str| names.iter().position(|column| column == wanted);
    if place("reference").is_none() && place("numero").is_none() {
        return Err(format!("{name}:1: ni colonne reference ni colonne numero ; colonnes lues : {}", names.join(", ")));
    }
    if let Some(wrong) = names.iter().find(|column| !COLUMNS.iter().chain(&LISTED).any(|known| known == column)) {
        return Err(format!("{name}:1: colonne « {wrong} » inconnue : {}", COLUMNS.join(", ")));
    }
    let places = COLUMNS.map(place);
    let (mut receipts, mut bad) = (Vec::new(), Vec::new());
    for record in reader.records() {
        match record {
            Ok(row) => {
                let line = row.position().map_or(0, csv::Position::line);
                match receipt(&row, &places, names.len(), line, today) {
                    Ok(receipt) => receipts.push(receipt),
                    Err(message) => bad.push(BadReceipt { line, message }),
                }
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                bad.push(BadReceipt { line, message: format!("ligne illisible : {error}") });
            }
        }
    }
    Ok((receipts, bad))
}

fn receipt(
    row: &csv::StringRecord,
    places: &[Option<usize>; 5],
    width: usize,
    line: u64,
    today: Date,
) -> Result<Receipt, String> {
    if row.len() != width {
        return Err(format!("{} colonnes au lieu de {width} : vérifier les points-virgules", row.len()));
    }
    let get = |at: usize| places[at].and_then(|place| row.get(place)).unwrap_or_default().trim();
    let receipt = Receipt {
        line,
        reference: get(0).to_uppercase(),
        number: get(1).split_whitespace().collect::<String>().to_uppercase(),
        presented: date(get(2), COLUMNS[2], today)?,
        signed: date(get(3), COLUMNS[3], today)?,
        returned: get(4).to_owned(),
    };
    if receipt.reference.is_empty() && receipt.number.is_empty() {
        return Err("ni référence ni numéro : en donner un".to_owned());
    }
    if receipt.presented.zip(receipt.signed).is_some_and(|(presented, signed)| signed < presented) {
        return Err("distribuée avant d'être présentée : vérifier les deux dates".to_owned());
    }
    if receipt.signed.is_some() && !receipt.returned.is_empty() {
        return Err("distribuée et retournée à la fois : garder l'un des deux".to_owned());
    }
    Ok(receipt)
}

fn date(text: &str, column: &str, today: Date) -> Result<Option<Date>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let date = Date::from_table(text)
        .ok_or_else(|| format!("{column} « {text} » n'est pas une date (attendu : 2026-09-01)"))?;
    if date > today {
        return Err(format!("{column} {date} est dans l'avenir : vérifier l'année"));
    }
    Ok(Some(date))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Date {
        Date::from_iso("2026-11-23").unwrap()
    }

    #[test]
    fn bad_rows_are_told_with_their_line() {
        let text = "\u{feff}Reference;Numero;Presentee_le;Distribuee_le;Retour\n\
                    7k3m;2C 123 456 7890 1;2026-11-20;21/11/2026;\n\
                    7K3N;;hier;;\n\
                    ;;2026-11-20;;\n\
                    7K3P;;2026-11-20;2026-11-19;\n\
                    7K3Q;;;;destinataire inconnu\n\
                    7K3R;;2026-11-20\n\
                    7K3S;;2027-11-20;;\n\
                    7K3T;;;2026-11-20;pli refusé\n";
        let (receipts, bad) = read(text.as_bytes(), "avis.csv", today()).unwrap();
        assert_eq!(receipts.len(), 2);
        assert_eq!(receipts[0].reference, "7K3M");
        assert_eq!(receipts[0].number, "2C12345678901");
        assert_eq!(receipts[0].signed, Date::from_iso("2026-11-21"));
        assert_eq!(receipts[1].returned, "destinataire inconnu");
        let told: Vec<(u64, &str)> = bad.iter().map(|bad| (bad.line, bad.message.as_str())).collect();
        assert_eq!(told.iter().map(|(line, _)| *line).collect::<Vec<u64>>(), [3, 4, 5, 7, 8, 9], "{told:?}");
    }

    #[test]
    fn a_file_that_is_no_list_of_receipts_is_refused() {
        for (bytes, said) in [
            (&b"a;b\n1;2\n"[..], "ni colonne reference"),
            (&b"reference;date\n"[..], "\u{ab} date \u{bb} inconnue"),
            (&b"reference\n\xe9"[..], "UTF-8"),
        ] {
            let error = read(bytes, "avis.csv", today()).unwrap_err();
            assert!(error.starts_with("avis.csv") && error.contains(said), "{error}");
        }
    }
}
