//! Choice of transport by configuration: TLS, or plain HTTP on a link that others cannot observe. Pure.

use std::path::PathBuf;

use super::Config;

/// Transport of the server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Transport {
    /// TLS with these files.
    Tls {
        /// Certificate with its chain, PEM.
        certificate: PathBuf,
        /// Private key, PEM.
        key: PathBuf,
    },
    /// Plain HTTP on an address that only this machine reaches.
    PlainOnLoopback,
    /// Plain HTTP to a proxy that ends TLS.
    PlainBehindProxy,
}

/// Reason for which the server may not listen as configured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// Plain HTTP would be reachable from other machines.
    #[error("plain HTTP on {listen}")]
    PlainInTheOpen {
        /// The address.
        listen: std::net::SocketAddr,
    },
}

impl Transport {
    /// Transport under `config`.
    ///
    /// # Errors
    /// [`TransportError::PlainInTheOpen`] where diaries would travel without TLS.
    pub fn of(config: &Config) -> Result<Self, TransportError> {
        Self::at(config, config.server.listen)
    }

    /// Transport of a listener.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub fn at(config: &Config, listen: std::net::SocketAddr) -> Result<Self, TransportError> {
        match (&config.tls, listen.ip().is_loopback(), config.server.behind_proxy) {
            (Some(tls), _, _) => Ok(Self::Tls { certificate: tls.certificate.clone(), key: tls.key.clone() }),
            (None, true, _) => Ok(Self::PlainOnLoopback),
            (None, false, true) => Ok(Self::PlainBehindProxy),
            (None, false, false) => Err(TransportError::PlainInTheOpen { listen }),
        }
    }
}
