//! The words of `diary dose`.

use diary_core::entry::{MedicationRef, SkipReason};
use diary_core::measure::{Quantity, Unit};
use diary_core::study::Study;
use diary_core::text::Lang;
use diary_core::time::{DiaryDay, TimeOfDay};

use super::{describe, when};

/// Why a dose was not taken.
pub(crate) const fn skip_reason(reason: SkipReason, lang: Lang) -> &'static str {
    match reason {
        SkipReason::Forgot => lang.pick("forgot", "忘记了"),
        SkipReason::SideEffects => lang.pick("side effects", "有副作用"),
        SkipReason::FeltWell => lang.pick("felt well without it", "感觉好，就没用药"),
        SkipReason::CouldNotSwallow => lang.pick("could not swallow it", "咽不下去"),
        SkipReason::RanOut => lang.pick("none at hand", "手边没有药"),
        SkipReason::ToldTo => lang.pick("the study team said so", "研究人员让停"),
        SkipReason::Other => lang.pick("another reason", "其他原因"),
    }
}

/// Asks why a dose was not taken.
pub(crate) const fn why_not(lang: Lang) -> &'static str {
    lang.pick("Why was it not taken?", "为什么没有用药？")
}

/// A planned dose.
pub(crate) fn planned(
    study: &Study,
    medication: &MedicationRef,
    amount: &Quantity,
    (day, time, late): (DiaryDay, TimeOfDay, bool),
    lang: Lang,
) -> String {
    let medication = describe::medication(study, medication, lang);
    let amount = describe::amount(amount, lang);
    let day = when::day(day, lang);
    let late = if late { lang.pick(" (late)", "（补记）") } else { "" };
    format!("{day} {time}  {medication} {amount}{late}")
}

/// What can be said of a planned dose.
pub(crate) fn replies(was_due: bool, time: TimeOfDay, lang: Lang) -> [String; 4] {
    let taken = match (was_due, lang) {
        (true, Lang::En) => format!("taken at {time}, as planned"),
        (true, Lang::ZhCn) => format!("按计划在{time}用了"),
        (false, Lang::En) => "taken just now".to_owned(),
        (false, Lang::ZhCn) => "刚刚用了".to_owned(),
    };
    let other = lang.pick("taken at another time, or another amount", "用了，但时间或剂量不同");
    let not = lang.pick("not taken", "没有用药");
    let unknown = lang.pick("I do not know", "不知道");
    [taken, other.to_owned(), not.to_owned(), unknown.to_owned()]
}

/// Asks whether a time is meant that lies more than a day from the planned one.
pub(crate) fn far_from_plan(at: &str, planned: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{at} is more than a day from the planned time, {planned}. Is that right?"),
        Lang::ZhCn => format!("{at}与计划时间{planned}相差超过一天。确定吗？"),
    }
}

/// Above the list of doses that are due.
pub(crate) const fn to_record(lang: Lang) -> &'static str {
    lang.pick("Doses to record:", "要记录的用药：")
}

/// The choice that takes all doses as planned.
pub(crate) fn all_as_planned(count: usize, lang: Lang) -> String {
    match lang {
        Lang::En => format!(
            "this one and the others whose time has come ({count} doses): each taken at its planned time, in the planned amount"
        ),
        Lang::ZhCn => format!("这一次和其余已到时间的，共{count}次，都按计划的时间和用量用了"),
    }
}

/// The keys while going through doses; `more`: others follow that are answered alike.
pub(crate) const fn keys(more: bool, lang: Lang) -> &'static str {
    if !more {
        return lang.pick(
            "Type a number and press Enter. s passes over this dose for now, q leaves.",
            "请输入编号，然后按回车。s 先跳过这一次，q 离开。",
        );
    }
    lang.pick(
        "Type a number and press Enter; 1 1 answers for this dose and the next. s passes over this dose for now, q leaves.",
        "请输入编号，然后按回车；输入 1 1 就是这一次和下一次都选1。s 先跳过这一次，q 离开。",
    )
}

/// Asks which of several doses is meant.
pub(crate) const fn which_one(lang: Lang) -> &'static str {
    lang.pick("Which dose? Type its number; Enter leaves.", "是哪一次用药？请输入编号；直接按回车离开。")
}

/// Asks when a late dose was taken.
pub(crate) const fn when_was_it(lang: Lang) -> &'static str {
    lang.pick(
        "When was it taken? Type the number; Enter leaves.",
        "什么时候用的？请输入编号；直接按回车离开。",
    )
}

/// When a late dose can have been taken.
pub(crate) fn when_taken(time: TimeOfDay, lang: Lang) -> [String; 3] {
    match lang {
        Lang::En => [format!("at {time}, as planned"), "just now".to_owned(), "at another time".to_owned()],
        Lang::ZhCn => [format!("按计划在{time}用的"), "刚刚用的".to_owned(), "其他时间".to_owned()],
    }
}

/// What stands for a time in a command.
pub(crate) const fn at_another_time(lang: Lang) -> &'static str {
    lang.pick("HH:MM", "时:分")
}

/// Asks whether a dose was taken although its time has not come.
pub(crate) fn taken_early(dose: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{dose}: its time has not come yet. Was it taken already?"),
        Lang::ZhCn => format!("{dose}：还没到时间。已经用了吗？"),
    }
}

/// A dose was recorded as early, and what can be done about it.
pub(crate) fn recorded_early(due: &str, number: u32, lang: Lang) -> String {
    match lang {
        Lang::En => format!(
            "Recorded as taken early: it was planned for {due} and is not asked for again. If you are not sure about the next \
             dose, call the study team. `diary withdraw {number}` takes this back."
        ),
        Lang::ZhCn => format!(
            "已记为提前用药：计划时间是{due}，到时不会再问。如果不清楚下一次怎么用，请联系研究人员。记错了可以用 \
             `diary withdraw {number}` 撤回。"
        ),
    }
}

/// Asks about an amount that is far from the usual one.
pub(crate) fn unusual(amount: &str, usual: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{amount} is far from {usual}. Was it really {amount}?"),
        Lang::ZhCn => format!("{amount}与{usual}相差很大。确实用了{amount}吗？"),
    }
}

/// Asks about an amount in a unit that is not the medication's.
pub(crate) fn other_unit(amount: &str, known: &[Unit], lang: Lang) -> String {
    let known = known.iter().map(|unit| unit.shown(lang)).collect::<Vec<_>>().join(lang.pick(", ", "、"));
    match lang {
        Lang::En => format!("{amount}: this medication is measured in {known}. Was it really {amount}?"),
        Lang::ZhCn => format!("{amount}：这种药的单位是{known}。确实是{amount}吗？"),
    }
}

/// Nothing is due.
pub(crate) const fn nothing_due(lang: Lang) -> &'static str {
    lang.pick(
        "No planned dose is to be recorded now. `diary dose extra NAME` records one beyond the plan.",
        "现在没有要记录的计划用药。额外用药请用 `diary dose extra 药名` 记录。",
    )
}

/// Asks when.
pub(crate) const fn at_what_time(lang: Lang) -> &'static str {
    lang.pick("When was it taken? For example 08:30, or now: ", "什么时候用的？例如 08:30，或“现在”：")
}

/// Asks whether the amount was as planned.
pub(crate) fn as_much_as_planned(amount: &Quantity, lang: Lang) -> String {
    let amount = describe::amount(amount, lang);
    match lang {
        Lang::En => format!("Was it {amount}, as planned?"),
        Lang::ZhCn => format!("是按计划用了{amount}吗？"),
    }
}

/// Asks how much.
pub(crate) const fn how_much(lang: Lang) -> &'static str {
    lang.pick("How much? For example 60 mg: ", "用了多少？例如 60 mg：")
}

/// Asks for the participant's own words.
pub(crate) const fn in_your_words(lang: Lang) -> &'static str {
    lang.pick("In your own words (Enter leaves it open): ", "请用自己的话说明（可以直接按回车不写）：")
}

/// Heading where a weekly medication was taken within a week.
pub(crate) const fn within_a_week(lang: Lang) -> &'static str {
    lang.pick(
        "!! PLEASE CHECK: this was already taken within the last 7 days !!",
        "!! 请核对：这种药在7天之内已经用过一次 !!",
    )
}

/// Asks whether such a dose was really taken.
pub(crate) const fn really_taken(lang: Lang) -> &'static str {
    lang.pick("Was it really taken again?", "确实又用了一次吗？")
}
