//! Failures below the site services in words. Messages of the operating system, of the database and of libraries are
//! quoted as they are.

mod keys;
mod ops;
mod store;

pub(crate) use keys::{author, folder, key_file, keys, link, rotation};
pub(crate) use ops::{backup, moving, restore, setup};
pub(crate) use store::{location, roles, store};
