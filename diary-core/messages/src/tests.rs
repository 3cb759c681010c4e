//! Fall-back, plurals and the check, on catalogues of this test.

#[cfg(feature = "pseudo")]
use crate::pseudo;
use crate::{Arg, Catalogue, Language};

static LANGUAGES: [Language; 3] = [
    Language::new(
        "de",
        "none = Nichts\nentries = { $n ->\n    [one] { $n } Eintrag\n   *[other] { $n } Einträge\n }\n",
    ),
    Language::new(
        "en",
        "none = Nothing\ncomma = {\", \"}\nentries = { $n ->\n    [one] { $n } entry\n   *[other] { $n } entries\n }\n\
         named = { $name } wrote:\n    Title: { $name }\n    .short = Wrote\n",
    ),
    Language::new("zh-CN", "none = 无\ncomma = 、\nentries = { $n }条记录\nnamed = { $nome }写道\n"),
];
static CATALOGUE: Catalogue = Catalogue::new(&LANGUAGES);

#[test]
fn a_message_falls_back_to_the_base_language_and_then_to_english() {
    let none = |tag| CATALOGUE.text(tag, "none");
    assert_eq!(
        [none("de"), none("de-AT"), none("zh-CN"), none("ja"), none("")],
        ["Nichts", "Nichts", "无", "Nothing", "Nothing"]
    );
    assert_eq!((CATALOGUE.text("de", "comma"), CATALOGUE.text("zh-CN", "comma")), (", ", "、"));
    assert_eq!(CATALOGUE.text("en", "unknown"), "unknown");
}

#[test]
fn a_message_that_cannot_be_filled_falls_back_to_english() {
    let named = |tag| CATALOGUE.format(tag, "named", [("name", Arg::from("Li"))]);
    assert_eq!(named("zh-CN"), "Li wrote:\nTitle: Li");
    assert_eq!(named("en"), "Li wrote:\nTitle: Li");
}

#[test]
fn numbers_choose_their_plural_and_lose_no_digit() {
    let entries = |tag: &str, n: u64| CATALOGUE.format(tag, "entries", [("n", n.into())]);
    assert_eq!(
        [entries("en", 1), entries("en", 0), entries("de", 2)],
        ["1 entry", "0 entries", "2 Einträge"]
    );
    assert_eq!(entries("zh-CN", 1), "1条记录");
    assert_eq!(entries("en", u64::MAX), format!("{} entries", u64::MAX));
}

#[cfg(feature = "pseudo")]
#[test]
fn no_mark_of_isolation_stands_around_an_argument_and_the_pseudo_language_leaves_it_alone() {
    let named = CATALOGUE.format(pseudo::TAG, "named", [("name", Arg::from("Wang"))]);
    assert!(!named.contains(['\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}']), "{named}");
    assert_eq!(pseudo::foreign_words(&named).collect::<Vec<_>>(), ["Wang", "Wang"]);
    assert!(CATALOGUE.languages().all(|language| language.tag() != pseudo::TAG));
}

#[test]
fn the_check_finds_what_is_missing_and_what_differs() {
    let faults = CATALOGUE.faults();
    let expected = [
        "de: comma is missing",
        "de: named is missing",
        "de: named.short is missing",
        "zh-CN: named.short is missing",
        "zh-CN: named has other variables than {\"name\"}",
    ];
    assert_eq!(faults, expected);
    static BROKEN: [Language; 1] = [Language::new("en", "none = { $open\nempty = {\"\"}\n")];
    static OTHER: Catalogue = Catalogue::new(&BROKEN);
    assert_eq!(OTHER.faults().len(), 2, "{:?}", OTHER.faults());
}
