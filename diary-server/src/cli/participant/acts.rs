//! Acts on a participant: recorded, repeated in full for checking, listed with their histories.

use diary_core::act::{ActContent, AfterPause};
use diary_core::readers;
use diary_core::text::shown;
use diary_core::time::{UtcMillis, Zone};
use serde_json::json;

use crate::audit::Account;
use crate::cli::args::CivilTime;
use crate::cli::args::participant::{InfusionArgs, InterruptionArgs};
use crate::cli::words::acts::{ActWords, state};
use crate::cli::words::because;
use crate::cli::words::regimen::in_lines;
use crate::cli::{CommandError, Exit, Output};
use crate::messages::participant as say;
use crate::site::acts::ActLine;
use crate::site::acts::before::short;
use crate::site::acts::policy::reaches_phones;
use crate::site::acts::regimen::RegimenInput;
use crate::site::{InfusionInput, InterruptionInput, MadeAct, Saying, SiteServices};
use crate::toml_place;
use crate::words::dates::DateForm;
use diary_store::Participant;

/// Prints an act in full for checking: its content, the previous content, and its id.
pub(super) async fn echo(
    desk: &SiteServices,
    participant: &Participant,
    made: &MadeAct,
    out: &mut Output<'_>,
) -> Result<Exit, CommandError> {
    let lang = out.lang();
    let setting = desk.setting().await?;
    let regimen = desk.record(participant.vault).await?.regimen();
    let words = ActWords {
        lang,
        study: &setting.study,
        zone: setting.zone(&participant.site),
        regimen: &regimen,
        dates: DateForm::Iso,
    };
    let (subject, act) = (&participant.subject, &made.act);
    let what = words.content(&act.content);
    let was = made.was.as_ref().map(|was| words.content(&was.content));
    let json = json!({
        "subject": subject, "act": act.id, "kind": act.content.kind(), "content": act.content, "what": what,
        "by": act.by, "at": act.at, "reason": act.reason, "replaces": act.replaces, "was": was,
    });
    out.say(&json, || {
        let mut said = match (&act.content, &was) {
            (ActContent::Withdrawn, Some(was)) => say::act_withdrawn(lang, subject, was),
            (_, Some(was)) => say::act_corrected(lang, subject, &what, was),
            (_, None) => say::act_made(lang, subject, &what),
        };
        if reaches_phones(&act.content) {
            said += &format!(" {}", say::phones_learn(lang));
        }
        let because = because(lang, act.reason.as_ref().map(|reason| shown(reason).into_owned()).as_ref());
        said += &format!("\n{}", say::act_line(lang, short(act.id), &act.by, words.at(act.at), because));
        said
    })?;
    Ok(Exit::Done)
}

pub(super) async fn regimen(
    desk: &SiteServices,
    by: &Account,
    (participant, file): (&Participant, &std::path::Path),
    saying: Saying<'_>,
    out: &mut Output<'_>,
) -> Result<Exit, CommandError> {
    let lang = out.lang();
    let path = file.display().to_string();
    let text =
        std::fs::read_to_string(file).map_err(|source| CommandError::File { path: path.clone(), source })?;
    let input: RegimenInput = toml_place::parse(&path, &text)?;
    let made = desk.acts().on(by, participant).set_regimen(&input, saying).await?;
    let regimen = desk.record(participant.vault).await?.regimen();
    let study = desk.setting().await?.study;
    let lines = in_lines((&study, lang), &regimen, desk.acts().today(&participant.site).await?);
    let subject = &participant.subject;
    let json = json!({
        "subject": subject, "act": made.act.id, "replaces": made.act.replaces, "regimen": lines,
    });
    out.say(&json, || {
        let head = say::regimen_from(lang, subject, input.from.to_string());
        format!("{head}\n{}\n{}", lines.join("\n"), say::act_by(lang, short(made.act.id), by.as_str()))
    })?;
    Ok(Exit::Done)
}

pub(super) async fn infusion(
    desk: &SiteServices,
    by: &Account,
    participant: &Participant,
    args: &InfusionArgs,
    out: &mut Output<'_>,
) -> Result<Exit, CommandError> {
    let zone = desk.setting().await?.zone(&participant.site);
    let input = InfusionInput {
        cycle: args.cycle.clone(),
        day: args.day,
        start: instant(zone, desk.now(), args.start)?,
        stop: args.stop.map(|stop| instant(zone, desk.now(), stop)).transpose()?,
        dose: args.dose.clone(),
        interruptions: None,
    };
    let made = desk.acts().on(by, participant).add_infusion(&input, args.saying.saying()).await?;
    echo(desk, participant, &made, out).await
}

pub(super) async fn interruption(
    desk: &SiteServices,
    by: &Account,
    participant: &Participant,
    args: &InterruptionArgs,
    out: &mut Output<'_>,
) -> Result<Exit, CommandError> {
    let zone = desk.setting().await?.zone(&participant.site);
    let resumed = args.resumed.map(|at| instant(zone, desk.now(), at)).transpose()?;
    let then = match (args.none, args.ended, resumed) {
        (true, _, _) => None,
        (false, true, _) => Some(AfterPause::Ended),
        (false, false, Some(at)) => Some(AfterPause::Resumed(at)),
        (false, false, None) => Some(AfterPause::Paused),
    };
    let paused = instant(zone, desk.now(), args.paused)?;
    let input = InterruptionInput { paused, then, given: args.given.clone() };
    let saying = Saying {
        reason: Some(&args.reason),
        corrects: Some(&args.act),
        confirmed: args.yes,
        ..Saying::NOTHING
    };
    let made = desk.acts().on(by, participant).interrupt_infusion(&input, saying).await?;
    echo(desk, participant, &made, out).await
}

fn instant(zone: Zone, now: UtcMillis, of: CivilTime) -> Result<UtcMillis, CommandError> {
    Ok(readers::instant(of.date, of.time, of.pass, readers::Here { now, zone })?)
}

/// Every act with its history.
pub(super) async fn list(
    desk: &SiteServices,
    by: &Account,
    participant: &Participant,
    out: &mut Output<'_>,
) -> Result<Exit, CommandError> {
    let lang = out.lang();
    let acts = desk.acts().on(by, participant).list().await?;
    let setting = desk.setting().await?;
    let regimen = desk.record(participant.vault).await?.regimen();
    let words = ActWords {
        lang,
        study: &setting.study,
        zone: setting.zone(&participant.site),
        regimen: &regimen,
        dates: DateForm::Iso,
    };
    let mut json = serde_json::to_value(&acts).map_err(std::io::Error::other)?;
    for (n, act) in acts.iter().enumerate() {
        for (m, version) in act.versions.iter().enumerate() {
            json[n]["versions"][m]["what"] = words.content(&version.content).into();
        }
    }
    out.say(&json, || match acts.as_slice() {
        [] => say::no_acts(lang, &participant.subject),
        acts => acts.iter().map(|act| lines(act, &words)).collect(),
    })?;
    Ok(Exit::Done)
}

/// The last version first, the others indented under it.
fn lines(act: &ActLine, words: &ActWords<'_>) -> String {
    let (lang, mut out) = (words.lang, String::new());
    for (n, version) in act.versions.iter().rev().enumerate() {
        let (what, at) = (words.content(&version.content), words.at(version.at));
        let because =
            because(lang, version.reason.as_ref().map(|reason| shown(reason).into_owned()).as_ref());
        let (id, by, state) = (&version.short, &version.by, state(act.state, lang));
        out += &match (n, act.corrected) {
            (0, true) => say::act_listed_corrected(lang, id, state, what, by, at, because),
            (0, false) => say::act_listed(lang, id, state, what, by, at, because),
            (_, _) => format!("    {}", say::act_before(lang, id, what, by, at, because)),
        };
        out.push('\n');
    }
    out
}
