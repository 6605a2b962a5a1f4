//! PDFs whose streams swell: layers of compression, floods of operators, filters without end.

use super::Trap;
use crate::papers::{Pdf, one_page, page, text_content};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use std::io::Write;

const MIB: usize = 1024 * 1024;

pub(super) fn traps(dice: &mut ChaCha8Rng) -> Vec<Trap> {
    let swell = dice.random_range(900..1100) * MIB;
    let one = repeated(b" ", swell);
    let two = crate::papers::deflate(&one);
    let three = crate::papers::deflate(&two);
    let many = dice.random_range(4_000_000..6_000_000);
    let operators = dice.random_range(1_500_000..2_500_000);
    let mut traps = vec![
        content("flate_trois_couches", &three, "/Filter [/FlateDecode /FlateDecode /FlateDecode]"),
        content("flate_une_couche", &one, "/Filter /FlateDecode"),
        content("crochets_21k", "[".repeat(21_000).as_bytes(), ""),
        content("crochets_4m", "[".repeat(4_000_000).as_bytes(), ""),
        content("dictionnaires_imbriques", "<</a".repeat(500_000).as_bytes(), ""),
        content("parentheses_imbriquees", format!("BT /F1 9 Tf ({}", "(".repeat(2_000_000)).as_bytes(), ""),
        content("q_par_millions", &repeated(b"q ", 2 * many), "/Filter /FlateDecode"),
        content("q_et_decoupe_par_millions", &repeated(b"q 0 0 9 9 re W n ", 17 * many / 8), "/Filter /FlateDecode"),
        content("texte_par_millions", &flood(b"(a) Tj\n", operators), "/Filter /FlateDecode"),
        content("mots_par_millions", &flood(b"(Contrat ) Tj T*\n", operators / 4), "/Filter /FlateDecode"),
        content("cadres_par_millions", &flood(b"10 10 99 99 re f\n", operators), "/Filter /FlateDecode"),
        content("courbes_par_millions", &flood(b"9 9 99 9 9 99 c\n", operators), "/Filter /FlateDecode"),
        content("groupes_par_millions", &flood(b"/P BMC\n", operators), "/Filter /FlateDecode"),
        content("nombre_sans_fin", format!("{} 0 m", "9".repeat(3_000_000)).as_bytes(), ""),
        content("nom_sans_fin", format!("/{} gs", "n".repeat(3_000_000)).as_bytes(), ""),
        content("commentaire_sans_fin", format!("%{}", "c".repeat(20_000_000)).as_bytes(), ""),
        content("matrice_demente", b"BT /F1 100000000000000000000 Tf 100000000000000000000 0 0 100000000000000000000 100000000000000000000 100000000000000000000 Tm (ABC) Tj ET 0.00000000000000000001 0 0 0.00000000000000000001 0 0 cm", ""),
        content("pas_un_nombre", b"nan inf -nan 1e999 0 0 cm BT /F1 nan Tf (ABC) Tj ET", ""),
        content("tirets_infimes", b"[0.00001 0.00001] 0 d 1 w 0 0 m 595 842 l S", ""),
        content("trait_immense", b"10000000000000000 w 0 0 m 10000000000000000 10000000000000000 l S", ""),
        content("ascii_bombe", format!("{}~>", "z".repeat(10_000_000)).as_bytes(), "/Filter /ASCII85Decode"),
        content("longueurs_de_suite", &run_lengths(dice.random_range(2..4) * MIB), "/Filter /RunLengthDecode"),
        content("lzw_bombe", &lzw(3 * MIB), "/Filter /LZWDecode"),
        content(
            "predicteur_menteur",
            &one,
            "/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 2147483647 >>",
        ),
        content("dix_mille_filtres", &two, &format!("/Filter [{}]", "/FlateDecode ".repeat(10_000))),
        content("filtre_inconnu", &one, "/Filter /Inconnu"),
        content("zlib_coupe", &one[..one.len() / 3], "/Filter /FlateDecode"),
        inline_picture(),
        contents_without_end(dice.random_range(200_000..400_000)),
    ];
    traps.push(Trap::new("longueur_menteuse", lying_length()));
    traps
}

fn content(name: &str, data: &[u8], entries: &str) -> Trap {
    Trap::new(name, one_page(data, entries, "", ""))
}

/// Compresses a pattern repeated to `length` bytes, without ever holding them.
fn repeated(pattern: &[u8], length: usize) -> Vec<u8> {
    let block: Vec<u8> = pattern.iter().copied().cycle().take(pattern.len() * 4096).collect();
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    for _ in 0..length.div_ceil(block.len()) {
        encoder.write_all(&block).expect("memory takes what is written");
    }
    encoder.finish().expect("memory takes what is written")
}

/// Compresses a text object of `count` operators.
fn flood(operator: &[u8], count: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(b"BT /F1 9 Tf 10 TL 40 800 Td\n").expect("memory takes what is written");
    let block = operator.repeat(1000);
    for _ in 0..count / 1000 {
        encoder.write_all(&block).expect("memory takes what is written");
    }
    encoder.finish().expect("memory takes what is written")
}

/// Runs of 128 spaces, two bytes each.
fn run_lengths(length: usize) -> Vec<u8> {
    [129, b' '].into_iter().cycle().take(length).collect()
}

/// Codes of twelve bits that each stand for a longer string than the one before, again and again.
fn lzw(length: usize) -> Vec<u8> {
    let mut bits = Bits::default();
    while bits.bytes.len() < length {
        bits.put(256, 9);
        bits.put(u32::from(b' '), 9);
        let mut width = 9;
        for code in 258..4090u32 {
            if code + 1 == 1 << width {
                width += 1;
            }
            bits.put(code, width.min(12));
        }
    }
    bits.bytes
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    held: u32,
    count: u32,
}

impl Bits {
    fn put(&mut self, code: u32, width: u32) {
        self.held = self.held << width | code;
        self.count += width;
        while self.count >= 8 {
            self.count -= 8;
            self.bytes.push((self.held >> self.count) as u8);
        }
        self.held &= (1 << self.count) - 1;
    }
}

/// A picture inside the content, larger than anything and without its end.
fn inline_picture() -> Trap {
    let mut data = b"q 500 0 0 500 0 0 cm BI /W 2147483647 /H 2147483647 /BPC 8 /CS /RGB ID ".to_vec();
    data.extend([0x55; 10_000]);
    Trap::new("image_en_ligne_immense", one_page(&data, "", "", ""))
}

/// One content many times over.
fn contents_without_end(count: usize) -> Trap {
    let mut pdf = Pdf::default();
    let content = pdf.stream("", text_content("Contrat 12"));
    let page = page(&mut pdf, b"", "", "", &format!("/Contents [{}]", format!("{content} 0 R ").repeat(count)));
    let tree = pdf.reserve();
    let root = pdf.catalogue(&[page], tree);
    Trap::new("contenu_repete", pdf.finish(root))
}

/// A stream that says it is longer than the file.
fn lying_length() -> Vec<u8> {
    let good = one_page(&text_content("ATTESTATION"), "", "", "");
    let text = String::from_utf8_lossy(&good).replacen("/Length ", "/Length 99999999", 1);
    text.into_bytes()
}
