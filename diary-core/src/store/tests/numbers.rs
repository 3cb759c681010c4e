//! Numbers of entries, constant once given.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn receive(store: &mut Store, revisions: Vec<EncodedRevision>) {
    store.take_page(&DownlinkPage { at: NOW, revisions, ..DownlinkPage::default() }).unwrap();
}

#[test]
fn what_comes_down_later_takes_the_next_number_also_when_it_was_made_earlier() {
    let folder = folder();
    let mut store = joined(&folder.path);
    store.save(&[note(1, 5), note(2, 6)], Urgency::Gather, NOW).unwrap();
    receive(&mut store, vec![note(3, 1), note(1, 5), note(4, 9)]);
    store.save(&[note(5, 10)], Urgency::Gather, NOW).unwrap();
    let numbers: Vec<u32> =
        [1, 2, 3, 4, 5].map(|n| store.entry_number(note(n, 1).revision().entry).unwrap().unwrap()).to_vec();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
    assert_eq!(store.entry_of_number(3).unwrap(), Some(note(3, 1).revision().entry));
    assert_eq!(store.entry_of_number(6).unwrap(), None);
    assert_eq!(store.entry_number(note(9, 1).revision().entry).unwrap(), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn numbers_that_were_shown_stay(steps in prop::collection::vec((any::<bool>(), prop::collection::vec((1u8..30, 1u64..60), 1..4)), 1..12)) {
        let folder = folder();
        let mut store = joined(&folder.path);
        let mut shown = BTreeMap::new();
        let mut mine = BTreeMap::new();
        for (own, notes) in steps {
            for (n, counter) in notes {
                if !own {
                    receive(&mut store, vec![note(n, counter)]);
                } else if mine.insert(n, counter).is_none() && store.revision(RevisionId::from_bytes([n; 16])).unwrap().is_none() {
                    store.save(&[note(n, counter)], Urgency::Gather, NOW).unwrap();
                }
            }
            let now = store.entry_numbers().unwrap();
            prop_assert!(shown.iter().all(|(entry, n)| now.get(entry) == Some(n)));
            let mut used: Vec<u32> = now.values().copied().collect();
            used.sort_unstable();
            prop_assert_eq!(used, (1..).take(now.len()).collect::<Vec<u32>>());
            shown = now;
        }
    }
}
