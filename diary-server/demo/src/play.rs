//! Plays the script on the stage, scene by scene, through the real client library.

use chrono::Weekday;
use diary_core::act::Step;
use diary_core::diary::{Circumstances, DiaryError, TodayItem};
use diary_core::entry::{
    Author, Content, Dose, DoseStatus, Event, Frequency, MedicationChange, MedicationChangeKind,
    MedicationRef, Note, Route, SkipReason, Slot, Value,
};
use diary_core::measure::{Decimal, Quantity, Unit};
use diary_core::store::DraftPlace;
use diary_core::study::schedule::{Prompt, SlotState};
use diary_core::text::Lang;
use diary_core::time::{DiaryDay, TimeOfDay, UtcMillis};
use diary_server::site::{AnchorInput, VisitInput};
use diary_server::site::{InfusionInput, LineInput, RegimenInput, Saying};
use diary_sync::Mode;

use crate::lives::{CYCLE_1, CYCLE_2, Deed, DoseTold, LineDeed, Scene};
use crate::messages::demo as say;
use crate::phone::{Phone, PhoneError};
use crate::site::SiteError;
use crate::stage::Stage;

/// Counts over the scenes played.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Played {
    /// Entries and later versions saved on phones.
    pub saved: u32,
    /// Instructions that were shown.
    pub alerts: u32,
    /// Contacts with the keeper.
    pub contacts: u32,
    /// Requests that carried parcels.
    pub pushes: u32,
    /// Bytes sent to the keeper.
    pub bytes_up: u64,
}

/// Plays `scenes`, the first day being `start`, up to `until`; calls `tick` after each.
///
/// # Errors
/// [`SiteError`]; a script that fits the study meets none.
pub async fn play(
    stage: &mut Stage,
    scenes: &[Scene],
    start: DiaryDay,
    until: UtcMillis,
    mut tick: impl FnMut(),
) -> Result<Played, SiteError> {
    let mut played = Played::default();
    for scene in scenes {
        let instant = at(stage, start, scene.day, scene.minute);
        if instant <= until {
            stage.clock.step_to(instant);
            one(stage, scene, start, &mut played).await?;
        }
        tick();
    }
    Ok(played)
}

fn at(stage: &Stage, start: DiaryDay, day: i64, minute: i64) -> UtcMillis {
    let midnight = stage.zone.instant(start.plus_days(day).0, TimeOfDay::default().to_chrono());
    midnight.plus_ms(minute * 60_000)
}

async fn one(
    stage: &mut Stage,
    scene: &Scene,
    start: DiaryDay,
    played: &mut Played,
) -> Result<(), SiteError> {
    let Some(phone) = scene.person.phone() else { return staff(stage, scene, start).await };
    if scene.deed == Deed::Sync {
        let entropy = stage.site.entropy.clone();
        let outcome =
            stage.phones[phone].sync(&stage.site.transport, &*stage.clock, &*entropy, Mode::Wait(5)).await?;
        played.contacts += 1;
        played.pushes += outcome.pushes;
        played.bytes_up += outcome.bytes_up;
        return Ok(());
    }
    let phone = &mut stage.phones[phone];
    let tap = phone.tap(&*stage.clock, &*stage.site.entropy);
    Ok(Acting { phone, tap, played }.does(scene, start)?)
}

/// A participant at one moment of the script.
struct Acting<'a> {
    phone: &'a mut Phone,
    tap: Circumstances<'a>,
    played: &'a mut Played,
}

impl Acting<'_> {
    fn does(&mut self, scene: &Scene, start: DiaryDay) -> Result<(), PhoneError> {
        let (day, lang) = (start.plus_days(scene.day), self.phone.lang);
        match &scene.deed {
            Deed::Evening { levels, of_day } => {
                self.assess("evening", start.plus_days(*of_day), |item| choice(levels, item))
            }
            Deed::MgAdlIfAsked { levels } => self.assess("mg-adl", day, |item| choice(levels, item)),
            Deed::Safety { tenths, unwell } => {
                let slot = if scene.minute < 14 * 60 { "safety-morning" } else { "safety-evening" };
                self.assess(slot, day, |item| safety(item, *tenths, *unwell))
            }
            Deed::Dose { line, dose, told } => self.dose(day, (*line, *dose), *told),
            Deed::ExtraDose => self.save(extra_dose(lang)),
            Deed::CorrectLastDose => self.correct_last_dose(day),
            Deed::CaregiverNote => self.caregiver_note(),
            Deed::MorningNote => self.save(Content::Note(Note { text: say::morning_note(lang).to_owned() })),
            Deed::WithdrawnNote => self.withdrawn_note(),
            Deed::Fall => self.event("fall", Some("Stumbled on the stairs, not hurt.")),
            Deed::InfusionStarted => self.event("infusion-started", None),
            Deed::StartedMedication => self.save(started_azathioprine(day)),
            Deed::Sync
            | Deed::Visit { .. }
            | Deed::VisitWithdrawn { .. }
            | Deed::Regimen { .. }
            | Deed::Line { .. }
            | Deed::Anchor { .. }
            | Deed::Infusion { .. } => Ok(()),
        }
    }

    fn caregiver_note(&mut self) -> Result<(), PhoneError> {
        let text = say::caregiver_note(self.phone.lang);
        self.tap.author = Author::Caregiver {
            name: say::caregiver_name(self.phone.lang).to_owned(),
            reason: say::caregiver_reason(self.phone.lang).to_owned(),
        };
        self.phone.diary.record(
            Content::Note(Note { text: text.to_owned() }),
            None,
            None,
            None,
            &self.tap,
        )?;
        self.played.saved += 1;
        Ok(())
    }

    fn withdrawn_note(&mut self) -> Result<(), PhoneError> {
        let text = "Meant for another day.".to_owned();
        let entry = self.phone.diary.record(Content::Note(Note { text }), None, None, None, &self.tap)?.entry;
        self.phone.diary.withdraw(entry, "wrong day", &self.tap)?;
        self.played.saved += 2;
        Ok(())
    }

    fn save(&mut self, content: Content) -> Result<(), PhoneError> {
        self.phone.diary.record(content, None, None, None, &self.tap)?;
        self.played.saved += 1;
        Ok(())
    }

    fn event(&mut self, code: &str, text: Option<&str>) -> Result<(), PhoneError> {
        let code = code.parse().expect("a plain word is an event code");
        self.save(Content::Event(Event { code, text: text.map(str::to_owned), ended: None }))
    }

    fn dose(&mut self, day: DiaryDay, (line, dose): (u16, u16), told: DoseTold) -> Result<(), PhoneError> {
        let course = self.phone.diary.plan(self.tap.zone)?.course;
        let mut of_line = course.regimen.doses_on(day).filter(|planned| planned.line.number == line + 1);
        let Some(slot) = of_line.nth(dose.into()).map(|planned| planned.slot()) else { return Ok(()) };
        let planned = self.phone.diary.slots(day, day, self.tap.now, self.tap.zone)?;
        let mine = |item: &TodayItem| item.occurrence.slot == slot && item.state == SlotState::Open;
        let Some(item) = planned.into_iter().find(mine) else { return Ok(()) };
        let Prompt::Dose { medication, amount, route, .. } = item.occurrence.prompt else { return Ok(()) };
        let status = match told {
            DoseTold::Taken => DoseStatus::Taken,
            DoseTold::Forgot => DoseStatus::NotTaken { why: SkipReason::Forgot, text: None },
            DoseTold::DontKnow => DoseStatus::DontKnow,
        };
        let content = Content::Dose(Dose {
            medication,
            status,
            amount: Some(amount.clone()),
            route: Some(route),
            extra: false,
            note: None,
            planned: Some(amount),
        });
        self.phone.diary.record(content, Some((day, item.occurrence.slot)), None, None, &self.tap)?;
        self.played.saved += 1;
        Ok(())
    }

    fn correct_last_dose(&mut self, day: DiaryDay) -> Result<(), PhoneError> {
        let past = self.phone.diary.past(day, day)?;
        let last = past.iter().rev().find_map(|entry| match &entry.shown.as_ref()?.content {
            Content::Dose(dose) if dose.status == DoseStatus::Taken => Some((entry.entry, dose.clone())),
            _ => None,
        });
        let Some((entry, mut dose)) = last else { return Ok(()) };
        dose.amount = Some(mg(30));
        let reason = say::correction_reason(self.phone.lang);
        self.phone.diary.correct(entry, Content::Dose(dose), None, reason, &self.tap)?;
        self.played.saved += 1;
        Ok(())
    }

    /// Answers an instrument at its slot, if the study asks for it on that day, question by question.
    fn assess(
        &mut self,
        slot: &str,
        day: DiaryDay,
        answer: impl Fn(&str) -> String,
    ) -> Result<(), PhoneError> {
        let slot = Slot::Scheduled(slot.parse().expect("a plain word is a slot id"));
        let asked =
            self.phone.diary.slots(day, day, self.tap.now, self.tap.zone)?.into_iter().find_map(|item| {
                let here = item.occurrence.slot == slot && item.state != SlotState::Upcoming;
                match item.occurrence.prompt {
                    Prompt::Instrument(instrument) if here => Some(DraftPlace {
                        instrument,
                        slot: match item.occurrence.slot {
                            Slot::Scheduled(slot) => Some(slot),
                            Slot::PlannedDose { .. } => None,
                        },
                        day,
                    }),
                    _ => None,
                }
            });
        let Some(place) = asked else { return Ok(()) };
        let mut shown = Vec::new();
        while let Some((link_id, value)) = next_answer(self.phone, &place, &self.tap, &answer)? {
            shown.extend(self.phone.diary.answer(&place, &link_id, vec![value], &self.tap)?);
        }
        let finished = self.phone.diary.finish(&place, None, &self.tap)?;
        shown.extend(finished.alerts);
        for (_, entry) in &shown {
            self.phone.diary.acknowledge(*entry, &self.tap)?;
        }
        let alerts = u32::try_from(shown.len()).unwrap_or(u32::MAX);
        self.played.saved += 1 + 2 * alerts;
        self.played.alerts += alerts;
        Ok(())
    }
}

fn extra_dose(lang: Lang) -> Content {
    Content::Dose(Dose {
        medication: pyridostigmine(lang),
        status: DoseStatus::Taken,
        amount: Some(mg(30)),
        route: Some(Route::Oral),
        extra: true,
        note: Some(say::extra_dose_note(lang).to_owned()),
        planned: None,
    })
}

fn started_azathioprine(from: DiaryDay) -> Content {
    Content::MedicationChange(MedicationChange {
        medication: MedicationRef { code: "azathioprine".parse().ok(), name: "Azathioprine".to_owned() },
        kind: MedicationChangeKind::Started,
        from: from.into(),
        dose: Some(mg(50)),
        route: Some(Route::Oral),
        frequency: Some(Frequency::Daily),
        reason: Some("local doctor".to_owned()),
        form: Some("tablet".to_owned()),
    })
}

fn mg(amount: i64) -> Quantity {
    Quantity { value: Decimal::from(amount), unit: Unit::MG }
}

fn pyridostigmine(lang: Lang) -> MedicationRef {
    MedicationRef { code: "pyridostigmine".parse().ok(), name: say::pyridostigmine(lang).to_owned() }
}

fn next_answer(
    phone: &Phone,
    place: &DraftPlace,
    tap: &Circumstances<'_>,
    answer: &impl Fn(&str) -> String,
) -> Result<Option<(String, Value)>, DiaryError> {
    let answers = phone.diary.draft(place)?.map(|draft| draft.answers).unwrap_or_default();
    let study = phone.diary.study_at(place)?;
    let instrument = study.instrument(&place.instrument).ok_or(DiaryError::UnknownInstrument)?;
    let enabled = instrument.enabled(&answers);
    let open = enabled.into_iter().find(|item| !answers.iter().any(|given| given.link_id == item.link_id));
    open.map(|item| {
        let value = instrument
            .parse_answer(item, &answer(&item.link_id), tap.zone, tap.now)
            .map_err(|error| DiaryError::Answers(vec![error]))?;
        Ok((item.link_id.clone(), value))
    })
    .transpose()
}

fn choice(levels: &[(&'static str, u8)], item: &str) -> String {
    match (levels.iter().find(|(name, _)| *name == item), item) {
        (Some((_, level)), _) => level.to_string(),
        (None, "worst-time") => "evening".to_owned(),
        (None, "cough") => "1".to_owned(),
        (None, _) => "no".to_owned(),
    }
}

fn safety(item: &str, tenths: i64, unwell: bool) -> String {
    match item {
        "temperature-method" => "armpit".to_owned(),
        "temperature" => Decimal::new(tenths, 1).to_string(),
        "headache" => if unwell { "4" } else { "0" }.to_owned(),
        "chills" => if unwell { "1" } else { "0" }.to_owned(),
        "dizziness" | "tremor" | "breathing" => "0".to_owned(),
        "infusion-site" => "fine".to_owned(),
        _ => "no".to_owned(),
    }
}

async fn staff(stage: &mut Stage, scene: &Scene, start: DiaryDay) -> Result<(), SiteError> {
    let day = start.plus_days(scene.day);
    let by = stage.site.staff.clone();
    match &scene.deed {
        Deed::Visit { of, kind } => {
            let Some(n) = of.phone() else { return Ok(()) };
            let (desk, participant) = (&stage.site.desk, &stage.participants[n]);
            let visit = VisitInput { date: day, kind: (*kind).to_owned(), held: false };
            desk.acts().on(&by, participant).add_visit(&visit, Saying::MEANT).await?;
        }
        Deed::VisitWithdrawn { of, day } => {
            let Some(n) = of.phone() else { return Ok(()) };
            let (desk, participant) = (&stage.site.desk, &stage.participants[n]);
            let (date, kind) = (start.plus_days(*day), "unscheduled".to_owned());
            let visit = VisitInput { date, kind, held: false };
            let made = desk.acts().on(&by, participant).add_visit(&visit, Saying::MEANT).await?;
            let id = made.act.id.to_string();
            let reason = Some("entered for the wrong participant");
            let saying = Saying { reason, corrects: Some(&id), ..Saying::MEANT };
            desk.acts().on(&by, participant).withdraw(saying).await?;
        }
        Deed::Regimen { of, prednisone_mg } => {
            let Some(n) = of.phone() else { return Ok(()) };
            let input = regimen(day, *prednisone_mg, stage.phones[n].lang);
            stage.site.desk.acts().on(&by, &stage.participants[n]).set_regimen(&input, Saying::MEANT).await?;
        }
        Deed::Line { of, change } => {
            let Some(n) = of.phone() else { return Ok(()) };
            let input = line_change(day, start, *change, stage.phones[n].lang);
            stage.site.desk.acts().on(&by, &stage.participants[n]).set_regimen(&input, Saying::MEANT).await?;
        }
        Deed::Anchor { of, anchor, day } => {
            let Some(n) = of.phone() else { return Ok(()) };
            let anchor = anchor.parse().expect("a plain word is an anchor");
            let date = Some(start.plus_days(*day));
            stage
                .site
                .desk
                .acts()
                .on(&by, &stage.participants[n])
                .set_anchor(&AnchorInput { anchor, date }, Saying::MEANT)
                .await?;
        }
        Deed::Infusion { of, anchor, n: of_cycle } => {
            let Some(n) = of.phone() else { return Ok(()) };
            let first = if *anchor == "cycle1" { CYCLE_1 } else { CYCLE_2 };
            let day = at(stage, start, first + of_cycle, 0);
            let infusion = InfusionInput {
                cycle: anchor.parse().expect("a plain word is an anchor"),
                day: u16::try_from(of_cycle + 1).unwrap_or(1),
                start: day.plus_ms(9 * 3_600_000),
                stop: Some(day.plus_ms(17 * 3_600_000)),
                dose: Quantity { value: Decimal::from(9), unit: "ug".parse().expect("a known unit") },
                interruptions: None,
            };
            stage
                .site
                .desk
                .acts()
                .on(&by, &stage.participants[n])
                .add_infusion(&infusion, Saying::MEANT)
                .await?;
        }
        _ => {}
    }
    Ok(())
}

/// Pyridostigmine 60 mg four times a day and as needed, prednisone once.
fn regimen(from: DiaryDay, prednisone_mg: i64, lang: Lang) -> RegimenInput {
    lines(from, vec![four_times(lang), prednisone(prednisone_mg, lang)])
}

/// One change of one line; the others stay.
fn line_change(from: DiaryDay, start: DiaryDay, change: LineDeed, lang: Lang) -> RegimenInput {
    match change {
        LineDeed::Taper { day, mg: less } => {
            let steps = vec![Step { from: start.plus_days(day), amount: mg(less) }];
            lines(from, vec![LineInput { steps, ..prednisone(20, lang) }])
        }
        LineDeed::Weekdays => {
            let name = say::vitamin_d(lang).to_owned();
            let amount = Quantity { value: 800.into(), unit: "[IU]".parse().expect("a known unit") };
            let vitamin = MedicationRef { code: None, name };
            let line = LineInput::tablets(vitamin, amount, times(&["09:00"]));
            lines(from, vec![LineInput { weekdays: vec![Weekday::Mon, Weekday::Thu], ..line }])
        }
        LineDeed::Limits => lines(from, vec![limited(lang)]),
        LineDeed::Times => {
            let times = times(&["07:30", "11:30", "15:30", "20:00"]);
            lines(from, vec![LineInput { times, ..limited(lang) }])
        }
        LineDeed::End => RegimenInput { end: vec![3], ..lines(from, Vec::new()) },
    }
}

const fn lines(from: DiaryDay, lines: Vec<LineInput>) -> RegimenInput {
    RegimenInput { from, lines, end: Vec::new() }
}

fn times(all: &[&str]) -> Vec<TimeOfDay> {
    all.iter().map(|text| text.parse().expect("a time of day")).collect()
}

/// The same with limits of the doses as needed.
fn limited(lang: Lang) -> LineInput {
    LineInput { most_per_day: Some(mg(480)), least_interval_minutes: Some(120), ..four_times(lang) }
}

fn four_times(lang: Lang) -> LineInput {
    let line = LineInput::tablets(pyridostigmine(lang), mg(60), times(&["07:30", "11:30", "16:00", "20:00"]));
    LineInput { as_needed: true, ..line }
}

fn prednisone(a_day_mg: i64, lang: Lang) -> LineInput {
    let name = say::prednisone(lang).to_owned();
    let medication = MedicationRef { code: "prednisone".parse().ok(), name };
    LineInput::tablets(medication, mg(a_day_mg), times(&["08:00"]))
}
