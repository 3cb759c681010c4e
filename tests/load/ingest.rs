//! Pushes of prepared parcels to a server that runs as a process of its own: number acknowledged a second, wait of each,
//! and cost to the server until it is acknowledged and, at a keeper, until it is in the record.

use std::ffi::OsString;

use diary_tests::strace;

use crate::args::{Asked, Backend, Role};
use crate::crowd::{Crowd, Sent, send};
use crate::replies::{Acknowledged, Said};
use crate::stage::{Server, Stage};
use crate::table::{Row, Table};
use crate::watch::{self, Watch};
use diary_tests::machine::{cpu_s, memory};

/// Phones. Pushes go over all of them in turn, as in an evening.
const PHONES: usize = 512;
const PHONES_QUICK: usize = 64;

/// Pushes of one entry in one run, by connections.
const fn pushes(clients: usize, entries: u64, quick: bool) -> usize {
    let single = match clients {
        1 => 1_500,
        2..=8 => 6_000,
        _ => 12_000,
    };
    let pushes = if entries == 1 { single } else { single / 4 };
    if quick { pushes / 10 } else { pushes }
}

/// Measures pushes of so many entries.
pub(crate) fn measure(asked: &Asked, entries: &[u64], say: &mut dyn FnMut(Table)) {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
    let phones = if asked.quick { PHONES_QUICK } else { PHONES };
    for backend in asked.backends.iter().copied() {
        let (stage, phones) = runtime.block_on(Stage::found(backend, phones));
        let mut crowd = Crowd::new(phones);
        for role in asked.roles.iter().copied() {
            for entries in entries.iter().copied() {
                let stage = runtime.block_on(stage.copy());
                let mut bench = Bench { asked, backend, role, entries, stage, crowd: &mut crowd };
                say(runtime.block_on(bench.run()));
                if let Some(table) = runtime.block_on(bench.syncs()) {
                    say(table);
                }
            }
        }
    }
}

struct Bench<'a> {
    asked: &'a Asked,
    backend: Backend,
    role: Role,
    entries: u64,
    stage: Stage,
    crowd: &'a mut Crowd,
}

impl Bench<'_> {
    fn title(&self) -> String {
        let parcels =
            if self.entries == 1 { "one entry".to_owned() } else { format!("{} entries", self.entries) };
        format!("{}, {}, pushes of one parcel of {parcels}", self.role.name(), self.backend.name())
    }

    async fn run(&mut self) -> Table {
        let how = format!(
            "{} phones taking turns; every push signed beforehand; server and load share this machine. CPU: user and \
             system of the server's process.",
            self.crowd.len()
        );
        let mut table = Table::new(self.title(), how);
        let server = self.stage.serve(&self.asked.program, self.role, &[]);
        let store = watch::store(&self.stage, self.role).await;
        let watch = Watch::over(&self.stage, &store).await;
        let mut acknowledged = Acknowledged::default();
        self.crowd.begin_incarnations();
        table.push(self.first(&server, &watch, &mut acknowledged).await);
        for clients in self.asked.clients.clone() {
            let mut row = Row::new(format!("{clients} connections"));
            for _ in 0..self.asked.runs {
                let pushes = pushes(clients, self.entries, self.asked.quick);
                self.once(&server, &watch, &mut acknowledged, clients, pushes, &mut row).await;
            }
            table.push(row);
        }
        let memory = memory(server.pid());
        table.note(format!("Resident: {:.0} MB at most, {:.0} MB at the end.", memory.most, memory.now));
        server.stop();
        let (count, missing) = (acknowledged.count(), acknowledged.missing(&*store).await);
        let away = acknowledged.turned_away;
        table.note(format!(
            "Acknowledged {count} parcels, turned away {away}; acknowledged and not stored once: {missing}."
        ));
        table
    }

    /// Each phone's first push: it brings certificate and grant, and the server does not know it yet.
    async fn first(&mut self, server: &Server, watch: &Watch, to: &mut Acknowledged) -> Row {
        let mut row = Row::new("first push of each phone, 8 connections");
        let phones = self.crowd.len();
        self.once(server, watch, to, 8, phones, &mut row).await;
        row
    }

    async fn once(
        &mut self,
        server: &Server,
        watch: &Watch,
        acknowledged: &mut Acknowledged,
        clients: usize,
        pushes: usize,
        row: &mut Row,
    ) {
        let dealt = self.crowd.prepare(clients, pushes, self.entries);
        let (before, database) = (cpu_s(server.pid()), self.stage.database_cpu_s());
        let (wall, _) = diary_tests::meter::now_s();
        let sent = send(server.address, dealt).await;
        let acked = cpu_s(server.pid());
        // A relay has no keys to open its parcels, so they are never merged there.
        if self.role == Role::Keeper {
            watch.until_merged().await;
        }
        let (merged_s, merged) = (diary_tests::meter::now_s().0 - wall, cpu_s(server.pid()));
        let said = acknowledged.take(&sent.answered, self.crowd.bundle());
        add_pushes(row, &sent, said, self.entries);
        let entries = count(said.receipts) * as_f64(self.entries);
        row.add("server CPU ms/entry until acknowledged", (acked - before) * 1e3 / entries);
        if self.role == Role::Keeper {
            row.add("until merged", (merged - before) * 1e3 / entries);
            row.add("merged entries/s", entries / merged_s);
        }
        if let (Some(before), Some(now)) = (database, self.stage.database_cpu_s()) {
            row.add("the database's CPU ms/entry", (now - before) * 1e3 / entries);
        }
        row.add("load's own CPU ms/push", sent.own_cpu_s * 1e3 / count(said.receipts));
    }

    /// Counts the waits for the disk of one server that takes a known number of pushes.
    async fn syncs(&mut self) -> Option<Table> {
        // A PostgreSQL writes and waits in processes of its own.
        if self.entries != 1 || self.backend == Backend::Postgres || !strace::is_there() {
            return None;
        }
        let how = "strace -f -c -e trace=fdatasync,fsync around the whole life of a server: start, pushes over 64 \
                   connections, stop. Tracing slows it down; only the counts are meant.";
        let mut table = Table::new(format!("Waits for the disk: {}", self.title()), how);
        let pushes = pushes(64, self.entries, self.asked.quick);
        for pushes in [0, pushes] {
            let out = self.stage.data(self.role).with_extension("syncs");
            let server = self.stage.serve(&self.asked.program, self.role, &counting(&out));
            let dealt = self.crowd.prepare(64, pushes, self.entries);
            let sent = send(server.address, dealt).await;
            server.stop();
            let said = Acknowledged::default().take(&sent.answered, self.crowd.bundle());
            let row = Row::new(format!("{pushes} pushes"))
                .with("acknowledged", [count(said.receipts)])
                .with("commit groups (different signatures in the receipts)", [count(said.groups)])
                .with("fdatasync + fsync", [counted(&out).await]);
            table.push(row);
        }
        Some(table)
    }
}

fn add_pushes(row: &mut Row, sent: &Sent, said: Said, entries: u64) {
    let rate = count(said.receipts) / sent.wall_s;
    row.add("acks/s", rate);
    if entries > 1 {
        row.add("stored entries/s", rate * as_f64(entries));
    }
    row.add("p50 ms", sent.wait_ms(50));
    row.add("p99 ms", sent.wait_ms(99));
    row.add("pushes a commit", count(said.receipts) / count(said.groups));
}

fn counting(out: &std::path::Path) -> Vec<OsString> {
    let words = ["strace", "-D", "-f", "-c", "-qq", "--trace=fdatasync,fsync", "-o"];
    words.into_iter().map(OsString::from).chain([out.into()]).collect()
}

/// The calls that strace counted; it writes them down a moment after the process has ended.
async fn counted(out: &std::path::Path) -> f64 {
    let mut looks = tokio::time::interval(std::time::Duration::from_millis(20));
    for _ in 0..500 {
        looks.tick().await;
        let text = std::fs::read_to_string(out).unwrap_or_default();
        // % time, seconds, usecs/call, calls, [errors,] syscall
        let total = text.lines().find(|line| line.ends_with(" total"));
        if let Some(calls) = total.and_then(|line| line.split_whitespace().nth(3)?.parse().ok()) {
            return calls;
        }
    }
    f64::NAN
}

fn count(n: usize) -> f64 {
    as_f64(u64::try_from(n).unwrap_or(u64::MAX))
}

#[expect(clippy::cast_precision_loss, reason = "counts of a measurement stay far below 2^52")]
fn as_f64(n: u64) -> f64 {
    n as f64
}
