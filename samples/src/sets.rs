//! What people call the files they send, and into which folders these come.

use crate::damage::Kind;
use crate::draw::Draw;
use crate::file::Format;
use crate::sending::Way;
use crate::world::text::{plain, slug, title};
use guichet_pipeline::values::Date;
use std::collections::BTreeSet;

/// Names that are taken, folded: a name is given once, in whatever folder.
#[derive(Debug, Default)]
pub struct Names(BTreeSet<String>);

/// Folders of an inbox.
const FOLDERS: &[&str] =
    &["2026-11", "mails", "lot 2", "agence nord", "agence nord/novembre", "courrier du 23", "à traiter"];

impl Names {
    /// Gives a path for a file of `sender` that shows a paper of that type, or of that folder of designs.
    pub fn path(&mut self, way: Way, sender: &str, subject: &str, draw: &mut Draw) -> String {
        let stem = stem(way, sender, subject, draw);
        let ending = ending(way.format, draw);
        let folder = folder(sender, draw);
        self.free(&folder, &stem, &ending, draw)
    }

    /// Gives a path for a file that is no paper.
    pub fn plain_path(&mut self, stem: &str, ending: &str, draw: &mut Draw) -> String {
        let folder = if draw.chance(0.8) { String::new() } else { format!("{}/", draw.pick(FOLDERS)) };
        self.free(&folder, stem, ending, draw)
    }

    /// Makes a name that is taken another, as telephones and people do.
    fn free(&mut self, folder: &str, stem: &str, ending: &str, draw: &mut Draw) -> String {
        let mut name = format!("{stem}.{ending}");
        let style = draw.below(3);
        let mut count = 1;
        while !self.0.insert(plain(&name).to_lowercase()) {
            name = match style {
                0 => format!("{stem} ({count}).{ending}"),
                1 => format!("{stem}_{}.{ending}", count + 1),
                _ => format!("{stem}-{count}.{ending}"),
            };
            count += 1;
        }
        format!("{folder}{name}")
    }
}

fn folder(sender: &str, draw: &mut Draw) -> String {
    match draw.below(10) {
        0..=6 => String::new(),
        7 | 8 => format!("{}/", draw.pick(FOLDERS)),
        _ => format!("mails/{}/", title(sender)),
    }
}

fn ending(format: Format, draw: &mut Draw) -> String {
    let choices: &[(f64, &str)] = match format {
        Format::Pdf => &[(9.0, "pdf"), (1.0, "PDF")],
        Format::Tiff => &[(3.0, "tif"), (2.0, "tiff"), (0.5, "TIF")],
        Format::Jpeg => &[(6.0, "jpg"), (2.0, "jpeg"), (1.5, "JPG")],
        Format::Png => &[(9.0, "png"), (1.0, "PNG")],
        Format::Webp => &[(1.0, "webp")],
    };
    (*draw.weighted(choices)).to_owned()
}

fn stem(way: Way, sender: &str, subject: &str, draw: &mut Draw) -> String {
    let day = compact(way.day);
    let own = draw.chance(0.3);
    match way.kind {
        Kind::Photo | Kind::Unreadable if !own => photo(&day, way.day, draw),
        Kind::LowResolution if !own => draw.pattern_of(&["IMG-{day}-WA00##", "image#", "photo_#", "received_########"]),
        Kind::Screen if !own => draw.pattern_of(&[
            "Screenshot_{day}-######",
            "Capture d'écran {day} ######",
            "Capture##",
            "IMG_####",
            "screenshot (##)",
        ]),
        Kind::Scan | Kind::ScanOcr | Kind::Photocopy | Kind::Cut if !own => draw.pattern_of(&[
            "scan00##",
            "Scan_{day}",
            "numérisation00##",
            "SKM_C300i{day}####",
            "doc00####{day}######",
            "CamScanner {day} ##.##",
            "{day}######",
            "Document (##)",
            "Numériser ##",
            "SCAN_####",
            "img-{day}######-0001",
        ]),
        Kind::Fax => draw.pattern_of(&["fax_{day}_####", "FAX00###", "telecopie {day}"]),
        _ => titled(sender, subject, draw),
    }
    .replace("{day}", &day)
}

fn compact(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

fn photo(day: &str, date: Date, draw: &mut Draw) -> String {
    let spoken = format!(
        "Photo {:02}-{:02}-{} {} {}",
        date.day(),
        date.month(),
        date.year(),
        draw.between(7, 22),
        draw.between(10, 59)
    );
    match draw.below(7) {
        0 => draw.pattern("IMG_{day}_1#####"),
        1 => draw.pattern("IMG-{day}-WA00##"),
        2 => draw.pattern("IMG_####"),
        3 => draw.pattern("image#"),
        4 => draw.pattern("{day}_1#####"),
        5 => draw.pattern("PXL_{day}_1########"),
        _ => spoken,
    }
    .replace("{day}", day)
}

/// What people call a file when they name it themselves, rightly or not.
fn titled(sender: &str, subject: &str, draw: &mut Draw) -> String {
    let words: &[&str] = match subject {
        "attestation_habitation" => &[
            "attestation",
            "attestation assurance",
            "Attestation_habitation_2026",
            "attestation habitation",
            "ATTESTATION",
            "assurance logement",
            "Mon attestation",
            "assurance",
            "attestation assurance habitation",
            "doc assurance",
            "Attestation-d-assurance",
            "att hab",
        ],
        "avis_echeance_assurance" => &["avis echeance", "avis d'échéance 2026", "appel de cotisation", "attestation"],
        "devis_assurance" => &["devis", "devis assurance", "Projet_habitation", "attestation provisoire"],
        "resiliation_assurance" => &["resiliation", "courrier résiliation", "lettre assurance"],
        "identite" => &["carte identité", "CNI", "pièce d'identité", "cni recto verso", "Passeport", "titre de sejour"],
        "impots" => &["avis imposition", "Avis_impot_2026", "impots", "avis d'impôt", "ASDIR"],
        "paie" => &["bulletin de salaire", "fiche de paie", "BULLETIN_10_2026", "salaire octobre", "bs", "contrat"],
        "prestations" => &["attestation caf", "Attestation_paiement", "pole emploi", "retraite", "droits caf"],
        "logement" => &["quittance", "justificatif domicile", "facture", "RIB", "bail", "hebergement"],
        "etat_civil" => &["livret de famille", "acte naissance", "jugement", "Livret"],
        "demande" => &["cerfa", "demande logement", "attestation enregistrement", "numero unique"],
        "dossier" => &["dossier", "pièces", "documents", "dossier complet", "pieces justificatives"],
        _ => &["document", "doc", "courrier", "papier", "pièce jointe", "attestation"],
    };
    let word = draw.one(words);
    match draw.below(6) {
        0 => format!("{word} {}", title(sender)),
        1 => format!("{}_{}", slug(sender), slug(word)),
        2 => draw.pattern(&format!("{word}-######")),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_given_once() {
        let day = Date::new(2026, 11, 23).unwrap();
        let mut names = Names::default();
        let mut seen = BTreeSet::new();
        for index in 0..2000 {
            let mut draw = Draw::new(1, index, "names");
            let kind = draw.one(&Kind::ALL);
            let way = Way::draw(kind, false, day, &mut draw);
            let path = names.path(way, "N'DIAYE", "attestation_habitation", &mut draw);
            let base = path.rsplit('/').next().unwrap().to_lowercase();
            assert!(!path.contains(['{', '#', '@', '*']), "{path}");
            assert!(seen.insert(base), "{path}");
        }
    }
}
