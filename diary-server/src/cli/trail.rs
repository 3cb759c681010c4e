//! `trail`: prints every event and says whether the chain holds.

use serde_json::json;

use super::output::{short, table};
use super::{CommandError, Exit, Invocation};
use crate::messages::{common as shared, trail as say};
use diary_store::AuditRow;

pub(super) async fn run(command: &mut Invocation<'_, '_>) -> Result<Exit, CommandError> {
    let desk = command.context.desk(&command.folder()?).await?;
    let trail = desk.views().trail().await?;
    let json = json!({
        "rows": trail.rows.iter().map(|row| json!({
            "n": row.n, "at": row.event.at, "who": row.event.who, "role": row.event.role, "what": row.event.what,
            "subject": trail.subject(row), "target": row.event.target, "reason": row.event.reason,
            "chain": row.chain,
        })).collect::<Vec<_>>(),
        "broken_at": trail.broken_at,
    });
    command.out.say(&json, || {
        let lang = command.options.lang;
        let head = [
            say::column_number(lang),
            say::column_at(lang),
            say::column_who(lang),
            say::column_role(lang),
            say::column_what(lang),
            shared::column_subject(lang),
            say::column_target(lang),
            say::column_reason(lang),
        ];
        let head = head.map(str::to_owned).to_vec();
        let lines = trail.rows.iter().map(|row| line(row, trail.subject(row)));
        let list = table(&std::iter::once(head).chain(lines).collect::<Vec<_>>());
        let verdict = match trail.broken_at {
            None => say::chain_holds(lang, trail.rows.len()),
            Some(n) => say::chain_broken(lang, n),
        };
        format!("{list}{verdict}")
    })?;
    Ok(if trail.broken_at.is_some() { Exit::CheckFailed } else { Exit::Done })
}

fn line(row: &AuditRow, subject: Option<&str>) -> Vec<String> {
    let event = &row.event;
    // A checkpoint's signature is left out for people; the JSON has it in full.
    let shown = |part: &&str| !part.starts_with("vault=") && !part.starts_with("signed=");
    let others = event.target.split(' ').filter(shown);
    let others: Vec<String> = others
        .map(|part| match part.split_once('=') {
            Some((kind, id)) => format!("{kind}={}", short(id)),
            None => part.to_owned(),
        })
        .collect();
    vec![
        row.n.to_string(),
        event.at.to_string(),
        short(&event.who),
        event.role.clone(),
        event.what.clone(),
        subject.unwrap_or_default().to_owned(),
        others.join(" "),
        event.reason.clone().unwrap_or_default(),
    ]
}
