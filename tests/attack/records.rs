//! Hostile contents of sealed parcels: counters near the largest number, parcels that grow when they are opened, very many
//! entries, and entries whose comparison with each other is expensive.

use std::path::Path;

use diary_core::entropy::{Entropy, SystemEntropy};
use diary_core::entry::{
    Answer, Assessment, Content, Dose, DoseStatus, EncodedRevision, MedicationRef, Note, Revision, Route,
    Value,
};
use diary_core::ids::RunId;
use diary_core::measure::{Quantity, TEXT_MAX_BYTES, Unit};
use diary_core::parcel::{Item, PARCEL_MAX_ITEMS};
use diary_core::study::{Study, shipped};
use diary_core::time::{Clock, DiaryDay, Reading};
use diary_server::clock::SystemClock;
use diary_tests::client::{Answer as Reply, Client};
use diary_tests::process::{Process, Site};
use diary_tests::sealer::{FLOOD_NOTES, Sealed, Sealer, entry};
use diary_tests::world::beijing;

use crate::ground::{Ground, MEMORY_MIB, in_a_runtime, post_all, staff, until_in_record, until_merged};
use crate::line::{Line, mib, number};

/// MiB that may be opened of one phone, and the factor by which that may occupy the disk.
const OPENED_MIB: f64 = 80.0;
const DISK_TIMES: f64 = 2.5;
/// Parcels of a quarter of a mebibyte: four times as much as may be opened of one phone. What is over is stored as well.
const COMPRESSIBLE: usize = 1_300;
/// Long texts: more bytes than one phone may send.
const INCOMPRESSIBLE: u64 = 10_000;
/// Entries: more than may be opened of one phone.
const TINY: u64 = 122_880;
/// Assessments of one participant, and medications.
const ASSESSMENTS: u64 = 6_144;
const MEDICATIONS: u64 = 4_096;
/// Longest until another participant's entry is in the record, and CPU that a report may cost, in seconds.
const OTHERS_S: f64 = 10.0;
const REPORT_CPU_S: f64 = 10.0;
/// The daily limits are lifted, so that the limits in force are those of a phone's total.
const NO_DAILY_LIMIT: &str = "device_burst = 1000000\nsource_burst = 1000000\n\
                              device_records_per_day = 1000000000\ndevice_bytes_per_day = 1000000000000";

/// An entry of this hour, as a phone encodes it.
fn today(n: u64, content: Content) -> Item {
    let like = entry(n, content, &SystemEntropy);
    let at = Clock::now(&SystemClock);
    let day = DiaryDay::at(at, beijing(), chrono::NaiveTime::MIN);
    let recorded = Reading::new(at, beijing(), RunId::from_bytes([1; 16]), None);
    let revision = Revision { day, recorded, ..like.revision().clone() };
    Item::revision(&EncodedRevision::new(revision).expect("it is an entry"))
}

/// Pushes of one full parcel each.
fn pushes(sealer: &mut Sealer, count: u64, a_parcel: usize, content: impl Fn(u64) -> Content) -> Vec<Sealed> {
    let items: Vec<Item> = (1..=count).map(|n| today(n, content(n))).collect();
    items.chunks(a_parcel).map(|items| sealer.push_of(items, &SystemEntropy)).collect()
}

/// A device claims that its counter is near 2^63. Staff can go on working, and a backup can be restored and opened.
pub(crate) fn counters(program: &Path) -> Line {
    let mut site = Site::with_phones(1);
    let mut phone = site.phones.pop().expect("there is one");
    let mut ground = Ground::of(program, site);
    let mut line = Line::of("a counter near 2^63 from a device");
    in_a_runtime(async {
        let note = || Content::Note(Note { text: "near the end".to_owned() });
        let leap = Item::revision(&entry((1 << 63) - 2, note(), &SystemEntropy));
        let taken = post_all(&ground.url, vec![phone.push_of(&[leap], &SystemEntropy)]).await;
        let desk = ground.desk().await;
        until_merged(&desk).await;
        let list = ground.staff(&["--json", "quarantine", "list", "P-0"]).await;
        let aside = list.said.contains("\"counter\"");
        line.must(
            "the parcel is set aside for its counter",
            format!("taken {taken}, aside {aside}"),
            taken == 1 && aside,
        );
        let today = DiaryDay::at(Clock::now(&SystemClock), beijing(), chrono::NaiveTime::MIN).to_string();
        ground.staff(&["participant", "anchor", "P-0", "cycle1", &today, "--yes"]).await;
        let show = ground.staff(&["participant", "show", "P-0"]).await;
        let effect = show.said.contains("cycle1") && show.said.contains(&today);
        line.must("staff acts take effect", format!("{effect}"), effect);
        drop(desk);

        let (below, keys) = (ground.site.folder.path().to_owned(), ground.site.data().join("keys"));
        let text = |path: &Path| path.display().to_string();
        let (backup, put_back) = (below.join("backup"), below.join("put-back"));
        let made = ground.staff(&["backup", "--to", &text(&backup)]).await;
        assert!(ground.keeper.stop().success(), "{}", ground.keeper.complaints());
        let words = ["restore", &text(&backup), "--keys", &text(&keys)];
        let restored = staff(program, &put_back, &words).await;
        let keeper = Process::start(program, &put_back, &[]);
        let url = keeper.url().unwrap_or_default();
        let answer = Client::new(phone).push(&url).await;
        let again = matches!(answer, Reply::Received(..));
        let said = format!("backup {}, restore {}, push taken {again}", made.done, restored.done);
        line.must("a backup is restored and opened", said, made.done && restored.done && again);
    });
    line
}

/// Costs of a phone that floods: disk, memory, and the time of commands that staff run meanwhile.
fn flood(line: Line, ground: &Ground, pushes: Vec<Sealed>, honest: &mut Sealer) -> Line {
    let mut line = line;
    in_a_runtime(async {
        let (all, before, desk) = (pushes.len(), ground.disk_bytes(), ground.desk().await);
        let taken = post_all(&ground.url, pushes).await;
        let other = honest.next(1, &SystemEntropy);
        let core = other.core;
        post_all(&ground.url, vec![other]).await;
        let others_s = until_in_record(&desk, honest.vault(), core).await;
        let merged_s = until_merged(&desk).await;
        line.must(
            "it is merged to the end",
            format!("{taken} of {all} taken, {merged_s:.1} s"),
            merged_s.is_finite(),
        );
        let disk = mib(ground.disk_bytes() - before);
        line.at_most("disk", "MiB", DISK_TIMES * OPENED_MIB, disk);
        line.at_most("memory of the server", "MiB", MEMORY_MIB, ground.more_mib());
        line.at_most("another's entry in the record", "s", OTHERS_S, others_s);
        let to = ground.site.folder.path().join("tables").display().to_string();
        for (what, words) in [
            ("its report", vec!["report", "P-0"]),
            ("another's report", vec!["report", "P-1"]),
            ("export csv", vec!["export", "csv", &to]),
        ] {
            let ran = ground.staff(&words).await;
            line.must(
                what,
                format!("{} with {:.1} s CPU", if ran.done { "comes" } else { "FAILS" }, ran.cpu_s),
                ran.done,
            );
            line.at_most("memory of it", "MiB", MEMORY_MIB, ran.most_mib);
        }
    });
    line
}

/// Parcels of one phone, beyond its allowance, that take a kibibyte on the wire and a quarter of a mebibyte opened.
pub(crate) fn compressible_parcels(program: &Path) -> Line {
    let mut site = Site::with_phones(2);
    site.with_limits(NO_DAILY_LIMIT);
    let (mut honest, mut thief) = (site.phones.pop().expect("two"), site.phones.pop().expect("two"));
    let ground = Ground::of(program, site);
    let pushes = (0..COMPRESSIBLE).map(|_| thief.next_flood(&SystemEntropy)).collect();
    flood(Line::of("compressible parcels of one phone beyond its quota"), &ground, pushes, &mut honest)
}

/// Texts of one phone, beyond its allowance, that compression hardly makes smaller.
pub(crate) fn incompressible_parcels(program: &Path) -> Line {
    let mut site = Site::with_phones(2);
    site.with_limits(NO_DAILY_LIMIT);
    let (mut honest, mut thief) = (site.phones.pop().expect("two"), site.phones.pop().expect("two"));
    let ground = Ground::of(program, site);
    let random: &dyn Entropy = &SystemEntropy;
    let note = |_| {
        let bytes = (0..TEXT_MAX_BYTES / 32).flat_map(|_| random.array::<32>());
        Content::Note(Note { text: bytes.map(|byte| char::from(b'0' + byte % 64)).collect() })
    };
    let pushes = pushes(&mut thief, INCOMPRESSIBLE, usize::try_from(FLOOD_NOTES).unwrap_or(1), note);
    flood(Line::of("texts of one phone that hardly compress, beyond its quota"), &ground, pushes, &mut honest)
}

/// Entries of one letter, more than one phone may have.
pub(crate) fn tiny_entries(program: &Path) -> Line {
    let mut site = Site::with_phones(2);
    site.with_limits(NO_DAILY_LIMIT);
    let (mut honest, mut thief) = (site.phones.pop().expect("two"), site.phones.pop().expect("two"));
    let ground = Ground::of(program, site);
    let note = |_| Content::Note(Note { text: "a".to_owned() });
    let pushes = pushes(&mut thief, TINY, PARCEL_MAX_ITEMS, note);
    flood(Line::of("122,880 entries of one letter of one phone"), &ground, pushes, &mut honest)
}

/// Entries of one participant that are costly to hold against each other; how long another's entry takes, and the report.
fn costly(program: &Path, name: &'static str, count: u64, content: impl Fn(u64) -> Content) -> Line {
    let mut site = Site::with_phones(2);
    let (mut honest, mut many) = (site.phones.pop().expect("two"), site.phones.pop().expect("two"));
    let ground = Ground::of(program, site);
    let pushes = pushes(&mut many, count, PARCEL_MAX_ITEMS, content);
    let mut line = Line::of(name);
    in_a_runtime(async {
        let (all, desk) = (pushes.len(), ground.desk().await);
        let taken = post_all(&ground.url, pushes).await;
        let other = honest.next(1, &SystemEntropy);
        let core = other.core;
        post_all(&ground.url, vec![other]).await;
        line.must("all are taken", format!("{taken} of {all}"), taken == all);
        let others_s = until_in_record(&desk, honest.vault(), core).await;
        line.at_most("another's entry in the record", "s", OTHERS_S, others_s);
        until_merged(&desk).await;
        let report = ground.staff(&["report", "P-0"]).await;
        line.at_most("CPU of the report", "s", REPORT_CPU_S, report.cpu_s);
        line.at_most("memory of the report", "MiB", MEMORY_MIB, report.most_mib);
        line.must("it comes", format!("{}", report.done), report.done);
        let record = desk.record(many.vault()).await.expect("the database answers");
        let entries = record.revision_count();
        line.must("with every entry", format!("{entries}"), number(entries) >= number(count));
    });
    line
}

/// Scored assessments of one participant on one day.
pub(crate) fn scored_assessments(program: &Path) -> Line {
    let study = Study::load(&shipped::nct06836973()).expect("the shipped study loads");
    let id = "mg-adl".parse().expect("an id");
    let instrument = study.instrument(&id).expect("it is the study's");
    let (reference, items) = (instrument.reference(), instrument.enabled(&[]));
    let links: Vec<String> = items.into_iter().map(|item| item.link_id.clone()).collect();
    let content = |n: u64| {
        let grade = |link_id: &String| Answer {
            link_id: link_id.clone(),
            values: vec![Value::Coding { system: None, code: (n % 4).to_string() }],
        };
        let answers = links.iter().map(grade).collect();
        let instrument = reference.clone();
        Content::Assessment(Assessment { instrument, answers, changed_before_finish: 0, started: None })
    };
    costly(program, "6,144 scored assessments of one participant", ASSESSMENTS, content)
}

/// Doses of different medications of one participant on one day.
pub(crate) fn different_medications(program: &Path) -> Line {
    costly(program, "doses of 4,096 different medications", MEDICATIONS, |n| {
        Content::Dose(Dose {
            medication: MedicationRef { code: None, name: format!("remedy {n}") },
            status: DoseStatus::Taken,
            amount: Some(Quantity { value: 60.into(), unit: Unit::MG }),
            route: Some(Route::Oral),
            extra: true,
            note: None,
            planned: None,
        })
    })
}
