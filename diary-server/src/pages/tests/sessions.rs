//! Signing in and out, and forms that come too late.

use axum::http::{StatusCode, header};
use diary_store::Role;

use super::ground::Ground;

#[tokio::test]
async fn an_invited_person_sets_a_password_signs_in_and_sees_the_pages_of_the_role() {
    let ground = Ground::new().await;
    ground.account("admin", Some(Role::Administrator)).await;
    let cookie = ground.sign_in("admin").await;
    let site = ground.site.clone();
    let form = format!("name=wang&site={site}&role=monitor&language=zh-CN");
    let reply = ground.post("/accounts", Some(&cookie), &form).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    let link = reply.body.split("data-link=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let page = ground.get(link, None).await;
    assert!(page.body.contains("设置您的账户"), "{}", page.body);
    let differs = ground.post(link, None, "password=correct+horse&again=correct+house").await;
    assert_eq!(differs.status, StatusCode::UNPROCESSABLE_ENTITY);
    let set = ground.post(link, None, "password=correct+horse&again=correct+horse").await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.body);
    assert_eq!(ground.get(link, None).await.status, StatusCode::NOT_FOUND, "the link is used");

    let cookie = ground.sign_in("wang").await;
    let own = ground.get("/account", Some(&cookie)).await;
    assert!(own.body.contains("监查员"), "{}", own.body);
    assert_eq!(ground.get("/accounts", Some(&cookie)).await.status, StatusCode::FORBIDDEN);
    let rows = ground.desk.views().trail().await.unwrap();
    let refused = rows.rows.iter().filter(|row| row.event.what == "page.refused").count();
    assert_eq!(refused, 1);
}

#[tokio::test]
async fn a_form_that_was_sent_after_the_session_had_ended_is_there_after_the_next_sign_in() {
    let ground = Ground::new().await;
    ground.account("admin", Some(Role::Administrator)).await;
    let cookie = ground.sign_in("admin").await;
    ground.clock.advance(20 * 60 * 1000);
    let reply = ground.post("/accounts", Some(&cookie), "name=%E7%8E%8B%22%3E%3Cb%3E&site=beijing").await;
    assert_eq!(reply.header(header::LOCATION), "/sign-in?kept");
    let form = "name=admin&password=correct+horse";
    let reply = ground.post("/sign-in", None, form).await;
    assert_eq!(reply.header(header::LOCATION), "/kept");
    let cookie = reply.header(header::SET_COOKIE).split(';').next().unwrap().to_owned();
    let kept = ground.get("/kept", Some(&cookie)).await;
    assert!(kept.body.contains("value=\"王&quot;&gt;&lt;b&gt;\""), "{}", kept.body);
    assert!(
        kept.body.contains("action=\"/accounts?kept\"") && kept.body.contains(">Accounts<"),
        "{}",
        kept.body
    );
    let again = ground.get("/kept", Some(&cookie)).await;
    assert!(again.body.contains("action=\"/accounts?kept\""), "a reload loses nothing: {}", again.body);
    let refused = ground.post("/accounts?kept", Some(&cookie), "name=%20&site=beijing").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ground.get("/kept", Some(&cookie)).await.status, StatusCode::OK, "it was not taken");
    let taken = ground.post("/accounts?kept", Some(&cookie), "name=wang&site=beijing").await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.body);
    assert_eq!(ground.get("/kept", Some(&cookie)).await.status, StatusCode::SEE_OTHER, "it was taken");
}

#[tokio::test]
async fn a_kept_form_hides_what_was_hidden_and_is_dropped_when_asked_or_after_a_day() {
    let ground = Ground::new().await;
    ground.account("li", Some(Role::Coordinator)).await;
    let late = async || {
        let cookie = ground.sign_in("li").await;
        ground.clock.advance(20 * 60 * 1000);
        let form = "once=abc&rule=x&what=called";
        ground.post("/participants/MG%20%3C1/alerts", Some(&cookie), form).await;
        ground.sign_in("li").await
    };
    let cookie = late().await;
    let kept = ground.get("/kept", Some(&cookie)).await.body;
    assert!(kept.contains("Mark as dealt with, participant MG &lt;1"), "{kept}");
    assert!(kept.contains("type=\"hidden\" name=\"once\"") && kept.contains("type=\"hidden\" name=\"rule\""));
    assert!(kept.contains("name=\"what\" value=\"called\""), "{kept}");
    ground.post("/kept/drop", Some(&cookie), "").await;
    assert_eq!(ground.get("/kept", Some(&cookie)).await.status, StatusCode::SEE_OTHER);
    late().await;
    ground.clock.advance(24 * 60 * 60 * 1000);
    let cookie = ground.sign_in("li").await;
    assert_eq!(ground.get("/kept", Some(&cookie)).await.status, StatusCode::SEE_OTHER, "a day is over");
}

#[tokio::test]
async fn names_with_signs_of_addresses_have_buttons_that_work() {
    let ground = Ground::new().await;
    ground.account("admin", Some(Role::Administrator)).await;
    let cookie = ground.sign_in("admin").await;
    let hostile = "a/b?c#d%2Fe&\"<b>王";
    let mut form = form_urlencoded::Serializer::new(String::new());
    let form = form
        .append_pair("name", hostile)
        .append_pair("site", "beijing")
        .append_pair("role", "monitor")
        .finish();
    assert_eq!(ground.post("/accounts", Some(&cookie), &form).await.status, StatusCode::OK);
    let list = ground.get("/accounts", Some(&cookie)).await.body;
    let action = list.split("action=\"").find(|part| part.starts_with("/accounts/a")).unwrap();
    let action = action.split('"').next().unwrap();
    assert_eq!(action, "/accounts/a%2Fb%3Fc%23d%252Fe%26%22%3Cb%3E%E7%8E%8B/role");
    let done = ground.post(action, Some(&cookie), "site=beijing&role=data_manager").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let disabled = ground.post(&action.replace("/role", "/disable"), Some(&cookie), "").await;
    assert_eq!(disabled.status, StatusCode::SEE_OTHER, "{}", disabled.body);
    assert!(ground.get("/accounts", Some(&cookie)).await.body.contains("a/b?c#d%2Fe&amp;&quot;&lt;b&gt;王"));
}

#[tokio::test]
async fn signing_out_ends_the_session_here_and_its_cookie() {
    let ground = Ground::new().await;
    ground.account("li", None).await;
    let cookie = ground.sign_in("li").await;
    let out = ground.post("/sign-out", Some(&cookie), "").await;
    assert!(out.header(header::SET_COOKIE).contains("Max-Age=0"));
    let after = ground.get("/account", Some(&cookie)).await;
    assert_eq!(after.header(header::LOCATION), "/sign-in");
}

#[tokio::test]
async fn a_wrong_sign_in_says_nothing_about_which_part_was_wrong() {
    let ground = Ground::new().await;
    ground.account("li", None).await;
    let wrong = ground.post("/sign-in", None, "name=li&password=wrong+horse").await;
    let unknown = ground.post("/sign-in", None, "name=no&password=wrong+horse").await;
    assert_eq!([wrong.status, unknown.status], [StatusCode::UNAUTHORIZED; 2]);
    assert_eq!(wrong.body.replace("value=\"li\"", ""), unknown.body.replace("value=\"no\"", ""));
}

#[tokio::test]
async fn every_reply_has_the_headers_that_keep_diaries_out_of_caches_and_scripts_out_of_pages() {
    let ground = Ground::new().await;
    for path in ["/sign-in", "/nowhere", "/assets/style.css"] {
        let reply = ground.get(path, None).await;
        let policy = reply.header(header::CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(reply.header(header::REFERRER_POLICY), "no-referrer");
        assert_eq!(reply.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert!(!reply.body.contains("style=") && !reply.body.contains("<style"), "{path}");
    }
    assert_eq!(ground.get("/sign-in", None).await.header(header::CACHE_CONTROL), "no-store");
}

#[tokio::test]
async fn a_source_that_guesses_waits_before_anything_is_hashed_whichever_accounts_it_names() {
    let ground = Ground::new().await;
    ground.account("li", None).await;
    let attempt = |name: String| {
        let request = axum::http::Request::post("/sign-in")
            .header("host", "pages")
            .extension(axum::extract::ConnectInfo(std::net::SocketAddr::from(([192, 0, 2, 7], 1))))
            .body(axum::body::Body::from(format!("name={name}&password=wrong+horse")));
        ground.ask(request.unwrap())
    };
    let mut judged = 0;
    for n in 0..100 {
        judged += usize::from(attempt(format!("nobody{n}")).await.status == StatusCode::UNAUTHORIZED);
    }
    assert_eq!(judged, 5);
    let right = ground.sign_in("li").await;
    assert!(!right.is_empty(), "another source signs in meanwhile");
}

#[tokio::test]
async fn neither_listener_answers_the_paths_of_the_other() {
    let ground = Ground::new().await;
    for path in ["/v1/hello", "/healthz", "/metrics", "/v1/parcels"] {
        assert_eq!(ground.get(path, None).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let app = crate::http::state::HttpState::start(ground.desk.context().clone()).await.unwrap();
    let phones = crate::http::router(app);
    for route in crate::pages::routes() {
        let request =
            axum::http::Request::get(route.path.replace(['{', '}'], "")).body(axum::body::Body::empty());
        let reply = tower::ServiceExt::oneshot(phones.clone(), request.unwrap()).await.unwrap();
        assert_eq!(reply.status(), StatusCode::NOT_FOUND, "{}", route.path);
    }
}

#[tokio::test]
async fn a_form_with_passwords_is_never_kept() {
    let ground = Ground::new().await;
    ground.account("li", None).await;
    let cookie = ground.sign_in("li").await;
    ground.clock.advance(20 * 60 * 1000);
    let form = "old=correct+horse&new=another+horse&again=another+horse";
    let late = ground.post("/account/password", Some(&cookie), form).await;
    assert_eq!(late.header(header::LOCATION), "/sign-in?over");
    let cookie = ground.sign_in("li").await;
    let kept = ground.get("/kept", Some(&cookie)).await;
    assert_eq!(kept.header(header::LOCATION), "/", "{}", kept.body);
}
