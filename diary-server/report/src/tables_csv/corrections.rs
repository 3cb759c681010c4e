//! Changes by later versions of entries: a row for each field, with the previous value.

use diary_core::entry::{Content, EncodedRevision};
use diary_core::ids::RevisionId;
use diary_core::record::EntryHistory;

use super::batch::Batch;
use super::columns::Column;
use super::columns::column::{self, DAY, ENTRY, OFFSET, REVISION, STUDY_DAY, SUBJECT};
use super::entries::author;
use super::{Hidden, TableName, devices};
use crate::iso::{day, instant, local};
use crate::messages::columns as say;
use crate::report::fields::{Changed, Field, changed};
use crate::report::ledger::Ledger;
use crate::snapshot::ParticipantSnapshot;

pub(super) const CORRECTIONS: &[Column] = &[
    SUBJECT,
    ENTRY,
    REVISION,
    column::text("supersedes", say::corrections_supersedes),
    column::text("kind", say::corrections_kind).of("correction|withdrawal|read"),
    DAY,
    column::text("field", say::corrections_field),
    column::text("old", say::corrections_old),
    column::text("new", say::corrections_new),
    column::text("reason", say::medication_changes_reason),
    column::text("author", say::corrections_author).of(super::entries::AUTHORS),
    column::text("author_name", say::entries_author_name),
    column::text("device", say::corrections_device),
    column::instant("recorded_utc", say::corrections_recorded_utc),
    column::instant("received_utc", say::contacts_received_utc),
    STUDY_DAY,
    column::local("recorded_local", say::entries_recorded_local),
    OFFSET,
];

/// Writes every correction and withdrawal.
pub(super) fn write(
    batch: &mut Batch,
    gathered: &ParticipantSnapshot,
    (ledger, drug): (&Ledger, &Hidden<'_>),
) {
    for history in &gathered.record.histories() {
        if history.versions.iter().any(|version| drug.has(&version.content)) {
            continue;
        }
        for encoded in &history.versions {
            if !encoded.revision().parents.is_empty() {
                one(batch, gathered, ledger, history, encoded);
            }
        }
    }
}

fn one(
    batch: &mut Batch,
    gathered: &ParticipantSnapshot,
    ledger: &Ledger,
    history: &EntryHistory<'_>,
    after: &EncodedRevision,
) {
    let kind = match &after.content {
        Content::Withdrawn => "withdrawal",
        Content::AlertShown(_) => "read",
        Content::Assessment(_)
        | Content::Dose(_)
        | Content::MedicationChange(_)
        | Content::Event(_)
        | Content::Note(_)
        | Content::PhoneApproval(_)
        | Content::Newer(_) => "correction",
    };
    let held = gathered.record.recorded(after);
    let (role, name, _) = author(after);
    for (supersedes, Changed { field, old, new }) in changes(history, after) {
        let mut row = batch.row(TableName::Corrections);
        row.text(&gathered.participant.subject).plain(history.entry).plain(after.id);
        row.plain(supersedes).plain(kind).plain(day(after.day));
        row.text(&field.to_string()).text(&old).text(&new);
        row.maybe_text(after.reason.as_deref()).plain(role).maybe_text(name);
        row.plain(devices(held.iter().flat_map(|held| held.sources.iter().map(|source| source.author))));
        row.plain(instant(after.recorded.utc)).maybe(held.map(|held| instant(held.received.0)));
        row.maybe(ledger.study_day(after.day)).plain(local(after.recorded.local()));
        row.plain(after.recorded.offset_s).end();
    }
}

/// Changes by `after` of each version that it supersedes; the field has no name for a version with the same contents.
fn changes(history: &EntryHistory<'_>, after: &EncodedRevision) -> Vec<(RevisionId, Changed)> {
    let mut found = Vec::new();
    for before in history.before(after) {
        let mut fields = changed((history, before), (history, after));
        if fields.is_empty() {
            fields.push(Changed { field: Field::Named(""), old: String::new(), new: String::new() });
        }
        found.extend(fields.into_iter().map(|field| (before.id, field)));
    }
    found
}
