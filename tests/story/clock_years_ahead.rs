//! A phone whose clock is years ahead, and later set back: no entry is refused, no statement counts for days that
//! have not come yet, and the report says how far the clock was off.

use diary_core::entropy::Entropy;
use diary_core::entry::{Content, Note};
use diary_core::text::Lang;
use diary_demo::clock::SteppingClock;
use diary_demo::phone::Phone;
use diary_report::report::{Rank, text};
use diary_sync::Mode;
use diary_tests::World;
use diary_tests::world::{at, first_day};

async fn contact(world: &World, phone: &mut Phone, clock: &SteppingClock) {
    let entropy: &dyn Entropy = &*world.site.entropy;
    phone.sync(&world.site.transport, clock, entropy, Mode::Wait(10)).await.unwrap();
}

#[tokio::test]
async fn a_clock_three_years_ahead_is_kept_flagged_bracketed_and_vouches_for_nothing() {
    let world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    let entropy: &dyn Entropy = &*world.site.entropy;
    let years = 3 * 365;
    // The clock is wrong from the evening of day 0 on; the true time continues beside it.
    let mut order = Vec::new();
    for (day, time) in [(0, "21:00"), (1, "09:00"), (2, "09:02")] {
        world.set(day, time);
        let ahead = SteppingClock::at(at(day + years, time).plus_ms(day * 120_000));
        let tap = phone.tap(&ahead, entropy);
        let content = Content::Note(Note { text: format!("day {day}") });
        order.push(phone.diary.record(content, None, None, None, &tap).unwrap().entry);
        contact(&world, &mut phone, &ahead).await;
        // The reading at the next contact shows how the clock stood at this one.
        contact(&world, &mut phone, &ahead).await;
    }
    // Days pass without contact. A statement made three years ahead cannot show that their evenings are over.
    world.set(7, "09:00");
    let silent = world.report(&participant).await.slots[0].counts;
    assert_eq!(silent.missed, 0);
    assert!(silent.unknown >= 4, "{silent:?}");
    // It is set right: time runs backwards by three years.
    order.push(world.note(&mut phone, "the clock is right again"));
    world.sync(&mut phone).await;

    let record = world.site.desk.record(participant.vault).await.unwrap();
    let entries: Vec<_> = record.revisions().map(|held| held.encoded.revision().entry).collect();
    assert_eq!(entries, order, "the order is that of the taps, whatever the clock said");
    let report = world.report(&participant).await;
    assert!(report.slots[0].counts.missed >= 4, "now it can be told");
    // Not only kept: the page shows each entry and says how the clock stood, also for an entry of a wrong day.
    let lines = [
        (
            Lang::EN,
            [
                "Clock of phone 1 was 1095 d to 1095 d 4 min ahead between 1 Oct 21:00 and 3 Oct 09:02; its times are doubtful",
                "30 Sep 2029 Note: day 0 (phone's clock 30 Sep 2029 21:00; received 1 Oct 21:00)",
                "1 Oct 2029 Note: day 1 (phone's clock 1 Oct 2029 09:02; received 2 Oct 09:00)",
                "2 Oct 2029 Note: day 2 (phone's clock 2 Oct 2029 09:06; received 3 Oct 09:02)",
                "8 Oct 09:00 “the clock is right again”",
            ],
        ),
        (
            Lang::ZH_CN,
            [
                "手机1的时钟10月1日 21:00至10月3日 09:02偏快1095天至1095天4分钟；其时间存疑",
                "2029年9月30日 备注：day 0（手机时钟2029年9月30日 21:00；收到于10月1日 21:00）",
                "2029年10月1日 备注：day 1（手机时钟2029年10月1日 09:02；收到于10月2日 09:00）",
                "2029年10月2日 备注：day 2（手机时钟2029年10月2日 09:06；收到于10月3日 09:02）",
                "10月8日 09:00 “the clock is right again”",
            ],
        ),
    ];
    for (lang, lines) in lines {
        let shown = text::render(&report, lang, 400);
        for line in lines {
            assert!(shown.contains(line), "{line}: {shown}");
        }
    }
    // And the phone's own history shows them under the day that they bear.
    let past = |from, to| phone.diary.past(first_day().plus_days(from), first_day().plus_days(to)).unwrap();
    let texts = |past: Vec<diary_core::diary::PastEntry>| -> Vec<String> {
        let notes = past.into_iter().filter_map(|entry| match entry.shown?.content {
            Content::Note(note) => Some(note.text),
            _ => None,
        });
        notes.collect()
    };
    assert_eq!(texts(past(years, years + 2)), ["day 0", "day 1", "day 2"]);
    assert_eq!(texts(past(0, 7)), ["the clock is right again"]);
    assert!(report.clock_doubts.iter().any(|doubt| doubt.bracket.is_some()), "{:?}", report.clock_doubts);
    assert!(report.attention.iter().any(|found| found.rank == Rank::Know));
}
