//! What the end-to-end tests share: papers and traps made here, runs of the program watched from outside, a child that
//! tries to break out, a network that counts every packet.

pub mod campaign;
pub mod durable;
pub mod egress;
pub mod escape;
pub mod faults;
pub mod full_disk;
pub mod http;
pub mod mails;
pub mod memory;
pub mod mutate;
pub mod namespace;
pub mod office;
pub mod papers;
pub mod scripted;
pub mod scripted_letters;
pub mod sending;
pub mod servers;
pub mod traps;
pub mod watch;
