//! Code books: meanings of the codes in the tables, in each language, for every known version of the study.

use std::collections::BTreeSet;

use diary_core::entry::{Frequency, Route, SkipReason};
use diary_core::ids::InstrumentId;
use diary_core::study::alert::When;
use diary_core::study::instrument::{Condition, EnableBehavior, Instrument, Item, ItemKind, Operator};
use diary_core::study::{Medication, Study};
use diary_core::text::{Lang, Text};

use super::TableName;
use super::batch::{Batch, Row};
use super::columns::Column;
use super::columns::column;
use crate::messages::columns as say;
use crate::report::fields::plain_value;
use crate::report::skip_reason;
use diary_core::study::Studies;

const STUDY_VERSION: Column = column::integer("study_version", say::study_version);

const LANG: Column = column::text("lang", say::lang);

pub(super) const CODEBOOK: &[Column] = &[
    STUDY_VERSION,
    column::text("instrument", say::answers_instrument),
    column::text("instrument_version", say::entries_instrument_version),
    column::text("kind", say::codebook_kind).of("item|option"),
    column::text("item", say::codebook_item),
    column::integer("position", say::codebook_position),
    column::text("code", say::codebook_code),
    column::text("code_system", say::answers_code_system),
    column::number("ordinal", say::codebook_ordinal),
    column::yes_no("exclusive", say::codebook_exclusive),
    LANG,
    column::text("label", say::codebook_label),
    column::text("short", say::codebook_short),
    column::text("type", say::codebook_type)
        .of("group|display|boolean|integer|decimal|quantity|text|date|time|datetime|coding"),
    column::text("units", say::codebook_units),
    column::text("min", say::codebook_min),
    column::text("max", say::codebook_max),
    column::yes_no("asked", say::codebook_asked),
    column::yes_no("required", say::codebook_required),
    column::yes_no("repeats", say::codebook_repeats),
    column::yes_no("scored", say::codebook_scored),
    column::text("shown_when", say::codebook_shown_when),
    column::text("under", say::codebook_under),
];

pub(super) const CODEBOOK_STUDY: &[Column] = &[
    STUDY_VERSION,
    column::text("kind", say::codebook_study_kind).of(
        "study|site|anchor|period|slot|instrument|form|medication|presentation|event|alert|skip-reason|route|frequency",
    ),
    column::text("code", say::codebook_study_code),
    LANG,
    column::text("label", say::codebook_study_label),
    column::text("of", say::codebook_study_of),
    column::text("version", say::codebook_study_version),
    column::number("strength", say::codebook_study_strength)
        .in_unit("see units"),
    column::text("units", say::codebook_study_units),
    column::text("routes", say::codebook_study_routes),
    column::text("atc", say::codebook_study_atc),
    column::text("cdisc", say::codebook_study_cdisc),
    column::text("severity", say::codebook_study_severity).of("notice|call|emergency"),
    column::text("text", say::codebook_study_text),
    column::text("detail", say::codebook_study_detail),
];

/// Writes the code books of every version of the study.
pub fn codebook(batch: &mut Batch, studies: &Studies) {
    for study in studies.values() {
        for instrument in study.instruments() {
            items(batch, study, instrument);
        }
        other_codes(batch, study);
    }
}

fn items(batch: &mut Batch, study: &Study, instrument: &Instrument) {
    for (position, item) in (1u32..).zip(instrument.all_items()) {
        let under = instrument.above(&item.link_id).last().map(|above| above.link_id.as_str());
        let short = item.short.clone().unwrap_or_default();
        let units: Vec<&str> = item.units.iter().map(|unit| unit.ucum()).collect();
        for lang in languages(&item.text, &short) {
            let mut row = begin(batch, study, instrument, "item", item, position);
            row.none().none().none().none().maybe(lang);
            row.maybe_text(in_lang(&item.text, lang)).maybe_text(in_lang(&short, lang));
            row.plain(kind(item.kind)).text(&units.join(" "));
            row.maybe_text(item.min.as_ref().map(plain_value).as_deref());
            row.maybe_text(item.max.as_ref().map(plain_value).as_deref());
            row.yes(item.is_asked()).yes(item.required).yes(item.repeats);
            row.yes(instrument.scored_items().contains(&item.link_id)).text(&shown_when(item));
            row.maybe_text(under).end();
        }
        for (position, option) in (1u32..).zip(&item.options) {
            for lang in languages(&option.text, &Text::default()) {
                let mut row = begin(batch, study, instrument, "option", item, position);
                row.text(&option.code).maybe_text(option.system.as_deref()).maybe(option.ordinal);
                row.yes(option.exclusive).maybe(lang).maybe_text(in_lang(&option.text, lang)).end();
            }
        }
    }
}

fn begin<'b>(
    batch: &'b mut Batch,
    study: &Study,
    instrument: &Instrument,
    kind: &str,
    item: &Item,
    position: u32,
) -> Row<'b> {
    let mut row = batch.row(TableName::Codebook);
    row.plain(study.version()).text(instrument.id().as_str()).text(instrument.version()).plain(kind);
    row.text(&item.link_id).plain(position);
    row
}

const fn kind(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Group => "group",
        ItemKind::Display => "display",
        ItemKind::Boolean => "boolean",
        ItemKind::Integer => "integer",
        ItemKind::Decimal => "decimal",
        ItemKind::Quantity => "quantity",
        ItemKind::Text { .. } => "text",
        ItemKind::Date => "date",
        ItemKind::Time => "time",
        ItemKind::DateTime => "datetime",
        ItemKind::Choice => "coding",
    }
}

fn shown_when(item: &Item) -> String {
    let one = |Condition { question, operator, answer }: &Condition| {
        let operator = match operator {
            Operator::Exists => "exists",
            Operator::Equal => "=",
            Operator::NotEqual => "!=",
            Operator::Greater => ">",
            Operator::Less => "<",
            Operator::GreaterOrEqual => ">=",
            Operator::LessOrEqual => "<=",
        };
        format!("{question} {operator} {}", plain_value(answer))
    };
    let joined = match item.enable_behavior {
        EnableBehavior::All => " and ",
        EnableBehavior::Any => " or ",
    };
    item.enable_when.iter().map(one).collect::<Vec<_>>().join(joined)
}

/// Optional columns of a row of the other codes.
#[derive(Default)]
struct More<'a> {
    of: &'a str,
    version: &'a str,
    strength: String,
    units: String,
    routes: String,
    atc: &'a str,
    cdisc: &'a str,
    severity: &'a str,
    text: Text,
    detail: String,
}

fn other_codes(batch: &mut Batch, study: &Study) {
    let mut add = |kind: &str, code: &str, name: &Text, more: More<'_>| {
        for lang in languages(name, &more.text) {
            let mut row = batch.row(TableName::CodebookStudy);
            row.plain(study.version()).plain(kind).text(code).maybe(lang).maybe_text(in_lang(name, lang));
            row.text(more.of).text(more.version).plain(&more.strength).text(&more.units).text(&more.routes);
            row.text(more.atc).text(more.cdisc).text(more.severity).maybe_text(in_lang(&more.text, lang));
            row.text(&more.detail).end();
        }
    };
    let of_study = |of: &dyn Fn(Lang) -> String| in_languages(study.languages(), of);
    let ours = |of: &dyn Fn(Lang) -> String| in_languages(diary_core::words::languages(), of);
    add("study", study.id().as_str(), &of_study(&|lang| study.title(lang).to_owned()), More::default());
    for site in study.sites() {
        let detail = site.zone.to_string();
        add("site", site.id.as_str(), &site.title, More { detail, ..More::default() });
    }
    for anchor in study.anchors() {
        add("anchor", anchor.id.as_str(), &anchor.title, More::default());
    }
    for period in study.periods() {
        add("period", period.id.as_str(), &period.title, More::default());
    }
    for slot in study.slots() {
        let due = slot.due.unwrap_or(slot.opens);
        let detail = format!("opens {} due {due} closes {}", slot.opens, slot.closes);
        let more = More { of: slot.instrument.as_str(), detail, ..More::default() };
        add("slot", slot.id.as_str(), &slot.title, more);
    }
    for instrument in study.instruments() {
        let detail = instrument.recall().unwrap_or_default().to_owned();
        let more = More { version: instrument.version(), detail, ..More::default() };
        let name = of_study(&|lang| instrument.title(lang).to_owned());
        add("instrument", instrument.id().as_str(), &name, more);
    }
    for form in study.forms() {
        let cdisc = form.cdisc.as_deref().unwrap_or_default();
        add("form", &form.code, &form.name, More { cdisc, ..More::default() });
    }
    for medication in study.medications() {
        let Medication { code, name, presentations, .. } = medication;
        add("medication", code.as_str(), name, of_medication(medication));
        for presentation in presentations {
            let name = of_study(&|lang| study.form_name(&presentation.form, lang).to_owned());
            let strength = presentation.strength.as_ref();
            let more = More {
                of: code.as_str(),
                strength: strength.map(|strength| strength.value.to_string()).unwrap_or_default(),
                units: strength.map(|strength| strength.unit.ucum().to_owned()).unwrap_or_default(),
                ..More::default()
            };
            add("presentation", &presentation.form, &name, more);
        }
    }
    for event in study.events() {
        add("event", event.code.as_str(), &event.title, More::default());
    }
    for alert in study.alerts() {
        let of = asked_by(&alert.when).map(|id| id.as_str()).unwrap_or_default();
        let severity = alert.severity.code();
        let more = More { of, severity, text: alert.instruction.clone(), ..More::default() };
        add("alert", alert.id.as_str(), &alert.title, more);
    }
    for why in SkipReason::ALL {
        add("skip-reason", why.code(), &ours(&|lang| skip_reason(why, lang).to_owned()), More::default());
    }
    for route in Route::ALL {
        let name = ours(&|lang| route.shown(lang).to_owned());
        add("route", route.code(), &name, More { cdisc: route.cdisc(), ..More::default() });
    }
    for often in Frequency::ALL {
        let name = ours(&|lang| often.shown(lang).to_owned());
        add("frequency", often.code(), &name, More { cdisc: often.cdisc(), ..More::default() });
    }
}

fn of_medication(medication: &Medication) -> More<'_> {
    let units: Vec<&str> = medication.units.iter().map(|unit| unit.ucum()).collect();
    let routes: Vec<&str> = medication.routes.iter().map(|route| route.code()).collect();
    More {
        units: units.join(" "),
        routes: routes.join(" "),
        atc: medication.atc.as_deref().unwrap_or_default(),
        text: medication.caution.clone().unwrap_or_default(),
        ..More::default()
    }
}

/// The instrument with the answers of a rule.
const fn asked_by(when: &When) -> Option<&InstrumentId> {
    match when {
        When::Answers { instrument, .. } | When::Total { instrument, .. } => Some(instrument),
        When::Missed { .. } => None,
    }
}

fn in_languages(languages: &[Lang], of: &dyn Fn(Lang) -> String) -> Text {
    languages.iter().map(|lang| (*lang, of(*lang))).collect()
}

/// Languages in which either text is written, one row for each; one row without a language where there is none.
fn languages(text: &Text, other: &Text) -> Vec<Option<Lang>> {
    let found: BTreeSet<Lang> = text.iter().chain(other.iter()).map(|(lang, _)| lang).collect();
    if found.is_empty() { vec![None] } else { found.into_iter().map(Some).collect() }
}

/// The text in exactly this language.
fn in_lang(text: &Text, lang: Option<Lang>) -> Option<&str> {
    text.own(lang?)
}
