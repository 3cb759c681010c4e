//! Numbers, units and amounts.

use super::*;

#[test]
fn amounts_are_read_as_people_write_them() {
    for (text, value, ucum) in [
        ("60 mg", "60", "mg"),
        ("60mg", "60", "mg"),
        ("60 mg.", "60", "mg"),
        ("60 MG", "60", "mg"),
        ("６０ｍｇ", "60", "mg"),
        ("６０ 毫克", "60", "mg"),
        ("60 ㎎", "60", "mg"),
        ("60\u{200b}mg", "60", "mg"),
        ("60\u{a0}mg", "60", "mg"),
        ("0.5 tablets", "0.5", "{tbl}"),
        (".5 tablets", "0.5", "{tbl}"),
        ("0,5 tablets", "0.5", "{tbl}"),
        (",5 片", "0.5", "{tbl}"),
        ("０．５片", "0.5", "{tbl}"),
        ("0。5片", "0.5", "{tbl}"),
        ("½ tablet", "0.5", "{tbl}"),
        ("½片", "0.5", "{tbl}"),
        ("1/2 tablet", "0.5", "{tbl}"),
        ("１／２片", "0.5", "{tbl}"),
        ("1⁄2 tablet", "0.5", "{tbl}"),
        ("¼ tablet", "0.25", "{tbl}"),
        ("¾ tablet", "0.75", "{tbl}"),
        ("3/8 tablet", "0.375", "{tbl}"),
        ("1½ tablets", "1.5", "{tbl}"),
        ("1 ½ tablets", "1.5", "{tbl}"),
        ("1 1/2 tablets", "1.5", "{tbl}"),
        ("1.5 tablets", "1.5", "{tbl}"),
        ("1,5 mg", "1.5", "mg"),
        ("1,25 mg", "1.25", "mg"),
        ("0,125 mg", "0.125", "mg"),
        ("1.500 mg", "1.500", "mg"),
        ("半片", "0.5", "{tbl}"),
        ("半 片", "0.5", "{tbl}"),
        ("一片", "1", "{tbl}"),
        ("两片", "2", "{tbl}"),
        ("二片", "2", "{tbl}"),
        ("十片", "10", "{tbl}"),
        ("十二片", "12", "{tbl}"),
        ("二十毫克", "20", "mg"),
        ("六十毫克", "60", "mg"),
        ("1片半", "1.5", "{tbl}"),
        ("一片半", "1.5", "{tbl}"),
        ("两片半", "2.5", "{tbl}"),
        ("２片", "2", "{tbl}"),
        ("2 药片", "2", "{tbl}"),
        ("两粒", "2", "{capsule}"),
        ("2 粒胶囊", "2", "{capsule}"),
        ("half a tablet", "0.5", "{tbl}"),
        ("Half tablet", "0.5", "{tbl}"),
        ("a quarter of a tablet", "", ""),
        ("quarter of a tablet", "0.25", "{tbl}"),
        ("two tablets", "2", "{tbl}"),
        ("one and a half tablets", "1.5", "{tbl}"),
        ("1 tablet and a half", "1.5", "{tbl}"),
        ("1 tablet", "1", "{tbl}"),
        ("2 tabs", "2", "{tbl}"),
        ("1 capsule", "1", "{capsule}"),
        ("9 mcg", "9", "ug"),
        ("9 micrograms", "9", "ug"),
        ("9微克", "9", "ug"),
        ("9 ug", "9", "ug"),
        ("0.5 g", "0.5", "g"),
        ("5 ml", "5", "mL"),
        ("5 毫升", "5", "mL"),
        ("㎖", "", ""),
        ("400 IU", "400", "[IU]"),
        ("400 国际单位", "400", "[IU]"),
        ("3 drops", "3", "[drp]"),
        ("2 puffs", "2", "{puff}"),
        ("两喷", "2", "{puff}"),
        ("0.4 g/kg", "0.4", "g/kg"),
        ("28 mcg/day", "28", "ug/d"),
        ("100000 mg", "100000", "mg"),
    ] {
        let read = amount(text).ok();
        let read = read.map(|read| (read.value.to_string(), read.unit.ucum().to_owned()));
        let expected = (!value.is_empty()).then(|| (value.to_owned(), ucum.to_owned()));
        assert_eq!(read, expected, "{text}");
    }
}

#[test]
fn what_could_mean_two_amounts_is_refused() {
    for (text, error) in [
        ("", ReadError::NotAnAmount),
        ("mg", ReadError::NotAnAmount),
        ("a lot", ReadError::NotAnAmount),
        ("60", ReadError::NoUnit),
        ("半", ReadError::NoUnit),
        ("½", ReadError::NoUnit),
        ("60 stones", ReadError::UnknownUnit),
        ("60 u", ReadError::UnknownUnit),
        ("5 cc", ReadError::UnknownUnit),
        ("38 °C", ReadError::UnknownUnit),
        ("3 天", ReadError::UnknownUnit),
        ("5 kg", ReadError::UnknownUnit),
        ("1半片", ReadError::UnknownUnit),
        ("一半片", ReadError::UnknownUnit),
        ("两个半片", ReadError::UnknownUnit),
        ("半片半", ReadError::NotAnAmount),
        ("1.5片半", ReadError::NotAnAmount),
        ("1,500 mg", ReadError::Thousands),
        ("１，５００ mg", ReadError::Thousands),
        ("1 500 mg", ReadError::Thousands),
        ("1'500 mg", ReadError::Thousands),
        ("1,500.5 mg", ReadError::Thousands),
        ("1.500,5 mg", ReadError::Thousands),
        ("1,2345 mg", ReadError::Thousands),
        ("1/3 tablet", ReadError::Fraction),
        ("⅓ tablet", ReadError::Fraction),
        ("3/2 tablets", ReadError::Fraction),
        ("11/2 tablets", ReadError::Fraction),
        ("10/20 mg", ReadError::Fraction),
        ("5/325 mg", ReadError::Fraction),
        ("1.5 1/2 tablets", ReadError::Fraction),
        ("05 mg", ReadError::LeadingZero),
        ("1-2 tablets", ReadError::TwoNumbers),
        ("1~2片", ReadError::TwoNumbers),
        ("2 x 5 mg", ReadError::TwoNumbers),
        ("2片5mg", ReadError::TwoNumbers),
        ("5. mg", ReadError::NotAnAmount),
        ("1.2.3 mg", ReadError::NotAnAmount),
        ("0 mg", ReadError::AmountRange),
        ("-1 mg", ReadError::AmountRange),
        ("100001 mg", ReadError::AmountRange),
        ("1234567890123456789 mg", ReadError::TooManyDigits),
        ("0.1234567891 mg", ReadError::TooManyDigits),
        ("9 µg", ReadError::MicroSign),
        ("9 μg", ReadError::MicroSign),
        ("9 ㎍", ReadError::MicroSign),
    ] {
        assert_eq!(amount(text), Err(error), "{text}");
    }
    assert_eq!(amount(&"9".repeat(5_000)), Err(ReadError::TooManyDigits));
}

#[test]
fn refusals_of_amounts_say_what_to_write() {
    says(
        ReadError::NoUnit,
        "Write the unit behind the number, for example 60 mg or 2 tablets.",
        "请在数字后面写上单位，例如 60 毫克或 2 片。",
    );
    says(
        ReadError::Thousands,
        "A comma or a space inside a number can mean two things. Write 1500 for one thousand five hundred, 1.5 for one and a half.",
        "数字里的逗号或空格可能有两种意思。一千五百请写 1500，一点五请写 1.5。",
    );
}

#[test]
fn numbers_stand_alone_and_may_have_a_sign() {
    for (text, value) in [
        ("38.5", "38.5"),
        ("３８．５", "38.5"),
        ("38,5", "38.5"),
        ("-0.5", "-0.5"),
        ("−2", "-2"),
        ("+3", "3"),
        ("½", "0.5"),
        ("1½", "1.5"),
        ("三", "3"),
        ("半", "0.5"),
        ("07", "07"),
    ] {
        assert_eq!(number(text), value.parse().map_err(|_| ReadError::NotANumber), "{text}");
    }
    for (text, error) in [
        ("", ReadError::NotANumber),
        ("1e3", ReadError::TwoNumbers),
        ("NaN", ReadError::NotANumber),
        ("38.5 C", ReadError::NotANumber),
        ("120/80", ReadError::Fraction),
        ("1,500", ReadError::Thousands),
        ("--1", ReadError::NotANumber),
    ] {
        assert_eq!(number(text), Err(error), "{text}");
    }
}

#[test]
fn units_have_several_names() {
    for (name, ucum) in
        [("℃", "Cel"), ("度", "Cel"), ("c", "Cel"), ("Tablet(s)", "{tbl}"), ("千克", "kg"), ("％", "%")]
    {
        assert_eq!(unit(name).map(|unit| unit.ucum().to_owned()).as_deref(), Some(ucum), "{name}");
    }
    assert_eq!(unit("µg"), None);
}
