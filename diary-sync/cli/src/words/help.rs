//! The texts of `--help`. In English they stand beside the arguments; in Chinese here, by the path of the command and
//! the name of the argument.

use clap::Command;
use diary_core::text::Lang;

/// Texts of commands, and of arguments that say something of their own there.
const ZH: &[(&str, &str)] = &[
    ("", "临床试验用的开放式症状与用药日记"),
    ("join", "用研究人员给的链接加入研究"),
    ("join link", "链接；写 `-` 或不写则会询问。链接含有密钥，写在命令行里会留在历史记录中"),
    ("today", "查看今天要做的事"),
    ("evening", "把现在要填的一次填完：先记用药，再填问卷。输入 `diary e` 就可以，早上也能用"),
    ("log", "填写问卷"),
    ("log what", "填哪一份：`diary today` 里的名称；不写则填现在该填的"),
    ("log day", "记录哪一天的情况：2026-03-29、今天、昨天"),
    ("log unscheduled", "日程之外，另填一份"),
    ("dose", "记录用药：用了、没有用药、不知道、额外用药"),
    ("dose take", "计划用药已经用了"),
    ("dose take at", "什么时候：08:30，或 2026-03-29 08:30 [默认：现在；补记时必须写明]"),
    ("dose skip", "计划的这次没有用药"),
    (
        "dose skip why",
        "forgot 忘记了，side-effects 有副作用，felt-well 感觉好，could-not-swallow 咽不下去，ran-out 手边没有，told-to 研究人员让停，other 其他",
    ),
    ("dose dont-know", "不知道计划用药用了没有"),
    ("dose extra", "必要时用药，或计划之外的用药"),
    ("dose extra medication", "哪种药：研究里的名称，或药盒上的名称"),
    ("med", "记录药物开始用、改变用法或停用"),
    ("med start", "开始用一种药"),
    ("med change", "改变剂量、剂型、用法或次数"),
    ("med stop", "停用"),
    ("event", "记录发生的事情"),
    ("event code", "什么事：研究里的代码；不写则列出"),
    ("note", "写备注"),
    ("note text", "内容；`-` 从输入读取，不写则会询问"),
    ("correct", "更正一条记录；原来的内容仍可查看"),
    ("correct reason", "为什么更正"),
    (
        "correct why",
        "没有用药的原因：forgot、side-effects、felt-well、could-not-swallow、ran-out、told-to、other",
    ),
    ("withdraw", "撤回不该有的记录；内容仍可查看"),
    ("withdraw reason", "为什么撤回"),
    ("approve", "同意另一部手机使用这本日记"),
    ("approve digits", "另一部手机上显示的六位数字"),
    ("history", "查看填写过的内容和每个版本"),
    ("history entry", "只看这一条，列出全部回答"),
    ("history full", "列出全部回答"),
    ("alerts", "查看显示过的提示、该给谁打电话、是否已确认看过"),
    ("alerts days", "往回多少天；写 all 或“全部”查看全部［默认 28］"),
    ("status", "按天查看：本机已存、已发送、研究中心已收到"),
    ("sync", "发送本机的记录，并接收研究人员的消息"),
    ("sync watch", "持续进行，直到按 Ctrl-C"),
    ("sync retry", "也重新尝试之前无法准备发送的记录"),
    ("lang", "设置日记的语言：zh-CN 或 en"),
    ("lang language", "zh-CN 或 en"),
    ("pin", "更改密码"),
    ("pin change", "设置新密码"),
    ("unlock", "忘记密码时打开日记"),
    ("unlock recovery", "用研究人员念的恢复码，并设置新密码"),
    ("check", "检查日记文件是否完好"),
    ("hand-over", "把研究中心还没收到的记录写成文件，用U盘或邮件带去"),
    ("hand-over file", "写到哪个文件，例如 diary.parcel；不会覆盖已有的文件"),
    ("hand-over split", "每个文件最大多少，例如 5M；需要时分成几个文件"),
    ("hand-over all", "已经收到的也一并写入，例如研究中心的服务器恢复之后"),
    ("take", "读入研究中心对这种文件的回执"),
    ("take files", "回执文件（.receipts），一个或几个"),
];

/// Texts of arguments that mean the same everywhere.
const ZH_ARGUMENTS: &[(&str, &str)] = &[
    ("home", "日记文件夹 [默认：DIARY_HOME，否则 ~/.diary]"),
    ("lang", "本次使用的语言：zh-CN 或 en"),
    ("json", "只输出一个 JSON，不提问"),
    ("caregiver", "由他人代填：填写人的姓名或与参加者的关系"),
    ("because", "为什么由他人代填，例如手没有力气"),
    ("help", "显示帮助"),
    ("version", "显示版本"),
    ("sync", "保存后试着发送一次"),
    ("answers", "从文件读取回答，`-` 从输入读取：JSON 对象，或每行 `linkId=值`"),
    ("set", "一项回答；可以写多次"),
    ("late_reason", "为什么现在才填"),
    ("again", "已经填过，再填一次"),
    ("medication", "哪种药；不写则指唯一到时间的那一次"),
    ("time", "计划时间：08:00"),
    ("slot", "当天第几次，从1开始"),
    ("day", "属于哪一天：2026-03-29、今天、昨天"),
    ("amount", "多少：`60 mg`"),
    ("at", "什么时候：08:30，或 2026-03-29 08:30 [默认：现在]"),
    ("as_planned", "在计划时间用的"),
    ("now", "现在用的"),
    ("line", "方案中的第几行；同一种药同一时间有两行时用"),
    ("yes", "确实如此，不必再问"),
    ("why", "原因，用自己的话"),
    ("text", "用自己的话"),
    ("name", "哪种药：研究里的名称，或药盒上的名称"),
    ("dose", "每次剂量：`60 mg`"),
    (
        "route",
        "用法：oral 口服、intravenous 静脉、subcutaneous 皮下、intramuscular 肌内、inhaled 吸入、ophthalmic 滴眼、topical 外用、feeding-tube 鼻饲",
    ),
    (
        "frequency",
        "次数：qd 每日一次、bid 两次、tid 三次、qid 四次、5id 五次、qod 隔日、qw 每周、q2w、q4w、once 一次、prn 必要时、continuous 持续",
    ),
    ("form", "剂型：片剂、胶囊等"),
    ("from", "从哪一天起：2026-03-29、昨天；只知道年月时写 2026-03 或 2026 [默认：今天]"),
    ("reason", "原因"),
    ("entry", "`diary history` 里的编号"),
    ("status", "用药情况：taken 用了、not-taken 没有用药、dont-know 不知道"),
    ("days", "往前多少天"),
];

/// What the value of an argument is called in the line of usage.
const ZH_VALUES: &[(&str, &str)] = &[
    ("home", "文件夹"),
    ("lang", "语言"),
    ("caregiver", "姓名"),
    ("because", "原因"),
    ("link", "链接"),
    ("entry", "编号"),
    ("days", "天数"),
    ("language", "语言"),
    ("text", "文字"),
    ("reason", "原因"),
    ("digits", "六位数字"),
    ("answers", "文件"),
    ("set", "linkId=值"),
    ("what", "名称"),
    ("day", "日期"),
    ("late_reason", "原因"),
    ("amount", "用量"),
    ("at", "时间"),
    ("why", "原因"),
    ("medication", "药名"),
    ("time", "时:分"),
    ("slot", "第几次"),
    ("line", "第几行"),
    ("name", "药名"),
    ("dose", "剂量"),
    ("route", "用法"),
    ("frequency", "次数"),
    ("form", "剂型"),
    ("from", "日期"),
    ("code", "代码"),
    ("status", "情况"),
    ("file", "文件"),
    ("split", "大小"),
    ("files", "文件"),
];

/// What clap itself puts into a help in English, and what stands there in Chinese.
const ZH_FIXED: &[(&str, &str)] = &[("[OPTIONS]", "[选项]")];

/// A help as rendered, in `lang` to the last word.
pub(crate) fn finished(help: &str, lang: Lang) -> String {
    match lang {
        Lang::En => help.to_owned(),
        Lang::ZhCn => ZH_FIXED.iter().fold(help.to_owned(), |text, (en, zh)| text.replace(en, zh)),
    }
}

/// What stands below the list of commands.
const fn after_help(lang: Lang) -> &'static str {
    lang.pick(
        "Exit codes: 0 done; 1 what was entered is refused; 2 the command is not written as it must be; 3 not joined, or the PIN \
         does not open the diary; 4 no connection, or not everything is with the hospital; 5 the diary's files cannot be read or \
         written.\n\n\
         Variables: DIARY_HOME folder; DIARY_LANG language; DIARY_ZONE time zone; DIARY_PIN_FILE a file that holds the PIN; \
         DIARY_NEW_PIN_FILE one that holds a new PIN; DIARY_CA_FILE certificates (PEM) of the hospital's own authority.\n\n\
         settings.toml in the folder: `sync_after_saving = true` tries to send whatever was saved.",
        "退出码：0 完成；1 填写的内容不符合要求；2 命令写法不对；3 尚未加入研究，或密码打不开；4 没有连接，或还有记录没送到研究中心；\
         5 日记文件无法读写。\n\n\
         环境变量：DIARY_HOME 文件夹；DIARY_LANG 语言；DIARY_ZONE 时区；DIARY_PIN_FILE 存放密码的文件；\
         DIARY_NEW_PIN_FILE 存放新密码的文件；DIARY_CA_FILE 医院自有证书机构的证书文件。\n\n\
         文件夹里的 settings.toml：`sync_after_saving = true` 表示每次保存后都试着发送。",
    )
}

const ZH_TEMPLATE: &str = "{about}\n\n用法：{usage}\n\n{all-args}{after-help}\n";

/// The command with its help in `lang`.
pub(crate) fn in_language(command: Command, lang: Lang) -> Command {
    let command = command.after_help(after_help(lang));
    match lang {
        Lang::En => command,
        Lang::ZhCn => {
            let version =
                clap::Arg::new("version").short('V').long("version").action(clap::ArgAction::Version);
            chinese(command.disable_version_flag(true).arg(version), "")
        }
    }
}

fn chinese(command: Command, path: &str) -> Command {
    let mut command =
        command.help_template(ZH_TEMPLATE).subcommand_help_heading("命令").subcommand_value_name("命令");
    if let Some(text) = find(path) {
        command = command.about(text);
    }
    command = command.mut_args(|arg| {
        let text = of_argument(path, arg.get_id().as_str());
        let heading = match (arg.is_global_set(), arg.is_positional()) {
            (true, _) => "通用选项",
            (false, true) => "参数",
            (false, false) => "选项",
        };
        let value =
            ZH_VALUES.iter().find(|(known, _)| *known == arg.get_id().as_str()).map(|(_, name)| *name);
        let arg = arg.help_heading(heading);
        let arg = match value.filter(|_| arg.get_action().takes_values()) {
            Some(name) => arg.value_name(name),
            None => arg,
        };
        text.map_or(arg.clone(), |text| arg.help(text))
    });
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        let below = if path.is_empty() { name.clone() } else { format!("{path} {name}") };
        command = command.mut_subcommand(&name, |sub| chinese(sub, &below));
    }
    command
}

fn find(path: &str) -> Option<&'static str> {
    ZH.iter().find(|(known, _)| *known == path).map(|(_, text)| *text)
}

fn of_argument(path: &str, name: &str) -> Option<&'static str> {
    let everywhere = || ZH_ARGUMENTS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
    find(&format!("{path} {name}")).or_else(everywhere)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn without_chinese(command: &Command, path: &str, missing: &mut Vec<String>) {
        if find(path).is_none() {
            missing.push(path.to_owned());
        }
        for arg in command.get_arguments() {
            let id = arg.get_id().as_str();
            let value = !arg.get_action().takes_values() || ZH_VALUES.iter().any(|(known, _)| *known == id);
            if of_argument(path, id).is_none() || !value {
                missing.push(format!("{path} {id}"));
            }
        }
        for sub in command.get_subcommands() {
            let below = if path.is_empty() {
                sub.get_name().to_owned()
            } else {
                format!("{path} {}", sub.get_name())
            };
            without_chinese(sub, &below, missing);
        }
    }

    #[test]
    fn every_command_and_argument_has_its_text_in_chinese() {
        let mut missing = Vec::new();
        without_chinese(&crate::args::Cli::command(), "", &mut missing);
        assert_eq!(missing, Vec::<String>::new());
    }

    #[test]
    fn the_help_lists_the_exit_codes_in_both_languages() {
        for lang in Lang::ALL {
            let help = in_language(crate::args::Cli::command(), lang).render_long_help().to_string();
            for code in ["0 ", "1 ", "2 ", "3 ", "4 ", "5 "] {
                assert!(help.contains(code), "{lang}: {code}\n{help}");
            }
        }
    }
}
