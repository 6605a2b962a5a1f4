//! The mail rules with their phrases read.

use super::phrase::Phrase;
use super::sentence::Sentence;
use crate::rules::{FactRule, Level, MailRules, MotiveRule, PhraseList};

/// A phrase of a category.
#[derive(Clone, Debug)]
pub(super) struct Weighted {
    pub(super) phrase: Phrase,
    /// As the rules write it.
    pub(super) written: String,
    pub(super) weight: f32,
    /// Whether it counts in letterhead and signature.
    pub(super) sender: bool,
}

/// A category.
#[derive(Clone, Debug)]
pub(super) struct CategoryWords {
    pub(super) code: String,
    pub(super) phrases: Vec<Weighted>,
}

/// Words that belong to one thing or one act.
#[derive(Clone, Debug)]
pub(super) struct Notion {
    pub(super) name: String,
    pub(super) phrases: Vec<Phrase>,
}

/// A fact that makes a letter urgent.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    pub(super) name: String,
    pub(super) level: Level,
    pub(super) cold_season: bool,
    pub(super) phrases: Vec<Phrase>,
    pub(super) unless: Vec<Phrase>,
    pub(super) safe: Vec<Phrase>,
}

/// Phrases, and those that take them back.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) phrases: Vec<Phrase>,
    pub(super) unless: Vec<Phrase>,
}

/// A reason that shortens a notice.
#[derive(Clone, Debug)]
pub(super) struct Motive {
    pub(super) rule: MotiveRule,
    pub(super) said: Said,
}

/// The words around a notice.
#[derive(Clone, Debug, Default)]
pub(super) struct NoticeWords {
    pub(super) months: u32,
    pub(super) parking_months: u32,
    pub(super) parking: Said,
    pub(super) shop: Said,
    pub(super) valid_forms: Said,
    pub(super) alone: Said,
}

impl Said {
    fn of(written: &[String], unless: &[String]) -> Self {
        Self { phrases: phrases(written), unless: phrases(unless) }
    }

    /// Tells whether one of some sentences says it and does not take it back.
    pub(super) fn stands_in(&self, sentences: &[Sentence]) -> bool {
        let some = |list: &[Phrase], sentence: &Sentence| list.iter().any(|phrase| phrase.stands_in(sentence));
        sentences.iter().any(|sentence| some(&self.phrases, sentence) && !some(&self.unless, sentence))
    }
}

/// The mail rules, ready to be used.
#[derive(Clone, Debug, Default)]
pub struct MailLexicon {
    pub(super) categories: Vec<CategoryWords>,
    pub(super) notions: Vec<Notion>,
    pub(super) facts: Vec<Fact>,
    pub(super) calming: Said,
    pub(super) no_answer: Said,
    pub(super) motives: Vec<Motive>,
    pub(super) notice: NoticeWords,
}

impl MailLexicon {
    /// Reads the phrases of `rules`.
    pub fn new(rules: &MailRules) -> Self {
        let category = |rule: &crate::rules::CategoryRule| {
            let weighted = |sender: bool| {
                move |(written, weight): (&String, &f32)| Weighted {
                    phrase: Phrase::parse(written),
                    written: written.clone(),
                    weight: *weight,
                    sender,
                }
            };
            let own = rule.phrases.iter().map(weighted(false));
            CategoryWords {
                code: rule.code.clone(),
                phrases: own.chain(rule.sender.iter().map(weighted(true))).collect(),
            }
        };
        Self {
            categories: rules.categories.iter().map(category).collect(),
            notions: rules
                .notions
                .iter()
                .map(|(name, written)| Notion { name: name.clone(), phrases: phrases(written) })
                .collect(),
            facts: rules.facts.iter().map(fact).collect(),
            calming: said(&rules.calming),
            no_answer: said(&rules.no_answer),
            motives: rules.motives.iter().map(motive).collect(),
            notice: NoticeWords {
                months: rules.notice.months,
                parking_months: rules.notice.parking_months,
                parking: Said::of(&rules.notice.parking, &rules.notice.dwelling_too),
                shop: Said::of(&rules.notice.shop, &[]),
                valid_forms: Said::of(&rules.notice.valid_forms, &[]),
                alone: Said::of(&rules.notice.alone, &[]),
            },
        }
    }
}

fn motive(rule: &MotiveRule) -> Motive {
    Motive { said: Said::of(&rule.phrases, &rule.unless), rule: rule.clone() }
}

fn fact(rule: &FactRule) -> Fact {
    Fact {
        name: rule.name.clone(),
        level: rule.level,
        cold_season: rule.cold_season,
        phrases: phrases(&rule.phrases),
        unless: phrases(&rule.unless),
        safe: phrases(&rule.safe),
    }
}

fn said(lists: &[PhraseList]) -> Said {
    Said {
        phrases: lists.iter().flat_map(|list| phrases(&list.phrases)).collect(),
        unless: lists.iter().flat_map(|list| phrases(&list.unless)).collect(),
    }
}

fn phrases(written: &[String]) -> Vec<Phrase> {
    written.iter().map(|phrase| Phrase::parse(phrase)).collect()
}
