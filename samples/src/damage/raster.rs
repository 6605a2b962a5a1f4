//! Pixels: one byte a channel, one or three channels, and the few operations that every kind of harm is made of.

use crate::draw::Draw;
use image::RgbImage;

/// A picture of one (grey) or three (colour) channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raster {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// One or three.
    pub channels: usize,
    /// Row by row, channel by channel.
    pub data: Vec<u8>,
}

impl Raster {
    /// Builds a picture of one colour (grey takes the first of the three).
    pub fn filled(width: usize, height: usize, channels: usize, colour: [u8; 3]) -> Self {
        let data = colour[..channels].iter().copied().cycle().take(width * height * channels).collect();
        Self { width, height, channels, data }
    }

    /// Takes a colour picture over.
    pub fn from_rgb(image: RgbImage) -> Self {
        let (width, height) = (image.width() as usize, image.height() as usize);
        Self { width, height, channels: 3, data: image.into_raw() }
    }

    /// Gives the picture in grey.
    pub fn grey(&self) -> Self {
        if self.channels == 1 {
            return self.clone();
        }
        let light = |pixel: &[u8]| {
            let (r, g, b) = (u32::from(pixel[0]), u32::from(pixel[1]), u32::from(pixel[2]));
            ((r * 77 + g * 150 + b * 29) >> 8) as u8
        };
        Self { channels: 1, data: self.data.chunks_exact(3).map(light).collect(), ..*self }
    }

    /// Gives the picture in three channels.
    pub fn colour(&self) -> Self {
        if self.channels == 3 {
            return self.clone();
        }
        Self { channels: 3, data: self.data.iter().flat_map(|&light| [light; 3]).collect(), ..*self }
    }

    /// Gives the lightness of a pixel; white outside.
    pub fn light_at(&self, x: usize, y: usize) -> u8 {
        let at = (y * self.width + x) * self.channels;
        match self.data.get(at..at + self.channels) {
            Some([r, g, b]) => ((u32::from(*r) * 77 + u32::from(*g) * 150 + u32::from(*b) * 29) >> 8) as u8,
            Some([light]) => *light,
            _ => 255,
        }
    }

    /// Puts every value through a table.
    pub fn tone(&mut self, curve: impl Fn(f32) -> f32) {
        let table: Vec<u8> = (0..=255u8).map(|value| to_byte(curve(f32::from(value) / 255.0) * 255.0)).collect();
        for value in &mut self.data {
            *value = table[usize::from(*value)];
        }
    }

    /// Multiplies each channel.
    pub fn tint(&mut self, factors: [f32; 3]) {
        let tables: Vec<Vec<u8>> = factors
            .iter()
            .map(|factor| (0..=255u8).map(|value| to_byte(f32::from(value) * factor)).collect())
            .collect();
        for pixel in self.data.chunks_exact_mut(self.channels) {
            for (channel, value) in pixel.iter_mut().enumerate() {
                *value = tables[channel][usize::from(*value)];
            }
        }
    }

    /// Adds grain: the same on all channels, and a little on each. `amount` is the largest change.
    pub fn grain(&mut self, amount: f32, draw: &mut Draw) {
        let mut noise = Noise::new(draw);
        let scale = (amount * 256.0 / 255.0) as i32;
        for pixel in self.data.chunks_exact_mut(self.channels) {
            let bits = noise.next();
            let shared = triangle(bits) * scale;
            if let [light] = pixel {
                *light = clamp(i32::from(*light) + (shared >> 8));
                continue;
            }
            for (channel, value) in pixel.iter_mut().enumerate() {
                let own = triangle(bits >> (16 + 16 * channel)) * scale / 2;
                *value = clamp(i32::from(*value) + ((shared + own) >> 8));
            }
        }
    }

    /// Blurs with a box of `radius` pixels, in each direction once: two rounds look like a lens.
    pub fn blur(&mut self, radius: usize) {
        if radius == 0 || self.width <= 2 * radius || self.height <= 2 * radius {
            return;
        }
        self.blur_rows(radius);
        self.blur_columns(radius);
    }

    /// Blurs along the rows only: a scanner that jerks, a hand that moves.
    pub fn blur_rows(&mut self, radius: usize) {
        let (width, channels) = (self.width, self.channels);
        let size = (2 * radius + 1) as u32;
        let reciprocal = (65_536 + size / 2) / size;
        let mut line = vec![0u8; width * channels];
        for row in self.data.chunks_exact_mut(width * channels) {
            for channel in 0..channels {
                let value = |x: usize| u32::from(row[x.min(width - 1) * channels + channel]);
                let mut sum: u32 = value(0) * (radius as u32 + 1) + (1..=radius).map(value).sum::<u32>();
                for x in 0..width {
                    line[x * channels + channel] = ((sum * reciprocal + 32_768) >> 16).min(255) as u8;
                    sum += value(x + radius + 1);
                    sum -= value(x.saturating_sub(radius));
                }
            }
            row.copy_from_slice(&line);
        }
    }

    fn blur_columns(&mut self, radius: usize) {
        let stride = self.width * self.channels;
        let size = (2 * radius + 1) as u32;
        let reciprocal = (65_536 + size / 2) / size;
        let source = self.data.clone();
        let row = |y: usize| &source[y.min(self.height - 1) * stride..][..stride];
        let mut sums: Vec<u32> = row(0).iter().map(|&value| u32::from(value) * (radius as u32 + 1)).collect();
        for y in 1..=radius {
            for (sum, &value) in sums.iter_mut().zip(row(y)) {
                *sum += u32::from(value);
            }
        }
        for y in 0..self.height {
            let (enters, leaves) = (row(y + radius + 1), row(y.saturating_sub(radius)));
            let out = &mut self.data[y * stride..][..stride];
            for at in 0..stride {
                out[at] = ((sums[at] * reciprocal + 32_768) >> 16).min(255) as u8;
                sums[at] = sums[at] + u32::from(enters[at]) - u32::from(leaves[at]);
            }
        }
    }

    /// Gives the picture turned clockwise by that many quarters.
    pub fn turned(&self, quarters: u8) -> Self {
        let (w, h, c) = (self.width, self.height, self.channels);
        let (width, height) = if quarters.is_multiple_of(2) { (w, h) } else { (h, w) };
        let mut data = Vec::with_capacity(self.data.len());
        for y in 0..height {
            for x in 0..width {
                let (from_x, from_y) = match quarters % 4 {
                    0 => (x, y),
                    1 => (y, h - 1 - x),
                    2 => (w - 1 - x, h - 1 - y),
                    _ => (w - 1 - y, x),
                };
                data.extend_from_slice(&self.data[(from_y * w + from_x) * c..][..c]);
            }
        }
        Self { width, height, channels: c, data }
    }

    /// Gives the rows from `top` to `bottom`.
    pub fn rows(&self, top: usize, bottom: usize) -> Self {
        let stride = self.width * self.channels;
        Self { height: bottom - top, data: self.data[top * stride..bottom * stride].to_vec(), ..*self }
    }

    /// Puts `other` over this picture at `x`, `y`; what falls outside is lost.
    pub fn paste(&mut self, other: &Self, x: usize, y: usize) {
        let c = self.channels;
        let width = other.width.min(self.width.saturating_sub(x));
        for row in 0..other.height.min(self.height.saturating_sub(y)) {
            let from = row * other.width * c;
            let to = ((y + row) * self.width + x) * c;
            self.data[to..to + width * c].copy_from_slice(&other.data[from..from + width * c]);
        }
    }
}

/// Gives the nearest byte.
pub fn to_byte(value: f32) -> u8 {
    // The cast cuts off what is over or under; half is added for the nearest (`round` is a call on some machines).
    (value + 0.5) as u8
}

fn clamp(value: i32) -> u8 {
    value.clamp(0, 255) as u8
}

/// Gives a number from -255 to 255, most often near zero, from 16 random bits.
fn triangle(bits: u64) -> i32 {
    (bits & 255) as i32 - (bits >> 8 & 255) as i32
}

/// Fast chance for pixels (xorshift64*), seeded from a [`Draw`].
#[derive(Clone, Debug)]
pub struct Noise(u64);

impl Noise {
    /// Seeds it.
    pub fn new(draw: &mut Draw) -> Self {
        Self(draw.bits() | 1)
    }

    /// Gives 64 bits.
    #[expect(clippy::should_implement_trait, reason = "it never ends, so it is no iterator to loop over")]
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Gives a number from 0 to 1.
    pub fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> Raster {
        Raster { width: 3, height: 2, channels: 1, data: vec![1, 2, 3, 4, 5, 6] }
    }

    #[test]
    fn quarter_turns_are_clockwise() {
        assert_eq!(picture().turned(1), Raster { width: 2, height: 3, channels: 1, data: vec![4, 1, 5, 2, 6, 3] });
        assert_eq!(picture().turned(2).data, [6, 5, 4, 3, 2, 1]);
        assert_eq!(picture().turned(3).turned(1), picture());
    }

    #[test]
    fn a_blur_keeps_the_mean_and_grain_stays_small() {
        let mut draw = Draw::new(0, 0, "raster");
        let mut raster = Raster::filled(40, 30, 3, [120, 120, 120]);
        raster.grain(20.0, &mut draw);
        assert!(raster.data.iter().all(|&value| (85..=155).contains(&value)));
        let mean = |raster: &Raster| raster.data.iter().map(|&value| u64::from(value)).sum::<u64>() / 3600;
        let before = mean(&raster);
        raster.blur(2);
        assert!(mean(&raster).abs_diff(before) <= 1);
    }

    #[test]
    fn grey_and_back() {
        let raster = Raster { width: 1, height: 1, channels: 3, data: vec![255, 255, 255] };
        assert_eq!(raster.grey().data, [255]);
        assert_eq!(raster.grey().colour(), raster);
    }
}
