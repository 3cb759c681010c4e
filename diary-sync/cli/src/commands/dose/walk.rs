//! Goes through the doses that are due: one by one, several in one line, or all as planned by one choice after they
//! were listed. Each is saved as soon as it is answered.

use std::collections::VecDeque;

use diary_core::entry::{DoseStatus, SkipReason};
use diary_core::measure::plain_digits;
use diary_core::study::SlotState;
use diary_core::time::OccurredAt;
use diary_view::dose::{DAYS_BACK, PlannedDose, timing};
use serde_json::{Value, json};

use super::{
    DoseAnswer, Saved, ask_amount, described, guard, here, must_belong, planned_of, save, units, unusual,
};
use crate::choose::choose;
use crate::failure::{Failure, InputError};
use crate::input::{choice, moment};
use crate::screen::Screen;
use crate::session::Dialogue;
use crate::words;

/// Taken as planned.
const AS_PLANNED: &str = "1";
/// Not said now.
const PASS: &str = "s";

/// Reply of a person to one dose.
enum Reply {
    Became(DoseAnswer),
    Pass,
    Leave,
}

/// Result of going through the doses.
pub(in crate::commands) struct Walked {
    /// The doses that were due, for scripts.
    pub(in crate::commands) due: Vec<Value>,
    /// Number of doses that were recorded.
    pub(in crate::commands) saved: usize,
    /// The person left before the last one.
    pub(in crate::commands) left: bool,
}

/// Runs it.
pub(super) fn run(talk: &mut Dialogue<'_, '_>) -> Result<Saved, Failure> {
    let walked = through(talk)?;
    if walked.due.is_empty() {
        let nothing = words::dose::nothing_due(talk.screen.lang);
        talk.screen.say(nothing)?;
    }
    Ok(Saved { any: walked.saved > 0, document: json!({ "due": walked.due }) })
}

/// Lists the doses that are due and, where a person can be asked, goes through them.
pub(in crate::commands) fn through(talk: &mut Dialogue<'_, '_>) -> Result<Walked, Failure> {
    let here = here(talk);
    let all = planned_of(talk, (here.today.plus_days(-DAYS_BACK), here.today))?;
    let due: Vec<PlannedDose> = all.into_iter().filter(PlannedDose::is_due).collect();
    let mut walked = Walked { due: due.iter().map(document).collect(), saved: 0, left: false };
    list(talk, &due)?;
    if !talk.screen.may_ask() {
        return Ok(walked);
    }
    // What was typed ahead for the doses that follow.
    let mut ahead = VecDeque::new();
    for (n, planned) in due.iter().enumerate() {
        let rest = due.get(n..).unwrap_or_default();
        match ask(talk, rest, &mut ahead)? {
            Reply::Became(outcome) => {
                save(talk, planned, outcome, None)?;
                walked.saved += 1;
            }
            Reply::Pass => {}
            Reply::Leave => {
                walked.left = true;
                break;
            }
        }
    }
    Ok(walked)
}

fn document(planned: &PlannedDose) -> Value {
    json!({
        "day": planned.day, "slot": planned.slot, "medication": planned.medication, "amount": planned.amount,
        "time": planned.time, "late": planned.state == SlotState::Late,
    })
}

/// Every dose that is due, before the first is asked about.
fn list(talk: &mut Dialogue<'_, '_>, due: &[PlannedDose]) -> Result<(), Failure> {
    if due.len() > 1 && talk.screen.may_ask() {
        talk.screen.blank()?;
        talk.screen.say(words::dose::to_record(talk.screen.lang))?;
    }
    if due.len() > 1 || !talk.screen.may_ask() {
        for planned in due {
            let line = described(talk, planned);
            talk.screen.say_behind("  ", &line)?;
        }
    }
    Ok(())
}

/// Asks about the first of the doses that are left, unless that was typed ahead.
fn ask(
    talk: &mut Dialogue<'_, '_>,
    rest: &[PlannedDose],
    ahead: &mut VecDeque<String>,
) -> Result<Reply, Failure> {
    let Some(planned) = rest.first() else { return Ok(Reply::Leave) };
    let now = talk.screen.env.clock.now();
    let was_due = timing::was_due(planned, now);
    let as_planned = timing::due_by_now(rest, now);
    let keys = words::dose::keys(timing::alike(rest, now) > 1, talk.screen.lang);
    talk.screen.blank()?;
    let line = described(talk, planned);
    talk.screen.say(&line)?;
    if ahead.is_empty() {
        for (n, text) in (1..).zip(words::dose::replies(was_due, planned.time, talk.screen.lang)) {
            talk.screen.say_behind(&format!("  {n}  "), &text)?;
        }
        if was_due && as_planned > 1 {
            let all = words::dose::all_as_planned(talk.screen.lang, as_planned);
            talk.screen.say_behind("  a  ", &all)?;
        }
        talk.screen.say(keys)?;
    }
    loop {
        let typed = match ahead.pop_front() {
            Some(typed) => typed,
            None => {
                let Some(line) = talk.screen.ask("> ")? else { return Ok(Reply::Leave) };
                let typed = plain_digits(&line).to_lowercase();
                if words::is_typed(typed.trim(), words::typed::all_planned) && was_due && as_planned > 1 {
                    ahead.extend(rest.iter().skip(1).map(|planned| {
                        if timing::was_due(planned, now) { AS_PLANNED } else { PASS }.to_owned()
                    }));
                    AS_PLANNED.to_owned()
                } else {
                    first_of_line(&typed, timing::alike(rest, now), ahead)
                }
            }
        };
        let became = match typed.as_str() {
            word if words::is_typed(word, words::typed::skip) => return Ok(Reply::Pass),
            word if words::is_typed(word, words::typed::leave) => return Ok(Reply::Leave),
            AS_PLANNED => {
                let occurred = Some(timing::as_planned(planned, talk.screen.env.clock.now()));
                Some(DoseAnswer { status: DoseStatus::Taken, amount: None, occurred })
            }
            "2" => otherwise(talk, planned)?,
            "3" => match ask_why(talk.screen)? {
                Some(why) => {
                    let text = if why == SkipReason::Other { words_of(talk.screen)? } else { None };
                    Some(DoseAnswer {
                        status: DoseStatus::NotTaken { why, text },
                        amount: None,
                        occurred: None,
                    })
                }
                None => None,
            },
            "4" => Some(DoseAnswer { status: DoseStatus::DontKnow, amount: None, occurred: None }),
            _ => None,
        };
        match became {
            Some(outcome) if outcome.status == DoseStatus::Taken => {
                let amount = outcome.amount.as_ref().unwrap_or(&planned.amount);
                let (medication, usual) = (&planned.medication, std::slice::from_ref(&planned.amount));
                let meant = unusual(talk, medication, amount, usual, false).and_then(|()| {
                    guard(talk, medication, amount, Some(planned.route), (planned.day, false))
                });
                return match meant {
                    Ok(()) => Ok(Reply::Became(outcome)),
                    Err(Failure::Refused(
                        InputError::Confirm | InputError::Unusual { .. } | InputError::OtherUnit { .. },
                    )) => Ok(Reply::Pass),
                    Err(failure) => Err(failure),
                };
            }
            Some(outcome) => return Ok(Reply::Became(outcome)),
            None => {
                // What was typed for the doses behind this one was meant together with it.
                ahead.clear();
                talk.screen.say(keys)?;
            }
        }
    }
}

/// Takes `1 1 3` as answers to this dose and the next ones. A line that does not fit is no answer at all: `1` must
/// mean the same for each of its doses, the next `alike` ones.
fn first_of_line(typed: &str, alike: usize, ahead: &mut VecDeque<String>) -> String {
    let mut words = typed.split_whitespace().map(str::to_owned);
    let (first, others) = (words.next().unwrap_or_default(), words.collect::<VecDeque<_>>());
    let known = |word: &String| ["1", "2", "3", "4", PASS].contains(&word.as_str());
    if others.is_empty() {
        return first;
    }
    if others.len() < alike && known(&first) && others.iter().all(known) {
        *ahead = others;
        return first;
    }
    String::new()
}

/// Taken at another time, or another amount.
fn otherwise(talk: &mut Dialogue<'_, '_>, planned: &PlannedDose) -> Result<Option<DoseAnswer>, Failure> {
    let Some(occurred) = ask_time(talk, planned)? else { return Ok(None) };
    let question = words::dose::as_much_as_planned(&planned.amount, talk.screen.lang);
    let amount = if talk.screen.confirm(&question)? {
        None
    } else {
        Some(ask_amount(talk.screen, &units(talk.session, &planned.medication))?)
    };
    Ok(Some(DoseAnswer { status: DoseStatus::Taken, amount, occurred: Some(occurred) }))
}

/// Asks when a dose was taken; `None` where nothing more is typed.
pub(super) fn ask_time(
    talk: &mut Dialogue<'_, '_>,
    planned: &PlannedDose,
) -> Result<Option<OccurredAt>, Failure> {
    let here = here(talk);
    loop {
        let Some(line) = talk.screen.ask(words::dose::time_taken(talk.screen.lang))? else { return Ok(None) };
        if diary_core::readers::is_now(line.trim()) {
            return Ok(Some(OccurredAt(here.now)));
        }
        match moment::moment_on(&line, planned.day, talk.session.diary.study().day_cut(), here) {
            Ok(at) if at.0 <= here.now.plus_ms(diary_core::diary::AHEAD_MS) => {
                match must_belong(talk.screen, Some(at), planned, false) {
                    Ok(()) => return Ok(Some(at)),
                    Err(Failure::Refused(_)) => {}
                    Err(failure) => return Err(failure),
                }
            }
            Ok(_) => {
                let future = words::diary::message(&diary_core::diary::DiaryError::Future, talk.screen.lang);
                talk.screen.say(&future)?;
            }
            Err(refusal) => {
                let message = words::refusal::message(&refusal, talk.screen.lang);
                talk.screen.say(&message)?;
            }
        }
    }
}

/// Asks why a dose was left out.
pub(in crate::commands) fn ask_why(screen: &mut Screen<'_>) -> Result<Option<SkipReason>, Failure> {
    let options = SkipReason::ALL.map(|why| (why, words::describe::skip_reason(why, screen.lang).to_owned()));
    choose(screen, words::dose::why_not(screen.lang), &options, |typed| choice::skip_reason(typed).ok())
}

fn words_of(screen: &mut Screen<'_>) -> Result<Option<String>, Failure> {
    let text = screen.ask(words::dose::in_your_words(screen.lang))?.unwrap_or_default().trim().to_owned();
    Ok((!text.is_empty()).then_some(text))
}
