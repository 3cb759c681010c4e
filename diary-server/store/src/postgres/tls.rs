//! TLS to a database, by rustls. The certificate is always verified: by a public authority, or by one named in the
//! address. SCRAM authentication is bound to the certificate of the connection, so that an attacker in between cannot
//! relay it, even with a certificate of a trusted authority.

use std::future::Future;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use ring::digest;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_rustls::{TlsConnector, client};
use x509_parser::oid_registry::{
    OID_NIST_HASH_SHA256, OID_NIST_HASH_SHA384, OID_NIST_HASH_SHA512, OID_PKCS1_SHA256WITHRSA,
    OID_PKCS1_SHA384WITHRSA, OID_PKCS1_SHA512WITHRSA, OID_SIG_ECDSA_WITH_SHA256, OID_SIG_ECDSA_WITH_SHA384,
    OID_SIG_ECDSA_WITH_SHA512, Oid,
};
use x509_parser::parse_x509_certificate;
use x509_parser::signature_algorithm::SignatureAlgorithm;

use super::address::{AddressError, Authorities};

/// Makes TLS connections to a database.
#[derive(Clone)]
pub(super) struct Tls {
    config: Arc<ClientConfig>,
}

impl Tls {
    /// Trusts `authorities`.
    pub(super) fn new(authorities: &Authorities) -> Result<Self, AddressError> {
        let mut roots = RootCertStore::empty();
        match authorities {
            Authorities::Public => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
            Authorities::File(path) => {
                for certificate in certificates(path)? {
                    roots.add(certificate).map_err(|_| AddressError::Authorities { path: path.clone() })?;
                }
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring has all that the default versions of TLS need")
            .with_root_certificates(roots)
            .with_no_client_auth();
        // Servers with direct TLS refuse connections without this protocol name.
        config.alpn_protocols = vec![b"postgresql".to_vec()];
        Ok(Self { config: Arc::new(config) })
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, AddressError> {
    let unreadable = || AddressError::Authorities { path: path.to_owned() };
    let found: Vec<_> = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<_, _>>)
        .map_err(|_| unreadable())?;
    if found.is_empty() { Err(unreadable()) } else { Ok(found) }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> MakeTlsConnect<S> for Tls {
    type Stream = Stream<S>;
    type TlsConnect = Connect;
    type Error = rustls::pki_types::InvalidDnsNameError;

    fn make_tls_connect(&mut self, domain: &str) -> Result<Connect, Self::Error> {
        // A Unix socket has no host name and no TLS; the interface needs a name anyway.
        let name = if domain.is_empty() { "localhost" } else { domain };
        Ok(Connect { config: Arc::clone(&self.config), name: ServerName::try_from(name)?.to_owned() })
    }
}

/// Makes one.
pub(super) struct Connect {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> TlsConnect<S> for Connect {
    type Stream = Stream<S>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Stream<S>>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        Box::pin(async move {
            let connected = TlsConnector::from(self.config).connect(self.name, stream).await?;
            Ok(Stream(Box::new(connected)))
        })
    }
}

/// A connection in TLS.
pub(super) struct Stream<S>(Box<client::TlsStream<S>>);

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for Stream<S> {
    fn channel_binding(&self) -> ChannelBinding {
        let certificates = self.0.get_ref().1.peer_certificates();
        let hash = certificates.and_then(<[_]>::first).and_then(|certificate| end_point_hash(certificate));
        hash.map_or_else(ChannelBinding::none, ChannelBinding::tls_server_end_point)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Stream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Stream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

/// Hash of a certificate for `tls-server-end-point` of RFC 5929, with the hash function of its signature. `None` for
/// signatures without one, such as Ed25519; SHA-1 signatures are not accepted here at all.
fn end_point_hash(certificate: &[u8]) -> Option<Vec<u8>> {
    let functions = [
        (&digest::SHA256, [OID_PKCS1_SHA256WITHRSA, OID_SIG_ECDSA_WITH_SHA256, OID_NIST_HASH_SHA256]),
        (&digest::SHA384, [OID_PKCS1_SHA384WITHRSA, OID_SIG_ECDSA_WITH_SHA384, OID_NIST_HASH_SHA384]),
        (&digest::SHA512, [OID_PKCS1_SHA512WITHRSA, OID_SIG_ECDSA_WITH_SHA512, OID_NIST_HASH_SHA512]),
    ];
    let of = |name: &Oid<'_>| functions.iter().find(|(_, names)| names.contains(name));
    let (_, parsed) = parse_x509_certificate(certificate).ok()?;
    let signature = &parsed.signature_algorithm;
    let (function, _) = match SignatureAlgorithm::try_from(signature).ok()? {
        SignatureAlgorithm::RSASSA_PSS(parameters) => of(parameters.hash_algorithm_oid()),
        SignatureAlgorithm::RSA | SignatureAlgorithm::ECDSA => of(&signature.algorithm),
        SignatureAlgorithm::RSAAES_OAEP(_) | SignatureAlgorithm::DSA | SignatureAlgorithm::ED25519 => None,
    }?;
    Some(digest::digest(function, certificate).as_ref().to_vec())
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519};

    use super::*;

    #[test]
    fn a_certificate_is_hashed_by_the_function_of_its_signature() {
        let certificate = |algorithm| {
            let key = KeyPair::generate_for(algorithm).unwrap();
            let params = CertificateParams::new(["db.example".to_owned()]).unwrap();
            params.self_signed(&key).unwrap().der().to_vec()
        };
        for (algorithm, function) in
            [(&PKCS_ECDSA_P256_SHA256, &digest::SHA256), (&PKCS_ECDSA_P384_SHA384, &digest::SHA384)]
        {
            let bytes = certificate(algorithm);
            let expected = digest::digest(function, &bytes).as_ref().to_vec();
            assert_eq!(end_point_hash(&bytes), Some(expected));
        }
        assert_eq!(end_point_hash(&certificate(&PKCS_ED25519)), None);
        assert_eq!(end_point_hash(b"no certificate"), None);
    }
}
