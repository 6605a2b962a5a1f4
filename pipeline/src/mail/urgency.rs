//! How urgent a letter is: what its sentences state, unless they take it back.

use super::lexicon::{Fact, MailLexicon};
use super::phrase::{Known, Phrase};
use super::sentence::{Sentence, sentences};
use super::topics::TopicView;
use crate::rules::Level;
use crate::values::Date;

/// How fast somebody must look, as the catalogue says it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Urgency {
    /// `immediate`, `24h`, `normale` or `faible`.
    pub(super) code: &'static str,
    /// 0 to 1.
    pub(super) confidence: f32,
    /// What agents call the fact.
    pub(super) because: Option<String>,
}

/// The levels, most urgent first.
pub const LEVELS: [&str; 4] = ["immediate", "24h", "normale", "faible"];

/// Thanks need no answer.
const COURTESY: &str = "remerciement";
/// What advertises plays with danger; nobody is in it.
const ADVERTISING: &str = "publicite";
/// An advertisement must be this sure before its dangers are not believed.
const SURE_ADVERTISING: f32 = 0.6;

// The chances of the rare levels are small, and so are these. Chosen on e-mails of texts kept apart.

/// A model raises to `immediate` from this chance on: a danger missed weighs more than a letter looked at too soon.
const RAISES_TO_NOW: f32 = 0.04;
/// A model raises to `24h` from this chance on.
const RAISES_TO_DAY: f32 = 0.16;
/// A model says from this chance on that no answer is expected.
const LOWERS_TO_COURTESY: f32 = 0.35;

/// Tells how urgent a text is, written on `day` and of a category that is known so surely.
///
/// What the sentences state is never lowered by a model; a model may raise what they do not state.
pub(super) fn judge(
    text: &str,
    day: Date,
    category: (&str, f32),
    lexicon: &MailLexicon,
    view: Option<&TopicView>,
) -> Urgency {
    let sentences = sentences(text);
    let known = Known::of(&sentences);
    let said = |phrases: &[Phrase], sentence: &Sentence| phrases.iter().any(|phrase| phrase.stands_in(sentence));
    let advertises = category.0 == ADVERTISING && category.1 >= SURE_ADVERTISING;
    let calm: Vec<bool> = sentences.iter().map(|sentence| said(&lexicon.calming.phrases, sentence)).collect();
    let stated = |fact: &Fact| {
        let possible: Vec<&Phrase> = fact.phrases.iter().filter(|phrase| phrase.may_stand(&known)).collect();
        let states = |(sentence, calm): (&Sentence, &bool)| {
            !calm && possible.iter().any(|phrase| phrase.stands_in(sentence)) && !said(&fact.unless, sentence)
        };
        (!fact.cold_season || is_cold(day))
            && sentences.iter().zip(&calm).any(states)
            && !sentences.iter().any(|sentence| said(&fact.safe, sentence))
    };
    let facts: Vec<&Fact> = lexicon.facts.iter().filter(|fact| !advertises && stated(fact)).collect();
    if let Some(worst) = facts.iter().max_by_key(|fact| fact.level) {
        let code = if worst.level == Level::Now { "immediate" } else { "24h" };
        let confidence = if facts.len() > 1 { 0.9 } else { 0.75 };
        return Urgency { code, confidence, because: Some(worst.name.clone()) };
    }
    let raised =
        |code: &str, least: f32| view.map(|view| view.urgency(code)).filter(|chance| !advertises && *chance >= least);
    for (code, least, because) in [
        ("immediate", RAISES_TO_NOW, "mots qui annoncent un danger"),
        ("24h", RAISES_TO_DAY, "mots d'une panne qui ne peut attendre"),
    ] {
        if let Some(confidence) = raised(code, least) {
            return Urgency { code, confidence, because: Some(because.to_owned()) };
        }
    }
    let no_answer =
        |sentence: &Sentence| said(&lexicon.no_answer.phrases, sentence) && !said(&lexicon.no_answer.unless, sentence);
    let courtesy = matches!(category.0, COURTESY | ADVERTISING)
        || sentences.iter().any(no_answer)
        || raised("faible", LOWERS_TO_COURTESY).is_some();
    let code = if courtesy { "faible" } else { "normale" };
    Urgency { code, confidence: 0.8, because: None }
}

/// Tells whether homes are heated on a day: from November to March (the winter truce).
fn is_cold(day: Date) -> bool {
    matches!(day.month(), 11 | 12 | 1..=3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    fn urgency(text: &str, day: &str) -> &'static str {
        let lexicon = MailLexicon::new(&Rules::embedded().unwrap().mail);
        judge(text, Date::from_iso(day).unwrap(), ("reclamation_technique", 0.9), &lexicon, None).code
    }

    #[test]
    fn what_sentences_state() {
        struct Case(&'static str, &'static str, &'static str);
        for Case(text, day, expected) in [
            Case("Ça sent le gaz dans l'escalier depuis ce matin.", "2026-06-01", "immediate"),
            Case("Il n'y a plus d'odeur de gaz depuis la visite, tout est réparé.", "2026-06-01", "normale"),
            Case("La chaudière gaz a été révisée hier.", "2026-06-01", "normale"),
            Case("Mon mari me frappe, aidez-moi.", "2026-06-01", "immediate"),
            Case("Je suis mort de rire.", "2026-06-01", "normale"),
            Case("Si rien ne change je mettrai fin à mes jours.", "2026-06-01", "immediate"),
            Case("Ma mère est coincée dans l'ascenseur.", "2026-06-01", "immediate"),
            Case("Nous n'avons plus de chauffage depuis mardi.", "2026-12-01", "24h"),
            Case("Nous n'avons plus de chauffage depuis mardi.", "2026-07-01", "normale"),
            Case("L'ascenseur est en panne.", "2026-07-01", "24h"),
            Case("La porte du hall ne ferme plus.", "2026-07-01", "24h"),
            Case("La fuite que j'avais signalée a bien été réparée.", "2026-07-01", "normale"),
            Case("Le robinet goutte un peu.", "2026-07-01", "normale"),
            Case("Pour information, inutile de me répondre.", "2026-07-01", "faible"),
            Case("Les plafonds sont à repeindre, c'est urgent !", "2026-07-01", "normale"),
        ] {
            assert_eq!(urgency(text, day), expected, "{text}");
        }
    }

    #[test]
    fn a_model_raises_what_sentences_do_not_state_and_lowers_nothing() {
        let lexicon = MailLexicon::new(&Rules::embedded().unwrap().mail);
        let day = Date::from_iso("2026-06-01").unwrap();
        let judged = |text: &str, urgencies: &[(&str, f32)], category: &str| {
            let urgencies = urgencies.iter().map(|(code, chance)| ((*code).to_owned(), *chance)).collect();
            let view = TopicView { categories: Vec::new(), urgencies };
            judge(text, day, (category, 0.9), &lexicon, Some(&view)).code
        };
        let calm = "Le robinet goutte un peu.";
        assert_eq!(judged(calm, &[("normale", 0.95), ("immediate", 0.05)], "reclamation_technique"), "immediate");
        assert_eq!(judged(calm, &[("normale", 0.8), ("24h", 0.2)], "reclamation_technique"), "24h");
        assert_eq!(judged(calm, &[("normale", 0.6), ("faible", 0.4)], "reclamation_technique"), "faible");
        assert_eq!(
            judged("Ça sent le gaz dans l'escalier.", &[("faible", 0.99)], "reclamation_technique"),
            "immediate"
        );
        assert_eq!(judged(calm, &[("immediate", 0.5)], "publicite"), "faible");
    }

    #[test]
    fn dangers_that_advertise_are_not_believed() {
        let lexicon = MailLexicon::new(&Rules::embedded().unwrap().mail);
        let day = Date::from_iso("2026-06-01").unwrap();
        let text = "Une fuite de gaz peut tuer : appelez-nous.";
        assert_eq!(judge(text, day, ("publicite", 0.9), &lexicon, None).code, "faible");
        assert_eq!(judge(text, day, ("publicite", 0.3), &lexicon, None).code, "immediate");
    }
}
