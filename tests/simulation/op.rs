//! Operations of a run, as data: a run is a list of these, and a list that found a violation is kept as it was printed.
//! Numbers of phones and participants count round, so that a list stays meaningful when operations are taken out.

/// Operation of a run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Op {
    /// Staff hand out a link and a new phone joins with it.
    Join {
        /// Number of the participant.
        participant: u8,
        /// Network faults of its requests.
        steps: Vec<Step>,
    },
    /// Staff type the six digits of the longest waiting phone.
    Confirm,
    /// A note is saved.
    Note(u8),
    /// The questionnaire of the day is answered.
    Assess(u8),
    /// The last entry is corrected.
    Correct(u8),
    /// The last entry is withdrawn.
    Withdraw(u8),
    /// Due entries are sealed, without any contact.
    Seal(u8),
    /// Pushes an unreadable parcel with a valid signature by the phone's key, under another incarnation.
    Poison(u8),
    /// One contact of a phone.
    Sync {
        /// Number of the phone.
        phone: u8,
        /// Network faults of its requests, one each; further requests pass.
        steps: Vec<Step>,
    },
    /// One contact on a disk that takes so many more rows; the phone is then restarted with free space again.
    Full {
        /// Number of the phone.
        phone: u8,
        /// Rows that still fit.
        rows: u8,
    },
    /// The phone's battery is taken out.
    Restart(u8),
    /// The phone's folder is copied: a backup, or the last state that a cheating disk has really kept.
    Copy(u8),
    /// The phone's folder is replaced by that copy.
    Restore(u8),
    /// The phone's folder is copied to another phone, and both are used.
    Clone(u8),
    /// The keeper merges the waiting parcels.
    Merge,
    /// The keeper is killed and started again.
    KeeperRestart,
    /// The keeper's disk takes so many more transactions and then none, until it is restarted.
    KeeperFull(u8),
    /// The keeper is killed before (or right after) so many more transactions.
    KeeperDies {
        /// Transactions that still go through.
        writes: u8,
        /// The write after them is committed, but its confirmation is lost.
        committed: bool,
    },
    /// The keeper's database is copied.
    KeeperCopy,
    /// Replaces the keeper's database by that copy; the keeper cannot detect it.
    KeeperRestore,
    /// The same, beside the mark that shows how far the database had come: the keeper notices and begins a new epoch.
    KeeperRestoreNoticed,
    /// Requests that the network had held back arrive, the last first.
    Arrive,
    /// Advances all clocks.
    Wait {
        /// Minutes that pass.
        minutes: u32,
    },
    /// A phone's clock is set.
    Clock {
        /// Number of the phone.
        phone: u8,
        /// Minutes, back if negative.
        minutes: i64,
    },
    /// The keeper's clock is set.
    KeeperClock {
        /// Minutes, back if negative.
        minutes: i64,
    },
    /// A new version of the study is published.
    NewStudy,
    /// The site gets a new sealing key.
    Rotate,
    /// Staff move the anchor of a participant's schedule.
    Anchor(u8),
    /// Staff note a visit of a participant.
    Visit(u8),
    /// The keeper makes a backup.
    Backup,
    /// The keeper's machine is lost with its keys: the backup, the recovery key and the root give a new one, which signs
    /// with a key of its own.
    KeeperLost,
    /// From now on phones connect to a relay, from which the keeper pulls.
    Relay,
    /// The keeper pulls from the relay.
    Pull,
    /// The relay is killed and started again.
    RelayRestart,
    /// Staff take a phone away that they had confirmed.
    Revoke(u8),
}

/// Disks that an operation may have changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Touched {
    /// One phone's, or every phone's; a new phone counts as touched anyway.
    pub phones: Phones,
    /// True for the keeper's disk.
    pub keeper: bool,
}

/// Set of phones.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phones {
    /// No phone.
    None,
    /// Phone of this number.
    One(u8),
    /// All phones.
    All,
}

impl Op {
    /// Disks that the operation may change.
    #[must_use]
    pub const fn touches(&self) -> Touched {
        let (phones, keeper) = match self {
            Self::Note(phone)
            | Self::Assess(phone)
            | Self::Correct(phone)
            | Self::Withdraw(phone)
            | Self::Seal(phone)
            | Self::Restart(phone)
            | Self::Copy(phone)
            | Self::Restore(phone)
            | Self::Clone(phone) => (Phones::One(*phone), false),
            Self::Sync { phone, .. } | Self::Full { phone, .. } => (Phones::One(*phone), true),
            Self::Poison(_)
            | Self::Join { .. }
            | Self::Confirm
            | Self::Merge
            | Self::KeeperRestart
            | Self::KeeperRestore
            | Self::KeeperRestoreNoticed
            | Self::Arrive
            | Self::NewStudy
            | Self::Rotate
            | Self::Anchor(_)
            | Self::Visit(_)
            | Self::KeeperLost
            | Self::Relay
            | Self::Pull
            | Self::Revoke(_) => (Phones::None, true),
            Self::KeeperFull(_)
            | Self::KeeperDies { .. }
            | Self::KeeperCopy
            | Self::Backup
            | Self::RelayRestart
            | Self::Wait { .. }
            | Self::Clock { .. }
            | Self::KeeperClock { .. } => (Phones::None, false),
        };
        Touched { phones, keeper }
    }
}

/// Fate of one request and its reply.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Request and reply pass.
    Pass,
    /// The request is lost.
    LoseRequest,
    /// The request arrives; the reply is lost.
    LoseReply,
    /// The request arrives twice; the phone gets the second reply.
    Twice,
    /// The request breaks off after so many thousandths of its bytes.
    CutRequest(u16),
    /// The reply breaks off after so many thousandths of its bytes.
    CutReply(u16),
    /// One bit of the request is flipped.
    FlipRequest(u32),
    /// One bit of the reply is flipped.
    FlipReply(u32),
    /// The network holds the request back; the phone gives up waiting.
    Late,
    /// A portal answers with a page of its own and status 200.
    Portal,
    /// A proxy answers with this status, and with seconds of `Retry-After`.
    Status(u16, Option<u32>),
    /// The phone's battery is taken out before it leaves.
    DieBefore,
    /// The phone's battery is taken out when the reply has come, before it is read.
    DieAfter,
}
