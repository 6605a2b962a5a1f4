//! The command line, in French.

use crate::commands::args::{
    AddArgs, AuditCommand, BackupArgs, KeysCommand, QueueCommand, RegisterCommand, RequeueArgs, ResultsArgs, ServeArgs,
    TokensCommand, WorkArgs,
};
use crate::commands::models::args::ModelsCommand;
use crate::commands::relances::args::RelancesCommand;
use crate::stop::Exit;
use clap::builder::Styles;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser, Subcommand};
use guichet_pipeline::values::Date;
use std::ffi::OsString;
use std::path::PathBuf;

const HELP: &str = "{about-with-newline}\nUtilisation : {usage}\n\n{all-args}{after-help}";
const COMMANDS_HELP: &str =
    "{about-with-newline}\nUtilisation : {usage}\n\nCommandes :\n{subcommands}\n\nOptions :\n{options}{after-help}";
const EXITS: &str = "Codes de sortie :
  0    chaque fichier a sa ligne de résultat, qu'il ait pu être lu ou non
  2    option, réglage, registre, règle ou chemin à corriger
  3    panne de la machine : moteur de reconnaissance, mémoire, disque plein
  130  interrompu (Ctrl-C) ; les lignes déjà écrites restent valables";

/// Lit les attestations d'assurance et les autres papiers des locataires, décide et explique.
#[derive(Debug, Parser)]
#[command(name = "guichet", version, help_template = COMMANDS_HELP, after_help = EXITS)]
#[command(disable_help_flag = true, disable_version_flag = true, disable_help_subcommand = true, styles = Styles::plain())]
struct Line {
    /// Affiche cette aide.
    #[arg(short, long, action = clap::ArgAction::Help, global = true, help_heading = "Options", display_order = 900)]
    help: Option<bool>,
    /// Affiche la version.
    #[arg(short = 'V', long, action = clap::ArgAction::Version)]
    version: Option<bool>,
    #[command(subcommand)]
    command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Lit des fichiers et des dossiers et écrit une ligne JSON par fichier.
    #[command(help_template = HELP, after_help = EXITS)]
    Process(ProcessArgs),
    /// Explique un fichier : ce qui a été lu et où, les contrôles, la décision.
    #[command(help_template = HELP, after_help = EXITS)]
    Explain(ExplainArgs),
    /// Compare des résultats à la vérité.
    #[command(help_template = HELP)]
    Score(ScoreArgs),
    /// Dit si cette machine convient : isolation de la lecture, moteur, modèles, limites.
    #[command(help_template = HELP, after_help = "Sort avec le code 3 s'il manque quelque chose.")]
    Doctor(DoctorArgs),
    /// Fait tout le travail de la maison, dans ce processus, jusqu'à ce qu'on l'arrête.
    #[command(help_template = HELP, after_help = EXITS)]
    Serve(ServeArgs),
    /// Fait des étapes du travail confié, jusqu'à ce qu'on l'arrête ; pour plusieurs machines.
    #[command(help_template = HELP, after_help = EXITS)]
    Work(WorkArgs),
    /// Confie des fichiers à « guichet serve » ou « guichet work ».
    #[command(help_template = HELP, after_help = EXITS)]
    Add(AddArgs),
    /// Écrit une ligne JSON par fichier confié.
    #[command(help_template = HELP)]
    Results(ResultsArgs),
    /// Montre les files de travail.
    #[command(help_template = COMMANDS_HELP)]
    Queue {
        /// What to do with them.
        #[command(subcommand)]
        command: QueueCommand,
    },
    /// Annonce de nouveau ce qui attend, ou remet au travail ce qui est en quarantaine.
    #[command(help_template = HELP)]
    Requeue(RequeueArgs),
    /// Regarde le registre des baux avant qu'il soit pris.
    #[command(help_template = COMMANDS_HELP)]
    Register {
        /// What to do with it.
        #[command(subcommand)]
        command: RegisterCommand,
    },
    /// Vérifie le journal.
    #[command(help_template = COMMANDS_HELP)]
    Audit {
        /// What to do with it.
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Copie la base de données et les documents, pendant le travail.
    #[command(help_template = HELP)]
    Backup(BackupArgs),
    /// Gère les clés qui chiffrent les documents.
    #[command(help_template = COMMANDS_HELP)]
    Keys {
        /// What to do with them.
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Gère les jetons des programmes qui appellent « guichet serve ».
    #[command(help_template = COMMANDS_HELP)]
    Tokens {
        /// What to do with them.
        #[command(subcommand)]
        command: TokensCommand,
    },
    /// Demande aux locataires les attestations qui manquent : ce qui est dû, ce qui part, ce qu'il en est advenu.
    #[command(help_template = COMMANDS_HELP)]
    Relances {
        /// What to do with them.
        #[command(subcommand)]
        command: RelancesCommand,
    },
    /// Joue une année de relances avec des locataires inventés et compte ce qui ne doit jamais arriver.
    #[command(help_template = HELP, after_help = "Sort avec le code 3 si une seule de ces choses arrive.")]
    Simulate(SimulateArgs),
    /// Gère les modèles plus grands que la maison choisit : les ajouter, les vérifier, les mesurer.
    #[command(help_template = COMMANDS_HELP)]
    Models {
        /// What to do with them.
        #[command(subcommand)]
        command: ModelsCommand,
    },
    /// Vérifie les règles.
    #[command(help_template = COMMANDS_HELP)]
    Rules {
        /// What to do with them.
        #[command(subcommand)]
        command: RulesCommand,
    },
    /// Lit pour un autre processus.
    #[command(hide = true)]
    ReadChild {
        /// The settings, as JSON.
        settings: String,
    },
}

/// What to do with rules.
#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// Analyse, relie et contrôle les règles ; exécute leurs exemples.
    #[command(help_template = HELP, after_help = "Sort avec le code 2 s'il y a quelque chose à corriger.")]
    Check {
        /// Dossier des règles [défaut : celles du programme]
        #[arg(value_name = "DOSSIER", help_heading = "Arguments")]
        folder: Option<PathBuf>,
    },
}

/// Against what and with what papers are read.
#[derive(Clone, Debug, Default, Args)]
pub struct HouseArgs {
    /// Registre des baux (CSV, point-virgule, UTF-8) [défaut : le réglage registre.source] ; sans lui, aucune décision
    #[arg(long, value_name = "FICHIER", help_heading = "Options")]
    pub contracts: Option<PathBuf>,
    /// Date de référence, AAAA-MM-JJ [défaut : aujourd'hui]
    #[arg(long, value_name = "DATE", value_parser = date, help_heading = "Options")]
    pub as_of: Option<Date>,
    /// Réglages qui remplacent ceux par défaut
    #[arg(long, value_name = "FICHIER", help_heading = "Options")]
    pub config: Option<PathBuf>,
    /// Dossier des règles [défaut : celles du programme]
    #[arg(long, value_name = "DOSSIER", help_heading = "Options")]
    pub rules: Option<PathBuf>,
}

/// `guichet process`.
#[derive(Clone, Debug, Default, Args)]
pub struct ProcessArgs {
    /// Registre, date, réglages, règles.
    #[command(flatten)]
    pub house: HouseArgs,
    /// Fichier où écrire les résultats [défaut : la sortie standard]
    #[arg(long, value_name = "FICHIER", help_heading = "Options")]
    pub out: Option<PathBuf>,
    /// Processus de lecture [défaut : autant que de cœurs]
    #[arg(long, value_name = "NOMBRE", value_parser = clap::value_parser!(u16).range(1..=512), help_heading = "Options")]
    pub jobs: Option<u16>,
    /// Fichiers et dossiers à lire
    #[arg(required = true, value_name = "CHEMIN", help_heading = "Arguments")]
    pub paths: Vec<PathBuf>,
}

/// `guichet explain`.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ExplainArgs {
    /// Registre, date, réglages, règles.
    #[command(flatten)]
    pub(crate) house: HouseArgs,
    /// Dossier où dessiner les pages
    #[arg(long, value_name = "DOSSIER", default_value = "explications", hide_default_value = true)]
    #[arg(help_heading = "Options", help = "Dossier où dessiner les pages [défaut : explications]")]
    pub(crate) images: PathBuf,
    /// Fichier à expliquer
    #[arg(required = true, value_name = "FICHIER", help_heading = "Arguments")]
    pub(crate) file: PathBuf,
}

/// `guichet doctor`.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct DoctorArgs {
    /// Réglages qui remplacent ceux par défaut
    #[arg(long, value_name = "FICHIER", help_heading = "Options")]
    pub(crate) config: Option<PathBuf>,
}

/// `guichet score`.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ScoreArgs {
    /// Écarts à montrer
    #[arg(long, value_name = "NOMBRE", default_value_t = 0, hide_default_value = true, help_heading = "Options")]
    pub(crate) errors: usize,
    /// Clé de la vérité par laquelle grouper, comme kind ou template
    #[arg(long, value_name = "CLÉ", help_heading = "Options")]
    pub(crate) by: Option<String>,
    /// Résultats de « guichet process », une ligne JSON par fichier
    #[arg(required = true, value_name = "RÉSULTATS", help_heading = "Arguments")]
    pub(crate) results: PathBuf,
    /// Vérité, une ligne JSON par fichier
    #[arg(required = true, value_name = "VÉRITÉ", help_heading = "Arguments")]
    pub(crate) truth: PathBuf,
}

/// `guichet simulate`.
#[derive(Clone, Debug, Args)]
pub(crate) struct SimulateArgs {
    /// Graine du hasard : la même donne la même année [défaut : 1]
    #[arg(long, value_name = "NOMBRE", default_value_t = 1, hide_default_value = true, help_heading = "Options")]
    pub(crate) seed: u64,
    /// Nombre de baux [défaut : 20000]
    #[arg(long, value_name = "NOMBRE", default_value_t = 20_000, hide_default_value = true, help_heading = "Options")]
    pub(crate) leases: usize,
    /// Nombre de jours [défaut : 365]
    #[arg(long, value_name = "NOMBRE", default_value_t = 365, hide_default_value = true, help_heading = "Options")]
    #[arg(value_parser = clap::value_parser!(i32).range(1..=3660))]
    pub(crate) days: i32,
    /// Premier jour, AAAA-MM-JJ [défaut : 2027-01-01]
    #[arg(long, value_name = "DATE", value_parser = date, help_heading = "Options")]
    pub(crate) as_of: Option<Date>,
    /// Dossier des règles [défaut : celles du programme]
    #[arg(long, value_name = "DOSSIER", help_heading = "Options")]
    pub(crate) rules: Option<PathBuf>,
    /// Sans la panne d'un mois ni les jours sans campagne
    #[arg(long, help_heading = "Options")]
    pub(crate) without_breakdowns: bool,
    /// Arrêts brutaux du processus qui envoie, pour mille côtés d'écriture (avant, après) [défaut : 20]
    #[arg(long, value_name = "POUR MILLE", default_value_t = 20, hide_default_value = true, help_heading = "Options")]
    #[arg(value_parser = clap::value_parser!(i32).range(0..=200))]
    pub(crate) crashes: i32,
}

pub(crate) fn date(text: &str) -> Result<Date, String> {
    Date::from_iso(text).ok_or_else(|| "donner une date qui existe, sous la forme AAAA-MM-JJ".to_owned())
}

/// Reads the command line; what is wrong with it, or the help, is printed.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, Exit> {
    match Line::try_parse_from(arguments) {
        Ok(line) => Ok(line.command),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                print!("{error}");
                Err(Exit::Done)
            }
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                eprint!("{error}");
                Err(Exit::Usage)
            }
            _ => {
                eprintln!("guichet : {}", refusal(&error));
                eprintln!("Pour l'aide : guichet --help, ou guichet COMMANDE --help");
                Err(Exit::Usage)
            }
        },
    }
}

/// Says in French what clap says of a wrong command line.
fn refusal(error: &clap::Error) -> String {
    let said = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        // Suggestions come with the nearest last.
        Some(ContextValue::Strings(texts)) => texts.last().cloned().unwrap_or_default(),
        _ => String::new(),
    };
    let argument = said(ContextKind::InvalidArg);
    let hint = |kind: ContextKind| match said(kind) {
        near if near.is_empty() => String::new(),
        near => format!(" ; vouliez-vous écrire « {near} » ?"),
    };
    match error.kind() {
        ErrorKind::UnknownArgument => format!("option inconnue « {argument} »{}", hint(ContextKind::SuggestedArg)),
        ErrorKind::InvalidSubcommand => {
            let wrong = said(ContextKind::InvalidSubcommand);
            format!("commande inconnue « {wrong} »{}", hint(ContextKind::SuggestedSubcommand))
        }
        ErrorKind::MissingSubcommand => "il manque une commande".to_owned(),
        ErrorKind::MissingRequiredArgument => format!("il manque {argument}"),
        ErrorKind::ArgumentConflict => format!("{argument} est donné deux fois"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let value = said(ContextKind::InvalidValue);
            if value.is_empty() {
                return format!("il manque une valeur à {argument}");
            }
            let why = std::error::Error::source(error).map_or_else(String::new, |why| format!(" : {why}"));
            let why = if argument.contains("--jobs") { " : donner un nombre de 1 à 512".to_owned() } else { why };
            format!("valeur « {value} » refusée pour {argument}{why}")
        }
        _ => error.to_string().trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Line::command().debug_assert();
    }

    #[test]
    fn mistakes_are_told_in_french() {
        let cases = [
            (
                "process --contract c.csv a.pdf",
                "option inconnue « --contract » ; vouliez-vous écrire « --contracts » ?",
            ),
            ("proces a.pdf", "commande inconnue « proces » ; vouliez-vous écrire « process » ?"),
            ("process", "il manque <CHEMIN>..."),
            (
                "process --as-of 2026-02-30 a",
                "valeur « 2026-02-30 » refusée pour --as-of <DATE> : donner une date qui existe",
            ),
            ("process --jobs 0 a", "valeur « 0 » refusée pour --jobs <NOMBRE> : donner un nombre de 1 à 512"),
            ("process a --out", "il manque une valeur à --out <FICHIER>"),
        ];
        for (line, expected) in cases {
            let arguments = std::iter::once("guichet").chain(line.split_whitespace());
            let error = Line::try_parse_from(arguments).expect_err(line);
            let refusal = refusal(&error);
            assert!(refusal.starts_with(expected), "{line}: {refusal}");
        }
    }

    #[test]
    fn help_is_french() {
        let mut command = Line::command();
        let mut texts = vec![command.render_long_help().to_string()];
        for name in ["process", "rules"] {
            texts.push(command.find_subcommand_mut(name).unwrap().render_long_help().to_string());
        }
        for text in texts {
            for english in ["Usage:", "Print", "Commands:", "possible values"] {
                assert!(!text.contains(english), "{english} in:\n{text}");
            }
        }
    }
}
