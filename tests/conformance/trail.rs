//! The study trail.

use diary_store::{StoreError, TrailEvent};

use crate::ground::{Ground, on_each_database};
use crate::site::{START, Site, event};

async fn the_trail_holds_every_change_of_either_server_under_one_chain(ground: Ground) {
    let site = Site::keeper(ground).await;
    site.participant("001").await;
    site.other.record_event(event("report.view")).await.unwrap();
    let told = TrailEvent {
        at: START.plus_ms(7),
        who: "dr. 王".to_owned(),
        role: "investigator".to_owned(),
        what: "export".to_owned(),
        target: "vault=00".to_owned(),
        reason: Some("the monitor asked for it".to_owned()),
    };
    site.store.record_event(told.clone()).await.unwrap();
    assert_eq!(site.told().await, ["init", "participant.add", "report.view", "export"]);
    assert_eq!(site.trail().await[3].event, told);
}

async fn a_trail_is_read_in_pages_that_follow_one_another(ground: Ground) {
    let site = Site::keeper(ground).await;
    for n in 0..7 {
        site.store.record_event(event(&format!("view-{n}"))).await.unwrap();
    }
    let (all, mut read) = (site.trail().await, Vec::new());
    loop {
        let page = site.other.audit_trail(read.len() as u64, 3).await.unwrap();
        assert!(page.len() <= 3);
        if page.is_empty() {
            break;
        }
        read.extend(page);
    }
    assert_eq!(read, all);
    assert_eq!(all.len(), 8);
}

async fn restores_and_drills_are_found_among_other_rows(ground: Ground) {
    let site = Site::keeper(ground).await;
    let told =
        ["report.view", "server.restore", "evidence.taken", "export", "keys.drill", "server.rolled-back"];
    for what in told {
        site.store.record_event(event(what)).await.unwrap();
    }
    let found = site.other.audit_restores_and_drills().await.unwrap();
    let all = site.trail().await;
    assert_eq!(found, [2, 3, 5, 6].map(|n: usize| all[n].clone()));
}

/// A change and its row in the audit trail are one transaction: a refused change leaves neither.
async fn a_change_that_is_refused_leaves_nothing_behind(ground: Ground) {
    let site = Site::keeper(ground).await;
    let phone = site.phone("001").await;
    let (trail, log) = (site.trail().await, site.log(phone.vault).await);
    let stranger = crate::phone::Phone::new(&site, phone.vault);
    let paper = site.certificate(&stranger).sign(&site.keys.signing);
    let change = site.device_change(&stranger, &paper, false);
    let refused = site.store.change_device(change, event("device.confirm")).await;
    assert!(matches!(refused, Err(StoreError::NotFound { .. })), "{refused:?}");
    let refused = site.store.requeue(phone.vault, 99, event("quarantine.retry")).await;
    assert!(matches!(refused, Err(StoreError::NotFound { .. })), "{refused:?}");
    assert_eq!((site.trail().await, site.log(phone.vault).await), (trail, log));
}

on_each_database! {
    the_trail_holds_every_change_of_either_server_under_one_chain,
    a_trail_is_read_in_pages_that_follow_one_another,
    restores_and_drills_are_found_among_other_rows,
    a_change_that_is_refused_leaves_nothing_behind,
}
