//! A page in another size.

use image::{GrayImage, imageops};
use pic_scale::{ImageSize, ImageStore, ImageStoreMut, PicScaleError, ResamplingFunction, Scaler};

/// Gives a page in a size of `width` by `height` pixels: the mean of what falls together, which keeps the strokes of a fax, or
/// sharp between the pixels there are.
pub fn scale(page: &GrayImage, width: u32, height: u32) -> GrayImage {
    if width < page.width() {
        return imageops::thumbnail(page, width, height);
    }
    // The library refuses no size that a page has; should it, a slower filter serves.
    enlarged(page, width, height)
        .unwrap_or_else(|_| imageops::resize(page, width, height, imageops::FilterType::CatmullRom))
}

fn enlarged(page: &GrayImage, width: u32, height: u32) -> Result<GrayImage, PicScaleError> {
    let size = |width: u32, height: u32| ImageSize::new(width as usize, height as usize);
    let scaler = Scaler::new(ResamplingFunction::CatmullRom);
    let plan = scaler.plan_planar_resampling(size(page.width(), page.height()), size(width, height))?;
    let from = ImageStore::from_slice(page.as_raw(), page.width() as usize, page.height() as usize)?;
    let mut scaled = GrayImage::new(width, height);
    let mut to = ImageStoreMut::from_slice(&mut scaled, width as usize, height as usize)?;
    plan.resample(&from, &mut to)?;
    Ok(scaled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    #[test]
    fn a_slope_stays_a_slope_in_every_size() {
        let page = GrayImage::from_fn(100, 60, |x, y| Luma([(x * 2 + y / 2) as u8]));
        for (width, height) in [(100, 60), (150, 90), (70, 42), (40, 24), (237, 61)] {
            let scaled = scale(&page, width, height);
            assert_eq!(scaled.dimensions(), (width, height));
            for (x, y, pixel) in scaled.enumerate_pixels() {
                let wanted = 200.0 * (x as f32 + 0.5) / width as f32 + 30.0 * (y as f32 + 0.5) / height as f32 - 1.25;
                assert!((f32::from(pixel.0[0]) - wanted).abs() < 4.0, "{width}x{height} at {x}, {y}: {wanted}");
            }
        }
        assert_eq!(scale(&GrayImage::new(1, 1), 3, 2).dimensions(), (3, 2));
    }
}
