//! `guichet explain`: what was read on one file, with what else it could have been, each check, and the decision.
//!
//! The pages are drawn with a numbered frame around each value, the numbers being those of the text.

mod drawing;
mod story;

use crate::cli::ExplainArgs;
use crate::clock;
use crate::house::House;
use crate::interrupt::Interrupt;
use crate::reading::{self, Event, Seat, source};
use crate::stop::Stop;
use crate::terminal::Screen;
use crate::understanding::understood;
use drawing::Frame;
use guichet_pipeline::document::ReadPage;
use guichet_pipeline::geometry::Turn;
use guichet_pipeline::run::{Batch, Trace};
use image::{RgbImage, imageops};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Runs the command.
///
/// # Errors
/// When something has to be mended first, the machine fails, or the user stops the run.
pub(crate) fn run(asked: &ExplainArgs) -> Result<(), Stop> {
    let house = House::open(&asked.house)?;
    let interrupt = Interrupt::listen().map_err(|error| Stop::machine(format!("signaux : {error}")))?;
    let files = [asked.file.clone()];
    if asked.file.is_dir() {
        let name = asked.file.display();
        return Err(Stop::usage(format!("{name} est un dossier : donner un seul fichier, ou « guichet process »")));
    }
    let mut batch = Batch::new(&house.setting, clock::stopwatch);
    let mut told = None;
    reading::read_all(&files, &house.settings, 1, &interrupt, &mut |event| {
        if let Event::Next(read) = event {
            let name = asked.file.to_string_lossy();
            let pages = read.document.as_ref().map(|document| document.pages.clone()).unwrap_or_default();
            let (result, traces) = understood(&mut batch, &name, &read.sha256, read.document);
            told = Some((result, traces, pages));
        }
        Ok(())
    })?;
    let Some((result, traces, pages)) = told else { return Ok(()) };
    let screen = Screen::Out;
    screen.say(&story::tell(&result, &traces, &house.setting.lexicon.rules, screen.colours()));
    if result.error.is_some() {
        return Ok(());
    }
    let bytes = source::load(&asked.file, house.settings.limites.octets_max).bytes;
    let Ok(bytes) = bytes else { return Ok(()) };
    let mut seat = Seat::new(&house.settings, &interrupt);
    for (number, mut frames) in framed_pages(&traces) {
        let Some(page) = pages.iter().find(|page| page.number == number) else { continue };
        frames.iter_mut().for_each(|frame| frame.rect = page.seen(&frame.rect));
        match seat.picture(&bytes, number)? {
            Ok(picture) => screen.say(&draw(picture, page, &frames, asked)?),
            Err(fault) => screen.say(&format!("page {number} : {}", fault.message)),
        }
    }
    Ok(())
}

/// Draws one page and says where the picture is.
fn draw(picture: RgbImage, page: &ReadPage, frames: &[Frame], asked: &ExplainArgs) -> Result<String, Stop> {
    let upright = match page.turn {
        Turn::None => picture,
        Turn::Right => imageops::rotate90(&picture),
        Turn::Half => imageops::rotate180(&picture),
        Turn::Left => imageops::rotate270(&picture),
    };
    let path = picture_path(&asked.images, &asked.file, page.number);
    let refused = |error: String| Stop::usage(format!("{} : impossible d'y écrire ({error})", path.display()));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| refused(source::reason(&error)))?;
    }
    let mut picture = upright;
    drawing::draw(&mut picture, frames);
    picture.save(&path).map_err(|error| refused(error.to_string()))?;
    Ok(format!("Page {} dessinée : {}", page.number, path.display()))
}

fn picture_path(folder: &Path, file: &Path, page: u32) -> PathBuf {
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    folder.join(format!("{stem}-page-{page}.png"))
}

/// Gives the frames of every page that has a value, numbered as the text tells them.
fn framed_pages(traces: &[Trace]) -> BTreeMap<u32, Vec<Frame>> {
    let mut pages: BTreeMap<u32, Vec<Frame>> = BTreeMap::new();
    let fields = traces.iter().flat_map(|trace| &trace.extraction.fields);
    for (number, field) in (1..).zip(fields) {
        let best = &field.readings[0];
        pages.entry(best.page).or_default().push(Frame { number, rect: best.rect });
    }
    pages
}
