//! Runs transactions on SQLite: one thread that writes, and a few connections that read. No statement stands here.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, TransactionBehavior};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::{Semaphore, mpsc, oneshot};

use super::open::{DatabaseKey, Missing, Use, open};
use super::tx::SqliteTx;
use super::writer::Writer;
use crate::error::Cause;
use crate::sql::{Engine, Step, Tx};
use crate::{StoreError, blocking};

/// Queue of the writing thread; callers beyond wait for a place.
const WRITE_QUEUE: usize = 64;
/// Connections that read at the same time.
const READERS: usize = 4;

/// Pushes wait while a merge has the writing thread. Four times as many took a fifth more CPU, doubled the longest
/// waits, and left memory allocated on every thread that had judged them.
const MERGED_AT_ONCE: u32 = 64;

/// A job for the writing connection; returns the state of that connection afterwards.
type Job = Box<dyn FnOnce(&mut Writer) -> Go + Send>;

/// State of the writing connection after a job.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Go {
    On,
    Stop,
}

/// Place where writing transactions run.
enum Writing {
    /// A thread, which takes one job after another.
    Thread {
        // Declared before `_thread`, and so dropped first: the thread ends once the channel is closed.
        jobs: mpsc::Sender<Job>,
        _thread: WriterThread,
    },
    /// On the calling thread, in a runtime of one thread, where nothing is read at the same time: this connection reads, too,
    /// and keeps the pages that it has. `None` once the disk has failed.
    InPlace(Mutex<Option<Writer>>),
}

/// Handle of the writing thread, joined on drop: if the process ends while a connection is being closed, SQLCipher's
/// memory is freed under it.
struct WriterThread(Option<std::thread::JoinHandle<()>>);

impl WriterThread {
    fn start(mut writer: Writer, mut jobs: mpsc::Receiver<Job>) -> std::io::Result<Self> {
        let run = move || {
            while let Some(job) = jobs.blocking_recv() {
                if job(&mut writer) == Go::Stop {
                    tracing::error!("the database's disk failed; nothing more is written");
                    break;
                }
            }
        };
        Ok(Self(Some(std::thread::Builder::new().name("diary-writer".to_owned()).spawn(run)?)))
    }
}

impl Drop for WriterThread {
    fn drop(&mut self) {
        let other = self.0.take().filter(|writer| writer.thread().id() != std::thread::current().id());
        if other.is_some_and(|writer| writer.join().is_err()) {
            tracing::error!("the thread that writes the database panicked");
        }
    }
}

/// The connections of one database. Dropping them waits until what is queued is written and the database is closed.
pub struct Threads {
    writing: Writing,
    readers: Arc<Readers>,
    places: Arc<Semaphore>,
}

/// Reading connections: each is opened at its first use, and kept.
struct Readers {
    path: PathBuf,
    key: DatabaseKey,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    fn take(&self) -> Result<Connection, StoreError> {
        let idle = self.idle().pop();
        idle.map_or_else(|| open(&self.path, &self.key, Missing::Refuse, Use::Read), Ok)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Threads {
    /// Opens the first connections and starts the writing thread. The thread ends after the last handle is dropped and
    /// the queue is empty, or when the disk fails.
    pub(crate) fn start(path: &Path, key: &DatabaseKey, missing: Missing) -> Result<Self, StoreError> {
        let writer = Writer::open(path, key, missing)?;
        let readers = Readers { path: path.to_owned(), key: key.clone(), idle: Mutex::default() };
        let alone = Handle::try_current().is_ok_and(|at| at.runtime_flavor() == RuntimeFlavor::CurrentThread);
        let writing = if alone {
            Writing::InPlace(Mutex::new(Some(writer)))
        } else {
            // Opened at once, so that an unreadable database is reported at the start; many stores need no other.
            let first = readers.take()?;
            readers.idle().push(first);
            let (jobs, taken) = mpsc::channel::<Job>(WRITE_QUEUE);
            let thread = WriterThread::start(writer, taken)
                .map_err(|e| StoreError::Database { during: "open", source: Cause(Box::new(e)) })?;
            Writing::Thread { jobs, _thread: thread }
        };
        Ok(Self { writing, readers: Arc::new(readers), places: Arc::new(Semaphore::new(READERS)) })
    }

    /// Gives `work` the one connection of [`Writing::InPlace`].
    #[cfg(feature = "testing")]
    pub(super) fn with_connection<T>(&self, work: impl FnOnce(&Connection) -> T) -> Option<T> {
        let Writing::InPlace(writer) = &self.writing else { return None };
        let place = writer.lock().ok()?;
        place.as_ref().map(|writer| work(&writer.connection))
    }

    /// Runs `work` with the writing connection. Nothing is written after a fatal error.
    pub(crate) async fn on_writer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let work = move |writer: &mut Writer| {
            let outcome = work(&mut writer.connection);
            let outcome = outcome.and_then(|done| writer.copy_log_if_long().map(|()| done));
            let go = match &outcome {
                Err(error) if error.is_fatal() => Go::Stop,
                _ => Go::On,
            };
            (outcome, go)
        };
        let jobs = match &self.writing {
            Writing::Thread { jobs, .. } => jobs,
            Writing::InPlace(writer) => {
                let mut place = writer.lock().map_err(|_| StoreError::Stopped)?;
                let (outcome, go) = work(place.as_mut().ok_or(StoreError::Stopped)?);
                if go == Go::Stop {
                    *place = None;
                }
                return outcome;
            }
        };
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |writer| {
            let (outcome, go) = work(writer);
            if answer.send(outcome).is_err() {
                tracing::debug!("the caller no longer waits for a write");
            }
            go
        });
        jobs.send(job).await.map_err(|_| StoreError::Stopped)?;
        answered.await.map_err(|_| StoreError::Stopped)?
    }

    async fn on_reader<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        if let Writing::InPlace(writer) = &self.writing
            && let Ok(mut place) = writer.lock()
            && let Some(writer) = place.as_mut()
        {
            return work(&mut writer.connection);
        }
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| StoreError::Stopped)?;
        let readers = Arc::clone(&self.readers);
        let read = move || {
            let _place = place;
            let mut connection = readers.take()?;
            let outcome = work(&mut connection);
            readers.idle().push(connection);
            outcome
        };
        blocking::run(read).await?
    }
}

impl Engine for Threads {
    fn merged_at_once(&self) -> u32 {
        MERGED_AT_ONCE
    }

    async fn write<T: Send + 'static>(
        &self,
        verb: &'static str,
        work: impl Fn(&dyn Tx) -> Step<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.on_writer(move |connection| commit(connection, verb, &work)).await
    }

    async fn read<T: Send + 'static>(
        &self,
        verb: &'static str,
        work: impl Fn(&dyn Tx) -> Step<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.on_reader(move |connection| snapshot(connection, verb, &work)).await
    }

    async fn peek<T: Send + 'static>(
        &self,
        verb: &'static str,
        work: impl Fn(&dyn Tx) -> Step<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.on_writer(move |connection| snapshot(connection, verb, &work)).await
    }

    async fn outside_version(&self) -> Result<i64, StoreError> {
        // On the writing connection: `data_version` does not count a connection's own commits, so a change means that
        // another process has written.
        self.peek("outside_version", |t| t.one("PRAGMA data_version", (), |row| row.only())).await
    }
}

/// Begins an immediate transaction, so that the write lock is taken at once, runs `work`, and commits or rolls back.
pub(super) fn commit<T>(
    connection: &mut Connection,
    verb: &'static str,
    work: &dyn Fn(&dyn Tx) -> Step<T>,
) -> Result<T, StoreError> {
    let mut run = || -> Step<T> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = work(&SqliteTx(&transaction))?;
        transaction.commit()?;
        Ok(value)
    };
    run().map_err(|fault| fault.named(verb))
}

fn snapshot<T>(
    connection: &mut Connection,
    verb: &'static str,
    work: &dyn Fn(&dyn Tx) -> Step<T>,
) -> Result<T, StoreError> {
    let mut run = || -> Step<T> {
        // Dropped without a commit: nothing was written.
        let transaction = connection.transaction()?;
        work(&SqliteTx(&transaction))
    };
    run().map_err(|fault| fault.named(verb))
}
