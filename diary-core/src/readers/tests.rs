//! Tables of typed texts with their expected values, and of refused texts with the expected sentence.

mod amounts;
mod dates;
mod moments;

use proptest::prelude::*;

use super::*;
use crate::text::Lang;
use crate::time::{UtcMillis, Zone};

/// Every refusal has a sentence in both languages with the expected form, and keeps the typed text out of
/// logs.
#[track_caller]
fn says(error: ReadError, en: &str, zh: &str) {
    assert_eq!((error.message(Lang::EN).as_str(), error.message(Lang::ZH_CN).as_str()), (en, zh));
    assert_eq!(format!("{error:?}"), format!("ReadError({})", error.code()));
}

proptest! {
    #[test]
    fn whatever_is_typed_is_read_or_refused_with_words(
        text in "[0-9０-９½⅓./:,，'年月日号点半刻分下午昨天今晚一两十片mgμT ampfirstsecond第二次~x×-]{0,24}|.{0,40}",
        now in prop_oneof![any::<i64>(), 0i64..4_000_000_000_000],
        zone in prop_oneof![Just("Asia/Shanghai"), Just("America/New_York"), Just("Pacific/Apia"), Just("Australia/Lord_Howe")],
    ) {
        let here = Here { now: UtcMillis(now), zone: zone.parse::<Zone>().unwrap() };
        let refusals = [
            number(&text).err(),
            amount(&text).err(),
            time(&text).err(),
            moment(&text, here).err(),
            date_and_time(&text, here).err(),
            date_and_time_alone(&text).err(),
        ];
        for error in refusals.into_iter().flatten() {
            let (en, zh) = (error.message(Lang::EN), error.message(Lang::ZH_CN));
            let chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
            prop_assert!(en.contains(' ') && en.ends_with('.'), "{}", en);
            prop_assert!(zh.contains(chinese) && zh.ends_with('。'), "{}", zh);
        }
        // What was read is shown so that it is read as the same again.
        if let Ok(read) = partial_date(&text, here.date()) {
            prop_assert_eq!(partial_date(&read.to_string(), here.date()), Ok(read));
        }
        if let Ok(read) = time(&text) {
            prop_assert_eq!(time(&read.to_string()), Ok(read));
        }
        if let Ok(read) = amount(&text) {
            for lang in [Lang::ZH_CN, Lang::EN] {
                prop_assert_eq!(amount(&format!("{} {}", read.value, read.unit.shown(lang))), Ok(read.clone()));
            }
        }
    }
}
