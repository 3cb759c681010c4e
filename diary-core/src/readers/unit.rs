//! Units by their common names.

use super::plain::plain;
use crate::measure::Unit;

/// Other spellings of units. No micro sign among them: it is misread as milli. No `u` and no `cc`: both are on the
/// lists of error-prone abbreviations.
const SPELLINGS: &[(&str, &str)] = &[
    ("mgs", "mg"),
    ("milligram", "mg"),
    ("milligrams", "mg"),
    ("mcgs", "ug"),
    ("microgram", "ug"),
    ("micrograms", "ug"),
    ("gram", "g"),
    ("grams", "g"),
    ("公克", "g"),
    ("ml", "mL"),
    ("milliliter", "mL"),
    ("milliliters", "mL"),
    ("millilitre", "mL"),
    ("millilitres", "mL"),
    ("iu", "[IU]"),
    ("international unit", "[IU]"),
    ("international units", "[IU]"),
    ("tablet", "{tbl}"),
    ("tablets", "{tbl}"),
    ("tab", "{tbl}"),
    ("tabs", "{tbl}"),
    ("pill", "{tbl}"),
    ("pills", "{tbl}"),
    ("药片", "{tbl}"),
    ("片药", "{tbl}"),
    ("capsule", "{capsule}"),
    ("capsules", "{capsule}"),
    ("cap", "{capsule}"),
    ("caps", "{capsule}"),
    ("胶囊", "{capsule}"),
    ("粒胶囊", "{capsule}"),
    ("drop", "[drp]"),
    ("drops", "[drp]"),
    ("puff", "{puff}"),
    ("puffs", "{puff}"),
    ("℃", "Cel"),
    ("°c", "Cel"),
    ("c", "Cel"),
    ("度", "Cel"),
    ("摄氏度", "Cel"),
    ("degrees", "Cel"),
    ("mmhg", "mm[Hg]"),
    ("bpm", "/min"),
    ("次/分钟", "/min"),
    ("kilogram", "kg"),
    ("kilograms", "kg"),
    ("千克", "kg"),
    ("hour", "h"),
    ("hr", "h"),
    ("hrs", "h"),
    ("个小时", "h"),
    ("day", "d"),
];

/// UCUM codes of units that are not used for doses.
const NOT_OF_DOSES: &[&str] = &["Cel", "mm[Hg]", "/min", "%", "kg", "h", "d"];

/// Unit by its UCUM code, by its text in either language, or by another common spelling.
#[must_use]
pub fn unit(name: &str) -> Option<Unit> {
    let name = plain(name);
    let name = name.strip_suffix('.').unwrap_or(&name).trim_end();
    name.parse().ok().or_else(|| {
        let lower = name.to_lowercase();
        let spelt = SPELLINGS.iter().find(|(spelling, _)| *spelling == lower);
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
