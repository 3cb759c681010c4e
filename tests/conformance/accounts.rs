//! Accounts of staff and their sessions.

use diary_core::hash::sha256;
use diary_core::time::UtcMillis;
use diary_store::{
    AccountState, Credentials, Invitation, KeptForm, NewSession, Role, Roles, SecondFactor, StoreError,
};
use zeroize::Zeroizing;

use crate::ground::{Ground, on_each_database};
use crate::site::{START, Site, event};

const LINK: &[u8] = b"secret of a link";

fn invitation() -> Invitation {
    let (account, language) = ("li".to_owned(), "zh-CN".to_owned());
    Invitation { account, language, hash: sha256(LINK), until: UtcMillis(START.0 + 1000) }
}

fn proofs() -> Credentials {
    Credentials {
        password: "$argon2id$".to_owned(),
        totp: Some(Zeroizing::new(vec![7; 20])),
        totp_step: Some(10),
        codes: vec![sha256(b"first code"), sha256(b"second code")],
    }
}

fn session(token: &[u8]) -> NewSession {
    let (account, agent) = ("li".to_owned(), "a browser".to_owned());
    NewSession { hash: sha256(token), account, began: START, until: UtcMillis(START.0 + 5000), agent }
}

async fn enabled(site: &Site) {
    site.store.invite(invitation(), event("invite")).await.unwrap();
    site.other.enable_account(sha256(LINK), proofs(), event("enable")).await.unwrap();
}

async fn a_name_of_the_command_line_is_an_account_that_cannot_sign_in(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut by_hand = event("by hand");
    by_hand.who = "wang".to_owned();
    by_hand.role = "staff".to_owned();
    site.store.record_event(by_hand).await.unwrap();
    let account = site.seen(|store| async move { store.account("wang".to_owned()).await.unwrap() }).await;
    let account = account.unwrap();
    assert_eq!((account.state, account.password), (AccountState::Named, None));
}

async fn a_link_makes_an_account_active_once_and_within_its_life(ground: Ground) {
    let site = Site::keeper(ground).await;
    site.store.invite(invitation(), event("invite")).await.unwrap();
    let late = site.store.account_of_link(sha256(LINK), UtcMillis(START.0 + 1000)).await.unwrap();
    assert_eq!(late, None);
    let of_link = site.other.account_of_link(sha256(LINK), START).await.unwrap();
    assert_eq!(of_link.as_deref(), Some("li"));
    site.other.enable_account(sha256(LINK), proofs(), event("enable")).await.unwrap();
    let account = site.store.account("li".to_owned()).await.unwrap().unwrap();
    assert_eq!((account.state, account.language.as_str()), (AccountState::Active, "zh-CN"));
    assert_eq!((account.password.as_deref(), account.totp_step), (Some("$argon2id$"), Some(10)));
    assert_eq!(account.totp.as_deref().map(Vec::as_slice), Some(&[7; 20][..]));
    let again = site.store.enable_account(sha256(LINK), proofs(), event("enable")).await;
    assert!(matches!(again, Err(StoreError::NotFound { .. })), "{again:?}");
    assert_eq!(site.told().await, ["init", "invite", "enable"]);
}

async fn digits_and_codes_are_used_once(ground: Ground) {
    let site = Site::keeper(ground).await;
    enabled(&site).await;
    let attempts = [
        (SecondFactor::Step(10), false),
        (SecondFactor::Step(11), true),
        (SecondFactor::Step(11), false),
        (SecondFactor::Step(9), false),
        (SecondFactor::Code(sha256(b"first code")), true),
        (SecondFactor::Code(sha256(b"first code")), false),
        (SecondFactor::Code(sha256(b"no code")), false),
        (SecondFactor::Step(12), true),
    ];
    for (n, (factor, works)) in (0_u8..).zip(attempts) {
        let began = site.other.sign_in(session(&[n]), factor, event("in")).await;
        assert_eq!(began.is_ok(), works, "{factor:?}: {began:?}");
    }
    assert_eq!(site.store.sessions("li".to_owned()).await.unwrap().len(), 3);
}

async fn a_change_of_roles_or_state_ends_every_session(ground: Ground) {
    let site = Site::keeper(ground).await;
    enabled(&site).await;
    let sign_in =
        |step| site.store.sign_in(session(&[step]), SecondFactor::Step(100 + i64::from(step)), event("in"));
    let found = |token: &[u8]| site.other.session(sha256(token));
    sign_in(1).await.unwrap();
    let (held, account) = found(&[1]).await.unwrap().unwrap();
    assert_eq!((held.used, account.roles), (START, Roles::new()));
    let roles: Roles = [("beijing".parse().unwrap(), Role::Coordinator)].into();
    site.store.set_roles("li".to_owned(), roles.clone(), event("role")).await.unwrap();
    assert_eq!(found(&[1]).await.unwrap(), None);
    sign_in(2).await.unwrap();
    let (_, account) = found(&[2]).await.unwrap().unwrap();
    assert_eq!(account.roles, roles);
    site.store.disable_account("li".to_owned(), event("disable")).await.unwrap();
    assert_eq!(found(&[2]).await.unwrap(), None);
    let refused = sign_in(3).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    site.store.invite(invitation(), event("reset")).await.unwrap();
    let account = site.store.account("li".to_owned()).await.unwrap().unwrap();
    assert_eq!((account.state, account.password, account.totp), (AccountState::Invited, None, None));
}

async fn other_sessions_are_ended_and_this_one_goes_on(ground: Ground) {
    let site = Site::keeper(ground).await;
    enabled(&site).await;
    for token in 1..=3 {
        let factor = SecondFactor::Step(100 + i64::from(token));
        site.store.sign_in(session(&[token]), factor, event("in")).await.unwrap();
    }
    site.store.touch_session(sha256(&[2]), UtcMillis(START.0 + 7)).await.unwrap();
    let first = site.other.sessions("li".to_owned()).await.unwrap().swap_remove(0);
    assert_eq!((first.hash, first.used), (sha256(&[2]), UtcMillis(START.0 + 7)));
    site.store.end_session("wang".to_owned(), sha256(&[1]), event("out")).await.unwrap();
    assert_eq!(site.other.sessions("li".to_owned()).await.unwrap().len(), 3, "a session of another account");
    site.store.end_other_sessions("li".to_owned(), sha256(&[3]), event("out")).await.unwrap();
    let left = site.other.sessions("li".to_owned()).await.unwrap();
    assert_eq!(left.iter().map(|one| one.hash).collect::<Vec<_>>(), [sha256(&[3])]);
}

async fn a_form_that_came_too_late_is_kept_until_it_is_dropped(ground: Ground) {
    let site = Site::keeper(ground).await;
    enabled(&site).await;
    let form = |body: &[u8]| KeptForm { path: "/participants".to_owned(), body: body.to_vec(), at: START };
    for body in [&b"subject=001"[..], b"subject=002"] {
        site.store.keep_form("li".to_owned(), form(body)).await.unwrap();
    }
    for store in [&site.other, &site.store] {
        assert_eq!(store.kept_form("li".to_owned()).await.unwrap(), Some(form(b"subject=002")));
    }
    site.other.drop_form("li".to_owned()).await.unwrap();
    assert_eq!(site.store.kept_form("li".to_owned()).await.unwrap(), None);
}

async fn the_last_look_at_each_diary_is_kept(ground: Ground) {
    let site = Site::keeper(ground).await;
    enabled(&site).await;
    let participant = site.new_participant("001");
    let vault = participant.vault;
    site.store.add_participant(participant, event("add")).await.unwrap();
    for at in [START, UtcMillis(START.0 + 9)] {
        site.store.note_look("li".to_owned(), vault, at).await.unwrap();
    }
    assert_eq!(site.other.looks("li".to_owned()).await.unwrap(), [(vault, UtcMillis(START.0 + 9))]);
}

on_each_database! {
    a_name_of_the_command_line_is_an_account_that_cannot_sign_in,
    a_link_makes_an_account_active_once_and_within_its_life,
    digits_and_codes_are_used_once,
    a_change_of_roles_or_state_ends_every_session,
    other_sessions_are_ended_and_this_one_goes_on,
    a_form_that_came_too_late_is_kept_until_it_is_dropped,
    the_last_look_at_each_diary_is_kept,
}
