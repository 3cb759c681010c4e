//! Studies with one fault each, and the sentence that reports it.

use super::*;
use crate::text::Lang;

const STUDY: &str = r#"
id = "DEMO"
version = 1
languages = ["en"]
day_cut = "03:00"
title = { en = "Demo" }
notice = { en = "Call {emergency}." }

[limits]
late_hours = 48
unscheduled_late_hours = 24
backfill_days = 3
backfill_minutes = 10

[visits]
every_days = 28
from = "start"

[[sites]]
id = "here"
zone = "Asia/Shanghai"
title = { en = "Here" }
contact = { en = "us" }
emergency = { en = "120" }

[[anchors]]
id = "start"
title = { en = "Start" }

[[anchors]]
id = "second"
title = { en = "Second" }
expected = { after = "start", days = 12 }

[[periods]]
id = "early"
title = { en = "Early" }
stretches = [{ anchor = "start", first = 0, last = 4 }]

[[instruments]]
id = "mood"
file = "forms/mood.json"
score = { method = "sum", range = [0, 3] }
at_most_every_days = 7

[[instruments]]
id = "sleep"
file = "forms/sleep.json"

[[slots]]
id = "weekly"
instrument = "mood"
title = { en = "Your week" }
opens = "20:00"
due = "21:00"
closes = "03:00"
repeat = { weekly = "sunday" }
during = "early"

[[slots]]
id = "nightly"
instrument = "sleep"
title = { en = "Your night" }
opens = "06:00"
closes = "12:00"
repeat = { every = { days = 2, from = "start" } }

[[forms]]
code = "tablet"
name = { en = "tablet" }

[[medications]]
code = "drug"
name = { en = "Drug" }
presentations = [{ form = "tablet", strength = { value = "60", unit = "mg" } }]
units = ["mg"]
routes = ["oral"]

[[events]]
code = "begun"
title = { en = "It begins" }
proposes = ["start"]

[[alerts]]
id = "low"
title = { en = "Low" }
severity = "call"
during = "early"
when.answers = { instrument = "mood", any = [{ item = "mood", at_least = "2" }, { item = "mood", code = "bad" }] }
instruction = { en = "Call {contact}." }

[[alerts]]
id = "lower"
title = { en = "Lower" }
severity = "notice"
when.total = { instrument = "mood", up_by = "2", last_before = "start" }
instruction = { en = "Call {contact}." }

[[alerts]]
id = "absent"
title = { en = "Absent" }
severity = "notice"
when.missed = { slots = ["weekly"], days = 2 }
instruction = { en = "Go on." }
"#;

const MOOD: &str = r#"{
  "resourceType": "Questionnaire", "status": "active", "version": "1", "title": "Mood", "language": "en",
  "item": [{ "linkId": "mood", "text": "How are you?", "type": "choice", "answerOption": [
    { "extension": [{ "url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 0 }],
      "valueCoding": { "code": "good", "display": "Well" } },
    { "extension": [{ "url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 3 }],
      "valueCoding": { "code": "bad", "display": "Badly" } }
  ] }]
}"#;

const SLEEP: &str = r#"{
  "resourceType": "Questionnaire", "status": "active", "version": "1", "title": "Sleep", "language": "en",
  "item": [{ "linkId": "well", "text": "Did you sleep well?", "type": "boolean" },
           { "linkId": "dreams", "text": "Your dreams", "type": "text" }]
}"#;

fn load_files(study: &str, mood: &str) -> Result<Study, StudyErrors> {
    let files = [(STUDY_FILE, study), ("forms/mood.json", mood), ("forms/sleep.json", SLEEP)];
    let files = files.into_iter().map(|(name, text)| (name.to_owned(), text.trim_start().into())).collect();
    Study::load(&StudyPackage::new(files).unwrap())
}

/// Faults of the study with `old` replaced by `new`.
fn told(old: &str, new: &str) -> String {
    assert!(STUDY.contains(old), "{old:?} is not in the study");
    match load_files(&STUDY.replacen(old, new, 1), MOOD) {
        Ok(_) => "nothing".to_owned(),
        Err(errors) => errors.to_string(),
    }
}

fn check(cases: &[(&str, &str, &str)]) {
    for (old, new, expect) in cases {
        assert_eq!(told(old, new), *expect, "\nwith {new:?}");
    }
}

#[test]
fn a_study_without_faults_is_loaded() {
    let study = load_files(STUDY, MOOD).unwrap();
    assert_eq!((study.id().as_str(), study.version(), study.slots().len()), ("DEMO", 1, 2));
    assert_eq!(study.instruments().count(), 2);
    assert_eq!(study.dose_window().opens_minutes_before, 120);
}

#[test]
fn what_is_no_toml_or_has_another_shape_is_told_with_line_and_key() {
    check(&[
        (
            "version = 1",
            "version = ",
            "study.toml:2: version: string values must be quoted, expected literal string",
        ),
        ("version = 1", "version = 0x", "study.toml:2: version: integer number overflowed"),
        ("version = 1", "version = -1", "study.toml:2: version: invalid value: integer `-1`, expected u32"),
        ("version = 1", "version = \"1\"", "study.toml:2: version: invalid type: string \"1\", expected u32"),
        ("version = 1", "", "study.toml:1: missing field `version`"),
        ("opens = \"06:00\"\n", "", "study.toml:59: slots[1]: missing field `opens`"),
        ("opens = \"06:00\"", "opens = \"06:00", "study.toml:63: opens: invalid basic string, expected `\"`"),
        ("[visits]", "[visits", "study.toml:14: visits: unclosed table, expected `]`"),
        ("[visits]", "[limits]", "study.toml:14: limits: duplicate key"),
        (
            "expected = { after = \"start\", days = 12 }",
            "expected = { days = 12 }",
            "study.toml:32: anchors[1].expected: missing field `after`",
        ),
        (
            "version = 1",
            "version = 1\nversoin = 2",
            "study.toml:3: versoin: unknown field `versoin`, expected one of `id`, `version`, `title`, `languages`, `day_cut`, `notice`, `limits`, `visits`, `visit_kinds`, `subject_pattern`, `study_drug`, `doses`, `sites`, `anchors`, `periods`, `instruments`, `slots`, `forms`, `medications`, `events`, `alerts`",
        ),
    ]);
}

#[test]
fn a_value_that_its_key_does_not_take_is_told_with_line_and_key() {
    check(&[
        (
            "languages = [\"en\"]",
            "languages = [\"french\"]",
            "study.toml:3: languages: language: expected a tag such as en, zh-CN or sr-Latn, of at most 16 characters",
        ),
        (
            "day_cut = \"03:00\"",
            "day_cut = \"3 h\"",
            "study.toml:4: day_cut: time of day: expected hours and minutes such as 07:30",
        ),
        (
            "zone = \"Asia/Shanghai\"",
            "zone = \"Asia/Peking\"",
            "study.toml:20: sites[0].zone: time zone: expected an IANA name such as Asia/Shanghai",
        ),
        (
            "title = { en = \"Here\" }",
            "title = { deutsch = \"Hier\" }",
            "study.toml:21: sites[0].title.deutsch: language: expected a tag such as en, zh-CN or sr-Latn, of at most 16 characters",
        ),
        (
            "title = { en = \"Here\" }",
            "title = { de = \"Hier\" }",
            "study.toml:21: sites[0].title: no text in en",
        ),
        (
            "id = \"nightly\"",
            "id = \"night ly\"",
            "study.toml:60: slots[1].id: SlotId: expected 1 to 64 letters, digits, '-', '_' or '.'",
        ),
        (
            "{ weekly = \"sunday\" }",
            "{ weekly = \"someday\" }",
            "study.toml:56: slots[0].repeat.weekly: short or long weekday names expected",
        ),
        (
            "{ weekly = \"sunday\" }",
            "\"hourly\"",
            "study.toml:56: slots[0].repeat: unknown variant `hourly`, expected one of `daily`, `weekly`, `every`",
        ),
        (
            "days = 2, from",
            "day = 2, from",
            "study.toml:65: slots[1].repeat.every.day: unexpected keys in table: day, available keys: days, from",
        ),
        (
            "units = [\"mg\"]",
            "units = [\"mg\", \"µg\"]",
            "study.toml:75: medications[0].units: unknown unit: use a UCUM code such as mg, ug (shown as mcg), g, mL, [IU], {tbl} or {capsule}",
        ),
        (
            "severity = \"call\"",
            "severity = \"loud\"",
            "study.toml:86: alerts[0].severity: unknown variant `loud`, expected one of `notice`, `call`, `emergency`",
        ),
        (
            "code = \"bad\"",
            "code = \"bad\", is = true",
            "study.toml:88: alerts[0].when.answers.any: exactly one of `code`, `at_least` and `is` is needed",
        ),
        (
            "up_by = \"2\"",
            "up_by = \"two\"",
            "study.toml:95: alerts[1].when.total.up_by: not a number with at most 18 digits, of which at most 9 behind the point",
        ),
        (
            "when.missed",
            "when.lost",
            "study.toml:102: alerts[2].when.lost: unknown variant `lost`, expected one of `answers`, `total`, `missed`",
        ),
    ]);
}

#[test]
fn what_is_no_study_at_all_is_told_by_file() {
    let load = |name: &str, bytes: &[u8]| {
        let files = [(name.to_owned(), bytes.to_vec())].into();
        Study::load(&StudyPackage::new(files).unwrap()).unwrap_err().to_string()
    };
    assert_eq!(load("other.toml", b""), "study.toml: is missing");
    assert_eq!(load(STUDY_FILE, b"\xff"), "study.toml: invalid utf-8 sequence of 1 bytes from index 0");
    assert_eq!(load(STUDY_FILE, b""), "study.toml:1: missing field `id`");
}

#[test]
fn references_that_lead_nowhere_are_told_with_what_there_is() {
    check(&[
        (
            "instrument = \"sleep\"",
            "instrument = \"slepe\"",
            "study.toml:61: slots[1].instrument: no instrument \"slepe\" (there are: mood, sleep)",
        ),
        (
            "file = \"forms/sleep.json\"",
            "file = \"forms/slepe.json\"",
            "study.toml:47: instruments[1].file: no file \"forms/slepe.json\" in the study",
        ),
        (
            "file = \"forms/sleep.json\"",
            "file = \"forms/sleep.json\"\npack = \"licensed.json\"",
            "study.toml:48: instruments[1].pack: no file \"licensed.json\" in the study",
        ),
        (
            "during = \"early\"",
            "during = \"late\"",
            "study.toml:57: slots[0].during: no period \"late\" (there are: early)",
        ),
        (
            "days = 2, from = \"start\"",
            "days = 2, from = \"begin\"",
            "study.toml:65: slots[1].repeat.every.from: no anchor \"begin\" (there are: second, start)",
        ),
        (
            "after = \"start\"",
            "after = \"second\"",
            "study.toml:32: anchors[1].expected.after: no earlier anchor \"second\" (there are: start)",
        ),
        (
            "{ anchor = \"start\"",
            "{ anchor = \"begin\"",
            "study.toml:37: periods[0].stretches[0].anchor: no anchor \"begin\" (there are: second, start)",
        ),
        (
            "form = \"tablet\"",
            "form = \"pill\"",
            "study.toml:74: medications[0].presentations[0].form: no form \"pill\" (there are: tablet)",
        ),
        (
            "proposes = [\"start\"]",
            "proposes = [\"begin\"]",
            "study.toml:81: events[0].proposes[0]: no anchor \"begin\" (there are: second, start)",
        ),
        (
            "every_days = 28\nfrom = \"start\"",
            "every_days = 28\nfrom = \"begin\"",
            "study.toml:16: visits.from: no anchor \"begin\" (there are: second, start)",
        ),
        (
            "slots = [\"weekly\"]",
            "slots = [\"weekly\", \"daily\"]",
            "study.toml:102: alerts[2].when.missed.slots[1]: no slot \"daily\" (there are: nightly, weekly)",
        ),
        (
            "id = \"sleep\"",
            "id = \"mood\"",
            "study.toml:46: instruments[1].id: \"mood\" is already taken\nstudy.toml:61: slots[1].instrument: no instrument \"sleep\" (there are: mood)\nstudy.toml:88: alerts[0].when.answers.any[0].item: mood has no item \"mood\"\nstudy.toml:88: alerts[0].when.answers.any[1].item: mood has no item \"mood\"\nstudy.toml:95: alerts[1].when.total.instrument: mood has no score rule, so it has no total",
        ),
        ("id = \"second\"", "id = \"start\"", "study.toml:30: anchors[1].id: \"start\" is already taken"),
    ]);
}

#[test]
fn the_study_drug_kinds_of_visit_and_the_form_of_subject_numbers_are_checked() {
    check(&[
        (
            "day_cut = \"03:00\"",
            "day_cut = \"03:00\"\nstudy_drug = \"other\"",
            "study.toml:5: study_drug: no medication \"other\" (there are: drug)",
        ),
        (
            "[[forms]]",
            "[[visit_kinds]]\ncode = \"day\"\ntitle = { en = \"Day\" }\n[[visit_kinds]]\ncode = \"day\"\ntitle = { en = \"Day\" }\n[[forms]]",
            "study.toml:71: visit_kinds[1].code: \"day\" is already taken",
        ),
        (
            "day_cut = \"03:00\"",
            "day_cut = \"03:00\"\nsubject_pattern = \"MG-001\"",
            "study.toml:5: subject_pattern: form of subject numbers: expected letters, digits, '-', '_', '.', with # for a digit and @ for a letter, for example MG-###",
        ),
    ]);
}

#[test]
fn hours_days_and_amounts_that_cannot_be_are_told() {
    check(&[
        (
            "opens = \"20:00\"",
            "opens = \"22:00\"",
            "study.toml:54: slots[0].due: lies before opens = \"22:00\", seen from the day cut 03:00",
        ),
        ("due = \"21:00\"", "due = \"02:00\"", "nothing"),
        (
            "due = \"21:00\"\ncloses = \"03:00\"",
            "due = \"21:00\"\ncloses = \"21:00\"",
            "study.toml:55: slots[0].closes: is not after the slot opens and is due, seen from the day cut 03:00",
        ),
        (
            "closes = \"12:00\"",
            "closes = \"04:00\"",
            "study.toml:64: slots[1].closes: is not after the slot opens and is due, seen from the day cut 03:00",
        ),
        ("closes = \"12:00\"", "closes = \"04:00\"\ncloses_after_days = 1", "nothing"),
        (
            "days = 2, from",
            "days = 0, from",
            "study.toml:65: slots[1].repeat.every.days: at least 1 is needed",
        ),
        (
            "{ weekly = \"sunday\" }",
            "\"daily\"",
            "study.toml:56: slots[0].repeat: mood may be asked every 7 days at most",
        ),
        (
            "first = 0, last = 4",
            "first = 0, last = -4",
            "study.toml:37: periods[0].stretches[0].last: -4 lies before first = 0",
        ),
        (
            "late_hours = 48",
            "late_hours = 9000",
            "study.toml:9: limits.late_hours: at most 8784 hours are allowed",
        ),
        (
            "late_hours = 48",
            "late_hours = 48\npin_min_characters = 5",
            "study.toml:10: limits.pin_min_characters: 6 to 64 are allowed",
        ),
        ("version = 1", "version = 0", "study.toml:2: version: at least 1 is needed"),
        ("languages = [\"en\"]", "languages = []", "study.toml:3: languages: at least one is needed"),
        ("every_days = 28", "every_days = 0", "study.toml:15: visits.every_days: at least 1 is needed"),
        (
            "units = [\"mg\"]",
            "units = []\nweekly_only = true",
            "study.toml:75: medications[0].units: at least one is needed\nstudy.toml:76: medications[0].weekly_only: needs a `caution` that participants read",
        ),
        (
            "value = \"60\"",
            "value = \"0\"",
            "study.toml:74: medications[0].presentations[0].strength: must be above 0",
        ),
        (
            "units = [\"mg\"]",
            "units = [\"mg\"]\nprednisone_factor = \"0\"",
            "study.toml:76: medications[0].prednisone_factor: must be above 0",
        ),
        (
            "units = [\"mg\"]",
            "units = [\"mg\"]\nusual_max_day = { value = \"1\", unit = \"{tbl}\" }",
            "study.toml:76: medications[0].usual_max_day: must be in mg, ug or g",
        ),
    ]);
}

#[test]
fn texts_that_are_missing_or_cannot_be_filled_in_are_told() {
    check(&[
        ("title = { en = \"Your night\" }", "title = {}", "study.toml:62: slots[1].title: no text in en"),
        (
            "title = { en = \"Your night\" }",
            "title = { en = \" \" }",
            "study.toml:62: slots[1].title.en: the text is empty",
        ),
        (
            "notice = { en = \"Call {emergency}.\" }",
            "notice = { en = \"Call {phone}.\" }",
            "study.toml:6: notice.en: \"{phone}\" cannot be filled in (there are: {contact}, {emergency})",
        ),
        (
            "instruction = { en = \"Go on.\" }",
            "instruction = { en = \"Go {on}.\" }",
            "study.toml:103: alerts[2].instruction.en: \"{on}\" cannot be filled in (there are: {contact}, {emergency})",
        ),
    ]);
}

#[test]
fn a_serious_event_presses_and_says_what_to_do_under_a_name_of_its_own() {
    let serious = "proposes = [\"start\"]\nseverity = \"call\"";
    let with = |more: &str| told("proposes = [\"start\"]", &format!("{serious}\n{more}"));
    assert_eq!(with("instruction = { en = \"Call {contact}.\" }"), "nothing");
    assert_eq!(with(""), "study.toml:82: events[0].severity: needs an `instruction` that participants read");
    assert_eq!(
        with("instruction = { en = \"Call {phone}.\" }"),
        "study.toml:83: events[0].instruction.en: \"{phone}\" cannot be filled in (there are: {contact}, {emergency})"
    );
    assert_eq!(
        told("proposes = [\"start\"]", "instruction = { en = \"Call.\" }"),
        "study.toml:81: events[0].instruction: needs a `severity`: \"notice\", \"call\" or \"emergency\""
    );
    assert_eq!(
        told("code = \"begun\"", "code = \"low\"\nseverity = \"call\"\ninstruction = { en = \"Call.\" }"),
        "study.toml:79: events[0].code: \"low\" is also the id of an alert rule"
    );
}

#[test]
fn alert_rules_that_could_never_be_met_are_told() {
    check(&[
        (
            "{ item = \"mood\", at_least",
            "{ item = \"moods\", at_least",
            "study.toml:88: alerts[0].when.answers.any[0].item: mood has no item \"moods\"",
        ),
        (
            "code = \"bad\"",
            "code = \"worse\"",
            "study.toml:88: alerts[0].when.answers.any[1]: item \"mood\": no option \"worse\" (there are: good, bad)",
        ),
        (
            "code = \"bad\"",
            "is = true",
            "study.toml:88: alerts[0].when.answers.any[1]: item \"mood\": `is` needs a yes or no item",
        ),
        (
            "instrument = \"mood\", any = [{ item = \"mood\", at_least",
            "instrument = \"sleep\", any = [{ item = \"well\", at_least",
            "study.toml:88: alerts[0].when.answers.any[0]: item \"well\": `at_least` needs a number or options with ordinals\nstudy.toml:88: alerts[0].when.answers.any[1].item: sleep has no item \"mood\"",
        ),
        (
            "any = [{ item = \"mood\", at_least = \"2\" }, { item = \"mood\", code = \"bad\" }]",
            "any = []",
            "study.toml:88: alerts[0].when.answers: `all` or `any` needs at least one test",
        ),
        (
            "instrument = \"mood\", up_by",
            "instrument = \"sleep\", up_by",
            "study.toml:95: alerts[1].when.total.instrument: sleep has no score rule, so it has no total",
        ),
        ("up_by = \"2\"", "up_by = \"0\"", "study.toml:95: alerts[1].when.total.up_by: must be above 0"),
        (
            ", last_before = \"start\" }",
            " }",
            "study.toml:95: alerts[1].when.total: needs `previous = true` or `last_before`",
        ),
        (
            "slots = [\"weekly\"], days = 2",
            "slots = [], days = 0",
            "study.toml:102: alerts[2].when.missed.slots: at least one is needed\nstudy.toml:102: alerts[2].when.missed.days: at least one is needed",
        ),
    ]);
}

#[test]
fn a_questionnaire_that_is_refused_is_named_with_its_place() {
    let errors = load_files(STUDY, &MOOD.replace("\"choice\"", "\"attachment\"")).unwrap_err();
    let error = &errors.list()[0];
    assert_eq!((error.file.as_str(), error.line), ("forms/mood.json", None));
    assert!(error.to_string().contains("attachment"), "{error}");
    assert!(error.key.contains("mood"), "{error}");
}

#[test]
fn a_content_pack_gives_the_words_and_is_named_in_what_is_answered() {
    let study =
        STUDY.replace("file = \"forms/mood.json\"", "file = \"forms/mood.json\"\npack = \"licensed.json\"");
    let load = |pack: &str| {
        let files = [
            (STUDY_FILE, study.as_str()),
            ("forms/mood.json", MOOD),
            ("forms/sleep.json", SLEEP),
            ("licensed.json", pack),
        ];
        let files =
            files.into_iter().map(|(name, text)| (name.to_owned(), text.trim_start().into())).collect();
        Study::load(&StudyPackage::new(files).unwrap())
    };
    let words = r#"{ "mood": { "items": { "mood": { "text": { "en": "In the owner's words?" } } } } }"#;
    let pack =
        format!(r#"{{ "id": "owner", "version": "2", "licence": "by letter", "instruments": {words} }}"#);
    let loaded = load(&pack).unwrap();
    let mood = loaded.instrument(&"mood".parse().unwrap()).unwrap();
    assert_eq!(mood.item("mood").unwrap().text.get(Lang::EN), "In the owner's words?");
    assert_eq!(mood.reference().pack.unwrap().id, "owner");
    let told = load("{").unwrap_err().to_string();
    assert!(told.starts_with("study.toml:42: instruments[0].pack: licensed.json: "), "{told}");
}

#[test]
fn a_language_that_the_study_promises_must_be_everywhere() {
    let both = STUDY.replacen("languages = [\"en\"]", "languages = [\"en\", \"zh-CN\"]", 1);
    let errors = load_files(&both, MOOD).unwrap_err();
    let told: Vec<String> = errors.list().iter().map(ToString::to_string).collect();
    assert!(told.contains(&"study.toml:5: title: no text in zh-CN".to_owned()), "{told:#?}");
    let option = "forms/mood.json: item \"mood\", option \"bad\" has no text in zh-CN";
    assert!(told.iter().any(|line| line.ends_with(option)), "{told:#?}");
}

#[test]
fn everything_that_is_wrong_is_told_at_once_by_line() {
    let broken = STUDY
        .replace("instrument = \"sleep\"", "instrument = \"slepe\"")
        .replace("version = 1", "version = 0")
        .replace("proposes = [\"start\"]", "proposes = [\"begin\"]");
    let errors = load_files(&broken, "{").unwrap_err();
    let places: Vec<(&str, Option<usize>)> =
        errors.list().iter().map(|e| (e.file.as_str(), e.line)).collect();
    assert_eq!(
        places,
        [(STUDY_FILE, Some(2)), (STUDY_FILE, Some(61)), (STUDY_FILE, Some(81)), ("forms/mood.json", None)]
    );
}
