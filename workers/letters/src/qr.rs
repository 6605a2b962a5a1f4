//! The QR code of a letter, as SVG.

use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// What a QR code cannot hold.
#[derive(Debug, thiserror::Error)]
#[error("le code QR ne peut pas contenir « {text} » : {source}")]
pub struct QrError {
    text: String,
    source: qrcode::types::QrError,
}

/// Draws `text`: a quarter of the code may be damaged. A bare reply code makes the smallest size, 21 modules a side.
///
/// # Errors
/// A text that is too long (1,663 bytes).
pub fn svg(text: &str) -> Result<String, QrError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::Q)
        .map_err(|source| QrError { text: text.to_owned(), source })?;
    let side = code.width();
    let mut path = String::new();
    for (row, modules) in code.to_colors().chunks(side).enumerate() {
        let mut at = 0;
        for run in modules.chunk_by(|one, other| one == other) {
            if run[0] == Color::Dark {
                let _ = write!(path, "M{at} {row}h{}v1H{at}z", run.len());
            }
            at += run.len();
        }
    }
    Ok(format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><path d="{path}"/></svg>"#
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_code_makes_the_smallest_code() {
        let drawn = svg("G-7K3M-Q9XT-2P4D").unwrap();
        assert!(drawn.contains(r#"viewBox="0 0 21 21""#), "{drawn}");
        // The finder pattern of the upper left corner.
        assert!(drawn.contains("M0 0h7v1H0z") && drawn.contains("M0 6h7v1H0z"));
    }

    #[test]
    fn too_long_a_text_is_told() {
        assert!(svg(&"x".repeat(2000)).unwrap_err().to_string().starts_with("le code QR ne peut pas contenir"));
    }
}
