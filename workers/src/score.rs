//! `guichet score`: results beside the truth, false accepts first.

use crate::cli::ScoreArgs;
use crate::reading::source::reason;
use crate::stop::Stop;
use crate::terminal::{Colour, Screen, coloured};
use crate::words;
use guichet_pipeline::score::{Counts, Report, Share, score};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Confused types that are told.
const CONFUSIONS: usize = 12;

/// Runs the command.
///
/// # Errors
/// When a file cannot be read or a line of it is no JSON.
pub(crate) fn run(asked: &ScoreArgs) -> Result<(), Stop> {
    let results = lines(&asked.results)?;
    let truth = lines(&asked.truth)?;
    if truth.is_empty() {
        return Err(Stop::usage(format!("{} : aucune ligne de vérité", asked.truth.display())));
    }
    let screen = Screen::Out;
    for (name, group) in groups(truth, asked.by.as_deref()) {
        let report = score(&results, &group);
        if !name.is_empty() {
            screen.say(&heading(&format!("— {name}"), screen));
        }
        screen.say(&render(&report, screen.colours(), asked.by.is_none()));
        for miss in report.misses.iter().take(asked.errors) {
            screen.say(&format!("  {} | {} | {} | {}", miss.source, miss.what, miss.expected, miss.read));
        }
    }
    Ok(())
}

/// Gives the lines of the truth by a key of theirs, or all of them.
fn groups(truth: Vec<Value>, by: Option<&str>) -> BTreeMap<String, Vec<Value>> {
    let mut groups: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in truth {
        let name = by.map(|key| line[key].as_str().unwrap_or("sans valeur").to_owned()).unwrap_or_default();
        groups.entry(name).or_default().push(line);
    }
    groups
}

fn lines(path: &Path) -> Result<Vec<Value>, Stop> {
    let name = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Stop::usage(format!("{name} : illisible ({}) : vérifier le chemin", reason(&error))))?;
    let mut lines = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let value = serde_json::from_str(line)
            .map_err(|error| Stop::usage(format!("{name}:{}: ce n'est pas une ligne JSON ({error})", at + 1)))?;
        lines.push(value);
    }
    Ok(lines)
}

fn heading(text: &str, screen: Screen) -> String {
    if screen.colours() { coloured(text, Colour::Bold) } else { text.to_owned() }
}

/// Gives the figures as text.
fn render(report: &Report, colours: bool, detailed: bool) -> String {
    let mut text = Vec::new();
    let decided = !report.decisions.is_empty();
    if decided {
        let count = report.false_accepts.len();
        let line = format!("Acceptés à tort        {count} sur {}", report.not_to_accept());
        let colour = if count == 0 { Colour::Green } else { Colour::Red };
        text.push(if colours { coloured(&line, colour) } else { line });
        for (source, reasons) in &report.false_accepts {
            let reasons: Vec<String> = reasons.iter().map(|code| words::reason(code)).collect();
            text.push(format!("    {source} : {}", reasons.join(", ")));
        }
        text.push(format!("Acceptés sans relecture {}", share(report.straight_through())));
    }
    text.push(format!("Fichiers               {}, sans réponse {}", report.files, report.unanswered));
    text.push(format!("Types                  {}", share(report.types)));
    text.push(format!("Découpage              {}", counts(report.segments)));
    text.push(format!("Champs                 {}", counts(report.fields)));
    text.push(format!("Champs qui décident    {}", counts(report.deciding)));
    if report.faults.of > 0 {
        text.push(format!("Fichiers inutilisables {}", share(report.faults)));
    }
    if decided {
        text.push(format!("Baux retrouvés         {}", share(report.leases)));
        text.push(format!("Raisons                {}", counts(report.reasons)));
        text.push("Décisions (attendue → donnée)".to_owned());
        for ((expected, given), count) in &report.decisions {
            text.push(format!("{count:>7}  {expected} → {given}"));
        }
    }
    if report.categories.of > 0 {
        text.push(format!("Catégorie du courrier  {}", share(report.categories)));
        text.push(format!("Urgence du courrier    {}", share(report.urgencies)));
        text.push(format!("Dangers reconnus       {}", share(report.dangers)));
        text.push(format!("Congés                 {}", counts(report.conges)));
    }
    if detailed {
        text.extend(details(report));
    }
    text.join("\n")
}

/// Gives the figures by field, the worst first, and the types that were taken for others.
fn details(report: &Report) -> Vec<String> {
    let mut text = Vec::new();
    let mut fields: Vec<(&String, &Counts)> = report.by_field.iter().collect();
    fields.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.missed + counts.wrong));
    text.extend(fields.into_iter().map(|(name, found)| format!("  {name:<28} {}", counts(*found))));
    let mut confused: Vec<_> = report.confused_types.iter().collect();
    confused.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let told = confused.into_iter().take(CONFUSIONS);
    text.extend(told.map(|((expected, given), count)| format!("  type {expected} → {given} : {count}")));
    text
}

fn share(share: Share) -> String {
    format!("{}/{} = {:.3}", share.right, share.of, share.rate())
}

fn counts(counts: Counts) -> String {
    let Counts { right, wrong, missed } = counts;
    format!(
        "P {:.3} R {:.3} F1 {:.3} (justes {right}, faux {wrong}, manqués {missed})",
        counts.precision(),
        counts.recall(),
        counts.f1()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn false_accepts_come_first() {
        let segment = |outcome: &str| {
            json!({"pages": [1], "type": "attestation_habitation", "fields": {},
                   "decision": {"outcome": outcome, "reasons": ["echue"], "reference_contrat": null}})
        };
        let truth = [json!({"source": "a.pdf", "segments": [segment("reject")]})];
        let results = [json!({"source": "a.pdf", "segments": [segment("accept")]})];
        let text = render(&score(&results, &truth), false, true);
        let first: Vec<&str> = text.lines().take(2).collect();
        assert_eq!(first, ["Acceptés à tort        1 sur 1", "    a.pdf : échue"]);
        assert!(text.contains("1  reject → accept"), "{text}");
    }

    #[test]
    fn truth_in_groups() {
        let truth = vec![json!({"kind": "photo"}), json!({"kind": "scan"}), json!({"kind": "photo"})];
        let found = groups(truth, Some("kind"));
        assert_eq!(found["photo"].len(), 2);
    }
}
