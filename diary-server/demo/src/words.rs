//! The demonstration's own screen, in words.

use diary_core::text::Lang;

use crate::accounts::{ACCOUNTS, PASSWORD};
use crate::lives::DAYS;
use crate::messages::stage as say;
use crate::phone::PIN;
use crate::play::Played;
use crate::stage::Stage;

/// A failure with its causes, each on a line.
#[must_use]
pub fn stopped(lang: Lang, error: &dyn std::error::Error) -> String {
    let mut lines = vec![say::stopped(lang, error.to_string())];
    let causes = std::iter::successors(error.source(), |error| error.source());
    lines.extend(causes.map(|cause| format!("  {}", say::because(lang, cause.to_string()))));
    lines.join("\n")
}

/// The study that is played.
#[must_use]
pub fn study(lang: Lang) -> String {
    say::study(lang, DAYS)
}

/// The keeper and its folders.
#[must_use]
pub fn places(lang: Lang, stage: &Stage) -> String {
    let mut lines = vec![
        say::keeper(lang, stage.site.url().to_string()),
        say::pages(lang, stage.site.pages_url()),
        say::folder(lang, stage.site.folder.display().to_string()),
    ];
    let earlier = stage.site.earlier.as_ref();
    lines.extend(earlier.map(|folder| say::earlier(lang, folder.display().to_string())));
    lines.join("\n")
}

/// The pages, with an account of each role.
fn accounts(lang: Lang, stage: &Stage) -> String {
    let lines = ACCOUNTS.map(|(name, _)| say::account(lang, name, PASSWORD));
    format!("{}\n{}", say::open_pages(lang, stage.site.pages_url()), lines.join("\n"))
}

/// Template of the progress bar.
#[must_use]
pub fn playing(lang: Lang) -> &'static str {
    say::playing(lang)
}

/// Counts of what was played.
#[must_use]
pub fn played(lang: Lang, played: &Played) -> String {
    let Played { saved, alerts, contacts, pushes, bytes_up } = *played;
    say::played(lang, saved, alerts, contacts, pushes, bytes_up / 1024)
}

/// Heading of a report.
#[must_use]
pub fn before_visit(lang: Lang, subject: &str) -> String {
    say::before_visit(lang, subject)
}

/// The sights of the demonstration, and the commands to go on by hand.
#[must_use]
pub fn guide(lang: Lang, stage: &Stage) -> String {
    let data = stage.site.folder.join("server");
    let data = data.display();
    let phone = |n: usize| stage.phones[n].folder.display().to_string();
    let (home, other) = (phone(1), phone(0));
    let diary = "cargo run --release -q -p diary-cli --bin diary --";
    [
        say::guide(lang).to_owned(),
        String::new(),
        say::log_an_entry(lang, PIN),
        String::new(),
        format!("  export TZ=Asia/Shanghai DIARY_HOME={home} DIARY_PIN_FILE={home}/pin"),
        format!("  {diary} today"),
        format!("  {diary} note \"{}\"", say::note(lang)),
        format!("  {diary} log"),
        format!("  {diary} sync"),
        format!("  {diary} status"),
        String::new(),
        say::see_it_arrive(lang).to_owned(),
        String::new(),
        format!("  cargo run --release -q -p diary-server -- --data {data} --by nurse report MG-002"),
        String::new(),
        say::as_other(lang, other),
        String::new(),
        accounts(lang, stage),
        String::new(),
        say::serving(lang).to_owned(),
    ]
    .join("\n")
}
