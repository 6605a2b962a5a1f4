//! Papers made by hand: PDFs byte by byte, so that any of them can be wrong on purpose.

use std::io::Write;

/// A PDF under construction: objects in order, then the table of their places.
#[derive(Clone, Debug, Default)]
pub struct Pdf {
    objects: Vec<Vec<u8>>,
    /// Entries of the trailer beside `/Size` and `/Root`.
    pub trailer: String,
}

impl Pdf {
    /// Adds an object and gives its number.
    pub fn add(&mut self, object: impl AsRef<[u8]>) -> usize {
        self.objects.push(object.as_ref().to_vec());
        self.objects.len()
    }

    /// Keeps a number for an object that is written later.
    pub fn reserve(&mut self) -> usize {
        self.add("null")
    }

    /// Writes an object in place of what stood there.
    pub fn set(&mut self, number: usize, object: impl AsRef<[u8]>) {
        self.objects[number - 1] = object.as_ref().to_vec();
    }

    /// Adds a stream with these entries beside its length.
    pub fn stream(&mut self, entries: &str, data: impl AsRef<[u8]>) -> usize {
        let object = stream(entries, data.as_ref());
        self.add(object)
    }

    /// Adds the catalogue and a tree of one level over `pages`.
    pub fn catalogue(&mut self, pages: &[usize], tree: usize) -> usize {
        let kids: String = pages.iter().map(|page| format!("{page} 0 R ")).collect();
        self.set(tree, format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len()));
        self.add(format!("<< /Type /Catalog /Pages {tree} 0 R >>"))
    }

    /// Writes the file.
    pub fn finish(&self, root: usize) -> Vec<u8> {
        let mut file = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
        let mut places = Vec::new();
        for (at, object) in self.objects.iter().enumerate() {
            places.push(file.len());
            file.extend(format!("{} 0 obj\n", at + 1).bytes());
            file.extend(object);
            file.extend(b"\nendobj\n");
        }
        let start = file.len();
        file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).bytes());
        for place in &places {
            file.extend(format!("{place:010} 00000 n \n").bytes());
        }
        let size = places.len() + 1;
        let trailer = &self.trailer;
        file.extend(
            format!("trailer\n<< /Size {size} /Root {root} 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n").bytes(),
        );
        file
    }
}

/// Writes a stream object.
pub fn stream(entries: &str, data: &[u8]) -> Vec<u8> {
    let mut object = format!("<< {entries} /Length {} >>\nstream\n", data.len()).into_bytes();
    object.extend(data);
    object.extend(b"\nendstream");
    object
}

/// Writes one page with this content, these resources beside a font, and these entries of the page.
pub fn one_page(content: &[u8], content_entries: &str, resources: &str, page_entries: &str) -> Vec<u8> {
    let mut pdf = Pdf::default();
    let page = page(&mut pdf, content, content_entries, resources, page_entries);
    let tree = pdf.reserve();
    let root = pdf.catalogue(&[page], tree);
    pdf.finish(root)
}

/// Adds a page to a file and gives its number; see [`one_page`].
pub fn page(pdf: &mut Pdf, content: &[u8], content_entries: &str, resources: &str, page_entries: &str) -> usize {
    let font = pdf.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
    let content = pdf.stream(content_entries, content);
    let size = if page_entries.contains("/MediaBox") { "" } else { "/MediaBox [0 0 595 842]" };
    pdf.add(format!(
        "<< /Type /Page {size} /Resources << /Font << /F1 {font} 0 R >> {resources} >> /Contents {content} 0 R {page_entries} >>"
    ))
}

/// Writes lines of text as the content of a page.
pub fn text_content(text: &str) -> Vec<u8> {
    let mut content = b"BT /F1 11 Tf 14 TL 60 780 Td\n".to_vec();
    for line in text.lines() {
        let line = line.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
        content.extend(format!("({line}) Tj T*\n").bytes());
    }
    content.extend(b"ET\n");
    content
}

/// Writes a paper of one page with text, ASCII only.
pub fn text_pdf(text: &str) -> Vec<u8> {
    one_page(&text_content(text), "", "", "")
}

/// An attestation for an invented tenant, whom [`REGISTER`] knows.
pub fn attestation(number: &str) -> Vec<u8> {
    attestation_for("Julie MARTEL", number)
}

/// An attestation for an invented person whom [`REGISTER`] does not know: nothing accepts it.
pub fn stranger(number: &str) -> Vec<u8> {
    attestation_for("Octave BRUNEAU", number)
}

fn attestation_for(name: &str, number: &str) -> Vec<u8> {
    text_pdf(&format!(
        "MAIF\nATTESTATION D'ASSURANCE HABITATION\nNous attestons que {name}\na souscrit un contrat d'assurance multirisque habitation\n\
         Contrat n. {number}\nAdresse du risque : 12 rue des Lilas 69003 LYON\nEn qualite de locataire\n\
         Garanties : risques locatifs, incendie, degats des eaux\nPeriode de validite : du 01/01/2026 au 31/12/2026\n\
         La presente attestation est delivree pour servir et valoir ce que de droit.\nFait le 05/01/2026\n"
    ))
}

/// A register with the lease of the tenant of [`attestation`].
pub const REGISTER: &str = "reference_contrat;nom;prenom;adresse;code_postal;commune;date_effet;type_bien\n\
     L-1;MARTEL;Julie;12 rue des Lilas;69003;Lyon;2020-01-01;logement\n";

/// Compresses as `/FlateDecode` wants it.
///
/// # Panics
/// Never: writing to memory does not fail.
pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("memory takes what is written");
    encoder.finish().expect("memory takes what is written")
}
