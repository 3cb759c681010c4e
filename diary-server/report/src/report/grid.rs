//! Contents of the cells of the day grid, for both renderers, which do the layout.

use diary_core::ids::{InstrumentId, SlotId};
use diary_core::text::Lang;

use crate::messages::report as say;

use super::{
    Day, DoseDay, Empty, ItemCell, ItemRow, QuestionOutcome, Report, SlotCell, SlotRow, TotalPoint,
    TotalSeries,
};

/// Letter of an empty place. The same in every language, so that two prints can be compared.
pub(super) const fn symbol(empty: Empty) -> &'static str {
    match empty {
        Empty::Upcoming => "",
        Empty::NotAsked => "a",
        Empty::Open => "o",
        Empty::Missed => "x",
        Empty::StillOnPhone { .. } => "p",
        Empty::Unknown { .. } => "?",
    }
}

/// The words for an empty place; `None` if there is nothing to say.
pub(super) fn means(empty: Empty, lang: Lang) -> Option<&'static str> {
    match empty {
        Empty::Upcoming => None,
        Empty::NotAsked => Some(say::empty_not_asked(lang)),
        Empty::Open => Some(say::empty_open(lang)),
        Empty::Missed => Some(say::empty_missed(lang)),
        Empty::StillOnPhone { .. } => Some(say::empty_on_phone(lang)),
        Empty::Unknown { .. } => Some(say::empty_unknown(lang)),
    }
}

/// Legend of the letters.
pub(super) fn legend(lang: Lang) -> &'static str {
    say::x_missed_a_not_asked_the(lang)
}

/// Legend of the amounts.
pub(super) fn amount_legend(lang: Lang) -> &'static str {
    say::doses_taken_planned_then_n_not(lang)
}

/// Outcome of a slot: the letter of its arrival, then that of a remark.
pub(super) fn slot(cell: &SlotCell) -> String {
    match cell {
        SlotCell::Empty(empty) => symbol(*empty).to_owned(),
        SlotCell::Answered { late, corrected, conflict, others, .. } => {
            let arrival = if *late { 'L' } else { '+' };
            let remark = match (conflict, others, corrected) {
                (true, ..) => "!",
                (false, 1.., _) => "d",
                (false, 0, true) => "c",
                (false, 0, false) => "",
            };
            format!("{arrival}{remark}")
        }
    }
}

/// An answer with its remark; `/` if the question was shown and not answered, `~` if it was not shown.
pub(super) fn answer(cell: &ItemCell) -> String {
    let remark = match (cell.alarm, cell.odd, cell.others) {
        (true, ..) => "*",
        (false, true, _) => "!",
        (false, false, 1..) => "d",
        (false, false, 0) => "",
    };
    let value = match cell.state {
        QuestionOutcome::Answered => &cell.shown,
        QuestionOutcome::Skipped => "/",
        QuestionOutcome::NotShown => "~",
    };
    format!("{value}{remark}")
}

impl Report {
    /// Name of a row's slot without the words that the names of all slots of its instrument begin with: the last word of
    /// `Safety check, morning` and `Safety check, evening`.
    pub(super) fn slot_of(&self, row: &ItemRow, lang: Lang) -> String {
        let Some(slot) = &row.slot else { return String::new() };
        let own = slot.title.get(lang);
        let titles = self.slots.iter().filter(|other| other.instrument == row.instrument);
        let words: Vec<Vec<&str>> = titles.map(|other| other.title.get(lang).split(' ').collect()).collect();
        let own_words: Vec<&str> = own.split(' ').collect();
        let common = (0..own_words.len().saturating_sub(1))
            .take_while(|n| words.len() > 1 && words.iter().all(|words| words.get(*n) == own_words.get(*n)))
            .count();
        own_words.into_iter().skip(common).collect::<Vec<_>>().join(" ")
    }

    /// Reason for which an instrument has no answers on a day; `None` if it was not due. With several slots, the one that
    /// is most likely still to be answered.
    pub(super) fn empty_at(
        &self,
        instrument: &InstrumentId,
        slot: Option<&SlotId>,
        column: usize,
    ) -> Option<Empty> {
        let rows = self.slots.iter().filter(|row| row.instrument == *instrument);
        let rows = rows.filter(|row| slot.is_none_or(|slot| row.slot == *slot));
        let cells = rows.filter_map(|row| row.cells.get(column)?.as_ref());
        let hope = |empty: &Empty| match empty {
            Empty::StillOnPhone { .. } => 4,
            Empty::Unknown { .. } => 3,
            Empty::Open => 2,
            Empty::Missed => 1,
            Empty::NotAsked | Empty::Upcoming => 0,
        };
        cells
            .filter_map(|cell| match cell {
                SlotCell::Empty(empty) => Some(*empty),
                SlotCell::Answered { .. } => None,
            })
            .max_by_key(hope)
    }

    /// The total that is shown of a day.
    pub(super) fn point_at<'r>(&self, series: &'r TotalSeries, column: usize) -> Option<&'r TotalPoint> {
        let day = self.days.get(column).map(|day| day.day);
        series.points.iter().find(|point| Some(point.day) == day && !point.secondary)
    }

    /// Total of a day: `/` if it is incomplete, `d` if there are several entries and no decision of the site about which
    /// counts.
    pub(super) fn total_at(&self, series: &TotalSeries, column: usize) -> String {
        let Some(shown) = self.point_at(series, column) else {
            return self
                .empty_at(&series.instrument, None, column)
                .map(symbol)
                .unwrap_or_default()
                .to_owned();
        };
        let total = shown.total.map_or_else(|| "/".to_owned(), |total| total.to_string());
        let of_day = series.points.iter().filter(|point| point.day == shown.day);
        let standing = of_day.filter(|point| !(point.secondary && point.settled)).count();
        if standing > 1 { total + "d" } else { total }
    }

    /// Series whose total is shown in the row of its only slot, because its answers are not shown.
    pub(super) fn total_in_slot<'r>(&'r self, row: &SlotRow) -> Option<&'r TotalSeries> {
        let alone = self.slots.iter().filter(|other| other.instrument == row.instrument).count() == 1;
        let series = self.totals.iter().find(|series| series.instrument == row.instrument)?;
        (alone && self.items.iter().all(|item| item.instrument != row.instrument)).then_some(series)
    }

    /// Outcome of a slot whose row also shows the total: the total, with `L` or a remark.
    pub(super) fn slot_total(&self, series: &TotalSeries, cell: &SlotCell, column: usize) -> String {
        let arrival = slot(cell);
        match cell {
            SlotCell::Empty(_) => arrival,
            SlotCell::Answered { .. } => {
                self.total_at(series, column).trim_end_matches('d').to_owned()
                    + arrival.trim_start_matches('+')
            }
        }
    }

    /// Numbers of the phones used on a day, if there are several phones.
    pub(super) fn phones_on(&self, day: &Day) -> String {
        if self.devices.len() < 2 {
            return String::new();
        }
        day.devices.iter().map(ToString::to_string).collect::<Vec<_>>().concat()
    }
}

/// Infusion, its interruption, and visit of a day.
pub(super) fn course(day: &Day) -> String {
    let infusion = match (day.infusions.is_empty(), &day.planned_infusion) {
        (false, _) => "I",
        (true, Some(_)) => "i",
        (true, None) => "",
    };
    let interrupted = if day.interrupted.is_empty() { "" } else { "|" };
    format!("{infusion}{interrupted}{}", if day.visits.is_empty() { "" } else { "V" })
}

/// Letters of the other authors of entries on a day.
pub(super) fn entered_by(day: &Day) -> String {
    let letter = |by: &super::By| match by {
        super::By::Participant => "",
        super::By::Caregiver { .. } => "C",
        super::By::ClaimsStaff { .. } | super::By::ClaimsSystem => "S",
        super::By::System => "",
    };
    let mut letters: Vec<&str> = day.entered_by.iter().map(letter).collect();
    letters.dedup();
    letters.concat()
}

/// The doses of a day: `4/5n`, `5/5+1`.
pub(super) fn doses(day: &DoseDay) -> String {
    let mut text = match (day.planned, day.extra) {
        (0, 0) => String::new(),
        (0, extra) => return format!("+{extra}"),
        (planned, _) => format!("{}/{planned}", day.taken),
    };
    for (n, letter) in [
        (day.not_taken, 'n'),
        (day.dont_know, 'k'),
        (day.missed, 'x'),
        (day.still_on_phone, 'p'),
        (day.unknown, '?'),
        (day.open, 'o'),
        (day.not_asked, 'a'),
        (day.others, 'd'),
    ] {
        if n > 0 {
            text.push(letter);
        }
    }
    if day.extra > 0 {
        text += &format!("+{}", day.extra);
    }
    text
}
