//! Insurers, brokers and banks by the names they print (facts A.6), from the table `rules/insurers.toml`.
//!
//! Compares whole words without accents, case or punctuation, the longest name first. Says who is named, not what for.

use super::fold::fold;
use serde::Deserialize;
use std::collections::HashMap;
use std::ops::Range;

/// What a company is to a home contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum CompanyKind {
    /// Carries the risk, or signs as insurer.
    #[serde(rename = "assureur")]
    Insurer,
    /// Sells and manages for an insurer.
    #[serde(rename = "courtier")]
    Broker,
    /// Only sells.
    #[serde(rename = "banque")]
    Bank,
    /// Compares offers.
    #[serde(rename = "comparateur")]
    Comparator,
    /// Assistance or legal protection.
    #[serde(rename = "assistance")]
    Assistance,
    /// Guarantees rents.
    #[serde(rename = "garant")]
    Guarantor,
}

/// A row of the table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    nom: String,
    #[serde(default)]
    alias: Vec<String>,
    kind: CompanyKind,
    #[serde(default)]
    capitales: bool,
    #[serde(default, rename = "siren")]
    _siren: Vec<String>,
    #[serde(rename = "porteur")]
    _porteur: Option<String>,
    #[serde(default, rename = "ancien")]
    _ancien: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    societe: Vec<Row>,
}

/// One way in which a company is printed.
#[derive(Clone, Debug)]
struct Name {
    words: Vec<String>,
    canonical: String,
    kind: CompanyKind,
    capitals: bool,
}

/// The table, ready to search.
#[derive(Clone, Debug, Default)]
pub struct Insurers {
    /// Names by their first word, the longest first.
    by_first: HashMap<String, Vec<Name>>,
    count: usize,
}

/// A company named in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The name in the table.
    pub canonical: String,
    /// What it is.
    pub kind: CompanyKind,
    /// The name as printed, with the words of its legal form behind it.
    pub printed: String,
    /// The bytes of `printed`.
    pub range: Range<usize>,
}

/// Words that belong to a company's name when they follow it.
const TAIL: &[&str] =
    &["ASSURANCE", "ASSURANCES", "IARD", "SA", "SAS", "MUTUELLE", "MUTUELLES", "FRANCE", "HABITATION"];

impl Insurers {
    /// Reads the table.
    ///
    /// # Errors
    /// A sentence for a wrong key or value, or for a name that two companies claim.
    pub fn parse(toml: &str) -> Result<Self, String> {
        let table: Table = toml::from_str(toml).map_err(|error| error.to_string())?;
        let mut insurers = Self { by_first: HashMap::new(), count: table.societe.len() };
        let mut owners: HashMap<Vec<String>, String> = HashMap::new();
        for row in &table.societe {
            for printed in std::iter::once(&row.nom).chain(&row.alias) {
                let words: Vec<String> =
                    fold(printed).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
                if words.is_empty() {
                    return Err(format!("the company \"{}\" has an empty name", row.nom));
                }
                match owners.insert(words.clone(), row.nom.clone()) {
                    Some(other) if other != row.nom => {
                        return Err(format!("\"{printed}\" is claimed by both \"{other}\" and \"{}\"", row.nom));
                    }
                    Some(_) => continue,
                    None => {}
                }
                // "Swiss Life" is also printed "SwissLife".
                if words.len() > 1 && words.concat().len() >= 7 {
                    insurers.add(vec![words.concat()], row);
                }
                insurers.add(words, row);
            }
        }
        for names in insurers.by_first.values_mut() {
            names.sort_by_key(|name| std::cmp::Reverse(name.words.len()));
        }
        Ok(insurers)
    }

    fn add(&mut self, words: Vec<String>, row: &Row) {
        let name = Name { canonical: row.nom.clone(), kind: row.kind, capitals: row.capitales, words };
        self.by_first.entry(name.words[0].clone()).or_default().push(name);
    }

    /// Gives how many companies the table knows.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Tells whether the table is empty.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Finds the companies named in a text, in its order.
    pub fn find(&self, text: &str) -> Vec<Mention> {
        let tokens = tokens(text);
        let mut mentions = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let Some(name) = self.named_at(text, &tokens, at) else {
                at += 1;
                continue;
            };
            let mut end = at + name.words.len();
            while end < tokens.len() && TAIL.contains(&tokens[end].0.as_str()) && next_to(text, &tokens, end) {
                end += 1;
            }
            let range = tokens[at].1.start..tokens[end - 1].1.end;
            mentions.push(Mention {
                canonical: name.canonical.clone(),
                kind: name.kind,
                printed: text[range.clone()].to_owned(),
                range,
            });
            at = end;
        }
        mentions
    }

    fn named_at(&self, text: &str, tokens: &[(String, Range<usize>)], at: usize) -> Option<&Name> {
        let first = &text[tokens[at].1.clone()];
        if !first.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) {
            return None;
        }
        self.by_first.get(&tokens[at].0)?.iter().find(|name| {
            let window = tokens.get(at..at + name.words.len());
            let capitals = !name.capitals || first.chars().all(|c| !c.is_lowercase());
            capitals && window.is_some_and(|window| window.iter().map(|(word, _)| word).eq(name.words.iter()))
        })
    }
}

/// Tells whether a token follows the one before it after a single space, and starts like a name.
fn next_to(text: &str, tokens: &[(String, Range<usize>)], at: usize) -> bool {
    let gap = &text[tokens[at - 1].1.end..tokens[at].1.start];
    gap == " " && text[tokens[at].1.clone()].starts_with(char::is_uppercase)
}

/// Cuts a text into folded words with their bytes.
fn tokens(text: &str) -> Vec<(String, Range<usize>)> {
    let mut tokens = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                let folded = fold(&text[from..at]);
                if !folded.is_empty() {
                    tokens.push((folded, from..at));
                }
                start = None;
            }
            _ => {}
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Insurers {
        Insurers::parse(include_str!("../../../rules/insurers.toml")).unwrap()
    }

    #[test]
    fn companies_by_name() {
        use CompanyKind::{Bank, Broker, Insurer};
        let insurers = shipped();
        let mut failures = Vec::new();
        for (text, expected) in [
            ("La MAIF atteste que", vec![("MAIF", Insurer, "MAIF")]),
            ("AXA France IARD, société anonyme", vec![("AXA", Insurer, "AXA France IARD")]),
            ("MAAF Assurances SA", vec![("MAAF", Insurer, "MAAF Assurances SA")]),
            ("L’OLIVIER ASSURANCE", vec![("L'olivier Assurance", Insurer, "L’OLIVIER ASSURANCE")]),
            ("AXAL industrie", vec![]),
            ("CICR et MAEL", vec![]),
            ("SwissLife vous couvre", vec![("Swiss Life", Insurer, "SwissLife")]),
            (
                "Crédit Agricole et PACIFICA",
                vec![("Crédit Agricole", Bank, "Crédit Agricole"), ("Pacifica", Insurer, "PACIFICA")],
            ),
            ("géré par SOLLY AZAR ASSURANCES", vec![("Solly Azar", Broker, "SOLLY AZAR ASSURANCES")]),
            ("Mila Rossi, née en April", vec![]),
            ("APRIL Partenaires", vec![("April", Broker, "APRIL Partenaires")]),
            ("la médicale du travail", vec![]),
            ("Groupama Méditerranée", vec![("Groupama", Insurer, "Groupama Méditerranée")]),
            ("", vec![]),
        ] {
            let found = insurers.find(text);
            let got: Vec<_> = found.iter().map(|m| (m.canonical.as_str(), m.kind, m.printed.as_str())).collect();
            if got != expected {
                failures.push(format!("{text:?}: {got:?}"));
            }
        }
        assert!(failures.is_empty(), "{failures:#?}");
    }

    #[test]
    fn a_name_has_one_owner() {
        let twice = "[[societe]]\nnom = \"A\"\nkind = \"assureur\"\n[[societe]]\nnom = \"B\"\nalias = [\"a\"]\nkind = \"courtier\"\n";
        let error = Insurers::parse(twice).unwrap_err();
        assert!(error.contains("\"A\" and \"B\""), "{error}");
    }
}
