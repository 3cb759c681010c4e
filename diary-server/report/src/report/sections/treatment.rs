//! Totals, arrival, doses, regimen and the course of the treatment, in sentences.

use diary_core::entry::SkipReason;
use diary_core::text::Lang;

use super::alarms::duration;
use super::{origin, quoted, remarks};
use crate::report::{
    ChangeLine, DoseDay, DoseDifference, InfusionLine, MedicationRow, RegimenLineOut, ReplacedAct, Report,
    SlotRow, StretchOut, TotalSeries, words,
};

/// The newest total and its changes.
pub(super) fn total(report: &Report, series: &TotalSeries, lang: Lang) -> String {
    let (title, colon) = (series.title.get(lang), lang.pick(": ", "："));
    let Some(last) = series.last() else {
        return format!("{title}{colon}{}", lang.pick("not answered in these days", "本期间未填写"));
    };
    let mut text = format!(
        "{title}{colon}{} {}",
        words::date(last.day, report.year(), lang),
        words::total(series.max, last, report.year(), lang)
    );
    if last.total.is_some() && last.since_visit.is_none() {
        text += lang.pick("; no total up to a visit to compare with", "；无访视前总分可比");
    }
    if let (Some((_, anchor, None)), true) = (&series.baseline_anchor, last.since_baseline.is_none()) {
        text += &match lang {
            Lang::En => format!("; \u{201c}{}\u{201d} is not set", anchor.get(lang)),
            Lang::ZhCn => format!("；“{}”尚未设定", anchor.get(lang)),
        };
    }
    text
}

/// What arrived for a slot.
pub(super) fn slot(row: &SlotRow, lang: Lang) -> String {
    let counts = &row.counts;
    let mut parts = Vec::new();
    let mut add = |n: usize, en: &str, zh: &str| {
        if n > 0 {
            parts.push(match lang {
                Lang::En => format!("{n} {en}"),
                Lang::ZhCn => format!("{zh}{n}"),
            });
        }
    };
    add(counts.late, "of these late", "其中补录");
    add(counts.missed, "missed", "漏填");
    add(counts.still_on_phone, "still on the phone", "仍在手机上");
    add(counts.unknown, "unknown", "未知");
    add(counts.open, "still open", "仍可填写");
    add(counts.not_asked, "not asked", "未询问");
    let (title, answered, due) = (row.title.get(lang), counts.answered(), counts.due);
    let rest = parts.join(lang.pick(", ", "，"));
    let comma = if rest.is_empty() { "" } else { lang.pick(", ", "，") };
    match lang {
        Lang::En => format!("{title}: {answered} of {due} answered{comma}{rest}"),
        Lang::ZhCn => format!("{title}：应填{due}次，已填{answered}次{comma}{rest}"),
    }
}

/// What became of the doses of a medication.
pub(super) fn doses(report: &Report, row: &MedicationRow, lang: Lang) -> String {
    let sum = &row.sum;
    let name = row.name.get(lang);
    let mut text = match lang {
        Lang::En => format!("{name}: {} of {} planned doses taken", sum.taken, sum.planned),
        Lang::ZhCn => format!("{name}：计划{}次，已服{}次", sum.planned, sum.taken),
    };
    if sum.planned == 0 {
        text = format!("{name}{}", lang.pick(": not planned", "：方案外"));
    }
    for part in dose_counts(sum, &reasons(row, lang), lang) {
        text += lang.pick(", ", "，");
        text += &part;
    }
    let uncounted: usize = row.mg.iter().flatten().flatten().map(|amount| amount.uncounted).sum();
    if uncounted > 0 {
        text += &match lang {
            Lang::En => format!("; mg of {uncounted} dose(s) cannot be counted, their strength is not known"),
            Lang::ZhCn => format!("；{uncounted}次规格不明，无法计算毫克数"),
        };
    }
    if let (Some(last), true) = (&row.last, row.mg.is_some()) {
        let amount = last.amount.as_ref().map(|amount| words::quantity(amount, lang)).unwrap_or_default();
        let before = duration(report.generated.since_ms(last.at.utc) / 60_000, lang);
        let mut doubts = Vec::new();
        if last.recorded_only {
            doubts.push(lang.pick("time of recording", "为录入时间").to_owned());
        }
        doubts.extend(origin(report, &last.origin, lang));
        let (at, doubts) = (words::stamp(last.at, report.year(), lang), remarks(&doubts, lang));
        text += &match lang {
            Lang::En => format!("; last dose {at}, {amount}, {before} before this report{doubts}"),
            Lang::ZhCn => format!("；最近一次{at}，{amount}，距本报告{before}{doubts}"),
        };
    }
    text
}

fn dose_counts(sum: &DoseDay, reasons: &str, lang: Lang) -> Vec<String> {
    let mut parts = Vec::new();
    let mut add = |n: usize, en: &str, zh: &str, more: &str| {
        if n > 0 {
            parts.push(match lang {
                Lang::En => format!("{n} {en}{more}"),
                Lang::ZhCn => format!("{zh}{n}次{more}"),
            });
        }
    };
    add(sum.not_taken, "not taken", "未服", reasons);
    add(sum.dont_know, "not known to the participant", "不清楚", "");
    add(sum.missed, "without an answer", "未回答", "");
    add(sum.still_on_phone, "still on the phone", "仍在手机上", "");
    add(sum.unknown, "unknown", "未知", "");
    add(sum.open, "still open", "仍可填写", "");
    add(sum.not_asked, "not asked", "未询问", "");
    add(sum.extra, "extra", "加服", "");
    add(sum.others, "entered twice, not counted", "重复填写未计", "");
    parts
}

fn reasons(row: &MedicationRow, lang: Lang) -> String {
    let of = |why: SkipReason| {
        let n = row.not_taken.iter().filter(|dose| dose.why == why).count();
        (n > 0).then(|| format!("{} {n}", words::skip_reason(why, lang)))
    };
    let reasons: Vec<String> = SkipReason::ALL.into_iter().filter_map(of).collect();
    remarks(&[reasons.join(lang.pick(", ", "、"))], lang)
}

/// Doses that were not taken, one by one where there are words to them.
pub(super) fn not_taken(report: &Report, lang: Lang) -> Vec<String> {
    let rows = report.medications.iter().filter(|row| !row.not_taken.is_empty());
    rows.map(|row| {
        let one = |dose: &crate::report::NotTaken| {
            let said =
                dose.text.as_deref().map_or_else(String::new, |text| format!(" {}", quoted(text, lang)));
            format!(
                "{} {}{said}",
                words::date(dose.day, report.year(), lang),
                words::skip_reason(dose.why, lang)
            )
        };
        let doses: Vec<String> = row.not_taken.iter().map(one).collect();
        format!("{}{}{}", row.name.get(lang), lang.pick(": ", "："), doses.join(lang.pick("; ", "；")))
    })
    .collect()
}

/// Infusions and visits.
pub(super) fn course(report: &Report, lang: Lang) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let visits: Vec<String> = report
        .visits
        .iter()
        .map(|visit| {
            let planned = if visit.held { "" } else { lang.pick(" (planned)", "（计划）") };
            let day = words::date(visit.day, report.year(), lang);
            format!("{day} {}{planned}", visit.title.get(lang))
        })
        .collect();
    if !visits.is_empty() {
        lines.push(format!("{}{}", lang.pick("Visits: ", "访视："), visits.join(lang.pick(", ", "，"))));
    }
    let cycles = report.infusions.chunk_by(|a, b| a.cycle_day.cycle == b.cycle_day.cycle && a.dose == b.dose);
    lines.extend(cycles.filter_map(|cycle| {
        let first = cycle.first()?;
        let infusions: Vec<String> =
            cycle.iter().map(|infusion| self::infusion(report, infusion, lang)).collect();
        let infusions = infusions.join(lang.pick("; ", "；"));
        let (name, dose) = (first.cycle.get(lang), words::quantity(&first.dose, lang));
        Some(match lang {
            Lang::En => format!("Infusions, counted from \u{201c}{name}\u{201d}, {dose}: {infusions}"),
            Lang::ZhCn => format!("输注（自“{name}”起），{dose}：{infusions}"),
        })
    }));
    lines
}

fn infusion(report: &Report, infusion: &InfusionLine, lang: Lang) -> String {
    let day = infusion.cycle_day.day;
    let start = words::stamp(infusion.start, report.year(), lang);
    let stop = match infusion.stop {
        Some(stop) => words::stamp_on(infusion.day, stop, report.year(), lang),
        None => lang.pick("stop not recorded", "未记录结束时间").to_owned(),
    };
    match lang {
        Lang::En => format!("day {day} {start} – {stop}"),
        Lang::ZhCn => format!("第{day}天 {start} – {stop}"),
    }
}

/// The site's regimen, line by line, and what the participant reports.
pub(super) fn regimen(report: &Report, lang: Lang) -> Vec<String> {
    let mut lines: Vec<String> =
        report.regimen.lines.iter().map(|line| regimen_line(report, line, lang)).collect();
    lines.extend(report.regimen.nothing.iter().map(|from| {
        let from = words::date(*from, report.year(), lang);
        match lang {
            Lang::En => format!("Site: no medication from {from}"),
            Lang::ZhCn => format!("研究中心：自{from}起无用药"),
        }
    }));
    lines.extend(report.changes.iter().map(|change| change_line(report, change, lang)));
    lines.extend(report.regimen.replaced.iter().map(|act| replaced(report, act, lang)));
    lines
}

/// `Site, line 1, Prednisone: 2–8 Mar 40 mg ...; from 9 Mar 30 mg ...`.
fn regimen_line(report: &Report, line: &RegimenLineOut, lang: Lang) -> String {
    let stretches: Vec<String> = line.stretches.iter().map(|of| stretch(report, of, lang)).collect();
    let (n, name, all) = (line.number, line.name.get(lang), stretches.join(lang.pick("; ", "；")));
    match lang {
        Lang::En => format!("Site, line {n}, {name}: {all}"),
        Lang::ZhCn => format!("研究中心，第{n}项，{name}：{all}"),
    }
}

fn stretch(report: &Report, of: &StretchOut, lang: Lang) -> String {
    let last = report.days.last().map(|day| day.day);
    let planned = last.is_some_and(|last| of.from > last);
    let days = match (of.to, lang) {
        (Some(to), _) => {
            format!("{}–{}", words::date(of.from, report.year(), lang), words::date(to, report.year(), lang))
        }
        (None, Lang::En) => format!("from {}", words::date(of.from, report.year(), lang)),
        (None, Lang::ZhCn) => format!("自{}", words::date(of.from, report.year(), lang)),
    };
    let planned = if planned { lang.pick(" (planned)", "（计划）") } else { "" };
    let mut parts = vec![format!(
        "{} {}, {}",
        words::quantity(&of.amount, lang),
        of.form.get(lang),
        of.route.shown(lang)
    )];
    if !of.timing.times.is_empty() {
        let times: Vec<String> = of.timing.times.iter().map(ToString::to_string).collect();
        parts.push(times.join(" "));
    }
    parts.extend(recurrence(&of.timing, lang));
    if let Some(rule) = &of.as_needed {
        parts.push(as_needed(rule, lang));
    }
    format!("{days}{planned} {}", parts.join(lang.pick(", ", "，")))
}

fn recurrence(timing: &diary_core::act::Timing, lang: Lang) -> Option<String> {
    if timing.weekdays.is_empty() {
        return (timing.every_days > 1).then(|| match lang {
            Lang::En => format!("every {} days", timing.every_days),
            Lang::ZhCn => format!("每{}天", timing.every_days),
        });
    }
    let days: Vec<&str> = timing.days_of_week().map(|day| words::weekday(day, lang)).collect();
    Some(match lang {
        Lang::En => format!("on {}", days.join(" ")),
        Lang::ZhCn => format!("每周{}", days.join("、")),
    })
}

fn as_needed(rule: &diary_core::act::AsNeededRule, lang: Lang) -> String {
    let mut text = lang.pick("as needed", "必要时").to_owned();
    if let Some(most) = &rule.most_per_day {
        let most = words::quantity(most, lang);
        text += &match lang {
            Lang::En => format!(", at most {most} a day"),
            Lang::ZhCn => format!("，每日最多{most}"),
        };
    }
    if let Some(minutes) = rule.least_interval_minutes {
        let least = duration(minutes.into(), lang);
        text += &match lang {
            Lang::En => format!(", at least {least} apart"),
            Lang::ZhCn => format!("，至少间隔{least}"),
        };
    }
    text
}

/// An act that staff withdrew or corrected.
fn replaced(report: &Report, act: &ReplacedAct, lang: Lang) -> String {
    let (made, at, by) =
        (words::stamp(act.made, report.year(), lang), words::stamp(act.at, report.year(), lang), &act.by);
    let (kind, reason) = (words::act_kind(act.kind, lang), quoted(&act.reason, lang));
    match (act.withdrawn, lang) {
        (true, Lang::En) => format!("Withdrawn: {kind} of {made} (by {by}, {at}: {reason})"),
        (true, Lang::ZhCn) => format!("已撤销：{made}的{kind}（{by}，{at}：{reason}）"),
        (false, Lang::En) => format!("Corrected: {kind} of {made} (by {by}, {at}: {reason})"),
        (false, Lang::ZhCn) => format!("已更正：{made}的{kind}（{by}，{at}：{reason}）"),
    }
}

/// Doses taken otherwise than planned: both are shown.
pub(super) fn differences(report: &Report, lang: Lang) -> Vec<String> {
    report.differences.iter().map(|one| difference(report, one, lang)).collect()
}

fn difference(report: &Report, one: &DoseDifference, lang: Lang) -> String {
    let (day, name) = (words::date(one.day, report.year(), lang), one.name.get(lang));
    let amount = |of: &Option<diary_core::measure::Quantity>| {
        of.as_ref().map(|of| format!(" {}", words::quantity(of, lang))).unwrap_or_default()
    };
    let planned = format!("{}{}", one.planned_time, amount(&one.planned_amount));
    let taken =
        format!("{}{}", words::stamp_on(one.day, one.taken, report.year(), lang), amount(&one.amount));
    let mut about = Vec::new();
    if let Some(off) = one.off_minutes {
        let by = duration(off.abs(), lang);
        about.push(match (off < 0, lang) {
            (true, Lang::En) => format!("{by} early"),
            (true, Lang::ZhCn) => format!("早{by}"),
            (false, Lang::En) => format!("{by} late"),
            (false, Lang::ZhCn) => format!("晚{by}"),
        });
    }
    if let Some(now) = one.now_planned {
        about.push(match lang {
            Lang::En => format!("now planned at {now}"),
            Lang::ZhCn => format!("现计划为{now}"),
        });
    }
    if one.unplanned {
        about.push(lang.pick("no longer planned", "现已不在计划内").to_owned());
    }
    let about = remarks(&about, lang);
    match lang {
        Lang::En => format!("{day} {name}: planned {planned}, taken {taken}{about}"),
        Lang::ZhCn => format!("{day}{name}：计划{planned}，实际{taken}{about}"),
    }
}

fn change_line(report: &Report, change: &ChangeLine, lang: Lang) -> String {
    let name = change.name.get(lang);
    let mut parts = vec![format!("{name} {}", words::change_kind(change.kind, lang))];
    parts.extend(change.dose.as_ref().map(|dose| words::quantity(dose, lang)));
    parts.extend(change.form.clone());
    parts.extend(change.route.map(|route| route.shown(lang).to_owned()));
    parts.extend(change.frequency.map(|often| often.shown(lang).to_owned()));
    parts.extend(change.reason.as_deref().map(|why| quoted(why, lang)));
    let mut about = vec![match lang {
        Lang::En => format!("recorded {}", words::stamp(change.at, report.year(), lang)),
        Lang::ZhCn => format!("录入于{}", words::stamp(change.at, report.year(), lang)),
    }];
    about.extend(origin(report, &change.origin, lang));
    let from = words::partial_date(change.from, report.year(), lang);
    let text = parts.join(lang.pick(", ", "，"));
    let about = remarks(&about, lang);
    match lang {
        Lang::En => format!("Participant, from {from}: {text}{about}"),
        Lang::ZhCn => format!("参与者，自{from}：{text}{about}"),
    }
}

/// The answers behind the newest totals of these days.
pub(super) fn newest(report: &Report, lang: Lang) -> Vec<String> {
    let series = report.totals.iter().filter(|series| series.last().is_some());
    series
        .map(|series| {
            let answers = crate::report::difference::joined(&series.newest);
            format!("{}{}{}", series.title.get(lang), lang.pick(": ", "："), answers.get(lang))
        })
        .collect()
}
