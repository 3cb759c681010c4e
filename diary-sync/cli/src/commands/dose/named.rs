//! Commands that name a planned dose so that it can be named back: pure.

use diary_core::text::shown;
use diary_core::time::{DiaryDay, UtcMillis};
use diary_view::dose::{PlannedDose, Statement, timing};
use diary_view::names;

/// The command that records a dose, so that it means this dose alone among `all` also when it is typed later. What a
/// person would say of it first is said with it: taken as planned once its time has come, else now.
pub(in crate::commands) fn command(
    dose: &PlannedDose,
    statement: Statement,
    all: &[PlannedDose],
    (today, now): (DiaryDay, UtcMillis),
) -> String {
    let mut command = match statement {
        Statement::Taken => "diary dose take ".to_owned(),
        Statement::NotTaken => "diary dose skip ".to_owned(),
        Statement::NotKnown => "diary dose dont-know ".to_owned(),
    };
    command.push_str(&quoted(&shown(names::short(&dose.medication))));
    command.push_str(&format!(" --time {}", dose.time));
    let line = dose.line_to_tell(all);
    command.push_str(&line.map(|line| format!(" --line {line}")).unwrap_or_default());
    if dose.day != today {
        command.push_str(&format!(" --day {}", dose.day));
    }
    command.push_str(match statement {
        Statement::Taken if timing::was_due(dose, now) => " --as-planned",
        Statement::Taken => " --now",
        Statement::NotTaken | Statement::NotKnown => "",
    });
    command
}

/// The options that name a dose.
pub(super) fn options(dose: &PlannedDose) -> String {
    format!("{} --time {} --day {}", quoted(&shown(names::short(&dose.medication))), dose.time, dose.day)
}

/// A name as a shell takes it for one word.
fn quoted(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    if name.chars().all(plain) { name.to_owned() } else { format!("'{}'", name.replace('\'', r"'\''")) }
}
