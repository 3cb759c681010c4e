//! What people and studies write: links, cursors, study files, questionnaires. What a study's error says may quote the
//! study, which holds nothing of a participant; a link's may not quote the link.

use std::collections::BTreeMap;

use diary_core::api::Cursor;
use diary_core::ids::{Epoch, Hash};
use diary_core::keys::{EnrolmentLink, RecoverySecret};
use diary_core::study::instrument::{ContentPack, Instrument, ParseOptions};
use diary_core::study::{Study, StudyPackage, shipped};

use crate::seeds::with_broken;
use crate::{discreet, fuzz};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn read_link(bytes: &[u8]) {
    let text = text(bytes);
    if let Some(link) = discreet(text.parse::<EnrolmentLink>()) {
        let written = link.to_text();
        assert_eq!(written.parse::<EnrolmentLink>().as_ref(), Ok(&link));
        assert!(
            !format!("{link:?}").contains(written.rsplit('.').next().unwrap()),
            "its secret stays hidden"
        );
    }
    if let Some(secret) = discreet(RecoverySecret::parse(&text)) {
        assert_eq!(RecoverySecret::parse(&secret.to_text()), Ok(secret));
    }
}
fuzz!(enrolment_link, 6000, [with_broken("link.txt"), with_broken("recovery.txt")].concat(), read_link);

fn read_cursor(bytes: &[u8]) {
    if let Some(cursor) = discreet(text(bytes).parse::<Cursor>()) {
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
    }
    if let Some(cursor) = discreet(diary_core::wire::decode::<Cursor>("cursor", bytes, 1000)) {
        let again = diary_core::wire::encode(&cursor);
        assert_eq!(diary_core::wire::decode::<Cursor>("cursor", &again, 1000), Ok(cursor));
    }
}

fn cursors() -> Vec<Vec<u8>> {
    let at = Cursor { epoch: Epoch::from_bytes([3; 16]), n: 17, chain: Hash::from_bytes([4; 32]) };
    let start = Cursor::start(Epoch::from_bytes([255; 16]));
    let written = [at, start].map(|cursor| cursor.to_string().into_bytes());
    [written.to_vec(), vec![diary_core::wire::encode(&at)]].concat()
}
fuzz!(cursor, 6000, cursors(), read_cursor);

/// `study.toml` of an otherwise sound package.
fn read_study_file(bytes: &[u8]) {
    let shipped = shipped::nct06836973();
    let mut files: BTreeMap<String, Vec<u8>> = shipped.files().clone();
    files.insert("study.toml".to_owned(), bytes.to_vec());
    let Ok(package) = StudyPackage::new(files) else { return };
    match Study::load(&package) {
        Ok(study) => assert_eq!(study.hash(), package.hash()),
        Err(errors) => assert!(!errors.list().is_empty() && !errors.to_string().is_empty()),
    }
}
fuzz!(study_file, 150, vec![shipped::nct06836973().file("study.toml").unwrap().to_vec()], read_study_file);

fn read_package(bytes: &[u8]) {
    let Ok(package) = StudyPackage::decode(bytes) else { return };
    assert_eq!(package.encode(), bytes);
    drop(Study::load(&package));
}

fn packages() -> Vec<Vec<u8>> {
    let small = BTreeMap::from([("study.toml".to_owned(), b"id = \"X\"\n".to_vec())]);
    vec![StudyPackage::new(small).unwrap().encode(), shipped::nct06836973().encode()]
}
fuzz!(study_package, 1000, packages(), read_package);

fn read_questionnaire(bytes: &[u8]) {
    let options = || ParseOptions { id: "fuzz".parse().unwrap(), score: None, recall: None, pack: None };
    match Instrument::parse(bytes, options()) {
        Ok(instrument) => {
            let first = instrument.items().first().map(|item| item.link_id.clone());
            assert_eq!(Instrument::parse(bytes, options()).unwrap().items().len(), instrument.items().len());
            assert!(first.is_none_or(|link_id| instrument.item(&link_id).is_some()));
            assert_eq!(instrument.score(&[]).answered, 0);
        }
        Err(errors) => assert!(!errors.is_empty()),
    }
    drop(ContentPack::parse(bytes));
}

fn questionnaires() -> Vec<Vec<u8>> {
    let shipped = shipped::nct06836973();
    ["mg-adl.json", "morning.json"].map(|name| shipped.file(name).unwrap().to_vec()).to_vec()
}
fuzz!(questionnaire, 600, questionnaires(), read_questionnaire);
