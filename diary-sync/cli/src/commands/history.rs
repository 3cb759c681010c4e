//! `diary history`: what was entered, day by day, each entry with the number that `correct` and `withdraw` take, and
//! every earlier version with the reason it was replaced.

use diary_core::diary::PastEntry;
use diary_core::entry::{Content, Revision};
use diary_view::history::{self, NumberedEntry, Selection, Shows, Version, day_of};
use serde_json::{Value, json};

use super::Done;
use crate::failure::{Failure, InputError};
use crate::input;
use crate::session::Dialogue;
use crate::words;

/// Runs it.
pub(super) fn run(
    talk: &mut Dialogue<'_, '_>,
    entry: Option<&str>,
    days: Option<&str>,
    full: bool,
) -> Result<Done, Failure> {
    let days =
        days.map(|text| input::days(text).ok_or(InputError::Days)).transpose()?.unwrap_or(history::DAYS);
    let only = entry.map(|text| input::entry_number(text).ok_or(InputError::EntryNumber)).transpose()?;
    let today = talk.session.today(talk.screen);
    let since = today.plus_days(1 - days);
    let all = history::numbered(&talk.session.diary)?;
    let entries = history::select(&all, only.map_or(Selection::Since(since), Selection::Entry));
    if only.is_some() && entries.is_empty() {
        return Err(InputError::EntryNumber.into());
    }
    if entries.is_empty() {
        talk.screen.say(&words::history::nothing_entered(talk.screen.lang, days))?;
    }
    let mut day = None;
    for NumberedEntry { number, past } in &entries {
        if day != Some(day_of(past)) {
            if day.is_some() {
                talk.screen.blank()?;
            }
            day = Some(day_of(past));
            talk.screen.say(&words::when::day(day_of(past), talk.screen.lang))?;
        }
        show(talk, *number, past, full || only.is_some())?;
    }
    let documents: Vec<Value> = entries.iter().map(|one| document(one.number, &one.past)).collect();
    Ok(Done::ok(json!({ "from": since, "to": today, "entries": documents })))
}

fn show(talk: &mut Dialogue<'_, '_>, number: u32, past: &PastEntry, full: bool) -> Result<(), Failure> {
    let lang = talk.screen.lang;
    let Some(latest) = history::latest(past) else { return Ok(()) };
    let mut line = words::of(&*talk.session.diary.study_of(latest.study_version)?, lang).entry(latest);
    for mark in history::marks(past) {
        line.push_str(&format!("  [{}]", words::history::mark(&mark, lang)));
    }
    let time = words::when::clock(latest.recorded.utc, latest.recorded.zone, lang);
    talk.screen.say_behind(&format!("  #{number:<4} {time}  "), &line)?;
    if full {
        answers(talk, latest)?;
    }
    for version in history::versions(past) {
        show_version(talk, &version)?;
    }
    Ok(())
}

/// One version with when and why. Of later versions of an assessment, what changed.
fn show_version(talk: &mut Dialogue<'_, '_>, version: &Version<'_>) -> Result<(), Failure> {
    let (lang, revision) = (talk.screen.lang, version.revision);
    let study = &*talk.session.diary.study_of(revision.study_version)?;
    let lines = match &version.shows {
        Shows::Whole => vec![words::of(study, lang).entry(revision)],
        Shows::Changes(changes) => {
            let changes = words::of(study, lang).changes_said(changes);
            changes.iter().map(|change| change.line(lang)).collect()
        }
    };
    talk.screen.say_behind("              ", &words::history::version(revision, lang))?;
    for line in lines {
        talk.screen.say_behind("                ", &line)?;
    }
    Ok(())
}

fn answers(talk: &mut Dialogue<'_, '_>, revision: &Revision) -> Result<(), Failure> {
    let Content::Assessment(assessment) = &revision.content else { return Ok(()) };
    let study = talk.session.diary.study_of(revision.study_version)?;
    for (question, answer) in words::of(&study, talk.screen.lang).answers(assessment) {
        talk.screen.say_behind("              ", &format!("{question}  {answer}"))?;
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
