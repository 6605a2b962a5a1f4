//! E-mail files as programs write them: headers, encodings, parts. Bytes in, bytes out; nothing here knows letters.

use crate::draw::Draw;
use guichet_pipeline::values::Date;

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Letters of windows-1252 that latin-1 lacks.
const WINDOWS: &[(char, u8)] = &[
    ('€', 0x80),
    ('…', 0x85),
    ('Œ', 0x8c),
    ('‘', 0x91),
    ('’', 0x92),
    ('“', 0x93),
    ('”', 0x94),
    ('•', 0x95),
    ('–', 0x96),
    ('—', 0x97),
    ('œ', 0x9c),
];

/// Gives the `Date` header of a day at `HH:MM`, in the time of Paris.
pub fn date(day: Date, time: &str) -> String {
    // 23 November 2026 is a Monday.
    let monday = Date::new(2026, 11, 23).map_or(0, Date::to_days);
    let weekday = DAYS[usize::try_from((day.to_days() - monday).rem_euclid(7)).unwrap_or(0)];
    let month = MONTHS[usize::from(day.month()) - 1];
    let zone = if matches!(day.month(), 4..=10) { "+0200" } else { "+0100" };
    format!("{weekday}, {:02} {month} {} {time}:00 {zone}", day.day(), day.year())
}

/// Gives base64 without line breaks.
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let at = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for i in 0..4 {
            if i <= chunk.len() {
                out.push(char::from(LETTERS[(bits >> (18 - 6 * i) & 63) as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

/// Gives base64 in lines of 76 letters.
fn base64_lines(bytes: &[u8]) -> String {
    let whole = base64(bytes);
    let mut out = String::with_capacity(whole.len() + whole.len() / 38);
    for (at, c) in whole.chars().enumerate() {
        if at > 0 && at.is_multiple_of(76) {
            out.push_str("\r\n");
        }
        out.push(c);
    }
    out
}

/// Gives quoted-printable; lines of the text end with `\n`.
fn quoted_printable(bytes: &[u8]) -> String {
    let mut out = String::new();
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if number > 0 {
            out.push_str("\r\n");
        }
        let mut width = 0;
        for (at, byte) in line.iter().enumerate() {
            let last = at + 1 == line.len();
            let plain = matches!(byte, b'!'..=b'<' | b'>'..=b'~') || *byte == b' ' && !last;
            let token = if plain { char::from(*byte).to_string() } else { format!("={byte:02X}") };
            if width + token.len() > 75 {
                out.push_str("=\r\n");
                width = 0;
            }
            width += token.len();
            out.push_str(&token);
        }
    }
    out
}

/// A set of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Charset {
    Utf8,
    Latin1,
    Windows,
}

impl Charset {
    fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Latin1 => "iso-8859-1",
            Self::Windows => "windows-1252",
        }
    }

    /// Gives the oldest set that has all letters of the text.
    fn oldest(text: &str) -> Self {
        if text.chars().all(|c| u32::from(c) < 0x80 || (0xa0..0x100).contains(&u32::from(c))) {
            return Self::Latin1;
        }
        let known = |c: char| u32::from(c) < 0x100 || WINDOWS.iter().any(|(letter, _)| *letter == c);
        if text.chars().all(known) { Self::Windows } else { Self::Utf8 }
    }

    fn bytes(self, text: &str) -> Vec<u8> {
        if self == Self::Utf8 {
            return text.as_bytes().to_vec();
        }
        let byte = |c: char| match WINDOWS.iter().find(|(letter, _)| *letter == c) {
            Some((_, byte)) => *byte,
            None => u8::try_from(u32::from(c)).unwrap_or(b'?'),
        };
        text.chars().map(byte).collect()
    }
}

/// How a program writes e-mails.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    old_letters: bool,
    base64: bool,
    /// The subject and names go in base64 words.
    base64_words: bool,
    bodies: Bodies,
    unix_lines: bool,
}

/// In which forms the text is sent.
#[derive(Clone, Copy, Debug)]
enum Bodies {
    Plain,
    Both,
    Html,
}

impl Program {
    /// Draws a program.
    pub fn draw(draw: &mut Draw) -> Self {
        Self {
            old_letters: draw.chance(0.3),
            base64: draw.chance(0.3),
            base64_words: draw.chance(0.5),
            bodies: *draw.weighted(&[(4.0, Bodies::Plain), (4.5, Bodies::Both), (1.5, Bodies::Html)]),
            unix_lines: draw.chance(0.1),
        }
    }

    fn charset(self, text: &str) -> Charset {
        if self.old_letters { Charset::oldest(text) } else { Charset::Utf8 }
    }

    /// Gives the text of a header, in encoded words where it has other letters than ASCII.
    fn words(self, text: &str) -> String {
        if text.is_ascii() {
            return text.to_owned();
        }
        let charset = self.charset(text);
        let mut words = Vec::new();
        let letters: Vec<char> = text.chars().collect();
        // Short enough for a line of 75 signs in either encoding.
        for chunk in letters.chunks(14) {
            let bytes = charset.bytes(&chunk.iter().collect::<String>());
            let (kind, coded) = if self.base64_words {
                ('B', base64(&bytes))
            } else {
                let coded = bytes.iter().map(|byte| match byte {
                    b' ' => "_".to_owned(),
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(*byte).to_string(),
                    byte => format!("={byte:02X}"),
                });
                ('Q', coded.collect())
            };
            words.push(format!("=?{}?{kind}?{coded}?=", charset.name()));
        }
        words.join("\r\n ")
    }

    /// Gives a mailbox with its name.
    pub fn mailbox(self, name: Option<&str>, address: &str) -> String {
        match name {
            None => address.to_owned(),
            Some(name) if name.is_ascii() => format!("\"{name}\" <{address}>"),
            Some(name) => format!("{} <{address}>", self.words(name)),
        }
    }

    fn part(self, kind: &str, text: &str) -> String {
        let charset = self.charset(text);
        let bytes = charset.bytes(text);
        let (encoding, coded) = if self.base64 {
            ("base64", base64_lines(&charset.bytes(&text.replace('\n', "\r\n"))))
        } else {
            ("quoted-printable", quoted_printable(&bytes))
        };
        format!(
            "Content-Type: {kind}; charset={}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{coded}\r\n",
            charset.name()
        )
    }

    /// Gives the parts that hold the text.
    fn text(self, text: &str, draw: &mut Draw) -> String {
        match self.bodies {
            Bodies::Plain => self.part("text/plain", text),
            Bodies::Html => self.part("text/html", &html(text)),
            Bodies::Both => {
                let edge = draw.pattern("=_alt_########");
                format!(
                    "Content-Type: multipart/alternative; boundary=\"{edge}\"\r\n\r\n--{edge}\r\n{}--{edge}\r\n{}--{edge}--\r\n",
                    self.part("text/plain", text),
                    self.part("text/html", &html(text))
                )
            }
        }
    }

    /// Gives the whole file. `headers` are names and values; the subject is among them, in plain letters.
    pub fn file(
        self,
        headers: &[(&str, String)],
        text: &str,
        attached: &[(String, Vec<u8>)],
        draw: &mut Draw,
    ) -> Vec<u8> {
        let mut out = String::new();
        for (name, value) in headers {
            let value = if *name == "Subject" { self.words(value) } else { value.clone() };
            out.push_str(&format!("{name}: {value}\r\n"));
        }
        out.push_str("MIME-Version: 1.0\r\n");
        let body = self.text(text, draw);
        if attached.is_empty() {
            out.push_str(&body);
        } else {
            let edge = draw.pattern("=_mix_########");
            out.push_str(&format!("Content-Type: multipart/mixed; boundary=\"{edge}\"\r\n\r\n--{edge}\r\n{body}"));
            for (name, bytes) in attached {
                out.push_str(&format!(
                    "--{edge}\r\nContent-Type: application/pdf; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
                    base64_lines(bytes)
                ));
            }
            out.push_str(&format!("--{edge}--\r\n"));
        }
        if self.unix_lines { out.replace("\r\n", "\n").into_bytes() } else { out.into_bytes() }
    }
}

/// Gives the text as a page: a paragraph for each of its own.
fn html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let paragraphs: Vec<String> =
        escaped.split("\n\n").map(|paragraph| format!("<p>{}</p>", paragraph.replace('\n', "<br>\n"))).collect();
    format!(
        "<html><head><style>p {{ margin: 0 0 1em }}</style></head><body>\n{}\n</body></html>",
        paragraphs.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_worked_out_by_hand() {
        assert_eq!(base64(b"Man"), "TWFu");
        assert_eq!(base64(b"Ma"), "TWE=");
        assert_eq!(base64(b"M"), "TQ==");
        assert_eq!(quoted_printable("été = 1 \nb".as_bytes()), "=C3=A9t=C3=A9 =3D 1=20\r\nb");
        assert!(quoted_printable(&[b'a'; 200]).lines().all(|line| line.len() <= 76));
        assert_eq!(Charset::oldest("déjà").bytes("déjà"), [b'd', 0xe9, b'j', 0xe0]);
        assert_eq!(Charset::oldest("12 €"), Charset::Windows);
        assert_eq!(Charset::oldest("Doğan"), Charset::Utf8);
    }

    #[test]
    fn days_have_their_weekday() {
        assert_eq!(date(Date::new(2026, 11, 23).unwrap(), "18:42"), "Mon, 23 Nov 2026 18:42:00 +0100");
        assert_eq!(date(Date::new(2026, 7, 14).unwrap(), "09:05"), "Tue, 14 Jul 2026 09:05:00 +0200");
    }

    #[test]
    fn subjects_keep_their_letters() {
        let program =
            Program { old_letters: true, base64: false, base64_words: false, bodies: Bodies::Plain, unix_lines: false };
        assert_eq!(program.words("Congé"), "=?iso-8859-1?Q?Cong=E9?=");
        assert_eq!(program.words("Preavis"), "Preavis");
    }
}
