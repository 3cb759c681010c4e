//! Integers from outside at the ends of their types: decoded values are refused or handled, never wrapped,
//! and cause no panic.

use std::sync::OnceLock;

use minicbor::data::Type;
use minicbor::{Decode, Decoder, Encode, Encoder};

use crate::act::{
    Act, ActContent, AfterPause, AsNeededRule, Interruption, LineChange, RegimenChange, RegimenLine, Timing,
};
use crate::api::{Cursor, FeedHead, Head, IncarnationHead, Limits};
use crate::audit_trail::Checkpoint;
use crate::counter::Counter;
use crate::entry::{
    AlertShown, Answer, Assessment, Content, Dose, DoseStatus, EncodedRevision, Event, InstrumentRef, Late,
    MedicationChange, MedicationChangeKind, MedicationRef, Note, PhoneApproval, Revision, Route, Value,
};
use crate::export::{FileEntry, Manifest, OpenedRecord};
use crate::ids::{ActId, Epoch, Hash, Incarnation, KeyId, LineId, Nonce, RevisionId, RunId, VaultId};
use crate::keys::{Bundle, Revocation, RevocationReason, VerifyingKey};
use crate::merge::{AuthorRole, merge_v1, plan};
use crate::parcel::{
    ClockObservation, GrantHeader, Item, KnownAct, LogKind, LogRecord, ParcelContent, ParcelCore,
    QuarantineCode, ReceiptBody, ReceiptLevel, SEQ_MAX, Statement,
};
use crate::study::{Study, shipped};
use crate::testing::first_revision;
use crate::time::{DiaryDay, OccurredAt, Reading, ReceivedAt, TimeOfDay, UtcMillis, Zone};
use crate::wire;

static STUDY: OnceLock<Study> = OnceLock::new();
const NOON: UtcMillis = UtcMillis(1_790_000_000_000);
const VAULT: VaultId = VaultId::from_bytes([1; 16]);
const INCARNATION: Incarnation = Incarnation::from_bytes([2; 16]);
const KEY: KeyId = KeyId::from_bytes([3; 16]);
const HASH: Hash = Hash::from_bytes([4; 32]);

/// Values that replace each integer.
const TRIED: [i128; 13] = [
    0,
    1,
    -1,
    255,
    (1 << 31) - 1,
    1 << 31,
    (1 << 32) - 1,
    1 << 48,
    1 << 53,
    (1 << 63) - 1,
    1 << 63,
    (1 << 64) - 1,
    -(1 << 63),
];

/// `bytes` with each integer, keys of maps included, replaced by each value of [`TRIED`].
fn variants(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut d = Decoder::new(bytes);
    let mut out = Vec::new();
    while d.position() < bytes.len() {
        let at = d.position();
        match d.datatype().unwrap() {
            Type::U8
            | Type::U16
            | Type::U32
            | Type::U64
            | Type::I8
            | Type::I16
            | Type::I32
            | Type::I64
            | Type::Int => {
                d.int().unwrap();
                for number in TRIED {
                    let mut e = Encoder::new(Vec::new());
                    e.int(minicbor::data::Int::try_from(number).unwrap()).unwrap();
                    out.push([&bytes[..at], &e.into_writer(), &bytes[d.position()..]].concat());
                }
            }
            Type::Array => drop(d.array().unwrap()),
            Type::Map => drop(d.map().unwrap()),
            _ => d.skip().unwrap(),
        }
    }
    out
}

/// Tries every variant; one that decodes must encode and decode to the same value again.
#[track_caller]
fn survives<T: Encode<()> + for<'b> Decode<'b, ()>>(what: &'static str, value: &T) {
    let bytes = wire::encode(value);
    let variants = variants(&bytes);
    assert!(variants.len() >= TRIED.len(), "{what} has no integer");
    for variant in variants {
        if let Ok(decoded) = wire::decode::<T>(what, &variant, usize::MAX) {
            let once = wire::encode(&decoded);
            let again = wire::decode::<T>(what, &once, usize::MAX).unwrap_or_else(|e| panic!("{what}: {e}"));
            assert_eq!(wire::encode(&again), once, "{what}");
        }
    }
}

fn reading() -> Reading {
    Reading::new(NOON, "Asia/Shanghai".parse().unwrap(), RunId::from_bytes([7; 16]), Some(5))
}

fn day() -> DiaryDay {
    "2026-10-01".parse().unwrap()
}

fn quantity() -> crate::measure::Quantity {
    crate::measure::Quantity { value: "60.5".parse().unwrap(), unit: "mg".parse().unwrap() }
}

fn medication() -> MedicationRef {
    MedicationRef { code: Some("prednisone".parse().unwrap()), name: "Prednisone".to_owned() }
}

fn revision(content: Content) -> EncodedRevision {
    let id = RevisionId::from_bytes([9; 16]);
    EncodedRevision::new(Revision {
        counter: Counter::from(5u8),
        day: day(),
        slot: Some(crate::entry::Slot::PlannedDose {
            line: LineId::from_bytes([1; 8]),
            time: TimeOfDay::new(8, 0).unwrap(),
        }),
        occurred: Some(OccurredAt(NOON)),
        late: Some(Late { closed: NOON, reason: None }),
        ..first_revision(id, content, reading())
    })
    .unwrap()
}

fn contents() -> Vec<Content> {
    let instrument = InstrumentRef { id: "evening".parse().unwrap(), version: "1".to_owned(), pack: None };
    let zone_of_answer = Value::DateTime { date: day().0, time: TimeOfDay::default(), offset_s: 28_800 };
    let values = vec![
        Value::Integer(3),
        Value::Decimal("1.25".parse().unwrap()),
        Value::Quantity(quantity()),
        Value::Date(day().0),
        Value::Time(TimeOfDay::default()),
        zone_of_answer,
    ];
    vec![
        Content::Assessment(Assessment {
            instrument,
            answers: vec![Answer { link_id: "lids".to_owned(), values }],
            changed_before_finish: 2,
            started: Some(NOON),
        }),
        Content::Dose(Dose {
            medication: medication(),
            status: DoseStatus::Taken,
            amount: Some(quantity()),
            route: Some(Route::ALL[0]),
            extra: false,
            note: None,
            planned: Some(quantity()),
        }),
        Content::MedicationChange(MedicationChange {
            medication: medication(),
            kind: MedicationChangeKind::Stopped,
            from: crate::time::PartialDate::month(2026, 2).unwrap(),
            dose: None,
            route: None,
            frequency: None,
            reason: None,
            form: None,
        }),
        Content::Event(Event { code: "fall".parse().unwrap(), text: None, ended: Some(OccurredAt(NOON)) }),
        Content::Note(Note { text: "x".to_owned() }),
        Content::AlertShown(AlertShown {
            rule: "fever".parse().unwrap(),
            trigger: None,
            shown: "x".to_owned(),
            acknowledged: Some(NOON),
            of: None,
        }),
        Content::PhoneApproval(PhoneApproval { asking: vec![KEY], digits: 123_456 }),
    ]
}

fn content(seq: u64, items: Vec<Item>) -> ParcelContent {
    let study = "S".parse().unwrap();
    ParcelContent { schema: 1, study, vault: VAULT, author: KEY, incarnation: INCARNATION, seq, items }
}

fn statement() -> Statement {
    Statement {
        as_of: reading(),
        entries_made: 9,
        unsent_days: vec![day()],
        open_drafts: 1,
        clock: Some(ClockObservation { server_time: NOON, reading: reading() }),
        known_acts: vec![KnownAct { act: ActId::from_bytes([5; 16]), at: NOON }],
        study: Some(2),
    }
}

/// Runs a merged revision through the readers of a record.
fn handled(encoded: &EncodedRevision) {
    let parcel = content(1, vec![Item::Revision(encoded.bytes().to_vec())]);
    let planned = plan(AuthorRole::Device, &parcel, ReceivedAt(NOON));
    let fits = encoded.revision().counter.get() <= (1 << 32) + (1 << 20);
    assert_eq!(planned.as_ref().err(), (!fits).then_some(&QuarantineCode::Counter));
    // One that was merged before there were limits is in the record all the same.
    let plans = [planned.unwrap_or_else(|_| plan(AuthorRole::Keeper, &parcel, ReceivedAt(NOON)).unwrap())];
    let record = merge_v1(&plans);
    assert!(record.last_counter().next().is_ok(), "staff can go on");
    let history = &record.histories()[0];
    let about = history.about(history.first());
    let shown =
        [history.local(about).to_string(), about.to_string(), history.first().recorded.local().to_string()];
    assert!(shown.iter().all(|time| !time.starts_with('+') && time.len() <= 29), "{shown:?}");
    let study = STUDY.get_or_init(|| Study::load(&shipped::nct06836973()).unwrap());
    if let Content::Dose(dose) = &history.first().content {
        let counted =
            study.medication_of(&dose.medication).and_then(|m| m.in_mg(dose.amount.as_ref()?, None));
        let fits = dose.amount.as_ref().is_none_or(crate::measure::Quantity::is_dose);
        let is_odd = study.odd_amount(dose) == Some(crate::study::OddAmount::OutOfRange);
        assert!(fits || counted.is_none() && is_odd);
    }
    if let Content::Assessment(answered) = &history.first().content {
        let instrument = study.instrument(&answered.instrument.id).unwrap();
        assert_eq!(instrument.score(&answered.answers).total, None);
    }
}

#[test]
fn what_participants_record_is_refused_or_handled_with_any_number_in_it() {
    for content in contents() {
        let encoded = revision(content);
        survives("revision", encoded.revision());
        for variant in variants(encoded.bytes()) {
            if let Ok(decoded) = EncodedRevision::decode(&variant) {
                handled(&decoded);
            }
        }
    }
}

#[test]
fn acts_of_staff_are_refused_or_handled_with_any_number_in_them() {
    let line = RegimenLine {
        id: LineId::from_bytes([1; 8]),
        medication: medication(),
        form: "tablet".to_owned(),
        amount: quantity(),
        route: Route::ALL[0],
        first: day(),
        last: Some(day()),
        timing: Timing { times: vec![TimeOfDay::default()], every_days: 2, weekdays: vec![1] },
        as_needed: Some(AsNeededRule { most_per_day: Some(quantity()), least_interval_minutes: Some(180) }),
        steps: Vec::new(),
    };
    let cycle: crate::ids::AnchorId = "cycle1".parse().unwrap();
    let acts = [
        ActContent::Anchor { anchor: cycle.clone(), date: Some(day()) },
        ActContent::Regimen(RegimenChange { from: day(), lines: vec![LineChange::Begin(line)] }),
        ActContent::Infusion {
            start: NOON,
            stop: Some(NOON),
            dose: quantity(),
            cycle,
            day: 1,
            interruptions: vec![Interruption {
                paused: NOON,
                then: AfterPause::Resumed(NOON),
                reason: "alarm".to_owned(),
                given: Some(quantity()),
            }],
        },
        ActContent::PhoneAsks { device: KEY, joined: NOON, digits: None },
    ];
    for content in acts {
        let id = ActId::from_bytes([6; 16]);
        let (by, counter) = ("li".to_owned(), Counter::from(7u8));
        let act = Act { id, counter, by, at: NOON, reason: None, content, replaces: None };
        survives("act", &act);
        for variant in variants(&wire::encode(&act)) {
            let parcel = self::content(1, vec![Item::Act(variant)]);
            let Ok(planned) = plan(AuthorRole::Keeper, &parcel, ReceivedAt(NOON)) else { continue };
            let record = merge_v1(&[planned]);
            assert!(record.last_counter().next().is_ok() || record.last_counter() == Counter::CEILING);
            let regimen = record.regimen();
            for act in record.acts_in_force() {
                assert!(!act.at.to_string().starts_with('+'));
                if let ActContent::Regimen(change) = &act.content
                    && let [LineChange::Begin(line)] = change.lines.as_slice()
                {
                    assert!(line.timing.days_of_week().count() <= 1);
                    let held = regimen.line(line.id).and_then(|held| held.on(day()));
                    std::hint::black_box((line.timing.is_on(line.first, day()), held));
                }
            }
        }
    }
}

#[test]
fn what_travels_around_them_is_refused_or_handled_with_any_number_in_it() {
    let study: crate::ids::StudyId = "S".parse().unwrap();
    let (epoch, nonce, key) = (Epoch::from_bytes([6; 16]), Nonce::from_bytes([7; 16]), VerifyingKey([8; 32]));
    let incarnation = IncarnationHead { incarnation: INCARNATION, seq: 3, hash: HASH };
    survives("statement", &statement());
    survives("reading", &reading());
    let items = vec![
        Item::Statement(statement()),
        Item::Succeeds { incarnation: INCARNATION, last_seq: 4 },
        Item::StudyVersion { version: 2, hash: HASH },
    ];
    survives("content", &content(3, items));
    survives(
        "core",
        &ParcelCore {
            suite: 1,
            study: study.clone(),
            vault: VAULT,
            author: KEY,
            incarnation: INCARNATION,
            seq: 3,
            prev: HASH,
            grant: HASH,
            size_bucket: 1024,
            commit: HASH,
        },
    );
    survives(
        "receipt",
        &ReceiptBody {
            level: ReceiptLevel::Quarantined(QuarantineCode::Counter),
            core_hash: HASH,
            body_hash: HASH,
            vault: VAULT,
            n: 5,
            epoch,
            server_time: NOON,
            key: KEY,
        },
    );
    survives(
        "head",
        &Head {
            server: KEY,
            epoch,
            vault: VAULT,
            incarnation: Some(incarnation),
            n: 5,
            chain: HASH,
            server_time: NOON,
            nonce,
            bundle: Some(2),
            bundle_hash: Some(HASH),
        },
    );
    survives("feed head", &FeedHead { server: KEY, epoch, n: 5, chain: HASH, server_time: NOON, nonce });
    survives("cursor", &Cursor { epoch, n: 5, chain: HASH });
    survives("limits", &Limits::V1);
    survives("log record", &LogRecord { n: 5, kind: LogKind::Parcel, record: vec![1] });
    let end = crate::keys::IncarnationEnd { incarnation: INCARNATION, last_seq: 4, head: HASH };
    survives(
        "revocation",
        &Revocation {
            vault: VAULT,
            device: KEY,
            last: vec![end],
            reason: RevocationReason::Lost,
            at: NOON,
            by: KEY,
        },
    );
    let (no, generation) = (2, 1);
    survives(
        "grant",
        &GrantHeader {
            suite: 1,
            study: study.clone(),
            vault: VAULT,
            author: KEY,
            incarnation: INCARNATION,
            no,
            generation,
        },
    );
    let studies = vec![crate::keys::StudyVersionRef { version: 1, hash: HASH }];
    survives(
        "bundle",
        &Bundle {
            version: 3,
            study,
            root: key,
            issued: NOON,
            expires: NOON,
            servers: Vec::new(),
            sites: Vec::new(),
            recovery: Vec::new(),
            studies,
        },
    );
}

#[test]
fn what_is_exported_is_refused_or_handled_with_any_number_in_it() {
    let study: crate::ids::StudyId = "S".parse().unwrap();
    let epoch = Epoch::from_bytes([6; 16]);
    survives("checkpoint", &Checkpoint { epoch, n: 5, chain: HASH, at: NOON, by: KEY });
    survives("file", &FileEntry { name: "a".to_owned(), bytes: 5, hash: HASH });
    survives("opened", &OpenedRecord { n: 5, salt: [1; 32], plain: vec![1] });
    survives(
        "manifest",
        &Manifest {
            format: 1,
            study,
            site: "beijing".parse().unwrap(),
            root: HASH,
            epoch,
            at: NOON,
            trail_n: 5,
            trail_chain: HASH,
            list: HASH,
            sealed_only: false,
            by: KEY,
        },
    );
}

#[test]
fn numbers_of_parcels_records_and_other_things_end_where_databases_and_additions_still_hold_them() {
    let seq = |n: u64| wire::decode::<IncarnationHead>("head", &of_head(n), 256).map(|head| head.seq).ok();
    let record = |n: u64| wire::decode::<LogRecord>("record", &of_record(n), 256).map(|record| record.n).ok();
    let count = |n: u64| wire::decode::<FileEntry>("file", &of_file(n), 256).map(|file| file.bytes).ok();
    for n in [0, 1] {
        assert_eq!((seq(n), record(n), count(n)), (Some(n), Some(n), Some(n)));
    }
    assert_eq!((seq(1 << 24), seq((1 << 24) + 1)), (Some(SEQ_MAX), None));
    assert_eq!((record((1 << 32) - 1), record(1 << 32)), (Some(4_294_967_295), None));
    assert_eq!((count((1 << 48) - 1), count(1 << 48)), (Some(281_474_976_710_655), None));
    for n in [1 << 53, (1 << 63) - 1, u64::MAX] {
        assert_eq!((seq(n), record(n), count(n)), (None, None, None), "{n}");
    }
}

fn of_head(n: u64) -> Vec<u8> {
    wire::encode(&IncarnationHead { incarnation: INCARNATION, seq: n, hash: HASH })
}

fn of_record(n: u64) -> Vec<u8> {
    wire::encode(&LogRecord { n, kind: LogKind::Parcel, record: vec![1] })
}

fn of_file(n: u64) -> Vec<u8> {
    wire::encode(&FileEntry { name: "a".to_owned(), bytes: n, hash: HASH })
}

#[test]
fn instants_are_brought_into_the_years_that_have_four_digits() {
    let decoded = |ms: i64| minicbor::decode::<UtcMillis>(&minicbor::to_vec(ms).unwrap()).unwrap();
    assert_eq!(decoded(i64::MAX).to_string(), "9998-12-31T23:59:59Z");
    assert_eq!(decoded(i64::MIN).to_string(), "0001-01-01T00:00:00Z");
    assert_eq!(decoded(1_790_000_000_000), NOON);
    assert_eq!(UtcMillis(i64::MAX).to_string(), "9998-12-31T23:59:59Z", "of a database, too");
    assert!(minicbor::decode::<UtcMillis>(&minicbor::to_vec(u64::MAX).unwrap()).is_err());
    assert_eq!(decoded(i64::MAX).since_ms(decoded(i64::MIN)), 315_506_361_599_999);
    for (ms, plausible) in
        [(0, false), (946_684_799_999, false), (946_684_800_000, true), (7_258_118_400_000, false)]
    {
        assert_eq!(UtcMillis(ms).is_plausible(), plausible, "{ms}");
    }
    let far = Reading {
        offset_s: i32::MAX,
        ..Reading::new(decoded(i64::MAX), Zone::UTC, RunId::from_bytes([1; 16]), None)
    };
    assert_eq!(far.local().to_string(), "9999-01-01 23:59:58.999");
    assert_eq!(day().plus_days(i64::MAX).to_string(), "9999-12-31");
    assert_eq!(day().plus_days(i64::MIN).to_string(), "0000-01-01");
}
