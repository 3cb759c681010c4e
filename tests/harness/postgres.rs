//! A PostgreSQL of the tests' own: the machine's programs, data and socket in a temporary folder, durable as a real one.
//! It is gone when the test process is, however that ends. Where PostgreSQL is not installed a test is skipped and says
//! so; with `CI=true` it fails instead.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio_postgres::{Client, Config, NoTls};

use self::tls::Tls;

// Said in full, since the unit tests of the server share this file.
#[path = "postgres/tls.rs"]
mod tls;

/// The account that may do everything, on the socket alone.
const ADMIN: &str = "postgres";
/// The account that owns the databases of the tests, as the server's does.
pub const OWNER: &str = "diary";
/// Password of the account, for connections that demand one.
pub const PASSWORD: &str = "of-the-tests";

/// Configuration of every cluster. Commits are flushed to disk, as the server demands; the rest keeps the cluster small.
const SETTINGS: &str = "fsync = on
synchronous_commit = on
full_page_writes = on
max_connections = 200
shared_buffers = '64MB'
timezone = 'UTC'
";

/// Script that runs longer than the process: waits until its input is closed, which the end of the process does, then
/// stops the server and removes the folder.
const WATCHDOG: &str =
    r#"cat >/dev/null; "$1" stop --pgdata "$2/data" --mode immediate --silent; rm -rf "$2""#;

static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// A PostgreSQL that runs.
#[derive(Debug)]
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    account: Option<Account>,
    tls: Option<Tls>,
    watchdog: Child,
}

/// Whom the server runs as: it refuses to run as root.
#[derive(Clone, Copy, Debug)]
struct Account {
    user: u32,
    group: u32,
}

/// A database of a cluster.
#[derive(Clone, Debug)]
pub struct Database {
    /// Name of the database.
    pub name: String,
    /// URL of the database, for the server's configuration.
    pub url: String,
}

impl Cluster {
    /// Cluster shared by the tests of this process; none where PostgreSQL is not installed. It runs until the process ends.
    ///
    /// # Panics
    /// Panics if PostgreSQL is not installed and `CI` is set, or if the cluster does not start.
    #[must_use]
    pub fn shared() -> Option<&'static Self> {
        SHARED.get_or_init(Self::start).as_ref()
    }

    /// A cluster of its own, for a test that stops it or kills its processes.
    ///
    /// # Panics
    /// As [`Self::shared`].
    #[must_use]
    pub fn start() -> Option<Self> {
        programs().map(|programs| Self::start_in(programs, false))
    }

    /// One that is reached over TLS on 127.0.0.1 as well, under a certificate that an authority of the tests signed.
    ///
    /// # Panics
    /// As [`Self::shared`].
    #[must_use]
    pub fn start_with_tls() -> Option<Self> {
        programs().map(|programs| Self::start_in(programs, true))
    }

    fn start_in(programs: PathBuf, with_tls: bool) -> Self {
        let account = Account::for_the_server();
        let folder = tempfile::tempdir().expect("a folder for PostgreSQL").keep();
        if let Some(Account { user, group }) = account {
            std::os::unix::fs::chown(&folder, Some(user), Some(group)).expect("root gives it away");
        }
        let watchdog = watch(&programs, &folder, account);
        let tls = with_tls.then(|| Tls::in_folder(&folder));
        let cluster = Self { programs, folder, account, tls, watchdog };
        let data = cluster.data();
        let initdb = [
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            // Unless a column says otherwise, texts are sorted as people do, not by their bytes.
            "--locale-provider=icu",
            "--icu-locale=en-US",
            "--auth-local=trust",
            // So that a password is proved where there is TLS.
            "--auth-host=scram-sha-256",
            "--username=postgres",
            "--no-sync",
            "--no-instructions",
            "--pgdata",
        ];
        cluster.run("initdb", initdb, &data);
        let socket =
            format!("unix_socket_directories = '{}'\nlisten_addresses = ''\n", cluster.folder.display());
        append(&data.join("postgresql.conf"), &[&socket, SETTINGS]);
        if let Some(tls) = &cluster.tls {
            append(&data.join("postgresql.conf"), &[&tls.settings()]);
            append(&data.join("pg_hba.conf"), &["hostssl all all 127.0.0.1/32 scram-sha-256\n"]);
        }
        cluster.start_again();
        cluster
    }

    /// Starts it after [`Self::stop`]; returns when it answers.
    ///
    /// # Panics
    /// Panics if it does not start.
    pub fn start_again(&self) {
        let log = self.folder.join("log");
        let log = log.to_str().expect("a temporary folder has a plain name");
        self.run("pg_ctl", ["start", "--wait", "--silent", "--log", log, "--pgdata"], &self.data());
    }

    /// Stops it at once, as a power cut would; open connections are cut off.
    ///
    /// # Panics
    /// Panics if it does not run.
    pub fn stop(&self) {
        self.run("pg_ctl", ["stop", "--wait", "--silent", "--mode=immediate", "--pgdata"], &self.data());
    }

    /// Stops it at once and starts it again.
    ///
    /// # Panics
    /// Panics if it does not run, or does not start again.
    pub fn restart(&self) {
        self.stop();
        self.start_again();
    }

    /// An empty database that the account of a server owns.
    ///
    /// # Panics
    /// Panics if the database cannot be made.
    pub async fn database(&self) -> Database {
        let admin = self.admin(ADMIN).await;
        let create = format!(
            "DO $$ BEGIN CREATE ROLE {OWNER} LOGIN PASSWORD '{PASSWORD}'; EXCEPTION WHEN duplicate_object THEN NULL; \
             WHEN unique_violation THEN NULL; END $$"
        );
        admin.batch_execute(&create).await.expect("the administrator may");
        self.new_database(&admin, "template1").await
    }

    /// Copy of a database that has no open connections.
    ///
    /// # Panics
    /// Panics if the database cannot be copied.
    pub async fn database_like(&self, original: &Database) -> Database {
        self.new_database(&self.admin(ADMIN).await, &original.name).await
    }

    async fn new_database(&self, admin: &Client, template: &str) -> Database {
        let name = format!("diary_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        let create = format!("CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template}");
        admin.batch_execute(&create).await.expect("the administrator may");
        Database { url: self.url(OWNER, &name), name }
    }

    /// The process that started all others.
    ///
    /// # Panics
    /// Panics if it does not run.
    #[must_use]
    pub fn pid(&self) -> u32 {
        let file = std::fs::read_to_string(self.data().join("postmaster.pid")).expect("it runs");
        file.lines().next().and_then(|line| line.trim().parse().ok()).expect("its first line is the number")
    }

    /// URL of a database of this cluster on its socket, for an account.
    #[must_use]
    pub fn url(&self, account: &str, database: &str) -> String {
        let socket = self.folder.display().to_string().replace('/', "%2F");
        let port = self.tls.as_ref().map_or(5432, |tls| tls.port);
        format!("postgres://{account}@{socket}:{port}/{database}")
    }

    /// URL of a database over TLS, and the file with the certificate of the authority.
    ///
    /// # Panics
    /// Panics if the cluster was started without TLS.
    #[must_use]
    pub fn tls_url(&self, database: &Database) -> (String, PathBuf) {
        let tls = self.tls.as_ref().expect("it was started with TLS");
        let url = format!("postgres://{OWNER}:{PASSWORD}@127.0.0.1:{}/{}", tls.port, database.name);
        (url, tls.authority.clone())
    }

    /// The socket that it listens on.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.folder.join(".s.PGSQL.5432")
    }

    /// A connection of the administrator to a database.
    ///
    /// # Panics
    /// Panics if the database does not answer.
    pub async fn admin(&self, database: &str) -> Client {
        self.connect(ADMIN, database).await
    }

    /// A connection of an account to a database.
    ///
    /// # Panics
    /// Panics if the database does not answer.
    pub async fn connect(&self, account: &str, database: &str) -> Client {
        let config: Config = self.url(account, database).parse().expect("it is made of plain words");
        let (client, connection) = config.connect(NoTls).await.expect("the database answers");
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection of a test was cut off");
            }
        });
        client
    }

    /// Kills (-9) the processes that serve a database to any account but the administrator's; returns their number.
    /// PostgreSQL then closes all connections and recovers, as after a crash.
    ///
    /// # Panics
    /// Panics if the database does not answer.
    pub async fn kill_backends(&self, database: &Database) -> usize {
        let admin = self.admin(ADMIN).await;
        let serving = "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND usename <> $2";
        let rows = admin.query(serving, &[&database.name, &ADMIN]).await.expect("the administrator may");
        let pids = rows.iter().filter_map(|row| rustix::process::Pid::from_raw(row.get(0)));
        // A process may have ended by itself since the query.
        pids.filter(|pid| rustix::process::kill_process(*pid, rustix::process::Signal::KILL).is_ok()).count()
    }

    /// Output of `pg_dump` for a database: everything that can be read from a stolen copy.
    ///
    /// # Panics
    /// Panics if it cannot be read.
    #[must_use]
    pub fn dump(&self, database: &Database) -> Vec<u8> {
        let mut command = self.command("pg_dump");
        let url = self.url(ADMIN, &database.name);
        let dump = command.args(["--dbname", &url]);
        let output = dump.output().expect("the program is there");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// Log of the server.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn command(&self, program: &str) -> Command {
        command_as(&self.programs.join(program), &self.folder, self.account)
    }

    fn run<'a>(&self, program: &str, words: impl IntoIterator<Item = &'a str>, data: &Path) {
        // Not through pipes: the server inherits them and keeps them open, so reading to their end would never finish.
        let complaints = self.folder.join(format!("{program}.err"));
        let file = std::fs::File::create(&complaints).expect("the folder is there");
        let mut command = self.command(program);
        let status = command.args(words).arg(data).stdout(Stdio::null()).stderr(file).status();
        let said = || std::fs::read_to_string(&complaints).unwrap_or_default() + &self.log();
        assert!(status.expect("the program is there").success(), "{program}: {}", said());
    }
}

impl Drop for Cluster {
    /// The shared one is never dropped; the watchdog notices the end of the process.
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        if let Err(error) = self.watchdog.wait() {
            tracing::debug!(%error, "nobody waited for a PostgreSQL to stop");
        }
    }
}

impl Account {
    /// Account `postgres` if this process runs as root, which PostgreSQL refuses to run as; else none.
    fn for_the_server() -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            return None;
        }
        let number = |of: &str| -> u32 {
            let id = Command::new("id").args([of, ADMIN]).output().expect("the system can tell accounts");
            String::from_utf8_lossy(&id.stdout)
                .trim()
                .parse()
                .expect("the package makes an account `postgres`")
        };
        Some(Self { user: number("-u"), group: number("-g") })
    }
}

fn command_as(program: &Path, folder: &Path, account: Option<Account>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null()).env("LC_ALL", "C.UTF-8").env_remove("PGDATA");
    if let Some(Account { user, group }) = account {
        command.uid(user).gid(group);
    }
    command
}

/// Starts the script in a process group of its own, so that an interrupt of the tests does not keep it from cleaning up.
fn watch(programs: &Path, folder: &Path, account: Option<Account>) -> Child {
    let mut command = command_as(Path::new("sh"), Path::new("/"), account);
    command.args(["-c", WATCHDOG, "sh"]).arg(programs.join("pg_ctl")).arg(folder).process_group(0);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("every system has a shell")
}

fn append(file: &Path, parts: &[&str]) {
    let text = std::fs::read_to_string(file).expect("initdb wrote it");
    std::fs::write(file, text + &parts.concat()).expect("the folder is there");
}

/// The folder with PostgreSQL's programs, the newest where there are several.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = debian.map(|version| version.path().join("bin")).collect();
    versions.sort_by_key(|bin| {
        bin.parent().and_then(|version| version.file_name()?.to_str()?.parse::<u32>().ok())
    });
    let has_all = |bin: &PathBuf| {
        ["initdb", "pg_ctl", "pg_dump", "postgres"].iter().all(|name| bin.join(name).is_file())
    };
    let found = std::env::split_paths(&path).chain(versions.into_iter().rev()).find(has_all);
    if found.is_none() {
        say_that_it_is_missing();
    }
    found
}

fn say_that_it_is_missing() {
    assert!(std::env::var_os("CI").is_none(), "PostgreSQL is needed (Debian: apt-get install postgresql)");
    // Directly to the stream, since a test's captured output is not shown where it passes, and skipping must be seen.
    writeln!(std::io::stderr(), "skipped: PostgreSQL is not installed (Debian: apt-get install postgresql)")
        .expect("there is somewhere to complain to");
}
