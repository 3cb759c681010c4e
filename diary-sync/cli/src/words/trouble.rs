//! Messages about failures of a contact, of joining, and of files carried by hand: the meaning, and the action to take.

use diary_core::api::{ProblemCode, RefusalCode};
use diary_core::diary::{DiaryError, not_sent_message, sending_message, store_message};
use diary_core::text::Lang;
use diary_sync::join::JoinError;
use diary_sync::take::TakeError;
use diary_sync::transport::TransportError;
use diary_sync::{SyncError, Trouble};

use crate::messages::trouble as say;

/// Message about an obstacle to a contact.
pub(crate) fn message(trouble: &Trouble, lang: Lang) -> String {
    let message = match trouble {
        Trouble::Transport(TransportError::Offline | TransportError::TimedOut) => say::no_connection(lang),
        Trouble::Transport(TransportError::Setup(reason)) => return say::network_setup(lang, reason),
        Trouble::Signature => say::signature(lang),
        Trouble::Transport(TransportError::NotSecure) => say::connection_not_secure(lang),
        Trouble::NotTheServer | Trouble::Transport(TransportError::TooLarge) => {
            say::other_network_answers(lang)
        }
        Trouble::Problem(ProblemCode::UpgradeNeeded) => say::server_newer(lang),
        Trouble::Problem(ProblemCode::AllowanceUsed) => say::allowance_used(lang),
        Trouble::Problem(_)
        | Trouble::Log
        | Trouble::Refused(RefusalCode::Busy | RefusalCode::CertificateNeeded) => say::server_busy(lang),
        Trouble::Refused(_) => say::entry_refused(lang),
        Trouble::BundleConflict => say::keys_differ(lang),
        Trouble::Store(why) => return not_sent_message(*why, lang),
        Trouble::Sealing => say::sealing(lang),
        Trouble::Study | Trouble::NoSiteKey => say::setup_unusable(lang),
    };
    message.to_owned()
}

/// Message about a contact that could not go on.
pub(crate) fn sync(error: &SyncError, lang: Lang) -> String {
    match error {
        SyncError::Diary(DiaryError::Store(error)) => sending_message(error, lang),
        SyncError::Diary(error) => error.message(lang),
        SyncError::Trouble(trouble) => message(trouble, lang),
        SyncError::Seal(_) | SyncError::OwnGrant => message(&Trouble::Sealing, lang),
    }
}

/// Message about joining.
pub(crate) fn join(error: &JoinError, lang: Lang) -> String {
    let message = match error {
        JoinError::Store(error) => return store_message(error, lang),
        JoinError::Trouble(Trouble::Problem(ProblemCode::LinkExpired)) => say::link_expired(lang),
        JoinError::Trouble(Trouble::Problem(ProblemCode::LinkUsed)) => say::link_used(lang),
        JoinError::Trouble(Trouble::Problem(ProblemCode::LinkUnknown)) => say::link_unknown(lang),
        JoinError::Trouble(Trouble::Problem(ProblemCode::JoinRefused)) => say::join_refused(lang),
        JoinError::Trouble(_) => say::join_unreachable(lang),
        JoinError::NotTheStudy => say::other_study_server(lang),
        JoinError::Study(_) => say::study_newer(lang),
    };
    message.to_owned()
}

/// Message about an answer file.
pub(crate) fn take(error: &TakeError, lang: Lang) -> String {
    let message = match error {
        TakeError::NotAnAnswer => say::no_answer_file(lang),
        TakeError::OtherDiary => say::answer_other_diary(lang),
        TakeError::OtherStudy => say::answer_other_study(lang),
        TakeError::Sync(error) => return sync(error, lang),
    };
    message.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_that_does_not_verify_does_not_say_that_nothing_was_sent() {
        let said = message(&Trouble::Signature, Lang::En);
        assert!(!said.contains("nothing was sent"), "{said}");
    }
}
