//! `encoder.json`: what the numbers of a network mean.

use super::network::Dimensions;
use serde::{Deserialize, Serialize};

/// What stands beside the weights of a network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// How large it is.
    pub dimensions: Dimensions,
    /// Hashed parts of words.
    pub hashed: usize,
    /// The types that it tells apart.
    pub types: Vec<String>,
    /// The fields that it finds. Tag 0 is outside of all, tag 1 + 2 n opens field n, tag 2 + 2 n goes on with it.
    pub fields: Vec<String>,
    /// What its scores are divided by before they are chances, measured on designs kept apart.
    pub calibration: Calibration,
}

/// Temperatures, and what stands beside the network.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Of tags.
    pub tags: f32,
    /// Of types.
    pub types: f32,
    /// Of first pages.
    pub first: f32,
    /// How much the table of words counts beside the network when types are told, 0 to 1.
    pub words: f32,
}

impl Default for Calibration {
    fn default() -> Self {
        Self { tags: 1.0, types: 1.0, first: 1.0, words: 0.5 }
    }
}

/// Whether a word opens a field or goes on with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Opens it.
    Opens,
    /// Goes on.
    GoesOn,
}

impl Plan {
    /// Gives how many tags there are.
    pub fn tags(&self) -> usize {
        1 + 2 * self.fields.len()
    }

    /// Gives the number of a tag of a lesson; 0 for none and for fields it does not know.
    pub fn tag(&self, tag: Option<&str>) -> usize {
        let field = |name: &str| self.fields.iter().position(|field| field == name);
        match tag.map(|tag| tag.split_at(2)) {
            Some(("B-", name)) => field(name).map_or(0, |field| 1 + 2 * field),
            Some(("I-", name)) => field(name).map_or(0, |field| 2 + 2 * field),
            _ => 0,
        }
    }

    /// Gives what a tag says: the field and whether it begins there.
    pub fn meaning(&self, tag: usize) -> Option<(&str, Edge)> {
        let field = self.fields.get(tag.checked_sub(1)? / 2)?;
        Some((field, if tag % 2 == 1 { Edge::Opens } else { Edge::GoesOn }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_have_numbers_and_meanings() {
        let dimensions = Dimensions { width: 8, layers: 1, heads: 1, inner: 8, mixes: 0 };
        let fields = vec!["assures".to_owned(), "date_fin".to_owned()];
        let plan = Plan { dimensions, hashed: 8, types: Vec::new(), fields, calibration: Calibration::default() };
        assert_eq!(plan.tags(), 5);
        for (tag, number, meaning) in [
            (None, 0, None),
            (Some("B-assures"), 1, Some(("assures", Edge::Opens))),
            (Some("I-date_fin"), 4, Some(("date_fin", Edge::GoesOn))),
            (Some("B-inconnu"), 0, None),
        ] {
            assert_eq!(plan.tag(tag), number);
            assert_eq!(plan.meaning(number), meaning);
        }
    }
}
