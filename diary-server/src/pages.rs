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
mod correction;
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

use std::collections::BTreeSet;

use diary_core::ids::SiteId;
use diary_core::time::Zone;

use self::access::Action;
use self::context::PageContext;
use crate::site::{ActiveStudy, StaffError};

/// Zone of the times on a page: that of the first site at which the viewer has the right to `action`.
fn zone(ctx: &PageContext, action: Action, setting: &ActiveStudy) -> Zone {
    let sites = ctx.viewer.sites(action);
    let kept = setting.bundle.kept_sites().find(|site| sites.contains(*site));
    setting.zone(kept.unwrap_or(&ctx.site().keeper_keys().site))
}

/// Zone of the times of an account: that of the first site at which the viewer has a role.
async fn own_zone(ctx: &PageContext) -> Result<Zone, StaffError> {
    let setting = ctx.site().setting().await?;
    let kept = setting.bundle.kept_sites().find(|site| ctx.viewer.roles.contains_key(*site));
    Ok(setting.zone(kept.unwrap_or(&ctx.site().keeper_keys().site)))
}

/// Zones of the sites of a list, as the page names them.
fn zones(sites: &BTreeSet<SiteId>, setting: &ActiveStudy) -> String {
    let zones: BTreeSet<String> = sites.iter().map(|site| setting.zone(site).to_string()).collect();
    zones.into_iter().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
