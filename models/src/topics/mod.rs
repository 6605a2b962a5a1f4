//! Whether a page is a letter, and what a letter is about: two tables of weights over clues, and how they are fitted.
//!
//! Goes in: the clues of [`guichet_pipeline::mail`]. Comes out: chances. One row of weights a clue, found by a hash of its
//! name; no clue, no opinion.

pub mod fit;
mod table;

pub use table::{Chances, Head, Table, TableError};

use guichet_pipeline::mail::{Clue, TopicView, Topics};
use serde::Deserialize;

/// What came with the tables that ship.
const MANIFEST: &str = include_str!("../../weights/courriers/manifest.toml");
/// The tables that ship.
const LETTERS: &[u8] = include_bytes!("../../weights/courriers/lettres.safetensors");
const TOPICS: &[u8] = include_bytes!("../../weights/courriers/sujets.safetensors");
/// The code of a page that is a letter.
pub const LETTER: &str = "lettre";
/// The code of a page that is something else.
pub const PAPER: &str = "papier";

/// What tells letters from papers, and what letters are about.
#[derive(Debug)]
pub struct MailTables {
    letters: Table,
    topics: Table,
}

impl MailTables {
    /// Loads the tables that ship with the program.
    ///
    /// # Errors
    /// When a table does not parse, or is not that of the manifest.
    pub fn shipped() -> Result<Self, TableError> {
        let manifest: Manifest = toml::from_str(MANIFEST)?;
        let proved = |name: &'static str, bytes| {
            let table = Table::read(bytes)?;
            let listed = manifest.files.iter().find(|listed| listed.name == name);
            match listed.is_some_and(|listed| listed.sha256 == table.sha256()) {
                true => Ok(table),
                false => Err(TableError::Hash(name)),
            }
        };
        Ok(Self::new(proved("lettres.safetensors", LETTERS)?, proved("sujets.safetensors", TOPICS)?))
    }

    /// Takes tables.
    pub fn new(letters: Table, topics: Table) -> Self {
        Self { letters, topics }
    }
}

/// `manifest.toml`, of which the hashes are looked at here.
#[derive(Debug, Deserialize)]
struct Manifest {
    #[serde(rename = "file")]
    files: Vec<Listed>,
}

#[derive(Debug, Deserialize)]
struct Listed {
    name: String,
    sha256: String,
}

impl Topics for MailTables {
    fn letter(&self, clues: &[Clue]) -> Option<f32> {
        let chances = self.letters.chances(clues)?;
        chances.first()?.iter().find(|(code, _)| code == LETTER).map(|(_, chance)| *chance)
    }

    fn view(&self, clues: &[Clue], _: &str) -> Option<TopicView> {
        let mut heads = self.topics.chances(clues)?.into_iter();
        Some(TopicView { categories: heads.next()?, urgencies: heads.next()? })
    }

    fn version(&self) -> String {
        format!("{} {}", self.letters.sha256(), self.topics.sha256())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use guichet_pipeline::mail::{MailLexicon, about, clues_of, clues_of_page};
    use guichet_pipeline::rules::Rules;

    #[test]
    fn the_tables_that_ship_know_letters_and_what_they_are_about() {
        let tables = MailTables::shipped().unwrap();
        let letter =
            "Bonjour,\nje vous écris car mon voisin fait du bruit toutes les nuits. Merci de faire quelque chose.";
        let paper =
            "BULLETIN DE PAIE\nPériode du 01/10/2026 au 31/10/2026\nSalaire de base 151,67 12,02 1 823,07\nNet à payer";
        let chance = |text| tables.letter(&clues_of_page(text)).unwrap();
        assert!(chance(letter) > 0.95 && chance(paper) < 0.5, "{} {}", chance(letter), chance(paper));
        let lexicon = MailLexicon::new(&Rules::embedded().unwrap().mail);
        let (category, confidence) = about(letter, "", "", &lexicon, Some(&tables));
        assert!(category == "trouble_voisinage" && confidence > 0.5, "{category} {confidence}");
        let gas = "Il y a une odeur de gaz dans la cage.";
        let view = tables.view(&clues_of(gas, "", "", &lexicon), gas).unwrap();
        let now = view.urgencies.iter().find(|(code, _)| code == "immediate").unwrap().1;
        assert!(now > 0.04, "{view:?}");
    }
}
