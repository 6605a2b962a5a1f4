//! `guichet rules check`: parses, links and lints rules, and runs their examples.

use crate::house::rule_pages;
use crate::stop::Stop;
use std::path::Path;

/// Runs the command on a folder, or on the rules of the program.
pub(crate) fn run(folder: Option<&Path>) -> Result<(), Stop> {
    let pages = rule_pages(folder)?;
    let place = |name: &str| folder.map_or_else(|| name.to_owned(), |folder| folder.join(name).display().to_string());
    let rules = match pages.link() {
        Ok(rules) => rules,
        Err(error) => {
            eprintln!("{}:{}: {}", place(&error.file), error.line, error.message);
            return Err(Stop::usage("les règles ne peuvent pas servir tant que cela n'est pas corrigé"));
        }
    };
    let complaints = rules.lint();
    for complaint in &complaints {
        let (name, line) = locate(&pages.pages, complaint);
        eprintln!("{}:{line}: {complaint}", place(name));
    }
    if !complaints.is_empty() {
        return Err(Stop::usage(format!("{} point(s) à corriger dans les règles", complaints.len())));
    }
    let examples = rules.examples.len() + rules.checks.iter().map(|check| check.examples.len()).sum::<usize>();
    println!(
        "{} types, {} champs, {} contrôles, {} échelles de relances, {examples} exemples : tout est en ordre",
        rules.types.len(),
        rules.fields.len(),
        rules.checks.len(),
        rules.relances.ladders.len()
    );
    Ok(())
}

/// Gives the first page and line that holds what a complaint quotes.
fn locate<'a>(pages: &'a [(String, String)], complaint: &str) -> (&'a str, usize) {
    let quoted = complaint.split('"').nth(1).unwrap_or_default();
    for (name, text) in pages {
        if let Some(line) = text.lines().position(|line| !quoted.is_empty() && line.contains(quoted)) {
            return (name, line + 1);
        }
    }
    pages.first().map_or(("rules", 1), |(name, _)| (name.as_str(), 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_is_located_by_what_it_quotes() {
        let pages = [
            ("a.toml".to_owned(), "x = 1\n".to_owned()),
            ("b.toml".to_owned(), "y = 1\n\ncode = \"assurance.periode\"\n".to_owned()),
        ];
        assert_eq!(locate(&pages, "check \"assurance.periode\" has no example"), ("b.toml", 3));
        assert_eq!(locate(&pages, "nothing quoted"), ("a.toml", 1));
    }

    #[test]
    fn the_rules_of_the_program_are_in_order() {
        assert!(run(None).is_ok());
    }
}
