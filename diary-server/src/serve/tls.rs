//! Certificate and private key from PEM files, for rustls with ring as its only provider.

use std::path::Path;
use std::sync::Arc;

use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Problem of a TLS file.
#[derive(Debug, thiserror::Error)]
pub enum TlsProblem {
    /// It holds no certificate.
    #[error("no certificate")]
    NoCertificate,
    /// As the operating system or the parser says.
    #[error("{0}")]
    Quoted(String),
}

/// Error of certificate or key.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file is not there or not PEM.
    #[error("{key} = {path}: {problem}")]
    File {
        /// The key of the configuration.
        key: &'static str,
        /// The file.
        path: String,
        /// The problem.
        problem: TlsProblem,
    },
    /// Certificate and key do not go together.
    #[error("TLS certificate and key: {0}")]
    Pair(rustls::Error),
}

/// Reads certificate chain and key.
///
/// # Errors
/// [`TlsError`], which names the key of the configuration and the file.
pub fn load(certificate: &Path, key: &Path) -> Result<RustlsConfig, TlsError> {
    let wrong = |name: &'static str, path: &Path, problem: TlsProblem| TlsError::File {
        key: name,
        path: path.display().to_string(),
        problem,
    };
    let of_chain = |problem: TlsProblem| wrong("tls.certificate", certificate, problem);
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|e| of_chain(TlsProblem::Quoted(e.to_string())))?;
    if chain.is_empty() {
        return Err(of_chain(TlsProblem::NoCertificate));
    }
    let private = PrivateKeyDer::from_pem_file(key)
        .map_err(|e| wrong("tls.key", key, TlsProblem::Quoted(e.to_string())))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Pair)?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(TlsError::Pair)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(RustlsConfig::from_config(Arc::new(config)))
}
