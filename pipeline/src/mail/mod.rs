//! Incoming mail: what a letter is about, how urgent it is, who writes, of which dwelling, and what a congé leads to.
//!
//! Goes in: a sheet (a letter on paper, or the text of an e-mail laid out), the header of an e-mail, the rules, the
//! reference date. Comes out: the readings of the type's fields. The text's own words judge: what is quoted, passed on by
//! others or printed under every message is set aside first. Knows no register and decides nothing.

mod category;
mod clues;
mod fields;
mod letter;
mod lexicon;
mod notice;
mod page;
mod parts;
mod phrase;
mod sentence;
mod signal;
mod sound;
mod thread;
mod topics;
mod urgency;

pub use clues::{Clue, clues_of_page};
pub(crate) use letter::Letter;
pub use lexicon::MailLexicon;
pub(crate) use notice::{Enclosed, Known};
pub use notice::{Notice, notice_end};
pub(crate) use page::laid_out;
pub use phrase::Phrase;
pub use signal::SignalWords;
pub(crate) use signal::signals;
pub(crate) use thread::own;
pub use topics::{TopicView, Topics};
pub use urgency::LEVELS;

use crate::document::Header;
use crate::extract::{Extraction, FieldReadings, Reading, Value};
use crate::rules::TypeRule;
use crate::sheet::Sheet;
use crate::values::{Date, Person};
use parts::{Parts, Texts};

/// Reads a letter: every field of `rule`, in its order.
pub(crate) fn read(
    sheet: &Sheet,
    header: Option<&Header>,
    rule: &TypeRule,
    lexicon: &MailLexicon,
    topics: Option<&dyn Topics>,
    today: Date,
) -> Extraction {
    let letter = Letter::new(sheet, header);
    let (body, subject, sender) = (letter.body_text(), letter.subject_text(), letter.sender_text());
    let texts = Texts { body: &body, subject: &subject, sender: &sender };
    let (category, view) = judged(texts, lexicon, topics);
    let date = fields::date(&letter);
    let written = date.as_ref().and_then(|reading| match reading.value {
        Some(Value::Date(date)) => Some(date),
        _ => None,
    });
    let text = format!("{subject}.\n\n{body}");
    let day = written.unwrap_or(today);
    let urgency = urgency::judge(&text, day, (&category.code, category.confidence), lexicon, view.as_ref());
    let said = |code: &str, confidence: f32, because: Option<String>, method| {
        fields::of_text(&letter, Value::Choice(code.to_owned()), because, confidence, method)
    };
    let mut extraction = Extraction::default();
    for code in &rule.fields {
        let reading = match code.as_str() {
            "categorie" => said(&category.code, category.confidence, category.because.clone(), "mots de la lettre"),
            "urgence" => said(urgency.code, urgency.confidence, urgency.because.clone(), "faits énoncés"),
            "date_courrier" => date.clone(),
            "motif_preavis_reduit" if category.code == fields::NOTICE => {
                let motive =
                    notice::claimed(&text, lexicon).map_or(notice::NO_MOTIVE, |motive| motive.rule.code.as_str());
                said(motive, 0.8, None, "motif avancé")
            }
            other => fields::read(&letter, other, &category.code, day),
        };
        if let Some(reading) = reading {
            extraction.fields.push(FieldReadings { code: code.clone(), readings: vec![reading] });
        }
    }
    extraction
}

/// Gives the clues of a letter whose parts are known already.
pub fn clues_of(body: &str, subject: &str, sender: &str, lexicon: &MailLexicon) -> Vec<Clue> {
    clues::clues(&Parts::of(Texts { body, subject, sender }), lexicon)
}

/// Tells what a letter is about whose parts are known already: the category, and how sure that is.
pub fn about(
    body: &str,
    subject: &str,
    sender: &str,
    lexicon: &MailLexicon,
    topics: Option<&dyn Topics>,
) -> (String, f32) {
    let (category, _) = judged(Texts { body, subject, sender }, lexicon, topics);
    (category.code, category.confidence)
}

/// Gives the category of a letter, and what the model says of it where there is one.
fn judged(
    texts: Texts<'_>,
    lexicon: &MailLexicon,
    topics: Option<&dyn Topics>,
) -> (category::Category, Option<TopicView>) {
    let parts = Parts::of(texts);
    let view = topics.and_then(|topics| {
        let text = format!("{}\n\n{}", texts.subject, texts.body);
        topics.view(&clues::clues(&parts, lexicon), text.trim())
    });
    (category::judge(&parts, lexicon, view.as_ref()), view)
}

/// Computes what follows from a congé that was read; `None` for other letters.
pub(crate) fn notice(
    sheet: &Sheet,
    header: Option<&Header>,
    extraction: &Extraction,
    known: &Known<'_>,
    lexicon: &MailLexicon,
    today: Date,
) -> Option<Notice> {
    (extraction.code("categorie") == Some(fields::NOTICE))
        .then(|| notice::compute(&Letter::new(sheet, header), extraction, known, lexicon, today))
}

/// Gives the persons who sign a letter or hold the lease, as far as it says.
pub(crate) fn holders(extraction: &Extraction) -> Vec<Person> {
    let held = extraction.persons("locataires").to_vec();
    match extraction.value("expediteur") {
        Some(Value::Person(person)) if held.is_empty() => vec![person.clone()],
        _ => held,
    }
}

/// Gives a reading whose place is all of the given cells.
pub(crate) fn placed(
    letter: &Letter<'_>,
    cells: &[usize],
    value: Value,
    confidence: f32,
    method: &'static str,
) -> Option<Reading> {
    let snippet = letter.snippet(cells);
    let (page, rect, legible) = snippet.evidence(&(0..snippet.text.len()))?;
    let raw = snippet.text;
    Some(Reading { value: Some(value), raw, confidence: confidence * legible, legible, page, rect, method })
}
