//! Which language to speak before the diary is open, and whether it was asked for.

use std::ffi::OsString;

use diary_core::text::Lang;

use crate::args::Global;

/// Names the language of one run.
const VARIABLE: &str = "DIARY_LANG";

/// The language that the arguments or `DIARY_LANG` ask for, read before the arguments are understood, so that what is
/// wrong with them is said in it.
pub(crate) fn asked_for(args: &[OsString], var: &dyn Fn(&str) -> Option<String>) -> Option<Lang> {
    let texts: Vec<&str> = args.iter().map(|arg| arg.to_str().unwrap_or_default()).collect();
    let joined = texts.iter().find_map(|text| text.strip_prefix("--lang="));
    let apart = || texts.iter().position(|text| *text == "--lang").and_then(|at| texts.get(at + 1)).copied();
    let variable = var(VARIABLE);
    joined.or_else(apart).or(variable.as_deref()).and_then(|tag| tag.parse().ok())
}

/// Whether `--lang` or `DIARY_LANG` decides, in place of the diary.
pub(crate) fn is_asked_for(global: &Global, var: &dyn Fn(&str) -> Option<String>) -> bool {
    global.lang.is_some() || var(VARIABLE).is_some_and(|tag| tag.parse::<Lang>().is_ok())
}

/// The language of the machine's locale, where the diary has it.
pub(crate) fn of_locale(var: &dyn Fn(&str) -> Option<String>) -> Option<Lang> {
    ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| var(name)?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_comes_before_the_variable_and_the_locale_last() {
        let args = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
        let var = |name: &str| (name == VARIABLE).then(|| "zh-CN".to_owned());
        assert_eq!(asked_for(&args("diary --lang en today"), &var), Some(Lang::En));
        assert_eq!(asked_for(&args("diary today --lang=en"), &var), Some(Lang::En));
        assert_eq!(asked_for(&args("diary today"), &var), Some(Lang::ZhCn));
        assert_eq!(asked_for(&args("diary today --lang"), &|_| None), None);
        let locale = |name: &str| (name == "LANG").then(|| "zh_CN.UTF-8".to_owned());
        assert_eq!(of_locale(&locale), Some(Lang::ZhCn));
        assert_eq!(of_locale(&|_| Some("C.UTF-8".to_owned())), None);
    }
}
