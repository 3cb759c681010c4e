//! Reduction of a list of operations to a short one that leads to the same violation.

use super::op::{Op, Step};

/// Most attempts; a run takes a large part of a second.
const TRIES: u32 = 400;

/// As few of `ops` as still `find` it: stretches are left out, then single operations, then steps of the network.
pub fn shrink(ops: &[Op], find: impl Fn(&[Op]) -> bool) -> Vec<Op> {
    let mut tries = 0;
    let mut try_it = |ops: &[Op]| {
        tries += 1;
        tries <= TRIES && find(ops)
    };
    let mut best = ops.to_vec();
    let mut stretch = best.len() / 2;
    while stretch > 0 {
        let (mut at, mut shorter) = (0, false);
        while at < best.len() {
            let mut fewer = best.clone();
            fewer.drain(at..(at + stretch).min(best.len()));
            if try_it(&fewer) {
                (best, shorter) = (fewer, true);
            } else {
                at += stretch;
            }
        }
        stretch = if shorter && stretch == 1 { 1 } else { stretch / 2 };
    }
    for at in 0..best.len() {
        while let Some(fewer) = without_a_step(&best, at, &mut try_it) {
            best = fewer;
        }
    }
    best
}

/// `ops` with one step less in operation `at`, or a harmless one in its place, where that still finds it.
fn without_a_step(ops: &[Op], at: usize, try_it: &mut impl FnMut(&[Op]) -> bool) -> Option<Vec<Op>> {
    let (Op::Sync { steps, .. } | Op::Join { steps, .. }) = &ops[at] else { return None };
    let last = steps.len().checked_sub(1)?;
    let harmless = (0..steps.len()).filter(|step| steps[*step] != Step::Pass).map(|step| {
        let mut fewer = steps.clone();
        fewer[step] = Step::Pass;
        fewer
    });
    let shorter = steps[..last].to_vec();
    std::iter::once(shorter).chain(harmless).map(|steps| with(ops, at, steps)).find(|ops| try_it(ops))
}

fn with(ops: &[Op], at: usize, new: Vec<Step>) -> Vec<Op> {
    let mut ops = ops.to_vec();
    if let Some(Op::Sync { steps, .. } | Op::Join { steps, .. }) = ops.get_mut(at) {
        *steps = new;
    }
    ops
}

/// Source text of the list, to be copied into a test.
#[must_use]
pub fn as_source(ops: &[Op]) -> String {
    let mut source = "[\n".to_owned();
    for op in ops {
        let text = format!("{op:?}").replace("steps: [", "steps: vec![");
        source.push_str(&format!("    Op::{text},\n"));
    }
    let steps = [
        "Pass",
        "LoseRequest",
        "LoseReply",
        "Twice",
        "CutRequest",
        "CutReply",
        "FlipRequest",
        "FlipReply",
        "Late",
        "Portal",
        "Status",
        "DieBefore",
        "DieAfter",
    ];
    for step in steps {
        source = source.replace(&format!("[{step}"), &format!("[Step::{step}"));
        source = source.replace(&format!(" {step}"), &format!(" Step::{step}"));
    }
    source.push(']');
    source
}
