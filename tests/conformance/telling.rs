//! Vaults with pending notices for their phones.

use diary_core::ids::VaultId;
use diary_store::{PendingNotice, VaultMerge};

use crate::ground::{Ground, on_each_database};
use crate::phone::Phone;
use crate::site::{START, Site};

async fn pending_notices(site: &Site) -> Vec<PendingNotice> {
    site.store.waiting(0, 1_000).await.unwrap().pending_notices
}

fn told(vault: VaultId, mark: i64) -> VaultMerge {
    VaultMerge {
        vault,
        outcomes: Vec::new(),
        reply: None,
        notice: Some(mark),
        backed_up: None,
        status: None,
        at: START,
    }
}

async fn push_and_merge(site: &Site, phone: &mut Phone) {
    let parcel = phone.next("hello");
    site.push(phone.push(&[parcel])).await;
    let merge = site.judged(&site.batch().await);
    site.merge(vec![merge]).await;
}

async fn what_came_about_while_phones_were_told_is_told_as_well(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    let before = pending_notices(&site).await;
    assert_eq!(before.iter().map(|one| one.vault).collect::<Vec<_>>(), [phone.vault]);
    let _second = site.confirmed(phone.vault).await;
    push_and_merge(&site, &mut phone).await;
    let now = pending_notices(&site).await;
    assert_ne!(now, before, "the mark is another one");
    site.merge(vec![told(phone.vault, before[0].mark)]).await;
    assert_eq!(pending_notices(&site).await, now, "what was told is not all of it");
    site.merge(vec![told(phone.vault, now[0].mark)]).await;
    assert_eq!(pending_notices(&site).await, []);
}

async fn a_vaults_only_phone_knows_what_it_made_itself(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    for one in pending_notices(&site).await {
        site.merge(vec![told(one.vault, one.mark)]).await;
    }
    push_and_merge(&site, &mut phone).await;
    assert_eq!(pending_notices(&site).await, []);
    let _second = site.joined(phone.vault).await;
    let asks = pending_notices(&site).await;
    assert_eq!(asks.iter().map(|one| one.vault).collect::<Vec<_>>(), [phone.vault]);
    site.merge(vec![told(phone.vault, asks[0].mark)]).await;
    push_and_merge(&site, &mut phone).await;
    assert_eq!(pending_notices(&site).await.len(), 1, "there is another one now");
}

on_each_database! {
    what_came_about_while_phones_were_told_is_told_as_well,
    a_vaults_only_phone_knows_what_it_made_itself,
}
