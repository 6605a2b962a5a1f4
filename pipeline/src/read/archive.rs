//! Zip archives, handed in or attached to an e-mail: their files, as if each had been attached by itself.
//!
//! One level deep, and never more files or bytes than the limits allow, whatever an archive says of itself. Office documents
//! are such archives too, and stay what they are: something that is not read here.

use super::Limits;
use super::inside::{File, MOST_ATTACHMENTS, climbs, plain_name};
use crate::document::{Attachment, Fault, FaultCode};
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// How many bytes one byte may become: PDFs and pictures hardly shrink, plain text to a tenth, bombs to a thousandth.
const RATIO: u64 = 100;
/// What small archives may become whatever the ratio.
const SMALL: u64 = 1_000_000;
/// Entries that are looked at, folders and all.
const ENTRIES: usize = 1000;
/// What an office document has at its top.
const OFFICE: [&str; 3] = ["[Content_Types].xml", "mimetype", "META-INF/manifest.xml"];
/// What machines put into archives for themselves.
const MACHINERY: [&str; 2] = ["thumbs.db", "desktop.ini"];

/// Tells whether bytes begin as an archive does.
pub(super) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Opens an archive that was handed in by itself.
pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Vec<File>, Fault> {
    members(bytes, &mut { limits.bytes }).map_err(unknown)?.ok_or_else(office)
}

/// Refuses an archive of whose files none could be read: it is no source to understand, and its first fault stands for it.
pub(super) fn check(read: &super::Read, members: &[Attachment]) -> Result<(), Fault> {
    match members.first() {
        Some(Attachment { name, fault: Some(Fault { code, message }), .. }) if read.page_count == 0 => {
            Err(Fault::new(*code, format!("dans l'archive, « {name} » : {message}")))
        }
        _ => Ok(()),
    }
}

/// Gives the files of an archive, none of an office document; `room` is how many bytes may still come out.
pub(super) fn members(bytes: &[u8], room: &mut u64) -> Result<Option<Vec<File>>, Fault> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| broken())?;
    if archive.file_names().flatten().any(|name| OFFICE.contains(&name.as_ref())) {
        return Ok(None);
    }
    if archive.len() > ENTRIES {
        return Err(too_large());
    }
    let (mut members, mut left) = (Vec::new(), (bytes.len() as u64).saturating_mul(RATIO).max(SMALL));
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(|error| match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => locked(),
            _ => broken(),
        })?;
        let name = entry.name().map_err(|_| broken())?.into_owned();
        if entry.is_dir() || is_machinery(&name) {
            continue;
        }
        if members.len() == MOST_ATTACHMENTS {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        entry.take(left.min(*room) + 1).read_to_end(&mut bytes).map_err(|_| broken())?;
        left = left.checked_sub(bytes.len() as u64).ok_or_else(too_large)?;
        *room = room.checked_sub(bytes.len() as u64).ok_or_else(too_large)?;
        members.push(File { climbs: climbs(&name), name: plain_name(&name), bytes: Ok(bytes) });
    }
    if members.is_empty() {
        return Err(Fault::new(FaultCode::FichierVide, "l'archive est vide : demander les documents à nouveau"));
    }
    Ok(Some(members))
}

fn is_machinery(name: &str) -> bool {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name).to_lowercase();
    name.starts_with("__MACOSX/") || last.starts_with('.') || MACHINERY.contains(&last.as_str())
}

fn broken() -> Fault {
    Fault::new(FaultCode::FichierCorrompu, "l'archive est abîmée : demander les documents un par un")
}

fn office() -> Fault {
    let message = "le fichier est un document bureautique : demander un PDF, un JPEG, un PNG, un TIFF ou un WebP";
    Fault::new(FaultCode::FormatInconnu, message)
}

/// Nobody can tell a damaged archive from a damaged office document.
fn unknown(fault: Fault) -> Fault {
    let message = "le fichier est une archive ou un document bureautique abîmé : demander un PDF ou une image";
    if fault.code == FaultCode::FichierCorrompu { Fault::new(FaultCode::FormatInconnu, message) } else { fault }
}

fn locked() -> Fault {
    Fault::new(FaultCode::MotDePasse, "l'archive demande un mot de passe : demander les documents sans mot de passe")
}

fn too_large() -> Fault {
    let message = format!(
        "l'archive contient plus de {MOST_ATTACHMENTS} fichiers, ou pèse trop une fois ouverte : demander les documents un par un"
    );
    Fault::new(FaultCode::TropVolumineux, message)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::io::Write;
    use zip::write::{SimpleFileOptions, ZipWriter};

    /// Packs files.
    pub(in crate::read) fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn names(bytes: &[u8]) -> Result<Option<Vec<String>>, FaultCode> {
        let members = members(bytes, &mut 3_000_000);
        members.map(|found| Some(found?.into_iter().map(|member| member.name).collect())).map_err(|fault| fault.code)
    }

    #[test]
    fn files_come_out_and_machinery_and_office_documents_do_not() {
        let bytes =
            packed(&[("a.pdf", b"%PDF"), ("sous/b.jpg", b"x"), ("__MACOSX/._a.pdf", b"y"), ("Thumbs.db", b"z")]);
        assert!(is_archive(&bytes));
        assert_eq!(names(&bytes), Ok(Some(vec!["a.pdf".to_owned(), "b.jpg".to_owned()])));
        assert_eq!(names(&packed(&[("[Content_Types].xml", b"x"), ("word/document.xml", b"y")])), Ok(None));
        assert_eq!(names(&bytes[..bytes.len() / 2]), Err(FaultCode::FichierCorrompu));
    }

    #[test]
    fn an_archive_never_becomes_more_than_it_may() {
        let zeros = vec![0; 2_000_000];
        assert_eq!(names(&packed(&[("bombe", &zeros)])), Err(FaultCode::TropVolumineux), "a thousand times its size");
        let noise: Vec<u8> = (0..2_000_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert_eq!(names(&packed(&[("a", &noise), ("b", &noise)])), Err(FaultCode::TropVolumineux), "both together");
        let many: Vec<String> = (0..=MOST_ATTACHMENTS).map(|at| format!("{at}.pdf")).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
        assert_eq!(names(&packed(&many)), Err(FaultCode::TropVolumineux));
    }
}
