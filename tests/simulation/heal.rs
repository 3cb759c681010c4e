//! End of a run: faults stop and are repaired; after a few rounds of contact nothing may be waiting any more, and all
//! disks must agree.

use std::collections::BTreeSet;

use diary_core::act::{Act, ActContent};
use diary_core::ids::ActId;
use diary_core::merge::merge_v1;
use diary_core::record::anchors;
use diary_server::merge::rebuild::{From, rebuild};
use diary_store::DeviceState;
use diary_sync::{ContactOutcome, SyncIssue};

use super::disk::Disk;
use super::op::{Phones, Touched};
use super::phone::Contact;
use super::truth::{Disks, Licence};
use super::violation::{Kind, Violation};
use super::world::World;

/// Most rounds of contacts, after which nothing may be waiting any more.
const ROUNDS: u32 = 4;
/// Rounds in which every phone sends something, at least a statement: a keeper tells copies of one phone apart by what they
/// send.
const TELLING_ROUNDS: u32 = 2;
/// Minutes before a round in which every phone is to send a statement: longer than any wait between tries, and a slot of the
/// schedule closes in them.
const ROUND_MINUTES: i64 = 25 * 60;
/// Minutes before each later round. In most of them no slot closes: nothing new is sent, so that a round can be quiet.
const LATER_ROUND_MINUTES: i64 = 60;

/// All disks, since every phone had contact with the keeper.
const EVERYTHING: Touched = Touched { phones: Phones::All, keeper: true };

impl World {
    /// Stops all faults, lets every phone sync, and checks the promises that must hold then.
    ///
    /// # Errors
    /// The first promise that is broken.
    pub async fn heal(&mut self) -> Result<(), Violation> {
        self.trace.push("heal".to_owned());
        if self.keeper.disk() != Disk::Sound {
            self.keeper.set_disk(Disk::Dead);
        }
        self.revive().await?;
        self.arrive().await?;
        self.keeper.clock.set_right();
        let accepted = self.keeper.desk.upkeep().accept_clock(&self.keeper.staff, "it is right again").await;
        accepted.map_err(|error| Violation::refused("a clock", &error))?;
        for phone in &self.phones {
            phone.clock.set_right();
        }
        let rounds = if self.relay.is_some() { 2 * ROUNDS } else { ROUNDS };
        let mut last = Vec::new();
        let mut told = vec![0; self.phones.len()];
        for _ in 0..rounds {
            last.clear();
            self.pull().await?;
            while self.pending().await?.is_some() {
                self.confirm().await?;
            }
            let mut is_quiet = !self.pull().await?;
            let all_told = told.iter().all(|rounds| *rounds >= TELLING_ROUNDS);
            let minutes = if all_told { LATER_ROUND_MINUTES } else { ROUND_MINUTES };
            self.clock.pass(minutes * 60_000);
            for (phone, told) in told.iter_mut().enumerate() {
                let contact = self.contact(phone, &[], false).await?;
                self.sign_anew_where_a_bundle_was_lost(&contact).await?;
                is_quiet = is_quiet && self.is_quiet(phone, &contact).await?;
                *told += u32::from(matches!(&contact, Contact::Over(outcome) if outcome.pushed > 0));
                last.push(contact);
            }
            let merged = self.keeper.merge().await?;
            let accepted = self.accept_of_lost_keepers().await?;
            is_quiet = is_quiet && merged == 0 && !accepted;
            self.observe(EVERYTHING, Licence::default()).await?;
            if is_quiet && all_told {
                break;
            }
            last.clear();
        }
        if self.relay.is_some() {
            // Parcels that the last round left at the relay arrive only now.
            last.clear();
        }
        self.pull().await?;
        // A revoked phone hands over its parcels, and reads nothing any more.
        let mut reading = Vec::new();
        let mut last = last.into_iter();
        for phone in 0..self.phones.len() {
            // A quiet round is the last one.
            let contact = match last.next() {
                Some(contact) => contact,
                None => self.contact(phone, &[], false).await?,
            };
            let reads = self.reads(phone).await?;
            self.phones[phone].check_settled(phone, reads, self.relay.is_some())?;
            if reads {
                self.check_quiet(phone, &contact)?;
                reading.push(phone);
            }
        }
        self.pull().await?;
        self.keeper.merge().await?;
        self.observe(EVERYTHING, Licence::default()).await?;
        self.truth.check_arrived(Disks { phones: &self.looks, keeper: &self.keeper_look })?;
        self.check_cursors(&reading)?;
        self.check_histories(&reading)?;
        self.check_told(&reading).await?;
        self.check_rebuild().await
    }

    /// A keeper that went back has lost a bundle. Phones that hold it report this and keep it until the root signs a higher
    /// number.
    async fn sign_anew_where_a_bundle_was_lost(&mut self, contact: &Contact) -> Result<(), Violation> {
        match contact {
            Contact::Over(ContactOutcome { trouble: Some(SyncIssue::BundleConflict), .. }) => {
                self.sign_anew().await
            }
            Contact::Over(_) | Contact::Died | Contact::Full => Ok(()),
        }
    }

    /// True if a contact told the server nothing and nothing of its phone is waiting any more. If that is so for every phone in
    /// a round, each has read the logs to their end.
    async fn is_quiet(&mut self, phone: usize, contact: &Contact) -> Result<bool, Violation> {
        // A phone that is switched off asks in every contact whether it still is.
        let told =
            |outcome: &ContactOutcome| outcome.pushed > 0 || outcome.pushes > 0 && !outcome.switched_off;
        let brought = matches!(contact, Contact::Over(outcome) if told(outcome));
        let reads = self.reads(phone).await?;
        let settled = self.phones[phone].check_settled(phone, reads, self.relay.is_some());
        let quiet = settled.and_then(|()| if reads { self.check_quiet(phone, contact) } else { Ok(()) });
        Ok(!brought && quiet.is_ok())
    }

    /// True if a phone may read the fate of its parcels. A relay goes on refusing a phone whose revocation is unknown to a
    /// keeper that was restored from a backup.
    async fn reads(&mut self, phone: usize) -> Result<bool, Violation> {
        let turned_away = self.relay.is_some() && self.taken_away.contains(&self.phones[phone].device());
        Ok(self.standing(phone).await? == Some(DeviceState::Confirmed) && !turned_away)
    }

    fn check_quiet(&self, phone: usize, contact: &Contact) -> Result<(), Violation> {
        match contact {
            Contact::Over(outcome) if outcome.trouble.is_none() => Ok(()),
            other => Err(Violation::new(Kind::Stuck, format!("phone {phone}: {other:?}"))),
        }
    }

    /// Every phone has read the log to its end, or to where the last contacts began.
    fn check_cursors(&mut self, reading: &[usize]) -> Result<(), Violation> {
        let relays = match &mut self.relay {
            Some(relay) => Some(relay.look()?.map_err(|problem| Violation::new(Kind::Log, problem))?),
            None => None,
        };
        let logs = relays.as_ref().unwrap_or(&self.keeper_look);
        for (vault, look) in reading.iter().map(|phone| &self.looks[*phone]) {
            let log = logs.get(vault).map(|look| look.chains.as_slice()).unwrap_or_default();
            let on_it = look.cursor.is_some_and(|(n, chain)| {
                usize::try_from(n).ok().and_then(|n| log.get(n)).is_some_and(|known| *known == chain)
            });
            if !on_it {
                let detail = format!("the cursor {:?} of a phone is not on the log of {vault}", look.cursor);
                return Err(Violation::new(Kind::Log, detail));
            }
        }
        Ok(())
    }

    /// Every phone of a participant holds all that is in the record, whichever of them made it.
    fn check_histories(&self, reading: &[usize]) -> Result<(), Violation> {
        for (phone, (vault, look)) in reading.iter().map(|phone| (phone, &self.looks[*phone])) {
            let record = self.keeper_look.get(vault).map(|look| &look.revisions);
            let missing =
                record.into_iter().flatten().find(|(id, hash, _)| !look.revisions.contains(&(*id, *hash)));
            if let Some((id, _, n)) = missing {
                let detail = format!("phone {phone} does not have version {id} of record {n}");
                return Err(Violation::new(Kind::History, detail));
            }
        }
        Ok(())
    }

    /// Every phone has the acts of staff, the anchors and the version of the study that the keeper has.
    async fn check_told(&self, reading: &[usize]) -> Result<(), Violation> {
        let keeper = &self.keeper;
        let refused = |what, error: &dyn std::error::Error| Violation::refused(what, error);
        let bundle = keeper.desk.bundle().await.map_err(|error| refused("the bundle", &error))?;
        let version = bundle.newest_study().map(|study| study.version);
        for phone in reading {
            let diary = self.phones[*phone].diary();
            let record = keeper.desk.context().store().load_record(diary.vault()).await;
            let record = merge_v1(&record.map_err(|error| refused("reading a record", &error))?.plans);
            let acts = diary.store().acts().map_err(|error| refused("a phone's acts", &error))?;
            let told: BTreeSet<ActId> = of_schedule(acts.iter()).collect();
            let done: BTreeSet<ActId> = of_schedule(record.acts().map(|(act, _)| act)).collect();
            let what = if told != done {
                format!("has acts {told:?}, the record has {done:?}")
            } else if anchors(acts.iter()) != record.anchors() {
                format!("has anchors {:?}, the record has {:?}", anchors(acts.iter()), record.anchors())
            } else if Some(diary.study().version()) != version {
                format!("has version {} of the study, the newest is {version:?}", diary.study().version())
            } else {
                continue;
            };
            return Err(Violation::new(Kind::History, format!("phone {phone} {what}")));
        }
        Ok(())
    }

    /// Checks that a rebuild from the log gives the record, from kept plaintexts and from sealed parcels alike.
    async fn check_rebuild(&self) -> Result<(), Violation> {
        let desk = &self.keeper.desk;
        let refused = |what, error: &dyn std::error::Error| Violation::refused(what, error);
        let bundle = desk.bundle().await.map_err(|error| refused("the bundle", &error))?;
        for participant in &self.participants {
            let sealed = From::Sealed(std::sync::Arc::new(self.keeper.sealing()));
            for from in [From::Opened, sealed] {
                let rebuilt =
                    rebuild(desk.context().store(), bundle.clone(), participant.vault, from, self.now())
                        .await;
                let rebuilt = rebuilt.map_err(|error| refused("a rebuild", &error))?;
                if !rebuilt.is_same() {
                    let detail = format!("rebuilding vault {}: {:?}", rebuilt.vault, rebuilt.differences);
                    return Err(Violation::new(Kind::Digest, detail));
                }
            }
        }
        Ok(())
    }
}

/// Acts that concern a participant's schedule.
fn of_schedule<'a>(acts: impl Iterator<Item = &'a Act>) -> impl Iterator<Item = ActId> {
    let is_one = |act: &&Act| matches!(act.content, ActContent::Anchor { .. } | ActContent::Visit { .. });
    acts.filter(is_one).map(|act| act.id)
}
