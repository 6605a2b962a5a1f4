//! Real servers for the tests: PostgreSQL, RabbitMQ, Postfix and Dovecot, each on a port of its own, in a folder of its own.
//!
//! One of each serves a whole test program. A guard beside it waits for the test program to end, however it ends, then
//! kills what is left and removes the folder. A server that does not start fails the test.

mod certificate;
mod dovecot;
mod guard;
mod postfix;
mod postgres;
mod rabbit;
mod smtp_proxy;

pub use certificate::Certificate;
pub use dovecot::{Dovecot, Mailbox};
pub use postfix::Postfix;
pub use postgres::Postgres;
pub use rabbit::Rabbit;
pub use smtp_proxy::{Cut, SmtpProxy};

use std::net::TcpListener;

/// Gives a port that nobody listens on.
///
/// # Panics
/// When there is none.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    listener.local_addr().expect("it has an address").port()
}
