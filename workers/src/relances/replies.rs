//! A source that quotes the code of a letter answers that letter: to whom it went, the database knows.

use crate::store::{Store, StoreError};
use guichet_pipeline::relance::reference::ReplyCode;
use std::collections::BTreeSet;

/// A letter that is answered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Answered {
    /// The lease to which it went.
    pub(crate) lease: String,
    /// Its code.
    pub(crate) reference: String,
}

/// Gives the letters whose codes these are: those that this house issued, drawn with its own secret. A code that stands
/// for several leases tells nothing.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn answered(store: &Store, codes: &[ReplyCode]) -> Result<Vec<Answered>, StoreError> {
    let mut found = Vec::new();
    if codes.is_empty() {
        return Ok(found);
    }
    let Some(secret) = store.kept("relance_secret").await? else { return Ok(found) };
    for code in codes {
        let reference = code.to_string();
        let keys = store.keys_of_reference(&reference).await?;
        let drawn = keys.into_iter().filter(|key| {
            let period = format!("{}/{}", key.obligation, key.period);
            ReplyCode::new(secret.as_bytes(), &key.lease, &period, &key.step) == *code
        });
        let leases: BTreeSet<String> = drawn.map(|key| key.lease).collect();
        if leases.len() == 1 {
            found.extend(leases.into_iter().map(|lease| Answered { lease, reference: reference.clone() }));
        }
    }
    found.sort();
    found.dedup_by(|one, other| one.lease == other.lease);
    Ok(found)
}
