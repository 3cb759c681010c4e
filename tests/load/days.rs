//! One real phone with the real engine: cost of its days on the wire, and time that five weeks offline take to reach the
//! record. Phone and keeper share one clock that is set by hand.

use diary_core::keys::ApiHost;
use diary_demo::phone::Phone;
use diary_sync::ContactOutcome;
use diary_sync::Mode;
use diary_tests::World;
use diary_tests::meter::now_s;
use diary_tests::network::Network;
use diary_tests::sealer::dose;

use crate::args::Asked;
use crate::proxy::{self, Counted};
use crate::table::{Row, Table};

/// Times of the doses of a day, and of the contacts that send those gathered so far; the last goes with the evening check.
const DOSES: [&str; 5] = ["07:30", "07:35", "11:40", "16:05", "20:10"];
const CONTACTS: [&str; 3] = ["08:00", "12:10", "16:35"];
const CHECK: &str = "20:30";
/// Length of the time without network, in days.
const OFFLINE: i64 = 35;

/// Measures an ordinary day: a check and five doses.
pub(crate) async fn ordinary(asked: &Asked) -> Table {
    let how = "A real phone and the real engine against a real keeper: five doses and the evening check, sent as the \
               engine asks for it (doses gathered for 30 minutes, the check at once), against one contact in the \
               evening. Bytes at the socket, heads of HTTP included; no TLS; the month's grant went with an earlier contact.";
    let mut table = Table::new("An ordinary day on the wire", how);
    for (name, all) in [("sent as it comes", true), ("one contact in the evening", false)] {
        let (world, mut phone, counted) = behind_a_door().await;
        let (mut row, mut first) =
            (Row::new(name), Row::new(format!("{name}: the first day, with the grant")));
        for run in 0..=asked.runs {
            let day = i64::try_from(run).unwrap_or(0);
            let spent = one_day(&world, &mut phone, &counted, day, all).await;
            spent.add_to(if run == 0 { &mut first } else { &mut row });
        }
        table.push(row);
        table.push(first);
    }
    table
}

async fn behind_a_door() -> (World, Phone, Counted) {
    let mut world = World::new().await;
    let (door, counted) = proxy::open(world.site.keeper.address()).await;
    let door: ApiHost = format!("http://{door}").parse().expect("a loopback address is a host");
    world.site.invite_through(door);
    let (_, phone) = world.enrol("MG-001").await;
    (world, phone, counted)
}

#[derive(Default)]
struct Spent {
    pushes: u32,
    bodies: u64,
    up: u64,
    down: u64,
}

impl Spent {
    fn took(&mut self, outcome: &ContactOutcome) {
        self.pushes += outcome.pushes;
        self.bodies += outcome.bytes_up;
    }

    fn add_to(&self, row: &mut Row) {
        row.add("pushes", f64::from(self.pushes));
        row.add("KiB of push bodies", kib(self.bodies));
        row.add("KiB up", kib(self.up));
        row.add("KiB down", kib(self.down));
    }
}

fn kib(bytes: u64) -> f64 {
    u32::try_from(bytes).map_or(f64::NAN, f64::from) / 1024.0
}

async fn one_day(world: &World, phone: &mut Phone, counted: &Counted, day: i64, all: bool) -> Spent {
    let (before, mut spent) = (counted.bytes(), Spent::default());
    let mut plan: Vec<(&str, bool)> = DOSES.map(|time| (time, false)).to_vec();
    if all {
        plan.extend(CONTACTS.map(|time| (time, true)));
    }
    plan.sort_unstable();
    for (time, contact) in plan {
        world.set(day, time);
        if contact {
            spent.took(&world.sync_over(phone, &world.site.transport, Mode::Once).await);
        } else {
            take(world, phone);
        }
    }
    world.set(day, CHECK);
    world.evening(phone, day, 1);
    spent.took(&world.sync_over(phone, &world.site.transport, Mode::Once).await);
    let after = counted.bytes();
    (spent.up, spent.down) = (after.0 - before.0, after.1 - before.1);
    spent
}

fn take(world: &World, phone: &mut Phone) {
    let tap = world.tap(phone);
    phone.diary.record(dose(), None, None, None, &tap).expect("a dose is saved");
}

/// Measures five weeks offline: from the first byte of the contact to the whole of it in the record.
pub(crate) async fn offline(asked: &Asked) -> Table {
    let how = "A real phone saves an evening check and six doses a day for 35 days without network; then one contact \
               until its receipts say MERGED. Wall time of the whole contact, with sealing and the phone's own store; \
               phone and keeper in one process.";
    let mut table = Table::new("35 days offline", how);
    let mut row = Row::new("one phone");
    let world = World::new().await;
    for run in 0..asked.runs {
        let from = i64::try_from(run).unwrap_or(0) * (OFFLINE + 1);
        world.set(from, "06:30");
        let (_, mut phone) = world.enrol(&format!("MG-{run:03}")).await;
        let made = phone.diary.store().entries_made().expect("the store answers");
        for day in from..from + OFFLINE {
            for time in ["07:30", "07:35", "11:40", "16:05", "18:00", "20:10"] {
                world.set(day, time);
                take(&world, &mut phone);
            }
            world.set(day, CHECK);
            world.evening(&mut phone, day, 1);
        }
        let made = phone.diary.store().entries_made().expect("the store answers") - made;
        let network = Network::good(&world.site.transport);
        let (wall, cpu) = now_s();
        let outcome = world.sync_over(&mut phone, &network, Mode::Wait(20)).await;
        let (wall, cpu) = (now_s().0 - wall, now_s().1 - cpu);
        assert_eq!((outcome.waiting, outcome.unmerged), (0, 0), "everything is in the record");
        row.add("entries", u32::try_from(made).map_or(f64::NAN, f64::from));
        row.add("seconds until MERGED", wall);
        row.add("CPU s of phone and keeper", cpu);
        row.add("pushes", f64::from(outcome.pushes));
        row.add("requests", u32::try_from(network.seen().len()).map_or(f64::NAN, f64::from));
        row.add("KiB of push bodies", kib(outcome.bytes_up));
    }
    table.push(row);
    table
}
