//! The report of one participant as a PDF to print and to archive: PDF/A-3a and PDF/UA-1 in one, set by typst in
//! fonts of the crate. Pure: no clock, no network, no files; the same report gives the same bytes.

mod document;
mod fonts;
mod messages;
mod text;
mod world;

use chrono::{Datelike, Timelike};
use diary_core::text::Lang;
use diary_core::time::UtcMillis;
use diary_report::report::Report;
use diary_report::report::sheet::Sheet;
use typst::comemo;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use document::Document;
use world::ReportWorld;

/// Most days side by side: four weeks, whose cells then take a time of day.
const TABLE_DAYS: usize = 28;

/// A report as PDF.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// Number of its pages.
    pub pages: usize,
}

/// The report could not be set; the texts of the typesetter say why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the report could not be set: {0}")]
pub struct PrintError(String);

/// The report in `lang` as PDF. Takes tens of milliseconds for four weeks, and some seconds at its bounds: a server
/// does it outside the threads that answer.
///
/// # Errors
/// [`PrintError`] if the typesetter refuses it; no text of a person makes it do so.
pub fn pdf(report: &Report, lang: Lang) -> Result<Pdf, PrintError> {
    let options = options(report)?;
    let made = typeset(&Sheet::new(report, lang, TABLE_DAYS)).and_then(|document| {
        let bytes = typst_pdf::pdf(&document, &options).map_err(|errors| refusal(&errors))?;
        Ok(Pdf { bytes, pages: document.pages().len() })
    });
    // What the typesetter remembers is a diary.
    comemo::evict(0);
    made
}

fn typeset(sheet: &Sheet) -> Result<PagedDocument, PrintError> {
    let json = serde_json::to_vec(&Document::new(sheet)).map_err(|error| PrintError(error.to_string()))?;
    let world = ReportWorld::new(json);
    typst::compile::<PagedDocument>(&world).output.map_err(|errors| refusal(&errors))
}

fn options(report: &Report) -> Result<PdfOptions, PrintError> {
    let standards = PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1])
        .map_err(|error| PrintError(error.message().to_string()))?;
    Ok(PdfOptions {
        ident: Smart::Custom(format!("{} {} {}", report.study, report.participant, report.generated.0)),
        creator: Smart::Custom(Some(concat!("diary ", env!("CARGO_PKG_VERSION")).into())),
        timestamp: timestamp(report.generated),
        standards,
        ..PdfOptions::default()
    })
}

/// The time of the report, which is the document's.
fn timestamp(at: UtcMillis) -> Option<Timestamp> {
    let at = at.to_chrono();
    let small = |n: u32| u8::try_from(n).ok();
    let (month, day) = (small(at.month())?, small(at.day())?);
    let (hour, minute, second) = (small(at.hour())?, small(at.minute())?, small(at.second())?);
    Datetime::from_ymd_hms(at.year(), month, day, hour, minute, second).map(Timestamp::new_utc)
}

fn refusal(errors: &[SourceDiagnostic]) -> PrintError {
    let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    PrintError(messages.join("; "))
}

// Where the shared tests find it.
#[cfg(test)]
use diary_report::report;
#[cfg(test)]
mod tests;
