//! Events of the audit trail: their codes, their construction, and verification of the stored chain.

use diary_core::audit_trail::TRAIL_START;
use diary_core::time::UtcMillis;

use diary_store::{AuditRow, TrailEvent, trail_chain};

/// Longest account name or subject number, in characters.
pub const NAME_MAX_CHARS: usize = 64;

/// Name of the account that acts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account(String);

impl Account {
    /// The account of this name.
    ///
    /// # Errors
    /// [`AccountForm`] for a name that is none.
    pub fn new(name: &str) -> Result<Self, AccountForm> {
        let fits = !name.trim().is_empty()
            && name.chars().count() <= NAME_MAX_CHARS
            && name.chars().all(|c| !c.is_control() && !c.is_whitespace())
            // As a part of an address these mean a folder.
            && !matches!(name, "." | "..");
        if fits { Ok(Self(name.to_owned())) } else { Err(AccountForm) }
    }

    /// Its name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name that cannot be the name of an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AccountForm;

/// Kind of an act of staff, as named in the audit trail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Code {
    /// The server was made.
    ServerInit,
    /// A version of the study was published.
    StudyPublish,
    /// A participant was made.
    ParticipantAdd,
    /// The server's clock was said to be right.
    ClockAccept,
    /// Entries of this participant were taken over by another.
    ActTakenOver,
    /// A subject number was renamed.
    ParticipantRename,
    /// Two participants were linked.
    ParticipantLink,
    /// A link was taken away.
    ParticipantUnlink,
    /// The state of a participant was viewed.
    ParticipantView,
    /// A link was handed out.
    EnrolmentMake,
    /// A device was confirmed.
    DeviceConfirm,
    /// Wrong digits were typed.
    DeviceWrongDigits,
    /// A confirmed device was sent again the items that it needs.
    DeviceSendAgain,
    /// A device was revoked, or turned away before it was confirmed.
    DeviceRevoke,
    /// A device was allowed to store more, or its count was begun anew.
    DeviceAllow,
    /// A device was marked as lent by the hospital, or as the participant's own.
    DeviceLoan,
    /// A lent device was given back.
    DeviceReturn,
    /// A recovery secret was shown.
    RecoveryShow,
    /// A diary was looked at.
    ReportView,
    /// The worklist was viewed.
    WorklistView,
    /// A record was rebuilt.
    RecordRebuild,
    /// Parcels in quarantine were judged once more.
    QuarantineRetry,
    /// A site came to the keeper.
    SiteAdd,
    /// A generation of the site's sealing key was made.
    KeysRotate,
    /// A generation came into use.
    KeysActivate,
    /// The bundle was signed anew.
    KeysRenew,
    /// Grants were wrapped to the generation in use.
    KeysRewrap,
    /// The recovery key was tried.
    KeysDrill,
    /// The keeper has a new signing key.
    KeysReplaceKeeper,
    /// Everything was written to files for an inspector.
    ExportFiles,
    /// The diaries were written to tables.
    ExportCsv,
    /// A file that was carried by hand was received, or waits.
    FileReceive,
    /// A vault that came back was joined with its participant again.
    ParticipantAttach,
    /// A backup was made.
    ServerBackup,
    /// A backup was put back.
    ServerRestore,
    /// The database was found to have been put back by other means.
    ServerRolledBack,
    /// A move to another database began.
    ServerMove,
    /// It was complete.
    ServerMoved,
    /// It was given up.
    ServerStay,
    /// The study's root named a relay.
    RelayAdd,
    /// A relay took a bundle.
    RelayBundle,
    /// A link to set a password was handed out.
    AccountInvite,
    /// A password was set with a link.
    AccountEnable,
    /// Roles were changed.
    AccountRole,
    /// An account was disabled.
    AccountDisable,
    /// A password was changed.
    AccountPassword,
    /// An account signed in.
    AccountSignIn,
    /// A session was ended by its account.
    AccountSignOut,
    /// A sign-in was refused.
    AccountRefused,
    /// A page was refused.
    PageRefused,
    /// An act changed a record: its code, as `site::acts::policy` names it.
    Act(&'static str),
}

impl Code {
    /// All codes but those of acts on a participant.
    pub const ALL: [Self; 50] = [
        Self::ServerInit,
        Self::StudyPublish,
        Self::ParticipantAdd,
        Self::ClockAccept,
        Self::ActTakenOver,
        Self::ParticipantRename,
        Self::ParticipantLink,
        Self::ParticipantUnlink,
        Self::ParticipantView,
        Self::EnrolmentMake,
        Self::DeviceConfirm,
        Self::DeviceWrongDigits,
        Self::DeviceSendAgain,
        Self::DeviceRevoke,
        Self::DeviceAllow,
        Self::DeviceLoan,
        Self::DeviceReturn,
        Self::RecoveryShow,
        Self::ReportView,
        Self::WorklistView,
        Self::RecordRebuild,
        Self::QuarantineRetry,
        Self::SiteAdd,
        Self::KeysRotate,
        Self::KeysActivate,
        Self::KeysRenew,
        Self::KeysRewrap,
        Self::KeysDrill,
        Self::KeysReplaceKeeper,
        Self::ExportFiles,
        Self::ExportCsv,
        Self::FileReceive,
        Self::ParticipantAttach,
        Self::ServerBackup,
        Self::ServerRestore,
        Self::ServerRolledBack,
        Self::ServerMove,
        Self::ServerMoved,
        Self::ServerStay,
        Self::RelayAdd,
        Self::RelayBundle,
        Self::AccountInvite,
        Self::AccountEnable,
        Self::AccountRole,
        Self::AccountDisable,
        Self::AccountPassword,
        Self::AccountSignIn,
        Self::AccountSignOut,
        Self::AccountRefused,
        Self::PageRefused,
    ];

    /// Code of a row of the audit trail; none for those of acts on a participant.
    #[must_use]
    pub fn of(what: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == what)
    }

    /// As it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ServerInit => "server.init",
            Self::StudyPublish => "study.publish",
            Self::ParticipantAdd => "participant.add",
            Self::ClockAccept => "clock.accept",
            Self::ActTakenOver => "act.taken-over",
            Self::ParticipantRename => "participant.rename",
            Self::ParticipantLink => "participant.link",
            Self::ParticipantUnlink => "participant.unlink",
            Self::ParticipantView => "participant.view",
            Self::EnrolmentMake => "enrolment.make",
            Self::DeviceConfirm => "device.confirm",
            Self::DeviceWrongDigits => "device.wrong-digits",
            Self::DeviceSendAgain => "device.send-again",
            Self::DeviceRevoke => "device.revoke",
            Self::DeviceAllow => "device.allow",
            Self::DeviceLoan => "device.loan",
            Self::DeviceReturn => "device.return",
            Self::RecoveryShow => "recovery.show",
            Self::ReportView => "report.view",
            Self::WorklistView => "worklist.view",
            Self::RecordRebuild => "record.rebuild",
            Self::QuarantineRetry => "quarantine.retry",
            Self::SiteAdd => "site.add",
            Self::KeysRotate => "keys.rotate",
            Self::KeysActivate => "keys.activate",
            Self::KeysRenew => "keys.renew",
            Self::KeysRewrap => "keys.rewrap",
            Self::KeysDrill => "keys.drill",
            Self::KeysReplaceKeeper => "keys.replace-keeper",
            Self::ExportFiles => "export.files",
            Self::ExportCsv => "export.csv",
            Self::FileReceive => "file.receive",
            Self::ParticipantAttach => "participant.attach",
            Self::ServerBackup => "server.backup",
            Self::ServerRestore => "server.restore",
            Self::ServerRolledBack => "server.rolled-back",
            Self::ServerMove => "server.move",
            Self::ServerMoved => "server.moved",
            Self::ServerStay => "server.stay",
            Self::RelayAdd => "relay.add",
            Self::RelayBundle => "relay.bundle",
            Self::AccountInvite => "account.invite",
            Self::AccountEnable => "account.enable",
            Self::AccountRole => "account.role",
            Self::AccountDisable => "account.disable",
            Self::AccountPassword => "account.password",
            Self::AccountSignIn => "account.sign-in",
            Self::AccountSignOut => "account.sign-out",
            Self::AccountRefused => "account.refused",
            Self::PageRefused => "page.refused",
            Self::Act(code) => code,
        }
    }
}

/// An event of staff. `target` holds ids, each with its kind.
#[must_use]
pub fn event(by: &Account, at: UtcMillis, what: Code, target: String, reason: Option<&str>) -> TrailEvent {
    TrailEvent {
        at,
        who: by.as_str().to_owned(),
        role: "staff".to_owned(),
        what: what.as_str().to_owned(),
        target,
        reason: reason.map(str::to_owned),
    }
}

/// An event of the server itself.
#[must_use]
pub fn server_event(at: UtcMillis, what: Code, target: String) -> TrailEvent {
    let (who, role) = ("server".to_owned(), "server".to_owned());
    TrailEvent { at, who, role, what: what.as_str().to_owned(), target, reason: None }
}

/// Number of the first row whose chain value does not follow from the rows before it.
#[must_use]
pub fn first_broken(rows: &[AuditRow]) -> Option<u64> {
    let mut chain = TRAIL_START;
    for (expected, row) in (1..).zip(rows) {
        chain = trail_chain(&chain, expected, &row.event);
        if row.n != expected || row.chain != chain {
            return Some(row.n);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(count: u64) -> Vec<AuditRow> {
        let by = Account::new("li").unwrap();
        let mut chain = TRAIL_START;
        (1..=count)
            .map(|n| {
                let at = UtcMillis(n.cast_signed());
                let event = event(&by, at, Code::ReportView, format!("vault={n}"), Some("visit"));
                chain = trail_chain(&chain, n, &event);
                AuditRow { n, chain, event }
            })
            .collect()
    }

    #[test]
    fn a_trail_that_nobody_touched_holds() {
        assert_eq!(first_broken(&rows(3)), None);
        assert_eq!(first_broken(&[]), None);
    }

    #[test]
    fn a_row_that_was_altered_left_out_or_swapped_breaks_the_chain_there() {
        let mut altered = rows(3);
        altered[1].event.who = "wang".to_owned();
        assert_eq!(first_broken(&altered), Some(2));
        let mut without = rows(3);
        without.remove(0);
        assert_eq!(first_broken(&without), Some(2));
        let mut swapped = rows(3);
        swapped.swap(1, 2);
        assert_eq!(first_broken(&swapped), Some(3));
    }
}
