//! One line for training and measuring: the text as a reader gets it, with what it is and what it says.

use super::around;
use super::facts::Span;
use super::grammar::{Mark, Run};
use super::notice::{self, Known};
use super::texts::{Channel, Library};
use super::{Letter, base};
use crate::design::Split;
use crate::draw::Draw;
use crate::world::World;
use guichet_pipeline::values::Date;
use serde_json::{Map, Value, json};

/// Fields that are lists of persons.
const LISTS: &[&str] = &["locataires"];

/// Gives the fields that the marks of some runs say: the first value of each, and every person of a list once.
pub fn fields<'a>(runs: impl IntoIterator<Item = &'a Run>) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut ranks: Vec<(&str, Option<usize>)> = Vec::new();
    for Mark { field, value, part: _, rank } in runs.into_iter().flat_map(|run| &run.marks) {
        if !LISTS.contains(field) {
            fields.entry(*field).or_insert_with(|| value.clone());
        } else if !ranks.contains(&(field, *rank)) {
            ranks.push((field, *rank));
            if let Value::Array(list) = fields.entry(*field).or_insert_with(|| json!([])) {
                list.push(value.clone());
            }
        }
    }
    fields
}

/// Gives a line: letter `index` of the corpus `seed`, of the texts of a part or of both.
pub fn line(world: &World, library: &Library, split: Option<Split>, today: Date, seed: u64, index: u64) -> Value {
    let draw = Draw::new(seed, index, "mail");
    let base = base(library, split, &mut draw.sister("base"));
    let mut letter = Letter::write(world, library, base, Span::long(today), &draw);
    let (runs, subject, email) = match letter.channel {
        Channel::Email => {
            let email = around::email(&mut letter, &draw);
            (email.text.clone(), header_subject(&letter, email.prefix), Some(email))
        }
        _ => (around::sheet(&mut letter, &draw), Value::Null, None),
    };
    let said = truth(&letter, &runs, email.as_ref());
    let from = email.as_ref().map(|email| match &email.from_name {
        Some(name) => format!("{name} <{}>", email.from),
        None => email.from.clone(),
    });
    let mut text = String::new();
    let mut marks = Vec::new();
    let mut at = 0;
    for run in &runs {
        let end = at + run.text.chars().count();
        for Mark { field, value: _, part, rank } in &run.marks {
            marks.push(json!({"champ": field, "debut": at, "fin": end, "partie": part, "rang": rank}));
        }
        text.push_str(&run.text);
        at = end;
    }
    json!({
        "texte": text,
        "objet": subject,
        "categorie": base.category,
        "urgence": base.urgency,
        "fields": said,
        "conge": notice::conge(&letter, Known::Lease),
        "base": base.id,
        "canal": around::channel_word(letter.channel),
        "split": match base.split {
            Split::Train => "train",
            Split::Validation => "validation",
        },
        "de": from,
        "recu": letter.received.to_string(),
        "secondaire": base.second,
        "piege": base.trap,
        "marques": marks,
    })
}

/// Gives the subject as the header has it; null where there is none.
pub fn header_subject(letter: &Letter<'_>, prefix: &str) -> Value {
    match &letter.subject {
        Some(runs) => json!(format!("{prefix}{}", super::grammar::text(runs))),
        None if prefix.is_empty() => Value::Null,
        None => json!(prefix.trim_end()),
    }
}

/// Gives the fields of a letter whose whole text is `runs`, but for category and urgency.
pub fn truth(letter: &Letter<'_>, runs: &[Run], email: Option<&around::Email>) -> Map<String, Value> {
    let facts = &letter.facts;
    let subject = letter.subject.iter().flatten().filter(|_| email.is_some());
    let mut said = fields(runs.iter().chain(subject));
    if let Some(email) = email {
        said.insert("date_courrier".to_owned(), json!(letter.received.to_string()));
        if let Some(subject) = &letter.subject {
            said.insert("objet".to_owned(), json!(super::grammar::text(subject)));
        }
        if email.names_sender && letter.has_sender() {
            said.entry("expediteur").or_insert_with(|| facts.person_value(&facts.sender));
        }
    }
    if facts.is_notice() {
        said.insert("motif_preavis_reduit".to_owned(), json!(facts.motive));
        if let Some(email) = email {
            said.insert("email".to_owned(), json!(email.writer));
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::text::code;
    use std::collections::BTreeMap;

    fn today() -> Date {
        Date::new(2026, 11, 23).unwrap()
    }

    fn lines(count: u64) -> Vec<Value> {
        let (world, library) = (World::load(), Library::load().unwrap());
        (0..count).map(|index| line(&world, &library, None, today(), 7, index)).collect()
    }

    /// Letters and digits of a value, as far as they can be looked for in a text.
    fn letters(text: &str) -> String {
        code(text)
    }

    #[test]
    fn what_the_truth_says_stands_in_the_text() {
        for line in lines(1500) {
            let text = line["texte"].as_str().unwrap();
            let whole = letters(&format!("{text} {} {}", line["objet"], line["de"]));
            let base = &line["base"];
            assert!(
                !text.contains(['{', '}', '\u{1}']) && !text.contains("[[") && !text.contains("(("),
                "{base}: {text}"
            );
            let fields = line["fields"].as_object().unwrap();
            for name in ["reference_contrat", "telephone", "email", "objet"] {
                if let Some(value) = fields.get(name).and_then(Value::as_str) {
                    assert!(whole.contains(&letters(value)), "{base} {name} {value}: {text}");
                }
            }
            for person in fields
                .get("expediteur")
                .into_iter()
                .chain(fields.get("locataires").and_then(Value::as_array).into_iter().flatten())
            {
                for part in ["nom", "prenom"] {
                    assert!(whole.contains(&letters(person[part].as_str().unwrap())), "{base} {person}: {text}");
                }
            }
            for name in ["adresse_logement", "nouvelle_adresse"] {
                for part in ["ligne", "code_postal", "commune"] {
                    if let Some(value) = fields.get(name).map(|address| address[part].as_str().unwrap()) {
                        assert!(whole.contains(&letters(value)), "{base} {name} {value}: {text}");
                    }
                }
            }
            for mark in line["marques"].as_array().unwrap() {
                let (from, to) = (mark["debut"].as_u64().unwrap(), mark["fin"].as_u64().unwrap());
                let printed: String = text.chars().skip(from as usize).take((to - from) as usize).collect();
                assert!(!printed.trim().is_empty(), "{base} {mark}");
            }
        }
    }

    #[test]
    fn a_base_text_is_in_one_part_and_every_category_comes() {
        let mut parts: BTreeMap<String, String> = BTreeMap::new();
        let mut categories: BTreeMap<String, usize> = BTreeMap::new();
        for line in lines(1500) {
            let said = |name: &str| line[name].as_str().unwrap().to_owned();
            let part = parts.entry(said("base")).or_insert_with(|| said("split"));
            assert_eq!(*part, said("split"));
            *categories.entry(said("categorie")).or_default() += 1;
            assert_eq!(line["conge"].is_object(), said("categorie") == "conge");
            assert!(line["objet"].is_null() || said("canal") == "eml");
        }
        assert!(categories.len() == 22 && categories.values().all(|count| *count > 30), "{categories:?}");
    }

    #[test]
    fn the_same_seed_gives_the_same_lines() {
        assert_eq!(lines(40), lines(40));
    }
}
