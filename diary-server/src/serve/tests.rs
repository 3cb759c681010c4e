//! Tests of bringing a keeper up and down.

use std::io::{Read, Write};
use std::net::TcpStream;

use diary_core::entropy::SeededEntropy;
use diary_core::study::shipped::nct06836973;
use diary_core::time::UtcMillis;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore};

use super::*;
use crate::audit::Account;
use crate::config::{Pages, Server, Tls};
use crate::ops::setup::{SetupInput, set_up};

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> UtcMillis {
        UtcMillis(1_780_000_000_000)
    }
}

/// A keeper on a free port of this machine.
async fn keeper(above: &tempfile::TempDir, demo: bool) -> ServeInput {
    let (package, site, by) = (nct06836973(), "beijing".parse().unwrap(), Account::new("li").unwrap());
    let entropy: SharedEntropy = Arc::new(SeededEntropy::new(5));
    let (data, offline) = (above.path().join("data"), above.path().join("offline"));
    let input = SetupInput {
        data: &data,
        offline: &offline,
        package: &package,
        site: &site,
        public: None,
        database: None,
        demo,
        by: &by,
    };
    let made = set_up(&input, &Fixed, &entropy).await.unwrap();
    let server = Server { listen: "127.0.0.1:0".parse().unwrap(), ..Server::default() };
    let config = Config { server, pages: Pages::off(), ..Config::default() };
    ServeInput { folder: made.folder, demo, config, clock: Arc::new(Fixed), entropy }
}

const REQUEST: &[u8] = b"GET /v1/nothing HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

/// Reply of the server to a request for an unknown path.
fn answer(mut stream: impl Read + Write) -> String {
    stream.write_all(REQUEST).unwrap();
    let mut answer = Vec::new();
    let ended = stream.read_to_end(&mut answer);
    assert!(ended.is_ok() || !answer.is_empty(), "{ended:?}");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keeper_answers_until_it_is_told_to_stop_and_then_lets_go_of_its_folder() {
    let above = tempfile::tempdir().unwrap();
    let input = keeper(&above, false).await;
    let mut running = serve(input.clone(), None).await.unwrap();
    let address = running.address();
    let said =
        tokio::task::spawn_blocking(move || answer(TcpStream::connect(address).unwrap())).await.unwrap();
    assert!(said.starts_with("HTTP/1.1 404"), "{said}");
    let second = serve(input.clone(), None).await.unwrap_err();
    assert!(words(&second).ends_with("is running on this folder. Stop it first"), "{second}");
    running.stop();
    running.ended().await.unwrap();
    assert!(TcpStream::connect(address).is_err());
    let again = serve(input, None).await.unwrap();
    again.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn join_requests_that_failed_are_all_in_the_trail_when_the_keeper_has_stopped() {
    let above = tempfile::tempdir().unwrap();
    let input = keeper(&above, false).await;
    let mut running = serve(input.clone(), None).await.unwrap();
    let address = running.address();
    let guesses = tokio::task::spawn_blocking(move || {
        for _ in 0..4 {
            let mut stream = TcpStream::connect(address).unwrap();
            let head =
                b"POST /v1/join HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}";
            stream.write_all(head).unwrap();
            let mut said = String::new();
            stream.read_to_string(&mut said).unwrap();
            assert!(said.starts_with("HTTP/1.1 400"), "{said}");
        }
    });
    guesses.await.unwrap();
    running.stop();
    running.ended().await.unwrap();
    let desk = SiteServices::open(&input.folder, input.clock, input.entropy).await.unwrap();
    let rows = desk.views().trail().await.unwrap().rows;
    let told: Vec<_> = rows.iter().filter(|row| row.event.what == "join.failed").collect();
    let targets: Vec<_> = told.iter().map(|row| row.event.target.as_str()).collect();
    assert_eq!(targets, ["count=1 sources=1", "count=3 sources=1"]);
}

fn words(error: &ServeError) -> String {
    crate::cli::words::serving::serve(diary_core::text::Lang::EN, error)
}

#[tokio::test]
async fn demonstration_data_are_only_served_when_asked_for() {
    let above = tempfile::tempdir().unwrap();
    let input = keeper(&above, true).await;
    let refused = serve(ServeInput { demo: false, ..input.clone() }, None).await.unwrap_err();
    assert!(matches!(refused, ServeError::Folder(FolderError::Demo { .. })));
    assert!(serve(input, None).await.is_ok());
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let above = tempfile::tempdir().unwrap();
    let mut input = keeper(&above, false).await;
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    input.config.server.listen = taken.local_addr().unwrap();
    let refused = words(&serve(input, None).await.unwrap_err());
    assert!(refused.starts_with(&format!("server.listen = {}: ", taken.local_addr().unwrap())), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_spoken_with_the_configured_certificate() {
    let above = tempfile::tempdir().unwrap();
    let mut input = keeper(&above, false).await;
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (certificate, key) = (above.path().join("c.pem"), above.path().join("k.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    input.config.tls = Some(Tls { certificate, key });
    let mut running = serve(input, None).await.unwrap();
    let (address, der) = (running.address(), made.cert.der().clone());
    let said = tokio::task::spawn_blocking(move || over_tls(address, der)).await.unwrap();
    assert!(said.starts_with("HTTP/1.1 404"), "{said}");
    running.stop();
    running.ended().await.unwrap();
}

fn over_tls(address: SocketAddr, certificate: CertificateDer<'static>) -> String {
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    answer(rustls::StreamOwned::new(connection, TcpStream::connect(address).unwrap()))
}

#[tokio::test]
async fn a_certificate_that_is_none_is_named_with_its_key_of_the_configuration() {
    let above = tempfile::tempdir().unwrap();
    let mut input = keeper(&above, false).await;
    let file = above.path().join("c.pem");
    input.config.tls = Some(Tls { certificate: file.clone(), key: file.clone() });
    let refused = words(&serve(input.clone(), None).await.unwrap_err());
    assert!(refused.starts_with(&format!("tls.certificate = {}: ", file.display())), "{refused}");
    std::fs::write(&file, "no certificate").unwrap();
    let refused = words(&serve(input, None).await.unwrap_err());
    assert!(refused.contains("no certificate in it; a PEM file is needed"), "{refused}");
}
