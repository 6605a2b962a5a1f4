//! Understanding with the rules and the register of the house, as of today.

use crate::cli::HouseArgs;
use crate::clock;
use crate::house::{self, House, rule_pages};
use crate::register::{Live, Origin};
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
    live: Option<Arc<Live>>,
    /// A date that was asked for stays; otherwise it is today, whenever that is.
    fixed: Option<Date>,
}

/// What a house thinks with, opened.
pub(super) struct Opened {
    pub(super) settings: Settings,
    pub(super) thinker: HouseThinker,
    /// What results depend on.
    pub(super) versions: Versions,
    /// Where the register is, and the one in use.
    pub(super) register: Option<(Origin, Arc<Live>)>,
}

impl HouseThinker {
    /// Loads what the command line names.
    pub(super) fn open(asked: &HouseArgs) -> Result<Opened, Stop> {
        let House { settings, setting, reading } = House::open(asked)?;
        let live = reading.map(|reading| Arc::new(Live::new(reading)));
        let versions = Versions {
            reading: Versions::of_reading(&settings),
            rules: Versions::of_rules(&rule_pages(asked.rules.as_deref())?.pages),
            encoder: setting.encoder.as_ref().map(|encoder| encoder.version()).unwrap_or_default(),
            topics: setting.topics.as_ref().map(|topics| topics.version()).unwrap_or_default(),
        };
        let register = house::origin(asked, &settings)?.zip(live.clone());
        let thinker = Self { setting: Mutex::new(Arc::new(setting)), live, fixed: asked.as_of };
        Ok(Opened { settings, thinker, versions, register })
    }

    /// Gives what to decide with now, and the hash of the register in it.
    fn now(&self) -> (Arc<Setting>, Option<String>) {
        let today = self.fixed.unwrap_or_else(clock::today);
        let reading = self.live.as_ref().map(|live| live.reading());
        let register = reading.as_ref().map(|reading| &reading.register);
        let mut setting = self.setting.lock().unwrap_or_else(|broken| broken.into_inner());
        let is_same = match (&setting.register, register) {
            (Some(mine), Some(now)) => Arc::ptr_eq(mine, now),
            (mine, now) => mine.is_none() && now.is_none(),
        };
        if setting.today != today || !is_same {
            let register = register.cloned();
            *setting = Arc::new(Setting { today, ..Setting::clone(&setting) }.with_register(register));
        }
        (Arc::clone(&setting), reading.map(|reading| reading.hash.clone()))
    }
}

impl Thinker for HouseThinker {
    fn register(&self) -> Option<String> {
        self.live.as_ref().map(|live| live.reading().hash.clone())
    }

    fn understand(&self, name: &str, sha256: &str, read: Result<ReadDocument, Fault>, beside: &Beside) -> Understood {
        let (setting, register) = self.now();
        let batch = Batch::new(&setting, clock::stopwatch);
        let mut batch = batch.answering(beside.answers.clone()).knowing(&beside.earlier);
        let (result, traces) = understood(&mut batch, name, sha256, read);
        let signals = traces.iter().filter_map(|trace| trace.signal.clone()).collect();
        let signatures = traces.into_iter().map(|trace| trace.signature).collect();
        Understood { result, signals, signatures, today: setting.today, register }
    }
}
