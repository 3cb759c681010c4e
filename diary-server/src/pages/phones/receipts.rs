//! What each phone in use has received: versions of the study, and acts of staff.

use diary_core::ids::ActId;
use diary_core::text::Lang;
use diary_core::time::Zone;
use maud::{Markup, html};

use crate::messages::enrol_page as say;
use crate::pages::layout::local_time;
use crate::site::devices::receipts::PhoneReceipts;

/// Versions of the study and last contact of each phone.
pub(in crate::pages) fn table(lang: Lang, phones: &[PhoneReceipts], (zone, newest): (Zone, u32)) -> Markup {
    html! {
        @if !phones.is_empty() {
            section {
                h2 { (say::sent_title(lang)) }
                table class="stack" {
                    thead {
                        tr {
                            th scope="col" { (say::number(lang)) }
                            th scope="col" { (say::last_contact(lang)) }
                            th scope="col" { (say::study_versions(lang)) }
                            th scope="col" { (say::last_act(lang)) }
                        }
                    }
                    tbody {
                        @for phone in phones {
                            tr {
                                th scope="row" { @match phone.number { Some(n) => (n), None => (say::unnumbered(lang)) } }
                                td data-label=(say::last_contact(lang)) {
                                    @match phone.last_contact { Some(at) => (local_time(lang, zone, at)), None => (say::never(lang)) }
                                }
                                td data-label=(say::study_versions(lang)) { (studies(lang, phone, (zone, newest))) }
                                td data-label=(say::last_act(lang)) {
                                    @match phone.acts.values().max() { Some(at) => (local_time(lang, zone, *at)), None => (say::never(lang)) }
                                }
                            }
                        }
                    }
                }
                p class="hint" { (say::sent_help(lang)) }
            }
        }
    }
}

fn studies(lang: Lang, phone: &PhoneReceipts, (zone, newest): (Zone, u32)) -> Markup {
    html! {
        @for (version, at) in phone.studies.iter().rev().take(3) {
            div { (version) ", " (say::in_force_since(lang)) " " (local_time(lang, zone, *at)) }
        }
        @if !phone.studies.contains_key(&newest) { div { b { (say::version_missing(lang, newest)) } } }
    }
}

/// Time at which each phone received an act, or that it has not.
pub(in crate::pages) fn of_act(lang: Lang, phones: &[PhoneReceipts], (act, zone): (ActId, Zone)) -> Markup {
    html! {
        @for phone in phones {
            div {
                @match phone.number { Some(n) => (say::phone_number(lang, n)), None => (say::unnumbered(lang)) } ": "
                @match phone.acts.get(&act) { Some(at) => (local_time(lang, zone, *at)), None => (say::not_received(lang)) }
            }
        }
    }
}
