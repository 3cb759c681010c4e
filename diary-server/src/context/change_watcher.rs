//! Detection of writes by other processes, such as the command line beside a running server.

use std::time::Duration;

use super::Context;
use super::notifications::Ended;

/// Interval between two looks.
const EVERY: Duration = Duration::from_millis(500);

/// Watches until the server has ended or the disk has failed. After a write the active study is read again, and every
/// task looks for news.
pub async fn watch(context: Context, mut ended: Ended) {
    let mut seen = None;
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = ended.over() => break,
        }
        match context.store().outside_version().await {
            Ok(version) if seen == Some(version) => {}
            Ok(version) => {
                // The first look also finds what was written before this server started.
                seen = Some(version);
                if let Err(error) = context.refresh().await {
                    tracing::error!(%error, "what another process wrote about the server is not used");
                }
                // From the first look on, the active study need not be compared with the database at each use.
                context.watched(true);
                context.waiters().wake_all();
                context.merge_wanted().notify_one();
                context.standings_wanted().notify_one();
            }
            Err(error) if error.is_fatal() => {
                context.disk_failed();
                break;
            }
            Err(error) => tracing::warn!(%error, "the database could not be asked for news"),
        }
    }
    context.watched(false);
}
