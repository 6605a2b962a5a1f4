//! What is wrong with a larger model, in French, with the file and the remedy.

use crate::second::shortened;
use guichet_models::larger::{Architecture, LargerError, Purpose};

/// Labels that are told one by one.
const LABELS_TOLD: usize = 12;

/// Gives what a model says.
pub(crate) fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Letters => "la catégorie ou l'urgence d'un courrier",
        Purpose::Types => "le type d'une page",
        Purpose::Fields => "les champs d'une page",
    }
}

/// Gives the sentence.
pub(crate) fn refusal(error: &LargerError) -> String {
    match error {
        LargerError::Disk { place, source } => {
            format!("{place} : lecture ou écriture impossible ({source}) : vérifier ses droits et la place libre")
        }
        LargerError::Missing { name } => format!(
            "{name} : absent : il faut config.json, tokenizer.json et model.safetensors (ou ses morceaux avec leur index)"
        ),
        LargerError::Parse { file, why } => {
            format!("{file} : illisible ({why}) : copier de nouveau le dossier du modèle")
        }
        LargerError::Architecture { file, found } => {
            format!("{file} : architecture « {found} » inconnue : prendre un modèle parmi {}", Architecture::names())
        }
        LargerError::Task { found } => format!(
            "config.json : « {found} » n'est pas un classifieur : prendre un modèle affiné, dont architectures finit par ForSequenceClassification ou ForTokenClassification"
        ),
        LargerError::Unsupported { key, found, expected } => {
            format!("config.json : {key} vaut {found}, ce qui n'est pas pris en charge : il faut {expected}")
        }
        LargerError::Labels { purpose, unknown } => labels(*purpose, unknown),
        LargerError::Unfit { file, why } => {
            format!("{file} ne va pas avec config.json ({why}) : copier de nouveau les deux, du même modèle")
        }
        LargerError::Hash { name, found, expected } => format!(
            "poids refusés : {name} n'est pas celui du manifeste (sha256 {}, attendu {}) : le retirer (guichet models remove) et l'ajouter de nouveau",
            shortened(found),
            shortened(expected)
        ),
        LargerError::Unlisted { name } => format!(
            "{name} n'est pas dans le manifeste : retirer le modèle et l'ajouter de nouveau, ce fichier dans son dossier"
        ),
        LargerError::Name { name } => format!(
            "« {name} » ne peut pas être le nom d'un modèle : donner par --name des lettres sans accent, des chiffres, - ou _"
        ),
        LargerError::Taken { name } => {
            format!("il y a déjà un modèle « {name} » : donner un autre nom par --name, ou retirer celui-ci")
        }
        LargerError::Absent { name } => {
            format!("aucun modèle « {name} » dans modeles.dossier : l'ajouter par guichet models add")
        }
        LargerError::Unproved { why } => {
            format!("le modèle se charge mais ne répond pas ({why}) : vérifier que ses fichiers vont ensemble")
        }
    }
}

fn labels(purpose: Purpose, unknown: &[String]) -> String {
    let told: Vec<&str> = unknown.iter().take(LABELS_TOLD).map(String::as_str).collect();
    let more = unknown.len().saturating_sub(LABELS_TOLD);
    let more = if more > 0 { format!(" et {more} autres") } else { String::new() };
    let wanted = match purpose {
        Purpose::Letters => "des codes de catégories (rules/mail/categories) ou d'urgence",
        Purpose::Types => "des codes de types (rules/types)",
        Purpose::Fields => "O, et B- ou I- suivi d'un code de champ (rules/fields)",
    };
    format!(
        "config.json : étiquettes que les règles ne connaissent pas : {}{more} : écrire dans id2label {wanted}",
        told.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_labels_are_listed_with_what_to_write() {
        let unknown: Vec<String> = (0..14).map(|at| format!("LABEL_{at}")).collect();
        let said = refusal(&LargerError::Labels { purpose: Purpose::Letters, unknown });
        assert!(said.contains("LABEL_0, LABEL_1") && said.contains("LABEL_11 et 2 autres"), "{said}");
        assert!(said.ends_with("écrire dans id2label des codes de catégories (rules/mail/categories) ou d'urgence"));
    }
}
