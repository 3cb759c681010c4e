//! Values of the fields of a line.

use std::collections::BTreeMap;

use diary_core::act::{AsNeededRule, RegimenLine, Timing};
use diary_core::study::regimen::{Line, Stretch};
use diary_core::text::Lang;

use crate::words::amount;

/// Values by the names of their fields.
pub(super) type Values = BTreeMap<&'static str, String>;

/// Values of a line as it is on a day.
pub(super) fn values(lang: Lang, line: &Line, of: &Stretch) -> Values {
    let mut values = recurring(lang, (&of.timing, of.as_needed.as_ref()));
    values.insert("amount", amount(lang, &of.amount));
    values.insert("form", of.form.clone());
    values.insert("route", of.route.code().to_owned());
    values.insert("last", line.last().map_or_else(String::new, |last| last.to_string()));
    values
}

/// Values of a line as an act begins it.
pub(super) fn of_begun(lang: Lang, line: &RegimenLine) -> Values {
    let mut values = recurring(lang, (&line.timing, line.as_needed.as_ref()));
    values.insert("amount", amount(lang, &line.amount));
    values.insert("form", line.form.clone());
    values.insert("route", line.route.code().to_owned());
    values.insert("last", line.last.map_or_else(String::new, |last| last.to_string()));
    values
}

fn recurring(lang: Lang, (timing, rule): (&Timing, Option<&AsNeededRule>)) -> Values {
    let joined = |all: Vec<String>, by: &str| all.join(by);
    BTreeMap::from([
        ("times", joined(timing.times.iter().map(ToString::to_string).collect(), ", ")),
        ("every", timing.every_days.to_string()),
        ("days", joined(timing.weekdays.iter().map(ToString::to_string).collect(), " ")),
        ("needed", if rule.is_some() { "yes".to_owned() } else { String::new() }),
        (
            "most",
            rule.and_then(|rule| rule.most_per_day.as_ref())
                .map_or_else(String::new, |most| amount(lang, most)),
        ),
        (
            "apart",
            rule.and_then(|rule| rule.least_interval_minutes).map_or_else(String::new, |n| n.to_string()),
        ),
    ])
}

/// Name of the fields of a line with this number.
pub(super) fn line_name(number: u16) -> String {
    format!("l{number}")
}
