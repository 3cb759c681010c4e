//! The words of `diary history`.

use diary_core::diary::PastEntry;
use diary_core::entry::{Content, Revision};
use diary_core::text::{Lang, shown};

use super::when;

/// Nothing was entered.
pub(crate) fn nothing(days: i64, lang: Lang) -> String {
    match lang {
        Lang::En => format!(
            "Nothing was entered in the last {days} days. `diary history --days N` looks further back."
        ),
        Lang::ZhCn => format!("最近{days}天没有记录。用 `diary history --days N` 查看更早的。"),
    }
}

/// What is to be said beside an entry.
pub(crate) fn marks(past: &PastEntry, latest: &Revision, lang: Lang) -> Vec<String> {
    let mut marks = Vec::new();
    if past.withdrawn {
        marks.push(lang.pick("withdrawn", "已撤回").to_owned());
    }
    if past.conflict {
        marks.push(lang.pick("two versions", "有两个版本").to_owned());
    }
    let first = past.versions.first().unwrap_or(latest);
    if let Some(late) = &first.late {
        let why = late
            .reason
            .as_ref()
            .map(|reason| lang.pick(": ", "：").to_owned() + &shown(reason))
            .unwrap_or_default();
        marks.push(lang.pick("late", "补填").to_owned() + &why);
    }
    let later = past.versions.iter().skip(1);
    let corrections = later.filter(|version| version.content != Content::Withdrawn).count();
    match (&latest.content, lang) {
        (Content::AlertShown(alert), _) if alert.acknowledged.is_some() => {
            marks.push(lang.pick("read", "已读").to_owned());
        }
        (Content::AlertShown(_), _) => marks.push(lang.pick("not yet confirmed", "尚未确认").to_owned()),
        (_, Lang::En) if corrections > 0 => marks.push(format!("corrected {corrections}x")),
        (_, Lang::ZhCn) if corrections > 0 => marks.push(format!("更正过{corrections}次")),
        _ => {}
    }
    marks
}

/// When a version was made, and why.
pub(crate) fn version(version: &Revision, lang: Lang) -> String {
    let (utc, zone) = (version.recorded.utc, version.recorded.zone);
    let at = format!("{} {}", version.recorded.local().date(), when::clock(utc, zone, lang));
    match (&version.reason, lang) {
        (None, Lang::En) => format!("{at}  at first:"),
        (None, Lang::ZhCn) => format!("{at}  最初："),
        (Some(reason), Lang::En) => format!("{at}  then, because: {}", shown(reason)),
        (Some(reason), Lang::ZhCn) => format!("{at}  之后，原因：{}", shown(reason)),
    }
}
