//! Files that leave the server: for an inspector, and for a statistician.

pub mod csv;
pub mod files;
mod folder;
