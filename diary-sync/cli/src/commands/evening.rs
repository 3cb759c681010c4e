//! `diary evening`: everything that is due now in one go: the doses, then the questionnaires, under one PIN. Each
//! answer is saved at once; leaving keeps what was answered, and the same command goes on.

use diary_view::day::{Remainder, SectionKind};
use diary_view::dose::planned;
use diary_view::evening::{Ended, Evening};
use serde_json::{Value, json};

use super::dose::walk;
use super::log::{self, AskedQuestionnaire};
use super::{Saved, today};
use crate::alerts;
use crate::failure::Failure;
use crate::session::Dialogue;
use crate::words;

/// Runs it.
pub(super) fn run(talk: &mut Dialogue<'_, '_>) -> Result<Saved, Failure> {
    let tap = talk.session.tap(talk.screen);
    talk.session.diary.check_missed(&tap)?;
    talk.screen.say(&words::today::day(talk.session.today(talk.screen), talk.screen.lang))?;
    let alerts = alerts::show_unread(talk)?;
    let doses = walk::through(talk)?;
    let mut done = Vec::new();
    if doses.saved > 0 {
        done.push(words::evening::doses(talk.screen.lang, doses.saved));
    }
    let now = talk.session.diary.today(talk.screen.env.clock.now(), talk.screen.env.zone)?;
    let mut evening = Evening::new(&now, doses.left);
    let checks: Vec<Value> = evening.waiting().map(today::item).collect();
    let mut told = false;
    while talk.screen.may_ask() {
        let Some((item, place)) = evening.next_item() else { break };
        talk.screen.blank()?;
        match log::by_person(talk, &place, Some(&item), None)? {
            AskedQuestionnaire::Left { progress, shown } => {
                talk.screen.say(&words::log::draft_kept(progress, COMMAND, talk.screen.lang))?;
                told |= !shown.is_empty();
                evening.ended(Ended::Left);
            }
            AskedQuestionnaire::Finished { late_reason, shown } => {
                let kept = log::finish(talk, &place, Some(&item), late_reason, shown)?;
                done.push(words::of(talk.session.diary.study(), talk.screen.lang).prompt_name(&item));
                evening.ended(Ended::Saved { ends_asking: kept.ends_asking });
            }
        }
    }
    talk.screen.blank()?;
    sum_up(talk, &done)?;
    Ok(Saved {
        any: !done.is_empty() || told,
        document: json!({ "due": doses.due, "checks": checks, "done": done, "alerts": alerts }),
    })
}

/// The command that goes on.
const COMMAND: &str = "diary evening";

/// Says what was done, and what can still be done.
fn sum_up(talk: &mut Dialogue<'_, '_>, done: &[String]) -> Result<(), Failure> {
    let lang = talk.screen.lang;
    let shown = talk.session.diary.today(talk.screen.env.clock.now(), talk.screen.env.zone)?;
    let plan = talk.session.diary.plan(talk.screen.env.zone)?;
    let doses = planned(&shown.items, &plan.course.regimen);
    let rest = Remainder::of(&shown);
    if !done.is_empty() {
        talk.screen.say(&words::evening::done(done, lang))?;
    }
    let name = |item| words::of(talk.session.diary.study(), lang).prompt_name(item);
    let open: Vec<String> = rest.open.iter().map(name).collect();
    if !open.is_empty() {
        talk.screen.say(&words::evening::still_open(&open, lang))?;
    } else if done.is_empty() {
        talk.screen.say(words::evening::nothing_due(lang))?;
    }
    if !rest.late.is_empty() {
        talk.screen.say(words::today::heading(SectionKind::Late, lang))?;
    }
    for item in &rest.late {
        today::show_item(talk, item, (&doses, shown.day))?;
    }
    Ok(())
}
