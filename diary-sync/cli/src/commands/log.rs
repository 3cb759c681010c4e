//! `diary log`: answers a questionnaire, one question at a time or from a script. Every answer is saved at once, so
//! that the next command continues at the same question even if this one is cut off.

use diary_core::diary::TodayItem;
use diary_core::entry::{Answer, Slot, Value};
use diary_core::store::DraftPlace;
use diary_core::study::Prompt;
use diary_core::study::instrument::Instrument;
use diary_core::time::DiaryDay;
use diary_view::day;
use diary_view::place::{self, Choice, NoPlace, NotNow, Wanted};
use diary_view::questionnaire::{self, DraftProgress};
use serde_json::json;

use super::Saved;
use crate::alerts::{self, Shown};
use crate::args;
use crate::choose::choose;
use crate::failure::{Failure, InputError, Usage};
use crate::input::{answers, moment};
use crate::questions::{Answers, Questions, Round};
use crate::screen::Screen;
use crate::session::{Dialogue, Session};
use crate::words;

/// Runs it.
pub(super) fn run(talk: &mut Dialogue<'_, '_>, args: &args::Log) -> Result<Saved, Failure> {
    let Some((place, item)) = choose_place(talk, args)? else {
        return Ok(Saved::nothing(json!({ "entry": null })));
    };
    may_answer(talk, args, item.as_ref())?;
    let (reason, shown) = if args.answers.is_empty() {
        if !talk.screen.may_ask() {
            return Err(Usage::NeedsTerminal("--answers, --set").into());
        }
        match by_person(talk, &place, item.as_ref(), args.late_reason.clone())? {
            AskedQuestionnaire::Left { progress, shown } => {
                let command = words::log::command(&place);
                talk.screen.say(&words::log::draft_kept(progress, &command, talk.screen.lang))?;
                // That an instruction was shown is an entry of its own, and leaves also without the questionnaire.
                return Ok(Saved {
                    any: !shown.is_empty(),
                    document: json!({ "entry": null, "alerts": shown }),
                });
            }
            AskedQuestionnaire::Finished { late_reason, shown } => (late_reason, shown),
        }
    } else {
        let instrument = instrument_of(talk.session, &place)?;
        head(talk, &place, item.as_ref(), &instrument)?;
        let shown = from_script(talk, &place, &instrument, args)?;
        (args.late_reason.clone(), shown)
    };
    Ok(Saved::yes(finish(talk, &place, item.as_ref(), reason, shown)?.document))
}

/// Result of asking a questionnaire.
pub(super) enum AskedQuestionnaire {
    /// The person left; so many of so many answers are kept.
    Left {
        /// Progress of the draft.
        progress: DraftProgress,
        /// Instructions that the answers set off.
        shown: Vec<Shown>,
    },
    /// All was answered.
    Finished {
        /// Reason for a late entry, where one was given.
        late_reason: Option<String>,
        /// Instructions that the answers set off.
        shown: Vec<Shown>,
    },
}

/// Asks a person the questions of one place, from where they are.
pub(super) fn by_person(
    talk: &mut Dialogue<'_, '_>,
    place: &DraftPlace,
    item: Option<&TodayItem>,
    late_reason: Option<String>,
) -> Result<AskedQuestionnaire, Failure> {
    let instrument = instrument_of(talk.session, place)?;
    head(talk, place, item, &instrument)?;
    let (round, shown) = by_asking(talk, place, &instrument)?;
    match round {
        Round::Left => {
            let answers = talk.session.diary.draft(place)?.map(|draft| draft.answers).unwrap_or_default();
            Ok(AskedQuestionnaire::Left { progress: DraftProgress::of(&instrument, &answers), shown })
        }
        Round::Finished => {
            let late_reason = self::late_reason(talk.screen, late_reason, is_late(talk.screen, item))?;
            Ok(AskedQuestionnaire::Finished { late_reason, shown })
        }
    }
}

/// Result of saving a finished questionnaire.
pub(super) struct SavedQuestionnaire {
    /// Nothing more is to be asked after what was shown.
    pub(super) ends_asking: bool,
    /// The answer for `--json`.
    document: serde_json::Value,
}

/// Makes the draft of a place an entry, shows what that sets off beside what was `shown` for its answers, and says its
/// number.
pub(super) fn finish(
    talk: &mut Dialogue<'_, '_>,
    place: &DraftPlace,
    item: Option<&TodayItem>,
    reason: Option<String>,
    mut shown: Vec<Shown>,
) -> Result<SavedQuestionnaire, Failure> {
    let finished = talk.session.diary.finish(place, reason, &talk.session.tap(talk.screen))?;
    shown.extend(alerts::show(talk, &finished.alerts)?);
    let number = talk.session.number_of(finished.entry)?;
    if let Some(saved) = talk.session.diary.store().versions(finished.entry)?.first() {
        let study = talk.session.diary.study_of(saved.revision().study_version)?;
        let line = words::of(&study, talk.screen.lang).saved(saved.revision());
        talk.screen.say_behind(&format!("#{number}  "), &line)?;
    }
    let notice = if shown.is_empty() { None } else { Some(alerts::notice_text(talk)?) };
    let ends_asking = alerts::ends_asking(&shown);
    let document = json!({
        "entry": finished.entry, "number": number, "day": place.day, "slot": place.slot,
        "instrument": place.instrument, "late": is_late(talk.screen, item), "alerts": shown, "notice": notice,
    });
    Ok(SavedQuestionnaire { ends_asking, document })
}

fn instrument_of(session: &Session, place: &DraftPlace) -> Result<Instrument, Failure> {
    let instrument = session.diary.study_at(place)?.instrument(&place.instrument).cloned();
    Ok(instrument.ok_or(diary_core::diary::DiaryError::UnknownInstrument)?)
}

fn is_late(screen: &Screen<'_>, item: Option<&TodayItem>) -> bool {
    item.is_some_and(|item| place::late_since(item, screen.env.clock.now()).is_some())
}

fn choose_place(
    talk: &mut Dialogue<'_, '_>,
    args: &args::Log,
) -> Result<Option<(DraftPlace, Option<TodayItem>)>, Failure> {
    let now = talk.screen.env.clock.now();
    let here = moment::Here { now, zone: talk.screen.env.zone, today: talk.session.today(talk.screen) };
    let day = args.day.as_deref().map(|text| moment::day(text, here)).transpose()?;
    let wanted = Wanted { name: args.what.as_deref(), day, unscheduled: args.unscheduled, today: here.today };
    let (from, to) = wanted.days();
    let items: Vec<TodayItem> = talk
        .session
        .diary
        .slots(from, to, now, here.zone)?
        .into_iter()
        .filter(|item| matches!(item.occurrence.prompt, Prompt::Instrument(_)))
        .collect();
    let drafts = talk.session.diary.store().drafts()?;
    let chosen = place::choose(talk.session.diary.study(), &items, &drafts, wanted);
    match chosen.map_err(|why| no_place(talk, &why, here.today))? {
        Choice::Place(place, item) => Ok(Some((place, *item))),
        Choice::Several(items) if talk.screen.may_ask() && args.answers.is_empty() => {
            let chosen = menu(talk, &items)?;
            Ok(chosen.and_then(|item| Some((place::of_item(&item)?, Some(item)))))
        }
        Choice::Several(items) => {
            let names = items.iter().map(|item| command(item, here.today)).collect();
            Err(InputError::Several(names).into())
        }
    }
}

/// Refusal with what could be meant instead.
fn no_place(talk: &mut Dialogue<'_, '_>, why: &NoPlace, today: DiaryDay) -> InputError {
    let (study, lang) = (talk.session.diary.study(), talk.screen.lang);
    match why {
        NoPlace::Unknown { slots, instruments } => {
            let slots = slots.iter().filter_map(|id| Some((id.as_str(), study.slot(id)?.title.get(lang))));
            let free =
                instruments.iter().filter_map(|id| Some((id.as_str(), study.instrument(id)?.title(lang))));
            InputError::Place(slots.chain(free).map(|(id, title)| format!("{id} ({title})")).collect())
        }
        NoPlace::NotAsked(items) => {
            InputError::NothingDue(items.iter().map(|item| command(item, today)).collect())
        }
        NoPlace::NothingDue(instruments) => {
            InputError::NothingDue(instruments.iter().map(|id| format!("diary log {id}")).collect())
        }
    }
}

/// The command that answers a prompt.
fn command(item: &TodayItem, today: DiaryDay) -> String {
    let day = item.occurrence.day;
    match &item.occurrence.slot {
        Slot::Scheduled(slot) if day == today => format!("diary log {slot}"),
        Slot::Scheduled(slot) => format!("diary log {slot} --day {day}"),
        Slot::PlannedDose { .. } => "diary dose".to_owned(),
    }
}

fn menu(talk: &mut Dialogue<'_, '_>, items: &[TodayItem]) -> Result<Option<TodayItem>, Failure> {
    let line = |item: &TodayItem| {
        words::of(talk.session.diary.study(), talk.screen.lang).prompt_line(item, talk.screen.env.zone)
    };
    let options: Vec<(TodayItem, String)> = items.iter().map(|item| (item.clone(), line(item))).collect();
    choose(talk.screen, words::log::which_questionnaire(talk.screen.lang), &options, |_| None)
}

/// Nothing is asked that could not be saved afterwards, and nothing twice by accident.
fn may_answer(
    talk: &mut Dialogue<'_, '_>,
    args: &args::Log,
    item: Option<&TodayItem>,
) -> Result<(), Failure> {
    let Some(item) = item else { return Ok(()) };
    let entry = match place::may_answer(item) {
        Ok(()) => return Ok(()),
        Err(NotNow::Answered(_)) if args.again => return Ok(()),
        Err(NotNow::Opens(opens)) => {
            let opens = words::when::moment(opens, talk.screen.env.zone, talk.screen.lang);
            return Err(InputError::NotYet(opens).into());
        }
        Err(NotNow::Answered(entry)) => entry,
    };
    let number = talk.session.number_of(entry)?;
    if !talk.screen.may_ask() {
        return Err(InputError::Answered(number).into());
    }
    let question = words::log::answer_again(talk.screen.lang, number);
    if talk.screen.confirm(&question)? { Ok(()) } else { Err(InputError::Answered(number).into()) }
}

fn head(
    talk: &mut Dialogue<'_, '_>,
    place: &DraftPlace,
    item: Option<&TodayItem>,
    instrument: &Instrument,
) -> Result<(), Failure> {
    let lang = talk.screen.lang;
    let study = talk.session.diary.study();
    // The title of the slot is that of today's study, that of the instrument the one under which it is answered.
    let slot = item.and(place.slot.as_ref());
    let title = match day::title(study, slot, &place.instrument) {
        day::Title::Slot(text) => text.get(lang).to_owned(),
        day::Title::Instrument(_) => instrument.title(lang).to_owned(),
    };
    let closed = item.and_then(|item| place::late_since(item, talk.screen.env.clock.now()));
    let closed = closed.map(|at| words::when::moment(at, talk.screen.env.zone, lang));
    let line = words::log::head(&title, place.day, closed.as_deref(), lang);
    talk.screen.say(&line)?;
    Ok(())
}

/// A draft in the diary.
struct Draft<'s> {
    session: &'s mut Session,
    place: &'s DraftPlace,
    /// Instructions that the answers set off, for scripts.
    shown: Vec<Shown>,
}

impl Answers for Draft<'_> {
    fn answers(&self) -> Result<Vec<Answer>, Failure> {
        Ok(self.session.diary.draft(self.place)?.map(|draft| draft.answers).unwrap_or_default())
    }

    fn outlast_leaving(&self) -> bool {
        true
    }

    fn keep(&mut self, screen: &mut Screen<'_>, link_id: &str, values: Vec<Value>) -> Result<(), Failure> {
        let tap = self.session.tap(screen);
        let set_off = self.session.diary.answer(self.place, link_id, values, &tap)?;
        self.shown.extend(alerts::show(&mut Dialogue { screen, session: self.session }, &set_off)?);
        Ok(())
    }
}

fn by_asking(
    talk: &mut Dialogue<'_, '_>,
    place: &DraftPlace,
    instrument: &Instrument,
) -> Result<(Round, Vec<Shown>), Failure> {
    let mut draft = Draft { session: talk.session, place, shown: Vec::new() };
    let so_far = draft.answers()?.len();
    if so_far > 0 {
        let goes_on = words::log::draft_resumed(talk.screen.lang, so_far);
        talk.screen.say(&goes_on)?;
    }
    let round = Questions { screen: talk.screen, instrument, kept: &mut draft }.ask_all()?;
    Ok((round, draft.shown))
}

fn late_reason(
    screen: &mut Screen<'_>,
    given: Option<String>,
    late: bool,
) -> Result<Option<String>, Failure> {
    if given.is_some() || !late {
        return Ok(given);
    }
    let question = words::log::why_late(screen.lang);
    let reason = screen.ask(question)?.unwrap_or_default().trim().to_owned();
    Ok((!reason.is_empty()).then_some(reason))
}

/// Takes all answers or none: only where every one is understood, they become part of the draft. What they set off is
/// shown once they are all kept.
fn from_script(
    talk: &mut Dialogue<'_, '_>,
    place: &DraftPlace,
    instrument: &Instrument,
    args: &args::Log,
) -> Result<Vec<Shown>, Failure> {
    let answers = script_answers(talk.screen, instrument, &args.answers, args.yes)?;
    let tap = talk.session.tap(talk.screen);
    let mut set_off = Vec::new();
    for answer in answers {
        set_off.extend(talk.session.diary.answer(place, &answer.link_id, answer.values, &tap)?);
    }
    alerts::show(talk, &set_off)
}

/// The answers of `--answers` and `--set`, understood. A date more than a year away needs `yes`.
pub(super) fn script_answers(
    screen: &mut Screen<'_>,
    instrument: &Instrument,
    given: &args::Answers,
    yes: bool,
) -> Result<Vec<Answer>, Failure> {
    let mut texts = match &given.answers {
        Some(path) if path.as_os_str() == "-" => answers::read(&screen.read_rest()?)?,
        Some(path) => answers::read(&std::fs::read(path).map_err(|_| InputError::AnswerFile)?)?,
        None => Vec::new(),
    };
    for one in answers::read_lines(given.set.iter().map(String::as_str))? {
        texts.retain(|known| known.link_id != one.link_id);
        texts.push(one);
    }
    let (zone, now) = (screen.env.zone, screen.env.clock.now());
    let answers = answers::understand(instrument, &texts, zone, now).map_err(InputError::Answers)?;
    let far: Vec<_> =
        answers.iter().filter_map(|answer| questionnaire::far_date(&answer.values, now, zone)).collect();
    for far in far {
        let meant = yes || screen.may_ask() && screen.confirm(&far.question(screen.lang))?;
        if !meant {
            return Err(InputError::Far(far).into());
        }
    }
    Ok(answers)
}
