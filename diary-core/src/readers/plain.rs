//! Normalization of characters that keyboards, pasted pages and languages write in several ways.

/// Longest text that is parsed, in characters; no number, date or time is longer.
pub(super) const LONGEST: usize = 120;

/// Characters with several forms, and their plain form.
const COMPATIBLE: &[(char, &str)] = &[
    ('½', " 1/2"),
    ('¼', " 1/4"),
    ('¾', " 3/4"),
    ('⅓', " 1/3"),
    ('⅔', " 2/3"),
    ('⅕', " 1/5"),
    ('⅛', " 1/8"),
    ('⅜', " 3/8"),
    ('⅝', " 5/8"),
    ('⅞', " 7/8"),
    ('⁄', "/"),
    ('∕', "/"),
    ('㎎', "mg"),
    ('㎏', "kg"),
    ('㎍', "µg"),
    ('㎖', "ml"),
    ('㏄', "cc"),
    ('㎝', "cm"),
    ('℃', "°C"),
    ('㏂', "am"),
    ('㏘', "pm"),
    ('−', "-"),
    ('–', "-"),
    ('—', "-"),
    ('‐', "-"),
    ('‑', "-"),
    ('。', "."),
    ('｡', "."),
    ('·', "."),
    ('∶', ":"),
    ('︰', ":"),
    ('﹕', ":"),
    ('﹣', "-"),
    ('﹒', "."),
];

/// Plain forms of full-width letters, digits, signs and spaces and of characters with several forms; without
/// the invisible marks that keyboards and pasted pages leave, spaces at the ends and double spaces.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}' => {}
            '\u{FF01}'..='\u{FF5E}' => out.extend(char::from_u32(u32::from(c) - 0xFF01 + 0x21)),
            other => match COMPATIBLE.iter().find(|(from, _)| *from == other) {
                Some((_, to)) => out.push_str(to),
                None => out.push(other),
            },
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Number in Chinese numerals, 0 to 99, or digit by digit like years (二〇二六).
pub(super) fn chinese_number(text: &str) -> Option<u32> {
    let digits: Vec<char> = text.chars().collect();
    let unit = |c: &char| "〇一二三四五六七八九".chars().position(|d| d == *c);
    let unit = |c: &char| match c {
        '零' => Some(0),
        '两' | '兩' => Some(2),
        other => unit(other).and_then(|n| u32::try_from(n).ok()),
    };
    match digits.as_slice() {
        [] => None,
        ['十'] => Some(10),
        ['十', ones] => unit(ones).filter(|n| *n > 0).map(|n| 10 + n),
        [tens, '十'] => unit(tens).filter(|n| *n > 0).map(|n| n * 10),
        [tens, '十', ones] => {
            let tens = unit(tens).filter(|n| *n > 0)?;
            unit(ones).filter(|n| *n > 0).map(|n| tens * 10 + n)
        }
        all if all.len() <= 4 => all.iter().try_fold(0, |sum, c| Some(sum * 10 + unit(c)?)),
        _ => None,
    }
}

/// True for a Chinese numeral.
pub(super) fn is_chinese_numeral(c: char) -> bool {
    "零〇一二三四五六七八九十两兩".contains(c)
}

/// Chinese numerals in a date or a time as digits: `三月一号` as `3月1号`.
pub(super) fn with_digits(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_chinese_numeral) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c| !is_chinese_numeral(c)).unwrap_or(from.len());
        let (numerals, after) = from.split_at(end);
        out.push_str(before);
        match chinese_number(numerals) {
            Some(number) => out.push_str(&number.to_string()),
            None => out.push_str(numerals),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// An integer of at most `longest` plain digits.
pub(super) fn digits(text: &str, longest: usize) -> Option<u32> {
    let fits = (1..=longest).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}
