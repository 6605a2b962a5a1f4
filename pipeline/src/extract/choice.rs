//! Fields whose value is one or several of a few codes: quality of the occupant, covers, nature.

use super::region::Reach;
use super::{Ground, Reading, Value, worth};
use crate::phrases::{Hit, longest};
use crate::rules::FieldRule;
use crate::sheet::{Cell, Place, Snippet};
use crate::values::date_text::find_dates;
use crate::values::fold::fold;
use std::collections::{BTreeMap, BTreeSet};

const REACH: Reach = Reach { lines: 2, any_label_ends: false };
/// A choice starts at most this many tokens after its label.
const TOKENS_AFTER: usize = 4;
/// Boxes that are ticked, and boxes that are not.
const TICKED: &[char] = &['☒', '☑', '✓', '✔', '✗', '✘', '■', '●', '◉', '⊠', '⬛'];
const EMPTY: &[char] = &['☐', '□', '○', '◯', '⬜', '❏'];

/// Gives the one choice of a field: beside its label, else by the ticked box, else by what the page says.
pub(super) fn one(ground: &Ground<'_>, field: usize, rule: &FieldRule) -> Vec<Reading> {
    let hits = hits_of(ground, field);
    if rule.scan {
        return most_said(ground, &hits);
    }
    let mut readings = Vec::new();
    for anchor in ground.anchors.of(field) {
        for (side, snippet) in ground.anchors.regions(ground.sheet, anchor, REACH) {
            let mut choices = hits.iter().filter(|(hit, _)| near(ground, &snippet, hit) && !boilerplate(ground, hit));
            let Some((hit, code)) = choices.next() else { continue };
            // A label before several choices is a form to tick, or a sentence on all of them.
            let single = choices.all(|(_, other)| other == code);
            let worth = worth(anchor.label.strength) * side.worth() * if single { 1.0 } else { 0.6 };
            readings.extend(hit_reading(ground, hit, code, worth, side.method()));
            break;
        }
    }
    readings.extend(ticked(ground, &hits));
    for (hit, code) in &hits {
        if !boilerplate(ground, hit) && !unticked(ground, hit) {
            let worth = if in_title(ground, hit) { 0.4 } else { 0.55 };
            readings.extend(hit_reading(ground, hit, code, worth, "mot de la page"));
        }
    }
    readings
}

/// Gives the covers that the paper lists; those it says are not taken are left out.
pub(super) fn several(ground: &Ground<'_>, field: usize) -> Vec<Reading> {
    let mut set = BTreeSet::new();
    let mut snippet = Snippet::default();
    let mut raw: Vec<String> = Vec::new();
    let mut hits = hits_of(ground, field);
    hits.retain(|(hit, _)| {
        !denied(ground, hit) && !legal(ground, hit) && !limits(ground, hit) && !is_town(ground, hit)
    });
    // What the small print mentions beside a list is not on it.
    if hits.iter().any(|(hit, _)| !small_print(ground, hit)) {
        hits.retain(|(hit, _)| !small_print(ground, hit));
    }
    for (hit, code) in hits {
        if set.insert(code) {
            push_hit(ground, &hit, &mut snippet);
            raw.push(hit_text(ground, &hit));
        }
    }
    let Some((page, rect, legible)) = snippet.evidence(&(0..snippet.text.len())) else { return Vec::new() };
    let confidence = 0.85 * legible.max(0.7);
    vec![Reading {
        value: Some(Value::Set(set)),
        raw: raw.join(", "),
        confidence,
        legible,
        page,
        rect,
        method: "mots de la page",
    }]
}

fn hits_of(ground: &Ground<'_>, field: usize) -> Vec<(Hit, String)> {
    let mut hits = ground.lexicon.choices.find(ground.sheet);
    // What a word says to papers of another type is nothing here.
    hits.retain(|hit| ground.vocabulary.fields.contains(&ground.lexicon.choice_of[hit.phrase].field));
    let ours = longest(hits).into_iter().filter(|hit| ground.lexicon.choice_of[hit.phrase].field == field);
    ours.map(|hit| (hit, ground.lexicon.choice_of[hit.phrase].code.clone())).collect()
}

/// The code whose words stand most often on the page.
fn most_said(ground: &Ground<'_>, hits: &[(Hit, String)]) -> Vec<Reading> {
    let mut votes: BTreeMap<&str, (f32, &Hit)> = BTreeMap::new();
    for (hit, code) in hits {
        let weight = hit.length as f32 * if ground.sheet.cells[hit.first.cell].rect.y0 < 0.3 { 2.0 } else { 1.0 };
        votes.entry(code).or_insert((0.0, hit)).0 += weight;
    }
    let total: f32 = votes.values().map(|(weight, _)| weight).sum();
    let reading = |(code, (weight, hit)): (&&str, &(f32, &Hit))| {
        hit_reading(ground, hit, code, 0.4 + 0.5 * weight / total, "mots de la page")
    };
    votes.iter().filter_map(reading).collect()
}

/// Tells whether a hit stands at the start of a snippet cut from the sheet.
fn near(ground: &Ground<'_>, snippet: &Snippet, hit: &Hit) -> bool {
    let cell = &ground.sheet.cells[hit.first.cell];
    let word = &cell.words[cell.tokens[hit.first.token].word];
    let before = snippet.before(cell.page, &word.rect);
    before.is_some_and(|before| before.split_whitespace().count() <= TOKENS_AFTER)
}

/// Text smaller than this share of the usual height is a notice.
const SMALL: f32 = 0.82;

/// Tells whether a hit stands in the legal notice of a company.
fn small_print(ground: &Ground<'_>, hit: &Hit) -> bool {
    let cell = &ground.sheet.cells[hit.first.cell];
    let notice = || {
        let block = ground.sheet.block_tokens(hit.block);
        block.iter().any(|(_, token)| matches!(*token, "ORIAS" | "RCS" | "SIREN" | "ACPR" | "CAPITAL"))
    };
    cell.rect.y0 > 0.6 && (cell.rect.height() < SMALL * ground.sheet.line_height || notice())
}

/// Tells whether a word is where the paper was made: "Vitré, le 20 novembre 2026", "20 nov. 2026 - Vitré".
fn is_town(ground: &Ground<'_>, hit: &Hit) -> bool {
    let tokens = ground.sheet.block_tokens(hit.block);
    let mut after = tokens.iter().skip(hit.at + hit.length).map(|(_, token)| *token);
    let dated =
        after.next() == Some("LE") && after.next().is_some_and(|token| token.starts_with(|c: char| c.is_ascii_digit()));
    let alone = || {
        let line = ground.sheet.cells[hit.first.cell].text();
        let day = find_dates(&line).into_iter().next()?;
        let rest = format!("{} {}", &line[..day.range.start], &line[day.range.end..]);
        Some(fold(&rest).split_whitespace().filter(|word| !matches!(*word, "A" | "LE" | "FAIT")).count() == 1)
    };
    dated || hit.length == 1 && alone() == Some(true)
}

/// Tells whether a cover is named only to say how far it goes: "plafond de la garantie vol", "franchise dégât des eaux". What
/// a bracket or a comma closes is said of the cover before.
fn limits(ground: &Ground<'_>, hit: &Hit) -> bool {
    let sheet = ground.sheet;
    let here = &sheet.cells[hit.first.cell];
    let line = &here.words[..here.tokens[hit.first.token].word];
    let block = &sheet.blocks[here.block];
    let above = block.iter().position(|&cell| cell == hit.first.cell).and_then(|at| block.get(at.checked_sub(1)?));
    let above = above.map(|&cell| sheet.cells[cell].words.as_slice()).unwrap_or_default();
    let before = line.iter().rev().chain(above.iter().rev()).map(|word| word.text.as_str());
    let mut before = before.take(5).take_while(|word| !word.ends_with([')', ',', ';', '.']));
    before.any(|word| {
        let word = fold(word);
        ["PLAFOND", "FRANCHISE", "CARENCE", "SINISTRE"].contains(&word.trim())
    })
}

/// Choices printed with boxes: the ticked one.
fn ticked(ground: &Ground<'_>, hits: &[(Hit, String)]) -> Vec<Reading> {
    let marked = hits.iter().filter(|(hit, _)| box_before(ground, hit).is_some_and(|mark| TICKED.contains(&mark)));
    marked.filter_map(|(hit, code)| hit_reading(ground, hit, code, 0.95, "case cochée")).collect()
}

fn unticked(ground: &Ground<'_>, hit: &Hit) -> bool {
    box_before(ground, hit).is_some_and(|mark| EMPTY.contains(&mark))
}

/// Gives the box that stands before a hit: in the word before, or as the first letter of its own.
fn box_before(ground: &Ground<'_>, hit: &Hit) -> Option<char> {
    let cell = &ground.sheet.cells[hit.first.cell];
    let word = cell.tokens[hit.first.token].word;
    let is_box = |c: &char| TICKED.contains(c) || EMPTY.contains(c);
    let own = cell.words[word].text.chars().next().filter(is_box);
    let before =
        || cell.words[..word].last().and_then(|word| bracketed(&word.text).or(word.text.chars().last())).filter(is_box);
    own.or_else(before)
}

/// Reads `[X]` and `[ ]` as boxes.
fn bracketed(text: &str) -> Option<char> {
    match text {
        "[X]" | "[x]" | "(X)" | "(x)" | "X]" => Some('☒'),
        "[]" | "()" | "]" => Some('☐'),
        _ => None,
    }
}

/// Words after which a quality is not the insured's own: the landlord to whom the paper goes, the law.
fn boilerplate(ground: &Ground<'_>, hit: &Hit) -> bool {
    let before = tokens_before(ground, hit.first, 4);
    let addressed = ["VOTRE", "VOS", "SON", "LE", "AU", "DU", "VOTRES"];
    let last = before.last().map(String::as_str).unwrap_or_default();
    // "comme demandé par votre locataire": the insurer writes to the landlord.
    let his_tenant = matches!(last, "VOTRE" | "VOS" | "VOTRES") && before.iter().all(|word| word != "REMETTRE");
    legal(ground, hit)
        || his_tenant
        || matches!(last, "OU" | "ET" | "TOUT" | "CHAQUE")
        || addressed.contains(&last) && before.iter().any(|word| word == "REMETTRE")
}

/// Tells whether a hit stands in the words of the law, which bind everyone and cover nothing.
fn legal(ground: &Ground<'_>, hit: &Hit) -> bool {
    let block = ground.sheet.block_tokens(hit.block);
    let quoted = |words: &[&str]| {
        let texts: Vec<&str> = block.iter().map(|(_, token)| *token).collect();
        texts.windows(words.len()).any(|window| window == words)
    };
    // The paragraph of the law itself, and advice to those who have a loss to tell.
    if quoted(&["89", "462"]) && quoted(&["REPONDRE"])
        || quoted(&["EN", "CAS", "DE", "SINISTRE"]) && quoted(&["CONSTAT"])
    {
        return true;
    }
    let from = hit.at.saturating_sub(14);
    let before: Vec<&str> = block[from..hit.at].iter().map(|(_, token)| *token).collect();
    let duty = |words: &[&str]| before.windows(words.len()).any(|window| window == words);
    let to = (hit.at + hit.length + 8).min(block.len());
    let after: Vec<&str> = block[hit.at + hit.length..to].iter().map(|(_, token)| *token).collect();
    let imposed = |words: &[&str]| after.windows(words.len()).any(|window| window == words);
    imposed(&["EST", "UNE", "OBLIGATION"])
        || imposed(&["EST", "OBLIGATOIRE"])
        || imposed(&["SONT", "OBLIGATOIRES"])
        || duty(&["TENU", "DE", "S", "ASSURER"])
        || duty(&["OBLIGATION"])
        || duty(&["DOIT", "S", "ASSURER"])
        || duty(&["DOIT", "REPONDRE"])
}

/// Tells whether a hit stands in the title of the paper: "attestation locataire" is made for many.
fn in_title(ground: &Ground<'_>, hit: &Hit) -> bool {
    let cell = &ground.sheet.cells[hit.first.cell];
    let named = cell.tokens.iter().take(hit.first.token);
    cell.words.len() <= 8
        && named.into_iter().any(|token| matches!(token.folded.as_str(), "ATTESTATION" | "CERTIFICAT"))
}

/// Tells whether the paper says that a cover is not taken.
fn denied(ground: &Ground<'_>, hit: &Hit) -> bool {
    let cell = &ground.sheet.cells[hit.last.cell];
    // A full stop ends what is said of the cover.
    let ends = cell.words[cell.tokens[hit.last.token].word].text.ends_with(['.', ';']);
    let following = if ends { &[] } else { &cell.tokens[hit.last.token + 1..] };
    let after: Vec<&str> = following.iter().take(3).map(|token| token.folded.as_str()).collect();
    let said_no = |words: &[&str]| {
        matches!(words, ["NON", ..] | ["EXCLU" | "EXCLUE" | "EXCLUS" | "EXCLUES" | "NEANT", ..] | ["PAS", ..])
            || matches!(words, [_, "NON", ..] if words[0].len() <= 2)
    };
    if said_no(&after) || unticked(ground, hit) {
        return true;
    }
    let alone = hit.last.token + 1 == cell.tokens.len();
    let right = ground.sheet.right_of(hit.last.cell).filter(|&index| alone && !under_amounts(ground, index));
    if right.is_some_and(|index| says_no(&ground.sheet.cells[index])) {
        return true;
    }
    // Each at the start of a word: the town of Cahors excludes nothing.
    let before = format!(" {}", tokens_before(ground, hit.first, 8).join(" "));
    let refusal = [
        " EXCLUSION D",
        " NE COUVRE PAS",
        " NE GARANTIT PAS",
        " NON GARANTI",
        " NON SOUSCRIT",
        " HORS",
        " NON COMPRIS",
        " NON COUVERT",
        " NE SONT PAS GARANTIS",
        " SANS GARANTIE",
        " SAUF",
        " EXCEPTION D",
        " NON SOUSCRITE",
        " N EST PAS GARANTI",
        " NE GARANTIT NI",
        " EN OPTION",
        " NON GARANTIS",
    ];
    refusal.iter().any(|words| before.contains(words)) || under_refusal(ground, hit)
}

/// Tells whether a cell stands in a column of amounts, where "néant" means no deductible rather than no cover.
fn under_amounts(ground: &Ground<'_>, index: usize) -> bool {
    let here = &ground.sheet.cells[index];
    ground.sheet.cells.iter().any(|cell| {
        let above = cell.page == here.page
            && cell.rect.y1 <= here.rect.y0
            && cell.rect.x0 < here.rect.x1
            && cell.rect.x1 > here.rect.x0;
        above
            && cell.tokens.iter().any(|token| {
                ["FRANCHISE", "PLAFOND", "MONTANT", "CAPITAL"].iter().any(|stem| token.folded.starts_with(stem))
            })
    })
}

fn says_no(cell: &Cell) -> bool {
    let first = cell.tokens.first().map(|token| token.folded.as_str());
    let mark = cell.words.first().and_then(|word| word.text.chars().next());
    matches!(first, Some("NON" | "EXCLU" | "EXCLUE" | "NEANT"))
        || cell.words.len() == 1 && mark.is_some_and(|mark| EMPTY.contains(&mark) || "✗✘-–—×".contains(mark))
}

/// Tells whether the list in which a hit stands opens with "garanties non souscrites".
fn under_refusal(ground: &Ground<'_>, hit: &Hit) -> bool {
    let block = &ground.sheet.blocks[hit.block];
    let position = block.iter().position(|&cell| cell == hit.first.cell).unwrap_or(0);
    let headings = block[..position].iter().rev().map(|&cell| ground.sheet.cells[cell].text());
    for heading in headings {
        let folded = crate::values::fold::fold(&heading);
        let speaks_of_covers = folded.contains("GARANTI") || folded.contains("RISQUE");
        if speaks_of_covers && (folded.contains("NON ") || folded.contains("EXCLU")) {
            return true;
        }
        if speaks_of_covers {
            return false;
        }
    }
    false
}

fn tokens_before(ground: &Ground<'_>, place: Place, most: usize) -> Vec<String> {
    let cell = &ground.sheet.cells[place.cell];
    let block = ground.sheet.block_tokens(cell.block);
    let at = block.iter().position(|(other, _)| *other == place).unwrap_or(0);
    block[at.saturating_sub(most)..at].iter().map(|(_, token)| (*token).to_owned()).collect()
}

fn push_hit(ground: &Ground<'_>, hit: &Hit, snippet: &mut Snippet) {
    let cell = &ground.sheet.cells[hit.first.cell];
    let first = cell.tokens[hit.first.token].word;
    let end = if hit.first.cell == hit.last.cell { cell.tokens[hit.last.token].word + 1 } else { cell.words.len() };
    snippet.push_line(cell, first..end);
}

fn hit_text(ground: &Ground<'_>, hit: &Hit) -> String {
    let mut snippet = Snippet::default();
    push_hit(ground, hit, &mut snippet);
    snippet.text
}

fn hit_reading(ground: &Ground<'_>, hit: &Hit, code: &str, worth: f32, method: &'static str) -> Option<Reading> {
    let mut snippet = Snippet::default();
    push_hit(ground, hit, &mut snippet);
    let (page, rect, legible) = snippet.evidence(&(0..snippet.text.len()))?;
    Some(Reading {
        value: Some(Value::Choice(code.to_owned())),
        raw: snippet.text,
        confidence: worth * legible.max(0.7),
        legible,
        page,
        rect,
        method,
    })
}

#[cfg(test)]
mod tests {
    use super::super::typed_attestation;

    #[test]
    fn quality_of_the_occupant() {
        let read = typed_attestation();
        for (text, expected) in [
            ("Qualité : Locataire", Some("locataire")),
            ("M. DUPONT, en qualité de colocataire, occupe", Some("colocataire")),
            ("Qualité de l'occupant|Propriétaire non occupant", Some("proprietaire_non_occupant")),
            ("☐ Locataire ☒ Propriétaire occupant", Some("proprietaire_occupant")),
            ("Le locataire est tenu de s'assurer contre les risques locatifs", Some("locataire")),
            ("Attestation à remettre à votre propriétaire", None),
            ("Comme demandé par votre locataire, je vous confirme", None),
        ] {
            assert_eq!(read(text).code("qualite_occupant"), expected, "{text}");
        }
    }

    #[test]
    fn covers_taken_and_not_taken() {
        let read = typed_attestation();
        for (text, expected) in [
            ("Incendie, explosion, dégâts des eaux et vol", "degat_des_eaux explosion incendie vol"),
            (
                "Responsabilité civile vie privée\nRecours des voisins et des tiers",
                "recours_voisins responsabilite_civile",
            ),
            ("Risques locatifs|OUI\nVol|NON\nBris de glaces|Non souscrit", "risques_locatifs"),
            ("Garanties souscrites\nIncendie\nGaranties non souscrites\nVol\nBris de glace", "incendie"),
            ("Le locataire est tenu de s'assurer contre les risques locatifs", ""),
            ("incendie, à l'exclusion du vol", "incendie"),
            ("46000 CAHORS\nGaranties accordées : Incendie ; Dégâts des eaux", "degat_des_eaux incendie"),
            (
                "Bris de vitres (plafond 33 000 €), Dégâts des eaux (avec une franchise de 100 €), Incendie",
                "bris_de_glace degat_des_eaux incendie",
            ),
            ("Garantie du bien\nVitré, 28 décembre 2025", ""),
            ("Garantie du bien\n8 avr. 2026 - Vitré", ""),
            ("Incendie - Bris de glaces. Non garanti : Jardin", "bris_de_glace incendie"),
            ("LIBELLÉ|FRANCHISE\nDÉGÂT DES EAUX|NÉANT\nVOL|75,00", "degat_des_eaux vol"),
            ("Incendie. Plafond de la garantie vol : 3 500 €", "incendie"),
            ("L'assurance des risques locatifs est une obligation du locataire", ""),
            // The title of the paper attests as well.
            ("ATTESTATION DE RISQUES LOCATIFS\nGaranties : vol", "risques_locatifs vol"),
        ] {
            let read = read(text);
            let got: Vec<&str> = read.set("garanties").into_iter().flatten().map(String::as_str).collect();
            assert_eq!(got.join(" "), expected, "{text}");
        }
    }
}
