//! Phones: from the code to a phone in use, wrong digits, revocation, what each person sees.

use axum::http::StatusCode;
use diary_core::entropy::{Entropy, SeededEntropy};
use diary_core::keys::{EnrolmentLink, JoinRequest, SealingKey, SigningKey, short_auth_string};
use diary_core::text::Lang;
use diary_store::{JoinOutcome, JoinToTake, Role};

use super::trial::{Trial, field};

/// A phone joins with a link; returns the digits that it shows.
async fn joins(trial: &Trial, seed: u64, link: &EnrolmentLink) -> String {
    let entropy = SeededEntropy::new(seed);
    let random: &dyn Entropy = &entropy;
    let (signing, sealing) = (SigningKey::generate(random), SealingKey::generate(random));
    let request = JoinRequest {
        enrolment: link.enrolment,
        vault: link.vault,
        signing: signing.verifying_key(),
        sealing: sealing.public().clone(),
    };
    let signed = request.sign(&signing, &link.secret);
    let join = JoinToTake { signed, request, received: trial.desk.now(), pushed: false };
    let outcome = trial.desk.context().store().take_join(join).await.unwrap();
    assert!(matches!(outcome, JoinOutcome::Joined { certificate: None, .. }), "{outcome:?}");
    short_auth_string(&link.secret, &signing.verifying_key(), sealing.public(), &link.root).to_string()
}

fn link_on(page: &str) -> EnrolmentLink {
    let (_, after) = page.split_once("<code>").expect("the link is on the page");
    after.split('<').next().unwrap().parse().unwrap()
}

fn other(digits: &str) -> String {
    format!("{:06}", (digits.parse::<u32>().unwrap() + 1) % 1_000_000)
}

const PHONES: &str = "/participants/S1/phones";

#[tokio::test]
async fn a_phone_is_enrolled_with_three_clicks_and_each_counts_once() {
    let trial = Trial::new().await;
    let li = trial.person("li-ming", Role::Coordinator, Lang::EN).await;
    let list = li.page(PHONES).await;
    assert!(list.contains("No phone has joined yet."));
    let once = field(&list, "once");
    let made = li.sent(PHONES, &[("once", &once)]).await;
    assert_eq!(li.sent(PHONES, &[("once", &once)]).await, made, "a second click makes no second link");
    let page = li.page(&made).await;
    assert!(page.contains("<svg") && page.contains("The code is good until 2026-03-02 12:15"), "{page}");
    let digits = joins(&trial, 7, &link_on(&page)).await;

    let waiting = li.page(PHONES).await;
    assert!(waiting.contains("A phone joined on 2026-03-02 12:00 and waits."));
    let confirm = format!("{PHONES}/confirm");
    let wrong = li.post(&confirm, &[("once", "a"), ("digits", &other(&digits)), ("scope", "none")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("4 tries are left") && wrong.body.contains("Wrong digits so far: 1 of 5."));
    assert!(wrong.body.contains("value=\"none\" checked"), "what was chosen is kept");
    let short = li.post(&confirm, &[("once", "b"), ("digits", "123")]).await;
    assert!(
        short.body.contains("Six digits are needed.") && short.body.contains("Wrong digits so far: 1 of 5.")
    );

    let form = [("once", "c"), ("digits", digits.as_str()), ("scope", "all")];
    let done = li.sent(&confirm, &form).await;
    assert_eq!(done, format!("{PHONES}?done=confirmed"));
    assert_eq!(li.sent(&confirm, &form).await, done, "a second click confirms nothing again");
    let list = li.page(&done).await;
    assert!(list.contains("The phone is confirmed.") && list.contains("in use"));
}

#[tokio::test]
async fn a_link_is_shown_again_to_the_session_that_made_it_alone() {
    let trial = Trial::new().await;
    let li = trial.person("li-ming", Role::Coordinator, Lang::EN).await;
    let made = li.sent(PHONES, &[("once", "a")]).await;
    let secret = link_on(&li.page(&made).await).to_text();
    let again = trial.sign_in("li-ming").await;
    let page = again.page(&made).await;
    assert!(page.contains("was made in another session") && !page.contains(secret.as_str()));
    let sheet = made.replace("/phones/", "/joining-sheet/");
    assert_eq!(again.get(&sheet).await.status, StatusCode::SEE_OTHER);
    for (lang, words) in [("en", "Open the camera of your phone."), ("zh-CN", "打开手机相机")] {
        let sheet = li.page(&format!("{sheet}?lang={lang}")).await;
        assert!(
            sheet.contains(words) && sheet.contains("010") && sheet.contains("120") && sheet.contains("<svg")
        );
        assert!(sheet.contains(&format!("<html lang=\"{lang}\"")));
    }
    trial.bench.pass_minutes(14);
    assert!(li.page(&made).await.contains("<svg"));
    trial.bench.pass_minutes(2);
    assert!(li.page(&made).await.contains("This code has expired."));
}

#[tokio::test]
async fn a_second_phone_needs_the_first_one_or_a_reason_and_the_first_is_revoked_for_one() {
    let trial = Trial::new().await;
    let li = trial.person("li-ming", Role::Investigator, Lang::ZH_CN).await;
    let confirm = format!("{PHONES}/confirm");
    for (seed, once) in [(1, "a"), (2, "b")] {
        let made = li.sent(PHONES, &[("once", once)]).await;
        let digits = joins(&trial, seed, &link_on(&li.page(&made).await)).await;
        if seed == 1 {
            li.sent(&confirm, &[("once", "c"), ("digits", &digits)]).await;
            continue;
        }
        let alone = li.post(&confirm, &[("once", "d"), ("digits", &digits)]).await;
        assert!(
            alone.body.contains("尚未同意这部手机加入") && alone.body.contains(&digits),
            "{}",
            alone.body
        );
        let form = [("once", "d"), ("digits", digits.as_str()), ("reason", "旧手机摔坏了")];
        assert_eq!(li.sent(&confirm, &form).await, format!("{PHONES}?done=reason"));
    }
    let revoke = format!("{PHONES}/revoke");
    let bare = li.post(&revoke, &[("once", "e"), ("phone", "1"), ("because", "replaced")]).await;
    assert!(bare.status == StatusCode::UNPROCESSABLE_ENTITY && bare.body.contains("请填写原因"));
    let form = [("once", "f"), ("phone", "1"), ("because", "replaced"), ("reason", "换新手机")];
    let done = li.sent(&revoke, &form).await;
    let list = li.page(&done).await;
    assert!(list.contains("手机已停用。") && list.contains("已于 2026-03-02 12:00 停用"), "{list}");
    let allow = format!("{PHONES}/allow");
    assert!(
        li.post(&allow, &[("phone", "2"), ("times", "0"), ("reason", "x")]).await.body.contains("1到100")
    );
    let form = [("once", "g"), ("phone", "2"), ("times", "3"), ("reason", "许多照片")];
    assert!(li.page(&li.sent(&allow, &form).await).await.contains("可存入平常的3倍。"));
}

#[tokio::test]
async fn the_recovery_secret_needs_a_reason_and_is_not_kept() {
    let trial = Trial::new().await;
    let li = trial.person("li-ming", Role::Coordinator, Lang::EN).await;
    let path = "/participants/S1/recovery";
    let reply = li.get(path).await;
    assert_eq!(reply.header(axum::http::header::CACHE_CONTROL), "no-store");
    let bare = li.post(path, &[("once", "a"), ("reason", " ")]).await;
    assert!(bare.status == StatusCode::UNPROCESSABLE_ENTITY && bare.body.contains("A reason is needed"));
    let none = li.post(path, &[("once", "b"), ("reason", "PIN forgotten")]).await;
    assert!(none.body.contains("has sent a recovery secret yet"));
}
