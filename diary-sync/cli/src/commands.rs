//! One command a file, and which file takes which command. A command reads, decides through the diary, saves, and
//! says what came of it.

mod alerts;
mod approve;
mod check;
mod correct;
mod dose;
mod evening;
mod event;
mod hand_over;
mod history;
mod join;
mod lang;
mod log;
mod med;
mod note;
mod pin;
mod status;
mod sync;
mod take;
mod today;
mod unlock;
mod withdraw;

use diary_sync::transport::{Transport, TransportError};
use diary_view::connection as view;
use serde_json::{Value, json};

use crate::args::{self, Apart, Cli, Command, Look, Save};
use crate::connection;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::screen::Screen;
use crate::session::{Dialogue, Session};
use crate::words;

/// Result of a command.
pub(crate) struct Done {
    pub(crate) exit: Exit,
    /// The answer for `--json`.
    document: Value,
    /// A text that is shown as it is.
    text: Option<String>,
}

impl Done {
    /// Done, with this answer for `--json`.
    pub(crate) const fn ok(document: Value) -> Self {
        Self::with(Exit::Ok, document)
    }

    /// Ended so, with this answer for `--json`.
    pub(crate) const fn with(exit: Exit, document: Value) -> Self {
        Self { exit, document, text: None }
    }

    /// A text, `--json` or not.
    pub(crate) const fn text(text: String) -> Self {
        Self { exit: Exit::Ok, document: Value::Null, text: Some(text) }
    }

    /// Writes what is still to be written.
    pub(crate) fn write(&self, screen: &mut Screen<'_>) -> std::io::Result<()> {
        if let Some(text) = &self.text {
            return screen.env.stdout.write_all(text.as_bytes());
        }
        if !screen.json || self.document.is_null() {
            return Ok(());
        }
        let mut document = json!({ "ok": self.exit == Exit::Ok, "exit": self.exit.code() });
        if let (Some(into), Some(from)) = (document.as_object_mut(), self.document.as_object()) {
            into.extend(from.clone());
        }
        screen.document(&document)
    }
}

/// Runs the command.
pub(crate) async fn dispatch<T: Transport>(
    screen: &mut Screen<'_>,
    cli: Cli,
    home: &Home,
    connect: impl Fn() -> Result<T, TransportError>,
) -> Result<Done, Failure> {
    let global = &cli.global;
    match cli.command.unwrap_or(Command::Look(Look::Today)) {
        Command::Apart(Apart::Join { link }) => join::run(screen, home, link, connect).await,
        Command::Apart(Apart::Sync { watch, retry }) => {
            sync::run(screen, global, home, (watch, retry), connect).await
        }
        Command::Apart(Apart::Pin { action: args::Pin::Change }) => pin::run(screen, home),
        Command::Apart(Apart::Unlock { recovery: _ }) => unlock::run(screen, home),
        Command::Look(command) => {
            let session = Session::open(screen, global, home)?;
            look(screen, session, command)
        }
        Command::Save(command) => {
            let mut session = Session::open(screen, global, home)?;
            let talk = &mut Dialogue { screen, session: &mut session };
            let (saved, wants) = save(talk, *command)?;
            after_saving(talk, saved, wants, connect).await
        }
    }
}

/// Runs a command that looks at the diary.
fn look(screen: &mut Screen<'_>, mut session: Session, command: Look) -> Result<Done, Failure> {
    if let Some(why) = session.diary.store().reading_only() {
        let told = words::common::only_reading(why, screen.lang);
        screen.warn(told)?;
    }
    let talk = &mut Dialogue { screen, session: &mut session };
    match command {
        Look::Today => today::run(talk),
        Look::History { entry, days, full } => history::run(talk, entry.as_deref(), days.as_deref(), full),
        Look::Status { days } => status::run(talk, days.as_deref()),
        Look::Alerts { days } => alerts::run(talk, days.as_deref()),
        Look::Lang { language } => lang::run(screen, session, &language),
        Look::Check => check::run(talk),
        Look::HandOver(args) => hand_over::run(talk, &args),
        Look::Take(args) => take::run(talk, &args),
    }
}

/// Runs a command that saves something; also gives what is wanted afterwards.
fn save(talk: &mut Dialogue<'_, '_>, command: Save) -> Result<(Saved, args::Saving), Failure> {
    match command {
        Save::Evening { saving } => Ok((evening::run(talk)?, saving)),
        Save::Log(args) => Ok((log::run(talk, &args)?, args.saving)),
        Save::Dose { action } => {
            let wants = action.as_ref().map(args::Dose::saving).unwrap_or_default();
            Ok((dose::run(talk, action)?, wants))
        }
        Save::Med { action } => {
            let (kind, change) = action.parts();
            Ok((med::run(talk, kind, &change)?, change.saving))
        }
        Save::Event(args) => Ok((event::run(talk, &args)?, args.saving)),
        Save::Note { text, saving } => Ok((note::run(talk, text)?, saving)),
        Save::Correct(args) => Ok((correct::run(talk, &args)?, args.saving)),
        Save::Withdraw { entry, reason, yes, saving } => {
            Ok((withdraw::run(talk, &entry, reason, yes)?, saving))
        }
        Save::Approve { digits, saving } => Ok((approve::run(talk, digits)?, saving)),
    }
}

/// Result of a saving command.
pub(crate) struct Saved {
    /// Entries were saved.
    pub(crate) any: bool,
    /// The answer for `--json`.
    pub(crate) document: Value,
}

impl Saved {
    /// An entry was saved.
    pub(crate) const fn yes(document: Value) -> Self {
        Self { any: true, document }
    }

    /// Nothing was saved.
    pub(crate) const fn nothing(document: Value) -> Self {
        Self { any: false, document }
    }
}

/// Says that it is saved here; sends it only where that was asked for.
async fn after_saving<T: Transport>(
    talk: &mut Dialogue<'_, '_>,
    saved: Saved,
    wants: args::Saving,
    connect: impl Fn() -> Result<T, TransportError>,
) -> Result<Done, Failure> {
    let mut document = saved.document;
    if saved.any {
        connection::seal_due(talk)?;
        let sent = if wants.sync || talk.session.settings.sync_after_saving {
            Some(connection::once(talk, connect).await?)
        } else {
            None
        };
        let unsent = talk.session.diary.store().days_not_received()?.len();
        match &sent {
            None => talk.screen.say(&words::common::saved_here(talk.screen.lang, unsent))?,
            Some(sent) => {
                let state = view::of(&talk.session.diary)?;
                talk.screen.say(&words::sync::after_saving(sent, unsent, &state, talk.screen.lang))?;
            }
        }
        if let Some(object) = document.as_object_mut() {
            object.insert("unsent_days".to_owned(), json!(unsent));
            object.insert("sync".to_owned(), sent.as_ref().map_or(Value::Null, connection::document));
        }
    }
    Ok(Done::ok(document))
}
