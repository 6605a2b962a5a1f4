//! Files inside a file: what is attached to an e-mail, what is packed into an archive.
//!
//! Their pages are counted through, and each file keeps its name and its page count. A file that cannot be read is a fault of
//! its own; the others are read all the same. Names only tell files apart: no folder is ever made of them.

use super::{Limits, Read, ReadError, Timed};
use super::{archive, file, format};
use crate::document::{Attachment, Fault, Metadata, Sign, SignKind};
use std::ops::RangeInclusive;

/// Files inside one source, those of archives and of messages inside it included.
pub const MOST_ATTACHMENTS: usize = 60;

/// A file inside another.
pub(super) struct File {
    pub(super) name: String,
    /// Whether its name led out of the folder in which it would be kept.
    pub(super) climbs: bool,
    /// Its bytes, or why there are none.
    pub(super) bytes: Result<Vec<u8>, Fault>,
}

/// Reads the wanted pages of files, counted through.
pub(super) fn files(
    files: Vec<File>,
    pages: Option<RangeInclusive<u32>>,
    limits: &Limits,
    timed: &mut Timed<'_>,
    begin: &mut dyn FnMut(u32),
) -> Result<(Read, Vec<Attachment>), ReadError> {
    let mut read = Read { page_count: 0, pages: Vec::new(), signs: Vec::new(), metadata: Metadata::default() };
    let mut attachments = Vec::new();
    let wanted = pages.map_or((1, u32::MAX), RangeInclusive::into_inner);
    for each in files {
        let before = read.page_count;
        let local = wanted.0.saturating_sub(before).max(1)..=wanted.1.saturating_sub(before);
        let mut begin = |page: u32| begin(page + before);
        let first = *local.start() == 1;
        let found = match each.bytes.and_then(|bytes| Ok((format::of(&bytes, limits)?, bytes))) {
            Ok((format, bytes)) => file(&bytes, format, Some(local), limits, timed, &mut begin),
            Err(fault) => Err(fault.into()),
        };
        let mut attachment = Attachment { name: each.name, page_count: 0, fault: None };
        match found {
            Ok(mut found) => {
                attachment.page_count = found.page_count;
                // No program names a file so: whoever does tries its reader.
                if each.climbs && first {
                    let message = "le nom de la pièce jointe cherche à sortir de son dossier.".to_owned();
                    found.signs.push(Sign { kind: SignKind::Guest, page: None, rect: None, message });
                }
                add(&mut read, found);
                limits.check_pages(u64::from(read.page_count))?;
            }
            Err(ReadError::Fault(fault)) => attachment.fault = Some(fault),
            Err(engine) => return Err(engine),
        }
        attachments.push(attachment);
    }
    Ok((read, attachments))
}

/// Adds the pages of a file behind those before it.
fn add(read: &mut Read, found: Read) {
    let before = read.page_count;
    read.pages.extend(found.pages.into_iter().map(|mut page| {
        page.number += before;
        page
    }));
    // A sign of a whole file is told of its first page: the other files have no part in it.
    let signs = found.signs.into_iter().map(|sign| Sign { page: Some(sign.page.unwrap_or(1) + before), ..sign });
    read.signs.extend(signs);
    read.page_count += found.page_count;
}

/// Gives the files of an archive in its place, and anything else as it is; `room` is how many bytes may still come out.
pub(super) fn unpacked(file: File, room: &mut u64) -> Vec<File> {
    let Some(bytes) = file.bytes.as_ref().ok().filter(|bytes| archive::is_archive(bytes)) else { return vec![file] };
    match archive::members(bytes, room) {
        Ok(None) => vec![file],
        Ok(Some(members)) => members
            .into_iter()
            .map(|member| File { name: format!("{} : {}", file.name, member.name), ..member })
            .collect(),
        Err(fault) => vec![File { bytes: Err(fault), ..file }],
    }
}

/// Tells whether a name leads out of the folder in which its file would be kept.
pub(super) fn climbs(name: &str) -> bool {
    name.split(['/', '\\']).any(|step| step == "..")
}

/// Gives a file name without folders and signs that no screen shows.
pub(super) fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    last.chars().filter(|c| !c.is_control()).take(200).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attached_archive_stands_for_its_files() {
        let bytes = archive::tests::packed(&[("a.pdf", b"%PDF"), ("../b.pdf", b"%PDF")]);
        let attached = |bytes: Vec<u8>| File { name: "papiers.zip".to_owned(), climbs: false, bytes: Ok(bytes) };
        let told = |files: Vec<File>| -> Vec<(String, bool, bool)> {
            files.into_iter().map(|file| (file.name, file.climbs, file.bytes.is_ok())).collect()
        };
        let found = told(unpacked(attached(bytes.clone()), &mut 1000));
        let expected = [("papiers.zip : a.pdf", false, true), ("papiers.zip : b.pdf", true, true)];
        assert_eq!(found, expected.map(|(name, climbs, good)| (name.to_owned(), climbs, good)));
        assert_eq!(told(unpacked(attached(bytes), &mut 7)), [("papiers.zip".to_owned(), false, false)], "no room");
        assert_eq!(told(unpacked(attached(b"%PDF".to_vec()), &mut 7)), [("papiers.zip".to_owned(), false, true)]);
    }
}
