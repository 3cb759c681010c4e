//! Goes through the doses that are due, one by one. Each is saved as soon as it is answered.

use diary_core::entry::{DoseStatus, SkipReason};
use diary_core::measure::plain_digits;
use diary_core::study::SlotState;
use diary_core::time::OccurredAt;
use serde_json::json;

use super::planned::{self, Planned};
use super::{Outcome, Saved, ask_amount, guard, here, must_belong, save, units};
use crate::choose::choose;
use crate::failure::{Failure, Refusal};
use crate::input::{choice, moment};
use crate::screen::Screen;
use crate::session::Session;
use crate::words;

/// Days back from which late doses are asked for.
const DAYS_BACK: i64 = 2;

/// What a person says of one dose.
enum Reply {
    Became(Outcome),
    Pass,
    Leave,
}

/// Runs it.
pub(super) fn run(screen: &mut Screen<'_>, session: &mut Session) -> Result<Saved, Failure> {
    let here = here(screen, session);
    let all = planned::all(&session.diary.slots(
        here.today.plus_days(-DAYS_BACK),
        here.today,
        here.now,
        here.zone,
    )?);
    let due: Vec<Planned> = all
        .into_iter()
        .filter(|planned| matches!(planned.state, SlotState::Open | SlotState::Late))
        .collect();
    let listed: Vec<_> = due
        .iter()
        .map(|planned| {
            json!({
                "day": planned.day, "slot": planned.slot, "medication": planned.medication, "amount": planned.amount,
                "time": planned.time, "late": planned.state == SlotState::Late,
            })
        })
        .collect();
    if due.is_empty() {
        let nothing = words::dose::nothing_due(screen.lang);
        screen.say(nothing)?;
    }
    let mut any = false;
    for planned in &due {
        let line = words::dose::planned(
            session.diary.study(),
            &planned.medication,
            &planned.amount,
            (planned.day, planned.time, planned.state == SlotState::Late),
            screen.lang,
        );
        screen.blank()?;
        screen.say(&line)?;
        if !screen.may_ask() {
            continue;
        }
        match ask(screen, session, planned)? {
            Reply::Became(outcome) => {
                save(screen, session, planned, outcome, None)?;
                any = true;
            }
            Reply::Pass => {}
            Reply::Leave => break,
        }
    }
    Ok(Saved { any, document: json!({ "due": listed }) })
}

fn ask(screen: &mut Screen<'_>, session: &Session, planned: &Planned) -> Result<Reply, Failure> {
    let was_due = planned.due <= screen.env.clock.now();
    for (n, text) in (1..).zip(words::dose::replies(was_due, planned.time, screen.lang)) {
        screen.say_behind(&format!("  {n}  "), &text)?;
    }
    let keys = words::dose::keys(screen.lang);
    screen.say(keys)?;
    loop {
        let Some(line) = screen.ask("> ")? else { return Ok(Reply::Leave) };
        let typed = plain_digits(&line).to_lowercase();
        let became = match typed.as_str() {
            "s" | "跳过" => return Ok(Reply::Pass),
            "q" | "退出" => return Ok(Reply::Leave),
            "1" => {
                let occurred = was_due.then_some(OccurredAt(planned.due));
                Some(Outcome { status: DoseStatus::Taken, amount: None, occurred })
            }
            "2" => otherwise(screen, session, planned)?,
            "3" => match ask_why(screen)? {
                Some(why) => {
                    let text = if why == SkipReason::Other { words_of(screen)? } else { None };
                    Some(Outcome { status: DoseStatus::NotTaken { why, text }, amount: None, occurred: None })
                }
                None => None,
            },
            "4" => Some(Outcome { status: DoseStatus::DontKnow, amount: None, occurred: None }),
            _ => None,
        };
        match became {
            Some(outcome) if outcome.status == DoseStatus::Taken => {
                let amount = outcome.amount.as_ref().unwrap_or(&planned.amount);
                let meant =
                    guard(screen, session, &planned.medication, amount, planned.route, (planned.day, false));
                return match meant {
                    Ok(()) => Ok(Reply::Became(outcome)),
                    Err(Failure::Refused(Refusal::Confirm)) => Ok(Reply::Pass),
                    Err(failure) => Err(failure),
                };
            }
            Some(outcome) => return Ok(Reply::Became(outcome)),
            None => screen.say(keys)?,
        }
    }
}

/// Taken at another time, or another amount.
fn otherwise(
    screen: &mut Screen<'_>,
    session: &Session,
    planned: &Planned,
) -> Result<Option<Outcome>, Failure> {
    let here = here(screen, session);
    let occurred = loop {
        let Some(line) = screen.ask(words::dose::at_what_time(screen.lang))? else { return Ok(None) };
        match moment::moment_on(&line, planned.day, session.diary.study().day_cut(), here) {
            Ok(at) if at.0 <= here.now.plus_ms(diary_core::diary::AHEAD_MS) => {
                match must_belong(screen, Some(at), planned, false) {
                    Ok(()) => break at,
                    Err(Failure::Refused(_)) => {}
                    Err(failure) => return Err(failure),
                }
            }
            Ok(_) => {
                let future = diary_core::diary::DiaryError::Future.message(screen.lang);
                screen.say(&future)?;
            }
            Err(refusal) => {
                let message = words::refusal::message(&refusal, screen.lang);
                screen.say(&message)?;
            }
        }
    };
    let question = words::dose::as_much_as_planned(&planned.amount, screen.lang);
    let amount = if screen.confirm(&question)? {
        None
    } else {
        Some(ask_amount(screen, &units(session, &planned.medication))?)
    };
    Ok(Some(Outcome { status: DoseStatus::Taken, amount, occurred: Some(occurred) }))
}

/// Asks why a dose was left out.
pub(in crate::commands) fn ask_why(screen: &mut Screen<'_>) -> Result<Option<SkipReason>, Failure> {
    let options = SkipReason::ALL.map(|why| (why, words::dose::skip_reason(why, screen.lang).to_owned()));
    choose(screen, words::dose::why_not(screen.lang), &options, |typed| choice::skip_reason(typed).ok())
}

fn words_of(screen: &mut Screen<'_>) -> Result<Option<String>, Failure> {
    let text = screen.ask(words::dose::in_your_words(screen.lang))?.unwrap_or_default().trim().to_owned();
    Ok((!text.is_empty()).then_some(text))
}
