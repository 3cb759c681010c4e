//! JSON with exact numbers, ordered members and no duplicate keys. Independent of FHIR.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Deepest nesting that is accepted.
const DEPTH_MAX: usize = 64;

/// One JSON value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Node {
    Null,
    Bool(bool),
    /// Digits as written: a float would change 0.1.
    Number(String),
    Text(String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Node {
    /// Member `key` of an object.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.members().iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Members of an object; empty for other values.
    pub(super) fn members(&self) -> &[(String, Self)] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    /// Elements of a list; empty for other values.
    pub(super) fn elements(&self) -> &[Self] {
        match self {
            Self::List(elements) => elements,
            _ => &[],
        }
    }

    /// Text of a string.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// String in the member `key`.
    pub(super) fn text_at(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Self::as_text)
    }
}

/// Decodes one JSON document. The error contains line and column of a syntax error.
pub(super) fn read(json: &[u8]) -> Result<Node, String> {
    // Editors on Windows prefix a byte order mark, which JSON does not allow.
    let json = json.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(json);
    let raw: &RawValue = serde_json::from_slice(json).map_err(|e| e.to_string())?;
    node(raw, 0)
}

fn node(raw: &RawValue, depth: usize) -> Result<Node, String> {
    if depth > DEPTH_MAX {
        return Err(format!("nested deeper than {DEPTH_MAX} levels"));
    }
    let text = raw.get();
    Ok(match text.as_bytes().first() {
        Some(b'{') => Node::Object(object(text, depth)?),
        Some(b'[') => {
            let elements: Vec<&RawValue> = serde_json::from_str(text).map_err(|e| e.to_string())?;
            Node::List(elements.into_iter().map(|e| node(e, depth + 1)).collect::<Result<_, _>>()?)
        }
        Some(b'"') => Node::Text(serde_json::from_str(text).map_err(|e| e.to_string())?),
        Some(b't') => Node::Bool(true),
        Some(b'f') => Node::Bool(false),
        Some(b'n') | None => Node::Null,
        Some(_) => Node::Number(text.to_owned()),
    })
}

fn object(text: &str, depth: usize) -> Result<Vec<(String, Node)>, String> {
    let Members(members) = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let mut seen = BTreeSet::new();
    if let Some((twice, _)) = members.iter().find(|(key, _)| !seen.insert(key.as_str())) {
        return Err(format!("the key \"{twice}\" comes twice in one object"));
    }
    members.into_iter().map(|(key, value)| Ok((key, node(value, depth + 1)?))).collect()
}

/// Members of one object, with their values not decoded yet.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        d.deserialize_map(Collect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_the_digits_they_were_written_with() {
        let read = read(br#" {"a": 0.1, "b": [12345678901234567.000000001], "c": null} "#).unwrap();
        assert_eq!(read.get("a"), Some(&Node::Number("0.1".to_owned())));
        assert_eq!(
            read.get("b").unwrap().elements(),
            [Node::Number("12345678901234567.000000001".to_owned())]
        );
        assert_eq!(read.get("c"), Some(&Node::Null));
    }

    #[test]
    fn what_is_not_plain_json_is_refused_with_its_place() {
        let check = |json: &[u8], expect: &str| assert_eq!(read(json).unwrap_err(), expect);
        check(b"{\"a\": 1,\n \"b\": }", "expected value at line 2 column 7");
        check(br#"{"a": 1, "a": 2}"#, "the key \"a\" comes twice in one object");
        check("[".repeat(80).as_bytes(), "EOF while parsing a list at line 1 column 80");
        let deep = "[".repeat(80) + &"]".repeat(80);
        check(deep.as_bytes(), "nested deeper than 64 levels");
        assert!(read(b"\xFF\xFE").is_err());
        assert!(read(b"\xEF\xBB\xBF{}").is_ok());
    }
}
