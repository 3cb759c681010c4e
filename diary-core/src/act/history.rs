//! Acts of staff in force: corrections take the place of the acts they correct, withdrawn acts are left out.
//! Pure, and independent of the order in which acts arrived.

use std::collections::{BTreeMap, BTreeSet};

use super::{Act, ActContent, EndOfParticipation};
use crate::ids::{ActId, AnchorId, EntryId, Hash};
use crate::time::DiaryDay;

/// One act with the later acts that correct or withdraw it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ActHistory<'a> {
    /// Versions, oldest first; at least one.
    pub versions: Vec<&'a Act>,
}

impl<'a> ActHistory<'a> {
    /// First version. The act keeps its place in the order.
    #[must_use]
    pub fn first(&self) -> &'a Act {
        self.versions[0]
    }

    /// Last version, which may be a withdrawal.
    #[must_use]
    pub fn last(&self) -> &'a Act {
        self.versions[self.versions.len() - 1]
    }

    /// Version in force; `None` if it was withdrawn.
    #[must_use]
    pub fn holds(&self) -> Option<&'a Act> {
        Some(self.last()).filter(|act| act.content != ActContent::Withdrawn)
    }
}

/// Groups `acts` (in order) by the act that they correct, ordered by first version. An act that corrects an
/// unknown one stands alone.
pub fn act_histories<'a>(acts: impl Iterator<Item = &'a Act>) -> Vec<ActHistory<'a>> {
    let mut out: Vec<ActHistory<'a>> = Vec::new();
    let mut place: BTreeMap<ActId, usize> = BTreeMap::new();
    for act in acts {
        let earlier = act.replaces.and_then(|id| place.get(&id)).copied();
        // A correction does not change the kind of an act. One that would stands alone, so that neither act
        // is lost.
        let fits = |at: &usize| {
            let first = &out[*at].first().content;
            first.is_replaceable()
                && (act.content == ActContent::Withdrawn || act.content.kind() == first.kind())
        };
        match earlier.filter(fits) {
            Some(at) => {
                out[at].versions.push(act);
                place.insert(act.id, at);
            }
            None => {
                place.insert(act.id, out.len());
                out.push(ActHistory { versions: vec![act] });
            }
        }
    }
    out
}

/// Acts in force, each at the place of its first version.
pub fn in_force<'a>(acts: impl Iterator<Item = &'a Act>) -> Vec<&'a Act> {
    act_histories(acts).iter().filter_map(ActHistory::holds).collect()
}

/// Anchors in force after `acts` (in order), each by the latest act on it.
pub fn anchors<'a>(acts: impl Iterator<Item = &'a Act>) -> BTreeMap<AnchorId, DiaryDay> {
    let mut out = BTreeMap::new();
    for act in in_force(acts) {
        if let ActContent::Anchor { anchor, date } = &act.content {
            match date {
                Some(date) => out.insert(anchor.clone(), *date),
                None => out.remove(anchor),
            };
        }
    }
    out
}

/// End of the participation by the latest act on it, if there is one.
pub fn end_of_participation<'a>(
    acts: impl Iterator<Item = &'a Act>,
) -> Option<(EndOfParticipation, DiaryDay)> {
    act_of_end(acts).map(|(_, how, last)| (how, last))
}

/// Latest act on the end of the participation, with its contents.
pub fn act_of_end<'a>(
    acts: impl Iterator<Item = &'a Act>,
) -> Option<(&'a Act, EndOfParticipation, DiaryDay)> {
    in_force(acts).into_iter().rev().find_map(|act| match &act.content {
        ActContent::EndOfParticipation { how, last } => Some((act, *how, *last)),
        _ => None,
    })
}

/// First day of the diary as set by the site: the latest act on it.
pub fn first_day<'a>(acts: impl Iterator<Item = &'a Act>) -> Option<DiaryDay> {
    in_force(acts).into_iter().rev().find_map(|act| match &act.content {
        ActContent::FirstDay { date } => Some(*date),
        _ => None,
    })
}

/// Entries that, by decision of the site, were made under the wrong participant.
pub fn of_others<'a>(acts: impl Iterator<Item = &'a Act>) -> BTreeSet<EntryId> {
    let of = |act: &'a Act| match &act.content {
        ActContent::OtherParticipant { entries } => entries.as_slice(),
        _ => &[],
    };
    in_force(acts).into_iter().flat_map(of).copied().collect()
}

/// Core hashes of parcels of revoked devices that the site accepts. One acceptance suffices even if another
/// act declines, so that the order of arrival does not matter.
pub fn accepted<'a>(acts: impl Iterator<Item = &'a Act>) -> BTreeSet<Hash> {
    acts.filter_map(|act| match &act.content {
        ActContent::QuarantineDecision { core, accept: true } => Some(*core),
        _ => None,
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::UtcMillis;

    fn act(n: u8, replaces: Option<u8>, content: ActContent) -> Act {
        let id = |n: u8| ActId::from_bytes([n; 16]);
        Act {
            id: id(n),
            counter: n.into(),
            by: "li".to_owned(),
            at: UtcMillis(i64::from(n)),
            reason: None,
            content,
            replaces: replaces.map(id),
        }
    }

    fn anchor(date: &str) -> ActContent {
        ActContent::Anchor { anchor: "cycle1".parse().unwrap(), date: Some(date.parse().unwrap()) }
    }

    fn cycle1(acts: &[Act]) -> Option<String> {
        anchors(acts.iter()).get(&"cycle1".parse().unwrap()).map(ToString::to_string)
    }

    #[test]
    fn a_withdrawn_act_gives_way_to_the_one_before() {
        let acts = [
            act(1, None, anchor("2026-03-04")),
            act(2, None, anchor("2026-03-11")),
            act(3, Some(2), ActContent::Withdrawn),
        ];
        assert_eq!(cycle1(&acts[..2]).as_deref(), Some("2026-03-11"));
        assert_eq!(cycle1(&acts).as_deref(), Some("2026-03-04"));
    }

    #[test]
    fn a_correction_takes_the_place_of_what_it_corrects() {
        // The correction of the first act came after the second, which still counts as the later one.
        let acts = [
            act(1, None, anchor("2026-03-04")),
            act(2, None, anchor("2026-03-11")),
            act(3, Some(1), anchor("2026-03-05")),
        ];
        assert_eq!(cycle1(&acts).as_deref(), Some("2026-03-11"));
        let corrected_twice = [
            act(1, None, anchor("2026-03-04")),
            act(2, Some(1), anchor("2026-03-05")),
            act(3, Some(2), anchor("2026-03-06")),
        ];
        assert_eq!(cycle1(&corrected_twice).as_deref(), Some("2026-03-06"));
    }

    #[test]
    fn what_cannot_be_replaced_or_is_of_another_kind_stands_for_itself() {
        let decision = ActContent::QuarantineDecision { core: Hash::from_bytes([7; 32]), accept: true };
        let visit = ActContent::Visit { date: "2026-03-05".parse().unwrap(), kind: "v".into(), held: true };
        let acts = [
            act(1, None, decision),
            act(2, Some(1), ActContent::Withdrawn),
            act(3, None, anchor("2026-03-04")),
            act(4, Some(3), visit),
        ];
        assert_eq!(accepted(acts.iter()).len(), 1);
        assert_eq!(cycle1(&acts).as_deref(), Some("2026-03-04"));
        assert_eq!(in_force(acts.iter()).len(), 3);
    }
}
