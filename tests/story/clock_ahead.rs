//! A phone whose clock is a year ahead loses no entry; its first day is corrected once the clock is right.

use diary_core::entropy::Entropy;
use diary_core::keys::HistoryScope;
use diary_core::text::Lang;
use diary_demo::clock::SteppingClock;
use diary_demo::phone::Phone;
use diary_server::site::ConfirmDevice;
use diary_sync::Mode;
use diary_tests::World;
use diary_tests::world::{at, beijing, first_day};

#[tokio::test]
async fn a_clock_a_year_ahead_at_joining_neither_empties_the_schedule_nor_silences_the_phone() {
    let world = World::new().await;
    let (participant, invitation) = world.site.invite("MG-001").await.unwrap();
    let ahead = SteppingClock::at(at(365, "09:00"));
    let entropy: &dyn Entropy = &*world.site.entropy;
    let (transport, folder) = (world.site.transport.clone(), world.folder().join("phone"));
    let mut phone = Phone::join(folder, &invitation.link, Lang::EN, beijing(), &transport, &ahead, entropy)
        .await
        .unwrap();
    assert_eq!(phone.diary.device().first_day, first_day().plus_days(365));
    let digits = phone.joined.digits;
    world
        .site
        .desk
        .devices()
        .confirm(
            &world.site.staff,
            &participant,
            ConfirmDevice { digits, history: HistoryScope::All, reason: None },
        )
        .await
        .unwrap();
    phone.sync(&transport, &ahead, entropy, Mode::Wait(10)).await.unwrap();
    assert_eq!(
        phone.diary.device().first_day,
        first_day().plus_days(365),
        "no server's clock alone moves it"
    );

    // The clock is set right: both show the day now. The evening is asked for, and the statement made a year ahead counts
    // for nothing.
    world.set(0, "20:30");
    let tap = world.tap(&phone);
    phone.diary.check_missed(&tap).unwrap();
    assert_eq!(phone.diary.device().first_day, first_day());
    world.evening(&mut phone, 0, 0);
    world.sync(&mut phone).await;
    world.set(4, "09:00");
    world.sync(&mut phone).await;
    let report = world.report(&participant).await;
    let evening = &report.slots[0].counts;
    assert_eq!(
        (evening.on_time, evening.missed, evening.unknown),
        (1, 1, 0),
        "day 1 is over for good and missed"
    );
}
