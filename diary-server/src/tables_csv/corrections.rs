//! What later versions of entries changed: a row for each field, with what was there before.

use std::collections::{BTreeMap, BTreeSet};

use diary_core::entry::{Content, EncodedRevision, Revision};
use diary_core::ids::RevisionId;
use diary_core::record::EntryHistory;

use super::batch::Batch;
use super::content::fields;
use super::entries::author;
use super::time::{day, instant};
use super::{Table, devices};
use crate::gather::Gathered;

/// Writes every correction and withdrawal.
pub(super) fn write(batch: &mut Batch, gathered: &Gathered) {
    for history in &gathered.record.histories() {
        for encoded in &history.versions {
            if !encoded.revision().parents.is_empty() {
                one(batch, gathered, history, encoded);
            }
        }
    }
}

fn one(batch: &mut Batch, gathered: &Gathered, history: &EntryHistory<'_>, encoded: &EncodedRevision) {
    let after = encoded.revision();
    let before = before(history, &after.parents);
    let kind = match &after.content {
        Content::Withdrawn => "withdrawal",
        Content::AlertShown(_) => "read",
        _ => "correction",
    };
    let old = before.map(|before| fields(&before.content)).unwrap_or_default();
    let new = fields(&after.content);
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let changed = names.into_iter().filter(|name| old.get(*name) != new.get(*name));
    let value = |of: &BTreeMap<String, String>, name: &String| of.get(name).cloned().unwrap_or_default();
    let mut changes: Vec<(String, String, String)> =
        changed.map(|name| (name.clone(), value(&old, name), value(&new, name))).collect();
    if changes.is_empty() {
        // A version that says the same, or of which what was before is not here.
        changes.push((String::new(), String::new(), String::new()));
    }
    let held = gathered.record.recorded(encoded);
    let supersedes: Vec<String> = after.parents.iter().map(RevisionId::to_string).collect();
    let (role, name, _) = author(&after.author);
    for (field, old, new) in changes {
        let mut row = batch.row(Table::Corrections);
        row.text(&gathered.participant.subject).plain(history.entry).plain(after.id);
        row.plain(supersedes.join(" ")).plain(kind).plain(day(after.day)).text(&field).text(&old).text(&new);
        row.maybe_text(after.reason.as_deref()).plain(role).maybe_text(name);
        row.plain(devices(held.iter().flat_map(|held| held.sources.iter().map(|source| source.author))));
        row.plain(instant(after.recorded.utc)).maybe(held.map(|held| instant(held.received.0))).end();
    }
}

/// The version that was corrected: the first of those that it names and that are here.
fn before<'a>(history: &EntryHistory<'a>, parents: &[RevisionId]) -> Option<&'a Revision> {
    let known = || history.versions.iter().map(|encoded| encoded.revision());
    parents.iter().find_map(|parent| known().find(|revision| revision.id == *parent))
}
