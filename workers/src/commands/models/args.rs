//! The command line of `guichet models`.

use crate::commands::args::PlaceArgs;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// What to do with larger models.
#[derive(Debug, Subcommand)]
pub(crate) enum ModelsCommand {
    /// Vérifie le modèle d'un dossier et le copie chez la maison.
    Add(AddModelArgs),
    /// Liste les modèles de la maison : nom, architecture, ce qu'il dit, taille, licence.
    List(PlaceArgs),
    /// Recalcule l'empreinte de chaque fichier de chaque modèle.
    Verify(PlaceArgs),
    /// Retire un modèle.
    Remove(RemoveModelArgs),
    /// Mesure l'encodeur du programme et chaque modèle de la maison : temps par page, mémoire.
    Bench(BenchArgs),
}

/// `guichet models add`.
#[derive(Clone, Debug, Args)]
pub(crate) struct AddModelArgs {
    /// Réglages.
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Dossier des règles dont le modèle dit les codes [défaut : celles du programme]
    #[arg(long, value_name = "DOSSIER", help_heading = "Options")]
    pub(crate) rules: Option<PathBuf>,
    /// Nom que la maison lui donne [défaut : celui de son dossier]
    #[arg(long, value_name = "NOM", help_heading = "Options")]
    pub(crate) name: Option<String>,
    /// Licence sous laquelle il a été reçu
    #[arg(long, value_name = "LICENCE", default_value = "", hide_default_value = true, help_heading = "Options")]
    pub(crate) licence: String,
    /// Dossier du modèle : config.json, tokenizer.json, model.safetensors
    #[arg(required = true, value_name = "DOSSIER", help_heading = "Arguments")]
    pub(crate) folder: PathBuf,
}

/// `guichet models remove`.
#[derive(Clone, Debug, Args)]
pub(crate) struct RemoveModelArgs {
    /// Réglages.
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Nom du modèle
    #[arg(required = true, value_name = "NOM", help_heading = "Arguments")]
    pub(crate) name: String,
}

/// `guichet models bench`.
#[derive(Clone, Debug, Args)]
pub(crate) struct BenchArgs {
    /// Réglages.
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Pages mesurées [défaut : 40]
    #[arg(long, value_name = "NOMBRE", default_value_t = 40, hide_default_value = true, help_heading = "Options")]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) pages: u32,
    /// Fichiers et dossiers dont lire les pages [défaut : des mots inventés par le programme]
    #[arg(value_name = "CHEMIN", help_heading = "Arguments")]
    pub(crate) paths: Vec<PathBuf>,
}
