//! Where a value may stand beside its label: behind it, right of it, below it.

use crate::lexicon::{Label, Strength, Vocabulary};
use crate::phrases::{Hit, longest};
use crate::sheet::{Cell, Place, Sheet, Snippet};
use crate::values::fold::fold;

/// A label found on the sheet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Anchor {
    pub(crate) label: Label,
    pub(crate) hit: Hit,
    /// Whether it opens its cell, as labels in forms do, rather than standing in a sentence.
    pub(crate) opens: bool,
    /// Whether a colon follows.
    pub(crate) colon: bool,
}

impl Anchor {
    /// Tells whether nothing stands behind it in its cell.
    pub(crate) fn ends_cell(&self, sheet: &Sheet) -> bool {
        self.hit.last.token + 1 == sheet.cells[self.hit.last.cell].tokens.len()
    }

    /// Gives the last words of its block before it, at most `most`.
    pub(crate) fn words_before<'s>(&self, sheet: &'s Sheet, most: usize) -> Vec<&'s str> {
        let tokens = sheet.block_tokens(self.hit.block);
        tokens[self.hit.at.saturating_sub(most)..self.hit.at].iter().map(|(_, token)| *token).collect()
    }
}

/// All labels of a sheet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Anchors {
    pub(crate) all: Vec<Anchor>,
}

/// How a region stands to its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// On the label's own line, and on from there.
    Behind,
    /// In the cell to the right.
    Right,
    /// Under it.
    Below,
}

impl Side {
    /// Gives how far a value there can be trusted to belong to the label.
    pub(crate) fn worth(self) -> f32 {
        match self {
            Side::Behind => 1.0,
            Side::Right => 0.97,
            Side::Below => 0.9,
        }
    }

    /// Names the place for `explain`.
    pub(crate) fn method(self) -> &'static str {
        match self {
            Side::Behind => "derrière son libellé",
            Side::Right => "à droite de son libellé",
            Side::Below => "sous son libellé",
        }
    }
}

/// How much text a kind of value may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach {
    /// Lines at most.
    pub(crate) lines: usize,
    /// Whether any label, even inside a sentence, ends the value.
    pub(crate) any_label_ends: bool,
}

impl Anchors {
    /// Finds every label; where labels share words the longest stays.
    pub(crate) fn find(sheet: &Sheet, vocabulary: &Vocabulary) -> Self {
        let mut all: Vec<Anchor> = Vec::new();
        let mut hits = vocabulary.labels.find(sheet);
        // "Nom" over "Prénom": two labels, and not "nom prénom" on two lines.
        let is_part = |hit: &Hit| {
            let strength = vocabulary.label_of[hit.phrase].strength;
            matches!(strength, Strength::FamilyName | Strength::FirstName) && hit.first.token == 0
        };
        let parts: Vec<Place> = hits.iter().filter(|hit| is_part(hit)).map(|hit| hit.first).collect();
        hits.retain(|hit| hit.first.cell == hit.last.cell || !parts.iter().any(|part| part.cell == hit.last.cell));
        for hit in longest(hits) {
            let cell = &sheet.cells[hit.last.cell];
            let last_word = cell.tokens[hit.last.token].word;
            let next_starts_colon = cell.words.get(last_word + 1).is_some_and(|word| word.text.starts_with(':'));
            let colon = cell.words[last_word].text.ends_with(':') || next_starts_colon;
            let mut label = vocabulary.label_of[hit.phrase];
            let opens = hit.first.token == 0;
            if label.strength == Strength::Alone {
                let whole = opens && hit.first.cell == hit.last.cell && hit.last.token + 1 == cell.tokens.len();
                if !(whole || opens && colon) {
                    continue;
                }
                label.strength = Strength::Strong;
            }
            // "prénom" and "prénoms" are the same label twice.
            if !all.iter().any(|other| other.label == label && other.hit.first == hit.first) {
                all.push(Anchor { label, hit, opens, colon });
            }
        }
        Self { all }
    }

    /// Gives the labels of a field.
    pub(crate) fn of(&self, field: usize) -> impl Iterator<Item = &Anchor> {
        self.all.iter().filter(move |anchor| anchor.label.field == Some(field))
    }

    /// Tells whether a label that may end a value starts at this token.
    fn ends_at(&self, place: Place, any: bool) -> bool {
        self.all.iter().any(|anchor| {
            let names = !matches!(anchor.label.strength, Strength::Weak | Strength::SameAsRecipient);
            anchor.hit.first == place && (anchor.colon || names && (any || anchor.opens))
        })
    }

    /// Tells whether the cell opens with a label.
    pub(crate) fn opens_cell(&self, cell: usize) -> bool {
        self.ends_at(Place { cell, token: 0 }, true)
    }

    /// Gives the texts in which the value of `anchor` may stand, most likely first; blank ones are left out.
    pub(crate) fn regions(&self, sheet: &Sheet, anchor: &Anchor, reach: Reach) -> Vec<(Side, Snippet)> {
        let behind = self.behind(sheet, anchor, reach, false);
        // "Assuré / Insured", "Assuré (nom et prénom)": a gloss of the label, not its value.
        let gloss = behind.text.trim_start().starts_with(['/', '|', '(']) && anchor.opens;
        // "le bien situé au", and the address below.
        let preposition = matches!(fold(&behind.text).as_str(), "AU" | "A" | "AUX" | "A L ADRESSE");
        let label_ends_line = behind.is_blank() || preposition || gloss;
        let mut regions = Vec::new();
        if !label_ends_line {
            let onward = if reach.lines > 1 { self.behind(sheet, anchor, reach, true) } else { behind };
            regions.push((Side::Behind, onward));
        }
        // A form may say more in its label than the rules know: what stands beside and below is looked at last.
        if label_ends_line || anchor.opens && is_short(sheet, anchor) {
            let before_right = regions.len();
            if let Some(right) = sheet.right_of(anchor.hit.last.cell) {
                regions.push((Side::Right, self.column(sheet, right, self.row_end(sheet, anchor), reach)));
            }
            if label_ends_line && !gloss {
                regions.push((Side::Behind, self.behind(sheet, anchor, reach, true)));
            }
            let below = sheet.below(anchor.hit.last.cell, 2.5);
            // "Nous certifions que :", "le logement situé", and the value in the middle of the page, under it and to the right.
            let below = below.or_else(|| {
                let broken_off = anchor.colon || !anchor.opens;
                let next = sheet.next_row(anchor.hit.last.cell, 3.0).filter(|_| broken_off)?;
                sheet.cells[next].words.iter().all(|word| !word.text.contains(':')).then_some(next)
            });
            if let Some(below) = below {
                let found = (Side::Below, self.column(sheet, below, f32::INFINITY, reach));
                match heads_columns(sheet, anchor, below) {
                    true => regions.insert(before_right, found),
                    false => regions.push(found),
                }
            }
        }
        regions.retain(|(_, snippet)| !snippet.is_blank());
        regions
    }

    /// Gives the text after the label, on its line or (`onward`) on the lines that follow too.
    fn behind(&self, sheet: &Sheet, anchor: &Anchor, reach: Reach, onward: bool) -> Snippet {
        let mut snippet = Snippet::default();
        let members = &sheet.blocks[anchor.hit.block];
        let position = members.iter().position(|&cell| cell == anchor.hit.last.cell).unwrap_or(0);
        let lines = if onward { reach.lines } else { 1 };
        for (offset, &index) in members[position..].iter().take(lines + usize::from(onward)).enumerate() {
            let cell = &sheet.cells[index];
            let start = if offset == 0 { anchor.hit.last.token + 1 } else { 0 };
            let stop = (start..cell.tokens.len())
                .find(|&token| self.ends_at(Place { cell: index, token }, reach.any_label_ends));
            let first_word = if offset == 0 { gloss_end(cell, anchor) } else { 0 };
            let end_word = stop.map_or(cell.words.len(), |token| cell.tokens[token].word);
            snippet.push_line(cell, first_word..end_word.max(first_word));
            if stop.is_some() {
                break;
            }
        }
        snippet
    }

    /// Gives the text of the column that starts at `cell`, down to `bottom`.
    fn column(&self, sheet: &Sheet, cell: usize, bottom: f32, reach: Reach) -> Snippet {
        let mut snippet = Snippet::default();
        let block = &sheet.blocks[sheet.cells[cell].block];
        let position = block.iter().position(|&member| member == cell).unwrap_or(0);
        for (offset, &index) in block[position..].iter().take(reach.lines).enumerate() {
            let line = &sheet.cells[index];
            if offset > 0 && line.rect.mid_y() > bottom {
                break;
            }
            let stop = (0..line.tokens.len()).find(|&token| {
                self.ends_at(Place { cell: index, token }, reach.any_label_ends || offset > 0 && token == 0)
            });
            let end = stop.map_or(line.words.len(), |token| line.tokens[token].word);
            snippet.push_line(line, 0..end);
            if stop.is_some() {
                break;
            }
        }
        snippet
    }

    /// Gives the height at which the row of a label ends: where the next cell of its column starts.
    fn row_end(&self, sheet: &Sheet, anchor: &Anchor) -> f32 {
        let here = &sheet.cells[anchor.hit.last.cell];
        let column = sheet.cells.iter().filter(|other| {
            other.page == here.page
                && other.rect.y0 > here.rect.mid_y()
                && other.rect.x0 < here.rect.x1
                && other.rect.x1 > here.rect.x0
        });
        column.map(|other| other.rect.y0).fold(f32::INFINITY, f32::min)
    }
}

/// A form may say more in its label than the rules know, up to the colon: "Bénéficiaire de l'assurance : ".
const GLOSS_WORDS: usize = 5;

/// Gives the word after a label, or after the colon that ends what more it says.
fn gloss_end(cell: &Cell, anchor: &Anchor) -> usize {
    let after = cell.tokens[anchor.hit.last.token].word + 1;
    if !anchor.opens || anchor.colon {
        return after;
    }
    let gloss = cell.words[after..].iter().take(GLOSS_WORDS);
    let colon = gloss.map(|word| word.text.as_str()).position(|text| text == ":" || text.ends_with(':'));
    // Nothing in a label is a number.
    let plain =
        |count: usize| cell.words[after..after + count].iter().all(|word| !word.text.contains(char::is_numeric));
    colon.filter(|&at| plain(at)).map_or(after, |at| after + at + 1)
}

/// Tells a row of labels in print smaller than that of the values below them. Heights of recognised words are those of their
/// letters, and say nothing.
fn heads_columns(sheet: &Sheet, anchor: &Anchor, below: usize) -> bool {
    const SAME: f32 = 0.06;
    const LARGER: f32 = 1.12;
    let label = &sheet.cells[anchor.hit.last.cell];
    let Some(right) = sheet.right_of(anchor.hit.last.cell).map(|right| &sheet.cells[right]) else { return false };
    let (height, beside) = (label.rect.height(), right.rect.height());
    !label.tolerant && (beside / height - 1.0).abs() < SAME && sheet.cells[below].rect.height() > LARGER * height
}

/// Tells whether the cell of a label holds few words.
fn is_short(sheet: &Sheet, anchor: &Anchor) -> bool {
    sheet.cells[anchor.hit.last.cell].words.len() <= 5
}
