//! A letter as its parts: head, subject, text, signature; on paper and as an e-mail alike.
//!
//! Goes in: a sheet, and what the header of an e-mail says. Comes out: a [`Letter`], whose parts are cells of the sheet, so
//! that whatever is read of it has a place.

use crate::document::Header;
use crate::sheet::{Sheet, Snippet};
use crate::values::fold::{fold, folded_words};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// "Objet : Congé", "OBJET: ...", "Concerne : ...".
static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*(?:objet|sujet|concerne|obj)(?: de (?:la|votre) demande)?\s*(?:[.:]+\s*|$)")
        .expect("the pattern is fixed")
});
/// A subject stands within so many lines below a label of its own.
const LABEL_GAP: f32 = 2.0;
/// Words of a greeting.
#[rustfmt::skip]
const GREETING: &[&str] = &[
    "MADAME", "MONSIEUR", "MESSIEURS", "MESDAMES", "MME", "MR", "M", "LE", "LA", "ET", "OU", "DIRECTEUR", "DIRECTRICE",
    "PRESIDENT", "PRESIDENTE", "GENERAL", "GENERALE", "CHER", "CHERE", "CHERS", "CHERES", "TOUS", "TOUTES", "RESPONSABLE",
    "BONJOUR", "BONSOIR", "SALUT", "SLT", "BJR", "HELLO", "COUCOU", "A", "AUX", "MAITRE", "L", "EQUIPE", "DE", "AGENCE",
];
/// Words that open a text by themselves.
const HELLO: &[&str] = &["BONJOUR", "BONSOIR", "SALUT", "SLT", "BJR", "HELLO", "COUCOU"];
/// A greeting has no more words.
const LONGEST_GREETING: usize = 8;
/// A signature stands in the last lines.
const SIGNATURE_LINES: usize = 9;
/// Words of a landlord's or an office's name and services: a letter goes there.
#[rustfmt::skip]
const RECIPIENT: &[&str] = &[
    "HABITAT", "HLM", "OPH", "LOGEMENT", "LOGIS", "BAILLEUR", "FOYER", "FOYERS", "RESIDENCES", "CLIENTELE", "LOCATIVE",
    "RECOUVREMENT", "ATTENTION", "PROXIMITE", "LOCATAIRES", "DIRECTION", "OFFICE", "HABITATIONS", "CITES", "IMMOBILIERE",
];

/// A letter.
#[derive(Debug)]
pub(crate) struct Letter<'a> {
    pub(crate) sheet: &'a Sheet,
    /// What the header of an e-mail says.
    pub(crate) header: Option<&'a Header>,
    /// Cells above the text, without those of the recipient.
    pub(crate) head: Vec<usize>,
    /// Cells of the text, signature included, in reading order.
    pub(crate) body: Vec<usize>,
    /// The cell and the bytes of it that hold the subject.
    pub(crate) subject: Option<Snippet>,
}

impl<'a> Letter<'a> {
    /// Takes a sheet apart.
    pub(crate) fn new(sheet: &'a Sheet, header: Option<&'a Header>) -> Self {
        let subject_at = (0..sheet.cells.len()).find(|&at| SUBJECT.is_match(&sheet.cells[at].text()));
        let opening = match header {
            Some(_) => 0,
            None => opening(sheet, subject_at),
        };
        let head = own_head(sheet, opening, subject_at);
        let body = (opening..sheet.cells.len()).filter(|at| header.is_some() || Some(*at) != subject_at).collect();
        let subject = subject_at.map(|at| subject(sheet, at));
        Self { sheet, header, head, body, subject }
    }

    /// Gives the subject as text; empty without one.
    pub(crate) fn subject_text(&self) -> String {
        match self.header {
            Some(header) => header.subject.as_deref().map(plain_subject).unwrap_or_default(),
            None => self.subject.as_ref().map(|snippet| snippet.text.clone()).unwrap_or_default(),
        }
    }

    /// Gives what the writer says, an empty line between blocks.
    pub(crate) fn body_text(&self) -> String {
        self.snippet(&self.body).text
    }

    /// Gives what tells who writes: the head, the last lines, and the sender of an e-mail.
    pub(crate) fn sender_text(&self) -> String {
        let last = &self.body[self.body.len().saturating_sub(SIGNATURE_LINES)..];
        let mut lines: Vec<String> = self.head.iter().chain(last).map(|&at| self.sheet.cells[at].text()).collect();
        if let Some(header) = self.header {
            lines.extend(header.from_name.clone());
            lines.extend(header.from.clone());
        }
        lines.join("\n")
    }

    /// Cuts cells out: lines that run on are joined, an empty line stands between blocks.
    pub(crate) fn snippet(&self, cells: &[usize]) -> Snippet {
        let mut snippet = Snippet::default();
        let mut before: Option<usize> = None;
        for &at in cells {
            let cell = &self.sheet.cells[at];
            if before.is_some_and(|block| block != cell.block) {
                snippet.gap();
            }
            before = Some(cell.block);
            snippet.push_line(cell, 0..cell.words.len());
        }
        snippet
    }
}

/// Gives the first cell of the text: the greeting, else what follows the subject, else what follows the head.
fn opening(sheet: &Sheet, subject: Option<usize>) -> usize {
    let from = subject.map_or(0, |at| at + 1);
    let greeting = (from..sheet.cells.len()).find(|&at| is_greeting(&sheet.cells[at].text()));
    greeting.or(subject.map(|at| at + 1)).unwrap_or_else(|| first_paragraph(sheet))
}

/// Gives the first cell of the first block that is a paragraph rather than an address.
fn first_paragraph(sheet: &Sheet) -> usize {
    const WORDS: usize = 12;
    let words = |block: &Vec<usize>| block.iter().map(|&at| sheet.cells[at].words.len()).sum::<usize>();
    let wide = |block: &Vec<usize>| block.iter().any(|&at| sheet.cells[at].words.len() >= 7);
    let paragraph = sheet.blocks.iter().filter(|block| words(block) >= WORDS && wide(block));
    paragraph.filter_map(|block| block.first().copied()).min().unwrap_or(0)
}

/// Tells whether a line is a greeting.
pub(super) fn is_greeting(text: &str) -> bool {
    let words = folded_words(text);
    if words.is_empty() || words.len() > LONGEST_GREETING {
        return false;
    }
    let all = words.iter().all(|word| GREETING.contains(&word.as_str()));
    let ends = text.trim_end().ends_with([',', '!', ':']);
    let opens = GREETING.contains(&words[0].as_str()) && !matches!(words[0].as_str(), "A" | "LE" | "LA" | "L" | "DE");
    HELLO.contains(&words[0].as_str()) || opens && (all && words[0] != "M" || ends)
}

/// Gives the cells above the text that speak of the sender.
fn own_head(sheet: &Sheet, opening: usize, subject: Option<usize>) -> Vec<usize> {
    let above = |at: &usize| *at < opening && Some(*at) != subject;
    let is_recipients = |block: &Vec<usize>| {
        let first: Vec<String> = block.iter().take(2).flat_map(|&at| folded_words(&sheet.cells[at].text())).collect();
        block.iter().any(above) && first.iter().any(|word| RECIPIENT.contains(&word.as_str()))
    };
    // A landlord writes to nobody here: of several such blocks each is the recipient's.
    let theirs: Vec<usize> = sheet.blocks.iter().filter(|block| is_recipients(block)).flatten().copied().collect();
    (0..sheet.cells.len()).filter(above).filter(|at| !theirs.contains(at)).collect()
}

/// Gives the subject that stands on a line, with the lines it runs on to.
fn subject(sheet: &Sheet, at: usize) -> Snippet {
    let mut snippet = Snippet::default();
    let cell = &sheet.cells[at];
    let text = cell.text();
    let label = SUBJECT.find(&text).map_or(0, |found| text[..found.end()].split_whitespace().count());
    snippet.push_line(cell, label.min(cell.words.len())..cell.words.len());
    if snippet.is_blank() {
        // The label is the head of a row of its own.
        let beside = sheet.right_of(at).or_else(|| sheet.below(at, LABEL_GAP));
        if let Some(beside) = beside.map(|beside| &sheet.cells[beside]) {
            snippet.push_line(beside, 0..beside.words.len());
        }
        return snippet;
    }
    let block = &sheet.blocks[cell.block];
    let mut wraps = cell.wraps || is_open(&text);
    for &next in block.iter().skip_while(|&&other| other != at).skip(1) {
        let next = &sheet.cells[next];
        let line = next.text();
        let new_sentence = line.starts_with(char::is_uppercase);
        if !wraps || new_sentence || is_greeting(&line) || line.contains(':') {
            break;
        }
        snippet.push_line(next, 0..next.words.len());
        wraps = next.wraps || is_open(&line);
    }
    snippet
}

/// Tells whether a line waits for another.
fn is_open(line: &str) -> bool {
    line.trim_end().ends_with([',', '-', '–'])
}

/// Gives a subject without the marks of answers and of messages passed on.
pub(crate) fn plain_subject(subject: &str) -> String {
    static PREFIX: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^\s*(?:(?:re|ré|tr|fw|fwd|aw|rép|réf)\s*(?:\[\d+\])?\s*:\s*)+").expect("the pattern is fixed")
    });
    let folded = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    PREFIX.replace(&folded, "").trim().to_owned()
}

/// Gives the range of a text without the blanks around it.
pub(super) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let piece = &text[range.clone()];
    let start = range.start + (piece.len() - piece.trim_start().len());
    let end = range.end - (piece.len() - piece.trim_end().len());
    start..end.max(start)
}

/// Tells whether a text names a landlord's office.
pub(super) fn is_landlord(text: &str) -> bool {
    fold(text).split(' ').any(|word| RECIPIENT.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::typed::page;

    #[test]
    fn greetings() {
        for (text, expected) in [
            ("Madame, Monsieur,", true),
            ("Monsieur le Directeur,", true),
            ("Bonjour Mme Diallo,", true),
            ("bjr", true),
            ("Monsieur Karim BENALI", false),
            ("M. Karim Benali", false),
            ("Je vous écris au sujet de mon logement,", false),
        ] {
            assert_eq!(is_greeting(text), expected, "{text}");
        }
    }

    #[test]
    fn subjects_lose_their_marks() {
        for (given, expected) in [
            ("Re: Fuite d'eau", "Fuite d'eau"),
            ("TR : RE: Congé", "Congé"),
            ("Fwd: Re : bail", "bail"),
            ("Retard de loyer", "Retard de loyer"),
            ("Réf : 12", "12"),
        ] {
            assert_eq!(plain_subject(given), expected, "{given}");
        }
    }

    #[test]
    fn a_letter_on_paper_comes_apart() {
        let page = page(
            "Karim Benali|Habitat des Deux Rives\n12 rue des Lilas|Service de la gestion locative\n31000 Toulouse|1 place X\n\n\n\
             Objet : Congé du logement\n\n\nMadame, Monsieur,\n\nJe vous donne congé.\n\nKarim Benali",
        );
        let sheet = Sheet::new([&page]);
        let letter = Letter::new(&sheet, None);
        assert_eq!(letter.subject_text(), "Congé du logement");
        assert!(letter.body_text().starts_with("Madame, Monsieur,"), "{}", letter.body_text());
        let head = letter.sender_text();
        assert!(head.contains("Karim") && !head.contains("Habitat"), "{head}");
    }
}
