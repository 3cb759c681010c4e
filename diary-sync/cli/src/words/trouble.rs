//! Messages about failures of a contact, of joining, and of files carried by hand: the meaning, and the action to take.

use diary_core::api::{ProblemCode, RefusalCode};
use diary_core::diary::DiaryError;
use diary_core::text::Lang;
use diary_sync::join::JoinError;
use diary_sync::take::TakeError;
use diary_sync::transport::TransportError;
use diary_sync::{SyncError, SyncIssue};

use crate::messages::trouble as say;

/// Message about an obstacle to a contact.
pub(crate) fn message(trouble: &SyncIssue, lang: Lang) -> String {
    let message = match trouble {
        SyncIssue::Transport(TransportError::Offline | TransportError::TimedOut) => say::no_connection(lang),
        SyncIssue::Transport(TransportError::Setup(reason)) => return say::network_setup(lang, reason),
        SyncIssue::Signature => say::signature(lang),
        SyncIssue::Transport(TransportError::NotSecure) => say::connection_not_secure(lang),
        SyncIssue::NotTheServer | SyncIssue::Transport(TransportError::TooLarge) => {
            say::other_network_answers(lang)
        }
        SyncIssue::Problem(ProblemCode::UpgradeNeeded) => say::server_newer(lang),
        SyncIssue::Problem(ProblemCode::AllowanceUsed) => say::allowance_used(lang),
        SyncIssue::Problem(_)
        | SyncIssue::Log
        | SyncIssue::Refused(RefusalCode::Busy | RefusalCode::CertificateNeeded) => say::server_busy(lang),
        SyncIssue::Refused(_) => say::entry_refused(lang),
        SyncIssue::BundleConflict => say::keys_differ(lang),
        SyncIssue::Store(why) => super::diary::not_sent(*why, lang),
        SyncIssue::Sealing => say::sealing(lang),
        SyncIssue::Study | SyncIssue::NoSiteKey => say::setup_unusable(lang),
    };
    message.to_owned()
}

/// Message about a contact that could not go on.
pub(crate) fn sync(error: &SyncError, lang: Lang) -> String {
    match error {
        SyncError::Diary(DiaryError::Store(error)) => super::diary::sending(error, lang),
        SyncError::Diary(error) => super::diary::message(error, lang),
        SyncError::SyncIssue(trouble) => message(trouble, lang),
        SyncError::Seal(_) | SyncError::OwnGrant => message(&SyncIssue::Sealing, lang),
    }
}

/// Message about joining.
pub(crate) fn join(error: &JoinError, lang: Lang) -> String {
    let message = match error {
        JoinError::Store(error) => return super::diary::store(error, lang),
        JoinError::SyncIssue(SyncIssue::Problem(ProblemCode::LinkExpired)) => say::link_expired(lang),
        JoinError::SyncIssue(SyncIssue::Problem(ProblemCode::LinkUsed)) => say::link_used(lang),
        JoinError::SyncIssue(SyncIssue::Problem(ProblemCode::LinkUnknown)) => say::link_unknown(lang),
        JoinError::SyncIssue(SyncIssue::Problem(ProblemCode::JoinRefused)) => say::join_refused(lang),
        JoinError::SyncIssue(_) => say::join_unreachable(lang),
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
        let said = message(&SyncIssue::Signature, Lang::EN);
        assert!(!said.contains("nothing was sent"), "{said}");
    }
}
