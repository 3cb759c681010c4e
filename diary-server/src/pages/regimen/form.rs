//! The form that changes the regimen: its lines as they are, each with what can be changed, and new ones.

use diary_core::act::RegimenLine;
use diary_core::entry::Route;
use diary_core::study::regimen::Line;
use diary_core::text::{Lang, shown};
use maud::{Markup, html};

use super::base::Base;
use super::input::{NEW, name, shown_on, step_names, typed};
use super::values::{Values, line_name, of_begun, values};
use crate::messages::regimen_page as say;
use crate::pages::PagesState;
use crate::pages::address;
use crate::pages::form::Form;
use crate::pages::once::mark;
use crate::pages::plan::state::PlanState;
use crate::words::regimen::{name as name_of, weekday};

/// The form, with what was typed.
pub(in crate::pages) fn form(pages: &PagesState, state: &PlanState, lang: Lang, form: &Form) -> Markup {
    let on = shown_on(state, form);
    // Where the act cannot be corrected any more, the refusal is above the form.
    let Ok(base) = Base::of(state, form) else { return Markup::default() };
    let lines: Vec<(&Line, Values)> = base
        .regimen
        .on(on)
        .filter(|(_, of)| state.may_show_line(of))
        .map(|(line, of)| {
            let there = form.has(&format!("{}-amount", name(line)));
            (line, if there { typed(form, &name(line)) } else { values(lang, line, of) })
        })
        .collect();
    let from = if form.has("from") { form.text("from").to_owned() } else { state.today.to_string() };
    html! {
        form method="post" action={ (address::participant(&state.participant.subject)) "/regimen" } {
            (mark(pages))
            input type="hidden" name="seen" value=(state.seen());
            input type="hidden" name="on" value=(on);
            @if form.has("corrects") { input type="hidden" name="corrects" value=(form.text("corrects")); }
            div class="card" {
                label for="from" { (say::from(lang)) }
                input id="from" name="from" type="date" required value=(from);
                label for="regimen-reason" { (say::reason(lang)) }
                input id="regimen-reason" name="reason" maxlength="256" required[form.has("corrects")] value=(form.text("reason"));
                p class="hint" { (if form.has("corrects") { say::correct_help(lang) } else { say::help(lang) }) }
            }
            @for (line, values) in &lines {
                @let prefix = name(line);
                fieldset class="card" {
                    legend {
                        bdi { (shown(name_of(&state.setting.study, lang, line))) }
                        " " (say::line_number(lang, line.number))
                    }
                    label class="choice" {
                        input type="checkbox" name={ (prefix) "-end" } value="yes" checked[form.has(&format!("{prefix}-end"))];
                        " " (say::end_line(lang))
                    }
                    (fields(state, lang, (&prefix, values)))
                    (steps(lang, &prefix, form))
                }
            }
            @for (number, line) in base.begun.iter().filter(|(_, line)| state.may_show_medication(&line.medication)) {
                (begun_line(state, lang, (*number, line), form))
            }
            @for (n, prefix) in NEW.into_iter().enumerate() {
                (new_line(state, lang, (prefix, n), form))
            }
            div class="card" {
                label class="choice" {
                    input type="checkbox" name="nothing" value="yes" checked[form.has("nothing")]; " " (say::nothing_at_all(lang))
                }
                button class="main" { (say::set(lang)) }
            }
        }
    }
}

/// A line that the corrected act began.
fn begun_line(state: &PlanState, lang: Lang, (number, line): (u16, &RegimenLine), form: &Form) -> Markup {
    let prefix = line_name(number);
    let there = form.has(&format!("{prefix}-amount"));
    let values = if there { typed(form, &prefix) } else { of_begun(lang, line) };
    let (end, first) = (format!("{prefix}-end"), format!("{prefix}-first"));
    html! {
        fieldset class="card" {
            legend { bdi { (shown(&line.medication.name)) } " " (say::line_number(lang, number)) }
            label class="choice" {
                input type="checkbox" name=(end) value="yes" checked[form.has(&end)]; " " (say::leave_out(lang))
            }
            (fields(state, lang, (&prefix, &values)))
            label for=(first) { (say::first(lang)) }
            input id=(first) name=(first) type="date" value=(form.text(&first));
            (steps(lang, &prefix, form))
        }
    }
}

fn new_line(state: &PlanState, lang: Lang, (prefix, n): (&str, usize), form: &Form) -> Markup {
    let (medication, first) = (format!("{prefix}-medication"), format!("{prefix}-first"));
    let values = typed(form, prefix);
    let open = form.has(&medication) || form.has(&format!("{prefix}-amount"));
    html! {
        details class="card" open[open] {
            summary { (say::new_line(lang, n + 1)) }
            label for=(medication) { (say::medication(lang)) }
            select id=(medication) name=(medication) {
                option value="" { (say::choose(lang)) }
                @for one in state.setting.study.medications() {
                    option value=(one.code) selected[one.code.as_str() == form.text(&medication)] { (one.name.get(lang)) }
                }
            }
            (fields(state, lang, (prefix, &values)))
            label for=(first) { (say::first(lang)) }
            input id=(first) name=(first) type="date" value=(form.text(&first));
            (steps(lang, prefix, form))
        }
    }
}

fn fields(state: &PlanState, lang: Lang, (prefix, values): (&str, &Values)) -> Markup {
    let value = |field: &str| values.get(field).map_or("", String::as_str);
    let id = |field: &str| format!("{prefix}-{field}");
    let input = |field: &'static str, words: &'static str, kind: &'static str| {
        html! {
            div {
                label for=(id(field)) { (words) }
                input id=(id(field)) name=(id(field)) type=(kind) maxlength="256" value=(value(field));
            }
        }
    };
    let chosen: Vec<&str> = value("days").split_whitespace().collect();
    html! {
        div class="fields" {
            (input("amount", say::amount(lang), "text"))
            (input("times", say::times(lang), "text"))
            div {
                label for=(id("form")) { (say::form(lang)) }
                select id=(id("form")) name=(id("form")) {
                    @for one in state.setting.study.forms() {
                        option value=(one.code) selected[one.code == value("form")] { (one.name.get(lang)) }
                    }
                }
            }
            div {
                label for=(id("route")) { (say::route(lang)) }
                select id=(id("route")) name=(id("route")) {
                    @for one in Route::ALL {
                        option value=(one.code()) selected[one.code() == value("route")] { (one.shown(lang)) }
                    }
                }
            }
            (input("last", say::last(lang), "date"))
        }
        details open[!chosen.is_empty() || !value("needed").is_empty() || !["", "1"].contains(&value("every"))] {
            summary { (say::other_days(lang)) }
            (input("every", say::every(lang), "text"))
            fieldset {
                legend { (say::weekdays(lang)) }
                @for number in 1..=7_u8 {
                    @if let Ok(one) = chrono::Weekday::try_from(number - 1) {
                        label class="choice inline" {
                            input type="checkbox" name=(id("days")) value=(number) checked[chosen.contains(&number.to_string().as_str())];
                            " " (weekday(lang, one))
                        }
                    }
                }
            }
            label class="choice" {
                input type="checkbox" name=(id("needed")) value="yes" checked[!value("needed").is_empty()]; " " (say::as_needed(lang))
            }
            (input("most", say::most(lang), "text"))
            (input("apart", say::apart(lang), "text"))
        }
    }
}

fn steps(lang: Lang, prefix: &str, form: &Form) -> Markup {
    let names = step_names(form, prefix);
    let open = names.iter().flatten().any(|name| form.has(name));
    html! {
        details open[open] {
            summary { (say::steps(lang)) }
            @for [date, amount] in &names {
                div class="fields" {
                    div {
                        label for=(date) { (say::step_from(lang)) }
                        input id=(date) name=(date) type="date" value=(form.text(date));
                    }
                    div {
                        label for=(amount) { (say::step_amount(lang)) }
                        input id=(amount) name=(amount) maxlength="64" value=(form.text(amount));
                    }
                }
            }
        }
    }
}
