//! The commands as people and scripts see them: a diary of the shipped study, a clock of its own, a captured terminal.

mod alarms;
mod allowance;
mod chinese;
mod codes;
mod disk;
mod documents;
mod doses;
mod drafts;
mod evening;
mod joining;
mod privacy;
mod questions;
mod transcripts;
mod typed;
mod world;

use diary_core::text::Lang;

/// Words that differ between the two languages of these tests.
trait Pick {
    fn pick<T>(self, en: T, zh_cn: T) -> T;
}

impl Pick for Lang {
    fn pick<T>(self, en: T, zh_cn: T) -> T {
        if self == Lang::ZH_CN { zh_cn } else { en }
    }
}
