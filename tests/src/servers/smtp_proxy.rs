//! A proxy before the relay that cuts, delays and refuses at every step of a conversation, as networks and relays do.
//!
//! The conversation is lockstep: a command, its answer. What was done to each connection is counted.

use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What is done to a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cut {
    /// Closed at once.
    Connect,
    /// Closed when EHLO comes.
    Ehlo,
    /// Closed when MAIL comes.
    Mail,
    /// Closed when RCPT comes.
    Rcpt,
    /// Closed when DATA comes.
    Data,
    /// Closed in the middle of the message.
    MidBody,
    /// The whole message goes to the relay; its 250 never comes back.
    BeforeReply,
    /// The 250 comes back, then the line is cut.
    AfterReply,
    /// RCPT is answered by 451.
    Later,
    /// The message is answered by 451, and the relay never gets its end.
    LaterAfterData,
    /// The relay has the message at once; its 250 comes when nobody waits any more.
    Slow,
}

impl Cut {
    /// Every one.
    pub const ALL: [Self; 11] = [
        Self::Connect,
        Self::Ehlo,
        Self::Mail,
        Self::Rcpt,
        Self::Data,
        Self::MidBody,
        Self::BeforeReply,
        Self::AfterReply,
        Self::Later,
        Self::LaterAfterData,
        Self::Slow,
    ];

    /// Tells whether nobody can know, from the conversation alone, if the message was received.
    pub fn is_ambiguous(self) -> bool {
        matches!(self, Self::MidBody | Self::BeforeReply | Self::Slow)
    }
}

/// The proxy.
#[derive(Debug)]
pub struct SmtpProxy {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    relay: u16,
    /// How many conversations in a hundred are hurt.
    share: AtomicU32,
    slow: Duration,
    random: Mutex<ChaCha8Rng>,
    cuts: Mutex<BTreeMap<Cut, u32>>,
}

impl SmtpProxy {
    /// Starts a proxy before the relay at a port; a slow answer takes `slow`.
    ///
    /// # Panics
    /// When there is no port.
    pub fn start(relay: u16, seed: u64, slow: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let port = listener.local_addr().expect("it has an address").port();
        let shared = Arc::new(Shared {
            relay,
            share: AtomicU32::new(0),
            slow,
            random: Mutex::new(ChaCha8Rng::seed_from_u64(seed)),
            cuts: Mutex::default(),
        });
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let shared = Arc::clone(&serving);
                std::thread::spawn(move || {
                    // A line that breaks is what this is about.
                    let _ = shared.converse(client);
                });
            }
        });
        Self { port, shared }
    }

    /// Gives where it listens.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Hurts so many conversations in a hundred from now on.
    pub fn hurt(&self, share: u32) {
        self.shared.share.store(share, Ordering::Relaxed);
    }

    /// Gives what was done, and how often.
    ///
    /// # Panics
    /// When a conversation panicked.
    pub fn cuts(&self) -> BTreeMap<Cut, u32> {
        self.shared.cuts.lock().expect("nobody panics with it").clone()
    }
}

impl Shared {
    fn draw(&self) -> Option<Cut> {
        let mut random = self.random.lock().expect("nobody panics with it");
        let hurt = random.random_range(0..100) < self.share.load(Ordering::Relaxed);
        if hurt { Cut::ALL.choose(&mut *random).copied() } else { None }
    }

    /// Counts what is done, and breaks the conversation off.
    fn cut<T>(&self, cut: Cut) -> io::Result<T> {
        *self.cuts.lock().expect("nobody panics with it").entry(cut).or_default() += 1;
        Err(io::ErrorKind::ConnectionReset.into())
    }

    fn converse(&self, mut client: TcpStream) -> io::Result<()> {
        let cut = self.draw();
        if cut == Some(Cut::Connect) {
            return self.cut(Cut::Connect);
        }
        let mut relay = TcpStream::connect(("127.0.0.1", self.relay))?;
        client.set_nodelay(true)?;
        relay.set_nodelay(true)?;
        let (mut from_client, mut from_relay) =
            (BufReader::new(client.try_clone()?), BufReader::new(relay.try_clone()?));
        client.write_all(&reply(&mut from_relay)?)?;
        loop {
            let mut command = Vec::new();
            if from_client.read_until(b'\n', &mut command)? == 0 {
                return Ok(());
            }
            let verb = String::from_utf8_lossy(&command).to_uppercase();
            let at = |wanted: &str, is: Cut| cut == Some(is) && verb.starts_with(wanted);
            for (wanted, is) in [("EHLO", Cut::Ehlo), ("MAIL", Cut::Mail), ("RCPT", Cut::Rcpt), ("DATA", Cut::Data)] {
                if at(wanted, is) {
                    return self.cut(is);
                }
            }
            if at("RCPT", Cut::Later) {
                client.write_all(b"451 4.3.0 plus tard\r\n")?;
                return self.cut(Cut::Later);
            }
            relay.write_all(&command)?;
            let answer = reply(&mut from_relay)?;
            client.write_all(&answer)?;
            if verb.starts_with("DATA") && answer.starts_with(b"354") {
                let body = body(&mut from_client)?;
                self.body(cut, &body, &mut relay, &mut client, &mut from_relay)?;
            }
        }
    }

    fn body(
        &self,
        cut: Option<Cut>,
        body: &[u8],
        relay: &mut TcpStream,
        client: &mut TcpStream,
        from_relay: &mut BufReader<TcpStream>,
    ) -> io::Result<()> {
        match cut {
            Some(Cut::MidBody) => {
                relay.write_all(&body[..body.len() / 2])?;
                return self.cut(Cut::MidBody);
            }
            Some(Cut::LaterAfterData) => {
                client.write_all(b"451 4.3.0 plus tard\r\n")?;
                return self.cut(Cut::LaterAfterData);
            }
            _ => {}
        }
        relay.write_all(body)?;
        let answer = reply(from_relay)?;
        match cut {
            Some(Cut::BeforeReply) => self.cut(Cut::BeforeReply),
            Some(Cut::Slow) => {
                std::thread::sleep(self.slow);
                let _ = client.write_all(&answer);
                self.cut(Cut::Slow)
            }
            Some(Cut::AfterReply) => {
                client.write_all(&answer)?;
                self.cut(Cut::AfterReply)
            }
            _ => client.write_all(&answer),
        }
    }
}

/// Reads an answer, all its lines.
fn reply(from: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let mut answer = Vec::new();
    loop {
        let start = answer.len();
        if from.read_until(b'\n', &mut answer)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if answer.get(start + 3) != Some(&b'-') {
            return Ok(answer);
        }
    }
}

/// Reads a message to its final dot.
fn body(from: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    while !body.ends_with(b"\r\n.\r\n") {
        if from.read_until(b'\n', &mut body)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(body)
}
