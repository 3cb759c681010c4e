//! One contact with the server: asks the engine what comes next, does it, and writes down what came of it. The only
//! asynchronous part. Whatever fails, what was saved stays saved and is offered again.

mod facts;
mod pull;
mod push;
mod token;

pub(crate) use facts::statement_due;
pub(crate) use pull::load_study;
pub(crate) use push::standing;

use std::collections::BTreeSet;

use diary_core::api::{Cursor, Head};
use diary_core::diary::{Diary, DiaryError, sending_message};
use diary_core::entropy::Entropy;
use diary_core::ids::{Hash, Incarnation, Nonce};
use diary_core::keys::Bundle;
use diary_core::parcel::SealError;
use diary_core::signed::Signed;
use diary_core::store::{Direction, LifeEnd, StoreError};
use diary_core::text::Lang;
use diary_core::time::{Clock, DAY_MS, UtcMillis, Zone};

use crate::engine::backoff::{has_come, try_again_at};
use crate::engine::{Facts, Step, next_step};
use crate::lives;
use crate::pack;
use crate::transport::{Transport, TransportError};
use crate::trouble::Trouble;

/// How long a contact lasts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Everything that waits, and the log read to its end.
    Once,
    /// As [`Mode::Once`]; then the log is waited at until the record has everything, for at most this many seconds.
    Wait(u32),
    /// As [`Mode::Once`], but nothing is tried before its time where a contact has failed: nobody asks for it now.
    Due,
}

/// What a contact brought.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outcome {
    /// Parcels sealed.
    pub sealed: u32,
    /// Parcels the server has now.
    pub pushed: u32,
    /// Requests that carried parcels.
    pub pushes: u32,
    /// Records read from the log.
    pub downlink: u32,
    /// Bytes sent.
    pub bytes_up: u64,
    /// Revisions the hospital has not received yet.
    pub waiting: u64,
    /// Revisions the hospital has received in this contact.
    pub received: u64,
    /// The site has switched this phone off: what it sends is received and set aside.
    pub switched_off: bool,
    /// Revisions received that are not in the record yet.
    pub unmerged: u64,
    /// The study's key list should have been renewed by now. Nothing stops for it.
    pub keys_expired: bool,
    /// The first thing that was in the way.
    pub trouble: Option<Trouble>,
}

/// Why a contact could not go on. What the network does is no error but [`Outcome::trouble`].
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The diary or its store refused.
    #[error(transparent)]
    Diary(#[from] DiaryError),
    /// A parcel could not be sealed.
    #[error("a parcel could not be sealed")]
    Seal(#[source] SealError),
    /// A grant that this device made cannot be read back.
    #[error("a key of this device cannot be read back")]
    OwnGrant,
    /// What the site has set up does not allow to go on.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl From<StoreError> for SyncError {
    fn from(error: StoreError) -> Self {
        Self::Diary(error.into())
    }
}

impl SyncError {
    /// What it means for the participant and what to do.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::Diary(DiaryError::Store(error)) => sending_message(error, lang),
            Self::Diary(error) => error.message(lang),
            Self::Trouble(trouble) => trouble.message(lang),
            Self::Seal(_) | Self::OwnGrant => lang
                .pick(
                    "Entries could not be prepared for sending. They are safe here; please tell the study team.",
                    "记录无法准备发送，已安全保存在本机，请告诉研究人员。",
                )
                .to_owned(),
        }
    }
}

/// More steps than any contact needs; a server that keeps one busy for longer is left.
const STEPS_MAX: u32 = 10_000;
/// Longest that a contact goes on, by the phone's clock; what is left goes on at the next. A server that answers each
/// request just in time is left after it.
const CONTACT_MAX_MS: i64 = 15 * 60_000;

/// What a contact knows besides the store.
struct Session<'a, T> {
    transport: &'a T,
    clock: &'a dyn Clock,
    entropy: &'a dyn Entropy,
    zone: Zone,
    token: Option<String>,
    token_tries: u32,
    pulled: bool,
    /// The server said in this contact that the phone was switched off: it may read no more.
    switched_off: bool,
    standing: bool,
    hello_tried: bool,
    seal_failed: bool,
    bundle_wanted: bool,
    study_tried: bool,
    refused: BTreeSet<Hash>,
    /// A life whose parcels the server is offered again, and after which number.
    again: Option<(Incarnation, u64)>,
    /// Lives that were held against what the server has, in this contact.
    rechecked: BTreeSet<Incarnation>,
    /// What a server that fell back may have lost was not taken in this contact.
    hand_back_failed: bool,
    /// The grants that the server may miss were offered in this contact.
    grants_offered: bool,
    /// A new life has begun in this contact. One is enough, whatever a server says.
    begun: bool,
    /// Seconds that the log may still be waited at. Counted by replies, not by a clock that may be set.
    wait_left_s: u32,
    outcome: Outcome,
}

impl<T: Transport> Session<'_, T> {
    fn now(&self) -> UtcMillis {
        self.clock.now()
    }

    fn nonce(&self) -> Nonce {
        Nonce::from_bytes(self.entropy.array())
    }

    /// Asks for the greeting where the server speaks of a newer bundle, once a contact.
    fn learns_of(&mut self, head: &Head, held: &Bundle) {
        self.bundle_wanted |= head.knows_newer(held) && !self.hello_tried;
    }

    /// Keeps what the server signed of itself, and sees whether it fell back since the last time. `restarted`: it began
    /// its log anew although this device had read so far.
    fn heard(
        &mut self,
        diary: &mut Diary,
        signed: &Signed,
        head: &Head,
        restarted: Option<Cursor>,
    ) -> Result<(), SyncError> {
        let before =
            diary.store().last_head()?.and_then(|bytes| Head::peek(&Signed::from_bytes(&bytes).ok()?));
        let fell_back = before.is_some_and(|before| lives::fell_back(&before, head, restarted.as_ref()));
        diary.store_mut().take_head(&signed.to_bytes(), fell_back)?;
        if fell_back {
            self.rechecked.clear();
            diary.reload()?;
        }
        Ok(())
    }

    /// Begins a new life, once in a contact.
    fn begin(&mut self, diary: &mut Diary, server_has: u64, why: LifeEnd) -> Result<(), SyncError> {
        if !self.begun {
            self.begun = true;
            self.again = None;
            lives::begin(diary, server_has, why, self.clock.now(), self.entropy)?;
        }
        Ok(())
    }

    /// Writes a failure down with the time to try again.
    fn failed(
        &mut self,
        diary: &mut Diary,
        direction: Direction,
        trouble: Trouble,
        retry_after_s: Option<u32>,
    ) -> Result<(), SyncError> {
        let conversation = diary.store().conversation()?;
        let failures = match direction {
            Direction::Push => conversation.push_tries,
            Direction::Pull => conversation.pull_tries,
        };
        let after = try_again_at(self.now(), failures, retry_after_s, self.entropy);
        diary.store_mut().contact_failed(direction, after.max(self.now().plus_ms(1)), trouble.code())?;
        self.outcome.trouble.get_or_insert(trouble);
        Ok(())
    }
}

/// Seals what is due without any contact: what leaves at once, and what belongs to a diary day that is over. Gives
/// the number of parcels sealed.
///
/// # Errors
/// When the store refuses, or the site has set up no key to seal to.
pub fn seal_due(
    diary: &mut Diary,
    zone: Zone,
    now: UtcMillis,
    entropy: &dyn Entropy,
) -> Result<u32, SyncError> {
    let queued = diary.store().queued()?;
    let facts = Facts {
        now,
        unsealed: queued.count,
        oldest_unsealed: queued.oldest,
        urgent: queued.urgent,
        day_over: queued.earliest_day.is_some_and(|day| day < diary.day(now, zone)),
        ..Facts::default()
    };
    if next_step(&facts) == Step::Seal { pack::seal_waiting(diary, false, zone, now, entropy) } else { Ok(0) }
}

/// Whether a failed contact is still to be waited out at `now`: neither may the log be read nor anything be pushed. The
/// two wait each for itself.
///
/// # Errors
/// When the store refuses.
pub fn waits(diary: &Diary, now: UtcMillis) -> Result<bool, SyncError> {
    let conversation = diary.store().conversation()?;
    let push_waits = !has_come(conversation.push_after, now) || diary.store().not_received()? == 0;
    Ok(!has_come(conversation.pull_after, now) && push_waits)
}

/// One contact: seals, pushes, reads the log.
///
/// # Errors
/// When the diary or its store refuses. A network that fails is told in the outcome.
pub async fn sync<T: Transport>(
    diary: &mut Diary,
    transport: &T,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
    zone: Zone,
    mode: Mode,
) -> Result<Outcome, SyncError> {
    diary.reload()?;
    if mode != Mode::Due {
        diary.store_mut().retry_now()?;
    }
    lives::begin_if_copied(diary, clock.now(), entropy)?;
    let waited = diary.store().not_received()?;
    let wait_s = match mode {
        Mode::Once | Mode::Due => 0,
        Mode::Wait(seconds) => seconds,
    };
    let mut session = Session {
        transport,
        clock,
        entropy,
        zone,
        token: None,
        token_tries: 0,
        pulled: false,
        switched_off: false,
        standing: false,
        hello_tried: false,
        seal_failed: false,
        bundle_wanted: false,
        study_tried: false,
        refused: BTreeSet::new(),
        again: None,
        rechecked: BTreeSet::new(),
        hand_back_failed: false,
        grants_offered: false,
        begun: false,
        wait_left_s: wait_s,
        outcome: Outcome::default(),
    };
    let begun = session.now();
    for _ in 0..STEPS_MAX {
        if session.now().since_ms(begun) > CONTACT_MAX_MS {
            session.outcome.trouble.get_or_insert(TransportError::TimedOut.into());
            break;
        }
        let facts = facts::gather(diary, &session)?;
        match next_step(&facts) {
            Step::Seal => {
                let now = session.now();
                // With each statement, which is a few times a day and never starts a contact by itself.
                if facts.statement_due {
                    diary.store_mut().recheck_unsettled(now.plus_ms(-DAY_MS))?;
                }
                match pack::seal_waiting(diary, facts.asked, zone, now, entropy) {
                    Ok(sealed) => session.outcome.sealed += sealed,
                    // What is sealed already still goes out, and the newest bundle may bring what is missing.
                    Err(SyncError::Trouble(trouble)) => {
                        session.outcome.trouble.get_or_insert(trouble);
                        session.seal_failed = true;
                        session.bundle_wanted = !session.hello_tried;
                    }
                    Err(error) => return Err(error),
                }
            }
            Step::Push => push::push(diary, &mut session).await?,
            Step::Hello => pull::hello(diary, &mut session).await?,
            Step::FetchStudy(hash) => pull::fetch_study(diary, &mut session, hash).await?,
            Step::Token => token::token(diary, &mut session).await?,
            Step::Pull => pull::pull(diary, &mut session).await?,
            Step::Wait { .. } => break,
        }
    }
    session.outcome.waiting = diary.store().not_received()?;
    session.outcome.received = waited.saturating_sub(session.outcome.waiting);
    session.outcome.unmerged = diary.store().not_settled()?;
    diary.reload()?;
    session.outcome.switched_off = diary.device().revocation.is_some();
    session.outcome.keys_expired = diary.bundle()?.is_expired(session.now());
    Ok(session.outcome)
}
