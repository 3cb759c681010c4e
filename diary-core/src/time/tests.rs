//! Zones, the day cut and readings, on dates of the IANA database.

use super::*;

fn zone(name: &str) -> Zone {
    name.parse().unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn clock(text: &str) -> NaiveTime {
    text.parse::<TimeOfDay>().unwrap().to_chrono()
}

/// Each case: zone, day, wall clock, the instant it must be.
#[test]
fn wall_clocks_become_instants_also_across_changes() {
    for (name, day, time, expect) in [
        ("Asia/Shanghai", "2026-03-29", "02:30", "2026-03-28T18:30:00Z"),
        ("Asia/Kathmandu", "2026-03-29", "02:30", "2026-03-28T20:45:00Z"),
        ("Australia/Lord_Howe", "2026-04-04", "02:30", "2026-04-03T15:30:00Z"),
        // Shown twice when Lord Howe falls back by half an hour: the first.
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45:00Z"),
        // Left out when Lord Howe springs forward by half an hour: the jump itself.
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30:00Z"),
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:00:00Z"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30:00Z"),
    ] {
        assert_eq!(zone(name).instant(date(day), clock(time)).to_string(), expect, "{name} {day} {time}");
    }
}

#[test]
fn a_day_is_cut_where_the_study_says() {
    let cut = clock("03:00");
    let beijing = zone("Asia/Shanghai");
    let at = |time| DiaryDay::at(beijing.instant(date("2026-03-29"), clock(time)), beijing, cut).to_string();
    assert_eq!(at("02:59"), "2026-03-28");
    assert_eq!(at("03:00"), "2026-03-29");
    assert_eq!(at("23:59"), "2026-03-29");
}

#[test]
fn a_day_of_a_clock_change_still_is_one_diary_day() {
    let (new_york, cut) = (zone("America/New_York"), clock("03:00"));
    let start = new_york.instant(date("2026-03-08"), clock("03:00"));
    let end = new_york.instant(date("2026-03-09"), clock("03:00"));
    assert_eq!(end.since_ms(start), DAY_MS);
    for hour in 0..24 {
        let instant = start.plus_ms(hour * 3_600_000);
        assert_eq!(DiaryDay::at(instant, new_york, cut).to_string(), "2026-03-08");
    }
}

#[test]
fn a_reading_keeps_the_offset_it_was_made_with() {
    let reading = Reading::new(UtcMillis(0), zone("Asia/Kathmandu"), RunId::from_bytes([0; 16]), None);
    assert_eq!(reading.offset_s, 19_800);
    assert_eq!(reading.local().to_string(), "1970-01-01 05:30:00");
}

#[test]
fn times_of_day_refuse_what_no_clock_shows() {
    assert_eq!("7:05".parse::<TimeOfDay>().unwrap().to_string(), "07:05");
    for bad in ["24:00", "12:60", "1230", "", "-1:00", "007:00", "１２:00"] {
        assert!(bad.parse::<TimeOfDay>().is_err(), "{bad}");
    }
}

#[test]
fn absurd_instants_are_shown_as_the_first_or_last_that_has_four_digits() {
    assert_eq!(UtcMillis(i64::MIN).to_string(), "0001-01-01T00:00:00Z");
    assert_eq!(UtcMillis(i64::MAX).to_string(), "9998-12-31T23:59:59Z");
    assert_eq!(DiaryDay(date("2026-01-01")).plus_days(i64::MAX).0, date("9999-12-31"));
}

#[test]
fn no_instant_is_too_far_away_to_be_shown() {
    for at in [i64::MIN, i64::MAX, 8_210_266_837_200_000, -8_334_601_228_800_000] {
        for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago"] {
            let zone: Zone = zone.parse().unwrap();
            let reading = Reading::new(UtcMillis(at), zone, RunId::from_bytes([0; 16]), None);
            assert_eq!(reading.local(), zone.local(UtcMillis(at)));
            let far = Reading { offset_s: i32::MAX, ..reading };
            assert!(far.local() >= zone.local(UtcMillis(i64::MIN)));
        }
    }
}

#[test]
fn an_instant_is_written_as_people_and_scripts_read_it() {
    for (at, written) in [
        (1_793_515_380_000, "2026-11-01T06:43:00Z"),
        (1_793_515_380_250, "2026-11-01T06:43:00.250Z"),
        (0, "1970-01-01T00:00:00Z"),
        (253_402_300_800_000, "9998-12-31T23:59:59.999Z"),
        (-62_198_755_200_000, "0001-01-01T00:00:00Z"),
    ] {
        assert_eq!(serde_json::to_value(OccurredAt(UtcMillis(at))).unwrap(), written);
    }
}

#[test]
fn study_days_have_no_day_nought() {
    let first = DiaryDay(date("2026-03-29"));
    for (day, n) in [("2026-03-27", -2), ("2026-03-28", -1), ("2026-03-29", 1), ("2026-03-30", 2)] {
        assert_eq!(DiaryDay(date(day)).study_day(first), n, "{day}");
    }
}
