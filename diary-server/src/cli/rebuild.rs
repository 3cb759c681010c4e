//! `rebuild`: works out every record again from the stored parcels and says whether it is the same.

use diary_core::parcel::QuarantineCode;
use diary_core::text::Lang;
use serde_json::json;

use super::args::RebuildArgs;
use super::{CommandError, Exit, Invocation};
use crate::key_file::{KeyFile, Purpose};
use crate::merge::rebuild::{Comparison, Difference, What};
use crate::messages::trail as say;
use crate::site::{RebuildSource, RebuiltParticipant};

pub(super) async fn run(command: &mut Invocation<'_, '_>, args: &RebuildArgs) -> Result<Exit, CommandError> {
    let lang = command.options.lang;
    let desk = command.context.desk(&command.folder()?).await?;
    let by = command.account()?;
    let source = match (&args.recovery_key, args.from_sealed) {
        (Some(file), _) => {
            RebuildSource::Recovery(Box::new(KeyFile::read(file, Purpose::Recovery)?.sealing_key()))
        }
        (None, true) => RebuildSource::Sealed,
        (None, false) => RebuildSource::Opened,
    };
    let all = desk.upkeep().rebuild_all(&by, args.site.as_ref(), &source, args.replace.as_deref()).await?;
    let replaced = args.replace.is_some();
    let done = |compared: &Comparison| compared.is_same() || (replaced && compared.may_replace());
    let all_done = all.iter().all(|one| done(&one.compared));
    let json: Vec<_> = all
        .iter()
        .map(|RebuiltParticipant { subject, compared }| {
            json!({
                "subject": subject,
                "same": compared.is_same(),
                "live": compared.live,
                "rebuilt": compared.rebuilt,
                "parcels": compared.parcels,
                "revisions": compared.revisions,
                "replaced": replaced && compared.may_replace(),
                "unopened": compared.unopened,
                "differences": compared.differences.iter().map(|one| difference(lang, one)).collect::<Vec<_>>(),
            })
        })
        .collect();
    command
        .out
        .say(&json, || all.iter().map(|one| words(lang, &one.subject, &one.compared, replaced)).collect())?;
    Ok(if all_done { Exit::Done } else { Exit::CheckFailed })
}

fn words(lang: Lang, subject: &str, compared: &Comparison, replaced: bool) -> String {
    let rebuilt = compared.rebuilt.to_string();
    if compared.is_same() {
        return say::same(lang, subject, compared.revisions, compared.parcels, rebuilt) + "\n";
    }
    let head = match (compared.unopened.len(), replaced) {
        (0, true) => say::differs_replaced(lang, subject),
        (0, false) => say::differs_left(lang, subject),
        (lost, _) => say::differs_unopened(lang, subject, lost),
    };
    let mut lines = vec![head, format!("  {}", say::live(lang, compared.live.to_string()))];
    lines.push(format!("  {}", say::rebuilt(lang, rebuilt)));
    lines.extend(compared.differences.iter().map(|one| format!("  {}", difference(lang, one))));
    lines.join("\n") + "\n"
}

fn difference(lang: Lang, Difference { n, what }: &Difference) -> String {
    let fate = |code: &Option<QuarantineCode>| {
        let quarantined = |code: QuarantineCode| say::in_quarantine(lang, code.name());
        code.map_or_else(|| say::merged(lang).to_owned(), quarantined)
    };
    match what {
        What::Fate(live, rebuilt) => say::other_fate(lang, *n, fate(live), fate(rebuilt)),
        What::Rows => say::other_rows(lang, *n),
        What::Plaintext => say::other_plaintext(lang, *n),
    }
}
