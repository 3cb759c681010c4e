//! Tables of what people type, each line with its literal value, and of what is refused, with what is said.

mod amounts;
mod dates;
mod moments;

use super::*;
use crate::text::Lang;

/// Every refusal speaks both languages, says what to write, and keeps what was typed out of logs.
#[track_caller]
fn says(error: ReadError, en: &str, zh: &str) {
    assert_eq!((error.message(Lang::En).as_str(), error.message(Lang::ZhCn).as_str()), (en, zh));
    assert_eq!(format!("{error:?}"), format!("ReadError({})", error.code()));
}
