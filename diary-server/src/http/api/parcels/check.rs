//! Checks of a push before it is committed: the device that pushes, and every part of the push.

use diary_core::api::PushRequest;
use diary_core::ids::{KeyId, VaultId};
use diary_core::parcel::DeviceCredential;
use diary_core::time::UtcMillis;
use diary_store::{DeviceProof, blocking};

use crate::http::error::ApiRefusal;
use crate::http::state::HttpState;
use crate::ingest::verify::{
    BAD_MAX, Pusher, Verified, Verifying, WrongRecoverySecret, certified, claimed_author, joining,
};
use crate::ingest::{evidence, verify};

/// Parcels and grants that are verified on the thread of the request; a larger push goes to a thread of its own, so
/// that it delays no other request.
const VERIFY_HERE_MAX: usize = 4;

/// Device that pushes: by the certificate or join request that it brings, else by the id that its parcels claim,
/// where that is known.
///
/// # Errors
/// [`ApiRefusal`] where the database does not answer.
pub(crate) async fn pusher(
    app: &HttpState,
    push: &PushRequest,
    received: UtcMillis,
) -> Result<Option<Pusher>, ApiRefusal> {
    match &push.credential {
        Some(DeviceCredential::Certificate(signed)) => Ok(certified(&app.study().bundle, push.vault, signed)),
        Some(DeviceCredential::Join(signed)) => Ok(joining(push.vault, signed, received)),
        None => match claimed_author(push) {
            Some(device) => known(app, push.vault, device).await,
            None => Ok(None),
        },
    }
}

async fn known(app: &HttpState, vault: VaultId, device: KeyId) -> Result<Option<Pusher>, ApiRefusal> {
    let pusher = |key| Pusher { key, proof: DeviceProof::Known };
    if let Some(key) = app.device_key(vault, device) {
        return Ok(Some(pusher(key)));
    }
    let row = app.store().device(vault, device).await.map_err(|error| {
        tracing::error!(%error, "a device could not be looked up");
        ApiRefusal::from(&error)
    })?;
    Ok(row.map(|row| pusher(row.signing)))
}

/// Verifies everything in a push.
///
/// # Errors
/// [`ApiRefusal`] where the recovery secret does not verify: dropping it silently would make the phone assume that it is
/// stored.
pub(crate) async fn verify(
    app: &HttpState,
    mut push: PushRequest,
    pusher: Pusher,
    received: UtcMillis,
) -> Result<Verified, ApiRefusal> {
    let active = app.study();
    let evidence = push.evidence.take();
    let check = move |push| {
        let checks = Verifying { bundle: &active.bundle, bad_max: BAD_MAX };
        Ok::<_, ApiRefusal>((verify::verify(checks, push, pusher, received)?, active))
    };
    if push.parcels.len() + push.grants.len() <= VERIFY_HERE_MAX && evidence.is_none() {
        return Ok(check(push)?.0);
    }
    let (vault, fresh) = (push.vault, evidence::fresh_incarnation(app.server_keys(), push.nonce, received));
    blocking::run(move || {
        let (mut verified, active) = check(push)?;
        let holds = evidence.map(|evidence| evidence::verified(&active.bundle, vault, &evidence, fresh));
        verified.to_commit.evidence = holds.map(Box::new);
        Ok(verified)
    })
    .await
    .map_err(|_| ApiRefusal::busy())?
}

impl From<WrongRecoverySecret> for ApiRefusal {
    fn from(WrongRecoverySecret: WrongRecoverySecret) -> Self {
        Self::bad("the recovery secret is not of this device and vault")
    }
}
