//! What is said where something that was entered is refused: what, what is accepted, and what to do.

use diary_core::entry::{Frequency, Route, SkipReason};
use diary_core::measure::Unit;
use diary_core::text::Lang;

use super::dose;
use crate::failure::Refusal;

/// What was refused and what to do.
pub(crate) fn message(refusal: &Refusal, lang: Lang) -> String {
    match refusal {
        Refusal::Answers(errors) => {
            errors.iter().map(|error| error.message(lang)).collect::<Vec<_>>().join("\n")
        }
        Refusal::Place(_)
        | Refusal::NothingDue(_)
        | Refusal::NotYet(_)
        | Refusal::Several(_)
        | Refusal::NoDose(_)
        | Refusal::WhichDose(_)
        | Refusal::WhenTaken(..)
        | Refusal::Event(_) => with_choices(refusal, lang),
        Refusal::Answered(number) => match lang {
            Lang::En => format!(
                "This was recorded already, as entry #{number}. `diary correct {number}` changes it; --again records it once more."
            ),
            Lang::ZhCn => format!(
                "这一项已经记录过，是第{number}条。用 `diary correct {number}` 更正；确实要再记一次请加 --again。"
            ),
        },
        Refusal::AnswerLine { line } => match lang {
            Lang::En => format!("Answers, line {line}: `linkId=value` is needed, for example lids=1"),
            Lang::ZhCn => format!("答案第{line}行：格式应为 `linkId=值`，例如 lids=1"),
        },
        Refusal::Amount(units) => amount(units, lang),
        Refusal::ReadAmount(error, units) => error.message(lang) + &units_here(units, lang),
        Refusal::Read(error) => error.message(lang),
        Refusal::CannotBelong { at, planned } => match lang {
            Lang::En => format!(
                "Not recorded: {at} is more than a day from the planned time, {planned}. Check day and time; if they are right, do it again with --yes."
            ),
            Lang::ZhCn => format!(
                "没有记录：{at}与计划时间{planned}相差超过一天。请核对日期和时间；如果确实如此，请加 --yes 再记一次。"
            ),
        },
        Refusal::Far(far) => match lang {
            Lang::En => format!("{} If it is, do it again with --yes.", far.question(lang)),
            Lang::ZhCn => format!("{}如果确实如此，请加 --yes 再来一次。", far.question(lang)),
        },
        Refusal::Early { dose, opens, command } => match lang {
            Lang::En => format!(
                "Not recorded: {dose} can be recorded from {opens} on. If it was taken already, this records it as early:\n  {command}"
            ),
            Lang::ZhCn => {
                format!(
                    "没有记录：{dose}要到{opens}才能记录。如果已经用了，请用下面的命令记为提前用药：\n  {command}"
                )
            }
        },
        Refusal::Unusual { amount, usual } => match lang {
            Lang::En => format!(
                "Not recorded: {amount} is far from {usual}. Check the amount; if it is right, do it again with --yes."
            ),
            Lang::ZhCn => {
                format!("没有记录：{amount}与{usual}相差很大。请核对；如果确实如此，请加 --yes 再记一次。")
            }
        },
        Refusal::OtherUnit { amount, known } => {
            let known =
                known.iter().map(|unit| unit.shown(lang)).collect::<Vec<_>>().join(lang.pick(", ", "、"));
            match lang {
                Lang::En => format!(
                    "Not recorded: {amount} is not in a unit of this medication ({known}). Check the unit; if it is right, do it again with --yes."
                ),
                Lang::ZhCn => format!(
                    "没有记录：{amount}的单位不是这种药的单位（{known}）。请核对；如果确实如此，请加 --yes 再记一次。"
                ),
            }
        }
        Refusal::PhoneDigits => lang
            .pick(
                "Six digits are needed: those that the other phone shows, for example 123456.",
                "需要六位数字：另一部手机上显示的数字，例如 123456。",
            )
            .to_owned(),
        Refusal::InputsOfOtherKind(options) => match lang {
            Lang::En => {
                format!("These options do not fit that kind of entry. It is corrected with: {options}")
            }
            Lang::ZhCn => format!("这些选项不适合这类记录。更正这条记录请用：{options}"),
        },
        Refusal::NothingToCorrect(options) => match lang {
            Lang::En => format!("Nothing is different. Say what to correct with: {options}"),
            Lang::ZhCn => format!("没有任何改动。请用下列选项说明要更正什么：{options}"),
        },
        Refusal::SkipReason => {
            let codes = list(SkipReason::ALL.iter().map(|r| (r.code(), dose::skip_reason(*r, lang))), lang);
            lang.pick("--why: choose one of ", "--why：请选择 ").to_owned() + &codes
        }
        Refusal::Route => {
            let codes = list(Route::ALL.iter().map(|r| (r.code(), r.shown(lang))), lang);
            lang.pick("How it is taken (--route): choose one of ", "用法（--route）：请选择 ").to_owned()
                + &codes
        }
        Refusal::Frequency => {
            let codes = list(Frequency::ALL.iter().map(|f| (f.code(), f.shown(lang))), lang);
            lang.pick("How often (--frequency): choose one of ", "多久一次（--frequency）：请选择 ")
                .to_owned()
                + &codes
        }
        plain => lang.pick(words(plain).0, words(plain).1).to_owned(),
    }
}

/// Refusals that need nothing filled in.
const fn words(refusal: &Refusal) -> (&'static str, &'static str) {
    match refusal {
        Refusal::AnswerJson => (
            "The answers are not JSON of the expected shape: {\"linkId\": value, \"linkId\": [value, value]}, values being texts, numbers, true or false.",
            "答案不是所需的 JSON：应为 {\"linkId\": 值, \"linkId\": [值, 值]}，值可以是文字、数字、true 或 false。",
        ),
        Refusal::AnswerFile => (
            "The file of answers cannot be read. It must be text in UTF-8.",
            "无法读取答案文件。文件应为 UTF-8 文本。",
        ),
        Refusal::DoseNumber => {
            ("A number from 1 on is needed, for example 2.", "请输入编号，从1开始，例如 2。")
        }
        Refusal::Days => ("A number of days from 1 to 3660 is needed.", "请输入天数，1 到 3660。"),
        Refusal::DoseStatus => (
            "What became of the dose (--status): choose one of taken, not-taken, dont-know.",
            "用药情况（--status）：请选择 taken（用了）、not-taken（没有用药）、dont-know（不知道）。",
        ),
        Refusal::EntryNumber => (
            "There is no entry of that number. `diary history` lists them with their numbers.",
            "没有这个编号的记录。用 `diary history` 查看记录和编号。",
        ),
        Refusal::Instruction => (
            "An instruction that was shown cannot be changed or withdrawn: it records what you saw.",
            "显示过的提示不能更正或撤回：它记录的是您当时看到的内容。",
        ),
        Refusal::Reason => (
            "A reason is needed: --reason \"...\". The earlier version stays readable with it.",
            "需要说明原因：--reason \"……\"。原来的内容会和原因一起保留。",
        ),
        Refusal::Words => ("Some words are needed; nothing was saved.", "请写下文字；没有保存任何内容。"),
        Refusal::Confirm => (
            "Not recorded. If it is right as it stands, do it again with --yes; it is always better recorded than left out.",
            "没有记录。如果确实如此，请加 --yes 再记一次；如实记录总比漏记好。",
        ),
        Refusal::BrokenOff => ("Left without saving this.", "已离开，这一项没有保存。"),
        Refusal::Language => ("The language is zh-CN or en.", "语言可以是 zh-CN 或 en。"),
        Refusal::RecoveryWrong => (
            "This recovery secret is well typed but does not open this diary. Did the study team read the one of this participant and device? Nothing was changed.",
            "恢复码没有输错，但打不开这本日记。请研究人员确认念的是这位参加者、这台设备的恢复码。没有改动任何内容。",
        ),
        _ => ("", ""),
    }
}

fn with_choices(refusal: &Refusal, lang: Lang) -> String {
    let join = |choices: &[String]| choices.iter().map(|choice| format!("\n  {choice}")).collect::<String>();
    match (refusal, lang) {
        (Refusal::Place(known), Lang::En) => format!("There is nothing of that name to answer. There is:{}", join(known)),
        (Refusal::Place(known), Lang::ZhCn) => format!("没有这个名称的问卷。可以填写的有：{}", join(known)),
        (Refusal::NothingDue(other), Lang::En) if other.is_empty() => {
            "Nothing of that kind is to be answered. `diary today` lists what is; --unscheduled answers it all the same.".to_owned()
        }
        (Refusal::NothingDue(other), Lang::ZhCn) if other.is_empty() => {
            "现在没有这一项要填。用 `diary today` 查看；确实要填请加 --unscheduled。".to_owned()
        }
        (Refusal::NothingDue(other), Lang::En) => format!("Nothing of that kind is due now. Possible:{}", join(other)),
        (Refusal::NothingDue(other), Lang::ZhCn) => format!("现在没有这一项要填。可以填：{}", join(other)),
        (Refusal::NotYet(opens), Lang::En) => format!("It is too early for this one: it can be answered from {opens} on."),
        (Refusal::NotYet(opens), Lang::ZhCn) => format!("现在还早：从{opens}起可以填。"),
        (Refusal::Several(choices), Lang::En) => format!("Several can be answered now. Please say which:{}", join(choices)),
        (Refusal::Several(choices), Lang::ZhCn) => format!("现在有几项可以填，请指明是哪一项：{}", join(choices)),
        (Refusal::NoDose(planned), Lang::En) if planned.is_empty() => {
            "No dose is planned. `diary dose extra NAME --amount '60 mg'` records one beyond the plan.".to_owned()
        }
        (Refusal::NoDose(planned), Lang::ZhCn) if planned.is_empty() => {
            "没有计划用药。额外用药请用 `diary dose extra 药名 --amount '60 mg'` 记录。".to_owned()
        }
        (Refusal::NoDose(planned), Lang::En) => format!(
            "No such dose is planned. `diary dose extra NAME` records one beyond the plan. Planned:{}",
            join(planned)
        ),
        (Refusal::NoDose(planned), Lang::ZhCn) => {
            format!("计划里没有这一次用药。额外用药请用 `diary dose extra 药名` 记录。计划中的有：{}", join(planned))
        }
        (Refusal::WhichDose(doses), Lang::En) => format!("Several doses can be meant. Please say which:{}", join(doses)),
        (Refusal::WhichDose(doses), Lang::ZhCn) => format!("可能指几次用药，请指明是哪一次：{}", join(doses)),
        (Refusal::WhenTaken(dose, commands), Lang::En) => {
            format!("Not recorded: {dose}. Please say when it was taken:{}", join(commands))
        }
        (Refusal::WhenTaken(dose, commands), Lang::ZhCn) => {
            format!("没有记录：{dose}。请写明是什么时候用的：{}", join(commands))
        }
        (Refusal::Event(known), Lang::En) => format!("There is no such event. Choose one of:{}", join(known)),
        (Refusal::Event(known), Lang::ZhCn) => format!("没有这种事件。请选择：{}", join(known)),
        _ => String::new(),
    }
}

fn units_here(units: &[Unit], lang: Lang) -> String {
    if units.is_empty() {
        return String::new();
    }
    let shown: Vec<&str> = units.iter().map(|unit| unit.shown(lang)).collect();
    match lang {
        Lang::En => format!(" Units here: {}.", shown.join(", ")),
        Lang::ZhCn => format!("可用单位：{}。", shown.join("、")),
    }
}

fn amount(units: &[Unit], lang: Lang) -> String {
    let shown: Vec<&str> = units.iter().map(|unit| unit.shown(lang)).collect();
    let example = shown.first().copied().unwrap_or("mg");
    let units = shown.join(lang.pick(", ", "、"));
    match (units.is_empty(), lang) {
        (false, Lang::En) => format!(
            "An amount above 0 and up to 100000 with its unit is needed, for example 60 {example}. Units here: {units}."
        ),
        (false, Lang::ZhCn) => {
            format!("请输入剂量和单位，剂量大于 0、不超过 100000，例如 60 {example}。可用单位：{units}。")
        }
        (true, Lang::En) => {
            "An amount above 0 and up to 100000 with its unit is needed, for example 60 mg.".to_owned()
        }
        (true, Lang::ZhCn) => "请输入剂量和单位，剂量大于 0、不超过 100000，例如 60 mg。".to_owned(),
    }
}

fn list<'a>(codes: impl Iterator<Item = (&'a str, &'a str)>, lang: Lang) -> String {
    let one = |(code, shown): (&str, &str)| match lang {
        Lang::En => format!("{code} ({shown})"),
        Lang::ZhCn => format!("{code}（{shown}）"),
    };
    codes.map(one).collect::<Vec<_>>().join(lang.pick(", ", "、"))
}
