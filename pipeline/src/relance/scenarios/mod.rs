//! Dated scenarios that a jurist can read (`tests/relances/scenarios.toml`): what happened in, what left out.
//!
//! Every day of a scenario is lived: its facts happen, the batch is planned, what is due leaves the same day, except in a
//! breakdown. The list of what must leave is complete: anything more or less is a failure.

mod facts;

use super::premium::{MAX_INCREASE_PERMILLE, Premium};
use super::{
    Day, House, LeaseFile, Outcome, PastStep, Plan, Recipient, Rest, Settings, StepState, due, still_due, tests,
};
use crate::register::GoodsKind;
use crate::rules::Rules;
use crate::values::Date;
use facts::Fact;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pages {
    scenario: Vec<Scenario>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    titre: String,
    droit: String,
    /// First and last day lived.
    periode: [Date; 2],
    #[serde(default)]
    bail: Lease,
    #[serde(default)]
    reglages: Settings,
    #[serde(default)]
    faits: Vec<Fact>,
    /// First and last day of breakdowns: no batch.
    #[serde(default)]
    pannes: Vec<[Date; 2]>,
    /// "AAAA-MM-JJ étape canal+canal", complete.
    #[serde(default)]
    envois: Vec<String>,
    #[serde(default)]
    verifie: Vec<Check>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lease {
    effet: Option<Date>,
    #[serde(default)]
    sans_effet: bool,
    fin: Option<Date>,
    bien: Option<GoodsKind>,
    /// As the register had it.
    assurance_fin: Option<Date>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    le: Date,
    /// The step due.
    part: Option<String>,
    /// The reason for which it is held.
    retenu: Option<String>,
    /// What kind of rest.
    rien: Option<String>,
    /// Words of the sentence.
    dit: Option<String>,
    /// A task for an agent.
    tache: Option<String>,
    /// "étape canal": a last look at it.
    regard: Option<String>,
    /// Why the last look refuses; without, it passes.
    refuse: Option<String>,
    /// Yearly premium and monthly line in cents, and whether the line is allowed.
    prime: Option<(u32, u32, bool)>,
    /// Day of the last batch, if the clock went back.
    derniere_campagne: Option<Date>,
}

/// A scenario being lived.
struct Life {
    file: LeaseFile,
    house: House,
    /// What is decided does not leave.
    stopped: bool,
    sent: Vec<String>,
    faults: Vec<String>,
}

impl Scenario {
    fn file(&self) -> LeaseFile {
        let mut file = tests::file("L-1");
        file.lease.start = if self.bail.sans_effet { None } else { self.bail.effet.or(file.lease.start) };
        file.lease.end = self.bail.fin;
        file.lease.kind = self.bail.bien.unwrap_or(GoodsKind::Dwelling);
        file.lease.cover_end = self.bail.assurance_fin;
        file
    }

    /// Lives every day; gives what went wrong.
    fn live(&self, rules: &Rules) -> Vec<String> {
        let house = House { settings: self.reglages.clone(), rules: rules.relances.clone() };
        let mut life = Life { file: self.file(), house, stopped: false, sent: Vec::new(), faults: Vec::new() };
        let [first, last] = self.periode;
        for fact in self.faits.iter().filter(|fact| fact.le < first) {
            life.happen(fact);
        }
        for day in (0..=last.to_days() - first.to_days()).map(|days| first.add_days(days)) {
            for fact in self.faits.iter().filter(|fact| fact.le == day) {
                life.happen(fact);
            }
            let plan = life.plan(day, None);
            for check in self.verifie.iter().filter(|check| check.le == day) {
                life.check(check, &plan);
            }
            if !self.pannes.iter().any(|[from, until]| *from <= day && day <= *until) {
                life.send(&plan);
            }
        }
        if life.sent != self.envois {
            life.faults.push(format!("attendu {:#?}\n  parti {:#?}", self.envois, life.sent));
        }
        life.faults
    }
}

impl Life {
    fn plan(&self, today: Date, last_batch: Option<Date>) -> Plan {
        due(std::slice::from_ref(&self.file), &self.house, Day { today, last_batch })
    }

    /// Lets leave what is due; a step with legal effect only after an agent's yes.
    fn send(&mut self, plan: &Plan) {
        for due in plan.due().filter(|due| !due.legal_effect || due.approved) {
            let ways = due.dispatches.iter().map(|one| match one.to {
                Recipient::Tenants(_) => one.key.channel.code().to_owned(),
                Recipient::Guardian(_) => format!("copie:{}", one.key.channel.code()),
            });
            self.sent.push(format!("{} {} {}", plan.day, due.step, ways.collect::<Vec<_>>().join("+")));
            for dispatch in &due.dispatches {
                self.file.history.push(PastStep {
                    obligation: due.obligation,
                    period: due.period.clone(),
                    step: dispatch.key.step.clone(),
                    channel: dispatch.key.channel,
                    decided: plan.day,
                    sent: (!self.stopped).then_some(plan.day),
                    presented: None,
                    delivered: None,
                    proof: None,
                    state: if self.stopped { StepState::Ready } else { StepState::Handed },
                });
            }
        }
    }

    fn check(&mut self, check: &Check, plan: &Plan) {
        let plan = check.derniere_campagne.map_or_else(|| plan.clone(), |last| self.plan(check.le, Some(last)));
        let outcome = &plan.outcomes[0].outcome;
        let (part, retenu, rien, said) = match outcome {
            Outcome::Due(due) => (Some(due.step.as_str()), None, None, due.why.clone()),
            Outcome::Held(held) => (None, Some(held.reason.code()), None, held.why.clone()),
            Outcome::Nothing(rest) => (None, None, Some(rest_code(rest)), format!("{rest:?}")),
        };
        let told = [(&check.part, part), (&check.retenu, retenu), (&check.rien, rien)];
        if told.iter().any(|(wanted, got)| wanted.is_some() && wanted.as_deref() != *got) {
            self.faults.push(format!("le {} : {outcome:?}", check.le));
        }
        if check.dit.as_ref().is_some_and(|words| !said.contains(words)) {
            self.faults.push(format!("le {} : il est dit « {said} »", check.le));
        }
        if let Some(wanted) = &check.tache
            && !plan.tasks.iter().any(|task| serde_json::to_value(task.kind).unwrap() == *wanted.as_str())
        {
            self.faults.push(format!("le {} : tâches {:?}", check.le, plan.tasks));
        }
        if let Some((premium, line, allowed)) = check.prime {
            let ceiling = Premium::new(premium, MAX_INCREASE_PERMILLE).unwrap().monthly_cents();
            if (line <= ceiling) != allowed {
                self.faults.push(format!("le {} : {line} pour un maximum de {ceiling} centimes", check.le));
            }
        }
        self.last_look(check);
    }

    fn last_look(&mut self, check: &Check) {
        let Some((step, channel)) = check.regard.as_ref().and_then(|text| text.split_once(' ')) else { return };
        let prepared = self.file.history.iter().rev().find(|one| one.step == step && one.channel.code() == channel);
        let Some(prepared) = prepared else {
            self.faults.push(format!("le {} : {step} par {channel} n'a jamais été décidé", check.le));
            return;
        };
        let key = prepared.key("L-1");
        let look = still_due(&key, &self.file, &self.house, Day { today: check.le, last_batch: None });
        let said = look.err().map(|reason| reason.code().to_owned());
        if said != check.refuse {
            self.faults.push(format!("le {} : dernier regard sur {key} : {said:?}", check.le));
        }
    }
}

fn rest_code(rest: &Rest) -> &'static str {
    match rest {
        Rest::Covered { .. } => "couvert",
        Rest::NotRequired { .. } => "non_requis",
        Rest::Waiting { .. } => "attend",
        Rest::OnBehalf { .. } => "pour_compte",
    }
}

#[test]
fn every_scenario_ends_as_the_law_and_the_ladder_say() {
    let text = include_str!("../../../../tests/relances/scenarios.toml");
    let pages: Pages = toml::from_str(text).unwrap_or_else(|error| panic!("tests/relances/scenarios.toml: {error}"));
    let rules = Rules::embedded().unwrap();
    let mut failures = Vec::new();
    for (at, scenario) in pages.scenario.iter().enumerate() {
        for fault in scenario.live(&rules) {
            failures.push(format!("{}. {} ({})\n  {fault}", at + 1, scenario.titre, scenario.droit));
        }
    }
    assert!(pages.scenario.len() >= 60, "{} scenarios", pages.scenario.len());
    let told = failures.join("\n");
    assert!(failures.is_empty(), "{} faults in {} scenarios:\n{told}", failures.len(), pages.scenario.len());
}
