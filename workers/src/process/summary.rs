//! The table at the end of a run, for people.
//!
//! A line a file while there are few; always the totals: accepted, to look at by first reason, refused, not read.

use crate::terminal::{Colour, coloured};
use crate::words::{self, Outcome, spokesman};
use comfy_table::{ColumnConstraint, ContentArrangement, Row, Table, presets};
use guichet_pipeline::output::SourceResult;
use guichet_pipeline::rules::Rules;
use std::collections::BTreeMap;

/// More files than this are not listed: nobody reads so long a table.
const MOST_LISTED: usize = 60;

/// What a run gave.
#[derive(Debug, Default)]
pub(super) struct Summary {
    lines: Vec<Line>,
    files: usize,
    pages: u64,
    outcomes: BTreeMap<Outcome, usize>,
    reviews: BTreeMap<String, usize>,
}

#[derive(Debug)]
struct Line {
    source: String,
    type_name: String,
    outcome: Outcome,
    reasons: String,
    lease: String,
}

impl Summary {
    /// Counts a result.
    pub(super) fn add(&mut self, result: &SourceResult, rules: &Rules) {
        let (outcome, segment) = spokesman(result);
        let decision = segment.and_then(|segment| segment.decision.as_ref());
        let reasons: Vec<String> = match (&result.error, decision) {
            (Some(failure), _) => vec![words::fault(failure.code).to_owned()],
            (None, Some(decision)) => decision.reasons.iter().map(|code| words::reason(code)).collect(),
            (None, None) => Vec::new(),
        };
        self.files += 1;
        self.pages += u64::from(result.pages);
        *self.outcomes.entry(outcome).or_default() += 1;
        if outcome == Outcome::Review {
            let first = reasons.first().cloned().unwrap_or_else(|| "sans raison".to_owned());
            *self.reviews.entry(first).or_default() += 1;
        }
        // One more than are listed, to know that there are too many.
        if self.lines.len() <= MOST_LISTED {
            self.lines.push(Line {
                source: result.source.clone(),
                type_name: segment.map_or("", |segment| words::type_name(rules, &segment.type_code)).to_owned(),
                outcome,
                reasons: reasons.join(", "),
                lease: decision.and_then(|decision| decision.reference_contrat.clone()).unwrap_or_default(),
            });
        }
    }

    /// Gives how many files were counted.
    pub(super) fn files(&self) -> usize {
        self.files
    }

    /// Gives the table and the totals.
    pub(super) fn render(&self, width: u16, colours: bool) -> String {
        let mut text = String::new();
        if self.lines.len() <= MOST_LISTED {
            let folder = self.common_folder();
            if !folder.is_empty() {
                text.push_str(&format!("{folder}\n"));
            }
            text.push_str(&self.table(width, colours, folder.len()));
            text.push_str("\n\n");
        }
        text.push_str(&self.totals(colours));
        text
    }

    /// Gives the folder that all sources share, with its slash: told once above the table.
    fn common_folder(&self) -> String {
        let mut folders = self.lines.iter().map(|line| line.source.rsplit_once('/').map_or("", |(folder, _)| folder));
        let Some(mut common) = folders.next().map(|folder| format!("{folder}/")) else { return String::new() };
        for line in &self.lines {
            while !line.source.starts_with(&common) {
                common.pop();
                common.truncate(common.rfind('/').map_or(0, |at| at + 1));
            }
        }
        if common == "/" { String::new() } else { common }
    }

    fn table(&self, width: u16, colours: bool, shared: usize) -> String {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        table.set_truncation_indicator("…");
        let mut header = Row::from(["Fichier", "Type", "Décision", "Raisons", "Bail"]);
        header.max_height(1);
        table.set_header(header);
        for line in &self.lines {
            let file = shortened(&line.source[shared..], usize::from(width) / 3);
            let cells = [&file, &line.type_name, line.outcome.words(), &line.reasons, &line.lease];
            let mut row = Row::from(cells);
            row.max_height(1);
            table.add_row(row);
        }
        // The decision is never cut.
        if let Some(column) = table.column_mut(2) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
        let lines = table.lines().enumerate().map(|(at, text)| {
            let text = text.trim_end();
            match (colours, at) {
                (false, _) => text.to_owned(),
                (true, 0) => coloured(text, Colour::Bold),
                (true, at) => match self.lines.get(at - 1).and_then(|line| colour(line.outcome)) {
                    Some(colour) => coloured(text, colour),
                    None => text.to_owned(),
                },
            }
        });
        lines.collect::<Vec<String>>().join("\n")
    }

    fn totals(&self, colours: bool) -> String {
        let count = |outcome| self.outcomes.get(&outcome).copied().unwrap_or_default();
        let pages = self.pages;
        let mut lines = vec![format!("{} fichier(s), {pages} page(s)", self.files)];
        let rows = [
            (Outcome::Accept, "acceptées"),
            (Outcome::Review, "à revoir"),
            (Outcome::Reject, "refusées"),
            (Outcome::Read, "lus sans décision"),
            (Outcome::Unreadable, "illisibles (fichier)"),
        ];
        for (outcome, words) in rows {
            let files = count(outcome);
            if files == 0 && matches!(outcome, Outcome::Read | Outcome::Unreadable) {
                continue;
            }
            let line = format!("{files:>7}  {words}");
            lines.push(match colour(outcome).filter(|_| colours && files > 0) {
                Some(colour) => coloured(&line, colour),
                None => line,
            });
            if outcome == Outcome::Review {
                let mut reasons: Vec<(&String, &usize)> = self.reviews.iter().collect();
                reasons.sort_by_key(|(_, files)| std::cmp::Reverse(**files));
                lines.extend(reasons.into_iter().map(|(reason, files)| format!("{files:>13}  {reason}")));
            }
        }
        lines.join("\n")
    }
}

fn colour(outcome: Outcome) -> Option<Colour> {
    match outcome {
        Outcome::Accept => Some(Colour::Green),
        Outcome::Review => Some(Colour::Yellow),
        Outcome::Reject | Outcome::Unreadable => Some(Colour::Red),
        Outcome::Read => None,
    }
}

/// Cuts a path from the left: its end tells more.
fn shortened(path: &str, most: usize) -> String {
    let length = path.chars().count();
    if length <= most {
        return path.to_owned();
    }
    let end: String = path.chars().skip(length + 1 - most.max(1)).collect();
    format!("…{end}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use guichet_pipeline::document::{Fault, FaultCode};
    use guichet_pipeline::output::{Decision, Segment, Timings};

    fn decided(source: &str, outcome: &str, reasons: &[&str], lease: Option<&str>) -> SourceResult {
        let segment = Segment {
            pages: vec![1],
            attachment: None,
            type_code: "attestation_habitation".to_owned(),
            confidence: 0.9,
            fields: serde_json::Map::new(),
            checks: Vec::new(),
            decision: Some(Decision {
                outcome: outcome.to_owned(),
                reasons: reasons.iter().map(|reason| (*reason).to_owned()).collect(),
                reference_contrat: lease.map(str::to_owned),
            }),
            conge: None,
        };
        SourceResult::ok(source, "00", 1, vec![segment], Timings::default())
    }

    fn summary() -> Summary {
        let rules = Rules::embedded().unwrap();
        let mut summary = Summary::default();
        summary.add(&decided("depot/a.pdf", "accept", &[], Some("L-1")), &rules);
        summary.add(&decided("depot/b.pdf", "review", &["nom_different", "champ_manquant"], Some("L-2")), &rules);
        summary.add(&decided("depot/c.pdf", "review", &["champ_manquant"], None), &rules);
        summary.add(&decided("depot/d.pdf", "review", &["champ_manquant"], None), &rules);
        summary.add(&decided("depot/e.pdf", "reject", &["echue"], Some("L-3")), &rules);
        summary.add(&SourceResult::fault("depot/f.pdf", "", &Fault::new(FaultCode::FichierVide, "vide")), &rules);
        summary
    }

    #[test]
    fn a_table_and_its_totals() {
        let expected = [
            "depot/",
            " Fichier  Type                                Décision  Raisons                       Bail",
            " a.pdf  attestation d'assurance habitation  acceptée                                L-1",
            " b.pdf  attestation d'assurance habitation  à revoir  nom différent, champ manquant  L-2",
        ];
        let text = summary().render(120, false);
        let words = |line: &str| line.split_whitespace().collect::<Vec<&str>>().join(" ");
        let lines: Vec<String> = text.lines().map(words).collect();
        for (line, expected) in lines.iter().zip(expected) {
            assert_eq!(line, &words(expected));
        }
        let totals = [
            "6 fichier(s), 5 page(s)",
            "1 acceptées",
            "3 à revoir",
            "2 champ manquant",
            "1 nom différent",
            "1 refusées",
            "1 illisibles (fichier)",
        ];
        assert_eq!(lines[lines.len() - totals.len()..], totals.map(str::to_owned));
        assert!(lines[7].contains("illisible fichier vide"), "{}", lines[7]);
    }

    #[test]
    fn a_table_fits_its_screen() {
        for width in [40, 60, 80, 200] {
            let text = summary().render(width, false);
            let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
            assert!(widest <= usize::from(width), "{widest} over {width}\n{text}");
            assert_eq!(text.lines().count(), 1 + 7 + 1 + 7, "{text}");
        }
    }

    #[test]
    fn colours_only_when_wanted() {
        assert!(!summary().render(100, false).contains('\u{1b}'));
        let text = summary().render(100, true);
        let green = text.lines().find(|line| line.contains("a.pdf")).unwrap();
        assert!(green.starts_with("\u{1b}[32m") && green.ends_with("\u{1b}[0m"), "{green:?}");
    }

    #[test]
    fn long_lists_are_only_counted() {
        let rules = Rules::embedded().unwrap();
        let mut summary = Summary::default();
        for _ in 0..=MOST_LISTED {
            summary.add(&decided("a.pdf", "review", &["doublon"], None), &rules);
        }
        let text = summary.render(100, false);
        assert!(!text.contains("a.pdf") && text.contains("61  doublon"), "{text}");
    }

    #[test]
    fn paths_are_cut_from_the_left() {
        assert_eq!(shortened("depot/a.pdf", 20), "depot/a.pdf");
        assert_eq!(shortened("depot/mars/attestation.pdf", 16), "…attestation.pdf");
    }
}
