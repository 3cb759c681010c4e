//! `rebuild`: works out every record again from the stored parcels and says whether it is the same.

use serde_json::json;

use super::args::{Common, RebuildArgs};
use super::{CommandContext, Exit, Output, Refusal, account, desk, folder};
use crate::key_file::{KeyFile, Purpose};
use crate::rebuild::{Comparison, Difference, What};
use crate::site::RebuildSource;
use crate::site::StaffError;

pub(super) async fn run(
    common: &Common,
    args: &RebuildArgs,
    around: &CommandContext,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let desk = desk(&folder(common, around)?, around).await?;
    let by = account(common)?;
    let source = match (&args.recovery_key, args.from_sealed) {
        (Some(file), _) => {
            RebuildSource::Recovery(Box::new(KeyFile::read(file, Purpose::Recovery)?.sealing_key()))
        }
        (None, true) => RebuildSource::Sealed,
        (None, false) => RebuildSource::Opened,
    };
    let mut all = Vec::new();
    for participant in desk.store.participants().await.map_err(StaffError::from)? {
        let compared = desk.rebuild(&by, &participant, &source, args.replace.as_deref()).await?;
        all.push((participant.subject, compared));
    }
    let replaced = args.replace.is_some();
    let done = |compared: &Comparison| compared.is_same() || (replaced && compared.may_replace());
    let all_done = all.iter().all(|(_, compared)| done(compared));
    let json: Vec<_> = all
        .iter()
        .map(|(subject, compared)| {
            json!({
                "subject": subject,
                "same": compared.is_same(),
                "live": compared.live,
                "rebuilt": compared.rebuilt,
                "parcels": compared.parcels,
                "revisions": compared.revisions,
                "replaced": replaced && compared.may_replace(),
                "unopened": compared.unopened,
                "differences": compared.differences.iter().map(difference).collect::<Vec<_>>(),
            })
        })
        .collect();
    out.say(&json, || all.iter().map(|(subject, compared)| words(subject, compared, replaced)).collect())?;
    Ok(if all_done { Exit::Done } else { Exit::CheckFailed })
}

fn words(subject: &str, compared: &Comparison, replaced: bool) -> String {
    let (parcels, revisions) = (compared.parcels, compared.revisions);
    if compared.is_same() {
        return format!(
            "{subject}: the same, {revisions} versions from {parcels} parcels, {}\n",
            compared.rebuilt
        );
    }
    let list: String = compared.differences.iter().map(|one| format!("  {}\n", difference(one))).collect();
    let done = match (compared.unopened.len(), replaced) {
        (0, true) => "replaced".to_owned(),
        (0, false) => "left as it is; --replace REASON puts the rebuilt one in its place".to_owned(),
        (lost, _) => format!(
            "left as it is: {lost} parcels that were opened before do not open now, so the rebuilt one lacks what they \
             hold and is never put in its place. Use the keys that open them"
        ),
    };
    format!("{subject}: DIFFERS, {done}\n  live    {}\n  rebuilt {}\n{list}", compared.live, compared.rebuilt)
}

fn difference(Difference { n, what }: &Difference) -> String {
    let fate = |code: &Option<diary_core::parcel::QuarantineCode>| {
        code.map_or_else(|| "merged".to_owned(), |code| format!("in quarantine ({})", code.name()))
    };
    match what {
        What::Fate(live, rebuilt) => format!("record {n}: was {}, is {}", fate(live), fate(rebuilt)),
        What::Rows => format!("record {n}: its rows are not what its content makes"),
        What::Plaintext => format!("record {n}: its kept plaintext is not what was sealed"),
    }
}
