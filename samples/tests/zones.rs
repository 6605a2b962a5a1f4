//! Machine-readable zones, printed as identity papers print them, worn as copies wear them, and read.

use guichet_models::zone::ZoneNet;
use guichet_pipeline::engines::STRIP_HEIGHT;
use guichet_pipeline::values::mrz::ALPHABET;
use guichet_samples::typeset::Press;
use image::imageops::{self, FilterType};
use std::path::Path;

/// A line with every letter and digit.
const LINE: &str = "P<UTOQUICKBROWNFOX<<JUMPS<OVERLAZY<D1234567890";

/// Gives what the network reads in the middles of the letters of the line, set in a typeface and blurred.
fn told(press: &Press, net: &ZoneNet, family: &str, blur: f32) -> String {
    let text = format!(
        "#set page(width: {}pt, height: 32pt, margin: 0pt)\n#set text(font: \"{family}\", top-edge: \"baseline\", \
         bottom-edge: \"baseline\")\n#for (rang, lettre) in \"{LINE}\".clusters().enumerate() {{\n\
         place(top + left, dx: rang * 20pt, dy: 26pt, box(width: 20pt, align(center, text(size: 28.5pt, lettre))))\n}}\n",
        20 * LINE.len(),
    );
    let large = imageops::grayscale(&press.set_text(&text).expect("the line is set").pixels(0, 144.0));
    let worn = imageops::blur(&large, blur);
    let strip = imageops::resize(&worn, 20 * LINE.len() as u32, STRIP_HEIGHT, FilterType::Triangle);
    let columns = net.letters(&strip).expect("the strip is read");
    let letter = |at: usize| {
        let chances = &columns[10 * at + 5];
        let best = (0..chances.len()).max_by(|a, b| chances[*a].total_cmp(&chances[*b])).expect("there are classes");
        ALPHABET.chars().nth(best).unwrap_or('_')
    };
    (0..LINE.len()).map(letter).map(folded).collect()
}

/// The letter and the digit that look alike are told apart by what may stand where, not by their shape.
fn folded(letter: char) -> char {
    if letter == '0' { 'O' } else { letter }
}

#[test]
fn a_sharp_line_is_read_whole_and_a_worn_one_nearly() {
    let press = Press::new(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/designs"))).unwrap();
    let net = ZoneNet::shipped().unwrap();
    for family in ["OCR B", "Liberation Mono"] {
        let line: String = LINE.chars().map(folded).collect();
        assert_eq!(told(&press, &net, family, 0.5), line, "{family}");
        let worn = told(&press, &net, family, 3.0);
        let wrong = worn.chars().zip(line.chars()).filter(|(told, right)| told != right).count();
        assert!(wrong <= 3, "{family}: {worn}");
    }
}
