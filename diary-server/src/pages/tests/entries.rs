//! Entries of a real phone: contradictions that are decided, texts that are shown as texts, what is new, alerts that stay.

use axum::http::StatusCode;
use diary_core::ids::EntryId;
use diary_core::text::Lang;
use diary_store::Role;

use super::trial::{Trial, field};

const PLACES: &str = "/participants/S1/contradictions";

/// A text with everything that a page or a table could take for something else.
fn hostile() -> String {
    let long = "x".repeat(7_900);
    format!("=1+1<b>bold</b><script>alert(1)</script>\"'&amp; \u{202e}desrever\u{0} {long}")
}

/// Asserts that a page shows the text of [`hostile`] as text.
#[track_caller]
fn assert_shown_as_text(path: &str, page: &str) {
    assert!(page.contains("=1+1&lt;b&gt;bold&lt;/b&gt;&lt;script&gt;alert(1)"), "{path}: {page:.3000}");
    for raw in ["<b>bold", "<script>alert", "\u{202e}", "\u{0}"] {
        assert!(!page.contains(raw), "{path}: {raw:?}");
    }
}

#[tokio::test]
async fn which_of_two_entries_counts_is_decided_with_a_reason_and_can_be_changed() {
    let trial = Trial::new().await;
    let (mut first, mut second) = (trial.phone(1).await, trial.phone(2).await);
    let (one, other) = (first.evening(0), second.evening(2));
    let (one, other) = (first.sends(vec![one]).await[0], second.sends(vec![other]).await[0]);
    let li = trial.person("li", Role::Investigator, Lang::EN).await;
    let zhao = trial.person("zhao", Role::Coordinator, Lang::ZH_CN).await;

    let today = li.page("/today").await;
    assert!(today.contains(&format!("href=\"{PLACES}\"")), "{today}");
    let waiting = li.page("/waiting").await;
    assert!(waiting.contains(PLACES) && waiting.contains("one place of the schedule"), "{waiting}");
    for path in
        ["/participants/S1", "/participants/S1/days/2026-03-02", &format!("/participants/S1/entries/{one}")]
    {
        assert!(li.page(path).await.contains(PLACES), "{path}");
    }
    let page = li.page(PLACES).await;
    assert!(
        page.contains("To be decided.")
            && page.contains(&one.to_string())
            && page.contains(&other.to_string())
    );
    assert!(
        page.contains("phone 1") && page.contains("phone 2") && page.contains("2 Mar 2026 12:0"),
        "{page}"
    );
    let read = zhao.page(PLACES).await;
    assert!(read.contains("待裁定") && !read.contains("name=\"reason\""), "a coordinator reads");
    let refused = zhao.post(PLACES, &[("once", "z"), ("entry", &other.to_string())]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    let (version, chosen) = (field(&page, "version"), other.to_string());
    let form = [
        ("once", "a"),
        ("version", version.as_str()),
        ("entry", chosen.as_str()),
        ("about", chosen.as_str()),
    ];
    let silent = li.post(PLACES, &form).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.body.contains("A reason is needed") && silent.body.contains("checked"), "{}", silent.body);
    let why = hostile().chars().take(60).collect::<String>();
    let form = [&form[..], &[("reason", why.as_str())]].concat();
    let done = li.sent(PLACES, &form).await;
    assert_eq!(li.sent(PLACES, &form).await, done, "a second click");
    let page = li.page(&done).await;
    assert!(page.contains("The decision is in the record.") && page.contains("Decided."), "{page}");
    assert!(page.contains("li decided that entry 1 counts"), "{page}");
    assert_shown_as_text(PLACES, &page);
    let acts = trial.bench.run_raw("trail").await.text;
    assert_eq!(acts.matches("act.adjudicate").count(), 1, "{acts}");
    assert!(!li.page("/today").await.contains(&format!("href=\"{PLACES}\"")));

    let one = one.to_string();
    let stale =
        [("once", "b"), ("version", version.as_str()), ("entry", one.as_str()), ("reason", "typed before")];
    let stale = li.post(PLACES, &stale).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(
        stale.body.contains("Somebody else decided") && stale.body.contains("typed before"),
        "{}",
        stale.body
    );
    let version = field(&stale.body, "version");
    let again =
        [("once", "c"), ("version", version.as_str()), ("entry", one.as_str()), ("reason", "asked again")];
    li.sent(PLACES, &again).await;
    let page = li.page(PLACES).await;
    assert!(page.contains("asked again") && page.contains("li decided that entry 2 counts"), "{page}");

    let third = first.evening(1);
    first.sends(vec![third]).await;
    assert!(li.page(PLACES).await.contains("More entries have come since the decision"));
    let unknown = EntryId::from_bytes([0; 16]).to_string();
    let nobody = [("once", "d"), ("entry", unknown.as_str()), ("version", version.as_str())];
    let gone = li.post(PLACES, &[&nobody[..], &[("reason", "x")]].concat()).await;
    assert_eq!(gone.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn texts_of_people_are_texts_on_every_page_and_guarded_in_tables() {
    let trial = Trial::new().await;
    let mut phone = trial.phone(1).await;
    let text = hostile();
    let (note, dose) =
        (phone.note(&text), phone.dose(("pyridostigmine", 60, "mg"), Some(text.get(..500).unwrap())));
    let ids = phone.sends(vec![note, dose]).await;
    let li = trial.person("li", Role::Investigator, Lang::EN).await;
    let short: String = text.chars().take(120).collect();
    let reason =
        [("once", "a"), ("seen", "0"), ("anchor", "cycle1"), ("date", "2026-03-09"), ("reason", &short)];
    li.sent("/participants/S1/plan/anchor", &reason).await;
    let day = "/participants/S1/days/2026-03-02".to_owned();
    let entries = ids.iter().map(|id| format!("/participants/S1/entries/{id}"));
    let fixed =
        ["/participants/S1", "/participants/S1/report", "/participants/S1/plan", "/trail", "/trail.csv"];
    for path in fixed.into_iter().map(str::to_owned).chain([day]).chain(entries) {
        let page = li.page(&path).await;
        match path.ends_with(".csv") {
            true => assert!(page.contains("'=1+1<b>bold"), "{page}"),
            false => assert_shown_as_text(&path, &page),
        }
    }
}

#[tokio::test]
async fn what_is_new_vanishes_once_it_was_looked_at_and_an_alert_that_was_dealt_with_stays() {
    let trial = Trial::new().await;
    let mut phone = trial.phone(1).await;
    let evening = phone.evening(3);
    let entry = phone.sends(vec![evening]).await[0];
    let li = trial.person("li", Role::Coordinator, Lang::EN).await;
    let today = li.page("/today").await;
    assert!(today.contains("class=\"new\"") && today.contains("Breathless at rest"), "{today}");
    let own = format!("/participants/S1/entries/{entry}");
    assert!(today.contains(&format!("href=\"{own}\"")), "the alert leads to its entry: {today}");
    let shown = li.page(&own).await;
    for part in [
        "Recorded, by the phone",
        "Received, by the server",
        "phone 1",
        "diary-test 1",
        "version 1",
        "parcel 1",
        "evening",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    trial.bench.pass_minutes(1);
    li.page("/participants/S1").await;
    let today = li.page("/today").await;
    assert!(!today.contains("class=\"new\""), "{today}");

    let deal = [("once", "a"), ("rule", "breathless-at-rest"), ("what", "<i>called</i> the participant")];
    li.sent("/participants/S1/alerts", &deal).await;
    let today = li.page("/today").await;
    assert!(today.contains("&lt;i&gt;called&lt;/i&gt; the participant"), "{today}");
    let diary = li.page("/participants/S1").await;
    assert!(diary.contains("&lt;i&gt;called&lt;/i&gt; the participant"), "it stays in the record");
    let wang = trial.person("wang", Role::Monitor, Lang::EN).await;
    assert!(wang.page("/today").await.contains("class=\"new\""), "new for another person");
}

#[tokio::test]
async fn a_role_without_the_right_sees_no_dose_of_the_study_drug_on_any_page_or_in_any_table() {
    let trial = Trial::new().await;
    let mut phone = trial.phone(1).await;
    let (drug, other) =
        (phone.dose(("blinatumomab", 27, "ug"), None), phone.dose(("pyridostigmine", 61, "mg"), None));
    let ids = phone.sends(vec![drug, other]).await;
    let li = trial.person("li", Role::Investigator, Lang::EN).await;
    let infusion = [
        ("once", "a"),
        ("seen", "0"),
        ("cycle", "cycle1"),
        ("day", "1"),
        ("start-date", "2026-03-02"),
        ("start-time", "08:00"),
        ("dose", "28 ug"),
        ("confirmed", "yes"),
    ];
    li.sent("/participants/S1/plan/infusion", &infusion).await;
    let data = trial.person("data", Role::DataManager, Lang::EN).await;
    let pages = ["", "/report", "/plan", "/days/2026-03-02", "/regimen", "/contradictions", "/paper"];
    let pages = pages.map(|rest| format!("/participants/S1{rest}"));
    let entries = ids.iter().map(|id| format!("/participants/S1/entries/{id}"));
    let (mut seen, mut hidden) = (String::new(), String::new());
    for path in pages.into_iter().chain(entries) {
        seen += &li.page(&path).await;
        hidden += &data.page(&path).await;
    }
    for dose in ["27 mcg", "28 mcg"] {
        assert!(seen.contains(dose), "an investigator sees {dose}");
        assert!(!hidden.contains(dose), "a data manager does not: {dose}");
    }
    assert!(hidden.contains("61 mg"), "other doses are there");

    assert_eq!(li.get("/exports").await.status, StatusCode::FORBIDDEN);
    let page = data.page("/exports").await;
    assert!(page.contains("They are left out") && page.contains("value=\"beijing\""), "{page}");
    let none = data.post("/exports", &[("site", "elsewhere")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let nobody = data.post("/exports", &[("site", "beijing"), ("subject", "<b>S9")]).await;
    assert!(nobody.body.contains("no participant &lt;b&gt;S9"), "{}", nobody.body);
    let (name, files) = data.download("/exports", &[("site", "beijing"), ("subject", "S1")]).await;
    assert_eq!(name, "attachment; filename=\"diaries-beijing-2026-03-02.zip\"");
    let all: String = files.values().map(String::as_str).collect();
    assert!(files["doses.csv"].contains(",61,mg"), "{}", files["doses.csv"]);
    assert!(files["manifest.json"].contains("\"without_study_drug\": true"), "{}", files["manifest.json"]);
    for dose in [",27,ug", ",28,ug"] {
        assert!(!all.contains(dose), "{dose}");
    }
    let trail = trial.bench.run_raw("trail").await.text;
    assert!(trail.contains("export.csv") && trail.contains("without-study-drug"), "{trail}");
    assert!(
        !std::fs::read_dir(trial.bench.path("data"))
            .unwrap()
            .any(|one| { one.unwrap().file_name().to_string_lossy().starts_with(".export") })
    );
}
