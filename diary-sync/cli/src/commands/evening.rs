//! `diary evening`: everything that is due now in one go: the doses, then the questionnaires, under one PIN. Each
//! answer is saved at once; leaving keeps what was answered, and the same command goes on.

use diary_core::diary::TodayItem;
use diary_core::study::{Prompt, SlotState};
use serde_json::{Value, json};

use super::dose::{planned, walk};
use super::log::{self, Asked, place};
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
        evening.done.push(words::evening::doses(doses.saved, screen.lang));
    }
    let checks = open_checks(screen, session)?;
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

/// What became of the evening so far.
struct Evening {
    done: Vec<String>,
    left: bool,
    /// An instruction was shown for answers that were left.
    told: bool,
}

/// The questionnaires that are open now, by due time.
fn open_checks(screen: &Screen<'_>, session: &Session) -> Result<Vec<TodayItem>, Failure> {
    let today = session.diary.today(screen.env.clock.now(), screen.env.zone)?;
    let open = |item: &TodayItem| {
        item.state == SlotState::Open && matches!(item.occurrence.prompt, Prompt::Instrument(_))
    };
    Ok(today.items.into_iter().filter(open).collect())
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
        Asked::Left { answered, of, shown } => {
            screen.say(&words::log::draft_kept(answered, of, COMMAND, screen.lang))?;
            evening.left = true;
            evening.told |= !shown.is_empty();
        }
        Asked::Finished { late_reason, shown } => {
            let kept = log::finish(screen, session, &place, Some(item), late_reason, shown)?;
            evening.done.push(words::today::name(session.diary.study(), item, screen.lang));
            // Whoever is told to call for help is not asked the next ten questions first.
            evening.left = kept.emergency;
        }
    }
    Ok(())
}

/// The command that goes on.
const COMMAND: &str = "diary evening";

/// Says what was done, and what can still be done.
fn sum_up(screen: &mut Screen<'_>, session: &Session, evening: &Evening) -> Result<(), Failure> {
    let lang = screen.lang;
    let today = session.diary.today(screen.env.clock.now(), screen.env.zone)?;
    let today_is = today.day;
    let plan = session.diary.plan(screen.env.zone)?;
    let doses = planned::all(&today.items, &plan.course.regimen);
    if !evening.done.is_empty() {
        screen.say(&words::evening::done(&evening.done, lang))?;
    }
    let of = |state| today.items.iter().filter(move |item| item.state == state);
    let open: Vec<String> =
        of(SlotState::Open).map(|item| words::today::name(session.diary.study(), item, lang)).collect();
    if !open.is_empty() {
        screen.say(&words::evening::still_open(&open, lang))?;
    } else if evening.done.is_empty() {
        screen.say(words::evening::nothing(lang))?;
    }
    let late: Vec<&TodayItem> = of(SlotState::Late).collect();
    if !late.is_empty() {
        screen.say(words::today::late(lang))?;
    }
    for item in late {
        let line = words::today::line(session.diary.study(), item, screen.env.zone, lang);
        screen.say_behind("  ", &line)?;
        if let Some(command) = today::command(item, &doses, today_is, screen.env.clock.now()) {
            screen.say_behind("      ", &command)?;
        }
    }
    Ok(())
}
