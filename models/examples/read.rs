//! Prints what is read on a file, line by line: `cargo run -p guichet-models --example read -- FILE`.

use guichet_models::Tesseract;
use guichet_pipeline::read::{Limits, document};
use std::path::Path;
use std::sync::LazyLock;
use std::time::Instant;

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut ocr = Tesseract::new(Path::new("/usr/share/tesseract-ocr/5/tessdata"), "fra")?;
    for file in std::env::args().skip(1) {
        let bytes = std::fs::read(&file)?;
        match document(&bytes, None, &Limits::default(), &mut ocr, || START.elapsed().as_micros() as u64, &mut |_| ()) {
            Err(error) => println!("{file}: {error}"),
            Ok(read) => {
                println!(
                    "{file}: {:?} {} ms + {} ms {:?} {:?}",
                    read.format, read.read_ms, read.ocr_ms, read.metadata, read.signs
                );
                for page in read.pages {
                    println!("-- page {} {:?} {:?}", page.number, page.layer.origin, page.legibility);
                    for line in &page.layer.lines {
                        println!(
                            "{:.3} {:.3} {:.2}  {}",
                            line.rect.y0,
                            line.rect.x0,
                            line.words.iter().map(|w| w.confidence).sum::<f32>() / line.words.len() as f32,
                            line.text()
                        );
                    }
                }
            }
        }
    }
    Ok(())
}
