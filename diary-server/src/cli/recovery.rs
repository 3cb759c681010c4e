//! `recovery-secret`: shows what opens a participant's diary when the PIN is forgotten.

use serde_json::json;

use super::args::RecoveryArgs;
use super::{CommandError, Exit, Invocation};
use crate::messages::staff as say;

pub(super) async fn run(command: &mut Invocation<'_, '_>, args: &RecoveryArgs) -> Result<Exit, CommandError> {
    let desk = command.context.desk(&command.folder()?).await?;
    let (by, participant) = (command.account()?, desk.participants().find(&args.subject).await?);
    let shown = desk.devices().recovery_secrets(&by, &participant, &args.reason).await?;
    let json: Vec<_> = shown
        .iter()
        .map(|one| json!({ "device": one.device, "joined": one.joined, "secret": *one.secret.to_text() }))
        .collect();
    command.out.say(&json, || {
        let line = |one: &crate::site::ShownSecret| {
            let text = one.secret.to_text();
            say::secret_of_phone(command.options.lang, text.as_str(), one.joined.to_string()) + "\n"
        };
        let secrets: String = shown.iter().map(line).collect();
        secrets + say::secret_handling(command.options.lang)
    })?;
    Ok(Exit::Done)
}
