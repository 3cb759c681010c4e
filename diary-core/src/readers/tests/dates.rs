//! Dates, whole and partial. Today is Monday, 2 March 2026.

use chrono::NaiveDate;

use super::*;
use crate::time::PartialDate;

fn today() -> NaiveDate {
    "2026-03-02".parse().unwrap()
}

#[test]
fn dates_are_read_as_people_write_them() {
    for (text, expected) in [
        ("2026-03-01", "2026-03-01"),
        ("2026-3-1", "2026-03-01"),
        ("2026/3/1", "2026-03-01"),
        ("2026.3.1", "2026-03-01"),
        ("20260301", "2026-03-01"),
        ("２０２６-０３-０１", "2026-03-01"),
        ("２０２６／３／１", "2026-03-01"),
        ("2026–03–01", "2026-03-01"),
        ("2026年3月1日", "2026-03-01"),
        ("2026年3月1号", "2026-03-01"),
        ("2026 年 3 月 1 日", "2026-03-01"),
        ("二〇二六年三月一日", "2026-03-01"),
        ("去年3月1号", "2025-03-01"),
        ("今年1月15日", "2026-01-15"),
        ("3月1号", "2026-03-01"),
        ("3月2日", "2026-03-02"),
        ("三月一号", "2026-03-01"),
        ("12月31日", "2025-12-31"),
        ("1 Mar", "2026-03-01"),
        ("1 Mar 2026", "2026-03-01"),
        ("1 March 2026", "2026-03-01"),
        ("March 1, 2026", "2026-03-01"),
        ("Mar 1st 2026", "2026-03-01"),
        ("1-Mar-2026", "2026-03-01"),
        ("2nd of March 2026", "2026-03-02"),
        ("1 Sept 2025", "2025-09-01"),
        ("29 Feb 2024", "2024-02-29"),
        ("today", "2026-03-02"),
        ("Today", "2026-03-02"),
        ("今天", "2026-03-02"),
        ("yesterday", "2026-03-01"),
        ("昨天", "2026-03-01"),
        ("前天", "2026-02-28"),
        ("day before yesterday", "2026-02-28"),
        ("明天", "2026-03-03"),
        ("1900-01-01", "1900-01-01"),
        ("2100-12-31", "2100-12-31"),
    ] {
        assert_eq!(date(text, today()), Ok(expected.parse().unwrap()), "{text}");
    }
}

#[test]
fn dates_that_are_none_are_refused_for_what_is_wrong_with_them() {
    let no_such = |year, month, day| ReadError::NoSuchDay { year, month, day };
    for (text, error) in [
        ("", ReadError::NotADate),
        ("29", ReadError::NotADate),
        ("monday", ReadError::NotADate),
        ("2026-03-01-02", ReadError::NotADate),
        ("2026--01", ReadError::NotADate),
        ("-2026-03-01", ReadError::NotADate),
        ("12026-03-01", ReadError::YearFirst),
        ("2026-02-30", no_such(2026, 2, 30)),
        ("2月29日", no_such(2026, 2, 29)),
        ("2026年2月30号", no_such(2026, 2, 30)),
        ("30 Feb 2026", no_such(2026, 2, 30)),
        ("2026-04-31", no_such(2026, 4, 31)),
        ("2026-03-00", no_such(2026, 3, 0)),
        ("2026-13-01", ReadError::NoSuchMonth { month: 13 }),
        ("2026-00-01", ReadError::NoSuchMonth { month: 0 }),
        ("29.3.2026", ReadError::YearFirst),
        ("03/04/2026", ReadError::YearFirst),
        ("3/1", ReadError::YearFirst),
        ("26-03-01", ReadError::YearFirst),
        ("26年3月1日", ReadError::YearFirst),
        ("2569-03-02", ReadError::BuddhistYear { year: 2569 }),
        ("2569年3月2日", ReadError::BuddhistYear { year: 2569 }),
        ("1026-03-02", ReadError::YearRange { year: 1026 }),
        ("115年3月1日", ReadError::YearRange { year: 115 }),
        ("9999-12-31", ReadError::YearRange { year: 9999 }),
        ("1899-12-31", ReadError::YearRange { year: 1899 }),
        ("2101-01-01", ReadError::YearRange { year: 2101 }),
        ("2026-02", ReadError::NoDay),
        ("2026年2月", ReadError::NoDay),
        ("2026", ReadError::NoDay),
        ("last month", ReadError::NoDay),
        ("3月", ReadError::NoYear),
        ("Mar", ReadError::NoYear),
        (
            "3月20日",
            ReadError::WhichYear { past: "2025-03-20".parse().unwrap(), next: "2026-03-20".parse().unwrap() },
        ),
    ] {
        assert_eq!(date(text, today()), Err(error), "{text}");
    }
    assert_eq!(date(&"月".repeat(5_000), today()), Err(ReadError::NotADate));
}

#[test]
fn dates_written_in_full_need_no_today() {
    assert_eq!(date_alone("2026年3月1号"), Ok("2026-03-01".parse().unwrap()));
    for (text, error) in [
        ("today", ReadError::NotRelative),
        ("去年3月1号", ReadError::NotRelative),
        ("3月1号", ReadError::NoYear),
        ("1 Mar", ReadError::NoYear),
    ] {
        assert_eq!(date_alone(text), Err(error), "{text}");
    }
}

#[test]
fn partial_dates_keep_what_is_known() {
    for (text, expected) in [
        ("2026", "2026"),
        ("2026年", "2026"),
        ("二〇二五年", "2025"),
        ("去年", "2025"),
        ("last year", "2025"),
        ("2026-02", "2026-02"),
        ("2026/2", "2026-02"),
        ("２０２６-０２", "2026-02"),
        ("2026年2月", "2026-02"),
        ("去年十二月", "2025-12"),
        ("上个月", "2026-02"),
        ("last month", "2026-02"),
        ("Feb 2026", "2026-02"),
        ("February 2026", "2026-02"),
        ("2026-02-28", "2026-02-28"),
        ("昨天", "2026-03-01"),
    ] {
        assert_eq!(
            partial_date(text, today()).map(|date| date.to_string()),
            Ok(expected.to_owned()),
            "{text}"
        );
    }
    assert_eq!(partial_date("2/2026", today()), Err(ReadError::YearFirst));
    assert_eq!(partial_date("2569-02", today()), Err(ReadError::BuddhistYear { year: 2569 }));
    assert_eq!(PartialDate::month(2026, 2).map(PartialDate::day), Some(None));
}

#[test]
fn refusals_of_dates_say_what_to_write() {
    says(
        ReadError::NoSuchDay { year: 2026, month: 2, day: 30 },
        "There is no 30 February 2026: February has 28 days. Write for example 2026-02-28.",
        "没有2026年2月30日：那个月有28天。请写例如 2026-02-28。",
    );
    says(
        ReadError::BuddhistYear { year: 2569 },
        "2569 is a year of the Buddhist era: 2026 by the common calendar. Write the year 2026, or a year from 1900 to 2100.",
        "2569是佛历年份，公历是2026年。请写公历年份2026，或1900到2100之间的年份。",
    );
    says(
        ReadError::YearRange { year: 1026 },
        "The year 1026 cannot be meant: years from 1900 to 2100 are possible. Write for example 2026-03-29.",
        "年份1026不对：可以填1900年到2100年。请写例如 2026-03-29。",
    );
    let (past, next) = ("2025-03-20".parse().unwrap(), "2026-03-20".parse().unwrap());
    says(
        ReadError::WhichYear { past, next },
        "Which year is meant? Write 2025-03-20 or 2026-03-20.",
        "请写明年份：2025-03-20还是2026-03-20？",
    );
}

#[test]
fn dates_more_than_a_year_away_are_far() {
    let question = |text: &str, lang| far(text.parse().unwrap(), today()).map(|far| far.question(lang));
    for near in ["2026-03-02", "2025-03-02", "2027-03-02"] {
        assert_eq!(question(near, Lang::EN), None, "{near}");
    }
    for (text, en, zh) in [
        ("2062-03-04", "2062-03-04 is 36 years from now; is that meant?", "2062-03-04是36年以后，确定吗？"),
        ("1962-03-01", "1962-03-01 is 64 years ago; is that meant?", "1962-03-01是64年以前，确定吗？"),
        (
            "2027-03-03",
            "2027-03-03 is more than a year from now; is that meant?",
            "2027-03-03是一年多以后，确定吗？",
        ),
        (
            "2025-03-01",
            "2025-03-01 is more than a year ago; is that meant?",
            "2025-03-01是一年多以前，确定吗？",
        ),
    ] {
        assert_eq!(question(text, Lang::EN).as_deref(), Some(en));
        assert_eq!(question(text, Lang::ZH_CN).as_deref(), Some(zh));
    }
}
