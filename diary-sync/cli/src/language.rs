//! Chooses the language of messages before the diary is open, and tells if it was asked for.

use std::ffi::OsString;
use std::path::PathBuf;

use diary_core::text::Lang;
use diary_core::words::choose;

use crate::args::Global;
use crate::home::Home;
use crate::settings::Settings;

/// Names the language of one run.
const VARIABLE: &str = "DIARY_LANG";

/// The language that the arguments or `DIARY_LANG` ask for, read before the arguments are understood, so that what is
/// wrong with them is said in it.
pub(crate) fn asked_for(args: &[OsString], var: &dyn Fn(&str) -> Option<String>) -> Option<Lang> {
    let variable = || var(VARIABLE).map(OsString::from);
    choose(value_of("--lang", args).or_else(variable)?.to_str()?).ok()
}

/// The language that the diary of these arguments is set to, read before they are understood. What is wrong with its
/// folder or its settings is said once the command is.
pub(crate) fn of_settings(args: &[OsString], var: &dyn Fn(&str) -> Option<String>) -> Option<Lang> {
    let named = value_of("--home", args).map(PathBuf::from);
    let home = Home::find(named.as_deref(), var).ok()?;
    Settings::read(&home).ok()?.lang
}

/// The value of an option among arguments that are not understood yet.
fn value_of(option: &str, args: &[OsString]) -> Option<OsString> {
    let joined =
        |arg: &OsString| Some(OsString::from(arg.to_str()?.strip_prefix(option)?.strip_prefix('=')?));
    let apart = || args.iter().position(|arg| arg == option).and_then(|at| args.get(at + 1)).cloned();
    args.iter().find_map(joined).or_else(apart)
}

/// True if `--lang` or `DIARY_LANG` decides, in place of the diary.
pub(crate) fn is_asked_for(global: &Global, var: &dyn Fn(&str) -> Option<String>) -> bool {
    global.lang.is_some() || var(VARIABLE).is_some_and(|tag| choose(&tag).is_ok())
}

/// The language of the machine's locale, where the diary has it.
pub(crate) fn of_locale(var: &dyn Fn(&str) -> Option<String>) -> Option<Lang> {
    ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| {
        // `zh_CN.UTF-8@pinyin`: the tag ends before the encoding.
        let locale = var(name)?;
        choose(locale.split(['.', '@']).next()?).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_comes_before_the_variable_and_the_locale_last() {
        let args = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
        let var = |name: &str| (name == VARIABLE).then(|| "zh-CN".to_owned());
        assert_eq!(asked_for(&args("diary --lang en today"), &var), Some(Lang::EN));
        assert_eq!(asked_for(&args("diary today --lang=en"), &var), Some(Lang::EN));
        assert_eq!(asked_for(&args("diary today"), &var), Some(Lang::ZH_CN));
        assert_eq!(asked_for(&args("diary today --lang"), &|_| None), None);
        let locale = |name: &str| (name == "LANG").then(|| "zh_CN.UTF-8".to_owned());
        assert_eq!(of_locale(&locale), Some(Lang::ZH_CN));
        assert_eq!(of_locale(&|_| Some("C.UTF-8".to_owned())), None);
    }
}
