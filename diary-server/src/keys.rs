//! What a keeper can do because it holds keys: sign, open what is sealed to the site, and author the parcels by which
//! acts of staff and the downlink enter a vault's log. Where keys lie is `keys::keeper_keys`, how parcels are made is
//! `keys::author`; nothing here touches a database.

pub mod author;
pub mod keeper_keys;
pub mod rotation;
pub mod server_keys;
mod sign;

pub use author::{AuthorError, batches};
pub use keeper_keys::{KeeperKeys, KeysError};
pub use rotation::{Change, RotationError, next_bundle};
pub use server_keys::ServerKeys;
