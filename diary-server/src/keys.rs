//! Operations that need the keeper's keys: signing, opening what is sealed to its sites, and authoring the parcels by
//! which acts of staff and the downlink enter a vault's log. Key files are handled in `keys::keeper_keys`, parcels
//! are made in `keys::author`; no database is used here.

pub mod author;
mod authored;
mod error;
pub mod grant_keys;
pub mod keeper_keys;
pub mod rotation;
pub mod server_keys;
mod sign;

pub use author::{AuthorError, batches};
pub use error::KeysError;
pub use grant_keys::GrantKeys;
pub use keeper_keys::{Generation, KeeperKeys};
pub use rotation::{Change, RotationError, next_bundle};
pub use server_keys::ServerKeys;
pub(crate) use server_keys::of_study;
