//! `diary evening`: an ordinary day is little to type, nothing is selected beforehand, leaving loses nothing.

use diary_core::act::{ActContent, LineChange, RegimenChange, RegimenLine, Timing};
use diary_core::entry::{Content, DoseStatus, MedicationRef, Route};
use diary_core::ids::LineId;
use diary_core::measure::{Quantity, Unit};
use diary_core::text::Lang;
use diary_core::time::OccurredAt;

use super::Pick;
use super::world::{World, at, first_day};
use crate::Exit;

/// A line from the first day on.
pub(super) fn line(n: u8, code: &str, amount: &str, times: &[&str]) -> LineChange {
    let times = times.iter().map(|time| time.parse().unwrap()).collect();
    LineChange::Begin(RegimenLine {
        id: LineId::from_bytes([n; 8]),
        medication: MedicationRef { code: Some(code.parse().unwrap()), name: code.to_owned() },
        form: "tablet".to_owned(),
        amount: Quantity { value: amount.parse().unwrap(), unit: Unit::MG },
        route: Route::Oral,
        first: first_day(),
        last: None,
        timing: Timing { times, every_days: 1, weekdays: Vec::new() },
        as_needed: None,
        steps: Vec::new(),
    })
}

/// A day of the safety window with the regimen of the demonstration: four times pyridostigmine, once prednisone.
fn safety_day(lang: Lang) -> World {
    let world = World::joined(lang);
    let lines = vec![
        line(1, "pyridostigmine", "60", &["07:30", "11:30", "16:00", "20:00"]),
        line(2, "prednisone", "20", &["08:00"]),
    ];
    world.act(1, ActContent::Regimen(RegimenChange { from: first_day(), lines }));
    let date = Some(first_day().plus_days(-1));
    world.act(2, ActContent::Anchor { anchor: "cycle1".parse().unwrap(), date });
    world
}

/// Counts what is typed at the command line and at its prompts, with Enter and the PIN.
struct Typist {
    world: World,
    keystrokes: usize,
}

impl Typist {
    fn types(&mut self, command: &str, pin: &str, typed: &str) -> String {
        let args = command.strip_prefix("diary").unwrap();
        self.keystrokes += command.chars().count() + 1 + pin.chars().count() + 1 + typed.chars().count();
        let ran = self.world.run(args, &format!("{pin}\n{typed}"));
        assert_eq!(ran.exit, Exit::Ok, "{}\n{}", ran.out, ran.err);
        ran.out
    }
}

#[test]
fn an_ordinary_day_in_the_safety_window_takes_at_most_120_keystrokes() {
    for lang in [Lang::ZH_CN, Lang::EN] {
        let mut world = safety_day(lang);
        world.set_pin("471147");
        world.vars.clear();
        world.vars.insert("DIARY_LANG".to_owned(), lang.tag().to_owned());
        let mut typist = Typist { world, keystrokes: 0 };
        // Two doses that were due, each at its planned time; the check of the morning, answered in one line.
        typist.world.set(at(0, "08:20"));
        let check = "1 36.5 n 0 0 0n00nnn0nn1\n\n";
        let morning = typist.types("diary e", "471147", &format!("a\n{check}"));
        assert!(
            morning.contains(
                lang.pick("Recorded: 2 doses, Safety check, morning.", "已记录：2次用药、早上的身体情况。")
            ),
            "{morning}"
        );
        // Three doses, the second check, and the evening check with two symptoms and the time when it was worst.
        typist.world.set(at(0, "20:40"));
        let evening = typist.types("diary e", "471147", &format!("a\n{check}10000000014\n\n"));
        assert!(
            evening.contains(lang.pick(
                "Recorded: 3 doses, Safety check, evening, Evening check.",
                "已记录：3次用药、晚上的身体情况、晚间记录。"
            )),
            "{evening}"
        );
        assert_eq!(typist.keystrokes, 99);
        assert!(typist.keystrokes <= 120);
        let revisions = typist.world.store().revisions(first_day(), first_day()).unwrap();
        let doses = revisions.iter().filter_map(|held| match &held.revision().content {
            Content::Dose(dose) => Some((dose.status.clone(), held.revision().occurred)),
            _ => None,
        });
        let planned = ["07:30", "08:00", "11:30", "16:00", "20:00"]
            .map(|time| (DoseStatus::Taken, Some(OccurredAt(at(0, time)))));
        assert_eq!(doses.collect::<Vec<_>>(), planned);
        assert_eq!(revisions.len(), 8);
    }
}

#[test]
fn nothing_is_selected_beforehand_and_leaving_keeps_what_was_answered() {
    let world = safety_day(Lang::EN);
    world.set(at(0, "20:40"));
    // Enter alone answers nothing; q leaves after one dose.
    let left = world.run("evening", "\n\n1\nq\n");
    assert!(left.out.contains("Recorded: 1 dose."), "{}", left.out);
    assert!(left.out.contains("`diary evening` goes on"), "{}", left.out);
    assert_eq!(world.store().revisions(first_day(), first_day()).unwrap().len(), 1);
    // Four doses in one line, one of them not taken and why; two answers of the first check, then away.
    let left = world.run("e", "1 3 1 1\n1\n1 36.5\nq\n");
    assert!(left.out.contains("not taken (forgot)"), "{}", left.out);
    assert!(
        left.out.contains("2 of 16 answers are kept as a draft. `diary evening` goes on."),
        "{}",
        left.out
    );
    assert!(!left.out.contains("Evening check, Thu"), "{}", left.out);
    assert_eq!(world.store().revisions(first_day(), first_day()).unwrap().len(), 5);
    let on = world.run("e", "");
    assert!(on.out.contains("2 answered so far") && on.out.contains("3/16"), "{}", on.out);
    assert!(!on.out.contains("Pyridostigmine"), "{}", on.out);
}

#[test]
fn all_as_planned_leaves_out_what_is_not_due_yet_and_each_can_be_withdrawn() {
    let world = safety_day(Lang::EN);
    world.set(at(0, "15:30"));
    let ran = world.run("dose", "a\n");
    assert!(ran.out.contains("Pyridostigmine 60 mg: taken, at 07:30"), "{}", ran.out);
    assert!(!ran.out.contains("at 16:00"), "{}", ran.out);
    assert_eq!(world.store().revisions(first_day(), first_day()).unwrap().len(), 3);
    let number =
        ran.out.lines().find(|line| line.contains("at 11:30")).unwrap().split_whitespace().next().unwrap();
    let withdrawn = world.run_args(&["withdraw", number, "--reason", "not taken after all"], "yes\n");
    assert_eq!(withdrawn.exit, Exit::Ok, "{}", withdrawn.err);
    assert!(world.run("dose", "").out.contains("11:30  Pyridostigmine 60 mg"));
}

#[test]
fn a_line_for_doses_is_taken_only_where_it_means_the_same_for_each() {
    let world = safety_day(Lang::EN);
    world.set(at(0, "15:30"));
    // The fourth is not due yet: `1` would mean "just now" there.
    let ran = world.run("dose", "1 1 1 1\n1 9\n1 1 1 1 1 1\n");
    assert_eq!(world.store().revisions(first_day(), first_day()).unwrap(), [], "{}", ran.out);
    let ran = world.run("dose", "1 1 1\n");
    assert_eq!(world.store().revisions(first_day(), first_day()).unwrap().len(), 3, "{}", ran.out);
}

#[test]
fn an_emergency_ends_the_questions() {
    let world = safety_day(Lang::EN);
    world.set(at(0, "20:40"));
    let ran = world.run("e", "a\n1 36.5 n 0 0 0n00nnn31nn1\nyes\nyes\nyes\n\n");
    assert!(ran.out.contains("EMERGENCY"), "{}", ran.out);
    assert!(ran.out.contains("Still open: Evening check."), "{}", ran.out);
    assert!(!ran.out.contains("Did your eyelids droop?"), "{}", ran.out);
}

#[test]
fn a_script_is_told_what_is_due_and_nothing_is_saved() {
    let world = safety_day(Lang::EN);
    world.set(at(0, "20:40"));
    let ran = world.run("evening --json", "");
    let document = ran.document();
    assert_eq!(document["due"].as_array().unwrap().len(), 5);
    assert_eq!(document["checks"].as_array().unwrap().len(), 2);
    assert_eq!(document["done"].as_array().unwrap().len(), 0);
    assert_eq!(world.store().revisions(first_day(), first_day()).unwrap(), []);
}
