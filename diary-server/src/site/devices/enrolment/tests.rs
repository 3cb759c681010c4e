//! Tests of what typed digits mean, and of the names that links carry.

use super::*;

fn digits(text: &str) -> ShortAuthString {
    text.parse().unwrap()
}

fn candidate(n: u8, shown: &str, confirmed: bool, wrong: u32) -> Candidate {
    Candidate {
        device: KeyId::from_bytes([n; 16]),
        link: EnrolmentId::from_bytes([n; 16]),
        digits: digits(shown),
        confirmed,
        wrong,
    }
}

#[track_caller]
fn check(typed: &str, candidates: &[Candidate], expected: &ConfirmPlan) {
    assert_eq!(plan(digits(typed), candidates), *expected);
}

#[test]
fn the_digits_of_a_waiting_phone_confirm_it_and_no_other() {
    let two = [candidate(1, "123456", false, 0), candidate(2, "654321", false, 4)];
    check("654321", &two, &ConfirmPlan::Confirm(two[1].device));
    check("123456", &two, &ConfirmPlan::Confirm(two[0].device));
}

#[test]
fn the_fifth_wrong_try_locks_the_link_even_for_the_right_digits() {
    let link = EnrolmentId::from_bytes([1; 16]);
    for (wrong, left) in [(0, 4), (3, 1), (4, 0)] {
        check(
            "000000",
            &[candidate(1, "123456", false, wrong)],
            &ConfirmPlan::Wrong { left, links: vec![link] },
        );
    }
    check("123456", &[candidate(1, "123456", false, 5)], &ConfirmPlan::Locked);
}

#[test]
fn a_new_link_is_not_locked_by_the_tries_at_the_old_one() {
    let both = [candidate(1, "123456", false, 5), candidate(2, "654321", false, 0)];
    check("654321", &both, &ConfirmPlan::Confirm(both[1].device));
    let links = vec![both[1].link];
    check("123456", &both, &ConfirmPlan::Wrong { left: 4, links });
}

#[test]
fn digits_of_a_phone_that_is_confirmed_send_it_what_it_needs_once_more() {
    let one = [candidate(1, "123456", true, 0)];
    check("123456", &one, &ConfirmPlan::SendAgain(one[0].device));
    check("000000", &one, &ConfirmPlan::NobodyWaits);
    check("000000", &[], &ConfirmPlan::NobodyWaits);
}

#[test]
fn links_name_the_public_host_or_on_loopback_the_address_itself() {
    let hosts = |listen: &str, public: Option<&str>, app: Option<&str>| {
        let own = |name: Option<&str>| name.map(str::to_owned);
        let server = Server {
            listen: listen.parse().unwrap(),
            public: own(public),
            app: own(app),
            ..Server::default()
        };
        Hosts::of(&server).map(|hosts| (hosts.api.url(), hosts.app.url()))
    };
    let urls = |api: &str, app: &str| (api.to_owned(), app.to_owned());
    assert_eq!(
        hosts("127.0.0.1:8440", None, None).unwrap(),
        urls("http://127.0.0.1:8440", "http://127.0.0.1:8440")
    );
    assert_eq!(
        hosts("0.0.0.0:443", Some("d.example.org"), Some("app.example.org")).unwrap(),
        urls("https://d.example.org", "https://app.example.org")
    );
    assert!(matches!(hosts("0.0.0.0:443", None, None), Err(StaffError::NoPublicName { .. })));
    let plain = hosts("0.0.0.0:443", Some("http://d.example.org"), None).unwrap_err();
    let plain = crate::cli::words::staff::staff(diary_core::text::Lang::EN, &plain);
    assert!(plain.starts_with("server.public: http is only allowed on the machine itself"), "{plain}");
}
