//! Answers for scripts: a JSON object from `linkId` to a value or several, or lines `linkId=value`. Read as texts,
//! then understood item by item exactly as typed answers are.

use diary_core::entry::{Answer, Value};
use diary_core::study::instrument::{AnswerError, Instrument, Item, ItemKind};
use diary_core::time::{UtcMillis, Zone};

use crate::failure::InputError;

/// The values given for one item, as texts. None of them: the item is left without an answer.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Given {
    /// `linkId`.
    pub(crate) link_id: String,
    /// Values.
    pub(crate) values: Vec<String>,
}

/// Reads a file of answers: JSON where it begins with `{`, else lines.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Given>, InputError> {
    let text = std::str::from_utf8(bytes).map_err(|_| InputError::AnswerFile)?.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') { read_json(text) } else { read_lines(text.lines()) }
}

/// Reads lines `linkId=value`; empty lines and those that begin with `#` are passed over. Several lines for one item
/// are several values.
pub(crate) fn read_lines<'t>(lines: impl Iterator<Item = &'t str>) -> Result<Vec<Given>, InputError> {
    let mut given: Vec<Given> = Vec::new();
    for (n, line) in (1..).zip(lines) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (link_id, value) = line.split_once(['=', '＝']).ok_or(InputError::AnswerLine { line: n })?;
        let (link_id, value) = (link_id.trim(), value.trim());
        let value = (!value.is_empty()).then(|| value.to_owned());
        match given.iter_mut().find(|known| known.link_id == link_id) {
            Some(known) => known.values.extend(value),
            None => given.push(Given { link_id: link_id.to_owned(), values: value.into_iter().collect() }),
        }
    }
    Ok(given)
}

fn read_json(text: &str) -> Result<Vec<Given>, InputError> {
    let object: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(text).map_err(|_| InputError::AnswerJson)?;
    let given = object.into_iter().map(|(link_id, value)| {
        let values = match value {
            serde_json::Value::Null => Vec::new(),
            serde_json::Value::Array(values) => values.iter().map(plain).collect::<Option<_>>()?,
            single => vec![plain(&single)?],
        };
        Some(Given { link_id, values })
    });
    given.collect::<Option<_>>().ok_or(InputError::AnswerJson)
}

fn plain(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        serde_json::Value::Null | serde_json::Value::Array(_) | serde_json::Value::Object(_) => None,
    }
}

/// Understands what was given, item by item.
///
/// # Errors
/// Every item that is refused, and why.
pub(crate) fn understand(
    instrument: &Instrument,
    given: &[Given],
    zone: Zone,
    at: UtcMillis,
) -> Result<Vec<Answer>, Vec<AnswerError>> {
    let mut answers = Vec::with_capacity(given.len());
    let mut errors = Vec::new();
    for one in given {
        let Some(item) = instrument.item(&one.link_id) else {
            errors.extend(unknown(instrument, &one.link_id));
            continue;
        };
        let read = one.values.iter().map(|text| instrument.parse_answer(item, text, zone, at));
        match read.collect::<Result<Vec<Value>, _>>() {
            Ok(values) if values.is_empty() => answers.push(Answer { link_id: one.link_id.clone(), values }),
            Ok(values) => match instrument.check(item, &values) {
                Ok(()) => answers.push(Answer { link_id: one.link_id.clone(), values }),
                Err(error) => errors.push(error),
            },
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(answers) } else { Err(errors) }
}

/// Error of the instrument for an item that it does not have.
fn unknown(instrument: &Instrument, link_id: &str) -> Option<AnswerError> {
    let stray = Answer { link_id: link_id.to_owned(), values: vec![Value::Boolean(true)] };
    let errors = instrument.finish(&[stray]).err()?;
    errors.into_iter().find(|error| error.link_id == link_id)
}

/// Parses what a person typed for one item, which may be several options at once: `1, 3`.
pub(crate) fn typed(
    instrument: &Instrument,
    item: &Item,
    text: &str,
    zone: Zone,
    at: UtcMillis,
) -> Result<Vec<Value>, AnswerError> {
    let own = |value: &Value| matches!(value, Value::Text(_)) && item.chosen(value).is_none();
    let whole = instrument.parse_seen(item, text, zone, at).map(|value| vec![value]);
    // Words of the participant's own may be a list of options: `1, 3`.
    let done = whole.as_ref().is_ok_and(|values| !values.iter().any(own));
    if done || !item.repeats || item.kind != ItemKind::Choice {
        return whole;
    }
    let parts = |separators: &[char]| {
        let parts = text.split(separators).map(str::trim).filter(|part| !part.is_empty());
        let read =
            parts.map(|part| instrument.parse_seen(item, part, zone, at)).collect::<Result<Vec<_>, _>>();
        read.ok().filter(|values| !values.iter().all(own))
    };
    parts(&[',', '，', '、', ';', '；'])
        .or_else(|| parts(&[' ', '　', ',', '，', '、', ';', '；']).filter(|values| !values.iter().any(own)))
        .map_or(whole, Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(given: Result<Vec<Given>, InputError>) -> Result<Vec<(String, Vec<String>)>, InputError> {
        given.map(|given| given.into_iter().map(|one| (one.link_id, one.values)).collect())
    }

    fn pairs(list: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
        list.iter()
            .map(|(id, values)| ((*id).to_owned(), values.iter().map(|v| (*v).to_owned()).collect()))
            .collect()
    }

    #[test]
    fn json_and_lines_say_the_same() {
        let expected = pairs(&[
            ("lids", &["2"]),
            ("fever", &["38.5"]),
            ("kind", &["a", "b"]),
            ("none", &[]),
            ("ok", &["yes"]),
        ]);
        let json = r#"{"lids": 2, "fever": 38.5, "kind": ["a", "b"], "none": null, "ok": true}"#;
        assert_eq!(flat(read(json.as_bytes())), Ok(expected.clone()));
        let lines = "\u{feff}# evening\r\nlids = 2\r\nfever=38.5\nkind=a\nkind=b\nnone=\n\nok＝yes\n";
        assert_eq!(flat(read(lines.as_bytes())), Ok(expected));
    }

    #[test]
    fn what_is_neither_is_refused_with_its_line() {
        assert_eq!(flat(read(b"lids=1\nno idea\n")), Err(InputError::AnswerLine { line: 2 }));
        assert_eq!(flat(read(b"{\"lids\": {}}")), Err(InputError::AnswerJson));
        assert_eq!(flat(read(b"{lids}")), Err(InputError::AnswerJson));
        assert_eq!(flat(read(&[0xff, 0xfe, 0x00])), Err(InputError::AnswerFile));
    }
}
