//! What the relay's own log says of a message, by its Message-ID: Postfix's format.
//!
//! A message is received once its queue id is active (`qmgr`, `from=<...>`); a Message-ID alone only says that its header
//! came by. That nothing was received is said only where the log is whole since before the attempt: its first line is
//! the one that was there then ([`Mark`]), or stands in the file that rotation kept.

use super::Answer;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// The longest first line that is looked at.
const LINE: u64 = 4096;

/// How the log stood at a moment: which file, and how long it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The hash of its first line.
    first: String,
    /// Its bytes.
    length: u64,
}

impl Mark {
    /// Marks how the log stands; nothing where it cannot be read.
    pub fn of(log: &Path) -> Option<Self> {
        let length = std::fs::metadata(log).ok()?.len();
        Some(Self { first: first_line(log)?, length })
    }

    /// Gives the mark as text.
    pub fn text(&self) -> String {
        format!("{} {}", self.first, self.length)
    }

    /// Reads a mark.
    pub fn parse(text: &str) -> Option<Self> {
        let (first, length) = text.split_once(' ')?;
        Some(Self { first: first.to_owned(), length: length.parse().ok()? })
    }
}

/// What the log says, read once for any number of questions.
#[derive(Debug, Default)]
pub struct Record {
    /// By Message-ID.
    messages: HashMap<String, Seen>,
    /// The first line of each file that was read, and its bytes.
    files: Vec<Mark>,
    /// Why it could not be read.
    problem: Option<String>,
}

impl Record {
    /// Reads the log, and the file before it that rotation keeps.
    pub fn read(log: &Path) -> Self {
        let mut record = Self::default();
        let mut queue = HashMap::new();
        for file in [rotated(log), log.to_owned()] {
            // Marked before it is read: what comes meanwhile is looked at next time.
            record.files.extend(Mark::of(&file));
            match record.read_file(&file, &mut queue) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => record.problem = Some(format!("{} : {error}", file.display())),
                Ok(()) => {}
            }
        }
        record
    }

    /// Says what became of a message. With a mark that the log still holds, absence is an answer too.
    pub fn ask(&self, message_id: &str, mark: Option<&Mark>) -> Answer {
        if let Some(answer) = self.messages.get(message_id).and_then(Seen::verdict) {
            return answer;
        }
        if let Some(problem) = &self.problem {
            return Answer::Later(problem.clone());
        }
        let holds = |mark: &Mark| self.files.iter().any(|file| file.first == mark.first && file.length >= mark.length);
        if mark.is_some_and(holds) {
            return Answer::Absent(format!("journal du relais entier depuis l'envoi, sans {message_id} accepté"));
        }
        Answer::Silent("le journal du relais ne remonte pas jusqu'à l'envoi".to_owned())
    }

    fn read_file(&mut self, file: &Path, queue: &mut HashMap<String, String>) -> io::Result<()> {
        let mut reader = BufReader::new(File::open(file)?);
        let mut line = Vec::new();
        loop {
            line.clear();
            if reader.read_until(b'\n', &mut line)? == 0 {
                return Ok(());
            }
            // A line that is being written is looked at next time.
            if line.ends_with(b"\n") {
                self.line(String::from_utf8_lossy(&line).trim_end(), queue);
            }
        }
    }

    fn line(&mut self, line: &str, queue: &mut HashMap<String, String>) {
        let Some((id, rest)) = queue_id(line) else { return };
        if let Some(message) = rest.strip_prefix("message-id=<").and_then(|rest| rest.split('>').next()) {
            // Queue ids come again once their message is gone.
            queue.insert(id.to_owned(), message.to_owned());
        }
        let Some(message) = queue.get(id) else { return };
        let told = || Some(format!("{id}: {rest}"));
        let seen = self.messages.entry(message.clone()).or_default();
        if rest.starts_with("from=<") && rest.contains("queue active") {
            seen.accepted = seen.accepted.take().or_else(told);
        } else if rest.contains("status=sent") {
            seen.sent = seen.sent.take().or_else(told);
        } else if rest.contains("status=bounced") || rest.contains("status=expired") {
            seen.bounced = seen.bounced.take().or_else(told);
        }
    }
}

/// Gives the file that rotation keeps uncompressed.
fn rotated(log: &Path) -> PathBuf {
    let mut name = log.as_os_str().to_owned();
    name.push(".1");
    PathBuf::from(name)
}

fn first_line(file: &Path) -> Option<String> {
    let mut line = Vec::new();
    BufReader::new(File::open(file).ok()?.take(LINE)).read_until(b'\n', &mut line).ok()?;
    if line.is_empty() {
        return None;
    }
    Some(Sha256::digest(&line).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What was read of one message.
#[derive(Debug, Default)]
struct Seen {
    accepted: Option<String>,
    sent: Option<String>,
    bounced: Option<String>,
}

impl Seen {
    fn verdict(&self) -> Option<Answer> {
        let Self { accepted, sent, bounced } = self;
        let bounced = bounced.clone().map(Answer::Returned);
        bounced.or_else(|| sent.clone().map(Answer::Delivered)).or_else(|| accepted.clone().map(Answer::Received))
    }
}

/// Splits `... postfix/qmgr[12]: 4XyZ: from=<...>` into the queue id and what is said of it.
fn queue_id(line: &str) -> Option<(&str, &str)> {
    let (_, rest) = line.split_once("]: ")?;
    let (id, rest) = rest.split_once(": ")?;
    let shaped = id.len() >= 5 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    shaped.then_some((id, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const START: &str = "Nov 23 06:00:01 relais postfix/master[1]: daemon started -- version 3.7.11\n";
    const HEADER: &str = "Nov 23 09:00:01 relais postfix/cleanup[9]: 4XyZ12: message-id=<abc@b.fr>\n";
    const ACTIVE: &str =
        "Nov 23 09:00:01 relais postfix/qmgr[8]: 4XyZ12: from=<a@b.fr>, size=9, nrcpt=1 (queue active)\n";
    const SENT: &str =
        "Nov 23 09:00:02 relais postfix/smtp[7]: 4XyZ12: to=<c@d.fr>, relay=d, dsn=2.0.0, status=sent (ok)\n";
    const BOUNCED: &str =
        "Nov 23 09:00:02 relais postfix/smtp[7]: 4XyZ12: to=<c@d.fr>, dsn=5.1.1, status=bounced (no such user)\n";
    const OTHER: &str = "Nov 23 09:00:01 relais postfix/cleanup[9]: 4AAA12: message-id=<other@b.fr>\n";

    fn ask(log: &Path, message_id: &str, mark: Option<&Mark>) -> Answer {
        Record::read(log).ask(message_id, mark)
    }

    fn word(answer: &Answer) -> &'static str {
        match answer {
            Answer::Received(_) => "received",
            Answer::Delivered(_) => "delivered",
            Answer::Returned(_) => "returned",
            Answer::Absent(_) => "absent",
            Answer::Later(_) => "later",
            Answer::Silent(_) => "silent",
        }
    }

    #[test]
    fn what_the_log_says() {
        let cases: [(&[&str], &str); 7] = [
            (&[HEADER, ACTIVE], "received"),
            (&[HEADER, ACTIVE, SENT], "delivered"),
            (&[HEADER, ACTIVE, BOUNCED], "returned"),
            // The header came by, the final dot did not.
            (&[HEADER], "absent"),
            (&[OTHER, ACTIVE], "absent"),
            (&[], "absent"),
            (&[HEADER, "Nov 23 postfix/qmgr[8]: 4XyZ12: from=<a@b.fr>, (queue active)"], "absent"),
        ];
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("mail.log");
        for (lines, expected) in cases {
            fs::write(&log, START).unwrap();
            let mark = Mark::of(&log).unwrap();
            fs::write(&log, format!("{START}{}", lines.concat())).unwrap();
            assert_eq!(word(&ask(&log, "abc@b.fr", Some(&mark))), expected, "{lines:?}");
        }
    }

    #[test]
    fn a_log_that_lost_its_past_does_not_say_absent() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("mail.log");
        fs::write(&log, format!("{START}{OTHER}")).unwrap();
        let mark = Mark::of(&log).unwrap();
        assert_eq!(Mark::parse(&mark.text()), Some(mark.clone()));
        assert_eq!(word(&ask(&log, "abc@b.fr", Some(&mark))), "absent");
        assert_eq!(word(&ask(&log, "abc@b.fr", None)), "silent");
        // Rotated: the old file is kept beside it.
        fs::rename(&log, folder.path().join("mail.log.1")).unwrap();
        fs::write(&log, HEADER).unwrap();
        assert_eq!(word(&ask(&log, "abc@b.fr", Some(&mark))), "absent");
        fs::write(&log, format!("{HEADER}{ACTIVE}")).unwrap();
        assert_eq!(word(&ask(&log, "abc@b.fr", Some(&mark))), "received");
        // Rotated twice, or emptied.
        fs::write(folder.path().join("mail.log.1"), OTHER).unwrap();
        fs::write(&log, OTHER).unwrap();
        assert_eq!(word(&ask(&log, "abc@b.fr", Some(&mark))), "silent");
        fs::write(&log, "").unwrap();
        assert_eq!(Mark::of(&log), None);
        assert_eq!(word(&ask(&folder.path().join("nowhere"), "abc@b.fr", Some(&mark))), "silent");
    }
}
