//! One contact with the server as a state machine: the engine chooses the next step, the contact makes the request and
//! stores the result. After any failure, saved entries stay saved and are offered again.

mod access;
mod facts;
mod log;
mod push;

use diary_core::api::{Cursor, Head};
use diary_core::diary::Diary;
use diary_core::hash::sha256;
use diary_core::ids::{Hash, Nonce};
use diary_core::keys::Bundle;
use diary_core::signed::Signed;
use diary_core::store::{Direction, IncarnationEndReason};
use diary_core::time::{DAY_MS, UtcMillis};

use crate::conversation::{Conversation, Moment, Next};
use crate::engine::backoff::{has_come, try_again_at};
use crate::engine::{ContactFacts, Step, next_step};
use crate::error::SyncError;
use crate::incarnations;
use crate::pack;
use crate::sync_issue::SyncIssue;
use crate::transport::{Response, TransportError};

use access::LogAccess;
use log::{LogPlace, LogReading, PageAsked};
use push::{Offering, Pushed};

/// End condition and urgency of a contact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// All waiting entries, and the log read to its end.
    Once,
    /// As [`Mode::Once`]; then the log is waited at until the record has everything, for at most this many seconds.
    Wait(u32),
    /// As [`Mode::Once`], but a direction that has failed is not tried before its time: the participant did not ask for contact.
    Due,
}

/// Result of a contact.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ContactOutcome {
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
    /// The site has revoked this phone: its parcels are received and set aside.
    pub switched_off: bool,
    /// Revisions received that are not in the record yet.
    pub unmerged: u64,
    /// The study's key list should have been renewed by now. Nothing stops for it.
    pub keys_expired: bool,
    /// The first thing that was in the way.
    pub trouble: Option<SyncIssue>,
}

/// Most steps of a contact, above the need of any. A server that keeps a contact busy for longer is left.
const STEPS_MAX: u32 = 10_000;
/// Longest that a contact goes on, by the phone's clock; what is left goes on at the next. A server that answers each
/// request just in time is left after it.
const CONTACT_MAX_MS: i64 = 15 * 60_000;

/// One contact with the server. It borrows the diary for each call alone: entries that are saved while a request is under
/// way go out with the same contact.
///
/// ```
/// use diary_core::{diary::Diary, entropy::SystemEntropy, time::{UtcMillis, Zone}};
/// use diary_sync::transport::{Request, Response, TransportError};
/// use diary_sync::{Contact, Conversation, Mode, Moment, Next, ContactOutcome, SyncError};
///
/// fn talk(
///     diary: &mut Diary,
///     zone: Zone,
///     clock: impl Fn() -> UtcMillis,
///     send: impl Fn(Request) -> Result<Response, TransportError>,
/// ) -> Result<ContactOutcome, SyncError> {
///     let moment = || Moment { now: clock(), zone, entropy: &SystemEntropy };
///     let mut contact = Contact::new(Mode::Once);
///     loop {
///         let request = match contact.next_request(diary, &moment())? {
///             Next::Send(request) => request,
///             Next::Done(outcome) => return Ok(outcome),
///         };
///         match send(request) {
///             Ok(reply) => contact.took(diary, &reply, &moment())?,
///             Err(why) => contact.failed(diary, why, &moment())?,
///         }
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Contact {
    mode: Mode,
    progress: Progress,
    steps_left: u32,
    /// The request whose reply is awaited.
    pending: Option<Pending>,
    bundle: BundleNeed,
    sealing: Sealing,
    study: StudyFetch,
    incarnation: IncarnationChange,
    access: LogAccess,
    log: LogReading,
    offering: Offering,
    outcome: ContactOutcome,
}

/// Progress of a contact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Progress {
    New,
    Begun {
        at: UtcMillis,
        /// Revisions that the hospital had not received then.
        waiting: u64,
    },
}

/// Need for a newer bundle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum BundleNeed {
    /// The one at hand serves.
    None,
    /// The server announces a newer one, or signs with a key that this one does not name.
    Wanted,
    /// It was asked for, which is done once in a contact.
    Asked,
}

/// State of sealing in this contact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sealing {
    Possible,
    /// The bundle at hand names no key to seal to.
    NoKey,
}

/// State of the fetch of a version of the study, which is tried once in a contact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum StudyFetch {
    Untried,
    Answered,
}

/// New incarnations in this contact: at most one, so that a faulty server cannot cause one after the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum IncarnationChange {
    Allowed,
    Made,
}

/// The request that is under way, with the values that its reply is checked against.
#[derive(Debug)]
enum Pending {
    Push(Box<Pushed>),
    Hello(Nonce),
    Study(Hash),
    Challenge,
    Token,
    Page(PageAsked),
}

impl Pending {
    const fn direction(&self) -> Direction {
        match self {
            Self::Push(_) => Direction::Push,
            Self::Hello(_) | Self::Study(_) | Self::Challenge | Self::Token | Self::Page(_) => {
                Direction::Pull
            }
        }
    }
}

/// A failure after which its direction has to wait.
#[derive(Debug)]
struct Setback {
    trouble: SyncIssue,
    retry_after_s: Option<u32>,
}

impl Setback {
    fn of(trouble: SyncIssue, reply: &Response) -> Self {
        Self { trouble, retry_after_s: reply.retry_after_s }
    }
}

impl From<SyncIssue> for Setback {
    fn from(trouble: SyncIssue) -> Self {
        Self { trouble, retry_after_s: None }
    }
}

/// Result of a reply: a failure of the conversation, or none.
type Heard = Result<Option<Setback>, SyncError>;

impl Contact {
    /// A contact that has not begun.
    #[must_use]
    pub fn new(mode: Mode) -> Self {
        let wait_left_s = match mode {
            Mode::Once | Mode::Due => 0,
            Mode::Wait(seconds) => seconds,
        };
        Self {
            mode,
            progress: Progress::New,
            steps_left: STEPS_MAX,
            pending: None,
            bundle: BundleNeed::None,
            sealing: Sealing::Possible,
            study: StudyFetch::Untried,
            incarnation: IncarnationChange::Allowed,
            access: LogAccess::default(),
            log: LogReading { place: LogPlace::Open, wait_left_s },
            offering: Offering::default(),
            outcome: ContactOutcome::default(),
        }
    }

    /// Begins the contact at its first step. Returns the time of its beginning and the number of entries waiting then.
    fn begin(&mut self, diary: &mut Diary, moment: &Moment<'_>) -> Result<(UtcMillis, u64), SyncError> {
        if let Progress::Begun { at, waiting } = self.progress {
            return Ok((at, waiting));
        }
        diary.reload()?;
        if self.mode != Mode::Due {
            diary.retry_now()?;
        }
        incarnations::begin_if_copied(diary, moment)?;
        let waiting = diary.store().not_received()?;
        self.progress = Progress::Begun { at: moment.now, waiting };
        Ok((moment.now, waiting))
    }

    /// Counts a step; false if the contact has taken too many steps or too long.
    fn may_go_on(&mut self, begun: UtcMillis, now: UtcMillis) -> bool {
        if now.since_ms(begun) > CONTACT_MAX_MS {
            self.outcome.trouble.get_or_insert(TransportError::TimedOut.into());
            return false;
        }
        let left = self.steps_left;
        self.steps_left = left.saturating_sub(1);
        left > 0
    }

    fn seal(
        &mut self,
        diary: &mut Diary,
        facts: &ContactFacts,
        moment: &Moment<'_>,
    ) -> Result<(), SyncError> {
        // With each statement, which is a few times a day and never starts a contact by itself.
        if facts.statement_due {
            diary.recheck_unsettled(moment.now.plus_ms(-DAY_MS))?;
        }
        match pack::seal_waiting(diary, facts.asked, moment) {
            Ok(sealed) => self.outcome.sealed += sealed,
            // Parcels sealed before still go out, and the newest bundle may name a key to seal to.
            Err(SyncError::SyncIssue(trouble)) => {
                self.outcome.trouble.get_or_insert(trouble);
                self.sealing = Sealing::NoKey;
                self.want_bundle();
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn finish(
        &mut self,
        diary: &mut Diary,
        waited: u64,
        now: UtcMillis,
    ) -> Result<ContactOutcome, SyncError> {
        let mut outcome = std::mem::take(&mut self.outcome);
        outcome.waiting = diary.store().not_received()?;
        outcome.received = waited.saturating_sub(outcome.waiting);
        outcome.unmerged = diary.store().not_settled()?;
        diary.reload()?;
        outcome.switched_off = diary.device().revocation.is_some();
        outcome.keys_expired = diary.bundle()?.is_expired(now);
        Ok(outcome)
    }

    /// Asks for the greeting with the newest bundle, unless that was done in this contact; returns true if it is asked for.
    fn want_bundle(&mut self) -> bool {
        if self.bundle == BundleNeed::None {
            self.bundle = BundleNeed::Wanted;
        }
        self.bundle == BundleNeed::Wanted
    }

    /// Keeps the server's signed head, and detects that it fell back since the last time. `restarted`: it began
    /// its log anew although this device had read so far.
    fn heard(
        &mut self,
        diary: &mut Diary,
        (signed, head): (&Signed, &Head),
        restarted: Option<Cursor>,
    ) -> Result<(), SyncError> {
        let before =
            diary.store().last_head()?.and_then(|bytes| Head::peek(&Signed::from_bytes(&bytes).ok()?));
        let fell_back =
            before.is_some_and(|before| incarnations::fell_back(&before, head, restarted.as_ref()));
        diary.take_head(&signed.to_bytes(), fell_back)?;
        if fell_back {
            self.offering.rechecked.clear();
        }
        Ok(())
    }

    /// Asks for the greeting if the server announces another bundle than `held`.
    fn learns_of(&mut self, head: &Head, held: &Bundle, diary: &Diary) {
        if head.knows_other(held, &sha256(&diary.device().bundle)) {
            self.want_bundle();
        }
    }

    /// Begins a new incarnation, once in a contact.
    fn begin_incarnation(
        &mut self,
        diary: &mut Diary,
        (server_has, why): (u64, IncarnationEndReason),
        moment: &Moment<'_>,
    ) -> Result<(), SyncError> {
        match self.incarnation {
            IncarnationChange::Made => Ok(()),
            IncarnationChange::Allowed => {
                self.incarnation = IncarnationChange::Made;
                self.offering.again = None;
                incarnations::begin(diary, server_has, why, moment)
            }
        }
    }

    /// Writes a failure down with the time to try again.
    fn hold_off(
        &mut self,
        diary: &mut Diary,
        (direction, setback): (Direction, Setback),
        moment: &Moment<'_>,
    ) -> Result<(), SyncError> {
        let conversation = diary.store().conversation()?;
        let failures = match direction {
            Direction::Push => conversation.push_tries,
            Direction::Pull => conversation.pull_tries,
        };
        let after = try_again_at(moment.now, failures, setback.retry_after_s, moment.entropy);
        diary.contact_failed(direction, after.max(moment.now.plus_ms(1)), setback.trouble.code())?;
        self.outcome.trouble.get_or_insert(setback.trouble);
        Ok(())
    }
}

impl Conversation for Contact {
    type Store = Diary;
    type Outcome = ContactOutcome;
    type Error = SyncError;

    fn next_request(
        &mut self,
        diary: &mut Diary,
        moment: &Moment<'_>,
    ) -> Result<Next<ContactOutcome>, SyncError> {
        self.pending = None;
        let (begun, waited) = self.begin(diary, moment)?;
        let mut asked = self.prove(diary)?;
        while asked.is_none() && self.may_go_on(begun, moment.now) {
            let facts = self.facts(diary, moment)?;
            asked = match next_step(&facts) {
                Step::Seal => {
                    self.seal(diary, &facts, moment)?;
                    continue;
                }
                Step::Push => Some(self.push(diary, moment)?),
                Step::Hello => Some(self.hello(diary, moment)),
                Step::FetchStudy(hash) => Some(log::study(diary, hash)),
                Step::Token => Some(self.challenge(diary)?),
                Step::Pull => Some(self.page(diary, moment)?),
                Step::Wait { .. } => break,
            };
        }
        match asked {
            Some((pending, request)) => {
                self.pending = Some(pending);
                Ok(Next::Send(request))
            }
            None => self.finish(diary, waited, moment.now).map(Next::Done),
        }
    }

    fn took(&mut self, diary: &mut Diary, reply: &Response, moment: &Moment<'_>) -> Result<(), SyncError> {
        let Some(pending) = self.pending.take() else { return Ok(()) };
        let direction = pending.direction();
        let setback = match pending {
            Pending::Push(pushed) => self.took_push(diary, (&pushed, reply), moment)?,
            Pending::Hello(nonce) => self.took_hello(diary, (nonce, reply))?,
            Pending::Study(hash) => self.took_study(diary, (hash, reply), moment)?,
            Pending::Challenge => self.took_challenge(diary, reply)?,
            Pending::Token => self.took_token(reply),
            Pending::Page(asked) => self.took_page(diary, (&asked, reply), moment)?,
        };
        match setback {
            Some(setback) => self.hold_off(diary, (direction, setback), moment),
            None => Ok(()),
        }
    }

    fn failed(
        &mut self,
        diary: &mut Diary,
        why: TransportError,
        moment: &Moment<'_>,
    ) -> Result<(), SyncError> {
        let Some(pending) = self.pending.take() else { return Ok(()) };
        self.hold_off(diary, (pending.direction(), SyncIssue::from(why).into()), moment)
    }
}

/// Seals the entries that are due, without any contact: urgent ones, and those of a past diary day. Returns the number of
/// parcels sealed.
///
/// # Errors
/// Fails if the store refuses, or the bundle names no key to seal to.
pub fn seal_due(diary: &mut Diary, moment: &Moment<'_>) -> Result<u32, SyncError> {
    let queued = diary.store().queued()?;
    let facts = ContactFacts {
        now: moment.now,
        unsealed: queued.count,
        oldest_unsealed: queued.oldest,
        urgent: queued.urgent,
        day_over: queued.earliest_day.is_some_and(|day| day < diary.day(moment.now, moment.zone)),
        ..ContactFacts::default()
    };
    if next_step(&facts) == Step::Seal { pack::seal_waiting(diary, false, moment) } else { Ok(0) }
}

/// True if neither the log may be read nor a parcel be pushed at `now`, because a contact has failed before. The two
/// directions have waits of their own.
///
/// # Errors
/// Fails if the store refuses.
pub fn waits(diary: &Diary, now: UtcMillis) -> Result<bool, SyncError> {
    let conversation = diary.store().conversation()?;
    let push_waits = !has_come(conversation.push_after, now) || diary.store().not_received()? == 0;
    Ok(!has_come(conversation.pull_after, now) && push_waits)
}
