//! Shows what an alert rule tells the participant to do, so that it cannot be missed, and asks to confirm that it was
//! read. Which rules are met is decided by the study; here nothing is decided.

use diary_core::diary::DiaryError;
use diary_core::ids::{EntryId, RuleId};
use diary_core::study::{AlertHit, Severity};
use diary_core::time::DAY_MS;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::screen::Screen;
use crate::session::Session;
use crate::words;

/// How many days an instruction that nobody has confirmed is shown again.
const UNREAD_DAYS: i64 = 3;

/// Shows the instructions that something just set off.
pub(crate) fn show(
    screen: &mut Screen<'_>,
    session: &mut Session,
    hits: &[(AlertHit, EntryId)],
) -> Result<Vec<Value>, Failure> {
    let mut shown = Vec::with_capacity(hits.len());
    for (hit, entry) in hits {
        let text = hit.instruction.get(screen.lang).to_owned();
        shown.push(show_one(screen, session, &hit.rule, hit.severity, &text, *entry)?);
    }
    if !hits.is_empty() {
        notice(screen, session)?;
    }
    Ok(shown)
}

/// Whether help at once is among what was shown.
pub(crate) fn has_emergency(shown: &[Value]) -> bool {
    shown.iter().any(|one| one["severity"] == Severity::Emergency.code())
}

/// Shows again the instructions of the last days that nobody has confirmed.
pub(crate) fn show_unread(screen: &mut Screen<'_>, session: &mut Session) -> Result<Value, Failure> {
    let since = screen.env.clock.now().plus_ms(-UNREAD_DAYS * DAY_MS);
    let mut unread = session.diary.instructions(Some(since))?;
    unread.retain(|one| one.acknowledged.is_none());
    let mut shown = Vec::with_capacity(unread.len());
    for one in unread.iter().rev() {
        shown.push(show_one(screen, session, &one.rule, one.severity, &one.shown, one.entry)?);
    }
    Ok(Value::Array(shown))
}

/// Says that nobody watches this diary around the clock, and whom to call.
pub(crate) fn notice(screen: &mut Screen<'_>, session: &Session) -> Result<(), Failure> {
    let text = notice_text(screen, session)?;
    screen.say(&text)?;
    Ok(())
}

/// The words of [`notice`].
pub(crate) fn notice_text(screen: &Screen<'_>, session: &Session) -> Result<String, Failure> {
    let site = session.diary.site()?;
    Ok(session.diary.study().notice(site).get(screen.lang).to_owned())
}

fn show_one(
    screen: &mut Screen<'_>,
    session: &mut Session,
    rule: &RuleId,
    severity: Severity,
    text: &str,
    entry: EntryId,
) -> Result<Value, Failure> {
    let title = words::alerts::title(severity, screen.lang);
    screen.alarm(title, text)?;
    let read = screen.may_ask() && confirmed(screen)?;
    if read {
        let tap = session.tap(screen);
        match session.diary.acknowledge(entry, &tap) {
            // It was read, also where that cannot be noted: it is shown again.
            Err(DiaryError::Store(error)) if error.is_of_writing() => {}
            noted => drop(noted?),
        }
    }
    let document = json!({
        "rule": rule, "severity": severity, "instruction": text, "entry": entry, "acknowledged": read,
    });
    screen.instructions.push(document.clone());
    Ok(document)
}

/// Asks until the person has confirmed; `false` where nobody answers any more.
fn confirmed(screen: &mut Screen<'_>) -> Result<bool, Failure> {
    let question = words::alerts::have_you_read(screen.lang);
    loop {
        let Some(answer) = screen.ask(question)? else { return Ok(false) };
        if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "是" | "读过了" | "已读") {
            return Ok(true);
        }
    }
}
