//! French postal addresses and how two of them compare (facts F.7).

use serde::{Deserialize, Serialize};

/// An address in the catalogue's normal form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Address {
    /// Number, suffix and street: `12 bis rue des Lilas`.
    pub ligne: String,
    /// Building, stairs, floor, flat, residence; `None` where the paper gives none.
    pub complement: Option<String>,
    /// Five digits.
    pub code_postal: String,
    /// Town as printed, without CEDEX.
    pub commune: String,
}
