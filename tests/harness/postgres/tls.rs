//! The certificate of a PostgreSQL under test, and the authority that signed it.

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

/// Files that a server needs for TLS.
#[derive(Debug)]
pub(super) struct Tls {
    /// Port on 127.0.0.1.
    pub(super) port: u16,
    /// The certificate of the authority.
    pub(super) authority: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
}

impl Tls {
    /// Makes them in `folder`, whose owner is the one that the server runs as.
    pub(super) fn in_folder(folder: &Path) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key is made");
        let authority = CertifiedIssuer::self_signed(params, key).expect("an authority is made");
        let key = KeyPair::generate().expect("a key is made");
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let params = CertificateParams::new(names).expect("these are names");
        let certificate = params.signed_by(&key, &authority).expect("the authority signs");
        let write = |name: &str, text: &str| {
            let path = folder.join(name);
            std::fs::write(&path, text).expect("the folder is there");
            path
        };
        let tls = Self {
            // Free now. If another process takes it before the start, the start fails with an error.
            port: TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
                .and_then(|listener| listener.local_addr())
                .expect("a free port")
                .port(),
            authority: write("authority.pem", &authority.pem()),
            certificate: write("server.pem", &certificate.pem()),
            key: write("server.key", &key.serialize_pem()),
        };
        // The server refuses a key that others may read.
        std::fs::set_permissions(&tls.key, std::fs::Permissions::from_mode(0o600)).expect("it is ours");
        let owner = std::fs::metadata(folder).expect("the folder is there");
        chown(&tls.key, Some(owner.uid()), Some(owner.gid())).expect("root gives it away");
        tls
    }

    /// The lines of the server's settings.
    pub(super) fn settings(&self) -> String {
        let Self { port, authority: _, certificate, key } = self;
        format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nssl = on\nssl_cert_file = '{}'\nssl_key_file = '{}'\n",
            certificate.display(),
            key.display()
        )
    }
}
