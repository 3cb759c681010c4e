//! Asking for the PIN and opening the lock with it. A wrong PIN changes nothing and loses nothing.

use diary_core::diary::Diary;
use diary_core::sqlcipher::Missing;
use diary_core::store::lock::{Lock, LockError, Rules};
use diary_core::store::{DatabaseKey, Store};
use diary_view::joining::{Opened, check_again, check_pin};
use zeroize::Zeroizing;

use crate::failure::{Failure, PinProblem};
use crate::home::{APP, Home};
use crate::screen::Screen;
use crate::words;

/// Number of tries before the command ends. Each try costs the time of the key derivation.
const TRIES: usize = 3;
/// Names the file that the PIN stands in.
const PIN_FILE: &str = "DIARY_PIN_FILE";
/// Names the file that a new PIN stands in.
const NEW_PIN_FILE: &str = "DIARY_NEW_PIN_FILE";

/// Opens `lock`, with the PIN of `DIARY_PIN_FILE` or by asking.
/// A lock that was made with less work than new ones is made anew.
pub(crate) fn open(screen: &mut Screen<'_>, home: &Home, lock: &Lock) -> Result<Opened, Failure> {
    let opened = ask(screen, lock)?;
    let (cost, entropy) = (screen.env.lock_rules.cost, screen.env.entropy);
    // Where there is no room for that, the lock as it is has opened the diary.
    if let Ok(Some(raised)) = lock.raised(&opened.key, &opened.pin, cost, entropy) {
        home.write_lock(&raised).ok();
    }
    Ok(opened)
}

fn ask(screen: &mut Screen<'_>, lock: &Lock) -> Result<Opened, Failure> {
    if let Some(pin) = from_file(screen, PIN_FILE)? {
        return Ok(Opened { key: lock.open_with_pin(&pin)?, pin });
    }
    needs_somebody(screen)?;
    for left in (0..TRIES).rev() {
        let pin = screen.ask_secret(words::lock::pin_prompt(screen.lang))?.ok_or(PinProblem::NobodyToAsk)?;
        match lock.open_with_pin(&pin) {
            Err(LockError::Wrong) if left == 0 => {}
            Err(LockError::Wrong) => {
                screen.warn(&words::lock::pin(PinProblem::Wrong, screen.lang))?;
            }
            opened => return Ok(Opened { key: opened?, pin }),
        }
    }
    let forgotten = words::lock::pin_forgotten(screen.lang);
    screen.warn(forgotten)?;
    Err(PinProblem::Wrong.into())
}

/// A PIN for a diary that has none yet: of `DIARY_PIN_FILE`, or asked for twice.
pub(crate) fn first(screen: &mut Screen<'_>, rules: Rules) -> Result<Zeroizing<String>, Failure> {
    fresh(screen, PIN_FILE, rules)
}

/// A PIN in place of another: of `DIARY_NEW_PIN_FILE`, or asked for twice.
pub(crate) fn next(screen: &mut Screen<'_>, rules: Rules) -> Result<Zeroizing<String>, Failure> {
    fresh(screen, NEW_PIN_FILE, rules)
}

/// The rules of the study that the diary in `home` has joined, as far as it opens with `key`.
pub(crate) fn rules(screen: &Screen<'_>, home: &Home, key: &DatabaseKey) -> Rules {
    let rules = screen.env.lock_rules;
    let diary = home
        .database_text()
        .ok()
        .and_then(|path| Store::open(&path, key, Missing::Refuse).ok())
        .and_then(|store| Diary::open(store, APP, screen.env.entropy).ok());
    diary.map_or(rules, |diary| rules.of_study(diary.study().pin_min_chars()))
}

fn fresh(screen: &mut Screen<'_>, file: &'static str, rules: Rules) -> Result<Zeroizing<String>, Failure> {
    if let Some(pin) = from_file(screen, file)? {
        return Ok(pin);
    }
    needs_somebody(screen)?;
    screen.warn(&words::lock::pin_rules(screen.lang, rules.pin_min_chars))?;
    let mut refused = PinProblem::NobodyToAsk;
    for _ in 0..TRIES {
        let pin = screen.ask_secret(words::lock::new_pin_prompt(screen.lang))?.ok_or(refused)?;
        let checked = match check_pin(&pin, rules) {
            Ok(()) => {
                let again = screen.ask_secret(words::lock::again_prompt(screen.lang))?.ok_or(refused)?;
                check_again(&pin, &again)
            }
            short => short,
        };
        let Err(refusal) = checked else { return Ok(pin) };
        refused = refusal.into();
        screen.warn(&words::lock::pin(refused, screen.lang))?;
    }
    Err(refused.into())
}

/// The first line of the file that the variable names, where it is set.
fn from_file(screen: &Screen<'_>, variable: &str) -> Result<Option<Zeroizing<String>>, PinProblem> {
    let Some(path) = (screen.env.var)(variable).filter(|path| !path.is_empty()) else { return Ok(None) };
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|_| PinProblem::File)?);
    let line = text.lines().next().unwrap_or_default();
    Ok(Some(Zeroizing::new(line.trim_start_matches('\u{feff}').to_owned())))
}

const fn needs_somebody(screen: &Screen<'_>) -> Result<(), PinProblem> {
    if screen.env.interactive { Ok(()) } else { Err(PinProblem::NobodyToAsk) }
}
