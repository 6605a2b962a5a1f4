//! What a day's batch comes to.

use super::{BusinessKey, Guardian, Obligation};
use crate::rules::{Channel, RelanceRules};
use crate::values::{Date, Person};
use serde::{Deserialize, Serialize};

/// What the landlord decides about relances, outside of `rules/`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// First day from which cover is asked for: nothing before it is.
    pub first_day: Option<Date>,
    /// Months by which a contract that renews itself is taken to go on after the end its paper gives; 0: not at all.
    pub tacit_renewal_months: u8,
    /// Alsace and Moselle have two more public holidays.
    pub alsace_moselle: bool,
    /// Days on which the house is closed beside them.
    pub closed: Vec<Date>,
}

/// Settings and rules together.
#[derive(Clone, Debug)]
pub struct House {
    /// The landlord's settings.
    pub settings: Settings,
    /// The linked pages of `rules/relances/`.
    pub rules: RelanceRules,
}

/// The day of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// Today.
    pub today: Date,
    /// Day of the last batch, if there was one.
    pub last_batch: Option<Date>,
}

/// What comes of all leases on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The day.
    pub day: Date,
    /// One for each lease, in the order of the files.
    pub outcomes: Vec<LeaseOutcome>,
    /// What an agent has to do beside letters.
    pub tasks: Vec<Task>,
}

/// What comes of one lease.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseOutcome {
    /// Reference of the lease.
    pub lease: String,
    /// What comes of it.
    pub outcome: Outcome,
}

/// Exactly one of these comes of a lease on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A letter is to leave.
    Due(Box<Due>),
    /// A letter would be due, and something keeps it.
    Held(Held),
    /// Nothing is due.
    Nothing(Rest),
}

/// A letter that is to leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Reference of the lease.
    pub lease: String,
    /// What is asked for.
    pub obligation: Obligation,
    /// Which time.
    pub period: String,
    /// Code of the step.
    pub step: String,
    /// Name of the template in `rules/letters/`.
    pub letter: String,
    /// One for each channel and addressee; never empty.
    pub dispatches: Vec<Dispatch>,
    /// It has effects in law: it waits for an agent's yes.
    pub legal_effect: bool,
    /// An agent said yes already.
    pub approved: bool,
    /// Why, in one French sentence.
    pub why: String,
    /// The law or rule behind it.
    pub reference: String,
    /// What the letter says.
    pub facts: LetterFacts,
    /// References of leases of the same household whose letters this one carries.
    pub carries: Vec<String>,
    /// The lease whose letter carries this one; then nothing of its own is printed.
    pub carried_by: Option<String>,
}

/// One sending of a letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispatch {
    /// What makes it one.
    pub key: BusinessKey,
    /// To whom.
    pub to: Recipient,
}

/// To whom a sending goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// All tenants of the lease, at its contacts.
    Tenants(Vec<Person>),
    /// The curator or tutor, in copy.
    Guardian(Guardian),
}

/// What a letter says of the lease's cover, beside names and addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterFacts {
    /// Last day of the cover that is known.
    pub cover_end: Option<Date>,
    /// First day for which an attestation is asked.
    pub missing_from: Option<Date>,
    /// Last day for which one is asked, where a later cover is known.
    pub missing_until: Option<Date>,
    /// What is wrong with the papers received, a French sentence each.
    pub refusals: Vec<String>,
    /// Days on which earlier steps for the same period left, oldest first.
    pub reminded: Vec<Date>,
}

/// Why a letter does not leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The reason.
    pub reason: Reason,
    /// It, in one French sentence with what it is about.
    pub why: String,
    /// An agent has to do something before it goes on.
    pub for_agent: bool,
    /// The step that is kept, when it is known.
    pub step: Option<String>,
}

/// Reasons for which a letter is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Something of this tenant waits to be read or reviewed.
    PieceEnAttente,
    /// An agent paused the lease.
    Pause,
    /// A tenant died.
    Deces,
    /// A letter of the tenant is to be looked at first.
    CourrierAVoir,
    /// The lease ends within days.
    CongeProche,
    /// A guardian without address: no copy can go.
    TuteurSansAdresse,
    /// No address by which the step can go.
    SansAdresse,
    /// An end of contract that fits no attestation.
    ResiliationSansContrat,
    /// The two legal tracks are open, nobody chose.
    VoieAChoisir,
    /// The track chosen is closed by a step of the other.
    VoiesExclusives,
    /// A step waits for an agent's yes.
    AccordAttendu,
    /// An agent has to do the step.
    ActeAFaire,
    /// A letter on which a delay depends came back.
    NonDistribuee,
    /// A step left and its proof of receipt is not in.
    PreuveAttendue,
    /// Nobody knows whether a step left.
    Doute,
    /// A breaker holds the step.
    Retenue,
    /// The clock shows a day before the last batch.
    DateRecule,
    /// The register gives no first day and the settings none either.
    DateEffetInconnue,
    /// The day is no working day: the step leaves on the next.
    JourNonOuvre,
    /// Another letter left too few days ago: only said by the last look.
    TropTot,
    /// The attestation arrived: only said by the last look.
    Couvert,
    /// Nothing is owed any more: only said by the last look.
    PlusDu,
    /// The step is another one by now: only said by the last look.
    EtapeDepassee,
    /// The channel cannot be used any more: only said by the last look.
    CanalIndisponible,
}

/// Why nothing is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rest {
    /// The dwelling is insured until this day, at least.
    Covered {
        /// Last day.
        until: Date,
    },
    /// Nothing is owed.
    NotRequired {
        /// Why, in one French sentence.
        why: String,
    },
    /// The next step is for a later day.
    Waiting {
        /// Code of the next step.
        step: String,
        /// The first day on which it may leave.
        until: Date,
    },
    /// Insurance on the tenant's behalf runs.
    OnBehalf {
        /// Its first day.
        since: Date,
    },
}

/// What an agent has to do beside letters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Reference of the lease.
    pub lease: String,
    /// What.
    pub kind: TaskKind,
    /// In one French sentence.
    pub why: String,
    /// The law behind it.
    pub reference: String,
}

/// Kinds of things to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// End the insurance on the tenant's behalf.
    FinPourCompte,
    /// Give the tenant a copy of that contract.
    CopieContrat,
}

impl Plan {
    /// Gives the letters that are to leave.
    pub fn due(&self) -> impl Iterator<Item = &Due> {
        self.outcomes.iter().filter_map(|one| match &one.outcome {
            Outcome::Due(due) => Some(&**due),
            Outcome::Held(_) | Outcome::Nothing(_) => None,
        })
    }

    /// Gives the leases whose letters are kept.
    pub fn held(&self) -> impl Iterator<Item = (&str, &Held)> {
        self.outcomes.iter().filter_map(|one| match &one.outcome {
            Outcome::Held(held) => Some((one.lease.as_str(), held)),
            Outcome::Due(_) | Outcome::Nothing(_) => None,
        })
    }
}

impl Due {
    /// Gives the channels by which the tenants are written to.
    pub fn channels(&self) -> Vec<Channel> {
        let tenants = self.dispatches.iter().filter(|one| matches!(one.to, Recipient::Tenants(_)));
        tenants.map(|one| one.key.channel).collect()
    }
}

impl Reason {
    /// Gives its code, as it is printed and stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::PieceEnAttente => "piece_en_attente",
            Self::Pause => "pause",
            Self::Deces => "deces",
            Self::CourrierAVoir => "courrier_a_voir",
            Self::CongeProche => "conge_proche",
            Self::TuteurSansAdresse => "tuteur_sans_adresse",
            Self::SansAdresse => "sans_adresse",
            Self::ResiliationSansContrat => "resiliation_sans_contrat",
            Self::VoieAChoisir => "voie_a_choisir",
            Self::VoiesExclusives => "voies_exclusives",
            Self::AccordAttendu => "accord_attendu",
            Self::ActeAFaire => "acte_a_faire",
            Self::NonDistribuee => "non_distribuee",
            Self::PreuveAttendue => "preuve_attendue",
            Self::Doute => "doute",
            Self::Retenue => "retenue",
            Self::DateRecule => "date_recule",
            Self::DateEffetInconnue => "date_effet_inconnue",
            Self::JourNonOuvre => "jour_non_ouvre",
            Self::TropTot => "trop_tot",
            Self::Couvert => "couvert",
            Self::PlusDu => "plus_du",
            Self::EtapeDepassee => "etape_depassee",
            Self::CanalIndisponible => "canal_indisponible",
        }
    }
}
