//! The lease register: who rents what, from the landlord's CSV file or a table of its database.
//!
//! Goes in: the bytes of `contrats.csv` (catalogue, section 3), or rows under the same columns. Comes out: [`Register`], for
//! the persons and the address of a paper the lease they belong to ([`find`]), and which papers a change may concern
//! ([`Touched`]). Reads no file, asks no database and decides nothing.

mod concern;
mod csv_file;
mod matching;
mod rows;
mod table;

pub use concern::Touched;
pub use matching::{MatchOutcome, find, find_answering};
pub use rows::{BadRow, RegisterReport};

use crate::values::address::AddressKey;
use crate::values::person::index_words;
use crate::values::{Address, Date, Person};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

/// What is rented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum GoodsKind {
    /// A dwelling.
    #[serde(rename = "logement")]
    Dwelling,
    /// A parking space or a garage.
    #[serde(rename = "parking")]
    Parking,
    /// A shop.
    #[serde(rename = "commerce")]
    Shop,
}

/// One lease with all its holders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The landlord's reference.
    pub reference: String,
    /// The holders, in the order of the file.
    pub parties: Vec<Person>,
    /// The dwelling.
    pub address: Address,
    /// First day of the lease.
    pub start: Option<Date>,
    /// Last day of the lease, when it has ended or will.
    pub end: Option<Date>,
    /// What is rented.
    pub kind: GoodsKind,
    /// Where its holders are written to by e-mail, as the register has it.
    pub email: Option<String>,
    /// Where they are called, as the register has it.
    pub phone: Option<String>,
    /// Last day of the cover that the landlord knew of before this program did.
    pub cover_end: Option<Date>,
}

impl Lease {
    /// Gives the text of all that a decision on a paper may depend on: two leases of the same text decide alike. Neither
    /// how its holders are written to nor the cover known before takes part in any.
    pub fn deciding_text(&self) -> String {
        let Self { reference, parties, address, start: _, end, kind, email: _, phone: _, cover_end: _ } = self;
        serde_json::json!([reference, parties, address, end, kind]).to_string()
    }
}

/// All leases, indexed by the words of names and streets.
#[derive(Clone, Debug, Default)]
pub struct Register {
    leases: Vec<Lease>,
    keys: Vec<AddressKey>,
    by_name: HashMap<String, Vec<u32>>,
    by_street: HashMap<String, Vec<u32>>,
}

impl Register {
    /// Reads the CSV file `name`; rows that cannot be understood are told apart and do not stop the others.
    ///
    /// # Errors
    /// A sentence naming the file, the line and the remedy, when the file as a whole cannot be used.
    pub fn from_csv(bytes: &[u8], name: &str) -> Result<RegisterReport, String> {
        csv_file::read(bytes, name)
    }

    /// Reads the rows of the table `name`, each as wide as `header`; rows that cannot be understood are told apart.
    ///
    /// # Errors
    /// A sentence naming the table and what it lacks, when columns are missing.
    pub fn from_table(header: &[String], rows: &[Vec<String>], name: &str) -> Result<RegisterReport, String> {
        table::read(header, rows, name)
    }

    /// Indexes leases.
    pub fn new(leases: Vec<Lease>) -> Self {
        let mut register =
            Self { keys: leases.iter().map(|lease| AddressKey::new(&lease.address)).collect(), ..Self::default() };
        for (i, lease) in leases.iter().enumerate() {
            let number = u32::try_from(i).expect("a register has fewer than four thousand million leases");
            let words: BTreeSet<String> = lease.parties.iter().flat_map(index_words).collect();
            for word in words {
                register.by_name.entry(name_key(&word)).or_default().push(number);
            }
            let words: BTreeSet<String> = register.keys[i].index_words().into_iter().collect();
            for word in words {
                register.by_street.entry(word).or_default().push(number);
            }
        }
        register.leases = leases;
        register
    }

    /// Gives all leases.
    pub fn leases(&self) -> &[Lease] {
        &self.leases
    }
}

/// Gives the key under which a word of a name is found, whatever a recogniser did to its vowels or its end.
fn name_key(word: &str) -> String {
    word.chars().take(1).chain(word.chars().skip(1).filter(|c| !"AEIOUYH0123456789".contains(*c))).take(3).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_decides_is_in_the_text() {
        let read = |row: &str| {
            let header = "reference_contrat;nom;prenom;adresse;code_postal;commune;date_effet;date_fin_bail;type_bien;email;telephone;assurance_fin";
            let text = format!("{header}\n{row}\n");
            Register::from_csv(text.as_bytes(), "contrats.csv").unwrap().register.leases()[0].deciding_text()
        };
        let before = read("L-1;A;B;1 RUE X;31000;T;;;;;;");
        for (row, same) in [
            ("L-1;A;B;1 RUE X;31000;T;2020-01-01;;logement;a@exemple.fr;0612345678;2026-12-31", true),
            ("L-2;A;B;1 RUE X;31000;T;;;;;;", false),
            ("L-1;C;B;1 RUE X;31000;T;;;;;;", false),
            ("L-1;A;B;2 RUE X;31000;T;;;;;;", false),
            ("L-1;A;B;1 RUE X;31000;T;;2026-12-31;;;;", false),
            ("L-1;A;B;1 RUE X;31000;T;;;parking;;;", false),
        ] {
            assert_eq!(read(row) == before, same, "{row}");
        }
    }
}
