//! A joined diary with a captured terminal and a clock that is set.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{BufRead, Read, Write};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::atomic::{AtomicI64, Ordering};

use diary_core::act::{Act, ActContent, AsNeededRule, LineChange, RegimenChange, RegimenLine, Timing};
use diary_core::entropy::SeededEntropy;
use diary_core::entry::{MedicationRef, Route};
use diary_core::ids::{ActId, EnrolmentId, Incarnation, LineId, VaultId};
use diary_core::keys::{
    Bundle, EnrolmentSecret, JoinRequest, RecoveryKey, RecoverySecret, SealedRecoverySecret, SealingKey,
    SigningKey, SiteKey, SiteKeyStatus, root_fingerprint,
};
use diary_core::measure::{Decimal, Quantity, Unit};
use diary_core::sqlcipher::Missing;
use diary_core::store::lock::{Cost, Lock, Rules};
use diary_core::store::{DatabaseKey, DownlinkPage, NewDevice, Store};
use diary_core::study::{StudyPackage, shipped};
use diary_core::text::Lang;
use diary_core::time::{Clock, DiaryDay, TimeOfDay, UtcMillis, Zone};
use diary_sync::transport::{Request, Response, Transport, TransportError};

use crate::{Environment, Exit};

/// Little work, so that tests are quick.
pub(super) const LOCK_RULES: Rules = Rules { cost: Cost::new(64, 1).expect("possible"), ..Rules::CURRENT };
/// The PIN of every diary here.
pub(super) const PIN: &str = "canary-pin-4711";

/// A clock that is set.
#[derive(Debug)]
struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> UtcMillis {
        UtcMillis(self.0.load(Ordering::Relaxed))
    }
}

/// No network.
#[derive(Debug)]
pub(super) struct Offline;

impl Transport for Offline {
    async fn send(&self, _: Request) -> Result<Response, TransportError> {
        Err(TransportError::Offline)
    }
}

/// Input of a person, echoed in the transcript as by a terminal.
struct Typed {
    rest: Vec<u8>,
    screen: Rc<RefCell<Vec<u8>>>,
}

impl Read for Typed {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(into.len());
        into[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Typed {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        let line = self.rest.iter().position(|b| *b == b'\n').map_or(self.rest.len(), |at| at + 1);
        Ok(&self.rest[..line])
    }

    fn consume(&mut self, count: usize) {
        self.screen.borrow_mut().extend(&self.rest[..count]);
        self.rest.drain(..count);
    }
}

struct Captured(Rc<RefCell<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Result of one command.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) exit: Exit,
    /// Standard output with what was typed.
    pub(super) out: String,
    /// Standard error.
    pub(super) err: String,
}

impl Ran {
    /// The JSON document.
    pub(super) fn document(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {} {}", self.out, self.err))
    }
}

/// A folder with a diary, and what surrounds its commands.
pub(super) struct World {
    folder: tempfile::TempDir,
    clock: SetClock,
    entropy: SeededEntropy,
    pub(super) vars: BTreeMap<String, String>,
    pub(super) interactive: bool,
    pub(super) width: usize,
    pub(super) zone: Zone,
    pub(super) lock_rules: Rules,
}

pub(super) fn beijing() -> Zone {
    "Asia/Shanghai".parse().unwrap()
}

/// Thursday.
pub(super) fn first_day() -> DiaryDay {
    "2026-10-01".parse().unwrap()
}

/// `time` of a day after the first, in Beijing.
pub(super) fn at(day: i64, time: &str) -> UtcMillis {
    beijing().instant(first_day().plus_days(day).0, time.parse::<TimeOfDay>().unwrap().to_chrono())
}

impl World {
    /// A folder without a diary.
    pub(super) fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pin_file = folder.path().join("pin");
        std::fs::write(&pin_file, format!("{PIN}\n")).unwrap();
        let vars = BTreeMap::from([("DIARY_PIN_FILE".to_owned(), pin_file.to_str().unwrap().to_owned())]);
        let clock = SetClock(AtomicI64::new(at(0, "20:00").0));
        Self {
            folder,
            clock,
            entropy: SeededEntropy::new(7),
            vars,
            interactive: true,
            width: 78,
            zone: beijing(),
            lock_rules: LOCK_RULES,
        }
    }

    /// A diary of the shipped study in `lang`, on its first evening.
    pub(super) fn joined(lang: Lang) -> Self {
        Self::joined_to(&shipped::nct06836973(), lang)
    }

    /// The same, of another study.
    pub(super) fn joined_to(study: &StudyPackage, lang: Lang) -> Self {
        let world = Self::empty();
        let home = world.home();
        std::fs::create_dir(&home).unwrap();
        let key = DatabaseKey::from_bytes([1; 32]);
        let lock =
            Lock::new(&key, PIN, RecoverySecret::from_bytes(&[9; 16]).as_bytes(), LOCK_RULES, &world.entropy)
                .unwrap();
        std::fs::write(home.join("diary.lock"), lock.encode()).unwrap();
        let mut store = Store::open(home.join("diary.db").to_str().unwrap(), &key, Missing::Create).unwrap();
        store.join(&world.device(study, lang)).unwrap();
        world
    }

    fn device(&self, package: &StudyPackage, lang: Lang) -> NewDevice {
        let root = SigningKey::generate(&self.entropy);
        let (signing, sealing) = (SigningKey::generate(&self.entropy), SealingKey::generate(&self.entropy));
        let vault = VaultId::from_bytes([1; 16]);
        let recovery_key = SealingKey::generate(&self.entropy).public().clone();
        let secret = EnrolmentSecret::from_bytes(&[3; 16]);
        let request = JoinRequest {
            enrolment: EnrolmentId::from_bytes([2; 16]),
            vault,
            signing: signing.verifying_key(),
            sealing: sealing.public().clone(),
        };
        let recovery = RecoverySecret::from_bytes(&[9; 16]);
        let recovery_record =
            SealedRecoverySecret::make(&recovery, vault, &signing, &[&recovery_key], &self.entropy).unwrap();
        let bundle = Bundle {
            version: 1,
            study: "NCT06836973".parse().unwrap(),
            root: root.verifying_key(),
            issued: at(0, "00:00"),
            expires: at(700, "00:00"),
            servers: Vec::new(),
            sites: vec![SiteKey {
                site: "beijing".parse().unwrap(),
                generation: 1,
                status: SiteKeyStatus::Active,
                key: SealingKey::generate(&self.entropy).public().clone(),
            }],
            recovery: vec![RecoveryKey { site: "beijing".parse().unwrap(), key: recovery_key.clone() }],
            studies: Vec::new(),
        };
        NewDevice {
            study: "NCT06836973".parse().unwrap(),
            site: "beijing".parse().unwrap(),
            vault,
            api_host: "http://127.0.0.1:1".to_owned(),
            root: root_fingerprint(&root.verifying_key()),
            enrolment_secret: secret.as_bytes().to_vec(),
            join_request: request.sign(&signing, &secret).to_bytes(),
            signing,
            sealing,
            incarnation: Incarnation::from_bytes([5; 16]),
            first_day: first_day(),
            lang,
            challenge: [6; 32],
            recovery_record: recovery_record.to_bytes(),
            bundle: bundle.sign(&root).to_bytes(),
            study_hash: package.hash(),
            study_bytes: package.encode(),
        }
    }

    /// The home folder.
    pub(super) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Writes a file beside the home folder and gives its path.
    pub(super) fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Sets the clock.
    pub(super) fn set(&self, now: UtcMillis) {
        self.clock.0.store(now.0, Ordering::Relaxed);
    }

    /// Sets the PIN.
    pub(super) fn set_pin(&self, pin: &str) {
        let key = DatabaseKey::from_bytes([1; 32]);
        let recovery = RecoverySecret::from_bytes(&[9; 16]);
        let lock = Lock::new(&key, pin, recovery.as_bytes(), LOCK_RULES, &self.entropy).unwrap();
        std::fs::write(self.home().join("diary.lock"), lock.encode()).unwrap();
    }

    /// The opened store.
    pub(super) fn store(&self) -> Store {
        let key = DatabaseKey::from_bytes([1; 32]);
        Store::open(self.home().join("diary.db").to_str().unwrap(), &key, Missing::Refuse).unwrap()
    }

    /// An act of staff comes down.
    pub(super) fn act(&self, n: u8, content: ActContent) {
        let act = Act {
            id: ActId::from_bytes([n; 16]),
            counter: n.into(),
            by: "dr-li".to_owned(),
            at: at(0, "09:00"),
            reason: None,
            content,
            replaces: None,
        };
        let acts = vec![minicbor::to_vec(&act).unwrap()];
        self.store().take_page(&DownlinkPage { acts, ..DownlinkPage::default() }).unwrap();
    }

    /// Three times pyridostigmine a day and as needed, methotrexate on Thursdays.
    pub(super) fn with_regimen(self) -> Self {
        let line = |code: &str, name: &str, amount: &str, times: &[&str], as_needed: bool, every_days| {
            let timing = Timing {
                times: times.iter().map(|time| time.parse().unwrap()).collect(),
                every_days,
                weekdays: Vec::new(),
            };
            LineChange::Begin(RegimenLine {
                id: LineId::from_bytes([0, 0, 0, 0, 0, 0, 0, u8::try_from(code.len()).unwrap()]),
                medication: MedicationRef { code: Some(code.parse().unwrap()), name: name.to_owned() },
                form: "tablet".to_owned(),
                amount: Quantity { value: amount.parse::<Decimal>().unwrap(), unit: Unit::MG },
                route: Route::Oral,
                first: first_day(),
                last: None,
                timing,
                as_needed: as_needed.then(AsNeededRule::default),
                steps: Vec::new(),
            })
        };
        let lines = vec![
            line("pyridostigmine", "Pyridostigmine", "60", &["08:00", "14:00", "20:00"], true, 1),
            line("methotrexate", "Methotrexate", "15", &["09:00"], false, 7),
        ];
        self.act(1, ActContent::Regimen(RegimenChange { from: first_day(), lines }));
        self
    }

    /// Runs `diary` with these arguments, without network; `typed` is what a person types.
    pub(super) fn run_args(&self, args: &[&str], typed: &str) -> Ran {
        self.run_over(args, typed, || Offline)
    }

    /// As [`Self::run_args`], over a network.
    pub(super) fn run_over<T: Transport>(&self, args: &[&str], typed: &str, connect: impl Fn() -> T) -> Ran {
        let home = self.home();
        let all = ["diary", "--home", home.to_str().unwrap()].into_iter().chain(args.iter().copied());
        let (out, err) = (Rc::new(RefCell::new(Vec::new())), Rc::new(RefCell::new(Vec::new())));
        let mut env = Environment {
            stdin: &mut Typed { rest: typed.as_bytes().to_vec(), screen: Rc::clone(&out) },
            stdout: &mut Captured(Rc::clone(&out)),
            stderr: &mut Captured(Rc::clone(&err)),
            read_secret: None,
            interactive: self.interactive,
            width: self.width,
            clock: &self.clock,
            monotonic_ms: &|| Some(0),
            zone: self.zone,
            entropy: &self.entropy,
            lock_rules: self.lock_rules,
            var: &|name| self.vars.get(name).cloned(),
        };
        let args = all.map(OsString::from).collect::<Vec<_>>().into_iter();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let exit = runtime.block_on(crate::run_with(args, &mut env, || Ok(connect())));
        let text = |bytes: Rc<RefCell<Vec<u8>>>| String::from_utf8(bytes.take()).unwrap();
        Ran { exit, out: text(out), err: text(err) }
    }

    /// As [`Self::run_args`], the arguments split at blanks.
    pub(super) fn run(&self, line: &str, typed: &str) -> Ran {
        self.run_args(&line.split_whitespace().collect::<Vec<_>>(), typed)
    }
}
