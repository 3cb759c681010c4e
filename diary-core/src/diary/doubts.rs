//! Doubts about the phone's settings: another zone than the site's, or a clock that is far off. Entries are
//! saved all the same; the participant sees each doubt once, and the site sees it in the statements.

use super::{Diary, DiaryError};
use crate::time::{UtcMillis, Zone};

/// Smallest difference from the server's clock that is a doubt, in milliseconds.
const CLOCK_MS: i64 = 12 * HOUR_MS;
const HOUR_MS: i64 = 60 * 60_000;
/// Largest difference of clocks that are taken to agree, in milliseconds.
const TOLERANCE_MS: i64 = 5 * 60_000;

/// A doubt about a phone's settings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PhoneDoubt {
    /// Its zone has another offset than the site's.
    Zone {
        /// Zone set on the phone.
        phone: Zone,
        /// Zone of the site.
        site: Zone,
    },
    /// At the last contact its clock differed widely from the server's.
    Off {
        /// Difference in minutes, rounded down.
        minutes: i64,
        /// True if it is ahead of the server's.
        ahead: bool,
    },
    /// Its clock shows an earlier time than the last entry.
    Back {
        /// Recorded time of that entry.
        last: UtcMillis,
    },
}

impl PhoneDoubt {
    /// Key under which it is noted as shown.
    fn noted(self) -> String {
        match self {
            Self::Zone { phone, .. } => format!("zone {phone}"),
            Self::Off { ahead: true, .. } => "clock ahead".to_owned(),
            Self::Off { ahead: false, .. } => "clock behind".to_owned(),
            Self::Back { .. } => "clock back".to_owned(),
        }
    }
}

/// Doubts from the present state. `compared` holds the clocks of phone and server at the last contact.
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
    /// Doubts about this phone that were not shown yet. Each counts as shown from now on, until it is over.
    ///
    /// # Errors
    /// [`DiaryError::Store`] if the store fails.
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
