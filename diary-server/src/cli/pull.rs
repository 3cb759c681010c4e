//! `pull`: the keeper fetches from its relay, once or until Ctrl-C.

use std::fmt::Write;

use super::args::Common;
use super::args::relay::PullArgs;
use super::serve::StopSignals;
use super::{CommandContext, Exit, Output, Refusal, config, desk, folder};
use crate::relay::pull::watch;
use crate::relay::{PullError, Pulled, Puller};
use crate::site::StaffError;

pub(super) async fn run(
    common: &Common,
    args: &PullArgs,
    around: &CommandContext,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let folder = folder(common, around)?;
    let configured = config(common, &folder, around)?.relay;
    let host = match (&args.relay, configured) {
        (Some(host), _) => host.clone(),
        (None, Some(relay)) => {
            relay.host().map_err(|problem| StaffError::Host { key: "relay.host", problem })?
        }
        (None, None) => return Err(Refusal::NoRelay),
    };
    let mut puller = Puller::new(desk(&folder, around).await?, host)?;
    if !args.watch {
        let pulled = if args.again { puller.pull_again().await? } else { puller.pull(0).await? };
        out.say(&pulled, || words(&pulled))?;
        return Ok(Exit::Done);
    }
    let mut told = Ok(());
    let stop = StopSignals::listen()?;
    let stopped = async {
        if let Err(error) = stop.told().await {
            tracing::warn!(%error, "signals are not heard");
        }
    };
    watch(puller, stopped, |pulled: &Result<Pulled, PullError>| {
        let said = match pulled {
            Ok(pulled) => out.say(pulled, || words(pulled)),
            Err(error) => out.say(&serde_json::json!({ "error": error.to_string() }), || error.to_string()),
        };
        if told.is_ok() {
            told = said;
        }
    })
    .await;
    told?;
    Ok(Exit::Done)
}

fn words(pulled: &Pulled) -> String {
    let Pulled { read, taken, known, settled, handed, refused, recovered, dropped, .. } = pulled;
    let mut text = format!(
        "{read} records read: {taken} taken, {known} here already. {settled} parcels settled. {handed} records handed \
         over.\n"
    );
    let mut line = |said: std::fmt::Arguments<'_>| {
        text.write_fmt(said).expect("writing to a String does not fail");
        text.push('\n');
    };
    if pulled.anew {
        line(format_args!(
            "THE RELAY'S FEED BEGAN ANEW: it was restored, or shows another history than before. All of it was read \
             again; nothing that was here is changed."
        ));
    }
    if pulled.bundle {
        line(format_args!("The relay was given the newest keys and study."));
    }
    if *recovered > 0 {
        line(format_args!("{recovered} records that were left over before could be taken now."));
    }
    for (code, count) in &pulled.left {
        line(format_args!("{count} left over: {code}."));
    }
    if *dropped > 0 {
        line(format_args!("{dropped} more could not be kept; `pull --again` reads them once more."));
    }
    if *refused > 0 {
        line(format_args!("The relay did not take {refused} records."));
    }
    text
}
