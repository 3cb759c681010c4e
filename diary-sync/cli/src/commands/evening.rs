//! `diary evening`: everything that is due now in one go: the doses, then the questionnaires, under one PIN. Each
//! answer is saved at once; leaving keeps what was answered, and the same command goes on.

use diary_core::diary::TodayItem;
use diary_view::day::{self, Remainder, SectionKind};
use diary_view::dose::planned;
use diary_view::place;
use serde_json::{Value, json};

use super::dose::walk;
use super::log::{self, Asked};
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
    let mut evening = Evening { done: Vec::new(), left: doses.left, told: false };
    if doses.saved > 0 {
        evening.done.push(words::evening::doses(screen.lang, doses.saved));
    }
    let checks = day::open_questionnaires(&session.diary.today(screen.env.clock.now(), screen.env.zone)?);
    if screen.may_ask() {
        for item in &checks {
            if evening.left {
                break;
            }
            ask(screen, session, item, &mut evening)?;
        }
    }
    screen.blank()?;
    sum_up(screen, session, &evening)?;
    let listed: Vec<Value> = checks.iter().map(today::item).collect();
    let any = !evening.done.is_empty() || evening.told;
    Ok(Saved {
        any,
        document: json!({ "due": doses.due, "checks": listed, "done": evening.done, "alerts": alerts }),
    })
}

/// Progress of `diary evening`.
struct Evening {
    done: Vec<String>,
    left: bool,
    /// An instruction was shown for answers that were left.
    told: bool,
}

fn ask(
    screen: &mut Screen<'_>,
    session: &mut Session,
    item: &TodayItem,
    evening: &mut Evening,
) -> Result<(), Failure> {
    let Some(place) = place::of_item(item) else { return Ok(()) };
    screen.blank()?;
    match log::by_person(screen, session, &place, Some(item), None)? {
        Asked::Left { progress, shown } => {
            screen.say(&words::log::draft_kept(progress, COMMAND, screen.lang))?;
            evening.left = true;
            evening.told |= !shown.is_empty();
        }
        Asked::Finished { late_reason, shown } => {
            let kept = log::finish(screen, session, &place, Some(item), late_reason, shown)?;
            evening.done.push(words::today::name(session.diary.study(), item, screen.lang));
            // A person who is told to call for help is not asked the next ten questions first.
            evening.left = kept.ends_asking;
        }
    }
    Ok(())
}

/// The command that goes on.
const COMMAND: &str = "diary evening";

/// Says what was done, and what can still be done.
fn sum_up(screen: &mut Screen<'_>, session: &Session, evening: &Evening) -> Result<(), Failure> {
    let lang = screen.lang;
    let shown = session.diary.today(screen.env.clock.now(), screen.env.zone)?;
    let plan = session.diary.plan(screen.env.zone)?;
    let doses = planned(&shown.items, &plan.course.regimen);
    let rest = Remainder::of(&shown);
    if !evening.done.is_empty() {
        screen.say(&words::evening::done(&evening.done, lang))?;
    }
    let name = |item| words::today::name(session.diary.study(), item, lang);
    let open: Vec<String> = rest.open.iter().map(name).collect();
    if !open.is_empty() {
        screen.say(&words::evening::still_open(&open, lang))?;
    } else if evening.done.is_empty() {
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
