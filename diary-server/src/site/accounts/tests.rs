//! Accounts from the invitation to the session.

use diary_core::text::Lang;
use diary_store::Role;
use zeroize::Zeroizing;

use super::*;
use crate::site::SiteServices;
use crate::site::accounts::second_factor::{digits, new_secret};
use crate::tests::Keeper;

fn of(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

fn desk(keeper: &Keeper) -> SiteServices {
    SiteServices::new(keeper.store.clone(), keeper.keys.clone(), keeper.clock.clone(), keeper.entropy.clone())
}

fn attempt(password: &str, digits: String) -> SignIn {
    SignIn { name: "li".to_owned(), password: of(password), digits, agent: "test\u{7}".to_owned() }
}

#[tokio::test]
async fn an_invited_account_signs_in_with_password_and_digits_and_each_digits_once() {
    let keeper = Keeper::new().await;
    let desk = desk(&keeper);
    let (accounts, staff) = (desk.accounts(), Account::new("staff").unwrap());
    let li = Account::new("li").unwrap();
    let invited = accounts.invite(&staff, &li, Lang::ZH_CN).await.unwrap();
    let secret = new_secret(&diary_core::entropy::SeededEntropy::new(7));
    let now = || digits(&secret, desk.now());
    let proofs =
        |digits: String| NewProofs { password: of("correct horse"), factor: Some((secret.clone(), digits)) };
    let wrong = accounts.enable(&invited.secret, proofs("000000".to_owned())).await;
    assert!(matches!(wrong, Err(AccountError::Digits)), "{wrong:?}");
    let codes = accounts.enable(&invited.secret, proofs(now())).await.unwrap();
    let again = accounts.enable(&invited.secret, proofs(now())).await;
    assert!(matches!(again, Err(AccountError::Link)), "{again:?}");

    let replayed = accounts.sign_in(attempt("correct horse", now())).await;
    assert!(matches!(replayed, Err(AccountError::Wrong)), "{replayed:?}");
    let (cookie, account) = accounts.sign_in(attempt("correct horse", codes[0].to_string())).await.unwrap();
    assert_eq!((account.name.as_str(), account.language.as_str()), ("li", "zh-CN"));
    let (session, _) = accounts.session(&cookie).await.unwrap().unwrap();
    assert_eq!(session.agent, "test");
    let twice = accounts.sign_in(attempt("correct horse", codes[0].to_string())).await;
    assert!(matches!(twice, Err(AccountError::Wrong)), "{twice:?}");

    let site = keeper.keys.site.clone();
    accounts.set_roles(&staff, "li", [(site, Role::Monitor)].into()).await.unwrap();
    assert_eq!(accounts.session(&cookie).await.unwrap(), None, "a change of roles ends sessions");
}

#[tokio::test]
async fn wrong_attempts_are_throttled_before_anything_is_hashed() {
    let keeper = Keeper::new().await;
    let desk = desk(&keeper);
    let (accounts, staff) = (desk.accounts(), Account::new("staff").unwrap());
    let li = Account::new("li").unwrap();
    let invited = accounts.invite(&staff, &li, Lang::EN).await.unwrap();
    let proofs = NewProofs { password: of("correct horse"), factor: None };
    accounts.enable(&invited.secret, proofs).await.unwrap();
    for _ in 0..5 {
        let wrong = accounts.sign_in(attempt("wrong horse", String::new())).await;
        assert!(matches!(wrong, Err(AccountError::Wrong)), "{wrong:?}");
    }
    let right = accounts.sign_in(attempt("correct horse", String::new())).await;
    assert!(matches!(right, Err(AccountError::Throttled { .. })), "{right:?}");
    keeper.clock.advance(10_001);
    accounts.sign_in(attempt("correct horse", String::new())).await.unwrap();
    let nobody = SignIn { name: "zhao".to_owned(), ..attempt("correct horse", String::new()) };
    assert!(matches!(accounts.sign_in(nobody).await, Err(AccountError::Wrong)));
}

#[tokio::test]
async fn an_account_that_is_there_is_not_added_again_and_keeps_its_password() {
    let keeper = Keeper::new().await;
    let desk = desk(&keeper);
    let (accounts, staff) = (desk.accounts(), Account::new("staff").unwrap());
    let li = Account::new("li").unwrap();
    let invited = accounts.add(&staff, &li, Lang::EN).await.unwrap();
    let proofs = NewProofs { password: of("correct horse"), factor: None };
    accounts.enable(&invited.secret, proofs).await.unwrap();
    let again = accounts.add(&staff, &li, Lang::EN).await;
    assert!(matches!(again, Err(StaffError::AccountThere { .. })), "{again:?}");
    accounts.sign_in(attempt("correct horse", String::new())).await.unwrap();
}
