//! Pages of the site with few and with many participants, as a browser asks for them: time, CPU time, bytes and
//! statements of each. And a hundred wrong sign-ins of one source.

use axum::http::StatusCode;
use diary_report::worklist::Thresholds;
use diary_server::site::{Saying, VisitInput};
use diary_store::Participant;
use diary_tests::browser::Browser;
use diary_tests::meter::now_s;
use diary_tests::statements::Statements;
use diary_tests::world::first_day;

use crate::args::{Asked, Backend};
use crate::in_a_runtime;
use crate::lives::{Habits, Life, STEADY};
use crate::stage::staff;
use crate::table::{Row, Table, number};
use crate::trial::{Cohort, Trial};

/// Participants in the database.
const SIZES: [usize; 2] = [1_000, 10_000];
const SIZES_QUICK: [usize; 2] = [20, 60];
/// Number of the sizes that are measured with a PostgreSQL, where the loading takes longer.
const SIZES_OF_POSTGRES: usize = 1;
/// Days of a participant.
const DAYS: i64 = 28;
/// Days of a participant from whom nothing comes any more.
const DAYS_OF_SILENT: i64 = 16;
/// Place of the participant with a full diary.
const FULL: usize = 7;
/// Requests of each page and run.
const REQUESTS: usize = 10;
/// Wrong sign-ins.
const WRONG: usize = 100;
/// Account that looks at the pages.
const LOOKS: &str = "nurse";

/// Measures the pages on each database, and the sign-ins on SQLite.
pub(crate) fn measure(asked: &Asked, say: &mut impl FnMut(Table)) {
    let statements = Statements::of_the_process();
    for backend in asked.backends.iter().copied() {
        say(in_a_runtime(pages(asked, backend, &statements)));
    }
    say(in_a_runtime(wrong_sign_ins(asked)));
}

/// Doses of a participant whose pages are the longest.
const MANY_DOSES: &[&str] =
    &["06:00", "08:05", "10:00", "12:00", "14:00", "16:00", "18:05", "20:00", "21:00", "22:00"];

/// Lives of the participants: most are steady, one in fifty has an emergency on the last day, three in fifty are silent,
/// and one has a full diary.
async fn cohort() -> Cohort {
    let steady = Life::lived(DAYS, STEADY).await;
    let level = |day: i64| if day + 1 == DAYS { 3 } else { 1 };
    let alarmed = Life::lived(DAYS, Habits { level, ..STEADY }).await;
    let silent = steady.until(DAYS_OF_SILENT);
    let level = |day: i64| u8::try_from(day % 4).unwrap_or(0);
    let full = Life::lived(DAYS, Habits { doses: MANY_DOSES, level, notes: true }).await;
    let of = |n: usize| match (n, n % 50) {
        (FULL, _) => 3,
        (_, 0) => 1,
        (_, 1..=3) => 2,
        (_, _) => 0,
    };
    Cohort { days: DAYS, lives: vec![steady, alarmed, silent, full], of }
}

async fn pages(asked: &Asked, backend: Backend, statements: &Statements) -> Table {
    let all: &[usize] = if asked.quick { &SIZES_QUICK } else { &SIZES };
    let count = if backend == Backend::Postgres { SIZES_OF_POSTGRES } else { all.len() };
    let how = format!(
        "{DAYS} days of each participant, {} entries, sealed, committed and merged as a keeper does; one in fifty with an \
         emergency on the last day, three in fifty silent for {} days, one in four with a visit this week; one with ten doses, an evening check and a note on each day. Requests of a \
         signed-in session through the router, in this process, without the network; the first one of each page after the \
         keeper was opened anew apart from the others, and the first of all works out the standings of the new ones, which \
         a server does in the background. CPU: of this process, without a PostgreSQL's.",
        3 * DAYS,
        DAYS - DAYS_OF_SILENT
    );
    let mut table = Table::new(format!("Pages, {}", backend.name()), how);
    for size in all.iter().take(count) {
        let mut trial = Trial::of(backend, cohort().await).await;
        trial.grow(*size).await;
        plan_visits(&trial).await;
        table.push(standings(&trial).await);
        let browser = Browser::signed_in(trial.stage().desk().await, LOOKS).await;
        for (name, paths) in asked_for(&trial.participants) {
            let runs = (&*paths, asked.runs * REQUESTS);
            table.push(requests(&browser, format!("{size}: {name}"), runs, statements).await);
        }
    }
    table
}

/// A visit within the week for every fourth participant.
async fn plan_visits(trial: &Trial) {
    for (n, participant) in trial.participants.iter().enumerate().step_by(4) {
        let ahead = i64::try_from(n / 4 % 7).unwrap_or(0);
        let date = first_day().plus_days(DAYS - 1 + ahead);
        let visit = VisitInput { date, kind: "scheduled".to_owned(), held: false };
        let made = trial.desk.acts().on(&staff(), participant).add_visit(&visit, Saying::MEANT).await;
        made.expect("the study has scheduled visits");
    }
}

/// The first list, for which all standings are worked out.
async fn standings(trial: &Trial) -> Row {
    let (wall, cpu) = now_s();
    let list = trial.desk.views().worklist(&staff(), Thresholds::default()).await;
    let list = list.expect("a list is made");
    let (wall, cpu) = (now_s().0 - wall, now_s().1 - cpu);
    Row::new(format!("{}: all standings, once", list.participants))
        .with("first ms", [wall * 1e3])
        .with("CPU ms", [cpu * 1e3])
}

/// Pages with the paths that are asked for in turn.
fn asked_for(participants: &[Participant]) -> Vec<(&'static str, Vec<String>)> {
    let path = |end: &'static str| move |one: &Participant| format!("/participants/{}{end}", one.subject);
    let of = |end: &'static str| -> Vec<String> { participants.iter().take(20).map(path(end)).collect() };
    vec![
        ("today", vec!["/today".to_owned()]),
        ("participants", vec!["/participants".to_owned()]),
        ("search", vec!["/participants?q=0017".to_owned()]),
        ("participant", of("")),
        ("full diary", participants.get(FULL).into_iter().map(path("")).collect()),
        ("report", of("/report")),
        ("acts", of("/plan")),
        ("phones", of("/phones")),
        ("waiting", vec!["/waiting".to_owned()]),
        ("trail", vec!["/trail".to_owned()]),
        ("trail of one account", vec!["/trail?who=nurse".to_owned()]),
        ("study", vec!["/study".to_owned()]),
    ]
}

async fn requests(
    browser: &Browser,
    name: String,
    (paths, count): (&[String], usize),
    statements: &Statements,
) -> Row {
    let mut row = Row::new(name);
    let mut all = Vec::new();
    for (n, path) in paths.iter().cycle().take(count + 1).enumerate() {
        drop(statements.take());
        let (wall, cpu) = now_s();
        let (status, body) = browser.get(path).await;
        let (wall, cpu) = (now_s().0 - wall, now_s().1 - cpu);
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        if n == 0 {
            row.add("first ms", wall * 1e3);
            continue;
        }
        all.push(wall * 1e3);
        row.add("ms", wall * 1e3);
        row.add("CPU ms", cpu * 1e3);
        row.add("kB", number(body.len()) / 1e3);
        row.add("statements", number(statements.take().values().sum()));
    }
    all.sort_by(f64::total_cmp);
    row.with("p95 ms", all.get(all.len() * 95 / 100).copied())
}

/// Measures wrong sign-ins of one source, one after the other, of one name and of a name each.
async fn wrong_sign_ins(asked: &Asked) -> Table {
    let how = format!(
        "{WRONG} wrong sign-ins of one address one after the other, through the router: Argon2id with 64 MiB for those \
         that are judged, the others wait before anything is hashed. CPU seconds of all together."
    );
    let mut table = Table::new("Wrong sign-ins", how);
    let life = Life::lived(1, STEADY).await;
    let trial = Trial::of(Backend::Sqlite, Cohort { days: 1, lives: vec![life], of: |_| 0 }).await;
    for (name, one) in [("of one account", true), ("of a name each", false)] {
        let mut row = Row::new(name);
        for run in 0..asked.runs {
            let account = format!("nurse{run}");
            if one {
                Browser::enable(&trial.desk, &account).await;
            }
            let browser = Browser::new(trial.desk.clone());
            let (mut judged, (wall, cpu)) = (0, now_s());
            for n in 0..WRONG {
                let name = if one { account.clone() } else { format!("name{n}") };
                let (status, _) = browser.sign_in(&name, false).await;
                judged += usize::from(status == StatusCode::UNAUTHORIZED);
            }
            row.add("CPU s", now_s().1 - cpu);
            row.add("s", now_s().0 - wall);
            row.add("judged", number(judged));
        }
        table.push(row);
    }
    table
}
