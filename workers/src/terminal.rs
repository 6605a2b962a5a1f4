//! The terminal: whether there is one, how wide it is, whether it wants colours.

use std::io::{IsTerminal, stderr, stdout};
use terminal_size::terminal_size_of;

/// Where a table for people goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Screen {
    /// Standard output.
    Out,
    /// Standard error, beside results on standard output.
    Err,
}

/// Columns where there is no terminal to ask: a log or a mail.
const PLAIN_WIDTH: u16 = 110;

impl Screen {
    /// Tells whether a person looks at it.
    pub(crate) fn is_terminal(self) -> bool {
        match self {
            Self::Out => stdout().is_terminal(),
            Self::Err => stderr().is_terminal(),
        }
    }

    /// Gives its width in columns.
    pub(crate) fn width(self) -> u16 {
        let found = match self {
            Self::Out => terminal_size_of(stdout()),
            Self::Err => terminal_size_of(stderr()),
        };
        found.map_or(PLAIN_WIDTH, |(width, _)| width.0.max(40))
    }

    /// Tells whether to use colours: on a terminal, unless `NO_COLOR` is set.
    pub(crate) fn colours(self) -> bool {
        self.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
    }

    /// Prints a line. A screen that is gone is nobody's loss.
    pub(crate) fn say(self, text: &str) {
        use std::io::Write;
        let _ = match self {
            Self::Out => writeln!(stdout(), "{text}"),
            Self::Err => writeln!(stderr(), "{text}"),
        };
    }
}

/// A colour of a word or a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colour {
    /// All is well.
    Green,
    /// Somebody looks.
    Yellow,
    /// Refused, or not read.
    Red,
    /// A heading.
    Bold,
}

/// Wraps a text in a colour.
pub(crate) fn coloured(text: &str, colour: Colour) -> String {
    let code = match colour {
        Colour::Green => "32",
        Colour::Yellow => "33",
        Colour::Red => "31",
        Colour::Bold => "1",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}
