//! The participant's diary: study and store combined, for screens, commands and bindings. It decides by the
//! study's rules and saves through the store; it neither renders nor sends.

mod alarms;
mod capture;
mod contact;
mod correct;
mod device_requests;
mod doubts;
mod error;
mod past;
mod today;
mod versions;

pub use crate::readers::AHEAD_MS;
pub use alarms::{Instructed, Instruction};
pub use capture::{Circumstances, Finished};
pub use device_requests::OtherPhone;
pub use doubts::{PhoneDoubt, phone_doubts};
pub use error::DiaryError;
pub use past::PastEntry;
pub use today::{AsNeeded, SwitchedOff, Today, TodayItem};

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use crate::act::{Act, EndOfParticipation};
use crate::entropy::Entropy;
use crate::ids::{ActId, Hash, RunId, SlotId, VaultId};
use crate::keys::{Bundle, Certificate, CertificateError};
use crate::record::{end_of_participation, histories};
use crate::signed::Signed;
use crate::store::{Device, Store};
use crate::study::schedule::Plan;
use crate::study::{Course, Reported, Site, Study, StudyPackage};
use crate::time::{DiaryDay, UtcMillis, Zone};

/// A joined diary.
#[derive(Debug)]
pub struct Diary {
    store: Store,
    study: Arc<Study>,
    /// Earlier versions of the study read so far; `None` for a package that cannot be read.
    earlier: RefCell<BTreeMap<Hash, Option<Arc<Study>>>>,
    device: Device,
    app: String,
    run: RunId,
    /// Slots that the study in force asks and the one before did not, and the instant from which on it does.
    new_slots: Option<(UtcMillis, BTreeSet<SlotId>)>,
    verified: Verified,
}

/// Verified documents of `device`, cached because a contact asks for them many times.
#[derive(Debug, Default)]
struct Verified {
    bundle: OnceLock<Bundle>,
    certificate: OnceLock<Certificate>,
}

impl Diary {
    /// Opens the diary in `store`. `app` is the program and its version, recorded with every entry.
    ///
    /// # Errors
    /// [`DiaryError::Store`], also for a device that has not joined; [`DiaryError::NoStudy`] or
    /// [`DiaryError::Study`] for a study package that does not load (the store is left unchanged).
    pub fn open(mut store: Store, app: &str, entropy: &dyn Entropy) -> Result<Self, DiaryError> {
        let device = store.device()?;
        store.opened_by(app)?;
        let study = load_study(&store, &device.study_hash)?;
        let new_slots = new_slots(&store, &study)?;
        let run = RunId::from_bytes(entropy.array());
        let verified = Verified::default();
        let (study, earlier) = (Arc::new(study), RefCell::default());
        Ok(Self { store, study, earlier, device, app: app.to_owned(), run, new_slots, verified })
    }

    /// Reads the device's row again after a contact, which may have changed certificate, study version and
    /// key check.
    ///
    /// # Errors
    /// Those of [`Diary::open`].
    pub fn reload(&mut self) -> Result<(), DiaryError> {
        let device = self.store.device_again(Some(&self.device))?;
        if device.study_hash != self.device.study_hash {
            self.study = Arc::new(load_study(&self.store, &device.study_hash)?);
            self.new_slots = new_slots(&self.store, &self.study)?;
        }
        if (&device.bundle, &device.certificate) != (&self.device.bundle, &self.device.certificate) {
            self.verified = Verified::default();
        }
        self.device = device;
        Ok(())
    }

    /// Version of the study in force.
    #[must_use]
    pub fn study(&self) -> &Study {
        &self.study
    }

    /// Device of this diary.
    #[must_use]
    pub const fn device(&self) -> &Device {
        &self.device
    }

    /// Vault of the participant.
    #[must_use]
    pub const fn vault(&self) -> VaultId {
        self.device.vault
    }

    /// The participant's site, with its telephone numbers.
    ///
    /// # Errors
    /// [`DiaryError::UnknownSite`] if the study does not contain it.
    pub fn site(&self) -> Result<&Site, DiaryError> {
        self.study.site(&self.device.site).ok_or(DiaryError::UnknownSite)
    }

    /// Bundle trusted by this device.
    ///
    /// # Errors
    /// [`DiaryError::Trust`] if the stored bundle does not verify under the pinned root.
    pub fn bundle(&self) -> Result<Bundle, DiaryError> {
        if let Some(bundle) = self.verified.bundle.get() {
            return Ok(bundle.clone());
        }
        let signed = Signed::from_bytes(&self.device.bundle).map_err(|_| DiaryError::Trust)?;
        let bundle = Bundle::verify(&signed, &self.device.root).map_err(|_| DiaryError::Trust)?;
        Ok(self.verified.bundle.get_or_init(|| bundle).clone())
    }

    /// Certificate of this device, once site staff have confirmed it. One dated after its keeper's key was
    /// retired counts as absent, and so does one of a keeper that a newer bundle does not name, whose key was lost with
    /// it: staff confirm the device again.
    ///
    /// # Errors
    /// [`DiaryError::Trust`] if the stored certificate does not verify.
    pub fn certificate(&self) -> Result<Option<Certificate>, DiaryError> {
        let Some(bytes) = &self.device.certificate else { return Ok(None) };
        if let Some(certificate) = self.verified.certificate.get() {
            return Ok(Some(certificate.clone()));
        }
        let signed = Signed::from_bytes(bytes).map_err(|_| DiaryError::Trust)?;
        match Certificate::verify(&signed, &self.bundle()?) {
            Ok(certificate) => Ok(Some(self.verified.certificate.get_or_init(|| certificate).clone())),
            Err(CertificateError::Retired | CertificateError::NotAKeeper) => Ok(None),
            Err(_) => Err(DiaryError::Trust),
        }
    }

    /// Run of the program, recorded with every entry.
    #[must_use]
    pub const fn run(&self) -> RunId {
        self.run
    }

    /// Store, for reading. Changes go through the verbs of the diary.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Basis of the participant's schedule in `zone`.
    ///
    /// # Errors
    /// [`DiaryError::Store`] if the store fails.
    pub fn plan(&self, zone: Zone) -> Result<Plan<'_>, DiaryError> {
        self.plan_under(&self.study, zone)
    }

    /// Like [`Self::plan`], under another version of the study.
    fn plan_under<'s>(&self, study: &'s Study, zone: Zone) -> Result<Plan<'s>, DiaryError> {
        let acts = self.store.known_acts()?;
        // Another phone may have received these acts before this one was confirmed: this phone's later
        // receipt would wrongly excuse slots that the participant could see there.
        let beside = !self.store.other_phones()?.is_empty();
        let issued = self.certificate()?.map(|certificate| certificate.issued).filter(|_| beside);
        let known: BTreeMap<ActId, UtcMillis> = acts
            .iter()
            .filter(|(act, _)| issued.is_none_or(|issued| act.at >= issued))
            .filter_map(|(act, known)| Some((act.id, (*known)?)))
            .collect();
        let acts: Vec<&Act> = acts.iter().map(|(act, _)| act).collect();
        let reports = self.store.revisions_of("medication-change")?;
        let reported =
            histories(reports.iter()).iter().filter_map(|history| Reported::of(history.shown()?)).collect();
        let course = Course::of(&acts, reported, |act| known.get(&act.id).copied());
        let first_day = course.first_day.unwrap_or(self.device.first_day);
        Ok(Plan { study, course: Arc::new(course), first_day, zone })
    }

    /// End of the participation set by the site, with its last day.
    ///
    /// # Errors
    /// [`DiaryError::Store`] if the store fails.
    pub fn end(&self) -> Result<Option<(EndOfParticipation, DiaryDay)>, DiaryError> {
        Ok(end_of_participation(self.store.acts()?.iter()))
    }

    /// Diary day at `now` in `zone`.
    #[must_use]
    pub fn day(&self, now: UtcMillis, zone: Zone) -> DiaryDay {
        DiaryDay::at(now, zone, self.study.day_cut().to_chrono())
    }
}

/// Slots that `study` asks and the version before it did not, with the instant from which on it does. An
/// earlier version that cannot be read counts as without differences.
fn new_slots(store: &Store, study: &Study) -> Result<Option<(UtcMillis, BTreeSet<SlotId>)>, DiaryError> {
    let Some((before, since)) = store.study_before(&study.hash())? else { return Ok(None) };
    let Ok(before) = load_study(store, &before) else { return Ok(None) };
    let asked = |study: &Study, id: &SlotId| study.slot(id).is_some_and(|slot| slot.enabled);
    let new = study.slots().iter().map(|slot| &slot.id).filter(|id| !asked(&before, id));
    Ok(Some((since, new.cloned().collect())))
}

fn load_study(store: &Store, hash: &Hash) -> Result<Study, DiaryError> {
    let bytes = store.study_package(hash)?.ok_or(DiaryError::NoStudy)?;
    let package = StudyPackage::decode(&bytes).map_err(|_| DiaryError::NoStudy)?;
    Study::load(&package).map_err(|errors| DiaryError::Study(errors.to_string()))
}

#[cfg(test)]
mod tests;
