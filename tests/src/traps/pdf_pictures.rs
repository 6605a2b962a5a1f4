//! PDFs whose pictures and drawings lie about their size, or draw themselves without end.

use super::Trap;
use crate::papers::{Pdf, deflate, page, stream};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// The largest size that fits the field.
const HUGE: u32 = 2_147_483_647;

pub(super) fn traps(dice: &mut ChaCha8Rng) -> Vec<Trap> {
    let fan = dice.random_range(8..12);
    let chain = dice.random_range(5_000..15_000);
    let grey = "/ColorSpace /DeviceGray /BitsPerComponent 8";
    let noise: Vec<u8> = (0..4000).map(|_| dice.random()).collect();
    let mut traps = vec![
        picture("image_1_sur_2_31", &format!("/Width 1 /Height {HUGE} {grey}"), &[0; 100]),
        picture("image_2_31_sur_1", &format!("/Width {HUGE} /Height 1 {grey}"), &[0; 100]),
        picture("image_carre_2_31", &format!("/Width {HUGE} /Height {HUGE} {grey}"), &[0; 100]),
        picture("image_negative", &format!("/Width -7 /Height -7 {grey}"), &[0; 100]),
        picture(
            "image_de_soixante_quatre_bits",
            "/Width 9 /Height 9 /ColorSpace /DeviceRGB /BitsPerComponent 64",
            &[0; 100],
        ),
        picture(
            "image_flate_immense",
            &format!("/Width 100000 /Height 100000 {grey} /Filter /FlateDecode"),
            &deflate(&vec![7; 20_000_000]),
        ),
        picture(
            "image_cent_millions",
            &format!("/Width 10000 /Height 10000 {grey} /Filter /FlateDecode"),
            &deflate(&vec![250; 100_000_000]),
        ),
        picture(
            "palette_sans_fin",
            "/Width 9 /Height 9 /BitsPerComponent 8 /ColorSpace [/Indexed /DeviceRGB 2147483647 <00>]",
            &[9; 100],
        ),
        picture(
            "couleurs_imbriquees",
            &format!(
                "/Width 9 /Height 9 /BitsPerComponent 8 /ColorSpace {}/DeviceGray{}",
                "[/Indexed ".repeat(5000),
                " 1 <00>]".repeat(5000)
            ),
            &[9; 100],
        ),
        picture(
            "decode_menteur",
            &format!("/Width 9 /Height 9 {grey} /Decode [100000000000000000000 -100000000000000000000]"),
            &[9; 100],
        ),
        picture("masque_de_soi", &format!("/Width 9 /Height 9 {grey} /SMask 1 0 R"), &[9; 100]),
        picture(
            "ccitt_2_31",
            &format!(
                "/Width {HUGE} /Height {HUGE} /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns {HUGE} /Rows {HUGE} >>"
            ),
            &noise,
        ),
        picture(
            "ccitt_colonnes_nulles",
            "/Width 9 /Height 9 /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 0 /Rows -1 >>",
            &noise,
        ),
        picture(
            "jbig2_2_31",
            "/Width 2147483647 /Height 2147483647 /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode",
            &jbig2(u32::MAX, u32::MAX - 1),
        ),
        picture(
            "jbig2_large",
            "/Width 60000 /Height 60000 /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode",
            &jbig2(60_000, 60_000),
        ),
        picture(
            "jbig2_bruit",
            "/Width 900 /Height 900 /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode",
            &noise,
        ),
        picture("jpx_2_31", "/Width 9 /Height 9 /Filter /JPXDecode", &jpx(HUGE, HUGE, 1)),
        picture("jpx_un_pixel_de_large", "/Width 1 /Height 9 /Filter /JPXDecode", &jpx(1, HUGE, 1)),
        picture("jpx_16384_composantes", "/Width 9 /Height 9 /Filter /JPXDecode", &jpx(2000, 2000, 16384)),
        picture("jpx_tuiles_infimes", "/Width 9 /Height 9 /Filter /JPXDecode", &jpx_tiles(60_000, 60_000, 1)),
        picture(
            "dct_65535",
            "/Width 65535 /Height 65535 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode",
            &jpeg_header(65_535, 65_535, 3),
        ),
        picture(
            "dct_quatre_couleurs",
            "/Width 65535 /Height 65535 /ColorSpace /DeviceCMYK /BitsPerComponent 8 /Filter /DCTDecode",
            &jpeg_header(65_535, 65_535, 4),
        ),
        drawing("formulaire_qui_se_dessine", |pdf| {
            let form = pdf.reserve();
            pdf.set(
                form,
                stream(
                    &format!(
                        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {form} 0 R >> >>"
                    ),
                    b"/X Do /X Do",
                ),
            );
            form
        }),
        drawing("formulaires_en_eventail", |pdf| fan_of_forms(pdf, fan, 9)),
        drawing("formulaires_en_chaine", |pdf| fan_of_forms(pdf, 1, chain)),
        drawing("groupes_transparents", |pdf| groups(pdf, 3000)),
        drawing("masque_qui_se_masque", |pdf| {
            let form = pdf.reserve();
            let group = "/Group << /S /Transparency /CS /DeviceGray >>";
            let state = format!("/ExtGState << /G << /SMask << /S /Luminosity /G {form} 0 R >> >> >>");
            pdf.set(
                form,
                stream(
                    &format!("/Type /XObject /Subtype /Form /BBox [0 0 595 842] {group} /Resources << {state} >>"),
                    b"/G gs 0 0 500 500 re f",
                ),
            );
            form
        }),
    ];
    for (name, resources, content) in [
        ("motif_infime", "/Pattern << /P 9 0 R >>", "/Pattern cs /P scn 0 0 595 842 re f"),
        ("degrade_dement", SHADING, "/S sh"),
        ("degrade_sans_fin", SAMPLED, "/S sh"),
        ("fonction_de_soi", LOOPED, "/S sh"),
    ] {
        let mut pdf = Pdf::default();
        let page = page(&mut pdf, content.as_bytes(), "", resources, "");
        let tree = pdf.reserve();
        let root = pdf.catalogue(&[page], tree);
        while pdf.reserve() < 8 {}
        pdf.add(stream(
            "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 0.00001 /YStep 0.00001 /Resources << >>",
            b"0 0 1 1 re f",
        ));
        pdf.add("<< /FunctionType 3 /Domain [0 1] /Functions [10 0 R 10 0 R] /Bounds [0.5] /Encode [0 1 0 1] >>");
        traps.push(Trap::new(name, pdf.finish(root)));
    }
    traps
}

const SHADING: &str = "/Shading << /S << /ShadingType 2 /ColorSpace /DeviceRGB /Coords [0 0 0 100000000000000000000] /Extend [true true] \
     /Function << /FunctionType 2 /Domain [0 1] /C0 [0 0 0] /C1 [1 1 1] /N 100000000000000000000 >> >> >>";
const SAMPLED: &str = "/Shading << /S << /ShadingType 1 /ColorSpace /DeviceRGB /Domain [0 1 0 1] \
     /Function << /FunctionType 0 /Domain [0 1 0 1] /Range [0 1 0 1 0 1] /Size [65535 65535] /BitsPerSample 32 >> >> >>";
const LOOPED: &str =
    "/Shading << /S << /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 500 500] /Function 10 0 R >> >>";

/// A page that is one picture with these entries; the picture is object 1.
fn picture(name: &str, entries: &str, data: &[u8]) -> Trap {
    let mut pdf = Pdf::default();
    let picture = pdf.stream(&format!("/Type /XObject /Subtype /Image {entries}"), data);
    let resources = format!("/XObject << /I {picture} 0 R >>");
    let page = page(&mut pdf, b"q 595 0 0 842 0 0 cm /I Do Q", "", &resources, "");
    let tree = pdf.reserve();
    let root = pdf.catalogue(&[page], tree);
    Trap::new(name, pdf.finish(root))
}

/// A page that draws a form.
fn drawing(name: &str, form: impl Fn(&mut Pdf) -> usize) -> Trap {
    let mut pdf = Pdf::default();
    let form = form(&mut pdf);
    let page = page(&mut pdf, b"/X Do", "", &format!("/XObject << /X {form} 0 R >>"), "");
    let tree = pdf.reserve();
    let root = pdf.catalogue(&[page], tree);
    Trap::new(name, pdf.finish(root))
}

/// Forms that each draw the next `fan` times, `levels` deep.
fn fan_of_forms(pdf: &mut Pdf, fan: usize, levels: usize) -> usize {
    let entries = "/Type /XObject /Subtype /Form /BBox [0 0 595 842]";
    let mut last = pdf.stream(entries, b"0 0 9 9 re f");
    for _ in 0..levels {
        let resources = format!("{entries} /Resources << /XObject << /X {last} 0 R >> >>");
        last = pdf.stream(&resources, "/X Do ".repeat(fan));
    }
    last
}

/// Transparency groups inside one another, each as large as the page.
fn groups(pdf: &mut Pdf, levels: usize) -> usize {
    let entries = "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Group << /S /Transparency /I true /K true >>";
    let mut last = pdf.stream(entries, b"0 0 9 9 re f");
    for _ in 0..levels {
        let state = "/ExtGState << /G << /ca 0.5 /BM /Multiply >> >>";
        let resources = format!("{entries} /Resources << {state} /XObject << /X {last} 0 R >> >>");
        last = pdf.stream(&resources, "/G gs /X Do");
    }
    last
}

/// A JBIG2 page of this size with one generic region over all of it.
fn jbig2(width: u32, height: u32) -> Vec<u8> {
    let mut data = vec![0, 0, 0, 0, 48, 0, 1, 0, 0, 0, 19];
    data.extend(width.to_be_bytes());
    data.extend(height.to_be_bytes());
    data.extend([0; 11]);
    data.extend([0, 0, 0, 1, 38, 0, 1, 0, 0, 0, 60]);
    data.extend(width.to_be_bytes());
    data.extend(height.to_be_bytes());
    data.extend([0; 9]);
    data.extend([0, 3, 0xff, 0xfd, 0xff, 2, 0xfe, 0xfe, 0xfe]);
    data.extend([0x55; 40]);
    data
}

/// A JPEG 2000 codestream that says so much and holds nothing.
fn jpx(width: u32, height: u32, components: u16) -> Vec<u8> {
    codestream(width, height, (width, height), components)
}

fn jpx_tiles(width: u32, height: u32, tile: u32) -> Vec<u8> {
    codestream(width, height, (tile, tile), 1)
}

fn codestream(width: u32, height: u32, tile: (u32, u32), components: u16) -> Vec<u8> {
    let mut data = vec![0xff, 0x4f, 0xff, 0x51];
    data.extend((38 + 3 * components).to_be_bytes());
    data.extend([0, 0]);
    for number in [width, height, 0, 0, tile.0, tile.1, 0, 0] {
        data.extend(number.to_be_bytes());
    }
    data.extend(components.to_be_bytes());
    data.extend([7, 1, 1].repeat(usize::from(components)));
    data.extend([0xff, 0x52, 0, 12, 0, 0, 0, 1, 0, 5, 4, 4, 0, 1]);
    data.extend([0xff, 0x5c, 0, 19, 0x40]);
    data.extend([0x40; 16]);
    data.extend([0xff, 0x90, 0, 10, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0x93]);
    data.extend([0x80; 200]);
    data.extend([0xff, 0xd9]);
    data
}

/// The head of a JPEG of this size, and noise where its picture should be.
fn jpeg_header(width: u16, height: u16, components: u8) -> Vec<u8> {
    let mut data = vec![0xff, 0xd8, 0xff, 0xdb, 0, 67, 0];
    data.extend([1; 64]);
    data.extend([0xff, 0xc0, 0, 8 + 3 * components, 8]);
    data.extend(height.to_be_bytes());
    data.extend(width.to_be_bytes());
    data.push(components);
    for component in 1..=components {
        data.extend([component, 0x11, 0]);
    }
    for table in [0x00, 0x10] {
        data.extend([0xff, 0xc4, 0, 20, table, 1]);
        data.extend([0; 15]);
        data.push(0);
    }
    data.extend([0xff, 0xda, 0, 6 + 2 * components, components]);
    for component in 1..=components {
        data.extend([component, 0]);
    }
    data.extend([0, 63, 0]);
    data.extend([0; 3000]);
    data
}
