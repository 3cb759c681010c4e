//! Handover to the relay: links, the bundle with the study's files, and records to pass on. Only what the relay
//! acknowledges counts as handed over.

use std::collections::BTreeSet;

use diary_core::api::{
    FeedRecord, HandedFile, HandedRecord, HandoverReply, HandoverRequest, LinkOffer, LinkOffers, ProblemCode,
};
use diary_core::ids::{Epoch, KeyId, VaultId};
use diary_core::keys::{Bundle, ServerRole};

use super::{PullError, Pulled, Puller, lost};
use crate::relay::client::ClientError;
use crate::site::StaffError;
use diary_store::{Handover, Outgoing, OutgoingQuery, StudyFile};

/// Most records and bytes that are handed over in one request.
const HANDOVER: (u32, usize) = (500, 1024 * 1024);

/// Records by their vaults and numbers.
type Places = Vec<(VaultId, u64)>;

impl Puller {
    /// Sends new links to the relay at once, so that it accepts the phones that join with them. A pull does the same.
    /// Does nothing where this keeper itself serves phones.
    ///
    /// # Errors
    /// [`PullError`].
    pub async fn tell_links(&mut self) -> Result<(), PullError> {
        let bundle = self.desk.bundle().await?;
        let greeting = self.client.hello(&self.desk.keeper_keys().root_fingerprint(), self.nonce()).await?;
        match bundle.server(greeting.hello.server).map(|server| server.role) {
            Some(ServerRole::Relay) => {
                // The relay takes links only from a keeper that it knows, and a new keeper key is named in the newer
                // bundle.
                if bundle.replaces(&greeting.bundle) {
                    self.hand_bundle(&bundle).await?;
                }
                let offered = self.offer_links(&bundle, greeting.hello.epoch).await;
                offered.map_err(|error| lost(&bundle, &greeting.bundle).unwrap_or(error))
            }
            Some(ServerRole::Keeper) => Ok(()),
            None => Err(PullError::NotARelay { host: self.client.host().clone() }),
        }
    }

    /// Sends links to the relay, where one of them was not yet sent in this epoch of its database.
    pub(super) async fn offer_links(&mut self, bundle: &Bundle, incarnation: Epoch) -> Result<(), PullError> {
        let links = self.desk.context().store().open_links(self.desk.now()).await?;
        let told = |link: &LinkOffer| self.told.contains(&(incarnation, link.enrolment));
        if links.iter().all(told) {
            return Ok(());
        }
        let named = links.iter().map(|link| link.enrolment).collect::<Vec<_>>();
        let request = HandoverRequest { links: Some(LinkOffers { links }), ..self.nothing() };
        self.give(bundle, &request).await?;
        self.told = named.into_iter().map(|link| (incarnation, link)).collect();
        Ok(())
    }

    /// Hands over the records for the relay to pass on. Only acknowledged ones count as handed over: the rest is
    /// offered again.
    pub(super) async fn hand_over(
        &mut self,
        relay: KeyId,
        bundle: &Bundle,
        pulled: &mut Pulled,
    ) -> Result<(), PullError> {
        let keepers: Vec<KeyId> = bundle
            .servers
            .iter()
            .filter(|server| server.role == ServerRole::Keeper)
            .map(|server| server.key.id())
            .collect();
        let (limit, max_bytes) = HANDOVER;
        let records = self.desk.context().store().owed_records(relay, limit, max_bytes).await?;
        if !records.is_empty() {
            let (paid, owed) = self.offer(relay, bundle, records, pulled).await?;
            let handover = Handover { looked: Vec::new(), owed, paid };
            self.desk.context().store().record_handover(relay, handover).await?;
        }
        loop {
            let query = OutgoingQuery { relay, keepers: keepers.clone(), limit, max_bytes };
            let Outgoing { records, looked } = self.desk.context().store().outgoing_records(query).await?;
            if looked.is_empty() {
                return Ok(());
            }
            let (_, owed) = match records.is_empty() {
                true => Default::default(),
                false => self.offer(relay, bundle, records, pulled).await?,
            };
            let handover = Handover { looked, owed, paid: Vec::new() };
            self.desk.context().store().record_handover(relay, handover).await?;
        }
    }

    /// Offers records; returns the places of those that the relay acknowledged, and of the others.
    async fn offer(
        &mut self,
        relay: KeyId,
        bundle: &Bundle,
        records: Vec<FeedRecord>,
        pulled: &mut Pulled,
    ) -> Result<(Places, Places), PullError> {
        let places: Places = records.iter().map(|one| (one.vault, one.n)).collect();
        let handed =
            |one: FeedRecord| HandedRecord { vault: one.vault, kind: one.kind, record: one.record.into() };
        let request =
            HandoverRequest { records: records.into_iter().map(handed).collect(), ..self.nothing() };
        let reply = self.give(bundle, &request).await?;
        let (paid, owed) = acknowledged(&places, &reply);
        pulled.handed += u64::from(reply.taken).min(paid.len() as u64);
        pulled.refused += owed.len() as u64;
        if !owed.is_empty() {
            tracing::warn!(%relay, refused = owed.len(), "the relay did not take all records; they are offered again");
        }
        Ok((paid, owed))
    }

    /// A handover of nothing.
    fn nothing(&self) -> HandoverRequest {
        HandoverRequest {
            nonce: self.nonce(),
            bundle: None,
            files: Vec::new(),
            records: Vec::new(),
            links: None,
        }
    }

    /// Gives the relay a newer bundle: each version of the study that it names in a request of its own, and then the
    /// bundle by itself.
    pub(super) async fn hand_bundle(&mut self, bundle: &Bundle) -> Result<(), PullError> {
        let state = self.desk.context().store().server_state().await?.ok_or(StaffError::NotFounded)?;
        // After a replacement of its key the keeper is unknown to the relay until the bundle that names the key is
        // there. The relay takes that bundle and its files without a token.
        let is_known = !matches!(self.token().await, Err(PullError::Client(ClientError::Problem { .. })));
        for files in requests_of(bundle, state.files) {
            let request = HandoverRequest { bundle: Some(state.bundle.clone()), files, ..self.nothing() };
            if is_known {
                self.give(bundle, &request).await?;
            } else {
                self.client.hand_over(None, bundle, &request).await?;
            }
        }
        Ok(())
    }

    /// Sends one handover; an expired token is renewed once.
    async fn give(&mut self, bundle: &Bundle, request: &HandoverRequest) -> Result<HandoverReply, PullError> {
        let token = self.token().await?;
        let (reply, _) = match self.client.hand_over(Some(&token), bundle, request).await {
            Err(ClientError::Problem { code: ProblemCode::TokenNeeded, .. }) => {
                self.token = None;
                let token = self.token().await?;
                self.client.hand_over(Some(&token), bundle, request).await?
            }
            other => other?,
        };
        Ok(reply)
    }
}

/// Splits the records at these places into those that a reply acknowledges and those that it does not. A reply that
/// does not account for every record acknowledges none.
fn acknowledged(places: &[(VaultId, u64)], reply: &HandoverReply) -> (Places, Places) {
    let refused: BTreeSet<u32> = reply.refused.iter().copied().collect();
    let told = u64::from(reply.taken) + u64::from(reply.known) + refused.len() as u64;
    let within = refused.iter().all(|place| (*place as usize) < places.len());
    if told != places.len() as u64 || refused.len() != reply.refused.len() || !within {
        return (Vec::new(), places.to_vec());
    }
    let (mut paid, mut owed) = (Vec::new(), Vec::new());
    for (at, place) in (0_u32..).zip(places) {
        if refused.contains(&at) { &mut owed } else { &mut paid }.push(*place);
    }
    (paid, owed)
}

/// The files of each request by which a bundle is handed over; the last has none.
fn requests_of(bundle: &Bundle, files: Vec<StudyFile>) -> Vec<Vec<HandedFile>> {
    let named = |file: &StudyFile| bundle.studies.iter().any(|study| study.hash == file.hash);
    let one = |file: StudyFile| vec![HandedFile { version: file.version, bytes: file.bytes.into() }];
    files.into_iter().filter(named).map(one).chain([Vec::new()]).collect()
}

#[cfg(test)]
mod tests {
    use diary_core::signed::{Kind, Signed};

    use super::*;

    #[test]
    fn only_what_a_reply_says_of_every_record_counts_as_acknowledged() {
        let head = Signed::sign(Kind::Feed, Vec::new(), &diary_core::keys::SigningKey::from_seed(&[1; 32]));
        let reply = |taken, known, refused: &[u32]| HandoverReply {
            taken,
            known,
            refused: refused.to_vec(),
            head: head.clone(),
        };
        let places: Places = (1..=3).map(|n| (VaultId::from_bytes([7; 16]), n)).collect();
        let (all, none): (Places, Places) = (places.clone(), Vec::new());
        assert_eq!(acknowledged(&places, &reply(2, 1, &[])), (all.clone(), none.clone()));
        let some = (vec![places[0], places[2]], vec![places[1]]);
        assert_eq!(acknowledged(&places, &reply(1, 1, &[1])), some);
        for silent in
            [reply(0, 0, &[]), reply(2, 0, &[]), reply(1, 1, &[1, 1]), reply(2, 0, &[9]), reply(9, 0, &[])]
        {
            assert_eq!(acknowledged(&places, &silent), (none.clone(), all.clone()), "{silent:?}");
        }
    }
}
