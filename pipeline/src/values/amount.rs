//! Amounts of money in euro cents (facts F.4).

/// An amount in cents, possibly negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(pub i64);
