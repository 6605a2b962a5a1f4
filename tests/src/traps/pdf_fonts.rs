//! PDFs whose fonts lie: glyphs that draw themselves, tables beyond their ends, maps of every character there is.

use super::Trap;
use crate::papers::{Pdf, stream};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

pub(super) fn traps(dice: &mut ChaCha8Rng) -> Vec<Trap> {
    let noise: Vec<u8> = (0..6000).map(|_| dice.random()).collect();
    let mut traps = vec![
        font("type3_qui_se_dessine", |pdf| {
            let font = pdf.reserve();
            let glyph = pdf.stream("", format!("1000 0 0 0 750 750 d1 BT /F 1 Tf ({}) Tj ET", "a".repeat(50)));
            pdf.set(
                font,
                format!(
                    "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 750 750] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 97 /LastChar 97 \
                     /Widths [1000] /Encoding << /Differences [97 /a] >> /CharProcs << /a {glyph} 0 R >> /Resources << /Font << /F {font} 0 R >> >> >>"
                ),
            );
            font
        }),
        font("type3_matrice_nulle", |pdf| {
            let glyph = pdf.stream("", b"1000 0 0 0 750 750 d1 0 0 1e38 1e38 re f");
            pdf.add(format!(
                "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 0 0] /FontMatrix [0 0 0 0 0 0] /FirstChar 97 /LastChar 97 \
                 /Widths [1000] /Encoding << /Differences [97 /a] >> /CharProcs << /a {glyph} 0 R >> >>"
            ))
        }),
        font("largeurs_sans_fin", |pdf| composite(pdf, "/W [0 2147483647 500 0 2147483647 600]", "", None)),
        font("largeurs_par_millions", |pdf| composite(pdf, &format!("/W [{}]", "1 [500] ".repeat(500_000)), "", None)),
        font("table_de_caracteres_sans_fin", |pdf| {
            let map = cmap(&"<00000000> <FFFFFFFF> 0\n".repeat(100), "cidrange");
            let map = pdf.stream("/Type /CMap /CMapName /X", map);
            composite(pdf, "", "", Some(format!("{map} 0 R")))
        }),
        font("table_qui_s_appelle", |pdf| {
            let map = pdf.reserve();
            pdf.set(
                map,
                stream(&format!("/Type /CMap /CMapName /X /UseCMap {map} 0 R"), b"/X usecmap begincmap endcmap"),
            );
            composite(pdf, "", "", Some(format!("{map} 0 R")))
        }),
        font("unicode_sans_fin", |pdf| {
            let map = pdf.stream("", cmap(&"<0000> <FFFF> <0041>\n".repeat(3000), "bfrange"));
            composite(pdf, "", &format!("/ToUnicode {map} 0 R"), None)
        }),
        font("unicode_long", |pdf| {
            let long = "0041".repeat(100_000);
            let map = pdf.stream("", cmap(&format!("<0041> <{long}>\n").repeat(20), "bfchar"));
            composite(pdf, "", &format!("/ToUnicode {map} 0 R"), None)
        }),
        font("codage_par_millions", |pdf| {
            let differences = "65 /A ".repeat(1_000_000);
            pdf.add(format!(
                "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Differences [{differences}] >> >>"
            ))
        }),
        font("police_de_soi", |pdf| {
            let font = pdf.reserve();
            pdf.set(
                font,
                format!(
                    "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [{font} 0 R] >>"
                ),
            );
            font
        }),
    ];
    let truetype = sfnt(&noise);
    for (name, kind, file, data) in [
        ("truetype_bruit", "/TrueType", "FontFile2", noise.clone()),
        ("truetype_tables_hors_du_fichier", "/TrueType", "FontFile2", truetype),
        ("truetype_composite_de_soi", "/TrueType", "FontFile2", self_composite()),
        ("type1_bruit", "/Type1", "FontFile", [b"%!PS-AdobeFont-1.0: X\neexec\n".to_vec(), noise.clone()].concat()),
        ("type1_appels_en_boucle", "/Type1", "FontFile", type1_loop()),
        ("cff_bruit", "/Type1", "FontFile3", [vec![1, 0, 4, 4], noise].concat()),
        ("cff_index_sans_fin", "/Type1", "FontFile3", [vec![1, 0, 4, 4, 0xff, 0xff, 4], vec![0xff; 4000]].concat()),
    ] {
        traps.push(font(name, |pdf| {
            let subtype = if file == "FontFile3" { "/Subtype /Type1C" } else { "" };
            let data = pdf.stream(&format!("{subtype} /Length1 {} /Length2 0 /Length3 0", data.len()), &data);
            let descriptor = pdf.add(format!("<< /Type /FontDescriptor /FontName /X /Flags 4 /{file} {data} 0 R >>"));
            pdf.add(format!("<< /Type /Font /Subtype {kind} /BaseFont /X /FontDescriptor {descriptor} 0 R >>"))
        }));
    }
    traps
}

/// A page that writes with a font.
fn font(name: &str, font: impl Fn(&mut Pdf) -> usize) -> Trap {
    let mut pdf = Pdf::default();
    let font = font(&mut pdf);
    let content = pdf.stream("", b"BT /F 20 Tf 40 700 Td (aaaa AAAA bbbb) Tj <0041004100420043> Tj ET");
    let page = pdf.add(format!(
        "<< /Type /Page /MediaBox [0 0 595 842] /Resources << /Font << /F {font} 0 R >> >> /Contents {content} 0 R >>"
    ));
    let tree = pdf.reserve();
    let root = pdf.catalogue(&[page], tree);
    Trap::new(name, pdf.finish(root))
}

fn composite(pdf: &mut Pdf, descendant: &str, parent: &str, encoding: Option<String>) -> usize {
    let encoding = encoding.unwrap_or_else(|| "/Identity-H".to_owned());
    let below = pdf.add(format!(
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> {descendant} >>"
    ));
    pdf.add(format!(
        "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding {encoding} /DescendantFonts [{below} 0 R] {parent} >>"
    ))
}

fn cmap(rows: &str, kind: &str) -> String {
    let count = rows.lines().count();
    format!(
        "/CIDInit /ProcSet findresource begin begincmap /CMapName /X def 1 begincodespacerange <0000> <FFFF> endcodespacerange \
         {count} begin{kind}\n{rows}end{kind} endcmap end"
    )
}

/// A TrueType file whose tables lie beyond its end.
fn sfnt(noise: &[u8]) -> Vec<u8> {
    tables(
        &["cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp"].map(|tag| (tag, 0x7fff_fff0u32, 0x7fff_fff0u32)),
        noise,
    )
}

/// A TrueType file whose first glyph is made of itself.
fn self_composite() -> Vec<u8> {
    let mut body = vec![0; 54];
    // Contours -1: a composite; more components follow; component 0, which is itself.
    let glyph = [0xff, 0xff, 0, 0, 0, 0, 0, 9, 0, 9, 0, 0x20, 0, 0, 0, 0].repeat(40);
    body.extend(&glyph);
    let start = 12 + 16 * 3;
    tables(&[("glyf", start + 54, glyph.len() as u32), ("head", start, 54), ("maxp", start, 6)], &body)
}

fn tables(list: &[(&str, u32, u32)], body: &[u8]) -> Vec<u8> {
    let mut file = vec![0, 1, 0, 0];
    file.extend((list.len() as u16).to_be_bytes());
    file.extend([0; 6]);
    for (tag, offset, length) in list {
        file.extend(tag.bytes());
        file.extend([0; 4]);
        file.extend(offset.to_be_bytes());
        file.extend(length.to_be_bytes());
    }
    file.extend(body);
    file
}

/// A Type 1 font whose only subroutine calls itself.
fn type1_loop() -> Vec<u8> {
    let plain = b"xxxxdup /Private 8 dict dup begin /lenIV -1 def /Subrs 1 array dup 0 2 RD \x8b\x0a NP \
                  /CharStrings 2 dict dup begin /.notdef 2 RD \x8b\x0a ND /a 2 RD \x8b\x0a ND end";
    let mut key: u16 = 55_665;
    let mut file = b"%!PS-AdobeFont-1.0: X\n/FontMatrix [0.001 0 0 0.001 0 0] def /Encoding StandardEncoding def\ncurrentfile eexec\n".to_vec();
    for &byte in plain {
        let coded = byte ^ (key >> 8) as u8;
        key = (u16::from(coded).wrapping_add(key)).wrapping_mul(52_845).wrapping_add(22_719);
        file.push(coded);
    }
    file
}
