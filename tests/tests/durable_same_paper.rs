//! The same paper, sent again in another form, is linked to the first and counted once: the same tests on SQLite and on
//! PostgreSQL with RabbitMQ.

#![allow(clippy::unwrap_used)]

use guichet_pipeline::read::{Limits, page_image};
use guichet_pipeline::resemblance::Signature;
use guichet_tests::durable::house::House;
use guichet_tests::durable::{Ground, stores, take_in};
use guichet_tests::papers::{REGISTER, text_pdf};
use guichet_workers::clock::Moment;
use guichet_workers::job::{Class, Job, Stage};
use guichet_workers::store::{Artifact, DecisionRow, LinkRow, Place, SegmentRow, SourceEnd, StageEnd, Store, Taken};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use serde_json::json;
use std::path::Path;
use std::time::Duration;

/// The program, with what the other tests add to it asleep.
const PROGRAM: &str = env!("CARGO_BIN_EXE_guichet-hostile");
const HOLD: Duration = Duration::from_secs(60);

/// An attestation for the tenant of [`REGISTER`], for a year.
fn attestation(year: u32) -> Vec<u8> {
    attestation_for("Julie MARTEL", "12 rue des Lilas 69003 LYON", year)
}

fn attestation_for(name: &str, address: &str, year: u32) -> Vec<u8> {
    text_pdf(&format!(
        "MAIF\nATTESTATION D'ASSURANCE HABITATION\nNous attestons que {name}\n\
         a souscrit un contrat d'assurance multirisque habitation\nContrat n. HAB4512987\n\
         Adresse du risque : {address}\nEn qualite de locataire\n\
         Garanties : risques locatifs, incendie, degats des eaux\n\
         Periode de validite : du 01/01/{year} au 31/12/{year}\n\
         La presente attestation est delivree pour servir et valoir ce que de droit.\nFait le 05/01/2026\n"
    ))
}

/// What a copier makes of the first page: grey, a little larger, compressed.
fn scanned(pdf: &[u8]) -> Vec<u8> {
    let page = image::DynamicImage::from(page_image(pdf, 1, &Limits::default()).unwrap()).into_luma8();
    let page = imageops::resize(&page, page.width() * 3 / 2, page.height() * 3 / 2, FilterType::Triangle);
    let page = imageops::blur(&page, 0.6);
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 60).encode_image(&page).unwrap();
    jpeg
}

fn settings(ground: Ground, root: &Path) -> (String, Place) {
    let store = ground.database(root);
    let (database, queue) = (store.address().unwrap(), ground.queue().address().unwrap());
    let folder = root.display();
    let settings = format!(
        "store = \"{database}\"\nqueue = \"{queue}\"\nblobs = \"file:{folder}/blobs\"\nkey = \"file:{folder}/cle\"\n"
    );
    (settings, store)
}

async fn links(store: &Store) -> Vec<LinkRow> {
    store.links_between("", "g").await.unwrap()
}

#[test]
fn a_scan_of_a_paper_is_linked_to_it_and_next_years_is_not() {
    for ground in Ground::BOTH {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let (settings, place) = settings(ground, root);
        let house = House::build(PROGRAM, root, &settings);
        std::fs::write(root.join("contrats.csv"), REGISTER).unwrap();
        let paper = attestation(2026);
        for (name, bytes) in [("1.pdf", paper.clone()), ("2.jpg", scanned(&paper)), ("3.pdf", attestation(2027))] {
            std::fs::write(root.join(name), bytes).unwrap();
            house.done(&["add", name]);
        }
        house.done(&["work", "--drain", "--as-of", "2026-11-23", "--contracts", "contrats.csv"]);
        let lines = house.results();
        let shown = format!("{ground:?}: {lines:#?}");
        let decision = |at: usize| lines[at]["segments"][0]["decision"].clone();
        assert_eq!(decision(0)["outcome"], "accept", "{shown}");
        assert_eq!(decision(2)["reasons"], json!(["pas_encore_valide"]), "{shown}");

        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let store = Store::open(&place, false).await.unwrap();
            let ids: Vec<String> =
                store.sources_after("", 10).await.unwrap().into_iter().map(|source| source.id).collect();
            let links = links(&store).await;
            assert_eq!(links.len(), 1, "{links:?} {shown}");
            let LinkRow { segment, source, other_segment, other, kind } = &links[0];
            assert_eq!((source, other, kind.as_str()), (&ids[1], &ids[0], "meme_papier"), "{ground:?}");
            assert_eq!((segment, other_segment), (&format!("{}/1", ids[1]), &format!("{}/1", ids[0])));
            let told = store.events_after(0, 1000).await.unwrap();
            let told: Vec<_> = told.iter().filter(|event| event.kind == "document.same_paper").collect();
            assert_eq!(told.len(), 1, "{ground:?}");
            assert_eq!(told[0].source.as_ref(), Some(&ids[1]), "{ground:?}");
            assert!(!told[0].body.contains("MARTEL") && !told[0].body.contains("4512987"), "{}", told[0].body);
            let counts = store.decision_counts().await.unwrap();
            assert_eq!(counts.iter().map(|count| count.count).sum::<i64>(), 2, "{ground:?}: {counts:?}");
            let (facts, _) = store.all_lease_facts().await.unwrap();
            assert_eq!(facts["L-1"].papers.len(), 2, "{ground:?}: two papers were sent, one of them twice");
            store.close().await;
        });
        let status = house.done(&["queue", "status"]);
        assert!(status.contains("1 pièce(s) déjà venue(s)") && status.contains("1 pièce(s) à revoir"), "{status}");
    }
}

/// The same paper under another name and for another dwelling: a duplicate, as `guichet process` says of files in the same
/// order, whether or not the first was understood before the second.
#[test]
fn a_paper_for_another_lease_is_a_duplicate_whoever_was_understood_first() {
    let register = format!("{REGISTER}L-2;BRUNEAU;Octave;3 rue Pasteur;69007;Lyon;2020-01-01;logement\n");
    let papers = [attestation(2026), attestation_for("Octave BRUNEAU", "3 rue Pasteur 69007 LYON", 2026)];
    for (ground, first_comes_late) in [(Ground::Embedded, false), (Ground::Embedded, true), (Ground::Servers, false)] {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let (settings, place) = settings(ground, root);
        let house = House::build(PROGRAM, root, &settings);
        std::fs::write(root.join("contrats.csv"), &register).unwrap();
        for (name, bytes) in ["1.pdf", "2.pdf"].into_iter().zip(&papers) {
            std::fs::write(root.join(name), bytes).unwrap();
            house.done(&["add", name]);
        }
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let store = runtime.block_on(Store::open(&place, false)).unwrap();
        if first_comes_late {
            let job = runtime.block_on(store.due(Stage::Read, Class::Courant, Moment::now())).unwrap().swap_remove(0);
            let hold = Duration::from_secs(15);
            let taken = runtime.block_on(store.claim(&job, "somebody slow", Moment::now(), hold)).unwrap();
            assert!(matches!(taken, Taken::Held(_)));
        }
        let asked = ["--as-of", "2026-11-23", "--contracts", "contrats.csv"];
        house.done(&[&["work", "--drain"][..], &asked].concat());
        let decisions = |lines: &[serde_json::Value]| -> Vec<serde_json::Value> {
            lines.iter().map(|line| line["segments"][0]["decision"].clone()).collect()
        };
        let durable = decisions(&house.results());
        assert_eq!(durable[1]["reasons"], json!(["doublon"]), "{ground:?} {first_comes_late}: {durable:#?}");
        let at_once = house.done(&[&["process", "1.pdf", "2.pdf"][..], &asked].concat());
        let at_once: Vec<serde_json::Value> = at_once.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(durable, decisions(&at_once), "{ground:?} {first_comes_late}");
        let links = runtime.block_on(links(&store));
        assert_eq!(links.iter().map(|link| link.kind.as_str()).collect::<Vec<&str>>(), ["autre_bail"], "{ground:?}");
        let events = runtime.block_on(store.events_after(0, 1000)).unwrap();
        let count = |kind: &str| events.iter().filter(|event| event.kind == kind).count();
        let again = count("source.reconsidered");
        assert!(again == 1 || again == 0 && !first_comes_late, "{ground:?} {first_comes_late}: {again}");
        assert_eq!(count("source.done"), 2 + again, "{ground:?}");
        runtime.block_on(store.close());
    }
}

/// What is certain on a paper: whose, where, from when.
fn signature(person: &str, street: &str, start: &str) -> Signature {
    serde_json::from_value(json!({
        "type": "attestation_habitation",
        "facts": {
            "numero_contrat": {"number": "HAB004512987"},
            "assures": {"people": [{"nom": person, "prenom": "Julie"}]},
            "adresse_risque": {"place": {"ligne": street, "complement": null, "code_postal": "69003", "commune": "LYON"}},
            "date_debut": {"when": start},
        },
        "sketch": [],
    }))
    .unwrap()
}

fn document(signature: Signature, outcome: &str, lease: Option<&str>) -> SegmentRow {
    SegmentRow {
        pages: "[1]".to_owned(),
        type_code: "attestation_habitation".to_owned(),
        confidence: 900,
        attachment: None,
        fields: "{}".to_owned(),
        decision: Some(DecisionRow {
            outcome: outcome.to_owned(),
            reasons: "[]".to_owned(),
            lease: lease.map(str::to_owned),
            checks: "[]".to_owned(),
        }),
        signature: Some(signature),
    }
}

async fn held(store: &Store, source: &str, stage: Stage) -> Job {
    let job = format!("{source}.{stage}.1");
    match store.claim(&job, "test", Moment::now(), HOLD).await.unwrap() {
        Taken::Held(job) => job,
        Taken::Gone => panic!("{job} is due"),
    }
}

async fn understood(store: &Store, source: &str, documents: Vec<SegmentRow>) {
    let end = |fingerprint: &str, next, state, segments| StageEnd {
        artifact: Artifact { fingerprint: fingerprint.to_owned(), body: Some("{}".to_owned()), blob: None },
        next,
        source: state,
        segments,
        ..StageEnd::default()
    };
    let job = held(store, source, Stage::Read).await;
    store.finish(&job, &end("r", Stage::Read.next(), SourceEnd::Waiting, None), Moment::now()).await.unwrap();
    let job = held(store, source, Stage::Understand).await;
    let done = end("u", None, SourceEnd::Done { pages: 1 }, Some(documents));
    store.finish(&job, &done, Moment::now()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_later_arrival_points_at_the_earlier_whoever_was_understood_first() {
    for (ground, store, _folder) in stores().await {
        let mut sources = Vec::new();
        for name in ["a", "b", "c", "d"] {
            sources.push(take_in(&store, name, Class::Courant).await);
        }
        let paper = |lease| document(signature("MARTEL", "12 rue des Lilas", "2026-01-01"), "accept", lease);
        understood(&store, &sources[2], vec![paper(Some("L-1"))]).await;
        understood(&store, &sources[0], vec![paper(Some("L-1"))]).await;
        // The first document of that source is another paper.
        let other = document(signature("BRUNEAU", "3 rue Pasteur", "2024-01-01"), "reject", None);
        understood(&store, &sources[1], vec![other, paper(Some("L-2"))]).await;
        let next = document(signature("MARTEL", "12 rue des Lilas", "2027-01-01"), "review", Some("L-1"));
        understood(&store, &sources[3], vec![next]).await;
        let links: Vec<(String, String, String)> =
            links(&store).await.into_iter().map(|link| (link.segment, link.other_segment, link.kind)).collect();
        let link = |later: usize, place: i64, earlier: usize, of: i64, kind: &str| {
            (format!("{}/{place}", sources[later]), format!("{}/{of}", sources[earlier]), kind.to_owned())
        };
        let expected =
            [link(1, 2, 0, 1, "autre_bail"), link(2, 1, 0, 1, "meme_papier"), link(2, 1, 1, 2, "autre_bail")];
        assert_eq!(links, expected, "{ground:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_that_end_at_once_see_one_another() {
    const PAPERS: usize = 8;
    for (ground, store, _folder) in stores().await {
        let mut sources = Vec::new();
        for at in 0..PAPERS {
            sources.push(take_in(&store, &format!("{at}"), Class::Courant).await);
        }
        let paper = || document(signature("MARTEL", "12 rue des Lilas", "2026-01-01"), "review", Some("L-1"));
        let ends: Vec<_> = sources
            .iter()
            .map(|source| {
                let (store, source, paper) = (store.clone(), source.clone(), paper());
                tokio::spawn(async move { understood(&store, &source, vec![paper]).await })
            })
            .collect();
        for end in ends {
            end.await.unwrap();
        }
        assert_eq!(links(&store).await.len(), PAPERS * (PAPERS - 1) / 2, "{ground:?}: every pair");
        let counts = store.decision_counts().await.unwrap();
        assert_eq!(counts.iter().map(|count| count.count).collect::<Vec<i64>>(), [1], "{ground:?}: one paper");
        assert_eq!(store.copy_counts().await.unwrap().same_paper, PAPERS as i64 - 1, "{ground:?}");
        let verified = store.verify_journal(None).await.unwrap();
        assert_eq!(verified.flaw, None, "{ground:?}");
    }
}

/// Of the same paper the accepted one speaks, otherwise the first.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_no_second_paper_of_a_lease() {
    let cases: [(&[&str], &[&str]); 6] = [
        (&["accept", "accept"], &["accept"]),
        (&["review", "review"], &["review"]),
        (&["reject", "reject", "reject"], &["reject"]),
        (&["accept", "review"], &["accept"]),
        (&["review", "accept"], &["accept"]),
        (&["reject", "review", "accept"], &["accept"]),
    ];
    for (ground, store, _folder) in stores().await {
        for (at, (outcomes, expected)) in cases.iter().enumerate() {
            let (lease, street) = (format!("L-{at}"), format!("{} rue des Lilas", 100 + 7 * at));
            for (copy, outcome) in outcomes.iter().enumerate() {
                let source = take_in(&store, &format!("{at} {copy}"), Class::Courant).await;
                let start = format!("20{:02}-01-01", 10 + at);
                understood(
                    &store,
                    &source,
                    vec![document(signature("MARTEL", &street, &start), outcome, Some(&lease))],
                )
                .await;
            }
            let (facts, _) = store.all_lease_facts().await.unwrap();
            let papers: Vec<&str> = facts[&lease].papers.iter().map(|paper| paper.outcome.as_str()).collect();
            assert_eq!(papers, *expected, "{ground:?}: {outcomes:?}");
        }
    }
}
