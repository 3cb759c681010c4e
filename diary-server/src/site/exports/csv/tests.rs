//! A row that cannot be read among good ones.

use diary_core::entry::Content;
use diary_core::merge::{Change, merge_v1};

use crate::site::snapshot::readable;
use crate::testing::Keeper;
use diary_report::snapshot::UnmergedReason;

#[tokio::test]
async fn a_parcel_that_cannot_be_read_is_named_and_the_others_come_out() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let parcels: Vec<_> = ["one", "two", "three"].map(|text| phone.next(text)).into();
    server.push(&phone.push(&parcels)).await;
    server.settle().await;
    let mut stored = server.app.store().stored_parcels(phone.vault).await.unwrap();
    let (plans, aside) = readable(&stored);
    assert_eq!((plans.len(), aside.len()), (3, 0));
    assert_eq!(merge_v1(&plans), merge_v1(&server.record(phone.vault).await.plans));

    let n = stored[1].parcel.n;
    stored[1].opened.as_mut().unwrap().plain.truncate(20);
    let (plans, aside) = readable(&stored);
    let texts: Vec<&str> = plans
        .iter()
        .flat_map(|plan| &plan.changes)
        .filter_map(|change| match change {
            Change::Revision(encoded) => match &encoded.revision().content {
                Content::Note(note) => Some(note.text.as_str()),
                _ => None,
            },
            _ => None,
        })
        .collect();
    assert_eq!(texts, ["one", "three"]);
    assert_eq!(aside, [diary_report::snapshot::NotInRecord { n, why: UnmergedReason::Unreadable }]);
}
