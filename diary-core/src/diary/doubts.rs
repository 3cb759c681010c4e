//! What is doubtful about the phone itself: it lives in another zone than the site, or its clock is far off. Entries are
//! kept all the same; the participant is told once, and the site by what the phone sends.

use super::{Diary, DiaryError};
use crate::time::{UtcMillis, Zone};

/// A clock that is so far from the server's, or back before the last entry, is told.
const CLOCK_MS: i64 = 12 * HOUR_MS;
const HOUR_MS: i64 = 60 * 60_000;
/// Clocks that differ by no more than this agree.
const TOLERANCE_MS: i64 = 5 * 60_000;

/// What is doubtful about a phone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PhoneDoubt {
    /// It shows other hours than the site's.
    Zone {
        /// The zone it is set to.
        phone: Zone,
        /// The site's.
        site: Zone,
    },
    /// At the last contact its clock was so far from the server's.
    Off {
        /// Minutes, rounded down.
        minutes: i64,
        /// Ahead of the server's, or behind it.
        ahead: bool,
    },
    /// Its clock shows a time before that of the last entry.
    Back {
        /// What the clock showed then.
        last: UtcMillis,
    },
}

impl PhoneDoubt {
    /// Under what it is noted as told: the same doubt is told once.
    fn noted(self) -> String {
        match self {
            Self::Zone { phone, .. } => format!("zone {phone}"),
            Self::Off { ahead: true, .. } => "clock ahead".to_owned(),
            Self::Off { ahead: false, .. } => "clock behind".to_owned(),
            Self::Back { .. } => "clock back".to_owned(),
        }
    }
}

/// What is doubtful, from what is known. `compared`: the clocks of phone and server at the last contact.
#[must_use]
pub fn phone_doubts(
    now: UtcMillis,
    phone: Zone,
    site: Zone,
    compared: Option<(UtcMillis, UtcMillis)>,
    last: Option<UtcMillis>,
) -> Vec<PhoneDoubt> {
    let mut found = Vec::new();
    if phone.offset_s(now) != site.offset_s(now) {
        found.push(PhoneDoubt::Zone { phone, site });
    }
    if let Some(off) = compared.map(|(here, there)| here.since_ms(there)).filter(|off| off.abs() >= CLOCK_MS)
    {
        found.push(PhoneDoubt::Off { minutes: off.abs() / 60_000, ahead: off > 0 });
    }
    if let Some(last) = last.filter(|last| last.since_ms(now) > TOLERANCE_MS) {
        found.push(PhoneDoubt::Back { last });
    }
    found
}

impl Diary {
    /// What is doubtful about this phone and was not told yet. It counts as told from now on, until it is over.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn new_doubts(&mut self, now: UtcMillis, zone: Zone) -> Result<Vec<PhoneDoubt>, DiaryError> {
        let site = self.site()?.zone;
        let conversation = self.store.conversation()?;
        let compared = conversation.server_seen.zip(conversation.server_time);
        let found = phone_doubts(now, zone, site, compared, self.store.last_recorded()?);
        let noted: Vec<String> = found.iter().map(|doubt| doubt.noted()).collect();
        let fresh = self.store.tell_once(&noted, now)?;
        Ok(found.into_iter().filter(|doubt| fresh.contains(&doubt.noted())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::DAY_MS;

    #[test]
    fn a_zone_counts_by_its_hours_and_a_clock_from_half_a_day_on() {
        let zone = |name: &str| name.parse::<Zone>().unwrap();
        let (site, now) = (zone("Asia/Shanghai"), UtcMillis(20_000 * DAY_MS));
        let doubts = |phone, compared, last| phone_doubts(now, zone(phone), site, compared, last);
        assert_eq!(doubts("Asia/Shanghai", None, None), []);
        assert_eq!(doubts("Asia/Taipei", None, Some(now)), []);
        let utc = PhoneDoubt::Zone { phone: zone("UTC"), site };
        assert_eq!(doubts("UTC", None, None), [utc]);
        let off = |ms| Some((now.plus_ms(ms), now));
        assert_eq!(doubts("Asia/Shanghai", off(12 * HOUR_MS - 1), None), []);
        let ahead = PhoneDoubt::Off { minutes: 720, ahead: true };
        assert_eq!(doubts("Asia/Shanghai", off(12 * HOUR_MS), None), [ahead]);
        let behind = PhoneDoubt::Off { minutes: 2880, ahead: false };
        assert_eq!(doubts("Asia/Shanghai", off(-48 * HOUR_MS), None), [behind]);
        let last = now.plus_ms(TOLERANCE_MS + 1);
        assert_eq!(doubts("Asia/Shanghai", None, Some(last)), [PhoneDoubt::Back { last }]);
        assert_eq!(doubts("Asia/Shanghai", None, Some(now.plus_ms(TOLERANCE_MS))), []);
    }
}
