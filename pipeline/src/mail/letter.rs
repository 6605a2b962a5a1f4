//! A letter as its parts: head, subject, text, signature; on paper and as an e-mail alike.
//!
//! Goes in: a sheet, and what the header of an e-mail says. Comes out: a [`Letter`], whose parts are cells of the sheet, so
//! that whatever is read of it has a place.

use crate::document::Header;
use crate::sheet::{Sheet, Snippet};
use crate::values::address_text::street_at;
use crate::values::date_text::find_dates;
use crate::values::fold::{fold, folded_words};
use crate::values::person_text::is_person_line;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// "Objet : Congé", "OBJET: ...", "Concerne : ...".
static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^\s*(?:(?:objet|sujet|concerne|obj|au sujet de|[àa] propos de)(?: (?:de (?:la|ma|votre) (?:demande|lettre)|du courrier))?\s*(?:[.:;]+\s*|[-–—]\s+|$)|objet\s)",
    )
    .expect("the pattern is fixed")
});
/// "Réf : Mise en demeure": words where a number is expected.
static IN_PLACE_OF_A_REFERENCE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)^\s*r[ée]f\.?\s*:\s*").expect("the pattern is fixed"));
/// A line of the head of a printed e-mail.
static HEAD_OF_MAIL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*(?:de|from|exp[ée]diteur|[àa]|to|date|envoy[ée](?: le)?)\s*:").expect("the pattern is fixed")
});
/// "1 message".
static MESSAGES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)^\s*\d+ messages?\s*$").expect("the pattern is fixed"));
/// It stands within so many lines from the top.
const COUNTED_WITHIN: usize = 8;
/// So many lines above its subject the head of a printed e-mail begins.
const HEAD_LINES: usize = 4;
/// What stands above the text and is no subject: how a letter travels, references, telephone numbers.
static NO_SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)recommand[ée]|\bLRAR\b|accus[ée] de r[ée]ception|lettre (?:simple|suivie)|par (?:courriel|mail|courrier|porteur)|remis[e]? en main|\b(?:[nv]/?\s*r[ée]f|r[ée]f(?:[ée]rences?)?|n[°o]|t[ée]l(?:[ée]phone)?|siret|siren|copie|pi[èe]ces? jointes?|p\.?j)\b|[@:]|\d{5}|(?:\d{2}[ .]){4}|^(?:suite|page|le|la|l['’]attention|[àa] l['’])\b")
        .expect("the pattern is fixed")
});
/// A subject without a label takes no more lines and no more words.
const SUBJECT_LINES: usize = 2;
const SUBJECT_WORDS: usize = 16;
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
    /// Whether the paper says that it is the subject.
    pub(crate) labelled: bool,
}

impl<'a> Letter<'a> {
    /// Takes a sheet apart.
    pub(crate) fn new(sheet: &'a Sheet, header: Option<&'a Header>) -> Self {
        let subject_at = labelled_subject(sheet);
        let opening = match header {
            Some(_) => 0,
            None => opening(sheet, subject_at),
        };
        let bare = if subject_at.is_none() && header.is_none() { bare_subject(sheet, opening) } else { Vec::new() };
        let head = own_head(sheet, opening, subject_at).into_iter().filter(|at| !bare.contains(at)).collect();
        let body = (opening..sheet.cells.len()).filter(|at| header.is_some() || Some(*at) != subject_at).collect();
        let subject = match subject_at {
            Some(at) => Some(subject(sheet, at)),
            None if bare.is_empty() => None,
            None => Some(sheet.snippet(&bare)),
        };
        Self { sheet, header, head, body, subject, labelled: subject_at.is_some() }
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

/// Gives where the label of a subject ends, on a line that has one.
fn label_end(line: &str) -> Option<usize> {
    let reference = || {
        let label = IN_PLACE_OF_A_REFERENCE.find(line)?;
        let said = &line[label.end()..];
        let words = said.split_whitespace().count() > 1 && !said.contains(|c: char| c.is_ascii_digit());
        words.then_some(label.end())
    };
    SUBJECT.find(line).map(|label| label.end()).or_else(reference)
}

/// Gives the line that says of itself that it is the subject. Of the heads of a printed e-mail that was passed on, the last
/// is that of the message itself.
fn labelled_subject(sheet: &Sheet) -> Option<usize> {
    let texts: Vec<String> = sheet.cells.iter().map(|cell| cell.text()).collect();
    // A message printed from a web page: its subject, then how many messages there are.
    let counted = (1..texts.len().min(COUNTED_WITHIN)).find(|&at| MESSAGES.is_match(&texts[at]));
    let named: Vec<usize> = (0..texts.len()).filter(|&at| label_end(&texts[at]).is_some()).collect();
    if let Some(count) = counted.filter(|_| named.is_empty()) {
        let above = &sheet.cells[count - 1];
        return (above.words.len() <= SUBJECT_WORDS && !texts[count - 1].starts_with('(')).then_some(count - 1);
    }
    let in_head = |at: &&usize| {
        let above = &texts[at.saturating_sub(HEAD_LINES)..**at];
        above.iter().filter(|text| HEAD_OF_MAIL.is_match(text)).count() >= 2
    };
    named.iter().rfind(in_head).or(named.first()).copied()
}

/// Gives the lines right above the text that are a subject without a label: "Congé de mon logement", alone between the
/// addresses and the greeting.
fn bare_subject(sheet: &Sheet, opening: usize) -> Vec<usize> {
    let Some(first) = sheet.cells.get(opening) else { return Vec::new() };
    let before = |&at: &usize| {
        let cell = &sheet.cells[at];
        cell.page == first.page && cell.rect.y1 <= first.rect.mid_y() && at < opening
    };
    let Some(last) = (0..opening).filter(before).max_by(|&a, &b| {
        let bottom = |at: usize| sheet.cells[at].rect.y1;
        bottom(a).total_cmp(&bottom(b))
    }) else {
        return Vec::new();
    };
    let block: Vec<usize> = sheet.blocks[sheet.cells[last].block].iter().copied().filter(|&at| at < opening).collect();
    let row = block.iter().position(|&at| at == last).unwrap_or(0);
    let from = (0..=row).rev().take_while(|&row| may_be_subject(&sheet.cells[block[row]].text())).last();
    let Some(from) = from else { return Vec::new() };
    let found = &block[from..=row];
    let words: usize = found.iter().map(|&at| sheet.cells[at].words.len()).sum();
    let opens = sheet.cells[found[0]].text().starts_with(char::is_uppercase);
    let alone = from == 0 || found.len() == 1;
    if found.len() <= SUBJECT_LINES && words <= SUBJECT_WORDS && opens && alone { found.to_vec() } else { Vec::new() }
}

/// Tells a line that is neither a name, an address, a date, nor how the letter travels.
fn may_be_subject(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 4
        && !NO_SUBJECT.is_match(text)
        && find_dates(text).is_empty()
        && !is_person_line(text)
        && !is_office(text)
        && street_at(text).is_none()
}

/// Tells the name of a landlord's office from words about a dwelling: each of its words begins with a capital.
fn is_office(text: &str) -> bool {
    let words = || text.split_whitespace().filter(|word| word.chars().count() > 3);
    is_landlord(text) && words().all(|word| word.starts_with(char::is_uppercase))
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
    let label = label_end(&text).map_or(0, |end| text[..end].split_whitespace().count());
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
    fn subjects_with_and_without_a_label() {
        let head = "Karim Benali|Habitat des Deux Rives\n12 rue des Lilas|1 place X\n31000 Toulouse|31000 Toulouse";
        for (lines, expected) in [
            ("Objet : Congé du logement", "Congé du logement"),
            ("Objet Congé du logement", "Congé du logement"),
            ("OBJET – Congé du logement", "Congé du logement"),
            ("Au sujet de : Congé du logement", "Congé du logement"),
            ("Réf : Mise en demeure", "Mise en demeure"),
            ("Réf : L-004512", ""),
            ("Congé du logement", "Congé du logement"),
            ("Lettre recommandée avec accusé de réception", ""),
            ("Toulouse, le 3 mars 2026", ""),
            ("Sophie Lenoir", ""),
        ] {
            let page =
                page(&format!("{head}\n\n\n{lines}\n\n\nMadame, Monsieur,\n\nJe vous donne congé.\n\nKarim Benali"));
            let sheet = Sheet::new([&page]);
            assert_eq!(Letter::new(&sheet, None).subject_text(), expected, "{lines}");
        }
        let page = page(
            "13/08/2026|Boîte\n\nUn logement trop petit\n\n1 message\n\nPerrine Blanc <p@x.example>\nÀ : a@b\n\nBonjour,\nOn est sept.",
        );
        let sheet = Sheet::new([&page]);
        assert_eq!(Letter::new(&sheet, None).subject_text(), "Un logement trop petit");
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
