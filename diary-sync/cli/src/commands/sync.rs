//! `diary sync`: sends what waits and fetches news. With `--watch` it goes on until Ctrl-C and leaves the diary to
//! other commands in between.

use std::time::Duration;

use diary_sync::Outcome;
use diary_sync::drive::SyncError;
use diary_sync::transport::{Transport, TransportError};

use super::Done;
use crate::args::Global;
use crate::connection;
use crate::exit::Exit;
use crate::failure::{Failure, HomeProblem};
use crate::home::Home;
use crate::screen::Screen;
use crate::session::{Key, Session};
use crate::words;

/// Between two contacts while watching.
const PAUSE: Duration = Duration::from_secs(15);

/// Runs it.
pub(super) async fn run<T: Transport>(
    screen: &mut Screen<'_>,
    global: &Global,
    home: &Home,
    watch: bool,
    connect: impl Fn() -> Result<T, TransportError>,
) -> Result<Done, Failure> {
    let key = Key::ask(screen, home)?;
    if !watch {
        let outcome = round(screen, global, home, &key, &connect).await?;
        told(screen, &outcome)?;
        return Ok(Done::with(exit(&outcome), connection::document(&outcome)));
    }
    screen.say(words::sync::watching(screen.lang))?;
    let mut last: Option<Outcome> = None;
    loop {
        match round(screen, global, home, &key, &connect).await {
            Ok(outcome) => {
                // Only what is new is said: the same line every few seconds is noise.
                if last.as_ref() != Some(&outcome) {
                    told(screen, &outcome)?;
                    if screen.json {
                        screen.document(&connection::document(&outcome))?;
                    }
                }
                last = Some(outcome);
            }
            // Somebody is answering questions: their turn.
            Err(Failure::Home(HomeProblem::InUse)) => {}
            Err(failure) => return Err(failure),
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            stop = tokio::signal::ctrl_c() => {
                stop?;
                let exit = last.as_ref().map_or(Exit::NotSent, exit);
                return Ok(Done::with(exit, serde_json::Value::Null));
            }
        }
    }
}

async fn round<T: Transport>(
    screen: &mut Screen<'_>,
    global: &Global,
    home: &Home,
    key: &Key,
    connect: &impl Fn() -> Result<T, TransportError>,
) -> Result<Outcome, Failure> {
    let mut session = Session::open_with(screen, global, home, key)?;
    match connection::contact(screen, &mut session, connect).await {
        Ok(outcome) => Ok(outcome),
        Err(SyncError::Trouble(trouble)) => Ok(Outcome {
            waiting: session.diary.store().not_received()?,
            trouble: Some(trouble),
            ..Outcome::default()
        }),
        Err(error) => Err(error.into()),
    }
}

fn told(screen: &mut Screen<'_>, outcome: &Outcome) -> Result<(), Failure> {
    screen.say(&words::sync::outcome(outcome, screen.lang))?;
    Ok(())
}

/// Everything received: done. Anything in the way, or still waiting: not sent.
fn exit(outcome: &Outcome) -> Exit {
    if outcome.trouble.is_none() && outcome.waiting == 0 { Exit::Ok } else { Exit::NotSent }
}
