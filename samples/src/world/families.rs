//! The families of papers beside insurance: one module each, which fills `d.<family>` of the designs.
//!
//! To add one: a module with a function of type [`Fill`], and its row in [`FAMILIES`]; its designs are then drawn from.

use super::World;
use super::people::Person;
use super::places::Place;
use crate::draw::Draw;
use guichet_pipeline::values::Date;
use serde_json::Value;

/// What a family starts from: a household in a dwelling.
#[derive(Clone, Copy, Debug)]
pub struct Base<'a> {
    /// Lexicons.
    pub world: &'a World,
    /// The people, as the shared part of the dictionary names them.
    pub people: &'a [Person],
    /// Their dwelling.
    pub place: &'a Place,
    /// The reference date.
    pub today: Date,
    /// The shared part of the dictionary.
    pub shared: &'a Value,
}

/// Draws the facts of a family.
pub type Fill = fn(Base<'_>, &mut Draw) -> Value;

/// The families, by the folder of their designs.
pub const FAMILIES: &[(&str, Fill)] = &[];

/// Folders whose designs need the shared part only.
pub const INSURANCE: &[&str] = &["attestation", "sosies"];

/// Gives what fills `d.<family>`; nothing for the insurance folders.
pub fn fill(family: &str) -> Option<Fill> {
    FAMILIES.iter().find(|(name, _)| *name == family).map(|(_, fill)| *fill)
}

/// Tells whether papers of that folder can be drawn.
pub fn is_known(family: &str) -> bool {
    INSURANCE.contains(&family) || fill(family).is_some()
}
