//! Contents of an entry, field by field, and the changes of a later version: the same for the report and the tables.

use std::collections::BTreeMap;
use std::fmt;

use diary_core::entry::{
    AlertShown, Assessment, Content, Dose, DoseStatus, EncodedRevision, Event, MedicationChange,
    MedicationChangeKind, MedicationRef, Note, PhoneApproval, Slot, Value,
};
use diary_core::measure::Quantity;
use diary_core::record::EntryHistory;

use crate::iso::{day, instant, of_answer};

/// One field of an entry.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Field {
    /// The answer to an item, by `linkId`.
    Item(String),
    /// Another field, by the name of its column.
    Named(&'static str),
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item(link_id) => f.write_str(link_id),
            Self::Named(name) => f.write_str(name),
        }
    }
}

/// A field changed by a later version, with codes and numbers unchanged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Changed {
    /// The field.
    pub(crate) field: Field,
    /// Previous value; empty if there was none.
    pub(crate) old: String,
    /// New value; empty if there is none.
    pub(crate) new: String,
}

/// A version of an entry with the history that it is of.
pub(crate) type Told<'t, 'r> = (&'t EntryHistory<'r>, &'t EncodedRevision);

/// Every field in which `after` differs from `before`, in the order of the fields.
pub(crate) fn changed(before: Told<'_, '_>, after: Told<'_, '_>) -> Vec<Changed> {
    let (mut old, new) = (fields(before), fields(after));
    if after.1.content == Content::Withdrawn {
        // A withdrawal removes the content; the place in the diary remains.
        old.retain(|(field, _)| !PLACE.contains(field));
    }
    // Of a field that is there twice the first counts.
    let values = |of: &[(Field, String)]| -> BTreeMap<Field, String> { of.iter().rev().cloned().collect() };
    let (was, is) = (values(&old), values(&new));
    let only_new = new.iter().filter(|(field, _)| !was.contains_key(field));
    let names = old.iter().chain(only_new).map(|(field, _)| field);
    let value = |of: &BTreeMap<Field, String>, field: &Field| of.get(field).cloned().unwrap_or_default();
    let differences =
        names.map(|field| Changed { field: field.clone(), old: value(&was, field), new: value(&is, field) });
    differences.filter(|one| one.old != one.new).collect()
}

/// Fields that place an entry in the diary.
const PLACE: [Field; 5] = [
    Field::Named("diary_day"),
    Field::Named("slot"),
    Field::Named("instrument"),
    Field::Named("instrument_version"),
    Field::Named("content_pack"),
];

/// All fields with a value.
fn fields((history, revision): Told<'_, '_>) -> Vec<(Field, String)> {
    let mut found = of_content(&revision.content);
    if revision.content == Content::Withdrawn {
        return found;
    }
    found.push((Field::Named("diary_day"), day(revision.day)));
    let slot = revision.slot.as_ref().map(slot).unwrap_or_default();
    found.push((Field::Named("slot"), slot));
    let claimed = history.claimed(revision).map(|at| instant(at.0)).unwrap_or_default();
    found.push((Field::Named("occurred_utc"), claimed));
    found.retain(|(_, value)| !value.is_empty());
    found
}

fn of_content(content: &Content) -> Vec<(Field, String)> {
    let named = |fields: Vec<(&'static str, String)>| {
        fields.into_iter().map(|(name, value)| (Field::Named(name), value)).collect()
    };
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    match content {
        Content::Assessment(Assessment { instrument, answers, changed_before_finish: _, started: _ }) => {
            let one = |values: &[Value]| values.iter().map(plain_value).collect::<Vec<_>>().join("|");
            let items = answers.iter().map(|a| (Field::Item(a.link_id.clone()), one(&a.values)));
            let pack = instrument.pack.as_ref().map(|pack| format!("{} {}", pack.id, pack.version));
            let of = vec![
                ("instrument", instrument.id.to_string()),
                ("instrument_version", instrument.version.clone()),
                ("content_pack", pack.unwrap_or_default()),
            ];
            items.chain(named(of)).collect()
        }
        Content::Dose(dose) => named(of_dose(dose)),
        Content::MedicationChange(MedicationChange {
            medication,
            kind,
            from,
            dose,
            route,
            frequency,
            reason,
            form,
        }) => {
            let mut fields = of_medication(medication);
            fields.extend([
                ("change", change_kind(*kind).to_owned()),
                ("from", from.to_string()),
                ("amount", dose.as_ref().map(quantity).unwrap_or_default()),
                ("route", route.map(|route| route.code()).unwrap_or_default().to_owned()),
                ("frequency", frequency.map(|often| often.code()).unwrap_or_default().to_owned()),
                ("form", or_empty(form)),
                ("change_reason", or_empty(reason)),
            ]);
            named(fields)
        }
        Content::Event(Event { code, text, ended }) => named(vec![
            ("code", code.to_string()),
            ("text", or_empty(text)),
            ("ended_utc", ended.map(|at| instant(at.0)).unwrap_or_default()),
        ]),
        Content::Note(Note { text }) => named(vec![("text", text.clone())]),
        Content::AlertShown(AlertShown { rule, trigger, shown, acknowledged, of }) => named(vec![
            ("code", rule.to_string()),
            ("trigger", trigger.map(|id| id.to_string()).unwrap_or_default()),
            ("text", shown.clone()),
            ("acknowledged_utc", acknowledged.map(instant).unwrap_or_default()),
            ("instrument", of.as_ref().map(|of| of.instrument.to_string()).unwrap_or_default()),
        ]),
        Content::Withdrawn => Vec::new(),
        Content::PhoneApproval(PhoneApproval { asking, digits }) => {
            let asking: Vec<String> = asking.iter().map(ToString::to_string).collect();
            named(vec![("asking", asking.join(" ")), ("digits", format!("{digits:06}"))])
        }
        Content::Newer(newer) => named(vec![("kind", newer.kind().to_string())]),
    }
}

fn of_medication(medication: &MedicationRef) -> Vec<(&'static str, String)> {
    let MedicationRef { code, name } = medication;
    let code = code.as_ref().map(ToString::to_string).unwrap_or_default();
    vec![("medication_code", code), ("medication", name.clone())]
}

fn of_dose(dose: &Dose) -> Vec<(&'static str, String)> {
    let Dose { medication, status, amount, route, extra, note, planned } = dose;
    let (why, words) = skipped(status);
    let mut fields = of_medication(medication);
    fields.extend([
        ("status", dose_status(status).to_owned()),
        ("skip_reason", why.unwrap_or_default().to_owned()),
        ("skip_text", words.unwrap_or_default().to_owned()),
        ("amount", amount.as_ref().map(quantity).unwrap_or_default()),
        ("route", route.map(|route| route.code()).unwrap_or_default().to_owned()),
        ("extra", if *extra { "yes" } else { "no" }.to_owned()),
        ("note", note.clone().unwrap_or_default()),
        ("planned_amount", planned.as_ref().map(quantity).unwrap_or_default()),
    ]);
    fields
}

/// Code of the status of a dose.
pub(crate) const fn dose_status(status: &DoseStatus) -> &'static str {
    match status {
        DoseStatus::Taken => "taken",
        DoseStatus::NotTaken { .. } => "not-taken",
        DoseStatus::DontKnow => "dont-know",
    }
}

/// Reason for which a dose was not taken: the code, and the participant's text.
pub(crate) fn skipped(status: &DoseStatus) -> (Option<&'static str>, Option<&str>) {
    match status {
        DoseStatus::NotTaken { why, text } => (Some(why.code()), text.as_deref()),
        DoseStatus::Taken | DoseStatus::DontKnow => (None, None),
    }
}

/// Code of the kind of a change of medication.
pub(crate) const fn change_kind(kind: MedicationChangeKind) -> &'static str {
    match kind {
        MedicationChangeKind::Started => "started",
        MedicationChangeKind::Changed => "changed",
        MedicationChangeKind::Stopped => "stopped",
    }
}

/// A place in the schedule.
pub(crate) fn slot(slot: &Slot) -> String {
    match slot {
        Slot::Scheduled(id) => id.to_string(),
        Slot::PlannedDose { line, time } => format!("dose/{line}/{time}"),
    }
}

/// A value in one cell.
pub(crate) fn plain_value(value: &Value) -> String {
    match value {
        Value::Coding { code, .. } => code.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Decimal(number) => number.to_string(),
        Value::Quantity(of) => quantity(of),
        Value::Boolean(yes) => yes.to_string(),
        Value::Text(text) => text.clone(),
        Value::Date(_) | Value::Time(_) | Value::DateTime { .. } => of_answer(value).unwrap_or_default(),
    }
}

fn quantity(of: &Quantity) -> String {
    format!("{} {}", of.value, of.unit.ucum())
}
