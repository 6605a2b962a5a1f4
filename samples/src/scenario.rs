//! Which situation a paper is in: good, or odd in one or two ways.

use crate::decision::Reason;
use crate::draw::Draw;

/// What is odd about a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Twist {
    /// The cover ended before the reference date.
    Ended,
    /// It begins after.
    Later,
    /// The insurer says that the contract is suspended, ended or about to be.
    Terminated,
    /// The covers listed are none of a tenant.
    NoCover,
    /// Made for an owner who does not live there.
    Landlord,
    /// Made for an owner who lives there.
    Owner,
    /// Neither persons nor address are in the register.
    Unknown,
    /// Another household at the tenant's address.
    OtherName,
    /// Somebody of the tenant's surname, the tenant not named.
    Relative,
    /// The tenant, at another door of the building.
    OtherFlat,
    /// The tenant, at another number of the street.
    OtherNumber,
    /// The tenant, in another street.
    OtherStreet,
    /// The tenant, in another town.
    OtherTown,
    /// No policy number.
    NoNumber,
    /// The sender blacked the number out.
    Masked,
    /// Renewed tacitly, no last day.
    NoEnd,
    /// The tenant of two flats; the paper does not say which.
    Double,
    /// The paper of another tenant, taken in before, under this tenant's name.
    Copied,
    /// Somebody changed the paper.
    Forged,
}

impl Twist {
    /// Gives the reason that it leads to; what is missing shows in the truth.
    pub fn reason(self) -> Option<Reason> {
        Some(match self {
            Self::Ended => Reason::Echue,
            Self::Later => Reason::PasEncoreValide,
            Self::Terminated => Reason::Resiliee,
            Self::NoCover => Reason::GarantieAbsente,
            Self::Landlord | Self::Owner => Reason::QualiteIncompatible,
            Self::Unknown => Reason::ContratIntrouvable,
            Self::OtherName | Self::Relative => Reason::NomDifferent,
            Self::OtherFlat | Self::OtherNumber | Self::OtherStreet | Self::OtherTown => Reason::AdresseDifferente,
            Self::Double => Reason::Ambigu,
            Self::Copied => Reason::Doublon,
            Self::Forged => Reason::AlterationSuspectee,
            Self::NoNumber | Self::Masked | Self::NoEnd => return None,
        })
    }

    /// Tells whether it is about which lease the paper belongs to.
    pub fn is_about_lease(self) -> bool {
        matches!(self, Self::Unknown | Self::Double) || self.is_about_name() || self.is_about_address()
    }

    /// Tells whether the persons are others.
    pub fn is_about_name(self) -> bool {
        matches!(self, Self::OtherName | Self::Relative)
    }

    /// Tells whether the address is another.
    pub fn is_about_address(self) -> bool {
        matches!(self, Self::OtherFlat | Self::OtherNumber | Self::OtherStreet | Self::OtherTown)
    }

    /// Tells whether both may be true of one paper, and told apart.
    fn stands_beside(self, other: Self) -> bool {
        let group = |twist: Self| match twist {
            Self::Ended | Self::Later | Self::NoEnd => 0,
            Self::Terminated => 1,
            Self::NoCover => 2,
            Self::Landlord | Self::Owner => 3,
            Self::NoNumber | Self::Masked => 4,
            _ => 5,
        };
        // An ended contract that begins next month, or a landlord's paper of a tenant's relative, is nobody's paper.
        let odd = [self, other].contains(&Self::Later) && [self, other].contains(&Self::Terminated);
        group(self) != group(other) && !odd
    }
}

/// The situations of attestations with their weights: about 45 % are good.
const SITUATIONS: &[(f64, Option<Twist>)] = &[
    (41.0, None),
    (8.0, Some(Twist::Ended)),
    (3.0, Some(Twist::Later)),
    (4.0, Some(Twist::Terminated)),
    (3.5, Some(Twist::NoCover)),
    (2.5, Some(Twist::Landlord)),
    (1.5, Some(Twist::Owner)),
    (3.5, Some(Twist::Unknown)),
    (2.5, Some(Twist::OtherName)),
    (2.5, Some(Twist::Relative)),
    (1.5, Some(Twist::OtherFlat)),
    (1.2, Some(Twist::OtherNumber)),
    (1.2, Some(Twist::OtherStreet)),
    (1.2, Some(Twist::OtherTown)),
    (2.0, Some(Twist::NoNumber)),
    (1.2, Some(Twist::Masked)),
    (2.0, Some(Twist::NoEnd)),
    (1.2, Some(Twist::Double)),
    (1.5, Some(Twist::Copied)),
    (4.5, Some(Twist::Forged)),
];
/// Share of odd papers that are odd in two ways.
const TWICE_ODD_SHARE: f64 = 0.1;

/// Draws the situation of an attestation.
pub fn attestation(draw: &mut Draw) -> Vec<Twist> {
    let Some(first) = *draw.weighted(SITUATIONS) else { return Vec::new() };
    let mut twists = vec![first];
    // A copy and a forgery are made to look good.
    if !matches!(first, Twist::Copied | Twist::Forged)
        && draw.chance(TWICE_ODD_SHARE)
        && let Some(second) = *draw.weighted(SITUATIONS)
        && !matches!(second, Twist::Copied | Twist::Forged)
        && first.stands_beside(second)
    {
        twists.push(second);
    }
    twists
}

/// Draws the situation of another paper of a home contract: the lease it names may be unknown.
pub fn look_alike(draw: &mut Draw) -> Vec<Twist> {
    draw.weighted(&[(9.0, None), (1.0, Some(Twist::Unknown))]).iter().copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn about_45_percent_are_good_and_every_situation_comes_up() {
        let mut counts: BTreeMap<Vec<Twist>, usize> = BTreeMap::new();
        for index in 0..4000 {
            *counts.entry(attestation(&mut Draw::new(1, index, "situation"))).or_default() += 1;
        }
        let good = counts[&Vec::new()];
        assert!((1600..2100).contains(&good), "{good}");
        for (_, twist) in SITUATIONS {
            let Some(twist) = twist else { continue };
            assert!(counts.keys().any(|twists| twists.contains(twist)), "{twist:?}");
        }
        assert!(counts.keys().any(|twists| twists.len() == 2));
    }
}
