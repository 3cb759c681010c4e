//! Reading with few and with many participants in the database: the report of one, the worklist of all, and rebuilding
//! records.

use diary_report::worklist::Thresholds;
use diary_server::site::RebuildSource;
use diary_tests::meter::now_s;

use crate::args::{Asked, Backend};
use crate::lives::DAYS;
use crate::stage::staff;
use crate::table::{Row, Table, number};
use crate::trial::Trial;

/// Participants in the database.
const SIZES: [usize; 3] = [100, 1_000, 10_000];
const SIZES_QUICK: [usize; 2] = [10, 40];
/// Number of the sizes that are measured with a PostgreSQL, where the loading takes longer.
const SIZES_OF_POSTGRES: usize = 2;
/// Participants whose reports are made, at every size the same.
const LOOKED_AT: usize = 20;
/// Participants whose records are rebuilt.
const REBUILT: usize = 50;

/// Measures reports and worklists with more and more participants in the database.
pub(crate) async fn reads(asked: &Asked, backend: Backend) -> Table {
    let all: &[usize] = if asked.quick { &SIZES_QUICK } else { &SIZES };
    let count = if backend == Backend::Postgres { SIZES_OF_POSTGRES } else { all.len() };
    let mut trial = Trial::empty(backend).await;
    let entries = trial.entries();
    let how = format!(
        "{DAYS} days of each participant, {entries} entries, in parcels of 20, committed and merged as a keeper does. \
         Report: the 28 days of {LOOKED_AT} of them, each in turn, at the desk in one process: the row of the trail, the \
         record, the report, its text. Worklist: the row of the trail, everybody's standing, who needs somebody; for the \
         first time with the standings of everybody who is new, which a keeper otherwise works out while it has nothing \
         to merge. CPU: of this process, without a PostgreSQL's."
    );
    let mut table = Table::new(format!("Reading, {}", backend.name()), how);
    let mut before = 0;
    for size in all.iter().take(count) {
        let seconds = trial.grow(*size).await;
        let mut row = Row::new(format!("{size} participants"));
        reports(&trial, asked.runs, &mut row).await;
        let first = first_worklist(&trial, size - before).await;
        worklists(&trial, asked.runs, &mut row).await;
        row.add("loaded entries/s", number((size - before) * entries) / seconds);
        if backend == Backend::Sqlite {
            row.add("database MB", trial.megabytes());
        }
        before = *size;
        table.push(row);
        table.push(first);
    }
    table
}

async fn reports(trial: &Trial, runs: usize, row: &mut Row) {
    for participant in trial.participants.iter().take(LOOKED_AT).cycle().take(LOOKED_AT * (runs + 1)) {
        let (wall, cpu) = now_s();
        let report = trial.desk.views().report(&staff(), participant, 28).await.expect("a report is made");
        let text = diary_report::report::text::render(&report, diary_core::text::Lang::EN, 80);
        assert!(!text.is_empty(), "a report says something");
        row.add("report ms", (now_s().0 - wall) * 1e3);
        row.add("report CPU ms", (now_s().1 - cpu) * 1e3);
    }
}

/// The first list since `new` participants came.
async fn first_worklist(trial: &Trial, new: usize) -> Row {
    let (wall, cpu) = now_s();
    let list = trial.desk.views().worklist(&staff(), Thresholds::default()).await.expect("a list is made");
    let (wall, cpu) = (now_s().0 - wall, now_s().1 - cpu);
    assert_eq!(list.fresh.brought_up_to_date, new, "the others' standings are up to date");
    let name = format!("{} participants, the first list, {new} standings", list.participants);
    Row::new(name)
        .with("worklist ms", [wall * 1e3])
        .with("worklist CPU ms", [cpu * 1e3])
        .with("standings/s", [number(new) / wall])
}

/// Lists for which every standing is up to date.
async fn worklists(trial: &Trial, runs: usize, row: &mut Row) {
    for _ in 0..=runs {
        let (wall, cpu) = now_s();
        let list =
            trial.desk.views().worklist(&staff(), Thresholds::default()).await.expect("a list is made");
        row.add("worklist ms", (now_s().0 - wall) * 1e3);
        row.add("worklist CPU ms", (now_s().1 - cpu) * 1e3);
        row.add("listed", number(list.rows.len()));
        assert_eq!(list.fresh.brought_up_to_date, 0, "every standing is up to date");
        assert_eq!(list.participants, trial.participants.len(), "everybody is looked at");
    }
}

/// Measures rebuilding records from kept plaintexts and from sealed parcels.
pub(crate) async fn rebuild(asked: &Asked, backend: Backend) -> Table {
    let count = if asked.quick { REBUILT / 5 } else { REBUILT };
    let mut trial = Trial::empty(backend).await;
    trial.grow(count).await;
    let entries = trial.entries() * count;
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
                let compared = trial.desk.upkeep().rebuild(&staff(), participant, &source, None).await;
                assert!(
                    compared.expect("the database answers").is_same(),
                    "the record is what its parcels make"
                );
            }
            row.add("entries/s", number(entries) / (now_s().0 - wall));
            row.add("CPU ms/entry", (now_s().1 - cpu) * 1e3 / number(entries));
        }
        table.push(row);
    }
    table
}
