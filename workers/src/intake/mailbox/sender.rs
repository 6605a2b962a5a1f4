//! Who sent a message, by its own header. It proves nothing: a message is read like any other, whoever says it sent it.
//!
//! Only the address is looked for, in a bounded part of the bytes. The whole message is for the reading child.

/// Bytes of a header that are looked at.
const HEADER: usize = 65_536;
/// Letters of an address: what mail allows.
const LONGEST: usize = 320;

/// Gives the address of the first sender.
pub(super) fn of(message: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&message[..message.len().min(HEADER)]);
    let mut lines = head.lines().take_while(|line| !line.is_empty());
    let is_from =
        |line: &str| line.split_once(':').is_some_and(|(name, _)| name.trim_end().eq_ignore_ascii_case("from"));
    let mut field = lines.find(|line| is_from(line))?.split_once(':')?.1.to_owned();
    for folded in lines.take_while(|line| line.starts_with([' ', '\t'])) {
        field.push_str(folded);
    }
    let address = address(&field);
    let is_address = address.contains('@') && address.len() <= LONGEST;
    (is_address && !address.contains(|letter: char| letter.is_whitespace() || letter.is_control())).then_some(address)
}

/// Gives what stands between angle brackets, or the first bare address; quoted names and remarks are passed over.
fn address(field: &str) -> String {
    let (mut bare, mut remarks, mut quoted) = (String::new(), 0_u32, false);
    let mut letters = field.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                letters.next();
            }
            '"' if remarks == 0 => quoted = !quoted,
            _ if quoted => {}
            '(' => remarks += 1,
            ')' => remarks = remarks.saturating_sub(1),
            _ if remarks > 0 => {}
            '<' => return letters.take_while(|letter| *letter != '>').collect::<String>().trim().to_owned(),
            ',' | ';' => break,
            letter => bare.push(letter),
        }
    }
    bare.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_the_sender_is_found() {
        let cases = [
            ("From: anne@exemple.fr\r\n\r\n", Some("anne@exemple.fr")),
            ("Subject: x\nFROM : Anne Durand <anne@exemple.fr>\n\n", Some("anne@exemple.fr")),
            ("From: =?utf-8?q?Andr=C3=A9?=\r\n <andre@exemple.fr>\r\nTo: b@c\r\n\r\n", Some("andre@exemple.fr")),
            ("From: \"Durand, <x@y.fr>\" <anne@exemple.fr>\n\n", Some("anne@exemple.fr")),
            ("From: anne@exemple.fr (Anne <x@y.fr>)\n\n", Some("anne@exemple.fr")),
            ("From: a@exemple.fr, b@exemple.fr\n\n", Some("a@exemple.fr")),
            ("From: Anne Durand\n\n", None),
            ("From: <>\n\n", None),
            ("Subject: x\n\nFrom: anne@exemple.fr\n", None),
            ("X-From: a@b\n", None),
            ("", None),
        ];
        for (message, expected) in cases {
            assert_eq!(of(message.as_bytes()).as_deref(), expected, "{message:?}");
        }
        assert_eq!(of(format!("From: {}@b.fr\n\n", "a".repeat(LONGEST)).as_bytes()), None);
        assert_eq!(of(b"From: \xff\xfe@\n\n").as_deref(), Some("\u{fffd}\u{fffd}@"));
    }
}
