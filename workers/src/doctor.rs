//! `guichet doctor`: what this machine gives to reading: the walls around its children, the engine, its models, limits; from
//! which sureness on papers are accepted; whether the register can be read and may be taken, and whether the mailboxes answer.
//!
//! Everything is seen on a real child, and on the real servers. Ends with code 3 where something is missing, after saying all it knows.

use crate::commands::{register_told, wait_for};
use crate::house;
use crate::intake::mailbox;
use crate::interrupt::Interrupt;
use crate::larger;
use crate::reading::Seat;
use crate::reading::isolation::{Isolation, Layer};
use crate::reading::source;
use crate::second;
use crate::settings::Settings;
use crate::stop::Stop;
use crate::terminal::{Colour, Screen, coloured};
use guichet_models::Tesseract;
use guichet_pipeline::rules::{Acceptance, Bar};
use std::path::Path;
use std::time::Instant;

/// Runs the command.
///
/// # Errors
/// When a child does not start, a wall is missing, the register cannot be taken or a mailbox does not open.
pub(crate) fn run(config: Option<&Path>) -> Result<(), Stop> {
    let settings = Settings::load(config)?;
    let screen = Screen::Out;
    screen.say(&format!("guichet {}, {}", env!("CARGO_PKG_VERSION"), kernel()));
    screen.say(&format!("\n{}", engine(&settings)));
    screen.say(&format!("\n{}", second::told(&settings)?));
    let rules = house::rules(None)?;
    screen.say(&format!("\n{}", acceptance(&rules.acceptance)));
    let models = larger::told(&settings, &rules)?;
    if !models.is_empty() {
        screen.say(&models);
    }
    screen.say(&format!("\n{}", limits(&settings)));
    let (register, wrong) = register_told(&settings)?;
    screen.say(&format!("\n{register}"));
    let mut closed = mailboxes(&settings, screen)?;
    closed.extend(wrong);
    // The walls are for this command to judge, whatever the settings ask of the others.
    let mut lenient = settings;
    lenient.lecture.isolation_exigee = false;
    let interrupt = Interrupt::default();
    let mut seat = Seat::new(&lenient, &interrupt);
    let start = Instant::now();
    let isolation = seat.isolation()?;
    screen.say(&format!("\n{}", walls(isolation, start.elapsed().as_millis(), screen.colours())));
    let mut missing = remedies(isolation);
    if !missing.is_empty() {
        missing = vec![format!("isolation de la lecture incomplète : {}", missing.join(" ; "))];
    }
    missing.extend(closed);
    if missing.is_empty() { Ok(()) } else { Err(Stop::machine(missing.join("\n"))) }
}

/// Tells of each mailbox whether it opens, and gives what hinders those that do not.
fn mailboxes(settings: &Settings, screen: Screen) -> Result<Vec<String>, Stop> {
    let mut closed = Vec::new();
    if !settings.boites.is_empty() {
        screen.say("\nBoîtes aux lettres");
    }
    for each in &settings.boites {
        let name = each.name();
        match wait_for(async { Ok(mailbox::look(each).await) })? {
            Ok(found) => screen.say(&format!("  {name} : {found}")),
            Err(why) => {
                screen.say(&format!("  {name} : NON"));
                closed.push(why);
            }
        }
    }
    Ok(closed)
}

fn kernel() -> String {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("noyau Linux {}, {}", release.trim(), std::env::consts::ARCH)
}

fn engine(settings: &Settings) -> String {
    let name = settings.ocr.langue.as_str();
    let path = settings.ocr.tessdata.join(format!("{name}.traineddata"));
    let model = source::load(&path, u64::MAX - 1);
    let said = match model.bytes {
        Ok(bytes) => format!("{:.1} Mo, sha256 {}", bytes.len() as f64 / 1e6, &model.sha256[..16]),
        Err(_) => format!("absent : installer le paquet tesseract-ocr-{name} ou corriger ocr.tessdata"),
    };
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    format!("Reconnaissance : Tesseract {}\n  {file:<34} {said}", Tesseract::version())
}

fn acceptance(acceptance: &Acceptance) -> String {
    let Some(Bar { sureness, bound }) = acceptance.bar() else {
        return "Acceptation sans relecture : aucune, rien n'a été mesuré (rules/acceptance.toml)".to_owned();
    };
    format!(
        "Acceptation sans relecture : à partir d'une sûreté de {sureness}\n  à tort          {:.2} % des papiers au plus (objectif \
         {:.2} %), certitude {:.0} %, mesuré sur {} papiers à ne pas accepter",
        100.0 * bound,
        100.0 * acceptance.target,
        100.0 * acceptance.confidence,
        acceptance.papers
    )
}

fn limits(settings: &Settings) -> String {
    let (limits, read) = (&settings.limites, &settings.lecture);
    let rows = [
        ("fichier", format!("{} Mo", limits.octets_max / 1_000_000)),
        ("document", format!("{} pages, {} s", limits.pages_max, read.delai_document_s)),
        ("page", format!("{} millions de pixels, {} s de calcul", limits.pixels_max / 1_000_000, read.delai_page_s)),
        ("lecteurs", format!("{}, {} Mo chacun", settings.readers(None), read.memoire_max / 1_048_576)),
    ];
    let rows = rows.map(|(name, value)| format!("\n  {name:<14} {value}"));
    format!("Limites{}", rows.concat())
}

fn walls(isolation: &Isolation, started_ms: u128, colours: bool) -> String {
    let mut text = "Isolation de la lecture".to_owned();
    for (name, layer) in isolation.layers() {
        let (mark, colour, said) = match layer {
            Layer::Up(how) => ("oui", Colour::Green, how),
            Layer::Missing(why) => ("NON", Colour::Red, why),
        };
        let mark = if colours { coloured(mark, colour) } else { mark.to_owned() };
        text.push_str(&format!("\n  {name:<14} {mark}  {said}"));
    }
    let setup = isolation.setup_us as f64 / 1000.0;
    text.push_str(&format!("\n  mise en place  {setup:.1} ms sur les {started_ms} ms que met un lecteur à démarrer"));
    text
}

/// Says what to do about each missing wall.
fn remedies(isolation: &Isolation) -> Vec<String> {
    let Isolation { namespaces, files, calls, privileges, setup_us: _ } = isolation;
    let all = [
        (
            namespaces,
            "réseau : autoriser les espaces de noms (sysctl user.max_user_namespaces, RestrictNamespaces du service)",
        ),
        (files, "fichiers : démarrer un noyau 5.13 ou plus récent avec Landlock (paramètre lsm=landlock,...)"),
        (calls, "appels système : utiliser un noyau avec seccomp, sur x86-64, ARM 64 bits ou RISC-V"),
        (privileges, "privilèges : ne pas retirer PR_SET_NO_NEW_PRIVS ni capset au service"),
    ];
    let missing = all.into_iter().filter(|(layer, _)| matches!(layer, Layer::Missing(_)));
    missing.map(|(_, remedy)| remedy.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_missing_wall_has_a_remedy() {
        let up = || Layer::Up("ici".to_owned());
        let whole = Isolation { namespaces: up(), files: up(), calls: up(), privileges: up(), setup_us: 1500 };
        assert_eq!(remedies(&whole), Vec::<String>::new());
        let poor = Isolation { files: Layer::Missing("noyau sans Landlock".to_owned()), ..whole };
        assert_eq!(remedies(&poor).len(), 1);
        let text = walls(&poor, 60, false);
        assert!(text.contains("fichiers       NON  noyau sans Landlock") && text.contains("1.5 ms"), "{text}");
    }

    #[test]
    fn what_is_promised_of_acceptance_is_told() {
        let rules = house::rules(None).unwrap();
        let told = acceptance(&rules.acceptance);
        assert!(told.contains("sûreté de 0.5\n") && told.contains("objectif 0.10 %), certitude 90 %"), "{told}");
        assert!(acceptance(&Acceptance::default()).contains("aucune, rien n'a été mesuré"));
    }

    #[test]
    fn models_that_are_not_there_are_named_with_their_package() {
        let settings = Settings::parse("c.toml", "[ocr]\ntessdata = \"/nulle/part\"\n").unwrap();
        assert!(engine(&settings).contains("installer le paquet tesseract-ocr-fra"), "{}", engine(&settings));
    }
}
