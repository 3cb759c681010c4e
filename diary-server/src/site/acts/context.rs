//! Under what an act is decided about, and what comes of it.

use diary_core::act::ActContent;
use diary_core::ids::ActId;
use diary_core::study::Study;
use diary_core::time::{DiaryDay, UtcMillis, Zone};

use super::before::day_at;
use super::question::Question;

/// Under what an act is decided about.
#[derive(Clone, Copy, Debug)]
pub struct ActContext<'a> {
    /// The study.
    pub study: &'a Study,
    /// The site's zone.
    pub zone: Zone,
    /// Current time.
    pub now: UtcMillis,
}

impl ActContext<'_> {
    /// The civil day at the site.
    #[must_use]
    pub fn today(&self) -> DiaryDay {
        day_at(self.zone, self.now)
    }
}

/// An act that may be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Planned {
    /// Content of the act.
    pub content: ActContent,
    /// Questions that a person must confirm first.
    pub asked: Vec<Question>,
    /// The planned act that it fulfils.
    pub fulfils: Option<ActId>,
}

impl From<ActContent> for Planned {
    fn from(content: ActContent) -> Self {
        Self { content, asked: Vec::new(), fulfils: None }
    }
}
