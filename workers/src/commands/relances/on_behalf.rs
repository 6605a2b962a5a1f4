//! Insurance that the landlord takes out on a tenant's behalf (loi 89-462, art. 7 g), as agents write it down: taken, copied,
//! ended. The program takes none out and ends none.

use super::agents::over;
use super::args::InsureArgs;
use crate::clock::Moment;
use crate::relances::{Taken, on_behalf};
use crate::stop::Stop;
use crate::store::relances::{Act, ActKind};
use guichet_pipeline::relance::OnBehalf;
use guichet_pipeline::relance::premium::{MAX_INCREASE_PERMILLE, Premium};
use guichet_pipeline::values::Date;

/// Runs `guichet relances insure`.
pub(super) fn insure(asked: &InsureArgs) -> Result<(), Stop> {
    over(&asked.place, async |store| {
        let known = on_behalf(&store.lease_facts(&asked.lease).await?.acts);
        let (kind, day, detail) = act(asked, known.as_ref())?;
        let act = Act {
            lease: asked.lease.clone(),
            kind,
            day: day.to_string(),
            detail,
            author: asked.author.name(),
            at: Moment::now(),
        };
        store.add_act(&act).await?;
        println!("{}", told(kind, day, asked));
        Ok(())
    })
}

/// Gives what is written down, or why it cannot be.
fn act(asked: &InsureArgs, known: Option<&OnBehalf>) -> Result<(ActKind, Date, String), Stop> {
    let refused = |why: String| Stop::usage(format!("bail {} : {why}", asked.lease));
    let day = asked.from.or(asked.copy).or(asked.end).ok_or_else(|| refused("donner un jour".to_owned()))?;
    if asked.from.is_some() {
        let running = known.filter(|contract| contract.end.is_none_or(|end| end >= day));
        if let Some(contract) = running {
            let start = contract.start.in_french();
            return Err(refused(format!(
                "une assurance pour compte court déjà depuis le {start} : noter sa fin avec --end"
            )));
        }
        let taken = Taken { premium: premium(asked)?, insurer: asked.insurer.clone(), policy: asked.policy.clone() };
        let detail = serde_json::to_string(&taken).map_err(|error| Stop::machine(error.to_string()))?;
        return Ok((ActKind::OnBehalf, day, detail));
    }
    let contract =
        known.ok_or_else(|| refused("aucune assurance pour compte n'est notée (--from et --premium)".to_owned()))?;
    if day < contract.start {
        let start = contract.start.in_french();
        return Err(refused(format!("le {} est avant le début du contrat, le {start}", day.in_french())));
    }
    if let Some(end) = contract.end.filter(|_| asked.end.is_some()) {
        return Err(refused(format!("la fin de ce contrat est déjà notée, au {}", end.in_french())));
    }
    let kind = if asked.end.is_some() { ActKind::OnBehalfEnd } else { ActKind::OnBehalfCopy };
    Ok((kind, day, "{}".to_owned()))
}

/// Gives the premium; an increase beyond the cap is refused.
fn premium(asked: &InsureArgs) -> Result<Premium, Stop> {
    let (annual, permille) = (asked.premium.unwrap_or_default(), asked.increase.unwrap_or_default());
    Premium::new(annual, permille).map_err(|_| {
        let percent = |permille: u32| format!("{},{}", permille / 10, permille % 10).replace(",0", "");
        Stop::usage(format!(
            "bail {} : majoration de {} % refusée : le décret n° 2016-383 du 30 mars 2016 la limite à {} % de la prime",
            asked.lease,
            percent(permille),
            percent(MAX_INCREASE_PERMILLE)
        ))
    })
}

fn told(kind: ActKind, day: Date, asked: &InsureArgs) -> String {
    let (lease, day) = (&asked.lease, day.in_french());
    match kind {
        ActKind::OnBehalf => {
            let monthly = premium(asked).map(Premium::monthly_cents).unwrap_or_default();
            format!(
                "Bail {lease} : assuré pour compte depuis le {day} ; {},{:02} € par mois au plus sur l'avis d'échéance et la quittance.",
                monthly / 100,
                monthly % 100
            )
        }
        ActKind::OnBehalfEnd => format!("Bail {lease} : fin de l'assurance pour compte le {day}."),
        ActKind::OnBehalfCopy => format!("Bail {lease} : copie du contrat remise le {day}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::from_iso(text).unwrap()
    }

    fn asked(from: Option<&str>, copy: Option<&str>, end: Option<&str>) -> InsureArgs {
        let [from, copy, end] = [from, copy, end].map(|day| day.map(date));
        let premium = from.map(|_| 12_000);
        InsureArgs { lease: "L-1".to_owned(), from, copy, end, premium, ..InsureArgs::default() }
    }

    #[test]
    fn only_what_can_be_is_written_down() {
        let premium = Premium::new(12_000, 0).unwrap();
        let running = OnBehalf::new(date("2027-06-21"), premium);
        let over = OnBehalf { end: Some(date("2027-09-30")), ..running.clone() };
        struct Case<'a>(InsureArgs, Option<&'a OnBehalf>, Result<&'a str, &'a str>);
        for Case(asked, known, expected) in [
            Case(asked(Some("2027-06-21"), None, None), None, Ok("on_behalf")),
            Case(asked(Some("2027-07-01"), None, None), Some(&running), Err("court déjà depuis le 21/06/2027")),
            Case(asked(Some("2027-09-30"), None, None), Some(&over), Err("court déjà")),
            Case(asked(Some("2027-10-01"), None, None), Some(&over), Ok("on_behalf")),
            Case(asked(None, Some("2027-06-22"), None), None, Err("aucune assurance pour compte n'est notée")),
            Case(asked(None, Some("2027-06-22"), None), Some(&running), Ok("on_behalf_copy")),
            Case(asked(None, Some("2027-06-20"), None), Some(&running), Err("avant le début du contrat")),
            Case(asked(None, None, Some("2027-09-30")), Some(&running), Ok("on_behalf_end")),
            Case(asked(None, None, Some("2027-10-30")), Some(&over), Err("déjà notée, au 30/09/2027")),
            Case(
                InsureArgs { increase: Some(101), ..asked(Some("2027-06-21"), None, None) },
                None,
                Err("10,1 % refusée"),
            ),
        ] {
            let got = act(&asked, known).map(|(kind, _, _)| kind.code()).map_err(|stop| stop.message);
            match expected {
                Ok(code) => assert_eq!(got, Ok(code), "{asked:?}"),
                Err(words) => assert!(got.as_ref().is_err_and(|told| told.contains(words)), "{asked:?}: {got:?}"),
            }
        }
    }
}
