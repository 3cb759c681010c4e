//! Forms of this page, filled with what was typed or with an act that is corrected.

use diary_core::act::{ActContent, EndOfParticipation};
use diary_core::text::Lang;
use diary_core::time::Zone;
use maud::{Markup, html};

use super::moment::{self, MomentField};
use super::state::PlanState;
use super::{Kind, interruptions};
use crate::messages::plan as say;
use crate::pages::PagesState;
use crate::pages::address;
use crate::pages::form::Form;
use crate::pages::once::mark;
use crate::words::acts::end_of_participation;

/// Fields that each rendering of a form makes anew.
const MADE_ANEW: [&str; 2] = ["once", "confirmed"];

/// Address to which the form of a kind is sent.
pub(super) fn action(state: &PlanState, kind: Kind) -> String {
    let of = address::participant(&state.participant.subject);
    match kind {
        Kind::Regimen => format!("{of}/regimen"),
        Kind::Anchor | Kind::Visit | Kind::Infusion | Kind::End | Kind::FirstDay | Kind::Withdraw => {
            format!("{of}/plan/{}", kind.code())
        }
    }
}

/// Everything that was typed, in hidden fields.
pub(super) fn hidden(form: &Form) -> Markup {
    html! {
        @for (name, value) in form.fields().filter(|(name, _)| !MADE_ANEW.contains(name)) {
            input type="hidden" name=(name) value=(value);
        }
    }
}

/// The form of a kind.
pub(in crate::pages) fn form_of(
    pages: &PagesState,
    state: &PlanState,
    lang: Lang,
    (kind, typed): (Kind, &Form),
) -> Markup {
    let id = kind.code();
    let needed = match kind {
        Kind::End | Kind::FirstDay | Kind::Withdraw => true,
        Kind::Anchor | Kind::Visit | Kind::Infusion | Kind::Regimen => typed.has("corrects"),
    };
    html! {
        form method="post" action=(action(state, kind)) class="card" {
            (mark(pages))
            input type="hidden" name="seen" value=(state.seen());
            @if typed.has("corrects") { input type="hidden" name="corrects" value=(typed.text("corrects")); }
            @match kind {
                Kind::Anchor => { (anchor(state, lang, typed)) }
                Kind::Visit => { (visit(state, lang, typed)) }
                Kind::Infusion => { (infusion(state, lang, typed)) }
                Kind::End => { (end(lang, typed)) }
                Kind::FirstDay => { (date(id, say::first_day(lang), typed)) }
                Kind::Withdraw | Kind::Regimen => {}
            }
            label for={ (id) "-reason" } { (reason(lang, kind, needed)) }
            input id={ (id) "-reason" } name="reason" maxlength="256" required[needed] value=(typed.text("reason"));
            button class="main" { (button(lang, kind)) }
        }
    }
}

fn reason(lang: Lang, kind: Kind, needed: bool) -> &'static str {
    match (kind, needed) {
        (_, true) => say::reason(lang),
        (Kind::Anchor, false) => say::reason_to_move(lang),
        (_, false) => say::reason_if_any(lang),
    }
}

fn button(lang: Lang, kind: Kind) -> &'static str {
    match kind {
        Kind::Withdraw => say::withdraw(lang),
        Kind::Anchor | Kind::Visit | Kind::Infusion | Kind::End | Kind::FirstDay | Kind::Regimen => {
            say::record(lang)
        }
    }
}

fn date(id: &str, words: &str, typed: &Form) -> Markup {
    html! {
        label for={ (id) "-date" } { (words) }
        input id={ (id) "-date" } name="date" type="date" required value=(typed.text("date"));
    }
}

fn anchor(state: &PlanState, lang: Lang, typed: &Form) -> Markup {
    html! {
        label for="anchor-anchor" { (say::anchor(lang)) }
        select id="anchor-anchor" name="anchor" {
            @for one in state.setting.study.anchors() {
                option value=(one.id) selected[one.id.as_str() == typed.text("anchor")] { (one.title.get(lang)) }
            }
        }
        label for="anchor-date" { (say::date(lang)) }
        input id="anchor-date" name="date" type="date" value=(typed.text("date"));
        label class="choice" {
            input type="checkbox" name="none" value="yes" checked[typed.has("none")]; " " (say::take_away(lang))
        }
    }
}

fn visit(state: &PlanState, lang: Lang, typed: &Form) -> Markup {
    let kinds = state.setting.study.visit_kinds();
    let default = kinds.iter().find(|kind| kind.planned).map_or("scheduled", |kind| kind.code.as_str());
    let chosen = if typed.has("visit") { typed.text("visit") } else { default };
    html! {
        label for="visit-visit" { (say::visit(lang)) }
        @if kinds.is_empty() {
            input id="visit-visit" name="visit" required maxlength="64" value=(chosen);
        } @else {
            select id="visit-visit" name="visit" {
                @for kind in kinds {
                    option value=(kind.code) selected[kind.code.as_str() == chosen] { (kind.title.get(lang)) }
                }
            }
        }
        (date("visit", say::date(lang), typed))
        p class="hint" { (say::visit_help(lang)) }
    }
}

fn infusion(state: &PlanState, lang: Lang, typed: &Form) -> Markup {
    let study = &state.setting.study;
    let cycles = study.anchors().iter().filter(|anchor| !anchor.infusion_days.is_empty());
    let units: Vec<&str> = study
        .study_drug()
        .map_or_else(Vec::new, |drug| drug.units.iter().map(|unit| unit.shown(lang)).collect());
    let start = MomentField { name: "start", words: say::start(lang), required: true };
    let stop = MomentField { name: "stop", words: say::stop(lang), required: false };
    html! {
        label for="infusion-cycle" { (say::cycle(lang)) }
        select id="infusion-cycle" name="cycle" {
            @for one in cycles {
                option value=(one.id) selected[one.id.as_str() == typed.text("cycle")] { (one.title.get(lang)) }
            }
        }
        label for="infusion-day" { (say::cycle_day(lang)) }
        input id="infusion-day" name="day" inputmode="numeric" required maxlength="4" value=(typed.text("day"));
        label for="infusion-dose" { (say::dose(lang)) }
        input id="infusion-dose" name="dose" required maxlength="64" value=(typed.text("dose"))
            aria-describedby="infusion-dose-help";
        p id="infusion-dose-help" class="hint" { (say::dose_help(lang, units.join(", "))) }
        (moment::fields(state.zone, lang, start, typed))
        (moment::fields(state.zone, lang, stop, typed))
        p class="hint" { (say::stop_help(lang)) }
        (interruptions::fields(state.zone, lang, typed))
        p class="hint" { (say::zone(lang, state.zone.to_string())) }
    }
}

fn end(lang: Lang, typed: &Form) -> Markup {
    html! {
        label for="end-how" { (say::how(lang)) }
        select id="end-how" name="how" {
            @for how in EndOfParticipation::ALL {
                option value=(how.code()) selected[how.code() == typed.text("how")] { (end_of_participation(how, lang)) }
            }
        }
        (date("end", say::last_day(lang), typed))
    }
}

/// The form that corrects an act, filled with what the act says; none for an act that has no form here.
pub(in crate::pages) fn of_act(
    state: &PlanState,
    content: &ActContent,
) -> Option<(Kind, Vec<(String, String)>)> {
    Kind::HERE.into_iter().find_map(|kind| Some((kind, filled(kind, state.zone, content)?)))
}

/// The fields of the form of a kind with what an act of this kind says.
fn filled(kind: Kind, zone: Zone, content: &ActContent) -> Option<Vec<(String, String)>> {
    let field = |name: &str, value: String| (name.to_owned(), value);
    Some(match (kind, content) {
        (Kind::Anchor, ActContent::Anchor { anchor, date }) => {
            let date =
                date.map_or_else(|| field("none", "yes".to_owned()), |date| field("date", date.to_string()));
            vec![field("anchor", anchor.to_string()), date]
        }
        (Kind::Visit, ActContent::Visit { date, kind, .. }) => {
            vec![field("date", date.to_string()), field("visit", kind.clone())]
        }
        (Kind::Infusion, ActContent::Infusion { start, stop, dose, cycle, day, interruptions }) => {
            let mut fields = vec![
                field("cycle", cycle.to_string()),
                field("day", day.to_string()),
                field("dose", format!("{} {}", dose.value, dose.unit.shown(Lang::EN))),
            ];
            fields.extend(moment::values(zone, "start", *start));
            fields.extend(stop.iter().flat_map(|stop| moment::values(zone, "stop", *stop)));
            fields.extend(interruptions::values(zone, interruptions));
            fields
        }
        (Kind::End, ActContent::EndOfParticipation { how, last }) => {
            vec![field("how", how.code().to_owned()), field("date", last.to_string())]
        }
        (Kind::FirstDay, ActContent::FirstDay { date }) => vec![field("date", date.to_string())],
        (Kind::Anchor | Kind::Visit | Kind::Infusion | Kind::End | Kind::FirstDay, _)
        | (Kind::Withdraw | Kind::Regimen, _) => return None,
    })
}
