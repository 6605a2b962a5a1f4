//! The names and wordings of `designs/logement/listes.json`.

use crate::draw::Draw;
use serde_json::Value;

const LISTS: &str = include_str!("../../../../designs/logement/listes.json");

/// The lists, by their keys.
#[derive(Clone, Debug)]
pub(super) struct Lists(Value);

impl Lists {
    /// Reads them.
    pub(super) fn load() -> Self {
        Self(serde_json::from_str(LISTS).unwrap_or_default())
    }

    /// Gives a list, its key in parts: `["lignes_loyer", "charges"]`.
    fn list(&self, path: &[&str]) -> &[Value] {
        let at = path.iter().fold(&self.0, |at, key| &at[*key]);
        at.as_array().map_or(&[], Vec::as_slice)
    }

    /// Draws an object of a list.
    pub(super) fn object(&self, draw: &mut Draw, key: &str) -> Value {
        draw.pick(self.list(&[key])).clone()
    }

    /// Draws a text of a list.
    pub(super) fn text(&self, draw: &mut Draw, path: &[&str]) -> String {
        text(draw.pick(self.list(path))).to_owned()
    }

    /// Draws several different texts of a list, in the order of the list.
    pub(super) fn several(&self, draw: &mut Draw, path: &[&str], count: usize) -> Vec<String> {
        let list = self.list(path);
        let mut at: Vec<usize> = (0..list.len()).collect();
        draw.shuffle(&mut at);
        at.truncate(count);
        at.sort_unstable();
        at.into_iter().map(|at| text(&list[at]).to_owned()).collect()
    }
}

/// Gives a text; nothing for what is none.
pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Draws one of the texts in a field of an object.
pub(super) fn one_of(draw: &mut Draw, object: &Value, key: &str) -> String {
    object[key]
        .as_array()
        .filter(|list| !list.is_empty())
        .map_or(String::new(), |list| text(draw.pick(list)).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_that_is_drawn_from_has_something() {
        let lists = Lists::load();
        for key in [
            "organismes",
            "residences",
            "electricite",
            "gaz",
            "eau",
            "telecom",
            "banques",
            "ecoles",
            "universites",
            "cfa",
        ] {
            assert!(lists.list(&[key]).iter().all(Value::is_object) && !lists.list(&[key]).is_empty(), "{key}");
        }
        for path in [
            &["agences"][..],
            &["sci"],
            &["lignes_loyer", "charges"],
            &["liens", "Madame"],
            &["motifs_hebergement"],
            &["meubles"],
            &["equipements"],
            &["chauffages"],
            &["eaux_chaudes"],
            &["pieces_edl"],
            &["operations"],
            &["demenageurs"],
        ] {
            assert!(lists.list(path).len() >= 3, "{path:?}");
        }
    }
}
