//! The insurer and the broker, known by the referential or by the words that companies stand in.

use super::region::Reach;
use super::{Ground, Reading, Value};
use crate::lexicon::{Lexicon, Strength};
use crate::sheet::{Cell, Snippet};
use crate::values::fold::{fold, folded_words};
use crate::values::insurer::{CompanyKind, Mention};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

const REACH: Reach = Reach { lines: 1, any_label_ends: true };
/// Line heights within which a sentence goes on.
const NEXT_LINE: f32 = 1.5;
/// Above this height of the page stand logos and senders.
const HEADER: f32 = 0.22;
/// Below it stand legal notices.
const FOOTER: f32 = 0.86;

/// Words of the sentence in which the insurer itself speaks.
static SPEAKS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(atteste|attestons|certifie|certifions|d[ée]clare|soussign[ée]e?|garantit|assur[ée]e? par|aupr[èe]s de)\b")
        .expect("the pattern is fixed")
});
/// Words right before the owner of who insures.
static OWNED_BY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:(?:\bdu|[(,–-])\s*groupe|\b(?:filiale|marque|membre) de)\s+$").expect("the pattern is fixed")
});
/// Legal notice of an insurer.
static NOTICE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)r[ée]gie? par le code des assurances|soci[ée]t[ée] d.assurances? mutuelles?|cotisations (variables|fixes)|porteur du risque|(risque|garantie|couverture)s? (est |sont )?(port|accord|assur)[ée]e?s? par")
        .expect("the pattern is fixed")
});
/// A company that the referential does not know, named in a sentence of its own.
static UNKNOWN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?:(?:^|\s)(?:[Ll]a (?:compagnie|soci[ée]t[ée]|mutuelle)|[Nn]ous,?|[Ll].assureur)(?: d.assurances?)?,? |^|: )([A-ZÉÈÀÂÎÔŒ][\w'’&.\- ]{2,45}?)(?:,| \(|\s)\s*(?:soussign[ée]e?,? |entreprise [^,]{3,60}, |soci[ée]t[ée] [^,]{3,80}, |dont [^,]{3,60}, )?(?:atteste|certifie|d[ée]clare|attestons|certifions)",
    )
    .expect("the pattern is fixed")
});
static UNKNOWN_NOTICE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?:^|[.:;] )([A-ZÉÈÀÂÎÔŒ][\w'’&\- ]{2,45}?)\s*(?:,|-|–|\(|:|/)\s*(?:[Ss]oci[ée]t[ée] (?:anonyme|d.assurance|[àa] directoire|europ[ée]enne|par actions)|[Mm]utuelle d.assurance|S\.?A\.? au capital|SAS? au capital|[Ee]ntreprise (?:priv[ée]e )?r[ée]gie|[Ee]ntreprise d.assurance|[Cc]ompagnie d.assurance)",
    )
    .expect("the pattern is fixed")
});
/// A company that its own words give as the insurer, whoever knows it: "assuré auprès de Hublot Risk SA pour", "agent général de
/// Mutalis Dommages". A name is words with capitals, joined by small ones.
static INSURES: LazyLock<Regex> = LazyLock::new(|| {
    let name = r"[A-ZÉÈÂÎÔŒ][\w'’&\-]+(?:\s+(?:(?:de|du|des|la|le|les|et|&)\s+|[dl]['’])*[A-ZÉÈÂÎÔŒ&][\w'’&\-]*){0,6}";
    let before = r"(?:aupr[èe]s de|(?:garanti|couvert|mandat[ée]|assur[ée])(?:\(e\)|e)?s? par|\bagente?(?: g[ée]n[ée]rale?)?(?: d['’]assurances?)? de|\bassureur\s*:|\bporteur du risque\s*:|\bentreprise d['’]assurance\s*:|\borganisme assureur\s+d[ée]nomination\s*:|\bnous,? soussign[ée]s?,?)";
    Regex::new(&format!(r"(?i:{before})\s+(?:(?:la|le) |l['’])?(?:soci[ée]t[ée] |compagnie )?({name})"))
        .expect("the pattern is fixed")
});
/// How far such words are believed.
const INSURES_WORTH: f32 = 0.72;
/// First words of what is a person or a thing, and no company.
#[rustfmt::skip]
const NO_COMPANY: &[&str] = &[
    "M", "MR", "MME", "MLLE", "MM", "MONSIEUR", "MADAME", "MESSIEURS", "NOUS", "JE", "VOTRE", "NOTRE", "CE", "CETTE",
    "UN", "UNE", "DIRECTION", "DIRECTEUR", "DIRECTRICE", "SERVICE", "AGENCE", "CABINET", "CONTRAT", "POLICE",
    "LOCATAIRE", "BAILLEUR", "PROPRIETAIRE", "PRESENT", "PRESENTE", "SOUSSIGNE", "SOUSSIGNEE", "ASSURE", "ASSUREE",
    "SOUSCRIPTEUR", "LA", "LE",
];
/// A name that says of itself that it is an insurer's.
static NAMED_SO: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b((?:[A-ZÉÈÂÎÔ][\w'’&\-]+ (?:(?:de|du|des|la|le|et|&) )*){1,3}(?:Assurances?|ASSURANCES?|Mutuelles?|MUTUELLES?|Assur|IARD|Prévoyance|PRÉVOYANCE|PREVOYANCE|Insurance)\b(?: (?:IARD|SAS|SA|S\.A\.|Mutuelles?|Assurances?|France|Habitation)\b)*|(?:La |LA )?(?:Mutuelle|MUTUELLE|Assurances|Prévoyance) (?:(?:de|du|des|la|le|l'|d'|DE|DU|DES) ?)*[A-ZÉÈÂÎÔ][\w'’&\-]+(?: (?:(?:de|du|des|et|&) )*[A-ZÉÈ][\w'’\-]+){0,2})")
        .expect("the pattern is fixed")
});
/// Words that are no company's name beside "assurance".
const NO_NAME: &[&str] = &[
    "ATTESTATION",
    "CERTIFICAT",
    "CONTRAT",
    "VOTRE",
    "AVIS",
    "DEVIS",
    "CODE",
    "NOTRE",
    "CETTE",
    "SOCIETE",
    "COURTIER",
    "AGENT",
    "SERVICE",
    "ESPACE",
    "HABITATION",
    "MULTIRISQUE",
    "OBJET",
    "MON",
    "MES",
    "VOS",
    "NOS",
    "PROJET",
    "RESPONSABILITE",
    "GARANTIE",
    "GARANTIES",
    "AUTORITE",
    "CONSEIL",
    "GENERALE",
    "CABINET",
    "COURTAGE",
    "PREUVE",
    "JUSTIFICATIF",
    "RELEVE",
    "ENTREPRISE",
];

/// A broker that the referential does not know.
static BROKER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b((?:Cabinet |SARL |SAS )?[A-ZÉÈ][\w'’&\-]+(?: [A-ZÉÈ&][\w'’&\-]*){0,3} (?:[Cc]ourtage|COURTAGE|[Cc]ourtiers?|COURTIERS?)|(?:Cabinet|CABINET) [A-ZÉÈ][\w'’&\-]+(?: (?:et|&) [A-ZÉÈ]\w+| [A-ZÉÈ]\w+){0,2})")
        .expect("the pattern is fixed")
});

/// Who looks after a contract at the insurer's.
static OFFICE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:agence|interlocuteur|suivi[es]? par|conseiller|point de vente|bureau)\b[^,;]{0,20}$")
        .expect("the pattern is fixed")
});

pub(super) fn insurer(ground: &Ground<'_>, field: usize) -> Vec<Reading> {
    let mut readings = labelled(ground, field, |kind| kind == CompanyKind::Insurer);
    for cell in &ground.sheet.cells {
        let text = cell.text();
        let speaks = SPEAKS.is_match(&text);
        let notice = NOTICE.is_match(&text);
        let known = ground.lexicon.rules.insurers.find(&text);
        for mention in known.iter().filter(|mention| mention.kind == CompanyKind::Insurer) {
            let worth = place_worth(cell, ground.sheet.line_height, speaks, notice);
            // "une société du groupe Acajou" says whose it is, not who insures.
            let worth = if OWNED_BY.is_match(&text[..mention.range.start]) { 0.4 } else { worth };
            readings.extend(reading(cell, mention, worth, "nom connu du référentiel"));
        }
        if let Some(name) = NAMED_SO.captures(&text).and_then(|found| found.get(1)) {
            let said = crate::values::fold::fold(name.as_str());
            if !said.split(' ').any(|word| NO_NAME.contains(&word))
                && ground.lexicon.rules.insurers.find(name.as_str()).is_empty()
            {
                let mention = unlisted(name.as_str().to_owned(), CompanyKind::Insurer, name.range());
                let worth = 0.85 * place_worth(cell, ground.sheet.line_height, speaks, notice);
                readings.extend(reading(cell, &mention, worth, "nom d'assureur"));
            }
        }
        for (pattern, worth) in [(&UNKNOWN, 0.75), (&UNKNOWN_NOTICE, 0.7)] {
            let Some(name) = pattern.captures(&text).and_then(|found| found.get(1)) else { continue };
            if name.as_str().split(' ').count() > 6 || !is_company(name.as_str()) {
                continue;
            }
            // "La Prévoyance du Lac certifie": an article before a name that nobody knows is none of it.
            let article = ["La ", "Le "].iter().find(|article| name.as_str().starts_with(**article));
            let range = name.start() + article.map_or(0, |article| article.len())..name.end();
            // "AXA. France IARD, société anonyme": recognition put a mark inside the name.
            let begun = known.iter().find(|mention| {
                text.get(mention.range.end..range.start)
                    .is_some_and(|between| between.trim_matches(['.', ',', ' ']).is_empty())
            });
            let range = begun.map_or(range.start, |mention| mention.range.start)..range.end;
            let printed = text[range.clone()].trim().to_owned();
            let mention = unlisted(printed, CompanyKind::Insurer, range);
            readings.extend(reading(cell, &mention, worth, "société nommée par sa phrase"));
        }
    }
    readings.extend(insuring(ground));
    readings.extend(broken(ground));
    readings
}

/// Gives the insurers of the referential whose name ends on the line below the one on which it begins.
fn broken(ground: &Ground<'_>) -> Vec<Reading> {
    let mut readings = Vec::new();
    for at in 0..ground.sheet.cells.len() {
        let Some(below) = ground.sheet.below(at, NEXT_LINE) else { continue };
        let snippet = ground.sheet.snippet(&[at, below]);
        let worth = if SPEAKS.is_match(&snippet.text) || NOTICE.is_match(&snippet.text) { 0.92 } else { 0.7 };
        let known = ground.lexicon.rules.insurers.find(&snippet.text);
        let line = ground.sheet.snippet(&[at]).text.len();
        let over_its_end = |it: &&Mention| it.range.start < line && it.range.end > line;
        let broken = known.iter().filter(|it| it.kind == CompanyKind::Insurer).filter(over_its_end);
        readings.extend(broken.filter_map(|it| snippet_reading(&snippet, it, worth, "nom connu du référentiel")));
    }
    readings
}

/// Gives the companies that the sentence around them gives as the insurer, over the lines that it takes.
fn insuring(ground: &Ground<'_>) -> Vec<Reading> {
    let mut readings = Vec::new();
    for block in 0..ground.sheet.blocks.len() {
        let snippet = ground.block_snippet(block);
        for found in INSURES.captures_iter(&snippet.text) {
            let Some(name) = found.get(1).filter(|name| is_company(name.as_str())) else { continue };
            let known = ground.lexicon.rules.insurers.find(name.as_str());
            if known.iter().any(|mention| mention.kind != CompanyKind::Insurer) {
                continue;
            }
            let printed = snippet.printed(&name.range());
            let mention = unlisted(printed, CompanyKind::Insurer, name.range());
            readings.extend(snippet_reading(&snippet, &mention, INSURES_WORTH, "société nommée par sa phrase"));
        }
    }
    readings
}

pub(super) fn broker(ground: &Ground<'_>, field: usize) -> Vec<Reading> {
    let mut readings = labelled(ground, field, |kind| kind == CompanyKind::Broker);
    for cell in &ground.sheet.cells {
        let text = cell.text();
        for mention in ground.lexicon.rules.insurers.find(&text) {
            if mention.kind == CompanyKind::Broker {
                let worth = if cell.rect.y0 < HEADER { 0.8 } else { 0.65 };
                readings.extend(reading(cell, &mention, worth, "nom connu du référentiel"));
            }
        }
        if let Some(name) = BROKER.captures(&text).and_then(|found| found.get(1)).filter(|name| is_name(name.as_str()))
        {
            // "Dossier suivi par : Cabinet Avignon": an office of the insurer's as well as a broker's.
            let office = OFFICE.is_match(&text[..name.start()]);
            let worth = if office { 0.45 } else { 0.75 };
            let mention = unlisted(name.as_str().to_owned(), CompanyKind::Broker, name.range());
            readings.extend(reading(cell, &mention, worth, "nom de courtier"));
        }
    }
    readings.extend(named_by_label(ground, field));
    readings
}

/// Tells whether a name does not open as a label does: "Votre courtier".
fn is_name(name: &str) -> bool {
    let first = folded_words(name).into_iter().next().unwrap_or_default();
    !matches!(first.as_str(), "VOTRE" | "NOTRE" | "LE" | "LA" | "MON" | "VOS" | "NOS")
}

/// Makes a mention of a company that the rules do not list: it is called what is printed.
fn unlisted(printed: String, kind: CompanyKind, range: Range<usize>) -> Mention {
    Mention { canonical: printed.clone(), kind, printed, range }
}

/// Gives the brokers that a label names and nobody lists: a short line that opens with a capital.
fn named_by_label(ground: &Ground<'_>, field: usize) -> Vec<Reading> {
    let mut readings = Vec::new();
    for anchor in ground.anchors.of(field).filter(|anchor| anchor.colon || anchor.opens) {
        for (side, snippet) in ground.anchors.regions(ground.sheet, anchor, REACH) {
            let line = snippet.text.split(['\n', ',', '(']).next().unwrap_or_default();
            let name = line.trim_matches([' ', ':', '-', '.']);
            let words = name.split_whitespace().count();
            let fits = (1..=6).contains(&words) && name.starts_with(char::is_uppercase) && is_name(name);
            let known = ground.lexicon.rules.insurers.find(name);
            if !fits
                || name.contains(|c: char| c.is_ascii_digit())
                || known.iter().any(|it| it.kind == CompanyKind::Insurer)
            {
                continue;
            }
            let Some(start) = snippet.text.find(name) else { continue };
            let mention = unlisted(name.to_owned(), CompanyKind::Broker, start..start + name.len());
            readings.extend(snippet_reading(&snippet, &mention, 0.8 * side.worth(), side.method()));
            break;
        }
    }
    readings
}

/// Tells whether a text names an insurer, a broker or a bank.
pub(super) fn is_named(text: &str, lexicon: &Lexicon) -> bool {
    let own_name = || {
        let name = NAMED_SO
            .captures(text)
            .and_then(|found| found.get(1))
            .or_else(|| BROKER.captures(text).and_then(|found| found.get(1)));
        name.is_some_and(|name| !fold(name.as_str()).split(' ').any(|word| NO_NAME.contains(&word)))
    };
    !lexicon.rules.insurers.find(text).is_empty() || own_name()
}

/// Gives the companies of the wanted kind that stand behind a label.
fn labelled(ground: &Ground<'_>, field: usize, wanted: impl Fn(CompanyKind) -> bool) -> Vec<Reading> {
    let mut readings = Vec::new();
    for anchor in ground.anchors.of(field) {
        let sentence = matches!(anchor.label.strength, Strength::Fair);
        for (side, snippet) in ground.anchors.regions(ground.sheet, anchor, REACH) {
            let mentions = ground.lexicon.rules.insurers.find(&snippet.text);
            let near = mentions.iter().find(|mention| wanted(mention.kind) && mention.range.start < 25);
            let Some(mention) = near else { continue };
            let worth = if sentence { 0.85 } else { 0.95 };
            readings.extend(snippet_reading(&snippet, mention, worth * side.worth(), side.method()));
            break;
        }
    }
    readings
}

/// Gives how far a name at this place is the insurer's: its own sentence, its notice, its letterhead.
fn place_worth(cell: &Cell, line_height: f32, speaks: bool, notice: bool) -> f32 {
    let tall = cell.rect.height() > 1.4 * line_height;
    if speaks {
        0.92
    } else if cell.rect.y0 < HEADER {
        if tall { 0.93 } else { 0.88 }
    } else if notice {
        0.85
    } else if cell.rect.y0 > FOOTER {
        0.7
    } else {
        0.6
    }
}

/// Tells whether what stands where a company may stand is one: "La Prévoyance", but neither "La" nor "La personne", "Mme Blin".
fn is_company(name: &str) -> bool {
    let name = ["La ", "Le ", "L'", "L’"].iter().find_map(|article| name.strip_prefix(article)).unwrap_or(name);
    let words = folded_words(name);
    let first = words.first().map(String::as_str).unwrap_or_default();
    name.starts_with(char::is_uppercase) && first.len() > 1 && !NO_COMPANY.contains(&first)
}

fn reading(cell: &Cell, mention: &Mention, worth: f32, method: &'static str) -> Option<Reading> {
    snippet_reading(&Snippet::of([cell]), mention, worth, method)
}

fn snippet_reading(snippet: &Snippet, mention: &Mention, worth: f32, method: &'static str) -> Option<Reading> {
    let (page, rect, legible) = snippet.evidence(&mention.range)?;
    Some(Reading {
        value: Some(Value::Text(snippet.printed(&mention.range))),
        raw: snippet.printed(&mention.range),
        // A name that the referential knows was read right, however unsure its letters are.
        confidence: worth * legible.max(0.8),
        legible: legible.max(0.8),
        page,
        rect,
        method,
    })
}

#[cfg(test)]
mod tests {
    use super::super::typed_attestation;
    use super::*;

    #[test]
    fn a_known_name_is_found_over_the_end_of_its_line() {
        let read = typed_attestation();
        let text = "Ondine Assur\n\n\nAttestation d'assurance habitation\n\n\n\nVotre contrat est distribué par nous, le risque est porté par Assurances\nMutuelles de Picardie";
        assert_eq!(read(text).code("assureur"), Some("Assurances Mutuelles de Picardie"));
    }

    #[test]
    fn the_owner_of_an_insurer_does_not_insure() {
        let read = typed_attestation();
        let text = "L'Équité (groupe Generali) atteste que le logement est assuré.\n\n\n\nGenerali, siège social";
        assert_eq!(read(text).code("assureur"), Some("L'Équité"));
        let misread = "L'Équilé (groupe Generali) atteste que le logement est assuré.";
        assert!(read(misread).best("assureur").is_none_or(|best| best.confidence < 0.5));
    }

    #[test]
    fn companies_that_nobody_knows() {
        for (text, expected) in [
            (
                "La société Prévoyance du Lac, entreprise régie par le code des assurances, atteste que",
                "Prévoyance du Lac",
            ),
            ("Mutuelle des Trois Vallées certifie que M. X", "Mutuelle des Trois Vallées"),
        ] {
            let name = UNKNOWN.captures(text).and_then(|found| found.get(1)).map(|name| name.as_str());
            assert_eq!(name, Some(expected), "{text}");
        }
        for (text, expected) in [
            (
                "Mme SOW s'est assuré(e) auprès de Bastide Générale d'Assurances par un contrat",
                "Bastide Générale d'Assurances",
            ),
            ("que Nga LEFEVRE est garanti(e) par Littoral Vie\net Dommages à compter du", "Littoral Vie\net Dommages"),
            ("je vous confirme en qualité d’agent de Mutalis Dommages que Mme MARTIN", "Mutalis Dommages"),
            ("Assureur : Hublot Risk SA, société anonyme au capital", "Hublot Risk SA"),
            (
                "agent général d'assurances de Mutuelle de Prévoyance des Employés, atteste",
                "Mutuelle de Prévoyance des Employés",
            ),
        ] {
            let name = INSURES.captures(text).and_then(|found| found.get(1)).map(|name| name.as_str());
            assert_eq!(name, Some(expected), "{text}");
        }
        for (name, expected) in [
            ("La Union des Sociétaires", true),
            ("Mme Blin", false),
            ("La personne", false),
            ("Le Directeur", false),
            ("L'assureur", false),
            ("Nous", false),
        ] {
            assert_eq!(is_company(name), expected, "{name}");
        }
        let notice = "Horizon Assurances - Société anonyme au capital de 1 000 000 €";
        assert_eq!(
            UNKNOWN_NOTICE.captures(notice).map(|found| found[1].to_owned()).as_deref(),
            Some("Horizon Assurances")
        );
    }
}
