//! After the network: to call out, to be called, to be handed somebody else's descriptors.

use super::{Attempt, Attempted, End, Targets, io_result, nix_result};
use nix::sys::socket::{
    AddressFamily, ControlMessage, MsgFlags, SockFlag, SockProtocol, SockType, UnixAddr, recvmsg, sendmsg, socket,
    socketpair,
};
use std::io::{IoSlice, IoSliceMut};
use std::net::{TcpListener, TcpStream, ToSocketAddrs, UdpSocket};
use std::os::fd::AsRawFd;
use std::os::unix::net::{UnixListener, UnixStream};

const fn refused(name: &'static str, run: fn(&Targets) -> Attempted) -> Attempt {
    Attempt { name, end: End::Refused, run }
}

pub(super) const ATTEMPTS: &[Attempt] = &[
    refused("tcp", |t| io_result(TcpStream::connect(t.get("tcp")))),
    refused("tcp_ecoute", |_| io_result(TcpListener::bind("127.0.0.1:0"))),
    refused("udp", |t| {
        let target = t.get("udp");
        io_result(UdpSocket::bind("0.0.0.0:0").and_then(|socket| socket.send_to(b"donnees", target)))
    }),
    // The resolver hides the error of the call behind its own.
    refused("nom", |_| match ("guichet.example", 443).to_socket_addrs() {
        Ok(mut found) => Ok(format!("{:?}", found.next())),
        Err(error) => Err(format!("EPERM, dit par la résolution de noms : {error}")),
    }),
    refused("unix", |t| io_result(UnixStream::connect(t.get("socket")))),
    refused("unix_ecoute", |t| io_result(UnixListener::bind(format!("{}/prise", t.get("folder"))))),
    refused("unix_paire", |_| nix_result(socketpair(AddressFamily::Unix, SockType::Stream, None, SockFlag::empty()))),
    refused("paquets_bruts", |_| {
        nix_result(socket(AddressFamily::Packet, SockType::Raw, SockFlag::empty(), SockProtocol::EthAll))
    }),
    refused("icmp", |_| nix_result(socket(AddressFamily::Inet, SockType::Raw, SockFlag::empty(), SockProtocol::Icmp))),
    refused("netlink", |_| {
        nix_result(socket(AddressFamily::Netlink, SockType::Raw, SockFlag::empty(), SockProtocol::NetlinkRoute))
    }),
    refused("vsock", |_| nix_result(socket(AddressFamily::Vsock, SockType::Stream, SockFlag::empty(), None))),
    refused("donner_descripteur", |_| {
        let descriptors = [1];
        let message = [ControlMessage::ScmRights(&descriptors)];
        let part = [IoSlice::new(b"x")];
        nix_result(sendmsg::<UnixAddr>(std::io::stdin().as_raw_fd(), &part, &message, MsgFlags::empty(), None))
    }),
    refused("recevoir_descripteur", |_| {
        let mut byte = [0];
        let mut part = [IoSliceMut::new(&mut byte)];
        nix_result(recvmsg::<UnixAddr>(std::io::stdin().as_raw_fd(), &mut part, None, MsgFlags::MSG_DONTWAIT))
    }),
];
