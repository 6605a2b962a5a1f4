//! What is said on the command line to `guichet relances`, in French.

use crate::cli::HouseArgs;
use crate::commands::args::PlaceArgs;
use clap::{Args, Subcommand};
use guichet_pipeline::values::Date;
use std::path::PathBuf;

/// What to do with reminders.
#[derive(Debug, Subcommand)]
pub(crate) enum RelancesCommand {
    /// Dit ce qui est dû, pourquoi, ce qui a changé et ce qui est retenu ; n'écrit rien dans la base.
    Due(DueArgs),
    /// Décide un lot, compose les lettres et remet ce qui peut partir ; les étapes à effet juridique attendent « approve ».
    Send(SendArgs),
    /// Remet ce qui est prêt et demande aux destinataires ce qu'est devenu ce qui était en cours.
    Deliver(DeliverArgs),
    /// Liste les relances, ou celles d'un état : prete, remise, doute...
    List(ListArgs),
    /// Montre ce qui aurait dû finir et n'a pas fini ; sort avec le code 3 s'il y en a.
    Missing(DueArgs),
    /// Montre les envois dont personne ne sait s'ils sont partis.
    Doubts(PlaceArgs),
    /// Tranche un doute, au nom d'un agent : sent (partie) ou not-sent (pas partie).
    Settle(SettleArgs),
    /// Dit oui à une étape à effet juridique : une relance, un lot, ou « BAIL ÉTAPE PÉRIODE ».
    Approve(ApproveArgs),
    /// Retient une relance qui n'est pas partie.
    Hold(OneArgs),
    /// Laisse aller une relance retenue, ou revenir une relance qu'un agent avait annulée.
    Release(OneArgs),
    /// Annule une relance qui n'est pas partie ; « release » la laisse revenir.
    Cancel(OneArgs),
    /// Met un bail en pause : rien ne part jusqu'à ce jour.
    Pause(MeasureArgs),
    /// Dispense un bail : rien n'est dû.
    Exempt(MeasureArgs),
    /// Choisit la voie juridique d'un bail.
    Track(TrackArgs),
    /// Montre les courriers qui retiennent des relances (décès, congé, tutelle) ; avec un fichier, dit qu'un agent l'a vu.
    Seen(SeenArgs),
    /// Note l'assurance prise pour le compte du locataire, sa fin, ou une copie du contrat remise.
    Insure(InsureArgs),
    /// Note qu'une adresse ne reçoit pas.
    Bounce(BounceArgs),
    /// Relit numéros, avis de réception et retours rendus par la poste, en CSV.
    Receipts(ReceiptsArgs),
    /// Arrête tout envoi, tout de suite.
    Stop(StopArgs),
    /// Ouvre après un arrêt : ce qui était retenu repart.
    Resume(ResumeArgs),
}

/// `guichet relances due` and `missing`.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct DueArgs {
    /// Registre, date, réglages, règles.
    #[command(flatten)]
    pub(crate) house: HouseArgs,
    /// Dossier où composer quelques lettres, pour les regarder
    #[arg(long, value_name = "DOSSIER", help_heading = "Options")]
    pub(crate) sample: Option<PathBuf>,
    /// Le plan entier en JSON, au lieu du tableau
    #[arg(long, help_heading = "Options")]
    pub(crate) json: bool,
}

/// `guichet relances send`.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct SendArgs {
    /// Registre, date, réglages, règles.
    #[command(flatten)]
    pub(crate) house: HouseArgs,
    /// Qui décide.
    #[command(flatten)]
    pub(crate) author: AuthorArgs,
    /// Décider et composer, sans rien remettre
    #[arg(long, help_heading = "Options")]
    pub(crate) prepare_only: bool,
}

/// `guichet relances deliver`.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct DeliverArgs {
    /// Registre, date, réglages, règles.
    #[command(flatten)]
    pub(crate) house: HouseArgs,
    /// Redemander aussi pour les envois en doute
    #[arg(long, help_heading = "Options")]
    pub(crate) doubts: bool,
}

/// Who does it.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct AuthorArgs {
    /// Agent qui décide [défaut : l'utilisateur de la machine]
    #[arg(long, value_name = "NOM", help_heading = "Options")]
    by: Option<String>,
}

impl AuthorArgs {
    /// Gives the name under which it is kept.
    pub(crate) fn name(&self) -> String {
        let user = || std::env::var("USER").ok().filter(|user| !user.is_empty());
        self.by.clone().or_else(user).unwrap_or_else(|| "agent".to_owned())
    }
}

/// `guichet relances list`.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ListArgs {
    /// Réglages.
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// État
    #[arg(long, value_name = "ÉTAT", value_parser = state, help_heading = "Options")]
    pub(crate) state: Option<String>,
    /// Relances montrées
    #[arg(long, value_name = "NOMBRE", default_value_t = 50, hide_default_value = true, help_heading = "Options")]
    pub(crate) most: i64,
}

/// `guichet relances settle`.
#[derive(Clone, Debug, Args)]
pub(crate) struct SettleArgs {
    /// Réglages.
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Qui tranche.
    #[command(flatten)]
    pub(crate) author: AuthorArgs,
    /// Identifiant ou référence de la relance
    #[arg(required = true, value_name = "RELANCE", help_heading = "Arguments")]
    pub(crate) relance: String,
    /// sent (partie) ou not-sent (pas partie)
    #[arg(required = true, action = clap::ArgAction::Set, value_name = "RÉPONSE", value_parser = answer)]
    #[arg(help_heading = "Arguments")]
    pub(crate) sent: bool,
}

/// `guichet relances approve`.
#[derive(Clone, Debug, Args)]
pub(crate) struct ApproveArgs {
    /// Réglages.
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Qui dit oui.
    #[command(flatten)]
    pub(crate) author: AuthorArgs,
    /// Relance ou lot ; ou bail, étape et période, comme les montre « due »
    #[arg(required = true, num_args = 1..=3, value_name = "QUOI", help_heading = "Arguments")]
    pub(crate) which: Vec<String>,
}

/// `guichet relances hold`, `release`, `cancel`.
#[derive(Clone, Debug, Args)]
pub(crate) struct OneArgs {
    /// Réglages.
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Qui décide.
    #[command(flatten)]
    pub(crate) author: AuthorArgs,
    /// Pourquoi
    #[arg(long, value_name = "TEXTE", default_value = "un agent l'a décidé", hide_default_value = true)]
    #[arg(help_heading = "Options")]
    pub(crate) reason: String,
    /// Identifiant ou référence de la relance
    #[arg(required = true, value_name = "RELANCE", help_heading = "Arguments")]
    pub(crate) relance: String,
}

/// `guichet relances pause` and `exempt`.
#[derive(Clone, Debug, Args)]
pub(crate) struct MeasureArgs {
    /// Réglages.
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Qui décide.
    #[command(flatten)]
    pub(crate) author: AuthorArgs,
    /// Pourquoi
    #[arg(long, value_name = "TEXTE", required_unless_present = "end", help_heading = "Options")]
    pub(crate) reason: Option<String>,
    /// Dernier jour, AAAA-MM-JJ [défaut : jusqu'à ce qu'un agent y mette fin]
    #[arg(long, value_name = "DATE", value_parser = crate::cli::date, help_heading = "Options")]
    pub(crate) until: Option<Date>,
    /// Y mettre fin
    #[arg(long, help_heading = "Options", conflicts_with_all = ["reason", "until"])]
    pub(crate) end: bool,
    /// Référence du bail
    #[arg(required = true, value_name = "BAIL", help_heading = "Arguments")]
    pub(crate) lease: String,
}

/// `guichet relances track`.
#[derive(Clone, Debug, Args)]
pub(crate) struct TrackArgs {
    /// Réglages.
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Qui choisit.
    #[command(flatten)]
    pub(crate) author: AuthorArgs,
    /// Référence du bail
    #[arg(required = true, value_name = "BAIL", help_heading = "Arguments")]
    pub(crate) lease: String,
    /// Code de la voie, comme dans rules/relances
    #[arg(required = true, value_name = "VOIE", help_heading = "Arguments")]
    pub(crate) track: String,
}

/// `guichet relances seen`.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct SeenArgs {
    /// Réglages.
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Qui l'a vu.
    #[command(flatten)]
    pub(crate) author: AuthorArgs,
    /// Identifiant du fichier reçu, comme le montre la liste ou « due »
    #[arg(value_name = "FICHIER", help_heading = "Arguments")]
    pub(crate) source: Option<String>,
}

/// `guichet relances insure`.
#[derive(Clone, Debug, Default, Args)]
#[command(group = clap::ArgGroup::new("acte").required(true).args(["from", "copy", "end"]))]
pub(crate) struct InsureArgs {
    /// Réglages.
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Qui le note.
    #[command(flatten)]
    pub(crate) author: AuthorArgs,
    /// Premier jour du contrat, AAAA-MM-JJ
    #[arg(long, value_name = "DATE", value_parser = crate::cli::date, requires = "premium", help_heading = "Options")]
    pub(crate) from: Option<Date>,
    /// Prime annuelle de l'assureur, en euros : 120 ou 97,50
    #[arg(long, value_name = "EUROS", value_parser = cents, requires = "from", help_heading = "Options")]
    pub(crate) premium: Option<u32>,
    /// Majoration de la prime récupérée, en pour cent, 10 au plus (décret n° 2016-383) [défaut : 0]
    #[arg(long, value_name = "POUR CENT", value_parser = permille, requires = "from", help_heading = "Options")]
    pub(crate) increase: Option<u32>,
    /// Assureur
    #[arg(long, value_name = "NOM", requires = "from", help_heading = "Options")]
    pub(crate) insurer: Option<String>,
    /// Numéro du contrat
    #[arg(long, value_name = "NUMÉRO", requires = "from", help_heading = "Options")]
    pub(crate) policy: Option<String>,
    /// Jour où une copie du contrat a été remise au locataire, AAAA-MM-JJ
    #[arg(long, value_name = "DATE", value_parser = crate::cli::date, help_heading = "Options")]
    pub(crate) copy: Option<Date>,
    /// Dernier jour du contrat, une fois résilié, AAAA-MM-JJ
    #[arg(long, value_name = "DATE", value_parser = crate::cli::date, help_heading = "Options")]
    pub(crate) end: Option<Date>,
    /// Référence du bail
    #[arg(required = true, value_name = "BAIL", help_heading = "Arguments")]
    pub(crate) lease: String,
}

/// `guichet relances bounce`.
#[derive(Clone, Debug, Args)]
pub(crate) struct BounceArgs {
    /// Réglages.
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Référence du bail
    #[arg(required = true, value_name = "BAIL", help_heading = "Arguments")]
    pub(crate) lease: String,
    /// Adresse électronique qui ne reçoit pas
    #[arg(required = true, value_name = "ADRESSE", help_heading = "Arguments")]
    pub(crate) address: String,
}

/// `guichet relances receipts`.
#[derive(Clone, Debug, Args)]
pub(crate) struct ReceiptsArgs {
    /// Réglages.
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Fichier CSV rendu par la poste ou l'atelier d'affranchissement
    #[arg(required = true, value_name = "FICHIER", help_heading = "Arguments")]
    pub(crate) file: PathBuf,
}

/// `guichet relances stop`.
#[derive(Clone, Debug, Args)]
pub(crate) struct StopArgs {
    /// Réglages.
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Qui arrête.
    #[command(flatten)]
    pub(crate) author: AuthorArgs,
    /// Pourquoi
    #[arg(long, value_name = "TEXTE", default_value = "un agent a tout arrêté", hide_default_value = true)]
    #[arg(help_heading = "Options")]
    pub(crate) reason: String,
}

/// `guichet relances resume`.
#[derive(Clone, Debug, Args)]
pub(crate) struct ResumeArgs {
    /// Réglages.
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Qui ouvre.
    #[command(flatten)]
    pub(crate) author: AuthorArgs,
    /// Dossier des règles [défaut : celles du programme]
    #[arg(long, value_name = "DOSSIER", help_heading = "Options")]
    pub(crate) rules: Option<PathBuf>,
}

fn state(code: &str) -> Result<String, String> {
    let known = crate::store::relances::State::ALL;
    known
        .iter()
        .find(|state| state.code() == code)
        .map(|state| state.code().to_owned())
        .ok_or_else(|| format!("donner un état parmi {}", known.map(|state| state.code()).join(", ")))
}

/// Reads an amount of euros as cents.
fn cents(text: &str) -> Result<u32, String> {
    let wrong = || "donner des euros, sous la forme 120 ou 97,50".to_owned();
    hundredths(text).filter(|cents| *cents > 0).ok_or_else(wrong)
}

/// Reads a percentage as thousandths.
fn permille(text: &str) -> Result<u32, String> {
    let wrong = || "donner un pourcentage, sous la forme 10 ou 7,5".to_owned();
    let hundredths = hundredths(text).ok_or_else(wrong)?;
    if hundredths.is_multiple_of(10) { Ok(hundredths / 10) } else { Err(wrong()) }
}

/// Reads a number with two decimals at most.
fn hundredths(text: &str) -> Option<u32> {
    let (whole, decimals) = text.split_once([',', '.']).unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || decimals.len() > 2 || !digits(whole) || !digits(decimals) {
        return None;
    }
    let decimals: u32 = format!("{decimals:0<2}").parse().ok()?;
    whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(decimals)
}

fn answer(text: &str) -> Result<bool, String> {
    match text {
        "sent" => Ok(true),
        "not-sent" => Ok(false),
        _ => Err("donner sent (partie) ou not-sent (pas partie)".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_percentages_are_read_or_refused() {
        for (text, expected) in [("120", Some(12_000)), ("97,5", Some(9_750)), ("97.05", Some(9_705)), ("0", None)] {
            assert_eq!(cents(text).ok(), expected, "{text}");
        }
        for wrong in ["", ",5", "1 200", "12,345", "-3", "1e3", "99999999"] {
            assert!(cents(wrong).unwrap_err().contains("97,50"), "{wrong}");
        }
        assert_eq!([permille("10"), permille("7,5"), permille("0")], [Ok(100), Ok(75), Ok(0)]);
        assert!(permille("7,55").is_err());
    }
}
