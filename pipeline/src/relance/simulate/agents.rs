//! The landlord's agents in a made year: they do what a plan leaves to them, some days later.

use super::super::{Held, Outcome, Plan, Reason, TaskKind};
use super::World;
use super::world::Event;
use crate::values::Date;
use std::collections::HashMap;

/// Days after which an agent who has taken up a file looks at it again.
const AGAIN: i32 = 15;

/// Lets agents take up what a plan leaves to them.
pub(super) fn take_up(world: &mut World, plan: &Plan, places: &HashMap<String, usize>) {
    let day = plan.day;
    for (at, one) in plan.outcomes.iter().enumerate() {
        let event = match &one.outcome {
            Outcome::Held(held) => answer(world, at, held),
            Outcome::Due(due) if due.legal_effect && !due.approved => {
                Some(Event::Approve(due.step.clone(), due.period.clone()))
            }
            Outcome::Due(_) | Outcome::Nothing(_) => None,
        };
        schedule(world, at, day, event);
    }
    for task in &plan.tasks {
        let event = match task.kind {
            TaskKind::FinPourCompte => Event::EndInsurance,
            TaskKind::CopieContrat => Event::Copy,
        };
        if let Some(at) = places.get(&task.lease) {
            schedule(world, *at, day, Some(event));
        }
    }
}

fn schedule(world: &mut World, at: usize, day: Date, event: Option<Event>) {
    let Some(event) = event else { return };
    if world.tenants[at].agent_until.is_some_and(|until| until > day) {
        return;
    }
    world.tenants[at].agent_until = Some(day.add_days(AGAIN));
    world.plan_after(at, day, (1, 6), event);
}

fn answer(world: &mut World, at: usize, held: &Held) -> Option<Event> {
    match held.reason {
        Reason::VoieAChoisir => {
            let for_them = world.files[at].lease.parties.len() + at;
            Some(Event::Choose(if for_them.is_multiple_of(3) { "clause_resolutoire" } else { "pour_compte" }))
        }
        Reason::ActeAFaire if held.step.as_deref() == Some("souscription") => Some(Event::Insure),
        Reason::Deces => Some(Event::DeathSettled),
        Reason::SansAdresse => Some(Event::AddressFound),
        _ => None,
    }
}
