//! Painting a page into a picture along a map, and fields of light over it.

use super::map::Map;
use super::raster::{Noise, Raster, to_byte};
use crate::draw::Draw;

/// Paints `page` into `picture` where `map` says; what the page does not cover stays as it was.
pub fn page(picture: &mut Raster, page: &Raster, map: &Map) {
    let m = map.backward_projective();
    match (m, picture.channels) {
        (Some(m), 1) => paint::<1, _>(picture, page, |y| projective_row(&m, y)),
        (Some(m), _) => paint::<3, _>(picture, page, |y| projective_row(&m, y)),
        (None, 1) => paint::<1, _>(picture, page, |y| move |x| map.back((x, y))),
        (None, _) => paint::<3, _>(picture, page, |y| move |x| map.back((x, y))),
    }
}

/// Gives the backward map along one row: one division a pixel.
fn projective_row(m: &[f64; 9], y: f64) -> impl Fn(f64) -> (f64, f64) {
    let (ax, ay, aw) = (m[0], m[3], m[6]);
    let (bx, by, bw) = (m[1] * y + m[2], m[4] * y + m[5], m[7] * y + m[8]);
    move |x| {
        let w = 1.0 / (aw * x + bw);
        ((ax * x + bx) * w, (ay * x + by) * w)
    }
}

/// Paints row by row; `row` gives for a height the way back from a place in that row to the page.
fn paint<const C: usize, F: Fn(f64) -> (f64, f64)>(picture: &mut Raster, page: &Raster, row: impl Fn(f64) -> F) {
    let (width, height) = (picture.width, picture.height as f64);
    let step = 1.0 / width as f64;
    // Places on the page in 256ths of a pixel.
    let (wide, high) = (page.width as f64 * 256.0, page.height as f64 * 256.0);
    let stride = page.width * C;
    for (y, line) in picture.data.chunks_exact_mut(width * C).enumerate() {
        let back = row((y as f64 + 0.5) / height);
        for (x, out) in line.chunks_exact_mut(C).enumerate() {
            let (px, py) = back((x as f64 + 0.5) * step);
            if !(0.0..1.0).contains(&px) || !(0.0..1.0).contains(&py) {
                continue;
            }
            let fx = ((px * wide) as i32 - 128).max(0) as usize;
            let fy = ((py * high) as i32 - 128).max(0) as usize;
            let (left, top, wx, wy) = (fx >> 8, fy >> 8, (fx & 255) as u32, (fy & 255) as u32);
            let across = if left + 1 < page.width { C } else { 0 };
            let down = if top + 1 < page.height { stride } else { 0 };
            let at = top * stride + left * C;
            // Between the four nearest pixels.
            let near = |from: usize| &page.data[from..from + C];
            let (a, b, c, d) = (near(at), near(at + across), near(at + down), near(at + down + across));
            for channel in 0..C {
                let upper = u32::from(a[channel]) * (256 - wx) + u32::from(b[channel]) * wx;
                let lower = u32::from(c[channel]) * (256 - wx) + u32::from(d[channel]) * wx;
                out[channel] = ((upper * (256 - wy) + lower * wy + 32_768) >> 16) as u8;
            }
        }
    }
}

/// A field of factors over a picture, known on a coarse grid and smooth between.
#[derive(Clone, Debug)]
pub struct Field {
    columns: usize,
    rows: usize,
    values: Vec<f32>,
}

impl Field {
    /// Builds a field from its value at fractions of the picture.
    pub fn from(columns: usize, rows: usize, value: impl Fn(f32, f32) -> f32) -> Self {
        let mut values = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                values.push(value(column as f32 / (columns - 1) as f32, row as f32 / (rows - 1) as f32));
            }
        }
        Self { columns, rows, values }
    }

    /// Builds a cloudy field: values from `low` to `high` on the grid.
    pub fn clouds(columns: usize, rows: usize, low: f32, high: f32, draw: &mut Draw) -> Self {
        let mut noise = Noise::new(draw);
        Self { columns, rows, values: (0..columns * rows).map(|_| low + (high - low) * noise.unit()).collect() }
    }

    /// Multiplies with another field.
    pub fn times(mut self, other: &Self) -> Self {
        for row in 0..self.rows {
            for column in 0..self.columns {
                let at = (column as f32 / (self.columns - 1) as f32, row as f32 / (self.rows - 1) as f32);
                self.values[row * self.columns + column] *= other.at(at.0, at.1);
            }
        }
        self
    }

    /// Gives the value at fractions of the picture.
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let (fx, fy) = (x * (self.columns - 1) as f32, y * (self.rows - 1) as f32);
        let (left, top) = ((fx as usize).min(self.columns - 2), (fy as usize).min(self.rows - 2));
        let (wx, wy) = (smooth(fx - left as f32), smooth(fy - top as f32));
        let value = |column: usize, row: usize| self.values[row * self.columns + column];
        let upper = value(left, top) * (1.0 - wx) + value(left + 1, top) * wx;
        let lower = value(left, top + 1) * (1.0 - wx) + value(left + 1, top + 1) * wx;
        upper * (1.0 - wy) + lower * wy
    }

    /// Gives the values of a row of `width` pixels at the fraction `y`.
    fn row(&self, y: f32, width: usize, out: &mut Vec<f32>) {
        let fy = y * (self.rows - 1) as f32;
        let top = (fy as usize).min(self.rows - 2);
        let wy = smooth(fy - top as f32);
        let knots: Vec<f32> = (0..self.columns)
            .map(|column| {
                let value = |row: usize| self.values[row * self.columns + column];
                value(top) * (1.0 - wy) + value(top + 1) * wy
            })
            .collect();
        out.clear();
        let step = (self.columns - 1) as f32 / width as f32;
        for x in 0..width {
            let fx = (x as f32 + 0.5) * step;
            let left = (fx as usize).min(self.columns - 2);
            let wx = smooth(fx - left as f32);
            out.push(knots[left] * (1.0 - wx) + knots[left + 1] * wx);
        }
    }

    /// Multiplies a picture by the field.
    pub fn light(&self, picture: &mut Raster) {
        self.each(picture, |value, factor| f32::from(value) * factor);
    }

    /// Fades a picture towards white: 1 keeps, 0 leaves nothing.
    pub fn fade(&self, picture: &mut Raster) {
        self.each(picture, |value, kept| 255.0 - (255.0 - f32::from(value)) * kept.clamp(0.0, 1.0));
    }

    fn each(&self, picture: &mut Raster, change: impl Fn(u8, f32) -> f32) {
        let (width, height, channels) = (picture.width, picture.height, picture.channels);
        let mut factors = Vec::with_capacity(width);
        for (y, row) in picture.data.chunks_exact_mut(width * channels).enumerate() {
            self.row((y as f32 + 0.5) / height as f32, width, &mut factors);
            for (pixel, factor) in row.chunks_exact_mut(channels).zip(&factors) {
                for value in pixel {
                    *value = to_byte(change(*value, *factor));
                }
            }
        }
    }
}

fn smooth(t: f32) -> f32 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Lays `ink` (a picture on white) over `picture` as ink lies on paper, its middle at the fractions `x`, `y`, at most
/// `strength` (0 to 1) dark.
pub fn overprint(picture: &mut Raster, ink: &Raster, x: f64, y: f64, strength: f32) {
    let left = (x * picture.width as f64 - ink.width as f64 / 2.0).round() as i64;
    let top = (y * picture.height as f64 - ink.height as f64 / 2.0).round() as i64;
    let channels = picture.channels;
    for row in 0..ink.height {
        let Ok(to_y) = usize::try_from(top + row as i64) else { continue };
        if to_y >= picture.height {
            break;
        }
        for column in 0..ink.width {
            let Ok(to_x) = usize::try_from(left + column as i64) else { continue };
            if to_x >= picture.width {
                break;
            }
            let from = (row * ink.width + column) * ink.channels;
            let to = (to_y * picture.width + to_x) * channels;
            for channel in 0..channels {
                let shade = f32::from(ink.data[from + channel.min(ink.channels - 1)]) / 255.0;
                let kept = 1.0 - (1.0 - shade) * strength;
                picture.data[to + channel] = to_byte(f32::from(picture.data[to + channel]) * kept);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_painted_where_its_map_says() {
        let dark = Raster::filled(50, 50, 1, [0; 3]);
        for bent in [false, true] {
            let mut picture = Raster::filled(100, 100, 1, [255; 3]);
            let mut map = Map::default();
            if bent {
                map.then_bend(0.0, 1.0, 0.0);
            }
            map.then_rect(0.5, 0.25, 0.75, 0.75);
            page(&mut picture, &dark, &map);
            let count = picture.data.iter().filter(|&&value| value == 0).count();
            assert_eq!(count, 25 * 50);
            assert_eq!((picture.light_at(60, 50), picture.light_at(40, 50)), (0, 255));
        }
    }

    #[test]
    fn rows_of_a_field_are_its_values() {
        let mut draw = Draw::new(0, 0, "field");
        let field = Field::clouds(5, 7, 0.2, 1.0, &mut draw);
        let mut row = Vec::new();
        field.row(0.3, 10, &mut row);
        assert!((row[4] - field.at(0.45, 0.3)).abs() < 1e-5);
    }
}
