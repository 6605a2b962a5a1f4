//! What is known of a lease, put together for `pipeline::relance`: the register's row, papers decided, what is in the
//! pipe, what was sent and proved, what agents decided.

use super::EMAIL;
use crate::clock::{Moment, paris_day};
use crate::notify::mail::mailbox;
use crate::store::relances::{
    Act, ActKind, BounceRow, BusinessKey, LeaseFacts, MOVES, MeasureKind, PaperRow, PipeRow, ProofRow, Relance,
    SignalRow, State,
};
use guichet_pipeline::output::Check;
use guichet_pipeline::register::{Lease, Register};
use guichet_pipeline::relance::premium::Premium;
use guichet_pipeline::relance::{
    self, Approval, Attestation, ChosenTrack, Contacts, Heard, LeaseFile, Obligation, OnBehalf, PastStep, Pending,
    PendingKind, Proof, Refusal, RefusalReason, StepState, Suspension, SuspensionKind, Termination,
};
use guichet_pipeline::rules::{Channel, Family, Rules, SignalKind};
use guichet_pipeline::values::person::index_words;
use guichet_pipeline::values::{Address, Date, Person};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The type of a notice that a contract ends.
const TERMINATION: &str = "resiliation_assurance";
/// Where the persons, the number and the days of a contract stand.
const INSURED: &str = "assures";
const POLICY: &str = "numero_contrat";
const START: &str = "date_debut";
const END: &str = "date_fin";
const ISSUED: &str = "date_emission";

/// What is in the pipe, found by whoever may have sent it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pipe {
    /// Of nobody known: it may be anybody's.
    anybody: Vec<Pending>,
    by_sender: HashMap<String, Vec<Pending>>,
    by_name: HashMap<String, Vec<Pending>>,
}

/// By which e-mail addresses tenants write.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tenants(BTreeSet<String>);

impl Tenants {
    /// Collects those of the register.
    pub(crate) fn of(register: &Register) -> Self {
        Self(register.leases().iter().filter_map(|lease| lease.email.as_deref().map(bare)).collect())
    }
}

impl Pipe {
    /// Sorts what is in the pipe. A file that waits to be read may be anybody's, unless a tenant sent it; what was set
    /// aside, or names no lease, is somebody's whose address or name it bears.
    pub(crate) fn new(rows: &[PipeRow], tenants: &Tenants) -> Self {
        let mut pipe = Self::default();
        for row in rows {
            let kind = match row.state.as_str() {
                "waiting" => PendingKind::Unread,
                "quarantine" => PendingKind::Stuck,
                _ => PendingKind::InReview,
            };
            let pending = Pending { kind, source: row.source.clone(), since: paris_day(row.since) };
            let sender = row.sender.as_deref().map(bare).filter(|sender| tenants.0.contains(sender));
            match (sender, &row.fields) {
                (Some(sender), _) => pipe.by_sender.entry(sender).or_default().push(pending),
                (None, Some(fields)) => {
                    for word in names(fields) {
                        pipe.by_name.entry(word).or_default().push(pending.clone());
                    }
                }
                (None, None) if kind == PendingKind::Unread => pipe.anybody.push(pending),
                (None, None) => {}
            }
        }
        pipe
    }

    fn of(&self, lease: &Lease) -> Vec<Pending> {
        let mut found = self.anybody.clone();
        found.extend(
            lease.email.as_deref().and_then(|email| self.by_sender.get(&bare(email))).into_iter().flatten().cloned(),
        );
        for word in lease.parties.iter().flat_map(index_words).collect::<BTreeSet<String>>() {
            found.extend(self.by_name.get(&word).into_iter().flatten().cloned());
        }
        found.sort_by(|a, b| a.source.cmp(&b.source));
        found.dedup();
        found
    }
}

/// Puts the file of a lease together.
pub(crate) fn lease_file(lease: &Lease, facts: &LeaseFacts, pipe: &Pipe, rules: &Rules) -> LeaseFile {
    let mut file = LeaseFile {
        lease: lease.clone(),
        household: None,
        contacts: contacts(lease, facts),
        situation: Default::default(),
        attestations: Vec::new(),
        terminations: Vec::new(),
        refusals: Vec::new(),
        pending: pipe.of(lease),
        signals: facts.signals.iter().filter_map(heard).collect(),
        suspensions: Vec::new(),
        history: Vec::new(),
        track: None,
        approvals: Vec::new(),
        on_behalf: on_behalf(&facts.acts),
    };
    for paper in &facts.papers {
        put_paper(&mut file, paper, rules);
    }
    for (relance, proofs) in &facts.relances {
        file.history.extend(past_step(relance, proofs));
        file.approvals.extend(approval(relance));
    }
    for measure in &facts.measures {
        let (from, by) = (paris_day(measure.at), measure.author.clone());
        let until = measure.until.as_deref().and_then(Date::from_iso);
        let suspension = |kind| Suspension { kind, reason: measure.detail.clone(), from, until };
        match measure.kind {
            MeasureKind::Pause => file.suspensions.push(suspension(SuspensionKind::Pause)),
            MeasureKind::Exemption => file.suspensions.push(suspension(SuspensionKind::Exemption)),
            MeasureKind::Track => file.track = Some(ChosenTrack { track: measure.detail.clone(), day: from, by }),
            MeasureKind::Approval => {
                if let Some((step, period)) = measure.detail.split_once('/') {
                    file.approvals.push(Approval { step: step.to_owned(), period: period.to_owned(), day: from, by });
                }
            }
        }
    }
    file
}

fn contacts(lease: &Lease, facts: &LeaseFacts) -> Contacts {
    let email = lease.email.clone().filter(|email| mailbox(email).is_ok());
    let bounced =
        |bounce: &&BounceRow| bounce.channel == EMAIL && email.as_deref().map(bare) == Some(bare(&bounce.target));
    let returned = |bounce: &&BounceRow| {
        bounce.channel != EMAIL && address_of(facts, &bounce.target).is_none_or(|it| it == lease.address)
    };
    Contacts {
        postal: Some(lease.address.clone()),
        email_bounced: facts.bounces.iter().find(bounced).map(|bounce| paris_day(bounce.at)),
        postal_returned: facts.bounces.iter().find(returned).map(|bounce| paris_day(bounce.at)),
        email,
        mobile: lease.phone.as_deref().and_then(mobile),
        ..Contacts::default()
    }
}

/// Gives the address to which the letter in a file went, as its decision kept it.
fn address_of(facts: &LeaseFacts, target: &str) -> Option<Address> {
    let (relance, _) = facts.relances.iter().find(|(relance, _)| relance.target.as_deref() == Some(target))?;
    let decision: Value = serde_json::from_str(&relance.decision).ok()?;
    serde_json::from_value(decision.get("file")?.get("lease")?.get("address")?.clone()).ok()
}

/// Gives a French mobile number in its international form; other numbers take no SMS.
pub(crate) fn mobile(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let national = digits.strip_prefix("+33").or(digits.strip_prefix("0033")).or(digits.strip_prefix('0'))?;
    let national = national.strip_prefix('0').unwrap_or(national);
    (national.len() == 9 && national.starts_with(['6', '7'])).then(|| format!("+33{national}"))
}

fn put_paper(file: &mut LeaseFile, paper: &PaperRow, rules: &Rules) {
    let received = paris_day(paper.received_at);
    let decided = paris_day(paper.decided_at);
    let fields: Value = serde_json::from_str(&paper.fields).unwrap_or_default();
    let home = rules.type_rule(&paper.type_code).is_some_and(|rule| rule.family == Family::HomeInsurance);
    if paper.type_code == TERMINATION {
        match value(&fields, END) {
            Some(end) => file.terminations.push(Termination {
                segment: paper.segment.clone(),
                policy: value(&fields, POLICY),
                end,
                received,
            }),
            None => file.pending.push(in_review(paper, received)),
        }
        return;
    }
    match paper.outcome.as_str() {
        "accept" if home => match (value(&fields, START), value(&fields, END)) {
            (Some(start), Some(end)) => file.attestations.push(Attestation {
                segment: paper.segment.clone(),
                insured: value(&fields, INSURED).unwrap_or_default(),
                policy: value(&fields, POLICY),
                start,
                end,
                tacit_renewal: false,
                issued: value(&fields, ISSUED),
                received,
                accepted: decided,
            }),
            _ => file.pending.push(in_review(paper, received)),
        },
        "reject" => {
            file.refusals.push(Refusal {
                segment: paper.segment.clone(),
                reasons: refusal_reasons(paper, rules),
                day: decided,
            });
        }
        "review" => file.pending.push(in_review(paper, received)),
        _ => {}
    }
}

fn in_review(paper: &PaperRow, since: Date) -> Pending {
    Pending { kind: PendingKind::InReview, source: paper.segment.clone(), since }
}

/// Gives every reason with the sentence of the check that failed.
fn refusal_reasons(paper: &PaperRow, rules: &Rules) -> Vec<RefusalReason> {
    let reasons: Vec<String> = serde_json::from_str(&paper.reasons).unwrap_or_default();
    let checks: Vec<Check> = serde_json::from_str(&paper.checks).unwrap_or_default();
    let sentence = |code: &str| {
        let rule = rules.check(code)?;
        let failed = checks.iter().find(|check| check.rule == rule.code && check.outcome == "fail")?;
        Some(failed.message.clone())
    };
    let reason = |code: String| {
        let sentence = sentence(&code).unwrap_or_else(|| crate::words::reason(&code));
        RefusalReason { code, sentence }
    };
    reasons.into_iter().map(reason).collect()
}

/// Gives the yes that a letter was given itself: it is one to its step, as long as the letter stands.
fn approval(relance: &Relance) -> Option<Approval> {
    let by = relance.approved_by.clone().filter(|_| relance.state != State::Cancelled)?;
    let step = relance.key.step.strip_suffix("_copie").unwrap_or(&relance.key.step).to_owned();
    Some(Approval { step, period: relance.key.period.clone(), day: paris_day(relance.changed_at), by })
}

fn past_step(relance: &Relance, proofs: &[ProofRow]) -> Option<PastStep> {
    let named = |kind: &str| proofs.iter().rev().find(|proof| proof.kind == kind);
    let day = |kind: &str| named(kind)?.day.as_deref().and_then(Date::from_iso);
    let sent = named("received").map(|proof| paris_day(proof.at));
    let (presented, delivered) = (day("presented"), day("signed"));
    let proof = match (delivered, presented, sent) {
        (Some(_), _, _) => Some(Proof::AvisReception),
        (None, Some(_), _) => Some(Proof::SuiviPostal),
        (None, None, Some(_)) => Some(Proof::Accuse),
        _ => None,
    };
    Some(PastStep {
        obligation: obligation(&relance.key.obligation)?,
        period: relance.key.period.clone(),
        step: relance.key.step.clone(),
        channel: channel(&relance.key.channel)?,
        decided: paris_day(relance.created_at),
        sent,
        presented,
        delivered,
        proof,
        state: match relance.state {
            // What a person took off keeps its step: nothing takes its place before a person lets it go.
            State::Cancelled if relance.withdrawn_by.is_some() => StepState::Withheld,
            state => step_state(state),
        },
    })
}

/// Gives what a letter tells that no agent has looked at.
fn heard(signal: &SignalRow) -> Option<Heard> {
    let kind = SignalKind::named(&signal.kind)?;
    Some(Heard { kind, source: signal.source.clone(), since: paris_day(signal.at) })
}

/// Gives the insurance last taken out on the tenant's behalf, by what agents wrote down of it.
pub(crate) fn on_behalf(acts: &[Act]) -> Option<OnBehalf> {
    let mut contract = None;
    for act in acts {
        let Some(day) = Date::from_iso(&act.day) else { continue };
        match act.kind {
            ActKind::OnBehalf => {
                contract = serde_json::from_str(&act.detail).ok().map(|taken: Taken| taken.contract(day));
            }
            ActKind::OnBehalfCopy => contract.iter_mut().for_each(|one: &mut OnBehalf| one.copies_sent.push(day)),
            ActKind::OnBehalfEnd => contract.iter_mut().for_each(|one: &mut OnBehalf| one.end = Some(day)),
        }
    }
    contract
}

/// What is written down of a contract on the tenant's behalf, beside its first day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Taken {
    /// What it costs.
    pub(crate) premium: Premium,
    /// With whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) insurer: Option<String>,
    /// Under which number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) policy: Option<String>,
}

impl Taken {
    fn contract(self, start: Date) -> OnBehalf {
        let Self { premium, insurer, policy } = self;
        OnBehalf { insurer, policy, ..OnBehalf::new(start, premium) }
    }
}

/// Gives a key as the pipeline knows it; nothing where one of its codes is unknown.
pub(crate) fn key_of(key: &BusinessKey) -> Option<relance::BusinessKey> {
    Some(relance::BusinessKey {
        lease: key.lease.clone(),
        obligation: obligation(&key.obligation)?,
        period: key.period.clone(),
        step: key.step.clone(),
        channel: channel(&key.channel)?,
    })
}

/// Gives the obligation of a key.
pub(crate) fn obligation(code: &str) -> Option<Obligation> {
    use Obligation::{Assurance, PieceRefusee, PourCompte, Remerciement};
    [Assurance, PieceRefusee, Remerciement, PourCompte].into_iter().find(|one| one.code() == code)
}

/// Gives the channel of a key.
pub(crate) fn channel(code: &str) -> Option<Channel> {
    use Channel::{Email, Letter, Officer, Registered, RegisteredEmail, Sms};
    [Email, Sms, Letter, Registered, RegisteredEmail, Officer].into_iter().find(|one| one.code() == code)
}

fn step_state(state: State) -> StepState {
    match state {
        State::Decided => StepState::Decided,
        State::Ready => StepState::Ready,
        State::InFlight => StepState::Sending,
        State::HandedOver => StepState::Handed,
        State::Delivered => StepState::Delivered,
        State::Undelivered => StepState::Undelivered,
        State::Cancelled => StepState::Cancelled,
        State::Withheld => StepState::Withheld,
        State::Doubt => StepState::Doubt,
    }
}

/// Gives the moves that are published, as the pipeline knows states.
pub(crate) fn published_moves() -> BTreeSet<(StepState, StepState)> {
    MOVES.iter().map(|(from, _, to)| (step_state(*from), step_state(*to))).collect()
}

/// Gives the value that was read for a field.
fn value<T: DeserializeOwned>(fields: &Value, code: &str) -> Option<T> {
    serde_json::from_value(fields.get(code)?.get("value")?.clone()).ok()
}

/// Gives the words by which the persons of a paper are found, whatever its fields are called.
fn names(fields: &str) -> BTreeSet<String> {
    let fields: BTreeMap<String, Value> = serde_json::from_str(fields).unwrap_or_default();
    let values = fields.into_values().filter_map(|mut field| Some(field.get_mut("value")?.take()));
    let persons = values.flat_map(|value| match value {
        Value::Array(items) => items,
        one => vec![one],
    });
    let persons = persons.filter_map(|value| serde_json::from_value::<Person>(value).ok());
    persons.flat_map(|person| index_words(&person)).collect()
}

/// Gives an address without its name, in lower case.
fn bare(address: &str) -> String {
    let inner = address.rsplit_once('<').map_or(address, |(_, rest)| rest.trim_end_matches(['>', ' ']));
    inner.trim().to_lowercase()
}

/// Gives the moment at which a day begins in Paris, to within an hour: for what is put off to another day.
pub(crate) fn morning_of(day: Date) -> Moment {
    let days = i64::from(day.to_days()) - i64::from(Date::new(1970, 1, 1).map_or(0, Date::to_days));
    Moment(days * 24 * 3600 * 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::relances::ProofRow;

    fn lease() -> Lease {
        let text = "reference_contrat;nom;prenom;nom_conjoint;prenom_conjoint;adresse;complement;code_postal;commune;date_effet;date_fin_bail;type_bien;email;telephone;assurance_fin\n\
             L-1;DURAND;ANNE;;;1 RUE X;;31000;TOULOUSE;2020-01-01;;logement;Anne.Durand@exemple.fr;06 12 34 56 78;\n";
        Register::from_csv(text.as_bytes(), "contrats.csv").unwrap().register.leases()[0].clone()
    }

    fn tenants() -> Tenants {
        Tenants::of(&Register::new(vec![lease()]))
    }

    fn paper(type_code: &str, outcome: &str, fields: &str) -> PaperRow {
        PaperRow {
            segment: "s/1".to_owned(),
            type_code: type_code.to_owned(),
            fields: fields.to_owned(),
            outcome: outcome.to_owned(),
            reasons: r#"["echue"]"#.to_owned(),
            checks: "[]".to_owned(),
            received_at: Moment(1_795_474_799_000_042),
            decided_at: Moment(1_795_474_799_000_042),
        }
    }

    fn row(state: &str, sender: Option<&str>, fields: Option<&str>) -> PipeRow {
        PipeRow {
            source: "s".to_owned(),
            state: state.to_owned(),
            since: Moment(1_795_474_799_000_042),
            sender: sender.map(str::to_owned),
            fields: fields.map(str::to_owned),
        }
    }

    #[test]
    fn papers_find_their_place() {
        const DAYS: &str = r#"{"date_debut":{"value":"2026-01-01"},"date_fin":{"value":"2026-12-31"},"numero_contrat":{"value":"A1"},"assures":{"value":[{"nom":"DURAND","prenom":"Anne"}]}}"#;
        let rules = Rules::embedded().unwrap();
        let cases = [
            ("attestation_habitation", "accept", DAYS, (1, 0, 0, 0)),
            ("attestation_habitation", "accept", "{}", (0, 0, 0, 1)),
            ("attestation_habitation", "reject", DAYS, (0, 0, 1, 0)),
            ("attestation_habitation", "review", DAYS, (0, 0, 0, 1)),
            ("resiliation_assurance", "reject", DAYS, (0, 1, 0, 0)),
            ("resiliation_assurance", "reject", "{}", (0, 0, 0, 1)),
        ];
        for (type_code, outcome, fields, expected) in cases {
            let facts = LeaseFacts { papers: vec![paper(type_code, outcome, fields)], ..LeaseFacts::default() };
            let file = lease_file(&lease(), &facts, &Pipe::default(), &rules);
            let found = (file.attestations.len(), file.terminations.len(), file.refusals.len(), file.pending.len());
            assert_eq!(found, expected, "{type_code} {outcome} {fields}");
        }
        let facts =
            LeaseFacts { papers: vec![paper("attestation_habitation", "reject", DAYS)], ..LeaseFacts::default() };
        let file = lease_file(&lease(), &facts, &Pipe::default(), &rules);
        assert_eq!(file.refusals[0].reasons[0].sentence, "échue", "a reason without its check has words all the same");
    }

    #[test]
    fn what_waits_holds_back_those_whose_it_may_be() {
        const OTHER: &str = r#"{"assures":{"value":[{"nom":"MARTIN","prenom":"Luc"}]}}"#;
        const SAME: &str = r#"{"assures":{"value":[{"nom":"DURAND","prenom":"Zoé"}]}}"#;
        let cases = [
            (row("waiting", None, None), true),
            (row("waiting", Some("Anne <anne.durand@EXEMPLE.fr>"), None), true),
            (row("waiting", Some("inconnu@exemple.fr"), None), true),
            (row("quarantine", None, None), false),
            (row("quarantine", Some("anne.durand@exemple.fr"), None), true),
            (row("review", None, Some(OTHER)), false),
            (row("review", None, Some(SAME)), true),
        ];
        for (row, held) in cases {
            let pipe = Pipe::new(std::slice::from_ref(&row), &tenants());
            assert_eq!(!pipe.of(&lease()).is_empty(), held, "{row:?}");
        }
    }

    #[test]
    fn contacts_that_do_not_work_are_known() {
        let bounce =
            BounceRow { channel: EMAIL.to_owned(), target: "anne.durand@exemple.fr".to_owned(), at: Moment(0) };
        let facts = LeaseFacts { bounces: vec![bounce], ..LeaseFacts::default() };
        assert!(contacts(&lease(), &facts).email_bounced.is_some());
        let facts = LeaseFacts {
            bounces: vec![BounceRow { target: "autre@exemple.fr".to_owned(), ..facts.bounces[0].clone() }],
            ..facts
        };
        assert!(contacts(&lease(), &facts).email_bounced.is_none(), "the register has another address now");
        let wrong = Lease { email: Some("anne@exemple".to_owned()), ..lease() };
        assert_eq!(contacts(&wrong, &LeaseFacts::default()).email, None);
        for (text, number) in [
            ("06 12 34 56 78", Some("+33612345678")),
            ("+33 (0)7 12 34 56 78", Some("+33712345678")),
            ("05 61 00 00 00", None),
            ("06 12 34", None),
        ] {
            assert_eq!(mobile(text).as_deref(), number, "{text}");
        }
    }

    #[test]
    fn proofs_give_the_days_of_a_step() {
        let relance = Relance {
            id: "r".to_owned(),
            batch: "b".to_owned(),
            key: BusinessKey {
                landlord: "x".to_owned(),
                lease: "L-1".to_owned(),
                obligation: "assurance".to_owned(),
                period: "2026-12-31".to_owned(),
                step: "relance".to_owned(),
                channel: "lrar".to_owned(),
            },
            state: State::Delivered,
            attempt: 1,
            token: 1,
            due_day: "2026-11-23".to_owned(),
            legal: false,
            approved_by: None,
            reference: "R".to_owned(),
            message_id: None,
            decision: "{}".to_owned(),
            body: None,
            target: None,
            reason: None,
            withdrawn_by: None,
            started_at: None,
            mark: None,
            created_at: Moment(1_795_474_799_000_042),
            changed_at: Moment(1_795_474_799_000_042),
        };
        let proof = |kind: &str, day: Option<&str>| ProofRow {
            kind: kind.to_owned(),
            detail: String::new(),
            day: day.map(str::to_owned),
            at: Moment(1_795_474_799_000_042),
        };
        let proofs =
            [proof("received", None), proof("presented", Some("2026-11-25")), proof("signed", Some("2026-11-26"))];
        let step = past_step(&relance, &proofs).unwrap();
        assert_eq!(step.sent, Date::from_iso("2026-11-23"));
        assert_eq!((step.presented, step.delivered), (Date::from_iso("2026-11-25"), Date::from_iso("2026-11-26")));
        assert_eq!(step.proof, Some(Proof::AvisReception));
        assert_eq!(past_step(&relance, &proofs[..1]).unwrap().proof, Some(Proof::Accuse));
    }
}
