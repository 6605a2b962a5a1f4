//! When two values of a field are the same, whatever their accents, case, abbreviations and order.

use serde_json::{Map, Value};
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

/// Fields that hold a person, persons, an address, an amount, the name of something.
#[rustfmt::skip]
const PERSON: &[&str] = &[
    "souscripteur", "demandeur", "codemandeur", "salarie", "allocataire", "personne", "hebergeant", "heberge",
    "titulaire", "eleve", "expediteur",
];
const PERSONS: &[&str] = &["assures", "parents", "enfants", "parties", "declarants", "locataires"];
const ADDRESS: &[&str] = &["adresse_risque", "adresse", "adresse_logement", "nouvelle_adresse"];
#[rustfmt::skip]
const AMOUNT: &[&str] = &[
    "montant", "revenu_fiscal_reference", "nombre_parts", "net_a_payer", "net_imposable", "net_social", "brut",
    "salaire_brut_mensuel", "total", "montant_net", "montant_total", "loyer_hors_charges", "charges",
];
const NAME: &[&str] =
    &["assureur", "courtier", "employeur", "bailleur", "fournisseur", "etablissement", "organisme", "objet"];
/// Abbreviations inside addresses.
#[rustfmt::skip]
const SHORT: &[(&str, &str)] = &[
    ("AV", "AVENUE"), ("AVE", "AVENUE"), ("BD", "BOULEVARD"), ("BLD", "BOULEVARD"), ("BVD", "BOULEVARD"),
    ("CHE", "CHEMIN"), ("CH", "CHEMIN"), ("R", "RUE"), ("PL", "PLACE"), ("ALL", "ALLEE"), ("IMP", "IMPASSE"),
    ("RES", "RESIDENCE"), ("BAT", "BATIMENT"), ("APPT", "APPARTEMENT"), ("APT", "APPARTEMENT"), ("ESC", "ESCALIER"),
    ("RTE", "ROUTE"), ("SQ", "SQUARE"), ("ST", "SAINT"), ("STE", "SAINTE"), ("CRS", "COURS"), ("QU", "QUAI"),
    ("LOT", "LOTISSEMENT"), ("FG", "FAUBOURG"), ("B", "BIS"), ("T", "TER"),
];

/// Tells whether `read` says of field `name` what `expected` says.
pub(super) fn same(name: &str, expected: &Value, read: &Value) -> bool {
    if PERSON.contains(&name) {
        return same_or_no(person(expected), person(read));
    }
    if PERSONS.contains(&name) {
        return same_or_no(persons(expected), persons(read));
    }
    if ADDRESS.contains(&name) {
        return same_or_no(address(expected), address(read));
    }
    if AMOUNT.contains(&name) {
        return number(expected) == number(read);
    }
    if NAME.contains(&name) {
        let (a, b) = (words(&text(expected)), words(&text(read)));
        return !a.is_empty() && !b.is_empty() && (a.is_subset(&b) || b.is_subset(&a));
    }
    if name == "prenoms" {
        return words(&joined(expected)) == words(&joined(read));
    }
    if let Some(list) = expected.as_array() {
        return read.as_array().is_some_and(|other| sorted(list) == sorted(other));
    }
    code(&text(expected)) == code(&text(read))
}

/// What has no shape to compare is never the same.
fn same_or_no<T: PartialEq>(a: Option<T>, b: Option<T>) -> bool {
    a.is_some() && a == b
}

/// Gives the fields that have a value, whether given bare or with their evidence.
pub(super) fn values(fields: Option<&Value>) -> Map<String, Value> {
    let mut kept = Map::new();
    for (name, value) in fields.and_then(Value::as_object).into_iter().flatten() {
        let bare = match value.as_object() {
            Some(field) if field.contains_key("value") || field.contains_key("raw") => field.get("value"),
            _ => Some(value),
        };
        let empty = |value: &Value| {
            value.is_null() || value.as_array().is_some_and(Vec::is_empty) || value.as_str().is_some_and(str::is_empty)
        };
        if let Some(bare) = bare.filter(|bare| !empty(bare)) {
            kept.insert(name.clone(), bare.clone());
        }
    }
    kept
}

/// Upper-case ASCII words; letters that do not decompose to ASCII are dropped, as the yardstick does.
pub(super) fn fold(text: &str) -> String {
    let ascii: String = text.nfkd().filter(char::is_ascii).collect();
    let spaced: String =
        ascii.to_ascii_uppercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<&str>>().join(" ")
}

fn code(text: &str) -> String {
    fold(text).replace(' ', "")
}

fn words(text: &str) -> BTreeSet<String> {
    fold(text).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Text as it is, anything else as it is written down.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn joined(value: &Value) -> String {
    match value.as_array() {
        Some(parts) => parts.iter().map(text).collect::<Vec<String>>().join(" "),
        None => text(value),
    }
}

fn sorted(list: &[Value]) -> Vec<String> {
    let mut folded: Vec<String> = list.iter().map(|item| fold(&text(item))).collect();
    folded.sort();
    folded
}

fn person(value: &Value) -> Option<BTreeSet<String>> {
    if let Some(text) = value.as_str() {
        return Some(words(text));
    }
    let person = value.as_object()?;
    let part = |key: &str| person.get(key).and_then(Value::as_str).unwrap_or_default();
    Some(words(&format!("{} {}", part("nom"), part("prenom"))))
}

fn persons(value: &Value) -> Option<BTreeSet<BTreeSet<String>>> {
    value.as_array()?.iter().map(person).collect()
}

/// Street, postcode and town; the complement does not count.
fn address(value: &Value) -> Option<(String, String, String)> {
    let address = value.as_object()?;
    let part = |key: &str| address.get(key).and_then(Value::as_str).unwrap_or_default();
    let full = |text: &str| {
        let folded = fold(text);
        let words =
            folded.split(' ').map(|word| SHORT.iter().find(|(short, _)| *short == word).map_or(word, |(_, l)| l));
        words.collect::<Vec<&str>>().join(" ")
    };
    let town = part("commune");
    let town = town.to_lowercase().find("cedex").map_or(town, |at| town.get(..at).unwrap_or(town));
    Some((full(part("ligne")).replace(' ', ""), code(part("code_postal")), full(town)))
}

/// Cents, or the folded text where there is no number.
fn number(value: &Value) -> Result<i64, String> {
    let text = text(value).replace([' ', '\u{202f}'], "").replace(',', ".");
    text.parse::<f64>().map(|number| (number * 100.0).round() as i64).map_err(|_| fold(&text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_that_are_the_same() {
        for (name, expected, read, alike) in [
            ("assureur", json!("MAIF"), json!("MAIF Assurances"), true),
            ("assureur", json!("MAIF"), json!("MACIF"), false),
            ("numero_contrat", json!("HAB 0045"), json!("hab0045"), true),
            ("assures", json!([{"nom":"LE GALL","prenom":"Zoé"}]), json!([{"nom":"Zoe","prenom":"Le Gall"}]), true),
            ("assures", json!([{"nom":"A","prenom":"B"}]), json!([{"nom":"A","prenom":"B"}, {"nom":"C"}]), false),
            (
                "adresse",
                json!({"ligne":"12 av. Foch","complement":null,"code_postal":"31000","commune":"TOULOUSE CEDEX 9"}),
                json!({"ligne":"12 avenue Foch","complement":"apt 3","code_postal":"31 000","commune":"Toulouse"}),
                true,
            ),
            ("adresse", json!({"ligne":"12 rue A"}), json!("12 rue A"), false),
            ("montant", json!("120.50"), json!("120,5"), true),
            ("prenoms", json!(["Anaïs", "Marie"]), json!("Marie Anais"), true),
            ("garanties", json!(["vol", "incendie"]), json!(["incendie", "vol"]), true),
            ("date_fin", json!("2026-12-31"), json!("2026-12-30"), false),
        ] {
            assert_eq!(same(name, &expected, &read), alike, "{name}: {expected} and {read}");
        }
    }

    #[test]
    fn fields_without_a_value_do_not_count() {
        let fields =
            json!({"a": {"value": "x", "raw": "X"}, "b": {"value": null, "raw": "?"}, "c": [], "d": "y", "e": ""});
        let kept = values(Some(&fields));
        assert_eq!(kept.keys().collect::<Vec<_>>(), ["a", "d"]);
    }
}
