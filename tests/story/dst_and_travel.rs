//! A participant flies: Beijing, Kathmandu with its odd quarter of an hour, Berlin on the night when the hour comes twice,
//! New York when one is left out. Each entry keeps the day and the wall clock of where it was made.

use diary_core::entry::{Content, Note};
use diary_core::time::Zone;
use diary_tests::World;

#[tokio::test]
async fn an_entry_keeps_its_day_and_its_wall_clock_wherever_it_is_read() {
    let world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    // Zone, time by the clocks of Beijing, and local time there.
    let taps = [
        ("Asia/Shanghai", (1, "20:30"), "2026-10-02 20:30", 28_800),
        ("Asia/Kathmandu", (2, "20:30"), "2026-10-03 18:15", 20_700),
        ("Europe/Berlin", (24, "08:30"), "2026-10-25 02:30", 7_200),
        ("Europe/Berlin", (24, "09:30"), "2026-10-25 02:30", 3_600),
        ("America/New_York", (164, "14:59"), "2027-03-14 01:59", -18_000),
        ("America/New_York", (164, "15:01"), "2027-03-14 03:01", -14_400),
        ("Asia/Shanghai", (164, "15:02"), "2027-03-14 15:02", 28_800),
    ];
    let mut saved = Vec::new();
    for (zone, (day, time), ..) in taps {
        world.set(day, time);
        phone.zone = zone.parse::<Zone>().unwrap();
        let tap = world.tap(&phone);
        let content = Content::Note(Note { text: zone.to_owned() });
        let entry = phone.diary.record(content, None, None, None, &tap).unwrap().entry;
        let held = phone.diary.store().versions(entry).unwrap().remove(0);
        saved.push((entry, held.revision().day));
        world.sync(&mut phone).await;
    }
    let record = world.site.desk.record(participant.vault).await.unwrap();
    let revisions: Vec<_> = record.revisions().map(|held| held.encoded.revision()).collect();
    assert_eq!(revisions.len(), taps.len(), "nothing is refused");
    for ((revision, (entry, day)), (zone, _, wall, offset)) in revisions.iter().zip(&saved).zip(taps) {
        assert_eq!((revision.entry, revision.day), (*entry, *day), "{zone}: order and day stay");
        let local = revision.recorded.local().format("%Y-%m-%d %H:%M").to_string();
        assert_eq!((local.as_str(), revision.recorded.offset_s), (wall, offset), "{zone}");
    }
}
