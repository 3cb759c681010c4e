//! Reading with few and with many participants in the database: the report of one, and rebuilding records.

use std::sync::Arc;

use diary_core::entropy::SystemEntropy;
use diary_demo::clock::SteppingClock;
use diary_server::staff::{Desk, RebuildSource};
use diary_server::store::Participant;
use diary_tests::meter::now_s;
use diary_tests::world::at;

use crate::args::{Asked, Backend};
use crate::bulk::Loader;
use crate::lives::{DAYS, Life, regimen};
use crate::stage::{Stage, admit, staff};
use crate::table::{Row, Table};

/// Participants in the database.
const SIZES: [usize; 3] = [100, 1_000, 10_000];
const SIZES_QUICK: [usize; 2] = [10, 40];
/// Participants whose reports are made, at every size the same.
const LOOKED_AT: usize = 20;
/// Participants whose records are rebuilt.
const REBUILT: usize = 50;
/// Participants after whom what they brought is merged.
const MERGE_EVERY: usize = 50;

/// A study that grows.
struct Trial {
    clock: Arc<SteppingClock>,
    stage: Stage,
    life: Life,
    desk: Desk,
    participants: Vec<Participant>,
}

impl Trial {
    async fn empty(backend: Backend) -> Self {
        let life = Life::lived().await;
        let clock = Arc::new(SteppingClock::at(at(0, "06:00")));
        let stage = Stage::found_at(backend, clock.clone()).await;
        let desk = stage.desk().await;
        Self { clock, stage, life, desk, participants: Vec::new() }
    }

    /// Adds participants up to `count`. Gives the seconds that committing and merging their entries took, sealing them
    /// and admitting the phones left out.
    async fn grow(&mut self, count: usize) -> f64 {
        let setting = self.desk.setting().await.expect("it was founded");
        let (mut loader, mut seconds) = (Loader::new(&self.desk, &setting), 0.0);
        while self.participants.len() < count {
            let n = self.participants.len();
            let (participant, mut sealer) = admit(&self.desk, &setting.bundle, n).await;
            if n < LOOKED_AT {
                let set = self.desk.set_regimen(&staff(), &participant, &regimen(), true).await;
                set.expect("the study allows it");
            }
            let parcels = self.life.again().into_iter();
            let sealed: Vec<_> =
                parcels.map(|one| (sealer.push_of(&one.items, &SystemEntropy), one.at)).collect();
            let began = now_s().0;
            for (push, at) in &sealed {
                loader.add(&push.body, &sealer.device(), *at).await;
            }
            self.participants.push(participant);
            if self.participants.len().is_multiple_of(MERGE_EVERY) || self.participants.len() == count {
                loader.merge().await;
            }
            seconds += now_s().0 - began;
        }
        seconds
    }
}

/// Measures reports with more and more participants in the database.
pub(crate) async fn reads(asked: &Asked, backend: Backend) -> Table {
    let sizes: &[usize] = if asked.quick { &SIZES_QUICK } else { &SIZES };
    let mut trial = Trial::empty(backend).await;
    let entries = trial.life.entries();
    let how = format!(
        "{DAYS} days of each participant, {entries} entries, in parcels of 20, committed and merged as a keeper does; the \
         28-day report of {LOOKED_AT} of them, each in turn, at the desk in one process: the row of the trail, the \
         record, the report, its text."
    );
    let mut table = Table::new(format!("Reading, {}", backend.name()), how);
    let mut before = 0;
    for size in sizes {
        let seconds = trial.grow(*size).await;
        trial.clock.step_to(at(DAYS - 1, "21:00"));
        let mut row = Row::new(format!("{size} participants"));
        for _ in 0..=asked.runs {
            for participant in trial.participants.iter().take(LOOKED_AT) {
                let (wall, cpu) = now_s();
                let report = trial.desk.report(&staff(), participant, 28).await.expect("a report is made");
                let text = diary_server::report::text::render(&report, diary_core::text::Lang::En, 80);
                assert!(!text.is_empty(), "a report says something");
                row.add("report ms", (now_s().0 - wall) * 1e3);
                row.add("CPU ms", (now_s().1 - cpu) * 1e3);
            }
        }
        let loaded = u32::try_from((size - before) * entries).map_or(f64::NAN, f64::from);
        row.add("loaded entries/s", loaded / seconds);
        if backend == Backend::Sqlite {
            row.add("database MB", trial.megabytes());
        }
        before = *size;
        table.push(row);
    }
    table
}

impl Trial {
    fn megabytes(&self) -> f64 {
        let data = self.stage.data(crate::args::Role::Keeper);
        let files = std::fs::read_dir(data).expect("a keeper's folder").filter_map(Result::ok);
        let bytes: u64 = files.filter_map(|file| Some(file.metadata().ok()?.len())).sum();
        u32::try_from(bytes / 1024).map_or(f64::NAN, f64::from) / 1024.0
    }
}

/// Measures rebuilding records from kept plaintexts and from sealed parcels.
pub(crate) async fn rebuild(asked: &Asked, backend: Backend) -> Table {
    let count = if asked.quick { REBUILT / 5 } else { REBUILT };
    let mut trial = Trial::empty(backend).await;
    trial.grow(count).await;
    let entries = trial.life.entries() * count;
    let how = format!(
        "The records of {count} participants with {DAYS} days each, {entries} entries, one after the other."
    );
    let mut table = Table::new(format!("Rebuilding, {}", backend.name()), how);
    let sources =
        [("from kept plaintexts", RebuildSource::Opened), ("from sealed parcels", RebuildSource::Sealed)];
    for (name, source) in sources {
        let mut row = Row::new(name);
        for _ in 0..asked.runs {
            let (wall, cpu) = now_s();
            for participant in &trial.participants {
                let compared = trial.desk.rebuild(&staff(), participant, &source, None).await;
                assert!(
                    compared.expect("the database answers").is_same(),
                    "the record is what its parcels make"
                );
            }
            let entries = u32::try_from(entries).map_or(f64::NAN, f64::from);
            row.add("entries/s", entries / (now_s().0 - wall));
            row.add("CPU ms/entry", (now_s().1 - cpu) * 1e3 / entries);
        }
        table.push(row);
    }
    table
}
