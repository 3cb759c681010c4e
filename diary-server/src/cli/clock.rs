//! `clock`: compares the server's clock with the times that were signed, and lets staff confirm that it is right.

use serde_json::json;

use super::args::{ClockArgs, ClockCommand};
use super::{CommandError, Exit, Invocation, words};
use crate::messages::server as say;

pub(super) async fn run(command: &mut Invocation<'_, '_>, args: &ClockArgs) -> Result<Exit, CommandError> {
    let desk = command.context.desk(&command.folder()?).await?;
    if let Some(ClockCommand::Accept { reason }) = &args.command {
        desk.upkeep().accept_clock(&command.account()?, reason).await?;
    }
    let (now, mark) = (desk.now(), desk.upkeep().clock().await?);
    let doubt = mark.doubt(now);
    command.out.say(&json!({ "now": now, "newest": mark.newest, "doubt": doubt }), || {
        let lang = command.options.lang;
        let undoubted = || say::clock_undoubted(lang).to_owned();
        let said = doubt.map_or_else(undoubted, |doubt| words::clock_doubt(lang, doubt));
        say::clock_shows(lang, now.to_string(), said)
    })?;
    Ok(Exit::Done)
}
