//! Questions that staff confirm before an unusual act is made. They carry values and no sentences.

use chrono::NaiveDateTime;
use diary_core::ids::AnchorId;
use diary_core::measure::{Decimal, Quantity, Unit};
use diary_core::text::Text;
use diary_core::time::DiaryDay;

/// Subject of a date.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Dated {
    /// An anchor.
    Anchor(AnchorId),
    /// A visit.
    Visit,
    /// An infusion.
    Infusion,
    /// The first day of a change of the regimen.
    From,
    /// The first day of a line.
    First,
    /// The last day of a line.
    Last,
    /// The day of a step of a line.
    Step,
    /// The first day of the diary.
    FirstDay,
    /// The last day of the participation.
    LastDay,
}

/// A date that is far from today.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FarDate {
    /// Its subject.
    pub of: Dated,
    /// The date.
    pub date: DiaryDay,
    /// Days from today, negative in the past.
    pub days: i64,
}

/// A line of the regimen that a correction takes away although later acts changed it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineGone {
    /// Number of the line.
    pub number: u16,
    /// Its medication.
    pub name: String,
    /// Ends of the ids of the later acts.
    pub acts: Vec<String>,
}

/// An infusion beside the one that is recorded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InfusionDay {
    /// The anchor of its cycle.
    pub cycle: AnchorId,
    /// Day of the cycle, from 1.
    pub day: u16,
    /// The civil day at the site.
    pub on: DiaryDay,
    /// End of the id of its act.
    pub act: String,
}

/// A question about an act.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Question {
    /// The date is far from today.
    Far(FarDate),
    /// The date lies after the end of the participation.
    AfterEnd {
        /// Its subject.
        of: Dated,
        /// The date.
        date: DiaryDay,
        /// Last day of the participation.
        last: DiaryDay,
    },
    /// An infusion was counted from the anchor that is moved.
    InfusionWas {
        /// The infusion.
        infusion: InfusionDay,
        /// Day of the cycle that it would be then; none where the anchor is taken away.
        becomes: Option<i64>,
    },
    /// The anchor comes after another one, which is not set.
    AfterUnset {
        /// The anchor.
        anchor: AnchorId,
        /// The other one.
        after: AnchorId,
    },
    /// The anchor lies on the day of the one that it follows, or before it.
    NotAfter {
        /// The anchor.
        anchor: AnchorId,
        /// Its date.
        date: DiaryDay,
        /// The one that it follows.
        after: AnchorId,
        /// The date of that.
        first: DiaryDay,
    },
    /// The anchor lies far from where it is expected.
    AwayFromExpected {
        /// The anchor.
        anchor: AnchorId,
        /// Its date.
        date: DiaryDay,
        /// The one that it follows.
        after: AnchorId,
        /// The date of that.
        first: DiaryDay,
        /// Days after it that the study expects.
        expected: u16,
    },
    /// Another visit of the kind is on the same day, or near.
    VisitNear {
        /// The kind.
        kind: String,
        /// Day of the other visit.
        on: DiaryDay,
        /// The other one took place; else it is planned.
        held: bool,
        /// Days between the two.
        days: i64,
        /// End of the id of its act.
        act: String,
    },
    /// The visit lies before the day from which visits are counted.
    BeforeFirstVisit {
        /// The kind.
        kind: String,
        /// The anchor from which they are counted.
        anchor: AnchorId,
        /// Its date.
        first: DiaryDay,
        /// The day of the visit.
        date: DiaryDay,
    },
    /// The dose is in a unit that is none of the study drug's.
    DoseUnit {
        /// The dose.
        dose: Quantity,
        /// The study drug.
        drug: Text,
        /// Its units.
        units: Vec<Unit>,
    },
    /// The cycle has no infusion on that day.
    NoSuchDay {
        /// The anchor of the cycle.
        cycle: AnchorId,
        /// The day as named.
        day: u16,
        /// Those that it has, from 1.
        known: Vec<u32>,
    },
    /// The infusion starts in the future.
    StartsAhead,
    /// The infusion stops before it starts.
    StopsBeforeStart,
    /// The infusion lasts longer than the infusion days of its cycle.
    LongerThanCycle {
        /// The anchor of the cycle.
        cycle: AnchorId,
        /// Days of the cycle, or a week where the study names none.
        days: i64,
    },
    /// An interruption of the infusion is unusual.
    Pause {
        /// Local time of the pause.
        paused: NaiveDateTime,
        /// The doubt.
        doubt: PauseDoubt,
    },
    /// The infusion stops in the future.
    StopsAhead,
    /// The anchor of the cycle is not set.
    CycleNotSet {
        /// The anchor.
        cycle: AnchorId,
    },
    /// The infusion is on another day of the cycle than named.
    OtherDay {
        /// The anchor of the cycle.
        cycle: AnchorId,
        /// Its date.
        first: DiaryDay,
        /// The day of the infusion.
        on: DiaryDay,
        /// Day of the cycle as named.
        day: u16,
    },
    /// The infusion of that day is recorded.
    InfusionRecorded(InfusionDay),
    /// The infusion overlaps with another one.
    InfusionOverlaps(InfusionDay),
    /// The days of the cycle are in another order than the infusions.
    InfusionOtherOrder(InfusionDay),
    /// The dose differs much from the one before.
    DoseFar {
        /// The dose.
        dose: Quantity,
        /// The one before.
        before: Quantity,
        /// Factor from which on it is asked about.
        factor: Decimal,
    },
    /// The last day of the participation is still to come.
    LastDayToCome {
        /// The day.
        last: DiaryDay,
    },
    /// A visit lies after the last day of the participation.
    VisitAfterLast {
        /// Kind of the visit.
        kind: String,
        /// Its day.
        on: DiaryDay,
        /// The last day.
        last: DiaryDay,
        /// End of the id of its act.
        act: String,
    },
    /// An infusion lies after the last day of the participation.
    InfusionAfterLast {
        /// The infusion.
        infusion: InfusionDay,
        /// The last day.
        last: DiaryDay,
    },
    /// A line of the regimen goes although later acts changed it.
    Gone(LineGone),
}

/// Doubt about an interruption of an infusion.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PauseDoubt {
    /// It lies before the start.
    BeforeStart,
    /// It lies after the stop.
    AfterStop,
    /// It lies in the future.
    Ahead,
    /// The infusion was resumed before it was paused, or at the same time.
    ResumedBefore,
    /// The infusion is resumed in the future.
    ResumedAhead,
    /// The infusion was resumed after its stop.
    ResumedAfterStop,
    /// Another interruption begins before this one is over.
    Overlaps,
    /// The infusion has a stop and was not resumed before it.
    NotResumed,
    /// The infusion was ended early, at another time than its stop.
    EndedAtOtherTime,
    /// The amount given is in another unit than the dose.
    GivenUnit(Quantity),
    /// The amount given is more than the dose.
    GivenAboveDose(Quantity),
    /// The amount given is less than at the interruption before.
    GivenLess(Quantity),
}

/// Reason for which an infusion is impossible.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum InfusionProblem {
    /// No cycle has such a day.
    DayZero,
    /// An amount is nothing, or more than can be.
    Dose(Decimal),
    /// It has more interruptions than one act can name.
    TooManyInterruptions,
}
