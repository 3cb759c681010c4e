//! A keeper as a process of its own: started on a data folder, killed, stopped, waited for. The program is one of
//! this package that runs the server's whole program.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use diary_core::keys::HistoryScope;
use diary_core::text::Lang;
use diary_demo::site::Site as DemoSite;
use diary_server::config::Database;
use diary_server::data_folder::DataFolder;
use diary_server::site::ConfirmDevice;
use diary_store::Participant;
use tempfile::TempDir;

use crate::sealer::Sealer;

/// First argument with which the program `kill` is the keeper.
pub const KEEPER: &str = "keeper";
/// First argument with which the program `kill` is the diary of a phone.
pub const DIARY: &str = "diary";

/// The few phones here push as much as hundreds would, which the usual limits refuse.
const LIFTED: &str = "[limits]\ndevice_burst = 1000000\nsource_burst = 1000000\n";

/// A second phone of a participant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Second {
    /// Staff have confirmed it.
    Confirmed,
    /// Joined, and not confirmed yet.
    Waiting,
}

/// A folder with a keeper's data, and phones that have joined it. Nothing of it is open.
pub struct Site {
    /// Everything is in it.
    pub folder: TempDir,
    /// Phones that have joined.
    pub phones: Vec<Sealer>,
    database: Option<Database>,
}

impl Site {
    /// A site of the shipped study with `phones` confirmed phones, made by a keeper in this process, which then ends.
    ///
    /// # Panics
    /// Panics if any step fails: without a site there is nothing to test.
    #[must_use]
    pub fn with_phones(phones: usize) -> Self {
        Self::with_phones_on(None, phones)
    }

    /// The same on a database elsewhere, where one is named.
    ///
    /// # Panics
    /// Panics if any step fails: without a site there is nothing to test.
    #[must_use]
    pub fn with_phones_on(database: Option<Database>, phones: usize) -> Self {
        Self::made(database, phones, None)
    }

    /// A site whose first participant has a second phone, which is the last of its phones: confirmed, or waiting for that.
    ///
    /// # Panics
    /// Panics if any step fails: without a site there is nothing to test.
    #[must_use]
    pub fn with_second_phone(phones: usize, second: Second) -> Self {
        Self::made(None, phones, Some(second))
    }

    fn made(database: Option<Database>, phones: usize, second: Option<Second>) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        // A runtime of its own: when it is dropped, all tasks that held the database open have ended.
        let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
        let phones = runtime.block_on(enrol(database.clone(), &folder.path().join("stage"), phones, second));
        drop(runtime);
        let site = Self { folder, phones, database };
        site.reach(site.database.as_ref());
        site
    }

    /// Lets keepers that start from now on reach their database there.
    ///
    /// # Panics
    /// Panics if the file cannot be written.
    pub fn reach(&self, database: Option<&Database>) {
        let named = database.map_or_else(String::new, |at| format!("[database]\nurl = \"{}\"\n", at.url));
        std::fs::write(self.config(), named + LIFTED).expect("the folder is there");
    }

    /// The data folder of another server of the same study: the same keys, and the same database, which is elsewhere.
    ///
    /// # Panics
    /// Panics if a file cannot be copied.
    #[must_use]
    pub fn another(&self) -> PathBuf {
        let (from, to) = (self.data(), self.folder.path().join("stage").join("another"));
        std::fs::create_dir_all(to.join("keys")).expect("the folder is there");
        let here = |folder: &str| {
            std::fs::read_dir(from.join(folder)).expect("a folder").map(|entry| entry.expect("a file").path())
        };
        for file in here("").chain(here("keys")).filter(|path| path.is_file()) {
            let below = file.strip_prefix(&from).expect("it lies in there");
            std::fs::copy(&file, to.join(below)).expect("a file is copied");
        }
        to
    }

    /// The keeper's data folder with its database.
    ///
    /// # Panics
    /// Panics if the folder is not there.
    #[must_use]
    pub fn data_folder(&self) -> DataFolder {
        let elsewhere = self.database.as_ref().map(|database| database.location().expect("it was opened"));
        DataFolder::at(&self.data()).with_database(elsewhere).expect("it was made with the site")
    }

    /// Gives the keeper limits of its own: lines of `[limits]`.
    ///
    /// # Panics
    /// Panics if the file cannot be written.
    pub fn with_limits(&self, lines: &str) {
        std::fs::write(self.config(), format!("[limits]\n{lines}\n")).expect("the folder is there");
    }

    /// Gives the keeper its default limits.
    ///
    /// # Panics
    /// Panics if the file cannot be removed.
    pub fn with_usual_limits(&self) {
        std::fs::remove_file(self.config()).expect("it was written with the site");
    }

    fn config(&self) -> PathBuf {
        self.data().join(diary_server::config::FILE_NAME)
    }

    /// The keeper's data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("stage").join("server")
    }
}

async fn enrol(
    database: Option<Database>,
    stage: &Path,
    phones: usize,
    second: Option<Second>,
) -> Vec<Sealer> {
    use std::sync::Arc;

    let clock = Arc::new(diary_server::clock::SystemClock);
    let package = diary_core::study::shipped::nct06836973();
    let beijing = "beijing".parse().expect("a plain word");
    let entropy = Arc::new(diary_core::entropy::SystemEntropy);
    let site = DemoSite::open_on(database, stage, &package, &beijing, 0, clock, entropy);
    let mut site = site.await.expect("a keeper starts on a fresh folder");
    let (mut sealers, mut first) = (Vec::new(), None);
    for n in 0..phones {
        let (participant, phone) =
            site.enrol(&format!("P-{n}"), Lang::EN, crate::world::beijing()).await.expect("enrolment works");
        sealers.push(Sealer::of(&phone));
        first.get_or_insert(participant);
    }
    if let (Some(second), Some(first)) = (second, first) {
        sealers.push(enrol_second(&site, &first, second).await);
    }
    site.stop().await.expect("it ends when told to");
    sealers
}

async fn enrol_second(site: &DemoSite, participant: &Participant, second: Second) -> Sealer {
    let link = site.invite_another(participant).await.expect("staff make a link");
    let joined = site.join("second", &link, Lang::EN, crate::world::beijing(), &site.transport).await;
    let phone = joined.expect("the phone joins");
    if second == Second::Confirmed {
        let (digits, because) = (phone.joined.digits, Some("both phones in hand"));
        let confirmed = site
            .desk
            .devices()
            .confirm(
                &site.staff,
                participant,
                ConfirmDevice { digits, history: HistoryScope::All, reason: because },
            )
            .await;
        confirmed.expect("the digits are those of a phone that waits");
    }
    Sealer::of(&phone)
}

/// A keeper that runs.
pub struct Process {
    child: Child,
    address: Option<SocketAddr>,
    log: PathBuf,
}

impl Process {
    /// Starts `program` as a keeper on `data`, on a free port, under `wrapper` where there is one: the words of a
    /// command that runs another. Returns when it has printed its address, or has ended before.
    ///
    /// # Panics
    /// Panics if the program cannot be started.
    #[must_use]
    pub fn start(program: &Path, data: &Path, wrapper: &[OsString]) -> Self {
        Self::start_with(program, data, wrapper, &[])
    }

    /// As [`Self::start`], with further words for `serve`.
    ///
    /// # Panics
    /// Panics if the program cannot be started.
    #[must_use]
    pub fn start_with(program: &Path, data: &Path, wrapper: &[OsString], further: &[OsString]) -> Self {
        let log = Self::log_of(data);
        let stderr = std::fs::File::create(&log).expect("the folder is there");
        let mut words = wrapper.iter().cloned().chain([program.into()]);
        let mut command = Command::new(words.next().expect("there is at least the program"));
        let mut child = command
            .args(words)
            .args([KEEPER, "serve", "--demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(further)
            .env("DIARY_SERVER_LOG_FILTER", "info")
            .env("DIARY_SERVER_PAGES_LISTEN", "off")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .expect("the program is there");
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        stdout.read_line(&mut line).expect("it prints UTF-8");
        let after = line.split("http://").nth(1).unwrap_or_default();
        let end = after.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ':').unwrap_or(after.len());
        let address = after.get(..end).unwrap_or_default().trim_end_matches('.').parse().ok();
        Self { child, address, log }
    }

    /// Log file of a keeper on `data`.
    #[must_use]
    pub fn log_of(data: &Path) -> PathBuf {
        data.with_extension("log")
    }

    /// URL that it serves; none if it ended before it served.
    #[must_use]
    pub fn url(&self) -> Option<String> {
        self.address.map(|address| format!("http://{address}"))
    }

    /// Address that it listens on; none if it ended before it served.
    #[must_use]
    pub const fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// The most memory that it has held so far, in MiB, as the system counts it.
    ///
    /// # Panics
    /// Panics if the system does not report it.
    #[must_use]
    pub fn peak_mib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the system counts it");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
    }

    /// Process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Kills it at once, as a power cut would, and waits until it is gone.
    ///
    /// # Panics
    /// Panics if the process cannot be killed.
    pub fn kill(&mut self) {
        self.child.kill().expect("it is ours");
        self.child.wait().expect("it is ours");
    }

    /// Tells it to stop and waits until it has.
    ///
    /// # Panics
    /// Panics if the process cannot be signalled.
    pub fn stop(&mut self) -> ExitStatus {
        let pid = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw);
        let pid = pid.expect("a child has a number");
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it is ours");
        self.child.wait().expect("it is ours")
    }

    /// Exit status if it has ended.
    ///
    /// # Panics
    /// Panics if the system does not report it.
    pub fn has_ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("it is ours")
    }

    /// Contents of its log.
    #[must_use]
    pub fn complaints(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Process {
    /// Leaves no keeper behind where a test fails. One that has ended already is no error.
    fn drop(&mut self) {
        if self.child.kill().is_ok() && self.child.wait().is_err() {
            tracing::debug!("a keeper could not be waited for");
        }
    }
}
