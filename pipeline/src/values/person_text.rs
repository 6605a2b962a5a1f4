//! Persons as they are written: civilities, either order, couples, married names.
//!
//! A text that is no name gives nothing: companies, streets, sentences.

use super::fold::fold;
use super::person::{Person, is_particle, title_case};
use std::collections::HashSet;
use std::sync::LazyLock;

/// First names of many origins, folded: they tell which word of a name in capitals is which.
static FIRST_NAMES: LazyLock<HashSet<String>> =
    LazyLock::new(|| include_str!("../../../rules/lexicons/prenoms.txt").lines().map(fold).collect());

/// Words in which companies and public bodies stand, folded.
static BODIES: LazyLock<HashSet<String>> =
    LazyLock::new(|| include_str!("../../../rules/lexicons/organismes.txt").lines().map(fold).collect());

/// Tells whether a text names a company or a public body rather than a person.
pub fn is_body(text: &str) -> bool {
    fold(text).split(' ').any(|word| BODIES.contains(word))
}

/// Frequent French words, folded.
static EVERYDAY: LazyLock<HashSet<String>> =
    LazyLock::new(|| include_str!("../../../rules/lexicons/mots.txt").lines().map(fold).collect());

/// Tells whether a word is one of every day rather than a name; first names that are words as well are names.
pub fn is_everyday(word: &str) -> bool {
    let folded = fold(word);
    EVERYDAY.contains(&folded) && !is_first_name(&folded)
}

/// Tells whether a text holds a civility or a known first name.
pub fn is_named(text: &str) -> bool {
    let words = fold(text);
    words.split(' ').any(|word| is_first_name(word) || is_civility(word))
}

/// Words that are never part of a name, folded: one of them ends it.
const NOT_NAMES: &[&str] = &[
    "ASSURANCE",
    "ASSURANCES",
    "ASSURE",
    "ASSUREE",
    "ASSURES",
    "CONTRAT",
    "HABITATION",
    "LOCATAIRE",
    "LOCATAIRES",
    "PROPRIETAIRE",
    "RUE",
    "AVENUE",
    "BOULEVARD",
    "ALLEE",
    "ALLEES",
    "IMPASSE",
    "CHEMIN",
    "PLACE",
    "ROUTE",
    "QUAI",
    "RESIDENCE",
    "BATIMENT",
    "BAT",
    "APPARTEMENT",
    "APPT",
    "APT",
    "ETAGE",
    "ESC",
    "ESCALIER",
    "SOCIETE",
    "MUTUELLE",
    "SA",
    "SAS",
    "SARL",
    "AGENCE",
    "SERVICE",
    "CLIENT",
    "CLIENTS",
    "RELATION",
    "ADRESSE",
    "RISQUE",
    "LOGEMENT",
    "DATE",
    "POLICE",
    "NUMERO",
    "ATTESTATION",
    "SOUSCRIPTEUR",
    "TITULAIRE",
    "TITULAIRES",
    "QUALITE",
    "GARANTIE",
    "GARANTIES",
    "PERIODE",
    "EFFET",
    "ECHEANCE",
    "HABITAT",
    "OFFICE",
    "BAILLEUR",
    "MAISON",
    "EST",
    "SONT",
    "A",
    "AU",
    "AUX",
    "NOUS",
    "VOUS",
    "VOTRE",
    "VOS",
    "NOTRE",
    "NOS",
    "CE",
    "CETTE",
    "QUE",
    "QUI",
    "DONT",
    "POUR",
    "PAR",
    "SUR",
    "AVEC",
    "SON",
    "SA",
    "SES",
    "LEUR",
    "NE",
    "PAS",
    "DANS",
    "EN",
    "UN",
    "UNE",
    "TEL",
    "TELEPHONE",
    "MAIL",
    "EMAIL",
    "CEDEX",
    "BP",
    "CS",
    "TSA",
    "FRANCE",
    "REFERENCE",
    "REF",
    "CODE",
    "POSTAL",
    "VILLE",
    "COMMUNE",
    "DEMEURANT",
    "DOMICILIE",
    "DOMICILIEE",
    "RESIDANT",
    "HABITANT",
    "OCCUPANT",
    "OCCUPE",
    "AGISSANT",
    "SITUE",
    "SITUEE",
    "SIS",
    "BENEFICIE",
    "CI",
    "APRES",
    "DENOMME",
    "DENOMMES",
    "CONDITIONS",
    "GENERALES",
    "PARTICULIERES",
    "MULTIRISQUE",
    "RESPONSABILITE",
    "CIVILE",
    "COURTIER",
    "COURTAGE",
    "CABINET",
    "BANQUE",
    "CAISSE",
    "SIEGE",
    "SOCIAL",
    "MADAME",
    "MONSIEUR",
    "PRESENT",
    "PRESENTE",
    "OBJET",
    "NOM",
    "PRENOM",
    "PRENOMS",
    "CONJOINT",
    "DIRECTION",
    "DIRECTEUR",
    "GESTION",
    "SINISTRE",
    "SINISTRES",
    "ESPACE",
    "PERSONNEL",
    "PRINCIPALE",
    "SECONDAIRE",
    "PRINCIPAL",
    "INCENDIE",
    "EXPLOSION",
    "VOL",
    "CREDIT",
    "AGRICOLE",
    "GROUPE",
    "EXPERT",
    "CONSEILLER",
    "GENERAL",
    "PIECE",
    "PIECES",
    "TYPE",
    "OUI",
    "NON",
    "PERSONNE",
    "PERSONNES",
    "DESIGNEES",
    "DESIGNE",
    "DESIGNES",
    "COLOCATAIRE",
    "COLOCATAIRES",
    "LIEU",
    "BIEN",
    "LOCAUX",
    "IMMEUBLE",
    "PARTIE",
    "PARTIES",
    "FORMULE",
    "PRODUIT",
    "STATUT",
    "JANVIER",
    "FEVRIER",
    "MARS",
    "AVRIL",
    "MAI",
    "JUIN",
    "JUILLET",
    "AOUT",
    "SEPTEMBRE",
    "OCTOBRE",
    "NOVEMBRE",
    "DECEMBRE",
    "DEPUIS",
    "JUSQU",
    "TACITE",
    "FAIT",
    "LOI",
    "ARTICLE",
];

/// More words make a sentence.
const MOST_WORDS: usize = 7;

/// A word of a name.
#[derive(Clone, Debug)]
struct NameWord {
    text: String,
    folded: String,
    capitals: bool,
}

/// One person as written, before it is told which word is which.
#[derive(Clone, Debug, Default)]
struct Chunk {
    civility: bool,
    words: Vec<NameWord>,
    /// Words after "née": the birth name.
    birth: Vec<NameWord>,
    /// Words after "épouse", "nom d'usage": the usage name.
    usage: Vec<NameWord>,
}

impl Chunk {
    /// Gives the second name of somebody who has two.
    fn married(&self) -> Option<&[NameWord]> {
        [&self.birth, &self.usage].into_iter().find(|words| !words.is_empty()).map(Vec::as_slice)
    }
}

/// Which name the words that follow belong to.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Main,
    Birth,
    Usage,
}

/// Gives the persons that a text starts with, in its order; what follows the names is left alone.
pub fn parse_persons(raw: &str) -> Vec<Person> {
    let text = raw.replace(['\u{a0}', '\u{202f}', '\t', '\n'], " ").replace('’', "'");
    let chunks = chunks(&text);
    let mut persons: Vec<Person> = Vec::new();
    let couple = chunks.len() >= 2 && chunks[0].civility && chunks[0].words.is_empty();
    for chunk in &chunks {
        if chunk.words.is_empty() {
            continue;
        }
        // "M. et Mme DUPONT Jean et Marie": a first name alone takes the family name before it.
        if chunk.words.len() == 1 && !chunk.civility && chunk.married().is_none() {
            let word = &chunk.words[0];
            match persons.last().cloned() {
                Some(before) if couple && is_first_name(&word.folded) => {
                    persons.push(Person { prenom: title_case(&word.text), ..before });
                }
                _ => break,
            }
            continue;
        }
        match person(chunk) {
            Some(person) => persons.push(person),
            None => break,
        }
    }
    // "Jean et Marie DUPONT" after a couple's civilities.
    persons
}

/// Tells whether a text is a name by itself: it has a civility or a known first name, and nothing else beside.
pub fn is_person_line(raw: &str) -> bool {
    let persons = parse_persons(raw);
    let words = fold(raw);
    let named = is_named(raw);
    let names = |person: &Person| {
        let usage = person.nom_usage.as_deref().unwrap_or_default();
        fold(&format!("{} {} {usage}", person.nom, person.prenom)).split(' ').count()
    };
    let kept: usize = persons.iter().map(names).sum();
    let links = |word: &&str| is_civility(word) || matches!(*word, "ET" | "OU" | "NEE" | "EPOUSE" | "VEUVE" | "VVE");
    let beside = words.split(' ').filter(|word| !links(word)).count();
    !persons.is_empty() && named && beside <= kept + 1
}

/// Tells whether a line may be a name of which no word is known: two words or a few that begin with capitals, none of them of
/// every day. Only a place where names stand makes it one.
pub(crate) fn may_be_person(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().filter(|word| !is_civility(&fold(word))).collect();
    let plain = |word: &&str| {
        let folded = fold(word);
        let parts: Vec<&str> = folded.split(' ').collect();
        is_name_word(word, &folded) && parts.iter().all(|part| is_particle(part) || !is_everyday(part))
    };
    let told = words.iter().filter(|word| !is_particle(&fold(word)) && word.chars().count() > 1).count();
    (2..=5).contains(&words.len()) && told >= 2 && words.iter().all(plain) && !is_body(line)
}

/// Cuts a text into one chunk a person, and stops where the names end.
fn chunks(text: &str) -> Vec<Chunk> {
    let spaced = text
        .replace(['&', '+'], " et ")
        .replace(['/', ';'], " , ")
        .replace(',', " , ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let mut chunks = vec![Chunk::default()];
    let mut part = Part::Main;
    let mut after_comma = false;
    for raw in spaced.split_whitespace() {
        let folded = fold(raw);
        let current = chunks.last().cloned().unwrap_or_default();
        let started = !current.words.is_empty() || current.civility;
        if matches!(raw, ":" | "-" | "–" | "." | "(" | ")") || folded.is_empty() && raw != "," {
            if started && raw != "(" && raw != ")" && raw != "." {
                break;
            }
            continue;
        }
        if raw == "," || matches!(folded.as_str(), "ET" | "OU") {
            after_comma = raw == ",";
            if started {
                chunks.push(Chunk::default());
                part = Part::Main;
            }
            continue;
        }
        // A small "m" alone, or the initial "M." behind a civility, is none.
        let initial = folded == "M" && (current.civility || raw == "m");
        if is_civility(&folded) && !initial {
            if !current.words.is_empty() {
                chunks.push(Chunk::default());
            }
            if let Some(last) = chunks.last_mut() {
                last.civility = true;
            }
            part = Part::Main;
            continue;
        }
        match folded.as_str() {
            "NEE" | "NE" if !current.words.is_empty() => {
                part = Part::Birth;
                continue;
            }
            "EPOUSE" | "EP" | "VEUVE" | "VVE" | "USAGE" if !current.words.is_empty() => {
                part = Part::Usage;
                continue;
            }
            _ => {}
        }
        if !is_name_word(raw, &folded) {
            // After a comma, an address or a sentence may follow: the names are done.
            if after_comma && !started {
                chunks.pop();
            }
            break;
        }
        after_comma = false;
        let letters = || raw.chars().filter(|c| c.is_alphabetic());
        let word = NameWord {
            text: raw.trim_matches(|c: char| !c.is_alphabetic() && c != '\'').to_owned(),
            folded,
            capitals: letters().count() > 1 && letters().all(char::is_uppercase),
        };
        let Some(last) = chunks.last_mut() else { break };
        match part {
            Part::Main => last.words.push(word),
            Part::Birth => last.birth.push(word),
            Part::Usage => last.usage.push(word),
        }
        if raw.ends_with('.') && raw.chars().count() > 3 {
            break;
        }
    }
    chunks.into_iter().flat_map(one_by_one).collect()
}

/// Cuts the names of flatmates that stand side by side: a first name that everybody knows, behind a family name in capitals
/// and before another, opens the next person.
fn one_by_one(chunk: Chunk) -> Vec<Chunk> {
    let heavy = |word: &NameWord| word.capitals && !is_particle(&word.folded);
    let opens = |at: usize| {
        let word = &chunk.words[at];
        !word.capitals && is_first_name(&word.folded) && chunk.words[at..].iter().any(heavy)
    };
    if chunk.married().is_some() || chunk.words.is_empty() || !opens(0) {
        return vec![chunk];
    }
    let ends = (1..chunk.words.len()).filter(|&at| heavy(&chunk.words[at - 1]) && opens(at));
    let ends: Vec<usize> = ends.chain([chunk.words.len()]).collect();
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let part = |(from, to): (usize, usize)| Chunk {
        words: chunk.words[from..to].to_vec(),
        civility: chunk.civility && from == 0,
        ..Chunk::default()
    };
    starts.zip(ends.iter().copied()).map(part).collect()
}

/// Tells whether a word may stand in a name at all.
pub(crate) fn may_name(word: &str) -> bool {
    let folded = fold(word);
    is_first_name(&folded) || !NOT_NAMES.contains(&folded.as_str())
}

fn is_civility(folded: &str) -> bool {
    matches!(
        folded,
        "M" | "MR"
            | "MME"
            | "MLLE"
            | "MELLE"
            | "MONSIEUR"
            | "MADAME"
            | "MADEMOISELLE"
            | "MM"
            | "MMES"
            | "MESSIEURS"
            | "MESDAMES"
    )
}

pub(crate) fn is_first_name(folded: &str) -> bool {
    FIRST_NAMES.contains(folded)
}

/// A word of a name: letters, hyphens, apostrophes; a capital first, or a particle.
fn is_name_word(raw: &str, folded: &str) -> bool {
    let letters_only =
        raw.chars().all(|c| c.is_alphabetic() || "-'.".contains(c) || matches!(c, '0' | '1') && raw.len() > 3);
    let capital = raw.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase);
    let first = folded.split(' ').next().unwrap_or_default();
    let last = folded.rsplit(' ').next().unwrap_or_default();
    let known = [folded, first, last].iter().any(|word| NOT_NAMES.contains(word));
    letters_only && (capital || is_particle(first)) && !known
}

/// Tells family name and first name apart.
fn person(chunk: &Chunk) -> Option<Person> {
    // "Mme Odile FERRAND du 1er mars": what opens no more of the name goes on with the sentence.
    let small = |word: &NameWord| is_particle(&word.folded) && word.text.starts_with(char::is_lowercase);
    let words = &chunk.words[..chunk.words.iter().rposition(|word| !small(word)).map_or(0, |last| last + 1)];
    if words.len() > MOST_WORDS || words.iter().all(|word| is_particle(&word.folded)) {
        return None;
    }
    let (family, first, usage) = match chunk.married() {
        None => {
            let (family, first) = split(words, chunk.civility)?;
            (family, first, None)
        }
        Some(second) => {
            // "MARTIN née DURAND Claire", "MARTIN EPOUSE DURAND CLAIRE": the first name stands behind both names.
            let behind = second.len() > 1
                && !tells_first(words)
                && (tells_first(second) || second.last().is_some_and(|word| known_first(&word.folded)));
            let (one, other, first) = if behind {
                let (other, first) = split(second, true)?;
                (joined(words), other, first)
            } else {
                let (one, first) = split(words, true)?;
                (one, joined(second), first)
            };
            // What stands before "née" is the usage name.
            if chunk.birth.is_empty() { (one, first, Some(other)) } else { (other, first, Some(one)) }
        }
    };
    let known = !first.is_empty() || chunk.civility;
    // "DES eaux", "DU recours": a particle by itself is no family name.
    let named = family.split(' ').any(|word| !is_particle(&fold(word)));
    // "Comme convenu", "Je soussigné": a word of every day is no first name.
    let spoken = !first.is_empty() && first.split(' ').all(is_everyday);
    (known && named && !spoken && family.chars().filter(|c| c.is_alphabetic()).count() >= 2).then(|| Person {
        nom: family.to_uppercase(),
        prenom: title_case(&first),
        nom_usage: usage.map(|usage| usage.to_uppercase()),
    })
}

/// Tells whether capitals alone tell the first name from the family name.
fn tells_first(words: &[NameWord]) -> bool {
    let heavy = |word: &NameWord| word.capitals && !is_particle(&word.folded);
    let light = |word: &NameWord| !word.capitals && !is_particle(&word.folded) && word.text.chars().count() > 1;
    words.iter().any(heavy) && words.iter().any(light)
}

/// Gives family name and first name of the words of one name.
fn split(words: &[NameWord], civility: bool) -> Option<(String, String)> {
    if words.len() == 1 {
        return civility.then(|| (words[0].text.clone(), String::new()));
    }
    let heavy: Vec<bool> = words.iter().map(|word| word.capitals).collect();
    let light = |word: &NameWord| is_particle(&word.folded);
    let any_capitals = words.iter().any(|word| word.capitals && !light(word));
    let all_capitals = words.iter().all(|word| word.capitals || light(word) || word.text.chars().count() == 1);
    if any_capitals && !all_capitals {
        // The part in capitals is the family name, with the particles that touch it.
        let first_heavy = heavy.iter().position(|heavy| *heavy)?;
        let last_heavy = heavy.iter().rposition(|heavy| *heavy)?;
        let mut from = first_heavy;
        while from > 0 && light(&words[from - 1]) {
            from -= 1;
        }
        let family = joined(&words[from..=last_heavy]);
        let rest: Vec<NameWord> = words[..from].iter().chain(&words[last_heavy + 1..]).cloned().collect();
        return Some((family, joined(&rest)));
    }
    // "MARTIN DIT NEUVILLE ERWAN": two family names of one person.
    let called = words.iter().position(|word| matches!(word.folded.as_str(), "DIT" | "DITE"));
    if let Some(called) = called.filter(|&at| at > 0 && at + 1 < words.len()) {
        // "Simon Martin dit Neuville" and "MARTIN DIT NEUVILLE Simon".
        let from = usize::from(called > 1 && known_first(&words[0].folded));
        let family = joined(&words[from..called + 2]);
        let first: Vec<NameWord> = words[..from].iter().chain(&words[called + 2..]).cloned().collect();
        return (civility || !first.is_empty()).then(|| (family, joined(&first)));
    }
    // "Van" opens "Van der Berg", though it is a first name too.
    let opens_name = |at: usize| light(&words[at]) && words.get(at + 1).is_some_and(light);
    let known: Vec<bool> = (0..words.len()).map(|at| known_first(&words[at].folded) && !opens_name(at)).collect();
    let leading = known.iter().take_while(|known| **known).count();
    let trailing = known.iter().rev().take_while(|known| **known).count();
    let family_first = match (leading, trailing) {
        (0, 0) => all_capitals,
        (0, _) => true,
        (_, 0) => false,
        _ => all_capitals,
    };
    let cut = if family_first {
        words.len() - trailing.clamp(1, words.len() - 1)
    } else {
        // Title case with no capitals: one first name, or as many as are known, but leave a family name.
        leading.clamp(1, words.len() - 1)
    };
    // "BEN SALAH YOUSSEF": a particle is no family name by itself, even where first names follow.
    let particles = words.iter().take_while(|word| light(word)).count();
    if particles + 1 >= words.len() {
        return civility.then(|| (joined(words), String::new()));
    }
    let cut = if family_first && particles >= cut { (particles + 1).min(words.len() - 1) } else { cut };
    let (head, tail) = words.split_at(cut);
    let (family, first) = if family_first { (head, tail) } else { (tail, head) };
    Some((joined(family), joined(first)))
}

/// A first name, hyphenated ones by their parts.
fn known_first(folded: &str) -> bool {
    is_first_name(folded) || folded.contains(' ') && folded.split(' ').all(is_first_name)
}

fn joined(words: &[NameWord]) -> String {
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    texts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn persons_as_they_are_written() {
        struct Case(&'static str, &'static [&'static str]);
        let mut failures = Vec::new();
        for Case(text, expected) in [
            Case("M. DUPONT Jean", &["DUPONT|Jean"]),
            Case("BEN SALAH YOUSSEF", &["BEN SALAH|Youssef"]),
            Case("Van der Berg Luc", &["VAN DER BERG|Luc"]),
            Case("de l'assurance", &[]),
            Case("Madame Anaïs LEFÈVRE", &["LEFÈVRE|Anaïs"]),
            Case("Mme LEFÈVRE Anaïs", &["LEFÈVRE|Anaïs"]),
            Case("DUPONT Jean", &["DUPONT|Jean"]),
            Case("Jean DUPONT", &["DUPONT|Jean"]),
            Case("Jean Dupont", &["DUPONT|Jean"]),
            Case("DUPONT JEAN", &["DUPONT|Jean"]),
            Case("JEAN DUPONT", &["DUPONT|Jean"]),
            Case("Monsieur Jean-Pierre MARTIN", &["MARTIN|Jean-Pierre"]),
            Case("M. et Mme DUPONT Jean et Marie", &["DUPONT|Jean", "DUPONT|Marie"]),
            Case("M. Jean DUPONT et Mme Marie MARTIN", &["DUPONT|Jean", "MARTIN|Marie"]),
            Case("Mme Marie MARTIN épouse DUPONT", &["MARTIN|Marie|DUPONT"]),
            Case("Mme MARTIN née DURAND Claire", &["DURAND|Claire|MARTIN"]),
            Case("LECLERC NEE KILIC TULAY", &["KILIC|Tulay|LECLERC"]),
            Case("MARTIN DIT NEUVILLE née JACOB Mireille", &["JACOB|Mireille|MARTIN DIT NEUVILLE"]),
            Case("MME IONESCU EPOUSE VAN DER MEER CLAIRE", &["IONESCU|Claire|VAN DER MEER"]),
            Case("Mme DURAND Claire née PETIT", &["PETIT|Claire|DURAND"]),
            Case("DE KERMADEC", &[]),
            Case("Dégât DES eaux", &[]),
            Case("MARTIN DIT NEUVILLE ERWAN", &["MARTIN DIT NEUVILLE|Erwan"]),
            Case("Simon Martin Dit Neuville", &["MARTIN DIT NEUVILLE|Simon"]),
            Case("M. DE KERMADEC", &["DE KERMADEC|"]),
            Case("M. Jean DUPONT ou Mme Marie DUPONT", &["DUPONT|Jean", "DUPONT|Marie"]),
            Case("DUPONT Jean ; MARTIN Marie", &["DUPONT|Jean", "MARTIN|Marie"]),
            Case("DUPONT Jean, MARTIN Marie", &["DUPONT|Jean", "MARTIN|Marie"]),
            Case("DUPONT Jean / MARTIN Marie", &["DUPONT|Jean", "MARTIN|Marie"]),
            Case("DUPONT Jean & MARTIN Marie", &["DUPONT|Jean", "MARTIN|Marie"]),
            Case("Sofia BRUN Jean LE GOFF Clémence MARTEL", &["BRUN|Sofia", "LE GOFF|Jean", "MARTEL|Clémence"]),
            Case("Jean DUPONT Claire", &["DUPONT|Jean Claire"]),
            Case("Mme Odile FERRAND du 1er mars", &["FERRAND|Odile"]),
            Case("Mme Soledad TAVARES DIAS", &["TAVARES DIAS|Soledad"]),
            Case("TAVARES DIAS Soledad", &["TAVARES DIAS|Soledad"]),
            Case("M. Paul de La Tour", &["DE LA TOUR|Paul"]),
            Case("M. Saïd EL AMRANI", &["EL AMRANI|Saïd"]),
            Case("Mme Awa N'DIAYE", &["N'DIAYE|Awa"]),
            Case("Mme Marie Claire BERNARD", &["BERNARD|Marie Claire"]),
            Case("Monsieur DUPONT", &["DUPONT|"]),
            Case("M. DUPONT Jean, né le 03/04/1990 à Lyon", &["DUPONT|Jean"]),
            Case("M. DUPONT Jean demeurant 12 rue des Lilas", &["DUPONT|Jean"]),
            Case("Mme LEFÈVRE Anaïs est titulaire du contrat", &["LEFÈVRE|Anaïs"]),
            Case(": Mme LEFÈVRE Anaïs", &["LEFÈVRE|Anaïs"]),
            Case("Youssef Belkacem", &["BELKACEM|Youssef"]),
            Case("Belkacem Youssef", &["BELKACEM|Youssef"]),
            Case("KONÉ Issa et KONÉ Rokhaya", &["KONÉ|Issa", "KONÉ|Rokhaya"]),
            Case("M KONÉ Issa", &["KONÉ|Issa"]),
            Case("Mr Jean Dupont", &["DUPONT|Jean"]),
            Case("Mlle Léa PETIT", &["PETIT|Léa"]),
            Case("M. Jean DUPONT (locataire)", &["DUPONT|Jean"]),
            Case("NGUYEN Thi Lan", &["NGUYEN|Thi Lan"]),
            Case("ANA-PAULA NUÑEZ", &["NUÑEZ|Ana-Paula"]),
            Case("le contrat est en vigueur", &[]),
            Case("12 rue des Lilas", &[]),
            Case("Votre contrat habitation", &[]),
            Case("MAIF Assurances", &[]),
            Case("SERVICE CLIENTS", &[]),
            Case("", &[]),
            Case("Toulouse, le 3 mars 2026", &[]),
            Case("Mme Marie-Thérèse LE GALL", &["LE GALL|Marie-Thérèse"]),
            Case("LE GALL Marie-Thérèse", &["LE GALL|Marie-Thérèse"]),
            Case("Monsieur et Madame Jean DUPONT", &["DUPONT|Jean"]),
            Case("M. ÖZTÜRK Mehmet", &["ÖZTÜRK|Mehmet"]),
            Case("Mme D'ALMEIDA Rosa", &["D'ALMEIDA|Rosa"]),
            Case("Camille Durand, Hugo Petit et Inès Moreau", &["DURAND|Camille", "PETIT|Hugo", "MOREAU|Inès"]),
        ] {
            let got: Vec<String> = parse_persons(text).iter().map(shown).collect();
            if got != expected {
                failures.push(format!("{text}: {got:?} instead of {expected:?}"));
            }
        }
        assert!(failures.is_empty(), "{failures:#?}");
    }

    fn shown(person: &Person) -> String {
        let usage = person.nom_usage.as_deref().map(|usage| format!("|{usage}")).unwrap_or_default();
        format!("{}|{}{usage}", person.nom, person.prenom)
    }

    #[test]
    fn names_of_which_no_word_is_known() {
        for (line, expected) in [
            ("Ogbonna Ezeqiel", true),
            ("VANDEWIELE Thybault", true),
            ("Thybault de Ruysscher", true),
            ("Service Clientèle", false),
            ("Bien cordialement", false),
            ("Ogbonna", false),
            ("12 Ogbonna Ezeqiel", false),
            ("Mairie de Douai", false),
        ] {
            assert_eq!(may_be_person(line), expected, "{line}");
        }
    }

    #[test]
    fn lines_that_are_a_name() {
        assert!(is_person_line("Mme Anaïs LEFÈVRE"));
        assert!(is_person_line("Jean Dupont"));
        assert!(!is_person_line("Résidence Les Tilleuls"));
        assert!(!is_person_line("Jean Dupont habite ici depuis trois ans"));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fail(text in "\\PC{0,60}") {
            let _ = parse_persons(&text);
        }

        #[test]
        fn family_names_are_in_capitals(text in "[A-Z]{3,9} [A-Z][a-z]{3,9}") {
            for person in parse_persons(&text) {
                prop_assert_eq!(person.nom.clone(), person.nom.to_uppercase());
            }
        }
    }
}
