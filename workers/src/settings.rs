//! The settings: `config.default.toml`, overridden key by key by the file that the user gives.
//!
//! Unknown keys and impossible values are refused with the file, the line and what to write instead.

mod mailbox;

pub use mailbox::{After, MailboxSettings};

use crate::notify::relay::Encryption;
use crate::stop::Stop;
use crate::store::Place;
use guichet_pipeline::read::Limits;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// The settings that ship, with a sentence for each.
const DEFAULT: &str = include_str!("../config.default.toml");

/// A table of settings, and the same table with every key optional: what a user's file holds.
macro_rules! table {
    ($(#[$doc:meta])* $name:ident, $given:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $kind,)*
        }

        #[derive(Default, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        struct $given {
            $($field: Option<$kind>,)*
        }

        impl $name {
            fn take(&mut self, given: $given) {
                $(if let Some(value) = given.$field { self.$field = value; })*
            }
        }
    };
}

table! {
    /// The lease register.
    RegisterSettings, GivenRegister {
        /// Where it is: `csv:PATH`, `postgres://...`; empty for none but the one of the command line.
        source: Place,
        /// The table or view of a database.
        vue: String,
        /// Seconds between two looks.
        relecture_s: u64,
        /// Seconds that a database may take.
        reponse_s: u64,
        /// Per cent of the leases that may be missing all at once.
        perte_max: u64,
    }
}

table! {
    /// Limits on a source.
    LimitSettings, GivenLimits {
        /// Bytes of a file.
        octets_max: u64,
        /// Pages of a document.
        pages_max: u32,
        /// Pixels of a page.
        pixels_max: u64,
        /// Bytes of a decompressed stream.
        flux_max: u64,
    }
}

table! {
    /// The child processes that read.
    ReadSettings, GivenRead {
        /// How many; 0 for as many as cores.
        enfants: usize,
        /// Bytes of address space of each.
        memoire_max: u64,
        /// Seconds for a page.
        delai_page_s: u64,
        /// Seconds for a document.
        delai_document_s: u64,
        /// Whether to read nothing where a wall around the children is missing.
        isolation_exigee: bool,
    }
}

table! {
    /// The recognition engine.
    OcrSettings, GivenOcr {
        /// The folder of its models.
        tessdata: PathBuf,
        /// The model.
        langue: String,
    }
}

table! {
    /// The second reader beside the rules.
    EncoderSettings, GivenEncoder {
        /// Whether it reads beside the rules.
        actif: bool,
        /// The folder of other weights than those that ship; empty for those.
        dossier: PathBuf,
    }
}

table! {
    /// Larger models, by choice.
    ModelSettings, GivenModels {
        /// The folder in which they stand.
        dossier: PathBuf,
        /// The one that reads letters beside the tables; empty for none.
        courriers: String,
        /// The one that reads pages beside the encoder; empty for none.
        pieces: String,
    }
}

table! {
    /// How durable work is done.
    WorkSettings, GivenWork {
        /// Seconds that a worker holds a job without being heard of.
        bail_s: u64,
    }
}

table! {
    /// The folder that `guichet serve` watches.
    IntakeSettings, GivenIntake {
        /// The folder; empty for none.
        dossier: PathBuf,
        /// Seconds without a change after which a file is whole.
        repos_s: u64,
    }
}

table! {
    /// The door for other programs.
    ApiSettings, GivenApi {
        /// Where `guichet serve` listens; empty for nowhere.
        ecoute: String,
        /// The file of tokens.
        jetons: PathBuf,
    }
}

table! {
    /// Reminders: where they go, how many, when.
    RelanceSettings, GivenRelances {
        /// The landlord's short name: part of what makes a reminder the same.
        bailleur: String,
        /// The program that typesets.
        lettres: PathBuf,
        /// The folder of its templates, with `bailleur.toml`.
        modeles: PathBuf,
        /// The folder of letters for the post room.
        courrier: PathBuf,
        /// The folder of SMS for the provider.
        sms: PathBuf,
        /// The file that knows how far sending had come.
        temoin: PathBuf,
        /// The hour of the daily round; empty for none.
        heure: String,
        /// The first day from which cover is asked for, as `2027-01-01`; empty for none.
        premier_jour: String,
        /// Alsace and Moselle have two more public holidays.
        alsace_moselle: bool,
        /// Days, as `2027-05-07`, on which the house is closed.
        fermes: Vec<String>,
        /// The most that leaves in a day.
        plafond_jour: u64,
        /// How many times the usual number stops everything.
        volume_max: u64,
        /// Seconds after which what is in flight is asked about.
        quarantaine_s: u64,
    }
}

table! {
    /// E-mail.
    MailSettings, GivenMail {
        /// Where the relay is; empty for no e-mail.
        relais: String,
        /// How the way to it is encrypted.
        chiffrement: Encryption,
        /// The user it wants; empty for none.
        utilisateur: String,
        /// The file of the password.
        mot_de_passe: PathBuf,
        /// Who writes.
        expediteur: String,
        /// Where replies go; empty for the sender.
        repondre_a: String,
        /// The relay's log.
        journal: PathBuf,
        /// Seconds that the relay may take for an answer.
        delai_s: u64,
        /// The first hour at which e-mails and SMS leave.
        heure_debut: u64,
        /// The hour from which they leave no more.
        heure_fin: u64,
    }
}

/// All settings. Places stay here: the children that read are not told of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The database.
    #[serde(skip_serializing, default)]
    pub store: Place,
    /// Where jobs wait.
    #[serde(skip_serializing, default)]
    pub queue: Place,
    /// Where bytes are kept.
    #[serde(skip_serializing, default)]
    pub blobs: Place,
    /// The landlord's keys.
    #[serde(skip_serializing, default)]
    pub key: Place,
    /// The lease register.
    #[serde(skip_serializing, default)]
    pub registre: RegisterSettings,
    /// Limits on a source.
    pub limites: LimitSettings,
    /// The child processes that read.
    pub lecture: ReadSettings,
    /// The recognition engine.
    pub ocr: OcrSettings,
    /// The second reader beside the rules.
    pub encodeur: EncoderSettings,
    /// Larger models, by choice.
    #[serde(skip_serializing, default)]
    pub modeles: ModelSettings,
    /// How durable work is done.
    pub travail: WorkSettings,
    /// The folder that is watched.
    #[serde(skip_serializing, default)]
    pub depot: IntakeSettings,
    /// The mailboxes that are watched.
    #[serde(skip_serializing, default)]
    pub boites: Vec<MailboxSettings>,
    /// The door for other programs.
    #[serde(skip_serializing, default)]
    pub api: ApiSettings,
    /// Reminders.
    #[serde(skip_serializing, default)]
    pub relances: RelanceSettings,
    /// E-mail.
    #[serde(skip_serializing, default)]
    pub courriel: MailSettings,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Given {
    store: Option<Place>,
    queue: Option<Place>,
    blobs: Option<Place>,
    key: Option<Place>,
    registre: GivenRegister,
    limites: GivenLimits,
    lecture: GivenRead,
    ocr: GivenOcr,
    encodeur: GivenEncoder,
    modeles: GivenModels,
    travail: GivenWork,
    depot: GivenIntake,
    boites: Vec<MailboxSettings>,
    api: GivenApi,
    relances: GivenRelances,
    courriel: GivenMail,
}

impl Default for Settings {
    fn default() -> Self {
        toml::from_str(DEFAULT).expect("the embedded settings are tested")
    }
}

impl Settings {
    /// Gives the default settings with those of a file over them.
    ///
    /// # Errors
    /// A sentence with the file, the line and the remedy.
    pub fn load(path: Option<&Path>) -> Result<Self, Stop> {
        let Some(path) = path else { return Ok(Self::default()) };
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Stop::usage(format!("{name} : réglages illisibles ({error}) : vérifier le chemin")))?;
        Self::parse(&name, &text).map_err(Stop::usage)
    }

    /// Gives the default settings with those of `text` over them.
    ///
    /// # Errors
    /// A sentence with the file, the line and the remedy.
    pub fn parse(name: &str, text: &str) -> Result<Self, String> {
        let given: Given = toml::from_str(text).map_err(|error| refusal(name, text, &error))?;
        let mut settings = Self::default();
        settings.registre.take(given.registre);
        settings.limites.take(given.limites);
        settings.lecture.take(given.lecture);
        settings.ocr.take(given.ocr);
        settings.encodeur.take(given.encodeur);
        settings.modeles.take(given.modeles);
        settings.travail.take(given.travail);
        settings.depot.take(given.depot);
        settings.boites = given.boites;
        settings.api.take(given.api);
        settings.relances.take(given.relances);
        settings.courriel.take(given.courriel);
        let places = [
            (&mut settings.store, given.store),
            (&mut settings.queue, given.queue),
            (&mut settings.blobs, given.blobs),
            (&mut settings.key, given.key),
        ];
        for (place, given) in places {
            if let Some(given) = given {
                *place = given;
            }
        }
        for (key, value, allowed) in settings.ranges() {
            if !allowed.contains(&value) {
                let line = text.lines().position(|line| line.trim_start().starts_with(key)).map_or(1, |at| at + 1);
                let (least, most) = allowed.into_inner();
                return Err(format!("{name}:{line}: {key} vaut {value} : donner une valeur entre {least} et {most}"));
            }
        }
        for (number, mailbox) in settings.boites.iter().enumerate() {
            mailbox.check().map_err(|problem| {
                let mut lines =
                    text.lines().enumerate().filter(|(_, line)| line.trim_start().starts_with("[[boites]]"));
                let line = lines.nth(number).map_or(1, |(at, _)| at + 1);
                format!("{name}:{line}: [[boites]] : {problem}")
            })?;
        }
        Ok(settings)
    }

    fn ranges(&self) -> [(&'static str, u64, RangeInclusive<u64>); 19] {
        let (limits, read) = (&self.limites, &self.lecture);
        [
            ("relecture_s", self.registre.relecture_s, 1..=86_400),
            ("reponse_s", self.registre.reponse_s, 1..=3600),
            ("perte_max", self.registre.perte_max, 0..=100),
            ("octets_max", limits.octets_max, 1..=4_000_000_000),
            ("pages_max", limits.pages_max.into(), 1..=100_000),
            ("pixels_max", limits.pixels_max, 10_000..=1_000_000_000),
            ("flux_max", limits.flux_max, 1_000_000..=16_000_000_000),
            ("enfants", read.enfants as u64, 0..=512),
            // Under 256 MB the recognition engine does not start.
            ("memoire_max", read.memoire_max, 268_435_456..=1_099_511_627_776),
            ("delai_page_s", read.delai_page_s, 1..=3600),
            ("delai_document_s", read.delai_document_s, 1..=86_400),
            ("bail_s", self.travail.bail_s, 2..=86_400),
            ("repos_s", self.depot.repos_s, 0..=3600),
            ("plafond_jour", self.relances.plafond_jour, 1..=1_000_000),
            ("volume_max", self.relances.volume_max, 2..=1000),
            // Whoever asks the relay before the sender has given up may hear "no" of what is still on its way: half of it
            // may pass before the message begins, then it is written and its reply waited for.
            ("quarantaine_s", self.relances.quarantaine_s, 4 * self.courriel.delai_s..=86_400),
            ("delai_s", self.courriel.delai_s, 1..=3600),
            ("heure_debut", self.courriel.heure_debut, 0..=23),
            ("heure_fin", self.courriel.heure_fin, self.courriel.heure_debut + 1..=24),
        ]
    }

    /// Gives the limits as the reading stage wants them.
    pub fn limits(&self) -> Limits {
        let LimitSettings { octets_max, pages_max, pixels_max, flux_max } = self.limites;
        Limits { bytes: octets_max, pages: pages_max, pixels: pixels_max, stream_bytes: flux_max }
    }

    /// Gives how many child processes read, `asked` on the command line going first.
    pub fn readers(&self, asked: Option<usize>) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        asked.or(Some(self.lecture.enfants)).filter(|&readers| readers > 0).unwrap_or_else(cores)
    }
}

/// Says in French what toml says of a mistake.
fn refusal(name: &str, text: &str, error: &toml::de::Error) -> String {
    let start = error.span().map_or(0, |span| span.start).min(text.len());
    let line = text[..start].matches('\n').count() + 1;
    let message = error.message().trim();
    let explained = unknown_key(message).unwrap_or_else(|| format!("réglage mal écrit ({message})"));
    format!("{name}:{line}: {explained}")
}

/// Turns "unknown field `x`, expected one of `a`, `b`" into a French sentence with the nearest key.
fn unknown_key(message: &str) -> Option<String> {
    if !message.starts_with("unknown field") {
        return None;
    }
    let mut quoted = message.split('`').skip(1).step_by(2);
    let wrong = quoted.next()?;
    let known: Vec<&str> = quoted.collect();
    let nearest = known.iter().min_by_key(|key| strsim::damerau_levenshtein(wrong, key))?;
    if strsim::damerau_levenshtein(wrong, nearest) <= 3 {
        return Some(format!("clé inconnue « {wrong} », vouliez-vous écrire « {nearest} » ?"));
    }
    Some(format!("clé inconnue « {wrong} », les clés possibles sont : {}", known.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_those_of_the_pipeline() {
        assert_eq!(Settings::default().limits(), Limits::default());
        assert_eq!(Settings::parse("vide.toml", "").unwrap(), Settings::default());
    }

    #[test]
    fn the_settings_to_copy_are_settings() {
        let settings = Settings::parse("guichet.toml", include_str!("../../deploy/guichet.toml")).unwrap();
        assert!(settings.lecture.isolation_exigee);
    }

    #[test]
    fn every_default_has_a_sentence() {
        let lines: Vec<&str> = DEFAULT.lines().collect();
        let bare: Vec<&str> = lines
            .windows(2)
            .filter(|two| two[1].contains(" = ") && !two[0].starts_with('#'))
            .map(|two| two[1])
            .collect();
        assert_eq!(bare, Vec::<&str>::new());
    }

    #[test]
    fn a_file_changes_only_its_keys() {
        let settings = Settings::parse("c.toml", "[lecture]\nenfants = 3\n[ocr]\nlangue = \"fra_best\"\n").unwrap();
        assert_eq!((settings.readers(None), settings.readers(Some(7))), (3, 7));
        assert_eq!(settings.ocr.langue, "fra_best");
        assert_eq!(settings.limites, Settings::default().limites);
    }

    #[test]
    fn mistakes_are_named_with_file_line_and_hint() {
        let cases = [
            ("[lecture]\nenfant = 3\n", "c.toml:2: clé inconnue « enfant », vouliez-vous écrire « enfants » ?"),
            ("\n[reseau]\n", "c.toml:2: clé inconnue « reseau », les clés possibles sont : store, queue,"),
            ("[limites]\n\npages_max = 0\n", "c.toml:3: pages_max vaut 0 : donner une valeur entre 1 et 100000"),
            ("[limites]\npages_max = \"dix\"\n", "c.toml:2: réglage mal écrit"),
            ("[limites\n", "c.toml:1: réglage mal écrit"),
        ];
        for (text, expected) in cases {
            let refusal = Settings::parse("c.toml", text).expect_err("the file has a mistake");
            assert!(refusal.starts_with(expected), "{refusal}");
        }
    }
}
