//! Totals of scored instruments and their changes: against the last one up to the visit before, and against the last
//! one before the treatment. A total needs all items; nothing is imputed.

use diary_core::entry::Content;
use diary_core::ids::{AnchorId, InstrumentId};
use diary_core::measure::Decimal;
use diary_core::study::alert::When;
use diary_core::study::instrument::Instrument;
use diary_core::text::Text;
use diary_core::time::DiaryDay;
use serde::Serialize;

use super::entries::View;
use super::entry::Stamp;

/// The totals of one instrument.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TotalSeries {
    /// The instrument.
    pub instrument: InstrumentId,
    /// Its name.
    pub title: Text,
    /// Smallest possible total.
    pub min: Option<Decimal>,
    /// Largest possible total.
    pub max: Option<Decimal>,
    /// A change of so much is an alert by the study's rules.
    pub alert_change: Option<Decimal>,
    /// Last total before the treatment, if there is one.
    pub baseline: Option<Reference>,
    /// The anchor of the baseline, with its day if it is set.
    pub baseline_anchor: Option<(AnchorId, Text, Option<DiaryDay>)>,
    /// The totals of the days of the report, oldest first.
    pub points: Vec<TotalPoint>,
    /// Items of the newest total, complete or not: question and answer.
    pub newest: Vec<(Text, Text)>,
}

/// A total that later ones are compared with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Reference {
    /// The total.
    pub total: Decimal,
    /// Its day.
    pub day: DiaryDay,
    /// A later total would be closer, and was skipped because it is incomplete.
    pub passed_over: bool,
}

/// One total.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TotalPoint {
    /// Its diary day.
    pub day: DiaryDay,
    /// Time of the answers.
    pub at: Stamp,
    /// The total; `None` when incomplete.
    pub total: Option<Decimal>,
    /// Items that count.
    pub answered: usize,
    /// Items of the score rule.
    pub of: usize,
    /// Another entry for the same place counts: this one is shown and not compared.
    pub secondary: bool,
    /// The site has decided which of several entries for the place counts.
    pub settled: bool,
    /// Change since the last visit before it.
    pub since_visit: Option<Change>,
    /// Change against the last total before the treatment.
    pub since_baseline: Option<Change>,
}

/// A change of a total.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Change {
    /// The change; in most instruments an increase is worse.
    pub by: Decimal,
    /// The earlier total.
    pub from: Reference,
    /// Visit from which the change is counted, if it is.
    pub visit: Option<DiaryDay>,
}

impl View<'_> {
    /// The series of every scored instrument that was ever answered.
    pub(super) fn total_series(&self) -> Vec<TotalSeries> {
        let mut instruments: Vec<&Instrument> = Vec::new();
        for study in self.input.studies.values().rev() {
            let scored = study.instruments().filter(|instrument| instrument.score_rule().is_some());
            for instrument in scored {
                if instruments.iter().all(|known| known.id() != instrument.id()) {
                    instruments.push(instrument);
                }
            }
        }
        instruments.into_iter().filter_map(|instrument| self.series_of(instrument)).collect()
    }

    fn series_of(&self, instrument: &Instrument) -> Option<TotalSeries> {
        let all = self.total_points(instrument.id());
        let newest = all.iter().rev().find(|point| !point.0.secondary)?;
        let newest = newest.1.clone();
        let all: Vec<TotalPoint> = all.into_iter().map(|(point, _)| point).collect();
        let anchor = self.baseline_anchor(instrument.id());
        let anchor_day = anchor.as_ref().and_then(|id| self.course.anchors.get(id)).copied();
        let past = Past::of(&all);
        let baseline = anchor_day.and_then(|day| past.last_before(day));
        let visits: Vec<DiaryDay> = self.visit_days();
        let (first, _) = self.period();
        let points = all
            .iter()
            .filter(|point| point.day >= first && self.column(point.day).is_some())
            .map(|point| TotalPoint {
                since_visit: since_visit(&past, point, &visits),
                since_baseline: baseline
                    .filter(|_| anchor_day.is_some_and(|day| point.day >= day))
                    .and_then(|from| change(point, from, None)),
                ..point.clone()
            })
            .collect();
        let score = instrument.score(&[]);
        Some(TotalSeries {
            instrument: instrument.id().clone(),
            title: instrument.titles().clone(),
            min: score.min,
            max: score.max,
            alert_change: self.alert_change(instrument.id()),
            baseline,
            baseline_anchor: anchor.map(|id| {
                let title = self.study.anchor(&id).map_or_else(Text::default, |anchor| anchor.title.clone());
                (id, title, anchor_day)
            }),
            points,
            newest,
        })
    }

    /// Every total of an instrument in the whole record, by day, with the answers behind it.
    fn total_points(&self, id: &InstrumentId) -> Vec<(TotalPoint, Vec<(Text, Text)>)> {
        let mut points: Vec<(TotalPoint, Vec<(Text, Text)>)> = self
            .all()
            .filter_map(|entry| {
                let shown = entry.shown.filter(|_| !self.apart.contains_key(&entry.history.entry))?;
                let Content::Assessment(assessment) = &shown.content else { return None };
                let instrument = self.instrument_of(shown).filter(|i| i.id() == id)?;
                let score = instrument.score(&assessment.answers);
                let point = TotalPoint {
                    day: shown.day,
                    at: self.about(entry),
                    total: score.total,
                    answered: score.answered,
                    of: score.of,
                    secondary: self.is_secondary(entry),
                    settled: self.is_settled(entry),
                    since_visit: None,
                    since_baseline: None,
                };
                Some((point, super::difference::answers(instrument, &assessment.answers)))
            })
            .collect();
        points.sort_by_key(|(point, _)| (point.day, point.at.utc));
        points
    }

    /// The anchor before which the study's own rules look for a total to compare with; without a rule the anchor that
    /// visits are counted from.
    fn baseline_anchor(&self, id: &InstrumentId) -> Option<AnchorId> {
        let of_rule = self.study.alerts().iter().find_map(|rule| match &rule.when {
            When::Total { instrument, last_before, .. } if instrument == id => last_before.clone(),
            When::Total { .. } | When::Answers { .. } | When::Missed { .. } => None,
        });
        of_rule.or_else(|| self.study.visits().map(|visits| visits.from.clone()))
    }

    fn alert_change(&self, id: &InstrumentId) -> Option<Decimal> {
        let of_rule = |rule: &diary_core::study::AlertRule| match &rule.when {
            When::Total { instrument, up_by, .. } if instrument == id => Some(*up_by),
            When::Total { .. } | When::Answers { .. } | When::Missed { .. } => None,
        };
        self.study.alerts().iter().filter_map(of_rule).min()
    }
}

/// The totals before each of the totals, by day: the last that is compared, and the last of these that is complete.
struct Past<'p> {
    points: &'p [TotalPoint],
    before: Vec<(Option<usize>, Option<usize>)>,
}

impl<'p> Past<'p> {
    fn of(points: &'p [TotalPoint]) -> Self {
        let (mut last, mut before) = ((None, None), vec![(None, None)]);
        for (at, point) in points.iter().enumerate() {
            if !point.secondary {
                last = (Some(at), point.total.map_or(last.1, |_| Some(at)));
            }
            before.push(last);
        }
        Self { points, before }
    }

    /// The last complete total before `end`.
    fn last_before(&self, end: DiaryDay) -> Option<Reference> {
        let count = self.points.partition_point(|point| point.day < end);
        let (last, complete) = *self.before.get(count)?;
        let found = self.points.get(complete?)?;
        Some(Reference { total: found.total?, day: found.day, passed_over: last != complete })
    }
}

/// The change since the last visit before a total: against the last total up to that visit.
fn since_visit(past: &Past<'_>, point: &TotalPoint, visits: &[DiaryDay]) -> Option<Change> {
    let visit = visits.get(visits.partition_point(|visit| *visit < point.day).checked_sub(1)?)?;
    let from = past.last_before(visit.plus_days(1))?;
    change(point, from, Some(*visit))
}

fn change(point: &TotalPoint, from: Reference, visit: Option<DiaryDay>) -> Option<Change> {
    if point.secondary {
        return None;
    }
    let by = Decimal::from_nanos(point.total?.nanos() - from.total.nanos())?;
    Some(Change { by, from, visit })
}

impl TotalSeries {
    /// The newest total that is compared, complete or not.
    #[must_use]
    pub fn last(&self) -> Option<&TotalPoint> {
        self.points.iter().rev().find(|point| !point.secondary)
    }
}
