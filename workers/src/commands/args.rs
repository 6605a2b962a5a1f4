//! What is said on the command line to the commands of durable work, in French.

use crate::api::Scope;
use crate::cli::HouseArgs;
use crate::commands::relances::args::AuthorArgs;
use crate::job::{Class, Stage};
use crate::store::journal::Head;
use clap::{Args, Subcommand};
use guichet_pipeline::values::Date;
use std::path::PathBuf;

/// Where the work is.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct PlaceArgs {
    /// Réglages qui remplacent ceux par défaut
    #[arg(long, value_name = "FICHIER", help_heading = "Options")]
    pub(crate) config: Option<PathBuf>,
}

/// `guichet serve`.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ServeArgs {
    /// Registre, date, réglages, règles.
    #[command(flatten)]
    pub(crate) house: HouseArgs,
}

/// `guichet work`.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct WorkArgs {
    /// Registre, date, réglages, règles.
    #[command(flatten)]
    pub(crate) house: HouseArgs,
    /// Étapes à faire, séparées par des virgules : read, understand [défaut : toutes]
    #[arg(long, value_name = "ÉTAPES", value_delimiter = ',', value_parser = stage, help_heading = "Options")]
    pub(crate) stages: Vec<Stage>,
    /// Travaux menés en même temps [défaut : autant que de cœurs]
    #[arg(long, value_name = "NOMBRE", value_parser = clap::value_parser!(u16).range(1..=512), help_heading = "Options")]
    pub(crate) jobs: Option<u16>,
    /// S'arrêter quand il n'y a plus rien à faire
    #[arg(long, help_heading = "Options")]
    pub(crate) drain: bool,
}

/// `guichet add`.
#[derive(Clone, Debug, Args)]
pub(crate) struct AddArgs {
    /// Réglages qui remplacent ceux par défaut
    #[arg(long, value_name = "FICHIER", help_heading = "Options")]
    pub(crate) config: Option<PathBuf>,
    /// Urgence : urgent, courant ou masse [défaut : courant]
    #[arg(long, value_name = "CLASSE", default_value = "courant", hide_default_value = true, value_parser = class)]
    #[arg(help_heading = "Options")]
    pub(crate) class: Class,
    /// Fichiers et dossiers à confier
    #[arg(required = true, value_name = "CHEMIN", help_heading = "Arguments")]
    pub(crate) paths: Vec<PathBuf>,
}

/// `guichet results`.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ResultsArgs {
    /// Réglages qui remplacent ceux par défaut
    #[arg(long, value_name = "FICHIER", help_heading = "Options")]
    pub(crate) config: Option<PathBuf>,
    /// Fichier où écrire les résultats [défaut : la sortie standard]
    #[arg(long, value_name = "FICHIER", help_heading = "Options")]
    pub(crate) out: Option<PathBuf>,
}

/// `guichet requeue`.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct RequeueArgs {
    /// Réglages qui remplacent ceux par défaut
    #[arg(long, value_name = "FICHIER", help_heading = "Options")]
    pub(crate) config: Option<PathBuf>,
    /// Remettre au travail tout ce qui est en quarantaine
    #[arg(long, help_heading = "Options")]
    pub(crate) quarantine: bool,
    /// Remettre au travail cette source, qui est en quarantaine
    #[arg(long, value_name = "SOURCE", help_heading = "Options", conflicts_with = "quarantine")]
    pub(crate) source: Option<String>,
}

/// What to do with the queue.
#[derive(Debug, Subcommand)]
pub(crate) enum QueueCommand {
    /// Affiche les files, les échanges et leurs réglages, tels que le programme les déclare.
    Topology(PlaceArgs),
    /// Compte ce qui attend, ce qui est en cours et ce qui est en quarantaine.
    Status(PlaceArgs),
}

/// What to do with the lease register.
#[derive(Debug, Subcommand)]
pub(crate) enum RegisterCommand {
    /// Montre les lignes à corriger et ce que le registre changerait, sans rien appliquer.
    #[command(after_help = "Sort avec le code 2 s'il y a quelque chose à corriger.")]
    Check(RegisterArgs),
    /// Accepte le registre tel qu'il est, alors que beaucoup de baux n'y sont plus.
    Accept(RegisterAcceptArgs),
}

/// `guichet register check`.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct RegisterArgs {
    /// Registre des baux (CSV) [défaut : le réglage registre.source]
    #[arg(long, value_name = "FICHIER", help_heading = "Options")]
    pub(crate) contracts: Option<PathBuf>,
    /// Réglages qui remplacent ceux par défaut
    #[arg(long, value_name = "FICHIER", help_heading = "Options")]
    pub(crate) config: Option<PathBuf>,
}

/// `guichet register accept`.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct RegisterAcceptArgs {
    /// Registre et réglages.
    #[command(flatten)]
    pub(crate) register: RegisterArgs,
    /// Qui accepte.
    #[command(flatten)]
    pub(crate) author: AuthorArgs,
}

/// What to do with the journal.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Vérifie le journal : aucune ligne modifiée, retirée, ajoutée ou déplacée.
    #[command(after_help = "Sort avec le code 3 si le journal ne tient pas.")]
    Verify(VerifyArgs),
    /// Affiche la tête du journal, à garder hors de la machine.
    Head(PlaceArgs),
}

/// `guichet audit verify`.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct VerifyArgs {
    /// Réglages qui remplacent ceux par défaut
    #[arg(long, value_name = "FICHIER", help_heading = "Options")]
    pub(crate) config: Option<PathBuf>,
    /// Tête gardée au dehors, comme l'affiche « guichet audit head »
    #[arg(long, value_name = "TÊTE", help_heading = "Options")]
    pub(crate) head: Option<Head>,
}

/// `guichet backup`.
#[derive(Clone, Debug, Args)]
pub(crate) struct BackupArgs {
    /// Réglages qui remplacent ceux par défaut
    #[arg(long, value_name = "FICHIER", help_heading = "Options")]
    pub(crate) config: Option<PathBuf>,
    /// Ne copier que les documents : la base de données l'est par ses propres outils
    #[arg(long, help_heading = "Options")]
    pub(crate) blobs_only: bool,
    /// Dossier où copier
    #[arg(required = true, value_name = "DOSSIER", help_heading = "Arguments")]
    pub(crate) folder: PathBuf,
}

/// What to do with the landlord's keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Fait une nouvelle clé et la met à la place de l'ancienne, sans réécrire les documents.
    Rotate(RotateArgs),
}

/// `guichet keys rotate`.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct RotateArgs {
    /// Réglages qui remplacent ceux par défaut
    #[arg(long, value_name = "FICHIER", help_heading = "Options")]
    pub(crate) config: Option<PathBuf>,
    /// Ne pas faire de nouvelle clé : finir un remplacement interrompu
    #[arg(long, help_heading = "Options")]
    pub(crate) resume: bool,
}

/// What to do with tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum TokensCommand {
    /// Fait un jeton et l'affiche, une seule fois.
    Add(TokenAddArgs),
    /// Liste les jetons : nom, droits, dernier jour.
    List(PlaceArgs),
    /// Retire un jeton ; il ne vaut plus rien dès la requête suivante.
    Remove(TokenRemoveArgs),
}

/// `guichet tokens add`.
#[derive(Clone, Debug, Args)]
pub(crate) struct TokenAddArgs {
    /// Réglages.
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Droits, séparés par des virgules : sources:write, results:read, metrics:read
    #[arg(long, required = true, value_name = "DROITS", value_delimiter = ',', help_heading = "Options")]
    pub(crate) scopes: Vec<Scope>,
    /// Dernier jour, AAAA-MM-JJ [défaut : sans fin]
    #[arg(long, value_name = "DATE", value_parser = crate::cli::date, help_heading = "Options")]
    pub(crate) until: Option<Date>,
    /// Nom du jeton : le programme ou le service qui s'en servira
    #[arg(required = true, value_name = "NOM", help_heading = "Arguments")]
    pub(crate) name: String,
}

/// `guichet tokens remove`.
#[derive(Clone, Debug, Args)]
pub(crate) struct TokenRemoveArgs {
    /// Réglages.
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Nom du jeton
    #[arg(required = true, value_name = "NOM", help_heading = "Arguments")]
    pub(crate) name: String,
}

fn stage(name: &str) -> Result<Stage, String> {
    name.parse().map_err(|_| format!("donner des étapes parmi {}", names(&Stage::ALL)))
}

fn class(name: &str) -> Result<Class, String> {
    name.parse().map_err(|_| format!("donner une classe parmi {}", names(&Class::ALL)))
}

fn names<T: ToString>(all: &[T]) -> String {
    all.iter().map(T::to_string).collect::<Vec<String>>().join(", ")
}
