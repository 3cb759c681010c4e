//! Sentences of the parsers' refusals, in both languages side by side.

use chrono::{Datelike, NaiveDate, NaiveDateTime};

use super::ReadError;
use crate::text::{Lang, Side};
use crate::time::{Gap, PartialDate};

/// Difference of the Buddhist era to the common one, in years.
const BUDDHIST: i32 = 543;

/// Sentence about the fault and the expected form.
pub(super) fn of(error: ReadError, lang: Lang) -> String {
    let (en, zh) = match error {
        ReadError::NotANumber => (
            "This is not a number. Write it in digits, for example 60 or 0.5.",
            "这不是数字。请用数字填写，例如 60 或 0.5。",
        ),
        ReadError::Thousands => (
            "A comma or a space inside a number can mean two things. Write 1500 for one thousand five hundred, 1.5 for one and a half.",
            "数字里的逗号或空格可能有两种意思。一千五百请写 1500，一点五请写 1.5。",
        ),
        ReadError::Fraction => (
            "This fraction cannot be taken as it is. Write it with a point, for example 0.5 or 0.33.",
            "这个分数无法识别。请写成小数，例如 0.5 或 0.33。",
        ),
        ReadError::LeadingZero => (
            "A number that begins with 0 may lack its point. Write for example 5 or 0.5.",
            "以 0 开头的数字可能漏了小数点。请写例如 5 或 0.5。",
        ),
        ReadError::TooManyDigits => (
            "This number has too many digits: at most 18, of which at most 9 behind the point.",
            "数字太长：最多18位，其中小数点后最多9位。",
        ),
        ReadError::TwoNumbers => (
            "There is more than one number. Write the one amount, for example 10 mg.",
            "这里有不止一个数字。请只写一个总量，例如 10 毫克。",
        ),
        ReadError::NotAnAmount => (
            "Write an amount with its unit, for example 60 mg or 0.5 tablets.",
            "请写剂量和单位，例如 60 毫克或 0.5 片。",
        ),
        ReadError::NoUnit => (
            "Write the unit behind the number, for example 60 mg or 2 tablets.",
            "请在数字后面写上单位，例如 60 毫克或 2 片。",
        ),
        ReadError::UnknownUnit => (
            "This unit is not known. Write for example 60 mg, 9 mcg, 5 mL, 2 tablets or 1 capsule.",
            "无法识别这个单位。请写例如 60 毫克、9 微克、5 毫升、2 片或 1 粒。",
        ),
        ReadError::MicroSign => (
            "A micro sign is easily misread as milli. Please write mcg, for example 9 mcg.",
            "微克符号容易被误读成毫克。请写“微克”或 mcg，例如 9 微克。",
        ),
        ReadError::AmountRange => (
            "The amount must be above 0 and up to 100000, for example 60 mg.",
            "剂量必须大于 0 且不超过 100000，例如 60 毫克。",
        ),
        ReadError::NotADate => (
            "This is not a date. Write year, month and day, for example 2026-03-29, or today or yesterday.",
            "这不是日期。请写年月日，例如 2026-03-29 或 2026年3月29日，也可以写今天、昨天。",
        ),
        ReadError::YearFirst => (
            "Write the year first and with four digits, then month and day, for example 2026-03-29.",
            "请先写四位数的年份，再写月和日，例如 2026-03-29。",
        ),
        ReadError::NoYear => ("Write the year too, for example 2026-03-29.", "请写上年份，例如 2026-03-29。"),
        ReadError::NoDay => ("Write the day too, for example 2026-03-29.", "请写上几号，例如 2026-03-29。"),
        ReadError::NotRelative => {
            ("Write the date in full, for example 2026-03-29.", "请写完整的日期，例如 2026-03-29。")
        }
        ReadError::NotATime => (
            "This is not a time of day. Write hours and minutes, for example 08:30 or 21:15.",
            "这不是时间。请写几点几分，例如 08:30 或 21:15。",
        ),
        ReadError::Midnight => (
            "Midnight belongs to two days. Write 00:00 with the date of the day that begins then, for example 2026-03-30 00:00.",
            "午夜属于两天。请写 00:00 和它开始的那一天的日期，例如 2026-03-30 00:00。",
        ),
        ReadError::TwelveOClock => (
            "This can mean noon or midnight. Write 12:00 for noon, 00:00 for midnight.",
            "这可能指中午或午夜。中午请写 12:00，午夜请写 00:00。",
        ),
        ReadError::PartOfDay => (
            "The hour does not fit the part of the day. Write hours from 0 to 23, for example 21:15.",
            "钟点和时段对不上。请按24小时制写，例如 21:15。",
        ),
        ReadError::NotAMoment => (
            "Write a time such as 08:30, or a day with a time such as yesterday 21:15 or 2026-03-29 08:30.",
            "请写时间，例如 08:30；或日期加时间，例如昨天 21:15、2026-03-29 08:30。",
        ),
        ReadError::NotADateAndTime => (
            "Write a date with a time, for example 2026-03-29 08:30 or yesterday 21:15.",
            "请写日期和时间，例如 2026-03-29 08:30 或昨天 21:15。",
        ),
        ReadError::ShownOnce => (
            "The clock showed that time once. Leave out \"first\" or \"second\".",
            "那个时间当天只出现过一次。请去掉“第一次”或“第二次”。",
        ),
        ReadError::NoSuchDay { year, month, day } => return no_such_day(year, month, day, lang),
        ReadError::NoSuchMonth { month } => {
            return match lang.side() {
                Side::En => {
                    format!("There is no month {month}. Write year, month and day, for example 2026-03-29.")
                }
                Side::ZhCn => format!("没有{month}月。请按年月日写，例如 2026-03-29。"),
            };
        }
        ReadError::YearRange { year } => {
            return match lang.side() {
                Side::En => format!(
                    "The year {year} cannot be meant: years from 1900 to 2100 are possible. Write for example 2026-03-29."
                ),
                Side::ZhCn => format!("年份{year}不对：可以填1900年到2100年。请写例如 2026-03-29。"),
            };
        }
        ReadError::BuddhistYear { year } => {
            let common = year - BUDDHIST;
            return match lang.side() {
                Side::En => format!(
                    "{year} is a year of the Buddhist era: {common} by the common calendar. Write the year {common}, or a year from 1900 to 2100."
                ),
                Side::ZhCn => format!(
                    "{year}是佛历年份，公历是{common}年。请写公历年份{common}，或1900到2100之间的年份。"
                ),
            };
        }
        ReadError::WhichYear { past, next } => {
            return match lang.side() {
                Side::En => format!("Which year is meant? Write {past} or {next}."),
                Side::ZhCn => format!("请写明年份：{past}还是{next}？"),
            };
        }
        ReadError::NoSuchTime { hour, minute } => {
            return match lang.side() {
                Side::En => {
                    format!("No clock shows {hour}:{minute:02}. Write 00:00 to 23:59, for example 21:15.")
                }
                Side::ZhCn => format!("没有{hour}:{minute:02}这个时间。请写 00:00 到 23:59，例如 21:15。"),
            };
        }
        ReadError::NoTime { date } => {
            return match lang.side() {
                Side::En => format!("Write the time behind the date, for example {date} 08:30."),
                Side::ZhCn => format!("请在日期后面写上时间，例如 {date} 08:30。"),
            };
        }
        ReadError::Skipped { wanted, gap } => return skipped(wanted, gap, lang),
        ReadError::ShownTwice { date, time } => {
            return match lang.side() {
                Side::En => format!(
                    "On {date} clocks were put back and showed {time} twice. Write \"{date} {time} first\" or \"{date} {time} second\"."
                ),
                Side::ZhCn => format!(
                    "{date}时钟拨慢，{time}出现了两次。请写“{date} {time} 第一次”或“{date} {time} 第二次”。"
                ),
            };
        }
    };
    lang.pick(en, zh).to_owned()
}

fn no_such_day(year: i32, month: u32, day: u32, lang: Lang) -> String {
    let last = PartialDate::month(year, month).map_or(31, |month| month.latest().0.day());
    let name = NaiveDate::from_ymd_opt(year, month, 1).map(|first| first.format("%B").to_string());
    let name = name.unwrap_or_default();
    match lang.side() {
        Side::En => format!(
            "There is no {day} {name} {year}: {name} has {last} days. Write for example {year}-{month:02}-{last}."
        ),
        Side::ZhCn => {
            format!("没有{year}年{month}月{day}日：那个月有{last}天。请写例如 {year}-{month:02}-{last}。")
        }
    }
}

fn skipped(wanted: NaiveDateTime, gap: Gap, lang: Lang) -> String {
    let (day, time) = (wanted.date(), wanted.format("%H:%M"));
    // Within a day the time suffices; a skipped day needs dates.
    let said = |at: NaiveDateTime| {
        let format = if at.date() == day { "%H:%M" } else { "%Y-%m-%d %H:%M" };
        at.format(format).to_string()
    };
    let (from, to) = (said(gap.from), said(gap.to));
    let (before, after) = gap.around(wanted);
    let (before, after) = (said(before), said(after));
    match lang.side() {
        Side::En => {
            format!("{day} has no {time}: clocks went from {from} to {to}. Write {before} or {after}.")
        }
        Side::ZhCn => format!("{day}没有{time}：时钟从{from}拨到了{to}。请写 {before} 或 {after}。"),
    }
}
