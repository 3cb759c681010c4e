//! A phone of a run: the real store, diary and engine in a folder that can be copied, crashed, cloned and restored.

use std::path::{Path, PathBuf};

use diary_core::api::{self, PushRequest};
use diary_core::diary::{Circumstances, Diary, DiaryError};
use diary_core::entropy::Entropy;
use diary_core::entry::{Author, Content, Note};
use diary_core::ids::{EntryId, Incarnation, KeyId, Nonce, VaultId};
use diary_core::keys::{EnrolmentLink, RecoverySecret, ShortAuthString, SignedJoinRequest};
use diary_core::parcel::{DeviceCredential, Grant, GrantScope, Item, NO_PREVIOUS, SealInput, seal};
use diary_core::signed::Signed;
use diary_core::sqlcipher::Missing;
use diary_core::store::{DatabaseKey, DraftPlace, Store};
use diary_core::text::Lang;
use diary_core::time::{Clock, Zone};
use diary_sync::join::{Invited, JoinContact};
use diary_sync::transport::{Method, Request};
use diary_sync::{ContactOutcome, Mode, Moment};

use super::clock::SimClock;
use super::files::Folders;
use super::look::{self, Eye, PhoneLook};
use super::violation::{Kind, Violation};
use super::wire::Wire;

/// Program and version, recorded with every entry.
const APP: &str = "simulation 1";

/// Phone of a run: a diary on a folder that can be copied, crashed and restored.
pub struct Phone {
    /// The vault it writes to.
    pub vault: VaultId,
    /// Clock of the phone.
    pub clock: SimClock,
    /// The digits it shows.
    pub digits: ShortAuthString,
    /// The entries it made, as far as it remembers.
    entries: Vec<EntryId>,
    folder: PathBuf,
    copy: Option<PathBuf>,
    /// None only while it restarts.
    diary: Option<Diary>,
    /// View of its database since the last start.
    eye: Eye<PhoneLook>,
}

/// Time zone of all participants.
///
/// # Panics
/// Never: it is an IANA name.
#[must_use]
pub fn zone() -> Zone {
    "Asia/Shanghai".parse().expect("an IANA name")
}

fn moment<'e>(clock: &SimClock, entropy: &'e dyn Entropy) -> Moment<'e> {
    Moment { now: clock.now(), zone: zone(), entropy }
}

/// Key of every phone's database.
const KEY: [u8; 32] = [1; 32];

fn open(folder: &Path, missing: Missing) -> Result<Store, Violation> {
    let path = folder.join(look::DIARY);
    Store::open(&path.to_string_lossy(), &DatabaseKey::from_bytes(KEY), missing)
        .map_err(|error| Violation::refused("a phone's store", &error))
}

/// Opens the store of a phone that runs.
fn start(folder: &Path) -> Result<Store, Violation> {
    let store = open(folder, Missing::Refuse)?;
    look::held_by_one(store.connection()).map_err(|error| Violation::refused("a phone's store", &error))?;
    Ok(store)
}

/// Makes the database of a phone that has not joined yet.
///
/// # Errors
/// Fails if it cannot be made.
pub fn make_blank(folder: &Path) -> Result<(), Violation> {
    open(folder, Missing::Create).map(drop)
}

/// End of a contact.
#[derive(Debug)]
pub enum Contact {
    /// Completed.
    Over(ContactOutcome),
    /// The phone's battery was taken out.
    Died,
    /// The disk was full.
    Full,
}

impl Phone {
    /// A new phone joins by `link`, with a copy of the `blank` folder. `None` where the keeper does not answer any more.
    ///
    /// # Errors
    /// Fails if the phone cannot join although keeper, disk and network are sound.
    pub async fn join(
        folders: &mut Folders,
        blank: &Path,
        link: &EnrolmentLink,
        wire: &Wire,
        clock: SimClock,
        entropy: &dyn Entropy,
    ) -> Result<Option<Self>, Violation> {
        let mut folder = folders.crash_copy(blank, "phone");
        loop {
            let mut store = start(&folder)?;
            let disturbed = wire.has_steps();
            let (lang, recovery) = (Lang::EN, RecoverySecret::generate(entropy));
            let joining = JoinContact::new(Invited { link: link.clone(), recovery, lang });
            let tried = wire.drive(joining, &mut store, || moment(&clock, entropy)).await;
            match tried {
                Some(Ok(joined)) => {
                    let diary = Diary::open(store, APP, entropy)
                        .map_err(|error| Violation::refused("a joined phone", &error))?;
                    return Ok(Some(Self {
                        vault: link.vault,
                        clock,
                        digits: joined.digits,
                        entries: Vec::new(),
                        folder,
                        copy: None,
                        diary: Some(diary),
                        eye: Eye::default(),
                    }));
                }
                Some(Err(_)) if disturbed => {}
                Some(Err(_)) if !wire.keeper_is_sound() => return Ok(None),
                Some(Err(error)) => return Err(Violation::refused("joining", &error)),
                None => folder = folders.crash_copy(&folder, "phone"),
            }
        }
    }

    /// The diary.
    ///
    /// # Panics
    /// Never between operations.
    #[must_use]
    pub const fn diary(&self) -> &Diary {
        self.diary.as_ref().expect("a phone lives between operations")
    }

    fn diary_mut(&mut self) -> &mut Diary {
        self.diary.as_mut().expect("a phone lives between operations")
    }

    /// Contents of its database.
    ///
    /// # Errors
    /// Fails if its database cannot be read.
    ///
    /// # Panics
    /// Never between operations.
    pub fn look(&mut self) -> Result<PhoneLook, Violation> {
        let connection = self.diary.as_ref().expect("a phone lives between operations").store().connection();
        look::phone(&mut self.eye, connection)
            .map_err(|error| Violation::refused("looking at a phone", &error))
    }

    fn tap<'a>(&self, entropy: &'a dyn Entropy) -> Circumstances<'a> {
        Circumstances {
            now: self.clock.now(),
            zone: zone(),
            monotonic_ms: None,
            author: Author::Participant,
            lang: Lang::EN,
            entropy,
        }
    }

    /// Saves a note.
    ///
    /// # Errors
    /// Fails if the diary refuses the note.
    pub fn note(&mut self, text: String, entropy: &dyn Entropy) -> Result<(), Violation> {
        let tap = self.tap(entropy);
        let saved = self
            .diary_mut()
            .record(Content::Note(Note { text }), None, None, None, &tap)
            .map(|done| done.entry);
        self.entries.push(saved.map_err(|error| Violation::refused("a note", &error))?);
        Ok(())
    }

    /// Answers the questionnaire of the day, outside its slot.
    ///
    /// # Errors
    /// Fails if the diary refuses the answers.
    pub fn assess(&mut self, well: bool, entropy: &dyn Entropy) -> Result<(), Violation> {
        let tap = self.tap(entropy);
        let instrument = "sleep".parse().map_err(|error| Violation::refused("a word", &error))?;
        let diary = self.diary_mut();
        let place = DraftPlace { instrument, slot: None, day: diary.day(tap.now, tap.zone) };
        let value = diary_core::entry::Value::Boolean(well);
        let done = diary
            .answer(&place, "well", vec![value], &tap)
            .and_then(|_| diary.finish(&place, None, &tap))
            .map_err(|error| Violation::refused("an assessment", &error))?;
        self.entries.push(done.entry);
        Ok(())
    }

    /// Corrects the last note, or withdraws the last entry.
    ///
    /// # Errors
    /// Fails if the diary refuses for a reason that this change cannot have.
    pub fn change(&mut self, text: Option<String>, entropy: &dyn Entropy) -> Result<(), Violation> {
        let tap = self.tap(entropy);
        let Some(entry) = self.entries.last().copied() else { return Ok(()) };
        let diary = self.diary_mut();
        let done = match text {
            Some(text) => diary.correct(entry, Content::Note(Note { text }), None, "mistyped", &tap),
            None => diary.withdraw(entry, "by mistake", &tap),
        };
        match done {
            Ok(_) | Err(DiaryError::OtherKind) => Ok(()),
            Err(DiaryError::AlreadyWithdrawn | DiaryError::UnknownEntry) => {
                self.entries.pop();
                Ok(())
            }
            Err(error) => Err(Violation::refused("a correction", &error)),
        }
    }

    /// Seals the entries that are due.
    ///
    /// # Errors
    /// Fails if the diary refuses to seal.
    pub fn seal(&mut self, entropy: &dyn Entropy) -> Result<u32, Violation> {
        let clock = self.clock.clone();
        diary_sync::seal_due(self.diary_mut(), &moment(&clock, entropy))
            .map_err(|error| Violation::refused("sealing", &error))
    }

    /// Request that pushes an unreadable parcel with a valid signature by its key, under another incarnation.
    ///
    /// # Errors
    /// Fails if it cannot be made.
    pub fn poison(&self, entropy: &dyn Entropy) -> Result<Request, Violation> {
        let (diary, device) = (self.diary(), self.diary().device());
        let refused = |error: &dyn std::error::Error| Violation::refused("poison", error);
        let bundle = diary.bundle().map_err(|error| refused(&error))?;
        let incarnation = Incarnation::from_bytes(entropy.array());
        let scope = GrantScope {
            study: device.study.clone(),
            vault: device.vault,
            incarnation,
            no: 1,
            generation: bundle.site_key(&device.site).map_or(1, |key| key.generation),
        };
        let site = bundle.site_key(&device.site).map(|key| &key.key);
        let to: Vec<_> = site.into_iter().chain(bundle.recovery_key(&device.site)).collect();
        let (key, grant) =
            Grant::make(&scope, &to, &device.signing, entropy).map_err(|error| refused(&error))?;
        let items = [Item::Revision(b"nothing that anybody can read".to_vec())];
        let input = SealInput { seq: 1, prev: NO_PREVIOUS, items: &items };
        let parcel = seal(&input, &key, &device.signing, entropy).map_err(|error| refused(&error))?;
        let certificate = device.certificate.as_ref().and_then(|bytes| Signed::from_bytes(bytes).ok());
        let join = SignedJoinRequest::from_bytes(&device.join_request).ok();
        let credential = certificate.map(DeviceCredential::Certificate).or(join.map(DeviceCredential::Join));
        let push = PushRequest {
            nonce: Nonce::from_bytes(entropy.array()),
            vault: device.vault,
            incarnation,
            credential,
            grants: vec![grant.to_bytes().into()],
            parcels: vec![parcel.to_bytes().into()],
            recovery: None,
            evidence: None,
            asked: None,
        };
        Ok(Request {
            method: Method::Post,
            host: device.api_host.clone(),
            path: api::PARCELS.to_owned(),
            content_type: api::CBOR,
            body: push.to_bytes(),
            token: None,
            timeout_s: 60,
        })
    }

    /// One contact. `full`: its disk may be full.
    ///
    /// # Errors
    /// Fails if the engine gives up for a reason that the faults of this contact do not explain.
    pub async fn sync(
        &mut self,
        wire: &Wire,
        full: bool,
        entropy: &dyn Entropy,
    ) -> Result<Contact, Violation> {
        let clock = self.clock.clone();
        let contact = diary_sync::Contact::new(Mode::Once);
        let ended = wire.drive(contact, self.diary_mut(), || moment(&clock, entropy)).await;
        let Some(ended) = ended else { return Ok(Contact::Died) };
        match ended {
            Ok(outcome) => Ok(Contact::Over(outcome)),
            Err(_) if full => Ok(Contact::Full),
            Err(error) => Err(Violation::refused("a contact", &error)),
        }
    }

    /// Lets its disk take `rows` more rows and then none.
    ///
    /// # Errors
    /// Fails if its database cannot be written.
    pub fn leave_room(&self, rows: u8) -> Result<(), Violation> {
        let left = look::leave_room(self.diary().store().connection(), rows);
        left.map_err(|error| Violation::refused("filling a disk", &error))
    }

    /// Removes the limit of [`Self::leave_room`].
    ///
    /// # Errors
    /// Fails if its database cannot be written.
    pub fn make_room(&self) -> Result<(), Violation> {
        let made = look::make_room(self.diary().store().connection());
        made.map_err(|error| Violation::refused("making room on a disk", &error))
    }

    /// Takes its battery out and starts it again on its folder as the crash left it.
    ///
    /// # Errors
    /// Fails if it does not start.
    pub fn restart(&mut self, folders: &mut Folders, entropy: &dyn Entropy) -> Result<(), Violation> {
        let folder = folders.crash_copy(&self.folder, "phone");
        self.start_on(folder, entropy)
    }

    /// Copies its folder, for [`Self::put_back`].
    pub fn take_copy(&mut self, folders: &mut Folders) {
        self.copy = Some(folders.crash_copy(&self.folder, "phone-copy"));
    }

    /// Puts the copy in the place of its folder.
    ///
    /// # Errors
    /// Fails if it does not start.
    pub fn put_back(&mut self, folders: &mut Folders, entropy: &dyn Entropy) -> Result<(), Violation> {
        let Some(copy) = self.copy.clone() else { return Ok(()) };
        let folder = folders.crash_copy(&copy, "phone");
        self.start_on(folder, entropy)
    }

    /// Another phone with the same folder.
    ///
    /// # Errors
    /// Fails if the second phone does not start.
    pub fn cloned(&self, folders: &mut Folders, entropy: &dyn Entropy) -> Result<Self, Violation> {
        let folder = folders.crash_copy(&self.folder, "phone");
        let mut twin = Self {
            vault: self.vault,
            clock: self.clock.copied(),
            digits: self.digits,
            entries: self.entries.clone(),
            folder: folder.clone(),
            copy: None,
            diary: None,
            eye: Eye::default(),
        };
        twin.start_on(folder, entropy)?;
        Ok(twin)
    }

    fn start_on(&mut self, folder: PathBuf, entropy: &dyn Entropy) -> Result<(), Violation> {
        (self.diary, self.eye) = (None, Eye::default());
        let store = start(&folder)?;
        let diary = Diary::open(store, APP, entropy)
            .map_err(|error| Violation::refused("a phone does not start", &error))?;
        (self.diary, self.folder) = (Some(diary), folder);
        Ok(())
    }

    /// Id of its signing key.
    #[must_use]
    pub fn device(&self) -> KeyId {
        self.diary().device().signing.id()
    }

    /// Fails if something on it is still waiting. `reads`: it may read the fate of what it sent; `relayed`: a relay takes it, so
    /// that a phone that may not read never learns that the keeper merged its parcels.
    ///
    /// # Errors
    /// [`Kind::Stuck`].
    pub fn check_settled(&self, name: usize, reads: bool, relayed: bool) -> Result<(), Violation> {
        let refused = |error: &dyn std::error::Error| Violation::refused("counting a phone's outbox", error);
        let store = self.diary().store();
        let waiting = store.not_received().map_err(|error| refused(&error))?;
        let unmerged = store.not_settled().map_err(|error| refused(&error))?;
        if (waiting == 0 || relayed && !reads) && (unmerged == 0 || !reads) {
            return Ok(());
        }
        let trouble = store.conversation().map_err(|error| refused(&error))?.trouble.unwrap_or_default();
        let detail =
            format!("phone {name}: {waiting} not received, {unmerged} not merged, trouble {trouble:?}");
        Err(Violation::new(Kind::Stuck, detail))
    }
}
