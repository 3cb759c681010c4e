//! The report as PDF, set outside the threads that answer.

use diary_core::text::Lang;
use diary_report::report::Report;
use tokio::sync::Semaphore;

use crate::site::StaffError;

/// Reports set at the same time, so that readers do not take the processors from what phones send.
const AT_ONCE: usize = 2;

static TURN: Semaphore = Semaphore::const_new(AT_ONCE);

/// The report in `lang` as PDF; it waits for its turn.
///
/// # Errors
/// [`StaffError::NotPrinted`].
pub async fn pdf(report: Report, lang: Lang) -> Result<Vec<u8>, StaffError> {
    let turn = TURN.acquire().await;
    let set = move || {
        // The turn ends with the work, also where the reader has gone.
        let _turn = turn;
        diary_print::pdf(&report, lang)
    };
    let made = tokio::task::spawn_blocking(set).await;
    match made {
        Ok(Ok(pdf)) => Ok(pdf.bytes),
        Ok(Err(error)) => Err(not_printed(&error)),
        Err(error) => Err(not_printed(&error)),
    }
}

/// The cause is the typesetter's, for the log.
fn not_printed(error: &dyn std::error::Error) -> StaffError {
    tracing::error!(%error, "a report could not be set as PDF");
    StaffError::NotPrinted
}
