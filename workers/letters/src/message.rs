//! The e-mail of a letter: what its template puts into `courriel`, as plain text and as HTML.
//!
//! Paragraphs, lists, strong and emphasised text, line breaks and links; anything else is a mistake of the template, for
//! an e-mail that loses a table silently would say less than the letter.

use typst::foundations::{Content, SequenceElem, StyledElem, SymbolElem};
use typst_library::introspection::MetadataElem;
use typst_library::model::{Destination, EmphElem, EnumItem, LinkElem, LinkTarget, ListItem, ParbreakElem, StrongElem};
use typst_library::text::{LinebreakElem, SmartQuoteElem, SpaceElem, TextElem};

/// A piece of text in one look.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Run {
    Text(String),
    Strong(Vec<Run>),
    Emph(Vec<Run>),
    Link(String, Vec<Run>),
    Break,
}

/// A paragraph or an item of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Block {
    item: bool,
    runs: Vec<Run>,
}

/// The paragraphs of an e-mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    blocks: Vec<Block>,
}

/// What an e-mail cannot hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "le courriel contient « {element} » : il ne peut contenir que du texte, des listes, du gras, de l'italique et des liens"
)]
pub struct MessageError {
    /// Typst's name of it.
    pub element: String,
}

impl Message {
    /// Takes the paragraphs of `content`.
    ///
    /// # Errors
    /// What an e-mail cannot hold.
    pub fn of(content: &Content) -> Result<Self, MessageError> {
        let mut blocks = vec![Block::default()];
        walk(content, &mut blocks)?;
        for block in &mut blocks {
            trim(&mut block.runs);
        }
        blocks.retain(|block| !block.runs.is_empty());
        Ok(Self { blocks })
    }

    /// Gives it as plain text, one paragraph a line; lines are not folded, mail readers do it.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (at, block) in self.blocks.iter().enumerate() {
            let in_list = block.item && at > 0 && self.blocks[at - 1].item;
            out.push_str(if at == 0 {
                ""
            } else if in_list {
                "\n"
            } else {
                "\n\n"
            });
            out.push_str(if block.item { "- " } else { "" });
            block.runs.iter().for_each(|run| plain(run, &mut out));
        }
        out.push('\n');
        french(&out.replace(" \n", "\n").replace("\n ", "\n"))
    }

    /// Gives it as a page of HTML that loads nothing from anywhere.
    pub fn html(&self, title: &str) -> String {
        let mut body = String::new();
        for (at, block) in self.blocks.iter().enumerate() {
            let before = at > 0 && self.blocks[at - 1].item;
            let after = self.blocks.get(at + 1).is_some_and(|block| block.item);
            let (open, close) = match block.item {
                true => (if before { "<li>" } else { "<ul>\n<li>" }, if after { "</li>" } else { "</li>\n</ul>" }),
                false => ("<p>", "</p>"),
            };
            body.push_str(open);
            block.runs.iter().for_each(|run| marked_up(run, &mut body));
            body.push_str(close);
            body.push('\n');
        }
        format!(
            "<!DOCTYPE html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n</head>\n<body style=\"font-family: Arial, sans-serif; font-size: 16px; line-height: 1.5; color: #1a1a1a; max-width: 38em; margin: 1em auto; padding: 0 1em\">\n{}</body>\n</html>\n",
            escaped(&french(title)),
            french(&body)
        )
    }
}

fn walk(content: &Content, blocks: &mut Vec<Block>) -> Result<(), MessageError> {
    if let Some(sequence) = content.to_packed::<SequenceElem>() {
        return sequence.children.iter().try_for_each(|child| walk(child, blocks));
    }
    if let Some(styled) = content.to_packed::<StyledElem>() {
        return walk(&styled.child, blocks);
    }
    if content.is::<ParbreakElem>() {
        blocks.push(Block::default());
        return Ok(());
    }
    let item = content.to_packed::<ListItem>().map(|item| &item.body);
    if let Some(body) = item.or_else(|| content.to_packed::<EnumItem>().map(|item| &item.body)) {
        blocks.push(Block { item: true, runs: runs_of(body)? });
        blocks.push(Block::default());
        return Ok(());
    }
    let run = run_of(content)?;
    if let Some(block) = blocks.last_mut() {
        block.runs.extend(run);
    }
    Ok(())
}

/// Gives the runs of what stands within a line.
fn runs_of(content: &Content) -> Result<Vec<Run>, MessageError> {
    let mut blocks = vec![Block::default()];
    walk(content, &mut blocks)?;
    let mut runs: Vec<Run> = Vec::new();
    for block in blocks {
        if !runs.is_empty() && !block.runs.is_empty() {
            runs.push(Run::Break);
        }
        runs.extend(block.runs);
    }
    trim(&mut runs);
    Ok(runs)
}

fn run_of(content: &Content) -> Result<Option<Run>, MessageError> {
    if let Some(text) = content.to_packed::<TextElem>() {
        return Ok(Some(Run::Text(text.text.to_string())));
    }
    if let Some(symbol) = content.to_packed::<SymbolElem>() {
        return Ok(Some(Run::Text(symbol.text.to_string())));
    }
    if content.is::<SpaceElem>() {
        return Ok(Some(Run::Text(" ".to_owned())));
    }
    if content.is::<SmartQuoteElem>() {
        // French templates write « » for quotes: the single one is an apostrophe.
        return Ok(Some(Run::Text("’".to_owned())));
    }
    if content.is::<LinebreakElem>() {
        return Ok(Some(Run::Break));
    }
    if let Some(strong) = content.to_packed::<StrongElem>() {
        return Ok(Some(Run::Strong(runs_of(&strong.body)?)));
    }
    if let Some(emph) = content.to_packed::<EmphElem>() {
        return Ok(Some(Run::Emph(runs_of(&emph.body)?)));
    }
    if let Some(link) = content.to_packed::<LinkElem>()
        && let LinkTarget::Dest(Destination::Url(url)) = &link.dest
    {
        return Ok(Some(Run::Link(url.as_str().to_owned(), runs_of(&link.body)?)));
    }
    if content.is::<MetadataElem>() {
        return Ok(None);
    }
    Err(MessageError { element: content.elem().name().to_owned() })
}

/// Takes blanks off both ends.
fn trim(runs: &mut Vec<Run>) {
    let blank = |run: &Run| matches!(run, Run::Text(text) if text.trim().is_empty()) || *run == Run::Break;
    while runs.first().is_some_and(blank) {
        runs.remove(0);
    }
    while runs.last().is_some_and(blank) {
        runs.pop();
    }
}

fn plain(run: &Run, out: &mut String) {
    match run {
        Run::Text(text) => out.push_str(text),
        Run::Strong(runs) | Run::Emph(runs) => runs.iter().for_each(|run| plain(run, out)),
        Run::Link(target, runs) => {
            let mut shown = String::new();
            runs.iter().for_each(|run| plain(run, &mut shown));
            let bare = target.trim_start_matches("mailto:").trim_start_matches("tel:");
            out.push_str(&shown);
            if bare != shown && !target.starts_with("tel:") {
                out.push_str(&format!(" ({bare})"));
            }
        }
        Run::Break => out.push('\n'),
    }
}

fn marked_up(run: &Run, out: &mut String) {
    let (open, runs, close) = match run {
        Run::Text(text) => return out.push_str(&escaped(text)),
        Run::Break => return out.push_str("<br>\n"),
        Run::Strong(runs) => ("<strong>".to_owned(), runs, "</strong>"),
        Run::Emph(runs) => ("<em>".to_owned(), runs, "</em>"),
        Run::Link(target, runs) => (format!("<a href=\"{}\">", escaped(target)), runs, "</a>"),
    };
    out.push_str(&open);
    runs.iter().for_each(|run| marked_up(run, out));
    out.push_str(close);
}

/// Sets a text as French printers do: curved apostrophes, no break before high punctuation.
fn french(text: &str) -> String {
    let mut text = text.replace('\'', "’").replace("« ", "«\u{a0}").replace("n° ", "n°\u{a0}");
    for mark in [';', ':', '?', '!', '»'] {
        text = text.replace(&format!(" {mark}"), &format!("\u{a0}{mark}"));
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
