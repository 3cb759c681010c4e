//! Tests of making a keeper.

use diary_core::entropy::SeededEntropy;
use diary_core::study::shipped::nct06836973;

use super::*;
use crate::config::Config;

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> UtcMillis {
        UtcMillis(1_780_000_000_000)
    }
}

async fn make(data: &Path, offline: &Path, site: &str, demo: bool) -> Result<FoundedKeeper, SetupError> {
    let (package, site, by) = (nct06836973(), site.parse().unwrap(), Account::new("li").unwrap());
    let public = None;
    let input =
        SetupInput { data, offline, package: &package, site: &site, public, database: None, demo, by: &by };
    let entropy: SharedEntropy = Arc::new(SeededEntropy::new(1));
    set_up(&input, &Fixed, &entropy).await
}

fn a_site() -> String {
    Study::load(&nct06836973()).unwrap().sites()[0].id.to_string()
}

#[tokio::test]
async fn a_new_keeper_has_its_keys_in_private_files_and_the_study_in_its_database() {
    let above = tempfile::tempdir().unwrap();
    let (data, offline) = (above.path().join("data"), above.path().join("offline"));
    let made = make(&data, &offline, &a_site(), false).await.unwrap();
    let keys = KeeperKeys::load(&made.folder.keys()).unwrap();
    let root = KeyFile::read(&made.root_file, Purpose::StudyRoot).unwrap().signing_key();
    assert_eq!(keys.root, root.verifying_key());
    let recovery = KeyFile::read(&made.recovery_file, Purpose::Recovery).unwrap().sealing_key();
    let entropy = Arc::new(SeededEntropy::new(2));
    let store = made.folder.location().open(keys.database_secret(), Missing::Refuse, entropy).await.unwrap();
    let state = store.server_state().await.unwrap().unwrap();
    let bundle = Bundle::verify(&state.bundle, &keys.root_fingerprint()).unwrap();
    assert_eq!(bundle.recovery_key(&keys.site), Some(recovery.public()));
    assert_eq!(bundle.newest_study().unwrap().hash, nct06836973().hash());
    assert_eq!(bundle.expires.since_ms(bundle.issued), BUNDLE_LIFE_MS);
    #[cfg(unix)]
    for file in [&made.root_file, &made.recovery_file] {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn nothing_is_ever_overwritten() {
    let above = tempfile::tempdir().unwrap();
    let (data, offline) = (above.path().join("data"), above.path().join("offline"));
    make(&data, &offline, &a_site(), false).await.unwrap();
    let before = std::fs::read(offline.join(ROOT_FILE)).unwrap();
    let again = make(&above.path().join("other"), &offline, &a_site(), false).await;
    assert!(matches!(again, Err(SetupError::OfflineExists { .. })));
    let elsewhere = above.path().join("elsewhere");
    let again = make(&data, &elsewhere, &a_site(), false).await;
    assert!(matches!(again, Err(SetupError::Folder(FolderError::NotEmpty { .. }))));
    assert!(!elsewhere.exists() && !above.path().join("other").exists());
    assert_eq!(std::fs::read(offline.join(ROOT_FILE)).unwrap(), before);
}

#[tokio::test]
async fn a_disk_for_the_offline_keys_that_cannot_be_written_leaves_no_half_made_keeper() {
    let above = tempfile::tempdir().unwrap();
    let (data, offline) = (above.path().join("data"), above.path().join("disk"));
    std::fs::write(&offline, "not a folder").unwrap();
    let made = make(&data, &offline, &a_site(), false).await;
    assert!(matches!(made, Err(SetupError::Folder(FolderError::Io { .. }))), "{made:?}");
    assert!(!data.exists());
}

#[tokio::test]
async fn offline_keys_inside_the_data_folder_are_refused_but_for_a_demonstration() {
    let above = tempfile::tempdir().unwrap();
    let data = above.path().join("data");
    for offline in [data.join("offline"), data.clone(), above.path().join("x/../data/offline")] {
        let made = make(&data, &offline, &a_site(), false).await;
        assert!(matches!(made, Err(SetupError::OfflineInside { .. })), "{offline:?}");
    }
    let made = make(&data, &data.join("offline"), &a_site(), true).await.unwrap();
    assert!(made.folder.is_demo());
}

#[tokio::test]
async fn a_site_that_the_study_does_not_have_is_named_with_those_it_has() {
    let above = tempfile::tempdir().unwrap();
    let error = make(&above.path().join("d"), &above.path().join("o"), "ZZ9", false).await.unwrap_err();
    let error = crate::cli::words::failure::setup(diary_core::text::Lang::EN, &error);
    assert_eq!(error, format!("site ZZ9: the study has no such site. It has {}", known()));
}

fn known() -> String {
    let study = Study::load(&nct06836973()).unwrap();
    study.sites().iter().map(|site| site.id.to_string()).collect::<Vec<_>>().join(", ")
}

#[test]
fn the_configuration_that_is_written_is_the_default_one_with_and_without_its_comments() {
    let host: ApiHost = "diary.example.org:8443".parse().unwrap();
    let written = Config::parse("f", &sample_config(Some(&host), None)).unwrap();
    assert_eq!(written.server.public.as_deref(), Some("diary.example.org:8443"));
    let shown = sample_config(None, None)
        .replace("# [database]", "[database]")
        .replace("# [pages]", "[pages]")
        .replace("# [tls]", "[tls]")
        .replace("# [backup]", "[backup]")
        .replace("# [relay]", "[relay]");
    let lines = shown.lines().map(|line| match line.strip_prefix("# ") {
        Some(key) if key.split_once(" = ").is_some_and(|(key, _)| !key.contains(' ')) => key,
        _ => line,
    });
    let every = Config::parse("f", &lines.collect::<Vec<_>>().join("\n")).unwrap();
    let default = Config::default();
    assert_eq!((every.server.listen, every.log), (default.server.listen, default.log));
    assert_eq!(every.pages.listen, default.pages.listen);
    assert!(every.pages.public.is_some());
    assert_eq!(every.backup.map(|backup| (backup.every_minutes.get(), backup.keep.get())), Some((60, 48)));
    let database = every.database.map(|database| database.location().is_ok());
    assert_eq!(database, Some(true));
    assert!(every.tls.is_some() && every.server.public.is_some() && every.server.app.is_some());
}
