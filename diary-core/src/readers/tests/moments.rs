//! Times of day and moments, also where clocks change.

use super::*;
use crate::time::{Gap, UtcMillis, Zone};

fn here(zone: &str, now: &str) -> Here {
    let now = chrono::DateTime::parse_from_rfc3339(now).unwrap();
    Here { now: UtcMillis(now.timestamp_millis()), zone: zone.parse::<Zone>().unwrap() }
}

#[test]
fn times_are_read_as_people_write_them() {
    for (text, expected) in [
        ("08:30", "08:30"),
        ("8:30", "08:30"),
        ("0830", "08:30"),
        ("2115", "21:15"),
        ("０８：３０", "08:30"),
        ("8∶30", "08:30"),
        ("00:00", "00:00"),
        ("23:59", "23:59"),
        ("9:15 pm", "21:15"),
        ("9:15pm", "21:15"),
        ("9:15 PM", "21:15"),
        ("9:15 p.m.", "21:15"),
        ("9:15 am", "09:15"),
        ("9 pm", "21:00"),
        ("9am", "09:00"),
        ("12:30 am", "00:30"),
        ("12:30 pm", "12:30"),
        ("13:00 pm", "13:00"),
        ("noon", "12:00"),
        ("8点", "08:00"),
        ("8点整", "08:00"),
        ("8点钟", "08:00"),
        ("8点半", "08:30"),
        ("八点半", "08:30"),
        ("8点30", "08:30"),
        ("8点05分", "08:05"),
        ("8时30分", "08:30"),
        ("8点一刻", "08:15"),
        ("8点三刻", "08:45"),
        ("二十一点十五分", "21:15"),
        ("下午3点", "15:00"),
        ("下午三点半", "15:30"),
        ("下午3:15", "15:15"),
        ("下午15:00", "15:00"),
        ("上午 8:30", "08:30"),
        ("早上8点", "08:00"),
        ("凌晨2点", "02:00"),
        ("中午12点", "12:00"),
        ("中午12点半", "12:30"),
        ("中午1点", "13:00"),
        ("傍晚6点", "18:00"),
        ("晚上9点15分", "21:15"),
        ("晚上21:15", "21:15"),
    ] {
        assert_eq!(time(text).map(|time| time.to_string()), Ok(expected.to_owned()), "{text}");
    }
}

#[test]
fn what_no_clock_shows_or_could_mean_two_times_is_refused() {
    for (text, error) in [
        ("", ReadError::NotATime),
        ("8", ReadError::NotATime),
        ("830", ReadError::NotATime),
        ("8:5", ReadError::NotATime),
        ("8.30", ReadError::NotATime),
        ("08:30:00", ReadError::NotATime),
        ("-1:00", ReadError::NotATime),
        ("007:00", ReadError::NotATime),
        ("pm", ReadError::NotATime),
        ("25:00", ReadError::NoSuchTime { hour: 25, minute: 0 }),
        ("12:60", ReadError::NoSuchTime { hour: 12, minute: 60 }),
        ("9960", ReadError::NoSuchTime { hour: 99, minute: 60 }),
        ("24:00", ReadError::Midnight),
        ("午夜", ReadError::Midnight),
        ("12 am", ReadError::TwelveOClock),
        ("12:00 pm", ReadError::TwelveOClock),
        ("晚上12点", ReadError::TwelveOClock),
        ("上午12点", ReadError::TwelveOClock),
        ("13:00 am", ReadError::PartOfDay),
        ("0:30 pm", ReadError::PartOfDay),
        ("晚上1点", ReadError::PartOfDay),
    ] {
        assert_eq!(time(text), Err(error), "{text}");
    }
}

/// It is 09:00 on Monday, 2 March 2026.
#[test]
fn moments_are_read_as_people_write_them() {
    let here = here("Asia/Shanghai", "2026-03-02T09:00:00+08:00");
    for (text, expected) in [
        ("08:30", "2026-03-02 08:30:00"),
        ("0830", "2026-03-02 08:30:00"),
        ("8点半", "2026-03-02 08:30:00"),
        ("09:03", "2026-03-02 09:03:00"),
        ("10:30", "2026-03-01 10:30:00"),
        ("9:15 pm", "2026-03-01 21:15:00"),
        ("now", "2026-03-02 09:00:00"),
        ("刚才", "2026-03-02 09:00:00"),
        ("昨天 21:15", "2026-03-01 21:15:00"),
        ("昨天21:15", "2026-03-01 21:15:00"),
        ("昨天晚上9点15", "2026-03-01 21:15:00"),
        ("昨晚9点一刻", "2026-03-01 21:15:00"),
        ("今早8点", "2026-03-02 08:00:00"),
        ("今天 8:00", "2026-03-02 08:00:00"),
        ("前天 8:00", "2026-02-28 08:00:00"),
        ("yesterday 21:15", "2026-03-01 21:15:00"),
        ("Yesterday at 9:15 pm", "2026-03-01 21:15:00"),
        ("21:15 yesterday", "2026-03-01 21:15:00"),
        ("9:15 pm on 1 March 2026", "2026-03-01 21:15:00"),
        ("today 8:00", "2026-03-02 08:00:00"),
        ("2026-02-10 21:15", "2026-02-10 21:15:00"),
        ("2026-02-10T21:15", "2026-02-10 21:15:00"),
        ("２０２６-０２-１０　２１：１５", "2026-02-10 21:15:00"),
        ("2026/2/10 9:15pm", "2026-02-10 21:15:00"),
        ("2026年2月10日21:15", "2026-02-10 21:15:00"),
        ("2月10号晚上9点15分", "2026-02-10 21:15:00"),
        ("10 Feb 2026 21:15", "2026-02-10 21:15:00"),
        ("10 Oct 2025, 21:15", "2025-10-10 21:15:00"),
        ("10 Feb 21:15", "2026-02-10 21:15:00"),
        ("1 Oct 21:15", "2025-10-01 21:15:00"),
        ("1 August 2025 at 8 am", "2025-08-01 08:00:00"),
        ("2026-02-10t21:15", "2026-02-10 21:15:00"),
    ] {
        let read = moment(text, here).map(|at| here.zone.local(at).to_string());
        assert_eq!(read, Ok(expected.to_owned()), "{text}");
    }
    for (text, error) in [
        ("", ReadError::NotAMoment),
        ("8", ReadError::NotAMoment),
        ("soon", ReadError::NotAMoment),
        ("25:00", ReadError::NoSuchTime { hour: 25, minute: 0 }),
        ("2026-03-28 25:00", ReadError::NoSuchTime { hour: 25, minute: 0 }),
        ("2026-02-30 08:00", ReadError::NoSuchDay { year: 2026, month: 2, day: 30 }),
        ("2569-03-02 08:00", ReadError::BuddhistYear { year: 2569 }),
        ("2026-02-28", ReadError::NoTime { date: "2026-02-28".parse().unwrap() }),
        ("1 Mar 2026", ReadError::NoTime { date: "2026-03-01".parse().unwrap() }),
        ("昨天", ReadError::NoTime { date: "2026-03-01".parse().unwrap() }),
        ("昨晚12点", ReadError::TwelveOClock),
        ("08:30 second", ReadError::ShownOnce),
    ] {
        assert_eq!(moment(text, here), Err(error), "{text}");
    }
    assert_eq!(moment(&"天".repeat(5_000), here), Err(ReadError::NotAMoment));
}

#[test]
fn yesterday_of_a_moment_is_the_calendars() {
    let here = here("Asia/Shanghai", "2026-03-30T00:20:00+08:00");
    for (text, expected) in [
        ("23:30", "2026-03-29 23:30:00"),
        ("00:10", "2026-03-30 00:10:00"),
        ("yesterday 23:30", "2026-03-29 23:30:00"),
        ("today 00:10", "2026-03-30 00:10:00"),
    ] {
        assert_eq!(here.zone.local(moment(text, here).unwrap()).to_string(), expected, "{text}");
    }
}

#[test]
fn a_time_alone_about_an_earlier_day_is_meant_on_that_day() {
    let here = here("Asia/Shanghai", "2026-03-30T09:00:00+08:00");
    let cut = "03:00".parse().unwrap();
    for (text, expected) in [
        ("08:30", "2026-03-27 08:30:00"),
        ("01:30", "2026-03-28 01:30:00"),
        ("2026-03-20 08:00", "2026-03-20 08:00:00"),
        ("yesterday 08:00", "2026-03-29 08:00:00"),
    ] {
        let read = moment_on(text, "2026-03-27".parse().unwrap(), cut, here);
        assert_eq!(here.zone.local(read.unwrap()).to_string(), expected, "{text}");
    }
}

/// Clocks in New York are put back from 02:00 to 01:00 on 1 November 2026.
#[test]
fn of_a_repeated_hour_the_pass_that_is_meant_is_taken_or_asked_for() {
    let twice =
        Err(ReadError::ShownTwice { date: "2026-11-01".parse().unwrap(), time: "01:43".parse().unwrap() });
    let first = Ok("2026-11-01T05:43:00Z".to_owned());
    let second = Ok("2026-11-01T06:43:00Z".to_owned());
    for (now, text, expected) in [
        // 01:45, the first time.
        ("2026-11-01T05:45:00Z", "01:43", first.clone()),
        ("2026-11-01T05:45:00Z", "2026-11-01 01:43", first.clone()),
        // 01:45, the second time.
        ("2026-11-01T06:45:00Z", "01:43", second.clone()),
        ("2026-11-01T06:45:00Z", "01:43 first", first.clone()),
        ("2026-11-01T06:45:00Z", "01:43 第一次", first.clone()),
        ("2026-11-01T06:45:00Z", "2026-11-01 01:43", twice.clone()),
        ("2026-11-01T06:20:00Z", "01:43", first.clone()),
        // 09:00: either can be meant.
        ("2026-11-01T14:00:00Z", "01:43", twice.clone()),
        ("2026-11-01T14:00:00Z", "today 01:43 second", second.clone()),
        ("2026-11-01T14:00:00Z", "2026-11-01 01:43 first", first),
        ("2026-11-02T14:00:00Z", "yesterday 01:43", twice),
        ("2026-11-02T14:00:00Z", "昨天 01:43 第二次", second),
    ] {
        let read = moment(text, here("America/New_York", now)).map(|at| at.to_string());
        assert_eq!(read, expected, "{now} {text}");
    }
    let (date, time) = ("2026-11-01".parse().unwrap(), "01:43".parse().unwrap());
    says(
        ReadError::ShownTwice { date, time },
        "On 2026-11-01 clocks were put back and showed 01:43 twice. Write \"2026-11-01 01:43 first\" or \"2026-11-01 01:43 second\".",
        "2026-11-01时钟拨慢，01:43出现了两次。请写“2026-11-01 01:43 第一次”或“2026-11-01 01:43 第二次”。",
    );
}

/// Clocks in New York are put forward from 02:00 to 03:00 on 8 March 2026.
#[test]
fn a_time_that_no_clock_showed_is_refused_with_the_two_that_exist() {
    let after = here("America/New_York", "2026-03-08T12:00:00Z");
    for text in ["2026-03-08 02:30", "02:30", "today 02:30"] {
        let refused = moment(text, after).unwrap_err();
        says(
            refused,
            "2026-03-08 has no 02:30: clocks went from 02:00 to 03:00. Write 01:30 or 03:30.",
            "2026-03-08没有02:30：时钟从02:00拨到了03:00。请写 01:30 或 03:30。",
        );
        assert_eq!(date_and_time("2026-03-08 02:30", after), Err(refused));
    }
    let gap =
        Gap { from: "2011-12-30T00:00:00".parse().unwrap(), to: "2011-12-31T00:00:00".parse().unwrap() };
    says(
        ReadError::Skipped { wanted: "2011-12-30T08:30:00".parse().unwrap(), gap },
        "2011-12-30 has no 08:30: clocks went from 00:00 to 2011-12-31 00:00. Write 2011-12-29 08:30 or 2011-12-31 08:30.",
        "2011-12-30没有08:30：时钟从00:00拨到了2011-12-31 00:00。请写 2011-12-29 08:30 或 2011-12-31 08:30。",
    );
    // Before the jump, the last 02:30 was yesterday's.
    let before = here("America/New_York", "2026-03-08T06:30:00Z");
    assert_eq!(moment("02:30", before).map(|at| at.to_string()), Ok("2026-03-07T07:30:00Z".to_owned()));
}

#[test]
fn dates_with_times_may_lie_ahead() {
    let here = here("Asia/Shanghai", "2026-03-02T09:00:00+08:00");
    for (text, expected) in [
        ("2026-03-29 07:30", "2026-03-28T23:30:00Z"),
        ("明天 8点", "2026-03-03T00:00:00Z"),
        ("昨天 21:15", "2026-03-01T13:15:00Z"),
        ("现在", "2026-03-02T01:00:00Z"),
    ] {
        assert_eq!(date_and_time(text, here).map(|at| at.to_string()), Ok(expected.to_owned()), "{text}");
    }
    assert_eq!(date_and_time("08:30", here), Err(ReadError::NotADateAndTime));
    let alone = date_and_time_alone("2026-03-29T09:30").unwrap();
    assert_eq!(
        (alone.0.to_string(), alone.1.to_string(), alone.2),
        ("2026-03-29".into(), "09:30".into(), None)
    );
    assert_eq!(date_and_time_alone("昨天 21:15"), Err(ReadError::NotRelative));
}

#[test]
fn a_moment_more_than_a_day_from_the_planned_one_cannot_belong_to_it() {
    let planned = UtcMillis(1_800_000_000_000);
    for (hours, cannot) in [(0, false), (24, false), (-24, false), (25, true), (-25, true)] {
        assert_eq!(cannot_belong(planned.plus_ms(hours * 3_600_000), planned), cannot, "{hours}");
    }
}
