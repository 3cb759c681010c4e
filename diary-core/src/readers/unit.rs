//! Units by their common names.

use super::plain::plain;
use crate::measure::Unit;
use crate::words::Words;
use crate::words::{is_typed, typed};

/// Other spellings of units, by UCUM code. No micro sign among them: it is misread as milli. No `u` and no `cc`: both
/// are on the lists of error-prone abbreviations.
const SPELLINGS: [(Words, &str); 15] = [
    (typed::milligram, "mg"),
    (typed::microgram, "ug"),
    (typed::gram, "g"),
    (typed::milliliter, "mL"),
    (typed::international_unit, "[IU]"),
    (typed::tablet, "{tbl}"),
    (typed::capsule, "{capsule}"),
    (typed::drop, "[drp]"),
    (typed::puff, "{puff}"),
    (typed::celsius, "Cel"),
    (typed::mercury, "mm[Hg]"),
    (typed::per_minute, "/min"),
    (typed::kilogram, "kg"),
    (typed::hour, "h"),
    (typed::day, "d"),
];

/// UCUM codes of units that are not used for doses.
const NOT_OF_DOSES: &[&str] = &["Cel", "mm[Hg]", "/min", "%", "kg", "h", "d"];

/// Unit by its UCUM code, by its text in any language, or by another common spelling.
#[must_use]
pub fn unit(name: &str) -> Option<Unit> {
    let name = plain(name);
    let name = name.strip_suffix('.').unwrap_or(&name).trim_end();
    name.parse().ok().or_else(|| {
        let lower = name.to_lowercase();
        let spelt = SPELLINGS.iter().find(|(words, _)| is_typed(&lower, *words));
        spelt.map_or(lower.as_str(), |(_, ucum)| ucum).parse().ok()
    })
}

/// True for a unit of doses.
pub(super) fn is_of_doses(unit: Unit) -> bool {
    !NOT_OF_DOSES.contains(&unit.ucum())
}

/// True if a text contains a micro sign.
pub(super) fn has_micro_sign(text: &str) -> bool {
    text.contains(['µ', 'μ'])
}
