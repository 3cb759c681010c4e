//! The words of `diary join`.

use diary_core::keys::LinkError;
use diary_core::text::Lang;

use crate::messages::join as say;
pub(crate) use crate::messages::join::{
    asking_server, begin_now, device_confirmed, device_pending, joined, link_as_argument, link_prompt,
    read_digits,
};

/// Explains why a link is refused and what to do.
pub(crate) fn link_refused(error: LinkError, lang: Lang) -> &'static str {
    match error {
        LinkError::NotALink => say::no_link(lang),
        LinkError::PlainHttp => say::link_http(lang),
        LinkError::Version => say::link_version(lang),
        LinkError::Pieces { .. } | LinkError::Secret => say::link_cut_off(lang),
        LinkError::Host
        | LinkError::ApiHost
        | LinkError::Fingerprint
        | LinkError::Vault
        | LinkError::Enrolment => say::link_unreadable(lang),
    }
}
