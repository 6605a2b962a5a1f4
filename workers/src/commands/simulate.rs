//! `guichet simulate`: a made year of relances, the process that sends dying at any commit, and what must never be, counted.

use crate::cli::SimulateArgs;
use crate::house::rule_pages;
use crate::relances::published_moves;
use crate::stop::Stop;
use guichet_pipeline::relance::simulate::{Breach, Commit, Options, Sent, Side, Simulation};
use guichet_pipeline::relance::{House, Settings};
use guichet_pipeline::values::Date;
use std::time::{Duration, Instant};

/// Breaches that are told one by one.
const TOLD: usize = 10;

/// Time spent planning.
#[derive(Debug, Default)]
struct Clock {
    batches: u32,
    total: Duration,
    longest: Duration,
}

/// Runs the command.
///
/// # Errors
/// When the rules cannot be used, or when something happened that must never.
pub(crate) fn run(asked: &SimulateArgs) -> Result<(), Stop> {
    let rules = rule_pages(asked.rules.as_deref())?.link().map_err(|error| Stop::usage(error.to_string()))?;
    let first_day = asked.as_of.unwrap_or_else(|| Date::new(2027, 1, 1).expect("a day of every year"));
    let options = Options {
        seed: asked.seed,
        leases: asked.leases,
        days: asked.days,
        first_day,
        breakdowns: !asked.without_breakdowns,
        crash_permille: asked.crashes,
    };
    let house = House { settings: Settings::default(), rules: rules.relances };
    let mut simulation = Simulation::new(options, house);
    let mut clock = Clock::default();
    while simulation.today().is_some() {
        simulation.morning();
        let started = Instant::now();
        let plan = simulation.plan();
        if plan.is_some() {
            clock.note(started.elapsed());
        }
        simulation.evening(plan.as_ref());
    }
    println!("{}", report(&simulation, &options, &clock));
    let published = published_moves();
    if let Some((from, to)) = simulation.office.moves().find(|made| !published.contains(made)) {
        return Err(Stop::machine(format!("passage non publié de {from:?} à {to:?} : deploy/relances.md")));
    }
    match simulation.ledger.breaches.len() {
        0 => Ok(()),
        count => Err(Stop::machine(format!("{count} manquement(s) : ce qui ne doit jamais arriver est arrivé"))),
    }
}

impl Clock {
    fn note(&mut self, elapsed: Duration) {
        self.batches += 1;
        self.total += elapsed;
        self.longest = self.longest.max(elapsed);
    }

    fn leases_a_second(&self, leases: usize) -> f64 {
        let planned = leases as f64 * f64::from(self.batches);
        planned / self.total.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}

fn report(simulation: &Simulation, options: &Options, clock: &Clock) -> String {
    let Options { seed, leases, days, first_day, .. } = options;
    let mut lines = vec![format!(
        "{leases} baux, {days} jours à partir du {}, graine {seed}, {} jour(s) sans campagne",
        first_day.in_french(),
        simulation.days_without
    )];
    lines.push("\nLettres parties".to_owned());
    lines.extend(simulation.ledger.letters.iter().map(|(step, count)| format!("  {step:<28}{count:>9}")));
    lines.push("\nLettres retenues, en baux et jours".to_owned());
    lines.extend(simulation.held.iter().map(|(reason, count)| format!("  {:<28}{count:>9}", reason.code())));
    lines.extend(sending(simulation));
    lines.push("\nCe qui ne doit jamais arriver".to_owned());
    lines.extend(Breach::all().map(|breach| never(simulation, breach)));
    let told = simulation.ledger.breaches.iter().take(TOLD);
    lines.extend(told.map(|(breach, lease, day)| format!("  ! {lease}, le {} : {}", day.in_french(), breach.name())));
    lines.push(format!(
        "\nCampagne d'un jour : {:.0} ms en moyenne, {:.0} ms au plus, {:.0} baux par seconde",
        clock.total.as_secs_f64() * 1000.0 / f64::from(clock.batches.max(1)),
        clock.longest.as_secs_f64() * 1000.0,
        clock.leases_a_second(*leases)
    ));
    lines.join("\n")
}

/// Tells how letters were sent: commits, the deaths around them, what became of what they left.
fn sending(simulation: &Simulation) -> Vec<String> {
    let office = &simulation.office;
    let Sent { left, cancelled, put_off, absent, refused, found, doubts, judged, late_receipts, stale_batches } =
        office.sent;
    let died = |commit: Commit, side: Side| office.crashes.deaths.get(&(commit, side)).copied().unwrap_or_default();
    let mut lines = vec![format!(
        "\nEnvois : {left} remis, {} écritures, {} arrêts brutaux     (juste avant, juste après)",
        office.crashes.commits,
        office.crashes.count()
    )];
    lines.extend(Commit::ALL.map(|commit| {
        format!("  {:<38}{:>7}{:>7}", commit.name(), died(commit, Side::Before), died(commit, Side::After))
    }));
    lines.push(format!(
        "  {put_off} remis à plus tard et {cancelled} annulés au dernier regard, dont {} redevenus dus ; {absent} prouvés absents, \
         {refused} refusés",
        office.revived()
    ));
    lines.push(format!(
        "  {found} retrouvés chez leur destinataire sans reçu ; {doubts} doutes ouverts, {judged} tranchés ; {late_receipts} reçus \
         venus trop tard, sans effet ; {stale_batches} lots écrits deux fois ou un autre jour"
    ));
    lines
}

/// Counts what must never be, with the bound that goes with a count of nothing (three in so many sendings, at 95 %).
fn never(simulation: &Simulation, breach: Breach) -> String {
    let (count, sendings) = (simulation.ledger.count(breach), simulation.ledger.sendings);
    let bound = match count {
        0 if sendings > 0 => format!(" (borne à 95 % : {:.6} par envoi)", 3.0 / sendings as f64),
        _ => String::new(),
    };
    format!("  {count:>6}  {}{bound}", breach.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_year_runs_and_has_no_breach() {
        let asked = SimulateArgs {
            seed: 4,
            leases: 50,
            days: 40,
            as_of: None,
            rules: None,
            without_breakdowns: false,
            crashes: 50,
        };
        assert!(run(&asked).is_ok());
    }
}
