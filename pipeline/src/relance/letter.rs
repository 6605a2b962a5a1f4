//! What a letter is made of, and what the typesetter (`guichet-lettres`) gives back.
//!
//! Plain data: one [`Letter`] or a list of them goes in as JSON, one [`Report`] comes out. A template of `rules/letters`
//! sees the same keys. Letters carry everything they say; the typesetter looks nothing up and reads no clock.

use super::postal::{self, PostalFault};
use super::premium::Premium;
use crate::values::reply_code::ReplyCode;
use crate::values::{Address, Date, Person};
use serde::{Deserialize, Serialize};

/// One letter to one addressee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// Name of the files that are written, without ending: letters, digits, `.`, `_` and `-`; one letter each.
    pub id: String,
    /// The template, `rules/letters/<template>.typ`.
    pub template: String,
    /// The day the letter bears.
    pub date: Date,
    /// The code by which the reply finds the lease.
    pub reference: ReplyCode,
    /// Who writes.
    pub landlord: Landlord,
    /// What it is about.
    pub lease: LeaseLines,
    /// All holders of the lease.
    pub tenants: Vec<Person>,
    /// The addressee's lines ([`postal::lines`]): six of 38 characters at most.
    pub recipient: Vec<String>,
    /// How it goes with proof, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered: Option<Registered>,
    /// By when an answer is asked for; `None`: the end of the cover that is known, or a fortnight later if it is past.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Date>,
    /// The last day that an accepted attestation covers; `None` if there never was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covered_until: Option<Date>,
    /// The day from which cover has to be proved, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover_from: Option<Date>,
    /// The paper that was received and refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<RefusedPaper>,
    /// Letters sent before for the same period, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sent_before: Vec<SentBefore>,
    /// What insurance on the tenant's behalf costs or would cost; `None`: what the landlord expects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub premium: Option<Premium>,
    /// The insurance that runs or ran on the tenant's behalf.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf: Option<OnBehalf>,
    /// Other leases of the household for which this letter asks too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<LeaseLines>,
    /// The tutor or curator of a tenant: the letter is their copy, and [`Letter::recipient`] their lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guardian: Option<Guardian>,
    /// Who gets a copy, as printed at the foot.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<String>,
}

/// The landlord, as its letters present it; the keys of `rules/letters/bailleur.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Landlord {
    /// Its name.
    pub name: String,
    /// The name by which tenants know it, for SMS: 20 letters at most do well.
    pub short_name: String,
    /// Its legal form, capital, register number: one line at the foot.
    pub legal_line: String,
    /// Its postal address, to which papers are sent.
    pub address: Vec<String>,
    /// The town in « Fait à ».
    pub town: String,
    /// The telephone for questions.
    pub phone: String,
    /// When it is answered, e.g. `du lundi au vendredi, de 9 h à 17 h`.
    pub hours: String,
    /// The e-mail address to which papers are sent.
    pub email: String,
    /// The counter, e.g. `à l'accueil de l'agence, 4 place du Marché`; `None` if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counter: Option<String>,
    /// The page where papers are handed in; the code is put behind it in the QR code. `None`: the QR code holds the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_url: Option<String>,
    /// Whom to call when money is short, e.g. `Le service social, au 05 00 00 00 00`.
    pub social_contact: String,
    /// Who signs.
    pub signatory: String,
    /// In what quality.
    pub signatory_title: String,
    /// Where questions on personal data go.
    pub privacy_contact: String,
    /// What insurance on a tenant's behalf costs a year, for letters that know no nearer figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub premium: Option<Premium>,
    /// The lines of the commissaire de justice, to whom the file for a commandement goes whatever its addressee.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub officer: Vec<String>,
    /// The picture of the signature, a file of `rules/letters`; `None` prints the name alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// The picture at the head, a file of `rules/letters`; `None` prints the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
}

/// The lease, as letters name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaseLines {
    /// The landlord's reference.
    pub reference: String,
    /// The dwelling.
    pub address: Address,
    /// Its first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Date>,
    /// The law of 1989 does not apply to a shop: its letters speak of the lease's own clause.
    #[serde(default)]
    pub shop: bool,
}

/// A sending with proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registered {
    /// How.
    pub by: RegisteredBy,
    /// Its number, once it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
}

/// Kinds of sending with proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegisteredBy {
    /// Lettre recommandée avec avis de réception.
    Lrar,
    /// Lettre recommandée électronique, to a tenant who agreed to it.
    Lre,
    /// Served by a commissaire de justice.
    CommissaireDeJustice,
}

/// A paper that cannot serve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusedPaper {
    /// The day it came.
    pub received: Date,
    /// What it is, with its article, e.g. `un avis d'échéance`; `None` says « un document ».
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    /// Why it cannot serve, most serious first: whole French sentences with their full stop.
    pub reasons: Vec<String>,
}

/// A letter of the past.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SentBefore {
    /// What it was, e.g. `Relance`.
    pub what: String,
    /// The day it was sent.
    pub date: Date,
    /// How, e.g. `courrier simple`.
    pub channel: String,
    /// The day it was first presented, where that is proven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presented: Option<Date>,
}

/// An insurance that the landlord took on the tenant's behalf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnBehalf {
    /// The insurer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insurer: Option<String>,
    /// The policy number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// Its first day.
    pub start: Date,
    /// Its last day, once it is ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Date>,
}

/// Who protects a tenant's interests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guardian {
    /// The quality, e.g. `curatrice`.
    pub quality: String,
    /// The protected tenant.
    pub of: Person,
}

/// Why a letter cannot be set, whatever its template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LetterFault {
    /// The name of the files is none.
    #[error(
        "id « {id} » is no file name: letters, digits, `.`, `_` and `-`, 1 to 120 of them, none of the first two first"
    )]
    Id {
        /// Which.
        id: String,
    },
    /// The name of the template is none.
    #[error("template « {template} » is no template name: lower-case letters, digits and `_`")]
    Template {
        /// Which.
        template: String,
    },
    /// Nobody is written about.
    #[error("the letter names no tenant")]
    NoTenant,
    /// The addressee's lines do not fit.
    #[error(transparent)]
    Postal(#[from] PostalFault),
}

/// Days left for an answer where nothing else tells (facts A.8, R2).
const FORTNIGHT: i32 = 15;

impl Letter {
    /// Gives the day before which an answer is asked for.
    pub fn answer_by(&self) -> Date {
        let end = self.covered_until.filter(|end| *end > self.date);
        self.deadline.or(end).unwrap_or_else(|| self.date.add_days(FORTNIGHT))
    }

    /// Tells whether the letter can be set.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), LetterFault> {
        let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if self.id.len() > 120 || !self.id.chars().all(in_name) || !self.id.starts_with(|c: char| c.is_alphanumeric()) {
            return Err(LetterFault::Id { id: self.id.clone() });
        }
        let in_template = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if self.template.is_empty() || !self.template.chars().all(in_template) {
            return Err(LetterFault::Template { template: self.template.clone() });
        }
        if self.tenants.is_empty() {
            return Err(LetterFault::NoTenant);
        }
        Ok(postal::check(&self.recipient)?)
    }
}

/// What the typesetter says of a batch. With a mistake in a template, nothing is written and `template_faults` says why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The letters, in the order given; empty when a template has a mistake.
    pub letters: Vec<Outcome>,
    /// Mistakes of templates, each with file, line and hint.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub template_faults: Vec<String>,
}

/// What became of one letter: set, or refused for what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Which.
    pub id: String,
    /// What was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<SetLetter>,
    /// Why it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// A letter that was set. The same letter and templates give the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetLetter {
    /// The subject, of the letter and of the e-mail.
    pub subject: String,
    /// The PDF/A-2b.
    pub pdf: WrittenFile,
    /// Its pages.
    pub pages: usize,
    /// The e-mail as plain text; `None` for a letter that never goes by e-mail.
    pub text: Option<WrittenFile>,
    /// The e-mail as HTML, self-contained.
    pub html: Option<WrittenFile>,
    /// The SMS, 160 characters of GSM 03.38 at most; `None` for a letter that never goes by SMS.
    pub sms: Option<String>,
}

/// A file in the folder of the batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenFile {
    /// Its name.
    pub name: String,
    /// Its length.
    pub bytes: usize,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}
