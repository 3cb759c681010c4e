//! The study's audit trail: every row continues the chain of the one before, and every checkpoint is signed by a keeper
//! and matches this chain.

use diary_core::audit_trail::{AuditRow, Checkpoint, TRAIL_START, trail_chain};
use diary_core::export::TRAIL;
use diary_core::ids::Hash;
use diary_core::keys::Bundle;

use super::finding::{Finding, Verified};
use super::folder::Export;
use super::problem::Problem;

/// Checks the whole audit trail.
pub(super) fn check(export: Export<'_>, out: &mut Verified) {
    let Export { folder, manifest, bundle } = export;
    let Some(mut sequence) = folder.sequence(TRAIL, out) else { return };
    let mut chains = vec![TRAIL_START];
    loop {
        match sequence.next::<AuditRow>() {
            Ok(Some(row)) => match row_problem(&row, &mut chains, bundle, out) {
                None => out.counts.trail_rows += 1,
                Some(what) => {
                    out.found(Finding { file: TRAIL.to_owned(), vault: None, n: Some(row.n), what });
                    // The chain continues from the value that the broken row has, so that one break is reported once.
                    chains.push(row.chain);
                }
            },
            Ok(None) => break,
            Err(error) => {
                out.wrong(TRAIL, error);
                break;
            }
        }
    }
    let end = (chains.len() as u64 - 1, chains.last().copied().unwrap_or(TRAIL_START));
    if end != (manifest.trail_n, manifest.trail_chain) {
        out.wrong(TRAIL, Problem::TrailEnd);
    }
}

/// Problem of a row. A row with a valid chain value has it appended to `chains`; problems of its checkpoint go to
/// `out`.
fn row_problem(
    row: &AuditRow,
    chains: &mut Vec<Hash>,
    bundle: &Bundle,
    out: &mut Verified,
) -> Option<Problem> {
    let expected = chains.len() as u64;
    let before = chains.last().copied().unwrap_or(TRAIL_START);
    let chain = trail_chain(&before, expected, &row.event);
    if row.n != expected {
        return Some(Problem::RowMissing { row: expected });
    }
    if row.chain != chain {
        return Some(Problem::RowAltered);
    }
    chains.push(chain);
    match Checkpoint::carried(&row.event) {
        Ok(None) => {}
        Ok(Some(signed)) => match Checkpoint::verify(&signed, bundle) {
            Err(error) => out.found(at(row.n, Problem::Checkpoint { problem: Box::new(error.into()) })),
            Ok(checkpoint) => {
                let here = usize::try_from(checkpoint.n).ok().and_then(|n| chains.get(n));
                if checkpoint.n < row.n && here == Some(&checkpoint.chain) {
                    out.counts.checkpoints += 1;
                } else {
                    out.found(at(row.n, Problem::TrailRewritten));
                }
            }
        },
        Err(error) => out.found(at(row.n, error.into())),
    }
    None
}

fn at(n: u64, what: Problem) -> Finding {
    Finding { file: TRAIL.to_owned(), vault: None, n: Some(n), what }
}
