//! What a letter tells that keeps reminders: a death, a congé, a guardian.

use super::letter::Letter;
use super::phrase::Phrase;
use super::sentence::sentences;
use crate::document::Header;
use crate::extract::Extraction;
use crate::rules::{SignalKind, SignalRule};
use crate::sheet::Sheet;
use std::collections::BTreeSet;

/// The rules on signals with their phrases read.
#[derive(Clone, Debug, Default)]
pub struct SignalWords(Vec<(SignalRule, Vec<Phrase>)>);

impl SignalWords {
    /// Reads the phrases of rules.
    pub(crate) fn new(rules: &[SignalRule]) -> Self {
        let phrases = |rule: &SignalRule| rule.phrases.iter().map(|phrase| Phrase::parse(phrase)).collect();
        Self(rules.iter().map(|rule| (rule.clone(), phrases(rule))).collect())
    }
}

/// Gives what a letter that was read tells: by its category, or by words of its text, its subject or its sender.
pub(crate) fn signals(
    sheet: &Sheet,
    header: Option<&Header>,
    extraction: &Extraction,
    words: &SignalWords,
) -> BTreeSet<SignalKind> {
    let letter = Letter::new(sheet, header);
    let text = format!("{}.\n\n{}\n\n{}", letter.subject_text(), letter.body_text(), letter.sender_text());
    let heard = sentences(&text);
    let category = extraction.code("categorie");
    let tells = |(rule, phrases): &&(SignalRule, Vec<Phrase>)| {
        rule.category.is_some() && rule.category.as_deref() == category
            || phrases.iter().any(|phrase| heard.iter().any(|sentence| phrase.stands_in(sentence)))
    };
    words.0.iter().filter(tells).map(|(rule, _)| rule.kind).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::Lexicon;
    use crate::rules::Rules;
    use crate::sheet::typed;
    use crate::values::Date;

    #[test]
    fn letters_that_keep_reminders_and_letters_that_do_not() {
        let lexicon = Lexicon::new(Rules::embedded().unwrap());
        let rule = lexicon.rules.mail_rule().unwrap();
        let today = Date::from_iso("2026-11-23").unwrap();
        struct Case(&'static str, &'static [SignalKind]);
        for Case(text, expected) in [
            Case("Bonjour,\nma mère est décédée le 3 mars, nous viderons l'appartement.", &[SignalKind::Deces]),
            Case(
                "Bonjour,\nje vous donne congé de mon logement, je rendrai les clés le 30 juin.",
                &[SignalKind::Conge],
            ),
            Case(
                "Madame,\nje suis nommée curatrice de M. Petit par le juge des tutelles, écrivez-moi désormais.",
                &[SignalKind::Protection],
            ),
            Case("Bonjour,\nle chauffage ne marche plus depuis mardi, merci de passer.", &[]),
            Case("Bonjour,\nvous trouverez ci-joint mon attestation d'assurance habitation.", &[]),
        ] {
            let page = typed::page(text);
            let sheet = Sheet::new([&page]);
            let read = super::super::read(&sheet, None, rule, &lexicon.mail, None, today);
            let told: Vec<SignalKind> = signals(&sheet, None, &read, &lexicon.signals).into_iter().collect();
            assert_eq!(told, expected, "{text}");
        }
    }
}
