//! Target of the attacks: a server process over a folder with phones that have joined, observed from outside by the
//! system's counters, by its database, and by the output that staff read.

use std::ffi::OsStr;
use std::io::{Read, Seek};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use diary_core::api;
use diary_core::entropy::SystemEntropy;
use diary_core::ids::{Hash, VaultId};
use diary_core::parcel::SealedParcel;
use diary_server::clock::SystemClock;
use diary_server::site::SiteServices;
use diary_tests::client::{Answer, Client};
use diary_tests::hostile;
use diary_tests::machine::{memory, watched};
use diary_tests::meter::now_s;
use diary_tests::process::{KEEPER, Process, Site};
use diary_tests::sealer::Sealed;

/// Memory that an attack may cost the server above its use at the start, in MiB.
pub(crate) const MEMORY_MIB: f64 = 200.0;
/// Longest that another's push may wait, in seconds.
pub(crate) const WAIT_S: f64 = 5.0;
/// Longest wait for parcels to be merged, in seconds.
const MERGED_S: f64 = 120.0;
/// Time between two looks at the database.
const LOOK: Duration = Duration::from_millis(50);

/// A server that runs.
pub(crate) struct Ground {
    /// Its folder and its phones.
    pub(crate) site: Site,
    /// Server process.
    pub(crate) keeper: Process,
    /// URL of the server.
    pub(crate) url: String,
    /// MiB that it took when it had just started.
    pub(crate) base_mib: f64,
    program: PathBuf,
}

impl Ground {
    /// A server of `program` on the folder of `site`.
    #[expect(clippy::panic, reason = "there is nothing to attack where it does not start")]
    pub(crate) fn of(program: &Path, site: Site) -> Self {
        let keeper = Process::start(program, &site.data(), &[]);
        let url = keeper.url().unwrap_or_else(|| panic!("it did not start: {}", keeper.complaints()));
        let base_mib = memory(keeper.pid()).now;
        Self { site, keeper, url, base_mib, program: program.to_owned() }
    }

    /// Largest memory so far above that at the start, in MiB.
    pub(crate) fn more_mib(&self) -> f64 {
        memory(self.keeper.pid()).most - self.base_mib
    }

    /// Bytes of its database.
    pub(crate) fn disk_bytes(&self) -> u64 {
        let files = std::fs::read_dir(self.site.data()).expect("its folder is there").flatten();
        let database = files.filter(|file| file.file_name().to_string_lossy().contains(".db"));
        database.filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum()
    }

    /// Bytes of its log.
    pub(crate) fn log_bytes(&self) -> u64 {
        std::fs::metadata(Process::log_of(&self.site.data())).map_or(0, |file| file.len())
    }

    /// Runs a command of staff in a process of its own.
    pub(crate) async fn staff<S: AsRef<OsStr>>(&self, words: &[S]) -> Ran {
        staff(&self.program, &self.site.data(), words).await
    }

    /// Its database, opened once more.
    pub(crate) async fn desk(&self) -> SiteServices {
        let folder = self.site.data_folder();
        let desk = SiteServices::open(&folder, Arc::new(SystemClock), Arc::new(SystemEntropy)).await;
        desk.expect("the database opens")
    }
}

/// Result of a command of staff.
pub(crate) struct Ran {
    /// It ended with 0.
    pub(crate) done: bool,
    /// Standard output.
    pub(crate) said: String,
    /// CPU time that it took, in seconds.
    pub(crate) cpu_s: f64,
    /// MiB that it took at most.
    pub(crate) most_mib: f64,
}

/// A command of staff on a data folder.
pub(crate) async fn staff<S: AsRef<OsStr>>(program: &Path, data: &Path, words: &[S]) -> Ran {
    // Into a file: a full pipe would block the command until it is read.
    let mut out = tempfile::tempfile().expect("a temporary file");
    let (stdout, stderr) = (out.try_clone().expect("a file"), out.try_clone().expect("a file"));
    let mut child = Command::new(program)
        .args([OsStr::new(KEEPER), OsStr::new("--by"), OsStr::new("attack"), OsStr::new("--data")])
        .arg(data)
        .args(words)
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(stderr)
        .spawn()
        .expect("the program is there");
    let (cpu_s, most_mib) = watched(&mut child).await;
    let done = child.wait().expect("it is ours").success();
    let mut said = String::new();
    out.rewind().expect("a file");
    out.read_to_string(&mut said).expect("it prints UTF-8");
    Ran { done, said, cpu_s, most_mib }
}

/// As the server and the phones run: with a thread for each core.
pub(crate) fn in_a_runtime<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().expect("a runtime starts").block_on(work)
}

/// Posts a push and gives the status of the answer.
pub(crate) async fn post(http: &reqwest::Client, url: &str, body: Vec<u8>) -> u16 {
    let post = http.post(format!("{url}{}", api::PARCELS)).header("content-type", api::CBOR).body(body);
    match post.send().await {
        // The answer is taken whole, as a phone does.
        Ok(reply) => {
            let status = reply.status().as_u16();
            reply.bytes().await.map_or(0, |_| status)
        }
        Err(_) => 0,
    }
}

/// Posts pushes one after the other and returns the number accepted.
pub(crate) async fn post_all(url: &str, pushes: Vec<Sealed>) -> usize {
    let (http, mut taken) = (hostile::client(hostile::address(99)), 0);
    for push in pushes {
        taken += usize::from(post(&http, url, push.body).await == 200);
    }
    taken
}

/// One push of an honest phone over a connection of its own, from a new address. Gives its duration in seconds, or none
/// if it got no receipt within [`WAIT_S`].
pub(crate) async fn honest_push(phone: Client, url: &str, from: u8) -> (Client, Option<f64>) {
    let mut phone = phone.from(Ipv4Addr::new(127, 0, 67, from));
    let before = now_s().0;
    let answer = tokio::time::timeout(Duration::from_secs(5), phone.push(url)).await;
    let took = matches!(answer, Ok(Answer::Received(..))).then(|| now_s().0 - before);
    (phone, took)
}

/// Seconds until `core` is in the record of `vault`; infinitely many where that takes too long.
pub(crate) async fn until_in_record(desk: &SiteServices, vault: VaultId, core: Hash) -> f64 {
    until(async || {
        let stored = desk.context().store().stored_parcels(vault).await.expect("the database answers");
        stored.iter().any(|parcel| {
            let sealed = SealedParcel::from_bytes(&parcel.parcel.bytes).map(|sealed| sealed.core_hash());
            parcel.settled == Some(Ok(())) && sealed.is_ok_and(|hash| hash == core)
        })
    })
    .await
}

/// Seconds until no parcel is waiting to be merged; infinite if that takes too long.
pub(crate) async fn until_merged(desk: &SiteServices) -> f64 {
    until(async || {
        desk.context().store().waiting(0, 1).await.expect("the database answers").batches.is_empty()
    })
    .await
}

async fn until(mut done: impl AsyncFnMut() -> bool) -> f64 {
    let (mut looks, began) = (tokio::time::interval(LOOK), now_s().0);
    while !done().await {
        if now_s().0 - began > MERGED_S {
            return f64::INFINITY;
        }
        looks.tick().await;
    }
    now_s().0 - began
}
