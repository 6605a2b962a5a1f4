//! From TOML pages to linked rules.

use super::{
    CategoryRule, CheckRule, FactRule, Family, FieldRule, Kind, MailRules, MotiveRule, NoticeRule, OtherLabels,
    PhraseList, RelanceRules, Rules, TypeExample, TypeRule, lint,
};
use crate::rules::acceptance::Acceptance;
use crate::rules::relance_page::RelancePage;
use crate::rules::trust::Trust;
use crate::values::insurer::Insurers;
use regex::Regex;
use serde::Deserialize;
use std::collections::BTreeMap;
use thiserror::Error;

/// A page that does not parse or link.
#[derive(Debug, Error)]
#[error("{file}:{line}: {message}")]
pub struct RulesError {
    /// The page.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, with a hint.
    pub message: String,
}

/// The pages of a rules folder: name relative to the folder, and text.
#[derive(Clone, Debug, Default)]
pub struct RulePages {
    /// Name and text, in the order of their names.
    pub pages: Vec<(String, String)>,
}

/// One TOML page; any page may hold any of these.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    #[serde(default, rename = "type")]
    types: Vec<TypeRule>,
    #[serde(default, rename = "field")]
    fields: Vec<FieldRule>,
    #[serde(default, rename = "other")]
    others: Vec<OtherLabels>,
    #[serde(default, rename = "check")]
    checks: Vec<CheckRule>,
    #[serde(default, rename = "example")]
    examples: Vec<TypeExample>,
    #[serde(default)]
    names: BTreeMap<String, String>,
    #[serde(default, rename = "category")]
    categories: Vec<CategoryRule>,
    #[serde(default, rename = "fact")]
    facts: Vec<FactRule>,
    #[serde(default)]
    calming: Vec<PhraseList>,
    #[serde(default)]
    no_answer: Vec<PhraseList>,
    #[serde(default)]
    notions: BTreeMap<String, Vec<String>>,
    #[serde(default, rename = "motive")]
    motives: Vec<MotiveRule>,
    notice: Option<NoticeRule>,
    trust: Option<Trust>,
    acceptance: Option<Acceptance>,
}

/// The name of the insurers' page, which has a shape of its own.
const INSURERS: &str = "insurers.toml";
/// The folder of pages on relances, which have shapes of their own.
const RELANCES: &str = "relances/";

impl RulePages {
    /// Gives the pages that ship with the program.
    pub fn embedded() -> Self {
        let pages = [
            ("acceptance.toml", include_str!("../../../rules/acceptance.toml")),
            ("checks/assurance.toml", include_str!("../../../rules/checks/assurance.toml")),
            ("fields/assurance.toml", include_str!("../../../rules/fields/assurance.toml")),
            ("fields/courrier.toml", include_str!("../../../rules/fields/courrier.toml")),
            ("fields/pieces.toml", include_str!("../../../rules/fields/pieces.toml")),
            ("names.toml", include_str!("../../../rules/names.toml")),
            (INSURERS, include_str!("../../../rules/insurers.toml")),
            (
                "mail/categories/adaptation_handicap.toml",
                include_str!("../../../rules/mail/categories/adaptation_handicap.toml"),
            ),
            ("mail/categories/assurance.toml", include_str!("../../../rules/mail/categories/assurance.toml")),
            (
                "mail/categories/autorisation_travaux.toml",
                include_str!("../../../rules/mail/categories/autorisation_travaux.toml"),
            ),
            ("mail/categories/autre.toml", include_str!("../../../rules/mail/categories/autre.toml")),
            (
                "mail/categories/changement_situation.toml",
                include_str!("../../../rules/mail/categories/changement_situation.toml"),
            ),
            ("mail/categories/conge.toml", include_str!("../../../rules/mail/categories/conge.toml")),
            (
                "mail/categories/contestation_charges.toml",
                include_str!("../../../rules/mail/categories/contestation_charges.toml"),
            ),
            ("mail/categories/courrier_elu.toml", include_str!("../../../rules/mail/categories/courrier_elu.toml")),
            (
                "mail/categories/courrier_juridique.toml",
                include_str!("../../../rules/mail/categories/courrier_juridique.toml"),
            ),
            (
                "mail/categories/courrier_organisme.toml",
                include_str!("../../../rules/mail/categories/courrier_organisme.toml"),
            ),
            (
                "mail/categories/deces_locataire.toml",
                include_str!("../../../rules/mail/categories/deces_locataire.toml"),
            ),
            (
                "mail/categories/demande_document.toml",
                include_str!("../../../rules/mail/categories/demande_document.toml"),
            ),
            (
                "mail/categories/demande_mutation.toml",
                include_str!("../../../rules/mail/categories/demande_mutation.toml"),
            ),
            (
                "mail/categories/enquete_sls_ops.toml",
                include_str!("../../../rules/mail/categories/enquete_sls_ops.toml"),
            ),
            (
                "mail/categories/facture_fournisseur.toml",
                include_str!("../../../rules/mail/categories/facture_fournisseur.toml"),
            ),
            ("mail/categories/insatisfaction.toml", include_str!("../../../rules/mail/categories/insatisfaction.toml")),
            (
                "mail/categories/paiement_impaye.toml",
                include_str!("../../../rules/mail/categories/paiement_impaye.toml"),
            ),
            ("mail/categories/publicite.toml", include_str!("../../../rules/mail/categories/publicite.toml")),
            (
                "mail/categories/reclamation_technique.toml",
                include_str!("../../../rules/mail/categories/reclamation_technique.toml"),
            ),
            ("mail/categories/remerciement.toml", include_str!("../../../rules/mail/categories/remerciement.toml")),
            (
                "mail/categories/suivi_demande_logement.toml",
                include_str!("../../../rules/mail/categories/suivi_demande_logement.toml"),
            ),
            (
                "mail/categories/trouble_voisinage.toml",
                include_str!("../../../rules/mail/categories/trouble_voisinage.toml"),
            ),
            ("mail/notions/actes.toml", include_str!("../../../rules/mail/notions/actes.toml")),
            ("mail/notions/argent.toml", include_str!("../../../rules/mail/notions/argent.toml")),
            ("mail/notions/bati.toml", include_str!("../../../rules/mail/notions/bati.toml")),
            ("mail/notions/personnes.toml", include_str!("../../../rules/mail/notions/personnes.toml")),
            ("mail/motives.toml", include_str!("../../../rules/mail/motives.toml")),
            ("mail/urgency.toml", include_str!("../../../rules/mail/urgency.toml")),
            ("relances/calendrier.toml", include_str!("../../../rules/relances/calendrier.toml")),
            ("relances/commerce.toml", include_str!("../../../rules/relances/commerce.toml")),
            ("relances/defaut.toml", include_str!("../../../rules/relances/defaut.toml")),
            ("trust.toml", include_str!("../../../rules/trust.toml")),
            ("types/assurance.toml", include_str!("../../../rules/types/assurance.toml")),
            ("types/exemples.toml", include_str!("../../../rules/types/exemples.toml")),
            ("types/courrier.toml", include_str!("../../../rules/types/courrier.toml")),
            ("types/pieces.toml", include_str!("../../../rules/types/pieces.toml")),
        ];
        Self { pages: pages.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec() }
    }

    /// Parses every page and resolves what refers to something else.
    ///
    /// # Errors
    /// The first page that has an unknown key, a wrong value, or a reference to something that is not there.
    pub fn link(&self) -> Result<Rules, RulesError> {
        let mut rules = Rules {
            types: Vec::new(),
            fields: Vec::new(),
            others: Vec::new(),
            checks: Vec::new(),
            examples: Vec::new(),
            names: BTreeMap::new(),
            insurers: Insurers::default(),
            mail: MailRules::default(),
            trust: Trust::default(),
            acceptance: Acceptance::default(),
            relances: RelanceRules::default(),
        };
        for (name, text) in &self.pages {
            if name == INSURERS {
                rules.insurers =
                    Insurers::parse(text).map_err(|message| RulesError { file: name.clone(), line: 1, message })?;
                continue;
            }
            if name.starts_with(RELANCES) {
                let page: RelancePage = toml::from_str(text).map_err(|error| parse_error(name, text, &error))?;
                page.link(&mut rules.relances).map_err(|(word, message)| at_word(name, text, &word, message))?;
                continue;
            }
            let page: Page = toml::from_str(text).map_err(|error| parse_error(name, text, &error))?;
            rules.types.extend(page.types);
            rules.fields.extend(page.fields);
            rules.others.extend(page.others);
            rules.checks.extend(page.checks);
            rules.examples.extend(page.examples);
            rules.names.extend(page.names);
            rules.mail.categories.extend(page.categories);
            rules.mail.notions.extend(page.notions);
            rules.mail.facts.extend(page.facts);
            rules.mail.calming.extend(page.calming);
            rules.mail.no_answer.extend(page.no_answer);
            rules.mail.motives.extend(page.motives);
            rules.mail.notice = page.notice.unwrap_or(rules.mail.notice);
            rules.trust = page.trust.unwrap_or(rules.trust);
            if let Some(acceptance) = page.acceptance {
                if let Some(message) = acceptance.flaw() {
                    let line = text.lines().position(|line| line.trim() == "[acceptance]").map_or(1, |line| line + 1);
                    return Err(RulesError { file: name.clone(), line, message });
                }
                rules.acceptance = acceptance;
            }
        }
        self.resolve(&rules)?;
        Ok(rules)
    }

    fn resolve(&self, rules: &Rules) -> Result<(), RulesError> {
        for rule in &rules.types {
            for code in rule.fields.iter().chain(&rule.deciding) {
                if rules.field_of(rule, code).is_none() {
                    let known = rules.fields_of(rule).map(|index| rules.fields[index].code.as_str());
                    return Err(self.dangling(&rule.code, code, "field", known));
                }
            }
        }
        for field in &rules.fields {
            self.check_form(rules, field)?;
            let chooses = matches!(field.kind, Kind::Choice | Kind::Set);
            if chooses == field.choices.is_empty() {
                let message =
                    format!("field \"{}\" of kind {:?} and its choices do not go together", field.code, field.kind);
                return Err(self.at(&field.code, message));
            }
        }
        self.check_mail(rules)?;
        self.check_signals(rules)?;
        for check in &rules.checks {
            if !crate::check::OPERATORS.contains(&check.operator.as_str()) {
                return Err(self.dangling(
                    &check.code,
                    &check.operator,
                    "operator",
                    crate::check::OPERATORS.iter().copied(),
                ));
            }
        }
        for example in &rules.examples {
            if rules.type_rule(&example.type_code).is_none() {
                let known = rules.types.iter().map(|rule| rule.code.as_str());
                return Err(self.dangling("example", &example.type_code, "type", known));
            }
        }
        Ok(())
    }

    /// Checks that every phrase on mail asks for something.
    fn check_mail(&self, rules: &Rules) -> Result<(), RulesError> {
        let weighted = rules.mail.categories.iter().flat_map(|rule| rule.phrases.keys().chain(rule.sender.keys()));
        let stated = rules.mail.facts.iter().flat_map(|rule| rule.phrases.iter().chain(&rule.unless).chain(&rule.safe));
        let lists = rules.mail.calming.iter().chain(&rules.mail.no_answer);
        let said = lists.flat_map(|list| list.phrases.iter().chain(&list.unless));
        let notions = rules.mail.notions.values().flatten();
        match weighted
            .chain(stated)
            .chain(said)
            .chain(notions)
            .find(|phrase| crate::mail::Phrase::parse(phrase).is_empty())
        {
            Some(empty) => Err(self.at(empty, format!("phrase \"{empty}\" has no word"))),
            None => Ok(()),
        }
    }

    /// Checks that every signal is told by a category that there is, or by words.
    fn check_signals(&self, rules: &Rules) -> Result<(), RulesError> {
        for signal in &rules.relances.signals {
            let known = || rules.mail.categories.iter().map(|rule| rule.code.as_str());
            if let Some(category) = signal.category.as_ref().filter(|code| !known().any(|one| one == code.as_str())) {
                return Err(self.dangling(signal.kind.code(), category, "category", known()));
            }
            let empty = signal.phrases.iter().find(|phrase| crate::mail::Phrase::parse(phrase).is_empty());
            if let Some(phrase) = empty {
                return Err(self.at(phrase, format!("phrase \"{phrase}\" has no word")));
            }
            if signal.category.is_none() && signal.phrases.is_empty() {
                let code = signal.kind.code();
                return Err(self.at(code, format!("signal \"{code}\" has neither category nor phrases")));
            }
        }
        Ok(())
    }

    /// Checks the types that a field names, and its pattern.
    fn check_form(&self, rules: &Rules, field: &FieldRule) -> Result<(), RulesError> {
        for named in &field.of {
            if rules.type_rule(named).is_none() && Family::named(named).is_none() {
                let known = rules.types.iter().map(|rule| rule.code.as_str());
                return Err(self.dangling(&field.code, named, "type", known));
            }
        }
        let Some(pattern) = &field.pattern else { return Ok(()) };
        match Regex::new(pattern) {
            Ok(_) => Ok(()),
            Err(error) => Err(self.at(&field.code, format!("field \"{}\": bad pattern: {error}", field.code))),
        }
    }

    fn dangling<'a>(&self, owner: &str, wanted: &str, what: &str, known: impl Iterator<Item = &'a str>) -> RulesError {
        let mut message = format!("cannot link \"{owner}\": unknown {what} \"{wanted}\"");
        if let Some(close) = lint::closest(wanted, known) {
            message.push_str(&format!(", did you mean \"{close}\""));
        }
        self.at(wanted, message)
    }

    /// Points at the first line that has `word` in quotes.
    fn at(&self, word: &str, message: String) -> RulesError {
        let quoted = format!("\"{word}\"");
        match self.pages.iter().find(|(_, text)| text.contains(&quoted)) {
            Some((name, text)) => at_word(name, text, word, message),
            None => RulesError { file: "rules".to_owned(), line: 1, message },
        }
    }
}

/// Points at the first line of a page that has `word` in quotes.
fn at_word(name: &str, text: &str, word: &str, message: String) -> RulesError {
    let quoted = format!("\"{word}\"");
    let line = text.lines().position(|line| line.contains(&quoted)).map_or(1, |line| line + 1);
    RulesError { file: name.to_owned(), line, message }
}

fn parse_error(name: &str, text: &str, error: &toml::de::Error) -> RulesError {
    let start = error.span().map_or(0, |span| span.start);
    let line = text[..start.min(text.len())].matches('\n').count() + 1;
    RulesError { file: name.to_owned(), line, message: error.message().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_of(name: &str, text: &str) -> String {
        let pages = RulePages { pages: vec![(name.to_owned(), text.to_owned())] };
        pages.link().expect_err("the page has a mistake").to_string()
    }

    #[test]
    fn mistakes_are_named_with_file_line_and_hint() {
        let unknown_key = "[[field]]\ncode = \"montant\"\nkind = \"amount\"\nlabel = []\n";
        assert!(error_of("fields/a.toml", unknown_key).starts_with("fields/a.toml:4: unknown field `label`"));

        let dangling = "[[field]]\ncode = \"date_fin\"\nkind = \"date_end\"\n[[type]]\ncode = \"t\"\nname = \"t\"\n\
                        family = \"other\"\nfields = [\"date_fn\"]\n";
        assert_eq!(
            error_of("types/a.toml", dangling),
            "types/a.toml:8: cannot link \"t\": unknown field \"date_fn\", did you mean \"date_fin\""
        );

        let no_choices = "[[field]]\ncode = \"qualite\"\nkind = \"choice\"\n";
        assert!(error_of("fields/b.toml", no_choices).contains("fields/b.toml:2: field \"qualite\""));
    }

    #[test]
    fn the_shipped_rules_link() {
        let rules = Rules::embedded().unwrap();
        assert!(rules.types.len() > 20, "{} types", rules.types.len());
    }
}
