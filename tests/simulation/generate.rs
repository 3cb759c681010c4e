//! The operations of a seed.

use super::dice::Dice;
use super::op::{Op, Step};
use super::world::PARTICIPANTS;

/// Least operations of a run, and how many more there can be.
const OPS: (u64, u64) = (20, 30);

/// Kind of operation, before its numbers are drawn.
#[derive(Clone, Copy)]
enum Draw {
    Join,
    Confirm,
    Note,
    Assess,
    Correct,
    Withdraw,
    Seal,
    Poison,
    Sync,
    Full,
    Restart,
    Copy,
    Restore,
    Clone,
    Merge,
    KeeperRestart,
    KeeperFull,
    KeeperDies,
    KeeperCopy,
    KeeperRestore,
    KeeperRestoreNoticed,
    Arrive,
    Wait,
    Clock,
    KeeperClock,
    NewStudy,
    Rotate,
    Revoke,
    Anchor,
    Visit,
    Backup,
    KeeperLost,
    Pull,
    RelayRestart,
}

/// Weight of each kind.
const DRAWS: &[(u64, Draw)] = &[
    (3, Draw::Join),
    (4, Draw::Confirm),
    (18, Draw::Note),
    (4, Draw::Assess),
    (5, Draw::Correct),
    (3, Draw::Withdraw),
    (3, Draw::Seal),
    (1, Draw::Poison),
    (26, Draw::Sync),
    (5, Draw::Full),
    (3, Draw::Restart),
    (3, Draw::Copy),
    (3, Draw::Restore),
    (1, Draw::Clone),
    (10, Draw::Merge),
    (3, Draw::KeeperRestart),
    (2, Draw::KeeperFull),
    (4, Draw::KeeperDies),
    (3, Draw::KeeperCopy),
    (2, Draw::KeeperRestore),
    (2, Draw::KeeperRestoreNoticed),
    (3, Draw::Arrive),
    (6, Draw::Wait),
    (3, Draw::Clock),
    (1, Draw::KeeperClock),
    (1, Draw::NewStudy),
    (1, Draw::Rotate),
    (1, Draw::Revoke),
    (2, Draw::Anchor),
    (2, Draw::Visit),
    (1, Draw::Backup),
    (1, Draw::KeeperLost),
];

/// Further kinds where phones connect to a relay, with their weights.
const RELAY_DRAWS: &[(u64, Draw)] = &[(5, Draw::Pull), (1, Draw::RelayRestart)];

/// The operations of `seed`.
#[must_use]
pub fn ops(seed: u64) -> Vec<Op> {
    let mut dice = Dice::new(seed);
    let relayed = dice.once_in(4);
    let mut ops = vec![Op::Join { participant: 0, steps: Vec::new() }, Op::Confirm];
    if relayed {
        ops.insert(0, Op::Relay);
        ops.insert(2, Op::Pull);
        ops.push(Op::Pull);
    }
    let draws = if relayed { &[DRAWS, RELAY_DRAWS].concat() } else { DRAWS };
    if dice.once_in(2) {
        ops.push(Op::Join { participant: small(&mut dice, PARTICIPANTS), steps: Vec::new() });
    }
    for _ in 0..OPS.0 + dice.below(OPS.1) {
        let draw = dice.pick(draws);
        ops.push(op(&mut dice, draw));
    }
    ops
}

fn small(dice: &mut Dice, end: u8) -> u8 {
    u8::try_from(dice.below(u64::from(end))).unwrap_or(0)
}

fn op(dice: &mut Dice, draw: Draw) -> Op {
    let phone = small(dice, 4);
    match draw {
        Draw::Join => Op::Join { participant: small(dice, PARTICIPANTS), steps: steps(dice) },
        Draw::Confirm => Op::Confirm,
        Draw::Note => Op::Note(phone),
        Draw::Assess => Op::Assess(phone),
        Draw::Correct => Op::Correct(phone),
        Draw::Withdraw => Op::Withdraw(phone),
        Draw::Seal => Op::Seal(phone),
        Draw::Poison => Op::Poison(phone),
        Draw::Sync => Op::Sync { phone, steps: steps(dice) },
        Draw::Full => Op::Full { phone, rows: small(dice, 16) },
        Draw::Restart => Op::Restart(phone),
        Draw::Copy => Op::Copy(phone),
        Draw::Restore => Op::Restore(phone),
        Draw::Clone => Op::Clone(phone),
        Draw::Merge => Op::Merge,
        Draw::KeeperRestart => Op::KeeperRestart,
        Draw::KeeperFull => Op::KeeperFull(small(dice, 3)),
        Draw::KeeperDies => Op::KeeperDies { writes: small(dice, 4), committed: dice.once_in(2) },
        Draw::KeeperCopy => Op::KeeperCopy,
        Draw::KeeperRestore => Op::KeeperRestore,
        Draw::KeeperRestoreNoticed => Op::KeeperRestoreNoticed,
        Draw::Arrive => Op::Arrive,
        Draw::Wait => Op::Wait {
            minutes: dice.pick(&[(4, 10), (4, 45), (2, 600), (2, 1500), (1, 20_000), (1, 60_000)]),
        },
        Draw::Clock => Op::Clock { phone, minutes: jump(dice) },
        Draw::KeeperClock => {
            Op::KeeperClock { minutes: dice.pick(&[(1, -90), (1, 90), (1, 3000), (1, -3000)]) }
        }
        Draw::NewStudy => Op::NewStudy,
        Draw::Rotate => Op::Rotate,
        Draw::Revoke => Op::Revoke(phone),
        Draw::Anchor => Op::Anchor(small(dice, PARTICIPANTS)),
        Draw::Visit => Op::Visit(small(dice, PARTICIPANTS)),
        Draw::Backup => Op::Backup,
        Draw::KeeperLost => Op::KeeperLost,
        Draw::Pull => Op::Pull,
        Draw::RelayRestart => Op::RelayRestart,
    }
}

/// Change of a clock: minutes, days or years.
fn jump(dice: &mut Dice) -> i64 {
    let minutes = dice.pick(&[(3, 7), (3, 90), (2, 1440), (2, 10_000), (1, 525_600), (1, 10_512_000)]);
    if dice.once_in(2) { -minutes } else { minutes }
}

/// Draws the network faults of a contact: none in half of the cases, else one for each of the first requests.
fn steps(dice: &mut Dice) -> Vec<Step> {
    if dice.once_in(2) {
        return Vec::new();
    }
    let count = 1 + dice.below(6);
    (0..count).map(|_| if dice.once_in(2) { Step::Pass } else { step(dice) }).collect()
}

fn step(dice: &mut Dice) -> Step {
    let thousandths = u16::try_from(dice.below(1000)).unwrap_or(0);
    let bit = u32::try_from(dice.below(1 << 20)).unwrap_or(0);
    let after = if dice.once_in(2) { Some(60) } else { None };
    let status = dice.pick(&[(1, 302), (2, 401), (1, 403), (2, 413), (1, 426), (1, 429), (1, 500), (3, 503)]);
    dice.pick(&[
        (3, Step::LoseRequest),
        (4, Step::LoseReply),
        (2, Step::Twice),
        (1, Step::CutRequest(thousandths)),
        (2, Step::CutReply(thousandths)),
        (3, Step::FlipRequest(bit)),
        (3, Step::FlipReply(bit)),
        (3, Step::Late),
        (2, Step::Portal),
        (3, Step::Status(status, after)),
        (2, Step::DieBefore),
        (4, Step::DieAfter),
    ])
}
