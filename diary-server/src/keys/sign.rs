//! Signing of receipts with the keys of a server.

use diary_core::ids::KeyId;
use diary_core::parcel::{Receipt, ReceiptBody, sign_group};

use super::{KeeperKeys, ServerKeys};
use diary_store::SignReceipts;

impl SignReceipts for ServerKeys {
    fn key(&self) -> KeyId {
        self.signing.id()
    }

    fn sign(&self, bodies: &[ReceiptBody]) -> Vec<Receipt> {
        sign_group(bodies, &self.signing)
    }
}

impl SignReceipts for KeeperKeys {
    fn key(&self) -> KeyId {
        self.signing.id()
    }

    fn sign(&self, bodies: &[ReceiptBody]) -> Vec<Receipt> {
        sign_group(bodies, &self.signing)
    }
}
