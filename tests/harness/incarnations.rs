//! Operations on the folder of a diary: copy to another phone, backup, restore.

use std::fs;
use std::path::{Path, PathBuf};

use diary_core::diary::Diary;
use diary_core::entropy::SystemEntropy;
use diary_core::sqlcipher::Missing;
use diary_core::store::lock::Lock;
use diary_core::store::{DatabaseKey, Store};
use diary_demo::phone::{APP, PIN, Phone};

/// A copy of a phone's folder.
pub struct Backup {
    folder: tempfile::TempDir,
}

impl Backup {
    /// Copies the phone's folder as it is now. No process is writing to it, so that its files belong together.
    #[must_use]
    pub fn of(phone: &Phone) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the backup");
        copy_all(&phone.folder, folder.path());
        Self { folder }
    }

    /// Replaces the phone's folder by the copy.
    #[must_use]
    pub fn put_back(&self, phone: Phone) -> Phone {
        self.put_back_some(phone, |_| true)
    }

    /// Puts back the database alone; the files beside it stay as they are.
    #[must_use]
    pub fn put_back_database(&self, phone: Phone) -> Phone {
        self.put_back_some(phone, |name| name == "diary.db" || name == "diary.db-wal")
    }

    fn put_back_some(&self, phone: Phone, which: impl Fn(&str) -> bool) -> Phone {
        let Phone { folder, lang, zone, diary, joined } = phone;
        drop(diary);
        for name in names(&folder).into_iter().filter(|name| which(name)) {
            fs::remove_file(folder.join(name)).expect("a file of the phone");
        }
        for name in names(self.folder.path()).into_iter().filter(|name| which(name)) {
            fs::copy(self.folder.path().join(&name), folder.join(&name)).expect("a file of the backup");
        }
        let diary = open(&folder);
        Phone { folder, lang, zone, diary, joined }
    }

    /// Another phone with the same content, in a folder of its own.
    #[must_use]
    pub fn clone_of(&self, phone: &Phone, folder: PathBuf) -> Phone {
        fs::create_dir_all(&folder).expect("a folder for the clone");
        copy_all(self.folder.path(), &folder);
        let diary = open(&folder);
        Phone { folder, lang: phone.lang, zone: phone.zone, diary, joined: phone.joined.clone() }
    }
}

/// The same phone after its program was stopped and started.
#[must_use]
pub fn restarted(phone: Phone) -> Phone {
    let Phone { folder, lang, zone, diary, joined } = phone;
    drop(diary);
    let diary = open(&folder);
    Phone { folder, lang, zone, diary, joined }
}

/// The key of the database in a phone's folder.
#[must_use]
pub fn database_key(folder: &Path) -> DatabaseKey {
    let lock = fs::read(folder.join("diary.lock")).expect("the lock of the phone");
    Lock::decode(&lock).and_then(|lock| lock.open_with_pin(PIN)).expect("every phone has the same PIN")
}

fn open(folder: &Path) -> Diary {
    let path = folder.join("diary.db");
    let store = Store::open(&path.to_string_lossy(), &database_key(folder), Missing::Refuse);
    Diary::open(store.expect("the store opens"), APP, &SystemEntropy).expect("the diary opens")
}

fn names(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).expect("a folder");
    files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect()
}

fn copy_all(from: &Path, to: &Path) {
    for name in names(from) {
        fs::copy(from.join(&name), to.join(&name)).expect("a file is copied");
    }
}
