//! Pages of the site in a browser, rendered here and working without script, on a listener of their own. The device API
//! is not served on it, and no page on the listener of the phones.

pub mod access;
mod accounts;
mod assets;
mod check;
mod entry;
mod form;
mod help;
mod layout;
mod own;
mod participant;
mod participants;
mod route;
mod sign_in;
mod state;
mod study;
mod today;
mod trail;
mod viewer;
mod words;

pub use access::Need;
pub use route::{router, routes};
pub use state::PagesState;

use diary_core::time::Zone;

use crate::site::StaffError;

/// Zone of the site.
async fn zone(pages: &PagesState) -> Result<Zone, StaffError> {
    Ok(pages.site().setting().await?.zone(&pages.site().keys.site))
}

#[cfg(test)]
mod tests;
