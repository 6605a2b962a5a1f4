//! From what is due to what the typesetter wants, and from what it gives back to the bytes that leave.

use crate::reading::source::reason;
use crate::settings::Settings;
use crate::stop::Stop;
use guichet_pipeline::register::GoodsKind;
use guichet_pipeline::relance::letter::{
    self, Guardian as LetterGuardian, LeaseLines, Letter, OnBehalf as LetterOnBehalf, RefusedPaper, Registered,
    RegisteredBy, Report, SentBefore, SetLetter, WrittenFile,
};
use guichet_pipeline::relance::postal::{self, PostalFault};
use guichet_pipeline::relance::reference::ReplyCode;
use guichet_pipeline::relance::{Dispatch, Due, GuardianKind, LeaseFile, OnBehalf, Recipient};
use guichet_pipeline::rules::Channel;
use guichet_pipeline::values::{Date, Person};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Days within which an answer is asked for, where the law counts none itself.
const DEADLINE_DAYS: i32 = 15;
/// Who the landlord is, beside the templates.
const LANDLORD: &str = "bailleur.toml";

/// The landlord as its letters present it.
#[derive(Clone, Debug)]
pub(crate) struct Landlord(letter::Landlord);

impl Landlord {
    /// Reads it from the folder of templates.
    pub(crate) fn load(folder: &Path) -> Result<Self, Stop> {
        let path = folder.join(LANDLORD);
        let name = path.display();
        let text = std::fs::read_to_string(&path)
            .map_err(|error| Stop::usage(format!("{name} : {} (réglage relances.modeles)", reason(&error))))?;
        toml::from_str(&text).map(Self).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start).min(text.len());
            let line = text[..start].matches('\n').count() + 1;
            Stop::usage(format!("{name}:{line}: {}", error.message()))
        })
    }
}

/// Builds the letter of one dispatch.
pub(super) fn letter(
    landlord: &Landlord,
    due: &Due,
    dispatch: &Dispatch,
    file: &LeaseFile,
    reference: ReplyCode,
    day: Date,
) -> Result<Letter, PostalFault> {
    let lease = &file.lease;
    let (recipient, guardian) = addressee(dispatch, file)?;
    let channel = dispatch.key.channel;
    Ok(Letter {
        id: format!("{reference}-{}", channel.code()),
        template: due.letter.clone(),
        date: day,
        reference,
        landlord: landlord.0.clone(),
        lease: LeaseLines {
            reference: lease.reference.clone(),
            address: lease.address.clone(),
            start: lease.start,
            shop: lease.kind == GoodsKind::Shop,
        },
        tenants: lease.parties.clone(),
        recipient,
        registered: registered(channel),
        deadline: (!due.legal_effect).then(|| day.add_days(DEADLINE_DAYS)),
        covered_until: due.facts.cover_end,
        cover_from: due.facts.missing_from,
        refused: refused(due, file),
        sent_before: sent_before(due, file),
        premium: file.on_behalf.as_ref().map(|contract| contract.premium),
        on_behalf: file.on_behalf.as_ref().map(contract_lines),
        // Each lease of a household has its own letter: what proves one proves no other.
        also: Vec::new(),
        guardian,
        copies: Vec::new(),
    })
}

fn contract_lines(contract: &OnBehalf) -> LetterOnBehalf {
    let OnBehalf { start, end, insurer, policy, premium: _, copies_sent: _ } = contract;
    LetterOnBehalf { insurer: insurer.clone(), policy: policy.clone(), start: *start, end: *end }
}

fn registered(channel: Channel) -> Option<Registered> {
    let by = match channel {
        Channel::Registered => RegisteredBy::Lrar,
        Channel::RegisteredEmail => RegisteredBy::Lre,
        Channel::Officer => RegisteredBy::CommissaireDeJustice,
        Channel::Email | Channel::Sms | Channel::Letter => return None,
    };
    Some(Registered { by, number: None })
}

/// Gives the lines of the envelope, and the guardian where the letter is a copy for one.
fn addressee(dispatch: &Dispatch, file: &LeaseFile) -> Result<(Vec<String>, Option<LetterGuardian>), PostalFault> {
    let lease = &file.lease;
    match &dispatch.to {
        Recipient::Tenants(persons) => {
            let address = file.contacts.postal.as_ref().unwrap_or(&lease.address);
            Ok((postal::lines(persons, address)?, None))
        }
        Recipient::Guardian(guardian) => {
            let name = Person { nom: guardian.name.clone(), ..Person::default() };
            let lines = postal::lines(&[name], guardian.postal.as_ref().unwrap_or(&lease.address))?;
            let quality = match guardian.kind {
                GuardianKind::Curatelle => "curateur",
                GuardianKind::Tutelle => "tuteur",
            };
            let of = lease.parties.first().cloned().unwrap_or_default();
            Ok((lines, Some(LetterGuardian { quality: quality.to_owned(), of })))
        }
    }
}

fn refused(due: &Due, file: &LeaseFile) -> Option<RefusedPaper> {
    if due.facts.refusals.is_empty() {
        return None;
    }
    let received = file.refusals.iter().find(|refusal| refusal.segment == due.period).map(|refusal| refusal.day)?;
    let whole = |text: &String| if text.ends_with('.') { text.clone() } else { format!("{text}.") };
    Some(RefusedPaper { received, what: None, reasons: due.facts.refusals.iter().map(whole).collect() })
}

fn sent_before(due: &Due, file: &LeaseFile) -> Vec<SentBefore> {
    let same = file.history.iter().filter(|past| past.obligation == due.obligation && past.period == due.period);
    let sent = same.filter_map(|past| {
        Some(SentBefore {
            what: past.step.replace('_', " "),
            date: past.sent?,
            channel: super::words::channel(past.channel.code()).to_owned(),
            presented: past.presented,
        })
    });
    sent.collect()
}

/// What was set of one letter.
#[derive(Debug)]
pub(crate) struct Typeset {
    /// What the typesetter says of it.
    pub(crate) set: SetLetter,
    folder: PathBuf,
}

impl Typeset {
    /// Reads a file that was written.
    pub(crate) fn read(&self, file: &WrittenFile) -> Result<Vec<u8>, Stop> {
        let path = self.folder.join(&file.name);
        std::fs::read(&path).map_err(|error| Stop::machine(format!("{} : {}", path.display(), reason(&error))))
    }

    /// Reads a file that was written as text; nothing where there is none.
    pub(crate) fn text(&self, file: Option<&WrittenFile>) -> Result<String, Stop> {
        let Some(file) = file else { return Ok(String::new()) };
        Ok(String::from_utf8_lossy(&self.read(file)?).into_owned())
    }
}

/// Sets letters into a folder; gives each by its id, or what is wrong with it.
///
/// # Errors
/// When the typesetter does not run, or a template has a mistake: then nothing is set.
pub(crate) fn typeset(
    settings: &Settings,
    letters: &[Letter],
    folder: &Path,
) -> Result<BTreeMap<String, Result<Typeset, String>>, Stop> {
    if letters.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (answer, told) = run(settings, letters, folder)?;
    let report: Report = serde_json::from_slice(&answer)
        .map_err(|_| Stop::usage(format!("aucune lettre composée : {told} (réglage relances.lettres)")))?;
    if !report.template_faults.is_empty() {
        let faults = report.template_faults.join("\n  ");
        return Err(Stop::usage(format!("modèle de lettre à corriger, rien n'est parti :\n  {faults}")));
    }
    let one = |outcome: letter::Outcome| {
        let set = match (outcome.set, outcome.fault) {
            (Some(set), _) => Ok(Typeset { set, folder: folder.to_owned() }),
            (None, fault) => Err(fault.unwrap_or_else(|| "lettre refusée".to_owned())),
        };
        (outcome.id, set)
    };
    Ok(report.letters.into_iter().map(one).collect())
}

/// Runs the typesetter; gives what it answers and what it tells people.
fn run(settings: &Settings, letters: &[Letter], folder: &Path) -> Result<(Vec<u8>, String), Stop> {
    let program = program(&settings.relances.lettres);
    let name = program.display().to_string();
    let refused = |error: std::io::Error| {
        Stop::usage(format!("{name} ne se lance pas ({}) (réglage relances.lettres)", reason(&error)))
    };
    let mut command = Command::new(&program);
    command.arg("--rules").arg(&settings.relances.modeles).arg("--out").arg(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(refused)?;
    let json = serde_json::to_vec(letters).map_err(|error| Stop::machine(format!("lettres : {error}")))?;
    let mut input = child.stdin.take().ok_or_else(|| Stop::machine("lettres : aucune entrée"))?;
    // Written beside the reading of its answer: neither waits for the other.
    let writer = std::thread::spawn(move || input.write_all(&json));
    let output = child.wait_with_output().map_err(refused)?;
    // It may have refused before it had read everything: its answer says why.
    let _ = writer.join();
    Ok((output.stdout, String::from_utf8_lossy(&output.stderr).trim().to_owned()))
}

/// Finds the typesetter: where the setting says, else beside this program.
fn program(named: &Path) -> PathBuf {
    if named.components().count() > 1 {
        return named.to_owned();
    }
    let beside = std::env::current_exe().ok().and_then(|own| Some(own.parent()?.join(named)));
    beside.filter(|path| path.exists()).unwrap_or_else(|| named.to_owned())
}
