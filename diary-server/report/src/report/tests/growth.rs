//! Work on one participant is not quadratic in the size of the record: merging, the status, the report as text and as
//! page, and the tables, for much data of each kind. Steps are counted, not seconds.

use std::collections::BTreeMap;

use diary_core::act::{ActContent, LineChange, RegimenChange, Timing};
use diary_core::entry::{
    AlertShown, AnswersBegun, Author, Content, DoseStatus, Event, MedicationChange, MedicationChangeKind,
    MedicationRef, Slot,
};
use diary_core::ids::{EntryId, LineId};
use diary_core::parcel::QuarantineCode;
use diary_core::record::Source;
use diary_core::steps;
use diary_core::text::Lang;
use diary_core::time::{PartialDate, ReceivedAt};

use super::world::{MG_ADL, World, begun, code, day, dose_content, graded, quantity};
use crate::report::outlook::outlook;
use crate::report::{Fork, NotMerged, build, html, text};
use crate::snapshot::ContactSummary;
use crate::snapshot::ParticipantSnapshot;
use crate::snapshot::ReportContext;
use crate::snapshot::Subject;
use crate::tables_csv::{Batch, participant};

const FEW: u64 = 250;
const MANY: u64 = 4 * FEW;

/// Limit on the factor of steps for four times the data: four, and a logarithmic part.
const GROWTH: u64 = 6;

const NOW: &str = "2026-03-20 20:00";

/// Days of March, from the second to the nineteenth.
fn of(n: u64) -> String {
    format!("2026-03-{:02}", 2 + n % 18)
}

/// Steps of each kind of work on a participant.
fn steps_of(world: &World) -> BTreeMap<&'static str, u64> {
    let mut taken = BTreeMap::new();
    let mut count = |what, work: &mut dyn FnMut()| {
        let before = steps::taken();
        work();
        taken.insert(what, steps::taken() - before);
    };
    count("merge", &mut || drop(world.trial_record()));
    world.look(NOW, 28, |input| {
        count("standing", &mut || drop(outlook(input).unwrap()));
        count("report", &mut || drop(build(input).unwrap()));
        let report = build(input).unwrap();
        count("text", &mut || drop(text::render(&report, Lang::EN, 100)));
        count("page", &mut || drop(html::render(&report, Lang::EN)));
        let gathered = ParticipantSnapshot {
            participant: Subject {
                subject: "S-001".to_owned(),
                site: input.site.clone(),
                vault: diary_core::ids::VaultId::from_bytes([1; 16]),
                added: world.instant("2026-03-01 12:00"),
            },
            record: input.record.clone(),
            devices: input.devices.clone(),
            not_merged: Vec::new(),
            with_unmerged: None,
            left_out: Vec::new(),
            forks: Vec::new(),
            beside: ContactSummary::default(),
            aside: Vec::new(),
        };
        let light =
            ReportContext { studies: input.studies, now: input.now, days: 1, until: None, zone: input.zone };
        count("tables", &mut || {
            let mut batch = Batch::new(Lang::EN);
            participant(&mut batch, &gathered, &light).unwrap();
            drop(batch.finish());
        });
    });
    taken
}

/// Asserts that four times the data of a kind takes about four times the steps. `world` makes the data.
fn assert_grows(what: &str, world: impl Fn(u64) -> World) {
    let (few, many) = (steps_of(&world(FEW)), steps_of(&world(MANY)));
    let none = steps_of(&world(0));
    assert!(few["merge"] > 0 && few["report"] > 0 && few["standing"] > 0, "{what}: nothing is counted");
    let mut wrong = Vec::new();
    for (work, few) in few {
        // The cost of an empty record is subtracted.
        let none = none[work];
        let (few, many) = (few.saturating_sub(none), many[work].saturating_sub(none));
        if many > GROWTH * few.max(FEW) {
            wrong.push(format!("{work}: {few} steps for {FEW}, {many} for {MANY}"));
        }
    }
    assert!(wrong.is_empty(), "{what}:\n{}", wrong.join("\n"));
}

fn world() -> World {
    let mut world = World::new();
    world.regimen(1, "2026-03-02", &[("pyridostigmine", "tablet", "60 mg", &["07:00", "12:00", "17:00"])]);
    world.anchor("cycle1", "2026-03-10").visit("2026-03-06");
    world.at("2026-03-20 12:00");
    world
}

fn shown(rule: &str, trigger: Option<diary_core::ids::RevisionId>, of: Option<AnswersBegun>) -> Content {
    let rule = rule.parse().unwrap();
    Content::AlertShown(AlertShown { rule, trigger, shown: "call".to_owned(), acknowledged: None, of })
}

fn adl(world: &mut World, n: u64, slot: Option<&str>) -> diary_core::ids::RevisionId {
    world.assess(
        &of(n),
        slot,
        "mg-adl",
        graded(&MG_ADL, &[1, 1, 1, 1, 1, u8::try_from(n % 3).unwrap(), 1, u8::try_from(n % 4).unwrap()]),
    )
}

#[test]
fn scored_assessments_are_not_held_against_each_other() {
    assert_grows("scored assessments", |n| {
        let mut world = world();
        for one in 0..n {
            adl(&mut world, one, None);
        }
        world.sync();
        world
    });
}

#[test]
fn answers_at_one_place_are_not_held_against_each_other() {
    assert_grows("answers at one place", |n| {
        let mut world = world();
        let all: Vec<_> = (0..n).map(|_| world.evening("2026-03-10", [3; 10])).collect();
        world.sync();
        if let Some(last) = all.last() {
            world.at("2026-03-20 13:00").decide(*last, &all, "the last was right");
        }
        world
    });
}

#[test]
fn a_place_with_several_answers_is_not_held_against_every_decision() {
    assert_grows("decisions", |n| {
        let mut world = world();
        for one in 0..n / 2 {
            let slot = Some(Slot::Scheduled(format!("slot-{one}").parse().unwrap()));
            let note = || Content::Note(diary_core::entry::Note { text: "twice".to_owned() });
            let first = world.record(&of(one), slot.clone(), note());
            let second = world.record(&of(one), slot, note());
            world.decide(second, &[first, second], "asked again");
        }
        world.sync();
        world
    });
}

#[test]
fn an_instruction_finds_what_set_it_off_by_its_id() {
    assert_grows("instructions", |n| {
        let mut world = world();
        for one in 0..n {
            let trigger = world.evening(&of(one), [0, 0, 0, 0, 0, 3, 0, 0, 0, 0]);
            world.at("2026-03-20 12:00");
            world.record(&of(one), None, shown("breathless-at-rest", Some(trigger), None));
        }
        world.sync();
        world
    });
}

#[test]
fn instructions_of_rules_that_no_study_has_are_gathered_by_their_ids() {
    assert_grows("unknown rules", |n| {
        let mut world = world();
        for one in 0..n {
            world.record(&of(one), None, shown(&format!("rule-{one}"), None, None));
        }
        world.sync();
        world
    });
}

#[test]
fn instructions_shown_while_answers_were_begun_find_what_became_of_them() {
    assert_grows("begun", |n| {
        let mut world = world();
        let started = world.instant("2026-03-10 20:00");
        let instrument = "evening".parse().unwrap();
        let begun = AnswersBegun { instrument, slot: Some("evening".parse().unwrap()), started };
        for _ in 0..n {
            world.record("2026-03-10", None, shown("breathless-at-rest", None, Some(begun.clone())));
            world.evening("2026-03-10", [0, 0, 0, 0, 0, 3, 0, 0, 0, 0]);
        }
        world.sync();
        world
    });
}

#[test]
fn serious_events_are_not_held_against_every_act_that_dealt_with_one() {
    assert_grows("alerts dealt with", |n| {
        let mut world = world();
        for one in 0..n {
            let event = Event { code: "fall".parse().unwrap(), text: None, ended: None };
            let entry: EntryId = world.record(&of(one), None, Content::Event(event)).into();
            let rule = "fall".parse().unwrap();
            world.act(ActContent::AlertsHandled { rule, entries: vec![entry] });
        }
        world.sync();
        world
    });
}

#[test]
fn doses_of_different_medications_are_counted_in_one_pass() {
    assert_grows("medications", |n| {
        let mut world = world();
        for one in 0..n {
            let content = dose_content(&format!("remedy {one}"), DoseStatus::Taken, "1 {tbl}", true);
            world.record(&of(one), None, content);
        }
        world.sync();
        world
    });
}

#[test]
fn answers_to_doses_that_the_plan_has_no_longer_are_not_held_against_each_other() {
    assert_grows("doses of lines that are gone", |n| {
        let mut world = world();
        for one in 0..n {
            let mut line = [7; 8];
            line[..2].copy_from_slice(&u16::try_from(one).unwrap().to_be_bytes());
            let line = LineId::from_bytes(line);
            let slot = Slot::PlannedDose { line, time: "08:00".parse().unwrap() };
            let content = dose_content("pyridostigmine", DoseStatus::Taken, "60 mg", false);
            world.record("2026-03-10", Some(slot), content);
        }
        world.sync();
        world
    });
}

#[test]
fn reported_changes_find_what_staff_made_of_them_by_their_medication() {
    assert_grows("reported changes", |n| {
        let mut world = world();
        for one in 0..n {
            let medication = MedicationRef { code: None, name: format!("remedy {one}") };
            let from = PartialDate::Day(day(&of(one)));
            let change = MedicationChange {
                medication,
                kind: MedicationChangeKind::Started,
                from,
                dose: Some(quantity("10 mg")),
                route: None,
                frequency: None,
                reason: None,
                form: None,
            };
            world.record(&of(one), None, Content::MedicationChange(change));
        }
        world.sync();
        world
    });
}

#[test]
fn lines_of_the_regimen_are_found_by_their_ids() {
    assert_grows("lines of the regimen", |n| {
        let mut world = world();
        for one in 0..n {
            let mut id = [9; 8];
            id[..2].copy_from_slice(&u16::try_from(one).unwrap().to_be_bytes());
            let timing = Timing { times: Vec::new(), every_days: 1, weekdays: Vec::new() };
            let code = format!("drug-{one}");
            let line: LineChange = begun(LineId::from_bytes(id), &code, "5 mg", "2026-03-05", timing);
            world.act(ActContent::Regimen(RegimenChange { from: day("2026-03-05"), lines: vec![line] }));
        }
        world.sync();
        world
    });
}

#[test]
fn visits_and_infusions_are_not_held_against_each_other() {
    assert_grows("visits and infusions", |n| {
        let mut world = world();
        for one in 0..n / 2 {
            let (date, kind) = (day(&of(one)), format!("kind-{one}"));
            world.act(ActContent::Visit { date, kind, held: true });
            let start = world.instant(&format!("{} 10:00", of(one)));
            let (dose, cycle) = (quantity("10 ug"), "cycle1".parse().unwrap());
            let day = u16::try_from(one).unwrap();
            world.act(ActContent::Infusion {
                start,
                stop: None,
                dose,
                cycle,
                day,
                interruptions: Vec::new(),
            });
        }
        world.sync();
        world
    });
}

#[test]
fn a_chain_of_corrections_is_not_read_again_for_each_of_them() {
    assert_grows("corrections", |n| {
        let mut world = world();
        let mut last = world.evening("2026-03-10", [0; 10]);
        world.at("2026-03-20 12:00");
        for one in 0..n {
            let grade = u8::try_from(one % 3).unwrap();
            let content = super::world::assessment(
                &world.studies,
                1,
                "evening",
                graded(&super::world::EVENING, &[grade; 10]),
            );
            last = world.correct(last, content, "mistyped");
        }
        world.sync();
        world
    });
}

#[test]
fn corrections_beside_each_other_are_not_read_again_for_each_of_them() {
    assert_grows("conflicts", |n| {
        let mut world = world();
        let first = world.note("2026-03-10", "first");
        for one in 0..n {
            let content = Content::Note(diary_core::entry::Note { text: format!("{one}") });
            world.correct(first, content, "mistyped");
        }
        world.sync();
        world
    });
}

#[test]
fn withdrawn_entries_are_not_held_against_each_other() {
    assert_grows("withdrawals", |n| {
        let mut world = world();
        for one in 0..n / 2 {
            let note = world.note(&of(one), "by mistake");
            world.correct(note, Content::Withdrawn, "not mine");
        }
        world.sync();
        world
    });
}

#[test]
fn acts_that_correct_others_find_them_by_their_ids() {
    assert_grows("acts corrected", |n| {
        let mut world = world();
        for one in 0..n / 2 {
            world.visit(&of(one));
            world.withdraw_act(usize::try_from(2 * one + 3).unwrap());
        }
        world.sync();
        world
    });
}

#[test]
fn late_entries_of_many_carers_are_gathered_by_who_made_them() {
    assert_grows("carers", |n| {
        let mut world = world();
        for one in 0..n {
            world.author = Author::Caregiver { name: format!("carer {one}"), reason: "hands".to_owned() };
            world.evening("2026-03-10", [0; 10]);
            let at = world.instant("2026-03-02 09:00");
            let content = dose_content(&format!("remedy {}", one % 7), DoseStatus::Taken, "1 {tbl}", true);
            world.at("2026-03-20 12:00");
            world.record_with("2026-03-02", None, content, |revision| {
                revision.occurred = Some(diary_core::time::OccurredAt(at));
            });
        }
        world.sync();
        world
    });
}

#[test]
fn answers_that_are_no_option_are_not_held_against_each_other() {
    assert_grows("odd answers", |n| {
        let mut world = world();
        for one in 0..n {
            let answers = vec![("breathing", code(&format!("odd-{one}")))];
            world.assess("2026-03-10", None, "evening", answers);
        }
        world.sync();
        world
    });
}

#[test]
fn many_phones_are_not_held_against_each_other() {
    assert_grows("phones", |n| {
        let mut world = world();
        for one in 0..n {
            world.use_phone(u16::try_from(300 + one).unwrap());
            world.note(&of(one), "from this one");
            world.sync();
        }
        world
    });
}

#[test]
fn many_parcels_are_not_held_against_each_other() {
    assert_grows("parcels", |n| {
        let mut world = world();
        for one in 0..n {
            world.note(&of(one), "alone");
            world.sync();
        }
        world
    });
}

#[test]
fn forks_and_parcels_in_quarantine_are_counted_in_one_pass() {
    assert_grows("forks", |n| {
        let mut world = world();
        world.sync();
        let author = *world.devices.keys().next().unwrap();
        let received = ReceivedAt(world.instant("2026-03-20 12:00"));
        let incarnation = diary_core::ids::Incarnation::from_bytes([1; 16]);
        for seq in 0..n {
            world.forks.push(Fork { at: Source { author, incarnation, seq }, received });
            let code = QuarantineCode::from_number(u16::try_from(seq % 9).unwrap());
            let why = diary_core::unmerged::UnmergedState::Quarantined(code);
            world.not_merged.push(NotMerged { n: seq, author, incarnation, seq, received, why });
        }
        world
    });
}
