//! The alphabet of SMS (GSM 03.38): what one message holds.

/// Septets of one message.
pub const ONE_MESSAGE: usize = 160;

const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Letters that take two septets.
const EXTENDED: &str = "^{}\\[~]|€\u{c}";

/// Why a text is no single SMS.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmsError {
    /// A letter that would turn the message into one of 70 letters.
    #[error("le SMS contient « {letter} », qui n'est pas de l'alphabet GSM : écrire « {instead} »")]
    Letter {
        /// Which.
        letter: char,
        /// What serves instead.
        instead: String,
    },
    /// More than one message.
    #[error("le SMS compte {septets} caractères, un message en prend {ONE_MESSAGE} : le raccourcir")]
    TooLong {
        /// How many.
        septets: usize,
    },
}

/// Counts the septets of `text`.
///
/// # Errors
/// A letter that the alphabet lacks, or more than [`ONE_MESSAGE`].
pub fn septets(text: &str) -> Result<usize, SmsError> {
    let mut septets = 0;
    for letter in text.chars() {
        septets += match letter {
            _ if BASIC.contains(letter) => 1,
            _ if EXTENDED.contains(letter) => 2,
            _ => return Err(SmsError::Letter { letter, instead: instead(letter) }),
        };
    }
    if septets > ONE_MESSAGE { Err(SmsError::TooLong { septets }) } else { Ok(septets) }
}

/// Puts what is not of the alphabet in letters that are: names of persons and towns are what they are.
pub fn folded(text: &str) -> String {
    text.chars()
        .flat_map(|letter| {
            let kept = BASIC.contains(letter) || EXTENDED.contains(letter);
            if kept { vec![letter] } else { instead(letter).chars().collect() }
        })
        .collect()
}

fn instead(letter: char) -> String {
    match letter {
        '’' | '‘' => "'".to_owned(),
        '\u{a0}' | '\u{202f}' => " ".to_owned(),
        '«' | '»' | '“' | '”' => "\"".to_owned(),
        '–' | '—' => "-".to_owned(),
        '…' => "...".to_owned(),
        _ => {
            let folded = guichet_pipeline::values::fold::fold(&letter.to_string());
            if letter.is_lowercase() { folded.to_lowercase() } else { folded }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_message_holds() {
        for (text, expected) in [
            ("", Ok(0)),
            ("Bonjour, à bientôt".replace('ô', "o").as_str(), Ok(18)),
            ("12 €", Ok(5)),
            ("ê", Err(SmsError::Letter { letter: 'ê', instead: "e".to_owned() })),
            ("l’été", Err(SmsError::Letter { letter: '’', instead: "'".to_owned() })),
            (&"a".repeat(161), Err(SmsError::TooLong { septets: 161 })),
        ] {
            assert_eq!(septets(text), expected, "{text}");
        }
    }

    #[test]
    fn names_are_folded() {
        assert_eq!(folded("Résidence Bel-Œil, « Île »"), "Résidence Bel-OEil, \" Ile \"");
    }
}
