//! Checks of designs: that each compiles, has the pages it declares, prints what it promises, and keeps its words apart.
//!
//! A design of a family without data of its own is checked on the examples, with other looks and variants each time.

use crate::catalogue;
use crate::design::{Design, Period};
use crate::draft::{self, Scene, Wish};
use crate::draw::Draw;
use crate::scenario::Twist;
use crate::truth::{self, Truth};
use crate::typeset::{Press, Sheets, Word};
use crate::world::{families, style};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What a paper of a check is set with.
#[derive(Clone, Debug)]
struct Case {
    label: String,
    data: Value,
}

/// The example data.
#[derive(Clone, Debug)]
pub struct Example {
    shared: Value,
    families: BTreeMap<String, Value>,
    /// Designs that have room for short texts only (`convient.toml`), which the example need not be.
    tight: BTreeSet<String>,
}

impl Example {
    /// Reads the shared example, and that of each family.
    ///
    /// # Errors
    /// A file that cannot be read or is no JSON.
    pub fn load(root: &Path) -> std::io::Result<Self> {
        let read =
            |path: &Path| -> std::io::Result<Value> { Ok(serde_json::from_str(&std::fs::read_to_string(path)?)?) };
        let (mut families, mut tight) = (BTreeMap::new(), BTreeSet::new());
        for entry in std::fs::read_dir(root)?.flatten() {
            let file = entry.path().join("exemple.json");
            if file.is_file() {
                families.insert(entry.file_name().to_string_lossy().into_owned(), read(&file)?);
            }
            if let Ok(text) = std::fs::read_to_string(entry.path().join("convient.toml")) {
                let fits: toml::Table = toml::from_str(&text).map_err(std::io::Error::other)?;
                let short = fits.iter().filter(|(_, fit)| fit.get("mots").is_some());
                tight.extend(short.map(|(name, _)| format!("{}/{name}", entry.file_name().to_string_lossy())));
            }
        }
        Ok(Self { shared: read(&root.join("exemple.json"))?, families, tight })
    }

    /// Gives what a design of that family is set with: the shared data and its own, as `lib.typ` lays them together.
    fn of(&self, family: &str) -> Value {
        let mut data = self.shared.clone();
        if let Some(own) = self.families.get(family) {
            data[family] = own.clone();
        }
        data
    }
}

/// Gives the data that a design is shown with: the example, then one drawn for each seed.
fn cases(scene: Scene<'_>, index: usize, example: &Example, seeds: u64) -> Vec<Case> {
    let design = &scene.designs[index];
    let mut example = example.of(&design.family);
    if let Some(period) = design.front.periodes.first()
        && !design.front.periodes.contains(&Period::Intervalle)
    {
        example["periode"] = period.word().into();
    }
    let mut cases = vec![Case { label: "exemple".to_owned(), data: example.clone() }];
    for seed in 0..seeds {
        let mut draw = Draw::new(seed, index as u64, "check");
        if !families::is_known(&design.family) {
            let mut data = example.clone();
            data["style"] = style::style(&mut draw);
            data["v"] = style::variants(&mut draw);
            cases.push(Case { label: format!("graine {seed}"), data });
            continue;
        }
        // The last seed shows a contract that is ended: the design must say so.
        let ended = design.front.type_code == "attestation_habitation" && seed + 1 == seeds;
        let twists: &[Twist] = if ended { &[Twist::Terminated] } else { &[] };
        let periods =
            if design.front.periodes.is_empty() { vec![Period::Intervalle] } else { design.front.periodes.clone() };
        let period = periods[seed as usize % periods.len()];
        let wish = Wish { design: Some(index), period: Some(period), ..Wish::new(&design.family, twists) };
        if let Some(draft) = draft::draw(scene, wish, &mut draw) {
            cases.push(Case { label: format!("graine {seed}, {}", period.word()), data: draft.data });
        }
    }
    cases
}

/// Sets a design with each of its cases.
pub fn sheets(
    press: &Press,
    scene: Scene<'_>,
    index: usize,
    example: &Example,
    seeds: u64,
) -> Vec<Result<Sheets, String>> {
    let name = &scene.designs[index].name;
    let set = |case: Case| press.set(name, Some(&case.data)).map_err(|error| error.to_string());
    cases(scene, index, example, seeds).into_iter().map(set).collect()
}

/// Gives what is wrong with a design, one sentence each.
pub fn problems(press: &Press, scene: Scene<'_>, index: usize, example: &Example, seeds: u64) -> Vec<String> {
    let design = &scene.designs[index];
    let mut problems = Vec::new();
    match catalogue::fields(&design.front.type_code) {
        None => problems.push(format!("type « {} » is not in the catalogue", design.front.type_code)),
        Some(fields) => {
            let named = design.front.prints.iter().chain(design.front.verite.keys());
            problems.extend(
                named
                    .filter(|field| !fields.contains(&field.as_str()))
                    .map(|field| format!("front matter: « {field} » is no field of {}", design.front.type_code)),
            );
        }
    }
    // A text of the example's length may be more than this paper holds.
    let borrowed = !families::is_known(&design.family) && example.tight.contains(&design.name);
    for case in cases(scene, index, example, seeds) {
        let mut found = match press.set(&design.name, Some(&case.data)) {
            Err(error) => vec![error.to_string()],
            Ok(sheets) => of_sheets(design, &case.data, &sheets, !borrowed),
        };
        // The first few tell enough.
        found.truncate(5);
        problems.extend(found.into_iter().map(|problem| format!("{}: {problem}", case.label)));
    }
    problems
}

fn of_sheets(design: &Design, data: &Value, sheets: &Sheets, fits: bool) -> Vec<String> {
    let mut problems: Vec<String> = sheets.warnings.clone();
    if fits && sheets.pages.len() != design.front.pages {
        problems.push(format!("{} pages instead of {}", sheets.pages.len(), design.front.pages));
    }
    let truth = truth::read(&design.front, data, &sheets.marks, |_, _| true);
    problems.extend(missing(design, data, &truth));
    problems.extend(of_marks(design, sheets));
    for (page, text) in sheets.pages.iter().enumerate() {
        let at = |problem: String| format!("page {}: {problem}", page + 1);
        problems.extend(off_page(&text.words).filter(|_| fits).map(at));
        problems.extend(overlaps(&text.words).into_iter().take(3).map(at));
    }
    if let Some(state) = data["etat"].as_str()
        && design.front.type_code == "attestation_habitation"
        && !says(sheets, state)
    {
        problems.push("does not say that the contract is ended: #mention-etat() is missing".to_owned());
    }
    problems
}

/// Gives the fields that the design promises and the data has, but the paper does not print.
fn missing(design: &Design, data: &Value, truth: &Truth) -> Vec<String> {
    let insured = families::INSURANCE.contains(&design.family.as_str());
    let has = |field: &str| match field {
        "numero_contrat" if insured => !data["contrat"]["numero"].is_null() && data["contrat"]["masque"] != true,
        "qualite_occupant" => !data["qualite"].is_null(),
        "garanties" => data["garanties"].as_array().is_some_and(|covers| !covers.is_empty()),
        "courtier" => !data["courtier"].is_null(),
        "date_fin" if insured => data["periode"] != "tacite",
        // Where nothing was invented of it: a contract or a right without end.
        "date_fin" => false,
        "enfants" => data["etat_civil"]["enfants"].as_array().is_some_and(|children| !children.is_empty()),
        "date_mariage" => !data["etat_civil"]["mariage"].is_null(),
        "codemandeur" | "telephone" | "email" if design.family == "demande" => !data["demande"][field].is_null(),
        _ => true,
    };
    let promised = design.front.prints.iter().filter(|field| has(field) && !truth.has(field));
    promised.map(|field| format!("does not print « {field} »")).collect()
}

/// Gives what is wrong with the marks.
fn of_marks(design: &Design, sheets: &Sheets) -> Vec<String> {
    // What the shared data says of a field, so that its marks need no value.
    const SAID: &[&str] = &[
        "assureur",
        "courtier",
        "numero_contrat",
        "assures",
        "adresse_risque",
        "date_debut",
        "date_fin",
        "date_emission",
        "qualite_occupant",
        "garanties",
        "bailleur",
        "objet",
        "employeur",
        "fournisseur",
        "organisme",
        "etablissement",
    ];
    let fields = catalogue::fields(&design.front.type_code).unwrap_or_default();
    let mut problems = Vec::new();
    for mark in &sheets.marks {
        let name = &mark.field;
        if !fields.contains(&name.as_str()) {
            problems.push(format!("« {name} » is no field of {}", design.front.type_code));
        }
        let known = mark.value.is_some() || mark.rank.is_some() || mark.part.is_some() || SAID.contains(&name.as_str());
        if !known {
            problems.push(format!("« {name} » is tagged without `valeur`, and the shared data says nothing of it"));
        }
        if mark.ink.is_empty() {
            problems.push(format!("« {name} » is tagged around nothing"));
        }
    }
    problems.sort();
    problems.dedup();
    problems
}

/// Gives a word that runs off the page, if one does.
fn off_page(words: &[Word]) -> Option<String> {
    const HAIR: f32 = 0.003;
    let off = |word: &&Word| {
        let rect = word.rect;
        word.level && (rect.x0 < -HAIR || rect.y0 < -HAIR || rect.x1 > 1.0 + HAIR || rect.y1 > 1.0 + HAIR)
    };
    words.iter().find(off).map(|word| format!("« {} » runs off the page", word.text))
}

/// Share of the smaller word that may lie under another: accents and tight lines touch.
const OVERLAP_SHARE: f32 = 0.3;
/// Words higher than this share of the page are pictures: watermarks and logos.
const PICTURE_HEIGHT: f32 = 0.05;

/// Gives the words that lie over others.
fn overlaps(words: &[Word]) -> Vec<String> {
    let plain: Vec<&Word> = words
        .iter()
        .filter(|word| word.level && word.rect.height() < PICTURE_HEIGHT && word.text.contains(char::is_alphanumeric))
        .collect();
    let mut found = Vec::new();
    for (at, one) in plain.iter().enumerate() {
        for other in &plain[at + 1..] {
            let smaller = one.rect.area().min(other.rect.area());
            if one.rect.overlap(&other.rect) > OVERLAP_SHARE * smaller {
                found.push(format!("« {} » and « {} » lie over one another", one.text, other.text));
            }
        }
    }
    found
}

fn says(sheets: &Sheets, sentence: &str) -> bool {
    let letters =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let words: String = sheets.pages.iter().flat_map(|page| &page.words).map(|word| letters(&word.text)).collect();
    words.contains(&letters(sentence))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design;
    use crate::world::World;
    use crate::world::leases::Register;
    use guichet_pipeline::values::Date;
    use rayon::prelude::*;

    #[test]
    fn every_design_keeps_its_promises() {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/designs"));
        let (designs, example) = (design::load(root).unwrap(), Example::load(root).unwrap());
        let press = Press::new(root).unwrap();
        let (world, today) = (World::load(), Date::new(2026, 11, 23).unwrap());
        let register = Register::draw(&world, 1, 80, today);
        let scene = Scene { world: &world, register: &register, designs: &designs, today };
        let all: Vec<String> = (0..designs.len())
            .into_par_iter()
            .flat_map_iter(|index| {
                let name = &designs[index].name;
                let found = problems(&press, scene, index, &example, 2);
                found.into_iter().map(move |problem| format!("{name}: {problem}"))
            })
            .collect();
        assert!(all.is_empty(), "{} problems:\n{}", all.len(), all.join("\n"));
    }
}
