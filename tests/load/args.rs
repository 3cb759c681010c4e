//! Arguments of the command line.

use std::ffi::OsString;
use std::path::PathBuf;

/// Help, printed where the arguments are not understood.
pub(crate) const USAGE: &str =
    "load PART [--roles keeper,relay] [--databases sqlite,postgres] [--clients 1,8,64,512] [--runs N] [--quick] [--json]
parts: all (three quarters of an hour), machine, day, offline, ingest, receive, drain, rebuild, reads, pages, export
  --roles      servers that are measured
  --databases  what is behind them
  --clients    connections at the same time
  --runs       how often each figure is measured [5]; the median is given with the least and the most
  --quick      small sizes: a few minutes, and no figures to quote
  --json       every single value, in place of tables";

/// One part of the measurements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum What {
    /// The machine itself, without the product.
    Machine,
    /// An ordinary day of one phone on the wire.
    Day,
    /// Five weeks offline of one phone.
    Offline,
    /// Merge of ten thousand waiting parcels by a keeper that starts.
    Drain,
    /// Records worked out once more.
    Rebuild,
    /// Reports and worklists with few and with many participants.
    Reads,
    /// Pages of the site with few and with many participants, and wrong sign-ins.
    Pages,
    /// Export of the diaries as tables.
    Export,
    /// Pushes of one and of twenty entries.
    Ingest,
    /// Pushes of twenty entries.
    Receive,
}

const PARTS: [(&str, What); 10] = [
    ("machine", What::Machine),
    ("day", What::Day),
    ("offline", What::Offline),
    ("ingest", What::Ingest),
    ("drain", What::Drain),
    ("rebuild", What::Rebuild),
    ("reads", What::Reads),
    ("pages", What::Pages),
    ("export", What::Export),
    ("receive", What::Receive),
];

/// Role of the server under load.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    /// Merges the parcels it receives.
    Keeper,
    /// Stores and opens nothing.
    Relay,
}

impl Role {
    /// Name on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Keeper => "keeper",
            Self::Relay => "relay",
        }
    }
}

/// Database of the server under load.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Backend {
    /// In the server's process.
    Sqlite,
    /// A PostgreSQL of the machine, started for the measurement.
    Postgres,
}

impl Backend {
    /// Name on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// Arguments.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Asked {
    what: Option<What>,
    /// Servers to measure.
    pub(crate) roles: Vec<Role>,
    /// Databases to measure.
    pub(crate) backends: Vec<Backend>,
    /// Connections at the same time.
    pub(crate) clients: Vec<usize>,
    /// Runs of each figure.
    pub(crate) runs: usize,
    /// Smaller sizes, for a quick run.
    pub(crate) quick: bool,
    /// Every value in place of tables.
    pub(crate) json: bool,
    /// Path of this program, which the servers are started with.
    pub(crate) program: PathBuf,
}

impl Asked {
    /// Reads the words after the program's name.
    pub(crate) fn of(mut words: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let first = text(words.next())?;
        let what = match PARTS.iter().find(|(name, _)| *name == first) {
            Some((_, what)) => Some(*what),
            None if first == "all" => None,
            None => return Err(format!("{first}: no such part")),
        };
        let program = std::env::current_exe().map_err(|e| format!("this program cannot find itself: {e}"))?;
        let mut asked = Self {
            what,
            roles: vec![Role::Keeper, Role::Relay],
            backends: vec![Backend::Sqlite, Backend::Postgres],
            clients: vec![1, 8, 64, 512],
            runs: 5,
            quick: false,
            json: false,
            program,
        };
        while let Some(word) = words.next() {
            match text(Some(word))?.as_str() {
                "--quick" => {
                    asked.quick = true;
                    asked.runs = 1;
                }
                "--json" => asked.json = true,
                "--runs" => asked.runs = number(&text(words.next())?)?,
                "--clients" => {
                    asked.clients = text(words.next())?.split(',').map(number).collect::<Result<_, _>>()?;
                }
                "--databases" => {
                    asked.backends = text(words.next())?.split(',').map(backend).collect::<Result<_, _>>()?;
                }
                "--roles" => {
                    asked.roles = text(words.next())?.split(',').map(role).collect::<Result<_, _>>()?;
                }
                other => return Err(format!("{other}: no such option")),
            }
        }
        Ok(asked)
    }

    /// The parts to be measured, in order.
    pub(crate) fn parts(&self) -> Vec<What> {
        // Receiving in groups of twenty is one part of the ingest measurement, which would run it twice.
        let all = PARTS.iter().map(|(_, what)| *what).filter(|what| *what != What::Receive);
        self.what.map_or_else(|| all.collect(), |what| vec![what])
    }
}

fn text(word: Option<OsString>) -> Result<String, String> {
    let word = word.ok_or("a word is missing")?;
    word.into_string().map_err(|_| "a word is not readable".to_owned())
}

fn number(word: &str) -> Result<usize, String> {
    word.parse().ok().filter(|n| *n > 0).ok_or_else(|| format!("{word}: not a number above 0"))
}

fn role(word: &str) -> Result<Role, String> {
    [Role::Keeper, Role::Relay]
        .into_iter()
        .find(|role| role.name() == word)
        .ok_or_else(|| format!("{word}: keeper or relay"))
}

fn backend(word: &str) -> Result<Backend, String> {
    [Backend::Sqlite, Backend::Postgres]
        .into_iter()
        .find(|backend| backend.name().to_ascii_lowercase().starts_with(word))
        .ok_or_else(|| format!("{word}: sqlite or postgres"))
}
