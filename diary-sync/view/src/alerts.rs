//! Instructions of alert rules that a face has to show. Rules are evaluated in diary-core, which records each
//! instruction as an entry of its own; here is decided which are shown again and when asking stops.

use diary_core::diary::{Diary, DiaryError, Instruction};
use diary_core::study::Severity;
use diary_core::time::{DAY_MS, UtcMillis};

/// Days for which an instruction that was not confirmed as read is shown again.
pub const UNREAD_DAYS: i64 = 3;

/// Days of which instructions are listed unless others are asked for.
pub const LISTED_DAYS: i64 = 28;

/// Instructions of the last days that were not confirmed as read, in the order to show them.
///
/// # Errors
/// [`DiaryError`] if the store fails.
pub fn unread(diary: &Diary, now: UtcMillis) -> Result<Vec<Instruction>, DiaryError> {
    Ok(shown_again(diary.instructions(Some(now.plus_ms(-UNREAD_DAYS * DAY_MS)))?))
}

/// Keeps those that were not confirmed; `newest_first` comes as [`Diary::instructions`] gives it. The oldest is shown
/// first, so that the newest stands last on the screen, next to the question.
fn shown_again(newest_first: Vec<Instruction>) -> Vec<Instruction> {
    newest_first.into_iter().rev().filter(|one| one.acknowledged.is_none()).collect()
}

/// Tells whether no further question may follow: a participant who is told to get help is not asked anything first.
#[must_use]
pub fn ends_asking(shown: impl IntoIterator<Item = Severity>) -> bool {
    shown.into_iter().any(|severity| match severity {
        Severity::Emergency => true,
        Severity::Call | Severity::Notice => false,
    })
}

#[cfg(test)]
mod tests {
    use diary_core::ids::{EntryId, RunId};
    use diary_core::time::{Reading, Zone};

    use super::*;

    fn instruction(day: i64, acknowledged: Option<UtcMillis>) -> Instruction {
        let at = UtcMillis(day * DAY_MS);
        Instruction {
            entry: EntryId::new(at.0, [1; 10]),
            rule: "fever".parse().unwrap(),
            title: None,
            severity: Severity::Call,
            shown: "Call.".to_owned(),
            at: Reading::new(at, Zone::UTC, RunId::from_bytes([0; 16]), None),
            acknowledged,
        }
    }

    #[test]
    fn what_was_not_confirmed_is_shown_again_oldest_first() {
        let newest_first =
            vec![instruction(3, None), instruction(2, Some(UtcMillis(1))), instruction(1, None)];
        let days: Vec<i64> = shown_again(newest_first).iter().map(|one| one.at.utc.0 / DAY_MS).collect();
        assert_eq!(days, [1, 3]);
    }

    #[test]
    fn only_an_emergency_ends_the_asking() {
        assert!(ends_asking([Severity::Notice, Severity::Emergency]));
        assert!(!ends_asking([Severity::Notice, Severity::Call]));
        assert!(!ends_asking([]));
    }
}
