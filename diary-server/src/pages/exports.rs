//! Exports: tables of the diaries of some sites as one archive to download.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use diary_core::ids::SiteId;
use diary_core::text::shown;
use maud::html;
use tokio::io::{AsyncRead, ReadBuf};
use tokio_util::io::ReaderStream;

use super::access::Action;
use super::context::PageContext;
use super::form::Form;
use super::layout::{Notice, failure, notice, page};
use crate::messages::exports_page as say;
use crate::site::exports::Archive;
use crate::site::{ParticipantSelection, StaffError, Wanted};

/// Most bytes of the tables of an export, before they are packed.
const MOST_BYTES: u64 = 2 * 1024 * 1024 * 1024;

pub(super) async fn show(ctx: PageContext) -> Response {
    sheet(&ctx, &Form::default(), None)
}

fn sheet(ctx: &PageContext, typed: &Form, refused: Option<&str>) -> Response {
    let lang = ctx.viewer.lang;
    let sites = ctx.viewer.sites(Action::Export);
    let blinded = blinded(ctx);
    let chosen: BTreeSet<&str> = typed.all("site").collect();
    let content = html! {
        h1 { (say::title(lang)) }
        @if let Some(text) = refused { (notice(Notice::Refused, text)) }
        p { (say::intro(lang)) }
        @if !blinded.is_empty() { (notice(Notice::Look, say::blinded(lang))) }
        form method="post" action="/exports" class="card" {
            fieldset {
                legend { (say::sites(lang)) }
                @for site in &sites {
                    label class="choice" {
                        input type="checkbox" name="site" value=(site)
                            checked[chosen.is_empty() || chosen.contains(site.as_str())];
                        " " bdi { (site) } @if blinded.contains(site) { " – " (say::without_drug(lang)) }
                    }
                }
            }
            label for="subject" { (say::participant(lang)) }
            input id="subject" name="subject" value=(typed.text("subject")) maxlength="64" autocomplete="off"
                spellcheck="false" aria-describedby="subject-help";
            p id="subject-help" class="hint" { (say::participant_help(lang)) }
            fieldset {
                legend { (say::form(lang)) }
                label class="choice" {
                    input type="radio" name="form" value="csv" checked[typed.text("form") != "xlsx"];
                    " " (say::form_csv(lang))
                }
                label class="choice" {
                    input type="radio" name="form" value="xlsx" checked[typed.text("form") == "xlsx"];
                    " " (say::form_xlsx(lang))
                }
            }
            button class="main" { (say::make(lang)) }
            p class="hint" { (say::noted(lang)) }
        }
        section { h2 { (say::files_title(lang)) } p { (say::files(lang)) } }
    };
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    (status, page(&ctx.viewer, "/exports", say::title(lang), content)).into_response()
}

/// Sites at which the person may export, and not see doses of the study drug.
fn blinded(ctx: &PageContext) -> BTreeSet<SiteId> {
    let seen = ctx.viewer.sites(Action::SeeStudyDrug);
    ctx.viewer.sites(Action::Export).difference(&seen).cloned().collect()
}

/// Makes an export and sends it.
pub(super) async fn make(ctx: PageContext, form: Form) -> Response {
    let lang = ctx.viewer.lang;
    let asked: BTreeSet<&str> = form.all("site").collect();
    let sites = ctx.viewer.sites(Action::Export).into_iter().filter(|site| asked.contains(site.as_str()));
    let sites: BTreeSet<SiteId> = sites.collect();
    if sites.is_empty() {
        return sheet(&ctx, &form, Some(say::no_site(lang)));
    }
    let typed = form.text("subject");
    let subject = match ctx.site().participants().find_at(typed, &sites).await {
        _ if typed.is_empty() => None,
        Ok(found) => Some(found.subject),
        Err(StaffError::Store(error)) => return failure(lang, &StaffError::Store(error)),
        Err(_) => return sheet(&ctx, &form, Some(&say::no_participant(lang, shown(typed)))),
    };
    let name = file_name(&ctx, &sites);
    let wanted = Wanted {
        spreadsheet: form.text("form") == "xlsx",
        blinded: blinded(&ctx),
        most_bytes: Some(MOST_BYTES),
        ..Wanted::whole(ParticipantSelection::At(sites, subject), lang)
    };
    let _turn = ctx.pages.export_turn().await;
    match ctx.site().exports().archive(&ctx.viewer.account, &wanted).await {
        Ok(archive) => download(&name, archive),
        Err(StaffError::ExportTooLarge) => sheet(&ctx, &form, Some(say::too_large(lang))),
        Err(error) => failure(lang, &error),
    }
}

/// `diaries-beijing-2026-03-02.zip`: study identifiers and the day, and of nothing that a person is called.
fn file_name(ctx: &PageContext, sites: &BTreeSet<SiteId>) -> String {
    let place = match sites.first() {
        Some(site) if sites.len() == 1 => site.as_str(),
        _ => ctx.site().keeper_keys().study.as_str(),
    };
    format!("diaries-{place}-{}.zip", ctx.site().now().to_chrono().format("%Y-%m-%d"))
}

fn download(name: &str, archive: Archive) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_LENGTH, archive.bytes.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, Body::from_stream(ReaderStream::new(FileBody(archive.file)))).into_response()
}

/// A file of the local disk, read piece by piece while it is sent.
struct FileBody(File);

impl AsyncRead for FileBody {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        to: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = self.0.read(to.initialize_unfilled())?;
        to.advance(read);
        Poll::Ready(Ok(()))
    }
}
