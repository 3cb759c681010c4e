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
use crate::screen::Screen;
use crate::session::Session;
use crate::words;

/// Runs it.
pub(super) fn run(screen: &mut Screen<'_>, session: &mut Session) -> Result<Saved, Failure> {
    let tap = session.tap(screen);
    session.diary.check_missed(&tap)?;
    screen.say(&words::today::day(session.today(screen), screen.lang))?;
    let alerts = alerts::show_unread(screen, session)?;
    let doses = walk::through(screen, session)?;
    let mut done = Vec::new();
    if doses.saved > 0 {
        done.push(words::evening::doses(screen.lang, doses.saved));
    }
    let now = session.diary.today(screen.env.clock.now(), screen.env.zone)?;
    let mut evening = Evening::new(&now, doses.left);
    let checks: Vec<Value> = evening.waiting().map(today::item).collect();
    let mut told = false;
    while screen.may_ask() {
        let Some((item, place)) = evening.next_item() else { break };
        screen.blank()?;
        match log::by_person(screen, session, &place, Some(&item), None)? {
            AskedQuestionnaire::Left { progress, shown } => {
                screen.say(&words::log::draft_kept(progress, COMMAND, screen.lang))?;
                told |= !shown.is_empty();
                evening.ended(Ended::Left);
            }
            AskedQuestionnaire::Finished { late_reason, shown } => {
                let kept = log::finish(screen, session, &place, Some(&item), late_reason, shown)?;
                done.push(words::of(session.diary.study(), screen.lang).prompt_name(&item));
                evening.ended(Ended::Saved { ends_asking: kept.ends_asking });
            }
        }
    }
    screen.blank()?;
    sum_up(screen, session, &done)?;
    Ok(Saved {
        any: !done.is_empty() || told,
        document: json!({ "due": doses.due, "checks": checks, "done": done, "alerts": alerts }),
    })
}

/// The command that goes on.
const COMMAND: &str = "diary evening";

/// Says what was done, and what can still be done.
fn sum_up(screen: &mut Screen<'_>, session: &Session, done: &[String]) -> Result<(), Failure> {
    let lang = screen.lang;
    let shown = session.diary.today(screen.env.clock.now(), screen.env.zone)?;
    let plan = session.diary.plan(screen.env.zone)?;
    let doses = planned(&shown.items, &plan.course.regimen);
    let rest = Remainder::of(&shown);
    if !done.is_empty() {
        screen.say(&words::evening::done(done, lang))?;
    }
    let name = |item| words::of(session.diary.study(), lang).prompt_name(item);
    let open: Vec<String> = rest.open.iter().map(name).collect();
    if !open.is_empty() {
        screen.say(&words::evening::still_open(&open, lang))?;
    } else if done.is_empty() {
        screen.say(words::evening::nothing_due(lang))?;
    }
    if !rest.late.is_empty() {
        screen.say(words::today::heading(SectionKind::Late, lang))?;
    }
    for item in &rest.late {
        today::show_item(screen, session, item, (&doses, shown.day))?;
    }
    Ok(())
}
