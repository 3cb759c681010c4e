//! What a keeper can do because it holds keys: sign, open what is sealed to the site, and author the parcels by which
//! acts of staff and the downlink enter a vault's log. Where keys lie is `keeper::keys`, how parcels are made is
//! `keeper::author`; nothing here touches a database.

pub mod author;
pub mod keys;
pub mod rotation;
pub mod server_keys;
mod sign;

pub use author::{AuthorError, batches};
pub use keys::{KeeperKeys, KeysError};
pub use rotation::{Change, RotationError, next_bundle};
pub use server_keys::ServerKeys;
