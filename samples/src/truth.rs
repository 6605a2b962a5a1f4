//! The truth of a paper: what its marks say, in the normal forms of the catalogue.
//!
//! A mark's value is its own (`valeur`), else what the data says of that field. A field whose marks are not printed, or do
//! not show in the picture, is absent.

use crate::design::FrontMatter;
use crate::typeset::Mark;
use crate::world::text::{code, plain};
use guichet_pipeline::geometry::Rect;
use serde_json::{Map, Value, json};

/// Fields that are lists of persons.
const PERSON_LISTS: &[&str] = &["assures", "parents", "enfants", "parties", "declarants", "locataires"];
/// Fields that are lists of anything else.
const LISTS: &[&str] = &["prenoms"];

/// One field of a paper.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its code.
    pub code: String,
    /// Its value in normal form.
    pub value: Value,
    /// What is printed, mark by mark.
    pub printed: Vec<String>,
    /// Where: page (from 0) and box, mark by mark.
    pub places: Vec<(usize, Rect)>,
}

/// What a paper says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Truth {
    /// The fields, in the order in which they are first printed.
    pub fields: Vec<Field>,
}

impl Truth {
    /// Tells whether the paper prints that field.
    pub fn has(&self, code: &str) -> bool {
        self.fields.iter().any(|field| field.code == code)
    }

    /// Gives the value of a field.
    pub fn value(&self, code: &str) -> Option<&Value> {
        self.fields.iter().find(|field| field.code == code).map(|field| &field.value)
    }

    /// Gives the object of a truth line.
    pub fn json(&self) -> Map<String, Value> {
        self.fields.iter().map(|field| (field.code.clone(), field.value.clone())).collect()
    }
}

/// Reads the truth off the marks of a paper set with `data`. `shows` tells whether the ink on a page can be seen.
pub fn read(front: &FrontMatter, data: &Value, marks: &[Mark], shows: impl Fn(usize, &Rect) -> bool) -> Truth {
    let mut truth = Truth::default();
    for (code, value) in &front.verite {
        let value = serde_json::to_value(value).unwrap_or_default();
        truth.fields.push(Field { code: code.clone(), value, printed: Vec::new(), places: Vec::new() });
    }
    let mut parts: Vec<(String, Vec<Part>)> = Vec::new();
    for mark in marks {
        if mark.ink.is_empty() || !mark.ink.iter().all(|(page, rect)| shows(*page, rect)) {
            continue;
        }
        let value = mark.value.clone().map(|value| as_printed(value, mark));
        let part = Part { mark, value: value.unwrap_or_else(|| said_by_data(mark, data)) };
        match parts.iter_mut().find(|(code, _)| *code == mark.field) {
            Some((_, parts)) => parts.push(part),
            None => parts.push((mark.field.clone(), vec![part])),
        }
    }
    for (code, parts) in parts {
        let value = joined(&code, &parts);
        let printed = parts.iter().map(|part| part.mark.text.clone()).collect();
        let places = parts.iter().flat_map(|part| boxes(part.mark)).collect();
        truth.fields.push(Field { code, value, printed, places });
    }
    truth
}

/// A mark and what it stands for.
struct Part<'a> {
    mark: &'a Mark,
    value: Value,
}

/// Gives a box a page around the ink of a mark.
fn boxes(mark: &Mark) -> Vec<(usize, Rect)> {
    let mut boxes: Vec<(usize, Rect)> = Vec::new();
    for (page, rect) in &mark.ink {
        match boxes.iter_mut().find(|(of, _)| of == page) {
            Some((_, all)) => *all = all.union(rect),
            None => boxes.push((*page, *rect)),
        }
    }
    boxes
}

/// Gives what the data says of a mark without a value of its own.
fn said_by_data(mark: &Mark, d: &Value) -> Value {
    if let Some(rank) = mark.rank {
        return person(&d["assures"][rank], mark);
    }
    match (mark.field.as_str(), mark.part.as_deref()) {
        ("garanties", _) => json!(mark.codes),
        ("assureur", Some("marque")) => d["assureur"]["marque"].clone(),
        ("assureur", _) => d["assureur"]["societe"].clone(),
        (_, Some("ligne")) => json!({"ligne": d["risque"]["ligne"]}),
        (_, Some("complement")) => json!({"complement": d["risque"]["complement"]}),
        (_, Some("ville")) => json!({"code_postal": d["risque"]["cp"], "commune": d["risque"]["commune"]}),
        ("numero_contrat", _) => json!(code(d["contrat"]["numero"].as_str().unwrap_or_default())),
        ("date_debut", _) => d["debut"]["iso"].clone(),
        ("date_fin", _) => d["fin"]["iso"].clone(),
        ("date_emission", _) => d["emission"]["iso"].clone(),
        ("qualite_occupant", _) => d["qualite"].clone(),
        ("courtier", _) => d["courtier"]["nom"].clone(),
        ("bailleur", _) => d["bailleur"]["nom"].clone(),
        _ => json!(mark.text),
    }
}

/// Gives a person of the shared data as printed.
fn person(said: &Value, mark: &Mark) -> Value {
    let truth = match &said["verite"] {
        Value::Null => json!({"nom": said["nom"], "prenom": said["prenom"]}),
        truth => truth.clone(),
    };
    as_printed(truth, mark)
}

/// Gives a person with accents only where the paper has them; other values are as they are.
fn as_printed(mut value: Value, mark: &Mark) -> Value {
    if mark.part.is_none()
        && mark.text.is_ascii()
        && !value["nom"].is_null()
        && let Value::Object(names) = &mut value
    {
        for name in names.values_mut() {
            *name = plain(name.as_str().unwrap_or_default()).into();
        }
    }
    value
}

/// Tells how much of a person a mark says: the name in use beside the birth name, then accents.
fn fullness(value: &Value) -> (bool, bool) {
    (!value["nom_usage"].is_null(), !value.to_string().is_ascii())
}

/// Joins the marks of a field into its value.
fn joined(code: &str, parts: &[Part]) -> Value {
    if PERSON_LISTS.contains(&code) || LISTS.contains(&code) {
        return list(parts);
    }
    match code {
        "prestations" => rows(parts),
        "garanties" => {
            let mut codes: Vec<&str> =
                parts.iter().filter_map(|part| part.value.as_array()).flatten().filter_map(Value::as_str).collect();
            codes.sort_unstable();
            codes.dedup();
            json!(codes)
        }
        "assureur" | "fournisseur" => json!(company(parts)),
        _ if parts.iter().any(|part| part.mark.part.is_some()) => composed(parts),
        _ => {
            let mut best = &parts[0].value;
            for part in parts.iter().filter(|part| !part.value["nom"].is_null()) {
                if fullness(&part.value) > fullness(best) {
                    best = &part.value;
                }
            }
            best.clone()
        }
    }
}

/// Gives every different element, in the order of the document. A mark may stand for one or for several.
fn list(parts: &[Part]) -> Value {
    let mut elements: Vec<(Option<usize>, &Value)> = Vec::new();
    for part in parts {
        let values = part.value.as_array().map_or(std::slice::from_ref(&part.value), Vec::as_slice);
        for value in values {
            let known = |(rank, other): &&mut (Option<usize>, &Value)| {
                *other == value || rank.is_some() && *rank == part.mark.rank
            };
            match elements.iter_mut().find(known) {
                Some((_, said)) if fullness(value) > fullness(said) => *said = value,
                Some(_) => {}
                None => elements.push((part.mark.rank, value)),
            }
        }
    }
    elements.into_iter().map(|(_, value)| value.clone()).collect()
}

/// Gives the rows of a table that is marked cell by cell.
fn rows(parts: &[Part]) -> Value {
    let mut rows: Vec<(Option<usize>, Map<String, Value>)> = Vec::new();
    for part in parts {
        let Some(cell) = &part.mark.part else { continue };
        let row = match rows.iter().position(|(rank, _)| *rank == part.mark.rank) {
            Some(at) => &mut rows[at].1,
            None => {
                rows.push((part.mark.rank, Map::new()));
                let last = rows.len() - 1;
                &mut rows[last].1
            }
        };
        row.entry(cell.clone()).or_insert_with(|| part.value.clone());
    }
    rows.into_iter().map(|(_, row)| Value::Object(row)).collect()
}

/// Gives brand and company in one string, each once.
fn company(parts: &[Part]) -> String {
    let words =
        |text: &str| -> Vec<String> { plain(text).to_lowercase().split_whitespace().map(str::to_owned).collect() };
    let mut names: Vec<&str> = Vec::new();
    for name in parts.iter().filter_map(|part| part.value.as_str()) {
        if names.iter().any(|other| words(name).iter().all(|word| words(other).contains(word))) {
            continue;
        }
        names.retain(|other| !words(other).iter().all(|word| words(name).contains(word)));
        names.push(name);
    }
    names.join(" ")
}

/// Puts the parts of an address together; parts that each carry the whole value give it once.
fn composed(parts: &[Part]) -> Value {
    let mut whole = Map::new();
    for part in parts {
        match (&part.value, part.mark.part.as_deref()) {
            (Value::Object(keys), _) => {
                for (key, value) in keys {
                    whole.entry(key.clone()).or_insert_with(|| value.clone());
                }
            }
            (value, Some(name @ ("ligne" | "complement"))) => {
                whole.entry(name.to_owned()).or_insert_with(|| value.clone());
            }
            (value, _) => return value.clone(),
        }
    }
    if whole.contains_key("ligne") || whole.contains_key("code_postal") {
        whole.entry("complement".to_owned()).or_insert(Value::Null);
    }
    let order = ["ligne", "complement", "code_postal", "commune"];
    let known: Map<String, Value> =
        order.iter().filter_map(|key| Some(((*key).to_owned(), whole.get(*key)?.clone()))).collect();
    // An object of other keys is a value of its own kind (a person in pieces).
    if known.len() > 1 { known.into() } else { whole.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design;
    use crate::typeset::Press;
    use std::path::Path;

    #[test]
    fn the_example_of_the_first_design_says_what_stands_on_it() {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/designs"));
        let designs = design::load(root).unwrap();
        let design = designs.iter().find(|design| design.name == "attestation/a_lettre_mutuelle").unwrap();
        let data: Value = serde_json::from_str(&std::fs::read_to_string(root.join("exemple.json")).unwrap()).unwrap();
        let sheets = Press::new(root).unwrap().set(&design.name, Some(&data)).unwrap();
        let truth = read(&design.front, &data, &sheets.marks, |_, _| true);
        let expected = json!({
            "assureur": "Hermine Habitat Hermine Mutuelle IARD",
            "numero_contrat": "HM004512987K",
            "date_emission": "2026-09-04",
            "assures": [{"nom": "LEFÈVRE", "prenom": "Anaïs"}, {"nom": "TRAORÉ", "prenom": "Mamadou"}],
            "adresse_risque": {"ligne": "12 bis rue des Lilas", "complement": "Bât. C, apt 14", "code_postal": "31000", "commune": "TOULOUSE"},
            "qualite_occupant": "locataire",
            "date_debut": "2026-09-01",
            "date_fin": "2027-08-31",
            "garanties": ["degat_des_eaux", "explosion", "incendie", "recours_voisins", "risques_locatifs"],
        });
        assert_eq!(Value::from(truth.json()), expected);
        let end = truth.fields.iter().find(|field| field.code == "date_fin").unwrap();
        assert_eq!(end.printed, ["31/08/2027"]);
        assert_eq!(end.places.len(), 1);
        let unseen = read(&design.front, &data, &sheets.marks, |_, rect| rect.y1 < 0.3);
        assert!(unseen.has("numero_contrat") && !unseen.has("garanties"));
    }

    #[test]
    fn brand_and_company_are_said_once() {
        let mark = |value: &str| (Mark::default(), json!(value));
        for (names, expected) in [
            (vec!["MAIF", "MAIF"], "MAIF"),
            (vec!["Matmut", "Mutuelle Assurance des Travailleurs"], "Matmut Mutuelle Assurance des Travailleurs"),
            (vec!["Acheel", "Acheel SA"], "Acheel SA"),
            (vec!["Acheel SA", "Acheel"], "Acheel SA"),
        ] {
            let marks: Vec<(Mark, Value)> = names.into_iter().map(mark).collect();
            let parts: Vec<Part> = marks.iter().map(|(mark, value)| Part { mark, value: value.clone() }).collect();
            assert_eq!(company(&parts), expected);
        }
    }
}
