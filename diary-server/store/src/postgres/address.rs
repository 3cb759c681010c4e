//! Address of a PostgreSQL database, as one URL. Passwords in it are never repeated in errors.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

/// Default number of connections of one server.
const CONNECTIONS: usize = 8;
/// Time limit for opening a connection; after it the database counts as away.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// Time after which unacknowledged bytes break the connection.
const ACKNOWLEDGED_WITHIN: Duration = Duration::from_secs(10);
/// TCP keepalive of an idle connection: time before the first probe, time between probes, number of probes.
const KEEPALIVE: (Duration, Duration, u32) = (Duration::from_secs(30), Duration::from_secs(5), 3);

/// Error of an unusable address. It repeats nothing of the address, which may contain a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is no address of PostgreSQL.
    #[error(
        "this is no address of a PostgreSQL database. It looks like postgres://user@host:port/database or \
         postgres://user@/database?host=/run/postgresql; other signs than letters and digits in names and \
         passwords are written as % and two hex digits"
    )]
    Unreadable,
    /// A mode that PostgreSQL does not have.
    #[error("sslmode is one of disable, prefer, require, verify-ca, verify-full")]
    SslMode,
    /// It would send everything unencrypted over a network.
    #[error(
        "over a network the database is reached by TLS: leave sslmode away, or write sslmode=verify-full; without \
         TLS only over a Unix socket or on this machine"
    )]
    InTheClear,
    /// The file of certificates cannot be used.
    #[error("sslrootcert: {} holds no certificate that can be read", path.display())]
    Authorities {
        /// The file.
        path: PathBuf,
    },
}

/// Certificate authorities that are trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Authorities {
    /// Those of the public authorities.
    Public,
    /// Those in a file.
    File(PathBuf),
}

/// Address and connection settings of a PostgreSQL database.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    pub(super) config: Config,
    pub(super) authorities: Authorities,
    pub(super) connections: usize,
}

impl Address {
    /// With at most `connections` at a time.
    #[must_use]
    pub fn with_connections(self, connections: usize) -> Self {
        Self { connections: connections.max(1), ..self }
    }
}

/// TLS setting of an address. With TLS, the certificate is always verified.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TlsSetting {
    Nothing,
    Mode(SslMode),
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let (rest, asked, authorities) = split(text)?;
        let mut config: Config = rest.parse().map_err(|_| AddressError::Unreadable)?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(AddressError::Unreadable);
        }
        let near = is_near(&config);
        let mode = match asked {
            TlsSetting::Nothing if near => SslMode::Disable,
            TlsSetting::Nothing => SslMode::Require,
            TlsSetting::Mode(mode) if near || mode == SslMode::Require => mode,
            TlsSetting::Mode(_) => return Err(AddressError::InTheClear),
        };
        config.ssl_mode(mode);
        if config.get_application_name().is_none() {
            config.application_name("diary-server");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_WITHIN);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(ACKNOWLEDGED_WITHIN);
        }
        let (idle, interval, retries) = KEEPALIVE;
        config
            .keepalives(true)
            .keepalives_idle(idle)
            .keepalives_interval(interval)
            .keepalives_retries(retries);
        Ok(Self { config, authorities, connections: CONNECTIONS })
    }
}

/// Splits a URL into the part for the driver and the parameters that the driver does not know.
fn split(text: &str) -> Result<(String, TlsSetting, Authorities), AddressError> {
    if !["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)) {
        return Err(AddressError::Unreadable);
    }
    // The first @ ends the user and password part, which may contain any other character.
    let (before, place) = match text.split_once('@') {
        Some((user, place)) => (format!("{user}@"), place),
        None => (String::new(), text),
    };
    let (place, query) = place.split_once('?').unwrap_or((place, ""));
    let (mut asked, mut authorities, mut others) = (TlsSetting::Nothing, Authorities::Public, Vec::new());
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("sslmode", mode)) => asked = TlsSetting::Mode(ssl_mode(mode)?),
            Some(("sslrootcert", path)) => authorities = Authorities::File(decoded(path)?.into()),
            _ => others.push(pair),
        }
    }
    let mark = if others.is_empty() { "" } else { "?" };
    Ok((format!("{before}{place}{mark}{}", others.join("&")), asked, authorities))
}

fn ssl_mode(name: &str) -> Result<SslMode, AddressError> {
    match name {
        "disable" => Ok(SslMode::Disable),
        "allow" | "prefer" => Ok(SslMode::Prefer),
        "require" | "verify-ca" | "verify-full" => Ok(SslMode::Require),
        _ => Err(AddressError::SslMode),
    }
}

/// Decodes the percent signs of a part of a URL.
fn decoded(text: &str) -> Result<String, AddressError> {
    // The decoder leaves an incomplete percent code as it is; here it is an error.
    let is_code = |part: &str| part.len() >= 2 && part.bytes().take(2).all(|digit| digit.is_ascii_hexdigit());
    if !text.split('%').skip(1).all(is_code) {
        return Err(AddressError::Unreadable);
    }
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| AddressError::Unreadable)?;
    Ok(decoded.into_owned())
}

/// True if the traffic stays on this machine: a Unix socket or a loopback address.
fn is_near(config: &Config) -> bool {
    let near = |host: &Host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
        }
    };
    config.get_hosts().iter().all(near) && config.get_hostaddrs().iter().all(IpAddr::is_loopback)
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut hosts: Vec<String> = self.config.get_hosts().iter().map(host).collect();
        if hosts.is_empty() {
            hosts = self.config.get_hostaddrs().iter().map(IpAddr::to_string).collect();
        }
        let database = self.config.get_dbname().unwrap_or_default();
        write!(f, "PostgreSQL database {database} at {}", hosts.join(", "))
    }
}

fn host(host: &Host) -> String {
    match host {
        Host::Tcp(name) => name.clone(),
        Host::Unix(path) => path.display().to_string(),
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Result<Address, AddressError> {
        text.parse()
    }

    #[test]
    fn a_socket_and_this_machine_need_no_tls_and_everything_else_does() {
        let mode = |text: &str| address(text).map(|address| address.config.get_ssl_mode());
        for near in [
            "postgres://diary@/diary?host=/run/postgresql",
            "postgres:///diary?user=diary&host=/run/postgresql",
            "postgres://diary@%2Frun%2Fpostgresql/diary",
            "postgresql://diary@localhost/diary",
            "postgres://diary@127.0.0.1:5433/diary",
            "postgres://diary@[::1]/diary",
        ] {
            assert_eq!(mode(near), Ok(SslMode::Disable), "{near}");
        }
        assert_eq!(mode("postgres://diary@127.0.0.1/diary?sslmode=verify-full"), Ok(SslMode::Require));
        for far in
            ["postgres://diary@db.example/diary", "postgres://diary@/diary?host=/run/x&host=db.example"]
        {
            assert_eq!(mode(far), Ok(SslMode::Require), "{far}");
        }
        for clear in [
            "postgres://diary@db.example/diary?sslmode=disable",
            "postgres://diary@db.example/diary?sslmode=prefer",
            "postgres://diary@localhost,db.example/diary?sslmode=disable",
            "postgres://diary@localhost/diary?hostaddr=192.0.2.1&sslmode=disable",
        ] {
            assert_eq!(mode(clear), Err(AddressError::InTheClear), "{clear}");
        }
        assert_eq!(mode("postgres://diary@db.example/diary?sslmode=maybe"), Err(AddressError::SslMode));
    }

    #[test]
    fn the_certificate_file_is_taken_out_of_the_address() {
        let found =
            address("postgres://u@db.example/d?sslrootcert=/etc/my%20ca.pem&connect_timeout=3").unwrap();
        assert_eq!(found.authorities, Authorities::File("/etc/my ca.pem".into()));
        assert_eq!(found.config.get_connect_timeout(), Some(&Duration::from_secs(3)));
        for bad in ["%", "ca%2", "ca%zz", "%+1", "%ff"] {
            let address = address(&format!("postgres://u@db.example/d?sslrootcert={bad}"));
            assert_eq!(address, Err(AddressError::Unreadable), "{bad}");
        }
    }

    #[test]
    fn a_password_is_shown_nowhere() {
        let good = address("postgres://diary:hunter?2@db.example/diary").unwrap();
        assert_eq!(good.config.get_password(), Some(&b"hunter?2"[..]));
        assert!(!format!("{good} {good:?}").contains("hunter"));
        for bad in
            ["postgres://diary:hunter2@db.example/diary?hunter2=hunter2", "mysql://diary:hunter2@db/x", ""]
        {
            let error = address(bad).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter"), "{bad}");
        }
    }

    #[test]
    fn an_address_without_a_place_is_none() {
        assert_eq!(address("postgres:///diary"), Err(AddressError::Unreadable));
        assert_eq!(address("host=localhost dbname=diary"), Err(AddressError::Unreadable));
    }
}
