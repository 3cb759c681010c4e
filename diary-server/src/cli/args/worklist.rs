//! Arguments of `worklist`.

use clap::Args;
use diary_core::ids::SiteId;

use diary_report::worklist::{COMPLETION_PERCENT, DAYS_WITHOUT_CONTACT, Thresholds};

/// `worklist`.
#[derive(Args, Debug)]
pub struct WorklistArgs {
    /// Of this site alone.
    #[arg(long)]
    pub site: Option<SiteId>,
    /// List who has not been heard of for so many days.
    #[arg(long, value_name = "N", default_value_t = DAYS_WITHOUT_CONTACT,
        value_parser = clap::value_parser!(u16).range(1..=366))]
    pub days_without_contact: u16,
    /// List of whom less than this percentage of what was due has come; 0 lists nobody for it.
    #[arg(long, value_name = "PERCENT", default_value_t = COMPLETION_PERCENT,
        value_parser = clap::value_parser!(u8).range(0..=100))]
    pub completion: u8,
}

impl WorklistArgs {
    /// From where on a participant is listed.
    #[must_use]
    pub const fn thresholds(&self) -> Thresholds {
        Thresholds { days_without_contact: self.days_without_contact, completion_percent: self.completion }
    }
}
