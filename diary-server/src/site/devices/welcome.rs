//! Items that a confirmed device is sent again on request of staff: the study, every act of staff, and as much of the
//! diary's past as it may read. Pure. The items are the same as before, so that merging them again changes nothing.

use diary_core::keys::{HistoryScope, StudyVersionRef};
use diary_core::parcel::Item;
use diary_core::record::TrialRecord;
use diary_core::time::DiaryDay;

/// Version of the study that is in force.
#[must_use]
pub const fn study(study: StudyVersionRef) -> Item {
    Item::StudyVersion { version: study.version, hash: study.hash }
}

/// Everything that a device is given, in one go. `today` is the diary day on which it was admitted.
#[must_use]
pub fn items(
    record: &TrialRecord,
    study: StudyVersionRef,
    scope: HistoryScope,
    today: DiaryDay,
) -> Vec<Item> {
    let mut items = vec![self::study(study)];
    items.extend(record.acts().map(|(act, _)| Item::act(act)));
    let first = match scope {
        HistoryScope::All => Some(DiaryDay(chrono::NaiveDate::MIN)),
        HistoryScope::Days(days) => Some(today.plus_days(1 - i64::from(days))),
        HistoryScope::None => None,
    };
    if let Some(first) = first {
        let within = record.revisions().filter(|held| held.encoded.revision().day >= first);
        items.extend(within.map(|held| Item::revision(&held.encoded)));
    }
    items
}

#[cfg(test)]
mod tests {
    use diary_core::act::{Act, ActContent};
    use diary_core::entry::{Content, EncodedRevision, Note, Revision};
    use diary_core::hash::sha256;
    use diary_core::ids::{ActId, Hash, Incarnation, KeyId, RevisionId, RunId};
    use diary_core::merge::{Change, MergePlan, merge_v1};
    use diary_core::record::Source;
    use diary_core::testing::first_revision;
    use diary_core::time::{Reading, ReceivedAt, UtcMillis, Zone};

    use super::*;

    fn day(text: &str) -> DiaryDay {
        text.parse().unwrap()
    }

    fn note(n: u8, on: &str) -> EncodedRevision {
        let id = RevisionId::from_bytes([n; 16]);
        let run = RunId::from_bytes([0; 16]);
        EncodedRevision::new(Revision {
            counter: n.into(),
            day: day(on),
            ..first_revision(
                id,
                Content::Note(Note { text: "tired".to_owned() }),
                Reading::new(UtcMillis(0), Zone::UTC, run, None),
            )
        })
        .unwrap()
    }

    fn act() -> Act {
        let content = ActContent::Visit { date: day("2026-03-01"), kind: "screening".to_owned(), held: true };
        let (id, by) = (ActId::from_bytes([9; 16]), "li".to_owned());
        Act { id, counter: 9u8.into(), by, at: UtcMillis(0), reason: None, content, replaces: None }
    }

    fn record() -> TrialRecord {
        let source = Source {
            author: KeyId::from_bytes([1; 16]),
            incarnation: Incarnation::from_bytes([1; 16]),
            seq: 1,
        };
        let act = act();
        let hash = sha256(&diary_core::wire::encode(&act));
        let changes = vec![
            Change::Revision(note(1, "2026-03-01").into()),
            Change::Revision(note(2, "2026-03-27").into()),
            Change::Revision(note(3, "2026-03-28").into()),
            Change::Act { act, hash },
        ];
        merge_v1(&[MergePlan { source, received: ReceivedAt(UtcMillis(0)), changes }])
    }

    #[track_caller]
    fn check(scope: HistoryScope, notes: &[u8]) {
        let study = StudyVersionRef { version: 3, hash: Hash::from_bytes([3; 32]) };
        let sent = items(&record(), study, scope, day("2026-03-28"));
        let mut expected = vec![Item::StudyVersion { version: 3, hash: study.hash }, Item::act(&act())];
        let of_day = ["2026-03-01", "2026-03-27", "2026-03-28"];
        expected.extend(notes.iter().map(|n| Item::revision(&note(*n, of_day[usize::from(*n) - 1]))));
        assert_eq!(sent, expected, "{scope:?}");
    }

    #[test]
    fn a_new_phone_is_sent_the_study_the_acts_and_the_past_within_its_scope() {
        check(HistoryScope::All, &[1, 2, 3]);
        check(HistoryScope::Days(2), &[2, 3]);
        check(HistoryScope::Days(1), &[3]);
        check(HistoryScope::None, &[]);
    }

    #[test]
    fn what_is_sent_again_changes_nothing_in_the_record() {
        let study = StudyVersionRef { version: 3, hash: Hash::from_bytes([3; 32]) };
        let sent = items(&record(), study, HistoryScope::All, day("2026-03-28"));
        let acts: Vec<_> = sent.iter().filter(|item| matches!(item, Item::Act(_))).collect();
        assert_eq!(acts, [&Item::Act(diary_core::wire::encode(&act()))]);
    }
}
