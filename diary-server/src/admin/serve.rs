//! `serve`: runs the keeper until Ctrl-C or SIGTERM, then lets it finish what it is doing.

use serde_json::json;

use super::args::{Common, ServeArgs};
use super::{Exit, Output, Refusal, Surroundings, config, folder};
use crate::config::Transport;
use crate::serve::{ServeError, ServeInput, serve};
use crate::telemetry;

pub(super) async fn run(
    common: &Common,
    args: &ServeArgs,
    around: &Surroundings,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let folder = folder(common)?;
    let mut config = config(common, &folder, around)?;
    config.server.listen = args.listen.unwrap_or(config.server.listen);
    let transport = Transport::of(&config)?;
    telemetry::start(&config.log)?;
    let public = config.server.public.clone();
    let data = folder.path().display().to_string();
    let input = ServeInput {
        folder,
        demo: args.demo,
        config,
        clock: around.clock.clone(),
        entropy: around.entropy.clone(),
    };
    let mut running = serve(input, None).await?;
    let address = running.address();
    let scheme = if matches!(transport, Transport::Tls { .. }) { "https" } else { "http" };
    out.say(&json!({ "address": address, "scheme": scheme, "data": data }), || {
        let known = public.map_or_else(String::new, |name| format!(", known to phones as {name}"));
        format!("Serving {data} on {scheme}://{address}{known}. Ctrl-C ends it.")
    })?;
    tokio::select! {
        ended = running.ended() => return ended.map(|()| Exit::Done).map_err(Refusal::from),
        told = told_to_stop() => told.map_err(|e| ServeError::Stopped(e.to_string()))?,
    }
    tracing::info!("told to stop; finishing what is being answered");
    running.stop();
    running.ended().await?;
    Ok(Exit::Done)
}

/// Ends when somebody presses Ctrl-C or the system asks the process to end.
async fn told_to_stop() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => pressed,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
