//! `pull`: the keeper fetches from its relay, once or until Ctrl-C.

use diary_core::text::Lang;

use super::args::relay::PullArgs;
use super::serve::StopSignals;
use super::{CommandError, Exit, Invocation, words};
use crate::messages::relay as say;
use crate::relay::pull::watch;
use crate::relay::{PullError, Pulled, Puller};
use crate::site::StaffError;

pub(super) async fn run(command: &mut Invocation<'_, '_>, args: &PullArgs) -> Result<Exit, CommandError> {
    let lang = command.options.lang;
    let folder = command.folder()?;
    let configured = command.config(&folder)?.relay;
    let host = match (&args.relay, configured) {
        (Some(host), _) => host.clone(),
        (None, Some(relay)) => {
            relay.host().map_err(|problem| StaffError::Host { key: "relay.host", problem })?
        }
        (None, None) => return Err(CommandError::NoRelay),
    };
    let mut puller = Puller::new(command.context.desk(&folder).await?, host)?;
    if !args.watch {
        let pulled = if args.again { puller.pull_again().await? } else { puller.pull(0).await? };
        command.out.say(&pulled, || text(lang, &pulled))?;
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
            Ok(pulled) => command.out.say(pulled, || text(lang, pulled)),
            Err(error) => {
                let said = words::serving::pull(lang, error);
                command.out.say(&serde_json::json!({ "error": said }), || said.clone())
            }
        };
        if told.is_ok() {
            told = said;
        }
    })
    .await;
    told?;
    Ok(Exit::Done)
}

fn text(lang: Lang, pulled: &Pulled) -> String {
    let Pulled { read, taken, known, settled, handed, refused, recovered, dropped, .. } = pulled;
    let mut lines = vec![say::pulled(lang, *read, *taken, *known, *settled, *handed)];
    if pulled.anew {
        lines.push(say::feed_anew(lang).to_owned());
    }
    if pulled.bundle {
        lines.push(say::bundle_given(lang).to_owned());
    }
    if *recovered > 0 {
        lines.push(say::recovered(lang, *recovered));
    }
    lines.extend(pulled.left.iter().map(|(code, count)| say::left_over(lang, *count, *code)));
    if *dropped > 0 {
        lines.push(say::dropped(lang, *dropped));
    }
    if *refused > 0 {
        lines.push(say::refused(lang, *refused));
    }
    lines.join("\n") + "\n"
}
