//! Parcels from sealing to receipt.

use super::*;
use crate::entropy::SeededEntropy;
use crate::keys::{SealingKey, SigningKey};
use crate::signed::Signed;

fn scope() -> GrantScope {
    GrantScope {
        study: "NCT06836973".parse().unwrap(),
        vault: VaultId::from_bytes([1; 16]),
        incarnation: Incarnation::from_bytes([2; 16]),
        no: 1,
        generation: 1,
    }
}

struct Scene {
    entropy: SeededEntropy,
    site: SealingKey,
    author: SigningKey,
    key: GrantKey,
    grant: Signed,
}

fn scene() -> Scene {
    let entropy = SeededEntropy::new(7);
    let (site, recovery) = (SealingKey::generate(&entropy), SealingKey::generate(&entropy));
    let author = SigningKey::generate(&entropy);
    let (key, grant) = Grant::make(&scope(), &[site.public(), recovery.public()], &author, &entropy).unwrap();
    Scene { entropy, site, author, key, grant }
}

impl Scene {
    fn seal(&self, items: &[Item]) -> SealedParcel {
        let input = SealInput { seq: 1, prev: NO_PREVIOUS, items };
        seal(&input, &self.key, &self.author, &self.entropy).unwrap()
    }
}

#[test]
fn what_is_sealed_opens_for_the_site() {
    let scene = scene();
    let items = vec![Item::Revision(vec![1, 2, 3]), Item::Challenge([9; 32])];
    let sent = scene.seal(&items).to_bytes();
    let parcel = SealedParcel::from_bytes(&sent).unwrap().verify(&scene.author.verifying_key()).unwrap();
    let key = open_grant(&scene.grant, &scene.author.verifying_key(), &scene.site).unwrap();
    let opened = open(&parcel, &key).unwrap();
    assert_eq!(opened.content.items, items);
    assert_eq!(ParcelContent::decode(&opened.plain).unwrap(), opened.content);
}
