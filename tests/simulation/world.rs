//! State of one run, and the effect of each operation on it. The oracle checks all disks after each.

mod staff;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use diary_core::entropy::SeededEntropy;
use diary_core::entropy::SharedEntropy;
use diary_core::ids::{KeyId, VaultId};
use diary_core::merge::merge_v1;
use diary_core::time::Clock;
use diary_server::relay::pull::PullError;
use diary_store::Participant;
use diary_sync::transport::Request;
use tempfile::TempDir;

use super::clock::SimClock;
use super::dice::Dice;
use super::disk::{Disk, Lie};
use super::files::{Folders, folder};
use super::founding::{Founding, START};
use super::keeper::Keeper;
use super::look::{KeeperLook, PhoneLook, VaultLook};
use super::op::{Op, Phones, Step, Touched};
use super::phone::{Contact, Phone};
use super::relay::Relay;
use super::truth::{Disks, Licence, Truth};
use super::violation::{Kind, Violation};
use super::wire::{Endpoint, Wire};

/// Participants of a run.
pub const PARTICIPANTS: u8 = 2;
/// Phones of a run at most.
const PHONES_MAX: usize = 5;

/// Changes that a return to an earlier keeper would lose, and that only staff could make again.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Since {
    /// A link was used: its phone could not be confirmed any more.
    joined: bool,
    /// A study was published: its file would be gone.
    published: bool,
    /// The site has a new key: parcels sealed to it could not be opened.
    rotated: bool,
}

/// State of a run: all servers and phones, and the expected state of their disks.
pub struct World {
    /// True time, from which all other clocks derive.
    pub clock: SimClock,
    /// Keeper of the run.
    pub keeper: Keeper,
    /// The relay, if phones connect to one.
    pub relay: Option<Relay>,
    /// All phones in use.
    pub phones: Vec<Phone>,
    /// Log of the run, one operation a line.
    pub trace: Vec<String>,
    pub(super) participants: Vec<Participant>,
    pub(super) late: Vec<Request>,
    pub(super) looks: Vec<(VaultId, PhoneLook)>,
    pub(super) keeper_look: KeeperLook,
    pub(super) truth: Truth,
    folders: Folders,
    /// Folder of a phone that has not joined yet.
    blank: PathBuf,
    entropy: Arc<SeededEntropy>,
    dice: Dice,
    taps: u32,
    study: u32,
    /// Phones that staff took away. They are not copied, and copies are not taken away: a copy that may not read the log
    /// does not notice that an older keeper has another copy's parcels in the place of its own.
    pub(super) taken_away: BTreeSet<KeyId>,
    /// Since the keeper was last copied.
    since_copy: Since,
    /// Since it last made a backup.
    since_backup: Since,
    _folder: TempDir,
}

impl World {
    /// A world without phones.
    ///
    /// # Errors
    /// Fails if the keeper does not start.
    pub async fn new(founding: &Founding, seed: u64, lie: Lie) -> Result<Self, Violation> {
        let folder = folder();
        let mut folders = Folders::new(folder.path().to_owned());
        let entropy = Arc::new(SeededEntropy::new(seed));
        let clock = SimClock::at(START);
        let shared: SharedEntropy = entropy.clone();
        let keeper = Keeper::new(founding, &mut folders, clock.another(), shared, lie).await?;
        let mut participants = Vec::new();
        for subject in 0..PARTICIPANTS {
            let added = keeper.desk.participants().add(&keeper.staff, &format!("S-{subject}"), true).await;
            participants.push(added.map_err(|error| Violation::refused("a new participant", &error))?);
        }
        Ok(Self {
            clock,
            keeper,
            relay: None,
            phones: Vec::new(),
            trace: Vec::new(),
            participants,
            late: Vec::new(),
            looks: Vec::new(),
            keeper_look: KeeperLook::new(),
            truth: Truth::default(),
            folders,
            blank: founding.blank(),
            entropy,
            dice: Dice::new(seed ^ 0x5EED),
            taps: 0,
            study: 1,
            taken_away: BTreeSet::new(),
            since_copy: Since::default(),
            since_backup: Since::default(),
            _folder: folder,
        })
    }

    /// Ends the run; returns the counts of its versions and its log.
    pub async fn end(self) -> ((usize, usize), Vec<String>) {
        let Self { keeper, truth, trace, .. } = self;
        keeper.end().await;
        (truth.counts(), trace)
    }

    pub(super) fn entropy(&self) -> Arc<SeededEntropy> {
        Arc::clone(&self.entropy)
    }

    fn index(&self, phone: u8) -> Option<usize> {
        usize::from(phone).checked_rem(self.phones.len())
    }

    /// Does one operation, and looks.
    ///
    /// # Errors
    /// The first promise that is broken.
    pub async fn apply(&mut self, op: &Op) -> Result<(), Violation> {
        self.trace.push(format!("{op:?}"));
        let mut touched = op.touches();
        if let Phones::One(phone) = touched.phones {
            // The same phone as the operation's, before another one comes along.
            touched.phones =
                self.index(phone).map_or(Phones::None, |at| Phones::One(u8::try_from(at).unwrap_or(0)));
        }
        let licence = match op {
            Op::Join { participant, steps } => self.join(*participant, steps).await?,
            Op::Confirm => self.confirm().await?,
            Op::NewStudy => self.new_study().await?,
            Op::Rotate => self.rotate().await?,
            Op::Revoke(phone) => self.revoke(*phone).await?,
            Op::Note(phone) | Op::Assess(phone) | Op::Correct(phone) | Op::Withdraw(phone) => {
                self.tap(op, *phone)?
            }
            Op::Seal(phone) => self.seal(*phone)?,
            Op::Poison(phone) => self.poison(*phone).await?,
            Op::Sync { phone, steps } => self.sync(*phone, steps).await?,
            Op::Full { phone, rows } => self.sync_when_full(*phone, *rows).await?,
            Op::Restart(phone) | Op::Copy(phone) | Op::Restore(phone) | Op::Clone(phone) => {
                self.handle_folder(op, *phone)?
            }
            Op::Merge => {
                let settled = self.keeper.merge().await?;
                self.trace.push(format!("  merged {settled}"));
                Licence::default()
            }
            Op::KeeperRestart => {
                self.restart_keeper().await?;
                Licence::default()
            }
            Op::KeeperFull(writes) => self.set_disk(Disk::FullAfter(*writes)),
            Op::KeeperDies { writes, committed } => {
                self.set_disk(Disk::DiesAfter { writes: *writes, committed: *committed })
            }
            Op::KeeperCopy => {
                self.keeper.take_copy(&mut self.folders);
                self.since_copy = Since::default();
                Licence::default()
            }
            Op::KeeperRestore => self.restore_keeper(false).await?,
            Op::KeeperRestoreNoticed => self.restore_keeper(true).await?,
            Op::Backup => self.back_up().await?,
            Op::KeeperLost => self.lose_keeper().await?,
            Op::Relay => self.put_relay_between().await?,
            Op::Pull => {
                self.pull().await?;
                Licence::default()
            }
            Op::RelayRestart => self.restart_relay().await?,
            Op::Anchor(participant) => self.move_anchor(*participant).await?,
            Op::Visit(participant) => self.note_visit(*participant).await?,
            Op::Arrive => self.arrive().await?,
            Op::Wait { minutes } => {
                self.clock.pass(i64::from(*minutes) * 60_000);
                Licence::default()
            }
            Op::Clock { phone, minutes } => {
                if let Some(phone) = self.index(*phone) {
                    self.phones[phone].clock.set_by(minutes.saturating_mul(60_000));
                }
                Licence::default()
            }
            Op::KeeperClock { minutes } => {
                self.keeper.clock.set_by(minutes.saturating_mul(60_000));
                Licence::default()
            }
        };
        self.observe(touched, licence).await
    }

    fn set_disk(&self, disk: Disk) -> Licence {
        if self.keeper.disk() == Disk::Sound {
            self.keeper.set_disk(disk);
        }
        Licence::default()
    }

    fn tap(&mut self, op: &Op, phone: u8) -> Result<Licence, Violation> {
        let Some(phone) = self.index(phone) else { return Ok(Licence::default()) };
        self.taps += 1;
        let (text, entropy) = (format!("tap {}", self.taps), self.entropy());
        let phone = &mut self.phones[phone];
        match op {
            Op::Assess(_) => phone.assess(self.taps.is_multiple_of(2), &*entropy)?,
            Op::Correct(_) => phone.change(Some(text), &*entropy)?,
            Op::Withdraw(_) => phone.change(None, &*entropy)?,
            _ => phone.note(text, &*entropy)?,
        }
        Ok(Licence { taps: true, destroys: false })
    }

    fn seal(&mut self, phone: u8) -> Result<Licence, Violation> {
        let Some(phone) = self.index(phone) else { return Ok(Licence::default()) };
        let entropy = self.entropy();
        let sealed = self.phones[phone].seal(&*entropy)?;
        self.trace.push(format!("  sealed {sealed}"));
        Ok(Licence::default())
    }

    async fn poison(&mut self, phone: u8) -> Result<Licence, Violation> {
        let Some(phone) = self.index(phone) else { return Ok(Licence::default()) };
        let entropy = self.entropy();
        let request = self.phones[phone].poison(&*entropy)?;
        let answer = self.endpoint().answer(request).await;
        self.trace.push(format!("  {:?}", answer.map(|response| response.status)));
        Ok(Licence::default())
    }

    async fn sync(&mut self, phone: u8, steps: &[Step]) -> Result<Licence, Violation> {
        let Some(phone) = self.index(phone) else { return Ok(Licence::default()) };
        if let Contact::Died = self.contact(phone, steps, false).await? {
            let entropy = self.entropy();
            self.phones[phone].restart(&mut self.folders, &*entropy)?;
        }
        Ok(Licence::default())
    }

    async fn sync_when_full(&mut self, phone: u8, rows: u8) -> Result<Licence, Violation> {
        let Some(phone) = self.index(phone) else { return Ok(Licence::default()) };
        self.phones[phone].leave_room(rows)?;
        self.contact(phone, &[], true).await?;
        let entropy = self.entropy();
        self.phones[phone].make_room()?;
        self.phones[phone].restart(&mut self.folders, &*entropy)?;
        Ok(Licence::default())
    }

    /// One contact of a phone. A keeper that died over it is started again.
    pub(super) async fn contact(
        &mut self,
        phone: usize,
        steps: &[Step],
        full: bool,
    ) -> Result<Contact, Violation> {
        let (wire, entropy) = (Wire::new(self.endpoint(), steps), self.entropy());
        let contact = self.phones[phone].sync(&wire, full, &*entropy).await?;
        self.hang_up(wire, &format!("{contact:?}")).await?;
        Ok(contact)
    }

    async fn hang_up(&mut self, wire: Wire, how: &str) -> Result<(), Violation> {
        let (late, said) = wire.into_late_and_said();
        self.late.extend(late);
        self.trace.extend(said.into_iter().map(|said| format!("  {said}")));
        self.trace.push(format!("  {how}"));
        self.revive().await
    }

    /// Starts a keeper that was killed again.
    pub(super) async fn revive(&mut self) -> Result<(), Violation> {
        if self.keeper.disk() == Disk::Dead { self.restart_keeper().await } else { Ok(()) }
    }

    async fn restart_keeper(&mut self) -> Result<(), Violation> {
        self.relay.iter_mut().for_each(Relay::keeper_restarted);
        self.keeper.restart(&mut self.folders).await
    }

    /// Endpoint that phones connect to.
    pub(super) fn endpoint(&self) -> Endpoint {
        self.relay.as_ref().map_or_else(|| self.keeper.endpoint(), Relay::endpoint)
    }

    fn handle_folder(&mut self, op: &Op, phone: u8) -> Result<Licence, Violation> {
        let Some(phone) = self.index(phone) else { return Ok(Licence::default()) };
        let (entropy, device) = (self.entropy(), self.phones[phone].device());
        let folders = &mut self.folders;
        let mut destroys = false;
        match op {
            Op::Copy(_) => self.phones[phone].take_copy(folders),
            Op::Restore(_) => {
                self.phones[phone].put_back(folders, &*entropy)?;
                destroys = true;
            }
            Op::Clone(_) if self.phones.len() < PHONES_MAX && !self.taken_away.contains(&device) => {
                let twin = self.phones[phone].cloned(folders, &*entropy)?;
                self.phones.push(twin);
            }
            Op::Restart(_) => self.phones[phone].restart(folders, &*entropy)?,
            _ => {}
        }
        Ok(Licence { taps: false, destroys })
    }

    async fn restore_keeper(&mut self, noticed: bool) -> Result<Licence, Violation> {
        let since = self.since_copy;
        if !self.keeper.has_copy() || since.joined || since.published {
            return Ok(Licence::default());
        }
        self.relay.iter_mut().for_each(Relay::keeper_restarted);
        self.keeper.put_back(&mut self.folders, noticed).await?;
        Ok(Licence { taps: false, destroys: true })
    }

    async fn back_up(&mut self) -> Result<Licence, Violation> {
        if self.keeper.back_up(&mut self.folders).await? {
            self.since_backup = Since::default();
        }
        Ok(Licence::default())
    }

    async fn lose_keeper(&mut self) -> Result<Licence, Violation> {
        if self.since_backup != Since::default() {
            return Ok(Licence::default());
        }
        self.relay.iter_mut().for_each(Relay::keeper_restarted);
        let lost = self.keeper.replace(&mut self.folders).await?;
        Ok(Licence { taps: false, destroys: lost })
    }

    async fn put_relay_between(&mut self) -> Result<Licence, Violation> {
        // Phones that have joined at the keeper would go on speaking with it.
        if self.relay.is_none() && self.phones.is_empty() {
            self.relay = Relay::new(&self.keeper, &mut self.folders).await?;
        }
        Ok(Licence::default())
    }

    /// The keeper pulls from the relay, if there is one. Returns true if it read something.
    pub(super) async fn pull(&mut self) -> Result<bool, Violation> {
        let mut brought = false;
        if let Some(relay) = &mut self.relay {
            let pulled = relay.pull(&self.keeper).await?;
            brought = pulled.as_ref().map_or(true, |pulled| pulled.read + pulled.settled > 0);
            let lost = matches!(pulled, Err(PullError::BundleLost { .. }));
            self.trace.push(match pulled {
                Ok(pulled) => {
                    format!("  read {}, settled {}, handed {}", pulled.read, pulled.settled, pulled.handed)
                }
                Err(error) => format!("  {error}"),
            });
            if lost {
                self.sign_anew().await?;
            }
        }
        Ok(brought)
    }

    async fn restart_relay(&mut self) -> Result<Licence, Violation> {
        if let Some(relay) = &mut self.relay {
            relay.restart(&mut self.folders).await?;
        }
        Ok(Licence::default())
    }

    /// Delivers the requests that the network had held back, the last first.
    pub(super) async fn arrive(&mut self) -> Result<Licence, Violation> {
        while let Some(request) = self.late.pop() {
            let answer = self.endpoint().answer(request).await;
            let status = answer.map_or(0, |response| response.status);
            self.trace.push(format!("  a late request: {status}"));
            self.revive().await?;
        }
        Ok(Licence::default())
    }

    /// Reads every database and compares it with the expected state.
    pub(super) async fn observe(&mut self, touched: Touched, licence: Licence) -> Result<(), Violation> {
        self.revive().await?;
        for (at, phone) in self.phones.iter_mut().enumerate() {
            let again = match touched.phones {
                Phones::None => false,
                Phones::One(one) => usize::from(one) == at,
                Phones::All => true,
            };
            match self.looks.get_mut(at) {
                Some(look) if again => look.1 = phone.look()?,
                Some(_) => {}
                None => self.looks.push((phone.vault, phone.look()?)),
            }
        }
        let changed = if touched.keeper { self.look_at_keeper()? } else { Vec::new() };
        let disks = Disks { phones: &self.looks, keeper: &self.keeper_look };
        self.truth.observe(licence, disks)?;
        for vault in changed {
            self.check_order(vault).await?;
            let n = self.keeper_look.get(&vault).and_then(|look| look.chains.last());
            self.trace.push(format!("  vault {vault} stands at {n:?}"));
        }
        Ok(())
    }

    /// Looks into the keeper's database. Gives the vaults whose look has changed.
    fn look_at_keeper(&mut self) -> Result<Vec<VaultId>, Violation> {
        let seen = self.keeper.look()?.map_err(|problem| Violation::new(Kind::Log, problem))?;
        let is_new = |(vault, look): &(&VaultId, &VaultLook)| self.keeper_look.get(vault) != Some(look);
        let changed = seen.iter().filter(is_new).map(|(vault, _)| *vault).collect();
        self.keeper_look = seen;
        Ok(changed)
    }

    /// The record does not depend on the order of its parcels, nor on how often each comes.
    async fn check_order(&mut self, vault: VaultId) -> Result<(), Violation> {
        let record = self.keeper.desk.context().store().load_record(vault).await;
        let mut plans = match record {
            Ok(record) => record.plans,
            Err(_) if self.keeper.disk() != Disk::Sound => return Ok(()),
            Err(error) => return Err(Violation::refused("reading a record", &error)),
        };
        let digest = merge_v1(&plans).digest();
        let again: Vec<_> = plans.iter().filter(|_| self.dice.once_in(2)).cloned().collect();
        plans.extend(again);
        self.dice.shuffle(&mut plans);
        if merge_v1(&plans).digest() == digest {
            return Ok(());
        }
        Err(Violation::new(Kind::Digest, format!("the record of vault {vault} depends on the order")))
    }

    pub(super) fn now(&self) -> diary_core::time::UtcMillis {
        self.clock.now()
    }
}
