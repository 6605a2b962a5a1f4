//! `guichet relances` as agents use it, from the register to the relay: what is due, what leaves, what holds it back.

#![allow(clippy::unwrap_used)]

use guichet_tests::office::Office;
use guichet_tests::scripted::{Script, file};
use guichet_workers::clock;
use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

/// The program with a scripted engine and a scripted typesetter.
const SCRIPTED: &str = env!("CARGO_BIN_EXE_guichet-scripted");

/// Builds a house with leases (reference, name, town, e-mail) whose cover ended so many days ago.
fn office(leases: &[(&str, &str, &str, &str)], ended: i32) -> Office {
    Office::new(SCRIPTED, leases, ended)
}

#[test]
fn a_batch_from_the_register_to_the_relay() {
    let office = office(
        &[("L-1", "DURAND", "TOULOUSE", "anne@exemple.fr"), ("L-2", "PETIT", "TOULOUSE", "pas une adresse")],
        10,
    );
    // Rehearsed: told, and nothing written.
    let due = office.done("due", &[]);
    assert!(due.contains("relance, ") && due.contains("L-1 : ") && due.contains("Premier lot"), "{due}");
    assert!(office.done("list", &[]).trim().is_empty());
    assert!(office.files("courrier").is_empty() && office.relay.arrived().is_empty());
    let (code, missing) = office.asked("missing", &[]);
    assert_eq!(code, Some(3), "{missing}");

    // Sent: a letter each, an e-mail where the address is one.
    let sent = office.done("send", &["--by", "Claire"]);
    assert!(sent.contains("3 relance(s) décidée(s)") && sent.contains("3 remise(s)"), "{sent}");
    office.arrived(1);
    let files = office.files("courrier");
    assert_eq!(files.iter().filter(|name| name.ends_with(".pdf")).count(), 2, "{files:?}");
    let list = files.iter().find(|name| name.starts_with("bordereau") && name.ends_with(".csv")).unwrap();
    let list = fs::read_to_string(office.house.root().join("courrier").join(list)).unwrap();
    assert_eq!(list.lines().count(), 3, "{list}");
    assert!(list.contains("1 RUE HAUTE") && list.contains("L-2"), "{list}");

    // Again: nothing is new, nothing is missing.
    let again = office.done("send", &[]);
    assert!(again.contains("0 relance(s) décidée(s)") && again.contains("guichet : 0 remise(s)"), "{again}");
    office.done("missing", &[]);
    assert_eq!(office.relay.arrived().len(), 1);
    let verified = office.house.done(&["audit", "verify"]);
    assert!(verified.contains("tient"), "{verified}");
}

#[test]
fn nothing_leaves_while_a_file_waits_to_be_read() {
    let office = office(&[("L-1", "DURAND", "TOULOUSE", "anne@exemple.fr")], 10);
    let prepared = office.done("send", &["--prepare-only"]);
    assert!(prepared.contains("2 relance(s) décidée(s)") && prepared.contains("2 prête(s)"), "{prepared}");
    fs::write(office.house.root().join("papier"), file(Script::Good, "une lettre")).unwrap();
    office.house.done(&["add", "papier"]);
    let delivered = office.done("deliver", &[]);
    assert!(
        delivered.contains("0 remise(s), 0 annulée(s)") && delivered.contains("2 remise(s) à plus tard"),
        "{delivered}"
    );
    assert!(office.files("courrier").is_empty() && office.relay.arrived().is_empty());
    let due = office.done("due", &[]);
    assert!(due.contains("retenue(s)") || due.contains("rien à envoyer"), "{due}");
}

/// Every place at which the command that sends may die, from the plan to the list beside the letters.
const POINTS: [&str; 18] = [
    "relances_decided",
    "before_commit",
    "blob_reserved",
    "blob_written",
    "relance_prepared",
    "relance_before_hold",
    "relance_held",
    "relance_witnessed",
    "relay_connected",
    "relay_ready",
    "relay_accepted",
    "relance_before_receipt",
    "relance_after_receipt",
    "drop_created",
    "drop_written",
    "drop_synced",
    "drop_renamed",
    "manifest_written",
];

#[test]
fn a_batch_killed_anywhere_is_sent_once() {
    let office = office(&[("L-000", "MARTIN", "TOULOUSE", "anne@exemple.fr")], 10);
    let (day, end) = (office.day.to_string(), office.day.add_days(-10));
    let mut killed = 0;
    for (at, point) in POINTS.iter().enumerate() {
        for turn in 1..=2 {
            let reference = format!("L-{:03}", 2 * at + turn);
            let row = format!(
                "{reference};MARTIN;Anne;;;{at} RUE BASSE;{turn};31000;TOULOUSE;2020-01-01;;logement;anne@exemple.fr;;{end}\n"
            );
            let register = office.house.root().join("contrats.csv");
            fs::write(&register, fs::read_to_string(&register).unwrap() + &row).unwrap();
            let send = ["relances", "send", "--contracts", "contrats.csv", "--as-of", day.as_str()];
            let output = office.house.run(&send, Some(&format!("{point}:{turn}")));
            match output.status.code() {
                None => killed += 1,
                Some(0) => {}
                Some(code) => panic!("{point}: {code} {}", String::from_utf8_lossy(&output.stderr)),
            }
        }
    }
    let started = Instant::now();
    while !office
        .done("list", &[])
        .lines()
        .take_while(|line| !line.is_empty())
        .all(|line| line.ends_with("remise") || line.ends_with("acheminee"))
    {
        assert!(started.elapsed() < Duration::from_secs(60), "{}", office.done("list", &[]));
        office.done("send", &[]);
        std::thread::sleep(Duration::from_millis(500));
    }
    // Where everything was settled between two deaths, the lists are still to be written.
    office.done("send", &[]);
    office.done("missing", &[]);
    let leases = 1 + 2 * POINTS.len();
    office.arrived(leases);
    let ids: BTreeSet<String> = office.relay.arrived().into_iter().map(|arrived| arrived.message_id).collect();
    assert_eq!(ids.len(), leases, "each e-mail once");
    let files = office.files("courrier");
    let letters: Vec<&String> = files.iter().filter(|name| name.ends_with(".pdf")).collect();
    assert_eq!(letters.len(), leases, "each letter once");
    let mut listed: Vec<String> = Vec::new();
    for list in files.iter().filter(|name| name.ends_with(".csv")) {
        let text = fs::read_to_string(office.house.root().join("courrier").join(list)).unwrap();
        listed.extend(text.lines().skip(1).map(|line| line.split(';').next().unwrap().to_owned()));
    }
    listed.sort();
    assert_eq!(listed.iter().collect::<Vec<&String>>(), letters, "each letter in one list");
    assert!(killed > POINTS.len(), "{killed} killed");
    println!("{killed} killed, {leases} leases, each letter and each e-mail once");
}

#[test]
fn agents_hold_pause_stop_and_open() {
    let office = office(&[("L-1", "DURAND", "TOULOUSE", ""), ("L-2", "PETIT", "TOULOUSE", "")], 10);
    office.done("pause", &["L-2", "--reason", "plan d'apurement", "--by", "Claire"]);
    assert!(office.done("due", &[]).contains("L-2 : "), "a pause is told");
    let prepared = office.done("send", &["--prepare-only"]);
    assert!(prepared.contains("1 relance(s) décidée(s)"), "{prepared}");
    let row = office.done("list", &["--state", "prete"]);
    let id = row.lines().rev().find(|line| line.contains("L-1")).unwrap().split_whitespace().next().unwrap().to_owned();
    office.done("hold", &[&id, "--reason", "appel du locataire"]);
    assert!(office.done("deliver", &[]).contains("guichet : 0 remise(s)"));
    let (code, told) = office.asked("hold", &[&id]);
    assert_eq!(code, Some(2), "{told}");
    office.done("release", &[&id]);
    assert!(office.done("stop", &["--reason", "doute sur le registre"]).contains("1 relance(s) retenue(s)"));
    let frozen = office.done("deliver", &[]);
    assert!(frozen.contains("guichet : 0 remise(s)") && frozen.contains("envois arrêtés"), "{frozen}");
    assert!(office.done("list", &[]).contains("doute sur le registre"));
    assert!(office.done("resume", &["--by", "Claire"]).contains("1 relance(s) repartent"));
    assert!(office.done("deliver", &[]).contains("guichet : 1 remise(s)"));
    office.done("pause", &["L-2", "--end"]);
    assert!(office.done("send", &[]).contains("1 relance(s) décidée(s)"));
    let (code, told) = office.asked("pause", &["L-2", "--end"]);
    assert!(code == Some(2) && told.contains("rien à quoi mettre fin"), "{told}");
    for wrong in [&["settle", &id, "sent"][..], &["approve", &id], &["track", "L-1", "ailleurs"], &["hold", "R-0"]] {
        let (code, told) = office.asked(wrong[0], &wrong[1..]);
        assert_eq!(code, Some(2), "{wrong:?}: {told}");
    }
}

#[test]
fn a_step_cancelled_at_the_last_look_leaves_later_once() {
    let office = office(&[("L-1", "DURAND", "TOULOUSE", "anne@exemple.fr")], 10);
    let until = office.day.add_days(-10);
    let prepared = office.done("send", &["--prepare-only"]);
    assert!(prepared.contains("2 relance(s) décidée(s)"), "{prepared}");
    // The landlord learns of a cover before anything has left, and then that it was none.
    office.cover_until("L-1", office.day.add_days(300));
    let delivered = office.done("deliver", &[]);
    assert!(delivered.contains("guichet : 0 remise(s), 2 annulée(s)"), "{delivered}");
    let calm = office.done("send", &[]);
    assert!(calm.contains("0 relance(s) décidée(s)"), "{calm}");
    office.cover_until("L-1", until);
    let again = office.done("send", &["--by", "Claire"]);
    assert!(again.contains("2 relance(s) décidée(s)") && again.contains("guichet : 2 remise(s)"), "{again}");
    office.arrived(1);
    assert_eq!(office.letters().len(), 1);
    let third = office.done("send", &[]);
    assert!(third.contains("0 relance(s) décidée(s)") && third.contains("guichet : 0 remise(s)"), "{third}");
    assert_eq!((office.letters().len(), office.relay.arrived().len()), (1, 1), "each once");
    office.done("missing", &[]);
    assert!(office.house.done(&["audit", "verify"]).contains("tient"));
}

#[test]
fn a_letter_that_waited_for_long_is_made_anew() {
    let mut office = office(&[("L-1", "DURAND", "TOULOUSE", "")], 10);
    office.done("send", &["--prepare-only"]);
    office.later(12);
    assert!(office.done("deliver", &[]).contains("guichet : 0 remise(s), 1 annulée(s)"));
    let sent = office.done("send", &[]);
    assert!(sent.contains("1 relance(s) décidée(s)") && sent.contains("guichet : 1 remise(s)"), "{sent}");
    assert_eq!(office.letters().len(), 1);
}

#[test]
fn what_an_agent_cancels_stays_so_until_an_agent_lets_it_go() {
    let office = office(&[("L-1", "DURAND", "TOULOUSE", "")], 10);
    office.done("send", &["--prepare-only"]);
    let row = office.done("list", &["--state", "prete"]);
    let id = row.lines().rev().find(|line| line.contains("L-1")).unwrap().split_whitespace().next().unwrap().to_owned();
    office.done("cancel", &[&id, "--reason", "le locataire a appelé", "--by", "Claire"]);
    let due = office.done("due", &[]);
    assert!(due.contains("elle est retenue, un agent la libère"), "{due}");
    let sent = office.done("send", &[]);
    assert!(sent.contains("0 relance(s) décidée(s)") && sent.contains("guichet : 0 remise(s)"), "{sent}");
    let told = office.done("release", &[&id, "--by", "Claire"]);
    assert!(told.contains("Plus annulée"), "{told}");
    let sent = office.done("send", &[]);
    assert!(sent.contains("1 relance(s) décidée(s)") && sent.contains("guichet : 1 remise(s)"), "{sent}");
    let (code, told) = office.asked("release", &[&id]);
    assert_eq!(code, Some(2), "{told}");
}

#[test]
fn a_yes_reaches_a_letter_that_waits_for_it_however_it_is_given() {
    let mut office = office(&[("L-1", "DURAND", "TOULOUSE", ""), ("L-2", "PETIT", "TOULOUSE", "")], 60);
    let period = office.day.add_days(-59).to_string();
    for _ in ["relance", "derniere_relance"] {
        assert!(office.done("send", &[]).contains("guichet : 2 remise(s)"));
        office.later(9);
    }
    for lease in ["L-1", "L-2"] {
        office.done("track", &[lease, "pour_compte"]);
    }
    let sent = office.done("send", &[]);
    assert!(sent.contains("2 relance(s) décidée(s)") && sent.contains("guichet : 0 remise(s)"), "{sent}");
    office.done("approve", &["L-1", "mise_en_demeure", &period, "--by", "Claire"]);
    assert!(office.done("deliver", &[]).contains("guichet : 1 remise(s)"));
    let row = office.done("list", &["--state", "prete"]);
    let id = row.lines().rev().find(|line| line.contains("L-2")).unwrap().split_whitespace().next().unwrap().to_owned();
    office.done("approve", &[&id, "--by", "Claire"]);
    assert!(office.done("deliver", &[]).contains("guichet : 1 remise(s)"));
    assert_eq!(office.files("courrier").iter().filter(|name| name.contains("-lrar-")).count(), 2);
}

#[test]
fn insurance_on_the_tenants_behalf_is_written_down_and_its_end_is_told() {
    let office = office(&[("L-1", "DURAND", "TOULOUSE", "")], 120);
    let [start, copy, end] = [40, 39, 1].map(|days| office.day.add_days(-days).to_string());
    let (code, told) = office.asked("insure", &["L-1", "--from", &start, "--premium", "120", "--increase", "10,1"]);
    assert!(code == Some(2) && told.contains("10,1 % refusée") && told.contains("2016-383"), "{told}");
    assert!(office.asked("insure", &["L-1", "--copy", &copy]).1.contains("aucune assurance pour compte n'est notée"));
    assert_eq!(office.asked("insure", &["L-1", "--from", &start]).0, Some(2), "without a premium");
    let taken =
        ["L-1", "--from", &start, "--premium", "120", "--increase", "10", "--insurer", "Hermine", "--policy", "PC-7"];
    let told = office.done("insure", &[&taken[..], &["--by", "Claire"]].concat());
    assert!(told.contains("11,00 € par mois"), "{told}");
    assert!(office.asked("insure", &taken).1.contains("court déjà depuis"));
    // While it runs nothing is asked of the tenant; the copy of the contract is to be given.
    let due = office.done("due", &[]);
    assert!(due.contains("rien à envoyer") && due.contains("à faire  L-1 : Remettre au locataire la copie"), "{due}");
    office.done("insure", &["L-1", "--copy", &copy]);
    assert!(!office.done("due", &[]).contains("à faire"));
    office.done("insure", &["L-1", "--end", &end]);
    let sent = office.done("send", &[]);
    assert!(sent.contains("guichet : 1 remise(s)"), "{sent}");
    let letter = office.letters().remove(0);
    assert!(letter.contains("fin_pour_compte L-1"), "{letter}");
    assert!(letter.contains("PC-7 1100"), "the contract and its premium: {letter}");
    let again = office.done("send", &[]);
    assert!(again.contains("0 relance(s) décidée(s)"), "{again}");
}

#[test]
fn a_letter_that_cannot_be_set_is_held_with_its_reason() {
    let office = office(&[("L-1", "DURAND", "NULLE-PART", ""), ("L-2", "PETIT", "TOULOUSE", "")], 10);
    let sent = office.done("send", &[]);
    assert!(sent.contains("2 relance(s) décidée(s)") && sent.contains("1 remise(s)"), "{sent}");
    let held = office.done("list", &["--state", "retenue"]);
    assert!(held.contains("corriger le registre"), "{held}");
}

#[test]
fn receipts_are_read_back_however_often_they_come() {
    let office = office(&[("L-1", "DURAND", "TOULOUSE", "")], 10);
    office.done("send", &[]);
    let letter = office.files("courrier").into_iter().find(|name| name.ends_with(".pdf")).unwrap();
    let reference = letter.split("-lettre").next().unwrap().to_owned();
    let today = clock::today();
    let rows = format!(
        "reference;numero;presentee_le;distribuee_le;retour\n{reference};1A;{today};{today};\n{reference};1A;{today};{today};\nG-0000;;{today};;\n;1A;;{today};\n{reference};;hier;;\n"
    );
    fs::write(office.house.root().join("avis.csv"), rows).unwrap();
    let told = office.done("receipts", &["avis.csv"]);
    assert!(told.contains("avis.csv:4: « G-0000 » n'est d'aucun envoi"), "{told}");
    assert!(told.contains("avis.csv:6: presentee_le « hier »"), "{told}");
    assert!(told.contains("3 preuve(s) gardée(s)") && told.contains("2 ligne(s) laissée(s) de côté"), "{told}");
    let again = office.done("receipts", &["avis.csv"]);
    assert!(again.contains("0 preuve(s) gardée(s)"), "{again}");
    assert!(office.done("list", &["--state", "acheminee"]).contains("L-1"));
}
