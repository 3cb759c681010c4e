//! What a moved anchor changes, now and then side by side.

use diary_core::ids::AnchorId;
use diary_core::study::{Anchor, Anchors, Study};
use diary_core::text::Lang;
use diary_core::time::DiaryDay;
use maud::{Markup, html};

use super::state::PlanState;
use super::words;
use crate::messages::plan as say;

/// Visits that are shown on each side.
const VISITS: i64 = 3;

/// One thing that is counted from an anchor, with its days.
type Row = (String, String);

/// The days that follow from an anchor with these anchors set.
fn days(study: &Study, lang: Lang, (anchor, set): (&Anchor, &Anchors)) -> Vec<Row> {
    let date = set.get(&anchor.id).copied();
    let on = |offset: i64| date.map(|date| date.plus_days(offset));
    let shown = |from: Option<DiaryDay>, to: Option<DiaryDay>| match (from, to) {
        (Some(from), Some(to)) => say::days_range(lang, from.to_string(), to.to_string()),
        (Some(from), None) => say::days_from(lang, from.to_string()),
        (None, Some(to)) => say::days_until(lang, to.to_string()),
        (None, None) => say::not_set(lang).to_owned(),
    };
    let title = anchor.title.get(lang).to_owned();
    let mut rows = vec![(title, shown_day(lang, date))];
    let infusions = &anchor.infusion_days;
    if let (Some(first), Some(last)) = (infusions.iter().min(), infusions.iter().max()) {
        rows.push((say::infusion_days(lang).to_owned(), shown(on((*first).into()), on((*last).into()))));
    }
    for period in study.periods() {
        for stretch in period.stretches.iter().filter(|one| one.anchor == anchor.id) {
            let at = |offset: Option<i32>| offset.and_then(|offset| on(offset.into()));
            rows.push((period.title.get(lang).to_owned(), shown(at(stretch.first), at(stretch.last))));
        }
    }
    if let Some(visits) = study.visits().filter(|visits| visits.from == anchor.id) {
        let each = (1..=VISITS).map(|n| shown_day(lang, on(n * i64::from(visits.every_days))));
        rows.push((say::next_visits(lang).to_owned(), crate::words::list(lang, each)));
    }
    let follows = |one: &&Anchor| one.expected.as_ref().is_some_and(|of| of.after == anchor.id);
    for later in study.anchors().iter().filter(follows) {
        let expected = later.expected.as_ref().and_then(|of| on(i64::from(of.days)));
        let is_set = shown_day(lang, set.get(&later.id).copied());
        let title = later.title.get(lang);
        rows.push((title.to_owned(), say::expected_and_set(lang, shown_day(lang, expected), is_set)));
    }
    rows
}

fn shown_day(lang: Lang, day: Option<DiaryDay>) -> String {
    day.map_or_else(|| say::not_set(lang).to_owned(), |day| day.to_string())
}

/// The days that follow from an anchor, as they are planned now and after it is moved.
pub(super) fn side_by_side(
    state: &PlanState,
    lang: Lang,
    (id, now, date): (&AnchorId, &Anchors, Option<DiaryDay>),
) -> Markup {
    let study = &state.setting.study;
    let Some(anchor) = study.anchor(id) else { return Markup::default() };
    let mut then = now.clone();
    match date {
        Some(date) => then.insert(id.clone(), date),
        None => then.remove(id),
    };
    let [now, then] = [now, &then].map(|set| days(study, lang, (anchor, set)));
    html! {
        div class="wide" {
            table {
                thead {
                    tr {
                        th scope="col" { (say::what(lang)) }
                        th scope="col" { (say::as_planned_now(lang)) }
                        th scope="col" { (say::after_the_move(lang)) }
                    }
                }
                tbody {
                    @for ((title, before), (_, after)) in now.iter().zip(&then) {
                        tr {
                            th scope="row" { (title) }
                            td class="value" { (before) }
                            td class="value" { (after) @if before != after { p { b { (say::changes(lang)) } } } }
                        }
                    }
                }
            }
        }
        p class="hint" { (say::phone_asks_then(lang, words::anchor(state, lang, id))) }
    }
}
