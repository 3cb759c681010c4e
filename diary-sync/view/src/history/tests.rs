//! Selection, marks and versions of entries.

use diary_core::entry::{AlertShown, Late, Note};
use diary_core::ids::{EntryId, RevisionId, RunId};
use diary_core::testing::first_revision;
use diary_core::time::{Reading, UtcMillis, Zone};

use super::*;

/// A version recorded on the `day`th day of March 2026.
pub(crate) fn revision(day: i64, content: Content) -> Revision {
    let at = UtcMillis(1_772_323_200_000 + (day - 1) * diary_core::time::DAY_MS);
    let id = RevisionId::new(at.0, [1; 10]);
    Revision {
        day: format!("2026-03-{day:02}").parse().unwrap(),
        ..first_revision(id, content, Reading::new(at, Zone::UTC, RunId::from_bytes([1; 16]), None))
    }
}

/// An entry with these versions, of which the last counts.
pub(crate) fn past(versions: Vec<Revision>) -> PastEntry {
    PastEntry {
        entry: EntryId::new(1, [1; 10]),
        shown: versions.last().cloned(),
        withdrawn: false,
        conflict: false,
        versions,
    }
}

fn note(text: &str) -> Content {
    Content::Note(Note { text: text.to_owned() })
}

#[test]
fn entries_are_listed_by_day_and_within_it_in_the_order_in_which_they_were_made() {
    let all: Vec<NumberedEntry> = [(1, 3), (2, 2), (3, 3), (4, 1)]
        .map(|(number, day)| NumberedEntry { number, past: past(vec![revision(day, note("a"))]) })
        .into();
    let numbers = |selection| select(&all, selection).iter().map(|one| one.number).collect::<Vec<_>>();
    assert_eq!(numbers(Selection::Since("2026-03-02".parse().unwrap())), [2, 1, 3]);
    assert_eq!(numbers(Selection::Entry(4)), [4]);
    assert_eq!(numbers(Selection::Entry(5)), [] as [u32; 0]);
}

#[test]
fn a_withdrawn_entry_shows_the_words_it_had_and_its_marks_in_order() {
    let late = Some(Late { closed: UtcMillis(0), reason: Some("asleep".to_owned()) });
    let first = Revision { late, ..revision(1, note("first")) };
    let mut entry = past(vec![first, revision(1, note("second")), revision(1, Content::Withdrawn)]);
    (entry.shown, entry.withdrawn) = (None, true);
    assert!(latest(&entry).is_some_and(|latest| latest.content == note("second")));
    let reason = Some("asleep".to_owned());
    assert!(marks(&entry) == [Mark::Withdrawn, Mark::Late { reason }, Mark::Corrected { times: 1 }]);
    assert_eq!(versions(&entry).len(), 3);
}

#[test]
fn an_instruction_is_marked_as_read_and_its_confirmation_is_no_version() {
    let alert = |acknowledged| {
        Content::AlertShown(AlertShown {
            rule: "fever".parse().unwrap(),
            trigger: None,
            shown: "Call.".to_owned(),
            acknowledged,
            of: None,
        })
    };
    let unread = past(vec![revision(1, alert(None))]);
    assert!(marks(&unread) == [Mark::NotConfirmed]);
    let read = past(vec![revision(1, alert(None)), revision(1, alert(Some(UtcMillis(1))))]);
    assert!(marks(&read) == [Mark::Read]);
    assert!(versions(&read).is_empty());
}

#[test]
fn an_entry_that_was_never_corrected_has_no_list_of_versions() {
    assert!(versions(&past(vec![revision(1, note("a"))])).is_empty());
    let corrected = past(vec![revision(1, note("a")), revision(1, note("b"))]);
    assert_eq!(versions(&corrected).len(), 2);
    assert!(marks(&corrected) == [Mark::Corrected { times: 1 }]);
}
