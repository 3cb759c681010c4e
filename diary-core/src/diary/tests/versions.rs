//! Newer versions of the study while drafts exist, and clocks that disagree about the first day.

use super::*;
use crate::act::{Act, ActContent};
use crate::ids::ActId;
use crate::store::{Direction, DownlinkPage};

/// The shipped study as version `version`, whose evening check asks "arms-now" in the place of "arms".
fn package(version: u32) -> StudyPackage {
    let first = shipped::nct06836973();
    let mut files: BTreeMap<String, Vec<u8>> =
        first.names().filter_map(|name| Some((name.to_owned(), first.file(name)?.to_vec()))).collect();
    let mut change = |name: &str, from: &str, to: &str| {
        let text = String::from_utf8(files[name].clone()).unwrap();
        assert!(text.contains(from), "{name} has {from}");
        files.insert(name.to_owned(), text.replace(from, to).into_bytes());
    };
    change("study.toml", "version = 1\n", &format!("version = {version}\n"));
    change("evening.json", "\"version\": \"1.0.0\"", "\"version\": \"2.0.0\"");
    change("evening.json", "\"arms\"", "\"arms-now\"");
    StudyPackage::new(files).unwrap()
}

fn asked_of(revision: &crate::entry::Revision) -> (u32, String, bool) {
    let Content::Assessment(assessment) = &revision.content else { panic!("no assessment") };
    let is_old = assessment.answers.iter().any(|answer| answer.link_id == "arms");
    (revision.study_version, assessment.instrument.version.clone(), is_old)
}

#[test]
fn a_draft_that_was_begun_before_a_new_version_came_is_finished_under_its_own() {
    let mut phone = phone();
    let lids =
        || Value::Coding { system: Some("urn:diary:nct06836973:lids".to_owned()), code: "1".to_owned() };
    let answer =
        |diary: &mut Diary, tap: &Circumstances<'_>| diary.answer(&evening(0), "lids", vec![lids()], tap);
    phone.tap(at(0, "20:10"), answer).unwrap();
    assert!(phone.diary.take_study(&package(2).encode(), at(0, "20:20")).unwrap());
    assert_eq!(phone.diary.study().version(), 2);
    assert_eq!(phone.diary.study_at(&evening(0)).unwrap().version(), 1);
    phone.assess(&evening(0), at(0, "20:30"), |_| 0).unwrap();
    phone.assess(&evening(1), at(1, "20:30"), |_| 0).unwrap();
    let versions = |phone: &Phone| -> Vec<(u32, String, bool)> {
        let past = phone.diary.past(first_day(), first_day().plus_days(1)).unwrap();
        past.iter().map(|one| asked_of(one.shown.as_ref().unwrap())).collect()
    };
    let (one, two) = ((1, "1.0.0".to_owned(), true), (2, "2.0.0".to_owned(), false));
    assert_eq!(versions(&phone), [one.clone(), two.clone()]);

    // A correction of what was answered under version 1 is held against version 1.
    let first = phone.diary.past(first_day(), first_day()).unwrap().remove(0);
    let mut content = first.shown.clone().unwrap().content;
    if let Content::Assessment(assessment) = &mut content {
        assessment.answers.iter_mut().find(|answer| answer.link_id == "lids").unwrap().values = vec![lids()];
    }
    phone
        .tap(at(1, "21:00"), |diary, tap| diary.correct(first.entry, content, None, "mistyped", tap))
        .unwrap();
    assert_eq!(versions(&phone), [one, two]);
}

#[test]
fn a_study_never_goes_back_to_an_earlier_version() {
    let mut phone = phone();
    assert!(phone.diary.take_study(&package(3).encode(), at(0, "09:00")).unwrap());
    for earlier in [package(2).encode(), shipped::nct06836973().encode()] {
        assert!(!phone.diary.take_study(&earlier, at(0, "10:00")).unwrap());
    }
    assert!(phone.diary.take_study(&package(3).encode(), at(0, "10:00")).unwrap(), "it is in force");
    assert!(!phone.diary.take_study(b"no study", at(0, "10:00")).unwrap());
    assert_eq!(phone.diary.study().version(), 3);
}

#[test]
fn that_an_answer_was_late_survives_its_correction_and_withdrawal() {
    let mut phone = phone();
    let finished = phone.assess(&evening(0), at(1, "09:00"), |_| 0).unwrap();
    let shown = |phone: &Phone| phone.diary.past(first_day(), first_day()).unwrap().remove(0);
    let before = shown(&phone).shown.unwrap();
    assert_eq!(before.late.as_ref().unwrap().closed, at(1, "03:00"));
    let content = before.content.clone();
    phone
        .tap(at(1, "10:00"), |d, tap| d.correct(finished.entry, content, None, "looked again", tap))
        .unwrap();
    assert_eq!(shown(&phone).shown.unwrap().late, before.late);
    phone.tap(at(1, "11:00"), |d, tap| d.withdraw(finished.entry, "not mine", tap)).unwrap();
    assert_eq!(shown(&phone).versions.last().unwrap().late, before.late);
}

/// The first day after a contact in which the server's clock showed `server` and the phone's own shows `now`.
fn first_day_after(phone: &mut Phone, server: UtcMillis, now: UtcMillis) -> DiaryDay {
    phone.diary.contact_made(Direction::Push, now, server).unwrap();
    phone.diary.settle_first_day(now, beijing()).unwrap();
    phone.diary.device().first_day
}

#[test]
fn one_wrong_clock_never_moves_the_first_day_and_two_that_agree_do() {
    let (noon, years) = (at(0, "12:00"), 50 * 365);
    for (server, now) in [
        (at(-10, "12:00"), noon),
        (at(-years, "12:00"), noon),
        (noon, at(-10, "12:00")),
        (noon, at(-years, "12:00")),
        (at(years, "12:00"), at(years, "12:00")),
    ] {
        let mut phone = phone();
        assert_eq!(first_day_after(&mut phone, server, now), first_day());
    }
    // Its clock had run three days ahead at joining; server and phone now show days before.
    let mut phone = phone();
    assert_eq!(first_day_after(&mut phone, at(-3, "11:00"), at(-2, "12:00")), first_day().plus_days(-2));
}

#[test]
fn the_first_day_that_the_site_sets_counts() {
    let mut phone = phone();
    let asked = |phone: &Phone, day| {
        phone
            .diary
            .slots(first_day().plus_days(day), first_day().plus_days(day), at(30, "12:00"), beijing())
            .unwrap()
            .len()
    };
    assert!(asked(&phone, 1) > 0);
    let date = first_day().plus_days(3);
    let (id, by, at_time) = (ActId::from_bytes([1; 16]), "li".to_owned(), at(1, "09:00"));
    let content = ActContent::FirstDay { date };
    let act = Act { id, counter: 1u8.into(), by, at: at_time, reason: None, content, replaces: None };
    let acts = vec![crate::wire::encode(&act)];
    let page = DownlinkPage { at: at(1, "10:00"), acts, ..DownlinkPage::default() };
    phone.diary.take_page(&page).unwrap();
    assert_eq!((asked(&phone, 1), asked(&phone, 3) > 0), (0, true));
}
