//! `worklist`: the participants that need attention.

use diary_core::study::Study;
use diary_core::text::{Lang, lines, shown};
use diary_core::time::Zone;

use super::args::worklist::WorklistArgs;
use super::{CommandError, Exit, Invocation, tell_if_left, words};
use crate::finding_words::FindingWords;
use crate::messages::worklist as say;
use crate::site::Worklist;
use diary_report::worklist::{Finding, Row};

/// Columns of the list.
const COLUMNS: usize = 80;

pub(super) async fn run(command: &mut Invocation<'_, '_>, args: &WorklistArgs) -> Result<Exit, CommandError> {
    let desk = command.context.desk(&command.folder()?).await?;
    tell_if_left(&desk, command.out).await?;
    let list = desk.views().worklist(&command.account()?, args.thresholds()).await?;
    let setting = desk.setting().await?;
    let words = FindingWords {
        study: &setting.study,
        lang: command.options.lang,
        zone: setting.zone(&desk.keeper_keys().site),
        commands: true,
    };
    command.out.say(&list, || Listed(words).list(&list))?;
    Ok(Exit::Done)
}

/// Findings of one participant, each in words.
pub(super) fn findings(study: &Study, lang: Lang, zone: Zone, found: &[Finding]) -> Vec<String> {
    let words = FindingWords { study, lang, zone, commands: true };
    found.iter().map(|finding| words.finding(finding)).collect()
}

/// The list in words.
struct Listed<'a>(FindingWords<'a>);

impl Listed<'_> {
    fn list(&self, list: &Worklist) -> String {
        let (lang, all, some, site) =
            (self.0.lang, list.participants, list.rows.len(), list.site.to_string());
        let head = match some {
            0 => say::nobody_needed(lang, site, all),
            _ => say::some_needed(lang, site, some, all),
        };
        let fresh = say::received_until(lang, self.0.moment(list.fresh.received_until));
        let indent = list.rows.iter().map(|row| row.subject.chars().count()).max().unwrap_or(0) + 2;
        let rows = list.rows.iter().map(|row| self.row(row, indent));
        let doubt =
            list.server_clock.map_or_else(String::new, |doubt| words::clock_doubt(lang, doubt) + "\n");
        format!("{doubt}{head}\n{fresh}\n{}", rows.collect::<String>())
    }

    /// Subject number and findings, wrapped under the first.
    fn row(&self, row: &Row, indent: usize) -> String {
        let findings: Vec<String> = row.findings.iter().map(|finding| self.0.finding(finding)).collect();
        let lines =
            lines::wrap(&shown(&words::clauses(self.0.lang, findings)), COLUMNS.saturating_sub(indent), 0);
        let before = |n: usize| if n == 0 { shown(&row.subject) } else { "".into() };
        lines.iter().enumerate().map(|(n, line)| format!("{:<indent$}{line}\n", before(n))).collect()
    }
}
