//! A link to a PostgreSQL that breaks at the worst moment: the database has committed, and its process is killed before
//! the answer is sent.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;

use crate::postgres::{Cluster, Database, OWNER};

/// First bytes of a transaction, of the statement that stores a parcel, and of the commit.
const BEGINS: &[u8] = b"BEGIN ";
const STORES: &[u8] = b"INSERT INTO parcel (";
const COMMITS: &[u8] = b"COMMIT\0";
/// First bytes of a prepared statement's text, behind its name.
const STATEMENT: &[u8] = b"\0-- store::";
/// In front of the number of the process that serves a connection, and of a number that is not asked for here.
const PROCESS: &[u8] = b"K\0\0\0\x0c";

/// A link that listens in a folder of its own.
#[derive(Debug)]
pub struct Link {
    folder: tempfile::TempDir,
    shared: Arc<Shared>,
    lost: watch::Receiver<u32>,
}

#[derive(Debug)]
struct Shared {
    socket: PathBuf,
    breaks: AtomicBool,
    lost: watch::Sender<u32>,
}

impl Link {
    /// A link to `cluster` without faults.
    ///
    /// # Panics
    /// Panics if the socket cannot be made.
    #[must_use]
    pub fn to(cluster: &Cluster) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the socket");
        let listener =
            UnixListener::bind(folder.path().join(".s.PGSQL.5432")).expect("a socket in a new folder");
        let (send, lost) = watch::channel(0);
        let shared =
            Arc::new(Shared { socket: cluster.socket(), breaks: AtomicBool::new(false), lost: send });
        let passing = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((server, _)) = listener.accept().await {
                tokio::spawn(pass(server, Arc::clone(&passing)));
            }
        });
        Self { folder, shared, lost }
    }

    /// URL of a database through this link, for the server's configuration.
    #[must_use]
    pub fn url(&self, database: &Database) -> String {
        url(self.folder.path(), &database.name)
    }

    /// From now on, whenever a parcel is committed, the process that did it is killed (-9) before its answer passes; or no
    /// longer.
    pub fn breaks(&self, breaks: bool) {
        self.shared.breaks.store(breaks, Ordering::SeqCst);
    }

    /// Waits until so many answers were lost, since the beginning.
    ///
    /// # Panics
    /// Never: the other end is held here.
    pub async fn until_lost(&mut self, answers: u32) {
        self.lost.wait_for(|count| *count >= answers).await.expect("the link is there");
    }
}

fn url(folder: &Path, database: &str) -> String {
    let socket = folder.display().to_string().replace('/', "%2F");
    format!("postgres://{OWNER}@{socket}/{database}")
}

/// State of one connection.
#[derive(Default)]
struct Known {
    process: AtomicU32,
    committing: AtomicBool,
}

async fn pass(server: UnixStream, shared: Arc<Shared>) {
    let Ok(database) = UnixStream::connect(&shared.socket).await else { return };
    let ((from_server, to_server), (from_database, to_database)) =
        (server.into_split(), database.into_split());
    let known = Arc::new(Known::default());
    let asking = tokio::spawn(ask(from_server, to_database, Arc::clone(&known), Arc::clone(&shared)));
    answer(from_database, to_server, &known, &shared).await;
    // Both sides see the end at the same time.
    asking.abort();
}

/// Forwards the server's requests.
async fn ask(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, known: Arc<Known>, shared: Arc<Shared>) {
    let mut chunk = vec![0; 64 * 1024];
    // Bytes that use the prepared statement which stores parcels; and true if this transaction has used it.
    let (mut statement, mut stores) = (None, false);
    while let Ok(read @ 1..) = from.read(&mut chunk).await {
        let said = &chunk[..read];
        statement = prepared(said).or(statement);
        if holds(said, BEGINS) {
            stores = false;
        }
        stores |= statement.as_ref().is_some_and(|statement| holds(said, statement));
        if shared.breaks.load(Ordering::SeqCst) && stores && holds(said, COMMITS) {
            known.committing.store(true, Ordering::SeqCst);
        }
        if to.write_all(said).await.is_err() {
            return;
        }
    }
}

/// Forwards the database's answers, except the one that is to be lost.
async fn answer(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, known: &Known, shared: &Shared) {
    let mut chunk = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut chunk).await {
        let said = &chunk[..read];
        if let Some(at) = find(said, PROCESS)
            && let Some(number) = said.get(at + PROCESS.len()..at + PROCESS.len() + 4)
            && known.process.load(Ordering::SeqCst) == 0
        {
            let number = u32::from_be_bytes(number.try_into().unwrap_or_default());
            known.process.store(number, Ordering::SeqCst);
        }
        if known.committing.load(Ordering::SeqCst) {
            // It is on the disk, and only this process knows.
            let process = i32::try_from(known.process.load(Ordering::SeqCst)).ok().and_then(Pid::from_raw);
            if process.is_some_and(|process| kill_process(process, Signal::KILL).is_ok()) {
                shared.lost.send_modify(|count| *count += 1);
            }
            return;
        }
        if to.write_all(said).await.is_err() {
            return;
        }
    }
}

/// Bytes that refer to the prepared statement which stores parcels: its name between zeros. `None` if it is not prepared here.
fn prepared(said: &[u8]) -> Option<Vec<u8>> {
    let text = find(said, STORES)?;
    let before = &said[..text];
    let end = before.windows(STATEMENT.len()).rposition(|window| window == STATEMENT)?;
    let name: Vec<u8> = before[..end].iter().rev().copied().take_while(u8::is_ascii_alphanumeric).collect();
    Some([&[0], name.iter().rev().copied().collect::<Vec<u8>>().as_slice(), &[0]].concat())
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    find(bytes, what).is_some()
}
