//! Bundles that phones hand over to a keeper that has lost them.

use diary_core::api::{self, Evidence, PushRequest, PushStatus};
use diary_core::ids::VaultId;
use diary_core::keys::{Bundle, ServerKey, ServerRole, SigningKey};

use super::code;
use crate::testing::Keeper;
use diary_store::{AuditStore, SiteStore};

#[tokio::test]
async fn the_keepers_of_a_bundle_that_was_lost_are_kept_once_where_the_root_signed_it_for_this_study() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let lost = SigningKey::generate(keeper.random()).verifying_key();
    let key = ServerKey { key: lost, role: ServerRole::Keeper, retired: None };
    let held = server.app.study().bundle.clone();
    let other = Bundle { servers: vec![key], version: held.version + 1_001, ..held };
    let thief = SigningKey::generate(keeper.random());
    let of_thief = Bundle { root: thief.verifying_key(), ..other.clone() }.sign(&thief);
    let of_study = Bundle { study: "another-study".parse().unwrap(), ..other.clone() };
    let (forged, foreign) = (other.sign(&thief), of_study.sign(&keeper.root));
    for bundle in [of_thief, forged, foreign] {
        let evidence = Evidence { bundle: Some(bundle), ..Evidence::default() };
        let parcel = phone.next("hello");
        let push = PushRequest { evidence: Some(evidence), ..phone.push(&[parcel]) };
        assert_eq!(code(&server.push(&push).await.0[0]), (PushStatus::Stored, None));
        assert_eq!(keeper.store.lost_keepers().await.unwrap(), []);
    }
    for _ in 0..2 {
        let evidence = Evidence { bundle: Some(other.sign(&keeper.root)), ..Evidence::default() };
        let push = PushRequest { evidence: Some(evidence), ..phone.push(&[]) };
        // A device that this keeper does not know may bring it, too.
        let push = PushRequest { credential: None, vault: VaultId::from_bytes([9; 16]), ..push };
        server.post(api::PARCELS, push.to_bytes()).await;
        assert_eq!(keeper.store.lost_keepers().await.unwrap(), [lost]);
    }
    let trail = keeper.store.audit_trail(0, 100).await.unwrap();
    assert_eq!(trail.iter().filter(|row| row.event.what == "keeper.lost").count(), 1);
}
