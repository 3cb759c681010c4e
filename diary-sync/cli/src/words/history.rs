//! The words of `diary history`.

use diary_core::entry::Revision;
use diary_core::text::{Lang, shown};
use diary_view::history::Mark;

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

/// A mark beside an entry.
pub(crate) fn mark(mark: &Mark, lang: Lang) -> String {
    match (mark, lang) {
        (Mark::Withdrawn, _) => lang.pick("withdrawn", "已撤回").to_owned(),
        (Mark::TwoVersions, _) => lang.pick("two versions", "有两个版本").to_owned(),
        (Mark::Late { reason }, _) => {
            let why = reason.as_ref().map(|reason| lang.pick(": ", "：").to_owned() + &shown(reason));
            lang.pick("late", "补填").to_owned() + &why.unwrap_or_default()
        }
        (Mark::Read, _) => lang.pick("read", "已读").to_owned(),
        (Mark::NotConfirmed, _) => lang.pick("not yet confirmed", "尚未确认").to_owned(),
        (Mark::Corrected { times }, Lang::En) => format!("corrected {times}x"),
        (Mark::Corrected { times }, Lang::ZhCn) => format!("更正过{times}次"),
    }
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
