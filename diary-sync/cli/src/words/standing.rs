//! The words of how the diary stands with the hospital: what is so, and the next step.

use diary_core::text::Lang;
use diary_view::connection::{Connection, ConnectionRemark, ConnectionState};

use super::{join, status};
use crate::messages::standing as say;

/// Lines about everything unusual in the state of the connection; empty where all is in order.
pub(crate) fn lines(state: &ConnectionState, lang: Lang) -> Vec<String> {
    state.remarks().iter().map(|remark| line(remark, lang)).collect()
}

/// One remark.
pub(crate) fn line(remark: &ConnectionRemark, lang: Lang) -> String {
    match remark {
        ConnectionRemark::Pending { digits } => join::device_pending(lang, digits),
        ConnectionRemark::NotYet => status::connection(Connection::NotYet, lang).to_owned(),
        ConnectionRemark::AtRelay { entries } => say::at_relay(lang, *entries),
        ConnectionRemark::SetAside { entries } => say::set_aside(lang, *entries),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_standing_is_told_with_the_next_step_and_a_plain_one_is_not() {
        let plain = ConnectionState {
            connection: Connection::Connected,
            digits: None,
            only_here: 3,
            at_relay: 0,
            set_aside: 0,
        };
        assert_eq!(lines(&plain, Lang::EN), Vec::<String>::new());
        let pending = ConnectionState {
            connection: Connection::Pending,
            digits: Some("012345".to_owned()),
            ..plain.clone()
        };
        let expected = "The study team has not yet confirmed this device. Its six digits: 012345";
        assert_eq!(lines(&pending, Lang::EN), [expected]);
        let not_yet = ConnectionState { connection: Connection::NotYet, ..plain.clone() };
        assert!(lines(&not_yet, Lang::EN)[0].ends_with("`diary sync` tries again."));
        let away = ConnectionState { at_relay: 2, set_aside: 1, ..plain };
        assert_eq!(
            lines(&away, Lang::EN),
            [
                "2 entries wait at the relay server until the hospital fetches them. There is nothing to do; `diary sync` \
                 shows when they have arrived.",
                "1 entry was received by the hospital and set aside: it is not in the record until the study team has \
                 looked at it. Please ask them.",
            ]
        );
        let off = ConnectionState { connection: Connection::SwitchedOff, set_aside: 4, at_relay: 0, ..away };
        assert_eq!(lines(&off, Lang::ZH_CN), Vec::<String>::new());
    }
}
