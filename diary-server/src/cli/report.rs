//! `report`: the diary of one participant before a visit, in the terminal, as JSON, as one printable page, and as PDF.

use std::path::Path;

use diary_core::files;
use diary_core::text::Lang;

use super::args::ReportArgs;
use super::exit::Instead;
use super::{CommandContext, CommandError, Exit, Invocation, tell_if_left};
use crate::messages::{common as shared, staff as say};
use diary_report::report::{NextStep, html, next_steps, text};

/// Columns of a report where the terminal does not say how many it has.
const PAGE_COLUMNS: usize = 100;

pub(super) async fn run(command: &mut Invocation<'_, '_>, args: &ReportArgs) -> Result<Exit, CommandError> {
    let desk = command.context.desk(&command.folder()?).await?;
    tell_if_left(&desk, command.out).await?;
    let (by, participant) = (command.account()?, desk.participants().find(&args.subject).await?);
    // Checked first: the audit row that the report was viewed must not be written when the file cannot be.
    let files = args.files();
    if let Some(path) = files.iter().find(|path| path.exists() && !args.replace) {
        return Err(CommandError::FileExists { path: path.display().to_string(), instead: Instead::Replace });
    }
    let report = desk.views().report(&by, &participant, args.days).await?;
    if let Some(path) = &args.html {
        write(path, html::render(&report, command.options.lang).as_bytes())?;
    }
    #[cfg(feature = "pdf")]
    if let Some(path) = &args.pdf {
        write(path, &crate::site::views::print::pdf(report.clone(), command.options.lang).await?)?;
    }
    command.out.say(&report, || {
        let mut said = text::render(&report, command.options.lang, width(command.context));
        let steps: Vec<String> = next_steps(&report)
            .into_iter()
            .map(|step| command_of(step, &args.subject, command.options.lang))
            .collect();
        if !steps.is_empty() {
            said.push_str(&format!("\n{}\n", steps.join("\n")));
        }
        for path in &files {
            said.push_str(&format!("\n{}\n", path.display()));
        }
        said
    })?;
    Ok(Exit::Done)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), CommandError> {
    files::replace(path, bytes)
        .map_err(|source| CommandError::File { path: path.display().to_string(), source })
}

/// Command with which a next step is taken.
fn command_of(step: NextStep, subject: &str, lang: Lang) -> String {
    match step {
        NextStep::AcceptClock => shared::clock_accept_step(lang).to_owned(),
        NextStep::Quarantine => say::report_quarantine(lang, subject),
        NextStep::ExportFiles => say::report_export_files(lang).to_owned(),
        NextStep::RevokePhone => say::report_revoke(lang, subject),
    }
}

/// Columns of the terminal, from the environment; else as many as fit on a page.
fn width(context: &CommandContext) -> usize {
    let columns = context.environment.iter().find(|(name, _)| name == "COLUMNS");
    columns.and_then(|(_, value)| value.parse().ok()).unwrap_or(PAGE_COLUMNS)
}
