//! The plan of a day: files of all leases put together, what is due of them, and that as rows to decide.

use super::EMAIL;
use super::files::{Pipe, Tenants, key_of, lease_file, morning_of};
use super::letters::{Landlord, letter};
use super::words;
use crate::cli::HouseArgs;
use crate::clock::Moment;
use crate::house::{House, rule_pages};
use crate::notify::mail::message_id;
use crate::register::Reading;
use crate::runner::Versions;
use crate::settings::Settings;
use crate::stop::Stop;
use crate::store::Store;
use crate::store::relances::{BusinessKey, Decided, LeaseFacts, Look, Relance};
use guichet_pipeline::register::{Lease, Register};
use guichet_pipeline::relance::reference::ReplyCode;
use guichet_pipeline::relance::{self, Day, Due, LeaseFile, Plan, Reason};
use guichet_pipeline::rules::Rules;
use guichet_pipeline::values::Date;
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Days after which a letter that has not left is made anew, with the day on which it leaves.
const OLD_DAYS: i32 = 7;
/// Wait before a lease is looked at again of which something waits to be read.
const SOON: Duration = Duration::from_secs(3600);

/// What plans are made with.
#[derive(Clone, Debug)]
pub(crate) struct Planner {
    rules: Arc<Rules>,
    register: Arc<Register>,
    /// The register as it was read.
    pub(crate) reading: Arc<Reading>,
    tenants: Arc<Tenants>,
    house: Arc<relance::House>,
    landlord: Arc<Landlord>,
    /// The landlord's name in business keys.
    name: String,
    domain: String,
    /// The fingerprint of ladder, checks and letters.
    pub(crate) fingerprint: String,
}

/// A plan and what it was made from.
#[derive(Debug)]
pub(crate) struct Planned {
    /// What is due, what is held, what rests.
    pub(crate) plan: Plan,
    /// By lease.
    files: BTreeMap<String, LeaseFile>,
}

impl Planner {
    /// Loads what the command line names.
    pub(crate) fn open(asked: &HouseArgs) -> Result<(Settings, Self), Stop> {
        Self::of(asked, House::open(asked)?)
    }

    /// Plans with a house that is open.
    pub(crate) fn of(asked: &HouseArgs, house: House) -> Result<(Settings, Self), Stop> {
        let absent = || {
            Stop::usage(
                "les relances partent du registre des baux : donner --contracts contrats.csv, ou le réglage registre.source",
            )
        };
        let House { settings, setting, reading } = house;
        let reading = reading.ok_or_else(absent)?;
        let register = Arc::clone(&reading.register);
        let house = relance::House { settings: duty(&settings)?, rules: setting.lexicon.rules.relances.clone() };
        let planner = Self {
            tenants: Arc::new(Tenants::of(&register)),
            register,
            reading,
            house: Arc::new(house),
            landlord: Arc::new(Landlord::load(&settings.relances.modeles)?),
            fingerprint: fingerprint(asked.rules.as_deref(), &settings.relances.modeles)?,
            name: settings.relances.bailleur.clone(),
            domain: domain(&settings.courriel.expediteur),
            rules: Arc::new(setting.lexicon.rules),
        };
        Ok((settings, planner))
    }

    /// Says what is due as of a day. Writes nothing.
    pub(crate) async fn plan(&self, store: &Store, today: Date) -> Result<Planned, Stop> {
        let last_batch = store.last_plan().await?.and_then(|(day, _)| Date::from_iso(&day));
        let (mut facts, pipe) = store.all_lease_facts().await?;
        let pipe = Pipe::new(&pipe, &self.tenants);
        let mut files = Vec::new();
        for lease in self.register.leases() {
            let facts = facts.remove(&lease.reference).unwrap_or_default();
            files.push(lease_file(lease, &facts, &pipe, &self.rules));
        }
        let plan = relance::due(&files, &self.house, Day { today, last_batch });
        let files = files.into_iter().map(|file| (file.lease.reference.clone(), file)).collect();
        Ok(Planned { plan, files })
    }

    /// Gives the rows of everything that a plan found due, each with its evidence.
    pub(crate) fn rows(&self, planned: &Planned, secret: &str, author: &str) -> Vec<Decided> {
        let mut rows = Vec::new();
        for due in planned.plan.due() {
            let Some(file) = planned.files.get(&due.lease) else { continue };
            let row = |dispatch| self.row(due, dispatch, file, planned.plan.day, (secret, author));
            rows.extend(due.dispatches.iter().map(row));
        }
        rows
    }

    fn row(
        &self,
        due: &Due,
        dispatch: &relance::Dispatch,
        file: &LeaseFile,
        day: Date,
        (secret, author): (&str, &str),
    ) -> Decided {
        let key = BusinessKey {
            landlord: self.name.clone(),
            lease: dispatch.key.lease.clone(),
            obligation: dispatch.key.obligation.code().to_owned(),
            period: dispatch.key.period.clone(),
            step: dispatch.key.step.clone(),
            channel: dispatch.key.channel.code().to_owned(),
        };
        let period = format!("{}/{}", key.obligation, key.period);
        let reference = ReplyCode::new(secret.as_bytes(), &key.lease, &period, &key.step);
        let (letter, fault) = match letter(&self.landlord, due, dispatch, file, reference, day) {
            Ok(letter) => (Some(letter), None),
            Err(fault) => (None, Some(fault.to_string())),
        };
        let decision = json!({
            "day": day, "author": author, "rules": self.fingerprint, "why": due.why, "law": due.reference,
            "to": dispatch.to, "letter": letter, "fault": fault, "file": file,
        });
        Decided {
            due_day: day.to_string(),
            legal: due.legal_effect,
            approved_by: due.approved.then(|| approver(file, due)).flatten(),
            reference: reference.to_string(),
            message_id: (key.channel == EMAIL).then(|| message_id(secret, &key.text(), &self.domain)),
            decision: decision.to_string(),
            due_at: Moment::now(),
            key,
        }
    }

    /// Gives the last look: whether a step is still due, by what is known of its lease now. `fixed` stands for today.
    pub(crate) fn last_look(&self, fixed: Option<Date>) -> super::LastLook {
        let planner = self.clone();
        let leases = planner.register.leases().iter().enumerate();
        let leases: HashMap<String, usize> = leases.map(|(at, lease)| (lease.reference.clone(), at)).collect();
        Arc::new(move |relance, facts| {
            let today = fixed.unwrap_or_else(crate::clock::today);
            match leases.get(&relance.key.lease).and_then(|at| planner.register.leases().get(*at)) {
                Some(lease) => planner.look(lease, relance, facts, today),
                None => Look::Over("le bail n'est plus dans le registre".to_owned()),
            }
        })
    }

    fn look(&self, lease: &Lease, relance: &Relance, facts: &LeaseFacts, today: Date) -> Look {
        let pipe = Pipe::new(&facts.pipe, &self.tenants);
        let file = lease_file(lease, facts, &pipe, &self.rules);
        let Some(key) = key_of(&relance.key) else {
            return Look::Over("étape d'une autre version du programme".to_owned());
        };
        match relance::still_due(&key, &file, &self.house, Day { today, last_batch: None }) {
            Ok(()) if is_old(relance, today) => {
                Look::Over("la lettre attend depuis trop longtemps, elle est refaite".to_owned())
            }
            Ok(()) => Look::Due,
            Err(reason) => after(reason, today),
        }
    }
}

/// Tells whether a letter bears a day too far back: half of the days that it gives for an answer are gone. One with legal
/// effect waits for a person, however long, and gives days that the law counts from its receipt.
fn is_old(relance: &Relance, today: Date) -> bool {
    let decided = Date::from_iso(&relance.due_day);
    !relance.legal && decided.is_some_and(|day| day.add_days(OLD_DAYS) < today)
}

/// Gives the fingerprint of what decides and what is said: the rules, and every file of the folder of templates.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn fingerprint(rules: Option<&Path>, templates: &Path) -> Result<String, Stop> {
    let mut pages = rule_pages(rules)?.pages;
    for path in crate::paths::files(&[templates.to_owned()], None)? {
        let bytes = std::fs::read(&path)
            .map_err(|error| Stop::usage(format!("{} : {error} (réglage relances.modeles)", path.display())))?;
        let name = path.strip_prefix(templates).unwrap_or(&path).display().to_string();
        pages.push((name, crate::blobs::hash(&bytes)));
    }
    Ok(Versions::of_rules(&pages))
}

/// Says what becomes of a letter that is not due at the last look: it goes for good where it has no object any more, and
/// waits for what may pass.
fn after(reason: Reason, today: Date) -> Look {
    let why = words::reason(reason);
    if reason.is_final() {
        return Look::Over(why);
    }
    let again_at = match reason {
        Reason::PieceEnAttente => Moment::now().plus(SOON),
        _ => morning_of(today.add_days(1)),
    };
    Look::NotNow(why, again_at)
}

/// Gives the settings that say when and from when cover is asked for.
///
/// # Errors
/// When a day is none.
fn duty(settings: &Settings) -> Result<relance::Settings, Stop> {
    let given = &settings.relances;
    let day = |key: &str, text: &str| {
        let none = || Stop::usage(format!("relances.{key} vaut « {text} » : donner un jour comme 2027-01-01"));
        Date::from_iso(text).ok_or_else(none)
    };
    let first = Some(given.premier_jour.as_str()).filter(|text| !text.is_empty());
    Ok(relance::Settings {
        first_day: first.map(|text| day("premier_jour", text)).transpose()?,
        alsace_moselle: given.alsace_moselle,
        closed: given.fermes.iter().map(|text| day("fermes", text)).collect::<Result<_, Stop>>()?,
        // Readings do not say yet whether a contract renews itself.
        tacit_renewal_months: 0,
    })
}

fn approver(file: &LeaseFile, due: &Due) -> Option<String> {
    let yes = file.approvals.iter().rev().find(|yes| yes.step == due.step && yes.period == due.period)?;
    Some(yes.by.clone())
}

/// Gives the domain of the sender: the right side of Message-IDs.
fn domain(sender: &str) -> String {
    let domain = sender.rsplit_once('@').map_or("guichet.localhost", |(_, domain)| domain);
    domain.trim_end_matches(['>', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(change: impl Fn(&mut crate::settings::RelanceSettings)) -> Result<relance::Settings, Stop> {
        let mut settings = Settings::default();
        change(&mut settings.relances);
        duty(&settings)
    }

    #[test]
    fn days_of_the_settings() {
        let plain = with(|_| ()).unwrap();
        assert_eq!((plain.first_day, plain.alsace_moselle, plain.closed), (None, false, Vec::new()));
        let given = with(|relances| {
            relances.premier_jour = "2027-01-01".to_owned();
            relances.alsace_moselle = true;
            relances.fermes = vec!["2027-05-07".to_owned()];
        });
        let (given, day) = (given.unwrap(), |text| Date::from_iso(text).unwrap());
        assert_eq!((given.first_day, given.alsace_moselle), (Some(day("2027-01-01")), true));
        assert_eq!(given.closed, [day("2027-05-07")]);
        let wrong = with(|relances| relances.fermes = vec!["7 mai".to_owned()]).unwrap_err();
        assert!(wrong.message.contains("relances.fermes vaut « 7 mai »"), "{}", wrong.message);
    }
}
