//! The words of durable work: stages, classes of urgency, and a job that somebody holds.

use std::fmt;
use std::str::FromStr;

/// A stage done as a job of its own, with the store in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// Bytes to words.
    Read,
    /// Words to segments, fields, checks, decisions.
    Understand,
}

impl Stage {
    /// Every stage, in the order in which a source passes them.
    pub const ALL: [Self; 2] = [Self::Read, Self::Understand];

    /// Gives the name in the database, in queues and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Understand => "understand",
        }
    }

    /// Gives the stage that follows.
    pub fn next(self) -> Option<Self> {
        match self {
            Self::Read => Some(Self::Understand),
            Self::Understand => None,
        }
    }
}

/// How urgent a source is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// Somebody waits.
    Urgent,
    /// The day's mail.
    #[default]
    Courant,
    /// A campaign or a take-over of old files.
    Masse,
}

impl Class {
    /// Every class, most urgent first.
    pub const ALL: [Self; 3] = [Self::Urgent, Self::Courant, Self::Masse];

    /// Gives the name in the database, in queues and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Urgent => "urgent",
            Self::Courant => "courant",
            Self::Masse => "masse",
        }
    }
}

/// A name that stands for no stage or class.
#[derive(Debug, thiserror::Error)]
#[error("\"{0}\" is not known to this version")]
pub struct UnknownName(String);

impl FromStr for Stage {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|stage| stage.name() == name).ok_or_else(|| UnknownName(name.to_owned()))
    }
}

impl FromStr for Class {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|class| class.name() == name).ok_or_else(|| UnknownName(name.to_owned()))
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.name())
    }
}

impl fmt::Display for Class {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.name())
    }
}

/// A job that this process holds, until the hold lapses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Source, stage and round.
    pub id: String,
    /// The source.
    pub source: String,
    /// What to do with it.
    pub stage: Stage,
    /// How urgent it is.
    pub class: Class,
    /// Attempts that the source broke, this one not counted.
    pub attempts: i64,
    /// Holds that lapsed because the worker was gone.
    pub losses: i64,
    /// Proves the hold: a later claim has a greater one.
    pub token: i64,
    /// The trace of the source, as W3C `traceparent`.
    pub trace: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        for stage in Stage::ALL {
            assert_eq!(stage.name().parse::<Stage>().unwrap(), stage);
        }
        for class in Class::ALL {
            assert_eq!(class.name().parse::<Class>().unwrap(), class);
        }
        assert_eq!("ocr".parse::<Stage>().unwrap_err().to_string(), "\"ocr\" is not known to this version");
    }
}
