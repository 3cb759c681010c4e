//! Shows what an alert rule tells the participant to do, so that it cannot be missed, and asks to confirm that it was
//! read. Which rules are met is decided by the study; here nothing is decided.

use diary_core::diary::DiaryError;
use diary_core::ids::{EntryId, RuleId};
use diary_core::study::{AlertHit, Severity};
use diary_view::alerts;
use serde::Serialize;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::screen::Screen;
use crate::session::Dialogue;
use crate::words;

/// An instruction that was shown.
pub(crate) struct Shown {
    severity: Severity,
    /// For scripts.
    document: Value,
}

impl Serialize for Shown {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.document.serialize(s)
    }
}

/// Shows the instructions that something just set off.
pub(crate) fn show(talk: &mut Dialogue<'_, '_>, hits: &[(AlertHit, EntryId)]) -> Result<Vec<Shown>, Failure> {
    let mut shown = Vec::with_capacity(hits.len());
    for (hit, entry) in hits {
        let text = hit.instruction.get(talk.screen.lang).to_owned();
        shown.push(show_one(talk, &hit.rule, hit.severity, &text, *entry)?);
    }
    if !hits.is_empty() {
        notice(talk)?;
    }
    Ok(shown)
}

/// Tells whether nothing more is to be asked after what was shown.
pub(crate) fn ends_asking(shown: &[Shown]) -> bool {
    alerts::ends_asking(shown.iter().map(|one| one.severity))
}

/// Shows again the instructions of the last days that have not been confirmed.
pub(crate) fn show_unread(talk: &mut Dialogue<'_, '_>) -> Result<Value, Failure> {
    let unread = alerts::unread(&talk.session.diary, talk.screen.env.clock.now())?;
    let mut shown = Vec::with_capacity(unread.len());
    for one in &unread {
        shown.push(show_one(talk, &one.rule, one.severity, &one.shown, one.entry)?);
    }
    Ok(json!(shown))
}

/// Says that this diary is not monitored around the clock, and whom to call.
pub(crate) fn notice(talk: &mut Dialogue<'_, '_>) -> Result<(), Failure> {
    let text = notice_text(talk)?;
    talk.screen.say(&text)?;
    Ok(())
}

/// The words of [`notice`].
pub(crate) fn notice_text(talk: &mut Dialogue<'_, '_>) -> Result<String, Failure> {
    let site = talk.session.diary.site()?;
    Ok(talk.session.diary.study().notice(site).get(talk.screen.lang).to_owned())
}

fn show_one(
    talk: &mut Dialogue<'_, '_>,
    rule: &RuleId,
    severity: Severity,
    text: &str,
    entry: EntryId,
) -> Result<Shown, Failure> {
    let title = words::alerts::title(severity, talk.screen.lang);
    talk.screen.alarm(title, text)?;
    let read = talk.screen.may_ask() && confirmed(talk.screen)?;
    if read {
        let tap = talk.session.tap(talk.screen);
        match talk.session.diary.acknowledge(entry, &tap) {
            // It was read, also where that cannot be noted: it is shown again.
            Err(DiaryError::Store(error)) if error.is_of_writing() => {}
            noted => drop(noted?),
        }
    }
    let document = json!({
        "rule": rule, "severity": severity, "instruction": text, "entry": entry, "acknowledged": read,
    });
    talk.screen.instructions.push(document.clone());
    Ok(Shown { severity, document })
}

/// Asks until the person has confirmed; `false` at the end of the input.
fn confirmed(screen: &mut Screen<'_>) -> Result<bool, Failure> {
    let question = words::alerts::have_you_read(screen.lang);
    loop {
        let Some(answer) = screen.ask(question)? else { return Ok(false) };
        if words::is_typed(&answer.trim().to_lowercase(), words::typed::have_read) {
            return Ok(true);
        }
    }
}
