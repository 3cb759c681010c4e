//! Joining a study, as far as the device decides it alone: the lock, which is on the disk before a server hears of the
//! device, an attempt that was interrupted, and the length of the PIN.

use diary_core::entropy::Entropy;
use diary_core::keys::{EnrolmentLink, RecoverySecret};
use diary_core::store::lock::{Lock, LockError, Rules};
use diary_core::store::{DatabaseKey, Device};
use zeroize::Zeroizing;

/// Opened lock: key of the database and the PIN that opened it, for making the lock anew.
pub struct Opened {
    /// Key of the database.
    pub key: DatabaseKey,
    /// The PIN.
    pub pin: Zeroizing<String>,
}

/// Recovery secret to join with, and the lock that it opens.
pub struct Secured {
    /// The secret that the site keeps for a forgotten PIN.
    pub recovery: RecoverySecret,
    /// Lock to be written before the server is asked; `None` if the present one stays.
    pub lock: Option<Lock>,
}

/// A new database key under `pin` and a new recovery secret.
///
/// # Errors
///
/// [`LockError`] if the lock cannot be made, for lack of memory for instance.
pub fn secure_anew(
    pin: Zeroizing<String>,
    rules: Rules,
    entropy: &dyn Entropy,
) -> Result<(Opened, Secured), LockError> {
    let key = DatabaseKey::from_bytes(entropy.array());
    let recovery = RecoverySecret::generate(entropy);
    let lock = Lock::new(&key, &pin, recovery.as_bytes(), rules, entropy)?;
    Ok((Opened { key, pin }, Secured { recovery, lock: Some(lock) }))
}

/// Goes on with joining after an interruption: with the recovery secret that the earlier attempt has `begun` with, as the
/// server may have it already.
///
/// # Errors
///
/// [`LockError`] if the lock has to be made anew and cannot.
pub fn resume(
    begun: Option<RecoverySecret>,
    lock: &Lock,
    opened: &Opened,
    (rules, entropy): (Rules, &dyn Entropy),
) -> Result<Secured, LockError> {
    let recovery = begun.unwrap_or_else(|| RecoverySecret::generate(entropy));
    if lock.open_with_recovery(recovery.as_bytes()).is_ok() {
        return Ok(Secured { recovery, lock: None });
    }
    // The PIN stays, however short it was when joining was begun.
    let rules = Rules { pin_min_chars: 0, ..rules };
    let lock = Lock::new(&opened.key, &opened.pin, recovery.as_bytes(), rules, entropy)?;
    Ok(Secured { recovery, lock: Some(lock) })
}

/// True if a joined `device` came by `link`: its digits are shown again. Any other link is refused, since a diary belongs
/// to one participant.
#[must_use]
pub fn joined_by(device: &Device, link: &EnrolmentLink) -> bool {
    device.vault == link.vault && device.enrolment_secret == link.secret.as_bytes()
}

/// Refusal of a new PIN.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PinRefusal {
    /// Fewer characters than the rules ask for.
    Short {
        /// Least number of characters.
        least: usize,
    },
    /// Typed differently the second time.
    NotTheSame,
}

/// Checks the first typing of a new PIN.
///
/// # Errors
///
/// [`PinRefusal::Short`].
pub fn check_pin(pin: &str, rules: Rules) -> Result<(), PinRefusal> {
    if rules.suffices(pin) { Ok(()) } else { Err(PinRefusal::Short { least: rules.pin_min_chars }) }
}

/// Checks the second typing of a new PIN.
///
/// # Errors
///
/// [`PinRefusal::NotTheSame`].
pub fn check_again(pin: &str, again: &str) -> Result<(), PinRefusal> {
    if pin == again { Ok(()) } else { Err(PinRefusal::NotTheSame) }
}

#[cfg(test)]
mod tests {
    use diary_core::entropy::SystemEntropy;
    use diary_core::keys::RecoverySecret;
    use diary_core::store::lock::{Cost, Rules};
    use zeroize::Zeroizing;

    use super::{PinRefusal, check_again, check_pin, resume, secure_anew};

    const RULES: Rules = Rules { cost: Cost::new(64, 1).unwrap(), pin_min_chars: 6 };

    #[test]
    fn an_interrupted_attempt_goes_on_with_its_secret_and_its_pin_however_short() {
        let short = Rules { pin_min_chars: 4, ..RULES };
        let (opened, first) = secure_anew(Zeroizing::new("1357".to_owned()), short, &SystemEntropy).unwrap();
        let lock = first.lock.unwrap();
        let same = RecoverySecret::from_bytes(first.recovery.as_bytes());
        let again = resume(Some(same), &lock, &opened, (RULES, &SystemEntropy)).unwrap();
        assert!(again.lock.is_none() && again.recovery.as_bytes() == first.recovery.as_bytes());
        // The store was lost before it noted the secret: the lock is made for a new one and opens with both.
        let anew = resume(None, &lock, &opened, (RULES, &SystemEntropy)).unwrap();
        let lock = anew.lock.unwrap();
        assert!(
            lock.open_with_pin("1357").is_ok() && lock.open_with_recovery(anew.recovery.as_bytes()).is_ok()
        );
        assert!(lock.open_with_recovery(first.recovery.as_bytes()).is_err());
    }

    #[test]
    fn a_new_pin_is_long_enough_and_typed_twice_alike() {
        assert_eq!(check_pin("13579", RULES), Err(PinRefusal::Short { least: 6 }));
        assert_eq!(check_pin("135790", RULES), Ok(()));
        assert_eq!(check_again("135790", "135791"), Err(PinRefusal::NotTheSame));
    }
}
