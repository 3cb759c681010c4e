//! Events of the audit trail in words.

use diary_core::text::Lang;

use crate::audit::Code;
use crate::messages::trail_page as say;

/// Name of an event's kind; none for those that a server writes by itself.
pub(super) fn kind(lang: Lang, what: &str) -> Option<&'static str> {
    Some(match Code::of(what) {
        None if !what.starts_with("act.") => return None,
        None | Some(Code::Act(_)) => say::did_act(lang),
        Some(Code::ServerInit) => say::did_server_init(lang),
        Some(Code::StudyPublish) => say::did_study_publish(lang),
        Some(Code::ParticipantAdd) => say::did_participant_add(lang),
        Some(Code::ClockAccept) => say::did_clock_accept(lang),
        Some(Code::ActTakenOver) => say::did_act_taken_over(lang),
        Some(Code::ParticipantRename) => say::did_participant_rename(lang),
        Some(Code::ParticipantLink) => say::did_participant_link(lang),
        Some(Code::ParticipantUnlink) => say::did_participant_unlink(lang),
        Some(Code::ParticipantView) => say::did_participant_view(lang),
        Some(Code::EnrolmentMake) => say::did_enrolment_make(lang),
        Some(Code::DeviceConfirm) => say::did_device_confirm(lang),
        Some(Code::DeviceWrongDigits) => say::did_device_wrong_digits(lang),
        Some(Code::DeviceSendAgain) => say::did_device_send_again(lang),
        Some(Code::DeviceRevoke) => say::did_device_revoke(lang),
        Some(Code::DeviceLoan) => say::did_device_loan(lang),
        Some(Code::DeviceReturn) => say::did_device_return(lang),
        Some(Code::DeviceAllow) => say::did_device_allow(lang),
        Some(Code::RecoveryShow) => say::did_recovery_show(lang),
        Some(Code::ReportView) => say::did_report_view(lang),
        Some(Code::WorklistView) => say::did_worklist_view(lang),
        Some(Code::RecordRebuild) => say::did_record_rebuild(lang),
        Some(Code::QuarantineRetry) => say::did_quarantine_retry(lang),
        Some(Code::SiteAdd) => say::did_site_add(lang),
        Some(Code::KeysRotate) => say::did_keys_rotate(lang),
        Some(Code::KeysActivate) => say::did_keys_activate(lang),
        Some(Code::KeysRenew) => say::did_keys_renew(lang),
        Some(Code::KeysRewrap) => say::did_keys_rewrap(lang),
        Some(Code::KeysDrill) => say::did_keys_drill(lang),
        Some(Code::KeysReplaceKeeper) => say::did_keys_replace_keeper(lang),
        Some(Code::ExportFiles) => say::did_export_files(lang),
        Some(Code::ExportCsv) => say::did_export_csv(lang),
        Some(Code::FileReceive) => say::did_file_receive(lang),
        Some(Code::ParticipantAttach) => say::did_participant_attach(lang),
        Some(Code::ServerBackup) => say::did_server_backup(lang),
        Some(Code::ServerRestore) => say::did_server_restore(lang),
        Some(Code::ServerRolledBack) => say::did_server_rolled_back(lang),
        Some(Code::ServerMove) => say::did_server_move(lang),
        Some(Code::ServerMoved) => say::did_server_moved(lang),
        Some(Code::ServerStay) => say::did_server_stay(lang),
        Some(Code::RelayAdd) => say::did_relay_add(lang),
        Some(Code::RelayBundle) => say::did_relay_bundle(lang),
        Some(Code::AccountInvite) => say::did_account_invite(lang),
        Some(Code::AccountEnable) => say::did_account_enable(lang),
        Some(Code::AccountRole) => say::did_account_role(lang),
        Some(Code::AccountDisable) => say::did_account_disable(lang),
        Some(Code::AccountPassword) => say::did_account_password(lang),
        Some(Code::AccountSignIn) => say::did_account_sign_in(lang),
        Some(Code::AccountSignOut) => say::did_account_sign_out(lang),
        Some(Code::AccountRefused) => say::did_account_refused(lang),
        Some(Code::PageRefused) => say::did_page_refused(lang),
    })
}
