//! The main job on a fresh machine: sets the stage, plays 35 days, prints what a nurse would read before the visit,
//! shows how to go on by hand, and keeps serving.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use diary_core::study::{Study, shipped};
use diary_core::text::Lang;
use diary_core::time::{Clock, DiaryDay, UtcMillis, Zone};
use diary_demo::accounts;
use diary_demo::clock::SteppingClock;
use diary_demo::earlier::note_end;
use diary_demo::lives::{DAYS, script};
use diary_demo::play::{Played, play};
use diary_demo::site::SiteError;
use diary_demo::stage::{PARTICIPANTS, Stage};
use diary_demo::words;
use diary_report::report::text;
use diary_server::clock::SystemClock;
use diary_server::data_folder::FolderError;
use indicatif::{ProgressBar, ProgressStyle};

/// Plays 35 days of a trial with two made-up participants against a real keeper, prints their reports, and keeps
/// serving until Ctrl-C.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// End after the reports, with status 0.
    #[arg(long)]
    exit: bool,
    /// Seed of the made-up lives.
    #[arg(long, default_value_t = 6_836_973)]
    seed: u64,
    /// Folder of the demonstration; an earlier one there is moved aside, and removed only where nobody used it.
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Language of the reports.
    #[arg(long, default_value = "en", value_parser = diary_core::words::choose)]
    lang: Lang,
}

/// Columns of the reports.
const WIDTH: usize = 100;

fn main() -> ExitCode {
    let args = Args::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(run(&args)),
        Err(error) => {
            complain(&error, args.lang);
            return ExitCode::FAILURE;
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error, args.lang);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "this is a command")]
fn complain(error: &dyn std::error::Error, lang: Lang) {
    eprintln!("{}", words::stopped(lang, error));
}

#[expect(clippy::print_stdout, reason = "this is a command")]
async fn run(args: &Args) -> Result<(), SiteError> {
    let lang = args.lang;
    let zone: Zone = "Asia/Shanghai".parse().expect("an IANA name");
    let now = SystemClock.now();
    let today = DiaryDay::at(now, zone, day_cut().to_chrono());
    let start = today.plus_days(1 - DAYS);
    let dawn =
        zone.instant(start.0, "05:00".parse::<diary_core::time::TimeOfDay>().unwrap_or_default().to_chrono());
    let clock = Arc::new(SteppingClock::at(dawn));
    println!("{}\n", words::study(lang));
    let mut stage = set_stage(args, clock, zone).await?;
    println!("{}", words::places(lang, &stage));
    let played = play_all(&mut stage, args, start, now).await?;
    stage.clock.go_live();
    println!("\n{}", words::played(lang, &played));
    for (n, (subject, _)) in PARTICIPANTS.iter().enumerate() {
        let report = stage.site.desk.views().report(&stage.site.staff, &stage.participants[n], 28).await?;
        println!("\n{}\n{}\n", "=".repeat(WIDTH), words::before_visit(lang, subject));
        println!("{}", text::render(&report, lang, WIDTH));
    }
    accounts::make(&stage.site, lang).await?;
    if args.exit {
        stage.site.keeper.stop();
        stage.site.keeper.ended().await?;
        let folder = stage.site.folder.clone();
        drop(stage);
        return note_end(&folder).map_err(|source| SiteError::Disk { path: folder, source });
    }
    println!("\n{}\n{}", "=".repeat(WIDTH), words::guide(lang, &stage));
    serve_on(&mut stage).await
}

/// In the named folder; else in the usual one, or beside it where another demonstration is being served there.
async fn set_stage(args: &Args, clock: Arc<SteppingClock>, zone: Zone) -> Result<Stage, SiteError> {
    if let Some(folder) = &args.dir {
        return Stage::set(folder, clock, zone).await;
    }
    let usual = std::env::temp_dir().join("diary-demo");
    let others = (2..=9).map(|n: u8| usual.with_extension(n.to_string()));
    for folder in std::iter::once(usual.clone()).chain(others) {
        match Stage::set(&folder, clock.clone(), zone).await {
            Err(SiteError::Folder(FolderError::Serving { .. })) => {}
            set => return set,
        }
    }
    Stage::set(&usual, clock, zone).await
}

fn day_cut() -> diary_core::time::TimeOfDay {
    Study::load(&shipped::nct06836973()).map(|study| study.day_cut()).unwrap_or_default()
}

async fn play_all(
    stage: &mut Stage,
    args: &Args,
    start: DiaryDay,
    until: UtcMillis,
) -> Result<Played, SiteError> {
    let scenes = script(args.seed);
    let bar = ProgressBar::new(scenes.len() as u64);
    if let Ok(style) = ProgressStyle::with_template(words::playing(args.lang)) {
        bar.set_style(style.progress_chars("=> "));
    }
    let played = play(stage, &scenes, start, until, || bar.inc(1)).await?;
    bar.finish();
    Ok(played)
}

async fn serve_on(stage: &mut Stage) -> Result<(), SiteError> {
    tokio::select! {
        // Without a way to hear Ctrl-C the keeper serves until it is killed.
        Ok(()) = tokio::signal::ctrl_c() => stage.site.keeper.stop(),
        ended = stage.site.keeper.ended() => return Ok(ended?),
    }
    Ok(stage.site.keeper.ended().await?)
}
