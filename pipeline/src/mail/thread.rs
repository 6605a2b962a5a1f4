//! The writer's own text in an e-mail: what is quoted, passed on by others, or printed under every message is set aside.
//!
//! A message that somebody at the landlord's passed on is the inner one: what stands above it is a note for a colleague.

use crate::values::fold::fold;
use crate::values::person_text::{is_body, is_person_line};
use regex::Regex;
use std::sync::LazyLock;

/// The writer's own text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Own {
    /// The text.
    pub(crate) text: String,
    /// The name of whoever wrote it first, where it was passed on.
    pub(crate) first_sender: Option<String>,
    /// The address of the same.
    pub(crate) first_address: Option<String>,
    /// Whether it was passed on.
    pub(crate) passed_on: bool,
}

/// "Le 3 mars 2026 à 10:12, Habitat <contact@x> a écrit :", "On ... wrote:".
static WROTE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*>?\s*(?:le\b.{4,120}\ba\s+[ée]crit\s*:|on\b.{4,120}\bwrote\s*:)")
        .expect("the pattern is fixed")
});
/// A line above the header of an earlier message.
static RULE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*[-_=*]{2,}\s*(?:message|mail|courriel|original|forwarded|d[ée]but du message)|^\s*_{10,}\s*$|^\s*d[ée]but du message (?:r[ée]exp[ée]di[ée]|transf[ée]r[ée])")
        .expect("the pattern is fixed")
});
/// Says that the earlier message is the one that counts.
static PASSED_ON: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)transf[ée]r|r[ée]exp[ée]di|forwarded|transmis").expect("the pattern is fixed"));
/// A line of the header of an earlier message.
static HEADER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*[>*]*\s*(de|from|exp[ée]diteur|envoy[ée]|sent|date|[àa]|to|destinataires?|cc|objet|sujet|subject)\s*\*?\s*:\s*(.*)$")
        .expect("the pattern is fixed")
});
/// The marks of a subject that was passed on.
static SUBJECT_PASSED_ON: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)^\s*(?:tr|fwd?|i)\s*:").expect("the pattern is fixed"));
/// What programs and offices print under every message, folded.
#[rustfmt::skip]
const FOOTERS: &[&str] = &[
    "ENVOYE DE MON", "ENVOYE DEPUIS", "ENVOYE A PARTIR", "PROVENANCE COURRIER", "GARANTI SANS VIRUS", "SENT FROM MY",
    "TELECHARGEZ OUTLOOK", "OBTENIR OUTLOOK", "GET OUTLOOK", "CE MESSAGE ET SES PIECES", "CE MESSAGE ET TOUTES",
    "CE COURRIEL ET", "CE MESSAGE EST CONFIDENTIEL", "CET EMAIL ET", "LE PRESENT MESSAGE", "AVIS DE CONFIDENTIALITE",
    "PENSEZ A L ENVIRONNEMENT", "AVANT D IMPRIMER", "N IMPRIMEZ CE MESSAGE", "NOS BUREAUX SERONT FERMES",
];
/// A note above a message that was passed on has no more words than this.
const NOTE_WORDS: usize = 30;

/// Gives the writer's own text of an e-mail.
pub(crate) fn own(text: &str, subject: &str) -> Own {
    let lines: Vec<&str> = text.lines().collect();
    let edge = (0..lines.len()).find(|&at| is_edge(&lines, at));
    let Some(edge) = edge else { return Own { text: without_footer(&lines), ..Own::default() } };
    let note: usize = lines[..edge].iter().map(|line| line.split_whitespace().count()).sum();
    let said = PASSED_ON.is_match(lines[edge]) || SUBJECT_PASSED_ON.is_match(subject);
    if !said && note > 0 || note > NOTE_WORDS {
        return Own { text: without_footer(&lines[..edge]), ..Own::default() };
    }
    let inner = edge + lines[edge..].iter().take_while(is_above_inner).count();
    let first_sender = lines[edge..inner].iter().find_map(|line| sender_of(line));
    let first_address = lines[edge..inner].iter().find_map(|line| address_of(line));
    let rest: Vec<&str> = lines[inner..].iter().map(|line| unquoted(line)).collect();
    // An answer may hang below the inner message in its turn.
    let nested = own(&rest.join("\n"), "");
    Own {
        text: nested.text,
        first_sender: nested.first_sender.or(first_sender),
        first_address: nested.first_address.or(first_address),
        passed_on: true,
    }
}

/// Tells whether an earlier message starts at a line.
fn is_edge(lines: &[&str], at: usize) -> bool {
    let line = lines[at];
    let header = |at: usize| lines.get(at).is_some_and(|line| HEADER.is_match(line));
    let names_sender = HEADER.captures(line).is_some_and(|found| matches!(fold(&found[1]).as_str(), "DE" | "FROM"));
    WROTE.is_match(line)
        || RULE.is_match(line) && (PASSED_ON.is_match(line) || fold(line).contains("ORIGIN") || header(at + 1))
        || names_sender && header(at + 1)
        || line.trim_start().starts_with('>')
}

fn is_above_inner(line: &&&str) -> bool {
    let plain = line.trim_start_matches(['>', ' ']);
    plain.is_empty() || RULE.is_match(line) || WROTE.is_match(line) || HEADER.is_match(line)
}

/// Gives what a line of a header says of the sender.
fn from_line(line: &str) -> Option<&str> {
    let found = HEADER.captures(line)?;
    let sender = matches!(fold(&found[1]).as_str(), "DE" | "FROM" | "EXPEDITEUR");
    found.get(2).filter(|_| sender).map(|said| said.as_str())
}

/// Gives the address in "De : Karim Benali <k@x>".
fn address_of(line: &str) -> Option<String> {
    let address = from_line(line)?.split(['<', '>', '[', ']', '(', ')', ' ']).find(|word| word.contains('@'))?;
    Some(address.trim_start_matches("mailto:").to_owned())
}

/// Gives the name in "De : Karim Benali <k@x>".
fn sender_of(line: &str) -> Option<String> {
    let name = from_line(line)?.split(['<', '[', '(']).next().unwrap_or_default().trim_matches([' ', '"', '\'', '*']);
    (is_person_line(name) && !is_body(name)).then(|| name.to_owned())
}

fn unquoted(line: &str) -> &str {
    let bare = line.trim_start_matches('>');
    if bare.len() < line.len() { bare.strip_prefix(' ').unwrap_or(bare) } else { line }
}

/// Gives lines up to what stands under every message.
fn without_footer(lines: &[&str]) -> String {
    let is_footer = |line: &str| {
        let folded = fold(line);
        FOOTERS.iter().any(|footer| folded.starts_with(footer) || folded.len() < 160 && folded.contains(footer))
    };
    let kept: Vec<&str> = lines.iter().copied().filter(|line| !is_footer(line) && !is_separator(line)).collect();
    kept.join("\n").trim().to_owned()
}

fn is_separator(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 2 && line.chars().all(|c| "-_=*".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_writers_own_words() {
        struct Case(&'static str, &'static str, &'static str, Option<&'static str>);
        for Case(subject, text, expected, first) in [
            Case("Volet", "Bonjour,\nle volet est cassé.\nKarim", "Bonjour,\nle volet est cassé.\nKarim", None),
            Case(
                "Re: Volet",
                "Il est cassé.\n\nLe 3 mars 2026 à 10:12, Habitat <a@b> a écrit :\n> odeur de gaz ?",
                "Il est cassé.",
                None,
            ),
            Case(
                "RE: Volet",
                "Il est cassé.\n-----Message d'origine-----\nDe : Habitat <a@b>\nEnvoyé : mardi\n\nun incendie",
                "Il est cassé.",
                None,
            ),
            Case(
                "TR: Volet",
                "Pour traitement.\n\n---------- Message transféré ----------\nDe : Karim Benali <k@x>\nDate : mardi\nObjet : Volet\nÀ : a@b\n\nLe volet est cassé.\nKarim",
                "Le volet est cassé.\nKarim",
                Some("Karim Benali"),
            ),
            Case(
                "Fwd: Volet",
                "-----Message d'origine-----\nDe : k@x\nEnvoyé : mardi\n\nLe volet.\n\nLe 2 mars, Habitat a écrit :\n> x",
                "Le volet.",
                None,
            ),
            Case("Volet", "Le volet.\n\nEnvoyé de mon iPhone", "Le volet.", None),
            Case("Volet", "Le volet.\n--\nPensez à l'environnement avant d'imprimer ce message.", "Le volet.", None),
        ] {
            let found = own(text, subject);
            assert_eq!((found.text.as_str(), found.first_sender.as_deref()), (expected, first), "{text}");
            assert_eq!(found.first_address.as_deref(), text.contains("k@x").then_some("k@x"), "{text}");
        }
    }
}
