//! Readings of the fields of a segment.
//!
//! Goes in: a sheet and its type. Comes out: for each field the readings found, best first, each with its raw text, its
//! confidence and its place. Labels are found first; a value is looked for behind its label, right of it, below it; what
//! needs no label (periods, the insurer's name) is looked for everywhere. Compares nothing with leases or with today.

mod amounts;
mod choice;
mod code;
mod company;
mod conditions;
mod dates;
mod months;
mod numbers;
mod people;
mod places;
pub(crate) mod proposed;
mod region;
mod texts;
mod zone;

use crate::geometry::Rect;
use crate::lexicon::{Lexicon, Strength, Vocabulary};
use crate::rules::{FieldRule, Kind, TypeRule};
use crate::sheet::{Sheet, Snippet};
use crate::values::{Address, Amount, Date, Month, Person};
pub(crate) use conditions::is_conditions;
pub(crate) use places::prefer_fuller;
use region::Anchors;
use std::collections::BTreeSet;
use std::ops::Range;

/// A value in its normal form.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A day.
    Date(Date),
    /// Money.
    Amount(Amount),
    /// A month.
    Month(Month),
    /// One person.
    Person(Person),
    /// Persons, in the document's order.
    Persons(Vec<Person>),
    /// Texts, in the document's order.
    List(Vec<String>),
    /// A postal address.
    Address(Address),
    /// Upper-case letters and digits.
    Code(String),
    /// One of the codes of a rule.
    Choice(String),
    /// Several of the codes of a rule.
    Set(BTreeSet<String>),
    /// As printed.
    Text(String),
}

/// One candidate for a field.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The value; `None` where something was seen that could not be read.
    pub value: Option<Value>,
    /// The text it came from.
    pub raw: String,
    /// 0 to 1: how far the words around it name the field, times how sure its letters are.
    pub confidence: f32,
    /// How sure the letters alone are, 0 to 1.
    pub legible: f32,
    /// The page, counted from 1 in the source.
    pub page: u32,
    /// Where it stands.
    pub rect: Rect,
    /// What found it: for `explain`.
    pub method: &'static str,
}

impl Reading {
    /// Makes the reading of a value that stands in a range of a snippet: `worth` is how far the words around it name the
    /// field, 0 to 1. `None` for a range that lies on no word.
    fn at(snippet: &Snippet, range: &Range<usize>, value: Value, worth: f32, method: &'static str) -> Option<Self> {
        let (page, rect, legible) = snippet.evidence(range)?;
        let raw = snippet.text[range.clone()].to_owned();
        Some(Self { value: Some(value), raw, confidence: worth * legible, legible, page, rect, method })
    }
}

/// The readings of one field, best first.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldReadings {
    /// The catalogue's code.
    pub code: String,
    /// Best first; never empty.
    pub readings: Vec<Reading>,
}

/// The readings of a segment, in the order of the type's fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extraction {
    /// Fields that have a reading.
    pub fields: Vec<FieldReadings>,
}

impl Extraction {
    /// Gives the best reading of a field.
    pub fn best(&self, code: &str) -> Option<&Reading> {
        self.fields.iter().find(|field| field.code == code)?.readings.first()
    }

    /// Gives the best value of a field.
    pub fn value(&self, code: &str) -> Option<&Value> {
        self.best(code)?.value.as_ref()
    }

    /// Tells whether a value was read that is printed on the paper, besides what its words were taken to mean.
    pub fn has_printed_value(&self) -> bool {
        let best = self.fields.iter().filter_map(|field| field.readings.first()?.value.as_ref());
        best.into_iter().any(|value| !matches!(value, Value::Choice(_) | Value::Set(_)))
    }

    /// Gives the best value of a field as a date.
    pub fn date(&self, code: &str) -> Option<Date> {
        match self.value(code) {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        }
    }

    /// Gives the best value of a field as a code or a choice.
    pub fn code(&self, code: &str) -> Option<&str> {
        match self.value(code) {
            Some(Value::Code(text) | Value::Choice(text) | Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Gives the best value of a field as persons; empty where there are none.
    pub fn persons(&self, code: &str) -> &[Person] {
        match self.value(code) {
            Some(Value::Persons(persons)) => persons,
            _ => &[],
        }
    }

    /// Gives the best value of a field as an address.
    pub fn address(&self, code: &str) -> Option<&Address> {
        match self.value(code) {
            Some(Value::Address(address)) => Some(address),
            _ => None,
        }
    }

    /// Gives the best value of a field as a set.
    pub fn set(&self, code: &str) -> Option<&BTreeSet<String>> {
        match self.value(code) {
            Some(Value::Set(set)) => Some(set),
            _ => None,
        }
    }
}

/// What the finders of each kind share.
pub(crate) struct Ground<'a> {
    pub(crate) sheet: &'a Sheet,
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) vocabulary: &'a Vocabulary,
    pub(crate) anchors: Anchors,
    /// For each cell, whether it names an insurer, a broker or a bank.
    pub(crate) companies: Vec<bool>,
}

impl<'a> Ground<'a> {
    fn new(sheet: &'a Sheet, rule: &TypeRule, lexicon: &'a Lexicon) -> Self {
        let companies = sheet.cells.iter().map(|cell| company::is_named(&cell.text(), lexicon)).collect();
        let vocabulary = lexicon.vocabulary(rule);
        Self { sheet, lexicon, vocabulary, anchors: Anchors::find(sheet, vocabulary), companies }
    }

    /// Gives the rule of a field.
    pub(crate) fn rule(&self, field: usize) -> &'a FieldRule {
        &self.lexicon.rules.fields[field]
    }

    /// Gives the field of a kind on papers of this type.
    pub(crate) fn field(&self, kind: Kind) -> Option<usize> {
        self.vocabulary.fields.iter().copied().find(|&field| self.rule(field).kind == kind)
    }

    /// Gives the text of a block, sentences run on.
    pub(crate) fn block_snippet(&self, block: usize) -> Snippet {
        self.sheet.snippet(&self.sheet.blocks[block])
    }
}

/// Extracts the fields of `rule` from a sheet.
pub fn fields(sheet: &Sheet, rule: &TypeRule, lexicon: &Lexicon) -> Extraction {
    let ground = Ground::new(sheet, rule, lexicon);
    let mut extraction = Extraction::default();
    let period = match ground.field(Kind::DateStart) {
        Some(_) => dates::Period::read(&ground),
        None => dates::Period::default(),
    };
    let zone = zone::find(&ground);
    for code in &rule.fields {
        let Some(index) = lexicon.rules.field_of(rule, code) else { continue };
        let field = ground.rule(index);
        let mut readings = match field.kind {
            Kind::Code | Kind::Text if field.pattern.is_some() => texts::shaped(&ground, index),
            Kind::Code => code::readings(&ground, index),
            Kind::Company => company::insurer(&ground, index),
            Kind::Broker => company::broker(&ground, index),
            Kind::Persons => people::readings(&ground, index),
            Kind::Address => places::readings(&ground, index),
            Kind::DateStart => period.start.clone(),
            Kind::DateEnd => period.end.clone(),
            Kind::DateIssue => {
                let named = dates::issue(&ground, index);
                if named.is_empty() { dates::left_over(&ground, index, &period).into_iter().collect() } else { named }
            }
            Kind::Choice => choice::one(&ground, index, field),
            Kind::Set => choice::several(&ground, index),
            Kind::Amount => amounts::readings(&ground, index),
            Kind::Person => people::first(&ground, index),
            Kind::Day => dates::labelled(&ground, index),
            Kind::Month => months::readings(&ground, index),
            Kind::Year | Kind::Decimal | Kind::Count => numbers::readings(&ground, index),
            Kind::Text => texts::readings(&ground, index),
            Kind::Surname | Kind::FirstNames => people::name_part(&ground, index),
            Kind::Judged => Vec::new(),
        };
        readings.extend(zone.as_ref().and_then(|zone| zone.reading(field)));
        rank(&mut readings);
        if !readings.is_empty() {
            extraction.fields.push(FieldReadings { code: code.clone(), readings });
        }
    }
    drop_borrowed_dates(&mut extraction);
    extraction
}

/// Sorts readings, best first; readings of the same value strengthen one another and are told once.
fn rank(readings: &mut Vec<Reading>) {
    readings.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let mut merged: Vec<Reading> = Vec::new();
    for reading in readings.drain(..) {
        match merged.iter_mut().find(|kept| kept.value == reading.value) {
            Some(kept) => kept.confidence = 1.0 - (1.0 - kept.confidence) * (1.0 - 0.5 * reading.confidence),
            None => merged.push(reading),
        }
    }
    merged.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    merged.truncate(5);
    *readings = merged;
}

/// A day printed once is the issue of the paper or the start of its cover, not both, unless a label says so.
fn drop_borrowed_dates(extraction: &mut Extraction) {
    let place = |code: &str, extraction: &Extraction| extraction.best(code).map(|best| (best.page, best.rect));
    let issue = place("date_emission", extraction);
    let weak = extraction.best("date_emission").is_some_and(|best| best.confidence < 0.6);
    let borrowed = ["date_debut", "date_fin"].iter().any(|code| issue.is_some() && place(code, extraction) == issue);
    if weak && borrowed {
        extraction.fields.retain(|field| field.code != "date_emission");
    }
}

/// Gives how much a label of this strength is worth.
pub(crate) fn worth(strength: Strength) -> f32 {
    match strength {
        Strength::Strong => 0.95,
        Strength::Fair => 0.8,
        Strength::Weak => 0.5,
        _ => 0.0,
    }
}

/// Gives what reads the fields of an attestation typed out as text, as [`typed::page`] lays it out.
///
/// [`typed::page`]: crate::sheet::typed::page
#[cfg(test)]
pub(crate) fn typed_attestation() -> impl Fn(&str) -> Extraction {
    let lexicon = Lexicon::new(crate::rules::Rules::embedded().unwrap());
    move |text| {
        let page = crate::sheet::typed::page(text);
        let rule = lexicon.rules.type_rule("attestation_habitation").unwrap();
        fields(&Sheet::new([&page]), rule, &lexicon)
    }
}
