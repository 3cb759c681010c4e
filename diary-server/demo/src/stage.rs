//! The stage of the demonstration: a site, a clock that steps, and two participants with their phones.

use std::path::Path;
use std::sync::Arc;

use diary_core::entropy::SystemEntropy;
use diary_core::study::shipped;
use diary_core::text::Lang;
use diary_core::time::{Clock, Zone};
use diary_store::Participant;

use crate::clock::SteppingClock;
use crate::phone::Phone;
use crate::site::{Site, SiteError, USUAL_PORT};

/// Subject numbers and languages of the two participants.
pub const PARTICIPANTS: [(&str, Lang); 2] = [("MG-001", Lang::ZH_CN), ("MG-002", Lang::EN)];

/// Site, participants and phones of a played trial.
pub struct Stage {
    /// Site of the trial.
    pub site: Site,
    /// The clock of keeper and phones.
    pub clock: Arc<SteppingClock>,
    /// Participants of the trial.
    pub participants: Vec<Participant>,
    /// Their phones, in the same order.
    pub phones: Vec<Phone>,
    /// Time zone of all participants.
    pub zone: Zone,
}

impl Stage {
    /// Sets the stage in `folder`, moving an earlier demonstration there aside.
    ///
    /// # Errors
    /// [`SiteError`].
    pub async fn set(folder: &Path, clock: Arc<SteppingClock>, zone: Zone) -> Result<Self, SiteError> {
        let shared: Arc<dyn Clock> = clock.clone();
        let beijing = "beijing".parse().expect("a plain word is a site code");
        let package = shipped::nct06836973();
        let site =
            Site::open(folder, &package, &beijing, USUAL_PORT, shared, Arc::new(SystemEntropy)).await?;
        let (mut participants, mut phones) = (Vec::new(), Vec::new());
        for (subject, lang) in PARTICIPANTS {
            let (participant, phone) = site.enrol(subject, lang, zone).await?;
            participants.push(participant);
            phones.push(phone);
        }
        Ok(Self { site, clock, participants, phones, zone })
    }
}
