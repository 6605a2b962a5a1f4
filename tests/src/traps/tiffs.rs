//! TIFF files whose directories run in circles or lie about what they hold.

use super::Trap;
use crate::papers::deflate;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// An entry of a directory: tag, type, count, value.
type Entry = (u16, u16, u32, u32);

const WIDTH: u16 = 256;
const HEIGHT: u16 = 257;
const BITS: u16 = 258;
const COMPRESSION: u16 = 259;
const PHOTOMETRIC: u16 = 262;
const OFFSETS: u16 = 273;
const SAMPLES: u16 = 277;
const ROWS: u16 = 278;
const COUNTS: u16 = 279;
const TILE_WIDTH: u16 = 322;
const TILE_HEIGHT: u16 = 323;
const TILE_OFFSETS: u16 = 324;
const TILE_COUNTS: u16 = 325;

pub(super) fn traps(dice: &mut ChaCha8Rng) -> Vec<Trap> {
    let many = dice.random_range(9_000..11_000);
    let noise: Vec<u8> = (0..3000).map(|_| dice.random()).collect();
    let swell = deflate(&vec![0; 100_000_000]);
    let mut traps = vec![
        file("tiff_boucle_sur_soi", &grey(60, 48), &[0x80; 60 * 48], |start| start),
        file("tiff_suite_hors_du_fichier", &grey(60, 48), &[0x80; 60 * 48], |_| 0x7fff_fff0),
        file("tiff_suite_dans_les_pixels", &grey(60, 48), &[0x01; 60 * 48], |_| 16),
        Trap::named("tiff_pages_par_milliers.tif", chain(many)),
        Trap::named("tiff_trois_cents_pages.tif", chain(300)),
        Trap::named("tiff_gros.tif", b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0".to_vec()),
        Trap::named("tiff_tete_seule.tif", b"MM\0*\0\0\0\x08".to_vec()),
        Trap::named("tiff_dossier_de_65535.tif", [b"II*\0\x08\0\0\0\xff\xff".as_slice(), &noise].concat()),
    ];
    let cases: &[(&str, &[Entry], &[u8])] = &[
        ("tiff_2_31", &[(WIDTH, 4, 1, 0x7fff_ffff), (HEIGHT, 4, 1, 0x7fff_ffff)], &noise),
        ("tiff_1_sur_2_31", &[(WIDTH, 4, 1, 1), (HEIGHT, 4, 1, 0x7fff_ffff)], &noise),
        ("tiff_nul", &[(WIDTH, 4, 1, 0), (HEIGHT, 4, 1, 0)], &noise),
        ("tiff_64_bits", &[(BITS, 3, 1, 64)], &noise),
        ("tiff_zero_bit", &[(BITS, 3, 1, 0)], &noise),
        ("tiff_65535_couleurs", &[(SAMPLES, 3, 1, 65_535)], &noise),
        ("tiff_couleurs_inconnues", &[(PHOTOMETRIC, 3, 1, 999)], &noise),
        ("tiff_compression_inconnue", &[(COMPRESSION, 3, 1, 999)], &noise),
        ("tiff_lzw_bruit", &[(COMPRESSION, 3, 1, 5)], &noise),
        ("tiff_packbits_bruit", &[(COMPRESSION, 3, 1, 32_773)], &noise),
        ("tiff_fax_bruit", &[(COMPRESSION, 3, 1, 4), (BITS, 3, 1, 1)], &noise),
        ("tiff_jpeg_bruit", &[(COMPRESSION, 3, 1, 7)], &noise),
        ("tiff_deflate_bombe", &[(COMPRESSION, 3, 1, 8)], &swell),
        ("tiff_bandes_2_32", &[(OFFSETS, 4, u32::MAX, 8), (COUNTS, 4, u32::MAX, 8)], &noise),
        ("tiff_bandes_hors_du_fichier", &[(OFFSETS, 4, 1, 0x7fff_fff0)], &noise),
        ("tiff_bande_2_32", &[(COUNTS, 4, 1, u32::MAX)], &noise),
        ("tiff_zero_rangee_par_bande", &[(ROWS, 4, 1, 0)], &noise),
        (
            "tiff_tuile_2_31",
            &[
                (TILE_WIDTH, 4, 1, 0x7fff_ffff),
                (TILE_HEIGHT, 4, 1, 0x7fff_ffff),
                (TILE_OFFSETS, 4, 1, 8),
                (TILE_COUNTS, 4, 1, 9),
            ],
            &noise,
        ),
        (
            "tiff_tuile_nulle",
            &[(TILE_WIDTH, 4, 1, 0), (TILE_HEIGHT, 4, 1, 0), (TILE_OFFSETS, 4, 1, 8), (TILE_COUNTS, 4, 1, 9)],
            &noise,
        ),
        ("tiff_texte_2_32", &[(305, 2, u32::MAX, 8)], &noise),
        ("tiff_type_inconnu", &[(WIDTH, 99, 1, 60)], &noise),
        ("tiff_profil_bruit", &[(34_675, 7, 2000, 200)], &noise),
        ("tiff_sens_fou", &[(274, 3, 1, 65_535)], &noise),
    ];
    for (name, changes, data) in cases {
        let mut entries = grey(60, 48);
        for change in *changes {
            entries.retain(|entry| entry.0 != change.0);
            entries.push(*change);
        }
        entries.sort_unstable();
        traps.push(file(name, &entries, data, |_| 0));
    }
    let flood = [(WIDTH, 4, 1, 20_000), (HEIGHT, 4, 1, 20_000), (COMPRESSION, 3, 1, 8)];
    let mut entries = grey(60, 48);
    entries.retain(|entry| flood.iter().all(|change| change.0 != entry.0));
    entries.extend(flood);
    entries.sort_unstable();
    traps.push(file("tiff_400_millions", &entries, &swell, |_| 0));
    traps
}

/// The entries of a plain grey picture; its data follows the header.
fn grey(width: u32, height: u32) -> Vec<Entry> {
    vec![
        (WIDTH, 4, 1, width),
        (HEIGHT, 4, 1, height),
        (BITS, 3, 1, 8),
        (COMPRESSION, 3, 1, 1),
        (PHOTOMETRIC, 3, 1, 1),
        (OFFSETS, 4, 1, 8),
        (SAMPLES, 3, 1, 1),
        (ROWS, 4, 1, height),
        (COUNTS, 4, 1, width * height),
    ]
}

fn file(name: &str, entries: &[Entry], data: &[u8], next: impl Fn(u32) -> u32) -> Trap {
    let mut bytes = b"II*\0".to_vec();
    let start = 8 + data.len() as u32;
    bytes.extend(start.to_le_bytes());
    bytes.extend(data);
    let entries: Vec<Entry> = entries
        .iter()
        // The one strip is all of the data, unless a trap says otherwise.
        .map(|&(tag, kind, count, value)| {
            if tag == COUNTS && value == 60 * 48 {
                (tag, kind, count, data.len() as u32)
            } else {
                (tag, kind, count, value)
            }
        })
        .collect();
    bytes.extend(directory(&entries, next(start)));
    Trap::named(&format!("{name}.tif"), bytes)
}

fn directory(entries: &[Entry], next: u32) -> Vec<u8> {
    let mut bytes = (entries.len() as u16).to_le_bytes().to_vec();
    for (tag, kind, count, value) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend(next.to_le_bytes());
    bytes
}

/// Pages of one pixel, one after the other.
fn chain(pages: u32) -> Vec<u8> {
    let length = 2 + 9 * 12 + 4;
    let mut bytes = b"II*\0\x09\0\0\0\x80".to_vec();
    for page in 1..=pages {
        let next = if page == pages { 0 } else { 9 + page * length };
        bytes.extend(directory(&grey(1, 1), next));
    }
    bytes
}
