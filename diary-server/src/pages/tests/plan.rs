//! Events, plans and the regimen: questions, a record that changed meanwhile, what each person sees.

use axum::http::StatusCode;
use diary_core::text::Lang;
use diary_store::Role;

use super::trial::{Trial, field};

const PLAN: &str = "/participants/S1/plan";
const REGIMEN: &str = "/participants/S1/regimen";

#[tokio::test]
async fn an_anchor_is_set_moved_for_a_reason_and_withdrawn_and_the_history_stays() {
    let trial = Trial::new().await;
    let li = trial.person("li-ming", Role::Coordinator, Lang::EN).await;
    let page = li.page(PLAN).await;
    assert!(page.contains("Today is 2 Mar 2026 at the site (Asia/Shanghai)."));
    let (seen, once) = (field(&page, "seen"), field(&page, "once"));
    let form = [("once", once.as_str()), ("seen", &seen), ("anchor", "cycle1"), ("date", "2026-03-09")];
    let anchor = format!("{PLAN}/anchor");
    let done = li.sent(&anchor, &form).await;
    assert_eq!(li.sent(&anchor, &form).await, done, "a second click");
    let page = li.page(&done).await;
    assert!(
        page.contains("Phones learn it") && page.contains("First infusion, cycle 1: 9 Mar 2026"),
        "{page}"
    );
    assert_eq!(field(&page, "seen"), "1", "one act");

    let moved = [("once", "b"), ("seen", "1"), ("anchor", "cycle1"), ("date", "2026-03-16")];
    let bare = li.post(&anchor, &moved).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bare.body.contains("a reason is needed") && bare.body.contains("value=\"2026-03-16\""));
    let hostile = "<b>fever</b> \u{202e}x";
    let moved = [&moved[..], &[("reason", hostile)]].concat();
    let shown = li.post(&anchor, &moved).await;
    assert_eq!(shown.status, StatusCode::OK);
    for words in [
        "Nothing is set yet.",
        "As planned now",
        "After the move",
        "2026-03-09 to 2026-03-13",
        "2026-03-16 to 2026-03-20",
        "2026-03-09 to 2026-03-27",
        "2026-03-16 to 2026-04-03",
        "expected 2026-03-28, set: not set",
        "name=\"confirmed\" value=\"yes\"",
    ] {
        assert!(shown.body.contains(words), "{words}: {}", shown.body);
    }
    assert_eq!(field(&li.page(PLAN).await, "seen"), "1", "nothing was set");
    li.sent(&anchor, &[&moved[..], &[("confirmed", "yes")]].concat()).await;
    let page = li.page(PLAN).await;
    assert!(
        page.contains("&lt;b&gt;fever&lt;/b&gt; &lt;U+202E&gt;x") && !page.contains("<b>fever"),
        "{page}"
    );

    let act = page.split("/participants/S1/acts/").nth(1).unwrap().split('"').next().unwrap();
    let correct = li.page(&format!("/participants/S1/acts/{act}")).await;
    assert!(correct.contains("value=\"2026-03-16\"") && correct.contains("Withdraw"));
    let withdraw = format!("{PLAN}/withdraw");
    let form = [("once", "c"), ("seen", "2"), ("corrects", act)];
    let bare = li.post(&withdraw, &form).await;
    assert!(bare.body.contains("A reason is needed."));
    li.sent(&withdraw, &[&form[..], &[("reason", "not postponed")]].concat()).await;
    let page = li.page(PLAN).await;
    assert!(page.contains("not postponed") && page.contains("withdrawn") && page.contains("16 Mar 2026"));
}

#[tokio::test]
async fn what_is_unusual_is_asked_about_and_recorded_as_it_is_when_staff_say_so() {
    let trial = Trial::new().await;
    let li = trial.person("li-ming", Role::Investigator, Lang::EN).await;
    let infusion = format!("{PLAN}/infusion");
    let form = [
        ("once", "a"),
        ("seen", "0"),
        ("cycle", "cycle1"),
        ("day", "1"),
        ("dose", "9 mg"),
        ("start-date", "2026-03-02"),
        ("start-time", "09:00"),
    ];
    let asked = li.post(&infusion, &form).await;
    assert_eq!(asked.status, StatusCode::OK);
    for words in
        ["Record it as it is", "is not set. Set it first", "9 mg", "name=\"confirmed\" value=\"yes\""]
    {
        assert!(asked.body.contains(words), "{words}: {}", asked.body);
    }
    assert!(!asked.body.contains("participant anchor"), "no command is named");
    let done = li.sent(&infusion, &[&form[..], &[("confirmed", "yes")]].concat()).await;
    let page = li.page(&done).await;
    assert!(
        page.contains("Recorded.") && page.contains("in a unit that is none of the study drug"),
        "{page}"
    );
    let ahead = [("once", "b"), ("day", "2"), ("start-time", "13:00"), ("cycle", "cycle1"), ("dose", "9 ug")];
    let ahead = [&ahead[..], &[("start-date", "2026-03-02")]].concat();
    let asked = li.post(&infusion, &ahead).await;
    assert!(asked.body.contains("it starts in the future") && asked.body.contains("value=\"13:00\""));
    assert!(asked.body.contains("name=\"confirmed\" value=\"yes\""));

    let monitor = trial.person("wang", Role::Monitor, Lang::ZH_CN).await;
    assert!(monitor.page(PLAN).await.contains("第1天：9 毫克"));
    let manager = trial.person("zhao", Role::DataManager, Lang::EN).await;
    let page = manager.page(PLAN).await;
    assert!(!page.contains("9 mg") && page.contains("your role does not see this"), "{page}");
}

#[tokio::test]
async fn an_infusion_is_interrupted_in_its_form_and_corrected_with_all_that_was_typed() {
    let trial = Trial::new().await;
    let li = trial.person("li-ming", Role::Investigator, Lang::EN).await;
    let infusion = format!("{PLAN}/infusion");
    let hostile = "<b>alarm</b> \u{202e}x";
    let form = [
        ("once", "a"),
        ("seen", "0"),
        ("cycle", "cycle1"),
        ("day", "1"),
        ("dose", "9 ug"),
        ("start-date", "2026-03-02"),
        ("start-time", "08:00"),
        ("pause1-date", "2026-03-02"),
        ("pause1-time", "09:00"),
        ("resume1-date", "2026-03-02"),
        ("resume1-time", "08:30"),
        ("pause1-given", "1 ug"),
        ("pause1-reason", hostile),
    ];
    let asked = li.post(&infusion, &form).await;
    assert_eq!(asked.status, StatusCode::OK);
    for words in ["resumed before it was interrupted", "value=\"08:30\"", "name=\"pause2-date\""] {
        assert!(asked.body.contains(words), "{words}: {}", asked.body);
    }
    let bare: Vec<_> = form.into_iter().filter(|(name, _)| *name != "pause1-reason").collect();
    assert!(li.post(&infusion, &bare).await.body.contains("Type the reason for the interruption"));
    li.sent(&infusion, &[&form[..], &[("confirmed", "yes")]].concat()).await;
    let page = li.page(PLAN).await;
    let said = "resumed 2026-03-02 08:30, 1 mcg given until then (&lt;b&gt;alarm&lt;/b&gt; &lt;U+202E&gt;x)";
    assert!(page.contains(said) && !page.contains("<b>alarm"), "{page}");

    let act = page.split("/participants/S1/acts/").nth(1).unwrap().split('"').next().unwrap();
    let correct = li.page(&format!("/participants/S1/acts/{act}")).await;
    assert!(correct.contains("name=\"pause1-time\" type=\"time\" value=\"09:00\""), "{correct}");
    let ended: Vec<_> = form
        .into_iter()
        .filter(|(name, _)| !name.starts_with("resume1") && !["once", "seen"].contains(name))
        .chain([("once", "b"), ("seen", "1"), ("corrects", act), ("reason", "typed")])
        .chain([("pause1-ended", "yes"), ("confirmed", "yes")])
        .collect();
    li.sent(&infusion, &ended).await;
    let page = li.page(PLAN).await;
    assert!(page.contains("ended early 2026-03-02 09:00") && page.contains("before:"), "{page}");
    let monitor = trial.person("wang", Role::Monitor, Lang::ZH_CN).await;
    assert!(monitor.page(PLAN).await.contains("2026-03-02 09:00 提前结束，此前已输 1 微克"));
}

#[tokio::test]
async fn two_people_at_one_record_lose_nothing() {
    let trial = Trial::new().await;
    let li = trial.person("li-ming", Role::Coordinator, Lang::EN).await;
    let wang = trial.person("wang", Role::Investigator, Lang::EN).await;
    let visit = format!("{PLAN}/visit");
    let of_li = [("once", "a"), ("seen", "0"), ("visit", "scheduled"), ("date", "2026-03-30")];
    let of_wang = [("once", "a"), ("seen", "0"), ("visit", "screening"), ("date", "2026-03-01")];
    wang.sent(&visit, &of_wang).await;
    let told = li.post(&visit, &of_li).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    for words in
        ["after you opened the form", "Screening visit", "1 Mar 2026", "wang", "value=\"2026-03-30\""]
    {
        assert!(told.body.contains(words), "{words}: {}", told.body);
    }
    assert_eq!(field(&told.body, "seen"), "1");
    let of_li = [("once", "b"), ("seen", "1"), ("visit", "scheduled"), ("date", "2026-03-30")];
    li.sent(&visit, &of_li).await;
    let page = wang.page(PLAN).await;
    assert!(page.contains("30 Mar 2026") && page.contains("planned") && page.contains("held"));
}

/// A line of the form as a browser sends it.
fn line<'f>(fields: &mut Vec<(&'f str, &'f str)>, names: [&'f str; 6], [amount, times]: [&'f str; 2]) {
    let values = ["pyridostigmine", amount, times, "tablet", "oral", "1"];
    fields.extend(names.into_iter().zip(values));
}

#[tokio::test]
async fn a_regimen_is_changed_line_by_line_and_says_what_the_phone_asks() {
    let trial = Trial::new().await;
    let li = trial.person("li-ming", Role::Coordinator, Lang::EN).await;
    let empty = li.page(REGIMEN).await;
    assert!(empty.contains("No doses."));
    let mut form = vec![("once", "a"), ("seen", "0"), ("from", "2026-03-02")];
    let new = ["n1-medication", "n1-amount", "n1-times", "n1-form", "n1-route", "n1-every"];
    line(&mut form, new, ["60 mg", "07:30, 11:30 15:30、19:30"]);
    form.extend([("n1-step1-date", "2026-03-12"), ("n1-step1-amount", "90 mg")]);
    let first = li.post(REGIMEN, &form).await;
    assert!(
        first.body.contains("Nothing is set yet.") && first.body.contains("07:30 Pyridostigmine 90 mg"),
        "{}",
        first.body
    );
    assert_eq!(field(&li.page(REGIMEN).await, "seen"), "0", "nothing was set");
    form.push(("confirmed", "yes"));
    let done = li.sent(REGIMEN, &form).await;
    let page = li.page(&done).await;
    assert!(page.contains("4 doses a day: 07:30 Pyridostigmine 60 mg"), "{page}");
    assert!(page.contains("From 12 Mar 2026") && page.contains("07:30 Pyridostigmine 90 mg"));

    // Nothing is changed by a form in which nothing was touched.
    let names = ["", "l1-amount", "l1-times", "l1-form", "l1-route", "l1-every"];
    let mut same = vec![("once", "b"), ("seen", "1"), ("on", "2026-03-02"), ("from", "2026-03-20")];
    line(&mut same, names, ["60 mg", "07:30, 11:30, 15:30, 19:30"]);
    assert!(li.post(REGIMEN, &same).await.body.contains("Nothing was changed in the form."));

    // Other times after the planned step keep the amount of that step.
    let mut times = vec![("once", "c"), ("seen", "1"), ("on", "2026-03-02"), ("from", "2026-03-20")];
    line(&mut times, names, ["60 mg", "08:00, 20:00"]);
    times.push(("confirmed", "yes"));
    let page = li.page(&li.sent(REGIMEN, &times).await).await;
    assert!(page.contains("2 doses a day: 08:00 Pyridostigmine 90 mg"), "{page}");

    // Ten times as much is asked about.
    let mut much = vec![("once", "d"), ("seen", "2"), ("on", "2026-03-02"), ("from", "2026-03-03")];
    line(&mut much, names, ["600 mg", "07:30, 11:30, 15:30, 19:30"]);
    let asked = li.post(REGIMEN, &much).await;
    assert!(asked.status == StatusCode::OK && asked.body.contains("Record it as it is"), "{}", asked.body);
    assert!(asked.body.contains("value=\"600 mg\""), "what was typed is kept");
    let old = [&much[..], &[("confirmed", "yes"), ("seen", "1")]].concat();
    let old: Vec<_> = old.into_iter().filter(|field| *field != ("seen", "2")).collect();
    let told = li.post(REGIMEN, &old).await;
    assert!(told.status == StatusCode::CONFLICT && told.body.contains("value=\"600 mg\""), "{}", told.body);
    let paper = li.page("/participants/S1/paper?lang=zh-CN&days=2").await;
    for words in ["07:30", "晚间记录", "眼皮有没有往下垂？", "□", "010", "<html lang=\"zh-CN\""]
    {
        assert!(paper.contains(words), "{words}: {paper}");
    }
    let paper = li.page("/participants/S1/paper?lang=en").await;
    assert!(paper.contains("Did your eyelids droop?") && paper.contains("Pyridostigmine"));
}

#[tokio::test]
async fn a_change_of_the_regimen_is_corrected_in_its_form_and_withdrawn_and_the_history_stays() {
    let trial = Trial::new().await;
    let li = trial.person("li-ming", Role::Coordinator, Lang::EN).await;
    let mut form = vec![("once", "a"), ("seen", "0"), ("from", "2026-03-02"), ("confirmed", "yes")];
    let new = ["n1-medication", "n1-amount", "n1-times", "n1-form", "n1-route", "n1-every"];
    line(&mut form, new, ["60 mg", "07:30, 19:30"]);
    form.extend([("n1-step1-date", "2026-03-12"), ("n1-step1-amount", "90 mg")]);
    li.sent(REGIMEN, &form).await;
    let names = ["", "l1-amount", "l1-times", "l1-form", "l1-route", "l1-every"];
    let mut later = vec![("once", "b"), ("seen", "1"), ("on", "2026-03-02"), ("from", "2026-03-20")];
    line(&mut later, names, ["120 mg", "07:30, 19:30"]);
    later.push(("confirmed", "yes"));
    li.sent(REGIMEN, &later).await;

    let page = li.page(PLAN).await;
    let acts: Vec<&str> =
        page.split("/participants/S1/acts/").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let (second, first) = (acts[0], acts[1]);
    let form_of = async |act: &str| li.page(&format!("/participants/S1/acts/{act}")).await;

    // The later change is shown as it was recorded, and corrected on the regimen before it.
    let page = form_of(second).await;
    for words in ["value=\"120 mg\"", "name=\"from\" type=\"date\" required value=\"2026-03-20\"", "Withdraw"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    let mut correct = vec![("once", "c"), ("seen", "2"), ("on", "2026-03-20"), ("from", "2026-03-22")];
    line(&mut correct, names, ["120 mg", "07:30, 19:30"]);
    correct.push(("corrects", second));
    let bare = li.post(REGIMEN, &correct).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        bare.body.contains("A reason is needed") && bare.body.contains("value=\"120 mg\""),
        "{}",
        bare.body
    );
    correct.push(("reason", "<i>typed</i> the wrong day"));
    let shown = li.post(REGIMEN, &correct).await;
    assert!(
        shown.body.contains("Nothing is set yet.") && shown.body.contains("From 22 Mar 2026"),
        "{}",
        shown.body
    );
    correct.push(("confirmed", "yes"));
    li.sent(REGIMEN, &correct).await;
    let regimen = li.page(REGIMEN).await;
    assert!(regimen.contains("From 22 Mar 2026") && !regimen.contains("From 20 Mar 2026"), "{regimen}");
    let plan = li.page(PLAN).await;
    assert!(plan.contains("&lt;i&gt;typed&lt;/i&gt;") && plan.contains("before:"), "{plan}");

    // The first change begins the line: its amount is corrected, and the line stays the one that the later act changes.
    let page = form_of(first).await;
    for words in ["value=\"60 mg\"", "value=\"90 mg\"", "value=\"2026-03-12\"", "Leave this line out"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let mut begun = vec![("once", "d"), ("seen", "3"), ("on", "2026-03-02"), ("from", "2026-03-02")];
    line(&mut begun, names, ["30 mg", "07:30, 19:30"]);
    begun.extend([("corrects", first), ("reason", "half a tablet"), ("confirmed", "yes")]);
    li.sent(REGIMEN, &begun).await;
    let regimen = li.page(REGIMEN).await;
    assert!(regimen.contains("07:30 Pyridostigmine 30 mg") && regimen.contains("Pyridostigmine 120 mg"));
    assert!(!regimen.contains("90 mg"), "the step is no part of the corrected change: {regimen}");

    // Left out, it would take the later change with it: that is asked.
    let mut out = vec![("once", "e"), ("seen", "4"), ("on", "2026-03-02"), ("from", "2026-03-02")];
    let act = li.page(PLAN).await;
    let act = act.split("/participants/S1/acts/").nth(2).unwrap().split('"').next().unwrap().to_owned();
    out.extend([
        ("corrects", act.as_str()),
        ("reason", "never taken"),
        ("l1-end", "yes"),
        ("nothing", "yes"),
    ]);
    let asked = li.post(REGIMEN, &out).await;
    assert!(asked.body.contains("is gone then"), "{}", asked.body);
}

#[tokio::test]
async fn what_is_unusual_about_a_regimen_is_asked_about_and_blocks_nothing() {
    let trial = Trial::new().await;
    let li = trial.person("li-ming", Role::Coordinator, Lang::EN).await;
    let mut form = vec![("once", "a"), ("seen", "0"), ("from", "2026-03-02")];
    let new = ["n1-medication", "n1-amount", "n1-times", "n1-form", "n1-route", "n1-every"];
    line(&mut form, new, ["5 mL", "07:30, 07:30, 19:30"]);
    let asked = li.post(REGIMEN, &form).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.body);
    for words in ["07:30 is given more than once, and is asked once", "Record it as it is", "value=\"5 mL\""]
    {
        assert!(asked.body.contains(words), "{words}: {}", asked.body);
    }
    form.push(("confirmed", "yes"));
    let page = li.page(&li.sent(REGIMEN, &form).await).await;
    assert!(page.contains("2 doses a day: 07:30 Pyridostigmine 5 mL"), "{page}");
}

#[tokio::test]
async fn a_participant_of_another_site_is_answered_as_one_that_does_not_exist() {
    let trial = Trial::new().await;
    let li = trial.person_at("shanghai", "li-ming", (Role::Investigator, Lang::EN)).await;
    for rest in ["plan", "acts/x", "regimen", "phones", "phones/x", "recovery", "paper", "joining-sheet/x"] {
        let [there, nowhere] = ["S1", "S9"].map(|subject| format!("/participants/{subject}/{rest}"));
        let (there, nowhere) = (li.get(&there).await, li.get(&nowhere).await);
        assert_eq!(there.status, StatusCode::NOT_FOUND, "{rest}");
        assert_eq!(there.body, nowhere.body.replace("S9", "S1"), "{rest}");
    }
    let posts =
        ["plan/visit", "regimen", "phones", "phones/confirm", "phones/revoke", "phones/allow", "recovery"];
    for rest in posts.into_iter().chain(["phones/confirm-held", "phones/return", "phones/mark"]) {
        let [there, nowhere] = ["S1", "S9"].map(|subject| format!("/participants/{subject}/{rest}"));
        let (there, nowhere) = (li.post(&there, &[]).await, li.post(&nowhere, &[]).await);
        assert_eq!(there.status, StatusCode::NOT_FOUND, "{rest}");
        assert_eq!(there.body, nowhere.body.replace("S9", "S1"), "{rest}");
    }
}
