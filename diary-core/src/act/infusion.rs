//! Interruptions of an infusion, as staff recorded them.

use serde::Serialize;

use crate::measure::Quantity;
use crate::time::UtcMillis;

/// Most interruptions of one infusion.
pub const INTERRUPTIONS_MAX: usize = 32;

/// An infusion that was paused.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Interruption {
    /// Instant at which it was paused.
    #[n(0)]
    pub paused: UtcMillis,
    /// Course of the infusion after that.
    #[n(1)]
    pub then: AfterPause,
    /// Reason for the pause, as staff gave it.
    #[n(2)]
    pub reason: String,
    /// Amount given up to the pause, if known.
    #[n(3)]
    pub given: Option<Quantity>,
}

/// Course of an infusion after a pause.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "kebab-case")]
pub enum AfterPause {
    /// It is paused, as far as is recorded.
    #[n(0)]
    Paused,
    /// It was resumed.
    #[n(1)]
    Resumed(#[n(0)] UtcMillis),
    /// It was ended early, and not resumed.
    #[n(2)]
    Ended,
}

impl AfterPause {
    /// Instant at which the infusion was resumed.
    #[must_use]
    pub const fn resumed(self) -> Option<UtcMillis> {
        match self {
            Self::Resumed(at) => Some(at),
            Self::Paused | Self::Ended => None,
        }
    }
}

/// Stretches of time in which an infusion ran: from its start to the first pause, and from each resumption to the next
/// pause or the stop. The last one has no end while the infusion runs. Stretches without a length are left out.
#[must_use]
pub fn running(
    start: UtcMillis,
    stop: Option<UtcMillis>,
    interruptions: &[Interruption],
) -> Vec<(UtcMillis, Option<UtcMillis>)> {
    let mut pauses: Vec<&Interruption> = interruptions.iter().collect();
    pauses.sort_by_key(|one| one.paused);
    let mut stretches = Vec::new();
    let mut since = Some(start);
    for pause in pauses {
        let end = stop.map_or(pause.paused, |stop| stop.min(pause.paused));
        if let Some(from) = since.filter(|from| *from < end) {
            stretches.push((from, Some(end)));
        }
        since = pause.then.resumed().map(|resumed| since.map_or(resumed, |from| from.max(resumed)));
    }
    let open = |from: &UtcMillis| stop.is_none_or(|stop| *from < stop);
    stretches.extend(since.filter(open).map(|from| (from, stop)));
    stretches
}

crate::log_safe::redacted!(Interruption);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::ActContent;
    use crate::wire;

    fn paused(paused: i64, then: AfterPause) -> Interruption {
        Interruption { paused: UtcMillis(paused), then, reason: "pump alarm".to_owned(), given: None }
    }

    fn ran(stop: Option<i64>, pauses: &[Interruption]) -> Vec<(i64, Option<i64>)> {
        let of = running(UtcMillis(10), stop.map(UtcMillis), pauses);
        of.into_iter().map(|(from, to)| (from.0, to.map(|to| to.0))).collect()
    }

    #[test]
    fn an_infusion_runs_between_its_pauses() {
        let resumed = |at| AfterPause::Resumed(UtcMillis(at));
        assert_eq!(ran(None, &[]), [(10, None)]);
        assert_eq!(ran(Some(90), &[]), [(10, Some(90))]);
        assert_eq!(ran(None, &[paused(20, AfterPause::Paused)]), [(10, Some(20))]);
        assert_eq!(ran(Some(20), &[paused(20, AfterPause::Ended)]), [(10, Some(20))]);
        let twice = [paused(50, resumed(60)), paused(20, resumed(30))];
        assert_eq!(ran(Some(90), &twice), [(10, Some(20)), (30, Some(50)), (60, Some(90))]);
        assert_eq!(ran(None, &twice[..1]), [(10, Some(50)), (60, None)]);
    }

    #[test]
    fn times_in_any_order_give_no_stretch_that_ends_before_it_begins() {
        let resumed = |at| AfterPause::Resumed(UtcMillis(at));
        for stop in [None, Some(0), Some(10), Some(25), Some(90)] {
            for pauses in [
                vec![paused(5, resumed(7))],
                vec![paused(20, resumed(15)), paused(18, resumed(80))],
                vec![paused(20, AfterPause::Ended), paused(40, resumed(30))],
                vec![paused(95, AfterPause::Paused)],
            ] {
                let stretches = ran(stop, &pauses);
                assert!(stretches.iter().all(|(from, to)| to.is_none_or(|to| *from < to)), "{stretches:?}");
                assert!(stretches.is_sorted(), "{stretches:?}");
            }
        }
    }

    #[test]
    fn an_infusion_without_interruptions_is_written_as_before_them() {
        let infusion = |interruptions| ActContent::Infusion {
            start: UtcMillis(10),
            stop: None,
            dose: crate::readers::amount("9 ug").unwrap(),
            cycle: "cycle1".parse().unwrap(),
            day: 1,
            interruptions,
        };
        let bytes = wire::encode(&infusion(Vec::new()));
        assert!(wire::decode::<ActContent>("act", &bytes, 1000).unwrap() == infusion(Vec::new()));
        let pauses = vec![paused(20, AfterPause::Resumed(UtcMillis(30))), paused(40, AfterPause::Ended)];
        let longer = wire::encode(&infusion(pauses.clone()));
        assert!(longer.len() > bytes.len() + 20);
        assert!(wire::decode::<ActContent>("act", &longer, 1000).unwrap() == infusion(pauses));
        let many = vec![paused(20, AfterPause::Paused); INTERRUPTIONS_MAX + 1];
        let many = wire::encode(&infusion(many));
        assert!(wire::decode::<ActContent>("act", &many, 10_000).is_err());
    }
}
