//! The words of what is doubtful about a phone.

use diary_core::diary::PhoneDoubt;
use diary_core::text::Lang;
use diary_core::time::Zone;

use super::when;

/// One doubt, and what to do about it.
pub(crate) fn line(doubt: &PhoneDoubt, zone: Zone, lang: Lang) -> String {
    match (doubt, lang) {
        (PhoneDoubt::Zone { phone, site }, Lang::En) => format!(
            "This phone is set to the time of {phone}; the study site lives by {site}. If you are travelling, all is \
             well. If not, please set the phone's time zone right. The study team sees it too."
        ),
        (PhoneDoubt::Zone { phone, site }, Lang::ZhCn) => format!(
            "这部手机的时区是{phone}，研究中心的时区是{site}。如果您在外地，不用管它；如果不是，请把手机的时区调对。研究人员也会看到。"
        ),
        (PhoneDoubt::Off { minutes, ahead }, _) => {
            let hours = minutes / 60;
            let way = match ahead {
                true => lang.pick("ahead of", "快"),
                false => lang.pick("behind", "慢"),
            };
            match lang {
                Lang::En => format!(
                    "The clock of this phone was {hours} hours {way} the hospital's at the last contact. Entries may be \
                     filed under a wrong day: please set date and time right. The study team sees it too."
                ),
                Lang::ZhCn => format!(
                    "上次联系时，这部手机的时钟比研究中心{way}{hours}小时，记录可能会记到错误的日期。请把手机的日期和时间调对。研究人员也会看到。"
                ),
            }
        }
        (PhoneDoubt::Back { last }, _) => {
            let last = when::moment(*last, zone, lang);
            match lang {
                Lang::En => format!(
                    "The clock of this phone shows an earlier time than at your last entry ({last}). Please see whether \
                     date and time are right. The study team sees it too."
                ),
                Lang::ZhCn => format!(
                    "这部手机现在显示的时间比您上一条记录的时间（{last}）还早，请看看手机的日期和时间对不对。研究人员也会看到。"
                ),
            }
        }
    }
}
