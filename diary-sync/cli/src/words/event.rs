//! The words of `diary event`.

use diary_core::text::Lang;
use diary_core::time::DiaryDay;

use super::when;

/// Asks what happened.
pub(crate) const fn what(lang: Lang) -> &'static str {
    lang.pick("What happened? Type the number; Enter leaves.", "发生了什么？请输入编号；直接按回车离开。")
}

/// An event proposes a day to the site.
pub(crate) fn proposal(anchor: &str, day: DiaryDay, lang: Lang) -> String {
    let day = when::day(day, lang);
    match lang {
        Lang::En => format!(
            "Proposed to the study team: {anchor} on {day}. They confirm it; until then your schedule stays as it is."
        ),
        Lang::ZhCn => {
            format!("已向研究人员提议：{anchor}为{day}。由研究人员确认；在此之前您的日程不变。")
        }
    }
}
