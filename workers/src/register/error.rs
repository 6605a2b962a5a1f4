//! Why a register could not be read, with what to do about it.

use crate::reading::source::reason;
use crate::stop::Stop;

/// Why a register could not be read.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The file cannot be read.
    #[error("{name} : registre illisible ({}) : vérifier le chemin (--contracts ou registre.source)", reason(.source))]
    File {
        /// The file.
        name: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file changed while it was read.
    #[error("{0} : le registre est en train d'être écrit : recommencer quand il est entier")]
    Moving(String),
    /// It is no register as a whole: where, what and the remedy.
    #[error("{0}")]
    Shape(String),
    /// Not one row can be used.
    #[error("{0} : le registre ne contient aucun bail utilisable")]
    Empty(String),
    /// The setting is not one that a register can be read from.
    #[error("registre.source vaut « {place} » : {problem}")]
    Place {
        /// The setting, without its password.
        place: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The database refuses, or does not answer.
    #[error("{name} : registre illisible ({source}) : {}", remedy(.source))]
    Sql {
        /// The database and the view.
        name: String,
        /// What the driver says.
        source: sqlx::Error,
    },
    /// The database takes too long.
    #[error("{name} : pas de réponse en {seconds} s : vérifier que la base répond, ou augmenter registre.reponse_s")]
    Slow {
        /// The database and the view.
        name: String,
        /// How long it was waited for.
        seconds: u64,
    },
}

impl RegisterError {
    /// Gives a word for logs: a database may quote what a row says.
    pub(crate) fn kind(&self) -> String {
        match self {
            Self::File { source, .. } => format!("file: {}", source.kind()),
            Self::Moving(_) => "file being written".to_owned(),
            Self::Shape(_) => "no register".to_owned(),
            Self::Empty(_) => "no usable lease".to_owned(),
            Self::Place { .. } => "setting".to_owned(),
            Self::Sql { source: sqlx::Error::Database(told), .. } => {
                format!("database: {}", told.code().unwrap_or_default())
            }
            Self::Sql { .. } => "database: no connection".to_owned(),
            Self::Slow { .. } => "database: too slow".to_owned(),
        }
    }
}

/// Says what to do about an error of the database.
fn remedy(error: &sqlx::Error) -> &'static str {
    let sqlx::Error::Database(told) = error else { return "vérifier que la base répond (registre.source)" };
    match told.code().as_deref() {
        Some("42P01" | "3F000") => {
            "donner dans registre.vue le nom exact de la table ou de la vue, majuscules comprises"
        }
        Some("42501") => "donner le droit de lire : GRANT SELECT sur cette vue, GRANT USAGE sur son schéma",
        Some("28P01" | "28000" | "3D000") => "vérifier l'utilisateur, le mot de passe et la base de registre.source",
        Some("57014") => "la requête est trop longue : alléger la vue, ou augmenter registre.reponse_s",
        _ => "vérifier que « select * » sur cette vue aboutit",
    }
}

impl From<RegisterError> for Stop {
    fn from(error: RegisterError) -> Self {
        let message = error.to_string();
        match error {
            RegisterError::Sql { source: sqlx::Error::Database(_), .. } => Self::usage(message),
            RegisterError::Sql { .. } | RegisterError::Slow { .. } => Self::machine(message),
            _ => Self::usage(message),
        }
    }
}
