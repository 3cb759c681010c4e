//! `recovery-secret`: shows what opens a participant's diary when the PIN is forgotten.

use serde_json::json;

use super::args::{Common, RecoveryArgs};
use super::{Exit, Output, Refusal, Surroundings, account, desk, folder};

pub(super) async fn run(
    common: &Common,
    args: &RecoveryArgs,
    around: &Surroundings,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let desk = desk(&folder(common, around)?, around).await?;
    let (by, participant) = (account(common)?, desk.participant(&args.subject).await?);
    let shown = desk.recovery_secrets(&by, &participant, &args.reason).await?;
    let json: Vec<_> = shown
        .iter()
        .map(|one| json!({ "device": one.device, "joined": one.joined, "secret": *one.secret.to_text() }))
        .collect();
    out.say(&json, || {
        let line = |one: &crate::site::ShownSecret| {
            let text = one.secret.to_text();
            format!("{}   (phone that joined {})\n", text.as_str(), one.joined)
        };
        let secrets: String = shown.iter().map(line).collect();
        let advice = common.lang.pick(advice_en(), advice_zh());
        format!("{secrets}{advice}")
    })?;
    Ok(Exit::Done)
}

const fn advice_en() -> &'static str {
    "Read it to the participant alone, after you have made sure who it is. It opens the diary on that phone, and a\n\
     new PIN is set there. The trail has recorded that it was shown, to whom and why."
}

const fn advice_zh() -> &'static str {
    "请先核实身份，只念给受试者本人。用它可以打开那部手机上的日记，并设置新的PIN码。\n\
     稽查轨迹已记录本次查看的人员和原因。"
}
