//! Whose signature counts in a vault: keepers of the bundle, and devices that a keeper has certified.

use std::collections::BTreeMap;

use diary_core::ids::KeyId;
use diary_core::keys::{Bundle, Certificate, ServerRole, VerifyingKey};

/// Keys by id.
pub(super) struct Authors(BTreeMap<KeyId, VerifyingKey>);

impl Authors {
    /// The keepers of the bundle, also former ones.
    pub(super) fn new(bundle: &Bundle) -> Self {
        let keepers = bundle.servers.iter().filter(|server| server.role == ServerRole::Keeper);
        Self(keepers.map(|server| (server.key.id(), server.key)).collect())
    }

    /// A device with its certificate.
    pub(super) fn admit(&mut self, certificate: &Certificate) {
        self.0.insert(certificate.device(), certificate.signing);
    }

    /// A device that has asked to join; what it signs is its own, whether it is ever confirmed or not.
    pub(super) fn joined(&mut self, key: VerifyingKey) {
        self.0.insert(key.id(), key);
    }

    /// The key of an author who is known.
    pub(super) fn key(&self, id: KeyId) -> Option<VerifyingKey> {
        self.0.get(&id).copied()
    }
}
