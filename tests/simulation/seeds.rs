//! Seeds that are run every time, and that a seed is a seed.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use diary_tests::simulation::{Runner, shrink};

/// Seeds of every test run. `simulate` runs any others.
const SEEDS: u64 = 300;

#[test]
fn three_hundred_seeds_lose_double_change_and_strand_nothing() {
    let (next, stories) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let runner = Runner::new();
                while let Some(seed) = Some(next.fetch_add(1, Ordering::SeqCst)).filter(|seed| *seed < SEEDS)
                {
                    if let Err(story) = runner.try_seed(seed) {
                        stories.lock().unwrap().push(story);
                        // One is enough to work on.
                        next.store(SEEDS, Ordering::SeqCst);
                    }
                }
            });
        }
    });
    if let Some(story) = stories.into_inner().unwrap().first() {
        let list = shrink::as_source(&story.shrunk);
        panic!("seed {}: {}\n{list}", story.seed, story.violation);
    }
}

#[test]
fn a_seed_gives_the_same_run_each_time() {
    for seed in 0..5 {
        let (one, other) = (Runner::new().run_seed(seed), Runner::new().run_seed(seed));
        assert!(one.lines.len() > 50, "{one:?}");
        assert_eq!(one, other);
    }
}
