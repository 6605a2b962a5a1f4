//! The door for other programs, over real HTTP.

#![allow(clippy::unwrap_used)]

use guichet_tests::durable::house::{House, Worker};
use guichet_tests::http::{Answer, ask, ask_in_pieces};
use guichet_tests::scripted::{Script, file};
use guichet_tests::servers::free_port;
use nix::sys::signal::Signal;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The program with a scripted engine.
const SCRIPTED: &str = env!("CARGO_BIN_EXE_guichet-scripted");
const PATIENCE: Duration = Duration::from_secs(30);
/// A name that must stand in no log.
const SECRET: &str = "Zéphyrine";
/// Bytes of a file at most.
const MOST: usize = 20_000;

/// A house that listens.
struct Door {
    house: House,
    worker: Worker,
    address: String,
    /// May hand over and read.
    token: String,
    _folder: TempDir,
}

impl Door {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("127.0.0.1:{}", free_port());
        let settings =
            format!("[api]\necoute = \"{address}\"\n[limites]\noctets_max = {MOST}\n[travail]\nbail_s = 2\n");
        let house = House::build(SCRIPTED, folder.path(), &settings);
        let token = issue(&house, "erp", "sources:write,results:read");
        let worker = serve(&house);
        let door = Self { house, worker, address, token, _folder: folder };
        door.wait();
        door
    }

    fn wait(&self) {
        let started = Instant::now();
        while ask(&self.address, "GET /health/live", &[], b"").is_err() {
            assert!(started.elapsed() < PATIENCE, "it listens: {}", self.house.end_of_log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn authorized(&self) -> (&'static str, String) {
        ("Authorization", format!("Bearer {}", self.token))
    }

    fn get(&self, path: &str) -> Answer {
        let (name, value) = self.authorized();
        ask(&self.address, &format!("GET {path}"), &[(name, &value)], b"").unwrap()
    }

    fn post(&self, query: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let (name, value) = self.authorized();
        let headers = [headers, &[(name, value.as_str())]].concat();
        ask(&self.address, &format!("POST /api/v1/sources{query}"), &headers, body).unwrap()
    }

    fn result(&self, id: &str) -> Value {
        let started = Instant::now();
        loop {
            let answer = self.get(&format!("/api/v1/sources/{id}/result"));
            match answer.status {
                200 => return answer.json(),
                202 => assert!(answer.headers.contains_key("retry-after")),
                other => panic!("{other}: {}", answer.body),
            }
            assert!(started.elapsed() < PATIENCE, "it is read: {}", self.house.end_of_log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Asks for every page and gives all items.
    fn pages(&self, path: &str, limit: usize) -> Vec<Value> {
        let (mut items, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("{path}?limit={limit}&after={after}"));
            assert_eq!(page.status, 200, "{}", page.body);
            let page = page.json();
            let found = page["items"].as_array().unwrap();
            assert!(found.len() <= limit);
            items.extend(found.iter().cloned());
            match page["next"].as_str() {
                Some(next) => after = next.to_owned(),
                None => return items,
            }
        }
    }
}

fn issue(house: &House, name: &str, scopes: &str) -> String {
    house.done(&["tokens", "add", name, "--scopes", scopes]).trim().to_owned()
}

fn serve(house: &House) -> Worker {
    house.start(&["serve", "--as-of", "2026-11-23"], None)
}

fn paper(words: &str) -> Vec<u8> {
    file(Script::Good, &format!("Madame {SECRET}\n{words}"))
}

fn id(answer: &Answer) -> String {
    answer.json()["id"].as_str().unwrap_or_else(|| panic!("no id: {}", answer.body)).to_owned()
}

#[test]
fn a_file_handed_over_is_read_and_its_result_fetched() {
    let door = Door::open();
    let sent = door.post(&format!("?name={}&class=urgent&channel=erp&sender=service-7", "a.pdf"), &[], &paper("un"));
    assert_eq!(sent.status, 202, "{}", sent.body);
    let source = id(&sent);
    assert_eq!(sent.headers["location"], format!("/api/v1/sources/{source}"));
    let result = door.result(&source);
    assert_eq!((&result["source"], &result["status"]), (&"a.pdf".into(), &"ok".into()));
    assert_eq!(door.house.results(), std::slice::from_ref(&result), "the same as on the command line");

    let one = door.get(&sent.headers["location"]).json();
    assert_eq!(one["state"], "done");
    let arrival = &one["arrivals"][0];
    assert_eq!((&arrival["channel"], &arrival["sender"]), (&"erp".into(), &"service-7".into()));
    assert_eq!(door.pages("/api/v1/results", 10)[0]["result"], result);
    let kinds: Vec<Value> = door.pages("/api/v1/events", 1).iter().map(|event| event["kind"].clone()).collect();
    assert_eq!(kinds.first(), Some(&"source.received".into()));
    assert_eq!(kinds.last(), Some(&"source.done".into()));
    let decisions = door.pages("/api/v1/decisions", 10);
    assert!(decisions.iter().all(|decision| decision["source"] == source.as_str()), "{decisions:?}");
}

#[test]
fn a_form_holds_one_file() {
    let door = Door::open();
    let form = |parts: &[(&str, &[u8])]| {
        let mut body = Vec::new();
        for (head, bytes) in parts {
            body.extend(format!("--LIMITE\r\nContent-Disposition: form-data; {head}\r\n\r\n").bytes());
            body.extend(*bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--LIMITE--\r\n");
        body
    };
    let kind = [("Content-Type", "multipart/form-data; boundary=LIMITE")];
    let bytes = paper("formulaire");
    let file_part = ("name=\"file\"; filename=\"b.pdf\"", bytes.as_slice());
    let sent = door.post("", &kind, &form(&[("name=\"class\"", b"masse"), file_part]));
    assert_eq!(sent.status, 202, "{}", sent.body);
    assert_eq!(door.result(&id(&sent))["source"], "b.pdf");
    let cases: [(&str, Vec<u8>, u16, &str); 5] = [
        ("no file", form(&[("name=\"class\"", b"masse")]), 422, "file"),
        ("two files", form(&[file_part, file_part]), 422, "deux fois"),
        ("an unknown field", form(&[("name=\"classe\"", b"masse"), file_part]), 422, "classe"),
        ("too large", form(&[("name=\"file\"", &[7; MOST + 1])]), 413, "limite"),
        ("broken off", form(&[file_part])[..90].to_vec(), 400, "interrompu"),
    ];
    for (what, body, status, word) in cases {
        let answer = door.post("", &kind, &body);
        assert_eq!(answer.status, status, "{what}: {}", answer.body);
        assert!(answer.detail().contains(word), "{what}: {}", answer.body);
    }
    assert_eq!(door.pages("/api/v1/sources", 10).len(), 1, "what was refused is not there");
}

#[test]
fn a_repeated_hand_over_changes_nothing() {
    let door = Door::open();
    let key = [("Idempotency-Key", "envoi-1")];
    let first = door.post("", &key, &paper("un"));
    let again = door.post("", &key, &paper("un"));
    assert_eq!((first.status, again.status, id(&first)), (202, 200, id(&again)));
    assert_eq!(again.json()["outcome"], "repeated");
    let other = door.post("", &key, &paper("deux"));
    assert_eq!(other.status, 422, "{}", other.body);
    let known = door.post("", &[], &paper("un"));
    assert_eq!((known.json()["outcome"].clone(), id(&known)), ("known".into(), id(&first)));
    assert_eq!(door.pages("/api/v1/sources", 10).len(), 1);
    assert_eq!(door.get(&format!("/api/v1/sources/{}", id(&first))).json()["arrivals"].as_array().unwrap().len(), 2);
    // Another sender may use the same key for something else.
    let token = issue(&door.house, "autre", "sources:write");
    let bearer = format!("Bearer {token}");
    let headers = [key[0], ("Authorization", bearer.as_str())];
    let theirs = ask(&door.address, "POST /api/v1/sources", &headers, &paper("deux")).unwrap();
    assert_eq!(theirs.status, 202, "{}", theirs.body);
}

#[test]
fn pages_hold_everything_once_and_in_order() {
    let door = Door::open();
    let sent: Vec<String> = (0..7).map(|at| id(&door.post("", &[], &paper(&at.to_string())))).collect();
    for source in &sent {
        door.result(source);
    }
    let ids = |path: &str, limit| {
        let items = door.pages(path, limit);
        items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<String>>()
    };
    for limit in [1, 3, 7, 500] {
        assert_eq!(ids("/api/v1/sources", limit), sent, "{limit}");
        assert_eq!(ids("/api/v1/results", limit), sent, "{limit}");
    }
    let done = door.get("/api/v1/sources?state=done&limit=500").json();
    assert_eq!(done["items"].as_array().unwrap().len(), 7);
    let waiting = door.get("/api/v1/sources?state=waiting").json();
    assert_eq!(waiting["items"], Value::Array(Vec::new()));
    let numbers: Vec<i64> =
        door.pages("/api/v1/events", 4).iter().map(|event| event["seq"].as_i64().unwrap()).collect();
    assert_eq!(numbers, (1..=numbers.len() as i64).collect::<Vec<i64>>());
}

#[test]
fn mistakes_are_told_as_problems() {
    let door = Door::open();
    let cases: [(&str, u16, &str); 9] = [
        ("GET /nulle/part", 404, "rien"),
        ("GET /api/v1/sources/inconnue", 404, "inconnue"),
        ("GET /api/v1/sources/inconnue/result", 404, "inconnue"),
        ("DELETE /api/v1/sources", 405, "méthode"),
        ("GET /api/v1/sources?limit=0", 422, "limit"),
        ("GET /api/v1/sources?state=fini", 422, "waiting"),
        ("GET /api/v1/sources?stat=done", 422, "stat"),
        ("GET /api/v1/events?after=x", 422, "after"),
        ("POST /api/v1/sources?class=express", 422, "urgent"),
    ];
    let (name, value) = door.authorized();
    for (request, status, word) in cases {
        let answer = ask(&door.address, request, &[(name, &value)], b"x").unwrap();
        assert_eq!(answer.status, status, "{request}: {}", answer.body);
        assert_eq!(answer.headers["content-type"], "application/problem+json", "{request}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{request}");
        assert!(answer.detail().contains(word), "{request}: {}", answer.body);
        assert_eq!(answer.json()["status"], status, "{request}");
    }
    assert_eq!(door.post("", &[], b"").status, 422, "an empty file");
    assert_eq!(door.post("", &[("Idempotency-Key", &"k".repeat(256))], b"x").status, 422, "a long key");
    assert_eq!(door.post("", &[], &[7; MOST + 1]).status, 413, "told beforehand");
    let headers = [(name, value.as_str())];
    let pieces = ask_in_pieces(&door.address, "POST /api/v1/sources", &headers, &[7; MOST + 1]).unwrap();
    assert_eq!(pieces.status, 413, "found out on the way");
    let pieces = ask_in_pieces(&door.address, "POST /api/v1/sources", &headers, &paper("morceaux")).unwrap();
    assert_eq!(pieces.status, 202, "{}", pieces.body);
}

/// S1: every route that is described, without a token, with each other right, with the right one.
#[test]
fn every_route_asks_for_its_right_and_no_other_will_do() {
    let door = Door::open();
    let scopes = ["sources:write", "results:read", "metrics:read"];
    let tokens = scopes.map(|scope| issue(&door.house, scope, scope));
    let described = ask(&door.address, "GET /api/v1/openapi.json", &[], b"").unwrap().json();
    let mut tried = 0;
    for (path, methods) in described["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let request = format!("{} {}", method.to_uppercase(), path.replace("{id}", "x"));
            let wanted = operation["security"][0]["jeton"][0].as_str();
            let bare = ask(&door.address, &request, &[], b"x").unwrap();
            assert_eq!(bare.status == 401, wanted.is_some(), "{request}: {}", bare.status);
            assert_eq!(bare.headers.contains_key("www-authenticate"), wanted.is_some(), "{request}");
            for (scope, token) in scopes.iter().zip(&tokens) {
                let bearer = format!("Bearer {token}");
                let answer = ask(&door.address, &request, &[("Authorization", &bearer)], b"x").unwrap();
                let refused = wanted.is_some_and(|wanted| wanted != *scope);
                assert_eq!(answer.status == 403, refused, "{request} with {scope}: {}", answer.status);
                assert_ne!(answer.status, 401, "{request} with {scope}");
                tried += 1;
            }
        }
    }
    assert!(tried >= 30, "{tried}");
    door.house.done(&["tokens", "remove", "results:read"]);
    let bearer = format!("Bearer {}", tokens[1]);
    let after = ask(&door.address, "GET /api/v1/sources", &[("Authorization", &bearer)], b"").unwrap();
    assert_eq!(after.status, 401, "taken back from the next request on");
}

#[test]
fn metrics_count_and_logs_hold_no_names() {
    let door = Door::open();
    let name = "Z%C3%A9phyrine.pdf";
    let source = id(&door.post(&format!("?name={name}&sender={name}"), &[], &paper("mesures")));
    door.result(&source);
    door.get(&format!("/api/v1/sources/{source}?{SECRET}=1"));
    let token = issue(&door.house, "prometheus", "metrics:read");
    let bearer = format!("Bearer {token}");
    let metrics = ask(&door.address, "GET /metrics", &[("Authorization", &bearer)], b"").unwrap();
    for expected in [
        "guichet_sources{state=\"done\"} 1",
        "guichet_jobs{stage=\"read\",class=\"courant\",state=\"done\"} 1",
        "guichet_oldest_due_seconds 0",
        "guichet_http_requests_total{method=\"POST\",route=\"/api/v1/sources\",status=\"202\"} 1",
    ] {
        assert!(metrics.body.lines().any(|line| line == expected), "{expected} is not in\n{}", metrics.body);
    }
    let log = std::fs::read_to_string(door.house.log()).unwrap();
    assert!(log.contains(&source) && log.contains("answered"), "{log}");
    for hidden in [SECRET, name, "Z\u{e9}phyrine", &door.token, &token] {
        assert!(!log.contains(hidden) && !metrics.body.contains(hidden), "{hidden} in\n{log}");
    }
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let mut door = Door::open();
    let rounds = if std::env::var("GUICHET_FAULTS").is_ok_and(|asked| asked == "full") { 60 } else { 5 };
    let mut acknowledged = BTreeSet::new();
    for round in 0..rounds {
        std::thread::scope(|scope| {
            let door = &door;
            let senders: Vec<_> = (0..3)
                .map(|sender| {
                    scope.spawn(move || {
                        let (name, value) = door.authorized();
                        let mut mine = Vec::new();
                        for at in 0.. {
                            let body = paper(&format!("{round} {sender} {at}"));
                            match ask(&door.address, "POST /api/v1/sources", &[(name, &value)], &body) {
                                Ok(answer) if answer.status == 202 => mine.push(id(&answer)),
                                Ok(answer) => panic!("{}: {}", answer.status, answer.body),
                                Err(_) => return mine,
                            }
                        }
                        mine
                    })
                })
                .collect();
            std::thread::sleep(Duration::from_millis(150 + 37 * (round % 9)));
            door.worker.signal(Signal::SIGKILL);
            for sender in senders {
                acknowledged.extend(sender.join().unwrap());
            }
        });
        door.worker.kill();
        door.worker = serve(&door.house);
        door.wait();
    }
    let kept: BTreeSet<String> =
        door.pages("/api/v1/sources", 500).iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    let lost: Vec<&String> = acknowledged.difference(&kept).collect();
    assert!(lost.is_empty(), "{lost:?}");
    assert!(acknowledged.len() as u64 > rounds, "{}", acknowledged.len());
    for source in &acknowledged {
        assert_eq!(door.result(source)["status"], "ok");
    }
    let all = acknowledged.len();
    println!("{rounds} kills, {all} uploads acknowledged, 0 lost: under {:.4} an upload at 95 %", 3.0 / all as f64);
    door.worker.signal(Signal::SIGTERM);
    assert!(door.worker.wait(Duration::from_secs(20)).is_some(), "it stops");
}
