//! Failures below the site services in words. Messages of the operating system, of the database and of libraries are
//! quoted as they are.

mod keys;
mod ops;
mod serve;
mod store;

pub(crate) use keys::{author, folder, key_file, keys, rotation};
pub(crate) use ops::{backup, moving, restore, setup};
pub(crate) use serve::{client, config, link, pull, relay_setup, serve, telemetry, transport};
pub(crate) use store::{location, roles, store};
