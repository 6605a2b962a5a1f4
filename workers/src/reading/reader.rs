//! One child process, seen from the parent: started, asked, killed.

use super::death;
use super::isolation::Isolation;
use super::protocol::{self, Answer, Kind, STARTED, Told};
use crate::interrupt::Interrupt;
use crate::settings::Settings;
use crate::stop::Stop;
use guichet_pipeline::document::{Fault, FaultCode};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often a wait looks up: how late an interrupt or a deadline may be noticed.
const LOOK_UP: Duration = Duration::from_millis(100);
/// Time for a child to load its models, on a slow disk too.
const START: Duration = Duration::from_secs(60);
/// Time for a child that has closed its socket to end.
const END: Duration = Duration::from_secs(5);
/// Bytes kept of what a child printed last.
const TAIL: usize = 4096;
/// Variables of the environment that a child needs to start at all.
const KEPT_VARIABLES: &[&str] = &["LD_LIBRARY_PATH", "PATH", "TMPDIR"];

/// Why a child gave no answer.
#[derive(Debug)]
pub(super) enum Silence {
    /// The file stopped it: it is gone.
    Fault(Fault),
    /// It answered what an earlier file had put in its mouth: it is gone, and this file is innocent.
    Stale,
    /// The program stops.
    Stop(Stop),
}

/// A running child.
#[derive(Debug)]
pub(super) struct Reader {
    child: Child,
    socket: UnixStream,
    printed: Option<JoinHandle<String>>,
    /// The walls around it.
    pub(super) isolation: Isolation,
    /// Requests answered so far.
    pub(super) asked: u32,
    /// The most resident memory that was seen of it, in bytes.
    pub(super) peak: u64,
}

impl Reader {
    /// Starts a child and waits until its engine is up and its walls stand.
    pub(super) fn start(settings: &Settings, interrupt: &Interrupt) -> Result<Self, Stop> {
        let mut reader = Self::spawn(settings)
            .map_err(|error| Stop::machine(format!("impossible de lancer un processus de lecture : {error}")))?;
        let mut patient = Patient::new(&reader.socket, START, interrupt);
        match protocol::read_answer(&mut patient, STARTED) {
            Ok(Some(Answer::Told(Told::Ready(isolation)))) => {
                refuse_bare(settings, &isolation)?;
                reader.isolation = isolation;
                Ok(reader)
            }
            Ok(Some(Answer::Told(Told::Engine(message)))) => Err(engine_failed(&message)),
            _ if interrupt.asked() => Err(Stop::interrupted("")),
            _ => {
                reader.kill();
                let printed = reader.last_words();
                let last = printed.trim().lines().last().unwrap_or("sans message").to_owned();
                Err(Stop::machine(format!("un processus de lecture ne démarre pas : {last}")))
            }
        }
    }

    fn spawn(settings: &Settings) -> io::Result<Self> {
        let (ours, theirs) = UnixStream::pair()?;
        let program = program()?;
        let mut command = Command::new(program);
        command.arg0("guichet").arg("read-child").arg(serde_json::to_string(settings)?);
        command.env_clear().env("OMP_THREAD_LIMIT", "1").env("RAYON_NUM_THREADS", "1").env("LC_ALL", "C");
        for name in KEPT_VARIABLES {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.stdin(Stdio::from(OwnedFd::from(theirs))).stdout(Stdio::null()).stderr(Stdio::piped());
        // Ctrl-C goes to the parent alone, which knows what to do with its children.
        command.process_group(0);
        let mut child = command.spawn()?;
        let printed = child.stderr.take().map(|stderr| std::thread::spawn(move || tail(stderr)));
        ours.set_read_timeout(Some(LOOK_UP))?;
        ours.set_write_timeout(Some(LOOK_UP))?;
        Ok(Self { child, socket: ours, printed, isolation: Isolation::unknown(), asked: 0, peak: 0 })
    }

    /// Sends bytes with a question and waits for the answer. After a silence the child is dead.
    pub(super) fn ask(
        &mut self,
        question: (Kind, u32, u32),
        bytes: &[u8],
        budget: Duration,
        interrupt: &Interrupt,
    ) -> Result<Answer, Silence> {
        self.asked += 1;
        let answer = converse(&self.socket, question, bytes, budget, interrupt);
        self.measure();
        match answer {
            Ok(Some(Answer::Told(Told::Engine(message)))) => Err(Silence::Stop(engine_failed(&message))),
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => Err(self.silence(None, interrupt)),
            Err(error) => Err(self.silence(Some(&error), interrupt)),
        }
    }

    /// Tells whether the child waits for a question: one that has more to say answers what nobody has asked, and the next
    /// source would get its word.
    pub(super) fn is_waiting(&self) -> bool {
        let mut socket = &self.socket;
        let looked = socket.set_nonblocking(true).and_then(|()| socket.read(&mut [0]));
        let waiting = looked.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock);
        waiting && socket.set_nonblocking(false).is_ok()
    }

    /// Tells whether the child keeps more than `most` bytes of address space: what one source makes it take is rarely given
    /// back, and the next would have that much less.
    pub(super) fn is_swollen(&self, most: u64) -> bool {
        self.bytes("VmSize:").is_some_and(|bytes| bytes > most)
    }

    /// Notes how much memory the child held at most. One that has ended no longer says: what was seen before stays.
    fn measure(&mut self) {
        self.peak = self.peak.max(self.bytes("VmHWM:").unwrap_or_default());
    }

    /// Gives a size that the system tells of the child, in bytes.
    fn bytes(&self, key: &str) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let size = status.lines().find_map(|line| line.strip_prefix(key))?;
        Some(size.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
    }

    /// Tells why there is no answer, and makes sure that the child is gone.
    fn silence(&mut self, error: Option<&io::Error>, interrupt: &Interrupt) -> Silence {
        if interrupt.asked() {
            self.kill();
            return Silence::Stop(Stop::interrupted(""));
        }
        match error.map(io::Error::kind) {
            Some(io::ErrorKind::TimedOut) => {
                self.kill();
                Silence::Fault(death::overrun())
            }
            Some(io::ErrorKind::AddrNotAvailable) => {
                self.kill();
                Silence::Stale
            }
            // The child lives and talks nonsense.
            Some(io::ErrorKind::InvalidData) => {
                self.kill();
                Silence::Fault(death::broken())
            }
            // It lives and says more than anyone reads.
            Some(io::ErrorKind::FileTooLarge) => {
                self.kill();
                let message = "le fichier contient plus de texte qu'un document : le redemander page par page";
                Silence::Fault(Fault::new(FaultCode::TropVolumineux, message))
            }
            _ => {
                let status = self.ended();
                self.kill();
                let printed = self.last_words();
                Silence::Fault(status.map_or_else(death::broken, |status| death::fault(status, &printed)))
            }
        }
    }

    /// Gives how the child ended, if it does so by itself: a process that has closed its socket is about to.
    fn ended(&mut self) -> Option<ExitStatus> {
        let patience = Instant::now() + END;
        while Instant::now() < patience {
            match self.child.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(10)),
                Ok(status) => return status,
                Err(_) => return None,
            }
        }
        None
    }

    fn kill(&mut self) {
        // It may have ended by itself: then there is nothing to kill and nothing to say.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn last_words(&mut self) -> String {
        self.printed.take().and_then(|thread| thread.join().ok()).unwrap_or_default()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Asks and waits: `budget` for the first word, and again from each page on.
fn converse(
    socket: &UnixStream,
    (kind, a, b): (Kind, u32, u32),
    bytes: &[u8],
    budget: Duration,
    interrupt: &Interrupt,
) -> io::Result<Option<Answer>> {
    let mut patient = Patient::new(socket, budget, interrupt);
    let question = unguessable();
    protocol::write_frame(&mut patient, question, kind, (a, b), bytes)?;
    let mut page = a;
    loop {
        match protocol::read_answer(&mut patient, question)? {
            // Only forwards, and no further than asked: a child cannot win time by talking.
            Some(Answer::Begun(next)) if kind == Kind::Read && next > page && next <= b => page = next,
            Some(Answer::Begun(_)) => return Err(io::Error::new(io::ErrorKind::InvalidData, "page out of order")),
            answer => return Ok(answer),
        }
        patient.deadline = Instant::now() + budget;
    }
}

/// Gives a number that a child cannot know before it is asked; the hasher's keys come from the system.
fn unguessable() -> u64 {
    RandomState::new().build_hasher().finish().max(STARTED + 1)
}

/// Refuses to read behind walls with holes, where the settings want them whole.
fn refuse_bare(settings: &Settings, isolation: &Isolation) -> Result<(), Stop> {
    match isolation.lacks() {
        Some(lacks) if settings.lecture.isolation_exigee => Err(Stop::machine(format!(
            "isolation de la lecture incomplète : {lacks} ; corriger la machine (voir « guichet doctor ») ou mettre \
             lecture.isolation_exigee à false"
        ))),
        _ => Ok(()),
    }
}

fn engine_failed(message: &str) -> Stop {
    Stop::machine(format!(
        "le moteur de reconnaissance ne fonctionne pas ({message}) : vérifier les réglages ocr.tessdata et ocr.langue"
    ))
}

/// Gives the path of this program, even when its file has been replaced since it started.
fn program() -> io::Result<std::path::PathBuf> {
    let itself = std::path::Path::new("/proc/self/exe");
    if itself.exists() { Ok(itself.to_owned()) } else { std::env::current_exe() }
}

/// Reads all that a child prints, so that it never waits for it, and keeps the end.
fn tail(mut stderr: ChildStderr) -> String {
    let mut kept = Vec::new();
    let mut buffer = [0; 1024];
    while let Ok(read) = stderr.read(&mut buffer) {
        if read == 0 {
            break;
        }
        kept.extend_from_slice(&buffer[..read]);
        if kept.len() > 2 * TAIL {
            kept.drain(..kept.len() - TAIL);
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// A socket that waits until a deadline and looks up for an interrupt.
struct Patient<'a> {
    socket: &'a UnixStream,
    deadline: Instant,
    interrupt: &'a Interrupt,
}

impl<'a> Patient<'a> {
    fn new(socket: &'a UnixStream, budget: Duration, interrupt: &'a Interrupt) -> Self {
        Self { socket, deadline: Instant::now() + budget, interrupt }
    }

    fn retry(&self, mut attempt: impl FnMut(&UnixStream) -> io::Result<usize>) -> io::Result<usize> {
        loop {
            let late = Instant::now() >= self.deadline;
            if self.interrupt.asked() || late {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "no time left"));
            }
            match attempt(self.socket) {
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
                done => return done,
            }
        }
    }
}

impl Read for Patient<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.retry(|mut socket| socket.read(buffer))
    }
}

impl Write for Patient<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.retry(|mut socket| socket.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_ends_at_its_deadline() {
        let (ours, _theirs) = UnixStream::pair().unwrap();
        ours.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
        let interrupt = Interrupt::default();
        let mut patient = Patient::new(&ours, Duration::from_millis(20), &interrupt);
        let error = patient.read(&mut [0; 4]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn a_wait_ends_with_an_interrupt() {
        let (ours, _theirs) = UnixStream::pair().unwrap();
        ours.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
        let interrupt = Interrupt::default();
        interrupt.ask();
        let mut patient = Patient::new(&ours, Duration::from_secs(3600), &interrupt);
        assert!(patient.read(&mut [0; 4]).is_err());
    }
}
