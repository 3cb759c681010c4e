//! What is odd, contradicts itself or bears a day that cannot be, in sentences: each names the value and its day.

use std::collections::BTreeMap;

use diary_core::measure::Quantity;
use diary_core::text::{Lang, Text};
use diary_core::time::DiaryDay;

use super::{origin, remarks};
use crate::report::{
    Backfilled, ChangeLine, Difference, OddAnswers, OddDoses, OddUnits, Outside, OutsideEntry, Report,
    ZoneDoubt, words,
};

/// Values of one line; earlier ones are counted.
const SHOWN_VALUES: usize = 3;

/// `58.2 °C on 4 Mar, 60 °C on 5 Mar, 2 earlier`.
fn values(report: &Report, values: &[(DiaryDay, String)], lang: Lang) -> String {
    let earlier = values.len().saturating_sub(SHOWN_VALUES);
    let shown = values.iter().skip(earlier).map(|(day, value)| {
        let day = words::date(*day, report.year(), lang);
        match lang {
            Lang::En => format!("{value} on {day}"),
            Lang::ZhCn => format!("{day} {value}"),
        }
    });
    let mut shown: Vec<String> = shown.collect();
    match (earlier, lang) {
        (0, _) => {}
        (n, Lang::En) => shown.push(format!("{n} earlier")),
        (n, Lang::ZhCn) => shown.push(format!("此前还有{n}次")),
    }
    shown.join(lang.pick(", ", "，"))
}

/// `Temperature 58.2 °C on 4 Mar, outside 34 to 43`.
pub(super) fn odd(report: &Report, odd: &OddAnswers, lang: Lang) -> String {
    let answers: Vec<(DiaryDay, String)> =
        odd.answers.iter().map(|(day, said)| (*day, said.get(lang).to_owned())).collect();
    let answers = values(report, &answers, lang);
    let label = odd.label.get(lang);
    let colon = if label.ends_with(['?', '？', '。', '.']) { "" } else { lang.pick("", "：") };
    let space = lang.pick(" ", "");
    format!("{label}{colon}{space}{answers}{}{}", lang.pick(", ", "，"), odd.wrong.get(lang))
}

/// `Tacrolimus 3 g on 4 Mar, its units are mg`.
pub(super) fn units(report: &Report, odd: &OddUnits, lang: Lang) -> String {
    let of = |(day, amount): &(DiaryDay, Quantity)| (*day, words::quantity(amount, lang));
    let doses = values(report, &odd.doses.iter().map(of).collect::<Vec<_>>(), lang);
    let known: Vec<&str> = odd.known.iter().map(|unit| unit.shown(lang)).collect();
    let (name, known) = (odd.name.get(lang), known.join(lang.pick(" or ", "或")));
    match lang {
        Lang::En => format!("{name} {doses}, not in {known} as it should be"),
        Lang::ZhCn => format!("{name}：{doses}，单位应为{known}"),
    }
}

/// `Prednisone -99999 mg on 4 Mar: no dose can be so; counted in no sum`.
pub(super) fn impossible_doses(report: &Report, odd: &OddDoses, lang: Lang) -> String {
    let of = |(day, amount): &(DiaryDay, Quantity)| (*day, words::quantity(amount, lang));
    let doses = values(report, &odd.doses.iter().map(of).collect::<Vec<_>>(), lang);
    let name = odd.name.get(lang);
    match lang {
        Lang::En => format!("{name} {doses}: no dose can be so; counted in no sum"),
        Lang::ZhCn => format!("{name}：{doses}，剂量不可能如此，未计入任何合计"),
    }
}

/// A reported change with what is remarkable in it: `Methotrexate 10 mg, once a day, from 4 Mar: ...`.
pub(super) fn change(report: &Report, change: &ChangeLine, remark: &Text, lang: Lang) -> String {
    let amount = change.dose.as_ref().map(|dose| words::quantity(dose, lang));
    let often = change.frequency.map(|often| often.shown(lang).to_owned());
    let name =
        [Some(change.name.get(lang).to_owned()), amount].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let from = words::partial_date(change.from, report.year(), lang);
    let from = match lang {
        Lang::En => format!("from {from}"),
        Lang::ZhCn => format!("自{from}起"),
    };
    let parts: Vec<String> = [Some(name), often, Some(from)].into_iter().flatten().collect();
    format!("{}{}{}", parts.join(lang.pick(", ", "，")), lang.pick(": ", "："), remark.get(lang))
}

/// What differs between two versions: `Fatigue: Tired / Very tired; 2 more`.
fn both(differences: &[Difference], lang: Lang) -> String {
    let said = |text: &Text| match text.get(lang) {
        "" => lang.pick("no answer", "未答").to_owned(),
        text => text.to_owned(),
    };
    let one = |d: &Difference| {
        words::labelled(d.label.get(lang), &format!("{} / {}", said(&d.before), said(&d.after)), lang)
    };
    let mut shown: Vec<String> = differences.iter().take(SHOWN_VALUES).map(one).collect();
    match (differences.len().saturating_sub(SHOWN_VALUES), lang) {
        (0, _) => {}
        (n, Lang::En) => shown.push(format!("{n} more")),
        (n, Lang::ZhCn) => shown.push(format!("另有{n}项")),
    }
    if shown.is_empty() {
        return lang.pick("they say the same", "内容相同").to_owned();
    }
    shown.join(lang.pick("; ", "；"))
}

/// An entry whose versions contradict each other.
pub(super) fn contradicts(
    report: &Report,
    (subject, day): (&Text, DiaryDay),
    differences: &[Difference],
    lang: Lang,
) -> String {
    let (subject, day) = (subject.get(lang), words::date(day, report.year(), lang));
    let values = both(differences, lang);
    match lang {
        Lang::En => format!("{subject} of {day}, versions contradict each other: {values}"),
        Lang::ZhCn => format!("{day}{subject}有相互矛盾的版本：{values}"),
    }
}

/// A place with several entries that the site has to decide about.
pub(super) fn undecided(
    report: &Report,
    (subject, day): (&Text, DiaryDay),
    (entries, reopened): (usize, bool),
    differences: &[Difference],
    lang: Lang,
) -> String {
    let (subject, day) = (subject.get(lang), words::date(day, report.year(), lang));
    let values = both(differences, lang);
    match (lang, reopened) {
        (Lang::En, false) => {
            format!(
                "{subject} of {day}, {entries} entries for one place, the first counts until decided: {values}"
            )
        }
        (Lang::En, true) => {
            format!(
                "{subject} of {day}, {entries} entries for one place, more has come since it was decided: {values}"
            )
        }
        (Lang::ZhCn, false) => {
            format!("{day}{subject}同一时段有{entries}条记录，裁定前以第一条为准：{values}")
        }
        (Lang::ZhCn, true) => format!("{day}{subject}同一时段有{entries}条记录，裁定后又有新记录：{values}"),
    }
}

/// Days that were filled in together: `2–4 Mar filled in together on 4 Mar 21:00 to 21:04`.
pub(super) fn backfilled(report: &Report, sitting: &Backfilled, lang: Lang) -> String {
    let year = report.year();
    let days = words::days(&sitting.days, year, lang);
    let from = words::stamp(sitting.from, year, lang);
    let to = words::stamp_on(DiaryDay(sitting.from.local.date()), sitting.to, year, lang);
    match lang {
        Lang::En => format!("Filled in together, {from} to {to}: entries of {days}"),
        Lang::ZhCn => format!("集中补填（{from}至{to}）：{days}的记录"),
    }
}

/// A phone that lives in another zone than its site.
pub(super) fn zone(report: &Report, doubt: &ZoneDoubt, lang: Lang) -> String {
    let phone = super::number(doubt.device);
    let (zone, site, since) = (doubt.zone, doubt.site, words::date(doubt.since, report.year(), lang));
    match lang {
        Lang::En => format!("Phone {phone} lives in {zone}, the site in {site}, since {since}"),
        Lang::ZhCn => format!("手机{phone}自{since}起使用{zone}时区，研究中心所在时区为{site}"),
    }
}

/// Entries without a column, in one line.
pub(super) fn outside_in_short(report: &Report, why: Outside, days: &[DiaryDay], lang: Lang) -> String {
    let mut of: Vec<DiaryDay> = days.to_vec();
    of.dedup();
    let (n, days) = (days.len(), words::days(&of, report.year(), lang));
    match (why, lang) {
        (Outside::Ahead, Lang::En) => {
            format!(
                "Entries of days that had not come when they were received, counted for no day ({n}): {days}"
            )
        }
        (Outside::Ahead, Lang::ZhCn) => format!("收到时日期尚未到来的记录，不计入任何一天（{n}条）：{days}"),
        (Outside::AfterEnd, Lang::En) => {
            format!("Entries of days after the end of the participation, not counted ({n}): {days}")
        }
        (Outside::AfterEnd, Lang::ZhCn) => format!("退出研究之后的记录，不计入（{n}条）：{days}"),
        (Outside::OtherParticipant, Lang::En) => {
            format!("Entries made under the wrong participant, not counted ({n}): {days}")
        }
        (Outside::OtherParticipant, Lang::ZhCn) => {
            format!("误记在该参与者名下的记录，不计入（{n}条）：{days}")
        }
        (Outside::BeforeDiary, Lang::En) => {
            format!("Entries received in these days, of days before the diary began ({n}): {days}")
        }
        (Outside::BeforeDiary, Lang::ZhCn) => {
            format!("本期间收到的、日期早于日记开始的记录（{n}条）：{days}")
        }
        (Outside::Before, Lang::En) => {
            format!("Entries received in these days, of days before them ({n}): {days}")
        }
        (Outside::Before, Lang::ZhCn) => format!("本期间收到的更早日期的记录（{n}条）：{days}"),
    }
}

/// Entries without a column, each with day, content, and when it was received. Those of earlier days of a subject that
/// came together share a line: they have their places in an earlier report.
pub(super) fn outside(report: &Report, lang: Lang) -> Vec<String> {
    let mut groups: Vec<Vec<&OutsideEntry>> = Vec::new();
    let mut places = BTreeMap::new();
    for entry in &report.outside {
        let at = match entry.why {
            Outside::Before => {
                *places.entry((&entry.subject, entry.received, &entry.origin)).or_insert(groups.len())
            }
            Outside::Ahead | Outside::AfterEnd | Outside::OtherParticipant | Outside::BeforeDiary => {
                groups.len()
            }
        };
        match groups.get_mut(at) {
            Some(group) => group.push(entry),
            None => groups.push(vec![entry]),
        }
    }
    groups.iter().filter_map(|group| line(report, group, lang)).collect()
}

fn line(report: &Report, group: &[&OutsideEntry], lang: Lang) -> Option<String> {
    let first = group.first()?;
    let year = report.year();
    let mut days: Vec<DiaryDay> = group.iter().map(|entry| entry.day).collect();
    days.dedup();
    let days = words::days(&days, year, lang);
    let received = words::stamp(first.received, year, lang);
    let mut about = Vec::new();
    if first.why != Outside::Before {
        about.push(format!(
            "{}{}",
            lang.pick("phone's clock ", "手机时钟"),
            words::stamp(first.recorded, year, lang)
        ));
    }
    about.push(format!("{}{received}", lang.pick("received ", "收到于")));
    about.extend(origin(report, &first.origin, lang));
    let what = if group.len() > 1 {
        format!(" ×{}", group.len())
    } else {
        match first.says.get(lang) {
            "" => String::new(),
            says => format!("{}{says}", lang.pick(": ", "：")),
        }
    };
    Some(format!("{days} {}{what}{}", first.subject.get(lang), remarks(&about, lang)))
}
