//! A phone from the keeper's point of view: it pushes until there is no answer, keeps every receipt it was given, and asks
//! for it again. It counts the receipts, which are what a participant was promised.

use diary_core::api::{self, Head, ParcelResult, PushReply, PushStatus};
use diary_core::entropy::SystemEntropy;
use diary_core::ids::{Hash, VaultId};
use diary_core::parcel::Receipt;

use crate::sealer::{Sealed, Sealer};

/// A push whose receipt was given.
struct Given {
    sealed: Sealed,
    receipt: Vec<u8>,
}

/// Reply of a keeper to a push.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// It gave a receipt.
    Received(PushStatus, Vec<u8>),
    /// It answered with this status, and with the seconds after which to try again.
    NotNow(u16, Option<u32>),
    /// It did not answer.
    Silence,
}

/// Counts of the replies, and of the acknowledged parcels that were checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Receipts given.
    pub acknowledged: u64,
    /// Receipts of these that were the same, byte for byte, when they were asked for again.
    pub present: u64,
    /// Parcels of these that the keeper did not have any more.
    pub missing: u64,
    /// Parcels that are stored more than once.
    pub duplicated: u64,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.acknowledged += other.acknowledged;
        self.present += other.present;
        self.missing += other.missing;
        self.duplicated += other.duplicated;
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { acknowledged, present, missing, duplicated } = self;
        write!(
            f,
            "acknowledged {acknowledged}, present {present}, missing {missing}, duplicated {duplicated}"
        )
    }
}

/// A phone that pushes.
pub struct Client {
    sealer: Sealer,
    http: reqwest::Client,
    unanswered: Option<Sealed>,
    unchecked: Vec<Given>,
    cores: Vec<Hash>,
    tally: Tally,
}

impl Client {
    /// A phone that seals with `sealer`.
    #[must_use]
    pub fn new(sealer: Sealer) -> Self {
        let http = reqwest::Client::new();
        let (unchecked, cores, tally) = (Vec::new(), Vec::new(), Tally::default());
        Self { sealer, http, unanswered: None, unchecked, cores, tally }
    }

    /// The same over connections of their own, from an address.
    #[must_use]
    pub fn from(self, address: std::net::Ipv4Addr) -> Self {
        Self { http: crate::hostile::client(address), ..self }
    }

    /// Vault of the phone.
    #[must_use]
    pub fn vault(&self) -> VaultId {
        self.sealer.vault()
    }

    /// The bundle against which it checks.
    #[must_use]
    pub const fn bundle(&self) -> &diary_core::keys::Bundle {
        self.sealer.bundle()
    }

    /// Cores of the parcels whose receipts it was given.
    #[must_use]
    pub fn cores(&self) -> &[Hash] {
        &self.cores
    }

    /// Counts so far.
    #[must_use]
    pub const fn tally(&self) -> Tally {
        self.tally
    }

    /// Asks again for every receipt given since the last time. False if the keeper stopped answering before the end; the
    /// rest is asked for the next time.
    pub async fn check(&mut self, url: &str) -> bool {
        while let Some(given) = self.unchecked.last() {
            match self.send(url, &given.sealed).await {
                Answer::Received(PushStatus::Duplicate, again) if again == given.receipt => {
                    self.tally.present += 1;
                }
                Answer::Received(..) | Answer::NotNow(..) => self.tally.missing += 1,
                Answer::Silence => return false,
            }
            self.unchecked.pop();
        }
        true
    }

    /// Offers the push that was not answered, else a new one.
    pub async fn push(&mut self, url: &str) -> Answer {
        let sealed = self.unanswered.take().unwrap_or_else(|| self.sealer.next(1, &SystemEntropy));
        let answer = self.send(url, &sealed).await;
        match &answer {
            Answer::Received(_, receipt) => {
                self.tally.acknowledged += 1;
                self.cores.push(sealed.core);
                self.unchecked.push(Given { sealed, receipt: receipt.clone() });
            }
            Answer::NotNow(..) | Answer::Silence => self.unanswered = Some(sealed),
        }
        answer
    }

    /// True if a push is pending that no keeper has answered.
    #[must_use]
    pub const fn waits(&self) -> bool {
        self.unanswered.is_some()
    }

    async fn send(&self, url: &str, sealed: &Sealed) -> Answer {
        let post = self.http.post(format!("{url}{}", api::PARCELS)).header("content-type", api::CBOR);
        let Ok(reply) = post.body(sealed.body.clone()).send().await else { return Answer::Silence };
        let status = reply.status().as_u16();
        let after = reply.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
        let Ok(bytes) = reply.bytes().await else { return Answer::Silence };
        if status != 200 {
            return Answer::NotNow(status, after);
        }
        let reply = PushReply::from_bytes(&bytes).expect("what is answered whole is a reply");
        let bundle = self.sealer.bundle();
        Head::verify(&reply.head, bundle, self.vault(), sealed.nonce).expect("the keeper signs what it says");
        let [ParcelResult { status, receipt: Some(receipt), .. }] = reply.results.as_slice() else {
            panic!("one parcel has one receipt: {:?}", reply.results)
        };
        let receipt: Vec<u8> = receipt.to_vec();
        let (_, body) = Receipt::from_bytes(&receipt)
            .ok()
            .and_then(|receipt| receipt.verify(bundle).ok())
            .expect("a receipt is signed by the keeper");
        assert_eq!(body.core_hash, sealed.core, "a receipt is for the parcel that was sent");
        Answer::Received(*status, receipt)
    }
}
