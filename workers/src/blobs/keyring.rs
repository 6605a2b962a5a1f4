//! The landlord's keys: they wrap the data key of each blob, and come from a file or the environment.
//!
//! Text, one key a line, 64 hexadecimal digits, the current one first; `#` starts a remark. The others only unwrap what
//! was wrapped before. A key is known by the first digits of a hash of it.

use crate::store::Place;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use sha2::{Digest, Sha256};
use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use zeroize::{Zeroize, Zeroizing};

/// An error of the landlord's keys.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file or the variable.
    #[error("key \"{place}\": {problem}")]
    Place {
        /// Where the keys should be.
        place: String,
        /// What is wrong and what to do.
        problem: String,
    },
    /// A blob was wrapped by a key that is not there.
    #[error("no key \"{id}\" in \"{place}\": put the line of that key back")]
    Unknown {
        /// The key.
        id: String,
        /// Where the keys are.
        place: String,
    },
    /// A data key does not unwrap.
    #[error("the wrapped key of blob {0} was changed")]
    Damaged(String),
    /// The system gives no random bytes.
    #[error("no random bytes: {0}")]
    Random(String),
}

/// The key of one blob.
pub(super) struct DataKey(Zeroizing<[u8; 32]>);

impl DataKey {
    pub(super) fn new() -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0; 32]);
        random(bytes.as_mut_slice())?;
        Ok(Self(bytes))
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

struct LandlordKey {
    id: String,
    bytes: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for LandlordKey {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "LandlordKey({})", self.id)
    }
}

/// Where keys are.
#[derive(Clone, Debug)]
enum Source {
    File(PathBuf),
    Variable(String),
}

/// The landlord's keys, the current one first.
#[derive(Debug)]
pub struct Keyring {
    source: Source,
    keys: Vec<LandlordKey>,
}

impl Keyring {
    /// Opens the keys at `file:PATH` or `env:NAME`. With `create`, a file that is not there is made with a new key.
    ///
    /// # Errors
    /// When there is no key, or one is malformed.
    pub fn open(place: &Place, create: bool) -> Result<Self, KeyError> {
        let source = match place.scheme() {
            "file" => Source::File(PathBuf::from(place.path())),
            "env" => Source::Variable(place.path().to_owned()),
            _ => {
                let problem = "no such kind of place: give file:PATH or env:NAME".to_owned();
                return Err(KeyError::Place { place: place.to_string(), problem });
            }
        };
        if let Source::File(path) = &source
            && create
            && !path.exists()
        {
            write_keys(path, &new_line()?, true).map_err(|error| refused(&source, &error.to_string()))?;
        }
        let mut keyring = Self { source, keys: Vec::new() };
        keyring.reload()?;
        Ok(keyring)
    }

    /// Reads the keys again.
    ///
    /// # Errors
    /// When there is no key, or one is malformed.
    pub fn reload(&mut self) -> Result<(), KeyError> {
        let text = Zeroizing::new(match &self.source {
            Source::File(path) => std::fs::read_to_string(path).map_err(|error| {
                refused(&self.source, &format!("{error}: put back the file of keys, without it no blob can be read"))
            })?,
            Source::Variable(name) => std::env::var(name).map_err(|_| {
                refused(&self.source, "the variable is not set: give it the key, 64 hexadecimal digits")
            })?,
        });
        let keys = parse(&text).map_err(|problem| refused(&self.source, &problem))?;
        self.keys = keys;
        Ok(())
    }

    /// Puts a new key in front of the others, on the disk too.
    ///
    /// # Errors
    /// When the file cannot be replaced, or the keys come from the environment.
    pub(super) fn add_key(&mut self) -> Result<(), KeyError> {
        let Source::File(path) = &self.source else {
            return Err(refused(&self.source, "put the new key in front of the old one, then rotate with --resume"));
        };
        let old =
            Zeroizing::new(std::fs::read_to_string(path).map_err(|error| refused(&self.source, &error.to_string()))?);
        let text = Zeroizing::new(format!("{}{}", new_line()?.as_str(), old.as_str()));
        write_keys(path, &text, false).map_err(|error| refused(&self.source, &error.to_string()))?;
        self.reload()
    }

    /// Gives the name of the key that wraps new blobs.
    pub fn current(&self) -> &str {
        self.keys.first().map_or("", |key| key.id.as_str())
    }

    /// Wraps a data key for a blob: the name of the key that wraps it, and the wrapped key, hexadecimal.
    pub(super) fn wrap(&self, key: &DataKey, hash: &str) -> Result<(String, String), KeyError> {
        let current = self.keys.first().ok_or_else(|| refused(&self.source, "no key"))?;
        let mut nonce = [0; 12];
        random(&mut nonce)?;
        let bound = bound(hash);
        let sealed = cipher(current).encrypt(&Nonce::from(nonce), Payload { msg: key.bytes(), aad: &bound });
        let sealed = sealed.map_err(|_| KeyError::Damaged(hash.to_owned()))?;
        Ok((current.id.clone(), hexadecimal(&[nonce.as_slice(), &sealed].concat())))
    }

    /// Unwraps the data key of a blob.
    pub(super) fn unwrap(&self, id: &str, wrapped: &str, hash: &str) -> Result<DataKey, KeyError> {
        let unknown = || KeyError::Unknown { id: id.to_owned(), place: self.source.to_string() };
        let key = self.keys.iter().find(|key| key.id == id).ok_or_else(unknown)?;
        let damaged = || KeyError::Damaged(hash.to_owned());
        let sealed = bytes(wrapped).filter(|sealed| sealed.len() > 12).ok_or_else(damaged)?;
        let (nonce, sealed) = sealed.split_at(12);
        let nonce: [u8; 12] = nonce.try_into().map_err(|_| damaged())?;
        let bound = bound(hash);
        let opened = cipher(key).decrypt(&Nonce::from(nonce), Payload { msg: sealed, aad: &bound });
        let opened = Zeroizing::new(opened.map_err(|_| damaged())?);
        let bytes: [u8; 32] = opened.as_slice().try_into().map_err(|_| damaged())?;
        Ok(DataKey(Zeroizing::new(bytes)))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(to, "file:{}", path.display()),
            Self::Variable(name) => write!(to, "env:{name}"),
        }
    }
}

fn refused(source: &Source, problem: &str) -> KeyError {
    KeyError::Place { place: source.to_string(), problem: problem.to_owned() }
}

fn random(bytes: &mut [u8]) -> Result<(), KeyError> {
    getrandom::fill(bytes).map_err(|error| KeyError::Random(error.to_string()))
}

fn cipher(key: &LandlordKey) -> Aes256Gcm {
    Aes256Gcm::new(&Key::<Aes256Gcm>::from(*key.bytes))
}

fn bound(hash: &str) -> Vec<u8> {
    format!("guichet-key\n1\n{hash}").into_bytes()
}

fn new_line() -> Result<Zeroizing<String>, KeyError> {
    Ok(Zeroizing::new(hexadecimal(DataKey::new()?.bytes()) + "\n"))
}

fn parse(text: &str) -> Result<Vec<LandlordKey>, String> {
    let mut keys = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let mut read = bytes(line).unwrap_or_default();
        let key: Option<[u8; 32]> = read.as_slice().try_into().ok();
        read.zeroize();
        let key = key.ok_or_else(|| format!("line {}: a key is 64 hexadecimal digits", at + 1))?;
        let digest = Sha256::new().chain_update(b"guichet-key-id\n").chain_update(key).finalize();
        keys.push(LandlordKey { id: hexadecimal(&digest[..6]), bytes: Zeroizing::new(key) });
    }
    if keys.is_empty() { Err("no key: put one, 64 hexadecimal digits".to_owned()) } else { Ok(keys) }
}

/// Writes the file of keys whole or not at all, for the owner's eyes alone.
fn write_keys(path: &Path, text: &str, new: bool) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(folder)?;
    let beside = path.with_extension(format!("nouveau-{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    // A link never replaces: of two that start at once one makes the key, the other finds it.
    let placed = if new {
        let linked = std::fs::hard_link(&beside, path);
        std::fs::remove_file(&beside)?;
        linked.or_else(|error| if error.kind() == io::ErrorKind::AlreadyExists { Ok(()) } else { Err(error) })
    } else {
        std::fs::rename(&beside, path)
    };
    placed?;
    std::fs::File::open(folder)?.sync_all()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digits.chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn keyring(folder: &Path) -> Keyring {
        Keyring::open(&Place::new(format!("file:{}/cle", folder.display())), true).unwrap()
    }

    #[test]
    fn a_new_key_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let first = keyring(folder.path());
        let mode = std::fs::metadata(folder.path().join("cle")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(keyring(folder.path()).current(), first.current(), "opened again, not made again");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(!format!("{first:?}").contains(std::fs::read_to_string(folder.path().join("cle")).unwrap().trim()));
    }

    #[test]
    fn old_keys_unwrap_and_the_new_one_wraps() {
        let folder = tempfile::tempdir().unwrap();
        let mut keyring = keyring(folder.path());
        let key = DataKey::new().unwrap();
        let (old, wrapped) = keyring.wrap(&key, "h").unwrap();
        keyring.add_key().unwrap();
        assert_ne!(keyring.current(), old);
        assert_eq!(keyring.unwrap(&old, &wrapped, "h").unwrap().bytes(), key.bytes());
        let (new, again) = keyring.wrap(&key, "h").unwrap();
        assert_eq!(new, keyring.current());
        assert_eq!(keyring.unwrap(&new, &again, "h").unwrap().bytes(), key.bytes());
        assert!(matches!(keyring.unwrap(&new, &again, "i"), Err(KeyError::Damaged(_))));
        assert!(matches!(keyring.unwrap("beef", &again, "h"), Err(KeyError::Unknown { .. })));
        assert!(matches!(keyring.unwrap(&new, "00", "h"), Err(KeyError::Damaged(_))));
    }

    #[test]
    fn malformed_keys_are_refused_with_their_line() {
        let good = "ab".repeat(32);
        let cases = [
            ("", "no key"),
            ("# rien\n", "no key"),
            (&good[..62], "line 1: a key is 64"),
            (&format!("{good} # 2026\n\nxyz\n"), "line 3: a key is 64"),
        ];
        for (text, expected) in cases {
            let error = parse(text).err().unwrap_or_default();
            assert!(error.starts_with(expected), "{text:?}: {error}");
        }
        assert_eq!(parse(&format!("{good} # 2026\n{}", "cd".repeat(32))).map(|keys| keys.len()), Ok(2));
        let error = Keyring::open(&Place::new("env:GUICHET_NO_SUCH_KEY"), true).unwrap_err().to_string();
        assert!(error.contains("the variable is not set"), "{error}");
    }
}
