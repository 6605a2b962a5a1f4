//! What stands around the text: the blocks above a letter, and the thread, note and footer of an e-mail, as plain text.

use super::Letter;
use super::facts::{Letterhead, address_runs, civility};
use super::grammar::Run;
use super::texts::{Author, Channel, Form, Heading, Reply, Signed, Whose};
use crate::draw::Draw;
use crate::world::addresses::{self, AddressStyle, Written};
use crate::world::dates;
use crate::world::text::title;
use serde_json::json;

/// Share of letters that carry no date.
const NO_DATE_SHARE: f64 = 1.0 / 15.0;
/// Shares of e-mails that answer one of the landlord, and that somebody passed on.
const REPLY_SHARE: f64 = 0.2;
const FORWARD_SHARE: f64 = 0.08;

/// What an e-mail's headers say, and its whole text.
#[derive(Debug)]
pub struct Email {
    /// The name shown for the sender; `None` where there is only a mailbox.
    pub from_name: Option<String>,
    /// The mailbox of the sender.
    pub from: String,
    /// That of whoever wrote the message, which a colleague may have passed on.
    pub writer: String,
    /// What stands before the subject: `Re: `, `TR: `, or nothing.
    pub prefix: &'static str,
    /// The text, thread included.
    pub text: Vec<Run>,
    /// The time of day, `HH:MM`.
    pub time: String,
    /// Whether the headers name the one who signs.
    pub names_sender: bool,
}

/// Lines that become one text.
#[derive(Default)]
struct Lines {
    runs: Vec<Run>,
}

impl Lines {
    fn line(&mut self, runs: impl IntoIterator<Item = Run>) {
        self.runs.extend(runs);
        self.runs.push(Run::value("\n"));
    }

    fn text(&mut self, text: impl Into<String>) {
        self.line([Run::value(text)]);
    }

    fn gap(&mut self) {
        self.runs.push(Run::value("\n"));
    }

    fn paragraphs(&mut self, paragraphs: &[Vec<Run>]) {
        for (at, paragraph) in paragraphs.iter().enumerate() {
            if at > 0 {
                self.gap();
            }
            self.line(paragraph.iter().cloned());
        }
    }

    fn address(&mut self, written: &Written, field: Option<&'static str>) {
        let runs = address_runs(written, field);
        let mut parts: Vec<Run> = runs.into_iter().filter(|run| run.text != ", ").collect();
        if written.complement_first && parts.len() > 2 {
            parts.swap(0, 1);
        }
        for part in parts {
            self.line([part]);
        }
    }

    /// Gives the runs without the last line breaks.
    fn done(mut self) -> Vec<Run> {
        while self.runs.last().is_some_and(|run| run.text == "\n") {
            self.runs.pop();
        }
        self.runs
    }
}

/// Gives the whole text of a letter on paper.
pub fn sheet(letter: &mut Letter<'_>, draw: &Draw) -> Vec<Run> {
    let mut draw = draw.sister("sheet");
    let heading = letter.facts.base.heading;
    let dated = heading != Heading::Aucun && !draw.chance(NO_DATE_SHARE) && !letter.prints("date_courrier");
    let date = dated.then(|| date_line(letter, heading, &mut draw));
    let date_last = draw.chance(0.08);
    let mut lines = Lines::default();
    if heading == Heading::Complet {
        let order = draw.below(3);
        if let Some(date) = date.clone().filter(|_| order == 0 && !date_last) {
            lines.line(date);
            lines.gap();
        }
        match letter.facts.letterhead.clone() {
            Some(letterhead) => body_block(letter, &letterhead, &mut lines, &mut draw),
            None if letter.has_sender() => sender_block(letter, &mut lines, &mut draw),
            None => {}
        }
        lines.gap();
        if let Some(date) = date.clone().filter(|_| order == 1 && !date_last) {
            lines.line(date);
            lines.gap();
        }
        landlord_block(letter, &mut lines, &mut draw);
        if let Some(date) = date.clone().filter(|_| order == 2 && !date_last) {
            lines.gap();
            lines.line(date);
        }
        lines.gap();
        subject_lines(letter, &mut lines, &mut draw);
    } else if heading == Heading::Court {
        if letter.has_sender() && letter.facts.letterhead.is_none() {
            let name = letter.facts.named(&letter.facts.sender);
            lines.line([letter.facts.sender_run(name)]);
        }
        if let Some(date) = date.clone().filter(|_| !date_last) {
            lines.line(date);
        }
        lines.gap();
    }
    lines.paragraphs(&letter.paragraphs);
    if let Some(date) = date.filter(|_| date_last) {
        lines.gap();
        lines.line(date);
    }
    lines.done()
}

fn date_line(letter: &Letter<'_>, heading: Heading, draw: &mut Draw) -> Vec<Run> {
    let facts = &letter.facts;
    let date = Run::field(facts.day(facts.date), "date_courrier", json!(facts.date.to_string()));
    let town = facts.place.commune.name;
    let before = match draw.below(if heading == Heading::Complet { 5 } else { 2 }) {
        0 => "Le ".to_owned(),
        1 => String::new(),
        2 => format!("{town} le "),
        3 => format!("Fait à {town}, le "),
        _ => format!("{town}, le "),
    };
    vec![Run::value(before), date]
}

fn sender_block(letter: &mut Letter<'_>, lines: &mut Lines, draw: &mut Draw) {
    let facts = &mut letter.facts;
    let civil = draw.chance(0.4);
    let named =
        |person: &crate::world::people::Person| if civil { format!("{} ", civility(person)) } else { String::new() };
    let name = facts.named(&facts.sender);
    lines.line([Run::value(named(&facts.sender)), facts.sender_run(name)]);
    if facts.is_notice() && facts.base.signed == Signed::Tous && facts.lives_there() {
        for holder in &facts.holders[1..] {
            let name = facts.named(holder);
            lines.line([Run::value(named(holder)), facts.holder_run(holder, name)]);
        }
    }
    if facts.lives_there() {
        lines.address(&facts.written, Some("adresse_logement"));
    } else {
        let own = facts.own_address();
        lines.address(&own, None);
    }
    if draw.chance(0.4) {
        let label = draw.one(&["", "Tél. : ", "Tél : ", "Portable : "]);
        lines.line([Run::value(label), facts.telephone_run()]);
    }
    if draw.chance(0.3) {
        let label = draw.one(&["", "", "Courriel : ", "Mail : "]);
        lines.line([Run::value(label), facts.email_run()]);
    }
}

fn body_block(letter: &mut Letter<'_>, letterhead: &Letterhead, lines: &mut Lines, draw: &mut Draw) {
    for text in letterhead.motto.iter().chain([&letterhead.name, &letterhead.subtitle]).chain(&letterhead.service) {
        lines.text(text.clone());
    }
    lines.address(&letterhead.address, None);
    if draw.chance(0.7) {
        lines.text(format!("Tél. {}", letterhead.telephone));
    }
    if draw.chance(0.4) {
        lines.text(letterhead.email.clone());
    }
    let firm = ["entreprise", "syndic", "assureur", "avocat", "energie"].contains(&letterhead.genre.as_str());
    if firm && draw.chance(0.5) {
        lines.text(format!("SIRET {}", letterhead.siret));
    }
    if let Some(mention) = &letterhead.mention {
        lines.text(mention.clone());
    }
    let signs = letter.prints("expediteur");
    if signs && draw.chance(0.25) {
        let name = letter.facts.named(&letter.facts.sender);
        lines.line([Run::value("Affaire suivie par : "), letter.facts.sender_run(name)]);
    }
    if draw.chance(0.4) {
        let number = draw.pattern_of(&["####/##", "@@/@@ ####", "D-######"]);
        lines.text(format!("{}{number}", draw.one(&["Nos réf. : ", "N/Réf. ", "Dossier n° ", "Réf. : "])));
    }
}

fn landlord_block(letter: &Letter<'_>, lines: &mut Lines, draw: &mut Draw) {
    let facts = &letter.facts;
    let lexicon = &facts.library.lexicon;
    lines.text(facts.landlord.clone());
    if draw.chance(0.4) {
        lines.text(draw.pick(&lexicon.services).clone());
    }
    if draw.chance(0.2) {
        lines.text(format!("À l'attention de {}", draw.pick(&lexicon.attentions)));
    }
    let place = facts.world.places.house_in(draw, &facts.place.commune);
    let written = addresses::write(&place, &AddressStyle::draw(draw), draw);
    lines.address(&written, None);
}

fn subject_lines(letter: &Letter<'_>, lines: &mut Lines, draw: &mut Draw) {
    let facts = &letter.facts;
    let mention = match (facts.base.form, facts.is_notice()) {
        (Form::Lrar, true) => draw.one(&[
            "Lettre recommandée avec avis de réception",
            "Lettre recommandée avec accusé de réception",
            "Par lettre recommandée AR",
            "LRAR",
        ]),
        (Form::Remise, true) => draw.one(&["Remise en main propre contre récépissé", "Lettre remise en main propre"]),
        _ => "",
    };
    if !mention.is_empty() {
        lines.text(mention);
    }
    if let Some(subject) = &letter.subject {
        let text: String = subject.iter().map(|run| run.text.as_str()).collect();
        let label = draw.one(&["Objet : ", "Objet : ", "OBJET : ", "Objet: ", "objet : "]);
        lines.line([Run::value(label), Run::field(&text, "objet", json!(text))]);
    }
    if facts.lives_there() && letter.has_sender() && !letter.prints("reference_contrat") && draw.chance(0.22) {
        let label = draw.one(&[
            "Contrat n° ",
            "N° de contrat : ",
            "Réf. locataire : ",
            "Référence : ",
            "Bail n° ",
            "V/Réf. : ",
        ]);
        lines.line([Run::value(label), facts.reference_run()]);
    }
    lines.gap();
}

/// Gives an e-mail's headers and its whole text.
pub fn email(letter: &mut Letter<'_>, draw: &Draw) -> Email {
    let mut draw = draw.sister("email");
    let base = letter.facts.base;
    let name = letter.facts.named(&letter.facts.sender);
    let (from_name, from, names_sender) = match &letter.facts.letterhead {
        Some(letterhead) if draw.chance(0.5) => (Some(letterhead.name.clone()), letterhead.email.clone(), false),
        Some(letterhead) => (letter.has_sender().then_some(name), letterhead.email.clone(), letter.has_sender()),
        None if !letter.has_sender() => (None, draw.pattern("utilisateur####@messagerie.example"), false),
        None => match draw.below(10) {
            0..=6 => (Some(name), letter.facts.email.clone(), true),
            7 => (Some(title(letter.facts.sender.first())), letter.facts.email.clone(), false),
            _ => (None, letter.facts.email.clone(), false),
        },
    };
    let time = format!("{:02}:{:02}", draw.between(6, 23), draw.between(0, 59));
    let mut lines = Lines::default();
    lines.paragraphs(&letter.paragraphs);
    under_signature(letter, &mut lines, &mut draw);
    let whose = if letter.facts.letterhead.is_some() { Whose::Organisme } else { Whose::Particulier };
    let footers: Vec<&String> = letter
        .facts
        .library
        .threads
        .pied
        .iter()
        .filter(|footer| footer.qui == whose)
        .map(|footer| &footer.texte)
        .collect();
    if !footers.is_empty() && draw.chance(0.2) {
        lines.gap();
        if draw.chance(0.3) {
            lines.text(draw.one(&["--", "-- ", "________________________________"]));
        }
        lines.text(draw.one(&footers).clone());
    }
    let answers = (base.author.is_private() || base.author == Author::TravailleurSocial) && letter.has_sender();
    if letter.has_sender() && draw.chance(FORWARD_SHARE) {
        let inner = Email { from_name, writer: from.clone(), from, prefix: "", text: lines.done(), time, names_sender };
        return forwarded(letter, inner, &mut draw);
    }
    let replied = answers && draw.chance(REPLY_SHARE);
    if replied {
        quote(letter, &mut lines, &mut draw);
    }
    let prefix = if replied { draw.one(&["Re: ", "RE: ", "Re : ", "RE : "]) } else { "" };
    Email { from_name, writer: from.clone(), from, prefix, text: lines.done(), time, names_sender }
}

/// Adds what people and offices put under their name.
fn under_signature(letter: &Letter<'_>, lines: &mut Lines, draw: &mut Draw) {
    let facts = &letter.facts;
    match &facts.letterhead {
        Some(letterhead) if draw.chance(0.55) => {
            let said: String = letter.paragraphs.iter().flatten().map(|run| run.text.as_str()).collect();
            let texts = letterhead.service.iter().chain([&letterhead.subtitle, &letterhead.name]);
            texts.filter(|text| !said.contains(text.as_str())).for_each(|text| lines.text(text.clone()));
            lines.text(format!("{} - {}", letterhead.telephone, letterhead.site));
        }
        None if facts.lives_there() && letter.has_sender() => {
            if letter.prints("expediteur") && !letter.prints("adresse_logement") && draw.chance(0.3) {
                lines.line(facts.dwelling());
            }
            if !facts.has_printed("telephone") && draw.chance(0.12) {
                lines.line([Run::value(draw.one(&["", "Tél. ", "tel : "])), facts.telephone_run()]);
            }
            if !letter.prints("reference_contrat") && draw.chance(0.08) {
                lines.line([Run::value(draw.one(&["Contrat ", "Réf. ", "Locataire n° "])), facts.reference_run()]);
            }
        }
        _ => {}
    }
}

/// Quotes the landlord's message that is answered.
fn quote(letter: &Letter<'_>, lines: &mut Lines, draw: &mut Draw) {
    let facts = &letter.facts;
    let replies: Vec<&Reply> =
        facts.library.threads.reponse.iter().filter(|reply| reply.split == facts.base.split).collect();
    let reply = draw.one(&replies);
    let day = facts.date.add_days(-draw.between(0, 9));
    let forms = dates::forms(day);
    let form = |name: &str| forms[name].as_str().unwrap_or_default().to_owned();
    let time = format!("{:02}:{:02}", draw.between(8, 18), draw.between(0, 59));
    lines.gap();
    let marked = match draw.below(3) {
        0 => {
            lines.text(format!("Le {} à {time}, {} <{}> a écrit :", form("long"), facts.landlord, facts.landlord_box));
            true
        }
        1 => {
            lines.text(format!("Le {} {time}, {} a écrit :", form("num"), facts.landlord_box));
            true
        }
        _ => {
            lines.text(draw.one(&["-----Message d'origine-----", "________________________________"]));
            lines.text(format!("De : {} <{}>", facts.landlord, facts.landlord_box));
            lines.text(format!("Envoyé : {} {time}", form("long")));
            lines.text(format!("À : {}", facts.email));
            false
        }
    };
    for line in reply.texte.lines() {
        match (marked, line.is_empty()) {
            (true, true) => lines.text(">"),
            (true, false) => lines.text(format!("> {line}")),
            (false, _) => lines.text(line),
        }
    }
}

/// Puts the e-mail into one by which somebody at the landlord's passed it on.
fn forwarded(letter: &mut Letter<'_>, inner: Email, draw: &mut Draw) -> Email {
    let facts = &letter.facts;
    let written = facts.date;
    let note = draw.pick(&facts.library.threads.transmission).texte.clone();
    let mut lines = Lines::default();
    if !note.is_empty() {
        note.lines().for_each(|line| lines.text(line));
        lines.gap();
    }
    let name = match (&inner.from_name, inner.names_sender) {
        (Some(name), true) => vec![facts.sender_run(name.clone()), Run::value(format!(" <{}>", inner.from))],
        (Some(name), false) => vec![Run::value(format!("{name} <{}>", inner.from))],
        (None, _) => vec![Run::value(inner.from.clone())],
    };
    let subject: String = letter.subject.iter().flatten().map(|run| run.text.as_str()).collect();
    let forms = dates::forms(written);
    let form = |name: &str| forms[name].as_str().unwrap_or_default().to_owned();
    let (head, sent, day) = draw.one(&[
        ("---------- Message transféré ----------", "Date : ", "long"),
        ("-------- Message transféré --------", "Date : ", "num"),
        ("-----Message d'origine-----", "Envoyé : ", "long"),
    ]);
    lines.text(head);
    lines.line([Run::value("De : ")].into_iter().chain(name));
    lines.text(format!("{sent}{} {}", form(day), inner.time));
    lines.text(format!("{}{subject}", draw.one(&["Objet : ", "Sujet : "])));
    lines.text(format!("À : {}", facts.landlord_box));
    lines.gap();
    lines.line(inner.text);
    // Passed on within three days; what counts is the day of the outer message.
    letter.received = written.add_days(draw.between(0, 3)).min(letter.received.max(written).add_days(3));
    Email {
        from_name: Some(draw.one(&["Accueil", "Standard", "Boîte contact", "Agence"]).to_owned()),
        from: letter.facts.landlord_box.clone(),
        writer: inner.writer,
        prefix: draw.one(&["TR: ", "TR : ", "Fwd: ", "Tr : "]),
        text: lines.done(),
        time: format!("{:02}:{:02}", draw.between(8, 18), draw.between(0, 59)),
        names_sender: inner.names_sender,
    }
}

/// Tells the channel's word in records: `eml` or `lettre`.
pub fn channel_word(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "eml",
        _ => "lettre",
    }
}
