//! PDFs that the tests make: one page, and grey pictures by name.

/// A picture of a page: its name, its width and height in pixels, its levels row by row.
pub(super) struct Grey<'a>(pub(super) &'a str, pub(super) u32, pub(super) u32, pub(super) &'a [u8]);

/// Makes a page of `width` by `height` points that does `content`.
pub(super) fn pdf(width: u32, height: u32, content: &str, pictures: &[Grey<'_>]) -> Vec<u8> {
    let names: String = (5..).zip(pictures).map(|(at, Grey(name, ..))| format!("/{name} {at} 0 R")).collect();
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents 4 0 R/Resources<</XObject<<{names}>>>>>>"
        )
        .into_bytes(),
        stream("", content.as_bytes()),
    ];
    objects.extend(pictures.iter().map(|Grey(_, wide, high, levels)| {
        let of =
            format!("/Type/XObject/Subtype/Image/Width {wide}/Height {high}/ColorSpace/DeviceGray/BitsPerComponent 8");
        stream(&of, levels)
    }));
    let mut bytes = b"%PDF-1.4\n".to_vec();
    for (at, object) in (1..).zip(objects) {
        bytes.extend(format!("{at} 0 obj\n").bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    bytes.extend(b"trailer<</Root 1 0 R>>\n");
    bytes
}

fn stream(of: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = format!("<<{of}/Length {}>>stream\n", data.len()).into_bytes();
    bytes.extend(data);
    bytes.extend(b"\nendstream");
    bytes
}
