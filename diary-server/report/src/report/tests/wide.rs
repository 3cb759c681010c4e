//! Nothing is truncated: every value is complete on the page, in text of any width and in print; a page in Chinese is
//! in Chinese.

use diary_core::entry::{DoseStatus, SkipReason};
use diary_core::text::Lang;

use super::world::{World, day, graded};
use crate::report::{Report, grid, html, text, words};

const TWELVE: [&str; 12] = [
    "01:00", "03:00", "05:00", "07:00", "09:00", "11:00", "13:00", "15:00", "17:00", "19:00", "21:00",
    "23:00",
];

/// Twelve doses a day, some extra ones, milligrams with places, measured values, and names in Chinese.
fn world() -> World {
    let mut world = World::new();
    world.regimen(
        1,
        "2026-03-01",
        &[
            ("pyridostigmine", "tablet", "102.875 mg", &TWELVE),
            ("prednisone", "tablet", "12.5 mg", &["08:00"]),
            ("mycophenolate-mofetil", "tablet", "500 mg", &["08:00"]),
        ],
    );
    world.anchor("cycle1", "2026-03-03");
    for n in 0..30 {
        let of = day("2026-03-02").plus_days(n).to_string();
        for (dose, time) in (0u16..).zip(TWELVE).take(if n % 4 == 0 { 11 } else { 12 }) {
            world.at(&format!("{of} {time}"));
            let forgot = DoseStatus::NotTaken { why: SkipReason::Forgot, text: None };
            let status = if dose == 3 && n % 3 == 0 { forgot } else { DoseStatus::Taken };
            // The doses before three in the morning are of the diary day before.
            let of = if dose == 0 { day(&of).plus_days(-1).to_string() } else { of.clone() };
            world.dose(&of, (1, 0, dose), "pyridostigmine", status, "102.875 mg");
        }
        world.at(&format!("{of} 22:10"));
        for _ in 0..2 {
            world.extra(&of, "pyridostigmine", "1.125 mg", &format!("{of} 22:05"));
        }
        world.extra(&of, "prednisone", "1234.5 mg", &format!("{of} 22:06"));
        world.assess(&of, Some("evening"), "evening", graded(&super::world::EVENING, &[1; 10]));
        world.at(&format!("{of} 22:20"));
        let answers = vec![
            ("temperature-method", super::world::code("ear")),
            ("temperature", diary_core::entry::Value::Decimal("138.25".parse().unwrap())),
            ("headache", diary_core::entry::Value::Integer(10)),
        ];
        world.assess(&of, Some("safety-evening"), "safety", answers);
    }
    world.at("2026-04-01 22:30").sync();
    world
}

/// Every value that a cell of the grid or of the tables shows.
fn values(report: &Report) -> Vec<String> {
    let mut all = Vec::new();
    for row in &report.medications {
        all.extend(row.days.iter().flatten().map(grid::doses));
        all.extend(row.mg.iter().flatten().flatten().map(|amount| words::amount(*amount)));
    }
    all.extend(report.prednisone.iter().flatten().flatten().map(|amount| words::amount(*amount)));
    all.extend(report.items.iter().flat_map(|row| &row.cells).flatten().map(grid::answer));
    all.sort();
    all.dedup();
    all
}

/// Everything between the tags of a page.
fn cells(page: &str) -> Vec<String> {
    page.split("<td")
        .skip(1)
        .filter_map(|cell| Some(cell.split_once('>')?.1.split_once('<')?.0.to_owned()))
        .collect()
}

#[test]
fn every_value_of_the_data_is_found_whole_on_the_page() {
    let report = world().report("2026-04-01 23:30", 28);
    let values = values(&report);
    for wide in ["10/12nx+2", "12/12+2", "1133.875+", "1236.75", "1234.5+", "138.25!", "10*"] {
        assert!(values.iter().any(|value| value == wide), "{wide} is to be tried: {values:?}");
    }
    for lang in [Lang::ZH_CN, Lang::EN] {
        for width in [80, 100, 132] {
            let page = text::render(&report, lang, width);
            for value in &values {
                let found = page.split([' ', '\n']).any(|word| word == value);
                assert!(
                    found || value.chars().count() < 3 && page.contains(value),
                    "{value} at {width}:\n{page}"
                );
            }
            assert!(!page.contains('…'), "{page}");
            for line in page.lines() {
                assert!(unicode_width::UnicodeWidthStr::width(line) <= width, "{line}");
            }
        }
        let cells = cells(&html::render(&report, lang));
        for value in &values {
            assert!(cells.contains(value), "{value}: {cells:?}");
        }
    }
}

#[test]
fn a_printed_page_bears_the_subject_and_its_number() {
    let report = world().report("2026-04-01 23:30", 28);
    let page = html::render(&report, Lang::EN);
    let margin = r#"@bottom-left { content: "Diary\20 of\20 participant\20 S\2d 001";"#;
    assert!(page.contains(margin), "{page}");
    assert!(page.contains(r#"@bottom-right { content: counter(page) " / " counter(pages);"#));
    assert!(page.contains("thead { display: table-header-group; }"));
    let mut world = World::new();
    world.sync();
    let mut report = world.report("2026-03-03 12:00", 3);
    report.participant = "x\" } </style><script>\u{a}".to_owned();
    let page = html::render(&report, Lang::EN);
    assert!(!page.contains("</style><script"), "{page}");
    assert!(page.contains(r"x\22 \20 \7d \20 \3c \2f style\3e \3c script\3e \23ce "), "{page}");
}

#[test]
fn every_section_of_the_text_bears_the_subject() {
    let report = super::life::report();
    for (lang, first) in
        [(Lang::EN, "== Look at this first · S-001 =="), (Lang::ZH_CN, "== 请先看这里 · S-001 ==")]
    {
        let page = text::render(&report, lang, 80);
        let heads: Vec<&str> = page.lines().filter(|line| line.starts_with("== ")).collect();
        assert_eq!(heads[0], first);
        assert!(heads.len() > 8 && heads.iter().all(|head| head.ends_with(" · S-001 ==")), "{heads:?}");
    }
}

/// Allowed Latin words in a Chinese page: names of the study, of its scale, of zones and accounts, and a kind of visit
/// named by staff.
const LATIN: [&str; 7] = ["NCT", "MG-ADL", "Asia", "Shanghai", "Tokyo", "scheduled", "wang"];

fn latin(page: &str) -> Vec<String> {
    let mut page = page.to_owned();
    for known in LATIN {
        page = page.replace(known, "");
    }
    let words = page.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() >= 3);
    words.map(str::to_owned).collect()
}

/// The visible words of a page: without tags and without the style.
fn visible(page: &str) -> String {
    let body = page.split_once("<body>").unwrap().1;
    let parts = body.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    let labels = body.split("aria-label=\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0));
    parts.chain(labels).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_report_in_chinese_is_in_chinese_throughout() {
    let mut full = super::life::world();
    super::doubtful::troubles(&mut full);
    for report in [super::life::report(), full.report("2026-04-05 09:30", 28)] {
        for page in [text::render(&report, Lang::ZH_CN, 100), visible(&html::render(&report, Lang::ZH_CN))] {
            assert_eq!(latin(&page), Vec::<String>::new(), "{page}");
        }
    }
}

#[test]
fn days_of_another_year_say_so() {
    let mut world = World::new();
    world.regimen(1, "2025-12-30", &[("pyridostigmine", "tablet", "60 mg", &["08:00"])]);
    world.at("2026-03-02 08:00").sync();
    let report = world.report("2026-03-03 12:00", 3);
    assert!(text::render(&report, Lang::EN, 200).contains("Site, line 1, Pyridostigmine: from 30 Dec 2025"));
    assert!(text::render(&report, Lang::ZH_CN, 200).contains("2025年12月30日"));
    let new_year = world.report("2026-01-02 12:00", 5);
    let page = text::render(&new_year, Lang::EN, 100);
    assert!(page.contains("29 Dec 2025"), "{page}");
    let days: Vec<_> = new_year.days.iter().map(|day| day.day).collect();
    assert_eq!(words::Dates { year: 2026, lang: Lang::EN }.days(&days), "29 Dec 2025–2 Jan");
    assert_eq!(words::Dates { year: 2026, lang: Lang::EN }.days(&days[..3]), "29–31 Dec 2025");
    assert_eq!(words::Dates { year: 2026, lang: Lang::ZH_CN }.days(&days[..3]), "2025年12月29–31日");
}
