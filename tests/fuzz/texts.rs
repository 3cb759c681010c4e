//! Text written by people and studies: links, cursors, study files, questionnaires. An error about a study may quote the
//! study, which holds no data of a participant; an error about a link must not quote the link, which is a secret.

use std::collections::BTreeMap;

use diary_core::api::Cursor;
use diary_core::ids::{Epoch, Hash};
use diary_core::keys::{EnrolmentLink, RecoverySecret};
use diary_core::study::instrument::{ContentPack, Instrument, ParseOptions};
use diary_core::study::{Study, StudyPackage, shipped};

use crate::seeds::with_broken;
use crate::{Came, discreet, fuzz};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn read_link(bytes: &[u8]) -> Came {
    let text = text(bytes);
    let mut came = Came::Nowhere;
    if let Some(link) = discreet(text.parse::<EnrolmentLink>()) {
        let written = link.to_text();
        assert_eq!(written.parse::<EnrolmentLink>().as_ref(), Ok(&link));
        assert!(
            !format!("{link:?}").contains(written.rsplit('.').next().unwrap()),
            "its secret stays hidden"
        );
        came = Came::Through;
    }
    if let Some(secret) = discreet(RecoverySecret::parse(&text)) {
        assert_eq!(RecoverySecret::parse(&secret.to_text()), Ok(secret));
        came = Came::Through;
    }
    came
}
fn links() -> Vec<Vec<u8>> {
    [with_broken("link.txt"), with_broken("recovery.txt")].concat()
}
fuzz!(enrolment_link, 6000, [2, 2], links(), read_link);

fn read_cursor(bytes: &[u8]) -> Came {
    let mut came = Came::Nowhere;
    if let Some(cursor) = discreet(text(bytes).parse::<Cursor>()) {
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        came = Came::Through;
    }
    if let Some(cursor) = discreet(diary_core::wire::decode::<Cursor>("cursor", bytes, 1000)) {
        let again = diary_core::wire::encode(&cursor);
        assert_eq!(diary_core::wire::decode::<Cursor>("cursor", &again, 1000), Ok(cursor));
        came = Came::Through;
    }
    came
}

fn cursors() -> Vec<Vec<u8>> {
    let at = Cursor { epoch: Epoch::from_bytes([3; 16]), n: 17, chain: Hash::from_bytes([4; 32]) };
    let start = Cursor::start(Epoch::from_bytes([255; 16]));
    let written = [at, start].map(|cursor| cursor.to_string().into_bytes());
    [written.to_vec(), vec![diary_core::wire::encode(&at)]].concat()
}
fuzz!(cursor, 6000, [3, 3], cursors(), read_cursor);

/// `study.toml` of an otherwise sound package.
fn read_study_file(bytes: &[u8]) -> Came {
    let shipped = shipped::nct06836973();
    let mut files: BTreeMap<String, Vec<u8>> = shipped.files().clone();
    files.insert("study.toml".to_owned(), bytes.to_vec());
    let Ok(package) = StudyPackage::new(files) else { return Came::Nowhere };
    match Study::load(&package) {
        Ok(study) => {
            assert_eq!(study.hash(), package.hash());
            Came::Through
        }
        Err(errors) => {
            // Each says where: in a file of the package, or at a place that it names.
            assert!(errors.list().iter().all(|error| errors.to_string().contains(&error.to_string())));
            assert!(!errors.list().is_empty());
            let is_toml = text(bytes).parse::<toml::Table>().is_ok();
            if is_toml { Came::Read } else { Came::Nowhere }
        }
    }
}

fn study_files() -> Vec<Vec<u8>> {
    vec![shipped::nct06836973().file("study.toml").unwrap().to_vec()]
}
fuzz!(study_file, 150, [1, 1], study_files(), read_study_file);

fn read_package(bytes: &[u8]) -> Came {
    let Ok(package) = StudyPackage::decode(bytes) else { return Came::Nowhere };
    assert_eq!(package.encode(), bytes);
    Came::through(Study::load(&package).is_ok())
}

fn packages() -> Vec<Vec<u8>> {
    let small = BTreeMap::from([("study.toml".to_owned(), b"id = \"X\"\n".to_vec())]);
    vec![shipped::nct06836973().encode(), StudyPackage::new(small).unwrap().encode()]
}
fuzz!(study_package, 1000, [2, 1], packages(), read_package);

fn read_questionnaire(bytes: &[u8]) -> Came {
    drop(ContentPack::parse(bytes));
    let options = || ParseOptions { id: "fuzz".parse().unwrap(), score: None, recall: None, pack: None };
    match Instrument::parse(bytes, options()) {
        Ok(instrument) => {
            let first = instrument.items().first().map(|item| item.link_id.clone());
            assert_eq!(Instrument::parse(bytes, options()).unwrap().items().len(), instrument.items().len());
            assert!(first.is_none_or(|link_id| instrument.item(&link_id).is_some()));
            assert_eq!(instrument.score(&[]).answered, 0);
            Came::Through
        }
        Err(errors) => {
            assert!(!errors.is_empty());
            Came::Nowhere
        }
    }
}

fn questionnaires() -> Vec<Vec<u8>> {
    let shipped = shipped::nct06836973();
    ["mg-adl.json", "morning.json"].map(|name| shipped.file(name).unwrap().to_vec()).to_vec()
}
fuzz!(questionnaire, 600, [2, 2], questionnaires(), read_questionnaire);
