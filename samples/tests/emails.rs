//! E-mails that nobody has seen, read by the pipeline without any engine: what comes out is compared with what was meant.
//!
//! The floors are well under what is reached, so that a change of a rule breaks them only where it breaks the reading.

#![allow(clippy::unwrap_used)]

use guichet_models::topics::MailTables;
use guichet_pipeline::engines::{EngineError, Letters, Ocr};
use guichet_pipeline::read::{self, Limits};
use guichet_pipeline::register::Register;
use guichet_pipeline::rules::Rules;
use guichet_pipeline::run::{Batch, Setting};
use guichet_pipeline::score::{Report, score};
use guichet_pipeline::text::Line;
use guichet_pipeline::values::Date;
use guichet_samples::design::{self, Split};
use guichet_samples::mail::dictionary::Fits;
use guichet_samples::mail::papers::Office;
use guichet_samples::mail::texts::Library;
use guichet_samples::typeset::Press;
use guichet_samples::world::World;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

/// E-mails that are made and read.
const COUNT: u64 = 300;

/// Attachments are made with words of their own: nothing has to be recognised.
struct Blind;

impl Ocr for Blind {
    fn recognise(&mut self, _: &image::GrayImage) -> Result<Vec<Line>, EngineError> {
        Ok(Vec::new())
    }

    fn zone_letters(&mut self, _: &image::GrayImage) -> Result<Vec<Letters>, EngineError> {
        Ok(Vec::new())
    }
}

fn timeless() -> u64 {
    0
}

/// Makes e-mails of the part kept for validation and compares what is read of them with the truth.
fn report() -> Report {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/designs"));
    let (press, world, library) = (Press::new(root).unwrap(), World::load(), Library::load().unwrap());
    let (designs, fits) = (design::load(root).unwrap(), Fits::load().unwrap());
    let today = Date::new(2026, 11, 23).unwrap();
    let split = Some(Split::Validation);
    let (press, world, library, fits) = (&press, &world, &library, &fits);
    let office = Office { press, world, library, designs: &designs, fits, today, seed: 21, split };
    let setting = Setting::new(Rules::embedded().unwrap(), None::<Register>, today);
    let setting = setting.with_topics(Some(Arc::new(MailTables::shipped().unwrap())));
    let mut batch = Batch::new(&setting, timeless);
    let (mut results, mut truths): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
    for index in 0..COUNT {
        let made = office.email(index).unwrap().made;
        let read = read::document(&made.bytes, None, &Limits::default(), &mut Blind, timeless, &mut |_| {}).unwrap();
        let name = made.truth["source"].as_str().unwrap().to_owned();
        results.push(serde_json::to_value(batch.source(&name, "", Ok(read))).unwrap());
        truths.push(made.truth);
    }
    score(&results, &truths)
}

#[test]
fn emails_are_read_as_they_were_meant() {
    let report = report();
    let told = format!(
        "categories {:?}, urgencies {:?}, dangers {:?}, fields {:?}",
        report.categories, report.urgencies, report.dangers, report.fields
    );
    assert_eq!((report.files, report.unanswered), (COUNT as usize, 0), "{told}");
    // One in twenty-two by chance.
    assert!(report.categories.rate() > 0.5, "{told}");
    assert!(report.urgencies.rate() > 0.8, "{told}");
    assert!(report.dangers.of == 0 || report.dangers.rate() > 0.6, "{told}");
    assert!(report.fields.f1() > 0.6, "{told}");
    // Who signs and the subject need no guess about the matter.
    assert!(report.by_field["objet"].f1() > 0.95, "{told}: {:?}", report.by_field["objet"]);
    assert!(report.by_field["date_courrier"].f1() > 0.95, "{told}: {:?}", report.by_field["date_courrier"]);
    assert!(report.by_field["expediteur"].f1() > 0.7, "{told}: {:?}", report.by_field["expediteur"]);
}
