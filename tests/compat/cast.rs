//! Keys of the fixtures, from fixed seeds, and the values that each file must decode to.

use diary_core::act::{Act, ActContent, AsNeededRule, LineChange, RegimenChange, RegimenLine, Timing};
use diary_core::entry::{
    Answer, Assessment, Author, Content, Dose, DoseStatus, EncodedRevision, InstrumentRef, MedicationRef,
    Revision, Route, Slot, Value,
};
use diary_core::ids::{
    ActId, EnrolmentId, Epoch, Hash, Incarnation, LineId, Nonce, RevisionId, RunId, VaultId,
};
use diary_core::keys::{
    Bundle, Certificate, EnrolmentLink, EnrolmentSecret, HistoryScope, IncarnationEnd, JoinRequest,
    RecoveryKey, RecoverySecret, Revocation, RevocationReason, SealingKey, ServerKey, ServerRole, SigningKey,
    SiteKey, SiteKeyStatus, StudyVersionRef, Wrap, root_fingerprint,
};
use diary_core::measure::{Decimal, Quantity};
use diary_core::parcel::{
    ClockObservation, GrantScope, Item, QuarantineCode, ReceiptBody, ReceiptLevel, Statement,
};
use diary_core::text::Lang;
use diary_core::time::{Reading, TimeOfDay, UtcMillis};

pub(crate) const VAULT: VaultId = VaultId::from_bytes([0xA1; 16]);
pub(crate) const INCARNATION: Incarnation = Incarnation::from_bytes([0xA2; 16]);
pub(crate) const ENROLMENT: EnrolmentId = EnrolmentId::from_bytes([0xA3; 16]);
pub(crate) const EPOCH: Epoch = Epoch::from_bytes([0xA4; 16]);
pub(crate) const NONCE: Nonce = Nonce::from_bytes([0xA5; 16]);
pub(crate) const NOW: UtcMillis = UtcMillis(1_790_000_000_000);
pub(crate) const RETIRED: UtcMillis = UtcMillis(1_780_000_000_000);
pub(crate) const PARTICIPANT: &str = "BJ-017";

/// Keys of all parties. Each private key is one byte, 32 times.
pub(crate) struct Cast {
    pub(crate) root: SigningKey,
    pub(crate) keeper: SigningKey,
    pub(crate) relay: SigningKey,
    pub(crate) former: SigningKey,
    pub(crate) device: SigningKey,
    pub(crate) site: SealingKey,
    pub(crate) recovery: SealingKey,
    pub(crate) phone: SealingKey,
}

impl Cast {
    pub(crate) fn new() -> Self {
        let signing = |byte| SigningKey::from_seed(&[byte; 32]);
        let sealing = |byte| SealingKey::from_bytes(&[byte; 32]);
        Self {
            root: signing(0x11),
            keeper: signing(0x12),
            relay: signing(0x13),
            former: signing(0x14),
            device: signing(0x15),
            site: sealing(0x21),
            recovery: sealing(0x22),
            phone: sealing(0x23),
        }
    }

    /// `keys.txt`: private keys with their holders and ids; and the two secrets.
    pub(crate) fn keys_text(&self) -> String {
        let signing = [
            ("root", &self.root),
            ("keeper", &self.keeper),
            ("relay", &self.relay),
            ("former keeper", &self.former),
            ("device", &self.device),
        ];
        let sealing = [("site", &self.site), ("recovery", &self.recovery), ("phone", &self.phone)];
        let hex = diary_core::ids::to_hex;
        let signing = signing.map(|(name, key)| format!("{name} signs {} {}", hex(key.seed()), key.id()));
        let sealing =
            sealing.map(|(name, key)| format!("{name} opens {} {}", hex(key.private_bytes()), key.id()));
        let secrets = [
            format!("enrolment secret {}", hex(enrolment_secret().as_bytes())),
            format!("recovery secret {}", hex(recovery_secret().as_bytes())),
        ];
        [signing.as_slice(), &sealing, &secrets].concat().join("\n")
    }

    pub(crate) fn bundle(&self) -> Bundle {
        let server = |key: &SigningKey, role, retired| ServerKey { key: key.verifying_key(), role, retired };
        let site = || "beijing".parse().unwrap();
        Bundle {
            version: 7,
            study: "NCT06836973".parse().unwrap(),
            root: self.root.verifying_key(),
            issued: NOW.plus_ms(-1000),
            expires: NOW.plus_ms(1000),
            servers: vec![
                server(&self.keeper, ServerRole::Keeper, None),
                server(&self.relay, ServerRole::Relay, None),
                server(&self.former, ServerRole::Keeper, Some(RETIRED)),
            ],
            sites: vec![SiteKey {
                site: site(),
                generation: 2,
                status: SiteKeyStatus::Active,
                key: self.site.public().clone(),
            }],
            recovery: vec![RecoveryKey { site: site(), key: self.recovery.public().clone() }],
            studies: vec![StudyVersionRef { version: 3, hash: Hash::from_bytes([0xB1; 32]) }],
        }
    }

    pub(crate) fn certificate(&self, participant: Vec<Wrap>) -> Certificate {
        Certificate {
            vault: VAULT,
            study: "NCT06836973".parse().unwrap(),
            site: "beijing".parse().unwrap(),
            signing: self.device.verifying_key(),
            sealing: self.phone.public().clone(),
            participant,
            history: HistoryScope::Days(28),
            issued: NOW,
            by: self.keeper.id(),
        }
    }

    pub(crate) fn revocation(&self) -> Revocation {
        Revocation {
            vault: VAULT,
            device: self.device.id(),
            last: vec![IncarnationEnd {
                incarnation: INCARNATION,
                last_seq: 41,
                head: Hash::from_bytes([0xB2; 32]),
            }],
            reason: RevocationReason::Lost,
            at: NOW,
            by: self.keeper.id(),
        }
    }

    pub(crate) fn join_request(&self) -> JoinRequest {
        JoinRequest {
            enrolment: ENROLMENT,
            vault: VAULT,
            signing: self.device.verifying_key(),
            sealing: self.phone.public().clone(),
        }
    }

    pub(crate) fn link(&self) -> EnrolmentLink {
        EnrolmentLink {
            app: "https://diary.example.org".parse().unwrap(),
            api: "https://keeper.example.org:8443".parse().unwrap(),
            root: root_fingerprint(&self.root.verifying_key()),
            vault: VAULT,
            enrolment: ENROLMENT,
            secret: enrolment_secret(),
        }
    }

    pub(crate) fn receipt(&self, level: ReceiptLevel, by: &SigningKey, n: u64) -> ReceiptBody {
        ReceiptBody {
            level,
            core_hash: Hash::from_bytes([0xB3; 32]),
            body_hash: Hash::from_bytes([0xB4; 32]),
            vault: VAULT,
            n,
            epoch: EPOCH,
            server_time: NOW,
            key: by.id(),
        }
    }

    /// One receipt of each level, as one group of the keeper.
    pub(crate) fn receipts(&self) -> Vec<ReceiptBody> {
        let levels = [
            ReceiptLevel::Stored,
            ReceiptLevel::Merged,
            ReceiptLevel::Quarantined(QuarantineCode::Commit),
            ReceiptLevel::BackedUp,
            ReceiptLevel::Quarantined(QuarantineCode::Other(700)),
        ];
        levels.into_iter().zip(1..).map(|(level, n)| self.receipt(level, &self.keeper, n)).collect()
    }
}

pub(crate) fn enrolment_secret() -> EnrolmentSecret {
    EnrolmentSecret::from_bytes(&[0xC1; 16])
}

pub(crate) fn recovery_secret() -> RecoverySecret {
    RecoverySecret::from_bytes(&[0xC2; 16])
}

pub(crate) fn grant_scope() -> GrantScope {
    GrantScope {
        study: "NCT06836973".parse().unwrap(),
        vault: VAULT,
        incarnation: INCARNATION,
        no: 4,
        generation: 2,
    }
}

fn reading() -> Reading {
    Reading::new(NOW, "Asia/Shanghai".parse().unwrap(), RunId::from_bytes([0xA6; 16]), Some(61_000))
}

pub(crate) fn statement() -> Statement {
    Statement {
        as_of: reading(),
        entries_made: 250,
        unsent_days: vec!["2026-09-20".parse().unwrap(), "2026-09-21".parse().unwrap()],
        open_drafts: 1,
        clock: Some(ClockObservation { server_time: NOW.plus_ms(-400), reading: reading() }),
        known_acts: Vec::new(),
        study: None,
    }
}

fn revision(id: u8, content: Content, slot: Slot) -> EncodedRevision {
    let id = RevisionId::from_bytes([id; 16]);
    EncodedRevision::new(Revision {
        id,
        entry: id.into(),
        counter: 17u8.into(),
        parents: Vec::new(),
        author: Author::Caregiver { name: "女儿".to_owned(), reason: "weak hands".to_owned() },
        content,
        reason: None,
        day: "2026-09-21".parse().unwrap(),
        slot: Some(slot),
        occurred: None,
        recorded: reading(),
        late: None,
        lang: Lang::ZH_CN,
        app: "diary-cli 0.1.0".to_owned(),
        study_version: 3,
    })
    .unwrap()
}

fn pyridostigmine() -> MedicationRef {
    MedicationRef { code: Some("pyridostigmine".parse().unwrap()), name: "溴吡斯的明".to_owned() }
}

fn sixty_mg() -> Quantity {
    Quantity { value: Decimal::from(60), unit: "mg".parse().unwrap() }
}

pub(crate) fn assessment() -> EncodedRevision {
    let coding = |code: &str| Value::Coding { system: None, code: code.to_owned() };
    let answer = |link_id: &str, value| Answer { link_id: link_id.to_owned(), values: vec![value] };
    let content = Content::Assessment(Assessment {
        instrument: InstrumentRef { id: "evening".parse().unwrap(), version: "1".to_owned(), pack: None },
        answers: vec![
            answer("lids", coding("2")),
            answer("temperature", Value::Decimal("37.4".parse().unwrap())),
            answer("worst", Value::Time(TimeOfDay::new(17, 30).unwrap())),
        ],
        changed_before_finish: 1,
        started: Some(NOW.plus_ms(-60_000)),
    });
    revision(0xD1, content, Slot::Scheduled("evening".parse().unwrap()))
}

pub(crate) fn dose() -> EncodedRevision {
    let content = Content::Dose(Dose {
        medication: pyridostigmine(),
        status: DoseStatus::Taken,
        amount: Some(sixty_mg()),
        route: Some(Route::Oral),
        extra: false,
        note: None,
        planned: Some(sixty_mg()),
    });
    revision(
        0xD2,
        content,
        Slot::PlannedDose { line: LineId::from_bytes([0xD5; 8]), time: TimeOfDay::new(12, 30).unwrap() },
    )
}

pub(crate) fn act() -> Act {
    Act {
        id: ActId::from_bytes([0xD3; 16]),
        counter: 18u8.into(),
        by: "coordinator".to_owned(),
        at: NOW,
        reason: None,
        content: ActContent::Regimen(RegimenChange {
            from: "2026-09-01".parse().unwrap(),
            lines: vec![LineChange::Begin(RegimenLine {
                id: LineId::from_bytes([0xD5; 8]),
                medication: pyridostigmine(),
                form: "tablet".to_owned(),
                amount: sixty_mg(),
                route: Route::Oral,
                first: "2026-09-01".parse().unwrap(),
                last: None,
                timing: Timing {
                    times: vec![TimeOfDay::new(7, 0).unwrap(), TimeOfDay::new(12, 30).unwrap()],
                    every_days: 1,
                    weekdays: Vec::new(),
                },
                as_needed: Some(AsNeededRule::default()),
                steps: Vec::new(),
            })],
        }),
        replaces: None,
    }
}

/// One item of each kind.
pub(crate) fn items() -> Vec<Item> {
    vec![
        Item::revision(&assessment()),
        Item::revision(&dose()),
        Item::act(&act()),
        Item::Statement(statement()),
        Item::Challenge([0xE1; 32]),
        Item::ChallengeReply([0xE2; 32]),
        Item::Succeeds { incarnation: Incarnation::from_bytes([0xE3; 16]), last_seq: 99 },
        Item::StudyVersion { version: 3, hash: Hash::from_bytes([0xB1; 32]) },
    ]
}
