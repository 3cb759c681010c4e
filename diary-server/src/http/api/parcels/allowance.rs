//! Quota check of pushes, and the counts of what devices have stored. A push over a quota is refused as a whole and
//! retried later; the phone keeps it until then. The quotas are decided in `ingest::quotas`.

use diary_core::api::ProblemCode;

use crate::http::error::ApiRefusal;
use crate::http::state::HttpState;
use crate::ingest::quotas::{Answer, day_start};
use diary_store::{Amount, DeviceProof, PushOutcome, PushToCommit, StoreError};

/// Seconds after which a push over a quota may be retried; phones wait no longer than that.
const AGAIN_S: u32 = 3600;

/// Commits a push that is within its quotas. What comes back is on disk.
///
/// # Errors
/// [`ApiRefusal`] where a quota is reached, or as [`crate::ingest::commits::Ingest::commit`].
pub(super) async fn commit(app: &HttpState, push: PushToCommit) -> Result<PushOutcome, ApiRefusal> {
    let (amount, place) = (amount(&push), (push.vault, push.device));
    let free = amount == Amount::default() || !app.guard().limits().has_quotas();
    if free || !counted(app, &push, amount).await? {
        return Ok(app.ingest().commit(push).await?);
    }
    // A task of its own: the count must be settled even if the phone disconnects and the request is dropped.
    let counting = app.clone();
    let committed = tokio::spawn(async move {
        let outcome = counting.ingest().commit(push).await;
        let added = match &outcome {
            Ok(PushOutcome::Stored { added, .. }) => **added,
            Ok(PushOutcome::Unknown | PushOutcome::TurnedAway) | Err(_) => Amount::default(),
        };
        counting.guard().quotas().settle(place, amount.minus(added));
        outcome
    });
    Ok(committed.await.map_err(|_| ApiRefusal::busy())??)
}

/// All that could be stored of a push.
fn amount(push: &PushToCommit) -> Amount {
    let mut amount = Amount::default();
    push.grants.iter().for_each(|grant| amount.add(grant.bytes.len()));
    push.parcels.iter().for_each(|parcel| amount.add(parcel.bytes.len()));
    push.recovery.iter().for_each(|recovery| amount.add(recovery.to_bytes().len()));
    amount
}

/// Counts a push; `false` where the vault's amounts are not loaded yet, so that nothing is counted.
async fn counted(app: &HttpState, push: &PushToCommit, amount: Amount) -> Result<bool, ApiRefusal> {
    let (vault, device, now) = (push.vault, push.device, push.received);
    let certified = matches!(push.proof, DeviceProof::Certificate(_));
    let limits = app.guard().limits();
    let mut first = true;
    loop {
        let answer = app.guard().quotas().count(((vault, device), certified), amount, now, limits);
        match answer {
            Answer::Counted => return Ok(true),
            Answer::Unknown => {
                let rows = app.store().devices_with_usage(vault, day_start(now)).await.map_err(refused)?;
                if rows.is_empty() {
                    return Ok(false);
                }
                app.guard().quotas().learn(vault, &rows, now);
            }
            Answer::Over(_) if first => {
                first = false;
                // Staff may have confirmed the device, or have raised its allowance, since its state was read.
                if let Some(row) = app.store().device(vault, device).await.map_err(refused)? {
                    app.guard().quotas().stands(vault, device, row.state, row.allowance);
                }
            }
            Answer::Over(quota) => {
                tracing::warn!(%vault, %device, ?quota, "a quota is reached; the phone is to come again later");
                return Err(over());
            }
        }
    }
}

fn over() -> ApiRefusal {
    let message = "this phone has stored as much as it may; the study team can allow it more";
    ApiRefusal { code: ProblemCode::AllowanceUsed, message, retry_after_s: Some(AGAIN_S) }
}

fn refused(error: StoreError) -> ApiRefusal {
    tracing::error!(%error, "what a device has stored could not be looked up");
    ApiRefusal::from(&error)
}
