//! Everything that is due now in one go: doses first, then questionnaires, until the person leaves or an instruction comes
//! before further questions.

use std::collections::VecDeque;

use diary_core::diary::{Today, TodayItem};
use diary_core::store::DraftPlace;

use crate::{day, place};

/// Course through the questionnaires of an evening.
#[derive(Clone, Debug)]
pub struct Evening {
    /// Those not asked yet.
    queue: VecDeque<(TodayItem, DraftPlace)>,
    over: bool,
}

/// End of one questionnaire.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// The person left; the answers given so far are a draft.
    Left,
    /// It became an entry.
    Saved {
        /// Its answers set off an instruction after which no more is asked.
        ends_asking: bool,
    },
}

impl Evening {
    /// Questionnaires that are open in `today`; none is asked if the person left while giving the doses.
    #[must_use]
    pub fn new(today: &Today, doses_left: bool) -> Self {
        let with_place = |item: TodayItem| place::of_item(&item).map(|place| (item, place));
        let queue = day::open_questionnaires(today).into_iter().filter_map(with_place).collect();
        Self { queue, over: doses_left }
    }

    /// Questionnaires that were not asked yet.
    pub fn waiting(&self) -> impl Iterator<Item = &TodayItem> {
        self.queue.iter().map(|(item, _)| item)
    }

    /// The next questionnaire to ask, with the place of its draft.
    pub fn next_item(&mut self) -> Option<(TodayItem, DraftPlace)> {
        if self.over { None } else { self.queue.pop_front() }
    }

    /// Takes the end of the questionnaire that was asked.
    pub fn ended(&mut self, end: Ended) {
        // A person who is told to call for help is not asked the next ten questions first.
        self.over |= !matches!(end, Ended::Saved { ends_asking: false });
    }
}
