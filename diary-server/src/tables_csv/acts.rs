//! What staff recorded: regimens, and everything else.

use std::collections::BTreeMap;

use diary_core::act::{Act, ActContent, Regimen};

use super::Table;
use super::batch::Batch;
use super::entries::amount;
use super::time::{day, instant};
use crate::gather::Gathered;

/// Writes every act.
pub(super) fn write(batch: &mut Batch, gathered: &Gathered) {
    let subject = &gathered.participant.subject;
    // Of several acts on one version of the regimen the last counts.
    let regimens = gathered.record.acts().filter_map(|(act, _)| match &act.content {
        ActContent::Regimen(regimen) => Some((regimen.version, act.id)),
        _ => None,
    });
    let in_force: BTreeMap<_, _> = regimens.collect();
    for (act, _) in gathered.record.acts() {
        match &act.content {
            ActContent::Regimen(set) => {
                regimen(batch, subject, act, set, in_force.get(&set.version) == Some(&act.id));
            }
            ActContent::Anchor { .. }
            | ActContent::Visit { .. }
            | ActContent::Infusion { .. }
            | ActContent::QuarantineDecision { .. }
            | ActContent::PhoneAsks { .. }
            | ActContent::Adjudicate { .. } => other(batch, subject, act),
        }
    }
}

fn regimen(batch: &mut Batch, subject: &str, act: &Act, regimen: &Regimen, in_force: bool) {
    // A regimen without lines is one too: nothing is to be taken.
    let none = regimen.lines.is_empty().then_some(None);
    let lines = (0u32..).zip(&regimen.lines).map(Some);
    for line in lines.chain(none) {
        let mut row = batch.row(Table::RegimenVersions);
        row.text(subject).plain(regimen.version).plain(day(regimen.from)).yes(in_force);
        match line {
            Some((n, line)) => {
                row.plain(n).maybe_text(line.medication.code.as_ref().map(|code| code.as_str()));
                row.text(&line.medication.name).text(&line.form);
                amount(&mut row, Some(&line.amount));
                let times: Vec<String> = line.times.iter().map(ToString::to_string).collect();
                row.plain(line.route.code())
                    .plain(times.join(" "))
                    .yes(line.as_needed)
                    .plain(line.every_days);
            }
            None => {
                row.none().none().none().none().none().none().none().none().none().none();
            }
        }
        row.plain(act.id).text(&act.by).plain(instant(act.at)).maybe_text(act.reason.as_deref()).end();
    }
}

fn other(batch: &mut Batch, subject: &str, act: &Act) {
    let kind = match &act.content {
        ActContent::Anchor { .. } => "anchor",
        ActContent::Regimen(_) => "regimen",
        ActContent::Visit { .. } => "visit",
        ActContent::Infusion { .. } => "infusion",
        ActContent::QuarantineDecision { .. } => "quarantine-decision",
        ActContent::PhoneAsks { .. } => "phone-asks",
        ActContent::Adjudicate { .. } => "adjudicate",
    };
    let mut row = batch.row(Table::Acts);
    row.text(subject).plain(act.id).plain(kind).text(&act.by).plain(instant(act.at));
    row.maybe_text(act.reason.as_deref());
    match &act.content {
        ActContent::Anchor { anchor, date } => row.text(anchor.as_str()).maybe(date.map(day)),
        ActContent::Visit { date, kind } => row.text(kind).plain(day(*date)),
        ActContent::Infusion { start, stop, dose, cycle, day } => {
            row.text(cycle.as_str()).none().plain(day).plain(instant(*start)).maybe(stop.map(instant));
            amount(&mut row, Some(dose));
            &mut row
        }
        ActContent::QuarantineDecision { accept, .. } => {
            row.none().none().none().none().none().none().none().none();
            row.plain(if *accept { "accepted" } else { "rejected" })
        }
        ActContent::PhoneAsks { device, joined } => row.plain(device).none().none().plain(instant(*joined)),
        ActContent::Adjudicate { primary, .. } => {
            row.none().none().none().none().none().none().none().plain(primary)
        }
        ActContent::Regimen(_) => &mut row,
    };
    row.end();
}
