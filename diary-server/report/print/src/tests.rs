//! The document as bytes and pages.

#[allow(dead_code, reason = "shared with the tests of the report, which use all of it")]
#[path = "../../src/report/tests/life.rs"]
mod life;
#[allow(dead_code, reason = "shared with the tests of the report, which use all of it")]
#[path = "../../src/report/tests/world.rs"]
mod world;

use diary_core::study::shipped;
use diary_report::report::sheet::{Block, SheetLine};
use diary_report::report::{Rank, Span};
use typst::layout::{Abs, Frame, FrameItem};

use super::*;

const LANGUAGES: [Lang; 2] = [Lang::EN, Lang::ZH_CN];

/// Runs of text of a frame, with their sizes.
fn runs(frame: &Frame, found: &mut Vec<(String, Abs)>) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => runs(&group.frame, found),
            FrameItem::Text(text) => found.push((text.text.to_string(), text.size)),
            FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {}
        }
    }
}

/// Texts of each page, without places to break and line ends.
fn pages(document: &PagedDocument) -> Vec<String> {
    let page = |page: &typst_layout::Page| {
        let mut found = Vec::new();
        runs(&page.frame, &mut found);
        found.into_iter().map(|(text, _)| text.replace('\u{200b}', "")).collect()
    };
    document.pages().iter().map(page).collect()
}

/// Texts that are laid out, without any spaces: they are lost where lines end.
fn shown(document: &PagedDocument) -> String {
    pages(document).concat().split_whitespace().collect()
}

fn sheet(report: &Report, lang: Lang) -> Sheet {
    Sheet::new(report, lang, TABLE_DAYS)
}

fn line(text: &str, rank: Option<Rank>) -> SheetLine {
    SheetLine { rank, spans: vec![Span { text: text.to_owned(), lang: None, theirs: true }] }
}

#[track_caller]
fn written(document: &PagedDocument) -> Vec<u8> {
    typst_pdf::pdf(document, &options(&life::report()).unwrap()).map_err(|errors| refusal(&errors)).unwrap()
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let report = life::report();
    for lang in LANGUAGES {
        let first = pdf(&report, lang).unwrap();
        assert_eq!(first, pdf(&report, lang).unwrap());
        assert!(first.bytes.len() < 600_000, "{}", first.bytes.len());
    }
}

#[test]
fn the_file_says_that_it_is_pdf_a_3a_and_pdf_ua_1_with_title_language_and_time() {
    for (lang, title) in [("en", "Diary of participant S-001"), ("zh-CN", "受试者 S-001 的日记")] {
        let made = pdf(&life::report(), lang.parse().unwrap()).unwrap().bytes;
        let text = String::from_utf8_lossy(&made);
        for part in [
            "<pdfaid:part>3</pdfaid:part>",
            "<pdfaid:conformance>A</pdfaid:conformance>",
            "<pdfuaid:part>1</pdfuaid:part>",
            "<xmp:CreateDate>2026-04-05T01:30:00",
            title,
            &format!("/Lang({lang})"),
            "/MarkInfo<</Marked true",
            "/S/TH",
            "/Scope/Row",
            "/Alt",
        ] {
            assert!(text.contains(part), "{lang}: {part}");
        }
        assert!(!text.contains("/JavaScript") && !text.contains("/URI"));
    }
}

#[test]
fn every_page_has_the_subject_and_its_number_and_no_letter_is_small() {
    for (lang, last) in [(Lang::EN, "page3of3"), (Lang::ZH_CN, "第3页，共3页")] {
        let document = typeset(&sheet(&life::report(), lang)).unwrap();
        let pages = pages(&document);
        assert_eq!(pages.len(), 3);
        assert!(pages.iter().all(|page| page.contains("S-001")));
        assert!(pages[2].replace(' ', "").contains(last), "{}", pages[2]);
        for page in document.pages() {
            let mut found = Vec::new();
            runs(&page.frame, &mut found);
            assert!(found.iter().all(|(_, size)| *size >= Abs::pt(9.0)));
        }
    }
}

#[test]
fn the_document_has_what_the_page_has() {
    for lang in LANGUAGES {
        let sheet = sheet(&life::report(), lang);
        let shown = shown(&typeset(&sheet).unwrap());
        let blocks = [&sheet.attention].into_iter().chain(&sheet.short).chain(&sheet.lists);
        for spans in blocks.flat_map(|block| &block.lines).map(|line| &line.spans) {
            for span in spans {
                let text: String = span.text.split_whitespace().collect();
                assert!(shown.contains(&text), "{lang}: {text}");
            }
        }
    }
}

#[test]
fn what_people_write_is_shown_as_it_is_and_never_costs_the_page() {
    let long = ["手无力".repeat(3_400), "x".repeat(10_000)];
    let hostile = [
        "#read(\"report.json\") *strong* $x^2$ `raw` @ref <label> // end /* open",
        "#panic(\"stop\")",
        "\\u{41} ~ -- --- ... \"q\" 'q' = heading - list + enum / term: x",
        "吉𠮷 😀 👨\u{200d}👩 שלום مرحبا e\u{301} \u{202e}abc \0\u{7}\u{1b}[2J \u{fdd0}\u{fdd2}",
        "<svg onload=alert(1)> &amp; </text>",
    ];
    for lang in LANGUAGES {
        let mut life = life::world();
        for text in hostile {
            life.at("2026-04-03 12:00").note("2026-04-03", text);
        }
        life.sync();
        let report = life.report("2026-04-05 09:30", 28);
        let mut sheet = sheet(&report, lang);
        // Longer than any entry.
        sheet.lists.push(Block { title: "", lines: long.iter().map(|text| line(text, None)).collect() });
        let document = typeset(&sheet).unwrap();
        assert!(written(&document).starts_with(b"%PDF-1.7"));
        let shown = shown(&document);
        for part in [
            "#read(\"report.json\")*strong*$x^2$`raw`@ref<label>//end/*open",
            "#panic(\"stop\")",
            "\\u{41}~-----...\"q\"'q'=heading-list+enum/term:x",
            "吉<U+20BB7><U+1F600>",
            "e<U+0301><U+202E>abc<U+0000><U+0007><U+001B>[2J",
            "<svgonload=alert(1)>&amp;</text>",
        ] {
            assert!(shown.contains(part), "{lang}: {part:.60}");
        }
        // Feet of pages stand between their lines.
        assert!(shown.matches('力').count() >= 3_400 && shown.matches('x').count() >= 10_000);
        assert!(pages(&document)[0].contains("U+20BB7"), "the first page says what the codes are");
    }
}

#[test]
fn every_character_of_the_fonts_can_be_printed_in_both_weights() {
    let all: Vec<char> = (' '..=char::MAX).filter(|c| fonts::has(*c)).collect();
    assert!(all.len() > 10_000, "{}", all.len());
    let mut sheet = sheet(&life::report(), Lang::ZH_CN);
    sheet.attention.lines = [Rank::Urgent, Rank::Know]
        .iter()
        .flat_map(|rank| all.chunks(500).map(|part| line(&part.iter().collect::<String>(), Some(*rank))))
        .collect();
    let document = typeset(&sheet).unwrap();
    assert!(!written(&document).is_empty());
    assert!(!pages(&document)[0].contains("编码表示"), "none is missing");
}

#[test]
fn the_fonts_have_every_character_of_the_texts_of_reports() {
    let mut texts: Vec<String> = Vec::new();
    for folder in ["../locales", "locales", "../../../diary-core/locales"] {
        for lang in ["en", "zh-CN"] {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(lang);
            let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
            texts.extend(files.map(|path| std::fs::read_to_string(path).unwrap()));
        }
    }
    let package = shipped::nct06836973();
    let files = package.names().filter_map(|name| package.file(name));
    texts.extend(files.map(|file| String::from_utf8_lossy(file).into_owned()));
    let all: std::collections::BTreeSet<char> = texts.concat().chars().filter(|c| !c.is_control()).collect();
    assert!(all.len() > 800, "{}", all.len());
    assert_eq!(all.into_iter().filter(|c| !fonts::has(*c)).collect::<String>(), "");
}

#[test]
fn a_report_without_bounds_is_printed_up_to_the_bounds_and_says_what_is_left_out() {
    let mut sheet = sheet(&life::report(), Lang::EN);
    let lines = (0..20_000).map(|n| line(&format!("{n} {}", "word ".repeat(20)), None)).collect();
    sheet.lists.push(Block { title: "Notes", lines });
    let document = typeset(&sheet).unwrap();
    let pages = pages(&document);
    assert!((20..100).contains(&pages.len()), "{}", pages.len());
    assert!(pages[0].contains("more lines have no room in this document"), "{}", pages[0]);
    let year = life::world().report("2026-04-05 09:30", 366);
    assert!(typeset(&Sheet::new(&year, Lang::EN, TABLE_DAYS)).unwrap().pages().len() < 40);
}
