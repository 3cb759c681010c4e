//! `worklist`: the participants that need attention.

use diary_core::study::{Severity, Study};
use diary_core::text::{Lang, lines, shown};
use diary_core::time::{UtcMillis, Zone};

use super::args::Common;
use super::args::worklist::WorklistArgs;
use super::{CommandContext, Exit, Output, Refusal, account, desk, folder, tell_if_left};
use crate::site::Worklist;
use diary_report::report::{Doubt, Pressing};
use diary_report::staff_words::server_clock_doubt;
use diary_report::worklist::status::AlertStatus;
use diary_report::worklist::{Finding, Row};

/// Columns of the list.
const COLUMNS: usize = 80;

pub(super) async fn run(
    common: &Common,
    args: &WorklistArgs,
    around: &CommandContext,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let desk = desk(&folder(common, around)?, around).await?;
    tell_if_left(&desk, out).await?;
    let list = desk.worklist(&account(common)?, args.thresholds()).await?;
    let setting = desk.setting().await?;
    let words = Words { study: &setting.study, lang: common.lang, zone: setting.zone(&desk.keys) };
    out.say(&list, || words.list(&list))?;
    Ok(Exit::Done)
}

/// Findings of one participant, each in words.
pub(super) fn findings(study: &Study, lang: Lang, zone: Zone, found: &[Finding]) -> Vec<String> {
    let words = Words { study, lang, zone };
    found.iter().map(|finding| words.finding(finding)).collect()
}

/// Data from which findings are described in words.
struct Words<'a> {
    study: &'a Study,
    lang: Lang,
    zone: Zone,
}

impl Words<'_> {
    fn list(&self, list: &Worklist) -> String {
        let (all, some) = (list.participants, list.rows.len());
        let head = match some {
            0 => format!("Site {}: none of {all} participants needs anybody now.", list.site),
            _ => format!(
                "Site {}: {some} of {all} participants need somebody, the most pressing first.",
                list.site
            ),
        };
        let fresh = format!("Everything received by {} is in it.", self.moment(list.fresh.received_until));
        let indent = list.rows.iter().map(|row| row.subject.chars().count()).max().unwrap_or(0) + 2;
        let rows = list.rows.iter().map(|row| self.row(row, indent));
        let doubt =
            list.server_clock.map_or_else(String::new, |doubt| server_clock_doubt(doubt, self.lang) + "\n");
        format!("{doubt}{head}\n{fresh}\n{}", rows.collect::<String>())
    }

    /// Subject number and findings, wrapped under the first.
    fn row(&self, row: &Row, indent: usize) -> String {
        let findings: Vec<String> = row.findings.iter().map(|finding| self.finding(finding)).collect();
        let lines = lines::wrap(&shown(&findings.join("; ")), COLUMNS.saturating_sub(indent), 0);
        let before = |n: usize| if n == 0 { shown(&row.subject) } else { "".into() };
        lines.iter().enumerate().map(|(n, line)| format!("{:<indent$}{line}\n", before(n))).collect()
    }

    fn finding(&self, finding: &Finding) -> String {
        match finding {
            Finding::Alert(alert) => self.alert(alert),
            Finding::Doubtful(one) => self.doubt(one),
            Finding::Unreadable => "record cannot be read, run `rebuild`".to_owned(),
            Finding::TooLarge => "URGENT too much to work out here, open the `report`".to_owned(),
            Finding::LeftOut { entries } => format!(
                "{entries} entries NOT SHOWN: a phone sent more than is read of one at once, see `report` and `status`"
            ),
            Finding::NoContact { since: Some(since), days } => {
                format!("no contact for {days} days, since {}", self.moment(*since))
            }
            Finding::NoContact { since: None, days } => format!("nothing ever came, for {days} days"),
            Finding::PhoneWaits { count, since } => {
                format!("{} to be confirmed since {}", waits(*count, "phone"), self.moment(*since))
            }
            Finding::Quarantined { count, last } => {
                format!("{} in quarantine, last {}", plural(*count, "parcel"), self.moment(*last))
            }
            Finding::Conflicts { entries, places } => {
                let of = |count: u32, what| (count > 0).then(|| plural(count, what));
                let parts = [of(*entries, "contradicting entry"), of(*places, "place answered twice")];
                format!("to decide: {}", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
            }
            Finding::Completion { due, done, missed, percent } => {
                let rest = due - done - missed;
                format!("{percent}% complete: {done} of {due}, {missed} missed, {rest} not received")
            }
            Finding::Unsent { phone, said, days: 0 } => {
                let since = said.map_or_else(String::new, |at| format!(" after {}", self.moment(at)));
                format!("a parcel of phone {phone}{since} has not arrived")
            }
            Finding::Unsent { phone, said, days } => {
                let when = said.map_or_else(String::new, |at| format!(", it said {}", self.moment(at)));
                format!("phone {phone} holds entries of {}{when}", plural(*days, "day"))
            }
            Finding::GrantMissing { count } => format!("{} for a missing grant", waits(*count, "parcel")),
            Finding::ToMerge { count } => {
                format!("{} to be merged, see `quarantine list`", waits(*count, "parcel"))
            }
            Finding::NoPhone { since: Some(since) } => {
                format!("no phone in use, last contact {}", self.moment(*since))
            }
            Finding::NoPhone { since: None } => "no phone yet".to_owned(),
        }
    }

    fn alert(&self, alert: &AlertStatus) -> String {
        let AlertStatus {
            rule,
            severity,
            times,
            last,
            shown,
            acknowledged,
            pressing,
            unfinished,
            unmerged,
            visited,
            handled,
        } = alert;
        let title = self.study.alarm(rule).map_or(rule.as_str(), |(title, _)| title.get(self.lang));
        let presses = match (severity, *pressing > 0) {
            (Severity::Emergency, true) => "EMERGENCY ",
            (Severity::Call, true) => "CALL ",
            (Severity::Emergency | Severity::Call, false) => "was pressing: ",
            (Severity::Notice, _) => "notice ",
        };
        let unmerged = match (*unmerged, *times) {
            (0, _) => String::new(),
            (all, times) if all == times => ", NOT YET PART OF THE RECORD, see `quarantine list`".to_owned(),
            (some, _) => format!(", {some} NOT YET PART OF THE RECORD, see `quarantine list`"),
        };
        let times = match (*times, *pressing) {
            (1, _) => String::new(),
            (times, pressing) if pressing > 0 && pressing < times => {
                format!(" {times} times, {pressing} not dealt with, last of these")
            }
            (times, _) => format!(" {times} times, last"),
        };
        let how = match (shown, acknowledged) {
            (true, true) => "shown and read",
            (true, false) => "shown, not confirmed as read",
            (false, _) => "not shown on the phone",
        };
        let unfinished = if *unfinished { ", answers not finished" } else { "" };
        let visited = if *visited { ", visit since" } else { "" };
        let handled = handled.as_ref().map_or_else(String::new, |handled| {
            format!(", dealt with by {} {}: {}", handled.by, self.moment(handled.at), handled.what)
        });
        format!(
            "{presses}{title} ({rule}){times} {} ({how}{unfinished}{unmerged}{visited}{handled})",
            self.moment(*last)
        )
    }

    fn doubt(&self, one: &Pressing) -> String {
        let name = one.name.as_ref().map_or("", |name| name.get(self.lang));
        let phone = one.phone.map_or_else(|| "a phone".to_owned(), |number| format!("phone {number}"));
        let last = one.last.map_or_else(String::new, |last| format!(", last {last}"));
        match one.doubt {
            Doubt::Newer => format!("URGENT entries of a newer version, not read: update the server{last}"),
            Doubt::TooSoon => format!("URGENT {name} taken again within a week{last}"),
            Doubt::ChangeRemark => format!("URGENT {name}: a reported change is to be checked{last}"),
            Doubt::Units => format!("URGENT {name} in a unit that is not its own{last}"),
            Doubt::Zone => format!("{phone} lives in another zone than the site"),
            Doubt::Clock => format!("the clock of {phone} was wrong by half a day, or went back{last}"),
            Doubt::Ahead => format!("entries of days that had not come{last}"),
            Doubt::AfterEnd => {
                format!("entries of days after the end of the participation, to be decided{last}")
            }
            Doubt::BeforeDiary => format!("entries of days before the diary began{last}"),
        }
    }

    /// Date and time by the site's clock.
    fn moment(&self, at: UtcMillis) -> String {
        self.zone.local(at).format("%Y-%m-%d %H:%M").to_string()
    }
}

fn plural(count: u32, what: &str) -> String {
    match (count, what) {
        (1, _) => format!("1 {what}"),
        (_, "contradicting entry") => format!("{count} contradicting entries"),
        (_, "place answered twice") => format!("{count} places answered twice"),
        _ => format!("{count} {what}s"),
    }
}

fn waits(count: u32, what: &str) -> String {
    format!("{} {}", plural(count, what), if count == 1 { "waits" } else { "wait" })
}
