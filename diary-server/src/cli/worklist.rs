//! `worklist`: the participants that need attention.

use std::collections::BTreeSet;

use diary_core::ids::SiteId;
use diary_core::study::Study;
use diary_core::text::{Lang, lines, shown};
use diary_core::time::Zone;

use super::args::worklist::WorklistArgs;
use super::{CommandError, Exit, Invocation, tell_if_left, words};
use crate::finding_words::FindingWords;
use crate::messages::worklist as say;
use crate::site::ActiveStudy;
use crate::site::views::worklist::WorkingDay;
use diary_report::worklist::{Finding, Row};

/// Columns of the list.
const COLUMNS: usize = 80;

pub(super) async fn run(command: &mut Invocation<'_, '_>, args: &WorklistArgs) -> Result<Exit, CommandError> {
    let desk = command.context.desk(&command.folder()?).await?;
    tell_if_left(&desk, command.out).await?;
    let by = command.account()?;
    let site = match &args.site {
        Some(site) => Some(BTreeSet::from([desk.sites().chosen(Some(site)).await?])),
        None => None,
    };
    let day = desk.views().working_day(&by, args.thresholds(), site.as_ref()).await?;
    let setting = desk.setting().await?;
    let listed = Listed { lang: command.options.lang, setting: &setting, day: &day };
    command.out.say(&day.worklist, || listed.list())?;
    Ok(Exit::Done)
}

/// Findings of one participant, each in words.
pub(super) fn findings(study: &Study, lang: Lang, zone: Zone, found: &[Finding]) -> Vec<String> {
    let words = FindingWords { study, lang, zone, commands: true };
    found.iter().map(|finding| words.finding(finding)).collect()
}

/// The list in words.
struct Listed<'a> {
    lang: Lang,
    setting: &'a ActiveStudy,
    day: &'a WorkingDay,
}

impl Listed<'_> {
    /// Words for findings at a site.
    fn words(&self, site: Option<&SiteId>) -> FindingWords<'_> {
        let zone = site.map_or(Zone::UTC, |site| self.setting.zone(site));
        FindingWords { study: &self.setting.study, lang: self.lang, zone, commands: true }
    }

    fn list(&self) -> String {
        let (lang, list) = (self.lang, &self.day.worklist);
        let (all, some) = (list.participants, list.rows.len());
        let site = words::list(lang, list.sites.iter().map(SiteId::to_string));
        let head = match some {
            0 => say::nobody_needed(lang, site, all),
            _ => say::some_needed(lang, site, some, all),
        };
        let fresh =
            say::received_until(lang, self.words(list.sites.first()).moment(list.fresh.received_until));
        let indent = list.rows.iter().map(|row| row.subject.chars().count()).max().unwrap_or(0) + 2;
        let rows = list.rows.iter().map(|row| self.row(row, indent));
        let doubt =
            list.server_clock.map_or_else(String::new, |doubt| words::clock_doubt(lang, doubt) + "\n");
        format!("{doubt}{head}\n{fresh}\n{}", rows.collect::<String>())
    }

    /// Subject number and findings, wrapped under the first.
    fn row(&self, row: &Row, indent: usize) -> String {
        let site = self.day.site_of.get(&row.subject);
        let words = self.words(site);
        let findings: Vec<String> = row.findings.iter().map(|finding| words.finding(finding)).collect();
        let said = words::clauses(self.lang, findings);
        let said = match site.filter(|_| self.day.worklist.sites.len() > 1) {
            Some(site) => say::at_site(self.lang, site.to_string(), &said),
            None => said,
        };
        let lines = lines::wrap(&shown(&said), COLUMNS.saturating_sub(indent), 0);
        let before = |n: usize| if n == 0 { shown(&row.subject) } else { "".into() };
        lines.iter().enumerate().map(|(n, line)| format!("{:<indent$}{line}\n", before(n))).collect()
    }
}
