//! One source from the disk: its bytes and their hash, or why it gives none.

use guichet_pipeline::document::{Fault, FaultCode};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The bytes of a source and their hash.
#[derive(Debug)]
pub struct Source {
    /// Hexadecimal; empty when the file could not be opened.
    pub sha256: String,
    /// The bytes, or why there are none.
    pub bytes: Result<Vec<u8>, Fault>,
}

/// Loads a source; one that is over `most` bytes is hashed and not kept.
pub fn load(path: &Path, most: u64) -> Source {
    match read(path, most) {
        Ok(source) => source,
        Err(error) => {
            let message = format!("le fichier ne peut pas être lu ({}) : vérifier ses droits d'accès", reason(&error));
            Source { sha256: String::new(), bytes: Err(Fault::new(FaultCode::FichierCorrompu, message)) }
        }
    }
}

fn read(path: &Path, most: u64) -> io::Result<Source> {
    // Asked before opening: opening a named pipe waits for somebody to write.
    if !std::fs::metadata(path)?.is_file() {
        let message = "ce n'est pas un fichier ordinaire : donner un PDF ou une image";
        let fault = Fault::new(FaultCode::FormatInconnu, message);
        return Ok(Source { sha256: String::new(), bytes: Err(fault) });
    }
    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    (&mut file).take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    let mut hash = Sha256::new();
    hash.update(&bytes);
    if bytes.len() as u64 <= most {
        return Ok(Source { sha256: hexadecimal(&hash.finalize()), bytes: Ok(bytes) });
    }
    io::copy(&mut file, &mut hash)?;
    let message = format!("le fichier pèse plus de {} Mo, la limite : le découper ou le réduire", most / 1_000_000);
    let fault = Fault::new(FaultCode::TropVolumineux, message);
    Ok(Source { sha256: hexadecimal(&hash.finalize()), bytes: Err(fault) })
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Says in French what the system says of the errors that people meet.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "accès refusé".to_owned(),
        io::ErrorKind::NotFound => "fichier introuvable".to_owned(),
        io::ErrorKind::IsADirectory => "c'est un dossier".to_owned(),
        io::ErrorKind::NotADirectory => "ce n'est pas un dossier".to_owned(),
        io::ErrorKind::StorageFull => "disque plein".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "disque en lecture seule".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_hashes_and_limits() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "abc").unwrap();
        const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

        let whole = load(&path, 3);
        assert_eq!((whole.sha256.as_str(), whole.bytes.unwrap().as_slice()), (ABC, b"abc".as_slice()));
        let over = load(&path, 2);
        assert_eq!((over.sha256.as_str(), over.bytes.unwrap_err().code), (ABC, FaultCode::TropVolumineux));
        let gone = load(&folder.path().join("b"), 2);
        assert!(gone.bytes.unwrap_err().message.contains("fichier introuvable"));
        let other = load(folder.path(), 2);
        assert_eq!(other.bytes.unwrap_err().code, FaultCode::FormatInconnu);
    }
}
