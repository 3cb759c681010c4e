//! A trial that grows: participants with 180 days each, or fewer, brought into the keeper's database as phones would bring them.

use std::sync::Arc;

use diary_core::entropy::SystemEntropy;
use diary_demo::clock::SteppingClock;
use diary_server::site::{Saying, SiteServices};
use diary_store::Participant;
use diary_tests::meter::now_s;
use diary_tests::world::at;

use crate::args::{Backend, Role};
use crate::bulk::Loader;
use crate::lives::{DAYS, Life, STEADY, regimen};
use crate::stage::{Stage, admit, staff};

/// Number of participants that push together.
const TOGETHER: usize = 50;

/// Lives that participants have.
pub(crate) struct Cohort {
    /// Days of the longest.
    pub(crate) days: i64,
    /// The lives.
    pub(crate) lives: Vec<Life>,
    /// Place of the life of the n-th participant.
    pub(crate) of: fn(usize) -> usize,
}

impl Cohort {
    fn life(&self, n: usize) -> &Life {
        self.lives.get((self.of)(n)).expect("a life for each")
    }
}

/// A study with ever more participants.
pub(crate) struct Trial {
    clock: Arc<SteppingClock>,
    stage: Stage,
    cohort: Cohort,
    /// Acts of staff.
    pub(crate) desk: SiteServices,
    /// All participants.
    pub(crate) participants: Vec<Participant>,
}

impl Trial {
    /// A trial without participants, all of whom will have the same 180 days.
    pub(crate) async fn empty(backend: Backend) -> Self {
        let life = Life::lived(DAYS, STEADY).await;
        Self::of(backend, Cohort { days: DAYS, lives: vec![life], of: |_| 0 }).await
    }

    /// A trial without participants, who will have these lives.
    pub(crate) async fn of(backend: Backend, cohort: Cohort) -> Self {
        let clock = Arc::new(SteppingClock::at(at(0, "06:00")));
        let stage = Stage::found_at(backend, clock.clone()).await;
        let desk = stage.desk().await;
        Self { clock, stage, cohort, desk, participants: Vec::new() }
    }

    /// Entries of the first participant.
    pub(crate) fn entries(&self) -> usize {
        self.cohort.life(0).entries()
    }

    /// Adds participants up to `count`, each with a regimen, and lets it be the evening of the last day. Gives the seconds
    /// that committing and merging their entries took, sealing them and admitting the phones left out.
    pub(crate) async fn grow(&mut self, count: usize) -> f64 {
        let setting = self.desk.setting().await.expect("it was founded");
        let first = self.participants.len();
        let mut sealers = Vec::new();
        // Setting a regimen merges the waiting parcels, so that all regimens are set before the pushes.
        for n in first..count {
            let (participant, sealer) = admit(&self.desk, &setting.bundle, n).await;
            let set =
                self.desk.acts().on(&staff(), &participant).set_regimen(&regimen(), Saying::MEANT).await;
            set.expect("the study allows it");
            self.participants.push(participant);
            sealers.push((n, sealer));
        }
        // What is dated by a later time than the clock's cannot be signed for.
        self.clock.step_to(at(self.cohort.days - 1, "21:00"));
        let (mut loader, mut seconds) = (Loader::new(&self.desk, &setting), 0.0);
        for some in sealers.chunks_mut(TOGETHER) {
            let mut sealed = Vec::new();
            for (n, sealer) in some {
                let parcels = self.cohort.life(*n).again().into_iter();
                sealed.extend(
                    parcels.map(|one| (sealer.push_of(&one.items, &SystemEntropy), sealer.device(), one.at)),
                );
            }
            let began = now_s().0;
            for (push, device, at) in &sealed {
                loader.add(&push.body, device, *at).await;
            }
            loader.merge().await;
            seconds += now_s().0 - began;
        }
        seconds
    }

    /// Size of the keeper's files.
    pub(crate) fn megabytes(&self) -> f64 {
        let data = self.stage.data(Role::Keeper);
        let files = std::fs::read_dir(data).expect("a keeper's folder").filter_map(Result::ok);
        let bytes: u64 = files.filter_map(|file| Some(file.metadata().ok()?.len())).sum();
        u32::try_from(bytes / 1024).map_or(f64::NAN, f64::from) / 1024.0
    }

    /// Its servers.
    pub(crate) const fn stage(&self) -> &Stage {
        &self.stage
    }
}
