//! `diary join`: makes a diary and joins a study by the link from the study team. PIN, lock and keys are on the disk
//! before the server hears of them, so that a lost reply costs nothing: the same link goes on where it was.

use diary_core::diary::Diary;
use diary_core::keys::{EnrolmentLink, RecoverySecret};
use diary_core::sqlcipher::Missing;
use diary_core::store::{Store, StoreError};
use diary_sync::join::{Invited, JoinError, Joined, digits};
use diary_sync::sync_issue::SyncIssue;
use diary_sync::transport::{Transport, TransportError};
use diary_view::joining::{self, Opened, Secured};
use serde_json::json;
use zeroize::Zeroizing;

use super::Done;
use crate::failure::{Failure, Usage};
use crate::home::{APP, Home};
use crate::pin;
use crate::screen::Screen;
use crate::session::enter;
use crate::settings::Settings;
use crate::words;

/// Runs it.
pub(super) async fn run<T: Transport>(
    screen: &mut Screen<'_>,
    home: &Home,
    link: Option<String>,
    connect: impl Fn() -> Result<T, TransportError>,
) -> Result<Done, Failure> {
    let link: EnrolmentLink = the_link(screen, link)?.parse()?;
    home.make()?;
    let _in_use = enter(screen, home)?;
    let (mut store, recovery, opened) = match home.lock()? {
        None => locked_anew(screen, home)?,
        Some(lock) => {
            let opened = pin::open(screen, home, &lock)?;
            home.make_database()?;
            let store = Store::open(&home.database_text()?, &opened.key, Missing::Create)?;
            if store.has_joined()? {
                return joined_already(screen, store, &link);
            }
            let begun = store.joining(&link.to_text())?.map(|joining| joining.recovery);
            let by = (screen.env.lock_rules, screen.env.entropy);
            let recovery = written(home, joining::resume(begun, &lock, &opened, by)?)?;
            (store, recovery, opened)
        }
    };
    screen.say(words::join::asking_server(screen.lang))?;
    let transport =
        connect().map_err(|error| Failure::Join(JoinError::SyncIssue(SyncIssue::Transport(error))))?;
    let invited = Invited { link, recovery, lang: screen.lang };
    let host = screen.env.host(&transport);
    let joined = diary_sync::join(&mut store, invited, &host).await.map_err(Failure::Join)?;
    Settings { lang: Some(screen.lang), ..Settings::read(home)? }.write(home)?;
    long_enough(screen, home, store, &opened)?;
    welcome(screen, &joined)
}

/// The link as given, or asked for: as an argument it stays in the shell's history and is seen by other programs.
fn the_link(screen: &mut Screen<'_>, link: Option<String>) -> Result<Zeroizing<String>, Failure> {
    if let Some(link) = link.filter(|link| link != "-") {
        return Ok(Zeroizing::new(link));
    }
    if screen.env.interactive {
        screen.warn(words::join::link_as_argument(screen.lang))?;
    }
    let prompt = if screen.env.interactive { words::join::link_prompt(screen.lang) } else { "" };
    let typed = screen.ask_secret(prompt)?;
    typed.ok_or_else(|| Usage::Missing(vec!["<LINK>".to_owned()]).into())
}

/// Asks for a PIN and makes lock and database. The lock is on the disk before the database is made.
fn locked_anew(screen: &mut Screen<'_>, home: &Home) -> Result<(Store, RecoverySecret, Opened), Failure> {
    let rules = screen.env.lock_rules;
    let (opened, secured) = joining::secure_anew(pin::first(screen, rules)?, rules, screen.env.entropy)?;
    let recovery = written(home, secured)?;
    home.make_database()?;
    Ok((Store::open(&home.database_text()?, &opened.key, Missing::Create)?, recovery, opened))
}

/// Writes the lock, where there is a new one.
fn written(home: &Home, secured: Secured) -> Result<RecoverySecret, Failure> {
    if let Some(lock) = &secured.lock {
        home.write_lock(lock)?;
    }
    Ok(secured.recovery)
}

/// Asks for a longer PIN where the study, which is known only now, wants one. The diary is already joined and locked,
/// and stays so if no longer PIN is set.
fn long_enough(screen: &mut Screen<'_>, home: &Home, store: Store, opened: &Opened) -> Result<(), Failure> {
    let diary = Diary::open(store, APP, screen.env.entropy)?;
    let rules = screen.env.lock_rules.of_study(diary.study().pin_min_chars());
    if joining::check_pin(&opened.pin, rules).is_ok() {
        return Ok(());
    }
    screen.warn(&words::lock::pin_too_short_for_study(screen.lang, rules.pin_min_chars))?;
    if !screen.env.interactive {
        return Ok(());
    }
    if let (Ok(next), Some(lock)) = (pin::next(screen, rules), home.lock()?) {
        home.write_lock(&lock.with_pin(&opened.key, &next, rules, screen.env.entropy)?)?;
        screen.say(words::lock::pin_changed(screen.lang))?;
    }
    Ok(())
}

/// The same link again shows the digits again; another one is refused, since a diary belongs to one participant.
fn joined_already(screen: &mut Screen<'_>, store: Store, link: &EnrolmentLink) -> Result<Done, Failure> {
    let diary = Diary::open(store, APP, screen.env.entropy)?;
    let device = diary.device();
    if !joining::joined_by(device, link) {
        return Err(StoreError::AlreadyJoined.into());
    }
    let study = diary.study().title(screen.lang).to_owned();
    let pending = diary.certificate()?.is_none();
    welcome(screen, &Joined { digits: digits(device), study, pending })
}

fn welcome(screen: &mut Screen<'_>, joined: &Joined) -> Result<Done, Failure> {
    let digits = joined.digits.to_string();
    screen.say(&words::join::joined(screen.lang, &joined.study))?;
    if joined.pending {
        screen.blank()?;
        screen.digits(&digits)?;
        screen.say(words::join::read_digits(screen.lang))?;
        screen.blank()?;
        screen.say(words::join::begin_now(screen.lang))?;
    } else {
        screen.say(words::join::device_confirmed(screen.lang))?;
    }
    Ok(Done::ok(json!({ "study": joined.study, "digits": digits, "pending": joined.pending })))
}
