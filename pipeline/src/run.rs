//! One source through the whole way: what `guichet process` does, and the demo, and every golden test.
//!
//! Goes in: what was read of a source, the rules, the register, today. Comes out: the result of section 6 of the
//! catalogue, and a [`Trace`] for whoever wants to know why. A [`Batch`] remembers which contracts it has seen, so that
//! the same paper for another lease is noticed: give it the sources in the order of their paths.

use crate::check::{self, Facts, Finding, Outcome, Sureness};
use crate::classify::{self, Classification};
use crate::decide::{self, Decision, Verdict};
use crate::document::{Fault, Header, ReadDocument, ReadPage, Sign, SignKind};
use crate::encode::{self, Encoder, PageView};
use crate::extract::{self, Extraction, Reading, Value};
use crate::lexicon::Lexicon;
use crate::mail::{self, Topics};
use crate::output;
use crate::register::{self, MatchOutcome, Register};
use crate::resemblance::Signature;
use crate::rules::{Family, Rules, SignalKind, TypeRule};
use crate::segment::{self, Segment};
use crate::sheet::Sheet;
use crate::values::fold::fold;
use crate::values::{Date, Person};
use letters::Letters;
use parts::Parts;
use std::collections::HashMap;
use std::sync::Arc;

mod letters;
mod notices;
mod parts;
mod signals;

pub use signals::reply_codes;

/// What a run is done with.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The rules, compiled.
    pub lexicon: Lexicon,
    /// The leases; without them no insurance paper is decided on.
    pub register: Option<Arc<Register>>,
    /// The reference date.
    pub today: Date,
    /// From which sureness on a paper is accepted: what the rules promise.
    pub accepts_from: f32,
    /// A second reader beside the rules.
    pub encoder: Option<Arc<dyn Encoder>>,
    /// A model of what letters are about, beside the words of the rules.
    pub topics: Option<Arc<dyn Topics>>,
}

impl Setting {
    /// Compiles rules for a run.
    pub fn new(rules: Rules, register: Option<Register>, today: Date) -> Self {
        let (register, accepts_from) = (register.map(Arc::new), rules.acceptance.sureness());
        Self { lexicon: Lexicon::new(rules), register, today, accepts_from, encoder: None, topics: None }
    }

    /// Puts another register in the place of the one there is.
    pub fn with_register(self, register: Option<Arc<Register>>) -> Self {
        Self { register, ..self }
    }

    /// Adds a second reader.
    pub fn with_encoder(self, encoder: Option<Arc<dyn Encoder>>) -> Self {
        Self { encoder, ..self }
    }

    /// Adds a model of what letters are about.
    pub fn with_topics(self, topics: Option<Arc<dyn Topics>>) -> Self {
        Self { topics, ..self }
    }

    /// Gives what the second reader says of each page, by its number.
    fn views(&self, pages: &[ReadPage]) -> HashMap<u32, PageView> {
        let Some(encoder) = &self.encoder else { return HashMap::new() };
        pages.iter().filter_map(|page| Some((page.number, encoder.view(page)?))).collect()
    }
}

/// Everything found on one segment, for `explain`.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The pages.
    pub segment: Segment,
    /// The attachment of an e-mail that holds them.
    pub attachment: Option<String>,
    /// The type.
    pub classification: Classification,
    /// The readings.
    pub extraction: Extraction,
    /// What the register says.
    pub matching: Option<MatchOutcome>,
    /// The checks; empty where there is no decision.
    pub findings: Vec<Finding>,
    /// The decision on an insurance paper.
    pub decision: Option<Decision>,
    /// How sure the least sure of what decides is, 0 to 1, where there is a decision.
    pub sureness: Option<f32>,
    /// What was computed of a congé.
    pub notice: Option<mail::Notice>,
    /// What a letter tells that keeps reminders, and to which leases.
    pub signal: Option<Signal>,
    /// What the paper is known by when it comes again.
    pub signature: Signature,
}

/// What a letter tells that keeps reminders until an agent has looked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// What it tells.
    pub kinds: Vec<SignalKind>,
    /// Whose it may be, sorted; empty where nobody can say.
    pub leases: Vec<String>,
}

impl Trace {
    /// Builds the trace of a segment of which nothing is known but its type.
    fn bare(segment: Segment, classification: Classification) -> Self {
        Self {
            segment,
            attachment: None,
            classification,
            extraction: Extraction::default(),
            matching: None,
            findings: Vec::new(),
            decision: None,
            sureness: None,
            notice: None,
            signal: None,
            signature: Signature::default(),
        }
    }
}

/// A contract on a paper that was taken in before a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Contract {
    /// Its number, in its normal form.
    pub number: String,
    /// The name of its file, for people.
    pub source: String,
    /// The insurer, as printed.
    pub insurer: String,
    /// The lease that the paper was given for.
    pub lease: Option<String>,
    /// The insured.
    pub persons: Vec<Person>,
}

/// A contract seen in this run, or before it.
#[derive(Clone, Debug)]
struct Seen {
    source: String,
    before: bool,
    insurer: String,
    lease: Option<String>,
    persons: Vec<Person>,
}

/// Gives microseconds since some moment: time is measured by whoever calls, never read here.
pub type Stopwatch = fn() -> u64;

/// A run over many sources.
#[derive(Debug)]
pub struct Batch<'a> {
    setting: &'a Setting,
    stopwatch: Stopwatch,
    /// Leases whose letters the sources answer.
    answers: Vec<String>,
    seen: HashMap<String, Vec<Seen>>,
}

impl<'a> Batch<'a> {
    /// Starts a run.
    pub fn new(setting: &'a Setting, stopwatch: Stopwatch) -> Self {
        Self { setting, stopwatch, answers: Vec::new(), seen: HashMap::new() }
    }

    /// Says that the sources of this run answer letters to these leases: they quote the codes of those letters
    /// ([`reply_codes`]), and whoever issued these knows to whom they went.
    pub fn answering(self, leases: Vec<String>) -> Self {
        Self { answers: leases, ..self }
    }

    /// Adds contracts on papers that were taken in before.
    pub fn knowing(mut self, contracts: &[Contract]) -> Self {
        for Contract { number, source, insurer, lease, persons } in contracts {
            let (source, lease, persons) = (source.clone(), lease.clone(), persons.clone());
            let seen = Seen { source, before: true, insurer: fold(insurer), lease, persons };
            self.seen.entry(number.clone()).or_default().push(seen);
        }
        self
    }

    /// Gives the result line of one source.
    pub fn source(&mut self, name: &str, sha256: &str, read: Result<ReadDocument, Fault>) -> output::SourceResult {
        self.traced(name, sha256, read).0
    }

    /// Gives the result line of one source and how it came about, segment by segment.
    pub fn traced(
        &mut self,
        name: &str,
        sha256: &str,
        read: Result<ReadDocument, Fault>,
    ) -> (output::SourceResult, Vec<Trace>) {
        let mut document = match read {
            Ok(document) => document,
            Err(fault) => return (output::SourceResult::fault(name, sha256, &fault), Vec::new()),
        };
        let parts = Parts::take(&mut document);
        let mut spent = Spent::default();
        let mut traces: Vec<Trace> = Vec::new();
        if let Some(header) = &parts.header {
            traces.extend(self.read_message(&document, header, &mut spent));
        }
        for part in &parts.files {
            let pages = &document.pages[part.pages.clone()];
            let segments = spent.classify.time(self.stopwatch, || segment::split(pages, &self.setting.lexicon));
            for mut segment in segments {
                segment.pages = segment.pages.start + part.pages.start..segment.pages.end + part.pages.start;
                let trace = self.read_segment(&document, segment, &mut spent);
                traces.push(Trace { attachment: part.attachment.clone(), ..trace });
            }
        }
        let insured = traces.iter().any(|trace| is_insurance(self.family(&trace.classification)));
        for trace in &mut traces {
            let lap = (self.stopwatch)();
            self.decide_segment(name, &document, trace, insured);
            spent.check.0 += (self.stopwatch)().saturating_sub(lap);
        }
        let (header, answers) = (parts.header.as_ref(), self.answers.as_slice());
        let letters = Letters { document: &document, header, setting: self.setting, answers };
        notices::compute(&mut traces, &letters);
        signals::compute(&mut traces, &letters);
        let rules = &self.setting.lexicon.rules;
        let printed = traces.iter().map(|trace| parts.own_numbers(printed(&document, trace, rules)));
        let printed = printed.chain(parts.unread()).collect();
        let timings = spent.timings(&document);
        (output::SourceResult::ok(name, sha256, parts.page_count(), printed, timings), traces)
    }

    /// Reads the text of an e-mail, which stands on the first page; it is a letter whatever it says.
    fn read_message(&self, document: &ReadDocument, header: &Header, spent: &mut Spent) -> Option<Trace> {
        let lexicon = &self.setting.lexicon;
        let rule = lexicon.rules.mail_rule()?;
        let sheet = Sheet::new(&document.pages[..1]);
        let classification = Classification::certain(&rule.code);
        let extraction = spent.extract.time(self.stopwatch, || {
            mail::read(&sheet, Some(header), rule, &lexicon.mail, self.setting.topics.as_deref(), self.setting.today)
        });
        let segment = Segment { pages: 0..1, boundary: 1.0 };
        let signature = Signature::of(rule, &lexicon.rules, &extraction, &document.pages[..1]);
        Some(Trace { extraction, signature, ..Trace::bare(segment, classification) })
    }

    /// Labels a segment and reads its fields.
    fn read_segment(&self, document: &ReadDocument, segment: Segment, spent: &mut Spent) -> Trace {
        let lexicon = &self.setting.lexicon;
        let pages = &document.pages[segment.pages.clone()];
        let views = spent.classify.time(self.stopwatch, || self.setting.views(pages));
        let first = pages.first().and_then(|page| views.get(&page.number));
        let sheet = Sheet::new(&document.pages[segment.pages.clone()]);
        let classification = spent.classify.time(self.stopwatch, || {
            let label = encode::joined(classify::label(&sheet, lexicon), first);
            match lexicon.rules.mail_rule() {
                Some(mail) => classify::as_letter(label, self.letter(pages), &mail.code),
                None => label,
            }
        });
        let rule = lexicon.rules.type_rule(&classification.type_code);
        let telling = pages.iter().enumerate().filter(|(at, page)| *at == 0 || !extract::is_conditions(page));
        let extraction = spent.extract.time(self.stopwatch, || match rule {
            Some(rule) if rule.family == Family::Mail => {
                mail::read(&sheet, None, rule, &lexicon.mail, self.setting.topics.as_deref(), self.setting.today)
            }
            Some(rule) => {
                let sheet = Sheet::new(telling.map(|(_, page)| page));
                let mut read = extract::fields(&sheet, rule, lexicon);
                encode::join(&mut read, &sheet, &views, rule, lexicon);
                read
            }
            None => Extraction::default(),
        });
        let signature = rule.map(|rule| Signature::of(rule, &lexicon.rules, &extraction, pages));
        let signature = signature.unwrap_or_default();
        Trace { extraction, signature, ..Trace::bare(segment, classification) }
    }

    /// Gives the chance that the first page of a segment is a letter.
    fn letter(&self, pages: &[ReadPage]) -> Option<f32> {
        let topics = self.setting.topics.as_ref()?;
        topics.letter(&mail::clues_of_page(&pages.first()?.layer.text()))
    }

    /// Looks the segment up in the register, checks it and decides, where its kind carries a decision.
    fn decide_segment(&mut self, name: &str, document: &ReadDocument, trace: &mut Trace, insured: bool) {
        let lexicon = &self.setting.lexicon;
        let Some(register) = &self.setting.register else { return };
        let Some(rule) = lexicon.rules.type_rule(&trace.classification.type_code) else { return };
        // A letter that encloses an attestation has no decision of its own.
        if insured && !is_insurance(rule.family) {
            return;
        }
        let pages = &document.pages[trace.segment.pages.clone()];
        let persons = trace.extraction.persons("assures");
        let address = trace.extraction.address("adresse_risque");
        if rule.family == Family::HomeInsurance && (!persons.is_empty() || address.is_some()) {
            let today = self.setting.today;
            trace.matching = Some(register::find_answering(register, persons, address, today, &self.answers));
        }
        let text: Vec<String> = pages.iter().map(|page| page.layer.text()).collect();
        let text = text.join("\n");
        let mut signs = signs_of(document, pages, &trace.extraction);
        signs.extend(contradictions(document, &trace.extraction, rule));
        let duplicate = self.seen_elsewhere(name, trace, rule);
        let sureness = sureness(&trace.extraction, rule, trace.classification.confidence);
        trace.sureness = sureness.weakest.as_ref().map(|(_, least)| *least);
        let facts = Facts {
            today: self.setting.today,
            type_code: &trace.classification.type_code,
            type_name: &rule.name,
            names: &lexicon.rules.names,
            family: rule.family,
            type_confidence: trace.classification.confidence,
            deciding: &rule.deciding,
            extraction: &trace.extraction,
            text: &text,
            matching: trace.matching.as_ref(),
            signs: &signs,
            legibility: legibility(pages),
            sureness,
            threshold: self.setting.accepts_from,
            duplicate: duplicate.as_deref(),
        };
        let findings = check::findings(&facts, &lexicon.rules.checks);
        let mut decision = decide::decision(&facts, &findings);
        // A paper that names no lease is its who was written to; what is decided of it stays the same.
        if let ([lease], None, true) = (&self.answers[..], &decision.lease, is_insurance(rule.family)) {
            decision.lease = Some(lease.clone());
        }
        trace.findings = findings;
        trace.decision = Some(decision);
        self.remember(name, trace);
    }

    fn family(&self, classification: &Classification) -> Family {
        self.setting.lexicon.rules.type_rule(&classification.type_code).map_or(Family::Other, |rule| rule.family)
    }

    /// Gives where the same contract was seen before, under another tenant or another flat.
    fn seen_elsewhere(&self, name: &str, trace: &Trace, rule: &TypeRule) -> Option<String> {
        if rule.code != "attestation_habitation" {
            return None;
        }
        let earlier = self.seen.get(trace.extraction.code("numero_contrat")?)?;
        let insurer = fold(trace.extraction.code("assureur").unwrap_or_default());
        let lease = matched_lease(trace);
        let persons = trace.extraction.persons("assures");
        let other = earlier.iter().find(|seen| {
            let same_insurer = seen.insurer.contains(&insurer) || insurer.contains(&seen.insurer);
            let other_lease = match (&seen.lease, &lease) {
                (Some(before), Some(now)) => before != now,
                // Without a lease on both sides only another name tells them apart.
                _ => !shares_person(&seen.persons, persons),
            };
            (seen.before || seen.source != name) && same_insurer && other_lease
        });
        other.map(|seen| seen.source.clone())
    }

    fn remember(&mut self, name: &str, trace: &Trace) {
        let Some(code) = trace.extraction.code("numero_contrat") else { return };
        if trace.classification.type_code != "attestation_habitation" {
            return;
        }
        let seen = Seen {
            source: name.to_owned(),
            before: false,
            insurer: fold(trace.extraction.code("assureur").unwrap_or_default()),
            lease: matched_lease(trace),
            persons: trace.extraction.persons("assures").to_vec(),
        };
        self.seen.entry(code.to_owned()).or_default().push(seen);
    }
}

/// Microseconds spent in a stage.
#[derive(Clone, Copy, Debug, Default)]
struct Lap(u64);

impl Lap {
    fn time<T>(&mut self, stopwatch: Stopwatch, work: impl FnOnce() -> T) -> T {
        let start = stopwatch();
        let result = work();
        self.0 += stopwatch().saturating_sub(start);
        result
    }
}

/// Microseconds by stage.
#[derive(Clone, Copy, Debug, Default)]
struct Spent {
    classify: Lap,
    extract: Lap,
    check: Lap,
}

impl Spent {
    fn timings(&self, document: &ReadDocument) -> output::Timings {
        let ms = |lap: Lap| lap.0.div_ceil(1000);
        output::Timings {
            read: document.read_ms,
            ocr: document.ocr_ms,
            classify: ms(self.classify),
            extract: ms(self.extract),
            check: ms(self.check),
        }
    }
}

fn is_insurance(family: Family) -> bool {
    matches!(family, Family::HomeInsurance | Family::OtherInsurance)
}

fn matched_lease(trace: &Trace) -> Option<String> {
    match trace.matching.as_ref()? {
        MatchOutcome::Found { reference, .. }
        | MatchOutcome::AddressDiffers { reference, .. }
        | MatchOutcome::NameDiffers { reference, .. } => Some(reference.clone()),
        MatchOutcome::Ambiguous { .. } | MatchOutcome::NotFound => None,
    }
}

fn shares_person(some: &[Person], others: &[Person]) -> bool {
    some.iter().any(|person| others.iter().any(|other| fold(&person.nom) == fold(&other.nom)))
}

/// Gives how much of the pages could be read: the best page counts, backs and annexes may be bare.
fn legibility(pages: &[ReadPage]) -> f32 {
    let of = |page: &ReadPage| {
        if page.layer.words().count() < 12 {
            0.0
        } else {
            page.legibility.confidence.min(page.legibility.ink_covered + 0.25)
        }
    };
    pages.iter().map(of).fold(0.0, f32::max)
}

/// Gives the signs on these pages. A font of its own is a sign where a value is read in it: elsewhere it is a matter of taste.
fn signs_of(document: &ReadDocument, pages: &[ReadPage], extraction: &Extraction) -> Vec<Sign> {
    let here = |sign: &&Sign| sign.page.is_none_or(|number| pages.iter().any(|page| page.number == number));
    let on_value = |sign: &&Sign| {
        let mut readings = extraction.fields.iter().flat_map(|field| &field.readings);
        let rect = sign.rect.filter(|_| sign.kind == SignKind::FontMix);
        rect.is_none_or(|rect| readings.any(|read| Some(read.page) == sign.page && read.rect.overlap(&rect) > 0.0))
    };
    document.signs.iter().filter(here).filter(on_value).cloned().collect()
}

/// Days that a file may have been made before the day printed on the paper: clocks and time zones differ.
const CLOCK_SLACK_DAYS: i32 = 2;

/// A date of issue read less surely than this proves nothing.
const SURE_ENOUGH_DATE: f32 = 0.5;
/// Months before the cover starts at which no insurer makes the paper.
const EARLIEST_MONTHS: i32 = 13;

/// Gives the signs that show in what was read: days in an impossible order, or against the file's own.
fn contradictions(document: &ReadDocument, extraction: &Extraction, rule: &TypeRule) -> Vec<Sign> {
    let mut signs = Vec::new();
    if rule.code != "attestation_habitation" {
        return signs;
    }
    let mut tell = |message: String| {
        signs.push(Sign { kind: SignKind::Metadata, page: None, rect: None, message });
    };
    let (start, end) = (extraction.date("date_debut"), extraction.date("date_fin"));
    if let (Some(start), Some(end)) = (start, end)
        && end < start
    {
        tell(format!("La fin ({end}) est avant le début ({start})."));
    }
    let created = document.metadata.created.as_deref().and_then(Date::from_iso);
    let issued = extraction.best("date_emission").filter(|best| best.confidence > SURE_ENOUGH_DATE);
    let issued = issued.and_then(|_| extraction.date("date_emission"));
    match (created, issued, start) {
        (Some(created), Some(issued), _) if created.add_days(CLOCK_SLACK_DAYS) < issued => {
            tell(format!("Le fichier a été créé le {created}, avant la date du papier ({issued})."));
        }
        (Some(created), _, Some(start)) if created.add_months(EARLIEST_MONTHS) < start => {
            tell(format!("Le fichier a été créé le {created}, bien avant le début de la période ({start})."));
        }
        _ => {}
    }
    signs
}

/// Gives the deciding reading that is least sure. Days that are a year apart to the day vouch for one another.
fn sureness(extraction: &Extraction, rule: &TypeRule, type_confidence: f32) -> Sureness {
    let mut weakest: Option<(String, f32)> = Some(("type".to_owned(), type_confidence));
    let vouched = year_apart(extraction);
    for code in &rule.deciding {
        let Some(Reading { value: Some(value), confidence, .. }) = extraction.best(code) else { continue };
        let sure = match value {
            Value::Date(_) if vouched => confidence.max(0.75),
            _ => *confidence,
        };
        if weakest.as_ref().is_none_or(|(_, least)| sure < *least) {
            weakest = Some((code.clone(), sure));
        }
    }
    Sureness { weakest }
}

fn year_apart(extraction: &Extraction) -> bool {
    let (Some(start), Some(end)) = (extraction.date("date_debut"), extraction.date("date_fin")) else { return false };
    let anniversary = start.add_months(12);
    end == anniversary || end == anniversary.add_days(-1)
}

/// Converts a trace to what is printed.
fn printed(document: &ReadDocument, trace: &Trace, rules: &Rules) -> output::Segment {
    let pages = &document.pages[trace.segment.pages.clone()];
    let trust = &rules.trust;
    let is_letter = rules.mail_rule().is_some_and(|mail| mail.code == trace.classification.type_code);
    let mut fields = serde_json::Map::new();
    for field in &trace.extraction.fields {
        let best = &field.readings[0];
        let page = pages.iter().find(|page| page.number == best.page);
        let confidence = match page {
            // What is judged of letters has chances of its own.
            Some(page) if !is_letter => trust.of_field(best.confidence, page.layer.origin),
            _ => best.confidence,
        };
        let seen = page.map_or(best.rect, |page| page.seen(&best.rect));
        let rect = [seen.x0, seen.y0, seen.x1, seen.y1].map(|edge| output::rounded(edge, 4));
        let printed = output::Field {
            value: best.value.as_ref().map_or(serde_json::Value::Null, normal_form),
            raw: best.raw.clone(),
            confidence: output::rounded(confidence, 3),
            page: best.page,
            rect,
        };
        fields.insert(field.code.clone(), serde_json::to_value(printed).unwrap_or_default());
    }
    output::Segment {
        pages: pages.iter().map(|page| page.number).collect(),
        attachment: trace.attachment.clone(),
        type_code: trace.classification.type_code.clone(),
        confidence: output::rounded(trace.classification.confidence, 3),
        fields,
        checks: trace.findings.iter().map(printed_check).collect(),
        decision: trace.decision.as_ref().map(printed_decision),
        conge: trace.notice.as_ref().map(notices::printed),
    }
}

/// Gives the catalogue's normal form of a value.
fn normal_form(value: &Value) -> serde_json::Value {
    let json = match value {
        Value::Date(date) => serde_json::to_value(date),
        Value::Amount(amount) => serde_json::to_value(amount.to_string()),
        Value::Month(month) => serde_json::to_value(month.to_string()),
        Value::Person(person) => serde_json::to_value(person),
        Value::Persons(persons) => serde_json::to_value(persons),
        Value::List(list) => serde_json::to_value(list),
        Value::Address(address) => serde_json::to_value(address),
        Value::Code(text) | Value::Choice(text) | Value::Text(text) => serde_json::to_value(text),
        Value::Set(set) => serde_json::to_value(set),
    };
    json.unwrap_or_default()
}

fn printed_check(finding: &Finding) -> output::Check {
    let outcome = match finding.outcome {
        Outcome::Pass => "pass",
        Outcome::Fail => "fail",
        Outcome::Inconclusive => "inconclusive",
    };
    output::Check {
        rule: finding.check.clone(),
        outcome: outcome.to_owned(),
        message: finding.message.clone(),
        reference: finding.reference.clone(),
    }
}

fn printed_decision(decision: &Decision) -> output::Decision {
    let outcome = match decision.outcome {
        Verdict::Accept => "accept",
        Verdict::Review => "review",
        Verdict::Reject => "reject",
    };
    output::Decision {
        outcome: outcome.to_owned(),
        reasons: decision.reasons.clone(),
        reference_contrat: decision.lease.clone(),
    }
}

/// Runs the examples of the rules and gives one line for each that does not come out.
pub(crate) fn lint_examples(rules: &Rules) -> Vec<String> {
    let lexicon = Lexicon::new(rules.clone());
    let mut complaints = Vec::new();
    for example in &rules.examples {
        let page = crate::sheet::typed::page(&example.text);
        let sheet = Sheet::new([&page]);
        let label = classify::label(&sheet, &lexicon);
        if label.type_code != example.type_code {
            complaints.push(format!("example {:?}: read as \"{}\"", first_line(&example.text), label.type_code));
            continue;
        }
        let Some(rule) = rules.type_rule(&label.type_code) else { continue };
        let read = extract::fields(&sheet, rule, &lexicon);
        for (code, expected) in &example.fields {
            let got = read.value(code).map(|value| plain(&normal_form(value))).unwrap_or_default();
            if &got != expected {
                complaints.push(format!("example {:?}: {code} is read as \"{got}\"", first_line(&example.text)));
            }
        }
    }
    complaints
}

fn first_line(text: &str) -> &str {
    text.trim().lines().next().unwrap_or_default()
}

/// Gives a value as a person reads it: names and addresses on one line, anything else in its normal form.
pub fn value_text(value: &Value) -> String {
    match value {
        Value::Persons(persons) => persons.iter().map(Person::to_string).collect::<Vec<String>>().join(", "),
        Value::Person(person) => person.to_string(),
        Value::List(list) => list.join(" "),
        Value::Address(address) => address.to_string(),
        Value::Set(set) => set.iter().cloned().collect::<Vec<String>>().join(", "),
        other => plain(&normal_form(other)),
    }
}

/// Gives a value as rule writers type it: text as it is, anything else as JSON.
fn plain(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
