//! Error of a command: one enum, from which exit code, machine-readable code and sentence follow. Never holds an
//! answer, a name, a PIN or a link.

use diary_core::api::ProblemCode;
use diary_core::diary::DiaryError;
use diary_core::keys::{LinkError, RecoveryTextError};
use diary_core::measure::Unit;
use diary_core::readers::{Far, ReadError};
use diary_core::store::StoreError;
use diary_core::store::lock::LockError;
use diary_sync::SyncError;
use diary_sync::join::JoinError;
use diary_sync::sync_issue::SyncIssue;
use diary_view::joining::PinRefusal;

pub(crate) use carried::CarriedProblem;

use crate::exit::Exit;

mod carried;

/// Error of a command.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command is not written as it must be.
    #[error("usage")]
    Usage(Usage),
    /// The input is refused.
    #[error("refused")]
    Refused(InputError),
    /// The link is no enrolment link.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// A recovery secret is mistyped.
    #[error(transparent)]
    RecoveryText(#[from] RecoveryTextError),
    /// The home folder or its lock.
    #[error("home")]
    Home(HomeProblem),
    /// The PIN.
    #[error("pin")]
    Pin(PinProblem),
    /// The diary refused.
    #[error(transparent)]
    Diary(#[from] DiaryError),
    /// Waiting entries could not be prepared for sending, or the store refused.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// Joining did not succeed.
    #[error("joining did not succeed")]
    Join(JoinError),
    /// The terminal cannot be read or written.
    #[error(transparent)]
    Terminal(#[from] std::io::Error),
    /// A file that is carried by hand.
    #[error("carried")]
    Carried(CarriedProblem),
}

/// Error in the command line itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Usage {
    /// No such command; those that look like it.
    Command(Vec<String>),
    /// No such option, as written where it is harmless to repeat.
    Option(Option<String>),
    /// The command goes on in one of several ways: the help that lists them.
    Incomplete(String),
    /// Something is missing: names of arguments.
    Missing(Vec<String>),
    /// Something is there too much.
    TooMuch,
    /// An option has no value, or one that does not fit.
    Value(Option<String>),
    /// Two options exclude each other, or one needs another.
    Conflict(Vec<String>),
    /// Asks a person, and there is none.
    NeedsTerminal(&'static str),
    /// The settings file.
    Settings {
        /// Number of the line that is not understood, from 1.
        line: usize,
    },
}

/// Error in the input of a person or a script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum InputError {
    /// No such slot or questionnaire: those there are.
    Place(Vec<String>),
    /// Nothing is to be answered now: what can be answered all the same.
    NothingDue(Vec<String>),
    /// It cannot be answered before this time, as people read it.
    NotYet(String),
    /// Several can be meant: those.
    Several(Vec<String>),
    /// Answered already, as the entry of this number.
    Answered(u32),
    /// Not `linkId=value`.
    AnswerLine {
        /// Number of the line, from 1.
        line: usize,
    },
    /// Not JSON of the expected shape.
    AnswerJson,
    /// The file of answers cannot be read.
    AnswerFile,
    /// Several items are refused; each sentence says which and why.
    Answers(Vec<diary_core::study::instrument::AnswerError>),
    /// An amount is needed; units that fit.
    Amount(Vec<Unit>),
    /// Not an amount, and why; units that fit.
    ReadAmount(ReadError, Vec<Unit>),
    /// Not the day or the time that is wanted, and why.
    Read(ReadError),
    /// The time lies more than a day from the planned one: both, as people read them.
    CannotBelong {
        /// Time as entered.
        at: String,
        /// Planned time.
        planned: String,
    },
    /// A date more than a year away, which is to be confirmed.
    Far(Far),
    /// Not a number of days.
    Days,
    /// Not a reason for leaving a dose out.
    SkipReason,
    /// Not what can become of a dose.
    DoseStatus,
    /// Not a way of taking a medication.
    Route,
    /// Not a frequency.
    Frequency,
    /// No dose of that kind is planned: those that are.
    NoDose(Vec<String>),
    /// Several doses can be meant: the commands that name each.
    WhichDose(Vec<String>),
    /// A dose that is late, and it was not said when it was taken: the dose, and the commands that say it.
    WhenTaken(String, Vec<String>),
    /// A dose whose time has not come, and it was not said that it was taken early all the same: the dose, from when on
    /// it can be recorded, and the command that records it as early.
    Early {
        /// The dose with its planned moment.
        dose: String,
        /// Time from which on it can be recorded without confirmation.
        opens: String,
        /// The command.
        command: String,
    },
    /// An amount far from the planned or the usual one: both, as people read them.
    Unusual {
        /// Amount as entered.
        amount: String,
        /// Planned or usual amount.
        usual: String,
    },
    /// An amount in a unit that is not the medication's, as people read it.
    OtherUnit {
        /// Amount as entered.
        amount: String,
        /// The units of the medication.
        known: Vec<Unit>,
    },
    /// Not the number of a line or of a dose.
    DoseNumber,
    /// No such event: codes and titles.
    Event(Vec<String>),
    /// Not six digits.
    PhoneDigits,
    /// No entry of that number.
    EntryNumber,
    /// The entry is of another kind than the inputs.
    InputsOfOtherKind(&'static str),
    /// Nothing was given to correct: the options for this kind.
    NothingToCorrect(&'static str),
    /// An instruction that an alert rule showed is a fact and cannot be corrected.
    Instruction,
    /// The entry was made with a later version of the diary.
    Newer,
    /// A reason is needed.
    Reason,
    /// Words are needed.
    Words,
    /// Dangerous unless it is meant: `--yes` is needed.
    Confirm,
    /// Broken off by the person; nothing was saved.
    BrokenOff,
    /// The language is not offered.
    Language,
    /// The recovery secret does not open this diary.
    RecoveryWrong,
}

/// Error of the home folder.
#[derive(Debug)]
pub(crate) enum HomeProblem {
    /// The variable `HOME` is not set and no folder was named.
    Unknown,
    /// The folder or a file in it cannot be read or written.
    Io(std::io::ErrorKind),
    /// Another process has it open.
    InUse,
    /// There is no diary in it.
    NotJoined,
    /// A diary without its lock: it must not be overwritten.
    LockMissing,
    /// The lock file is damaged.
    LockDamaged,
    /// The lock file was written by a newer program.
    LockNewer,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PinProblem {
    /// It does not open the diary.
    Wrong,
    /// Too short or too long.
    Length {
        /// Least number of characters.
        least: usize,
    },
    /// There is not enough memory to open the lock.
    Memory,
    /// Typed differently the second time.
    NotTheSame,
    /// The file that `DIARY_PIN_FILE` names cannot be read.
    File,
    /// Neither a person to ask nor a file is there.
    NobodyToAsk,
}

impl Failure {
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::Refused(_) | Self::Link(_) | Self::RecoveryText(_) => Exit::Refused,
            Self::Home(HomeProblem::NotJoined) => Exit::Locked,
            Self::Home(_) | Self::Terminal(_) => Exit::Storage,
            Self::Pin(PinProblem::Length { .. } | PinProblem::NotTheSame) => Exit::Refused,
            Self::Pin(_) => Exit::Locked,
            Self::Diary(error) => diary_exit(error),
            Self::Sync(SyncError::Diary(error)) => diary_exit(error),
            Self::Sync(SyncError::SyncIssue(_)) => Exit::NotSent,
            Self::Sync(SyncError::Seal(_) | SyncError::OwnGrant) => Exit::Storage,
            Self::Join(error) => join_exit(error),
            Self::Carried(problem) => problem.exit(),
        }
    }

    /// A short code for scripts.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Usage(_) => "usage",
            Self::Refused(refusal) => refusal.code(),
            Self::Link(_) => "link",
            Self::RecoveryText(_) => "recovery-secret",
            Self::Home(HomeProblem::NotJoined) => "not-joined",
            Self::Home(HomeProblem::InUse) => "in-use",
            Self::Home(_) => "home",
            Self::Pin(PinProblem::Wrong) => "wrong-pin",
            Self::Pin(_) => "pin",
            Self::Diary(error) => match diary_exit(error) {
                Exit::Locked => "not-joined",
                Exit::Storage => "storage",
                Exit::Ok | Exit::Refused | Exit::Usage | Exit::NotSent => "refused",
            },
            Self::Sync(_) => "sync",
            Self::Join(_) => "join",
            Self::Terminal(_) => "terminal",
            Self::Carried(problem) => problem.code(),
        }
    }
}

fn diary_exit(error: &DiaryError) -> Exit {
    match error {
        DiaryError::Store(StoreError::NotJoined) => Exit::Locked,
        DiaryError::Store(StoreError::AlreadyJoined | StoreError::CounterSpent | StoreError::Entry(_)) => {
            Exit::Refused
        }
        DiaryError::Store(
            StoreError::KeyOrFile
            | StoreError::NoFile
            | StoreError::Corrupt
            | StoreError::NewerVersion { .. }
            | StoreError::NoCipher
            | StoreError::Row { .. }
            | StoreError::SideFile(_)
            | StoreError::Database(_)
            | StoreError::ReadingOnly(_)
            | StoreError::NotSaved(_),
        )
        | DiaryError::NoStudy
        | DiaryError::Study(_)
        | DiaryError::UnknownSite
        | DiaryError::Trust => Exit::Storage,
        DiaryError::Entry(_)
        | DiaryError::Answers(_)
        | DiaryError::UnknownInstrument
        | DiaryError::UnknownItem
        | DiaryError::NoDraft
        | DiaryError::UnknownSlot
        | DiaryError::NotOpenYet { .. }
        | DiaryError::Future
        | DiaryError::UnknownEntry
        | DiaryError::AlreadyWithdrawn
        | DiaryError::OtherKind
        | DiaryError::OtherDigits
        | DiaryError::NoPhoneAsks => Exit::Refused,
    }
}

fn join_exit(error: &JoinError) -> Exit {
    use ProblemCode::{JoinRefused, LinkExpired, LinkUnknown, LinkUsed};
    match error {
        JoinError::Store(StoreError::AlreadyJoined) => Exit::Refused,
        JoinError::Store(_) => Exit::Storage,
        JoinError::SyncIssue(SyncIssue::Problem(JoinRefused | LinkExpired | LinkUnknown | LinkUsed))
        | JoinError::NotTheStudy
        | JoinError::Study(_) => Exit::Refused,
        JoinError::SyncIssue(_) => Exit::NotSent,
    }
}

impl InputError {
    const fn code(&self) -> &'static str {
        match self {
            Self::Place(_) => "unknown-place",
            Self::NothingDue(_) => "nothing-due",
            Self::NotYet(_) => "not-yet",
            Self::Several(_) | Self::WhichDose(_) => "which-one",
            Self::WhenTaken(..) => "when-taken",
            Self::Early { .. } => "early",
            Self::Unusual { .. } => "unusual-amount",
            Self::OtherUnit { .. } => "other-unit",
            Self::DoseNumber => "number",
            Self::Answered(_) => "already-answered",
            Self::AnswerLine { .. } | Self::AnswerJson | Self::AnswerFile => "answers-file",
            Self::Answers(_) => "answers",
            Self::Amount(_) | Self::ReadAmount(..) => "amount",
            Self::Read(error) => error.code(),
            Self::CannotBelong { .. } => "other-day",
            Self::Far(_) => "far-date",
            Self::Days => "day",
            Self::SkipReason => "why",
            Self::DoseStatus => "status",
            Self::Route => "route",
            Self::Frequency => "frequency",
            Self::NoDose(_) => "no-such-dose",
            Self::Event(_) => "unknown-event",
            Self::PhoneDigits => "digits",
            Self::EntryNumber => "unknown-entry",
            Self::InputsOfOtherKind(_) => "other-kind",
            Self::NothingToCorrect(_) => "nothing-to-correct",
            Self::Instruction => "instruction",
            Self::Newer => "newer",
            Self::Reason => "reason-needed",
            Self::Words => "words-needed",
            Self::Confirm => "confirm",
            Self::BrokenOff => "broken-off",
            Self::Language => "language",
            Self::RecoveryWrong => "recovery-wrong",
        }
    }
}

impl From<InputError> for Failure {
    fn from(refusal: InputError) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Usage> for Failure {
    fn from(usage: Usage) -> Self {
        Self::Usage(usage)
    }
}

impl From<PinProblem> for Failure {
    fn from(problem: PinProblem) -> Self {
        Self::Pin(problem)
    }
}

impl From<PinRefusal> for PinProblem {
    fn from(refusal: PinRefusal) -> Self {
        match refusal {
            PinRefusal::Short { least } => Self::Length { least },
            PinRefusal::NotTheSame => Self::NotTheSame,
        }
    }
}

impl From<HomeProblem> for Failure {
    fn from(problem: HomeProblem) -> Self {
        Self::Home(problem)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Diary(DiaryError::Store(error))
    }
}

impl From<LockError> for Failure {
    fn from(error: LockError) -> Self {
        match error {
            LockError::Wrong => Self::Pin(PinProblem::Wrong),
            LockError::PinLength { least } => Self::Pin(PinProblem::Length { least }),
            LockError::Memory => Self::Pin(PinProblem::Memory),
            LockError::File => Self::Home(HomeProblem::LockDamaged),
            LockError::Newer => Self::Home(HomeProblem::LockNewer),
        }
    }
}
