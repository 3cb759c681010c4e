//! `clock`: compares the server's clock with the times that were signed, and lets staff confirm that it is right.

use diary_report::staff_words::server_clock_doubt;
use serde_json::json;

use super::args::{ClockArgs, ClockCommand, Common};
use super::{CommandContext, Exit, Output, Refusal, account, desk, folder};

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
        let said = doubt.map_or_else(
            || "Nothing speaks against it.".to_owned(),
            |doubt| server_clock_doubt(doubt, common.lang),
        );
        format!("The server's clock shows {now}. {said}")
    })?;
    Ok(Exit::Done)
}
