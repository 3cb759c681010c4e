//! `clock`: compares the server's clock with the times that were signed, and lets staff confirm that it is right.

use serde_json::json;

use super::args::{ClockArgs, ClockCommand, Common};
use super::{CommandContext, Exit, Output, Refusal, account, desk, folder, words};
use crate::messages::server as say;

pub(super) async fn run(
    common: &Common,
    args: &ClockArgs,
    around: &CommandContext,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let desk = desk(&folder(common, around)?, around).await?;
    if let Some(ClockCommand::Accept { reason }) = &args.command {
        desk.upkeep().accept_clock(&account(common)?, reason).await?;
    }
    let (now, mark) = (desk.now(), desk.upkeep().clock().await?);
    let doubt = mark.doubt(now);
    out.say(&json!({ "now": now, "newest": mark.newest, "doubt": doubt }), || {
        let lang = common.lang;
        let undoubted = || say::clock_undoubted(lang).to_owned();
        let said = doubt.map_or_else(undoubted, |doubt| words::clock_doubt(lang, doubt));
        say::clock_shows(lang, now.to_string(), said)
    })?;
    Ok(Exit::Done)
}
