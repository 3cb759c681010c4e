//! Thirty-five days of two participants and their site, from a seed. Pure: a script of scenes, no clock, no diary.
//!
//! Symptom levels follow the published daily MG-ADL figures of a diary study of 82 people: a median near 7 in an
//! exacerbation and near 0.3 outside, skewed, with many zeros (Steyaert 2023, doi 10.3389/fneur.2023.1144183).

mod dice;
pub mod scene;

use dice::Dice;
pub use scene::{Deed, DoseTold, LineDeed, Person, Scene};

/// Days that are played, the last of them today.
pub const DAYS: i64 = 35;
/// First infusion day of cycle 1, counted from 0.
pub const CYCLE_1: i64 = 12;
/// First infusion day of cycle 2: five infusion days, then seven days without.
pub const CYCLE_2: i64 = CYCLE_1 + 12;

/// Items of the evening check with four levels.
const SYMPTOMS: [&str; 10] = [
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
/// Items of MG-ADL.
const MG_ADL: [&str; 8] =
    ["talking", "chewing", "swallowing", "breathing", "grooming", "rising", "double-vision", "eyelids"];

/// Course of one participant's trial.
struct Character {
    person: Person,
    /// Days of worse symptoms, both ends included.
    exacerbation: (i64, i64),
    /// Days without network, both ends included.
    offline: (i64, i64),
    /// Evenings that are never entered.
    missed: &'static [i64],
    /// An evening that is entered the next morning.
    late: i64,
    /// An evening with choking on water: a red flag.
    choked: Option<i64>,
    /// Days of fever after an infusion.
    fever: &'static [i64],
    /// First day from which entries are made but not sent any more.
    unsent_from: i64,
}

const CHARACTERS: [Character; 2] = [
    Character {
        person: Person::First,
        exacerbation: (2, 13),
        offline: (19, 22),
        missed: &[8],
        late: 17,
        choked: Some(9),
        fever: &[13],
        unsent_from: DAYS,
    },
    Character {
        person: Person::Second,
        exacerbation: (20, 27),
        offline: (5, 6),
        missed: &[9, 10, 29],
        late: 21,
        choked: None,
        fever: &[],
        unsent_from: DAYS - 2,
    },
];

/// The whole script, in order of time.
#[must_use]
pub fn script(seed: u64) -> Vec<Scene> {
    let mut scenes = staff();
    for (n, character) in (0u64..).zip(&CHARACTERS) {
        let mut dice = Dice::new(seed.wrapping_mul(31).wrapping_add(n));
        for day in 0..DAYS {
            a_day(character, day, &mut dice, &mut scenes);
        }
        particulars(character, &mut scenes);
    }
    scenes.sort_by_key(|scene| (scene.day, scene.minute));
    scenes
}

fn a_day(who: &Character, day: i64, dice: &mut Dice, scenes: &mut Vec<Scene>) {
    let person = who.person;
    let mut add = |minute: i64, deed: Deed| scenes.push(Scene { day, minute, person, deed });
    let ill = (who.exacerbation.0..=who.exacerbation.1).contains(&day);
    for (minute, dose) in [(7 * 60 + 35, 0), (11 * 60 + 40, 1), (16 * 60 + 5, 2), (20 * 60 + 10, 3)] {
        let told = match dice.below(100) {
            0..=2 => DoseTold::Forgot,
            3 => DoseTold::DontKnow,
            // No answer: no entry is made for the dose.
            4 => continue,
            _ => DoseTold::Taken,
        };
        add(minute + dice.below(20), Deed::Dose { line: 0, dose, told });
    }
    add(8 * 60 + 5, Deed::Dose { line: 1, dose: 0, told: DoseTold::Taken });
    // The vitamin, on the days on which it is planned.
    add(9 * 60, Deed::Dose { line: 2, dose: 0, told: DoseTold::Taken });
    let safety = [CYCLE_1, CYCLE_2].iter().any(|cycle| (*cycle..*cycle + 19).contains(&day));
    if safety {
        let fever = who.fever.contains(&day);
        add(8 * 60 + 20, Deed::Safety { tenths: temperature(dice, false), unwell: false });
        add(19 * 60 + 30, Deed::Safety { tenths: temperature(dice, fever), unwell: fever });
    }
    let choked = who.choked == Some(day);
    let symptom = |item: &'static str| {
        let drawn = level(dice, ill);
        (item, if choked && item == "swallowing" { 3 } else { drawn })
    };
    let evening = Deed::Evening { levels: SYMPTOMS.into_iter().map(symptom).collect(), of_day: day };
    if day == who.late {
        scenes.push(Scene { day: day + 1, minute: 9 * 60, person, deed: evening });
    } else if !who.missed.contains(&day) {
        add(20 * 60 + 30, evening);
    }
    // The study asks once a week; the player knows on which day.
    let weekly = MG_ADL.iter().map(|item| (*item, level(dice, ill))).collect();
    scenes.push(Scene { day, minute: 20 * 60 + 40, person, deed: Deed::MgAdlIfAsked { levels: weekly } });
    let online = !(who.offline.0..=who.offline.1).contains(&day) && day < who.unsent_from;
    if online {
        for minute in [12 * 60 + 30, 20 * 60 + 50] {
            scenes.push(Scene { day, minute, person, deed: Deed::Sync });
        }
    }
}

/// Zero to three. Outside an exacerbation nearly always zero.
fn level(dice: &mut Dice, ill: bool) -> u8 {
    match (ill, dice.below(100)) {
        (true, 0..=34) | (false, 0..=95) => 0,
        (true, 35..=81) | (false, _) => 1,
        (true, _) => 2,
    }
}

/// Tenths of a degree Celsius.
fn temperature(dice: &mut Dice, fever: bool) -> i64 {
    if fever { 384 + dice.below(4) } else { 362 + dice.below(8) }
}

/// Events that occur once: a correction, a withdrawal, a caregiver's entry, an extra dose, a change, an event, a note.
fn particulars(who: &Character, scenes: &mut Vec<Scene>) {
    let person = who.person;
    let mut add = |day: i64, minute: i64, deed: Deed| scenes.push(Scene { day, minute, person, deed });
    match person {
        Person::First => {
            add(9, 14 * 60, Deed::ExtraDose);
            add(7, 20 * 60 + 20, Deed::CaregiverNote);
            add(15, 12 * 60, Deed::CorrectLastDose);
            add(18, 10 * 60, Deed::MorningNote);
        }
        Person::Second => {
            add(CYCLE_1, 9 * 60, Deed::InfusionStarted);
            add(14, 15 * 60, Deed::Fall);
            add(16, 9 * 60 + 30, Deed::WithdrawnNote);
            add(22, 13 * 60, Deed::StartedMedication);
        }
        Person::Staff => {}
    }
}

/// Acts of the site: regimens, anchors, infusions, visits.
fn staff() -> Vec<Scene> {
    let mut scenes = Vec::new();
    let mut add =
        |day: i64, minute: i64, deed: Deed| scenes.push(Scene { day, minute, person: Person::Staff, deed });
    for person in [Person::First, Person::Second] {
        add(0, 6 * 60, Deed::Visit { of: person, kind: "screening" });
        add(0, 6 * 60 + 1, Deed::Regimen { of: person, prednisone_mg: 20 });
        for (anchor, day) in [("cycle1", CYCLE_1), ("cycle2", CYCLE_2)] {
            add(day - 2, 15 * 60, Deed::Anchor { of: person, anchor, day });
            for n in 0..5 {
                add(day + n, 18 * 60, Deed::Infusion { of: person, anchor, n });
            }
        }
        add(28, 10 * 60, Deed::Visit { of: person, kind: "scheduled" });
    }
    add(12, 11 * 60, Deed::VisitWithdrawn { of: Person::First, day: 20 });
    // One participant gets a new regimen at the visit; the other's was planned ahead, and changes line by line.
    add(28, 10 * 60 + 5, Deed::Regimen { of: Person::Second, prednisone_mg: 15 });
    for (day, change) in [
        (3, LineDeed::Taper { day: 28, mg: 15 }),
        (6, LineDeed::Weekdays),
        (10, LineDeed::Limits),
        (16, LineDeed::Times),
        (25, LineDeed::End),
    ] {
        add(day, 13 * 60, Deed::Line { of: Person::First, change });
    }
    scenes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_script() {
        assert_eq!(script(7), script(7));
        assert_ne!(script(7), script(8));
    }

    /// The published median is 7 in an exacerbation and 0.3 outside.
    #[test]
    fn totals_are_skewed_with_many_zeros_and_near_the_published_medians() {
        let (mut ill, mut well) = (Vec::new(), Vec::new());
        let mut dice = Dice::new(1);
        for _ in 0..2_000 {
            ill.push((0..8).map(|_| i64::from(level(&mut dice, true))).sum::<i64>());
            well.push((0..8).map(|_| i64::from(level(&mut dice, false))).sum::<i64>());
        }
        ill.sort_unstable();
        well.sort_unstable();
        assert!((6..=8).contains(&ill[1_000]), "median {}", ill[1_000]);
        assert_eq!(well[1_000], 0);
        assert!(well[1_999] > 0);
    }
}
