//! Admission of phones: staff hand out a link, the phone joins with it, both show six digits (a short authentication
//! string), and staff type those of the phone. A pure function decides which phone typed digits confirm.

use std::collections::{BTreeMap, BTreeSet};

use diary_core::counter::Counter;
use diary_core::entry::Content;
use diary_core::ids::{EnrolmentId, Hash, KeyId, VaultId};
use diary_core::keys::{ApiHost, Certificate, EnrolmentLink, EnrolmentSecret, HistoryScope, ShortAuthString};
use diary_core::record::TrialRecord;
use diary_core::time::{DiaryDay, UtcMillis};

use crate::audit::Account;
use crate::audit::{self as trail, Code};
use crate::config::{Config, Server};
use crate::context::active::ActiveStudy;
use crate::site::append::Appendix;
use crate::site::devices::loan::check_label;
use crate::site::devices::welcome;
use crate::site::{DeviceService, StaffError, check_reason};
use diary_store::{DeviceChange, DeviceRow, DeviceState, NewEnrolment, Participant};

/// Number of wrong tries after which a link is locked.
pub const TRIES_MAX: u32 = 5;

/// Reason in the audit trail when the participant admitted the phone on another one.
const APPROVED: &str = "approved on another phone of the participant";

/// A link that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invitation {
    /// The link, with its secret: shown to the participant, never stored.
    pub link: EnrolmentLink,
    /// Until when it is good.
    pub until: UtcMillis,
    /// Inventory label of the phone that the hospital lends, may be empty; `None` for a phone of the participant.
    pub lent: Option<String>,
}

/// A link to be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewLink<'a> {
    /// Hosts that it carries.
    pub hosts: &'a Hosts,
    /// Minutes for which it is good.
    pub minutes: u32,
    /// Inventory label of the phone that the hospital lends, may be empty; `None` for a phone of the participant.
    pub lent: Option<&'a str>,
}

impl<'a> NewLink<'a> {
    /// A link for a phone of the participant.
    #[must_use]
    pub const fn own(hosts: &'a Hosts, minutes: u32) -> Self {
        Self { hosts, minutes, lent: None }
    }
}

/// A phone that waits to be confirmed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PendingDevice {
    /// Subject number.
    pub subject: String,
    /// Id of its signing key.
    pub device: KeyId,
    /// Time at which it joined.
    pub joined: UtcMillis,
    /// It came through a relay, and cannot be shown to have come before its link expired.
    pub late: bool,
    /// It came with a certificate by a keeper's key that was replaced since, and shows no digits.
    pub by_retired_key: bool,
}

/// A phone that was confirmed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Confirmed {
    /// Id of its signing key.
    pub device: KeyId,
    /// It had been confirmed before; what it needs was sent once more.
    pub again: bool,
    /// The participant let it in on a phone that is in use.
    pub approved: bool,
    /// It had come through a relay, and could not be shown to have come before its link expired.
    pub late: bool,
}

/// Hosts at which phones reach this server and the app.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hosts {
    /// The server.
    pub api: ApiHost,
    /// The app.
    pub app: ApiHost,
}

impl Hosts {
    /// Hosts that links carry. A server that only listens on loopback is reached there by its address.
    ///
    /// # Errors
    /// [`StaffError::NoPublicName`], [`StaffError::Host`].
    pub fn of(server: &Server) -> Result<Self, StaffError> {
        let read = |key, text: &str| text.parse().map_err(|problem| StaffError::Host { key, problem });
        let api: ApiHost = match &server.public {
            Some(name) => read("server.public", name)?,
            None if server.listen.ip().is_loopback() && server.listen.port() != 0 => {
                read("server.listen", &format!("http://{}", server.listen))?
            }
            None => return Err(StaffError::NoPublicName { listen: server.listen }),
        };
        let app = server.app.as_ref().map_or_else(|| Ok(api.clone()), |name| read("server.app", name))?;
        Ok(Self { api, app })
    }

    /// Hosts that links carry under a configuration: where it names a relay, phones reach this keeper through it.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub fn configured(config: &Config) -> Result<Self, StaffError> {
        let hosts = Self::of(&config.server)?;
        match &config.relay {
            Some(relay) => {
                let host = relay.host().map_err(|problem| StaffError::Host { key: "relay.host", problem })?;
                Ok(hosts.through(host))
            }
            None => Ok(hosts),
        }
    }

    /// As above, for phones that reach this keeper through a relay. The app is never served by a relay: a server of
    /// the app's code could read the diary.
    #[must_use]
    pub fn through(self, relay: ApiHost) -> Self {
        Self { api: relay, ..self }
    }
}

/// Admission of the phone that shows these digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConfirmDevice<'a> {
    /// Digits that were read from the phone.
    pub digits: ShortAuthString,
    /// Part of the past that the phone may read.
    pub history: HistoryScope,
    /// Reason to admit it although no phone in use has approved it, or although it cannot be shown that it joined
    /// before its link expired.
    pub reason: Option<&'a str>,
}

/// Admission of a phone whose certificate was made by a keeper's key that has been replaced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConfirmHeldDevice<'a> {
    /// Number of the phone on the report, or the beginning of its key's id.
    pub device: &'a str,
    /// Part of the past that the phone may read.
    pub history: HistoryScope,
    /// Reason in the audit trail.
    pub reason: &'a str,
}

impl DeviceService<'_> {
    /// Makes a link with which one phone can join.
    ///
    /// # Errors
    /// [`StaffError::LabelForm`], [`StaffError`] of the database.
    pub async fn enrol(
        self,
        by: &Account,
        participant: &Participant,
        link: NewLink<'_>,
    ) -> Result<Invitation, StaffError> {
        let NewLink { hosts, minutes, lent } = link;
        let lent = lent.map(check_label).transpose()?;
        let made = self.now();
        let until = made.plus_ms(i64::from(minutes) * 60_000);
        let vault = participant.vault;
        let secret = EnrolmentSecret::generate(self.random());
        let id = secret.enrolment(vault, &participant.site);
        let word = if lent.is_some() { " lent" } else { "" };
        let target = format!("vault={vault} enrolment={id}{word}");
        let new = NewEnrolment { id, vault, secret: secret.clone(), made, until, lent: lent.clone() };
        self.store().add_enrolment(new, trail::event(by, made, Code::EnrolmentMake, target, None)).await?;
        let root = self.keeper_keys().root_fingerprint();
        let Hosts { api, app } = hosts.clone();
        Ok(Invitation { link: EnrolmentLink { app, api, root, vault, enrolment: id, secret }, until, lent })
    }

    /// Every phone that waits to be confirmed, the longest waiting first.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn pending(self) -> Result<Vec<PendingDevice>, StaffError> {
        let participants = self.store().participants().await?;
        let subjects: BTreeMap<VaultId, String> =
            participants.into_iter().map(|one| (one.vault, one.subject)).collect();
        let mut pending: Vec<PendingDevice> = Vec::new();
        for row in self.store().pending_devices().await? {
            let subject = subjects.get(&row.vault).cloned().unwrap_or_default();
            pending.push(PendingDevice {
                subject,
                device: row.key,
                joined: row.joined,
                late: row.late,
                by_retired_key: row.held_certificate.is_some(),
            });
        }
        pending.sort_by_key(|device| device.joined);
        Ok(pending)
    }

    /// Admits the phone of `participant` that shows the digits, and sends it what it needs. Where another phone is in
    /// use, that one must have let the new one in, unless there is a reason.
    ///
    /// # Errors
    /// [`StaffError::NobodyWaits`], [`StaffError::WrongDigits`], [`StaffError::Locked`], [`StaffError::NotApproved`],
    /// [`StaffError::LinkLate`].
    pub async fn confirm(
        self,
        by: &Account,
        participant: &Participant,
        confirm: ConfirmDevice<'_>,
    ) -> Result<Confirmed, StaffError> {
        let ConfirmDevice { digits: typed, history, reason } = confirm;
        reason.map_or(Ok(()), check_reason)?;
        let setting = self.setting().await?;
        let rows = self.store().devices(participant.vault).await?;
        let candidates = candidates(&rows, &self.keeper_keys().root_fingerprint());
        let subject = participant.subject.clone();
        let device = match plan(typed, &candidates) {
            ConfirmPlan::NobodyWaits => return Err(StaffError::NobodyWaits { subject }),
            ConfirmPlan::Locked => return Err(StaffError::Locked { subject }),
            ConfirmPlan::Wrong { left, links } => {
                // Counted before the refusal is shown, so that interrupting the command gives no free try.
                self.note_wrong_digits(by, participant, &links).await?;
                return Err(if left == 0 {
                    StaffError::Locked { subject }
                } else {
                    StaffError::WrongDigits { subject, left }
                });
            }
            ConfirmPlan::SendAgain(device) => {
                let row = rows.iter().find(|row| row.key == device);
                let row = row.ok_or(StaffError::NobodyWaits { subject })?;
                self.welcome_again(by, participant, &setting, row).await?;
                return Ok(Confirmed { device, again: true, approved: false, late: false });
            }
            ConfirmPlan::Confirm(device) => device,
        };
        let row = rows.iter().find(|row| row.key == device);
        let row = row.ok_or_else(|| StaffError::NobodyWaits { subject: subject.clone() })?;
        if row.late && reason.is_none() {
            return Err(StaffError::LinkLate { subject });
        }
        let admission = self.admission(participant, &rows, device, confirm).await?;
        let approved = admission == Admission::Approved;
        let reason = match admission {
            Admission::First => reason,
            Admission::Approved => Some(reason.unwrap_or(APPROVED)),
            Admission::Reason(reason) => Some(reason),
            Admission::Refuse => return Err(StaffError::NotApproved { subject }),
        };
        self.certify(by, participant, row, (history, reason)).await?;
        self.welcome(participant, &setting, row).await?;
        Ok(Confirmed { device, again: false, approved, late: row.late })
    }

    /// Admits the named phone of `participant`, whose certificate was made by a keeper's key that has been
    /// replaced. A thief of that key can make such a certificate, so staff must have compared the key with the phone
    /// in hand.
    ///
    /// # Errors
    /// [`StaffError::UnknownPhone`], [`StaffError::NobodyWaits`], [`StaffError::ReasonForm`].
    pub async fn confirm_held(
        self,
        by: &Account,
        participant: &Participant,
        confirm: ConfirmHeldDevice<'_>,
    ) -> Result<Confirmed, StaffError> {
        let ConfirmHeldDevice { device: named, history, reason } = confirm;
        check_reason(reason)?;
        let (setting, subject) = (self.setting().await?, participant.subject.clone());
        let rows = self.store().devices(participant.vault).await?;
        let view = crate::site::devices::access::find(&crate::site::devices::access::views(&rows), named)
            .ok_or_else(|| StaffError::UnknownPhone { subject: subject.clone(), named: named.to_owned() })?;
        let waits = |row: &&DeviceRow| {
            row.key == view.device && row.state == DeviceState::Pending && row.held_certificate.is_some()
        };
        let row = rows.iter().find(waits).ok_or(StaffError::NobodyWaits { subject })?;
        self.certify(by, participant, row, (history, Some(reason))).await?;
        self.welcome(participant, &setting, row).await?;
        Ok(Confirmed { device: row.key, again: false, approved: false, late: false })
    }

    /// Ground on which a phone may be admitted. Parcels of phones in use are merged first, so that their approvals
    /// count.
    async fn admission<'r>(
        &self,
        participant: &Participant,
        rows: &[DeviceRow],
        device: KeyId,
        confirm: ConfirmDevice<'r>,
    ) -> Result<Admission<'r>, StaffError> {
        let in_use: BTreeSet<KeyId> = rows
            .iter()
            .filter(|row| row.key != device && row.state == DeviceState::Confirmed)
            .map(|row| row.key)
            .collect();
        let approved = if in_use.is_empty() {
            false
        } else {
            self.settle_vault(&self.bundle().await?, participant.vault).await?;
            approved(&self.record(participant.vault).await?, &in_use, device, confirm.digits)
        };
        Ok(admission(!in_use.is_empty(), approved, confirm.reason))
    }

    async fn note_wrong_digits(
        &self,
        by: &Account,
        participant: &Participant,
        links: &[EnrolmentId],
    ) -> Result<(), StaffError> {
        for link in links {
            let target = format!("vault={} {}", participant.vault, link_target(*link));
            let event = trail::event(by, self.now(), Code::DeviceWrongDigits, target, None);
            self.store().count_wrong_digits(*link, event).await?;
        }
        Ok(())
    }

    async fn certify(
        &self,
        by: &Account,
        participant: &Participant,
        row: &DeviceRow,
        (history, reason): (HistoryScope, Option<&str>),
    ) -> Result<(), StaffError> {
        let bundle = self.bundle().await?;
        let (keys, at, vault, device) = (self.keeper_keys(), self.now(), participant.vault, row.key);
        let site = bundle.site_key(&participant.site).map(|site| &site.key);
        let recovery = bundle.recovery_key(&participant.site);
        let recipients: Vec<_> = site.into_iter().chain(recovery).collect();
        let binding =
            Certificate::seal_participant(&participant.subject, vault, device, &recipients, self.random())?;
        let certificate = Certificate {
            vault,
            study: keys.study.clone(),
            site: participant.site.clone(),
            signing: row.signing,
            sealing: row.sealing.clone(),
            participant: binding,
            history,
            issued: at,
            by: keys.signing.id(),
        };
        let change = DeviceChange {
            vault,
            device,
            paper: certificate.sign(&keys.signing),
            revokes: false,
            seen: None,
            at,
        };
        let target = format!("vault={vault} device={device}");
        Ok(self
            .store()
            .change_device(change, trail::event(by, at, Code::DeviceConfirm, target, reason))
            .await?)
    }

    /// Sends the study to a device that was just confirmed. The acts of staff and the earlier entries that it may
    /// read follow with the downlink; both are derived from the log, so a crash here loses nothing.
    async fn welcome(
        &self,
        participant: &Participant,
        setting: &ActiveStudy,
        row: &DeviceRow,
    ) -> Result<(), StaffError> {
        let study = setting.bundle.newest_study().copied().ok_or(StaffError::NoStudy)?;
        self.append(&setting.bundle, participant.vault, |_, _| {
            let items = vec![welcome::study(study)];
            let readers = Some(vec![row.sealing.clone()]);
            Ok((Appendix { items, readers, counter: Counter::ZERO, event: None }, ()))
        })
        .await
    }

    /// Sends a confirmed device once more the study, every act of staff, and the past that its certificate allows.
    async fn welcome_again(
        &self,
        by: &Account,
        participant: &Participant,
        setting: &ActiveStudy,
        row: &DeviceRow,
    ) -> Result<(), StaffError> {
        let study = setting.bundle.newest_study().copied().ok_or(StaffError::NoStudy)?;
        let (zone, cut) = (setting.zone(&participant.site), setting.study.day_cut().to_chrono());
        let (vault, device) = (participant.vault, row.key);
        let nobody = || StaffError::NobodyWaits { subject: participant.subject.clone() };
        let paper = row.certificate.as_ref().ok_or_else(nobody)?;
        let certificate = Certificate::verify(paper, &setting.bundle)?;
        let admitted = DiaryDay::at(certificate.issued, zone, cut);
        self.append(&setting.bundle, vault, |record, _| {
            let items = welcome::items(record, study, certificate.history, admitted);
            let target = format!("vault={vault} device={device}");
            let event = trail::event(by, self.now(), Code::DeviceSendAgain, target, None);
            let readers = Some(vec![row.sealing.clone()]);
            Ok((Appendix { items, readers, counter: Counter::ZERO, event: Some(event) }, ()))
        })
        .await
    }
}

fn link_target(link: EnrolmentId) -> String {
    format!("enrolment={link}")
}

/// Ground on which a phone with the right digits is admitted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Admission<'r> {
    /// No other phone is in use: the digits suffice.
    First,
    /// The participant let it in on a phone that is in use.
    Approved,
    /// Staff say why it is admitted without that.
    Reason(&'r str),
    /// Not at all.
    Refuse,
}

/// Decides the ground on which a phone is admitted.
#[must_use]
pub const fn admission(another_in_use: bool, approved: bool, reason: Option<&str>) -> Admission<'_> {
    match (another_in_use, approved, reason) {
        (false, _, _) => Admission::First,
        (true, true, _) => Admission::Approved,
        (true, false, Some(reason)) => Admission::Reason(reason),
        (true, false, None) => Admission::Refuse,
    }
}

/// True if a phone in use has approved `device` with `digits`, and has not withdrawn the approval.
#[must_use]
pub fn approved(
    record: &TrialRecord,
    in_use: &BTreeSet<KeyId>,
    device: KeyId,
    digits: ShortAuthString,
) -> bool {
    record.histories().iter().any(|history| {
        let Some(Content::PhoneApproval(approval)) = history.shown().map(|shown| &shown.content) else {
            return false;
        };
        let sent = history.versions.iter().filter_map(|version| record.recorded(version));
        let by_one_in_use = sent.flat_map(|held| &held.sources).any(|source| in_use.contains(&source.author));
        approval.asking.contains(&device) && approval.digits == digits.number() && by_one_in_use
    })
}

/// A phone that typed digits may mean.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// Id of its signing key.
    pub device: KeyId,
    /// The link it joined with.
    pub link: EnrolmentId,
    /// The digits it shows.
    pub digits: ShortAuthString,
    /// It is confirmed already.
    pub confirmed: bool,
    /// Number of wrong tries while it waited.
    pub wrong: u32,
}

/// Phone that typed digits confirm, or the reason why they confirm none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConfirmPlan {
    /// No phone waits.
    NobodyWaits,
    /// Every phone that waits has seen too many wrong tries.
    Locked,
    /// This one is meant.
    Confirm(KeyId),
    /// This one is meant, and was confirmed before.
    SendAgain(KeyId),
    /// None is meant.
    Wrong {
        /// Tries that are left for the link that has the fewest.
        left: u32,
        /// The links that the try counts against.
        links: Vec<EnrolmentId>,
    },
}

/// Decides which phone is meant. Takes the same time for wrong digits as for right ones, so that timing reveals
/// nothing.
#[must_use]
pub fn plan(typed: ShortAuthString, candidates: &[Candidate]) -> ConfirmPlan {
    let open: Vec<&Candidate> = candidates.iter().filter(|c| c.wrong < TRIES_MAX).collect();
    let meant = open.iter().fold(None, |meant, c| if same(typed, c.digits) { Some(*c) } else { meant });
    let waiting = |c: &&&Candidate| !c.confirmed;
    match meant {
        Some(Candidate { device, confirmed: false, .. }) => ConfirmPlan::Confirm(*device),
        Some(Candidate { device, confirmed: true, .. }) => ConfirmPlan::SendAgain(*device),
        None if candidates.iter().all(|c| c.confirmed) => ConfirmPlan::NobodyWaits,
        None => match open.iter().filter(waiting).map(|c| TRIES_MAX - 1 - c.wrong).min() {
            None => ConfirmPlan::Locked,
            Some(left) => {
                ConfirmPlan::Wrong { left, links: open.iter().filter(waiting).map(|c| c.link).collect() }
            }
        },
    }
}

/// Compares every digit, whichever differ.
fn same(typed: ShortAuthString, shown: ShortAuthString) -> bool {
    let (typed, shown) = (typed.to_string(), shown.to_string());
    typed.bytes().zip(shown.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

fn candidates(rows: &[DeviceRow], root: &Hash) -> Vec<Candidate> {
    let candidate = |row: &DeviceRow| {
        let (link, digits) = (row.link?, row.digits(root)?);
        let confirmed = match row.state {
            DeviceState::Pending => false,
            DeviceState::Confirmed => true,
            DeviceState::Revoked(_) => return None,
        };
        Some(Candidate { device: row.key, link, digits, confirmed, wrong: row.wrong_digits })
    };
    rows.iter().filter_map(candidate).collect()
}

#[cfg(test)]
mod tests;
