//! `diary correct`: a later version of an entry, with a reason. The earlier version stays readable. The inputs are
//! those the entry was made with; a person without any is asked.

mod inputs;

use diary_core::diary::{DiaryError, PastEntry};
use diary_core::entry::{Answer, Assessment, Content, Revision, Value};
use diary_core::ids::{EntryId, RevisionId};
use diary_core::study::Study;
use diary_view::changes as view;
use diary_view::correction::{NotCorrectable, correctable};
use diary_view::history;
use serde_json::json;

use super::Saved;
use super::log::script_answers;
use crate::alerts;
use crate::args;
use crate::failure::{Failure, InputError};
use crate::input::{entry_number, moment};
use crate::questions::{Answers, Questions, Round};
use crate::screen::Screen;
use crate::session::{Dialogue, Session};
use crate::words;

/// Runs it.
pub(super) fn run(talk: &mut Dialogue<'_, '_>, args: &args::Correct) -> Result<Saved, Failure> {
    let (number, past, shown) = find(talk.session, &args.entry)?;
    inputs::must_fit(&shown.content, args)?;
    let study = talk.session.diary.study_of(shown.study_version)?;
    let line = words::of(&study, talk.screen.lang).entry(&shown);
    talk.screen.say_behind(&format!("#{number}  {}  ", shown.day), &line)?;
    let here = moment::Here {
        now: talk.screen.env.clock.now(),
        zone: talk.screen.env.zone,
        today: talk.session.today(talk.screen),
    };
    let cut = talk.session.diary.study().day_cut();
    let meant = |text: &str| moment::moment_on(text, shown.day, cut, here);
    let occurred = args.at.as_deref().map(meant).transpose()?;
    let content = match &shown.content {
        Content::Assessment(assessment) => assessment_anew(talk.screen, &study, assessment, args)?,
        other => inputs::anew(talk, other, args, here)?,
    };
    let changes = view::between(&shown, &content, occurred);
    let changes = words::of(&study, talk.screen.lang).changes_said(&changes);
    if changes.is_empty() {
        return Err(InputError::NothingToCorrect(inputs::options(&shown.content)).into());
    }
    talk.screen.say(words::correct::will_become(talk.screen.lang))?;
    for change in &changes {
        talk.screen.say_behind("  ", &change.line(talk.screen.lang))?;
    }
    if talk.screen.may_ask()
        && !args.yes
        && !talk.screen.confirm(words::correct::is_it_right(talk.screen.lang))?
    {
        return Err(InputError::BrokenOff.into());
    }
    let reason = match &args.reason {
        Some(reason) => reason.clone(),
        None => ask_reason(talk.screen, words::correct::why_corrected(talk.screen.lang))?,
    };
    let tap = talk.session.tap(talk.screen);
    let finished = talk.session.diary.correct(past.entry, content, occurred, &reason, &tap)?;
    let corrected = words::correct::entry_corrected(talk.screen.lang, number);
    talk.screen.say(&corrected)?;
    let alerts = alerts::show(talk, &finished.alerts)?;
    let notice = if finished.alerts.is_empty() { None } else { Some(alerts::notice_text(talk)?) };
    Ok(Saved::yes(json!({
        "entry": past.entry, "number": number, "changes": changes, "revision": last_version(talk.session, past.entry)?,
        "alerts": alerts, "notice": notice,
    })))
}

/// The entry of a number, with the version that counts.
pub(super) fn find(session: &Session, text: &str) -> Result<(u32, PastEntry, Revision), Failure> {
    let number = entry_number(text).ok_or(InputError::EntryNumber)?;
    let past = history::entry_of(&session.diary, number)?.ok_or(InputError::EntryNumber)?;
    let shown = match correctable(&past) {
        Ok(shown) => shown.clone(),
        Err(NotCorrectable::Withdrawn) => return Err(DiaryError::AlreadyWithdrawn.into()),
        Err(NotCorrectable::Instruction) => return Err(InputError::Instruction.into()),
        Err(NotCorrectable::Newer) => return Err(InputError::Newer.into()),
    };
    Ok((number, past, shown))
}

/// The id of the newest version of an entry.
pub(super) fn last_version(session: &Session, entry: EntryId) -> Result<Option<RevisionId>, Failure> {
    Ok(session.diary.store().versions(entry)?.last().map(|version| version.revision().id))
}

/// Asks for a reason; without one nothing is changed.
pub(super) fn ask_reason(screen: &mut Screen<'_>, question: &str) -> Result<String, Failure> {
    if !screen.may_ask() {
        return Err(InputError::Reason.into());
    }
    let reason = screen.ask(question)?.ok_or(InputError::BrokenOff)?.trim().to_owned();
    if reason.is_empty() { Err(InputError::Reason.into()) } else { Ok(reason) }
}

/// Answers that are being corrected: kept in memory until they become one version.
struct Anew(Vec<Answer>);

impl Answers for Anew {
    fn answers(&self) -> Result<Vec<Answer>, Failure> {
        Ok(self.0.clone())
    }

    fn outlast_leaving(&self) -> bool {
        false
    }

    fn keep(&mut self, _: &mut Screen<'_>, link_id: &str, values: Vec<Value>) -> Result<(), Failure> {
        self.0.retain(|answer| answer.link_id != link_id);
        if !values.is_empty() {
            self.0.push(Answer { link_id: link_id.to_owned(), values });
        }
        Ok(())
    }
}

fn assessment_anew(
    screen: &mut Screen<'_>,
    study: &Study,
    assessment: &Assessment,
    args: &args::Correct,
) -> Result<Content, Failure> {
    let instrument = study.instrument(&assessment.instrument.id).ok_or(DiaryError::UnknownInstrument)?;
    let mut anew = Anew(assessment.answers.clone());
    if !args.answers.is_empty() {
        for answer in script_answers(screen, instrument, &args.answers, args.yes)? {
            anew.keep(screen, &answer.link_id, answer.values)?;
        }
    } else if screen.may_ask()
        && args.at.is_none()
        && (Questions { screen, instrument, kept: &mut anew }).look_over()? == Round::Left
    {
        return Err(InputError::BrokenOff.into());
    }
    let answers = instrument.finish(&anew.0).map_err(DiaryError::Answers)?;
    Ok(Content::Assessment(Assessment { answers, ..assessment.clone() }))
}
