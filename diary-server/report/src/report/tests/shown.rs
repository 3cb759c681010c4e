//! Contents of the page: alerts, odd and unknown entries, contradictions, and both renderings of them.

use diary_core::entry::{AlertShown, Author, Content, MedicationChange, MedicationChangeKind, MedicationRef};
use diary_core::ids::{Incarnation, KeyId};
use diary_core::parcel::{Item, QuarantineCode};
use diary_core::record::Source;
use diary_core::text::Lang;
use diary_core::time::ReceivedAt;

use super::world::{EVENING, World, assessment, attention, code, day, graded};
use crate::report::{Finding, Fork, Rank, Report, html, text};
use diary_core::unmerged::UnmergedState;

fn has(report: &Report, is: impl Fn(&Finding) -> bool) -> bool {
    report.attention.iter().any(|attention| is(&attention.what))
}

const BREATHLESS: [u8; 10] = [0, 0, 0, 0, 0, 3, 0, 0, 0, 0];

#[test]
fn a_red_flag_answer_comes_first_and_says_that_no_instruction_is_recorded() {
    let mut world = World::new();
    world.evening("2026-03-02", BREATHLESS);
    world.sync();
    let report = world.report("2026-03-03 12:00", 3);
    assert_eq!(report.attention[0].rank, Rank::Urgent);
    let hit = &report.alerts[0].hits[0];
    assert_eq!(
        (report.alerts[0].rule.as_str(), hit.met, hit.shown),
        ("breathless-at-rest", Some(true), false)
    );
    assert!(hit.because.own(Lang::EN).unwrap().contains("Breathing"));
}

#[test]
fn an_instruction_that_was_shown_is_told_with_the_answer_that_set_it_off() {
    let mut world = World::new();
    let trigger = Some(world.evening("2026-03-02", BREATHLESS));
    let alert = AlertShown {
        rule: "breathless-at-rest".parse().unwrap(),
        trigger,
        shown: "call 120".to_owned(),
        acknowledged: Some(world.instant("2026-03-02 20:01")),
        of: None,
    };
    world.author = Author::System;
    world.record("2026-03-02", None, Content::AlertShown(alert));
    world.sync();
    let report = world.report("2026-03-03 12:00", 3);
    let hits = &report.alerts[0].hits;
    assert_eq!(hits.len(), 1, "the answer and the instruction are one thing");
    assert!(hits[0].shown && hits[0].acknowledged.is_some());
}

#[test]
fn fever_counts_only_within_the_safety_window() {
    let mut world = World::new();
    world.anchor("cycle1", "2026-03-05");
    for of in ["2026-03-04", "2026-03-05"] {
        world.at(&format!("{of} 19:00"));
        let temperature = diary_core::entry::Value::Decimal("38.0".parse().unwrap());
        let answers = vec![("temperature-method", code("ear")), ("temperature", temperature)];
        world.assess(of, Some("safety-evening"), "safety", answers);
    }
    world.sync();
    let report = world.report("2026-03-06 12:00", 6);
    let fever = report.alerts.iter().find(|alert| alert.rule.as_str() == "fever").unwrap();
    assert_eq!(fever.hits.iter().map(|hit| hit.day).collect::<Vec<_>>(), [day("2026-03-05")]);
    let row = report.items.iter().find(|row| row.link_id == "temperature" && row.cells[4].is_some()).unwrap();
    let cell = row.cells[4].as_ref().unwrap();
    assert_eq!((cell.shown.as_str(), cell.alarm), ("38.0", true));
    assert_eq!(row.slot.as_ref().unwrap().slot.as_str(), "safety-evening");
}

#[test]
fn an_answer_outside_the_legal_range_is_shown_and_flagged() {
    let mut world = World::new();
    let mut grades = graded(&EVENING, &[0; 10]);
    grades[0].1 = code("7");
    world.at("2026-03-02 20:00");
    world.assess("2026-03-02", Some("evening"), "evening", grades);
    world.sync();
    let report = world.report("2026-03-03 12:00", 3);
    let cell = report.items[0].cells[1].as_ref().unwrap();
    assert_eq!((cell.shown.as_str(), cell.odd), ("7", true));
    assert_eq!(attention(&report, Lang::EN)[1], "Eyelid droop 7 on 2 Mar, not one of the options");
    assert_eq!(attention(&report, Lang::ZH_CN)[1], "眼睑下垂：3月2日 7，不在选项之内");
}

#[test]
fn a_question_that_was_skipped_is_told_apart_from_one_that_was_not_shown() {
    let mut world = World::new();
    world.evening("2026-03-02", [1; 10]);
    world.evening("2026-03-03", [1, 1, 0, 0, 1, 0, 1, 1, 0, 2]);
    world.at("2026-03-04 20:00");
    let mut grades = graded(&EVENING, &[1; 10]);
    grades.insert(6, ("cough", code("can")));
    world.assess("2026-03-04", Some("evening"), "evening", grades);
    world.sync();
    let report = world.report("2026-03-04 23:00", 3);
    let cough = report.items.iter().find(|row| row.link_id == "cough").unwrap();
    let shown: Vec<_> = cough.cells.iter().flatten().map(crate::report::grid::answer).collect();
    assert_eq!(shown, ["/", "~", "1"]);
    let json = serde_json::to_value(cough).unwrap();
    let states: Vec<_> = (0..3).map(|n| json["cells"][n]["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["skipped", "not-shown", "answered"]);
    for (lang, legend) in [
        (Lang::EN, "/ asked, no answer · ~ not asked, other answers made it needless"),
        (Lang::ZH_CN, "/ 已问未答 · ~ 因其他回答而未问"),
    ] {
        assert!(text::render(&report, lang, 2000).contains(legend));
        assert!(html::render(&report, lang).contains(legend));
    }
}

#[test]
fn an_entry_under_a_version_that_is_not_at_hand_is_shown_as_it_came() {
    let mut world = World::new();
    world.study_version = 9;
    world.evening("2026-03-02", [2; 10]);
    world.sync();
    let report = world.report("2026-03-03 12:00", 3);
    let raw = &report.raw[0];
    assert!(raw.version_missing);
    assert_eq!((raw.answers[0].0.as_str(), raw.answers[0].1.get(Lang::EN)), ("lids", "2"));
    assert!(text::render(&report, Lang::EN, 80).contains("lids=2"));
    assert!(html::render(&report, Lang::EN).contains("lids=2"));
    assert!(report.items.is_empty(), "nobody can say what its numbers mean");
}

#[test]
fn of_two_entries_for_one_slot_the_first_is_in_the_grid_and_both_are_listed() {
    let mut world = World::new();
    world.evening("2026-03-02", [1; 10]);
    world.use_phone(2).evening("2026-03-02", [3; 10]);
    world.sync().use_phone(1).sync();
    let report = world.report("2026-03-03 12:00", 3);
    let cell = report.items[0].cells[1].as_ref().unwrap();
    assert_eq!((cell.shown.as_str(), cell.others), ("1", 1));
    assert_eq!(report.duplicates[0].entries.len(), 2);
    assert_eq!(report.days[1].devices, [1, 2]);
    assert!(text::render(&report, Lang::EN, 80).contains("phone 2"));
}

#[test]
fn corrections_that_do_not_know_of_each_other_are_both_shown() {
    let mut world = World::new();
    let first = world.evening("2026-03-02", [1; 10]);
    for grade in [2, 3] {
        let content = assessment(&world.studies, 1, "evening", graded(&EVENING, &[grade; 10]));
        world.correct(first, content, "wrong");
    }
    world.sync();
    let report = world.report("2026-03-03 12:00", 3);
    assert_eq!(report.conflicts[0].versions.len(), 2);
    assert_eq!(report.items[0].cells[1].as_ref().unwrap().shown, "2");
    assert!(has(&report, |what| matches!(what, Finding::Contradicts { .. })));
}

#[test]
fn a_phone_that_was_restored_or_copied_is_pointed_out_by_its_number() {
    let mut world = World::new();
    world.use_phone(1).at("2026-03-02 20:00").sync();
    let received = ReceivedAt(world.instant("2026-03-02 21:00"));
    let (author, incarnation) = (KeyId::from_bytes([1; 16]), Incarnation::from_bytes([1; 16]));
    let fork = |seq| Fork { at: Source { author, incarnation, seq }, received };
    world.forks.extend([fork(3), fork(3), fork(4)]);
    world.use_phone(2).push(Item::Succeeds { incarnation, last_seq: 2 }).sync();
    let report = world.report("2026-03-03 12:00", 3);
    assert!(has(&report, |what| matches!(what, Finding::Forked { device: Some(1), places: 2, .. })));
    assert!(has(&report, |what| matches!(what, Finding::NewIncarnation { device: Some(2), count: 1, .. })));
    for (lang, words) in
        [(Lang::EN, ["restored from a backup", "copy of it"]), (Lang::ZH_CN, ["从备份恢复", "副本"])]
    {
        let page: String = text::render(&report, lang, 400).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.iter().all(|word| page.contains(word)), "{page}");
    }
}

#[test]
fn what_could_not_be_merged_is_pointed_out() {
    let mut world = World::new();
    let received = ReceivedAt(world.instant("2026-03-02 20:00"));
    let author = KeyId::from_bytes([1; 16]);
    let item = |seq| crate::report::NotMerged {
        n: seq,
        author,
        incarnation: Incarnation::from_bytes([9; 16]),
        seq,
        received,
        why: UnmergedState::Quarantined(QuarantineCode::Undecodable),
    };
    world.not_merged.extend([item(4), item(5)]);
    let report = world.report("2026-03-03 12:00", 3);
    assert!(has(&report, |what| matches!(
        what,
        Finding::NotMerged {
            count: 2,
            why: UnmergedState::Quarantined(QuarantineCode::Undecodable),
            device: Some(1),
            ..
        }
    )));
}

#[test]
fn what_there_was_no_room_to_read_is_said_first_with_its_count_in_both_languages() {
    let mut world = World::new();
    let author = KeyId::from_bytes([1; 16]);
    world.left_out.push(diary_core::unmerged::LeftOut { author, parcels: vec![7, 9], entries: 1024 });
    let report = world.report("2026-03-03 12:00", 3);
    let first = report.attention.first().unwrap();
    assert_eq!(first.what, Finding::LeftOut { device: Some(1), entries: 1024 });
    assert_eq!(first.rank, Rank::Urgent);
    for (lang, words) in
        [(Lang::EN, "1024 entries of phone 1 are NOT SHOWN"), (Lang::ZH_CN, "手机1有1024条记录没有显示")]
    {
        let page = text::render(&report, lang, 400);
        assert!(page.contains(words), "{page}");
    }
}

#[test]
fn a_reported_change_is_open_until_staff_set_a_regimen() {
    let mut world = World::new();
    world.at("2026-03-02 20:00");
    let change = MedicationChange {
        medication: MedicationRef { code: Some("prednisone".parse().unwrap()), name: "泼尼松".to_owned() },
        kind: MedicationChangeKind::Changed,
        from: day("2026-03-02").into(),
        dose: Some(super::world::quantity("15 mg")),
        route: None,
        frequency: None,
        reason: Some("doctor said".to_owned()),
        form: None,
    };
    world.record("2026-03-02", None, Content::MedicationChange(change));
    world.sync();
    let open = |report: &Report| has(report, |what| matches!(what, Finding::ChangeOpen { .. }));
    assert!(open(&world.report("2026-03-03 12:00", 3)));
    world.at("2026-03-03 13:00");
    world.regimen(1, "2026-03-04", &[("prednisone", "tablet", "15 mg", &["08:00"])]);
    assert!(!open(&world.report("2026-03-03 14:00", 3)));
}

#[test]
fn an_infusion_that_the_participant_reports_asks_for_its_anchor() {
    let mut world = World::new();
    world.at("2026-03-04 09:00");
    let event =
        diary_core::entry::Event { code: "infusion-started".parse().unwrap(), text: None, ended: None };
    world.record("2026-03-04", None, Content::Event(event));
    world.sync();
    let asks = |report: &Report| has(report, |what| matches!(what, Finding::AnchorProposed { .. }));
    assert!(asks(&world.report("2026-03-04 12:00", 4)));
    world.anchor("cycle1", "2026-03-04");
    assert!(!asks(&world.report("2026-03-04 12:00", 4)));
}

#[test]
fn a_caregiver_is_marked_on_the_day_and_named_with_the_reason() {
    let mut world = World::new();
    world.author = Author::Caregiver { name: "daughter".to_owned(), reason: "weak hands".to_owned() };
    world.evening("2026-03-02", [1; 10]);
    world.sync();
    let report = world.report("2026-03-03 12:00", 3);
    assert_eq!(report.days[1].entered_by.len(), 1);
    assert!(text::render(&report, Lang::EN, 80).contains("by caregiver daughter (weak hands)"));
}

#[test]
fn somebodys_words_can_neither_run_in_a_browser_nor_move_a_cursor() {
    let mut world = World::new();
    world.at("2026-03-02 20:00");
    world.note("2026-03-02", "<script>alert(1)</script>\u{1b}[2J\" onload=\"x");
    world.author =
        Author::Caregiver { name: "<b>x</b>".to_owned(), reason: "<img src=x onerror=alert(1)>".to_owned() };
    world.note("2026-03-02", "& so on");
    world.sync();
    let report = world.report("2026-03-03 12:00", 3);
    for lang in [Lang::ZH_CN, Lang::EN] {
        let page = html::render(&report, lang);
        assert!(page.contains("&lt;script&gt;"));
        for bad in ["<script", "<img", "<b>x", "http://", "https://", "url("] {
            assert!(!page.contains(bad), "{bad}");
        }
        assert_well_formed(&page);
        assert!(!text::render(&report, lang, 80).contains('\u{1b}'));
    }
}

/// Every element that is opened is closed in turn.
fn assert_well_formed(page: &str) {
    const VOID: [&str; 4] = ["meta", "br", "col", "!DOCTYPE"];
    let mut open: Vec<&str> = Vec::new();
    for tag in page.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap_or_else(|| panic!("no end: {tag}"));
        let name = tag.split_whitespace().next().unwrap_or_default();
        match name.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed)),
            None if VOID.contains(&name) => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn no_line_of_the_text_is_wider_than_the_terminal() {
    let report = super::life::report();
    for (lang, width) in [(Lang::EN, 80), (Lang::ZH_CN, 80), (Lang::EN, 120), (Lang::ZH_CN, 100)] {
        let text = text::render(&report, lang, width);
        for line in text.lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= width, "{line}");
        }
    }
}

#[test]
fn the_report_is_data_without_floats() {
    let json = serde_json::to_value(super::life::report()).unwrap();
    fn check(value: &serde_json::Value) {
        match value {
            serde_json::Value::Number(n) => assert!(!n.is_f64(), "{n}"),
            serde_json::Value::Array(all) => all.iter().for_each(check),
            serde_json::Value::Object(all) => all.values().for_each(check),
            _ => {}
        }
    }
    check(&json);
    assert_eq!(json["participant"], "S-001");
}

#[test]
fn the_whole_text_reads_as_it_should() {
    let text = text::render(&super::life::report(), Lang::EN, 80);
    let kept = include_str!("life.txt");
    let differs = text.lines().zip(kept.lines()).find(|(now, kept)| now != kept);
    assert!(text == kept, "first difference: {differs:?}; the whole text is now:\n{text}");
}

/// First character that controls a terminal, changes the direction of reading, or is invisible.
fn odd(text: &str) -> Option<char> {
    text.chars().find(|c| *c != '\n' && diary_core::text::shown(&c.to_string()) != c.to_string())
}

#[test]
fn what_people_write_commands_no_terminal_and_turns_nothing_round_on_the_page() {
    let attack = |what: &str| format!("{what}\u{1b}[2J\u{202e}\u{2066}\u{fdd1}\r\u{0}\u{9b}1m");
    let mut world = World::new();
    world.at("2026-03-02 20:00");
    world.author = Author::Caregiver { name: attack("name"), reason: attack("why") };
    let note = world.note("2026-03-02", &attack("note"));
    world.correct(note, Content::Note(diary_core::entry::Note { text: attack("anew") }), &attack("reason"));
    world.extra("2026-03-02", &attack("drug"), "5 mg", "2026-03-02 20:10");
    world.devices.values_mut().for_each(|device| device.label = attack("phone"));
    world.sync();
    let report = world.report("2026-03-03 12:00", 3);
    for lang in [Lang::ZH_CN, Lang::EN] {
        let text = text::render(&report, lang, 100);
        assert_eq!(odd(&text), None, "{text}");
        let page = html::render(&report, lang);
        assert_eq!(odd(&page), None, "{page}");
        let bare = text.replace(['\n', ' '], "");
        for what in ["name", "why", "anew", "reason", "drug", "phone"] {
            assert!(bare.contains(&format!("{what}<U+001B>[2J<U+202E><U+2066>")), "{what}: {text}");
            assert!(
                page.contains(&format!("{what}&lt;U+001B&gt;[2J&lt;U+202E&gt;&lt;U+2066&gt;")),
                "{what}: {page}"
            );
        }
        for what in ["name", "why", "anew", "reason", "phone"] {
            assert!(page.contains(&format!("<bdi>{what}")), "{what}: {page}");
        }
        assert_eq!(page.matches("<bdi>").count(), page.matches("</bdi>").count());
    }
}

#[test]
fn an_entry_of_a_phone_that_claims_to_be_of_staff_is_shown_as_a_claim() {
    let mut world = World::new();
    world.at("2026-03-02 20:00");
    world.author = Author::Staff { name: "dr.zhang".to_owned(), reason: "by telephone".to_owned() };
    world.note("2026-03-02", "all is well");
    world.author = Author::System;
    world.note("2026-03-02", "nobody wrote this");
    world.sync();
    let report = world.report("2026-03-03 12:00", 3);
    let text = text::render(&report, Lang::EN, 200);
    let claim = "\u{201c}all is well\u{201d} (on a phone, by somebody who claims to be staff: dr.zhang (by telephone))";
    assert!(text.contains(claim), "{text}");
    assert!(
        text.contains("\u{201c}nobody wrote this\u{201d} (on a phone, as if by the diary itself)"),
        "{text}"
    );
    assert!(!text.contains("by staff"), "{text}");
    let told =
        "A phone sent entries that claim to be of staff or of the diary itself; kept, to be asked about";
    assert!(text.contains(told), "{text}");
}

#[test]
fn a_text_in_another_language_than_the_page_carries_its_own() {
    let [en, he]: [Lang; 2] = ["en", "he"].map(|tag| tag.parse().unwrap());
    let mut report = super::life::report();
    report.site_title = [(he, "בית חולים")].into_iter().collect();
    let page = html::render(&report, en);
    assert!(page.contains(r#"<span lang="he" dir="rtl">בית חולים</span>"#), "{page}");
    assert!(page.starts_with(r#"<!DOCTYPE html><html lang="en" dir="ltr">"#));
    let plain = text::render(&report, en, 100);
    assert!(
        plain.contains("בית חולים") && !plain.contains(|c| ('\u{fdd0}'..='\u{fdef}').contains(&c)),
        "{plain}"
    );
    assert_eq!(html::render(&super::life::report(), en).matches("<span lang=").count(), 0);
}

#[test]
fn labels_of_plots_and_rows_carry_the_language_of_their_text() {
    let [en, he]: [Lang; 2] = ["en", "he"].map(|tag| tag.parse().unwrap());
    let mut report = super::life::report();
    let title = || [(he, "בית חולים")].into_iter().collect();
    report.totals.iter_mut().for_each(|series| series.title = title());
    report.medications.iter_mut().for_each(|row| row.name = title());
    report.items.iter_mut().for_each(|row| row.label = title());
    let page = html::render(&report, en);
    let svgs: Vec<&str> = page.split("<svg ").skip(1).filter_map(|svg| svg.split('>').next()).collect();
    assert!(svgs.len() > 1, "{page}");
    for svg in svgs {
        assert!(svg.contains(r#"lang="he" aria-label="בית חולים"#), "{svg}");
    }
    let row = r#"<th scope="row" lang="he" title="בית חולים"><bdi lang="en"><span lang="he" dir="rtl">"#;
    assert!(page.contains(row), "{page}");
    assert!(!html::render(&super::life::report(), en).contains("<th scope=\"row\" lang="));
}

#[test]
fn titles_of_the_study_carry_the_language_that_replaces_the_one_of_the_page() {
    let ja: Lang = "ja".parse().unwrap();
    let report = super::life::report();
    let page = html::render(&report, ja);
    for title in [&report.study_title, &report.totals[0].title] {
        let (lang, words) = title.found(ja).unwrap();
        assert!(lang != ja && page.contains(&format!("<span lang=\"{lang}\" dir=\"ltr\">{words}")), "{page}");
    }
}

#[test]
fn temperatures_are_points_on_their_own_range_and_only_an_alert_has_its_number() {
    let report = super::life::report();
    let tables = crate::report::sheet::Sheet::new(&report, Lang::EN, 28).tables;
    let plot = tables[0].plots.iter().find(|plot| plot.title[0].text.starts_with("Temperature")).unwrap();
    assert_eq!(plot.range, "36–39");
    let values = plot.alternative.split_once(": ").unwrap().1.split(", ").count();
    assert_eq!((plot.svg.matches("<circle").count(), plot.svg.matches("<text").count()), (values, 1));
    assert!(values > 30 && plot.svg.contains(">38.4</text>"), "{}", plot.svg);
    assert!(html::render(&report, Lang::EN).contains("36–39"));
}
