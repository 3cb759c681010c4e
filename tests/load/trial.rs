//! A trial that grows: participants with 180 days each, brought into the keeper's database as phones would bring them.

use std::sync::Arc;

use diary_core::entropy::SystemEntropy;
use diary_demo::clock::SteppingClock;
use diary_server::site::{Saying, SiteServices};
use diary_store::Participant;
use diary_tests::meter::now_s;
use diary_tests::world::at;

use crate::args::{Backend, Role};
use crate::bulk::Loader;
use crate::lives::{DAYS, Life, regimen};
use crate::stage::{Stage, admit, staff};

/// Number of participants that are admitted together and then push together.
const TOGETHER: usize = 50;

/// A study with ever more participants.
pub(crate) struct Trial {
    clock: Arc<SteppingClock>,
    stage: Stage,
    life: Life,
    /// Acts of staff.
    pub(crate) desk: SiteServices,
    /// All participants.
    pub(crate) participants: Vec<Participant>,
}

impl Trial {
    /// A trial without participants.
    pub(crate) async fn empty(backend: Backend) -> Self {
        let life = Life::lived().await;
        let clock = Arc::new(SteppingClock::at(at(0, "06:00")));
        let stage = Stage::found_at(backend, clock.clone()).await;
        let desk = stage.desk().await;
        Self { clock, stage, life, desk, participants: Vec::new() }
    }

    /// Entries of one participant.
    pub(crate) fn entries(&self) -> usize {
        self.life.entries()
    }

    /// Adds participants up to `count`, each with a regimen. Gives the seconds that committing and merging their entries
    /// took, sealing them and admitting the phones left out.
    pub(crate) async fn grow(&mut self, count: usize) -> f64 {
        let setting = self.desk.setting().await.expect("it was founded");
        let (mut loader, mut seconds) = (Loader::new(&self.desk, &setting), 0.0);
        while self.participants.len() < count {
            // Setting a regimen merges the waiting parcels, so that all regimens are set before the pushes.
            let mut sealed = Vec::new();
            for n in (self.participants.len()..count).take(TOGETHER) {
                let (participant, mut sealer) = admit(&self.desk, &setting.bundle, n).await;
                let set =
                    self.desk.acts().on(&staff(), &participant).set_regimen(&regimen(), Saying::MEANT).await;
                set.expect("the study allows it");
                self.participants.push(participant);
                let parcels = self.life.again().into_iter();
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

    /// Lets it be the evening of the last day.
    pub(crate) fn step_to_the_end(&self) {
        self.clock.step_to(at(DAYS - 1, "21:00"));
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
