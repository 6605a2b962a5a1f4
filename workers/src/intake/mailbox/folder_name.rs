//! The name of a folder as the server writes it: with its own separator, and in "modified UTF-7" (RFC 3501, 5.1.3).

use std::mem::take;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// Writes the name of a folder, levels separated by `/`, as a server with this separator wants it.
pub(super) fn written(name: &str, separator: Option<&str>) -> String {
    let mut written = String::new();
    // UTF-16 of what is not ASCII, collected until ASCII comes again.
    let mut far = Vec::new();
    for letter in name.chars() {
        if letter.is_ascii() {
            flush(&mut far, &mut written);
        }
        match letter {
            '/' => written.push_str(separator.unwrap_or("/")),
            '&' => written.push_str("&-"),
            letter if letter.is_ascii() => written.push(letter),
            letter => far.extend(letter.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes())),
        }
    }
    flush(&mut far, &mut written);
    written
}

/// Writes a name so that it can stand in a command.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Writes collected UTF-16 in base 64, without padding, between `&` and `-`.
fn flush(far: &mut Vec<u8>, to: &mut String) {
    if far.is_empty() {
        return;
    }
    to.push('&');
    for three in take(far).chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..=three.len() {
            to.push(char::from(DIGITS[(bits >> (18 - 6 * place) & 63) as usize]));
        }
    }
    to.push('-');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_servers_want_them() {
        let cases = [
            ("INBOX", Some("."), "INBOX"),
            ("Guichet/Traité", Some("/"), "Guichet/Trait&AOk-"),
            ("Guichet/Traité", Some("."), "Guichet.Trait&AOk-"),
            ("A/B", None, "A/B"),
            ("Dupont & fils", Some("/"), "Dupont &- fils"),
            // The examples of the standard.
            ("~peter/mail/台北/日本語", Some("/"), "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("☺!", Some("/"), "&Jjo-!"),
            ("é€", Some("/"), "&AOkgrA-"),
        ];
        for (name, separator, expected) in cases {
            assert_eq!(written(name, separator), expected);
        }
        assert_eq!(quoted("a\"b\\c"), "\"a\\\"b\\\\c\"");
    }
}
