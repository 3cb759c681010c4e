//! Interruptions in the form of an infusion: one group of fields each, and an empty one for a further one.

use diary_core::act::{AfterPause, INTERRUPTIONS_MAX, Interruption};
use diary_core::readers::{self, Here};
use diary_core::text::Lang;
use diary_core::time::Zone;
use maud::{Markup, html};

use super::moment::{self, MomentField};
use super::trouble::Trouble;
use crate::messages::plan as say;
use crate::pages::form::Form;

/// Parts of the names of the fields of one interruption, beside its two times.
const PARTS: [&str; 3] = ["ended", "given", "reason"];

fn name(n: usize, part: &str) -> String {
    format!("pause{n}-{part}")
}

fn names(n: usize) -> [String; 2] {
    [format!("pause{n}"), format!("resume{n}")]
}

/// True if anything of an interruption was typed.
fn is_typed(form: &Form, n: usize) -> bool {
    names(n).iter().any(|name| moment::is_typed(form, name))
        || PARTS.into_iter().any(|part| form.has(&name(n, part)))
}

/// Numbers of the interruptions that were typed.
fn typed(form: &Form) -> Vec<usize> {
    (1..=INTERRUPTIONS_MAX).filter(|n| is_typed(form, *n)).collect()
}

/// The fields of each interruption, and those of a further one.
pub(super) fn fields(zone: Zone, lang: Lang, form: &Form) -> Markup {
    let typed = typed(form);
    let next = typed.last().map_or(1, |last| last + 1);
    html! {
        @for n in &typed {
            fieldset class="card" { legend { (say::interruption(lang)) } (group(zone, lang, *n, form)) }
        }
        @if next <= INTERRUPTIONS_MAX {
            details {
                summary {
                    (if typed.is_empty() { say::add_interruption(lang) } else { say::further_interruption(lang) })
                }
                (group(zone, lang, next, form))
            }
        }
    }
}

fn group(zone: Zone, lang: Lang, n: usize, form: &Form) -> Markup {
    let [paused, resumed] = names(n);
    let [ended, given, reason] = PARTS.map(|part| name(n, part));
    let field = |name, words| MomentField { name, words, required: false };
    html! {
        (moment::fields(zone, lang, field(&paused, say::paused(lang)), form))
        (moment::fields(zone, lang, field(&resumed, say::resumed(lang)), form))
        label class="choice" {
            input type="checkbox" name=(ended) value="yes" checked[form.has(&ended)]; " " (say::ended_early(lang))
        }
        label for=(given) { (say::given(lang)) }
        input id=(given) name=(given) maxlength="64" value=(form.text(&given));
        label for=(reason) { (say::interruption_reason(lang)) }
        input id=(reason) name=(reason) maxlength="256" value=(form.text(&reason));
    }
}

/// Reads every interruption that was typed.
pub(super) fn read(lang: Lang, form: &Form, here: Here) -> Result<Vec<Interruption>, Trouble> {
    let one = |n: usize| {
        let [paused, resumed] = names(n);
        let [ended, given, reason] = PARTS.map(|part| name(n, part));
        let then = match (moment::is_typed(form, &resumed), form.has(&ended)) {
            (true, true) => return Err(Trouble::Field(say::resumed_or_ended(lang).to_owned())),
            (true, false) => AfterPause::Resumed(moment::read(lang, form, &resumed, here)?),
            (false, true) => AfterPause::Ended,
            (false, false) => AfterPause::Paused,
        };
        if !form.has(&reason) {
            return Err(Trouble::Field(say::interruption_reason_needed(lang).to_owned()));
        }
        let given = form.has(&given).then(|| readers::amount(form.text(&given))).transpose();
        Ok(Interruption {
            paused: moment::read(lang, form, &paused, here)?,
            then,
            reason: form.text(&reason).to_owned(),
            given: given.map_err(|error| Trouble::Field(error.message(lang)))?,
        })
    };
    typed(form).into_iter().map(one).collect()
}

/// Values of the fields for recorded interruptions.
pub(super) fn values(zone: Zone, all: &[Interruption]) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for (n, one) in (1..).zip(all) {
        let [paused, resumed] = names(n);
        fields.extend(moment::values(zone, &paused, one.paused));
        fields.extend(one.then.resumed().map(|at| moment::values(zone, &resumed, at)).unwrap_or_default());
        if one.then == AfterPause::Ended {
            fields.push((name(n, "ended"), "yes".to_owned()));
        }
        if let Some(given) = &one.given {
            fields.push((name(n, "given"), format!("{} {}", given.value, given.unit.shown(Lang::EN))));
        }
        fields.push((name(n, "reason"), one.reason.clone()));
    }
    fields
}
