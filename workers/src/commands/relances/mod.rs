//! `guichet relances`: what is due, what leaves, what became of it, and what agents decide.

mod agents;
pub(crate) mod args;
mod due;
mod lists;
mod on_behalf;
mod receipts;
pub(crate) mod rounds;
mod seen;
mod send;

use crate::stop::Stop;
use args::RelancesCommand;

/// Runs `guichet relances`.
pub(crate) fn run(asked: &RelancesCommand) -> Result<(), Stop> {
    match asked {
        RelancesCommand::Due(asked) => due::due(asked),
        RelancesCommand::Send(asked) => send::send(asked),
        RelancesCommand::Deliver(asked) => send::deliver(asked),
        RelancesCommand::List(asked) => lists::list(asked),
        RelancesCommand::Missing(asked) => lists::missing(asked),
        RelancesCommand::Doubts(asked) => lists::doubts(asked),
        RelancesCommand::Settle(asked) => agents::settle(asked),
        RelancesCommand::Approve(asked) => agents::approve(asked),
        RelancesCommand::Hold(asked) => agents::hold(asked, true),
        RelancesCommand::Release(asked) => agents::hold(asked, false),
        RelancesCommand::Cancel(asked) => agents::cancel(asked),
        RelancesCommand::Pause(asked) => agents::pause(asked),
        RelancesCommand::Exempt(asked) => agents::exempt(asked),
        RelancesCommand::Track(asked) => agents::track(asked),
        RelancesCommand::Seen(asked) => seen::seen(asked),
        RelancesCommand::Insure(asked) => on_behalf::insure(asked),
        RelancesCommand::Bounce(asked) => agents::bounce(asked),
        RelancesCommand::Receipts(asked) => receipts::run(asked),
        RelancesCommand::Stop(asked) => agents::stop(asked),
        RelancesCommand::Resume(asked) => agents::resume(asked),
    }
}
