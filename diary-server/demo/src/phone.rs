//! A participant's phone on the stage: the folder that the `diary` command uses as well, unlocked by the PIN.

use std::path::{Path, PathBuf};

use diary_core::diary::{Circumstances, Diary, DiaryError};
use diary_core::entropy::Entropy;
use diary_core::entry::Author;
use diary_core::keys::{EnrolmentLink, RecoverySecret};
use diary_core::sqlcipher::Missing;
use diary_core::store::lock::{Cost, Lock, LockError, Rules};
use diary_core::store::{DatabaseKey, Store, StoreError};
use diary_core::text::Lang;
use diary_core::time::{Clock, Zone};
use diary_sync::SyncError;
use diary_sync::join::{Invited, JoinError, Joined};
use diary_sync::transport::Transport;
use diary_sync::{ContactOutcome, Host, Mode};

/// The PIN of every phone of the demonstration.
pub const PIN: &str = "246802";
/// Cheap key derivation: the PIN is public, since it is kept beside the lock and shown, and a high cost would not protect it.
pub const LOCK_RULES: Rules = Rules { cost: Cost::new(64, 1).expect("possible"), ..Rules::CURRENT };
/// Program and version, recorded with every entry.
pub const APP: &str = concat!("diary-demo ", env!("CARGO_PKG_VERSION"));

/// Failure of an action on a phone.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    /// Joining failed.
    #[error(transparent)]
    Join(#[from] JoinError),
    /// The diary refused.
    #[error(transparent)]
    Diary(#[from] DiaryError),
    /// A contact failed.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The PIN or the recovery secret was refused.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// A file or folder could not be written.
    #[error("{path}: {source}")]
    Disk {
        /// File or folder that was written.
        path: PathBuf,
        /// Error of the system.
        source: std::io::Error,
    },
}

/// Phone of a participant.
pub struct Phone {
    /// Its folder, for `diary --home`.
    pub folder: PathBuf,
    /// The language its owner reads.
    pub lang: Lang,
    /// The zone it is set to.
    pub zone: Zone,
    /// Diary on the phone.
    pub diary: Diary,
    /// Result of joining, with the six digits that staff compare.
    pub joined: Joined,
}

impl Phone {
    /// Joins by `link`, as `diary join` does; resumes an earlier attempt in the same folder that was interrupted.
    ///
    /// # Errors
    /// [`PhoneError`].
    pub async fn join<T: Transport>(
        folder: PathBuf,
        link: &EnrolmentLink,
        lang: Lang,
        zone: Zone,
        transport: &T,
        clock: &dyn Clock,
        entropy: &dyn Entropy,
    ) -> Result<Self, PhoneError> {
        make_private(&folder)?;
        let recovery = RecoverySecret::generate(entropy);
        let key = unlock(&folder, &recovery, entropy)?;
        let database = folder.join("diary.db");
        let mut store = Store::open(&database.to_string_lossy(), &key, Missing::Create)?;
        let invited = Invited { link: link.clone(), recovery, lang };
        let host = Host { transport, clock, entropy, zone };
        let joined = diary_sync::join(&mut store, invited, &host).await?;
        let diary = Diary::open(store, APP, entropy)?;
        Ok(Self { folder, lang, zone, diary, joined })
    }

    /// A tap at the present time of `clock`.
    pub fn tap<'a>(&self, clock: &dyn Clock, entropy: &'a dyn Entropy) -> Circumstances<'a> {
        Circumstances {
            now: clock.now(),
            zone: self.zone,
            monotonic_ms: None,
            author: Author::Participant,
            lang: self.lang,
            entropy,
        }
    }

    /// Speaks with the hospital.
    ///
    /// # Errors
    /// [`PhoneError::Sync`].
    pub async fn sync<T: Transport>(
        &mut self,
        transport: &T,
        clock: &dyn Clock,
        entropy: &dyn Entropy,
        mode: Mode,
    ) -> Result<ContactOutcome, PhoneError> {
        let host = Host { transport, clock, entropy, zone: self.zone };
        Ok(diary_sync::sync(&mut self.diary, mode, &host).await?)
    }
}

/// The database key of `folder`: of its lock, or a new one that is locked before it is used.
fn unlock(
    folder: &Path,
    recovery: &RecoverySecret,
    entropy: &dyn Entropy,
) -> Result<DatabaseKey, PhoneError> {
    let path = folder.join("diary.lock");
    if path.exists() {
        let bytes = std::fs::read(&path).map_err(|source| PhoneError::Disk { path, source })?;
        return Ok(Lock::decode(&bytes)?.open_with_pin(PIN)?);
    }
    let key = DatabaseKey::from_bytes(entropy.array());
    write(&path, &Lock::new(&key, PIN, recovery.as_bytes(), LOCK_RULES, entropy)?.encode())?;
    write(&folder.join("pin"), PIN.as_bytes())?;
    Ok(key)
}

fn make_private(folder: &Path) -> Result<(), PhoneError> {
    let failed = |source| PhoneError::Disk { path: folder.to_owned(), source };
    std::fs::create_dir_all(folder).map_err(failed)?;
    #[cfg(unix)]
    std::fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700)).map_err(failed)?;
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), PhoneError> {
    let failed = |source| PhoneError::Disk { path: path.to_owned(), source };
    std::fs::write(path, bytes).map_err(failed)?;
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).map_err(failed)?;
    Ok(())
}
