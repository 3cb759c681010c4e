//! Rows of acts of staff: regimens, and all others.

use std::collections::BTreeMap;

use diary_core::act::{Act, ActContent, AfterPause, Interruption};
use diary_core::ids::{ActId, AnchorId, EntryId};
use diary_core::record::{act_histories, in_force};
use diary_core::study::regimen::Regimen;
use diary_core::time::DiaryDay;

use super::batch::Batch;
use super::columns::Column;
use super::columns::column::{self, AMOUNT, MED, MED_CODE, ROUTE, SUBJECT, UNIT};
use super::entries::amount;
use super::{Hidden, TableName};
use crate::iso::{day, instant};
use crate::messages::columns as say;
use crate::snapshot::ParticipantSnapshot;

pub(super) const ANCHORS: &[Column] = &[
    SUBJECT,
    column::text("anchor", say::anchors_anchor),
    column::day("date", say::anchors_date),
    column::yes_no("counts", say::anchors_counts),
    column::text("act_id", say::anchors_act_id),
    column::text("set_by", say::anchors_set_by),
    column::instant("set_utc", say::anchors_set_utc),
    column::text("reason", say::medication_changes_reason),
    column::text("replaces", say::anchors_replaces),
];

pub(super) const REGIMEN_LINES: &[Column] = &[
    SUBJECT,
    column::integer("line", say::regimen_lines_line),
    column::text("line_id", say::regimen_lines_line_id),
    column::day("from", say::regimen_lines_from),
    column::day("to", say::regimen_lines_to),
    MED_CODE,
    MED,
    column::text("form", say::medication_changes_form),
    AMOUNT,
    UNIT,
    ROUTE,
    column::text("times", say::regimen_lines_times),
    column::integer("every_days", say::regimen_lines_every_days).in_unit("d"),
    column::text("weekdays", say::regimen_lines_weekdays),
    column::day("counted_from", say::regimen_lines_counted_from),
    column::yes_no("as_needed", say::regimen_lines_as_needed),
    column::number("most_per_day", say::regimen_lines_most_per_day).in_unit("see most_per_day_unit"),
    column::text("most_per_day_unit", say::regimen_lines_most_per_day_unit),
    column::integer("least_interval_minutes", say::regimen_lines_least_interval_minutes).in_unit("min"),
    column::text("act_id", say::regimen_lines_act_id),
    column::text("set_by", say::anchors_set_by),
    column::instant("set_utc", say::anchors_set_utc),
];

pub(super) const ACTS: &[Column] = &[
    SUBJECT,
    column::text("act_id", say::anchors_act_id),
    column::text("kind", say::acts_kind).of(
        "anchor|regimen|visit|infusion|adjudicate|quarantine-decision|phone-asks|end-of-participation|alerts-handled|other-participant|taken-over|first-day|newer|withdrawn",
    ),
    column::text("by", say::acts_by),
    column::instant("at_utc", say::acts_at_utc),
    column::text("reason", say::medication_changes_reason),
    column::text(
        "code", say::acts_code,
    ),
    column::day("date", say::acts_date),
    column::integer("cycle_day", say::acts_cycle_day),
    column::instant("start_utc", say::acts_start_utc),
    column::instant("stop_utc", say::acts_stop_utc),
    column::number("amount", say::acts_amount).in_unit("see unit"),
    UNIT,
    column::text("entry_id", say::acts_entry_id),
    column::text("decision", say::acts_decision)
        .of("accepted|rejected|held|planned"),
    column::yes_no("holds", say::acts_holds),
    column::text("replaces", say::acts_replaces),
];

pub(super) const INTERRUPTIONS: &[Column] = &[
    SUBJECT,
    column::text("act_id", say::interruptions_act_id),
    column::text("cycle", say::interruptions_cycle),
    column::integer("cycle_day", say::acts_cycle_day),
    column::instant("paused_utc", say::interruptions_paused_utc),
    column::text("then", say::interruptions_then).of("paused|resumed|ended"),
    column::instant("resumed_utc", say::interruptions_resumed_utc),
    column::number("amount", say::interruptions_amount).in_unit("see unit"),
    UNIT,
    column::text("reason", say::interruptions_reason),
    column::yes_no("holds", say::acts_holds),
];

/// Writes every act, and the resulting regimen.
pub(super) fn write(batch: &mut Batch, gathered: &ParticipantSnapshot, drug: &Hidden<'_>) {
    let subject = &gathered.participant.subject;
    let histories = act_histories(gathered.record.acts().map(|(act, _)| act));
    for history in &histories {
        let holds = history.holds().map(|act| act.id);
        for act in &history.versions {
            let holds = holds == Some(act.id);
            other(batch, (subject, drug), act, holds);
            interruptions(batch, (subject, drug), act, holds);
        }
    }
    regimen(batch, (subject, drug), &gathered.record.regimen());
}

/// Writes every act on an anchor; the latest one in force counts.
pub(super) fn anchors(batch: &mut Batch, gathered: &ParticipantSnapshot) {
    let acts = || gathered.record.acts().map(|(act, _)| act);
    let counting: BTreeMap<&AnchorId, ActId> =
        in_force(acts()).into_iter().filter_map(|act| Some((of_anchor(act)?.0, act.id))).collect();
    for act in acts() {
        let Some((anchor, date)) = of_anchor(act) else { continue };
        let mut row = batch.row(TableName::Anchors);
        row.text(&gathered.participant.subject).text(anchor.as_str()).maybe(date.map(day));
        row.yes(counting.get(anchor) == Some(&act.id)).plain(act.id).text(&act.by).plain(instant(act.at));
        row.maybe_text(act.reason.as_deref()).maybe(act.replaces).end();
    }
}

fn of_anchor(act: &Act) -> Option<(&AnchorId, Option<DiaryDay>)> {
    let ActContent::Anchor { anchor, date } = &act.content else { return None };
    Some((anchor, *date))
}

/// Validity periods of each line.
fn regimen(batch: &mut Batch, (subject, drug): (&str, &Hidden<'_>), regimen: &Regimen) {
    for line in regimen.lines() {
        for of in line.stretches.iter().filter(|of| !drug.is(&of.medication)) {
            let mut row = batch.row(TableName::RegimenLines);
            row.text(subject).plain(line.number).plain(line.id).plain(day(of.from)).maybe(of.to.map(day));
            row.maybe_text(of.medication.code.as_ref().map(|code| code.as_str()));
            row.text(&of.medication.name).text(&of.form);
            amount(&mut row, Some(&of.amount));
            let times: Vec<String> = of.timing.times.iter().map(ToString::to_string).collect();
            let weekdays: Vec<String> = of.timing.weekdays.iter().map(ToString::to_string).collect();
            row.plain(of.route.code()).plain(times.join(" ")).plain(of.timing.every_days);
            row.plain(weekdays.join(" ")).plain(day(of.counted_from)).yes(of.as_needed.is_some());
            let rule = of.as_needed.as_ref();
            amount(&mut row, rule.and_then(|rule| rule.most_per_day.as_ref()));
            row.maybe(rule.and_then(|rule| rule.least_interval_minutes));
            row.plain(of.set.act).text(&of.set.by).plain(instant(of.set.at)).end();
        }
    }
    for one in regimen.nothing() {
        let mut row = batch.row(TableName::RegimenLines);
        row.text(subject).none().none().plain(day(one.from));
        row.all_but(3).plain(one.set.act).text(&one.set.by).plain(instant(one.set.at)).end();
    }
}

/// Interruptions of an infusion, in order of time.
fn interruptions(batch: &mut Batch, (subject, drug): (&str, &Hidden<'_>), act: &Act, holds: bool) {
    let ActContent::Infusion { cycle, day, interruptions, .. } = &act.content else { return };
    let mut all: Vec<&Interruption> = interruptions.iter().collect();
    all.sort_by_key(|one| one.paused);
    for one in all {
        let then = match one.then {
            AfterPause::Paused => "paused",
            AfterPause::Resumed(_) => "resumed",
            AfterPause::Ended => "ended",
        };
        let mut row = batch.row(TableName::Interruptions);
        row.text(subject)
            .plain(act.id)
            .text(cycle.as_str())
            .plain(day)
            .plain(instant(one.paused))
            .plain(then);
        row.maybe(one.then.resumed().map(instant));
        amount(&mut row, one.given.as_ref().filter(|_| !drug.infusions()));
        // A reason may tell the dose.
        row.text(if drug.infusions() { "" } else { &one.reason }).yes(holds).end();
    }
}

fn other(batch: &mut Batch, (subject, drug): (&str, &Hidden<'_>), act: &Act, holds: bool) {
    let mut row = batch.row(TableName::Acts);
    row.text(subject).plain(act.id).plain(act.content.kind()).text(&act.by).plain(instant(act.at));
    let hides = drug.infusions() && matches!(act.content, ActContent::Infusion { .. });
    row.maybe_text(act.reason.as_deref().filter(|_| !hides));
    match &act.content {
        ActContent::Anchor { anchor, date } => row.text(anchor.as_str()).maybe(date.map(day)),
        ActContent::Visit { date, kind, held } => {
            row.text(kind).plain(day(*date)).none().none().none().none().none();
            row.plain(if *held { "held" } else { "planned" })
        }
        ActContent::Infusion { start, stop, dose, cycle, day, interruptions: _ } => {
            row.text(cycle.as_str()).none().plain(day).plain(instant(*start)).maybe(stop.map(instant));
            amount(&mut row, Some(dose).filter(|_| !drug.infusions()));
            &mut row
        }
        ActContent::QuarantineDecision { accept, .. } => {
            row.none().none().none().none().none().none().none().none();
            row.plain(if *accept { "accepted" } else { "rejected" })
        }
        ActContent::PhoneAsks { device, joined, .. } => {
            row.plain(device).none().none().plain(instant(*joined))
        }
        ActContent::Adjudicate { primary, .. } => {
            row.none().none().none().none().none().none().none().plain(primary)
        }
        ActContent::EndOfParticipation { how, last } => row.plain(how.code()).plain(day(*last)),
        ActContent::AlertsHandled { rule, entries } => {
            row.text(rule.as_str()).none().none().none().none().none().none();
            row.plain(list(entries))
        }
        ActContent::OtherParticipant { entries } | ActContent::TakenOver { entries, .. } => {
            row.none().none().none().none().none().none().none().plain(list(entries))
        }
        ActContent::Regimen(change) => row.none().plain(day(change.from)),
        ActContent::FirstDay { date } => row.none().plain(day(*date)),
        ActContent::Newer(newer) => row.plain(newer.kind()),
        ActContent::Withdrawn => &mut row,
    };
    row.all_but(2).yes(holds).maybe(act.replaces).end();
}

fn list(entries: &[EntryId]) -> String {
    entries.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
