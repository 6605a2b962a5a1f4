//! The register from the ERP, as a file and as a view of a real PostgreSQL: read the same, read again when it changes, and
//! what a change concerns decided again, once, whatever is killed in between.

#![allow(clippy::unwrap_used)]

use guichet_tests::durable::Ground;
use guichet_tests::durable::house::{House, Worker};
use guichet_tests::scripted::{Script, file};
use guichet_tests::servers::Postgres;
use guichet_workers::clock::Moment;
use guichet_workers::job::{Class, Job, Stage};
use guichet_workers::register::Origin;
use guichet_workers::settings::Settings;
use guichet_workers::store::{
    Artifact, BlobRow, BlobState, Finished, Place, RegisterChange, SegmentRow, SourceEnd, StageEnd, Store, Taken,
};
use serde_json::Value;
use sqlx::{Connection, PgConnection};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The program with a scripted engine.
const SCRIPTED: &str = env!("CARGO_BIN_EXE_guichet-scripted");
const PATIENCE: Duration = Duration::from_secs(60);
const WORK: [&str; 5] = ["work", "--jobs", "2", "--as-of", "2026-06-15"];

/// Reference, name, first name, street: all that the tests change.
type Row = (&'static str, &'static str, &'static str, &'static str);

const MARTEL: Row = ("L-1", "MARTEL", "Julie", "12 rue des Lilas");
const DURAND: Row = ("L-2", "DURAND", "Anne", "3 avenue Foch");
const PETIT: Row = ("L-3", "PETIT", "Luc", "7 rue Basse");
/// Leases of which no paper speaks.
const OTHERS: [Row; 3] = [
    ("L-7", "OLIVIER", "Paul", "40 quai Haut"),
    ("L-8", "GARNIER", "Rose", "41 quai Haut"),
    ("L-9", "LAMBERT", "Eve", "42 quai Haut"),
];

fn attestation(name: &str, street: &str, number: &str) -> Vec<u8> {
    let words = format!(
        "MAIF\nATTESTATION D'ASSURANCE HABITATION\nNous attestons que {name}\na souscrit un contrat d'assurance multirisque habitation\n\
         Contrat n. {number}\nAdresse du risque : {street} 69003 LYON\nEn qualite de locataire\n\
         Garanties : risques locatifs, incendie, degats des eaux\nPeriode de validite : du 01/01/2026 au 31/12/2026\n\
         La presente attestation est delivree pour servir et valoir ce que de droit.\nFait le 05/01/2026\n"
    );
    file(Script::Good, &words)
}

/// Where the ERP shows its leases.
enum Erp {
    File(std::path::PathBuf),
    View(String),
}

impl Erp {
    fn new(ground: Ground, root: &Path) -> Self {
        if ground == Ground::Embedded {
            return Self::File(root.join("contrats.csv"));
        }
        let address = Postgres::shared().database();
        sql(
            &address,
            "create table bail (reference varchar(12), nom text, prenom text, rue char(40), cp integer, commune text); \
             create view guichet_baux as select reference as reference_contrat, nom, prenom, rue as adresse, \
             cp as code_postal, commune from bail",
        );
        Self::View(address)
    }

    fn setting(&self) -> String {
        match self {
            Self::File(path) => format!("csv:{}", path.display()),
            Self::View(address) => address.clone(),
        }
    }

    /// Has exactly these leases, from one moment to the next.
    fn put(&self, rows: &[Row]) {
        match self {
            Self::File(path) => {
                let lines = rows.iter().map(|(l, nom, prenom, rue)| format!("{l};{nom};{prenom};{rue};69003;Lyon\n"));
                let header = "reference_contrat;nom;prenom;adresse;code_postal;commune\n";
                let new = path.with_extension("neuf");
                fs::write(&new, format!("{header}{}", lines.collect::<String>())).unwrap();
                fs::rename(&new, path).unwrap();
            }
            Self::View(address) => {
                let rows =
                    rows.iter().map(|(l, nom, prenom, rue)| format!("('{l}','{nom}','{prenom}','{rue}',69003,'Lyon')"));
                let rows: Vec<String> = rows.collect();
                sql(address, &format!("begin; delete from bail; insert into bail values {}; commit", rows.join(",")));
            }
        }
    }
}

fn sql(address: &str, text: &str) {
    block_on(async {
        let mut connection = PgConnection::connect(address).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// A house whose register is that of an ERP, with three papers: two of tenants, one of somebody unknown.
struct Landlord {
    house: House,
    erp: Erp,
    store: Place,
    _root: TempDir,
}

impl Landlord {
    fn new(ground: Ground) -> Self {
        let root = tempfile::tempdir().unwrap();
        let erp = Erp::new(ground, root.path());
        let store = ground.database(root.path());
        let settings = format!(
            "store = \"{}\"\nqueue = \"{}\"\nblobs = \"file:blobs\"\nkey = \"file:guichet.cle\"\n\
             [travail]\nbail_s = 2\n[registre]\nsource = \"{}\"\nrelecture_s = 1\n",
            store.address().unwrap(),
            ground.queue().address().unwrap(),
            erp.setting(),
        );
        let house = House::build(SCRIPTED, root.path(), &settings);
        erp.put(&[&[MARTEL, DURAND][..], &OTHERS].concat());
        fs::create_dir(root.path().join("in")).unwrap();
        for (name, bytes) in [
            ("martel", attestation("Julie MARTEL", "12 rue des Lilas", "HAB4512987")),
            ("durand", attestation("Anne DURAND", "3 avenue Foch", "HAB4512988")),
            ("petit", attestation("Luc PETIT", "7 rue Basse", "HAB4512989")),
        ] {
            fs::write(root.path().join("in").join(name), bytes).unwrap();
        }
        house.done(&["add", "in"]);
        let landlord = Self { house, erp, store, _root: root };
        landlord.drain(None);
        assert_eq!(landlord.decided(), ["accept L-2", "accept L-1", "review -"], "{ground:?}");
        landlord
    }

    fn drain(&self, crash: Option<&str>) -> Option<i32> {
        let mut worker = self.house.start(&[&WORK[..], &["--drain"]].concat(), crash);
        worker.wait(PATIENCE).and_then(|status| status.code())
    }

    fn worker(&self) -> Worker {
        self.house.start(&WORK, None)
    }

    /// Gives outcome and lease of each paper, by name: durand, martel, petit.
    fn decided(&self) -> Vec<String> {
        let mut lines = self.house.results();
        lines.sort_by_key(|line| line["source"].as_str().unwrap().to_owned());
        let decision = |line: &Value| {
            let decision = &line["segments"][0]["decision"];
            let lease = decision["reference_contrat"].as_str().unwrap_or("-");
            format!("{} {lease}", decision["outcome"].as_str().unwrap_or("none"))
        };
        lines.iter().map(decision).collect()
    }

    fn wait(&self, expected: [&str; 3]) {
        let started = Instant::now();
        while self.decided() != expected {
            let log = self.house.end_of_log();
            assert!(started.elapsed() < PATIENCE, "{:?} and not {expected:?}: {log}", self.decided());
            std::thread::sleep(Duration::from_millis(300));
        }
    }

    /// Counts rows of the journal, by kind and by the name of the paper.
    fn events(&self) -> BTreeMap<(String, String), usize> {
        block_on(async {
            let store = Store::open(&self.store, false).await.unwrap();
            let sources = store.sources_after("", 100).await.unwrap();
            let name = |id: &Option<String>| {
                let source = sources.iter().find(|source| Some(&source.id) == id.as_ref());
                source.map(|source| source.name.trim_start_matches("in/").to_owned()).unwrap_or_default()
            };
            let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
            for event in store.events_after(0, 1000).await.unwrap() {
                *counts.entry((event.kind, name(&event.source))).or_default() += 1;
            }
            assert_eq!(store.verify_journal(None).await.unwrap().flaw, None);
            store.close().await;
            counts
        })
    }

    fn count(&self, kind: &str, paper: &str) -> usize {
        self.events().get(&(kind.to_owned(), paper.to_owned())).copied().unwrap_or_default()
    }

    /// How often each paper was decided: durand, martel, petit.
    fn times(&self) -> [usize; 3] {
        ["durand", "martel", "petit"].map(|paper| self.count("document.decided", paper))
    }
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn a_change_decides_again_what_it_concerns(ground: Ground) {
    let landlord = Landlord::new(ground);
    assert_eq!((landlord.count("register.changed", ""), landlord.times()), (1, [1, 1, 1]), "{ground:?}");
    let moved = ("L-1", "MARTEL", "Julie", "99 boulevard Neuf");
    let mut worker = landlord.worker();

    landlord.erp.put(&[&[moved, DURAND][..], &OTHERS].concat());
    landlord.wait(["accept L-2", "review L-1", "review -"]);
    assert_eq!(
        (landlord.count("register.changed", ""), landlord.times()),
        (2, [1, 2, 1]),
        "{ground:?}: it, and only it"
    );

    landlord.erp.put(&[&[moved, DURAND, PETIT][..], &OTHERS].concat());
    landlord.wait(["accept L-2", "review L-1", "accept L-3"]);
    assert_eq!(
        (landlord.count("register.changed", ""), landlord.times()),
        (3, [1, 2, 2]),
        "{ground:?}: what found none"
    );

    landlord.erp.put(&[&[MARTEL, DURAND, PETIT][..], &OTHERS].concat());
    landlord.wait(["accept L-2", "accept L-1", "accept L-3"]);
    assert_eq!(landlord.times(), [1, 3, 2], "{ground:?}: as it was");
    let last = block_on(async {
        let store = Store::open(&landlord.store, false).await.unwrap();
        let (facts, _) = store.all_lease_facts().await.unwrap();
        store.close().await;
        facts["L-1"].papers.iter().map(|paper| paper.outcome.clone()).collect::<Vec<String>>()
    });
    assert_eq!(last, ["accept"], "{ground:?}: the last word is the last, though it was said before");

    // Half of the leases are gone: not without a yes.
    landlord.erp.put(&[MARTEL, PETIT, OTHERS[0]]);
    let started = Instant::now();
    while !landlord.house.end_of_log().contains("register lacks leases") {
        assert!(started.elapsed() < PATIENCE, "{ground:?}: {}", landlord.house.end_of_log());
        std::thread::sleep(Duration::from_millis(200));
    }
    let check = landlord.house.run(&["register", "check"], None);
    assert_eq!(check.status.code(), Some(2), "{}", told(&check));
    assert!(told(&check).contains("0 nouveau(x), 0 modifié(s), 3 disparu(s)"), "{}", told(&check));
    assert!(told(&check).contains("guichet register accept"), "{}", told(&check));
    let doctor = told(&landlord.house.run(&["doctor"], None));
    assert!(doctor.contains("3 baux sur 6 n'y sont plus"), "{doctor}");
    worker.signal(nix::sys::signal::Signal::SIGTERM);
    assert_eq!(worker.wait(PATIENCE).and_then(|status| status.code()), Some(0), "{}", landlord.house.end_of_log());
    assert_eq!(landlord.drain(None), Some(2), "{ground:?}: nor when it starts anew");
    assert_eq!(
        (landlord.count("register.changed", ""), landlord.times()),
        (4, [1, 3, 2]),
        "{ground:?}: nothing happened"
    );

    let accepted = landlord.house.done(&["register", "accept", "--by", "Claire"]);
    assert!(accepted.contains("accepté par Claire"), "{accepted}");
    assert_eq!(landlord.drain(None), Some(0), "{}", landlord.house.end_of_log());
    assert_eq!(landlord.decided(), ["review -", "accept L-1", "accept L-3"], "{ground:?}");
    assert_eq!((landlord.count("register.changed", ""), landlord.times()), (5, [2, 3, 2]), "{ground:?}");
    assert_eq!(landlord.count("register.accepted", ""), 1, "{ground:?}");
}

#[test]
fn a_changed_file_decides_again_what_it_concerns() {
    a_change_decides_again_what_it_concerns(Ground::Embedded);
}

#[test]
fn a_changed_view_decides_again_what_it_concerns() {
    a_change_decides_again_what_it_concerns(Ground::Servers);
}

#[test]
fn a_file_that_is_broken_or_half_written_changes_nothing() {
    let landlord = Landlord::new(Ground::Embedded);
    let Erp::File(path) = &landlord.erp else { unreachable!() };
    let whole = fs::read(path).unwrap();
    let _worker = landlord.worker();
    let started = Instant::now();
    let log = || fs::read_to_string(landlord.house.log()).unwrap();
    while log().matches("register in use").count() < 2 {
        assert!(started.elapsed() < PATIENCE, "{}", landlord.house.end_of_log());
        std::thread::sleep(Duration::from_millis(100));
    }
    // Written bit by bit, as over a slow network: never taken before it is whole.
    let longer = [&whole[..], b"L-3;PETIT;Luc;7 rue Basse;69003;Lyon\n"].concat();
    for end in [30, 120, 200, longer.len()] {
        fs::write(path, &longer[..end.min(longer.len())]).unwrap();
        std::thread::sleep(Duration::from_millis(800));
    }
    landlord.wait(["accept L-2", "accept L-1", "accept L-3"]);
    assert_eq!((landlord.count("register.changed", ""), landlord.times()), (2, [1, 1, 2]));
    fs::write(path, b"reference_contrat;nom\nL-1;MARTEL\n").unwrap();
    let started = Instant::now();
    while !landlord.house.end_of_log().contains("register not read") {
        assert!(started.elapsed() < PATIENCE, "{}", landlord.house.end_of_log());
        std::thread::sleep(Duration::from_millis(200));
    }
    fs::remove_file(path).unwrap();
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!((landlord.count("register.changed", ""), landlord.times()), (2, [1, 1, 2]));
    let log = log();
    assert!(!log.contains("MARTEL") && !log.contains("PETIT"), "logs hold no names: {log}");
}

fn killed_in_between(ground: Ground, place: &str) {
    let landlord = Landlord::new(ground);
    landlord.erp.put(&[&[("L-1", "MARTEL", "Julie", "99 boulevard Neuf"), DURAND, PETIT][..], &OTHERS].concat());
    assert_eq!(landlord.drain(Some(&format!("{place}:1"))), None, "{ground:?}: it dies at {place}");
    assert_eq!(landlord.drain(None), Some(0), "{ground:?}, {place}: {}", landlord.house.end_of_log());
    assert_eq!(landlord.decided(), ["accept L-2", "review L-1", "accept L-3"], "{ground:?}, {place}");
    let times = (landlord.count("register.changed", ""), landlord.times());
    assert_eq!(times, (2, [1, 2, 2]), "{ground:?}, {place}: once, neither lost nor twice");
}

#[test]
fn a_kill_between_noting_and_deciding_loses_and_repeats_nothing() {
    for ground in Ground::BOTH {
        for place in ["register_noted", "register_applied", "register_again"] {
            killed_in_between(ground, place);
        }
    }
}

#[test]
fn of_two_processes_one_applies_a_change() {
    for ground in Ground::BOTH {
        let landlord = Landlord::new(ground);
        landlord.erp.put(&[&[("L-1", "MARTEL", "Julie", "99 boulevard Neuf"), DURAND, PETIT][..], &OTHERS].concat());
        let arguments = [&WORK[..], &["--drain"]].concat();
        let mut workers = [0; 3].map(|_| landlord.house.start(&arguments, None));
        for worker in &mut workers {
            let code = worker.wait(PATIENCE).and_then(|status| status.code());
            assert_eq!(code, Some(0), "{ground:?}: {}", landlord.house.end_of_log());
        }
        assert_eq!(landlord.decided(), ["accept L-2", "review L-1", "accept L-3"], "{ground:?}");
        assert_eq!((landlord.count("register.changed", ""), landlord.times()), (2, [1, 2, 2]), "{ground:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_of_another_register_is_not_let_in() {
    for ground in Ground::BOTH {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&ground.database(folder.path()), false).await.unwrap();
        guichet_tests::durable::take_in(&store, "a", Class::Courant).await;
        let now = Moment::now();
        let apply = |before: Option<&str>, after: &str| RegisterChange {
            before: before.map(str::to_owned),
            after: after.to_owned(),
            ..RegisterChange::default()
        };
        assert!(store.apply_register(&apply(None, "un"), now).await.unwrap(), "{ground:?}");
        assert!(!store.apply_register(&apply(None, "autre"), now).await.unwrap(), "{ground:?}: there is one");
        let job = held(&store, now).await;
        let end = |register: &str| StageEnd {
            source: SourceEnd::Done { pages: 1 },
            register: Some(register.to_owned()),
            ..StageEnd::default()
        };
        assert!(store.apply_register(&apply(Some("un"), "deux"), now).await.unwrap(), "{ground:?}");
        assert!(!store.apply_register(&apply(Some("un"), "trois"), now).await.unwrap(), "{ground:?}: too late");
        assert!(!store.apply_register(&apply(Some("deux"), "deux"), now).await.unwrap(), "{ground:?}: it is the one");
        assert_eq!(store.finish(&job, &end("un"), now).await.unwrap(), Finished::Outdated, "{ground:?}");
        assert!(store.renew(&job, now, Duration::from_secs(60)).await.unwrap(), "{ground:?}: it is still held");
        assert_eq!(store.finish(&job, &end("deux"), now).await.unwrap(), Finished::Done, "{ground:?}");
        store.close().await;
    }
}

/// A server that was killed may have forgotten that the words of a paper are there; purged is another thing.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_looks_at_papers_until_their_words_are_purged() {
    for ground in Ground::BOTH {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&ground.database(folder.path()), false).await.unwrap();
        guichet_tests::durable::take_in(&store, "a", Class::Courant).await;
        let now = Moment::now();
        let words = BlobRow {
            hash: "cafe".to_owned(),
            kind: "read".to_owned(),
            generation: 1,
            algorithm: "essai".to_owned(),
            key_id: "k".to_owned(),
            wrapped: "w".to_owned(),
            bytes: 2,
            state: BlobState::Pending,
        };
        store.reserve_blob(&words, now).await.unwrap();
        let document = SegmentRow {
            pages: "[1]".to_owned(),
            type_code: "attestation_habitation".to_owned(),
            confidence: 900,
            attachment: None,
            fields: "{}".to_owned(),
            decision: None,
            signature: None,
        };
        let end = StageEnd {
            artifact: Artifact { blob: Some(words.hash.clone()), ..Artifact::default() },
            source: SourceEnd::Done { pages: 1 },
            segments: Some(vec![document]),
            ..StageEnd::default()
        };
        assert_eq!(store.finish(&held(&store, now).await, &end, now).await.unwrap(), Finished::Done, "{ground:?}");
        let first = RegisterChange { after: "un".to_owned(), ..RegisterChange::default() };
        assert!(store.apply_register(&first, now).await.unwrap(), "{ground:?}");
        let change = store.open_register_changes().await.unwrap().remove(0);
        let papers = async || store.standing_papers(&change).await.unwrap().papers.len();
        assert_eq!(papers().await, 1, "{ground:?}: nothing says yet that the words are there");
        store.blob_stored(&words, now).await.unwrap();
        assert_eq!(papers().await, 1, "{ground:?}");
        store.purge_blob(&words.hash, now).await.unwrap();
        assert_eq!(papers().await, 0, "{ground:?}: they are gone");
        store.close().await;
    }
}

async fn held(store: &Store, now: Moment) -> Job {
    let jobs = store.due(Stage::Read, Class::Courant, now).await.unwrap();
    match store.claim(&jobs[0], "test", now, Duration::from_secs(60)).await.unwrap() {
        Taken::Held(job) => job,
        Taken::Gone => panic!("nobody else claims"),
    }
}

#[test]
fn a_view_of_any_types_reads_like_the_file() {
    let address = Postgres::shared().database();
    sql(
        &address,
        "create schema erp; create table erp.\"Bail\" (\"Numero\" bigint, titulaire text, prenom varchar(20), conjoint text, \
         rue char(30), appartement text, cp integer, ville text, effet date, fin timestamptz, usage text, mail text, \
         tel numeric(12, 0), couvert timestamp);
         insert into erp.\"Bail\" values
         (1002, 'Morel', 'ZOÉ', null, '1 rue Haute', '', 1000, 'Bourg', '2020-02-01', null, 'logement', 'zoe@exemple.fr', 612345678, '2026-03-31 12:00'),
         (1001, 'Durand', 'anne', 'Petit', '3 rue Basse', 'Apt 2', 31000, 'Toulouse', '2019-12-31', '2026-06-30 00:00+02', null, null, null, null),
         (1001, 'Sow', 'Awa', null, '3 rue Basse', 'Apt 2', 31000, 'Toulouse', '2019-12-31', null, null, 'awa@exemple.fr', null, '2026-05-31'),
         (1003, null, 'Paul', null, '4 rue Basse', null, 31000, 'Toulouse', null, null, 'logement', null, null, null),
         (1004, 'Roux', 'Paul', null, '4 rue Basse', null, 3100000, 'Toulouse', null, null, 'logement', null, null, null),
         (1005, 'Roux', 'Paul', null, '4 rue Basse', null, 31000, 'Toulouse', 'infinity', null, 'logement', null, null, null),
         (null, 'Roux', 'Paul', null, '4 rue Basse', null, 31000, 'Toulouse', null, null, 'garage', null, null, null);
         create view erp.guichet_baux as select \"Numero\" as reference_contrat, titulaire as nom, prenom, conjoint as nom_conjoint, \
         case when conjoint is not null then 'Luc' end as prenom_conjoint, rue as \"ADRESSE\", appartement as complement, \
         cp as code_postal, ville as commune, effet as date_effet, fin as date_fin_bail, usage as type_bien, mail as email, \
         tel as telephone, couvert as assurance_fin, now() as exporte_le from erp.\"Bail\";
         create role lecture login; grant usage on schema erp to lecture; grant select on erp.guichet_baux to lecture",
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contrats.csv");
    fs::write(
        &path,
        "reference_contrat;nom;prenom;nom_conjoint;prenom_conjoint;adresse;complement;code_postal;commune;date_effet;date_fin_bail;type_bien;email;telephone;assurance_fin\n\
         1001;Durand;anne;Petit;Luc;3 rue Basse;Apt 2;31000;Toulouse;2019-12-31;2026-06-30;;;;\n\
         1001;Sow;Awa;;;3 rue Basse;Apt 2;31000;Toulouse;2019-12-31;;;awa@exemple.fr;;2026-05-31\n\
         1002;Morel;ZOÉ;;;1 rue Haute;;01000;Bourg;2020-02-01;;logement;zoe@exemple.fr;612345678;2026-03-31\n",
    )
    .unwrap();
    let reader = address.replace("guichet@", "lecture@");
    let read = |source: &str, view: &str| {
        let text = format!("[registre]\nsource = \"{source}\"\nvue = \"{view}\"\n");
        let settings = Settings::parse("guichet.toml", &text).unwrap();
        Origin::of(None, &settings.registre).unwrap().unwrap().read()
    };
    let (view, csv) =
        (read(&reader, "erp.guichet_baux").unwrap(), read(&format!("csv:{}", path.display()), "").unwrap());
    assert_eq!(view.register.leases(), csv.register.leases());
    assert_eq!((&view.hash, &view.whole), (&csv.hash, &csv.whole));
    let bad: Vec<String> = view.bad_rows.iter().map(|row| format!("{} : {}", row.place, row.message)).collect();
    let expected = [
        "vue erp.guichet_baux, ligne sans référence : la colonne reference_contrat est vide",
        "vue erp.guichet_baux, bail 1003 : le bail 1003 n'a pas de titulaire : remplir la colonne nom",
        "vue erp.guichet_baux, bail 1004 : le code postal « 3100000 » du bail 1004 n'a pas cinq chiffres",
        "vue erp.guichet_baux, bail 1005 : date_effet « infinity » n'est pas une date (attendu : 2026-09-01)",
    ];
    let sorted = |mut rows: Vec<String>| {
        rows.sort();
        rows
    };
    assert_eq!(sorted(bad), sorted(expected.map(str::to_owned).to_vec()));

    for (view, said) in [
        ("guichet_baux", "nom exact de la table ou de la vue"),
        ("erp.Bail", "GRANT SELECT"),
        ("pg_catalog.pg_class", "colonnes absentes : reference_contrat"),
    ] {
        let refusal = read(&reader, view).unwrap_err().to_string();
        assert!(refusal.contains(said), "{view}: {refusal}");
    }
    let refusal = read(&address.replace("guichet@", "inconnu@"), "erp.guichet_baux").unwrap_err().to_string();
    assert!(refusal.contains("vérifier l'utilisateur"), "{refusal}");
}
