//! The report in sentences: what both ways of showing it have in common beside the grid. Nothing is worked out here.

mod alarms;
mod doubtful;
mod history;
mod treatment;

use std::collections::BTreeMap;

use diary_core::text::Lang;

use super::attention::{Attention, Rank};
use super::{Meaning, Origin, Report, Scale, words};

/// Some lines under a heading.
pub(super) struct Section {
    /// The heading.
    pub(super) title: &'static str,
    /// At least one.
    pub(super) lines: Vec<Line>,
}

/// One line.
pub(super) struct Line {
    /// How much it presses, for what needs attention.
    pub(super) rank: Option<Rank>,
    /// What it says.
    pub(super) text: String,
}

impl From<String> for Line {
    fn from(text: String) -> Self {
        Self { rank: None, text }
    }
}

/// The lines above everything: whose report it is and of when.
pub(super) fn header(report: &Report, lang: Lang) -> Vec<String> {
    let (site, study) = (report.site_title.get(lang), report.study_title.get(lang));
    let (first, last) = (report.days.first(), report.days.last());
    let period = match (first, last) {
        (Some(first), Some(last)) => {
            format!("{} – {}", words::full_date(first.day, lang), words::full_date(last.day, lang))
        }
        _ => String::new(),
    };
    let made = super::entries::here(report.generated, report.zone);
    let made = format!(
        "{} {}",
        words::full_date(diary_core::time::DiaryDay(made.local.date()), lang),
        words::time(made)
    );
    let (study_id, version, zone) = (&report.study, report.study_version, report.zone);
    let days = report.days.len();
    let doubt = report.server_clock.map(|doubt| doubt.sentence(lang));
    let lines = match lang {
        Lang::En => vec![
            format!("{study_id} {study} (version {version}), site {site}"),
            format!("{period} ({days} days, the last not over) · made {made} · times in {zone}"),
        ],
        Lang::ZhCn => vec![
            format!("{study_id} {study}（第{version}版），研究中心：{site}"),
            format!("{period}（{days}天，最后一天尚未结束）· 生成于{made} · 时区{zone}"),
        ],
    };
    lines.into_iter().chain(doubt).collect()
}

/// What needs attention; one line that says so where nothing does.
pub(super) fn attention(report: &Report, lang: Lang) -> Section {
    let alerts: BTreeMap<_, _> = report.alerts.iter().map(|alert| (&alert.rule, alert)).collect();
    let text = |found: &Attention| alarms::sentence(report, &alerts, &found.what, lang);
    let line = |found: &Attention| Line { rank: Some(found.rank), text: text(found) };
    let mut lines: Vec<Line> = report.attention.iter().map(line).collect();
    if lines.is_empty() {
        lines.push(lang.pick("Nothing stands out.", "没有需要特别注意的事项。").to_owned().into());
    }
    Section { title: lang.pick("Look at this first", "请先看这里"), lines }
}

/// Entries that no column can hold, where there are some.
pub(super) fn outside(report: &Report, lang: Lang) -> Option<Section> {
    let lines: Vec<Line> = doubtful::outside(report, lang).into_iter().map(Line::from).collect();
    let title = lang.pick("Entries of other days", "其他日期的记录");
    (!lines.is_empty()).then_some(Section { title, lines })
}

/// The phones and what their last contact means.
pub(super) fn phones(report: &Report, lang: Lang) -> Section {
    let mut lines: Vec<Line> =
        report.devices.iter().map(|device| phone(report, device, lang).into()).collect();
    if lines.is_empty() {
        lines.push(lang.pick("No phone has joined.", "尚无手机加入。").to_owned().into());
    }
    Section { title: lang.pick("Phones", "手机"), lines }
}

fn phone(report: &Report, device: &super::DeviceLine, lang: Lang) -> String {
    let at = |at| words::stamp(super::entries::here(at, report.zone), report.year(), lang);
    let name = match device.label.as_str() {
        "" => format!("{}{}", lang.pick("Phone ", "手机"), device.number),
        label => format!("{}{} ({})", lang.pick("Phone ", "手机"), device.number, words::theirs(label)),
    };
    let contact = match (device.last_contact, lang) {
        (None, _) => String::new(),
        (Some(last), Lang::En) => format!("last contact {}; ", at(last)),
        (Some(last), Lang::ZhCn) => format!("最后联系{}；", at(last)),
    };
    let meaning = match (&device.meaning, lang) {
        (Meaning::Never, Lang::En) => "nothing has come from it".to_owned(),
        (Meaning::Never, Lang::ZhCn) => "尚未收到任何内容".to_owned(),
        (Meaning::Silent, Lang::En) => "it has not said what it still holds".to_owned(),
        (Meaning::Silent, Lang::ZhCn) => "手机未说明是否还有未发送的内容".to_owned(),
        (Meaning::Whole { until }, Lang::En) => {
            format!("everything recorded up to {} is here; what came later is unknown", at(*until))
        }
        (Meaning::Whole { until }, Lang::ZhCn) => {
            format!("{}之前的记录已全部收到；之后的情况未知", at(*until))
        }
        (Meaning::Unsent { said, days }, Lang::En) => {
            format!("on {} it still held entries of {}", at(*said), words::days(days, report.year(), lang))
        }
        (Meaning::Unsent { said, days }, Lang::ZhCn) => {
            format!("{}时手机上仍有未发送的记录：{}", at(*said), words::days(days, report.year(), lang))
        }
        (Meaning::Gap { whole_until }, Lang::En) => {
            format!(
                "something sent has not arrived{}",
                whole_until.map_or_else(String::new, |until| format!("; whole up to {}", at(until)))
            )
        }
        (Meaning::Gap { whole_until }, Lang::ZhCn) => {
            format!(
                "有已发出的内容尚未到达{}",
                whole_until.map_or_else(String::new, |until| format!("；{}之前完整", at(until)))
            )
        }
        (Meaning::NotMerged { count, whole_until }, Lang::En) => format!(
            "everything sent is here, {count} parcel(s) of it not merged{}",
            whole_until.map_or_else(String::new, |until| format!("; in the record up to {}", at(until)))
        ),
        (Meaning::NotMerged { count, whole_until }, Lang::ZhCn) => format!(
            "已发出的内容均已收到，其中{count}个数据包未合并{}",
            whole_until.map_or_else(String::new, |until| format!("；{}之前已并入记录", at(until)))
        ),
        (Meaning::Revoked { at: when, .. }, Lang::En) => format!("revoked {}", at(*when)),
        (Meaning::Revoked { at: when, .. }, Lang::ZhCn) => format!("已于{}停用", at(*when)),
    };
    let drafts = match (device.open_drafts, lang) {
        (0, _) => String::new(),
        (n, Lang::En) => format!("; {n} check(s) begun and not finished"),
        (n, Lang::ZhCn) => format!("；有{n}份记录已开始但未完成"),
    };
    format!("{name}{}{contact}{meaning}{drafts}", lang.pick(": ", "："))
}

/// The figures of the whole period in words.
pub(super) fn summary(report: &Report, lang: Lang) -> Section {
    let mut lines: Vec<Line> =
        report.totals.iter().map(|series| treatment::total(report, series, lang).into()).collect();
    lines.extend(report.slots.iter().map(|row| treatment::slot(row, lang).into()));
    lines.extend(report.medications.iter().map(|row| treatment::doses(report, row, lang).into()));
    if lines.is_empty() {
        lines.push(lang.pick("No entries and nothing due.", "没有记录，也没有应填内容。").to_owned().into());
    }
    Section { title: lang.pick("In short", "概要"), lines }
}

/// Everything else, section by section; what there is none of is said in the last one.
pub(super) fn lists(report: &Report, lang: Lang) -> Vec<Section> {
    let mut none = Vec::new();
    let mut sections: Vec<Section> = Vec::new();
    let mut add = |title: &'static str, always: bool, lines: Vec<String>| {
        if !lines.is_empty() {
            sections.push(Section { title, lines: lines.into_iter().map(Line::from).collect() });
        } else if always {
            none.push(title);
        }
    };
    add(lang.pick("Treatment and visits", "治疗与访视"), true, treatment::course(report, lang));
    add(
        lang.pick("Regimen and reported changes", "用药方案与自报变化"),
        true,
        treatment::regimen(report, lang),
    );
    add(
        lang.pick("Doses other than planned", "与计划不同的用药"),
        false,
        treatment::differences(report, lang),
    );
    add(lang.pick("Doses not taken", "未服用的药"), true, treatment::not_taken(report, lang));
    add(lang.pick("Alerts, all", "全部提醒"), false, alarms::all(report, lang));
    add(lang.pick("Events", "事件"), true, history::events(report, lang));
    add(lang.pick("In the participant's words", "参与者的话"), true, history::notes(report, lang));
    add(lang.pick("Entered late", "补录"), true, history::late(report, lang));
    add(lang.pick("Corrected", "更正"), true, history::corrections(report, lang));
    add(lang.pick("Withdrawn", "撤回"), true, history::withdrawals(report, lang));
    add(lang.pick("Contradicting versions", "相互矛盾的版本"), false, history::conflicts(report, lang));
    add(
        lang.pick("Several entries for one place", "同一时段多次填写"),
        false,
        history::duplicates(report, lang),
    );
    add(lang.pick("Entered by others", "他人代填"), false, history::others(report, lang));
    add(lang.pick("Shown as they came", "按原样显示"), false, history::raw(report, lang));
    add(
        lang.pick("Answers behind the last total", "最近一次总分的各项回答"),
        false,
        treatment::newest(report, lang),
    );
    add(lang.pick("Answered alike every time", "每次回答都相同"), false, history::quiet(report, lang));
    add(lang.pick("Away from home", "外出时区"), false, history::zones(report, lang));
    add(lang.pick("Keys", "选项编号"), false, keys(report, lang));
    if !none.is_empty() {
        let line = none.join(lang.pick(", ", "、"));
        sections
            .push(Section {
                title: lang.pick("None in these days", "本期间没有"), lines: vec![line.into()]
            });
    }
    sections
}

/// The options behind the keys in the grid.
fn keys(report: &Report, lang: Lang) -> Vec<String> {
    let of = |row: &super::ItemRow| {
        let Scale::Choice { options } = &row.scale else { return None };
        let options: Vec<String> =
            options.iter().map(|(key, text)| format!("{key} {}", text.get(lang))).collect();
        Some(words::labelled(row.label.get(lang), &options.join(lang.pick(", ", "，")), lang))
    };
    report.items.iter().filter_map(of).collect()
}

/// Who entered something, where it was not the participant, and on which phone, where there are several.
fn origin(report: &Report, of: &Origin, lang: Lang) -> Vec<String> {
    let mut parts: Vec<String> = words::by(&of.by, lang).into_iter().collect();
    if report.devices.len() > 1 && !of.devices.is_empty() {
        let phones: Vec<String> = of.devices.iter().map(ToString::to_string).collect();
        parts.push(format!("{}{}", lang.pick("phone ", "手机"), phones.join("+")));
    }
    parts
}

/// ` (a; b)`, or nothing.
fn remarks(parts: &[String], lang: Lang) -> String {
    if parts.is_empty() {
        return String::new();
    }
    let joined = parts.join(lang.pick("; ", "；"));
    match lang {
        Lang::En => format!(" ({joined})"),
        Lang::ZhCn => format!("（{joined}）"),
    }
}

/// Number of a phone, where it is known.
fn number(device: Option<u16>) -> String {
    device.map_or_else(|| "?".to_owned(), |number| number.to_string())
}

/// Somebody's own words, in quotation marks.
fn quoted(text: &str, lang: Lang) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match lang {
        Lang::En => format!("\u{201c}{}\u{201d}", words::theirs(&one_line)),
        Lang::ZhCn => format!("“{}”", words::theirs(&one_line)),
    }
}
