//! Phones: from the code to a phone in use, wrong digits, revocation, what each person sees.

use axum::http::StatusCode;
use diary_core::entropy::{Entropy, SeededEntropy};
use diary_core::keys::{EnrolmentLink, JoinRequest, SealingKey, SigningKey, short_auth_string};
use diary_core::text::Lang;
use diary_store::{JoinOutcome, JoinToTake, Role};

use super::trial::{Trial, field};
use crate::cli::Exit;

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
    assert!(page.contains("<svg") && page.contains("The code is good until 2 Mar 2026 12:15"), "{page}");
    let digits = joins(&trial, 7, &link_on(&page)).await;

    let waiting = li.page(PHONES).await;
    assert!(waiting.contains("A phone joined on 2 Mar 2026 12:00 and waits."));
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
    assert!(list.contains("手机已停用。") && list.contains("已于 2026年3月2日 12:00 停用"), "{list}");
    let allow = format!("{PHONES}/allow");
    assert!(
        li.post(&allow, &[("phone", "2"), ("times", "0"), ("reason", "x")]).await.body.contains("1到100")
    );
    let form = [("once", "g"), ("phone", "2"), ("times", "3"), ("reason", "许多照片")];
    assert!(li.page(&li.sent(&allow, &form).await).await.contains("可存入平常的3倍。"));
}

#[tokio::test]
async fn a_phone_that_the_hospital_lends_is_marked_until_it_is_given_back() {
    let trial = Trial::new().await;
    let li = trial.person("li-ming", Role::Coordinator, Lang::EN).await;
    let list = li.page(PHONES).await;
    assert!(list.contains("Whose phone is it?") && list.contains("value=\"own\" checked"));
    let long = "x".repeat(65);
    let refused = li.post(PHONES, &[("once", "x"), ("whose", "lent"), ("label", &long)]).await;
    assert!(
        refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.body.contains("at most 64 characters")
    );
    assert!(refused.body.contains("value=\"lent\" checked") && refused.body.contains(&long), "kept");

    let hostile = "<b>TAB</b>-7 \u{202e}x";
    let made = li.sent(PHONES, &[("once", "a"), ("whose", "lent"), ("label", hostile)]).await;
    let page = li.page(&made).await;
    let shown = "&lt;b&gt;TAB&lt;/b&gt;-7 &lt;U+202E&gt;x";
    assert!(
        page.contains("Lent by the hospital") && page.contains(shown) && !page.contains("<b>TAB"),
        "{page}"
    );
    let sheet = made.replace("/phones/", "/joining-sheet/");
    for (lang, words) in [("en", "The hospital lends you this phone."), ("zh-CN", "这部手机由医院借给您")]
    {
        let sheet = li.page(&format!("{sheet}?lang={lang}")).await;
        assert!(sheet.contains(words) && sheet.contains(shown), "{sheet}");
    }
    let digits = joins(&trial, 9, &link_on(&page)).await;
    li.sent(&format!("{PHONES}/confirm"), &[("once", "b"), ("digits", &digits)]).await;
    let list = li.page(PHONES).await;
    assert!(list.contains(shown) && list.contains("Given back"), "{list}");
    let today = li.page("/today").await;
    assert!(!today.contains("lent phone to return"), "{today}");

    // The participation ends: the phone is to be returned.
    let end = [("once", "c"), ("how", "completed"), ("date", "2026-03-01"), ("reason", "done")];
    li.sent("/participants/S1/plan/end", &end).await;
    let today = li.page("/today").await;
    let words = format!("lent phone to return ({shown}): the participation is over");
    assert!(today.contains(&words), "{today}");

    let back = format!("{PHONES}/return");
    let bare = li.post(&back, &[("once", "d"), ("phone", "1"), ("loan", "back")]).await;
    assert!(bare.status == StatusCode::UNPROCESSABLE_ENTITY && bare.body.contains("A reason is needed"));
    let form = [("once", "e"), ("phone", "1"), ("loan", "back"), ("reason", "erased, in the cupboard")];
    let done = li.sent(&back, &form).await;
    assert_eq!(li.sent(&back, &form).await, done, "a second click");
    let list = li.page(&done).await;
    assert!(
        list.contains("The return is recorded.") && list.contains("revoked on 2 Mar 2026 12:00"),
        "{list}"
    );
    assert!(list.contains(", given back on 2 Mar 2026 12:00"), "{list}");
    assert!(!li.page("/today").await.contains("lent phone to return"));
    let again = li.post(&back, &[("once", "f"), ("phone", "1"), ("loan", "back"), ("reason", "x")]).await;
    assert!(again.body.contains("was given back already"), "{}", again.body);

    // A wrong mark is corrected.
    let mark = format!("{PHONES}/mark");
    let form = [("once", "g"), ("phone", "1"), ("loan", "mark"), ("whose", "own"), ("reason", "her own")];
    let list = li.page(&li.sent(&mark, &form).await).await;
    assert!(list.contains("The mark is corrected.") && !list.contains("Lent by the hospital"), "{list}");
    for code in ["device.return", "device.loan", "device.revoke"] {
        trial.bench.run("trail").await.holds(Exit::Done, code);
    }
}

#[tokio::test]
async fn a_phone_is_enrolled_in_at_most_six_clicks_from_today() {
    let trial = Trial::new().await;
    let li = trial.person("li-ming", Role::Coordinator, Lang::EN).await;
    let mut clicks = 0;
    let mut click = |page: &str, address: &str| {
        assert!(page.contains(&format!("=\"{address}")), "{address} on {page}");
        clicks += 1;
    };
    let today = li.page("/today").await;
    click(&today, "/participants");
    let participants = li.page("/participants").await;
    click(&participants, "/participants/S1");
    let diary = li.page("/participants/S1").await;
    click(&diary, PHONES);
    let list = li.page(PHONES).await;
    click(&list, PHONES);
    let made = li.sent(PHONES, &[("once", &field(&list, "once"))]).await;
    let page = li.page(&made).await;
    assert!(page.contains("class=\"qr large\"") && page.contains("The code is good until"), "{page}");
    let digits = joins(&trial, 11, &link_on(&page)).await;
    // The digits are typed on the page of the code, and sent with its button.
    click(&page, &format!("{PHONES}/confirm"));
    let form = [("once", field(&page, "once")), ("digits", digits)];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(li.sent(&format!("{PHONES}/confirm"), &form).await, format!("{PHONES}?done=confirmed"));
    assert_eq!(clicks, 5);
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
