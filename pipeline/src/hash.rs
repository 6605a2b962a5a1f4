//! A hash that is the same on every machine and in every version, unlike the standard hasher's.

use std::borrow::Borrow;

/// Hashes bytes (FNV-1a, 64 bits: G. Fowler, L. C. Noll, K.-P. Vo). For tables and draws, not against anybody.
pub fn fnv1a(bytes: impl IntoIterator<Item = impl Borrow<u8>>) -> u64 {
    let taken = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.into_iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| taken(hash, *byte.borrow()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_its_authors() {
        for (text, expected) in
            [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)]
        {
            assert_eq!(fnv1a(text.bytes()), expected, "{text}");
        }
    }
}
