//! `diary sync`: sends what waits and fetches news. With `--watch` it goes on until Ctrl-C and leaves the diary to
//! other commands in between.

use std::time::Duration;

use diary_sync::SyncError;
use diary_sync::transport::{Transport, TransportError};
use diary_sync::{ContactOutcome, Mode};
use diary_view::connection::{self as view, ConnectionState};
use diary_view::contact;
use serde_json::Value;

use super::Done;
use crate::args::Global;
use crate::connection;
use crate::doubts;
use crate::exit::Exit;
use crate::failure::{Failure, HomeProblem};
use crate::home::Home;
use crate::screen::Screen;
use crate::session::{Dialogue, Key, Session, enter};
use crate::words;

/// Between two contacts while watching.
const PAUSE: Duration = Duration::from_secs(15);

/// Runs it.
pub(super) async fn run<T: Transport>(
    screen: &mut Screen<'_>,
    global: &Global,
    home: &Home,
    (watch, retry): (bool, bool),
    connect: impl Fn() -> Result<T, TransportError>,
) -> Result<Done, Failure> {
    let key = Key::ask(screen, home)?;
    if retry {
        let in_use = enter(screen, home)?;
        Session::open_with(screen, global, home, &key, in_use)?.diary.unstick()?;
    }
    if !watch {
        let in_use = enter(screen, home)?;
        let mut session = Session::open_with(screen, global, home, &key, in_use)?;
        let talk = &mut Dialogue { screen, session: &mut session };
        let outcome = round(talk, Mode::Once, &connect).await?;
        let state = view::of(&talk.session.diary)?;
        told(talk.screen, &outcome, &state)?;
        let mut document = connection::document(&outcome);
        document["connection"] = connection::state_document(&state);
        document["doubts"] = doubts::tell(talk)?;
        return Ok(Done::with(exit(&outcome), document));
    }
    screen.say(words::sync::watching(screen.lang))?;
    let mut watched = Watched::default();
    let stop = tokio::signal::ctrl_c();
    tokio::pin!(stop);
    loop {
        // A contact that is cut off here goes on at the next one: each step is saved as a whole or not at all.
        tokio::select! {
            round = watch_once(screen, global, home, &key, &connect, &mut watched) => round?,
            stopped = &mut stop => { stopped?; break }
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            stopped = &mut stop => { stopped?; break }
        }
    }
    Ok(Done::with(watched.exit.unwrap_or(Exit::NotSent), Value::Null))
}

/// Last result that was shown while watching: only a new one is shown, since the same line every few seconds is
/// noise.
#[derive(Default)]
struct Watched {
    exit: Option<Exit>,
    told: Option<Value>,
}

async fn watch_once<T: Transport>(
    screen: &mut Screen<'_>,
    global: &Global,
    home: &Home,
    key: &Key,
    connect: &impl Fn() -> Result<T, TransportError>,
    watched: &mut Watched,
) -> Result<(), Failure> {
    // Another command that is asking questions goes first: this round is skipped.
    let Some(mut session) = opened_if_free(screen, global, home, key)? else { return Ok(()) };
    // While a failed contact is to be waited out (the server may have asked for that), what is due is only sealed.
    let talk = &mut Dialogue { screen, session: &mut session };
    if diary_sync::waits(&talk.session.diary, talk.screen.env.clock.now())? {
        return connection::seal_due(talk);
    }
    let outcome = round(talk, Mode::Due, connect).await?;
    let document = connection::document(&outcome);
    let first = watched.exit.replace(exit(&outcome)).is_none();
    if first || watched.told.as_ref() != Some(&document) {
        told(talk.screen, &outcome, &view::of(&talk.session.diary)?)?;
        if talk.screen.json {
            talk.screen.document(&document)?;
        }
        watched.told = Some(document);
    }
    Ok(())
}

fn opened_if_free(
    screen: &mut Screen<'_>,
    global: &Global,
    home: &Home,
    key: &Key,
) -> Result<Option<Session>, Failure> {
    match home.enter_if_free() {
        Ok(in_use) => Session::open_with(screen, global, home, key, in_use).map(Some),
        Err(HomeProblem::InUse) => Ok(None),
        Err(problem) => Err(problem.into()),
    }
}

async fn round<T: Transport>(
    talk: &mut Dialogue<'_, '_>,
    mode: Mode,
    connect: &impl Fn() -> Result<T, TransportError>,
) -> Result<ContactOutcome, Failure> {
    match connection::contact(talk, mode, connect).await {
        Ok(outcome) => Ok(outcome),
        Err(SyncError::SyncIssue(trouble)) => Ok(ContactOutcome {
            waiting: talk.session.diary.store().not_received()?,
            trouble: Some(trouble),
            ..ContactOutcome::default()
        }),
        Err(error) => Err(error.into()),
    }
}

fn told(screen: &mut Screen<'_>, outcome: &ContactOutcome, state: &ConnectionState) -> Result<(), Failure> {
    screen.say(&words::sync::outcome(outcome, state, screen.lang))?;
    Ok(())
}

/// Everything received: done. Anything in the way, or still waiting: not sent.
fn exit(outcome: &ContactOutcome) -> Exit {
    if contact::is_complete(outcome) { Exit::Ok } else { Exit::NotSent }
}
