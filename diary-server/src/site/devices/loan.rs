//! Phones that the hospital lends: marked when their link is made, corrected where the mark is wrong, and returned.

use diary_core::keys::RevocationReason;

use crate::audit::Account;
use crate::audit::{self as trail, Code};
use crate::site::devices::access::{PhoneView, RevokeDevice, find};
use crate::site::{DeviceService, StaffError, check_reason};
use diary_store::{DeviceState, Loan, LoanChange, Participant};

/// Most characters of an inventory label.
pub const LABEL_MAX_CHARS: usize = 64;

/// Return of a lent phone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReturnDevice<'a> {
    /// Number of the phone on the report, or the beginning of its key's id.
    pub device: &'a str,
    /// Reason in the audit trail.
    pub reason: &'a str,
}

/// Correction of the mark of a phone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MarkDevice<'a> {
    /// Number of the phone on the report, or the beginning of its key's id.
    pub device: &'a str,
    /// Inventory label of a lent phone, may be empty; `None` for a phone of the participant.
    pub lent: Option<&'a str>,
    /// Reason in the audit trail.
    pub reason: &'a str,
}

/// An inventory label without spaces around it.
///
/// # Errors
/// [`StaffError::LabelForm`] where it is too long, or has control characters.
pub fn check_label(label: &str) -> Result<String, StaffError> {
    let label = label.trim();
    if label.chars().count() > LABEL_MAX_CHARS || label.chars().any(char::is_control) {
        return Err(StaffError::LabelForm);
    }
    Ok(label.to_owned())
}

impl DeviceService<'_> {
    /// Notes that a lent phone was given back. One that is still in use is revoked: what it had sent counts.
    ///
    /// # Errors
    /// [`StaffError::UnknownPhone`], [`StaffError::NotLent`], [`StaffError::ReasonForm`], and those of
    /// [`Self::revoke`].
    pub async fn give_back(
        self,
        by: &Account,
        participant: &Participant,
        back: ReturnDevice<'_>,
    ) -> Result<PhoneView, StaffError> {
        let ReturnDevice { device, reason } = back;
        check_reason(reason)?;
        let view = self.phone(participant, device).await?;
        let lent = view.loan.clone().filter(|loan| loan.returned.is_none());
        let Some(lent) = lent else {
            return Err(StaffError::NotLent { subject: participant.subject.clone() });
        };
        let key = view.device.to_string();
        if !matches!(view.state, DeviceState::Revoked(_)) {
            let revoke = RevokeDevice { device: &key, because: RevocationReason::Other, reason };
            self.revoke(by, participant, revoke).await?;
        }
        let loan = Loan { returned: Some(self.now()), ..lent };
        self.change_loan(by, participant, (&view, Some(loan), reason)).await?;
        self.phone(participant, &key).await
    }

    /// Corrects the mark of a phone: lent by the hospital, or the participant's own.
    ///
    /// # Errors
    /// [`StaffError::UnknownPhone`], [`StaffError::LabelForm`], [`StaffError::ReasonForm`].
    pub async fn mark(
        self,
        by: &Account,
        participant: &Participant,
        mark: MarkDevice<'_>,
    ) -> Result<PhoneView, StaffError> {
        check_reason(mark.reason)?;
        let label = mark.lent.map(check_label).transpose()?;
        let view = self.phone(participant, mark.device).await?;
        let returned = view.loan.as_ref().and_then(|loan| loan.returned);
        let loan = label.map(|label| Loan { label, returned });
        self.change_loan(by, participant, (&view, loan, mark.reason)).await?;
        self.phone(participant, &view.device.to_string()).await
    }

    async fn phone(&self, participant: &Participant, named: &str) -> Result<PhoneView, StaffError> {
        let (subject, named) = (participant.subject.clone(), named.to_owned());
        find(&self.list(participant).await?, &named).ok_or(StaffError::UnknownPhone { subject, named })
    }

    async fn change_loan(
        &self,
        by: &Account,
        participant: &Participant,
        (view, loan, reason): (&PhoneView, Option<Loan>, &str),
    ) -> Result<(), StaffError> {
        let (vault, device) = (participant.vault, view.device);
        let (code, word) = match &loan {
            Some(Loan { returned: Some(_), .. }) => (Code::DeviceReturn, "returned"),
            Some(_) => (Code::DeviceLoan, "lent"),
            None => (Code::DeviceLoan, "own"),
        };
        let target = format!("vault={vault} device={device} {word}");
        let event = trail::event(by, self.now(), code, target, Some(reason));
        Ok(self.store().change_loan(LoanChange { vault, device, loan }, event).await?)
    }
}
