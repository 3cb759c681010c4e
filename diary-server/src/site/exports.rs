//! Files that leave the server: for an inspector, and for a statistician.

mod archive;
pub mod csv;
pub mod files;
mod folder;

pub use archive::Archive;
