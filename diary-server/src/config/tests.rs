//! Tests of the configuration.

use super::*;

fn words(error: &ConfigError) -> String {
    crate::cli::words::serving::config(diary_core::text::Lang::EN, error)
}

#[track_caller]
fn refused(text: &str, expected: &str) {
    let error = words(&Config::parse("diary-server.toml", text).unwrap_err());
    assert!(error.starts_with(expected), "{error}");
}

fn with(environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::load(None, environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
}

#[test]
fn an_empty_file_is_a_loopback_server() {
    let config = Config::parse("f", "").unwrap();
    assert_eq!(config, Config::default());
    assert_eq!(Transport::of(&config), Ok(Transport::PlainOnLoopback));
}

#[test]
fn every_error_names_file_line_and_key() {
    refused(
        "\n[server]\nlisen = \"127.0.0.1:1\"\n",
        "diary-server.toml:3: server.lisen: unknown field `lisen`",
    );
    refused("[server]\nlisten = 8440\n", "diary-server.toml:2: server.listen: ");
    refused("[server]\nlisten = \"localhost\"\n", "diary-server.toml:2: server.listen: ");
    refused("[server]\nbehind_proxy = \"yes\"\n", "diary-server.toml:2: server.behind_proxy: ");
    refused("[log]\n\nformat = \"xml\"\n", "diary-server.toml:3: log.format: unknown variant `xml`");
    refused("[sever]\n", "diary-server.toml:1: sever: unknown field `sever`");
    refused("[tls]\ncertificate = \"c.pem\"\n", "diary-server.toml:1: tls: missing field `key`");
    refused("[log]\nfilter = \"a\"\nfilter = \"b\"\n", "diary-server.toml:3: log.filter: ");
    refused("[log\n", "diary-server.toml:1: ");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = words(&Config::load(Some(Path::new("/nowhere/c.toml")), []).unwrap_err());
    assert!(error.starts_with("/nowhere/c.toml: "), "{error}");
}

#[test]
fn the_environment_takes_precedence_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(FILE_NAME);
    std::fs::write(
        &file,
        "[server]\nlisten = \"127.0.0.1:1\"\npublic = \"a\"\n[tls]\ncertificate = \"c\"\nkey = \"/k\"\n",
    )
    .unwrap();
    let environment = [("DIARY_SERVER_LISTEN", "0.0.0.0:2"), ("DIARY_SERVER_DATA", "d"), ("PATH", "x")];
    let config = Config::load(Some(&file), environment.map(|(k, v)| (k.to_owned(), v.to_owned()))).unwrap();
    assert_eq!(config.server.listen.to_string(), "0.0.0.0:2");
    assert_eq!(config.server.public.as_deref(), Some("a"));
    let tls = config.tls.unwrap();
    assert_eq!((tls.certificate, tls.key), (folder.path().join("c"), PathBuf::from("/k")));
}

#[test]
fn variables_that_are_unknown_or_have_wrong_values_are_named() {
    for (name, value, expected) in [
        (
            "DIARY_SERVER_LISTN",
            "127.0.0.1:1",
            "DIARY_SERVER_LISTN: unknown environment variable. Known are DIARY_SERVER_DATABASE",
        ),
        ("DIARY_SERVER_LISTEN", "here", "DIARY_SERVER_LISTEN: expected an address and port"),
        ("DIARY_SERVER_BEHIND_PROXY", "1", "DIARY_SERVER_BEHIND_PROXY: expected true or false"),
        ("DIARY_SERVER_LOG_FORMAT", "xml", "DIARY_SERVER_LOG_FORMAT: expected text or json"),
        (
            "DIARY_SERVER_TLS_KEY",
            "k.pem",
            "DIARY_SERVER_TLS_CERTIFICATE: certificate and key are needed together",
        ),
    ] {
        let error = words(&with(&[(name, value)]).unwrap_err());
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn every_variable_sets_its_key() {
    let config = with(&[
        ("DIARY_SERVER_LISTEN", "[::1]:9"),
        ("DIARY_SERVER_PUBLIC", "p"),
        ("DIARY_SERVER_APP", "a"),
        ("DIARY_SERVER_BEHIND_PROXY", "true"),
        ("DIARY_SERVER_METRICS", "true"),
        ("DIARY_SERVER_TLS_CERTIFICATE", "c"),
        ("DIARY_SERVER_TLS_KEY", "k"),
        ("DIARY_SERVER_LOG_FORMAT", "json"),
        ("DIARY_SERVER_LOG_FILTER", "debug"),
        ("DIARY_SERVER_RELAY", "r"),
        ("DIARY_SERVER_DATABASE", "sqlite:d"),
        ("DIARY_SERVER_PAGES_LISTEN", "[::1]:10"),
        ("DIARY_SERVER_PAGES_PUBLIC", "https://p"),
    ]);
    let expected = Config {
        server: Server {
            listen: "[::1]:9".parse().unwrap(),
            public: Some("p".to_owned()),
            app: Some("a".to_owned()),
            behind_proxy: true,
            metrics: true,
            ..Server::default()
        },
        pages: Pages {
            listen: PagesListen::At("[::1]:10".parse().unwrap()),
            public: Some("https://p".to_owned()),
        },
        database: Some(Database { url: "sqlite:d".to_owned() }),
        tls: Some(Tls { certificate: "c".into(), key: "k".into() }),
        backup: None,
        limits: Limits::default(),
        log: Log { format: LogFormat::Json, filter: "debug".to_owned() },
        relay: Some(Relay { host: "r".to_owned() }),
    };
    assert_eq!(config, Ok(expected));
}

#[test]
fn plain_http_is_only_spoken_where_nobody_can_listen_in() {
    let parse = |text| Transport::of(&Config::parse("f", text).unwrap());
    assert!(matches!(parse("[server]\nlisten = \"0.0.0.0:80\""), Err(TransportError::PlainInTheOpen { .. })));
    assert!(matches!(
        parse("[server]\nlisten = \"10.0.0.1:80\""),
        Err(TransportError::PlainInTheOpen { .. })
    ));
    assert_eq!(parse("[server]\nlisten = \"[::1]:80\""), Ok(Transport::PlainOnLoopback));
    assert_eq!(
        parse("[server]\nlisten = \"0.0.0.0:80\"\nbehind_proxy = true"),
        Ok(Transport::PlainBehindProxy)
    );
    let tls = "[server]\nlisten = \"0.0.0.0:443\"\n[tls]\ncertificate = \"c\"\nkey = \"k\"";
    assert!(matches!(parse(tls), Ok(Transport::Tls { .. })));
}
