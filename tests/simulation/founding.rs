//! Starting point of all runs: a small study and a keeper founded for it, made once and copied for each run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use diary_core::entropy::SeededEntropy;
use diary_core::entropy::SharedEntropy;
use diary_core::ids::SiteId;
use diary_core::keys::SigningKey;
use diary_core::study::StudyPackage;
use diary_core::time::UtcMillis;
use diary_server::audit::Account;
use diary_server::data_folder::DataFolder;
use diary_server::key_file::{KeyFile, Purpose};
use diary_server::ops::setup::{ROOT_FILE, SetupInput, set_up};

use super::clock::SimClock;
use super::{files, look, phone};

/// Time at which every run begins.
pub const START: UtcMillis = UtcMillis(1_790_000_000_000);
/// Name of the staff account.
pub const STAFF: &str = "coordinator";

/// The study with a version number to be filled in.
const STUDY: &str = r#"
id = "SIM"
version = VERSION
languages = ["en"]
day_cut = "03:00"
title = { en = "Simulated" }
notice = { en = "Call {emergency}." }

[limits]
late_hours = 48
unscheduled_late_hours = 24
backfill_days = 3
backfill_minutes = 10

[[sites]]
id = "here"
zone = "Asia/Shanghai"
title = { en = "Here" }
contact = { en = "us" }
emergency = { en = "120" }

[[anchors]]
id = "start"
title = { en = "Start" }

[[instruments]]
id = "sleep"
file = "sleep.json"

[[slots]]
id = "nightly"
instrument = "sleep"
title = { en = "Your night" }
opens = "06:00"
closes = "12:00"
repeat = "daily"
"#;

const SLEEP: &str = r#"{
  "resourceType": "Questionnaire", "status": "active", "version": "1", "title": "Sleep", "language": "en",
  "item": [{ "linkId": "well", "text": "Did you sleep well?", "type": "boolean" }]
}"#;

/// A version of the simulation's study.
///
/// # Panics
/// Never: the files are the ones above.
#[must_use]
pub fn study(version: u32) -> StudyPackage {
    let toml = STUDY.trim_start().replace("VERSION", &version.to_string());
    let files = [("study.toml", toml.as_str()), ("sleep.json", SLEEP)];
    let files: BTreeMap<String, Vec<u8>> =
        files.into_iter().map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).collect();
    StudyPackage::new(files).expect("two small files are a package")
}

/// The site of the study.
///
/// # Panics
/// Never: it is a plain word.
#[must_use]
pub fn site() -> SiteId {
    "here".parse().expect("a plain word")
}

/// A founded keeper, to be copied for each run.
#[derive(Debug)]
pub struct Founding {
    folder: tempfile::TempDir,
    root: [u8; 32],
}

impl Founding {
    /// Founds it.
    ///
    /// # Panics
    /// Panics if the keeper cannot be set up on this machine.
    pub async fn new() -> Self {
        look::authenticate_no_pages();
        let folder = files::folder();
        let staff = Account::new(STAFF).expect("a plain name");
        let (data, offline) = (folder.path().join("data"), folder.path().join("offline"));
        let input = SetupInput {
            data: &data,
            offline: &offline,
            package: &study(1),
            site: &site(),
            public: None,
            database: None,
            demo: true,
            by: &staff,
        };
        let clock = SimClock::at(START);
        let entropy: SharedEntropy = Arc::new(SeededEntropy::new(0));
        set_up(&input, &clock, &entropy).await.expect("a keeper is founded");
        let root = KeyFile::read(&offline.join(ROOT_FILE), Purpose::StudyRoot).expect("the root was written");
        let founding = Self { folder, root: *root.secret };
        // The connection of the set-up may still be closing. The checkpoint puts all its data into the one file that is copied.
        look::flush(&founding.data());
        std::fs::create_dir(founding.blank()).expect("the simulation's folder takes folders");
        phone::make_blank(&founding.blank()).expect("a phone's database is made");
        founding
    }

    fn data(&self) -> DataFolder {
        DataFolder::open(&self.folder.path().join("data")).expect("it was founded")
    }

    /// Copies database and keys into `to`.
    ///
    /// # Panics
    /// Panics if a file cannot be copied.
    pub fn copy_to(&self, to: &Path) -> DataFolder {
        let data = self.data();
        let keys = to.join("keys");
        std::fs::create_dir_all(&keys).expect("the simulation's folder takes folders");
        let copy = |from: &Path, to: &Path| {
            let name = from.file_name().expect("a file has a name");
            std::fs::copy(from, to.join(name)).expect("the simulation's folder takes files");
        };
        copy(&data.database(), to);
        for entry in std::fs::read_dir(data.keys()).expect("keys were written") {
            copy(&entry.expect("the folder can be listed").path(), &keys);
        }
        DataFolder::open(to).expect("it was just copied")
    }

    /// Folder of the offline keys: the root key and the recovery key.
    #[must_use]
    pub fn offline(&self) -> PathBuf {
        self.folder.path().join("offline")
    }

    /// Folder of a phone that has not joined yet: making its tables takes longer than joining.
    #[must_use]
    pub fn blank(&self) -> PathBuf {
        self.folder.path().join("phone")
    }

    /// The study's root key.
    #[must_use]
    pub fn root(&self) -> SigningKey {
        SigningKey::from_seed(&self.root)
    }
}
