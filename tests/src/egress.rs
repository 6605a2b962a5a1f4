//! A laboratory without a way out: a network namespace of its own, a default route into one end of a virtual cable, and
//! somebody at the other end who counts every packet.
//!
//! The program runs in it with real sockets. Whatever it sends to any address but its own arrives at the sink, TCP, UDP,
//! name look-ups and the rest alike.

use crate::namespace;
use nix::sched::CloneFlags;
use nix::sys::socket::sockopt::ReceiveTimeout;
use nix::sys::socket::{AddressFamily, LinkAddr, SockFlag, SockProtocol, SockType, recvfrom, setsockopt, socket};
use nix::sys::time::{TimeVal, TimeValLike};
use std::fs;
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::os::fd::{AsRawFd, OwnedFd};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The other end of the cable: where everything that leaves goes.
pub const SINK: &str = "10.88.0.2";
/// The exit code of a laboratory that cannot be set up; what it printed says why.
pub const NO_LABORATORY: u8 = 97;
/// The variable that makes the program call this address before it starts.
pub const CALL: &str = "GUICHET_TEST_APPEL";

/// How long packets under way are waited for after the end of the program.
const LAST_PACKETS: Duration = Duration::from_millis(300);
const NEAR_MAC: &str = "02:00:00:00:00:01";
const FAR_MAC: &str = "02:00:00:00:00:02";

/// Calls home, by TCP and with a look-up of a name, when the environment says so: what the sink must see.
pub fn call_home() {
    let Ok(home) = std::env::var(CALL) else { return };
    // Nobody answers, and nobody needs to: the first packet is what counts.
    if let Ok(address) = format!("{home}:443").parse::<SocketAddr>() {
        let _ = TcpStream::connect_timeout(&address, Duration::from_millis(300));
    }
    let _ = UdpSocket::bind("0.0.0.0:0").and_then(|socket| socket.send_to(QUERY, format!("{home}:53")));
}

/// A question to a name server for `a.example`.
const QUERY: &[u8] = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x01a\x07example\0\0\x01\0\x01";

/// Runs a command in a laboratory and writes what left it to a file, a packet a line: `REPORT COMMAND ARGUMENTS...`.
pub fn laboratory(arguments: &[String]) -> ExitCode {
    let [report, program, rest @ ..] = arguments else {
        eprintln!("laboratoire : donner le fichier du rapport et la commande");
        return ExitCode::from(NO_LABORATORY);
    };
    let sink = match set_up() {
        Ok(sink) => sink,
        Err(error) => {
            eprintln!("laboratoire : {error}");
            return ExitCode::from(NO_LABORATORY);
        }
    };
    let done = Arc::new(AtomicBool::new(false));
    let listening = {
        let done = Arc::clone(&done);
        std::thread::spawn(move || listen(&sink, &done))
    };
    let status = Command::new(program).args(rest).status();
    std::thread::sleep(LAST_PACKETS);
    done.store(true, Ordering::Relaxed);
    let packets = listening.join().unwrap_or_else(|_| vec!["le puits est tombé".to_owned()]);
    let written = fs::write(report, packets.iter().map(|packet| format!("{packet}\n")).collect::<String>());
    match (status, written) {
        (Ok(status), Ok(())) => ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)),
        (Err(error), _) | (_, Err(error)) => {
            eprintln!("laboratoire : {program} : {error}");
            ExitCode::from(NO_LABORATORY)
        }
    }
}

/// Leaves the network of the machine, lays the cable and gives the listening end.
fn set_up() -> Result<Sink, String> {
    namespace::leave(CloneFlags::CLONE_NEWNET)?;
    for scope in ["all", "default"] {
        // Without it the kernel itself greets its neighbours when a link comes up.
        let path = format!("/proc/sys/net/ipv6/conf/{scope}/disable_ipv6");
        if fs::metadata(&path).is_ok() {
            fs::write(&path, "1").map_err(|error| format!("{path} : {error}"))?;
        }
    }
    let via = format!("default via {SINK} dev pres");
    for line in [
        "link set lo up".to_owned(),
        format!("link add pres address {NEAR_MAC} type veth peer name loin address {FAR_MAC}"),
        "addr add 10.88.0.1/24 dev pres".to_owned(),
        "link set pres up".to_owned(),
        "link set loin up".to_owned(),
        format!("neigh add {SINK} lladdr {FAR_MAC} dev pres nud permanent"),
        format!("route add {via}"),
    ] {
        ip(&line)?;
    }
    let socket = socket(AddressFamily::Packet, SockType::Raw, SockFlag::SOCK_CLOEXEC, SockProtocol::EthAll)
        .map_err(|error| format!("écoute de tous les paquets refusée ({error})"))?;
    setsockopt(&socket, ReceiveTimeout, &TimeVal::milliseconds(50)).map_err(|error| error.to_string())?;
    let index = nix::net::if_::if_nametoindex("loin").map_err(|error| error.to_string())?;
    Ok(Sink { socket, far: index as usize })
}

fn ip(line: &str) -> Result<(), String> {
    let run = Command::new("ip").args(line.split_whitespace()).output();
    let output = run.map_err(|error| format!("la commande ip manque ({error}) : installer le paquet iproute2"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("ip {line} : {}", String::from_utf8_lossy(&output.stderr).trim()))
}

/// The listening end of the cable.
struct Sink {
    socket: OwnedFd,
    far: usize,
}

/// Writes down every packet that comes out of the cable until the end.
fn listen(sink: &Sink, done: &AtomicBool) -> Vec<String> {
    let mut packets = Vec::new();
    let mut buffer = [0; 2048];
    while !done.load(Ordering::Relaxed) {
        let Ok((length, from)) = recvfrom::<LinkAddr>(sink.socket.as_raw_fd(), &mut buffer) else { continue };
        // The near end and the loopback are heard too; what left is what came out at the far end.
        if from.is_some_and(|from| from.ifindex() == sink.far) {
            packets.push(described(&buffer[..length.min(buffer.len())]));
        }
    }
    packets
}

/// Says what a packet is: `tcp 10.88.0.2:443`.
fn described(frame: &[u8]) -> String {
    const IPV4: [u8; 2] = [0x08, 0x00];
    let Some((&[_, _, _, _, _, _, _, _, _, _, _, _, high, low], packet)) = frame.split_first_chunk::<14>() else {
        return "trame trop courte".to_owned();
    };
    if [high, low] != IPV4 || packet.len() < 20 {
        return format!("trame {high:02x}{low:02x}");
    }
    let header = usize::from(packet[0] & 0x0f) * 4;
    let [a, b, c, d] = [packet[16], packet[17], packet[18], packet[19]];
    let name = match packet[9] {
        1 => "icmp",
        6 => "tcp",
        17 => "udp",
        _ => "ip",
    };
    match packet.get(header + 2..header + 4) {
        Some(&[high, low]) => format!("{name} {a}.{b}.{c}.{d}:{}", u16::from_be_bytes([high, low])),
        _ => format!("{name} {a}.{b}.{c}.{d}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_named() {
        let mut frame = vec![0; 12];
        frame.extend([
            0x08, 0x00, 0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6, 0, 0, 10, 88, 0, 1, 10, 88, 0, 2, 0x9c, 0x40, 1, 187,
        ]);
        assert_eq!(described(&frame), "tcp 10.88.0.2:443");
        assert_eq!(described(&frame[..12]), "trame trop courte");
        frame[12..14].copy_from_slice(&[0x08, 0x06]);
        assert_eq!(described(&frame), "trame 0806");
    }
}
