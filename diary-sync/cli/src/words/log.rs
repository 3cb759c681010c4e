//! The words of `diary log`.

use diary_core::store::DraftPlace;
use diary_core::text::Lang;
use diary_core::time::DiaryDay;
use diary_view::questionnaire::DraftProgress;

use super::when;

/// Asks which of several questionnaires.
pub(crate) const fn which(lang: Lang) -> &'static str {
    lang.pick("Which one? Type its number; Enter leaves.", "要填哪一份？请输入编号；直接按回车退出。")
}

/// Heading: what, for which day, and that it is late.
pub(crate) fn head(title: &str, day: DiaryDay, closed: Option<&str>, lang: Lang) -> String {
    let day = when::day(day, lang);
    match (closed, lang) {
        (None, Lang::En) => format!("{title}, {day}"),
        (None, Lang::ZhCn) => format!("{title}，{day}"),
        (Some(closed), Lang::En) => {
            format!("{title}, {day}. Late: its time ended {closed}. It is still welcome.")
        }
        (Some(closed), Lang::ZhCn) => format!("{title}，{day}。补填：填写时间已于{closed}结束，仍然可以填。"),
    }
}

/// A draft goes on.
pub(crate) fn goes_on(answers: usize, lang: Lang) -> String {
    match lang {
        Lang::En => format!("You had begun: {answers} answered so far, all kept. It goes on here."),
        Lang::ZhCn => format!("您之前已经开始填写，{answers}项回答都还在，请接着填。"),
    }
}

/// The command that goes on with a draft.
pub(crate) fn command(place: &DraftPlace) -> String {
    match &place.slot {
        Some(slot) => format!("diary log {slot} --day {}", place.day),
        None => format!("diary log {} --unscheduled --day {}", place.instrument, place.day),
    }
}

/// A draft was left.
pub(crate) fn draft_kept(progress: DraftProgress, command: &str, lang: Lang) -> String {
    let DraftProgress { answered, of } = progress;
    match lang {
        Lang::En => {
            format!("Not finished: {answered} of {of} answers are kept as a draft. `{command}` goes on.")
        }
        Lang::ZhCn => format!("还没有填完：{of}项中已保留{answered}项。用 `{command}` 接着填。"),
    }
}

/// Asks whether to answer again what was answered.
pub(crate) fn once_more(number: u32, lang: Lang) -> String {
    match lang {
        Lang::En => {
            format!("This was answered already, as entry #{number}. Answer it once more? Both will be kept.")
        }
        Lang::ZhCn => format!("这一份已经填过，是第{number}条记录。要再填一次吗？两份都会保留。"),
    }
}

/// Asks why something is late.
pub(crate) const fn why_late(lang: Lang) -> &'static str {
    lang.pick(
        "Why is it late? In a few words, or Enter to leave it open: ",
        "为什么现在才填？请简单说明，也可以直接按回车不写：",
    )
}
