//! Understanding with the rules and the register of the house, as of today.

use crate::cli::HouseArgs;
use crate::clock;
use crate::house::{House, rule_pages};
use crate::runner::{Beside, Thinker, Understood, Versions};
use crate::settings::Settings;
use crate::stop::Stop;
use crate::understanding::understood;
use guichet_pipeline::document::{Fault, ReadDocument};
use guichet_pipeline::run::{Batch, Setting};
use guichet_pipeline::values::Date;
use std::sync::{Arc, Mutex};

/// The rules and the register, compiled.
#[derive(Debug)]
pub(super) struct HouseThinker {
    setting: Mutex<Arc<Setting>>,
    /// A date that was asked for stays; otherwise it is today, whenever that is.
    fixed: Option<Date>,
}

impl HouseThinker {
    /// Loads what the command line names; gives the settings too, and what results depend on.
    pub(super) fn open(asked: &HouseArgs) -> Result<(Settings, Self, Versions), Stop> {
        let House { settings, setting } = House::open(asked)?;
        let register = match &asked.contracts {
            Some(path) => std::fs::read(path).map(|bytes| crate::blobs::hash(&bytes)),
            None => Ok(String::new()),
        };
        let register = register.map_err(|error| Stop::usage(format!("registre illisible : {error}")))?;
        let versions = Versions {
            reading: Versions::of_reading(&settings),
            rules: Versions::of_rules(&rule_pages(asked.rules.as_deref())?.pages),
            register,
            encoder: setting.encoder.as_ref().map(|encoder| encoder.version()).unwrap_or_default(),
            topics: setting.topics.as_ref().map(|topics| topics.version()).unwrap_or_default(),
        };
        let setting = Mutex::new(Arc::new(setting));
        Ok((settings, Self { setting, fixed: asked.as_of }, versions))
    }

    fn setting(&self) -> Arc<Setting> {
        let today = self.today();
        let mut setting = self.setting.lock().unwrap_or_else(|broken| broken.into_inner());
        if setting.today != today {
            *setting = Arc::new(Setting { today, ..Setting::clone(&setting) });
        }
        Arc::clone(&setting)
    }
}

impl Thinker for HouseThinker {
    fn today(&self) -> Date {
        self.fixed.unwrap_or_else(clock::today)
    }

    fn understand(&self, name: &str, sha256: &str, read: Result<ReadDocument, Fault>, beside: &Beside) -> Understood {
        let setting = self.setting();
        let batch = Batch::new(&setting, clock::stopwatch);
        let mut batch = batch.answering(beside.answers.clone()).knowing(&beside.earlier);
        let (result, traces) = understood(&mut batch, name, sha256, read);
        let signals = traces.iter().filter_map(|trace| trace.signal.clone()).collect();
        Understood { result, signals, signatures: traces.into_iter().map(|trace| trace.signature).collect() }
    }
}
