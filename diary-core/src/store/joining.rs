//! What a device makes before it asks to join, kept so that a lost reply can be asked for again with the same keys.

use rusqlite::{OptionalExtension, named_params};

use super::row::bytes;
use super::statement::Statements;
use super::{Store, StoreError};
use crate::entropy::Entropy;
use crate::ids::Incarnation;
use crate::keys::{RecoverySecret, SealingKey, SigningKey};

/// What a device makes before it asks to join.
#[derive(Debug)]
pub struct Joining {
    /// Signs the join request and every parcel.
    pub signing: SigningKey,
    /// What the keeper seals to this device.
    pub sealing: SealingKey,
    /// First life of the store.
    pub incarnation: Incarnation,
    /// Challenge of the key check.
    pub challenge: [u8; 32],
    /// Opens the diary when the PIN is forgotten; goes to the site, sealed.
    pub recovery: RecoverySecret,
}

impl Joining {
    /// New keys. `recovery` also locks the diary.
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
    /// Keeps what was made for joining by `link`, in place of what was made for another link.
    ///
    /// # Errors
    /// When the database refuses.
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

    /// What was made for joining by `link`, if that was begun before.
    ///
    /// # Errors
    /// When the database refuses.
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
