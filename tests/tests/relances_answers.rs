//! What comes back from tenants reaches the reminders: a reply finds its lease by the code that it quotes, a letter that
//! tells of a death, a congé or a guardian keeps them until an agent has looked.

#![allow(clippy::unwrap_used)]

use guichet_pipeline::relance::reference::{ReplyCode, find};
use guichet_tests::office::Office;
use serde_json::Value;

/// The program with a scripted engine and a scripted typesetter.
const SCRIPTED: &str = env!("CARGO_BIN_EXE_guichet-scripted");

/// Two leases that a paper without a flat cannot tell apart.
fn neighbours() -> Office {
    let office = Office::new(SCRIPTED, &[], 10);
    let end = office.day.add_days(-10);
    let row = |number: i32| {
        format!("L-{number};MARTIN;Luc;;;5 AV VICTOR HUGO;APT {number};31000;TOULOUSE;2020-01-01;;logement;;;{end}")
    };
    office.register(&[row(1), row(2)]);
    office
}

fn attestation(office: &Office, policy: &str, more: &str) -> String {
    let (start, end) = (office.day.add_days(-20).in_french(), office.day.add_days(344).in_french());
    format!(
        "MAIF\nATTESTATION D'ASSURANCE HABITATION\nContrat n° : {policy}\nAssuré : M. Luc MARTIN\n\
         Adresse du risque : 5 avenue Victor Hugo, 31000 TOULOUSE\nQualité : Locataire\n\
         Garanties : risques locatifs, incendie, explosion, dégâts des eaux\n\
         Attestation valable du {start} au {end}\nFait à Niort, le {start}\n{more}"
    )
}

fn decision(result: &Value) -> (String, Vec<String>, Option<String>) {
    let decision = &result["segments"][0]["decision"];
    let reasons = decision["reasons"].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned());
    let lease = decision["reference_contrat"].as_str().map(str::to_owned);
    (decision["outcome"].as_str().unwrap().to_owned(), reasons.collect(), lease)
}

#[test]
fn a_reply_that_quotes_its_letter_finds_its_lease() {
    let office = neighbours();
    let sent = office.done("send", &[]);
    assert!(sent.contains("guichet : 2 remise(s)"), "{sent}");
    // One code in ninety has no digit and is not looked for in a text: one of two letters will do.
    let quotable = |letter: String| Some((letter.split_whitespace().nth(2)?.to_owned(), find(&letter).first()?.code));
    let (written_to, code) = office.letters().into_iter().find_map(quotable).unwrap();
    let written_to = Some(written_to);

    // Without the code nobody can say whose it is; a code that this house did not issue says nothing.
    let (outcome, reasons, lease) = decision(&office.understood("sans.txt", &attestation(&office, "HAB 11112222", "")));
    assert_eq!((outcome.as_str(), &lease), ("review", &None), "{reasons:?}");
    let forged = ReplyCode::new(b"autre", "L-2", "assurance/2026", "relance");
    let text = attestation(&office, "HAB 33334444", &format!("Votre référence : {forged}"));
    assert_eq!(decision(&office.understood("faux.txt", &text)).2, None);

    // With it, the lease that was written to is taken, as persons and address are those of the paper.
    let text = attestation(&office, "HAB 55556666", &format!("Votre référence : {code}"));
    let (outcome, reasons, lease) = decision(&office.understood("avec.txt", &text));
    assert_eq!((outcome.as_str(), &lease), ("accept", &written_to), "{reasons:?}");

    // It makes nobody else's paper right: another tenant's is looked at, for the lease that was written to.
    let other = text.replace("Luc MARTIN", "Zoé AUTRE").replace("HAB 55556666", "HAB 77778888");
    let (outcome, reasons, lease) = decision(&office.understood("autre.txt", &other));
    assert_eq!((outcome.as_str(), &lease), ("review", &written_to), "{reasons:?}");
    let elsewhere = other.replace("5 avenue Victor Hugo", "40 rue de la Gare").replace("HAB 7777", "HAB 9999");
    let (outcome, reasons, lease) = decision(&office.understood("ailleurs.txt", &elsewhere));
    assert_eq!((outcome.as_str(), &lease), ("review", &written_to), "{reasons:?}");
    assert!(office.house.done(&["audit", "verify"]).contains("tient"));
}

#[test]
fn a_letter_that_tells_of_a_death_keeps_reminders_until_an_agent_has_looked() {
    let office = Office::new(SCRIPTED, &[("L-1", "DURAND", "TOULOUSE", ""), ("L-2", "PETIT", "TOULOUSE", "")], 10);
    let prepared = office.done("send", &["--prepare-only"]);
    assert!(prepared.contains("2 relance(s) décidée(s)"), "{prepared}");
    let letter = "Paul Durand\n1 rue Haute\n31000 TOULOUSE\n\nObjet : décès de ma mère\n\nMadame, Monsieur,\n\
         ma mère Anne Durand est décédée le 3 novembre.\n\
         Elle était locataire du 1 rue Haute, 31000 TOULOUSE.\n\
         Nous viderons l'appartement dans le mois.\n\nPaul Durand";
    let result = office.understood("deuil.txt", letter);
    assert_eq!(result["segments"][0]["fields"]["categorie"]["value"], "deces_locataire", "{result}");

    // What is ready does not leave, and nothing more is decided for that lease; others are not concerned.
    let sent = office.done("deliver", &[]);
    assert!(sent.contains("guichet : 1 remise(s)") && sent.contains("1 remise(s) à plus tard"), "{sent}");
    let waiting = office.done("seen", &[]);
    assert!(waiting.contains("L-1") && waiting.contains("décès") && !waiting.contains("L-2"), "{waiting}");
    let source = waiting.split_whitespace().next().unwrap().to_owned();
    let told = office.done("seen", &[&source, "--by", "Claire"]);
    assert!(told.contains("pause"), "{told}");
    let due = office.done("due", &[]);
    assert!(!due.contains("retenue(s)"), "{due}");
    assert!(office.done("seen", &[]).trim().is_empty());
    assert_eq!(office.asked("seen", &[&source]).0, Some(2));
    assert!(office.house.done(&["audit", "verify"]).contains("tient"));
}

#[test]
fn what_a_letter_tells_is_said_to_agents_with_its_reason() {
    let office = Office::new(SCRIPTED, &[("L-1", "DURAND", "TOULOUSE", "")], 10);
    let letter = "UDAF de la Haute-Garonne\n\nObjet : mesure de protection\n\nMadame, Monsieur,\n\
         je suis la curatrice de Mme Anne Durand, locataire du 1 rue Haute, 31000 TOULOUSE.\n\
         Merci de m'adresser désormais vos courriers.\n\nAnne Durand, 1 rue Haute, 31000 TOULOUSE";
    office.understood("curatelle.txt", letter);
    let due = office.done("due", &[]);
    assert!(due.contains("un courrier du locataire est à voir par un agent"), "{due}");
    assert!(due.contains("parle d'une tutelle ou d'une curatelle"), "{due}");
    let sent = office.done("send", &[]);
    assert!(sent.contains("0 relance(s) décidée(s)"), "{sent}");
}
