//! Other ways to say the same: greetings, last formulas, turns of phrase, sentences that may be added.

use super::facts::Facts;
use super::grammar::{self, Node, Run};
use super::noise::{capital, find};
use super::texts::{Author, Channel, Library, Register, Spot};
use crate::draw::Draw;

/// Shares of the texts, or of the places in them, where something else is said.
const OPENING_SHARE: f64 = 0.35;
const CLOSING_SHARE: f64 = 0.45;
const TURN_SHARE: f64 = 0.4;
const ADDITION_SHARE: f64 = 0.12;
const ASIDE_SHARE: f64 = 0.12;

/// Matters in which a harmless word about a leak or a lift could be part of the matter.
const NO_ASIDE: &[&str] =
    &["reclamation_technique", "trouble_voisinage", "assurance", "insatisfaction", "publicite", "facture_fournisseur"];

/// Varies the paragraphs of a letter.
pub fn vary(facts: &mut Facts<'_>, channel: Channel, paragraphs: &mut Vec<Vec<Run>>, draw: &Draw) {
    let mut draw = draw.sister("phrasing");
    let library = facts.library;
    opening(library, facts.base.register, paragraphs, &mut draw);
    closing(library, facts.base.register, paragraphs, &mut draw);
    add(facts, channel, paragraphs, &mut draw);
    for run in paragraphs.iter_mut().flatten().filter(|run| !run.fixed) {
        turn(library, channel, run, &mut draw);
    }
}

/// Puts another greeting in the place of one that every letter of the register may begin with.
fn opening(library: &Library, register: Register, paragraphs: &mut [Vec<Run>], draw: &mut Draw) {
    let Some(first) = paragraphs.first_mut().and_then(|paragraph| paragraph.first_mut()) else { return };
    let line = first.text.lines().next().unwrap_or_default().to_owned();
    let known = library.openings.values().flatten().any(|words| words == &line);
    if first.fixed || !known || !draw.chance(OPENING_SHARE) {
        return;
    }
    if let Some(words) = library.openings.get(&register) {
        let other = draw.pick(words);
        first.text.replace_range(..line.len(), other);
    }
}

/// Puts another last formula in the place of a known one.
fn closing(library: &Library, register: Register, paragraphs: &mut [Vec<Run>], draw: &mut Draw) {
    let from = paragraphs.len().saturating_sub(2);
    for run in paragraphs[from..].iter_mut().flatten().filter(|run| !run.fixed) {
        let Some(line) = run
            .text
            .lines()
            .find(|line| library.closings.iter().any(|closings| closings.mots.iter().any(|words| words == line)))
        else {
            continue;
        };
        let line = line.to_owned();
        let fitting: Vec<&String> = library
            .closings
            .iter()
            .filter(|closings| closings.registres.contains(&register) && closings.mots.contains(&line))
            .flat_map(|closings| &closings.mots)
            .collect();
        if !fitting.is_empty() && draw.chance(CLOSING_SHARE) {
            run.text = run.text.replacen(&line, draw.one::<&String>(&fitting), 1);
        }
        return;
    }
}

/// Adds sentences that change nothing: polite ones, and ones with harmless words of danger.
fn add(facts: &mut Facts<'_>, channel: Channel, paragraphs: &mut Vec<Vec<Run>>, draw: &mut Draw) {
    // A text of one block has no room between greeting and formula.
    if paragraphs.len() < 3 {
        return;
    }
    let base = facts.base;
    let fits = |only: Option<Channel>| only.is_none_or(|only| only == channel);
    let own = base.author.is_private() && base.organism.is_none() && !base.anonymous;
    if base.urgency == "normale" && own && !["autre", "publicite"].contains(&base.category.as_str()) {
        for spot in [Spot::Debut, Spot::Fin] {
            if !draw.chance(ADDITION_SHARE) {
                continue;
            }
            let choices: Vec<&Vec<Node>> = facts
                .library
                .additions
                .iter()
                .filter(|one| one.spot == spot && one.registers.contains(&base.register) && fits(one.channel))
                .map(|one| &one.text)
                .collect();
            if choices.is_empty() {
                continue;
            }
            let template = draw.one(&choices);
            let sentence = grammar::expand(template, draw, &mut |slot, before| facts.print(slot, before));
            let at = if spot == Spot::Debut { 1 } else { end(paragraphs) };
            paragraphs.insert(at, sentence);
        }
    }
    let calm = ["normale", "faible"].contains(&base.urgency.as_str()) && base.author == Author::Locataire;
    let everyday = matches!(base.register, Register::Courant | Register::Familier | Register::Formel);
    if calm && own && everyday && !NO_ASIDE.contains(&base.category.as_str()) && draw.chance(ASIDE_SHARE) {
        let asides = &facts.library.asides;
        let choices: Vec<&Vec<Node>> =
            asides.iter().filter(|aside| aside.split == base.split).map(|aside| &aside.text).collect();
        let template = draw.one(&choices);
        let sentence = grammar::expand(template, draw, &mut |slot, before| facts.print(slot, before));
        let at = 1 + draw.below(end(paragraphs));
        paragraphs.insert(at, sentence);
    }
}

/// Gives the index of the first paragraph that only takes leave: the last one, and a formula before it.
fn end(paragraphs: &[Vec<Run>]) -> usize {
    const FORMULAS: &[&str] = &["agréer", "salutation", "ordialement", "sentiments", "considération", "Bien à vous"];
    let last = paragraphs.len() - 1;
    let formula = |at: usize| {
        let text = grammar::text(&paragraphs[at]);
        text.len() < 220 && FORMULAS.iter().any(|word| text.contains(word))
    };
    if last > 1 && formula(last - 1) { last - 1 } else { last }
}

/// Says some things of a run in other words.
fn turn(library: &Library, channel: Channel, run: &mut Run, draw: &mut Draw) {
    let mut done: Vec<std::ops::Range<usize>> = Vec::new();
    for turn in &library.turns {
        if turn.channel.is_some_and(|only| only != channel) {
            continue;
        }
        let Some(at) = find(&run.text, &turn.phrase) else { continue };
        let end = at + turn.phrase.len();
        let before = run.text[..at].trim_end().rsplit(' ').next().unwrap_or_default().to_lowercase();
        // What stands in place of a phrase is not said otherwise again.
        let touched = done.iter().any(|range| range.start < end && at < range.end);
        if touched || turn.not_after.contains(&before) || !draw.chance(TURN_SHARE) {
            continue;
        }
        let other = draw.pick(&turn.others);
        let begins = run.text[at..].chars().next().is_some_and(char::is_uppercase);
        let other = if begins { capital(other) } else { other.clone() };
        run.text.replace_range(at..end, &other);
        let (grown, shrunk) = (other.len(), turn.phrase.len());
        for range in done.iter_mut().filter(|range| range.start >= end) {
            *range = range.start + grown - shrunk..range.end + grown - shrunk;
        }
        done.push(at..at + other.len());
    }
}
