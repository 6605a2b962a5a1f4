//! TIFF of one or several pages: G4 for black and white, deflate for the rest.

use super::FileError;
use crate::damage::Shot;
use crate::damage::raster::Raster;
use fax::encoder::Encoder;
use fax::{Color, VecWriter};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

/// Writes the pages.
///
/// # Errors
/// Memory that cannot be written to.
pub fn write(shots: &[&Shot]) -> Result<Vec<u8>, FileError> {
    let mut out = b"II*\0".to_vec();
    // Where the offset of the next directory is to be written.
    let mut link = out.len();
    out.extend([0; 4]);
    for shot in shots {
        let strip = out.len();
        out.extend(if shot.bilevel { g4(&shot.raster) } else { deflated(&shot.raster.data)? });
        let length = out.len() - strip;
        if out.len() % 2 == 1 {
            out.push(0);
        }
        let directory = out.len();
        out[link..link + 4].copy_from_slice(&(directory as u32).to_le_bytes());
        link = directory_of(&mut out, shot, strip, length);
    }
    Ok(out)
}

/// Writes a directory and what its entries point at; gives where its link to the next stands.
fn directory_of(out: &mut Vec<u8>, shot: &Shot, strip: usize, length: usize) -> usize {
    let raster = &shot.raster;
    let grey = raster.channels == 1;
    let entries: [(u16, u16, u32, u32); 13] = [
        (256, 4, 1, raster.width as u32),
        (257, 4, 1, raster.height as u32),
        (258, 3, if grey { 1 } else { 3 }, if shot.bilevel { 1 } else { 8 }),
        (259, 3, 1, if shot.bilevel { 4 } else { 8 }),
        (
            262,
            3,
            1,
            if shot.bilevel {
                0
            } else if grey {
                1
            } else {
                2
            },
        ),
        (273, 4, 1, strip as u32),
        (274, 3, 1, 1),
        (277, 3, 1, raster.channels as u32),
        (278, 4, 1, raster.height as u32),
        (279, 4, 1, length as u32),
        (282, 5, 1, 0),
        (283, 5, 1, 0),
        (296, 3, 1, 2),
    ];
    let start = out.len();
    let data = start + 2 + entries.len() * 12 + 4;
    out.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        let value = match (tag, count) {
            (258, 3) => data as u32 + 8,
            (282 | 283, _) => data as u32,
            _ => value,
        };
        out.extend(tag.to_le_bytes());
        out.extend(kind.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(value.to_le_bytes());
    }
    let link = out.len();
    out.extend([0; 4]);
    out.extend((shot.dpi.round() as u32).to_le_bytes());
    out.extend(1u32.to_le_bytes());
    out.extend([8, 0, 8, 0, 8, 0, 0, 0]);
    link
}

/// Encodes black and white as fax group 4, white being 0 (ITU-T T.6).
pub fn g4(raster: &Raster) -> Vec<u8> {
    let width = raster.width.min(usize::from(u16::MAX)) as u16;
    let mut encoder = Encoder::new(VecWriter::new());
    for row in raster.data.chunks_exact(raster.width) {
        let dots = row.iter().map(|&light| if light < 128 { Color::Black } else { Color::White });
        // A vector can always be written to.
        let Ok(()) = encoder.encode_line(dots, width);
    }
    let Ok(writer) = encoder.finish();
    writer.finish()
}

/// Compresses bytes (zlib).
///
/// # Errors
/// Memory that cannot be written to.
pub fn deflated(bytes: &[u8]) -> Result<Vec<u8>, FileError> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::damage::WHOLE;
    use crate::damage::map::Map;

    fn shot(raster: Raster, bilevel: bool) -> Shot {
        Shot { raster, map: Map::default(), window: WHOLE, to_upright: 0, dpi: 200.0, bilevel, quality: 80, exif: None }
    }

    #[test]
    fn pages_read_back() {
        let dots = (0..37 * 20).map(|at| if at % 7 < 3 { 0 } else { 255 }).collect();
        let bilevel = Raster { width: 37, height: 20, channels: 1, data: dots };
        let colour = Raster { width: 5, height: 4, channels: 3, data: (0..60).collect() };
        let grey = Raster { width: 5, height: 12, channels: 1, data: (0..60).collect() };
        for (raster, one_bit) in [(bilevel, true), (colour, false), (grey, false)] {
            let bytes = write(&[&shot(raster.clone(), one_bit)]).unwrap();
            let image = image::load_from_memory(&bytes).unwrap();
            let got = if raster.channels == 3 { image.to_rgb8().into_raw() } else { image.to_luma8().into_raw() };
            assert_eq!(got, raster.data, "bilevel {one_bit}");
        }
    }
}
