//! `diary history`: what was entered, day by day, each entry with the number that `correct` and `withdraw` take, and
//! every earlier version with the reason it was replaced.

use diary_core::diary::PastEntry;
use diary_core::entry::{Content, Revision};
use diary_view::history::{self, NumberedEntry, Selection, Shows, Version, day_of};
use serde_json::{Value, json};

use super::Done;
use crate::failure::{Failure, InputError};
use crate::input;
use crate::screen::Screen;
use crate::session::Session;
use crate::words;

/// Runs it.
pub(super) fn run(
    screen: &mut Screen<'_>,
    session: &Session,
    entry: Option<&str>,
    days: Option<&str>,
    full: bool,
) -> Result<Done, Failure> {
    let days =
        days.map(|text| input::days(text).ok_or(InputError::Days)).transpose()?.unwrap_or(history::DAYS);
    let only = entry.map(|text| input::entry_number(text).ok_or(InputError::EntryNumber)).transpose()?;
    let today = session.today(screen);
    let since = today.plus_days(1 - days);
    let all = history::numbered(&session.diary)?;
    let entries = history::select(&all, only.map_or(Selection::Since(since), Selection::Entry));
    if only.is_some() && entries.is_empty() {
        return Err(InputError::EntryNumber.into());
    }
    if entries.is_empty() {
        screen.say(&words::history::nothing_entered(screen.lang, days))?;
    }
    let mut day = None;
    for NumberedEntry { number, past } in &entries {
        if day != Some(day_of(past)) {
            if day.is_some() {
                screen.blank()?;
            }
            day = Some(day_of(past));
            screen.say(&words::when::day(day_of(past), screen.lang))?;
        }
        show(screen, session, *number, past, full || only.is_some())?;
    }
    let documents: Vec<Value> = entries.iter().map(|one| document(one.number, &one.past)).collect();
    Ok(Done::ok(json!({ "from": since, "to": today, "entries": documents })))
}

fn show(
    screen: &mut Screen<'_>,
    session: &Session,
    number: u32,
    past: &PastEntry,
    full: bool,
) -> Result<(), Failure> {
    let lang = screen.lang;
    let Some(latest) = history::latest(past) else { return Ok(()) };
    let mut line = words::of(&*session.diary.study_of(latest.study_version)?, lang).entry(latest);
    for mark in history::marks(past) {
        line.push_str(&format!("  [{}]", words::history::mark(&mark, lang)));
    }
    let time = words::when::clock(latest.recorded.utc, latest.recorded.zone, lang);
    screen.say_behind(&format!("  #{number:<4} {time}  "), &line)?;
    if full {
        answers(screen, session, latest)?;
    }
    for version in history::versions(past) {
        show_version(screen, session, &version)?;
    }
    Ok(())
}

/// One version with when and why. Of later versions of an assessment, what changed.
fn show_version(screen: &mut Screen<'_>, session: &Session, version: &Version<'_>) -> Result<(), Failure> {
    let (lang, revision) = (screen.lang, version.revision);
    let study = &*session.diary.study_of(revision.study_version)?;
    let lines = match &version.shows {
        Shows::Whole => vec![words::of(study, lang).entry(revision)],
        Shows::Changes(changes) => {
            let changes = words::of(study, lang).changes_said(changes);
            changes.iter().map(|change| change.line(lang)).collect()
        }
    };
    screen.say_behind("              ", &words::history::version(revision, lang))?;
    for line in lines {
        screen.say_behind("                ", &line)?;
    }
    Ok(())
}

fn answers(screen: &mut Screen<'_>, session: &Session, revision: &Revision) -> Result<(), Failure> {
    let Content::Assessment(assessment) = &revision.content else { return Ok(()) };
    let study = session.diary.study_of(revision.study_version)?;
    for (question, answer) in words::of(&study, screen.lang).answers(assessment) {
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
