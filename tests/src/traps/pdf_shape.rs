//! PDFs of an impossible shape: trees that contain themselves, tables that point in circles, pages without measure.

use super::Trap;
use crate::papers::{Pdf, deflate, one_page, page, stream, text_content};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

pub(super) fn traps(dice: &mut ChaCha8Rng) -> Vec<Trap> {
    let many = dice.random_range(800_000..1_200_000);
    let deep = dice.random_range(20_000..60_000);
    let good = one_page(&text_content("ATTESTATION D'ASSURANCE\nContrat 12"), "", "", "");
    let cut = dice.random_range(good.len() / 3..good.len() - 200);
    let mut traps = vec![
        Trap::new("tronque", good[..cut].to_vec()),
        tree("arbre_qui_se_contient", "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 4 >>"),
        tree("compte_menteur", "<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>"),
        tree("compte_negatif", "<< /Type /Pages /Kids [3 0 R] /Count -5 >>"),
        tree("page_repetee", &format!("<< /Type /Pages /Kids [{}] /Count {many} >>", "3 0 R ".repeat(many))),
        tree(
            "enfants_imbriques",
            &format!("<< /Type /Pages /Kids {}{} /Count 1 >>", "[".repeat(deep), "]".repeat(deep)),
        ),
        tree("enfants_absents", "<< /Type /Pages /Kids [9 0 R 99 0 R 999999 0 R] /Count 3 >>"),
        tree("parent_en_boucle", "<< /Type /Pages /Parent 2 0 R /Kids [3 0 R] /Count 1 >>"),
        deep_tree(deep),
        tail("prev_sur_soi", |_, start| format!("/Prev {start}")),
        tail("prev_hors_du_fichier", |_, _| "/Prev 999999999999".to_owned()),
        tail("prev_negatif", |_, _| "/Prev -1".to_owned()),
        tail("xrefstm_sur_soi", |_, start| format!("/XRefStm {start}")),
        tail("taille_menteuse", |_, _| "/Size 4294967295".to_owned()),
        tail("racine_absente", |_, _| "/Root 77 0 R".to_owned()),
        two_tables(),
        xref_entries(dice.random_range(400_000..600_000)),
        xref_stream("xref_flux_large", "/W [8 8 8] /Size 2147483647 /Index [0 2147483647]"),
        xref_stream("xref_flux_menteur", "/W [2147483647 1 1] /Size 5"),
        xref_stream("xref_flux_negatif", "/W [-1 -2 -3] /Size -5"),
        object_stream("objets_qui_s_etendent", "/Extends 4 0 R"),
        object_stream("objets_sans_nombre", "/N 2147483647 /First 2147483647"),
        object_stream("objets_dans_soi", "/Length 4 0 R"),
        length_loop(),
        reference_loop(),
        pages("deux_mille_pages", 2000),
        pages("trois_cents_pages_vides", 300),
        pages("trois_cent_une_pages", 301),
        locked(),
    ];
    for (name, size) in [
        ("page_immense", "[0 0 1000000000 1000000000]"),
        ("page_de_14400", "[0 0 14400 14400]"),
        ("page_infime", "[0 0 0.0001 0.0001]"),
        ("page_ruban", "[0 0 1 1000000]"),
        ("page_nulle", "[0 0 0 0]"),
        ("page_a_l_envers", "[595 842 0 0]"),
        ("page_pas_un_nombre", "[0 0 nan inf]"),
        ("page_lointaine", "[900000000000 900000000000 900000000595 900000000842]"),
        ("page_entiere_immense", "[-2147483648 -2147483648 2147483647 2147483647]"),
        ("page_sans_mesure", "[]"),
    ] {
        let bytes = one_page(&text_content("ATTESTATION"), "", "", &format!("/MediaBox {size}"));
        traps.push(Trap::new(name, bytes));
    }
    for (name, entries) in [
        ("unite_immense", "/UserUnit 1000000000"),
        ("rotation_folle", "/Rotate 2147483647"),
        ("cadre_hors_page", "/CropBox [9000 9000 9001 9001]"),
        (
            "cadre_infini",
            "/CropBox [-100000000000000000000 -100000000000000000000 100000000000000000000 100000000000000000000]",
        ),
        ("annotations_sans_fin", "/Annots 3 0 R"),
    ] {
        traps.push(Trap::new(name, one_page(&text_content("ATTESTATION"), "", "", entries)));
    }
    traps
}

/// A file whose tree of pages (object 2) is as given; object 3 is a page.
fn tree(name: &str, tree: &str) -> Trap {
    let mut pdf = Pdf::default();
    let root = pdf.add("<< /Type /Catalog /Pages 2 0 R >>");
    pdf.add(tree);
    pdf.add("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>");
    Trap::new(name, pdf.finish(root))
}

/// A tree of pages with one child a level.
fn deep_tree(levels: usize) -> Trap {
    let mut pdf = Pdf::default();
    let root = pdf.add("<< /Type /Catalog /Pages 2 0 R >>");
    for level in 0..levels {
        pdf.add(format!("<< /Type /Pages /Kids [{} 0 R] /Count 1 >>", level + 3));
    }
    pdf.add("<< /Type /Page /MediaBox [0 0 200 200] >>");
    Trap::new("arbre_profond", pdf.finish(root))
}

/// A good file with more in its trailer, given its length and the place of its table.
fn tail(name: &str, entry: impl Fn(usize, usize) -> String) -> Trap {
    let mut pdf = Pdf::default();
    let page = page(&mut pdf, &text_content("ATTESTATION"), "", "", "");
    let tree = pdf.reserve();
    let root = pdf.catalogue(&[page], tree);
    let plain = pdf.finish(root);
    let start = plain.windows(5).position(|five| five == b"xref\n").unwrap_or_default();
    pdf.trailer = entry(plain.len(), start);
    Trap::new(name, pdf.finish(root))
}

/// Two tables, each the one before the other.
fn two_tables() -> Trap {
    let mut file = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n".to_vec();
    file.extend(b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n");
    let first = file.len();
    let table =
        |prev: usize| format!("xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 3 /Root 1 0 R /Prev {prev:010} >>\n");
    let second = first + table(0).len();
    file.extend(table(second).bytes());
    file.extend(table(first).bytes());
    file.extend(format!("startxref\n{second}\n%%EOF\n").bytes());
    Trap::new("deux_tables_en_boucle", file)
}

/// A table of many entries that all point at the same place.
fn xref_entries(count: usize) -> Trap {
    let mut file = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n".to_vec();
    let start = file.len();
    file.extend(format!("xref\n0 {count}\n").bytes());
    file.extend(b"0000000009 00000 n \n".repeat(count));
    file.extend(format!("trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").bytes());
    Trap::new("table_sans_fin", file)
}

/// A file whose table is a stream with these entries.
fn xref_stream(name: &str, entries: &str) -> Trap {
    let mut file = b"%PDF-1.5\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n".to_vec();
    file.extend(b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n");
    let start = file.len();
    let table = stream(&format!("/Type /XRef /Root 1 0 R /Filter /FlateDecode {entries}"), &deflate(&[1; 4000]));
    file.extend(b"3 0 obj\n");
    file.extend(table);
    file.extend(format!("\nendobj\nstartxref\n{start}\n%%EOF\n").bytes());
    Trap::new(name, file)
}

/// A file whose page hides in a stream of objects with these entries; it is object 4.
fn object_stream(name: &str, entries: &str) -> Trap {
    let mut file = b"%PDF-1.5\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n".to_vec();
    let inside = b"2 0 3 60 << /Type /Pages /Kids [3 0 R] /Count 1 >>               << /Type /Page /Parent 2 0 R >>";
    let place = file.len();
    file.extend(b"4 0 obj\n");
    file.extend(stream(&format!("/Type /ObjStm /N 2 /First 9 {entries}"), inside));
    file.extend(b"\nendobj\n");
    let start = file.len();
    let mut table = Vec::new();
    for (kind, a, b) in [(0u8, 0u32, 0u8), (1, 9, 0), (2, 4, 0), (2, 4, 1), (1, place as u32, 0), (1, start as u32, 0)]
    {
        table.push(kind);
        table.extend(a.to_be_bytes());
        table.push(b);
    }
    file.extend(b"5 0 obj\n");
    file.extend(stream("/Type /XRef /Root 1 0 R /W [1 4 1] /Size 6", &table));
    file.extend(format!("\nendobj\nstartxref\n{start}\n%%EOF\n").bytes());
    Trap::new(name, file)
}

/// A content whose length is itself.
fn length_loop() -> Trap {
    let mut pdf = Pdf::default();
    let content = pdf.reserve();
    pdf.set(content, format!("<< /Length {content} 0 R >>\nstream\nBT (A) Tj ET\nendstream"));
    let page = pdf.add(format!("<< /Type /Page /MediaBox [0 0 200 200] /Contents {content} 0 R >>"));
    let tree = pdf.reserve();
    let root = pdf.catalogue(&[page], tree);
    Trap::new("longueur_de_soi", pdf.finish(root))
}

/// Objects that are each the next, in a ring.
fn reference_loop() -> Trap {
    let mut pdf = Pdf::default();
    pdf.add("2 0 R");
    pdf.add("3 0 R");
    pdf.add("1 0 R");
    let page = pdf.add("<< /Type /Page /MediaBox 1 0 R /Resources 2 0 R /Contents 3 0 R /Rotate 1 0 R >>");
    let tree = pdf.reserve();
    let root = pdf.catalogue(&[page], tree);
    Trap::new("references_en_anneau", pdf.finish(root))
}

fn pages(name: &str, count: usize) -> Trap {
    let mut pdf = Pdf::default();
    let page = "<< /Type /Page /MediaBox [0 0 10 10] >>";
    let pages: Vec<usize> = (0..count).map(|_| pdf.add(page)).collect();
    let tree = pdf.reserve();
    let root = pdf.catalogue(&pages, tree);
    Trap::new(name, pdf.finish(root))
}

/// A file that asks for a password that nobody has.
fn locked() -> Trap {
    let mut pdf = Pdf::default();
    let page = page(&mut pdf, &text_content("ATTESTATION"), "", "", "");
    let tree = pdf.reserve();
    let root = pdf.catalogue(&[page], tree);
    let key = "00".repeat(32);
    pdf.trailer = format!(
        "/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <{key}> /U <{key}> >> /ID [<{key}> <{key}>]"
    );
    Trap::new("verrouille", pdf.finish(root))
}
