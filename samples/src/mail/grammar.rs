//! The grammar of the texts: `{slot}`, `[[a|b]]`, `((optional))`, and runs of text with the fields they are.
//!
//! A template is parsed once into nodes and expanded many times into runs. What a branch leaves behind (doubled spaces,
//! a space before a comma, an empty line) is tidied afterwards, across runs.

use crate::draw::Draw;
use serde_json::Value;

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Text as it stands.
    Text(String),
    /// A value.
    Slot(String),
    /// One of several.
    Choice(Vec<Vec<Node>>),
    /// Printed or not.
    Maybe(Vec<Node>),
}

/// Why a template could not be parsed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrammarError {
    /// A bracket without its partner.
    #[error("\"{0}\" is not closed")]
    Open(&'static str),
    /// A brace without its partner.
    #[error("a slot is not closed")]
    Slot,
    /// Closed, but never opened.
    #[error("something is closed that was not opened, before \"{0}\"")]
    Closed(String),
}

/// Parses a template.
///
/// # Errors
/// Brackets that do not match.
pub fn parse(text: &str) -> Result<Vec<Node>, GrammarError> {
    let mut rest = text;
    let nodes = sequence(&mut rest, None)?;
    if rest.is_empty() { Ok(nodes) } else { Err(GrammarError::Closed(rest.chars().take(20).collect())) }
}

/// What ends a sequence: `]]` or `|` in a choice, `))` in an optional part.
fn ends(rest: &str, within: Option<&str>) -> bool {
    match within {
        Some("[[") => rest.starts_with("]]") || rest.starts_with('|'),
        Some(_) => rest.starts_with("))"),
        None => false,
    }
}

fn sequence(rest: &mut &str, within: Option<&str>) -> Result<Vec<Node>, GrammarError> {
    let mut nodes = Vec::new();
    let mut text = String::new();
    while let Some(c) = rest.chars().next() {
        if ends(rest, within) {
            break;
        }
        let node = if let Some(after) = rest.strip_prefix("[[") {
            *rest = after;
            let mut branches = vec![sequence(rest, Some("[["))?];
            while let Some(after) = rest.strip_prefix('|') {
                *rest = after;
                branches.push(sequence(rest, Some("[["))?);
            }
            *rest = rest.strip_prefix("]]").ok_or(GrammarError::Open("[["))?;
            Node::Choice(branches)
        } else if let Some(after) = rest.strip_prefix("((") {
            *rest = after;
            let nodes = sequence(rest, Some("(("))?;
            *rest = rest.strip_prefix("))").ok_or(GrammarError::Open("(("))?;
            Node::Maybe(nodes)
        } else if let Some(after) = rest.strip_prefix('{') {
            let (name, after) = after.split_once('}').ok_or(GrammarError::Slot)?;
            *rest = after;
            Node::Slot(name.to_owned())
        } else {
            text.push(c);
            *rest = &rest[c.len_utf8()..];
            continue;
        };
        if !text.is_empty() {
            nodes.push(Node::Text(std::mem::take(&mut text)));
        }
        nodes.push(node);
    }
    if !text.is_empty() {
        nodes.push(Node::Text(text));
    }
    Ok(nodes)
}

/// Gives the slots that a template may print.
pub fn slots(nodes: &[Node]) -> Vec<&str> {
    let mut found = Vec::new();
    for node in nodes {
        match node {
            Node::Text(_) => {}
            Node::Slot(name) => found.push(name.as_str()),
            Node::Choice(branches) => found.extend(branches.iter().flat_map(|branch| slots(branch))),
            Node::Maybe(nodes) => found.extend(slots(nodes)),
        }
    }
    found
}

/// A field that a run prints, or a part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Its code.
    pub field: &'static str,
    /// Its value in normal form.
    pub value: Value,
    /// Which part of an address: `ligne`, `complement`, `ville`.
    pub part: Option<&'static str>,
    /// Which person of a list.
    pub rank: Option<usize>,
}

/// A piece of text: words that may be misspelt, or a value that stays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// What it prints.
    pub text: String,
    /// A value: never misspelt.
    pub fixed: bool,
    /// The fields that it is.
    pub marks: Vec<Mark>,
}

impl Run {
    /// Gives words.
    pub fn words(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Gives a value that is no field.
    pub fn value(text: impl Into<String>) -> Self {
        Self { text: text.into(), fixed: true, marks: Vec::new() }
    }

    /// Gives a field.
    pub fn field(text: impl Into<String>, field: &'static str, value: Value) -> Self {
        let mark = Mark { field, value, part: None, rank: None };
        Self { text: text.into(), fixed: true, marks: vec![mark] }
    }
}

/// Stands where a branch or an optional part printed nothing; tidied away with what it leaves.
const GAP: char = '\u{1}';

/// Share of optional parts that are printed.
const MAYBE_SHARE: f64 = 0.5;

/// Expands a template. `slot` prints a value, told what stands before it in the text.
pub fn expand(nodes: &[Node], draw: &mut Draw, slot: &mut impl FnMut(&str, &str) -> Vec<Run>) -> Vec<Run> {
    let mut runs = Vec::new();
    write(nodes, draw, slot, &mut runs);
    tidy(&runs)
}

fn write(nodes: &[Node], draw: &mut Draw, slot: &mut impl FnMut(&str, &str) -> Vec<Run>, runs: &mut Vec<Run>) {
    for node in nodes {
        match node {
            Node::Text(text) => push(runs, text),
            Node::Slot(name) => {
                let before = runs.last().map_or("", |run| run.text.as_str()).trim_end_matches(GAP);
                let printed = slot(name, before);
                if let Some(first) = printed.first()
                    && elides(before, &first.text)
                    && let Some(last) = runs.last_mut()
                {
                    let kept = last.text.trim_end_matches(GAP).len() - "e ".len();
                    last.text.truncate(kept);
                    last.text.push('\'');
                }
                runs.extend(printed);
            }
            Node::Choice(branches) => {
                let branch = draw.pick(branches);
                if branch.is_empty() {
                    push(runs, "\u{1}");
                }
                write(branch, draw, slot, runs);
            }
            Node::Maybe(nodes) if draw.chance(MAYBE_SHARE) => write(nodes, draw, slot, runs),
            Node::Maybe(_) => push(runs, "\u{1}"),
        }
    }
}

/// Adds words to the last run of words.
fn push(runs: &mut Vec<Run>, text: &str) {
    match runs.last_mut() {
        Some(last) if !last.fixed => last.text.push_str(text),
        _ => runs.push(Run::words(text)),
    }
}

/// Tells whether `de` or `que` at the end of `before` loses its vowel to `value`.
fn elides(before: &str, value: &str) -> bool {
    const VOWELS: &str = "aeiouyàâäéèêëîïôöùûüœ";
    let word = before.rsplit(|c: char| c.is_whitespace() || "'(-".contains(c)).nth(1).unwrap_or_default();
    let begins = value.chars().next().and_then(|c| c.to_lowercase().next());
    before.ends_with("e ")
        && ["de", "que"].contains(&word.to_lowercase().as_str())
        && begins.is_some_and(|c| VOWELS.contains(c))
}

/// Folds doubled spaces, takes spaces off before `.` and `,` and at the ends of lines, drops lines that an optional part
/// left empty and second empty lines.
pub fn tidy(runs: &[Run]) -> Vec<Run> {
    let letters = runs.iter().enumerate().flat_map(|(at, run)| run.text.chars().map(move |c| (c, at)));
    let mut lines: Vec<Vec<(char, usize)>> = vec![Vec::new()];
    for (c, at) in letters {
        match (c, lines.last_mut()) {
            ('\n', _) => lines.push(Vec::new()),
            (_, Some(line)) => line.push((c, at)),
            _ => {}
        }
    }
    let mut texts = vec![String::new(); runs.len()];
    let mut out: Vec<Vec<(char, usize)>> = Vec::new();
    for line in lines {
        let holed = line.iter().any(|(c, _)| *c == GAP);
        let mut kept: Vec<(char, usize)> = Vec::new();
        for (c, at) in line.into_iter().filter(|(c, _)| *c != GAP) {
            if matches!(c, '.' | ',') && kept.last().is_some_and(|(before, _)| *before == ' ') {
                kept.pop();
            }
            if c == ' ' && kept.last().is_none_or(|(before, _)| *before == ' ') {
                continue;
            }
            kept.push((c, at));
        }
        while kept.last().is_some_and(|(c, _)| *c == ' ') {
            kept.pop();
        }
        let second = out.last().is_none_or(Vec::is_empty);
        if kept.is_empty() && (holed || second) {
            continue;
        }
        out.push(kept);
    }
    while out.last().is_some_and(Vec::is_empty) {
        out.pop();
    }
    let mut last = 0;
    for (number, line) in out.iter().enumerate() {
        if number > 0 {
            // A break belongs to the words between two values, where there are any.
            let next = out[number..].iter().find_map(|line| line.first()).map_or(last, |(_, at)| *at);
            let at = (last..=next).find(|at| !runs[*at].fixed).unwrap_or(last);
            texts[at].push('\n');
        }
        for (c, at) in line {
            texts[*at].push(*c);
            last = *at;
        }
    }
    let mut tidied: Vec<Run> = Vec::new();
    for (run, text) in runs.iter().zip(texts) {
        if !text.is_empty() {
            tidied.push(Run { text, ..run.clone() });
        }
    }
    tidied
}

/// Splits runs at empty lines.
pub fn paragraphs(runs: Vec<Run>) -> Vec<Vec<Run>> {
    let mut out: Vec<Vec<Run>> = vec![Vec::new()];
    for run in runs {
        if run.fixed || !run.text.contains("\n\n") {
            out.last_mut().into_iter().for_each(|last| last.push(run.clone()));
            continue;
        }
        for (at, piece) in run.text.split("\n\n").enumerate() {
            if at > 0 {
                out.push(Vec::new());
            }
            if let Some(last) = out.last_mut().filter(|_| !piece.is_empty()) {
                last.push(Run::words(piece));
            }
        }
    }
    out.retain(|paragraph| !paragraph.is_empty());
    out
}

/// Gives the text of runs.
pub fn text(runs: &[Run]) -> String {
    runs.iter().map(|run| run.text.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives every way in which the template came out in many draws.
    fn ways(template: &str) -> Vec<String> {
        let nodes = parse(template).unwrap();
        let mut found = Vec::new();
        for index in 0..200 {
            let mut draw = Draw::new(1, index, "grammar");
            let mut slot = |name: &str, _: &str| vec![Run::value(name)];
            found.push(text(&expand(&nodes, &mut draw, &mut slot)));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    #[test]
    fn what_branches_leave_behind_is_tidied() {
        for (template, expected) in [
            ("a [[b|c]]", vec!["a b", "a c"]),
            ("a [[b|]] c", vec!["a b c", "a c"]),
            ("a ((b)).", vec!["a b.", "a."]),
            ("a ((, b)), c", vec!["a, b, c", "a, c"]),
            ("a\n((b))\nc", vec!["a\nb\nc", "a\nc"]),
            ("a\n\n((b\n\n))c", vec!["a\n\nb\n\nc", "a\n\nc"]),
            ("a\n\n((b))\n\nc", vec!["a\n\nb\n\nc", "a\n\nc"]),
            ("(seul) [x]", vec!["(seul) [x]"]),
            ("((a [[b|c]]))d", vec!["a bd", "a cd", "d"]),
            ("fin de {avril} et de {mars}, que {Anne}", vec!["fin d'avril et de mars, qu'Anne"]),
            ("Que {Anne} De {avril}", vec!["Qu'Anne D'avril"]),
        ] {
            assert_eq!(ways(template), expected, "{template}");
        }
    }

    #[test]
    fn brackets_must_match() {
        assert_eq!(parse("[[a|b"), Err(GrammarError::Open("[[")));
        assert_eq!(parse("((a"), Err(GrammarError::Open("((")));
        assert_eq!(parse("{a"), Err(GrammarError::Slot));
        assert_eq!(slots(&parse("{a} [[{b}|((é {c}))]]").unwrap()), ["a", "b", "c"]);
    }

    #[test]
    fn paragraphs_keep_their_values() {
        let runs = vec![Run::words("a\n\nb "), Run::value("12"), Run::words("\n\nc")];
        let texts: Vec<String> = paragraphs(runs).iter().map(|runs| text(runs)).collect();
        assert_eq!(texts, ["a", "b 12", "c"]);
    }
}
