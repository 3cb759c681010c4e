//! Phones of one participant as staff see them: listing, revoking one, and allowing one to store more. A phone is
//! named by its number on the report; one that was never confirmed, by the beginning of its key's id.

use diary_core::ids::KeyId;
use diary_core::keys::{Revocation, RevocationReason};
use diary_core::retry::ATTEMPTS;
use diary_core::time::UtcMillis;

use crate::audit::Account;
use crate::audit::{self as trail, Code};
use crate::site::snapshot::numbered;
use crate::site::{DeviceService, StaffError, check_reason};
use diary_store::{
    Allowance, AllowanceChange, DeviceChange, DeviceRow, DeviceState, Loan, Participant, StoreError,
};

/// Fewest characters of a key's id that name a phone.
const PREFIX_MIN: usize = 4;

/// One phone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PhoneView {
    /// Its number on the report; none before it is confirmed.
    pub number: Option<u16>,
    /// Id of its signing key.
    pub device: KeyId,
    /// State of the device.
    pub state: DeviceState,
    /// Time at which it was first seen.
    pub joined: UtcMillis,
    /// Incarnations of its store: more than one where it was restored or copied.
    pub incarnations: usize,
    /// A revocation of it came back that was signed by a retired key of this keeper. It has no effect.
    pub held_revocation: bool,
    /// Its allowance, and what was opened of it.
    pub allowance: Allowance,
    /// Number of wrong digits typed for its link.
    pub wrong_digits: u32,
    /// It cannot be shown to have joined before its link expired.
    pub late: bool,
    /// It waits with a certificate by a keeper's key that was replaced since, and shows no digits.
    pub by_retired_key: bool,
    /// Its loan, if the hospital lends it.
    pub loan: Option<Loan>,
}

/// Revocation of a phone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RevokeDevice<'a> {
    /// Number of the phone on the report, or the beginning of its key's id.
    pub device: &'a str,
    /// Reason in the signed revocation.
    pub because: RevocationReason,
    /// Reason in the audit trail.
    pub reason: &'a str,
}

/// Allowance of a phone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AllowDevice<'a> {
    /// Number of the phone on the report, or the beginning of its key's id.
    pub device: &'a str,
    /// Multiple of the usual amount that it may store; `None` leaves it as it is.
    pub times: Option<u32>,
    /// True to restart its count.
    pub clear: bool,
    /// Reason in the audit trail.
    pub reason: &'a str,
}

impl DeviceService<'_> {
    /// The phones of a participant, in the order in which they joined.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn list(self, participant: &Participant) -> Result<Vec<PhoneView>, StaffError> {
        Ok(views(&self.store().devices(participant.vault).await?))
    }

    /// Revokes a phone: what it had sent up to now counts, what it sends from now on is quarantined for a decision of
    /// the site, and nothing is sealed to it any more. A phone that was never confirmed is turned away.
    ///
    /// # Errors
    /// [`StaffError::UnknownPhone`], [`StaffError::RevokedBefore`], [`StaffError::ReasonForm`],
    /// [`StaffError::Contended`] where the phone does not stop sending.
    pub async fn revoke(
        self,
        by: &Account,
        participant: &Participant,
        revoke: RevokeDevice<'_>,
    ) -> Result<PhoneView, StaffError> {
        check_reason(revoke.reason)?;
        let setting = self.setting().await?;
        for _ in 0..ATTEMPTS {
            // Parcels that arrived before the revocation are merged first, so that they count.
            self.settle_vault(&setting.bundle, participant.vault).await?;
            let rows = self.store().devices(participant.vault).await?;
            match self.draw_line(by, participant, &rows, revoke).await {
                // The phone has sent something since. It counts, so the revocation must be made anew after it.
                Err(StaffError::Store(StoreError::Conflict { .. })) => {}
                other => {
                    let view = other?;
                    self.settle_vault(&setting.bundle, participant.vault).await?;
                    return Ok(view);
                }
            }
        }
        Err(StaffError::Contended)
    }

    /// Lets a phone store a multiple of the usual amount, or restarts its count. Parcels quarantined for exceeding the
    /// quota are triaged again; those that the phone holds back come with its next contact.
    ///
    /// # Errors
    /// [`StaffError::UnknownPhone`], [`StaffError::ReasonForm`].
    pub async fn allow(
        self,
        by: &Account,
        participant: &Participant,
        allow: AllowDevice<'_>,
    ) -> Result<PhoneView, StaffError> {
        let AllowDevice { device: named, times, clear, reason } = allow;
        check_reason(reason)?;
        let bundle = self.bundle().await?;
        self.settle_vault(&bundle, participant.vault).await?;
        let (vault, subject, at) = (participant.vault, participant.subject.clone(), self.now());
        let view = find(&self.list(participant).await?, named)
            .ok_or(StaffError::UnknownPhone { subject, named: named.to_owned() })?;
        let device = view.device;
        let times_word = times.map_or_else(String::new, |times| format!(" times={times}"));
        let target = format!("vault={vault} device={device}{times_word} cleared={clear}");
        let event = trail::event(by, at, Code::DeviceAllow, target, Some(reason));
        let change = AllowanceChange { vault, device, times, cleared: clear.then_some(at) };
        self.store().change_allowance(change, event).await?;
        self.settle_vault(&bundle, participant.vault).await?;
        let allowance = Allowance { times: times.unwrap_or(view.allowance.times), ..view.allowance };
        Ok(PhoneView { allowance, ..view })
    }

    /// Revokes a phone as of the parcels in `rows`, unless it has sent more by now.
    async fn draw_line(
        &self,
        by: &Account,
        participant: &Participant,
        rows: &[DeviceRow],
        revoke: RevokeDevice<'_>,
    ) -> Result<PhoneView, StaffError> {
        let RevokeDevice { device, because, reason } = revoke;
        let (vault, subject, named) = (participant.vault, participant.subject.clone(), device.to_owned());
        let view =
            find(&views(rows), &named).ok_or(StaffError::UnknownPhone { subject: subject.clone(), named })?;
        if matches!(view.state, DeviceState::Revoked(_)) {
            return Err(StaffError::RevokedBefore { subject });
        }
        let device = view.device;
        let incarnations = rows.iter().find(|row| row.key == device).map(|row| row.incarnations.clone());
        let revocation = Revocation {
            vault,
            device,
            last: incarnations.unwrap_or_default(),
            reason: because,
            at: self.now(),
            by: self.keeper_keys().signing.id(),
        };
        let (paper, at) = (revocation.sign(&self.keeper_keys().signing), revocation.at);
        let change = DeviceChange { vault, device, paper, revokes: true, seen: Some(revocation.last), at };
        let target = format!("vault={vault} device={device}");
        let event = trail::event(by, at, Code::DeviceRevoke, target, Some(reason));
        self.store().change_device(change, event).await?;
        Ok(PhoneView { state: DeviceState::Revoked(at), ..view })
    }
}

pub(in crate::site) fn views(rows: &[DeviceRow]) -> Vec<PhoneView> {
    let numbers = numbered(rows);
    let mut views: Vec<PhoneView> = rows
        .iter()
        .map(|row| PhoneView {
            number: numbers.get(&row.key).map(|device| device.number),
            device: row.key,
            state: row.state,
            joined: row.joined,
            incarnations: row.incarnations.len(),
            held_revocation: row.held_revocation && !matches!(row.state, DeviceState::Revoked(_)),
            allowance: row.allowance,
            wrong_digits: row.wrong_digits,
            late: row.late,
            by_retired_key: row.held_certificate.is_some(),
            loan: row.loan.clone(),
        })
        .collect();
    views.sort_by_key(|view| view.joined);
    views
}

/// The phone of a number, or the only one whose key's id begins so.
pub(in crate::site) fn find(views: &[PhoneView], named: &str) -> Option<PhoneView> {
    let by_number = named.parse().ok().and_then(|n: u16| views.iter().find(|view| view.number == Some(n)));
    let named = named.to_lowercase();
    let mut by_key =
        views.iter().filter(|view| named.len() >= PREFIX_MIN && view.device.to_string().starts_with(&named));
    match (by_number, by_key.next(), by_key.next()) {
        (Some(view), _, _) | (None, Some(view), None) => Some(view.clone()),
        (None, _, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::SiteServices;
    use crate::testing::Keeper;

    fn view(n: u8, number: Option<u16>) -> PhoneView {
        let (device, state) = (KeyId::from_bytes([n; 16]), DeviceState::Confirmed);
        PhoneView {
            number,
            device,
            state,
            joined: UtcMillis(0),
            incarnations: 1,
            held_revocation: false,
            allowance: Allowance::default(),
            wrong_digits: 0,
            late: false,
            by_retired_key: false,
            loan: None,
        }
    }

    #[tokio::test]
    async fn the_line_is_not_drawn_before_a_parcel_that_came_while_it_was_drawn() {
        let keeper = Keeper::new().await;
        let (server, mut phone) = (keeper.serve().await, keeper.phone("001").await);
        let desk = SiteServices::new(
            keeper.store.clone(),
            keeper.keys.clone(),
            keeper.clock.clone(),
            keeper.entropy.clone(),
        );
        let first = phone.next("one");
        server.push(&phone.push(&[first])).await;
        let participant = desk.participants().find("001").await.unwrap();
        let rows = desk.store().devices(phone.vault).await.unwrap();
        let second = phone.next("two");
        server.push(&phone.push(&[second])).await;
        let (li, named) = (Account::new("li").unwrap(), phone.signing.id().to_string());
        let revoke = RevokeDevice { device: &named, because: RevocationReason::Lost, reason: "lost" };
        let late = desk.devices().draw_line(&li, &participant, &rows, revoke).await;
        assert!(matches!(late, Err(StaffError::Store(StoreError::Conflict { .. }))), "{late:?}");
        let rows = desk.store().devices(phone.vault).await.unwrap();
        desk.devices().draw_line(&li, &participant, &rows, revoke).await.unwrap();
        let signed = desk.store().devices(phone.vault).await.unwrap();
        assert!(matches!(signed[0].state, DeviceState::Revoked(_)));
        assert_eq!(signed[0].incarnations[0].last_seq, 2);
    }

    #[test]
    fn a_phone_is_called_by_its_number_or_by_the_beginning_of_its_key() {
        let all = [view(0x1a, Some(1)), view(0x1b, None)];
        assert_eq!(find(&all, "1"), Some(all[0].clone()));
        assert_eq!(find(&all, "1B1B"), Some(all[1].clone()));
        assert_eq!(find(&all, "1b"), None, "too short to be sure");
        assert_eq!(find(&all, "2"), None);
    }
}
