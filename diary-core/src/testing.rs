//! Builders for tests, of this crate and of others.

use chrono::NaiveTime;

use crate::counter::Counter;
use crate::entry::{Author, Content, Revision};
use crate::ids::RevisionId;
use crate::text::Lang;
use crate::time::{DiaryDay, Reading};

/// First revision of an entry of the participant: in English, on the civil day of its recording, without a slot.
#[must_use]
pub fn first_revision(id: RevisionId, content: Content, recorded: Reading) -> Revision {
    Revision {
        id,
        entry: id.into(),
        counter: Counter::ZERO,
        parents: Vec::new(),
        author: Author::Participant,
        content,
        reason: None,
        day: DiaryDay::at(recorded.utc, recorded.zone, NaiveTime::MIN),
        slot: None,
        occurred: None,
        recorded,
        late: None,
        lang: Lang::EN,
        app: "test".to_owned(),
        study_version: 1,
    }
}
