//! Keys made before a device asks to join, kept so that a lost reply can be asked for again with the same
//! keys.

use rusqlite::{OptionalExtension, named_params};

use super::row::bytes;
use super::statement::Statements;
use super::{Store, StoreError};
use crate::entropy::Entropy;
use crate::ids::Incarnation;
use crate::keys::{RecoverySecret, SealingKey, SigningKey};

/// Keys and random values of a device that asks to join.
#[derive(Debug)]
pub struct Joining {
    /// Key that signs the join request and every parcel.
    pub signing: SigningKey,
    /// Key to which the keeper seals values for this device.
    pub sealing: SealingKey,
    /// First incarnation of the store.
    pub incarnation: Incarnation,
    /// Challenge of the key check.
    pub challenge: [u8; 32],
    /// Secret that opens the diary after a forgotten PIN; it goes to the site, sealed.
    pub recovery: RecoverySecret,
}

impl Joining {
    /// Generates the keys. `recovery` also locks the diary.
    #[must_use]
    pub fn new(recovery: RecoverySecret, entropy: &dyn Entropy) -> Self {
        Self {
            signing: SigningKey::generate(entropy),
            sealing: SealingKey::generate(entropy),
            incarnation: Incarnation::from_bytes(entropy.array()),
            challenge: entropy.array(),
            recovery,
        }
    }
}

impl Store {
    /// Keeps the keys for joining by `link`, in place of those for another link.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn begin_joining(&mut self, link: &str, joining: &Joining) -> Result<(), StoreError> {
        self.write(|t| {
            t.run(
                "INSERT OR REPLACE INTO joining (one, link, signing_seed, sealing_seed, incarnation, challenge, recovery)
                 VALUES (1, :link, :signing, :sealing, :incarnation, :challenge, :recovery)",
                named_params! {
                    ":link": link,
                    ":signing": joining.signing.seed(),
                    ":sealing": joining.sealing.private_bytes(),
                    ":incarnation": joining.incarnation.as_bytes(),
                    ":challenge": joining.challenge,
                    ":recovery": joining.recovery.as_bytes(),
                },
            )?;
            Ok(())
        })
    }

    /// Keys for joining by `link`, if that was begun before.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn joining(&self, link: &str) -> Result<Option<Joining>, StoreError> {
        Ok(self
            .connection
            .one("SELECT * FROM joining WHERE link = ?1", [link], |row| {
                Ok(Joining {
                    signing: SigningKey::from_seed(&bytes(row, "signing_seed")?),
                    sealing: SealingKey::from_bytes(&bytes(row, "sealing_seed")?),
                    incarnation: Incarnation::from_bytes(bytes(row, "incarnation")?),
                    challenge: bytes(row, "challenge")?,
                    recovery: RecoverySecret::from_bytes(&bytes(row, "recovery")?),
                })
            })
            .optional()?)
    }
}
