//! A participant's diary, built step by step: entries, syncs, acts of staff.

use std::collections::BTreeMap;
use std::sync::Arc;

use diary_core::act::{Act, ActContent, AsNeededRule, LineChange, RegimenChange, RegimenLine, Timing};
use diary_core::entry::{
    Answer, Assessment, Author, Content, Dose, DoseStatus, EncodedRevision, Late, MedicationRef, Note,
    Revision, Route, Slot, Value,
};
use diary_core::ids::{ActId, Incarnation, KeyId, LineId, RevisionId, RunId, VaultId};
use diary_core::measure::Quantity;
use diary_core::merge::{AuthorRole, MergePlan, merge_v1, plan};
use diary_core::parcel::{Item, ParcelContent, Statement};
use diary_core::record::TrialRecord;
use diary_core::study::{Study, shipped};
use diary_core::testing::first_revision;
use diary_core::text::Lang;
use diary_core::time::{DiaryDay, OccurredAt, Reading, ReceivedAt, TimeOfDay, UtcMillis, Zone};

use crate::report::{DeviceInfo, NotMerged, Report, ReportInput, build};
use diary_core::study::Studies;

/// Ten questions of the evening check, in order.
pub(crate) const EVENING: [&str; 10] = [
    "lids",
    "double-vision",
    "chewing",
    "swallowing",
    "speech",
    "breathing",
    "arms",
    "legs",
    "neck",
    "fatigue",
];
/// Eight questions of MG-ADL, in order.
pub(crate) const MG_ADL: [&str; 8] =
    ["talking", "chewing", "swallowing", "breathing", "grooming", "rising", "double-vision", "eyelids"];

const KEEPER: u16 = 99;

/// Ids that belong to a phone of that number.
fn bytes_of(number: u16) -> [u8; 16] {
    let [high, low] = number.to_be_bytes();
    let mut bytes = [low; 16];
    bytes[15] = low ^ high;
    bytes
}

pub(crate) fn day(text: &str) -> DiaryDay {
    text.parse().unwrap()
}

pub(crate) fn code(code: &str) -> Value {
    Value::Coding { system: None, code: code.to_owned() }
}

pub(crate) fn quantity(text: &str) -> Quantity {
    let (value, unit) = text.split_once(' ').unwrap();
    Quantity { value: value.parse().unwrap(), unit: unit.parse().unwrap() }
}

pub(crate) struct World {
    pub(crate) studies: Studies,
    pub(crate) devices: BTreeMap<KeyId, DeviceInfo>,
    pub(crate) not_merged: Vec<NotMerged>,
    pub(crate) left_out: Vec<diary_core::unmerged::LeftOut>,
    pub(crate) forks: Vec<crate::report::Fork>,
    pub(crate) zone: Zone,
    pub(crate) author: Author,
    pub(crate) study_version: u32,
    plans: Vec<MergePlan>,
    outbox: BTreeMap<u16, Vec<Item>>,
    seq: BTreeMap<u16, u64>,
    phone: u16,
    counter: u64,
    now: UtcMillis,
    revisions: BTreeMap<RevisionId, Revision>,
    /// Times of the lines of each version of the regimen.
    lines: BTreeMap<(u32, u16), Vec<TimeOfDay>>,
    /// Acts of staff, in order.
    acts: Vec<ActId>,
}

impl World {
    /// The shipped study; a phone joins in Beijing on the afternoon of 1 March 2026, a Sunday.
    pub(crate) fn new() -> Self {
        Self::of(Study::load(&shipped::nct06836973()).unwrap())
    }

    pub(crate) fn of(study: Study) -> Self {
        let version = study.version();
        let mut world = Self {
            studies: [(version, Arc::new(study))].into(),
            devices: BTreeMap::new(),
            not_merged: Vec::new(),
            left_out: Vec::new(),
            forks: Vec::new(),
            zone: "Asia/Shanghai".parse().unwrap(),
            author: Author::Participant,
            study_version: version,
            plans: Vec::new(),
            outbox: BTreeMap::new(),
            seq: BTreeMap::new(),
            phone: 1,
            counter: 0,
            now: UtcMillis(0),
            revisions: BTreeMap::new(),
            lines: BTreeMap::new(),
            acts: Vec::new(),
        };
        world.at("2026-03-01 15:00").use_phone(1).push(Item::Challenge([1; 32]));
        world.sync();
        world
    }

    /// Every clock shows this civil time of the participant's zone.
    pub(crate) fn at(&mut self, local: &str) -> &mut Self {
        self.now = self.instant(local);
        self
    }

    pub(crate) fn instant(&self, local: &str) -> UtcMillis {
        let local = chrono::NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").unwrap();
        self.zone.instant(local.date(), local.time())
    }

    pub(crate) fn use_phone(&mut self, phone: u16) -> &mut Self {
        self.phone = phone;
        let info = DeviceInfo { number: phone, label: String::new(), joined: self.now, revoked: None };
        self.devices.entry(KeyId::from_bytes(bytes_of(phone))).or_insert(info);
        self
    }

    pub(crate) fn push(&mut self, item: Item) -> &mut Self {
        self.outbox.entry(self.phone).or_default().push(item);
        self
    }

    /// Sends all entries of the phone, with a statement that it holds none.
    pub(crate) fn sync(&mut self) -> &mut Self {
        self.sync_holding(&[])
    }

    /// Sends the phone's parcels, with a statement that it holds unsent entries of these days.
    pub(crate) fn sync_holding(&mut self, unsent: &[&str]) -> &mut Self {
        let statement = Statement {
            as_of: self.reading(),
            entries_made: 0,
            unsent_days: unsent.iter().map(|text| day(text)).collect(),
            open_drafts: 0,
            clock: None,
            known_acts: Vec::new(),
            study: None,
        };
        let mut items = self.outbox.remove(&self.phone).unwrap_or_default();
        items.push(Item::Statement(statement));
        self.send(self.phone, AuthorRole::Device, items, self.now);
        self
    }

    /// The next parcel of the phone is lost on the way.
    pub(crate) fn lose_one(&mut self) -> &mut Self {
        self.outbox.remove(&self.phone);
        *self.seq.entry(self.phone).or_default() += 1;
        self
    }

    fn send(&mut self, author: u16, role: AuthorRole, items: Vec<Item>, received: UtcMillis) {
        let seq = self.seq.entry(author).or_default();
        *seq += 1;
        let content = ParcelContent {
            schema: 1,
            study: "NCT06836973".parse().unwrap(),
            vault: VaultId::from_bytes([1; 16]),
            author: KeyId::from_bytes(bytes_of(author)),
            incarnation: Incarnation::from_bytes(bytes_of(author)),
            seq: *seq,
            items,
        };
        self.plans.push(plan(role, &content, ReceivedAt(received)).unwrap());
    }

    /// The latest revisions arrive at the keeper so long after they were made.
    pub(crate) fn act(&mut self, content: ActContent) -> &mut Self {
        self.act_because(None, None, content)
    }

    /// Withdraws the act with this number, if there is one.
    pub(crate) fn withdraw_act(&mut self, n: usize) -> &mut Self {
        match self.acts.get(n).copied() {
            Some(act) => self.act_because(None, Some(act), ActContent::Withdrawn),
            None => self,
        }
    }

    fn act_because(
        &mut self,
        reason: Option<&str>,
        replaces: Option<ActId>,
        content: ActContent,
    ) -> &mut Self {
        self.counter += 1;
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.counter.to_be_bytes());
        let act = Act {
            id: ActId::new(self.now.0, random),
            counter: self.counter.into(),
            by: "wang".to_owned(),
            at: self.now,
            reason: reason.map(str::to_owned),
            content,
            replaces,
        };
        self.acts.push(act.id);
        self.send(KEEPER, AuthorRole::Keeper, vec![Item::act(&act)], self.now);
        self
    }

    pub(crate) fn anchor(&mut self, anchor: &str, date: &str) -> &mut Self {
        let content = ActContent::Anchor { anchor: anchor.parse().unwrap(), date: Some(day(date)) };
        self.act(content)
    }

    /// The site decides that an entry counts among those it has seen at the place.
    pub(crate) fn decide(&mut self, primary: RevisionId, among: &[RevisionId], reason: &str) -> &mut Self {
        let content = ActContent::Adjudicate {
            primary: primary.into(),
            among: among.iter().map(|id| (*id).into()).collect(),
        };
        self.act_because(Some(reason), None, content)
    }

    pub(crate) fn visit(&mut self, date: &str) -> &mut Self {
        self.act(ActContent::Visit { date: day(date), kind: "scheduled".to_owned(), held: true })
    }

    /// Lines `(code, form, amount, times)` that take the place of those of the version before from a day on.
    pub(crate) fn regimen(
        &mut self,
        version: u32,
        from: &str,
        lines: &[(&str, &str, &str, &[&str])],
    ) -> &mut Self {
        let eve = day(from).plus_days(-1);
        let ended = self.lines.keys().filter(|(of, _)| *of + 1 == version);
        let mut changes: Vec<LineChange> =
            ended.map(|place| LineChange::End { line: line_id(*place), last: eve }).collect();
        for (n, (code, form, amount, times)) in (0u16..).zip(lines) {
            let times: Vec<TimeOfDay> = times.iter().map(|time| time.parse().unwrap()).collect();
            self.lines.insert((version, n), times.clone());
            let timing = Timing { times, every_days: 1, weekdays: Vec::new() };
            let begun = begun(line_id((version, n)), code, amount, from, timing);
            changes.push(match begun {
                LineChange::Begin(line) => {
                    LineChange::Begin(RegimenLine { form: (*form).to_owned(), ..line })
                }
                other => other,
            });
        }
        self.act(ActContent::Regimen(RegimenChange { from: day(from), lines: changes }))
    }

    fn reading(&self) -> Reading {
        Reading::new(self.now, self.zone, RunId::from_bytes(bytes_of(self.phone)), None)
    }

    /// An entry of `of`, recorded now.
    pub(crate) fn record(&mut self, of: &str, slot: Option<Slot>, content: Content) -> RevisionId {
        self.record_with(of, slot, content, |_| {})
    }

    pub(crate) fn record_with(
        &mut self,
        of: &str,
        slot: Option<Slot>,
        content: Content,
        change: impl FnOnce(&mut Revision),
    ) -> RevisionId {
        let id = self.next_id();
        let mut revision = Revision {
            counter: self.counter.into(),
            author: self.author.clone(),
            day: day(of),
            slot,
            lang: Lang::ZH_CN,
            study_version: self.study_version,
            ..first_revision(id, content, self.reading())
        };
        change(&mut revision);
        self.save(revision)
    }

    fn next_id(&mut self) -> RevisionId {
        self.counter += 1;
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.counter.to_be_bytes());
        RevisionId::new(self.now.0, random)
    }

    fn save(&mut self, revision: Revision) -> RevisionId {
        // As it arrives: a client that was altered records anything.
        let encoded = EncodedRevision::decode(&diary_core::wire::encode(&revision)).unwrap();
        let id = revision.id;
        self.revisions.insert(id, revision);
        self.push(Item::revision(&encoded));
        id
    }

    /// Supersedes a revision by other content.
    pub(crate) fn correct(&mut self, parent: RevisionId, content: Content, reason: &str) -> RevisionId {
        self.correct_with(parent, content, reason, |_| {})
    }

    pub(crate) fn correct_with(
        &mut self,
        parent: RevisionId,
        content: Content,
        reason: &str,
        change: impl FnOnce(&mut Revision),
    ) -> RevisionId {
        let before = self.revisions[&parent].clone();
        let id = self.next_id();
        let mut revision = Revision {
            id,
            counter: self.counter.into(),
            parents: vec![parent],
            author: self.author.clone(),
            content,
            reason: Some(reason.to_owned()),
            recorded: self.reading(),
            late: None,
            ..before
        };
        change(&mut revision);
        self.save(revision)
    }

    pub(crate) fn assess(
        &mut self,
        of: &str,
        slot: Option<&str>,
        id: &str,
        answers: Vec<(&str, Value)>,
    ) -> RevisionId {
        let content = assessment(&self.studies, self.study_version, id, answers);
        let slot = slot.map(|slot| Slot::Scheduled(slot.parse().unwrap()));
        self.record(of, slot, content)
    }

    /// The evening check of a day with these grades, answered at 20:00.
    pub(crate) fn evening(&mut self, of: &str, grades: [u8; 10]) -> RevisionId {
        self.at(&format!("{of} 20:00"));
        self.assess(of, Some("evening"), "evening", graded(&EVENING, &grades))
    }

    /// The weekly MG-ADL of a Sunday with these grades, answered at 19:00.
    pub(crate) fn mg_adl(&mut self, of: &str, grades: [u8; 8]) -> RevisionId {
        self.at(&format!("{of} 19:00"));
        self.assess(of, Some("mg-adl"), "mg-adl", graded(&MG_ADL, &grades))
    }

    /// Dose `dose` of line `line` of a regimen version.
    pub(crate) fn dose(
        &mut self,
        of: &str,
        place: (u32, u16, u16),
        name: &str,
        status: DoseStatus,
        amount: &str,
    ) -> RevisionId {
        let (version, line, dose) = place;
        let time = self.lines[&(version, line)][usize::from(dose)];
        let slot = Slot::PlannedDose { line: line_id((version, line)), time };
        self.record(of, Some(slot), dose_content(name, status, amount, false))
    }

    pub(crate) fn extra(&mut self, of: &str, name: &str, amount: &str, at: &str) -> RevisionId {
        let at = self.instant(at);
        let content = dose_content(name, DoseStatus::Taken, amount, true);
        self.record_with(of, None, content, |revision| revision.occurred = Some(OccurredAt(at)))
    }

    pub(crate) fn note(&mut self, of: &str, text: &str) -> RevisionId {
        self.record(of, None, Content::Note(Note { text: text.to_owned() }))
    }

    pub(crate) fn revision(&self, id: RevisionId) -> &Revision {
        &self.revisions[&id]
    }

    /// The report as made at a civil time in Beijing.
    pub(crate) fn report(&self, at: &str, days: u16) -> Report {
        self.look(at, days, |input| build(input).unwrap())
    }

    /// The record as it is now.
    pub(crate) fn trial_record(&self) -> TrialRecord {
        merge_v1(&self.plans)
    }

    /// Runs `look` on the input of a report at a civil time in Beijing.
    pub(crate) fn look<T>(&self, at: &str, days: u16, look: impl FnOnce(&ReportInput<'_>) -> T) -> T {
        let beijing: Zone = "Asia/Shanghai".parse().unwrap();
        let local = chrono::NaiveDateTime::parse_from_str(at, "%Y-%m-%d %H:%M").unwrap();
        let site = "beijing".parse().unwrap();
        look(&ReportInput {
            record: &self.trial_record(),
            studies: &self.studies,
            participant: "S-001",
            site: &site,
            devices: &self.devices,
            not_merged: &self.not_merged,
            with_unmerged: None,
            left_out: &self.left_out,
            forks: &self.forks,
            now: beijing.instant(local.date(), local.time()),
            days,
            until: None,
            zone: beijing,
        })
    }
}

/// A line of tablets that begins on a day.
pub(crate) fn begun(id: LineId, code: &str, amount: &str, first: &str, timing: Timing) -> LineChange {
    LineChange::Begin(RegimenLine {
        id,
        medication: MedicationRef { code: Some(code.parse().unwrap()), name: code.to_owned() },
        form: "tablet".to_owned(),
        amount: quantity(amount),
        route: Route::Oral,
        first: day(first),
        last: None,
        as_needed: timing.times.is_empty().then(AsNeededRule::default),
        timing,
        steps: Vec::new(),
    })
}

/// The line of that number of a version of the regimen.
fn line_id((version, line): (u32, u16)) -> LineId {
    let mut bytes = [0; 8];
    bytes[..4].copy_from_slice(&version.to_be_bytes());
    bytes[6..].copy_from_slice(&line.to_be_bytes());
    LineId::from_bytes(bytes)
}

/// Lines of the findings that need attention.
pub(crate) fn attention(report: &Report, lang: Lang) -> Vec<String> {
    let lines = crate::report::sheet::Sheet::new(report, lang, 28).attention.lines.into_iter();
    lines.map(|line| line.spans.into_iter().map(|span| span.text).collect()).collect()
}

pub(crate) fn graded<'k>(items: &[&'k str], grades: &[u8]) -> Vec<(&'k str, Value)> {
    items.iter().zip(grades).map(|(item, grade)| (*item, code(&grade.to_string()))).collect()
}

pub(crate) fn assessment(studies: &Studies, version: u32, id: &str, answers: Vec<(&str, Value)>) -> Content {
    let id = id.parse().unwrap();
    let study = studies.get(&version).or(studies.values().next()).unwrap();
    Content::Assessment(Assessment {
        instrument: study.instrument(&id).unwrap().reference(),
        answers: answers
            .into_iter()
            .map(|(link_id, value)| Answer { link_id: link_id.to_owned(), values: vec![value] })
            .collect(),
        changed_before_finish: 0,
        started: None,
    })
}

pub(crate) fn dose_content(name: &str, status: DoseStatus, amount: &str, extra: bool) -> Content {
    Content::Dose(Dose {
        medication: MedicationRef { code: name.parse().ok(), name: name.to_owned() },
        status,
        amount: Some(quantity(amount)),
        route: Some(Route::Oral),
        extra,
        note: None,
        planned: None,
    })
}

/// Marks a revision as late.
pub(crate) fn late(closed: UtcMillis, reason: &str) -> impl FnOnce(&mut Revision) {
    let late = Late { closed, reason: Some(reason.to_owned()) };
    move |revision| revision.late = Some(late)
}
