//! `diary event`: something that happened, of the study's list. An infusion that starts today is proposed to the site
//! as the day that the schedule counts from; only the site settles it.

use diary_core::entry::{Content, Event};
use diary_core::ids::{AnchorId, EventCode};
use diary_core::study::{EventKind, Study};
use diary_core::text::Lang;
use diary_view::names;
use serde_json::json;

use super::Saved;
use crate::alerts;
use crate::args;
use crate::choose::choose;
use crate::failure::{Failure, InputError};
use crate::input::moment;
use crate::screen::Screen;
use crate::session::Dialogue;
use crate::words;

/// Runs it.
pub(super) fn run(talk: &mut Dialogue<'_, '_>, args: &args::Event) -> Result<Saved, Failure> {
    let here = moment::Here {
        now: talk.screen.env.clock.now(),
        zone: talk.screen.env.zone,
        today: talk.session.today(talk.screen),
    };
    let occurred = args.at.as_deref().map(|text| moment::moment(text, here)).transpose()?;
    let lang = talk.screen.lang;
    let code = match &args.code {
        Some(typed) => names::event(talk.session.diary.study(), typed),
        None if talk.screen.may_ask() => {
            Some(ask(talk.screen, talk.session.diary.study())?.ok_or(InputError::BrokenOff)?)
        }
        None => None,
    };
    let code = code.ok_or_else(|| InputError::Event(known(talk.session.diary.study(), lang)))?;
    let day = talk.session.diary.day(occurred.map_or(here.now, |at| at.0), here.zone);
    let proposed = proposed(talk, &code, day)?;
    let content = Content::Event(Event { code, text: args.text.clone(), ended: None });
    let tap = talk.session.tap(talk.screen);
    let finished = talk.session.diary.record(content, None, occurred, None, &tap)?;
    let shown = alerts::show(talk, &finished.alerts)?;
    let entry = finished.entry;
    let number = talk.session.number_of(entry)?;
    let versions = talk.session.diary.store().versions(entry)?;
    if let Some(first) = versions.first() {
        let line = words::of(talk.session.diary.study(), lang).saved(first.revision());
        talk.screen.say_behind(&format!("#{number}  "), &line)?;
    }
    if let Some(anchor) = &proposed {
        let title = talk
            .session
            .diary
            .study()
            .anchor(anchor)
            .map(|anchor| anchor.title.get(lang))
            .unwrap_or_default();
        let proposal = words::event::proposal(title, day, lang);
        talk.screen.say(&proposal)?;
    }
    let notice = if shown.is_empty() { None } else { Some(alerts::notice_text(talk)?) };
    Ok(Saved::yes(json!({
        "entry": entry, "number": number, "day": day, "proposes": proposed, "alerts": shown, "notice": notice,
    })))
}

fn proposed(
    talk: &mut Dialogue<'_, '_>,
    code: &EventCode,
    day: diary_core::time::DiaryDay,
) -> Result<Option<AnchorId>, Failure> {
    let course = talk.session.diary.plan(talk.screen.env.zone)?.course;
    Ok(talk.session.diary.study().proposed_anchor(code, day, &course.anchors).cloned())
}

fn known(study: &Study, lang: Lang) -> Vec<String> {
    study.events().iter().map(|event| format!("{} ({})", event.code, event.title.get(lang))).collect()
}

fn ask(screen: &mut Screen<'_>, study: &Study) -> Result<Option<EventCode>, Failure> {
    let shown = |event: &EventKind| (event.code.clone(), event.title.get(screen.lang).to_owned());
    let options: Vec<_> = study.events().iter().map(shown).collect();
    choose(screen, words::event::what_happened(screen.lang), &options, |typed| names::event(study, typed))
}
