//! R18 and what else must hold of sending: restored backups, the stop button, volume, clock and rules; e-mails as a relay
//! gets them; addresses that refuse and mail that comes back; doubts that only a person settles.

#![allow(clippy::unwrap_used)]

use guichet_pipeline::values::Date;
use guichet_tests::durable::Ground;
use guichet_tests::sending::deliver::{RULES, Sender};
use guichet_tests::sending::house::{SendingHouse, decided};
use guichet_workers::clock::Moment;
use guichet_workers::interrupt::Interrupt;
use guichet_workers::relances::{Dispatch, Guard, Janitor, Sent};
use guichet_workers::settings::Settings;
use guichet_workers::store::relances::{
    Batch, Breaker, Claimed, Decided, Look, NonReception, Prepared, Relance, State,
};
use mail_parser::{MessageParser, MimeHeaders};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The program with a scripted engine.
const SCRIPTED: &str = env!("CARGO_BIN_EXE_guichet-scripted");
const DAY: &str = "2026-11-23";
/// A stop is felt within this.
const STOPPED: Duration = Duration::from_secs(5);

fn house(root: &Path) -> SendingHouse {
    SendingHouse::build(SCRIPTED, root, Ground::Embedded, 7)
}

fn send(house: &SendingHouse, sender: &Sender) -> Sent {
    house.wait_for(sender.dispatch.run(&Interrupt::default())).unwrap()
}

fn today() -> Date {
    Date::from_iso(DAY).unwrap()
}

fn states(house: &SendingHouse, sender: &Sender) -> Vec<State> {
    let relances = house.wait_for(sender.dispatch.store.relances_in(None, i64::MAX)).unwrap();
    relances.into_iter().map(|relance| relance.state).collect()
}

fn breaker(house: &SendingHouse, sender: &Sender) -> Option<String> {
    house.wait_for(sender.dispatch.store.gate()).unwrap().breaker
}

/// Waits until the relay has delivered what it accepted.
fn settled(house: &SendingHouse, count: usize) {
    let started = Instant::now();
    while house.received().len() < count && started.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(house.received().len(), count);
}

#[test]
fn a_restored_backup_sends_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path());
    house.prepare(0, 4, DAY);
    assert_eq!(send(&house, &house.sender).handed_over, 4);
    // Ready when the backup is made, sent since; decided only since.
    house.prepare(4, 12, DAY);
    let copy = folder.path().join("copie.db");
    assert!(house.wait_for(house.sender.dispatch.store.copy_to(&copy)).unwrap());
    assert_eq!(send(&house, &house.sender).handed_over, 12);
    house.prepare(16, 8, DAY);
    assert_eq!(send(&house, &house.sender).handed_over, 8);
    settled(&house, 24);
    house.take_letters();

    let restored = house.restored(&copy);
    assert!(send(&house, &restored).frozen, "nothing leaves of itself");
    assert_eq!(breaker(&house, &restored).as_deref(), Some("sauvegarde"));
    assert_eq!(states(&house, &restored).iter().filter(|state| **state == State::Withheld).count(), 12);
    // The round decides again what the backup does not know of; a person opens; everybody is asked first.
    house.prepare_in(&restored, 16..26, DAY, "locataire@exemple.fr");
    house.wait_for(restored.dispatch.guard.open("agent", today(), Moment::now())).unwrap();
    let sent = send(&house, &restored);
    assert_eq!((sent.known, sent.handed_over, sent.frozen), (20, 2, false), "{sent:?}");
    settled(&house, 26);
    let doubles: Vec<_> = house.received().into_iter().filter(|(_, times)| *times > 1).collect();
    assert_eq!(doubles, []);
    assert!(states(&house, &restored).iter().all(|state| *state == State::HandedOver));
}

#[test]
fn the_way_to_the_relay_is_encrypted_and_its_certificate_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path());
    // The first and the third of each four go by e-mail, the second by letter.
    house.prepare(0, 2, DAY);
    house.encrypt("starttls");
    let all_but = |waiting: usize| {
        let started = Instant::now();
        // The relay may have said that it delivered before anybody looks.
        let left = |state: &&State| matches!(state, State::HandedOver | State::Delivered);
        while states(&house, &house.sender).iter().filter(left).count() + waiting < house.relances().len() {
            assert!(started.elapsed() < Duration::from_secs(60), "{}", house.house.end_of_log());
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    // Nobody vouches for the relay: the letter goes, the e-mail waits and says why.
    let mut sender = house.house.start(&["relances-deliver"], None);
    all_but(1);
    let refused = |relance: &Relance| relance.reason.as_deref().is_some_and(|reason| reason.contains("certificate"));
    let started = Instant::now();
    while !house.relances().iter().any(refused) {
        assert!(started.elapsed() < Duration::from_secs(60), "{:?}", house.relances());
        std::thread::sleep(Duration::from_millis(50));
    }
    sender.kill();
    assert_eq!(house.relay.arrived().len(), 0);
    let trusting = house.house.trusting(house.relay.authority());
    // Who is vouched for gets the next ones, and in the end the first as well.
    for (number, encryption, waiting) in [(2, "starttls", 1), (4, "tls", 0)] {
        house.prepare(number, 1, DAY);
        house.encrypt(encryption);
        let mut sender = trusting.start(&["relances-deliver"], None);
        all_but(waiting);
        sender.kill();
    }
    let started = Instant::now();
    while house.relay.arrived().len() < 3 && started.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(100));
    }
    let arrived = house.relay.arrived();
    let encrypted = |text: &[u8]| String::from_utf8_lossy(text).contains("(using TLSv1.");
    assert_eq!((arrived.len(), arrived.iter().filter(|one| encrypted(&one.bytes)).count()), (3, 3));
}

#[test]
fn a_restored_backup_whose_relay_has_forgotten_is_doubted() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path());
    house.prepare(0, 1, DAY);
    let copy = folder.path().join("copie.db");
    assert!(house.wait_for(house.sender.dispatch.store.copy_to(&copy)).unwrap());
    assert_eq!(send(&house, &house.sender).handed_over, 1);
    settled(&house, 1);
    let restored = house.restored(&copy);
    assert!(send(&house, &restored).frozen);
    house.wait_for(restored.dispatch.guard.open("agent", today(), Moment::now())).unwrap();
    // The log was rotated away twice: nobody can say.
    std::fs::write(house.relay.log(), "Nov 23 06:25:01 relais postfix/master[1]: reload\n").unwrap();
    send(&house, &restored);
    assert_eq!(states(&house, &restored), [State::Doubt]);
    assert_eq!(house.received().values().sum::<u32>(), 1);
}

#[test]
fn the_stop_button_is_felt_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path());
    house.prepare(0, 400, DAY);
    let mut sender = house.house.start(&["relances-deliver"], None);
    let started = Instant::now();
    while house.received().len() < 20 {
        assert!(started.elapsed() < Duration::from_secs(60), "{}", house.house.end_of_log());
        std::thread::sleep(Duration::from_millis(20));
    }
    let pressed = Instant::now();
    let store = &house.sender.dispatch.store;
    house.wait_for(store.freeze(Breaker::Stopped, "essai", "agent", Moment::now())).unwrap();
    let in_flight =
        || states(&house, &house.sender).iter().any(|state| matches!(state, State::InFlight | State::Ready));
    while in_flight() {
        assert!(pressed.elapsed() < STOPPED, "still sending after {STOPPED:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
    println!("frozen {:?} after the stop, {} of 400 sent", pressed.elapsed(), house.received().len());
    std::thread::sleep(Duration::from_secs(1));
    let handed_over = |house: &SendingHouse| {
        let states = states(house, &house.sender);
        states.into_iter().filter(|state| matches!(state, State::HandedOver | State::Delivered)).count()
    };
    let left = handed_over(&house);
    settled(&house, left);
    assert!(left < 400, "it was stopped before the end");
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(house.received().len(), left, "nothing leaves afterwards");
    house.wait_for(house.sender.dispatch.guard.open("agent", today(), Moment::now())).unwrap();
    let started = Instant::now();
    while handed_over(&house) < 400 {
        assert!(started.elapsed() < Duration::from_secs(120), "{}", house.house.end_of_log());
        std::thread::sleep(Duration::from_millis(100));
    }
    sender.kill();
    settled(&house, 400);
    assert!(house.received().values().all(|times| *times == 1));
}

#[test]
fn each_breaker_holds_everything_back() {
    type Trip = fn(&SendingHouse);
    let trips: [(&str, Trip); 5] = [
        ("volume", |house| {
            let stands = house.sender.dispatch.guard.stands(Some(400), Moment::now());
            assert!(house.wait_for(stands).unwrap());
        }),
        ("regles", |house| {
            let guard = Guard { rules: "r2".to_owned(), ..house.sender.dispatch.guard.clone() };
            assert!(house.wait_for(guard.stands(None, Moment::now())).unwrap());
        }),
        ("horloge", |house| {
            let ahead = Moment::now().plus(Duration::from_secs(2 * 3600));
            house.wait_for(house.sender.dispatch.store.pass_by(RULES, ahead)).unwrap();
        }),
        ("horloge", |house| {
            let later = Moment::now().plus(Duration::from_secs(400 * 24 * 3600));
            assert!(house.wait_for(house.sender.dispatch.guard.stands(None, later)).unwrap());
        }),
        ("sauvegarde", |house| std::fs::remove_file(house.house.root().join("temoin")).unwrap()),
    ];
    for (expected, trip) in trips {
        let folder = tempfile::tempdir().unwrap();
        let house = house(folder.path());
        for batch in 0..6 {
            house.prepare(4 * batch, 4, DAY);
            assert_eq!(send(&house, &house.sender).handed_over, 4);
        }
        house.prepare(100, 5, DAY);
        trip(&house);
        assert!(send(&house, &house.sender).frozen, "{expected}");
        assert_eq!(breaker(&house, &house.sender).as_deref(), Some(expected));
        let held = states(&house, &house.sender).iter().filter(|state| **state == State::Withheld).count();
        assert_eq!(held, 5, "{expected}");
        settled(&house, 24);
    }
}

#[test]
fn a_small_batch_is_never_too_many() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path());
    for batch in 0..6 {
        house.prepare(batch, 1, DAY);
    }
    for (planned, stopped) in [(20, false), (21, true)] {
        let stands = house.sender.dispatch.guard.stands(Some(planned), Moment::now());
        assert_eq!(house.wait_for(stands).unwrap(), stopped, "{planned}");
    }
}

#[test]
fn an_email_arrives_as_it_was_kept() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path());
    house.prepare(0, 1, DAY);
    send(&house, &house.sender);
    settled(&house, 1);
    let relance = house.relances().remove(0);
    let arrived = house.relay.arrived().remove(0);
    let message = MessageParser::new().parse(&arrived.bytes).unwrap();
    assert_eq!(message.message_id(), relance.message_id.as_deref());
    assert_eq!(message.subject(), Some("Relance R00000"));
    assert_eq!(message.to().unwrap().first().unwrap().address(), Some("locataire@exemple.fr"));
    assert_eq!(message.from().unwrap().first().unwrap().name(), Some("Habitat d'Ici"));
    assert_eq!(message.header("Auto-Submitted").and_then(|header| header.as_text()), Some("auto-generated"));
    let text = message.body_text(0).unwrap().replace("\r\n", "\n");
    assert_eq!(text.trim_end(), "Bonjour,\n.\n..\nÀ bientôt", "lone dots and accents");
    assert!(message.body_html(0).unwrap().contains("<p>Bonjour</p>"));
    let letter = message.attachment(0).unwrap();
    assert_eq!(letter.attachment_name(), Some("lettre.pdf"));
    assert_eq!(letter.contents(), vec![b'.'; 3000]);
    // What was kept before it left is what arrived, but for the lines that each relay adds.
    let kept = house.wait_for(house.sender.dispatch.blobs.get(relance.body.as_deref().unwrap())).unwrap();
    let kept = String::from_utf8(kept).unwrap().replace("\r\n", "\n");
    let arrived = String::from_utf8(arrived.bytes).unwrap();
    assert!(arrived.contains(kept.split_once("\n\n").unwrap().1.trim_end()), "the body is the same");
}

#[test]
fn addresses_that_refuse_and_mail_that_comes_back_are_known() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path());
    house.prepare_in(&house.sender, 0..1, DAY, "refuse@exemple.fr");
    house.prepare_in(&house.sender, 2..3, DAY, "personne@perdu.exemple");
    let sent = send(&house, &house.sender);
    assert_eq!((sent.refused, sent.handed_over), (1, 1));
    let started = Instant::now();
    while states(&house, &house.sender) != [State::Undelivered, State::Undelivered] {
        assert!(started.elapsed() < Duration::from_secs(20), "{:?}", house.relances());
        house.wait_for(house.sender.janitor.run(false)).unwrap();
        std::thread::sleep(Duration::from_millis(200));
    }
    let (facts, _) = house.wait_for(house.sender.dispatch.store.all_lease_facts()).unwrap();
    let bounced: Vec<&str> =
        facts.values().flat_map(|facts| &facts.bounces).map(|bounce| bounce.target.as_str()).collect();
    assert_eq!(bounced, ["refuse@exemple.fr", "personne@perdu.exemple"]);
}

#[test]
fn the_last_look_stops_what_was_prepared() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path());
    house.prepare(0, 3, DAY);
    let over = Dispatch {
        look: Arc::new(|_, _| Look::Over("l'attestation est arrivée".to_owned())),
        ..house.sender.dispatch.clone()
    };
    assert_eq!(house.wait_for(over.run(&Interrupt::default())).unwrap().cancelled, 3);
    house.prepare(3, 3, DAY);
    let tomorrow = Moment::now().plus(Duration::from_secs(24 * 3600));
    let later = Dispatch { look: Arc::new(move |_, _| Look::NotNow("une pièce attend".to_owned(), tomorrow)), ..over };
    assert_eq!(house.wait_for(later.run(&Interrupt::default())).unwrap().waiting, 3);
    assert_eq!(send(&house, &house.sender), Sent::default(), "they wait for the day that was named");
    assert!(house.received().is_empty());
}

#[test]
fn a_step_with_legal_effect_waits_for_a_person() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path());
    let store = &house.sender.dispatch.store;
    let decided = Decided { legal: true, ..decided(1, DAY) };
    let batch =
        Batch { day: DAY.to_owned(), author: "essai".to_owned(), rules: RULES.to_owned(), plan: "[]".to_owned() };
    house.wait_for(async {
        store.decide_relances(&batch, &[decided], Moment::now()).await.unwrap();
        let relance = store.relances_in(None, 1).await.unwrap().remove(0);
        let body = house.sender.dispatch.blobs.put("relance", b"lettre").await.unwrap();
        let prepared = Prepared { body, target: "R00001-lettre-0.pdf".to_owned() };
        assert!(store.relance_prepared(&relance.id, &prepared, Moment::now()).await.unwrap());
    });
    assert_eq!(send(&house, &house.sender), Sent::default());
    let relance = house.relances().remove(0);
    let claimed = store.claim_relance(&relance, &|_, _| Look::Due, None, Moment::now());
    assert_eq!(house.wait_for(claimed).unwrap(), Claimed::Gone, "not even by whoever asks for it by name");
    assert_eq!(house.wait_for(store.approve_relances(&relance.batch, "Claire", Moment::now())).unwrap(), 1);
    assert_eq!(house.wait_for(store.approve_relances(&relance.batch, "Claire", Moment::now())).unwrap(), 0, "once");
    assert_eq!(send(&house, &house.sender).handed_over, 1);
    assert_eq!(house.relances()[0].approved_by.as_deref(), Some("Claire"));
}

#[test]
fn a_day_has_its_cap_and_a_night_its_quiet() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path());
    house.prepare(0, 8, DAY);
    let with = |change: fn(&mut Settings)| {
        let mut settings = Settings::clone(&house.sender.dispatch.settings);
        change(&mut settings);
        Dispatch { settings: Arc::new(settings), ..house.sender.dispatch.clone() }
    };
    let capped = with(|settings| settings.relances.plafond_jour = 3);
    assert_eq!(house.wait_for(capped.run(&Interrupt::default())).unwrap().handed_over, 3);
    assert_eq!(house.wait_for(capped.run(&Interrupt::default())).unwrap().handed_over, 0, "the day is not over");
    // No hour at all: letters leave, what rings does not.
    let quiet = with(|settings| (settings.courriel.heure_debut, settings.courriel.heure_fin) = (0, 0));
    house.wait_for(quiet.run(&Interrupt::default())).unwrap();
    let left = house.relances();
    let waiting: Vec<&str> = left
        .iter()
        .filter(|relance| relance.state == State::Ready)
        .map(|relance| relance.key.channel.as_str())
        .collect();
    assert!(!waiting.is_empty() && waiting.iter().all(|channel| matches!(*channel, "courriel" | "sms")), "{waiting:?}");
    send(&house, &house.sender);
    settled(&house, 8);
}

/// Takes a reminder and dies there.
fn abandoned(house: &SendingHouse, mark: Option<&str>) -> Relance {
    let store = &house.sender.dispatch.store;
    let relance = house.relances().remove(0);
    let claimed = house.wait_for(store.claim_relance(&relance, &|_, _| Look::Due, mark, Moment::now())).unwrap();
    let Claimed::Held { relance, .. } = claimed else { panic!("{claimed:?}") };
    *relance
}

#[test]
fn only_a_person_settles_a_doubt() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path());
    assert_eq!(send(&house, &house.sender), Sent::default(), "nothing is there yet, and the witness is made");
    house.prepare(0, 1, DAY);
    let held = abandoned(&house, None);
    let store = &house.sender.dispatch.store;
    // Too early to ask; then nobody can say.
    assert_eq!(house.wait_for(house.sender.janitor.run(false)).unwrap().doubts, 0);
    let now = Janitor { quarantine: Duration::ZERO, ..house.sender.janitor.clone() };
    assert_eq!(house.wait_for(now.run(false)).unwrap().doubts, 1);
    assert_eq!(house.wait_for(now.run(true)).unwrap().absent, 0, "asked again, still silent");
    send(&house, &house.sender);
    assert!(house.received().is_empty(), "never by itself");
    // Whoever held it comes back: it is too late for anything but a receipt.
    let absent = NonReception { detail: "parole d'agent".to_owned(), again_at: Moment::now() };
    let doubt = house.relances().remove(0);
    assert_eq!(doubt.state, State::Doubt);
    assert!(house.wait_for(store.relance_absent(&doubt, &absent, Moment::now())).unwrap());
    assert_eq!(send(&house, &house.sender).handed_over, 1);
    assert!(
        !house.wait_for(store.relance_absent(&held, &absent, Moment::now())).unwrap(),
        "an old token changes nothing"
    );
    settled(&house, 1);
}
