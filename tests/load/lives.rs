//! Entries of participants over 180 days, or fewer: made once by a real phone, then repeated for every participant under ids and
//! numbers of their own.

use diary_core::entropy::{Entropy, SystemEntropy};
use diary_core::entry::{Content, EncodedRevision, MedicationRef, Revision, Slot};
use diary_core::ids::RevisionId;
use diary_core::measure::{Quantity, Unit};
use diary_core::parcel::{Item, Statement};
use diary_core::study::schedule::{Prompt, SlotState};
use diary_core::time::UtcMillis;
use diary_demo::phone::Phone;
use diary_server::site::{LineInput, RegimenInput, Saying};
use diary_tests::World;
use diary_tests::sealer::dose;
use diary_tests::world::first_day;

/// Days of a participant.
pub(crate) const DAYS: i64 = 180;
/// Entries of a parcel.
const PARCEL: usize = 20;

/// A note of some length.
const NOTE: &str = "Double vision after reading for twenty minutes, better after lying down; swallowing was slow at \
    supper, so that I ate soup. No breathlessness. My daughter brought the tablets at noon.";

/// What a participant does on each day.
#[derive(Clone, Copy)]
pub(crate) struct Habits {
    /// Times of the doses.
    pub(crate) doses: &'static [&'static str],
    /// Level of every answer of the evening check, by day.
    pub(crate) level: fn(i64) -> u8,
    /// Writes a note.
    pub(crate) notes: bool,
}

/// Two doses and a quiet evening.
pub(crate) const STEADY: Habits =
    Habits { doses: &["08:05", "18:05"], level: |day| u8::from(day % 9 == 0), notes: false };

/// Everything that one participant writes, in order.
pub(crate) struct Life {
    revisions: Vec<Revision>,
}

/// Contents of one parcel, and the time it is sent.
pub(crate) struct Bundled {
    /// Revisions and the phone's statement.
    pub(crate) items: Vec<Item>,
    /// Time at which it is sent.
    pub(crate) at: UtcMillis,
}

/// Two doses a day.
pub(crate) fn regimen() -> RegimenInput {
    let times = ["08:00", "18:00"].map(|text| text.parse().expect("a time of day")).to_vec();
    let pyridostigmine =
        MedicationRef { code: "pyridostigmine".parse().ok(), name: "Pyridostigmine".to_owned() };
    let amount = Quantity { value: 60.into(), unit: Unit::MG };
    let line = LineInput::tablets(pyridostigmine, amount, times);
    RegimenInput { from: first_day(), lines: vec![LineInput { as_needed: true, ..line }], end: Vec::new() }
}

impl Life {
    /// Lets a real phone live through so many days.
    pub(crate) async fn lived(days: i64, habits: Habits) -> Self {
        let world = World::new().await;
        let (participant, mut phone) = world.enrol("MG-001").await;
        let set = world
            .site
            .desk
            .acts()
            .on(&world.site.staff, &participant)
            .set_regimen(&regimen(), Saying::MEANT)
            .await;
        set.expect("the study allows it");
        world.sync(&mut phone).await;
        for day in 0..days {
            for time in habits.doses {
                world.set(day, time);
                take(&world, &mut phone, day);
            }
            world.set(day, "20:30");
            world.evening(&mut phone, day, (habits.level)(day));
            if habits.notes {
                world.note(&mut phone, NOTE);
            }
        }
        let last = first_day().plus_days(days);
        let mut revisions: Vec<Revision> = phone
            .diary
            .store()
            .revisions(first_day(), last)
            .expect("the store answers")
            .iter()
            .map(|encoded| encoded.revision().clone())
            .collect();
        revisions.sort_by_key(|revision| revision.counter);
        Self { revisions }
    }

    /// The first days of it alone.
    pub(crate) fn until(&self, days: i64) -> Self {
        let end = first_day().plus_days(days);
        let first = self.revisions.iter().filter(|one| one.day < end);
        Self { revisions: first.cloned().collect() }
    }

    /// Entries of one participant.
    pub(crate) fn entries(&self) -> usize {
        self.revisions.len()
    }

    /// The same entries for another participant, under new ids.
    pub(crate) fn again(&self) -> Vec<Bundled> {
        let entropy: &dyn Entropy = &SystemEntropy;
        let mut made = 0;
        let parcels = self.revisions.chunks(PARCEL).map(|some| {
            made += some.len() as u64;
            let mut items: Vec<Item> = some.iter().map(|one| Item::revision(&anew(one, entropy))).collect();
            let last = some.last().expect("a chunk holds something").recorded.clone();
            let statement = Statement {
                as_of: last.clone(),
                entries_made: made,
                unsent_days: Vec::new(),
                open_drafts: 0,
                clock: None,
                known_acts: Vec::new(),
                study: None,
            };
            items.push(Item::Statement(statement));
            Bundled { items, at: last.utc.plus_ms(60_000) }
        });
        parcels.collect()
    }
}

fn anew(revision: &Revision, entropy: &dyn Entropy) -> EncodedRevision {
    let id = RevisionId::new(revision.recorded.utc.0, entropy.array());
    let again = Revision { id, entry: id.into(), ..revision.clone() };
    EncodedRevision::new(again).expect("it was an entry before")
}

/// Records the doses that are planned now.
fn take(world: &World, phone: &mut Phone, day: i64) {
    let (tap, day) = (world.tap(phone), first_day().plus_days(day));
    let planned = phone.diary.slots(day, day, tap.now, tap.zone).expect("the schedule holds");
    let open = planned.into_iter().find(|item| {
        let planned = matches!(item.occurrence.slot, Slot::PlannedDose { .. });
        planned && item.state == SlotState::Open && matches!(item.occurrence.prompt, Prompt::Dose { .. })
    });
    let slot = open.map(|item| (day, item.occurrence.slot));
    let content: Content = dose();
    phone.diary.record(content, slot, None, None, &tap).expect("a dose is saved");
}
