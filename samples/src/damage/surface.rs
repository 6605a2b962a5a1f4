//! What a sheet lies on when it is photographed: wood, cloth, tiles, stone, a plain desk. Invented, grain by grain.

use super::paint::Field;
use super::raster::{Noise, Raster, to_byte};
use crate::draw::Draw;

/// Paints a surface of that size.
pub fn paint(width: usize, height: usize, draw: &mut Draw) -> Raster {
    match draw.below(10) {
        0..=3 => wood(width, height, draw),
        4 | 5 => plain(width, height, draw),
        6 => cloth(width, height, draw),
        7 => tiles(width, height, draw),
        8 => stone(width, height, draw),
        _ => plain(width, height, draw),
    }
}

fn each(width: usize, height: usize, mut pixel: impl FnMut(f32, f32) -> [f32; 3]) -> Raster {
    let mut data = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        for x in 0..width {
            data.extend(pixel(x as f32, y as f32).map(to_byte));
        }
    }
    Raster { width, height, channels: 3, data }
}

fn scaled(colour: [f32; 3], factor: f32) -> [f32; 3] {
    colour.map(|value| value * factor)
}

fn wood(width: usize, height: usize, draw: &mut Draw) -> Raster {
    let colour = draw.one(&[
        [176.0, 130.0, 86.0],
        [140.0, 92.0, 58.0],
        [205.0, 172.0, 128.0],
        [96.0, 66.0, 46.0],
        [188.0, 160.0, 132.0],
        [214.0, 200.0, 180.0],
    ]);
    let upright = draw.chance(0.5);
    let plank = width as f32 / draw.real(2.0, 7.0);
    let warp = Field::clouds(9, 9, -26.0, 26.0, draw);
    let shade = Field::clouds(12, 30, 0.86, 1.1, draw);
    let rings = draw.real(0.12, 0.35);
    let mut noise = Noise::new(draw);
    each(width, height, |x, y| {
        let (u, v) = (x / width as f32, y / height as f32);
        let along = if upright { x } else { y };
        let at = along + warp.at(u, v);
        let grain = (at * rings).sin() * 0.05 + (at * rings * 2.7).sin() * 0.03;
        let joint = if (along % plank) < 1.5 { 0.6 } else { 1.0 };
        scaled(colour, (1.0 + grain + (noise.unit() - 0.5) * 0.05) * shade.at(u, v) * joint)
    })
}

fn plain(width: usize, height: usize, draw: &mut Draw) -> Raster {
    let colour = draw.one(&[
        [228.0, 228.0, 226.0],
        [60.0, 60.0, 64.0],
        [150.0, 152.0, 156.0],
        [200.0, 190.0, 176.0],
        [34.0, 36.0, 40.0],
        [120.0, 138.0, 150.0],
        [168.0, 60.0, 52.0],
    ]);
    let shade = Field::clouds(6, 6, 0.9, 1.06, draw);
    let mut noise = Noise::new(draw);
    let rough = draw.real(0.02, 0.1);
    each(width, height, |x, y| {
        scaled(colour, shade.at(x / width as f32, y / height as f32) + (noise.unit() - 0.5) * rough)
    })
}

fn cloth(width: usize, height: usize, draw: &mut Draw) -> Raster {
    let (one, two) = draw.one(&[
        ([196.0, 40.0, 44.0], [240.0, 236.0, 230.0]),
        ([44.0, 84.0, 150.0], [236.0, 238.0, 240.0]),
        ([120.0, 150.0, 96.0], [232.0, 228.0, 206.0]),
        ([210.0, 170.0, 60.0], [246.0, 240.0, 222.0]),
    ]);
    let square = width as f32 / draw.real(8.0, 24.0);
    let shade = Field::clouds(10, 10, 0.86, 1.08, draw);
    let mut noise = Noise::new(draw);
    each(width, height, |x, y| {
        let dyed = usize::from((x / square) as i32 % 2 == 0) + usize::from((y / square) as i32 % 2 == 0);
        let weave = if ((x as i32) ^ (y as i32)) & 2 == 0 { 0.97 } else { 1.02 };
        let part = dyed as f32 / 2.0;
        let light = shade.at(x / width as f32, y / height as f32) * weave * (0.97 + 0.06 * noise.unit());
        std::array::from_fn(|channel| (one[channel] * part + two[channel] * (1.0 - part)) * light)
    })
}

fn tiles(width: usize, height: usize, draw: &mut Draw) -> Raster {
    let colour = draw.one(&[[206.0, 200.0, 190.0], [168.0, 120.0, 92.0], [226.0, 228.0, 230.0], [92.0, 96.0, 100.0]]);
    let side = width as f32 / draw.real(2.2, 6.0);
    let shade = Field::clouds(14, 18, 0.9, 1.06, draw);
    let mut noise = Noise::new(draw);
    each(width, height, |x, y| {
        let joint = if x % side < 3.0 || y % side < 3.0 { 0.72 } else { 1.0 };
        scaled(colour, shade.at(x / width as f32, y / height as f32) * joint + (noise.unit() - 0.5) * 0.04)
    })
}

fn stone(width: usize, height: usize, draw: &mut Draw) -> Raster {
    let colour = draw.one(&[[128.0, 126.0, 124.0], [70.0, 68.0, 70.0], [190.0, 178.0, 164.0]]);
    let veins = Field::clouds(40, 50, 0.72, 1.25, draw);
    let mut noise = Noise::new(draw);
    each(width, height, |x, y| {
        let speck = if noise.next().is_multiple_of(23) { 0.5 } else { 1.0 };
        scaled(colour, veins.at(x / width as f32, y / height as f32) * speck + (noise.unit() - 0.5) * 0.22)
    })
}
