//! An unlocked diary in the hands of one command: opened, with who enters and in which language.

use diary_core::diary::{Circumstances, Diary, DiaryError};
use diary_core::entry::Author;
use diary_core::ids::EntryId;
use diary_core::sqlcipher::Missing;
use diary_core::store::{DatabaseKey, Store};
use diary_core::time::DiaryDay;

use crate::args::Global;
use crate::failure::{Failure, HomeProblem};
use crate::home::{APP, Home, InUse};
use crate::pin;
use crate::screen::Screen;
use crate::settings::Settings;
use crate::words;

/// Key of the diary's database.
pub(crate) struct Key(DatabaseKey);

impl Key {
    /// Asks for the PIN of the diary in `home`.
    pub(crate) fn ask(screen: &mut Screen<'_>, home: &Home) -> Result<Self, Failure> {
        let lock = home.lock()?.ok_or(HomeProblem::NotJoined)?;
        Ok(Self(pin::open(screen, home, &lock)?.key))
    }
}

/// An unlocked diary.
pub(crate) struct Session {
    /// The diary.
    pub(crate) diary: Diary,
    /// Its folder.
    pub(crate) home: Home,
    /// Its settings.
    pub(crate) settings: Settings,
    /// Author of new entries.
    pub(crate) author: Author,
    _in_use: InUse,
}

/// The terminal and the open diary, as the commands use them.
pub(crate) struct Dialogue<'d, 's> {
    /// The terminal.
    pub(crate) screen: &'d mut Screen<'s>,
    /// The open diary.
    pub(crate) session: &'d mut Session,
}

impl Session {
    /// Unlocks the diary. From then on the screen speaks the diary's language, unless another was asked for.
    pub(crate) fn open(screen: &mut Screen<'_>, global: &Global, home: &Home) -> Result<Self, Failure> {
        let key = Key::ask(screen, home)?;
        let in_use = enter(screen, home)?;
        Self::open_with(screen, global, home, &key, in_use)
    }

    /// As [`Session::open`], with a key that was asked for before and other commands kept out already.
    pub(crate) fn open_with(
        screen: &mut Screen<'_>,
        global: &Global,
        home: &Home,
        key: &Key,
        in_use: InUse,
    ) -> Result<Self, Failure> {
        let mut store = Store::open(&home.database_text()?, &key.0, Missing::Refuse)?;
        store.check_once_a_day(screen.env.clock.now())?;
        let diary = Diary::open(store, APP, screen.env.entropy)?;
        if !crate::language::is_asked_for(global, screen.env.var) {
            screen.lang = diary.device().lang;
        }
        let settings = Settings::read(home)?;
        Ok(Self { diary, home: home.clone(), settings, author: global.author(), _in_use: in_use })
    }

    /// The circumstances of something entered now.
    pub(crate) fn tap<'a>(&self, screen: &Screen<'a>) -> Circumstances<'a> {
        Circumstances {
            now: screen.env.clock.now(),
            zone: screen.env.zone,
            monotonic_ms: (screen.env.monotonic_ms)(),
            author: self.author.clone(),
            lang: screen.lang,
            entropy: screen.env.entropy,
        }
    }

    /// The diary day it is now.
    pub(crate) fn today(&self, screen: &Screen<'_>) -> DiaryDay {
        self.diary.day(screen.env.clock.now(), screen.env.zone)
    }

    /// The number of an entry that is here.
    pub(crate) fn number_of(&self, entry: EntryId) -> Result<u32, Failure> {
        let number = self.diary.store().entry_number(entry)?;
        Ok(number.ok_or(DiaryError::UnknownEntry)?)
    }
}

/// Keeps other commands out of the diary, saying so where it has to wait for one.
pub(crate) fn enter(screen: &mut Screen<'_>, home: &Home) -> Result<InUse, Failure> {
    let waiting = words::lock::other_command_running(screen.lang);
    let mut told = Ok(());
    let in_use = home.enter(|| told = screen.warn(waiting))?;
    told?;
    Ok(in_use)
}
