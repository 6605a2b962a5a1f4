//! PNG, JPEG and WebP files that flood, lie about their size, end too soon or carry more than a picture.

use super::Trap;
use crate::papers::deflate;
use image::{DynamicImage, ImageFormat, RgbImage};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use std::io::Cursor;

/// The largest size that fits the field of a PNG.
const HUGE: u32 = 2_147_483_647;

pub(super) fn traps(dice: &mut ChaCha8Rng) -> Vec<Trap> {
    let mut traps = pngs(dice);
    traps.extend(jpegs(dice));
    traps.extend(webps(dice));
    for (name, bytes) in [
        ("gif_anime.gif", b"GIF89a\xff\xff\xff\xff\xf7\0\0!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0".to_vec()),
        ("bmp_immense.bmp", [b"BM".to_vec(), vec![0xff; 60]].concat()),
        (
            "svg_qui_appelle.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg'><image href='http://10.88.0.2/x'/></svg>".to_vec(),
        ),
        ("heic_bruit.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec()),
        ("avif_bruit.avif", b"\0\0\0\x18ftypavif\0\0\0\0mif1avif".to_vec()),
    ] {
        traps.push(Trap::named(name, bytes));
    }
    traps
}

fn pngs(dice: &mut ChaCha8Rng) -> Vec<Trap> {
    let rows = |row: usize, count: usize| deflate(&vec![0; (row + 1) * count]);
    let small = rows(60, 48);
    let noise: Vec<u8> = (0..3000).map(|_| dice.random()).collect();
    let cut = dice.random_range(20..small.len());
    let many: Vec<u8> = chunk(b"tEXt", b"Comment\0Contrat").repeat(dice.random_range(80_000..120_000));
    let frames: Vec<u8> = (0..dice.random_range(500..1500))
        .flat_map(|at| [frame_control(2 * at), frame_data(2 * at + 1, &small)].concat())
        .collect();
    let swell = deflate(&vec![b' '; 300 * 1024 * 1024]);
    let file = |name: &str, size: (u32, u32), kind: (u8, u8), before: &[u8], data: &[u8]| {
        Trap::named(&format!("{name}.png"), png(size, kind, before, data))
    };
    const GREY: (u8, u8) = (8, 0);
    vec![
        file("png_1_sur_2_31", (1, HUGE), GREY, b"", &small),
        file("png_2_31_sur_1", (HUGE, 1), GREY, b"", &small),
        file("png_carre_2_31", (HUGE, HUGE), (16, 6), b"", &small),
        file("png_nul", (0, 0), GREY, b"", &small),
        file("png_30000", (30_000, 30_000), (1, 0), b"", &rows(3750, 30_000)),
        file("png_36_millions", (6000, 6000), GREY, b"", &rows(6000, 6000)),
        file("png_36_millions_couleurs_16_bits", (6000, 6000), (16, 6), b"", &rows(48_000, 6000)),
        file("png_40_millions_en_ruban", (40_000_000, 1), GREY, b"", &rows(40_000_000, 1)),
        file("png_40_millions_en_colonne", (1, 40_000_000), GREY, b"", &rows(1, 40_000_000)),
        file("png_seize_bits", (60, 48), (16, 0), b"", &rows(120, 48)),
        file("png_un_bit", (60, 48), (1, 0), b"", &rows(8, 48)),
        file("png_sans_palette", (60, 48), (8, 3), b"", &small),
        file("png_trois_bits", (60, 48), (3, 0), b"", &small),
        file("png_coupe", (60, 48), GREY, b"", &small[..cut]),
        file("png_trop_de_donnees", (60, 48), GREY, b"", &swell),
        file("png_bruit", (60, 48), GREY, b"", &noise),
        file("png_sans_donnees", (60, 48), GREY, b"", b""),
        file("png_profil_bombe", (60, 48), GREY, &chunk(b"iCCP", &[b"x\0\0".as_slice(), &swell].concat()), &small),
        file(
            "png_profil_bruit",
            (60, 48),
            GREY,
            &chunk(b"iCCP", &[b"x\0\0".as_slice(), &deflate(&noise)].concat()),
            &small,
        ),
        file("png_texte_bombe", (60, 48), GREY, &chunk(b"zTXt", &[b"x\0\0".as_slice(), &swell].concat()), &small),
        file("png_textes_par_milliers", (60, 48), GREY, &many, &small),
        file("png_exif_bruit", (60, 48), GREY, &chunk(b"eXIf", &noise), &small),
        file(
            "png_anime",
            (60, 48),
            GREY,
            &[chunk(b"acTL", &[0, 0, 0, 9, 0, 0, 0, 0]), frame_control(0)].concat(),
            &small,
        ),
        file("png_anime_sans_fin", (60, 48), GREY, &[chunk(b"acTL", &[0xff; 8]), frames].concat(), &small),
        Trap::named("png_longueur_2_31.png", {
            let mut bytes = png((60, 48), GREY, b"", &small);
            bytes[33..37].copy_from_slice(&0x7fff_ffffu32.to_be_bytes());
            bytes
        }),
    ]
}

fn png((width, height): (u32, u32), (depth, colours): (u8, u8), before: &[u8], data: &[u8]) -> Vec<u8> {
    let mut head = Vec::new();
    head.extend(width.to_be_bytes());
    head.extend(height.to_be_bytes());
    head.extend([depth, colours, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    file.extend(chunk(b"IHDR", &head));
    file.extend(before);
    file.extend(chunk(b"IDAT", data));
    file.extend(chunk(b"IEND", b""));
    file
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(kind);
    crc.update(data);
    [&(data.len() as u32).to_be_bytes(), kind.as_slice(), data, &crc.sum().to_be_bytes()].concat()
}

fn frame_control(number: u32) -> Vec<u8> {
    let mut data = number.to_be_bytes().to_vec();
    for field in [60u32, 48, 0, 0] {
        data.extend(field.to_be_bytes());
    }
    data.extend([0, 1, 0, 10, 0, 0]);
    chunk(b"fcTL", &data)
}

fn frame_data(number: u32, data: &[u8]) -> Vec<u8> {
    chunk(b"fdAT", &[&number.to_be_bytes(), data].concat())
}

fn jpegs(dice: &mut ChaCha8Rng) -> Vec<Trap> {
    let good = written(ImageFormat::Jpeg);
    let noise: Vec<u8> = (0..3000).map(|_| dice.random()).collect();
    let cut = dice.random_range(good.len() / 2..good.len() - 50);
    let with = |segments: Vec<u8>| [&good[..2], &segments, &good[2..]].concat();
    let mut traps = vec![
        Trap::named("jpeg_65535.jpg", grey_jpeg(0xc0, 65_535, 65_535, 1)),
        Trap::named("jpeg_nul.jpg", grey_jpeg(0xc0, 0, 0, 1)),
        Trap::named("jpeg_36_millions.jpg", grey_jpeg(0xc0, 6000, 6000, 1)),
        Trap::named("jpeg_arithmetique.jpg", grey_jpeg(0xc9, 60, 48, 1)),
        Trap::named("jpeg_sans_perte.jpg", grey_jpeg(0xc3, 60, 48, 1)),
        Trap::named("jpeg_balayages_par_milliers.jpg", grey_jpeg(0xc2, 6000, 6000, dice.random_range(2000..3000))),
        Trap::named("jpeg_cmjn.jpg", cmyk_jpeg()),
        Trap::named("jpeg_coupe.jpg", good[..cut].to_vec()),
        Trap::named("jpeg_bruit.jpg", [&good[..good.len() / 3], &noise].concat()),
        Trap::named("jpeg_tete_seule.jpg", good[..3].to_vec()),
        Trap::named(
            "jpeg_commentaires_par_milliers.jpg",
            with(segment(0xfe, b"Contrat 12").repeat(dice.random_range(50_000..90_000))),
        ),
        Trap::named(
            "jpeg_profil_bruit.jpg",
            with(segment(0xe2, &[b"ICC_PROFILE\0\x01\x01".as_slice(), &noise].concat())),
        ),
        Trap::named(
            "jpeg_profil_sans_suite.jpg",
            with(segment(0xe2, &[b"ICC_PROFILE\0\x03\xff".as_slice(), &noise].concat())),
        ),
        Trap::named("jpeg_reprise_folle.jpg", with(segment(0xdd, &[0xff, 0xff]))),
        Trap::named("jpeg_exif_bruit.jpg", with(segment(0xe1, &[b"Exif\0\0".as_slice(), &noise].concat()))),
        Trap::named("jpeg_exif_boucle.jpg", with(exif(&[(0x0112, 3, 1, 6)], 8))),
        Trap::named("jpeg_exif_sous_dossier_boucle.jpg", with(exif(&[(0x8769, 4, 1, 8), (0x8825, 4, 1, 8)], 8))),
        Trap::named("jpeg_exif_hors_du_fichier.jpg", with(exif(&[(0x0131, 2, 0xffff, 0x7fff_fff0)], 0x7fff_fff0))),
        Trap::named("jpeg_exif_compte_2_32.jpg", with(exif(&[(0x0131, 2, u32::MAX, 8), (0x0112, 3, u32::MAX, 8)], 0))),
        Trap::named("jpeg_exif_vignette_menteuse.jpg", with(exif(&[(0x0201, 4, 1, 8), (0x0202, 4, 1, u32::MAX)], 8))),
    ];
    for turn in [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 65_535] {
        traps.push(Trap::named(&format!("jpeg_exif_sens_{turn}.jpg"), with(exif(&[(0x0112, 3, 1, turn)], 0))));
    }
    traps
}

fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0xff, marker];
    bytes.extend((data.len() as u16 + 2).to_be_bytes());
    bytes.extend(data);
    bytes
}

/// An Exif segment whose one directory has these entries (tag, type, count, value) and points on to `next`.
fn exif(entries: &[(u16, u16, u32, u32)], next: u32) -> Vec<u8> {
    let mut data = b"Exif\0\0II*\0\x08\0\0\0".to_vec();
    data.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        data.extend(tag.to_le_bytes());
        data.extend(kind.to_le_bytes());
        data.extend(count.to_le_bytes());
        data.extend(value.to_le_bytes());
    }
    data.extend(next.to_le_bytes());
    segment(0xe1, &data)
}

/// A grey JPEG whose blocks are all nothing, one bit each, in this many scans.
fn grey_jpeg(frame: u8, width: u16, height: u16, scans: usize) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8];
    file.extend(segment(0xdb, &[&[0], [1; 64].as_slice()].concat()));
    let [wide, high] = [width.to_be_bytes(), height.to_be_bytes()];
    file.extend(segment(frame, &[&[8], high.as_slice(), wide.as_slice(), &[1, 1, 0x11, 0]].concat()));
    file.extend(tables());
    for _ in 0..scans {
        // The first coefficient in a progressive file, all of them in any other.
        let band = if frame == 0xc2 { [0, 0, 0] } else { [0, 63, 0] };
        file.extend(segment(0xda, &[&[1, 1, 0], band.as_slice()].concat()));
        file.extend([0; 200]);
    }
    file.extend([0xff, 0xd9]);
    file
}

/// Codes of one bit: no difference, end of block.
fn tables() -> Vec<u8> {
    let table = |class: u8| segment(0xc4, &[&[class, 1], [0; 15].as_slice(), &[0]].concat());
    [table(0x00), table(0x10)].concat()
}

/// A whole JPEG of four colours, as printers make them.
fn cmyk_jpeg() -> Vec<u8> {
    let mut file = vec![0xff, 0xd8];
    file.extend(segment(0xee, b"Adobe\0\x64\0\0\0\0\x02"));
    file.extend(segment(0xdb, &[&[0], [1; 64].as_slice()].concat()));
    let colours: Vec<u8> = (1..=4).flat_map(|colour| [colour, 0x11, 0]).collect();
    file.extend(segment(0xc0, &[&[8, 0, 48, 0, 64, 4], colours.as_slice()].concat()));
    file.extend(tables());
    let scan: Vec<u8> = (1..=4).flat_map(|colour| [colour, 0]).collect();
    file.extend(segment(0xda, &[&[4], scan.as_slice(), &[0, 63, 0]].concat()));
    // 8 by 6 blocks of four colours, two bits each.
    file.extend([0; 48]);
    file.extend([0xff, 0xd9]);
    file
}

fn webps(dice: &mut ChaCha8Rng) -> Vec<Trap> {
    let good = written(ImageFormat::WebP);
    let noise: Vec<u8> = (0..3000).map(|_| dice.random()).collect();
    let cut = dice.random_range(30..good.len() - 10);
    let canvas = |flags: u8, width: u32, height: u32| {
        let mut data = vec![flags, 0, 0, 0];
        data.extend(&(width - 1).to_le_bytes()[..3]);
        data.extend(&(height - 1).to_le_bytes()[..3]);
        part(b"VP8X", &data)
    };
    let lossless = |width: u32, height: u32| {
        let bits = (width - 1) | (height - 1) << 14;
        part(b"VP8L", &[&[0x2f], bits.to_le_bytes().as_slice(), &noise[..200]].concat())
    };
    let file = |name: &str, parts: Vec<u8>| Trap::named(&format!("{name}.webp"), riff(&parts));
    vec![
        file("webp_toile_16384", [canvas(0, 16_384, 16_384), lossless(16_384, 16_384)].concat()),
        file("webp_toile_16_millions", [canvas(0, 1 << 24, 1 << 24), lossless(9, 9)].concat()),
        file("webp_sans_perte_16384", lossless(16_384, 16_384)),
        file("webp_sans_perte_bruit", lossless(60, 48)),
        file(
            "webp_avec_perte_bruit",
            part(b"VP8 ", &[&[0x10, 0, 0, 0x9d, 0x01, 0x2a, 60, 0, 48, 0], noise.as_slice()].concat()),
        ),
        file(
            "webp_avec_perte_16383",
            part(b"VP8 ", &[&[0x10, 0, 0, 0x9d, 0x01, 0x2a, 0xff, 0x3f, 0xff, 0x3f], noise.as_slice()].concat()),
        ),
        file("webp_anime_sans_image", [canvas(2, 60, 48), part(b"ANIM", &[0; 6])].concat()),
        file("webp_anime_menteur", [canvas(2, 60, 48), part(b"ANIM", &[0; 6]), part(b"ANMF", &[0xff; 40])].concat()),
        file("webp_alpha_bruit", [canvas(16, 60, 48), part(b"ALPH", &noise), part(b"VP8 ", &noise)].concat()),
        file("webp_profil_bruit", [canvas(32, 60, 48), part(b"ICCP", &noise), good[12..].to_vec()].concat()),
        file("webp_exif_bruit", [canvas(8, 60, 48), good[12..].to_vec(), part(b"EXIF", &noise)].concat()),
        file(
            "webp_morceaux_par_milliers",
            [part(b"JUNK", b"x").repeat(dice.random_range(80_000..120_000)), good[12..].to_vec()].concat(),
        ),
        Trap::named("webp_coupe.webp", good[..cut].to_vec()),
        Trap::named("webp_taille_nulle.webp", [b"RIFF\0\0\0\0WEBP".as_slice(), &good[12..]].concat()),
        Trap::named("webp_taille_2_32.webp", [b"RIFF\xff\xff\xff\xffWEBP".as_slice(), &good[12..]].concat()),
        Trap::named("webp_vide.webp", b"RIFF\x04\0\0\0WEBP".to_vec()),
    ]
}

fn riff(parts: &[u8]) -> Vec<u8> {
    [b"RIFF".as_slice(), &(parts.len() as u32 + 4).to_le_bytes(), b"WEBP", parts].concat()
}

fn part(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let padding = &[0][..data.len() % 2];
    [kind.as_slice(), &(data.len() as u32).to_le_bytes(), data, padding].concat()
}

/// A small good picture.
pub(super) fn written(format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(60, 48, |x, y| image::Rgb([(x * 4) as u8, (y * 5) as u8, ((x * y) % 251) as u8]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture).write_to(&mut bytes, format).expect("memory takes what is written");
    bytes.into_inner()
}
