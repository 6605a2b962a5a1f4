//! A1: a thousand edits to the journal, each found against a head kept outside.

#![allow(clippy::unwrap_used)]

use guichet_tests::durable::{Ground, take_in};
use guichet_workers::job::Class;
use guichet_workers::store::journal::{Entry, Head};
use guichet_workers::store::{Place, Store};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sqlx::AnyPool;

const SEED: u64 = 20261123;
const EDITS: usize = 1000;
/// Rows of the journal.
const ROWS: usize = 40;

/// What somebody who can write the database does to the journal.
#[derive(Clone, Copy, Debug)]
enum Edit {
    Body,
    Kind,
    At,
    Source,
    Previous,
    Hash,
    Removed,
    Inserted,
    Swapped,
    /// The end is cut off, and the end that the store keeps with it.
    Cut,
    /// Everything is written again by the program itself, with another content.
    Rewritten,
    /// Only the end that the store keeps is moved.
    End,
}

const ALL: [Edit; 12] = [
    Edit::Body,
    Edit::Kind,
    Edit::At,
    Edit::Source,
    Edit::Previous,
    Edit::Hash,
    Edit::Removed,
    Edit::Inserted,
    Edit::Swapped,
    Edit::Cut,
    Edit::Rewritten,
    Edit::End,
];

struct Journal {
    store: Store,
    pool: AnyPool,
    rows: Vec<Entry>,
    head: Head,
    /// The journal of another house: sound, and not this one.
    other: Vec<Entry>,
}

impl Journal {
    async fn open(ground: Ground, folder: &std::path::Path) -> Self {
        let place = ground.database(folder);
        let store = Store::open(&place, false).await.unwrap();
        let elsewhere = Place::new(format!("sqlite:{}/autre.db", folder.display()));
        let other = Store::open(&elsewhere, false).await.unwrap();
        for at in 0..ROWS {
            take_in(&store, &format!("{at}"), Class::Courant).await;
            take_in(&other, &format!("x{at}"), Class::Courant).await;
        }
        let pool = AnyPool::connect(&place.address().unwrap()).await.unwrap();
        let rows = store.events_after(0, 1000).await.unwrap();
        let head = store.journal_head().await.unwrap();
        Self { store, pool, rows, head, other: other.events_after(0, 1000).await.unwrap() }
    }

    /// Gives what the journal is after an edit: its rows and the end that the store keeps.
    fn edited(&self, edit: Edit, random: &mut ChaCha8Rng) -> (Vec<Entry>, Head) {
        let mut rows = self.rows.clone();
        let mut head = self.head.clone();
        let at = random.random_range(0..rows.len());
        let byte = random.random_range(0..64);
        match edit {
            Edit::Body => {
                let place = random.random_range(0..rows[at].body.len());
                rows[at].body = changed(&rows[at].body, place);
            }
            Edit::Kind => rows[at].kind = "source.repeated".to_owned(),
            Edit::At => rows[at].at.0 += random.random_range(1..1_000_000),
            Edit::Source => rows[at].source = if random.random() { None } else { Some("autre".to_owned()) },
            Edit::Previous => rows[at].previous = changed(&rows[at].previous, byte),
            Edit::Hash => rows[at].hash = changed(&rows[at].hash, byte),
            Edit::Removed => {
                rows.remove(at);
            }
            Edit::Inserted => {
                let forged = Entry { seq: rows.len() as i64 + 1, ..rows[at].clone() };
                rows.push(forged);
            }
            Edit::Swapped => {
                let other = (at + random.random_range(1..rows.len())) % rows.len();
                let (one, two) = (rows[at].clone(), rows[other].clone());
                rows[at] = Entry { seq: one.seq, ..two.clone() };
                rows[other] = Entry { seq: two.seq, ..one };
            }
            Edit::Cut => {
                rows.truncate(at.max(1));
                let last = rows.last().unwrap();
                head = Head { seq: last.seq, hash: last.hash.clone() };
            }
            Edit::Rewritten => {
                rows = self.other.clone();
                let last = rows.last().unwrap();
                head = Head { seq: last.seq, hash: last.hash.clone() };
            }
            Edit::End => {
                head = if random.random() {
                    Head { seq: head.seq - random.random_range(1..20), ..head }
                } else {
                    Head { hash: changed(&head.hash, byte), ..head }
                };
            }
        }
        (rows, head)
    }

    async fn write(&self, rows: &[Entry], head: &Head) {
        let mut tx = self.pool.begin().await.unwrap();
        sqlx::query("delete from events").execute(&mut *tx).await.unwrap();
        for row in rows {
            let text = "insert into events (seq, at, kind, source, body, previous, hash) \
                        values ($1, $2, $3, $4, $5, $6, $7)";
            let query = sqlx::query(text).bind(row.seq).bind(row.at.0).bind(&row.kind).bind(row.source.as_deref());
            let query = query.bind(&row.body).bind(&row.previous).bind(&row.hash);
            query.execute(&mut *tx).await.unwrap();
        }
        let query = sqlx::query("update journal set seq = $1, hash = $2 where id = 1").bind(head.seq).bind(&head.hash);
        query.execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// Changes one character.
fn changed(text: &str, at: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
    String::from_utf8(bytes).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_edit_is_found() {
    println!("seed {SEED}");
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let mut missed = Vec::new();
    let mut made = 0;
    // PostgreSQL writes a row more slowly, and the code that verifies is the same.
    for (ground, edits) in [(Ground::Embedded, EDITS * 4 / 5), (Ground::Servers, EDITS / 5)] {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(ground, folder.path()).await;
        let sound = journal.store.verify_journal(Some(&journal.head)).await.unwrap();
        assert_eq!((sound.flaw, &sound.head), (None, &journal.head), "{ground:?}");
        for number in 0..edits {
            let edit = ALL[number % ALL.len()];
            let (rows, head) = journal.edited(edit, &mut random);
            journal.write(&rows, &head).await;
            made += 1;
            let verified = journal.store.verify_journal(Some(&journal.head)).await.unwrap();
            if verified.flaw.is_none() {
                missed.push(format!("{ground:?} {number} {edit:?}"));
            }
        }
        journal.write(&journal.rows, &journal.head).await;
        assert_eq!(journal.store.verify_journal(Some(&journal.head)).await.unwrap().flaw, None, "{ground:?}");
    }
    assert_eq!(missed, Vec::<String>::new());
    println!("{made} edits, 0 missed: under {:.4} at 95 %", 3.0 / made as f64);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_head_outside_only_a_cut_or_a_rewriting_is_missed() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(Ground::Embedded, folder.path()).await;
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    for edit in ALL {
        let (rows, head) = journal.edited(edit, &mut random);
        journal.write(&rows, &head).await;
        let flaw = journal.store.verify_journal(None).await.unwrap().flaw;
        let hidden = matches!(edit, Edit::Cut | Edit::Rewritten);
        assert_eq!(flaw.is_none(), hidden, "{edit:?}: {flaw:?}");
    }
}
