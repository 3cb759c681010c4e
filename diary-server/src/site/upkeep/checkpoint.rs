//! Signed checkpoints of the audit trail: rows of the trail itself, in which the keeper signs its length and chain
//! value. Once a checkpoint is in an export or a backup, rewriting the rows before it can be detected. No checkpoint
//! is signed over a trail that does not verify. Rows verified before in this process are not read again.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use diary_core::audit_trail::{CHECKPOINT_EVENT, Checkpoint, TRAIL_START, trail_chain};
use diary_core::ids::{Epoch, Hash};
use diary_core::keys::Bundle;

use crate::site::views::trail::PAGE_ROWS;
use crate::site::{SiteServices, StaffError, UpkeepService};
use diary_store::{AuditRow, TrailEvent};

/// Interval at which a running server signs a checkpoint, where there are new rows.
pub const EVERY: Duration = Duration::from_secs(3600);
/// Delay of the first checkpoint after the start of the server.
const FIRST: Duration = Duration::from_secs(60);

/// Part of the audit trail that was verified.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct VerifiedTrail {
    /// Number of the first chain value here; 0: that before the first row.
    from: u64,
    /// Chain values, without a gap.
    chains: Vec<Hash>,
    /// The last row is a checkpoint.
    signed: bool,
}

impl VerifiedTrail {
    fn start() -> Self {
        Self { from: 0, chains: vec![TRAIL_START], signed: false }
    }

    fn last(&self) -> (u64, Hash) {
        let chain = self.chains.last().copied().unwrap_or(TRAIL_START);
        (self.from + (self.chains.len() as u64).saturating_sub(1), chain)
    }

    /// Verifies the next row against the chain. A row with a checkpoint must sign a chain value of this trail; values
    /// before `from` were compared when they were signed.
    fn follow(&mut self, row: &AuditRow, bundle: &Bundle) -> bool {
        let (n, before) = self.last();
        let follows = row.n == n + 1 && row.chain == trail_chain(&before, row.n, &row.event);
        let vouched = match Checkpoint::carried(&row.event) {
            Ok(None) => true,
            Ok(Some(signed)) => Checkpoint::verify(&signed, bundle).is_ok_and(|said| {
                let at = said.n.checked_sub(self.from).and_then(|at| usize::try_from(at).ok());
                said.n < row.n && at.is_none_or(|at| self.chains.get(at) == Some(&said.chain))
            }),
            Err(_) => false,
        };
        self.signed = row.event.what == CHECKPOINT_EVENT;
        self.chains.push(row.chain);
        follows && vouched
    }

    /// Only the last value is needed to go on.
    fn shorten(&mut self) {
        let (n, chain) = self.last();
        (self.from, self.chains) = (n, vec![chain]);
    }
}

/// Part of the audit trail that was verified in this process.
#[derive(Clone, Default)]
pub(in crate::site) struct Checked(Arc<Mutex<Option<VerifiedTrail>>>);

impl UpkeepService<'_> {
    /// Signs the present end of the audit trail, unless the last row is a checkpoint already. Returns the number of
    /// the row that is signed for.
    ///
    /// # Errors
    /// [`StaffError::TrailBroken`], or of the database.
    pub async fn checkpoint(self) -> Result<u64, StaffError> {
        let state = self.store().server_state().await?.ok_or(StaffError::NotFounded)?;
        self.checkpoint_of(state.epoch, &self.bundle().await?).await
    }

    /// Verifies the audit trail; returns the number of its last row. Rows that were verified before are not read again.
    ///
    /// # Errors
    /// [`StaffError::TrailBroken`], or of the database.
    pub async fn trail_holds(self) -> Result<u64, StaffError> {
        Ok(self.holds(&self.bundle().await?).await?.last().0)
    }

    async fn checkpoint_of(&self, epoch: Epoch, bundle: &Bundle) -> Result<u64, StaffError> {
        let seen = self.holds(bundle).await?;
        let (n, chain) = seen.last();
        if n == 0 || seen.signed {
            return Ok(n);
        }
        let (at, by) = (self.now(), self.keeper_keys().signing.id());
        let checkpoint = Checkpoint { epoch, n, chain, at, by };
        let target = checkpoint.target(&checkpoint.sign(&self.keeper_keys().signing));
        let (who, role, what) = (by.to_string(), "server".to_owned(), CHECKPOINT_EVENT.to_owned());
        self.note(TrailEvent { at, who, role, what, target, reason: None }).await?;
        Ok(n)
    }

    /// Verifies the audit trail from the last verified row on; from its beginning where the trail has been replaced.
    async fn holds(&self, bundle: &Bundle) -> Result<VerifiedTrail, StaffError> {
        let before = self.checked.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut seen = match before {
            Some(seen) if self.goes_through(seen.last()).await? => seen,
            Some(_) | None => VerifiedTrail::start(),
        };
        loop {
            let page = self.store().audit_trail(seen.last().0, PAGE_ROWS).await?;
            if page.is_empty() {
                break;
            }
            for row in &page {
                if !seen.follow(row, bundle) {
                    return Err(StaffError::TrailBroken { n: row.n });
                }
            }
        }
        seen.shorten();
        *self.checked.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen.clone());
        Ok(seen)
    }

    /// True if the audit trail has this chain value at this row.
    async fn goes_through(&self, (n, chain): (u64, Hash)) -> Result<bool, StaffError> {
        if n == 0 {
            return Ok(true);
        }
        let rows = self.store().audit_trail(n - 1, 1).await?;
        Ok(rows.first().is_some_and(|row| (row.n, row.chain) == (n, chain)))
    }
}

/// Signs checkpoints until the task is dropped.
pub async fn sign_regularly(desk: SiteServices) {
    tokio::time::sleep(FIRST).await;
    loop {
        if let Err(error) = desk.upkeep().checkpoint().await {
            tracing::error!(%error, "the trail has no new checkpoint");
        }
        tokio::time::sleep(EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use diary_core::keys::SigningKey;
    use diary_core::time::UtcMillis;

    use super::*;
    use crate::testing::Keeper;

    fn event(what: &str, target: String) -> TrailEvent {
        let (who, role) = ("li".to_owned(), "staff".to_owned());
        TrailEvent { at: UtcMillis(5), who, role, what: what.to_owned(), target, reason: None }
    }

    fn rows(events: Vec<TrailEvent>) -> Vec<AuditRow> {
        let mut chain = TRAIL_START;
        (1..)
            .zip(events)
            .map(|(n, event)| {
                chain = trail_chain(&chain, n, &event);
                AuditRow { n, chain, event }
            })
            .collect()
    }

    fn desk(keeper: &Keeper) -> SiteServices {
        SiteServices::new(
            keeper.store.clone(),
            keeper.keys.clone(),
            keeper.clock.clone(),
            keeper.entropy.clone(),
        )
    }

    #[tokio::test]
    async fn a_checkpoint_vouches_for_a_trail_that_holds_and_is_signed_once() {
        let keeper = Keeper::new().await;
        let desk = desk(&keeper);
        let n = desk.upkeep().checkpoint().await.unwrap();
        let rows = desk.views().trail().await.unwrap().rows;
        assert_eq!(rows.len() as u64, n + 1);
        assert_eq!(desk.upkeep().checkpoint().await.unwrap(), n + 1, "nothing happened since");
        assert_eq!(desk.views().trail().await.unwrap().rows.len() as u64, n + 1);
        desk.note(event("report.view", String::new())).await.unwrap();
        assert_eq!(desk.upkeep().checkpoint().await.unwrap(), n + 2);
    }

    #[tokio::test]
    async fn a_trail_with_a_row_that_does_not_follow_or_a_checkpoint_of_another_trail_is_not_vouched_for() {
        let keeper = Keeper::new().await;
        let bundle = desk(&keeper).bundle().await.unwrap();
        let holds = |rows: &[AuditRow]| {
            let mut seen = VerifiedTrail::start();
            rows.iter().all(|row| seen.follow(row, &bundle))
        };
        let events = || (1..=3).map(|n| event("report.view", format!("vault={n}"))).collect::<Vec<_>>();
        let good = rows(events());
        assert!(holds(&good));
        let mut altered = good.clone();
        altered[1].event.who = "wang".to_owned();
        assert!(!holds(&altered));
        let signed = |chain, key: &SigningKey| {
            let said = Checkpoint {
                epoch: Epoch::from_bytes([1; 16]),
                n: 3,
                chain,
                at: UtcMillis(0),
                by: keeper.keys.signing.id(),
            };
            let mut events = events();
            events.push(event(CHECKPOINT_EVENT, said.target(&said.sign(key))));
            rows(events)
        };
        assert!(holds(&signed(good[2].chain, &keeper.keys.signing)));
        assert!(
            !holds(&signed(good[1].chain, &keeper.keys.signing)),
            "rows before it were rewritten, chain and all"
        );
        assert!(!holds(&signed(good[2].chain, &SigningKey::from_seed(&[9; 32]))));
    }
}
