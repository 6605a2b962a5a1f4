//! What a landlord may recover of an insurance taken on a tenant's behalf (loi 89-462, art. 7 g; décret 2016-383).

use serde::{Deserialize, Serialize};

/// The highest increase that compensates the landlord's work, in thousandths of the premium (décret 2016-383).
pub const MAX_INCREASE_PERMILLE: u32 = 100;

/// A premium that is too high to be recovered as asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("increase of {permille} ‰ of the premium, the law allows at most {MAX_INCREASE_PERMILLE} ‰ (10 %)")]
pub struct IncreaseTooHigh {
    /// What was asked.
    pub permille: u32,
}

/// The yearly premium and its increase; no increase beyond the cap can be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Asked")]
pub struct Premium {
    annual_cents: u32,
    increase_permille: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    annual_cents: u32,
    #[serde(default)]
    increase_permille: u32,
}

impl TryFrom<Asked> for Premium {
    type Error = IncreaseTooHigh;

    fn try_from(asked: Asked) -> Result<Self, IncreaseTooHigh> {
        Self::new(asked.annual_cents, asked.increase_permille)
    }
}

impl Premium {
    /// Builds it from the insurer's yearly premium in cents and the increase in thousandths of it.
    ///
    /// # Errors
    /// An increase beyond a tenth of the premium.
    pub fn new(annual_cents: u32, increase_permille: u32) -> Result<Self, IncreaseTooHigh> {
        if increase_permille > MAX_INCREASE_PERMILLE {
            return Err(IncreaseTooHigh { permille: increase_permille });
        }
        Ok(Self { annual_cents, increase_permille })
    }

    /// Gives the insurer's yearly premium, in cents.
    pub fn annual_cents(self) -> u32 {
        self.annual_cents
    }

    /// Gives the increase, in thousandths of the premium.
    pub fn increase_permille(self) -> u32 {
        self.increase_permille
    }

    /// Gives what the tenant owes for a year, in cents, rounded down.
    pub fn recovered_cents(self) -> u32 {
        let thousandths = u64::from(self.annual_cents) * u64::from(1000 + self.increase_permille);
        u32::try_from(thousandths / 1000).unwrap_or(u32::MAX)
    }

    /// Gives the line of one month, in cents: a twelfth, rounded down so that twelve of them never exceed the cap.
    pub fn monthly_cents(self) -> u32 {
        let thousandths = u64::from(self.annual_cents) * u64::from(1000 + self.increase_permille);
        u32::try_from(thousandths / 12_000).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Case {
        annual: u32,
        permille: u32,
        year: u32,
        month: u32,
    }

    #[test]
    fn a_twelfth_of_the_premium_and_its_increase() {
        let cases = [
            // Facts H-32 and H-33.
            Case { annual: 12_000, permille: 100, year: 13_200, month: 1_100 },
            Case { annual: 9_700, permille: 100, year: 10_670, month: 889 },
            Case { annual: 10_000, permille: 100, year: 11_000, month: 916 },
            Case { annual: 10_000, permille: 0, year: 10_000, month: 833 },
            Case { annual: 0, permille: 100, year: 0, month: 0 },
            Case { annual: 3_000_000_000, permille: 100, year: 3_300_000_000, month: 275_000_000 },
        ];
        for Case { annual, permille, year, month } in cases {
            let premium = Premium::new(annual, permille).unwrap();
            assert_eq!((premium.recovered_cents(), premium.monthly_cents()), (year, month), "{annual} +{permille} ‰");
            assert!(u64::from(premium.monthly_cents()) * 12 <= u64::from(year), "{annual}");
        }
    }

    #[test]
    fn more_than_a_tenth_cannot_be_built() {
        assert_eq!(Premium::new(12_000, 101), Err(IncreaseTooHigh { permille: 101 }));
        let read = serde_json::from_str::<Premium>(r#"{"annual_cents": 12000, "increase_permille": 150}"#);
        assert!(read.unwrap_err().to_string().contains("at most 100 ‰"));
    }
}
