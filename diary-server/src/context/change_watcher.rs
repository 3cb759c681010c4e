//! Detection of writes by other processes, such as the command line beside a running server.

use std::time::Duration;

use crate::http::state::WeakApp;

/// Interval at which the database is polled.
const EVERY: Duration = Duration::from_millis(500);

/// Polls the database until the app is dropped or the disk has failed.
pub async fn watch(app: WeakApp) {
    let mut seen = None;
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(app) = app.get() else { return };
        match app.store().outside_version().await {
            Ok(version) if seen == Some(version) => {}
            Ok(version) => {
                // The first look also finds what was written before this server started.
                seen = Some(version);
                if let Err(error) = app.refresh().await {
                    tracing::error!(%error, "what another process wrote about the server is not used");
                }
                app.waiters().wake_all();
                app.merge_wanted().notify_one();
                app.standings_wanted().notify_one();
            }
            Err(error) if error.is_fatal() => {
                app.disk_failed();
                return;
            }
            Err(error) => tracing::warn!(%error, "the database could not be asked for news"),
        }
    }
}
