//! Two real sites at one keeper, with a participant and a waiting phone each: nothing of one is told to people of the
//! other.

use axum::http::StatusCode;
use diary_core::text::Lang;
use diary_store::Role;

use super::trial::{Browser, Trial, field};
use crate::cli::Exit;
use crate::pages::access::allows;
use crate::pages::{Need, routes};

/// A reply without what is random or was typed: marks of forms, keys, and the number.
fn plain(body: &str, typed: &str) -> String {
    let body = body.replace(typed, "*");
    let (mut out, mut word) = (String::new(), String::new());
    for c in body.chars().chain(['\0']) {
        if c.is_ascii_hexdigit() {
            word.push(c);
            continue;
        }
        out.push_str(if word.len() >= 16 { "#" } else { &word });
        word.clear();
        out.push(c);
    }
    out
}

/// Path of a route, with parts that are there for B1.
fn path(route: &str, subject: &str) -> String {
    let part = |part: &str| match part {
        "{subject}" => subject.to_owned(),
        "{day}" => "2026-03-02".to_owned(),
        "{n}" => "1".to_owned(),
        "{kind}" => "anchor".to_owned(),
        part if part.starts_with('{') => "x".to_owned(),
        part => part.to_owned(),
    };
    route.split('/').map(part).collect::<Vec<_>>().join("/")
}

async fn asked(browser: &Browser<'_>, method: &str, path: &str) -> (StatusCode, String) {
    let reply = match method {
        "get" => browser.get(path).await,
        _ => browser.post(path, &[("reason", "why"), ("rule", "x"), ("what", "y")]).await,
    };
    (reply.status, reply.body)
}

#[tokio::test]
async fn a_participant_of_another_real_site_is_on_no_route_for_any_role() {
    let trial = Trial::of_two_sites().await;
    trial.bench.phone_of_joins("B1", 3).await;
    trial.bench.phone_of_joins("U1", 4).await;
    let theirs = trial.desk.participants().find("B1").await.unwrap().vault.to_string();
    let mut seen = 0;
    for role in Role::ALL {
        let browser = trial.person_at("urumqi", role.code(), (role, Lang::EN)).await;
        for route in routes() {
            let Need::May(action) = route.need else { continue };
            if !allows(role, action) || route.path.starts_with("/accounts") {
                continue;
            }
            seen += 1;
            let named = format!("{role:?} {} {}", route.method, route.path);
            if route.path.contains("{subject}") {
                let (of_theirs, of_nobody) = (path(route.path, "B1"), path(route.path, "B9"));
                let (status, body) = asked(&browser, route.method, &of_theirs).await;
                let (nobody, said) = asked(&browser, route.method, &of_nobody).await;
                assert_eq!((status, nobody), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND), "{named}");
                assert_eq!(plain(&body, "B1"), plain(&said, "B9"), "{named}");
            } else if route.method == "get" {
                for query in ["", "?q=B1", "?q=b&after=A", "?subject=B1"] {
                    let (_, body) = asked(&browser, "get", &format!("{}{query}", route.path)).await;
                    // What was typed is shown again in its field.
                    let body = body
                        .replace("value=\"B1\"", "")
                        .replace("participant B1", "")
                        .replace("subject=B1", "");
                    assert!(!body.contains("B1"), "{named}{query}: {body}");
                    assert!(!body.contains(&theirs), "{named}{query}");
                }
            }
        }
    }
    assert!(seen >= 70, "{seen}");
}

#[tokio::test]
async fn each_site_counts_its_own() {
    let trial = Trial::of_two_sites().await;
    trial.bench.phone_of_joins("B1", 3).await;
    trial.bench.phone_of_joins("U1", 4).await;
    let browser = trial.person_at("urumqi", "wang", (Role::Coordinator, Lang::EN)).await;
    let today = browser.page("/today").await;
    assert!(today.contains("1 of 1") && today.contains("U1"), "{today}");
    assert!(today.contains("Asia/Urumqi") && !today.contains("Asia/Shanghai"), "{today}");
    let list = browser.page("/participants").await;
    assert!(list.contains("U1") && list.contains("Asia/Urumqi"), "{list}");
    let waiting = browser.page("/waiting").await;
    assert!(waiting.contains("U1") && !waiting.contains("B1"), "{waiting}");
    // The phone joined at noon in Beijing, ten in the morning in Urumqi.
    assert!(waiting.contains("10:00"), "{waiting}");
}

#[tokio::test]
async fn a_person_of_both_sites_sees_both_and_chooses_where_one_is_added() {
    let trial = Trial::of_two_sites().await;
    let both = trial.person_at("urumqi", "zhao", (Role::Coordinator, Lang::EN)).await;
    drop(both);
    trial.bench.run("staff role zhao coordinator --site beijing").await.holds(Exit::Done, "zhao");
    let both = trial.sign_in("zhao").await;
    let list = both.page("/participants").await;
    assert!(list.contains("B1") && list.contains("U1") && list.contains("(urumqi)"), "{list}");
    assert!(list.contains("<select id=\"site\" name=\"site\" required>"), "{list}");
    assert!(list.contains("Asia/Shanghai, Asia/Urumqi"), "{list}");
    let mark = field(&list, "once");
    let form = [("once", mark.as_str()), ("subject", "U2"), ("site", "urumqi")];
    assert_eq!(both.sent("/participants", &form).await, "/participants/U2");
    assert_eq!(trial.desk.participants().find("U2").await.unwrap().site.as_str(), "urumqi");
    let unnamed = both.post("/participants", &[("once", "x"), ("subject", "U3")]).await;
    assert_eq!(unnamed.status, StatusCode::FORBIDDEN);

    let one = trial.person_at("urumqi", "wang", (Role::Coordinator, Lang::EN)).await;
    let list = one.page("/participants").await;
    assert!(!list.contains("name=\"site\""), "{list}");
    let elsewhere = one.post("/participants", &[("once", "a"), ("subject", "U3"), ("site", "beijing")]).await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN);
    assert_eq!(one.sent("/participants", &[("once", "b"), ("subject", "U3")]).await, "/participants/U3");
    assert_eq!(trial.desk.participants().find("U3").await.unwrap().site.as_str(), "urumqi");
    let taken = one.post("/participants", &[("once", "c"), ("subject", "b-1")]).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!taken.body.contains("B1"), "{}", taken.body);
}

#[tokio::test]
async fn an_account_of_two_sites_is_reset_and_disabled_by_an_administrator_of_both_alone() {
    let trial = Trial::of_two_sites().await;
    trial.person_at("urumqi", "zhao", (Role::Coordinator, Lang::EN)).await;
    trial.bench.run("staff role zhao coordinator --site beijing").await.holds(Exit::Done, "zhao");
    let admin = trial.person_at("urumqi", "admin", (Role::Administrator, Lang::EN)).await;
    let list = admin.page("/accounts").await;
    assert!(list.contains("also at other sites") && !list.contains("/accounts/zhao/disable"), "{list}");
    assert!(!list.contains("beijing"), "{list}");
    let disabled = admin.post("/accounts/zhao/disable", &[]).await;
    assert_eq!(disabled.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(disabled.body.contains("has roles at other sites"), "{}", disabled.body);
    let reset = admin.post("/accounts", &[("name", "zhao"), ("site", "urumqi"), ("role", "monitor")]).await;
    assert_eq!(reset.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!reset.body.contains("/invitation/"), "{}", reset.body);
    let zhao = trial.sign_in("zhao").await;
    zhao.page("/today").await;

    // The role at the own site alone is given and taken.
    admin.sent("/accounts/zhao/role", &[("site", "urumqi"), ("role", "none")]).await;
    let roles = trial.desk.accounts().named("zhao").await.unwrap().roles;
    assert_eq!(roles.keys().map(|site| site.as_str()).collect::<Vec<_>>(), ["beijing"]);
    trial.bench.run("staff role zhao coordinator --site urumqi").await.holds(Exit::Done, "zhao");

    trial.bench.run("staff role admin administrator --site beijing").await.holds(Exit::Done, "admin");
    let admin = trial.sign_in("admin").await;
    let disabled = admin.post("/accounts/zhao/disable", &[]).await;
    assert_eq!(disabled.status, StatusCode::SEE_OTHER, "{}", disabled.body);
}

#[tokio::test]
async fn the_trail_of_one_site_leaves_out_events_about_the_other_alone() {
    let trial = Trial::of_two_sites().await;
    let bench = &trial.bench;
    let key = |file: &str| bench.path(file).display().to_string();
    bench
        .run(&format!("keys drill --recovery-key {}", key("offline/recovery.key")))
        .await
        .holds(Exit::Done, "");
    let to = |name: &str| bench.path(name).display().to_string();
    bench.run(&format!("export csv --site beijing {}", to("theirs"))).await.holds(Exit::Done, "");
    bench.run(&format!("export csv {}", to("all"))).await.holds(Exit::Done, "");
    let monitor = trial.person_at("urumqi", "monitor", (Role::Monitor, Lang::EN)).await;
    let file = monitor.page("/trail.csv").await;
    let rows = |kind: &str| file.lines().filter(|line| line.contains(kind)).collect::<Vec<_>>();
    assert_eq!(rows("keys.drill"), Vec::<&str>::new());
    assert_eq!(rows("export.csv").len(), 1, "{file}");
    assert!(!rows("export.csv")[0].contains("participants="), "{file}");
    assert_eq!(rows("site.add").len(), 1);
}
