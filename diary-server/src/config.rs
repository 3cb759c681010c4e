//! The server's configuration: one file, `diary-server.toml`, and environment variables that take precedence. Unknown
//! keys are refused; every error names file, line and key. Plain HTTP and TLS are decided in `transport`.

pub mod limits;
pub mod pages;
pub mod transport;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use diary_core::keys::{ApiHost, LinkError};
use serde::Deserialize;

pub use limits::Limits;
pub use pages::{Pages, PagesListen};
pub use transport::{Transport, TransportError};

use crate::toml_place::{self, TomlProblem};
use diary_store::{Location, LocationError};

/// Name of the file in the data folder.
pub const FILE_NAME: &str = "diary-server.toml";
/// Default address on which the server listens.
pub const DEFAULT_LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8440);

/// Default header in which proxies name the address that a request comes from.
const DEFAULT_SOURCE_HEADER: &str = "x-forwarded-for";

/// Everything that can be configured.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Addresses.
    pub server: Server,
    /// The site's pages.
    pub pages: Pages,
    /// The database, where it is not the one in the data folder.
    pub database: Option<Database>,
    /// Certificate and key.
    pub tls: Option<Tls>,
    /// Logging.
    pub log: Log,
    /// Backups that the server makes by itself.
    pub backup: Option<BackupConfig>,
    /// The relay in front of this keeper.
    pub relay: Option<Relay>,
    /// Limits of use, for each source and device and altogether.
    pub limits: Limits,
}

/// A database that is not the one in the data folder.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `postgres://USER@HOST/DATABASE`, or `sqlite:PATH`. A password may stand in it.
    pub url: String,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Database(..)")
    }
}

impl Database {
    /// Location of the database.
    ///
    /// # Errors
    /// [`LocationError`] where the text names no database.
    pub fn location(&self) -> Result<Location, LocationError> {
        self.url.parse()
    }
}

/// Backups that the server makes by itself.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupConfig {
    /// Folder for backups: another disk, or a folder that is copied elsewhere. A relative path is resolved against
    /// the configuration file's folder.
    pub folder: PathBuf,
    /// Minutes from one to the next.
    #[serde(default = "every_hour")]
    pub every_minutes: NonZeroU32,
    /// Number of backups to keep.
    #[serde(default = "two_days")]
    pub keep: NonZeroU32,
}

const fn every_hour() -> NonZeroU32 {
    NonZeroU32::new(60).expect("sixty is not zero")
}

const fn two_days() -> NonZeroU32 {
    NonZeroU32::new(48).expect("forty-eight is not zero")
}

/// The relay through which phones reach this keeper, which need not be reachable itself.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relay {
    /// Name under which phones and this keeper reach it: `HOST` or `HOST:PORT`. Appears in enrolment links.
    pub host: String,
}

impl Relay {
    /// The name, read.
    ///
    /// # Errors
    /// [`LinkError`] where it is none.
    pub fn host(&self) -> Result<ApiHost, LinkError> {
        self.host.parse()
    }
}

/// Address on which the server listens, and names under which phones reach it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Name under which phones reach this server: `HOST` or `HOST:PORT`; `http://127.0.0.1:PORT` on the machine
    /// itself. Appears in enrolment links.
    pub public: Option<String>,
    /// Name under which the app is served, if it is another one.
    pub app: Option<String>,
    /// A proxy in front of this server ends TLS. Without it plain HTTP is only spoken on loopback.
    pub behind_proxy: bool,
    /// The header in which that proxy names the address that a request comes from; the last one in it counts.
    pub source_header: String,
    /// True if `/metrics` is answered. The route has no authentication.
    pub metrics: bool,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: DEFAULT_LISTEN,
            public: None,
            app: None,
            behind_proxy: false,
            source_header: DEFAULT_SOURCE_HEADER.to_owned(),
            metrics: false,
        }
    }
}

/// TLS files in PEM format. Relative paths are resolved against the configuration file's folder.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The certificate with its chain.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Logging.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// Format of the lines.
    pub format: LogFormat,
    /// Filter: a level or tracing directives.
    pub filter: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Text, filter: "info".to_owned() }
    }
}

/// Format of log lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Problem with the value of an environment variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VariableProblem {
    /// Certificate and key are needed together.
    #[error("certificate without key, or key without certificate")]
    TlsPair,
    /// An address and port are needed.
    #[error("expected an address and port")]
    Address,
    /// An address and port, or `off`, are needed.
    #[error("expected an address and port, or off")]
    AddressOrOff,
    /// `true` or `false` is needed.
    #[error("expected true or false")]
    Boolean,
    /// `text` or `json` is needed.
    #[error("expected text or json")]
    LogFormat,
}

/// Error in the configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{file}: {reason}")]
    Unreadable {
        /// Path of the file.
        file: String,
        /// Error of the operating system.
        reason: String,
    },
    /// A key is unknown, has the wrong type, or stands twice.
    #[error(transparent)]
    Key(#[from] TomlProblem),
    /// An environment variable with the server's prefix that it does not know.
    #[error("unknown environment variable {name}")]
    UnknownVariable {
        /// Its name.
        name: String,
    },
    /// An environment variable with a value that it cannot have.
    #[error("{name}: {problem}")]
    Variable {
        /// Its name.
        name: &'static str,
        /// The problem.
        problem: VariableProblem,
    },
}

/// Environment variables and the key each one stands for.
const VARIABLES: &[(&str, &str)] = &[
    ("DIARY_SERVER_DATABASE", "database.url"),
    ("DIARY_SERVER_LISTEN", "server.listen"),
    ("DIARY_SERVER_PUBLIC", "server.public"),
    ("DIARY_SERVER_APP", "server.app"),
    ("DIARY_SERVER_BEHIND_PROXY", "server.behind_proxy"),
    ("DIARY_SERVER_METRICS", "server.metrics"),
    ("DIARY_SERVER_PAGES_LISTEN", "pages.listen"),
    ("DIARY_SERVER_PAGES_PUBLIC", "pages.public"),
    ("DIARY_SERVER_TLS_CERTIFICATE", "tls.certificate"),
    ("DIARY_SERVER_TLS_KEY", "tls.key"),
    ("DIARY_SERVER_LOG_FORMAT", "log.format"),
    ("DIARY_SERVER_LOG_FILTER", "log.filter"),
    ("DIARY_SERVER_RELAY", "relay.host"),
];
/// Variables that the command line reads itself.
const COMMAND_LINE_VARIABLES: &[&str] = &["DIARY_SERVER_DATA", "DIARY_SERVER_CONFIG"];

/// Names of the environment variables that are known.
pub fn known_variables() -> impl Iterator<Item = &'static str> {
    VARIABLES.iter().map(|(name, _)| *name).chain(COMMAND_LINE_VARIABLES.iter().copied())
}

impl Config {
    /// The defaults with the limits of requests lifted, for requests made in this very process.
    #[must_use]
    pub fn lifted() -> Self {
        Self { limits: Limits::lifted(), ..Self::default() }
    }

    /// Reads the configuration of `file` (all defaults for `None`), overridden by the server's variables in
    /// `environment`.
    ///
    /// # Errors
    /// [`ConfigError`], which names file, line and key, or the variable.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut config = match file {
            Some(path) => {
                let name = path.display().to_string();
                let text = std::fs::read_to_string(path)
                    .map_err(|e| ConfigError::Unreadable { file: name.clone(), reason: e.to_string() })?;
                let mut config = Self::parse(&name, &text)?;
                config.resolve_paths(path.parent().unwrap_or(Path::new("")));
                config
            }
            None => Self::default(),
        };
        let ours: BTreeMap<String, String> =
            environment.into_iter().filter(|(name, _)| name.starts_with("DIARY_SERVER_")).collect();
        for (name, value) in &ours {
            if !COMMAND_LINE_VARIABLES.contains(&name.as_str()) {
                config.set(name, value)?;
            }
        }
        match &config.tls {
            Some(tls) if tls.certificate.as_os_str().is_empty() || tls.key.as_os_str().is_empty() => {
                let problem = VariableProblem::TlsPair;
                Err(ConfigError::Variable { name: "DIARY_SERVER_TLS_CERTIFICATE", problem })
            }
            _ => Ok(config),
        }
    }

    /// Parses the `text` of a configuration; `file` is its name for messages.
    ///
    /// # Errors
    /// [`ConfigError::Key`], which names line and key.
    pub fn parse(file: &str, text: &str) -> Result<Self, ConfigError> {
        Ok(toml_place::parse(file, text)?)
    }

    fn resolve_paths(&mut self, folder: &Path) {
        if let Some(tls) = &mut self.tls {
            tls.certificate = folder.join(&tls.certificate);
            tls.key = folder.join(&tls.key);
        }
        if let Some(backup) = &mut self.backup {
            backup.folder = folder.join(&backup.folder);
        }
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), ConfigError> {
        let Some((name, key)) = VARIABLES.iter().find(|(known, _)| *known == name) else {
            return Err(ConfigError::UnknownVariable { name: name.to_owned() });
        };
        let wrong = |problem| ConfigError::Variable { name, problem };
        let empty_tls = || Tls { certificate: PathBuf::new(), key: PathBuf::new() };
        match *key {
            "server.listen" => {
                self.server.listen = value.parse().map_err(|_| wrong(VariableProblem::Address))?;
            }
            "pages.listen" => {
                self.pages.listen = value.parse().map_err(|_| wrong(VariableProblem::AddressOrOff))?;
            }
            "pages.public" => self.pages.public = Some(value.to_owned()),
            "database.url" => self.database = Some(Database { url: value.to_owned() }),
            "relay.host" => self.relay = Some(Relay { host: value.to_owned() }),
            "server.public" => self.server.public = Some(value.to_owned()),
            "server.app" => self.server.app = Some(value.to_owned()),
            "server.behind_proxy" => {
                self.server.behind_proxy = value.parse().map_err(|_| wrong(VariableProblem::Boolean))?;
            }
            "server.metrics" => {
                self.server.metrics = value.parse().map_err(|_| wrong(VariableProblem::Boolean))?;
            }
            "tls.certificate" => self.tls.get_or_insert_with(empty_tls).certificate = value.into(),
            "tls.key" => self.tls.get_or_insert_with(empty_tls).key = value.into(),
            "log.format" => {
                self.log.format = match value {
                    "text" => LogFormat::Text,
                    "json" => LogFormat::Json,
                    _ => return Err(wrong(VariableProblem::LogFormat)),
                };
            }
            _ => value.clone_into(&mut self.log.filter),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
