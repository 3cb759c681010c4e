//! Addresses with parts that people wrote. Each part is percent-encoded, so that none of its characters ends it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Characters that are encoded: all but those that RFC 3986 calls unreserved.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// One part of a path.
pub(super) fn part(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// The page of a participant.
pub(super) fn participant(subject: &str) -> String {
    format!("/participants/{}", part(subject))
}
