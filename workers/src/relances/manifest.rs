//! The lists beside the letters: what was put, for the post room or a provider of hybrid mail, as CSV and as JSON.
//!
//! A list names letters that no list named before; its name bears the hash of what it says, so that writing it twice
//! changes nothing and one that was taken is not put again.

use super::SMS;
use super::ways::Ways;
use crate::blobs::{Blobs, hash};
use crate::clock::Moment;
use crate::crash::point;
use crate::stop::Stop;
use crate::store::Store;
use crate::store::relances::Relance;
use serde_json::{Value, json};

/// Digits of the hash in a name.
const DIGITS: usize = 12;
/// The columns; those of receipts come back filled in.
const COLUMNS: [&str; 12] = [
    "fichier",
    "sha256",
    "reference",
    "bail",
    "etape",
    "canal",
    "destinataire",
    "numero",
    "presentee_le",
    "distribuee_le",
    "retour",
    "lot",
];

/// Writes the lists of every batch of which nothing more is about to leave. Gives how many letters and SMS they name.
///
/// # Errors
/// When the database, the blobs or a folder fails; what was not noted is listed next time.
pub async fn write(store: &Store, blobs: &Blobs, ways: &Ways) -> Result<usize, Stop> {
    let mut named = 0;
    for batch in store.batches_to_list().await? {
        let (sms, letters): (Vec<Relance>, Vec<Relance>) =
            store.relances_to_list(&batch).await?.into_iter().partition(|relance| relance.key.channel == SMS);
        if !letters.is_empty() {
            put(ways, "lettre", &format!("bordereau-{batch}"), "csv", &letters_csv(&letters)?)?;
            put(ways, "lettre", &format!("bordereau-{batch}"), "json", &letters_json(&letters))?;
        }
        if !sms.is_empty() {
            let mut text = String::from("numero;texte;reference\n");
            for relance in &sms {
                let bytes = blobs.get(relance.body.as_deref().unwrap_or_default()).await?;
                text.push_str(&String::from_utf8_lossy(&bytes));
            }
            put(ways, SMS, &format!("bordereau-{batch}"), "csv", &text)?;
        }
        point("manifest_written");
        let all: Vec<Relance> = letters.into_iter().chain(sms).collect();
        store.relances_listed(&all, Moment::now()).await?;
        named += all.len();
    }
    Ok(named)
}

fn put(ways: &Ways, channel: &str, name: &str, ending: &str, text: &str) -> Result<(), Stop> {
    let Some(folder) = ways.folder(channel) else { return Ok(()) };
    let name = format!("{name}-{}.{ending}", &hash(text.as_bytes())[..DIGITS]);
    folder.list(&name, text).map_err(|error| Stop::machine(format!("bordereau {name} : {error}")))
}

fn letters_csv(letters: &[Relance]) -> Result<String, Stop> {
    let refused = |error: csv::Error| Stop::machine(format!("bordereau : {error}"));
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(refused)?;
    for relance in letters {
        let key = &relance.key;
        let recipient = recipient(relance).join(", ");
        let (file, body) = (relance.target.as_deref().unwrap_or_default(), relance.body.as_deref().unwrap_or_default());
        let row = [
            file,
            body,
            &relance.reference,
            &key.lease,
            &key.step,
            &key.channel,
            &recipient,
            "",
            "",
            "",
            "",
            &relance.batch,
        ];
        writer.write_record(row).map_err(refused)?;
    }
    let bytes = writer.into_inner().map_err(|error| Stop::machine(format!("bordereau : {error}")))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn letters_json(letters: &[Relance]) -> String {
    let rows = letters.iter().map(|relance| {
        json!({
            "fichier": relance.target, "sha256": relance.body, "reference": relance.reference, "bail": relance.key.lease,
            "etape": relance.key.step, "canal": relance.key.channel, "destinataire": recipient(relance),
            "lot": relance.batch,
        })
    });
    let mut text = serde_json::to_string_pretty(&rows.collect::<Vec<Value>>()).unwrap_or_default();
    text.push('\n');
    text
}

/// Gives the lines of the envelope, as the decision kept them.
fn recipient(relance: &Relance) -> Vec<String> {
    let decision: Value = serde_json::from_str(&relance.decision).unwrap_or_default();
    serde_json::from_value(decision["letter"]["recipient"].clone()).unwrap_or_default()
}
