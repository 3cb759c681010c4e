//! From a tap on the phone to the page that the nurse reads.

use diary_core::entry::Content;
use diary_core::keys::HistoryScope;
use diary_core::study::Severity;
use diary_core::text::Lang;
use diary_report::report::{html, text};
use diary_report::worklist::status::AlertStatus;
use diary_report::worklist::{Finding, Thresholds};
use diary_server::site::ConfirmDevice;
use diary_server::site::StaffError;
use diary_tests::World;
use diary_tests::world::{beijing, first_day};

#[tokio::test]
async fn what_is_tapped_is_received_merged_and_read_on_the_report() {
    let world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    world.set(0, "20:30");
    world.evening(&mut phone, 0, 1);
    world.note(&mut phone, "Stairs were hard today");
    let before = phone.diary.days(first_day(), first_day()).unwrap()[0].1;
    assert_eq!((before.made, before.received), (2, 0));

    let outcome = world.sync(&mut phone).await;
    assert_eq!(outcome.trouble, None);
    assert_eq!((outcome.waiting, outcome.unmerged), (0, 0));
    let after = phone.diary.days(first_day(), first_day()).unwrap()[0].1;
    assert_eq!((after.sent, after.received, after.merged), (2, 2, 2));
    assert!(after.received_at.is_some());

    let record = world.site.desk.record(participant.vault).await.unwrap();
    assert_eq!(record.revision_count(), 2);
    let report = world.report(&participant).await;
    let page = text::render(&report, Lang::EN, 100);
    assert!(page.contains("Stairs were hard today"), "{page}");
    assert!(html::render(&report, Lang::ZH_CN).contains("Stairs were hard today"));
}

#[tokio::test]
async fn a_red_flag_is_the_first_thing_the_nurse_reads() {
    let world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    world.set(0, "20:30");
    let finished = world.evening(&mut phone, 0, 3);
    let told: Vec<&str> = finished.alerts.iter().map(|(hit, _)| hit.rule.as_str()).collect();
    assert_eq!(told, ["choking-on-liquids", "bulbar-or-neck", "breathless-at-rest"]);
    world.sync(&mut phone).await;
    let report = world.report(&participant).await;
    for (lang, first) in [(Lang::EN, "Breathless at rest"), (Lang::ZH_CN, "静息时气短")] {
        let page = text::render(&report, lang, 100);
        let urgent = |line: &&str| line.trim_start().starts_with("!!");
        assert!(page.lines().filter(urgent).any(|line| line.contains(first)), "{page}");
        let marked = page.lines().find(|line| line.trim_start().starts_with(['!', '-']));
        assert!(marked.as_ref().is_some_and(urgent), "{page}");
    }
    let record = world.site.desk.record(participant.vault).await.unwrap();
    let shown = record.revisions().filter(|r| matches!(r.encoded.revision().content, Content::AlertShown(_)));
    assert_eq!(shown.count(), finished.alerts.len());
}

#[tokio::test]
async fn an_alert_that_the_phone_showed_is_the_first_line_of_the_worklist() {
    let world = World::new().await;
    let (_, mut well) = world.enrol("MG-001").await;
    let (_, mut breathless) = world.enrol("MG-002").await;
    world.set(0, "20:30");
    world.evening(&mut well, 0, 1);
    let shown = world.evening(&mut breathless, 0, 3).alerts;
    assert!(!shown.is_empty());
    world.sync(&mut well).await;
    world.sync(&mut breathless).await;
    let desk = &world.site.desk;
    let list = || desk.views().worklist(&world.site.staff, Thresholds::default());
    let now = list().await.unwrap();
    assert_eq!(now.participants, 2);
    let subjects: Vec<&str> = now.rows.iter().map(|row| row.subject.as_str()).collect();
    assert_eq!(subjects, ["MG-002"], "{:?}", now.rows);
    let Finding::Alert(AlertStatus { severity, shown: on_phone, visited, .. }) = &now.rows[0].findings[0]
    else {
        panic!("{:?}", now.rows[0]);
    };
    assert_eq!((*severity, *on_phone, *visited), (Severity::Emergency, true, false));

    // Eight silent days later both are listed, and the alert still first.
    world.set(8, "20:30");
    let later = list().await.unwrap();
    let subjects: Vec<&str> = later.rows.iter().map(|row| row.subject.as_str()).collect();
    assert_eq!(subjects, ["MG-002", "MG-001"]);
    assert_eq!(later.fresh.brought_up_to_date, 0, "nothing has arrived since");
    let silent = |finding: &Finding| matches!(finding, Finding::NoContact { days: 8, .. });
    assert!(later.rows.iter().all(|row| row.findings.iter().any(silent)), "{:?}", later.rows);
}

#[tokio::test]
async fn an_alert_that_was_dealt_with_presses_no_longer_and_a_later_one_does() {
    let world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    world.set(0, "20:30");
    world.evening(&mut phone, 0, 3);
    world.sync(&mut phone).await;
    let (desk, li) = (&world.site.desk, &world.site.staff);
    let rule = "breathless-at-rest".parse().unwrap();
    let pressing = async || {
        let list = desk.views().worklist(li, Thresholds::default()).await.unwrap();
        let findings = list.rows.into_iter().flat_map(|row| row.findings);
        findings
            .filter_map(|finding| match finding {
                Finding::Alert(AlertStatus { rule: of, times, pressing, .. }) if of == rule => {
                    Some((times, pressing))
                }
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(pressing().await, [(1, 1)]);
    let none =
        desk.acts().on(li, &participant).alerts_handled(&"no-such-rule".parse().unwrap(), "called").await;
    assert!(matches!(none, Err(StaffError::NoSuchAlert { .. })));
    assert_eq!(desk.acts().on(li, &participant).alerts_handled(&rule, "called; no crisis").await.unwrap(), 1);
    assert_eq!(desk.acts().on(li, &participant).alerts_handled(&rule, "called; no crisis").await.unwrap(), 0);
    assert_eq!(pressing().await, [(1, 0)]);

    world.set(1, "20:30");
    world.evening(&mut phone, 1, 3);
    world.sync(&mut phone).await;
    assert_eq!(pressing().await, [(2, 1)]);
}

#[tokio::test]
async fn a_phone_saves_while_pending_and_is_merged_once_it_is_confirmed() {
    let world = World::new().await;
    let (participant, invitation) = world.site.invite("MG-001").await.unwrap();
    let transport = world.site.transport.clone();
    let mut phone = world.site.join("MG-001", &invitation, Lang::EN, beijing(), &transport).await.unwrap();
    assert!(phone.joined.pending);
    world.note(&mut phone, "before anybody confirmed me");
    let outcome = world.sync_over(&mut phone, &transport, diary_sync::Mode::Once).await;
    assert_eq!((outcome.trouble, outcome.waiting), (None, 0), "received while pending");
    assert_eq!(world.site.desk.record(participant.vault).await.unwrap().revision_count(), 0);

    let digits = phone.joined.digits;
    world
        .site
        .desk
        .devices()
        .confirm(
            &world.site.staff,
            &participant,
            ConfirmDevice { digits, history: HistoryScope::All, reason: None },
        )
        .await
        .unwrap();
    let outcome = world.sync(&mut phone).await;
    assert_eq!(outcome.unmerged, 0);
    assert!(phone.diary.certificate().unwrap().is_some());
    assert!(phone.diary.device().challenge_returned.is_some(), "the key check was answered");
    assert_eq!(world.site.desk.record(participant.vault).await.unwrap().revision_count(), 1);
}
