//! What is said where the command itself is not written as it must be.

use diary_core::text::Lang;

use crate::failure::Usage;

/// What is wrong with the command and what to do.
pub(crate) fn message(usage: &Usage, lang: Lang) -> String {
    let names = |names: &[String]| names.join(lang.pick(", ", "、"));
    let help = lang.pick("`diary --help` lists everything.", "用 `diary --help` 查看全部用法。");
    let what = match (usage, lang) {
        (Usage::Incomplete(list), _) => return list.trim_end().to_owned(),
        (Usage::Command(near), _) if near.is_empty() => {
            lang.pick("There is no such command.", "没有这个命令。").to_owned()
        }
        (Usage::Command(near), Lang::En) => format!("There is no such command. Did you mean: {}?", names(near)),
        (Usage::Command(near), Lang::ZhCn) => format!("没有这个命令。您是不是要用：{}？", names(near)),
        (Usage::Option(Some(name)), Lang::En) => format!("There is no option {name} here."),
        (Usage::Option(Some(name)), Lang::ZhCn) => format!("这里没有选项 {name}。"),
        (Usage::Option(None), Lang::En) => {
            "There is something on the command line that does not belong there. Put words with blanks in quotes.".to_owned()
        }
        (Usage::Option(None), Lang::ZhCn) => "命令行里有多余的内容。含空格的文字请加引号。".to_owned(),
        (Usage::Missing(missing), Lang::En) => format!("Something is missing: {}", names(missing)),
        (Usage::Missing(missing), Lang::ZhCn) => format!("还缺少：{}", names(missing)),
        (Usage::TooMuch, _) => lang.pick("The command cannot be understood.", "无法理解这个命令。").to_owned(),
        (Usage::Value(Some(name)), Lang::En) => format!("The value of {name} is missing or does not fit."),
        (Usage::Value(Some(name)), Lang::ZhCn) => format!("{name} 缺少值，或值不合适。"),
        (Usage::Value(None), _) => {
            lang.pick("A value is missing or does not fit.", "有一个值缺少或不合适。").to_owned()
        }
        (Usage::Conflict(both), Lang::En) => format!("These do not go together: {}", names(both)),
        (Usage::Conflict(both), Lang::ZhCn) => format!("这些不能一起用：{}", names(both)),
        (Usage::NeedsTerminal(options), Lang::En) => {
            format!("This asks questions and there is no terminal to ask in. Give the answers with {options}.")
        }
        (Usage::NeedsTerminal(options), Lang::ZhCn) => {
            format!("这个命令要提问，但没有可以提问的终端。请用 {options} 给出回答。")
        }
        (Usage::Settings { line }, Lang::En) => format!(
            "settings.toml in the diary's folder cannot be read, line {line}. It may hold two lines: lang = \"en\" or \"zh-CN\", and sync_after_saving = true or false."
        ),
        (Usage::Settings { line }, Lang::ZhCn) => format!(
            "日记文件夹里的 settings.toml 第{line}行无法识别。里面可以有两行：lang = \"zh-CN\" 或 \"en\"，以及 sync_after_saving = true 或 false。"
        ),
    };
    format!("{what}\n{help}")
}
