//! Sections, progress, hours and drafts of a day.

use diary_core::study::{Occurrence, shipped};
use diary_core::text::Lang;

use super::*;

fn day() -> DiaryDay {
    "2026-03-02".parse().unwrap()
}

fn prompt(slot: &str, day: DiaryDay, state: SlotState) -> TodayItem {
    let at = UtcMillis(1_772_400_000_000);
    let occurrence = Occurrence {
        slot: Slot::Scheduled(slot.parse().unwrap()),
        day,
        prompt: Prompt::Instrument("evening".parse().unwrap()),
        opens: at,
        due: at.plus_ms(1),
        closes: at.plus_ms(2),
        late_until: at.plus_ms(3),
        known: None,
    };
    TodayItem { occurrence, state, entry: None, draft: false }
}

fn today(items: Vec<TodayItem>, drafts: Vec<DraftPlace>) -> Today {
    Today {
        day: day(),
        items,
        as_needed: Vec::new(),
        reported: Vec::new(),
        ended: None,
        switched_off: None,
        drafts,
        unscheduled: Vec::new(),
    }
}

fn every_state() -> Vec<TodayItem> {
    [
        SlotState::Missed,
        SlotState::Answered,
        SlotState::Open,
        SlotState::NotAsked,
        SlotState::Upcoming,
        SlotState::Late,
    ]
    .into_iter()
    .map(|state| prompt("evening", day(), state))
    .collect()
}

#[test]
fn sections_come_by_urgency_and_an_empty_one_is_left_out() {
    let view = DayView::of(&today(every_state(), Vec::new()));
    let shown: Vec<_> = view.sections.iter().map(|section| (section.kind, section.items.len())).collect();
    let expected = [
        (SectionKind::Now, 1),
        (SectionKind::Late, 1),
        (SectionKind::Later, 1),
        (SectionKind::Over, 2),
        (SectionKind::Done, 1),
    ];
    assert_eq!(shown, expected);
    let view = DayView::of(&today(vec![prompt("evening", day(), SlotState::Answered)], Vec::new()));
    assert_eq!(view.sections.iter().map(|section| section.kind).collect::<Vec<_>>(), [SectionKind::Done]);
}

#[test]
fn progress_counts_the_prompts_of_the_day_alone_and_nothing_that_was_not_asked() {
    let mut items = every_state();
    items.push(prompt("evening", day().plus_days(-1), SlotState::Late));
    let expected = DayProgress { answered: 1, due: 2, later: 1, missed: 1 };
    assert_eq!(DayProgress::of(&items, day()), expected);
}

#[test]
fn a_draft_is_listed_apart_only_where_no_prompt_goes_on_with_it() {
    let draft = |slot: Option<&str>, day| DraftPlace {
        instrument: "evening".parse().unwrap(),
        slot: slot.map(|slot| slot.parse().unwrap()),
        day,
    };
    let of_prompt = draft(Some("evening"), day());
    let (earlier, free) = (draft(Some("evening"), day().plus_days(-5)), draft(None, day()));
    let items = vec![prompt("evening", day(), SlotState::Open)];
    let view = DayView::of(&today(items, vec![of_prompt, earlier.clone(), free.clone()]));
    assert_eq!(view.other_drafts, [earlier, free]);
}

#[test]
fn hours_and_the_begun_mark_follow_the_state() {
    let hours_of = |state| hours(&prompt("evening", day(), state));
    let at = UtcMillis(1_772_400_000_000);
    assert_eq!(hours_of(SlotState::Upcoming), Hours::From(at));
    assert_eq!(hours_of(SlotState::Open), Hours::Until(at.plus_ms(2)));
    assert_eq!(hours_of(SlotState::Late), Hours::OfDay(day()));
    assert_eq!(hours_of(SlotState::Missed), Hours::None);
    let begun = |state| is_begun(&TodayItem { draft: true, ..prompt("evening", day(), state) });
    assert!(begun(SlotState::Late));
    assert!(!begun(SlotState::Answered));
}

#[test]
fn only_open_questionnaires_are_asked_in_the_evening_and_late_ones_remain() {
    let today = today(every_state(), Vec::new());
    assert_eq!(open_questionnaires(&today).len(), 1);
    let rest = Remainder::of(&today);
    assert_eq!((rest.open.len(), rest.late.len()), (1, 1));
}

#[test]
fn a_prompt_is_named_by_its_slot_and_without_one_by_its_instrument() {
    let study = Study::load(&shipped::nct06836973()).unwrap();
    let rule = study.slots().iter().find(|rule| rule.id.as_str() == "evening").unwrap();
    let item = prompt("evening", day(), SlotState::Open);
    let PromptName::Questionnaire(Title::Slot(text)) = name(&study, &item) else { panic!("another name") };
    assert_eq!(text.get(Lang::EN), rule.title.get(Lang::EN));
    let gone = prompt("siesta", day(), SlotState::Open);
    let expected = PromptName::Questionnaire(Title::Instrument("evening".parse().unwrap()));
    assert!(name(&study, &gone) == expected);
}
