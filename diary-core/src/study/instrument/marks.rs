//! Numbers and letters before the words of an option, such as `0 - none`, `（1）轻度`, `1分 轻度`, `A. never`, `②`
//! or `II)`. Text alone; [`super::keys`] decides which become keys.

use crate::measure::Decimal;
use crate::readers::plain;

/// Most digits of an option's number; four digits are a year.
const DIGITS_MAX: usize = 3;
/// Most characters of a prefix used as a key.
const SHORT_MAX: usize = 3;

/// A mark before an option.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Mark {
    /// Form to type: plain digits, a lower-case letter, or a short word.
    pub(super) key: String,
    /// Form as written, unless digits: `ii`, `一`.
    pub(super) also: Option<String>,
    pub(super) kind: MarkKind,
}

/// Kinds of marks. All options of a question have the same kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum MarkKind {
    Number,
    Letter,
    /// A Roman number in letters; a single `I`, `V` or `X` is one only among others.
    Roman,
    /// A short word, only as a prefix.
    Word,
}

/// A text split into mark and words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Marked<'t> {
    pub(super) mark: Mark,
    /// Words after it; the whole text if the number belongs to the words (`2-3 times`, `1片`).
    pub(super) rest: &'t str,
}

/// Normalized form for comparing typed keys, codes and words: full-width characters as plain ones, without
/// the invisible marks that keyboards and pasted pages leave, single spaces, lower case, circled and Roman
/// digits as digits.
#[must_use]
pub fn folded(text: &str) -> String {
    let plain = plain(text);
    match (plain.chars().next().and_then(sign_number), plain.chars().count()) {
        (Some(number), 1) => number.to_string(),
        _ => plain.to_lowercase(),
    }
}

/// Plain form of a full-width character.
fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFF01 + 0x21).unwrap_or(c),
        '\u{3000}' | '\u{A0}' => ' ',
        '\u{2212}' => '-',
        other => other,
    }
}

/// Number of a single character: circled, bracketed, dotted or Roman.
fn sign_number(c: char) -> Option<u32> {
    let ranges = [
        ('①', '⑳', 1),
        ('⑴', '⒇', 1),
        ('⒈', '⒛', 1),
        ('❶', '❿', 1),
        ('➀', '➉', 1),
        ('㊀', '㊉', 1),
        ('㈠', '㈩', 1),
        ('Ⅰ', 'Ⅻ', 1),
        ('ⅰ', 'ⅻ', 1),
        ('⓪', '⓪', 0),
        ('⓿', '⓿', 0),
    ];
    ranges
        .iter()
        .find(|(first, last, _)| (*first..=*last).contains(&c))
        .map(|(first, _, from)| u32::from(c) - u32::from(*first) + from)
}

/// True if two keys are equal, also as numbers: `01` is `1`. Several zeros are several keys typed without
/// spaces.
pub(super) fn same_key(a: &str, b: &str) -> bool {
    let number = |text: &str| text.parse::<Decimal>().ok().filter(|_| !text.starts_with("00"));
    a == b || matches!((number(a), number(b)), (Some(a), Some(b)) if a == b)
}

/// Mark at the beginning of an option's text.
pub(super) fn leading(text: &str) -> Option<Marked<'_>> {
    let text = text.trim();
    let first = text.chars().next()?;
    if let Some(number) = sign_number(first) {
        let mark = Mark { key: number.to_string(), also: None, kind: MarkKind::Number };
        return Some(Marked { mark, rest: behind(text.get(first.len_utf8()..)?) });
    }
    let opened = matches!(first, '(' | '（' | '[' | '［' | '【');
    let inner = if opened { text.get(first.len_utf8()..)?.trim_start() } else { text };
    number(text, inner, opened).or_else(|| letters(inner, opened))
}

/// Mark that makes up a whole prefix: `0`, `1)`, `(a)`, `NA`.
pub(super) fn whole(prefix: &str) -> Option<Mark> {
    let bare = plain(prefix);
    let bare = bare.trim_matches(['(', ')', '[', ']', '.', ':', '、', '。', '-', '=', ' ', '【', '】']);
    let signed = if plain(prefix).starts_with('-') { format!("-{bare}") } else { bare.to_owned() };
    if bare.is_empty() {
        return None;
    }
    if signed.parse::<Decimal>().is_ok() {
        return Some(Mark { key: signed, also: None, kind: MarkKind::Number });
    }
    let key = folded(bare);
    if key.parse::<Decimal>().is_ok() {
        return Some(Mark { key, also: None, kind: MarkKind::Number });
    }
    if let Some(mark) = token(bare) {
        return Some(mark);
    }
    let short = key.chars().count() <= SHORT_MAX && !key.contains(' ');
    short.then_some(Mark { key, also: None, kind: MarkKind::Word })
}

/// Numbers meant by a text, even without being a mark: `less than 1`, `1 to 3`, `≥4 次`.
pub(super) fn meant(text: &str) -> Vec<String> {
    const BEFORE: &[&str] = &[
        "less than",
        "fewer than",
        "more than",
        "at least",
        "at most",
        "up to",
        "over",
        "under",
        "about",
        "from",
        "<",
        ">",
        "≤",
        "≥",
        "=",
        "少于",
        "不到",
        "小于",
        "不足",
        "超过",
        "多于",
        "大于",
        "至少",
        "至多",
        "最多",
        "约",
    ];
    let text = plain(text).to_lowercase();
    let mut rest = text.as_str();
    while let Some(after) = BEFORE.iter().find_map(|before| rest.strip_prefix(before)) {
        rest = after.trim_start();
    }
    let Some((low, after)) = digits(rest) else { return Vec::new() };
    let mut numbers = vec![low.to_owned()];
    numbers.extend(range_end(after).map(|(high, _)| high.to_owned()));
    numbers
}

/// Leading digits, with at most one point, and the rest.
fn digits(text: &str) -> Option<(&str, &str)> {
    let run = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let whole = run(text);
    if whole == 0 {
        return None;
    }
    let (head, rest) = text.split_at(whole);
    match rest.strip_prefix('.').map(|part| (part, run(part))) {
        Some((_, places)) if places > 0 => text.split_at_checked(head.len() + 1 + places),
        _ => Some((head, rest)),
    }
}

/// Second number of `1-3`, `1 to 3`, `1至3`.
fn range_end(after: &str) -> Option<(&str, &str)> {
    let after = after.trim_start();
    let behind =
        ["-", "–", "—", "~", "～", "to ", "至", "到"].iter().find_map(|sign| after.strip_prefix(sign))?;
    digits(behind.trim_start())
}

/// Text after a mark, without separators.
fn behind(text: &str) -> &str {
    let text = text.trim_start();
    let text = text.strip_prefix(is_separator).unwrap_or(text);
    text.trim_start()
}

const fn is_separator(c: char) -> bool {
    matches!(
        c,
        '.' | '．'
            | '。'
            | '、'
            | ':'
            | '：'
            | '-'
            | '－'
            | '–'
            | '—'
            | '='
            | '＝'
            | ')'
            | '）'
            | ']'
            | '］'
            | '】'
    )
}

/// Number at the beginning of `text`, whose part after an opening bracket is `inner`.
fn number<'t>(text: &'t str, inner: &'t str, opened: bool) -> Option<Marked<'t>> {
    let narrowed: String = inner.chars().map(narrow).collect();
    let (signed, unsigned) = match narrowed.strip_prefix('-') {
        Some(rest) if !opened => ("-", rest),
        _ => ("", narrowed.as_str()),
    };
    let (digits, after) = digits(unsigned)?;
    let key = format!("{signed}{digits}");
    let mark = Mark { key, also: None, kind: MarkKind::Number };
    // Conversion from full width keeps the number of characters, not of bytes.
    let taken = narrowed.chars().count() - after.chars().count();
    let rest = inner.char_indices().nth(taken).map_or("", |(at, _)| inner.get(at..).unwrap_or_default());
    let next = after.chars().next();
    let digit_after_sign = after.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
    let is_date_or_time = matches!(next, Some(':' | '/')) && digit_after_sign;
    if digits.split('.').next().is_none_or(|whole| whole.len() > DIGITS_MAX) || is_date_or_time {
        return None;
    }
    if opened {
        let closed = rest.trim_start().starts_with([')', '）', ']', '］', '】']);
        return closed.then(|| Marked { mark, rest: behind(behind(rest)) });
    }
    let points = rest
        .strip_prefix('分')
        .filter(|rest| rest.starts_with(|c: char| is_separator(c) || c.is_whitespace()));
    let rest = match (points, next) {
        _ if range_end(after).is_some() => text,
        (Some(points), _) if !behind(points).is_empty() => behind(points),
        (_, None) => "",
        (_, Some(c)) if is_separator(c) || c.is_whitespace() => behind(rest),
        // `1片`, `2nd`: the number is part of the words.
        _ => text,
    };
    Some(Marked { mark, rest })
}

/// A letter, Roman or Chinese number followed by a separator: `A. never`, `(b) often`, `II: mild`, `一、无`.
fn letters(inner: &str, opened: bool) -> Option<Marked<'_>> {
    let end = inner.find(|c: char| is_separator(c) || c.is_whitespace())?;
    let (head, rest) = inner.split_at(end);
    let sign = rest.trim_start().chars().next()?;
    let set_off = if opened { matches!(sign, ')' | '）' | ']' | '］' | '】') } else { is_separator(sign) };
    // A hyphen without a space joins words: "X-ray".
    let joined = sign == '-' && rest.starts_with('-') && !rest.starts_with("- ");
    let mark = token(&plain(head)).filter(|_| set_off && !joined)?;
    Some(Marked { mark, rest: behind(rest) })
}

/// A letter, Roman or Chinese number that stands alone.
fn token(text: &str) -> Option<Mark> {
    const ROMAN: [&str; 12] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
    const CHINESE: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    let lower = text.to_lowercase();
    let at = |list: &[&str]| list.iter().position(|known| *known == lower).map(|at| (at + 1).to_string());
    if let Some(key) = at(&CHINESE) {
        return Some(Mark { key, also: Some(lower), kind: MarkKind::Number });
    }
    if let Some(key) = at(&ROMAN) {
        return Some(Mark { key, also: Some(lower), kind: MarkKind::Roman });
    }
    let mut letters = lower.chars();
    let single = letters.next().is_some_and(|c| c.is_ascii_lowercase()) && letters.next().is_none();
    single.then_some(Mark { key: lower, also: None, kind: MarkKind::Letter })
}

/// Converts marks to one kind: a lone `I` or `V` is a letter among letters, and a number among Roman numbers.
/// `None` if the kinds differ.
pub(super) fn of_one_sort(marks: &mut [Option<Mark>]) -> Option<MarkKind> {
    let letters = marks.iter().flatten().any(|m| m.kind == MarkKind::Letter);
    for mark in marks.iter_mut().flatten() {
        if mark.kind == MarkKind::Roman {
            match mark.also.as_deref() {
                Some(written) if letters && written.len() == 1 => {
                    *mark = Mark { key: written.to_owned(), also: None, kind: MarkKind::Letter };
                }
                _ => mark.kind = MarkKind::Number,
            }
        }
    }
    let mut kinds = marks.iter().flatten().map(|mark| mark.kind);
    let first = kinds.next()?;
    kinds.all(|kind| kind == first).then_some(first)
}
