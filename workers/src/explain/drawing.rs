//! Numbered frames on a picture of a page.

use guichet_pipeline::geometry::Rect;
use image::{Rgb, RgbImage};

/// A frame to draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Frame {
    /// Printed on its flag.
    pub(super) number: usize,
    /// Where, in fractions of the page.
    pub(super) rect: Rect,
}

/// Colours that tell neighbours apart on paper (chosen by eye on grey scans).
const COLOURS: [[u8; 3]; 6] =
    [[200, 30, 40], [20, 100, 190], [20, 130, 60], [150, 60, 170], [190, 110, 0], [0, 130, 140]];
/// Digits of three by five points, a row of bits each.
const DIGITS: [[u8; 5]; 10] = [
    [7, 5, 5, 5, 7],
    [2, 6, 2, 2, 7],
    [7, 1, 7, 4, 7],
    [7, 1, 7, 1, 7],
    [5, 5, 7, 1, 1],
    [7, 4, 7, 1, 7],
    [7, 4, 7, 5, 7],
    [7, 1, 1, 1, 1],
    [7, 5, 7, 5, 7],
    [7, 5, 7, 1, 7],
];
/// Pixels of a point of a digit on a page 1,000 pixels wide.
const POINT: u32 = 3;

/// Draws the frames and their flags.
pub(super) fn draw(picture: &mut RgbImage, frames: &[Frame]) {
    let point = (picture.width() * POINT / 1000).max(2);
    for frame in frames {
        let colour = Rgb(COLOURS[frame.number % COLOURS.len()]);
        let (width, height) = (picture.width() as f32, picture.height() as f32);
        let (x0, y0) = ((frame.rect.x0 * width) as i64 - 3, (frame.rect.y0 * height) as i64 - 3);
        let (x1, y1) = ((frame.rect.x1 * width) as i64 + 3, (frame.rect.y1 * height) as i64 + 3);
        let thick = i64::from(point) - 1;
        fill(picture, (x0, y0), (x1, y0 + thick), colour);
        fill(picture, (x0, y1 - thick), (x1, y1), colour);
        fill(picture, (x0, y0), (x0 + thick, y1), colour);
        fill(picture, (x1 - thick, y0), (x1, y1), colour);
        flag(picture, (x1, y0), frame.number, point, colour);
    }
}

/// Draws a flag with a number, its bottom left corner at `at`, kept on the picture.
fn flag(picture: &mut RgbImage, at: (i64, i64), number: usize, point: u32, colour: Rgb<u8>) {
    let digits: Vec<usize> = number.to_string().bytes().map(|digit| usize::from(digit - b'0')).collect();
    let point = i64::from(point);
    let (wide, high) = ((digits.len() as i64 * 4 + 1) * point, 7 * point);
    let left = at.0.min(i64::from(picture.width()) - wide).max(0);
    let top = (at.1 - high / 2).max(0);
    fill(picture, (left, top), (left + wide, top + high), colour);
    for (index, digit) in digits.into_iter().enumerate() {
        for (row, bits) in DIGITS[digit].into_iter().enumerate() {
            for column in (0..3).filter(|column| bits >> (2 - column) & 1 == 1) {
                let x = left + (index as i64 * 4 + column + 1) * point;
                let y = top + (row as i64 + 1) * point;
                fill(picture, (x, y), (x + point, y + point), Rgb([255; 3]));
            }
        }
    }
}

fn fill(picture: &mut RgbImage, from: (i64, i64), to: (i64, i64), colour: Rgb<u8>) {
    let within = |value: i64, most: u32| value.clamp(0, i64::from(most)) as u32;
    let (width, height) = picture.dimensions();
    for y in within(from.1, height)..within(to.1, height) {
        for x in within(from.0, width)..within(to.0, width) {
            picture.put_pixel(x, y, colour);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_surround_their_place_and_stay_on_the_picture() {
        let mut picture = RgbImage::from_pixel(1400, 1000, Rgb([255; 3]));
        let frames = [
            Frame { number: 1, rect: Rect::new(0.1, 0.1, 0.5, 0.2) },
            Frame { number: 12, rect: Rect::new(0.9, 0.0, 1.0, 1.0) },
        ];
        draw(&mut picture, &frames);
        assert_eq!(picture.get_pixel(300, 98).0, COLOURS[1]);
        assert_eq!(picture.get_pixel(300, 150).0, [255; 3], "the value itself stays as it is");
        assert!((1200..1400).any(|x| picture.get_pixel(x, 4).0 == COLOURS[0]));
    }

    #[test]
    fn small_pictures_do_no_harm() {
        let mut picture = RgbImage::new(3, 3);
        draw(&mut picture, &[Frame { number: 99, rect: Rect::new(0.0, 0.0, 1.0, 1.0) }]);
        assert_eq!(picture.dimensions(), (3, 3));
    }
}
