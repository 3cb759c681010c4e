//! `serve`: runs the keeper or the relay until Ctrl-C or SIGTERM, then lets it finish what it is doing.

use diary_core::keys::ServerRole;
use serde_json::json;

use super::args::ServeArgs;
use super::{CommandError, Exit, Invocation};
use crate::config::Transport;
use crate::keys::server_keys::is_of_role;
use crate::messages::server as say;
use crate::serve::{ServeError, ServeInput, serve, serve_relay};
use crate::telemetry;

pub(super) async fn run(command: &mut Invocation<'_, '_>, args: &ServeArgs) -> Result<Exit, CommandError> {
    let folder = command.folder()?;
    let mut config = command.config(&folder)?;
    config.server.listen = args.listen.unwrap_or(config.server.listen);
    let transport = Transport::of(&config)?;
    telemetry::start(&config.log)?;
    let public = config.server.public.clone();
    let data = folder.path().display().to_string();
    let input = ServeInput {
        folder,
        demo: args.demo,
        config,
        clock: command.context.clock.clone(),
        entropy: command.context.entropy.clone(),
    };
    // Signals are handled from here on: a parent process may stop the server as soon as it prints that it serves.
    let stop = StopSignals::listen().map_err(|e| ServeError::Stopped(e.to_string()))?;
    let is_relay = is_of_role(&input.folder.keys(), ServerRole::Relay);
    let mut running = match (args.relay, is_relay) {
        (true, true) => serve_relay(input, None).await?,
        (false, false) => serve(input, None).await?,
        (true, false) => return Err(CommandError::NotARelay { path: data }),
        (false, true) => return Err(CommandError::RelayServes { path: data }),
    };
    let address = running.address();
    let pages = running.pages();
    let scheme = if matches!(transport, Transport::Tls { .. }) { "https" } else { "http" };
    command.out.say(
        &json!({ "address": address, "scheme": scheme, "data": data, "pages": pages }),
        || {
            let address = format!("{scheme}://{address}");
            let served = match public {
                Some(name) => say::serving_known_as(command.options.lang, &data, address, name.to_string()),
                None => say::serving(command.options.lang, &data, address),
            };
            match pages {
                Some(pages) => {
                    format!(
                        "{served}\n{}",
                        say::serving_pages(command.options.lang, format!("{scheme}://{pages}"))
                    )
                }
                None => served,
            }
        },
    )?;
    tokio::select! {
        ended = running.ended() => return ended.map(|()| Exit::Done).map_err(CommandError::from),
        told = stop.told() => told.map_err(|e| ServeError::Stopped(e.to_string()))?,
    }
    tracing::info!("told to stop; finishing what is being answered");
    running.stop();
    running.ended().await?;
    Ok(Exit::Done)
}

/// Signals that end the process: Ctrl-C and a request of the system to terminate.
pub(super) struct StopSignals {
    #[cfg(unix)]
    both: [tokio::signal::unix::Signal; 2],
}

impl StopSignals {
    /// From now on they no longer end the process by themselves.
    pub(super) fn listen() -> std::io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            both: {
                use tokio::signal::unix::{SignalKind, signal};
                [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?]
            },
        })
    }

    /// Comes back when either has come.
    pub(super) async fn told(self) -> std::io::Result<()> {
        #[cfg(unix)]
        {
            let [mut terminate, mut interrupt] = self.both;
            tokio::select! {
                _ = terminate.recv() => Ok(()),
                _ = interrupt.recv() => Ok(()),
            }
        }
        #[cfg(not(unix))]
        tokio::signal::ctrl_c().await
    }
}
