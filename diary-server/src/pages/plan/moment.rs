//! Date and time of a form, with the choice between two where the clock shows the time twice or skips it.

use chrono::NaiveDateTime;
use diary_core::readers::{self, Here, ReadError};
use diary_core::text::Lang;
use diary_core::time::{Gap, Pass, Shown, UtcMillis, Zone};
use maud::{Markup, html};

use super::trouble::{Trouble, day};
use crate::messages::plan as say;
use crate::pages::form::Form;

/// A date and a time of a form.
#[derive(Clone, Copy)]
pub(super) struct MomentField<'w> {
    /// Beginning of the names of its fields.
    pub(super) name: &'w str,
    /// Its label.
    pub(super) words: &'w str,
    /// It must be filled in.
    pub(super) required: bool,
}

fn part(name: &str, part: &str) -> String {
    format!("{name}-{part}")
}

/// True if anything of it was typed.
pub(super) fn is_typed(form: &Form, name: &str) -> bool {
    form.has(&part(name, "date")) || form.has(&part(name, "time"))
}

/// Its fields, with what was typed.
pub(super) fn fields(zone: Zone, lang: Lang, of: MomentField<'_>, typed: &Form) -> Markup {
    let [date, time, pass] = ["date", "time", "pass"].map(|one| part(of.name, one));
    let choices = choices(zone, lang, typed, of.name);
    html! {
        fieldset {
            legend { (of.words) }
            div class="fields" {
                div {
                    label for=(date) { (say::date(lang)) }
                    input id=(date) name=(date) type="date" required[of.required] value=(typed.text(&date));
                }
                div {
                    label for=(time) { (say::time(lang)) }
                    input id=(time) name=(time) type="time" required[of.required] value=(typed.text(&time));
                }
            }
            @if let Some((question, choices)) = choices {
                label for=(pass) { (question) }
                select id=(pass) name=(pass) {
                    option value="" { (say::choose(lang)) }
                    @for (code, words) in choices {
                        option value=(code) selected[typed.text(&pass) == code] { (words) }
                    }
                }
            }
        }
    }
}

type Choices = (&'static str, [(&'static str, String); 2]);

/// The question about a time that the clock of the site shows twice or skips, and its answers.
fn choices(zone: Zone, lang: Lang, form: &Form, name: &str) -> Option<Choices> {
    let date = readers::date_alone(form.text(&part(name, "date"))).ok()?;
    let time = readers::time(form.text(&part(name, "time"))).ok()?;
    match zone.shown(date, time.to_chrono()) {
        Shown::Once(_) => None,
        Shown::Twice { .. } => {
            let (first, second) = (say::first_time(lang).to_owned(), say::second_time(lang).to_owned());
            Some((say::which_time(lang), [("first", first), ("second", second)]))
        }
        Shown::Never { gap, .. } => {
            let (earlier, later) = gap.around(date.and_time(time.to_chrono()));
            let shown = |at: NaiveDateTime| at.format("%H:%M").to_string();
            Some((say::skipped_time(lang), [("earlier", shown(earlier)), ("later", shown(later))]))
        }
    }
}

/// The instant that is meant; of a time that the clock shows twice or skips, the one that was chosen.
pub(super) fn read(lang: Lang, form: &Form, name: &str, here: Here) -> Result<UtcMillis, Trouble> {
    let date = day(lang, form, &part(name, "date"))?;
    let said = |error: ReadError| Trouble::Field(error.message(lang));
    let time = readers::time(form.text(&part(name, "time"))).map_err(said)?;
    let chosen = form.text(&part(name, "pass")).to_owned();
    let pass = match (here.zone.shown(date.0, time.to_chrono()), chosen.as_str()) {
        (Shown::Never { gap, .. }, "earlier" | "later") => {
            return Ok(beside(gap, date.0.and_time(time.to_chrono()), chosen == "later", here.zone));
        }
        (Shown::Twice { .. }, "first") => Some(Pass::First),
        (Shown::Twice { .. }, "second") => Some(Pass::Second),
        (_, _) => None,
    };
    readers::instant(date.0, time, pass, here).map_err(|error| match error {
        ReadError::ShownTwice { .. } => Trouble::Field(say::shown_twice(lang).to_owned()),
        ReadError::Skipped { .. } => Trouble::Field(say::time_skipped(lang).to_owned()),
        other => said(other),
    })
}

/// The instant at which the clock showed the time that lies the length of the gap before or after the skipped one.
fn beside(gap: Gap, wanted: NaiveDateTime, later: bool, zone: Zone) -> UtcMillis {
    let (before, after) = gap.around(wanted);
    let meant = if later { after } else { before };
    match zone.shown(meant.date(), meant.time()) {
        Shown::Once(at) | Shown::Twice { first: at, .. } | Shown::Never { at, .. } => at,
    }
}

/// Values of its fields for an instant.
pub(super) fn values(zone: Zone, name: &str, at: UtcMillis) -> Vec<(String, String)> {
    let local = zone.local(at);
    let pass = zone.pass(at).map(|pass| match pass {
        Pass::First => (part(name, "pass"), "first".to_owned()),
        Pass::Second => (part(name, "pass"), "second".to_owned()),
    });
    let date = (part(name, "date"), local.format("%Y-%m-%d").to_string());
    let time = (part(name, "time"), local.format("%H:%M").to_string());
    [date, time].into_iter().chain(pass).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> Zone {
        "Europe/Berlin".parse().unwrap()
    }

    fn typed(date: &str, time: &str, pass: &str) -> Form {
        let fields = [("start-date", date), ("start-time", time), ("start-pass", pass)];
        Form::of(fields.map(|(name, value)| (name.to_owned(), value.to_owned())))
    }

    fn meant(date: &str, time: &str, pass: &str) -> Result<String, String> {
        let here = Here { now: UtcMillis(1_900_000_000_000), zone: berlin() };
        match read(Lang::EN, &typed(date, time, pass), "start", here) {
            Ok(at) => Ok(at.to_string()),
            Err(Trouble::Field(said)) => Err(said),
            Err(_) => Err("another refusal".to_owned()),
        }
    }

    #[test]
    fn a_time_that_the_clock_skips_or_shows_twice_is_asked_about_and_taken_as_chosen() {
        for (date, time, question) in [
            ("2026-03-29", "02:30", say::skipped_time(Lang::EN)),
            ("2026-10-25", "02:30", say::which_time(Lang::EN)),
        ] {
            assert!(meant(date, time, "").is_err());
            let of = MomentField { name: "start", words: "Start", required: true };
            let page = fields(berlin(), Lang::EN, of, &typed(date, time, "")).into_string();
            assert!(page.contains(question), "{page}");
        }
        assert_eq!(meant("2026-03-29", "02:30", "earlier").unwrap(), "2026-03-29T00:30:00Z");
        assert_eq!(meant("2026-03-29", "02:30", "later").unwrap(), "2026-03-29T01:30:00Z");
        assert_eq!(meant("2026-10-25", "02:30", "first").unwrap(), "2026-10-25T00:30:00Z");
        assert_eq!(meant("2026-10-25", "02:30", "second").unwrap(), "2026-10-25T01:30:00Z");
        assert_eq!(meant("2026-10-24", "02:30", "second").unwrap(), "2026-10-24T00:30:00Z");
    }
}
