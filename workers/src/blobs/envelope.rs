//! The bytes of a blob at rest: a header with the algorithm, then AES-256-GCM in chunks of 64 KiB (the STREAM
//! construction), so that a chunk cannot be cut off, moved or taken from another blob.
//!
//! Each data key encrypts one content only, so the nonces count from zero, and whoever writes a blob again writes the
//! same bytes. The hash, the kind and the format are bound to every chunk as associated data.

use super::keyring::DataKey;
use crate::store::BlobRow;
use aead_stream::{DecryptorBE32, EncryptorBE32, Nonce, StreamBE32};
use aes_gcm::aead::{KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key};

/// The name of the algorithm in the database.
pub(super) const ALGORITHM: &str = "aes-256-gcm-stream-64k";
/// The same, in front of the bytes: magic, then one byte for the algorithm.
const HEADER: &[u8; 5] = b"GCB1\x01";
const CHUNK: usize = 64 * 1024;
/// Bytes that authentication adds to each chunk.
const TAG: usize = 16;

/// Encrypts the bytes of a blob.
pub(super) fn seal(bytes: &[u8], key: &DataKey, row: &BlobRow) -> Vec<u8> {
    let bound = associated(row);
    let mut sealed = Vec::with_capacity(HEADER.len() + bytes.len() + (bytes.len() / CHUNK + 1) * TAG);
    sealed.extend_from_slice(HEADER);
    let mut stream = EncryptorBE32::from_aead(cipher(key), &Nonce::<Aes256Gcm, StreamBE32<Aes256Gcm>>::default());
    let (last, others) = chunks(bytes, CHUNK);
    for chunk in others {
        let chunk = stream.encrypt_next(Payload { msg: chunk, aad: &bound });
        sealed.extend(chunk.expect("a blob is far from the limits of the cipher"));
    }
    let chunk = stream.encrypt_last(Payload { msg: last, aad: &bound });
    sealed.extend(chunk.expect("a blob is far from the limits of the cipher"));
    sealed
}

/// Decrypts the bytes of a blob; `None` where they are not those that were sealed.
pub(super) fn open(sealed: &[u8], key: &DataKey, row: &BlobRow) -> Option<Vec<u8>> {
    if row.algorithm != ALGORITHM {
        return None;
    }
    let sealed = sealed.strip_prefix(HEADER)?;
    let bound = associated(row);
    let mut bytes = Vec::with_capacity(sealed.len());
    let mut stream = DecryptorBE32::from_aead(cipher(key), &Nonce::<Aes256Gcm, StreamBE32<Aes256Gcm>>::default());
    let (last, others) = chunks(sealed, CHUNK + TAG);
    for chunk in others {
        bytes.extend(stream.decrypt_next(Payload { msg: chunk, aad: &bound }).ok()?);
    }
    bytes.extend(stream.decrypt_last(Payload { msg: last, aad: &bound }).ok()?);
    Some(bytes)
}

fn cipher(key: &DataKey) -> Aes256Gcm {
    Aes256Gcm::new(&Key::<Aes256Gcm>::from(*key.bytes()))
}

/// Gives the last chunk, which may be short or empty, and those before it.
fn chunks(bytes: &[u8], size: usize) -> (&[u8], impl Iterator<Item = &[u8]>) {
    let whole = bytes.len().saturating_sub(1) / size * size;
    (&bytes[whole..], bytes[..whole].chunks(size))
}

fn associated(row: &BlobRow) -> Vec<u8> {
    format!("guichet-blob\n1\n{}\n{}\n{ALGORITHM}", row.hash, row.kind).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::BlobState;

    fn row(hash: &str, kind: &str) -> BlobRow {
        BlobRow {
            hash: hash.to_owned(),
            kind: kind.to_owned(),
            generation: 1,
            algorithm: ALGORITHM.to_owned(),
            key_id: String::new(),
            wrapped: String::new(),
            bytes: 0,
            state: BlobState::Pending,
        }
    }

    #[test]
    fn bytes_of_every_length_come_back() {
        let key = DataKey::new().unwrap();
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7] {
            let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let sealed = seal(&bytes, &key, &row("h", "source"));
            assert_eq!(open(&sealed, &key, &row("h", "source")), Some(bytes.clone()), "{length}");
            assert_eq!(seal(&bytes, &key, &row("h", "source")), sealed, "writing again writes the same");
            let near = |at: usize| sealed.len() == HEADER.len() + at;
            assert!(near(length + TAG * length.div_ceil(CHUNK).max(1)));
        }
    }

    #[test]
    fn changed_bytes_do_not_open() {
        let key = DataKey::new().unwrap();
        let bytes = vec![7; 2 * CHUNK + 100];
        let sealed = seal(&bytes, &key, &row("h", "source"));
        let other = DataKey::new().unwrap();
        assert_eq!(open(&sealed, &other, &row("h", "source")), None);
        assert_eq!(open(&sealed, &key, &row("i", "source")), None);
        assert_eq!(open(&sealed, &key, &row("h", "read")), None);
        let chunk = CHUNK + TAG;
        let mut swapped = sealed.clone();
        let (first, second) = swapped[HEADER.len()..].split_at_mut(chunk);
        first.swap_with_slice(&mut second[..chunk]);
        let cases = [
            ("swapped chunks", swapped),
            ("cut after a chunk", sealed[..HEADER.len() + 2 * chunk].to_vec()),
            ("cut inside", sealed[..sealed.len() - 1].to_vec()),
            ("empty", Vec::new()),
            ("longer", [sealed.as_slice(), b"x"].concat()),
        ];
        for (name, changed) in cases {
            assert_eq!(open(&changed, &key, &row("h", "source")), None, "{name}");
        }
        for at in [0, 4, HEADER.len(), HEADER.len() + CHUNK, sealed.len() - 1] {
            let mut flipped = sealed.clone();
            flipped[at] ^= 1;
            assert_eq!(open(&flipped, &key, &row("h", "source")), None, "bit at {at}");
        }
    }
}
