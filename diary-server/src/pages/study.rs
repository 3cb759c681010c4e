//! Study and site: what is in force, its versions and files with their hashes, keys, and phones that lack something.

use axum::response::{IntoResponse, Response};
use diary_core::hash::sha256;
use diary_core::keys::{ServerRole, SiteKeyStatus};
use diary_core::study::StudyPackage;
use diary_core::text::{Lang, shown};
use diary_core::time::Zone;
use maud::{Markup, html};

use super::access::Action;
use super::address;
use super::context::PageContext;
use super::layout::{Notice, failure, local_time, notice, page};
use crate::messages::{common, keys as key_words, page as frame, study_page as say};
use crate::site::views::worklist::PhoneBehind;
use crate::site::{ActiveStudy, KeysView, LastDrill, Overview, StaffError};

struct Sheet {
    setting: ActiveStudy,
    keys: KeysView,
    overview: Overview,
    behind: Vec<PhoneBehind>,
    zone: Zone,
}

/// Most phones that are named.
const NAMED: usize = 100;

/// What is in force for the sites of the viewer. Nothing is read of participants of other sites.
async fn read(ctx: &PageContext) -> Result<Sheet, StaffError> {
    let site = ctx.site();
    let setting = site.setting().await?;
    let sites = ctx.viewer.sites(Action::SeeStudy);
    let mut keys = site.keys().view().await?;
    keys.generations.retain(|key| sites.contains(&key.site));
    keys.recovery.retain(|key| sites.contains(&key.site));
    let seen = ctx.viewer.sites(Action::SeeParticipants);
    let overview = site.views().overview_without_participants(Some(&seen)).await?;
    let behind = site.views().phones_behind(&seen).await?;
    let zone = super::zone(ctx, Action::SeeStudy, &setting);
    Ok(Sheet { setting, keys, overview, behind, zone })
}

pub(super) async fn show(ctx: PageContext) -> Response {
    let lang = ctx.viewer.lang;
    let Sheet { setting, keys, overview, behind, zone } = match read(&ctx).await {
        Ok(sheet) => sheet,
        Err(error) => return failure(lang, &error),
    };
    let content = html! {
        h1 { (say::title(lang)) }
        (notices(lang, &overview, zone))
        p class="hint" { (frame::times_of(lang, zone.to_string())) }
        (in_force(lang, &setting))
        (versions(lang, &setting))
        (files(lang, &setting))
        @if ctx.viewer.may(Action::SeeParticipants) { (phones(lang, overview.study_version, &behind)) }
        (key_list(lang, &keys, zone))
    };
    page(&ctx.viewer, "/study", say::title(lang), content).into_response()
}

fn notices(lang: Lang, overview: &Overview, zone: Zone) -> Markup {
    html! {
        @if overview.server_clock.is_some() { (notice(Notice::Refused, say::clock(lang))) }
        @if overview.study_missing { (notice(Notice::Refused, &say::file_missing(lang, overview.study_version))) }
        @if overview.bundle_expired {
            section class="notice look" { p { (say::expired(lang)) " " (local_time(lang, zone, overview.bundle_expires)) } }
        }
        @if let Some(put_back) = &overview.put_back {
            section class="notice look" { p { (say::put_back(lang)) " " (local_time(lang, zone, put_back.at)) } }
        }
        @if !overview.lost_keepers.is_empty() { (notice(Notice::Look, say::lost_keeper(lang))) }
        @if overview.not_handed_over > 0 { (notice(Notice::Look, &say::not_handed_over(lang, overview.not_handed_over))) }
    }
}

fn in_force(lang: Lang, setting: &ActiveStudy) -> Markup {
    let study = &setting.study;
    html! {
        section {
            h2 { (say::in_force(lang)) }
            dl {
                dt { (say::study(lang)) } dd { bdi { (study.id()) } " " bdi { (shown(study.title(lang))) } }
                dt { (say::version(lang)) } dd { (study.version()) }
                dt { (say::languages(lang)) } dd { @for one in study.languages() { (one.tag()) " " } }
                dt { (say::sites(lang)) }
                dd { @for site in study.sites() { div { bdi { (shown(site.title.get(lang))) } " (" (site.id) ", " (site.zone) ")" } } }
            }
        }
    }
}

fn versions(lang: Lang, setting: &ActiveStudy) -> Markup {
    html! {
        section {
            h2 { (say::versions(lang)) }
            table class="stack" {
                thead { tr { th scope="col" { (say::version(lang)) } th scope="col" { (say::hash(lang)) } th scope="col" { (say::at_hand(lang)) } } }
                tbody {
                    @for version in setting.bundle.studies.iter().rev() {
                        tr {
                            th scope="row" { (version.version) }
                            td class="long" data-label=(say::hash(lang)) { code { (version.hash) } }
                            td data-label=(say::at_hand(lang)) {
                                @if setting.file(version.hash).is_some() { (say::yes(lang)) } @else { (say::no(lang)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Files of the version in force.
fn files(lang: Lang, setting: &ActiveStudy) -> Markup {
    let package = setting.file(setting.study.hash()).and_then(|file| StudyPackage::decode(&file.bytes).ok());
    html! {
        @if let Some(package) = package {
            section {
                h2 { (say::files(lang)) }
                table class="stack" {
                    thead { tr { th scope="col" { (say::file(lang)) } th scope="col" { (say::hash(lang)) } } }
                    tbody {
                        @for name in package.names() {
                            tr {
                                th scope="row" { bdi { (shown(name)) } }
                                td class="long" data-label=(say::hash(lang)) { code { (sha256(package.file(name).unwrap_or_default())) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Phones that have not reported the version in force.
fn phones(lang: Lang, newest: u32, behind: &[PhoneBehind]) -> Markup {
    html! {
        section {
            h2 { (say::phones(lang)) }
            @if behind.is_empty() { p { (say::all_fetched(lang, newest)) } }
            @else {
                p { (say::not_fetched(lang, newest)) }
                ul {
                    @for phone in behind.iter().take(NAMED) {
                        li {
                            a href={ (address::participant(&phone.subject)) "/phones" } { bdi { (phone.subject) } } ": "
                            @match phone.version {
                                Some(version) => (say::phone_has(lang, phone.number, version)),
                                None => (say::phone_silent(lang, phone.number)),
                            }
                        }
                    }
                    @if behind.len() > NAMED { li { (common::and_more(lang, behind.len() - NAMED)) } }
                }
            }
        }
    }
}

fn status(lang: Lang, status: SiteKeyStatus) -> &'static str {
    match status {
        SiteKeyStatus::Pending => key_words::pending(lang),
        SiteKeyStatus::Active => key_words::active(lang),
        SiteKeyStatus::Expired => key_words::expired(lang),
    }
}

fn key_list(lang: Lang, keys: &KeysView, zone: Zone) -> Markup {
    let drill = |last: Option<LastDrill>| match last {
        None => html! { (say::drill_never(lang)) },
        Some(LastDrill { at, whole: true }) => {
            html! { (say::drill_whole(lang)) " " (local_time(lang, zone, at)) }
        }
        Some(LastDrill { at, whole: false }) => {
            html! { (say::drill_not_whole(lang)) " " (local_time(lang, zone, at)) }
        }
    };
    html! {
        section {
            h2 { (say::keys(lang)) }
            dl {
                dt { (say::root(lang)) } dd { code { (keys.root_fingerprint) } }
                dt { (say::good_until(lang)) } dd { (local_time(lang, zone, keys.expires)) }
                @for one in &keys.recovery {
                    dt { (say::recovery(lang)) " " (one.site) } dd { (drill(one.last_drill)) }
                }
            }
            table class="stack" {
                thead { tr { th scope="col" { (say::key(lang)) } th scope="col" { (say::key_state(lang)) } th scope="col" { (say::id(lang)) } } }
                tbody {
                    @for one in &keys.generations {
                        tr {
                            th scope="row" { (key_words::of_site(lang, one.site.to_string(), key_words::site_sealing(lang, one.generation))) }
                            td data-label=(say::key_state(lang)) {
                                (status(lang, one.status)) @if !one.held { " – " (key_words::not_on_this_server(lang)) }
                            }
                            td class="long" data-label=(say::id(lang)) { code { (one.key) } }
                        }
                    }
                    @for one in &keys.servers {
                        tr {
                            th scope="row" {
                                @match one.role {
                                    ServerRole::Keeper => (key_words::keeper_signing(lang)),
                                    ServerRole::Relay => (key_words::relay_signing(lang)),
                                }
                            }
                            td data-label=(say::key_state(lang)) {
                                @match one.retired {
                                    Some(at) => { (say::retired(lang)) " " (local_time(lang, zone, at)) }
                                    None => { (key_words::active(lang)) }
                                }
                                @if one.own { " – " (key_words::this_server(lang)) }
                            }
                            td class="long" data-label=(say::id(lang)) { code { (one.key) } }
                        }
                    }
                }
            }
        }
    }
}
