//! Delivery of the entries of each day: saved here, sent, received, in the record, backed up.

use diary_core::diary::{Diary, DiaryError};
use diary_core::store::DayState;
use diary_core::time::DiaryDay;

/// Days that are listed unless others are asked for.
pub const DAYS: i64 = 14;

/// Stage that the entries of a day have reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// Nothing was entered.
    Nothing,
    /// Nothing was entered here; the hospital has sent what was entered on another phone, or here before.
    FromHospital,
    /// All are only on this device.
    SavedHere,
    /// Some have left the device.
    PartlySent,
    /// All have left the device.
    Sent,
    /// The hospital has all.
    Received,
    /// All are in the trial record.
    InTheRecord,
    /// All are in the trial record and in a backup.
    BackedUp,
    /// The site looks at something by hand.
    PutAside,
}

impl Progress {
    /// Code for scripts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::FromHospital => "from-hospital",
            Self::SavedHere => "saved-here",
            Self::PartlySent => "partly-sent",
            Self::Sent => "sent",
            Self::Received => "received",
            Self::InTheRecord => "in-record",
            Self::BackedUp => "backed-up",
            Self::PutAside => "put-aside",
        }
    }
}

/// One day with its counts and its stage.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DayDelivery {
    /// The day.
    pub day: DiaryDay,
    /// Counts of its entries.
    pub state: DayState,
    /// Its stage.
    pub progress: Progress,
}

/// Stage of a day.
#[must_use]
pub const fn progress(state: &DayState) -> Progress {
    if state.made == 0 && state.from_hospital > 0 {
        Progress::FromHospital
    } else if state.made == 0 {
        Progress::Nothing
    } else if state.quarantined > 0 {
        Progress::PutAside
    } else if state.merged == state.made && state.backed_up == state.made {
        Progress::BackedUp
    } else if state.merged == state.made {
        Progress::InTheRecord
    } else if state.received == state.made {
        Progress::Received
    } else if state.sent == state.made {
        Progress::Sent
    } else if state.sent > 0 {
        Progress::PartlySent
    } else {
        Progress::SavedHere
    }
}

/// The last `days` days up to `today`, none before the first diary day. A day of which something is only here is
/// included however old it is.
///
/// # Errors
/// [`DiaryError`] if the store fails.
pub fn days(diary: &Diary, today: DiaryDay, days: i64) -> Result<Vec<DayDelivery>, DiaryError> {
    let from = today.plus_days(1 - days).max(diary.device().first_day.min(today));
    let unsent = diary.store().days_not_received()?;
    let oldest = unsent.first().copied().unwrap_or(from).min(from);
    let states = diary.days(oldest, today)?;
    let shown = states.into_iter().filter(|(day, _)| *day >= from || unsent.contains(day));
    Ok(shown.map(|(day, state)| DayDelivery { day, progress: progress(&state), state }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_as_far_as_the_last_of_its_entries() {
        let state = |made, sent, received, merged, backed_up| {
            progress(&DayState { made, sent, received, merged, backed_up, ..DayState::default() })
        };
        assert_eq!(state(0, 0, 0, 0, 0), Progress::Nothing);
        assert_eq!(state(3, 0, 0, 0, 0), Progress::SavedHere);
        assert_eq!(state(3, 2, 2, 2, 2), Progress::PartlySent);
        assert_eq!(state(3, 3, 2, 2, 2), Progress::Sent);
        assert_eq!(state(3, 3, 3, 2, 2), Progress::Received);
        assert_eq!(state(3, 3, 3, 3, 2), Progress::InTheRecord);
        assert_eq!(state(3, 3, 3, 3, 3), Progress::BackedUp);
    }

    #[test]
    fn what_the_site_looks_at_comes_before_any_other_stage() {
        let full = DayState { made: 1, sent: 1, received: 1, merged: 1, backed_up: 1, ..DayState::default() };
        assert_eq!(progress(&DayState { quarantined: 1, ..full }), Progress::PutAside);
        assert_eq!(progress(&DayState { from_hospital: 1, ..full }), Progress::BackedUp);
        assert_eq!(progress(&DayState { from_hospital: 1, ..DayState::default() }), Progress::FromHospital);
    }
}
