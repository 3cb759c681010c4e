//! Keys whose signatures count in a vault: keepers of the bundle, and devices with a certificate or a join request.

use std::collections::BTreeMap;

use diary_core::ids::KeyId;
use diary_core::keys::{Bundle, Certificate, ServerRole, VerifyingKey};

/// Public keys by id.
pub(super) struct Authors(BTreeMap<KeyId, VerifyingKey>);

impl Authors {
    /// Starts with the keepers of the bundle, including former ones.
    pub(super) fn new(bundle: &Bundle) -> Self {
        let keepers = bundle.servers.iter().filter(|server| server.role == ServerRole::Keeper);
        Self(keepers.map(|server| (server.key.id(), server.key)).collect())
    }

    /// Adds the device of a certificate.
    pub(super) fn admit(&mut self, certificate: &Certificate) {
        self.0.insert(certificate.device(), certificate.signing);
    }

    /// Adds a device that has asked to join: its signatures are its own even if it is never confirmed.
    pub(super) fn joined(&mut self, key: VerifyingKey) {
        self.0.insert(key.id(), key);
    }

    /// The key of a known author.
    pub(super) fn key(&self, id: KeyId) -> Option<VerifyingKey> {
        self.0.get(&id).copied()
    }
}
