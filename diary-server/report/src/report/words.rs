//! The words that both ways of showing a report use: dates, amounts, authors. Chinese and English.

use chrono::{Datelike, NaiveDateTime, Weekday};
use diary_core::entry::{MedicationChangeKind, SkipReason};
use diary_core::measure::{Decimal, Quantity};
use diary_core::text::{Lang, Text, shown};
use diary_core::time::{DiaryDay, PartialDate};

use super::{By, Change, DayAmount, Stamp, TotalPoint};

/// Stand around the words of people in lines of the report: the page isolates what is between them, so that it turns
/// nothing else around; the text leaves them out. Neither is a character, so none comes from outside.
pub(super) const THEIRS: char = '\u{fdd0}';
/// Ends [`THEIRS`].
pub(super) const OURS: char = '\u{fdd1}';

/// Words of people in a line.
pub(super) fn theirs(text: &str) -> String {
    format!("{THEIRS}{}{OURS}", shown(text))
}

/// A line without the marks of [`theirs`], in which nothing commands a terminal.
pub(super) fn plain_line(line: &str) -> String {
    shown(&line.replace([THEIRS, OURS], "")).into_owned()
}

/// A text made for every language.
pub(super) fn both(of: impl Fn(Lang) -> String) -> Text {
    Text { en: Some(of(Lang::En)), zh_cn: Some(of(Lang::ZhCn)) }
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `label: value`; a label that is a question needs no colon.
pub(super) fn labelled(label: &str, value: &str, lang: Lang) -> String {
    if label.is_empty() {
        return value.to_owned();
    }
    let colon = match (label.ends_with(['?', '？', '。', '.']), lang) {
        (true, Lang::En) => " ",
        (true, Lang::ZhCn) => "",
        (false, _) => lang.pick(": ", "："),
    };
    format!("{label}{colon}{value}")
}

/// The name of a month.
pub(super) fn month(of: DiaryDay, lang: Lang) -> String {
    match lang {
        Lang::En => MONTHS.get(of.0.month0() as usize).copied().unwrap_or_default().to_owned(),
        Lang::ZhCn => format!("{}月", of.0.month()),
    }
}

/// The name of a month; with its year where that is not `year`.
pub(super) fn month_of(of: DiaryDay, year: i32, lang: Lang) -> String {
    match (of.0.year() == year, lang) {
        (true, _) => month(of, lang),
        (false, Lang::En) => format!("{} {}", month(of, lang), of.0.year()),
        (false, Lang::ZhCn) => format!("{}年{}", of.0.year(), month(of, lang)),
    }
}

/// A day: `29 Mar`, `3月29日`; with its year where that is not `year`.
pub(super) fn date(day: DiaryDay, year: i32, lang: Lang) -> String {
    match (day.0.year() == year, lang) {
        (true, Lang::En) => format!("{} {}", day.0.day(), month(day, lang)),
        (true, Lang::ZhCn) => format!("{}月{}日", day.0.month(), day.0.day()),
        (false, _) => full_date(day, lang),
    }
}

/// A day with its year.
pub(super) fn full_date(day: DiaryDay, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{} {} {}", day.0.day(), month(day, lang), day.0.year()),
        Lang::ZhCn => format!("{}年{}月{}日", day.0.year(), day.0.month(), day.0.day()),
    }
}

/// A date as far as it is known; a whole one as [`date`] has it.
pub(super) fn partial_date(of: PartialDate, year: i32, lang: Lang) -> String {
    let first = of.earliest();
    match (of, lang) {
        (PartialDate::Day(day), _) => date(day, year, lang),
        (PartialDate::Month(_), Lang::En) => format!("{} {}", month(first, lang), first.0.year()),
        (PartialDate::Month(_), Lang::ZhCn) => format!("{}年{}月", first.0.year(), first.0.month()),
        (PartialDate::Year(_), Lang::En) => first.0.year().to_string(),
        (PartialDate::Year(_), Lang::ZhCn) => format!("{}年", first.0.year()),
    }
}

/// One or two letters for a day of the week.
pub(super) const fn weekday(day: Weekday, lang: Lang) -> &'static str {
    match day {
        Weekday::Mon => lang.pick("Mo", "一"),
        Weekday::Tue => lang.pick("Tu", "二"),
        Weekday::Wed => lang.pick("We", "三"),
        Weekday::Thu => lang.pick("Th", "四"),
        Weekday::Fri => lang.pick("Fr", "五"),
        Weekday::Sat => lang.pick("Sa", "六"),
        Weekday::Sun => lang.pick("Su", "日"),
    }
}

/// A civil date and time, with its year where that is not `year`.
pub(super) fn date_time(local: NaiveDateTime, year: i32, lang: Lang) -> String {
    format!("{} {}", date(DiaryDay(local.date()), year, lang), local.format("%H:%M"))
}

/// A stamp with its date; with its distance from UTC where that is not the report's.
pub(super) fn stamp(at: Stamp, year: i32, lang: Lang) -> String {
    format!("{}{}", date_time(at.local, year, lang), elsewhere(at))
}

/// A stamp's time of day.
pub(super) fn time(at: Stamp) -> String {
    format!("{}{}", at.local.format("%H:%M"), elsewhere(at))
}

fn elsewhere(at: Stamp) -> String {
    let Some(minutes) = at.elsewhere else { return String::new() };
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, rest) = (minutes.unsigned_abs() / 60, minutes.unsigned_abs() % 60);
    if rest == 0 { format!(" (UTC{sign}{hours})") } else { format!(" (UTC{sign}{hours}:{rest:02})") }
}

/// A stamp's bare time of day for a narrow cell of `day`: `+` after midnight, `*` where its distance from
/// UTC is to be seen elsewhere: it is not the report's, or clocks showed that time twice.
pub(super) fn clock(day: DiaryDay, at: Stamp) -> String {
    let next = if at.local.date() == day.0 { "" } else { "+" };
    let elsewhere = if at.elsewhere.is_some() { "*" } else { "" };
    format!("{}{next}{elsewhere}", at.local.format("%H:%M"))
}

/// A stamp with its date where it is not of `day`.
pub(super) fn stamp_on(day: DiaryDay, at: Stamp, year: i32, lang: Lang) -> String {
    if at.local.date() == day.0 { time(at) } else { stamp(at, year, lang) }
}

/// Days, those in a row put together: `3–5, 9 Mar, 1 Apr`.
pub(super) fn days(days: &[DiaryDay], year: i32, lang: Lang) -> String {
    let runs = days.chunk_by(|a, b| b.since(*a) == 1);
    let mut shown: Vec<String> = Vec::new();
    for run in runs {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        shown.push(match (first == last, first.0.month() == last.0.month(), lang) {
            (true, ..) => date(*first, year, lang),
            (false, true, Lang::En) => format!("{}–{}", first.0.day(), date(*last, year, lang)),
            (false, true, Lang::ZhCn) => {
                format!("{}–{}日", date(*first, year, lang).trim_end_matches('日'), last.0.day())
            }
            (false, false, _) => format!("{}–{}", date(*first, year, lang), date(*last, year, lang)),
        });
    }
    shown.join(lang.pick(", ", "、"))
}

/// An amount with its unit.
pub(super) fn quantity(of: &Quantity, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{} {}", of.value, of.unit.shown(lang)),
        Lang::ZhCn => format!("{}{}", of.value, of.unit.shown(lang)),
    }
}

/// Milligrams of a day: `240`, `240+` where it may have been more, `?` where nothing is known.
pub(super) fn amount(of: DayAmount) -> String {
    match (of.at_least, of.mg == Decimal::from(0)) {
        (true, true) => "?".to_owned(),
        (true, false) => format!("{}+", of.mg),
        (false, _) => of.mg.to_string(),
    }
}

/// Who entered something, where it was not the participant.
pub(super) fn by(by: &By, lang: Lang) -> Option<String> {
    match by {
        By::Participant => None,
        By::System => Some(lang.pick("by the diary", "由日记程序").to_owned()),
        By::Caregiver { name, reason } => Some(match (theirs(name), theirs(reason), lang) {
            (name, reason, Lang::En) => format!("by caregiver {name} ({reason})"),
            (name, reason, Lang::ZhCn) => format!("由照护者{name}代填（{reason}）"),
        }),
        By::ClaimsStaff { name, reason } => Some(match (theirs(name), theirs(reason), lang) {
            (name, reason, Lang::En) => {
                format!("on a phone, by somebody who claims to be staff: {name} ({reason})")
            }
            (name, reason, Lang::ZhCn) => format!("在手机上填写，自称研究人员：{name}（{reason}）"),
        }),
        By::ClaimsSystem => Some(
            lang.pick("on a phone, as if by the diary itself", "在手机上填写，却标为由日记程序生成")
                .to_owned(),
        ),
    }
}

/// A change with its sign.
pub(super) fn signed(by: Decimal) -> String {
    if by > Decimal::from(0) { format!("+{by}") } else { by.to_string() }
}

/// A total with its largest possible value, or how incomplete it is.
pub(super) fn total_only(max: Option<Decimal>, point: &TotalPoint, lang: Lang) -> String {
    match (point.total, max) {
        (Some(total), Some(max)) => format!("{total}/{max}"),
        (Some(total), None) => total.to_string(),
        (None, _) => match lang {
            Lang::En => format!("no total: {} of {} answered", point.answered, point.of),
            Lang::ZhCn => format!("无总分：{}项中答了{}项", point.of, point.answered),
        },
    }
}

/// A total with what it is compared with.
pub(super) fn total(max: Option<Decimal>, point: &TotalPoint, year: i32, lang: Lang) -> String {
    let mut parts = vec![total_only(max, point, lang)];
    let from = |change: &Change| match lang {
        Lang::En => format!("{} on {}", change.from.total, date(change.from.day, year, lang)),
        Lang::ZhCn => format!("{}为{}", date(change.from.day, year, lang), change.from.total),
    };
    let over = |change: &Change| match (change.from.passed_over, lang) {
        (true, Lang::En) => ", a later one is incomplete",
        (true, Lang::ZhCn) => "，其后一次不完整",
        (false, _) => "",
    };
    if let Some(change) = &point.since_visit {
        let visit = change.visit.map(|day| date(day, year, lang)).unwrap_or_default();
        parts.push(match lang {
            Lang::En => {
                format!("{} since the visit of {visit} ({}{})", signed(change.by), from(change), over(change))
            }
            Lang::ZhCn => format!("较{visit}访视{}（{}{}）", signed(change.by), from(change), over(change)),
        });
    }
    if let Some(change) = &point.since_baseline {
        parts.push(match lang {
            Lang::En => {
                format!("{} against before treatment ({}{})", signed(change.by), from(change), over(change))
            }
            Lang::ZhCn => format!("较治疗前{}（{}{}）", signed(change.by), from(change), over(change)),
        });
    }
    parts.join(lang.pick(", ", "，"))
}

/// Why a dose was not taken.
pub(crate) const fn skip_reason(why: SkipReason, lang: Lang) -> &'static str {
    match why {
        SkipReason::Forgot => lang.pick("forgot", "忘记"),
        SkipReason::SideEffects => lang.pick("side effects", "副作用"),
        SkipReason::FeltWell => lang.pick("felt well", "感觉良好"),
        SkipReason::CouldNotSwallow => lang.pick("could not swallow", "无法吞咽"),
        SkipReason::RanOut => lang.pick("ran out", "药已用完"),
        SkipReason::ToldTo => lang.pick("told to", "遵医嘱停用"),
        SkipReason::Other => lang.pick("other", "其他"),
    }
}

/// Kind of an act of staff.
pub(super) fn act_kind(kind: &str, lang: Lang) -> &str {
    match kind {
        "anchor" => lang.pick("anchor", "日程锚点"),
        "regimen" => lang.pick("regimen", "用药方案"),
        "visit" => lang.pick("visit", "访视"),
        "infusion" => lang.pick("infusion", "输注"),
        "adjudicate" => lang.pick("decision between entries", "记录裁定"),
        "end-of-participation" => lang.pick("end of participation", "结束参与"),
        "alerts-handled" => lang.pick("alert dealt with", "提醒处理"),
        "other-participant" => lang.pick("entries of another participant", "属于他人的记录"),
        other => other,
    }
}

/// What changed in a medication.
pub(super) const fn change_kind(kind: MedicationChangeKind, lang: Lang) -> &'static str {
    match kind {
        MedicationChangeKind::Started => lang.pick("started", "开始"),
        MedicationChangeKind::Changed => lang.pick("changed", "调整"),
        MedicationChangeKind::Stopped => lang.pick("stopped", "停用"),
    }
}

/// Why a parcel could not be merged.
pub(super) fn not_merged(why: &str, lang: Lang) -> String {
    let text = match why {
        "decrypt" => lang.pick("cannot be decrypted", "无法解密"),
        "commit" => lang.pick("content does not match its seal", "内容与封印不符"),
        "inner-mismatch" => lang.pick("inside and outside differ", "内外信息不一致"),
        "undecodable" => lang.pick("cannot be read", "无法读取"),
        "newer-schema" => lang.pick("made by a newer version of the diary", "由更新版本的日记程序生成"),
        "oversize" => lang.pick("too large", "过大"),
        "grant" => lang.pick("its key does not fit", "密钥不匹配"),
        "revoked" => lang.pick("the phone had been revoked", "手机已被停用"),
        "not-allowed" => lang.pick("holds what a phone may not record", "含有手机无权记录的内容"),
        "counter" => {
            lang.pick("claims an impossible place in the order of the diary", "声称的日记顺序编号不可能存在")
        }
        "failed" => lang.pick("the server's program failed over it", "服务器程序处理时出错"),
        "allowance" => lang.pick("the phone has stored as much as it may", "手机已存满允许的份额"),
        "pending" => lang.pick("the phone waits to be confirmed", "手机等待确认"),
        "grant-needed" => lang.pick("the key has not arrived", "密钥尚未收到"),
        "to-merge" => lang.pick("the server merges it next", "服务器即将合并"),
        "key-needed" => {
            lang.pick("a sealing key of the site is missing on this server", "服务器缺少研究中心密钥")
        }
        other => other,
    };
    text.to_owned()
}
