//! A batch of letters: all set, then all written.
//!
//! A mistake in a template writes nothing at all. A letter that cannot be set for what it says is told in the report and
//! does not stop the others. A file is written under another name first, so that nobody finds half of one.

use crate::press::{Press, PressError};
use crate::sheet;
use guichet_pipeline::relance::letter::{Letter, Outcome, Report, SetLetter, WrittenFile};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

/// Typst shares its own work over the same threads, and a thread that waits takes up another letter on top of its own: with
/// the usual 2 MB a batch of a thousand letters overflowed.
const STACK_BYTES: usize = 32 << 20;

/// The files of one letter, not written yet.
#[derive(Debug)]
struct Made {
    set: SetLetter,
    files: Vec<(String, Vec<u8>)>,
}

/// Reads one letter or a list of them.
///
/// # Errors
/// What is no letter: place and expectation.
pub fn read(json: &str) -> Result<Vec<Letter>, String> {
    let told =
        |error: serde_json::Error| format!("entrée, ligne {}, colonne {} : {error}", error.line(), error.column());
    if json.trim_start().starts_with('[') {
        return serde_json::from_str(json).map_err(told);
    }
    serde_json::from_str(json).map(|letter| vec![letter]).map_err(told)
}

/// Sets `letters` and writes their files into the folder `out`.
///
/// # Errors
/// A folder that cannot be written.
pub fn run(press: &Press, letters: &[Letter], out: &Path) -> io::Result<Report> {
    let mut ids = HashSet::new();
    let twice: Vec<bool> = letters.iter().map(|letter| !ids.insert(&letter.id)).collect();
    let one = |(letter, twice): (&Letter, bool)| {
        let fault = || PressError::Letter(format!("id « {} » sert déjà à une autre lettre du lot", letter.id));
        if twice { Err(fault()) } else { make(press, letter) }
    };
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES).build().map_err(io::Error::other)?;
    let made: Vec<Result<Made, PressError>> = pool.install(|| letters.par_iter().zip(twice).map(one).collect());
    let mut template_faults = Vec::new();
    for result in &made {
        if let Err(PressError::Template(fault)) = result
            && !template_faults.contains(fault)
        {
            template_faults.push(fault.clone());
        }
    }
    if !template_faults.is_empty() {
        return Ok(Report { letters: Vec::new(), template_faults });
    }
    std::fs::create_dir_all(out)?;
    let mut outcomes = Vec::with_capacity(made.len());
    for (letter, made) in letters.iter().zip(made) {
        let id = letter.id.clone();
        outcomes.push(match made {
            Ok(made) => {
                made.files.iter().try_for_each(|(name, bytes)| write(out, name, bytes))?;
                Outcome { id, set: Some(made.set), fault: None }
            }
            Err(error) => Outcome { id, set: None, fault: Some(error.to_string()) },
        });
    }
    Ok(Report { letters: outcomes, template_faults })
}

fn make(press: &Press, letter: &Letter) -> Result<Made, PressError> {
    let sheet = sheet::set(press, letter)?;
    let mut files = Vec::new();
    let mut file = |ending: &str, bytes: Vec<u8>| {
        let name = format!("{}.{ending}", letter.id);
        let written = WrittenFile { name: name.clone(), bytes: bytes.len(), sha256: hexadecimal(&bytes) };
        files.push((name, bytes));
        written
    };
    let set = SetLetter {
        pdf: file("pdf", sheet.pdf(press, letter)?),
        text: sheet.email.as_ref().map(|email| file("txt", email.text().into_bytes())),
        html: sheet.email.as_ref().map(|email| file("html", email.html(&sheet.subject).into_bytes())),
        pages: sheet.pages(),
        subject: sheet.subject,
        sms: sheet.sms,
    };
    Ok(Made { set, files })
}

fn hexadecimal(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let part = folder.join(format!(".{name}.part"));
    let mut file = std::fs::File::create(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(part, folder.join(name))
}
