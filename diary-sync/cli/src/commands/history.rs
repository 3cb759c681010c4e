//! `diary history`: what was entered, day by day, each entry with the number that `correct` and `withdraw` take, and
//! every earlier version with the reason it was replaced.

use diary_core::diary::PastEntry;
use diary_core::entry::{Content, Revision};
use serde_json::{Value, json};

use super::Done;
use crate::failure::{Failure, Refusal};
use crate::input;
use crate::screen::Screen;
use crate::session::Session;
use crate::words;

/// Days shown unless told otherwise.
const DAYS: i64 = 7;

/// Runs it.
pub(super) fn run(
    screen: &mut Screen<'_>,
    session: &Session,
    entry: Option<&str>,
    days: Option<&str>,
    full: bool,
) -> Result<Done, Failure> {
    let days = days.map(|text| input::days(text).ok_or(Refusal::Days)).transpose()?.unwrap_or(DAYS);
    let only = entry.map(|text| input::entry_number(text).ok_or(Refusal::EntryNumber)).transpose()?;
    let today = session.today(screen);
    let since = today.plus_days(1 - days);
    let all = session.numbered()?;
    let mut entries: Vec<&(u32, PastEntry)> = match only {
        Some(wanted) => all.iter().filter(|(number, _)| *number == wanted).collect(),
        None => all.iter().filter(|(_, past)| day_of(past) >= since).collect(),
    };
    if only.is_some() && entries.is_empty() {
        return Err(Refusal::EntryNumber.into());
    }
    // Within a day in the order in which they were made; the sort is stable.
    entries.sort_by_key(|(_, past)| day_of(past));
    if entries.is_empty() {
        screen.say(&words::history::nothing(days, screen.lang))?;
    }
    let mut day = None;
    for (number, past) in &entries {
        if day != Some(day_of(past)) {
            if day.is_some() {
                screen.blank()?;
            }
            day = Some(day_of(past));
            screen.say(&words::when::day(day_of(past), screen.lang))?;
        }
        show(screen, session, *number, past, full || only.is_some())?;
    }
    let documents: Vec<Value> = entries.iter().map(|(number, past)| document(*number, past)).collect();
    Ok(Done::ok(json!({ "from": since, "to": today, "entries": documents })))
}

fn day_of(past: &PastEntry) -> diary_core::time::DiaryDay {
    let first = past.shown.as_ref().or_else(|| past.versions.first());
    first.map_or_else(Default::default, |revision| revision.day)
}

fn show(
    screen: &mut Screen<'_>,
    session: &Session,
    number: u32,
    past: &PastEntry,
    full: bool,
) -> Result<(), Failure> {
    let lang = screen.lang;
    let written = || past.versions.iter().rev().find(|version| version.content != Content::Withdrawn);
    let Some(latest) = past.shown.as_ref().or_else(written) else { return Ok(()) };
    let mut line = words::describe::entry(&*session.diary.study_of(latest.study_version)?, latest, lang);
    for mark in words::history::marks(past, latest, lang) {
        line.push_str(&format!("  [{mark}]"));
    }
    let time = words::when::clock(latest.recorded.utc, latest.recorded.zone, lang);
    screen.say_behind(&format!("  #{number:<4} {time}  "), &line)?;
    if full {
        answers(screen, session, latest)?;
    }
    if past.versions.len() > 1 && !matches!(latest.content, Content::AlertShown(_)) {
        versions(screen, session, past)?;
    }
    Ok(())
}

/// Every version, oldest first, with when and why. Of later versions of an assessment, what changed.
fn versions(screen: &mut Screen<'_>, session: &Session, past: &PastEntry) -> Result<(), Failure> {
    let lang = screen.lang;
    let mut before: Option<&Revision> = None;
    for version in &past.versions {
        let head = words::history::version(version, lang);
        let study = &*session.diary.study_of(version.study_version)?;
        let changed = match (before.map(|before| &before.content), &version.content) {
            (Some(Content::Assessment(from)), Content::Assessment(to)) => {
                let changes = words::changes::answers(study, from, to, lang);
                changes.iter().map(|change| change.line(lang)).collect()
            }
            _ => vec![words::describe::entry(study, version, lang)],
        };
        screen.say_behind("              ", &head)?;
        for line in changed {
            screen.say_behind("                ", &line)?;
        }
        before = Some(version);
    }
    Ok(())
}

fn answers(screen: &mut Screen<'_>, session: &Session, revision: &Revision) -> Result<(), Failure> {
    let Content::Assessment(assessment) = &revision.content else { return Ok(()) };
    let study = session.diary.study_of(revision.study_version)?;
    for (question, answer) in words::describe::answers(&study, assessment, screen.lang) {
        screen.say_behind("              ", &format!("{question}  {answer}"))?;
    }
    Ok(())
}

fn document(number: u32, past: &PastEntry) -> Value {
    json!({
        "number": number,
        "entry": past.entry,
        "day": day_of(past),
        "kind": past.versions.first().map(|first| first.content.kind()),
        "withdrawn": past.withdrawn,
        "conflict": past.conflict,
        "shown": past.shown,
        "versions": past.versions,
    })
}
