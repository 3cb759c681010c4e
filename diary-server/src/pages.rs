//! Pages of the site in a browser, rendered here and working without script, on a listener of their own. The device API
//! is not served on it, and no page on the listener of the phones.

pub mod access;
mod accounts;
mod address;
mod assets;
mod attempts;
mod check;
mod context;
mod contradictions;
mod entry;
mod exports;
mod form;
mod help;
mod joining_sheet;
mod kept;
mod layout;
mod once;
mod own;
mod paper;
mod participant;
mod participant_frame;
mod participant_pdf;
mod participant_scope;
mod participants;
mod parts;
mod phones;
mod plan;
mod recovery;
mod regimen;
mod route;
mod sign_in;
mod state;
mod study;
mod today;
mod trail;
mod viewer;
mod waiting;
mod words;

pub use access::Need;
pub use route::{router, routes};
pub use state::PagesState;

use diary_core::time::Zone;

use crate::site::StaffError;

/// Zone of the site.
async fn zone(pages: &PagesState) -> Result<Zone, StaffError> {
    Ok(pages.site().setting().await?.zone(&pages.site().keeper_keys().site))
}

#[cfg(test)]
mod tests;
