//! The lease register: who rents what, from the landlord's CSV file.
//!
//! Goes in: the bytes of `contrats.csv` (catalogue, section 3). Comes out: [`Register`], and for the persons and the
//! address of a paper the lease they belong to ([`find`]). Reads no file and decides nothing.

mod csv_file;
mod matching;

pub use csv_file::{BadRow, CsvReport};
pub use matching::{MatchOutcome, find, find_answering};

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
    pub fn from_csv(bytes: &[u8], name: &str) -> Result<CsvReport, String> {
        csv_file::read(bytes, name)
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
