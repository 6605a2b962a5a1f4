//! What happens in a scenario, one key a kind.

use super::super::premium::Premium;
use super::super::{
    Approval, Attestation, ChosenTrack, Death, Guardian, GuardianKind, NoticeGiven, OnBehalf, PastStep, Pending,
    PendingKind, Proof, Refusal, RefusalReason, StepState, Suspension, SuspensionKind, Termination, tests,
};
use super::Life;
use crate::values::Date;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fact {
    pub(super) le: Date,
    /// An attestation accepted on the day.
    attestation: Option<Attested>,
    /// The end of a contract, received on the day.
    resiliation: Option<Ended>,
    /// A paper refused, with the sentence that says why.
    refus: Option<String>,
    /// Something arrives and waits.
    arrive: Option<PendingKind>,
    /// Everything that waited is dealt with.
    #[serde(default)]
    traite: bool,
    pause: Option<Suspended>,
    dispense: Option<Suspended>,
    /// Last day of the lease by a congé received on the day.
    conge: Option<Date>,
    #[serde(default)]
    deces: bool,
    #[serde(default)]
    deces_traite: bool,
    curatelle: Option<bool>,
    tutelle: Option<bool>,
    contact: Option<Contact>,
    voie: Option<String>,
    accord: Option<String>,
    /// Steps first presented, delivered, or come back on the day.
    presente: Option<String>,
    distribue: Option<String>,
    revenu: Option<String>,
    /// Steps that an agent did.
    fait: Option<String>,
    doute: Option<String>,
    retenue: Option<String>,
    /// Insurance on the tenant's behalf from the day on, with its premium in cents.
    pour_compte: Option<u32>,
    #[serde(default)]
    copie_remise: bool,
    #[serde(default)]
    fin_pour_compte: bool,
    /// What is decided leaves no more, or leaves again.
    arret: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attested {
    du: Date,
    au: Date,
    contrat: Option<String>,
    #[serde(default)]
    reconduction: bool,
    emise: Option<Date>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ended {
    fin: Date,
    contrat: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Suspended {
    motif: String,
    jusqu_au: Option<Date>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contact {
    courriel: Option<bool>,
    adresse: Option<bool>,
    mobile: Option<bool>,
    papier: Option<bool>,
    sans_sms: Option<bool>,
    lre: Option<bool>,
    courriel_rejete: Option<bool>,
    courrier_revenu: Option<bool>,
}

impl Life {
    /// Lets a fact happen.
    pub(super) fn happen(&mut self, fact: &Fact) {
        let day = fact.le;
        self.papers(fact, day);
        self.people(fact, day);
        self.agents(fact, day);
        self.sendings(fact, day);
        if let Some(contact) = &fact.contact {
            self.contact(contact, day);
        }
    }

    fn papers(&mut self, fact: &Fact, day: Date) {
        let file = &mut self.file;
        if let Some(paper) = &fact.attestation {
            file.attestations.push(Attestation {
                segment: format!("attestation-{day}"),
                insured: Vec::new(),
                policy: paper.contrat.clone(),
                start: paper.du,
                end: paper.au,
                tacit_renewal: paper.reconduction,
                issued: paper.emise,
                received: day,
                accepted: day,
            });
        }
        if let Some(ended) = &fact.resiliation {
            let (segment, policy) = (format!("fin-{day}"), ended.contrat.clone());
            file.terminations.push(Termination { segment, policy, end: ended.fin, received: day });
        }
        if let Some(sentence) = &fact.refus {
            let reasons = vec![RefusalReason { code: "type_invalide".to_owned(), sentence: sentence.clone() }];
            let segment = format!("refus-{day}-{}", file.refusals.len());
            file.refusals.push(Refusal { segment, reasons, day });
        }
        if let Some(kind) = fact.arrive {
            file.pending.push(Pending { kind, source: format!("s-{day}"), since: day });
        }
        if fact.traite {
            file.pending.clear();
        }
    }

    fn people(&mut self, fact: &Fact, day: Date) {
        let situation = &mut self.file.situation;
        if let Some(ends) = fact.conge {
            situation.notice = Some(NoticeGiven { received: day, ends });
        }
        if fact.deces {
            situation.death = Some(Death { told: day });
        }
        if fact.deces_traite {
            situation.death = None;
        }
        for (kind, given) in [(GuardianKind::Curatelle, fact.curatelle), (GuardianKind::Tutelle, fact.tutelle)] {
            if let Some(with_address) = given {
                let postal = tests::file("L").contacts.postal.filter(|_| with_address);
                situation.guardian = Some(Guardian { kind, name: "ASSOCIATION TUTÉLAIRE".to_owned(), postal });
            }
        }
    }

    fn agents(&mut self, fact: &Fact, day: Date) {
        let file = &mut self.file;
        for (kind, given) in [(SuspensionKind::Pause, &fact.pause), (SuspensionKind::Exemption, &fact.dispense)] {
            if let Some(Suspended { motif, jusqu_au }) = given {
                file.suspensions.push(Suspension { kind, reason: motif.clone(), from: day, until: *jusqu_au });
            }
        }
        let by = "agent".to_owned();
        if let Some(track) = &fact.voie {
            file.track = Some(ChosenTrack { track: track.clone(), day, by: by.clone() });
        }
        if let Some(step) = &fact.accord {
            let owed = super::super::cover(file, &self.house.settings).last_day_before(day);
            let start = file.lease.start.unwrap_or(day);
            let period = owed.map_or(start, |last| last.add_days(1)).to_string();
            file.approvals.push(Approval { step: step.clone(), period, day, by });
        }
        if let Some(premium) = fact.pour_compte {
            file.on_behalf = Some(OnBehalf::new(day, Premium::new(premium, 0).unwrap()));
        }
        if let Some(contract) = &mut file.on_behalf {
            if fact.copie_remise {
                contract.copies_sent.push(day);
            }
            if fact.fin_pour_compte {
                contract.end = Some(day);
            }
        }
    }

    fn sendings(&mut self, fact: &Fact, day: Date) {
        self.each(&fact.presente, |one| {
            one.presented = Some(day);
            one.proof = Some(Proof::SuiviPostal);
        });
        self.each(&fact.distribue, |one| {
            one.delivered = Some(day);
            one.proof = Some(Proof::AvisReception);
            one.state = StepState::Delivered;
        });
        self.each(&fact.revenu, |one| one.state = StepState::Undelivered);
        self.each(&fact.doute, |one| one.state = StepState::Doubt);
        self.each(&fact.retenue, |one| one.state = StepState::Withheld);
        if let Some(step) = &fact.fait {
            let last = self.file.history.last().expect("an act follows a letter").clone();
            let done =
                PastStep { step: step.clone(), decided: day, sent: Some(day), state: StepState::Delivered, ..last };
            self.file.history.push(done);
        }
        if let Some(stopped) = fact.arret {
            self.stopped = stopped;
            let ready = self.file.history.iter_mut().filter(|one| !stopped && one.state == StepState::Ready);
            for one in ready {
                (one.state, one.sent) = (StepState::Handed, Some(day));
            }
        }
    }

    /// Changes the sendings of a step: "étape" or "étape canal".
    fn each(&mut self, which: &Option<String>, change: impl Fn(&mut PastStep)) {
        let Some(which) = which else { return };
        let (step, channel) = which.split_once(' ').unwrap_or((which, ""));
        let mut found = false;
        for one in self.file.history.iter_mut().filter(|one| one.step == step) {
            if channel.is_empty() || one.channel.code() == channel {
                change(one);
                found = true;
            }
        }
        if !found {
            self.faults.push(format!("« {which} » n'est jamais parti"));
        }
    }

    fn contact(&mut self, contact: &Contact, day: Date) {
        let known = tests::file("L").contacts;
        let contacts = &mut self.file.contacts;
        let given = |told: Option<bool>, old: Option<Date>| told.map_or(old, |yes| yes.then_some(day));
        if let Some(has) = contact.courriel {
            contacts.email = known.email.filter(|_| has);
        }
        if let Some(has) = contact.adresse {
            contacts.postal = known.postal.filter(|_| has);
        }
        if let Some(has) = contact.mobile {
            contacts.mobile = has.then(|| "0639980000".to_owned());
        }
        contacts.paper_only = contact.papier.unwrap_or(contacts.paper_only);
        contacts.no_sms = contact.sans_sms.unwrap_or(contacts.no_sms);
        contacts.lre_consent = given(contact.lre, contacts.lre_consent);
        contacts.email_bounced = given(contact.courriel_rejete, contacts.email_bounced);
        contacts.postal_returned = given(contact.courrier_revenu, contacts.postal_returned);
    }
}
