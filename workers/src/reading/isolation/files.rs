//! No files: a Landlock domain that grants nothing, and with newer kernels no TCP and no signals to others either.

use super::Layer;
use landlock::{ABI, Access, AccessFs, AccessNet, LandlockStatus, Ruleset, RulesetAttr, RulesetError, Scope};

/// The newest kernel interface that was tried here (Linux 6.15); what an older kernel does not know is left out.
const TRIED: ABI = ABI::V7;

/// Gives up every file, folder and device that is not open yet.
pub(super) fn enter() -> Layer {
    match restrict() {
        Ok(LandlockStatus::Available { effective_abi, .. }) => {
            Layer::Up(format!("aucun accès, Landlock {}", effective_abi.min(TRIED) as i32))
        }
        Ok(LandlockStatus::NotEnabled) => Layer::Missing("Landlock désactivé au démarrage du noyau".to_owned()),
        Ok(LandlockStatus::NotImplemented) => Layer::Missing("noyau sans Landlock".to_owned()),
        Err(error) => Layer::Missing(error.to_string()),
    }
}

fn restrict() -> Result<LandlockStatus, RulesetError> {
    // By default the crate keeps what the running kernel can enforce: files from 5.13, TCP from 6.7, signals from 6.12.
    let domain = Ruleset::default()
        .handle_access(AccessFs::from_all(TRIED))?
        .handle_access(AccessNet::from_all(TRIED))?
        .scope(Scope::from_all(TRIED))?
        .create()?;
    Ok(domain.restrict_self()?.landlock)
}
