//! Invented but plausible data: people, places, insurers, contracts, a register of leases.
//!
//! `assurance` fills the part of the dictionary `d` that all papers share (household, dwelling, insurer, contract, style);
//! each family of papers beside insurance fills its own part from a module of `families`.

pub mod addresses;
pub mod assurance;
pub mod contracts;
pub mod covers;
pub mod dates;
pub mod dwellings;
pub mod families;
pub mod insurers;
pub mod leases;
pub mod people;
pub mod places;
pub mod style;
pub mod text;

use insurers::Insurers;
use people::Names;
use places::Places;

/// All that papers are made of.
#[derive(Debug)]
pub struct World {
    /// Names of people.
    pub names: Names,
    /// Communes and streets.
    pub places: Places,
    /// Insurers and brokers.
    pub insurers: Insurers,
}

impl World {
    /// Reads the lexicons.
    pub fn load() -> Self {
        Self { names: Names::load(), places: Places::load(), insurers: Insurers::load() }
    }
}
