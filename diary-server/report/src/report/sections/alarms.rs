//! What needs attention, in sentences.

use std::collections::BTreeMap;

use diary_core::ids::RuleId;
use diary_core::measure::Quantity;
use diary_core::study::Severity;
use diary_core::text::Lang;

use super::{doubtful, number, remarks};
use crate::report::course::CycleDay;
use crate::report::{
    Bracket, ClockDoubt, ClockProblem, Finding, OnDays, Report, RuleFinding, RuleHit, entries, words,
};

/// Hits of one rule that stand in the first lines; the others are in a list of their own.
const SHOWN_HITS: usize = 3;

/// One finding in a sentence.
pub(super) fn sentence(
    report: &Report,
    alerts: &BTreeMap<&RuleId, &RuleFinding>,
    found: &Finding,
    lang: Lang,
) -> String {
    let here = |at| words::stamp(entries::here(at, report.zone), report.year(), lang);
    let on = |days: &[_]| words::days(days, report.year(), lang);
    let colon = lang.pick(": ", "：");
    let of = |title: &diary_core::text::Text| title.get(lang).to_owned();
    match found {
        Finding::Rule { rule } => {
            alerts.get(rule).map_or_else(String::new, |alert| newest_hits(report, alert, lang))
        }
        Finding::TotalChanged { instrument }
        | Finding::TotalIncomplete { instrument }
        | Finding::NoBaseline { instrument } => total(report, found, instrument, lang),
        Finding::TooSoon { name, pairs } => {
            let pairs: Vec<String> = pairs.iter().map(|p| on(&[p.first, p.second])).collect();
            let text = lang.pick("taken again within a week", "一周内重复服用");
            format!("{}{colon}{text} ({})", of(name), pairs.join("; "))
        }
        Finding::ChangeRemark { change, remark } => doubtful::change(report, change, remark, lang),
        Finding::Odd(odd) => doubtful::odd(report, odd, lang),
        Finding::Units(odd) => doubtful::units(report, odd, lang),
        Finding::ImpossibleDoses(odd) => doubtful::impossible_doses(report, odd, lang),
        Finding::Contradicts { subject, day, differences } => {
            doubtful::contradicts(report, (subject, *day), differences, lang)
        }
        Finding::Undecided { subject, day, entries, reopened, differences } => {
            doubtful::undecided(report, (subject, *day), (*entries, *reopened), differences, lang)
        }
        Finding::Outside { why, days } => doubtful::outside_in_short(report, *why, days, lang),
        Finding::Backfilled(sitting) => doubtful::backfilled(report, sitting, lang),
        Finding::Zone(doubt) => doubtful::zone(report, doubt, lang),
        Finding::ChangeOpen { name, from } => {
            let (name, from) = (of(name), words::partial_date(*from, report.year(), lang));
            match lang {
                Lang::En => {
                    format!("{name}: a change from {from} is reported; no regimen has been set since")
                }
                Lang::ZhCn => format!("{name}：参与者报告自{from}起有变化；此后尚未设定新的用药方案"),
            }
        }
        Finding::NotMerged { device, why, count, last } => {
            let (phone, why, last) = (number(*device), words::not_merged(why, lang), here(*last));
            match lang {
                Lang::En => format!(
                    "{count} parcel(s) of phone {phone} received and not merged: {why}; the last came {last}"
                ),
                Lang::ZhCn => {
                    format!("手机{phone}有{count}个数据包已收到但未合并：{why}；最后一个收到于{last}")
                }
            }
        }
        Finding::LeftOut { device, entries } => left_out(*device, *entries, lang),
        Finding::NewLife { device, at, count } => new_life(*device, &here(*at), *count, lang),
        Finding::Forked { device, places, last } => forked(*device, *places, &here(*last), lang),
        Finding::AnchorProposed { title, day, .. } => {
            let (anchor, day) = (of(title), words::date(*day, report.year(), lang));
            match lang {
                Lang::En => {
                    format!("The participant reports for {day}: {anchor}; the site has not set that day")
                }
                Lang::ZhCn => format!("参与者报告{day}：{anchor}；研究中心尚未据此设定日期"),
            }
        }
        Finding::FarFromPlan { day, name, taken, planned } => {
            let (day, name) = (words::date(*day, report.year(), lang), name.get(lang));
            let (taken, planned) = (words::quantity(taken, lang), words::quantity(planned, lang));
            match lang {
                Lang::En => format!("{name} on {day}: {taken} taken, {planned} expected"),
                Lang::ZhCn => format!("{day}{name}：用了{taken}，应为{planned}"),
            }
        }
        Finding::InfusionUnit { cycle_day, day, dose } => {
            infusion_unit(cycle_day, &words::date(*day, report.year(), lang), dose, lang)
        }
        Finding::Clock(doubt) => clock(report, doubt, lang),
        Finding::Raw { count, days } => match lang {
            Lang::En => format!(
                "{count} entries cannot be explained by any study version at hand; shown as they came: {}",
                on(days)
            ),
            Lang::ZhCn => format!("{count}条记录无法用现有研究版本解读，按原样显示：{}", on(days)),
        },
        Finding::NoPhone => lang.pick("No phone has been heard of", "从未收到任何手机的信息").to_owned(),
        Finding::Days { what, days } => format!("{}{colon}{}", on_days(*what, lang), on(days)),
    }
}

fn left_out(device: Option<u16>, entries: u64, lang: Lang) -> String {
    let phone = number(device);
    match lang {
        Lang::En => format!(
            "{entries} entries of phone {phone} are NOT SHOWN, on this report and in every figure of it: the phone \
             sent more than is read of one at once. They are kept: `diary-server export files DIR` writes all. Ask \
             what is the matter with the phone; `revoke` takes it away"
        ),
        Lang::ZhCn => format!(
            "手机{phone}有{entries}条记录没有显示，也没有计入本报告的任何数字：这部手机发送的内容超过一次读取的上限。\
             记录都保存着，`diary-server export files DIR` 可全部导出。请查明这部手机的情况，必要时用 `revoke` 停用"
        ),
    }
}

fn infusion_unit(of: &CycleDay, day: &str, dose: &Quantity, lang: Lang) -> String {
    let (cycle, n) = (&of.cycle, of.day);
    let dose = format!("{} {}", dose.value, dose.unit.shown(lang));
    match lang {
        Lang::En => {
            format!(
                "Infusion of {cycle} day {n} ({day}): {dose} is in a unit that is none of the study drug's"
            )
        }
        Lang::ZhCn => format!("{cycle}第{n}天输注（{day}）：{dose}，单位不是研究药物的单位"),
    }
}

fn new_life(device: Option<u16>, at: &str, count: usize, lang: Lang) -> String {
    let (phone, earlier) = (number(device), count.saturating_sub(1));
    match lang {
        Lang::En => {
            let more = if earlier > 0 { format!(" ({earlier} time(s) before)") } else { String::new() };
            format!(
                "The diary of phone {phone} was restored from a backup or copied, first heard of {at}{more}; what it \
                 holds since then comes under a new life"
            )
        }
        Lang::ZhCn => {
            let more = if earlier > 0 { format!("（此前还有{earlier}次）") } else { String::new() };
            format!("手机{phone}的日记曾从备份恢复或被复制，首次收到于{at}{more}；此后内容计入新的序列")
        }
    }
}

fn forked(device: Option<u16>, places: usize, last: &str, lang: Lang) -> String {
    let phone = number(device);
    match lang {
        Lang::En => format!(
            "Phone {phone} and a copy of it sent different entries in {places} place(s), the last {last}; both are kept. \
             Ask who uses which phone"
        ),
        Lang::ZhCn => {
            format!(
                "手机{phone}与其副本在{places}处发送了不同内容，最后一次{last}；两份都保留。请询问由谁使用哪部手机"
            )
        }
    }
}

const fn on_days(what: OnDays, lang: Lang) -> &'static str {
    match what {
        OnDays::Conflicts => lang.pick("More entries whose versions contradict", "另有相互矛盾版本的记录"),
        OnDays::Duplicates => {
            lang.pick("More places with several entries, not decided", "另有多次填写、尚未裁定")
        }
        OnDays::StillOnPhone => lang.pick("Still on the phone, not received", "仍在手机上，尚未收到"),
        OnDays::Unknown => lang.pick("Unknown, phone not heard of since", "情况未知（此后未联系到手机）"),
        OnDays::Missed => lang.pick("Missed entries, checks or answers on doses", "漏填（记录或用药）"),
        OnDays::ClaimedAuthor => lang.pick(
            "A phone sent entries that claim to be of staff or of the diary itself; kept, to be asked about",
            "手机发来自称由研究人员或日记程序填写的记录，已保留，请询问",
        ),
        OnDays::ImpossibleTime => lang.pick(
            "A time that cannot be is claimed; it is used for nothing",
            "声称的时间不可能存在，未予采用",
        ),
        OnDays::EnteredByOthers => lang.pick("Entered by somebody else", "由他人代填"),
    }
}

fn total(report: &Report, found: &Finding, instrument: &diary_core::ids::InstrumentId, lang: Lang) -> String {
    let Some(series) = report.totals.iter().find(|series| series.instrument == *instrument) else {
        return String::new();
    };
    let (title, colon) = (series.title.get(lang), lang.pick(": ", "："));
    let text = match (found, series.last()) {
        (Finding::NoBaseline { .. }, _) | (_, None) => lang
            .pick(
                "no complete total from before the treatment to compare with",
                "没有治疗前的完整总分可供比较",
            )
            .to_owned(),
        (_, Some(last)) => {
            format!(
                "{}{colon}{}",
                words::date(last.day, report.year(), lang),
                words::total(series.max, last, report.year(), lang)
            )
        }
    };
    format!("{title}{colon}{text}")
}

fn clock(report: &Report, doubt: &ClockDoubt, lang: Lang) -> String {
    if let Some(bracket) = &doubt.bracket {
        return compared(report, doubt.device, bracket, lang);
    }
    let (phone, minutes, at) =
        (number(doubt.device), duration(doubt.minutes, lang), words::stamp(doubt.at, report.year(), lang));
    let what = match doubt.problem {
        ClockProblem::Ahead => lang.pick("ran ahead", "走快"),
        ClockProblem::Set => lang.pick("was set while in use", "使用中被调整"),
        ClockProblem::Backwards => lang.pick("went back", "倒退"),
        ClockProblem::Off { ahead: true } => lang.pick("was ahead", "偏快"),
        ClockProblem::Off { ahead: false } => lang.pick("was behind", "偏慢"),
    };
    match lang {
        Lang::En => format!(
            "Clock of phone {phone} {what}, by up to {minutes} (last seen {at}); its times are doubtful"
        ),
        Lang::ZhCn => format!("手机{phone}的时钟{what}，最多相差{minutes}（最近见于{at}）；其时间存疑"),
    }
}

/// How a clock stood to the server's: `3 h 2 min to 3 h 4 min ahead between 2 Mar 09:00 and 4 Mar 21:10`.
fn compared(report: &Report, device: Option<u16>, bracket: &Bracket, lang: Lang) -> String {
    let (phone, from, to) = (
        number(device),
        words::stamp(bracket.from, report.year(), lang),
        words::stamp(bracket.to, report.year(), lang),
    );
    let (least, most) = (duration(bracket.least, lang), duration(bracket.most, lang));
    let by = if least == most { least } else { format!("{least}{}{most}", lang.pick(" to ", "至")) };
    let when = match (bracket.from == bracket.to, lang) {
        (true, Lang::En) => format!("on {from}"),
        (true, Lang::ZhCn) => from,
        (false, Lang::En) => format!("between {from} and {to}"),
        (false, Lang::ZhCn) => format!("{from}至{to}"),
    };
    match (lang, bracket.ahead) {
        (Lang::En, true) => format!("Clock of phone {phone} was {by} ahead {when}; its times are doubtful"),
        (Lang::En, false) => format!("Clock of phone {phone} was {by} behind {when}; its times are doubtful"),
        (Lang::ZhCn, true) => format!("手机{phone}的时钟{when}偏快{by}；其时间存疑"),
        (Lang::ZhCn, false) => format!("手机{phone}的时钟{when}偏慢{by}；其时间存疑"),
    }
}

/// Minutes as people say them.
pub(super) fn duration(minutes: i64, lang: Lang) -> String {
    let (days, hours, rest) = (minutes / 1440, minutes % 1440 / 60, minutes % 60);
    let parts =
        [(days, lang.pick(" d", "天")), (hours, lang.pick(" h", "小时")), (rest, lang.pick(" min", "分钟"))];
    let shown: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
    if shown.is_empty() { lang.pick("0 min", "0分钟").to_owned() } else { shown.join(lang.pick(" ", "")) }
}

fn newest_hits(report: &Report, alert: &RuleFinding, lang: Lang) -> String {
    let earlier = alert.hits.len().saturating_sub(SHOWN_HITS);
    let hits: Vec<String> = alert.hits.iter().skip(earlier).map(|hit| self::hit(report, hit, lang)).collect();
    let more = match (earlier, lang) {
        (0, _) => String::new(),
        (n, Lang::En) => format!(", {n} earlier"),
        (n, Lang::ZhCn) => format!("，此前还有{n}次"),
    };
    format!("{}{}{}{more}", name(alert, lang), lang.pick(": ", "："), hits.join(lang.pick(", ", "，")))
}

fn name(alert: &RuleFinding, lang: Lang) -> String {
    let severity = match alert.severity {
        Severity::Emergency => lang.pick("emergency", "紧急"),
        Severity::Call => lang.pick("call the same day", "当天联系"),
        Severity::Notice => lang.pick("notice", "提示"),
    };
    format!("{}{}", alert.title.get(lang), remarks(&[severity.to_owned()], lang))
}

fn hit(report: &Report, hit: &RuleHit, lang: Lang) -> String {
    let mut parts = Vec::new();
    if !hit.because.get(lang).is_empty() {
        parts.push(hit.because.get(lang).to_owned());
    }
    match (hit.met, hit.shown) {
        (Some(true), false) => {
            parts
                .push(lang.pick("no record that the instruction was shown", "没有显示提示的记录").to_owned());
        }
        (Some(false), _) => parts
            .push(lang.pick("shown; the answer was corrected since", "已显示；回答后来已更正").to_owned()),
        (None, _) if hit.unfinished => parts.push(
            lang.pick(
                "shown; the answers were not finished or have not come",
                "已显示；问卷没有填完或尚未收到",
            )
            .to_owned(),
        ),
        (Some(true) | None, _) => {}
    }
    if hit.shown && hit.acknowledged.is_none() {
        parts.push(lang.pick("not confirmed as read", "未确认已读").to_owned());
    }
    if hit.counted != hit.day {
        let (day, received) =
            (words::date(hit.day, report.year(), lang), words::date(hit.received, report.year(), lang));
        parts.push(match lang {
            Lang::En => format!("dated {day} by a wrong clock, received {received}"),
            Lang::ZhCn => format!("因手机时钟错误记为{day}，收到于{received}"),
        });
    }
    if hit.unmerged {
        let waits = lang.pick(
            "received, NOT YET PART OF THE RECORD: its parcel waits, see `quarantine list`",
            "已收到，尚未并入记录：其数据包仍在等待，见 `quarantine list`",
        );
        parts.push(waits.to_owned());
    }
    if let Some(handled) = &hit.handled {
        let at = words::stamp(entries::here(handled.at, report.zone), report.year(), lang);
        parts.push(match lang {
            Lang::En => format!("dealt with by {} {at}: {}", handled.by, handled.what),
            Lang::ZhCn => format!("{}已于{at}处理：{}", handled.by, handled.what),
        });
    }
    if let Some(visit) = hit.visited {
        let visit = words::date(visit, report.year(), lang);
        parts.push(match lang {
            Lang::En => format!("visit on {visit}"),
            Lang::ZhCn => format!("{visit}已访视"),
        });
    }
    format!("{}{}", words::stamp(hit.at, report.year(), lang), remarks(&parts, lang))
}

/// Every hit of the rules of which the first lines do not show all.
pub(super) fn all(report: &Report, lang: Lang) -> Vec<String> {
    let many = report.alerts.iter().filter(|alert| alert.hits.len() > SHOWN_HITS);
    many.map(|alert| {
        let hits: Vec<String> = alert.hits.iter().map(|hit| self::hit(report, hit, lang)).collect();
        format!("{}{}{}", name(alert, lang), lang.pick(": ", "："), hits.join(lang.pick(", ", "，")))
    })
    .collect()
}
