//! What agents decide: a doubt settled, a yes, a letter held, a lease paused, everything stopped.

use super::args::{ApproveArgs, BounceArgs, MeasureArgs, OneArgs, ResumeArgs, SettleArgs, StopArgs, TrackArgs};
use super::send::guard;
use crate::clock::{self, Moment};
use crate::commands::app::App;
use crate::commands::args::PlaceArgs;
use crate::commands::wait_for;
use crate::relances::fingerprint;
use crate::stop::Stop;
use crate::store::Store;
use crate::store::relances::{Breaker, Measure, MeasureKind, NonReception, Relance, State};
use guichet_pipeline::rules::Rules;

/// Runs `guichet relances settle`.
pub(super) fn settle(asked: &SettleArgs) -> Result<(), Stop> {
    over(&asked.place, async |store| {
        let relance = find(store, &asked.relance).await?;
        if relance.state != State::Doubt {
            return Err(Stop::usage(format!("cette relance n'est pas en doute : elle est {}", relance.state)));
        }
        let (author, now) = (asked.author.name(), Moment::now());
        if asked.sent {
            store.relance_received(&relance, &format!("parole de {author}"), now).await?;
        } else {
            let proof = NonReception { detail: format!("parole de {author}"), again_at: now };
            store.relance_absent(&relance, &proof, now).await?;
        }
        Ok(())
    })
}

/// Runs `guichet relances approve`.
pub(super) fn approve(asked: &ApproveArgs) -> Result<(), Stop> {
    over(&asked.place, async |store| {
        let (author, now) = (asked.author.name(), Moment::now());
        if let [lease, step, period] = &asked.which[..] {
            let measure = Measure {
                lease: lease.clone(),
                kind: MeasureKind::Approval,
                detail: format!("{step}/{period}"),
                until: None,
                author,
                at: now,
            };
            return Ok(store.put_measure(&measure).await?);
        }
        let [which] = &asked.which[..] else {
            return Err(Stop::usage("donner une relance, un lot, ou BAIL ÉTAPE PÉRIODE"));
        };
        let which = match store.relance(which).await? {
            Some(relance) => relance.id,
            None => which.clone(),
        };
        match store.approve_relances(&which, &author, now).await? {
            0 => Err(Stop::usage("aucune étape à effet juridique n'attend d'accord sous ce nom")),
            count => {
                println!("{count} relance(s) accordée(s)");
                Ok(())
            }
        }
    })
}

/// Runs `guichet relances hold` and `release`.
pub(super) fn hold(asked: &OneArgs, hold: bool) -> Result<(), Stop> {
    over(&asked.place, async |store| {
        let relance = find(store, &asked.relance).await?;
        let (author, now) = (asked.author.name(), Moment::now());
        let why = format!("{} ({author})", asked.reason);
        if store.hold_relance(&relance.id, hold, &why, now).await? {
            return Ok(());
        }
        if !hold && store.give_back_relance(&relance.id, &author, now).await? {
            println!("Plus annulée par un agent : le prochain lot la décide à nouveau si elle est due.");
            return Ok(());
        }
        Err(Stop::usage(format!("trop tard ou trop tôt : cette relance est {}", relance.state)))
    })
}

/// Runs `guichet relances cancel`.
pub(super) fn cancel(asked: &OneArgs) -> Result<(), Stop> {
    over(&asked.place, async |store| {
        let relance = find(store, &asked.relance).await?;
        let author = asked.author.name();
        let why = format!("{} ({author})", asked.reason);
        if store.cancel_relance(&relance.id, &why, &author, Moment::now()).await? {
            return Ok(());
        }
        Err(Stop::usage(format!("trop tard : cette relance est {}", relance.state)))
    })
}

/// Runs `guichet relances pause`.
pub(super) fn pause(asked: &MeasureArgs) -> Result<(), Stop> {
    measure(asked, MeasureKind::Pause)
}

/// Runs `guichet relances exempt`.
pub(super) fn exempt(asked: &MeasureArgs) -> Result<(), Stop> {
    measure(asked, MeasureKind::Exemption)
}

fn measure(asked: &MeasureArgs, kind: MeasureKind) -> Result<(), Stop> {
    over(&asked.place, async |store| {
        let (author, at) = (asked.author.name(), Moment::now());
        let Some(reason) = &asked.reason else {
            if store.end_measure(&asked.lease, kind, &author, at).await? {
                return Ok(());
            }
            return Err(Stop::usage(format!("rien à quoi mettre fin pour le bail {}", asked.lease)));
        };
        let until = asked.until.map(|date| date.to_string());
        let measure = Measure { lease: asked.lease.clone(), kind, detail: reason.clone(), until, author, at };
        Ok(store.put_measure(&measure).await?)
    })
}

/// Runs `guichet relances track`.
pub(super) fn track(asked: &TrackArgs) -> Result<(), Stop> {
    let rules = Rules::embedded().map_err(|error| Stop::usage(error.to_string()))?;
    let codes: Vec<&str> =
        rules.relances.ladders.iter().flat_map(|ladder| &ladder.tracks).map(|track| track.code.as_str()).collect();
    if !codes.contains(&asked.track.as_str()) {
        return Err(Stop::usage(format!("voie « {} » inconnue : {}", asked.track, codes.join(", "))));
    }
    over(&asked.place, async |store| {
        let measure = Measure {
            lease: asked.lease.clone(),
            kind: MeasureKind::Track,
            detail: asked.track.clone(),
            until: None,
            author: asked.author.name(),
            at: Moment::now(),
        };
        Ok(store.put_measure(&measure).await?)
    })
}

/// Runs `guichet relances bounce`.
pub(super) fn bounce(asked: &BounceArgs) -> Result<(), Stop> {
    over(&asked.place, async |store| {
        let why = "noté par un agent";
        Ok(store.note_bounce(&asked.lease, crate::relances::EMAIL, &asked.address, why, Moment::now()).await?)
    })
}

/// Runs `guichet relances stop`.
pub(super) fn stop(asked: &StopArgs) -> Result<(), Stop> {
    over(&asked.place, async |store| {
        let held = store.freeze(Breaker::Stopped, &asked.reason, &asked.author.name(), Moment::now()).await?;
        println!("Envois arrêtés ; {held} relance(s) retenue(s). Pour ouvrir : guichet relances resume");
        Ok(())
    })
}

/// Runs `guichet relances resume`.
pub(super) fn resume(asked: &ResumeArgs) -> Result<(), Stop> {
    wait_for(async {
        let app = App::open(asked.place.config.as_deref()).await?;
        let rules = fingerprint(asked.rules.as_deref(), &app.settings.relances.modeles)?;
        let guard = guard(&app.settings, &app.store, &rules);
        let released = guard.open(&asked.author.name(), clock::today(), Moment::now()).await?;
        let gate = app.store.gate().await?;
        app.store.close().await;
        println!("Envois ouverts ; {released} relance(s) repartent");
        if let Some(day) = gate.ask_until {
            println!("Ce qui était dû jusqu'au {day} est d'abord demandé à son destinataire.");
        }
        Ok(())
    })
}

async fn find(store: &Store, name: &str) -> Result<Relance, Stop> {
    let found = store.relance(name).await?;
    found.ok_or_else(|| {
        Stop::usage(format!("relance « {name} » inconnue : prendre l'identifiant que montre « guichet relances list »"))
    })
}

/// Does something with the store that the settings name.
pub(super) fn over(place: &PlaceArgs, work: impl AsyncFnOnce(&Store) -> Result<(), Stop>) -> Result<(), Stop> {
    wait_for(async {
        let app = App::open(place.config.as_deref()).await?;
        let done = work(&app.store).await;
        app.store.close().await;
        done
    })
}
