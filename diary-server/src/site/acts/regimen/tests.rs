//! Regimen files: which lines they touch, and what is asked.

use diary_core::act::{Act, ActContent};
use diary_core::ids::ActId;
use diary_core::study::shipped;
use diary_core::time::UtcMillis;

use super::*;
use crate::cli::words::regimen::{in_lines, note};
use diary_core::text::Lang;

fn study() -> Study {
    Study::load(&shipped::nct06836973()).unwrap()
}

fn line(code: &str, name: &str, amount: &str, times: &str) -> String {
    let (value, unit) = amount.split_once(' ').unwrap();
    format!(
        "[[lines]]\nmedication = {{ code = \"{code}\", name = \"{name}\" }}\nform = \"tablet\"\n\
         amount = {{ value = \"{value}\", unit = \"{unit}\" }}\nroute = \"oral\"\ntimes = [{times}]\n"
    )
}

fn prednisone(amount: &str) -> String {
    line("prednisone", "Prednisone", amount, "\"08:00\"")
}

fn words(notes: &[RegimenNote]) -> Vec<String> {
    notes.iter().map(|one| note(Lang::EN, one)).collect()
}

/// A participant's regimen, file by file.
#[derive(Default)]
struct Site {
    acts: Vec<Act>,
}

impl Site {
    fn plan(&self, from: &str, rest: &str) -> RegimenPlan {
        let input: RegimenInput = toml::from_str(&format!("from = \"{from}\"\n{rest}")).unwrap();
        let n = u8::try_from(self.acts.len()).unwrap();
        let mut next = 0;
        let id = || {
            next += 1;
            LineId::from_bytes([0, 0, 0, 0, 0, 0, n, next])
        };
        plan_regimen(&study(), &self.regimen(), &[], &input, "2026-03-04".parse().unwrap(), id)
    }

    fn set(&mut self, from: &str, rest: &str) -> Vec<String> {
        let (change, asked) = match self.plan(from, rest) {
            RegimenPlan::Set(change) => (change, Vec::new()),
            RegimenPlan::Ask(change, asked) => (change, asked),
            RegimenPlan::Refuse(notes) => return words(&notes),
        };
        let n = u8::try_from(self.acts.len()).unwrap() + 1;
        self.acts.push(Act {
            id: ActId::from_bytes([n; 16]),
            counter: n.into(),
            by: "li".to_owned(),
            at: UtcMillis(n.into()),
            reason: None,
            content: ActContent::Regimen(change),
            replaces: None,
        });
        words(&asked)
    }

    fn regimen(&self) -> Regimen {
        Regimen::of(self.acts.iter())
    }

    fn lines(&self) -> Vec<String> {
        in_lines((&study(), Lang::EN), &self.regimen(), "2026-03-04".parse().unwrap())
    }
}

#[test]
fn planned_steps_stay_when_another_drug_is_added_with_the_whole_list() {
    let mut site = Site::default();
    for (from, amount) in [("2026-03-02", "40 mg"), ("2026-03-09", "30 mg"), ("2026-03-16", "20 mg")] {
        assert_eq!(site.set(from, &prednisone(amount)), [""; 0]);
    }
    let both = prednisone("40 mg") + &line("azathioprine", "Azathioprine", "50 mg", "\"20:00\"");
    assert_eq!(site.set("2026-03-06", &both), [""; 0]);
    assert_eq!(
        site.lines(),
        [
            "line 1, Prednisone: from 2026-03-02 to 2026-03-08 (now): 40 mg tablet by mouth 08:00",
            "line 1, Prednisone: from 2026-03-09 to 2026-03-15 (planned): 30 mg tablet by mouth 08:00",
            "line 1, Prednisone: from 2026-03-16 on (planned): 20 mg tablet by mouth 08:00",
            "line 2, Azathioprine: from 2026-03-06 on (planned): 50 mg tablet by mouth 20:00",
        ]
    );
}

#[test]
fn an_amount_before_a_planned_one_and_a_dropped_plan_are_asked_about() {
    let mut site = Site::default();
    site.set("2026-03-02", &prednisone("40 mg"));
    site.set("2026-03-09", &prednisone("30 mg"));
    assert_eq!(
        site.set("2026-03-06", &prednisone("50 mg")),
        [
            "line 1, Prednisone: planned already and staying: Prednisone 30 mg from 2026-03-09. What you set now holds until then"
        ]
    );
    assert_eq!(
        site.set("2026-03-07", "lines = []"),
        ["this drops what is planned: Prednisone 30 mg from 2026-03-09"]
    );
    assert_eq!(
        site.lines().last().unwrap(),
        "line 1, Prednisone: from 2026-03-06 to 2026-03-06 (planned): 50 mg tablet by mouth 08:00"
    );
}

#[test]
fn two_strengths_of_one_drug_stay_two_lines_and_what_could_be_either_is_not_guessed() {
    let mut site = Site::default();
    let five = line("prednisone", "Prednisone 5 mg", "15 mg", "\"08:00\"");
    let one = line("prednisone", "Prednisone 1 mg", "2 mg", "\"08:00\"");
    site.set("2026-03-02", &(five.clone() + &one));
    let third = line("azathioprine", "Azathioprine", "50 mg", "\"20:00\"");
    assert_eq!(site.set("2026-03-03", &(five + &one + &third)), [""; 0]);
    assert_eq!(site.regimen().lines().len(), 3);
    assert_eq!(
        site.set("2026-03-04", &line("prednisone", "Prednisone", "10 mg", "\"08:00\"")),
        [
            "line 1, Prednisone: could be line 1 or 2 of the regimen. Say which with line = N, or new = true for a further one"
        ]
    );
    let named = line("prednisone", "Prednisone 1 mg", "3 mg", "\"08:00\"") + "line = 2\n";
    assert_eq!(site.set("2026-03-04", &named), [""; 0]);
    assert!(site.lines().contains(
        &"line 2, Prednisone 1 mg: from 2026-03-04 on (now): 3 mg tablet by mouth 08:00".to_owned()
    ));
}

#[test]
fn a_taper_weekdays_and_what_is_taken_as_needed_are_set_by_one_file() {
    let mut site = Site::default();
    let taper = prednisone("40 mg")
        + "last = \"2026-03-20\"\nsteps = [{ from = \"2026-03-09\", amount = { value = \"20\", unit = \"mg\" } }]\n";
    let weekly = line("methotrexate", "Methotrexate", "10 mg", "\"20:00\"") + "weekdays = [\"wed\"]\n";
    let needed = line("pyridostigmine", "Mestinon", "60 mg", "")
        + "as_needed = true\nmost_per_day = { value = \"300\", unit = \"mg\" }\nleast_interval_minutes = 180\n";
    assert_eq!(site.set("2026-03-02", &(taper + &weekly + &needed)), [""; 0]);
    assert_eq!(
        site.lines(),
        [
            "line 1, Prednisone: from 2026-03-02 to 2026-03-08 (now): 40 mg tablet by mouth 08:00",
            "line 1, Prednisone: from 2026-03-09 to 2026-03-20 (planned): 20 mg tablet by mouth 08:00",
            "line 2, Methotrexate: from 2026-03-02 on (now): 10 mg tablet by mouth 20:00 on Wed",
            "line 3, Mestinon: from 2026-03-02 on (now): 60 mg tablet by mouth as needed, at most 300 mg a day, at least 180 minutes apart",
        ]
    );
    assert_eq!(site.set("2026-03-10", "lines = []\nend = [2]\n"), [""; 0]);
    assert!(site.lines()[2].starts_with("line 2, Methotrexate: from 2026-03-02 to 2026-03-09"));
    assert_eq!(site.set("2026-03-10", "lines = []\nend = [9]\n"), ["end: there is no line 9"]);
}

/// Each case: what stands in the file, and what is read or said of it.
#[test]
fn files_are_read_as_people_write() {
    let read = |from: &str, amount: &str| {
        let text = format!("from = \"{from}\"\n{}", line("prednisone", "Prednisone", amount, "\"下午3点\""));
        toml::from_str::<RegimenInput>(&text).map_err(|error| error.message().to_owned())
    };
    let input = read("2026年3月2号", "１／２ 片").unwrap();
    let (line, half) = (&input.lines[0], "0.5".parse().unwrap());
    assert_eq!(
        (input.from.to_string().as_str(), line.amount.value, line.amount.unit.ucum()),
        ("2026-03-02", half, "{tbl}")
    );
    assert_eq!(line.times[0].to_string(), "15:00");
    for (from, amount, said) in [
        ("2569-03-02", "40 mg", "2569 is a year of the Buddhist era: 2026 by the common calendar."),
        ("1026-03-02", "40 mg", "The year 1026 cannot be meant"),
        ("2026-02-30", "40 mg", "There is no 30 February 2026: February has 28 days."),
        ("2026-03-02", "1,500 mg", "Write 1500 for one thousand five hundred, 1.5 for one and a half."),
    ] {
        let refused = read(from, amount).unwrap_err();
        assert!(refused.contains(said), "{refused}");
    }
}

#[test]
fn a_limit_that_would_be_dropped_is_asked_about() {
    let mut site = Site::default();
    let as_needed = prednisone("5 mg") + "as_needed = true\n";
    site.set("2026-03-02", &(as_needed.clone() + "least_interval_minutes = 120\n"));
    assert_eq!(
        site.set("2026-03-04", &as_needed),
        ["line 1, Prednisone: this drops a limit of doses as needed, until now, at least 120 minutes apart"]
    );
    assert_eq!(site.set("2026-03-05", &(as_needed + "least_interval_minutes = 90\n")), [""; 0]);
}

#[test]
fn far_dates_and_amounts_are_asked_about() {
    let mut site = Site::default();
    assert_eq!(site.set("2024-03-02", &prednisone("40 mg")), ["from 2024-03-02 lies 2 year(s) in the past"]);
    let mut site = Site::default();
    site.set("2026-03-02", &prednisone("40 mg"));
    assert_eq!(
        site.set("2026-03-04", &prednisone("400 mg")),
        ["line 1, Prednisone: 400 mg after 40 mg is 3 times as much or as little, or more"]
    );
}

#[test]
fn no_medication_can_be_said_where_there_is_none() {
    let mut site = Site::default();
    assert_eq!(site.set("2026-03-04", "lines = []"), [""; 0]);
    assert_eq!(site.lines(), ["no medication today"]);
}
