//! What is in an entry, field by field, so that two versions can be compared.

use std::collections::BTreeMap;

use diary_core::entry::{Content, Value};

use super::time;

/// Name of a value's type.
pub(super) const fn kind_of_value(value: &Value) -> &'static str {
    match value {
        Value::Coding { .. } => "coding",
        Value::Integer(_) => "integer",
        Value::Decimal(_) => "decimal",
        Value::Quantity(_) => "quantity",
        Value::Boolean(_) => "boolean",
        Value::Text(_) => "text",
        Value::Date(_) => "date",
        Value::Time(_) => "time",
        Value::DateTime { .. } => "datetime",
    }
}

/// A value in one cell.
pub(super) fn plain_value(value: &Value) -> String {
    match value {
        Value::Coding { code, .. } => code.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Decimal(number) => number.to_string(),
        Value::Quantity(quantity) => format!("{} {}", quantity.value, quantity.unit.ucum()),
        Value::Boolean(yes) => yes.to_string(),
        Value::Text(text) => text.clone(),
        Value::Date(_) | Value::Time(_) | Value::DateTime { .. } => {
            time::of_answer(value).unwrap_or_default()
        }
    }
}

/// Every field with its value: answers by `linkId`, of other kinds the paths of what is said.
pub(super) fn fields(content: &Content) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    if let Content::Assessment(assessment) = content {
        for answer in &assessment.answers {
            let values: Vec<String> = answer.values.iter().map(plain_value).collect();
            found.insert(answer.link_id.clone(), values.join("|"));
        }
    } else if matches!(content, Content::Withdrawn) {
        // Nothing is said any more.
    } else if let Ok(json) = serde_json::to_value(content) {
        // The outermost name is the kind, which a correction does not change.
        let inner = json.as_object().and_then(|object| object.values().next()).unwrap_or(&json);
        leaves(String::new(), inner, &mut found);
    }
    found
}

fn leaves(path: String, json: &serde_json::Value, found: &mut BTreeMap<String, String>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match json {
        serde_json::Value::Object(object) => {
            object.iter().for_each(|(name, value)| leaves(below(name), value, found));
        }
        serde_json::Value::Array(array) => {
            (1..).zip(array).for_each(|(n, value): (u32, _)| leaves(below(&n.to_string()), value, found));
        }
        serde_json::Value::Null => {}
        serde_json::Value::String(text) => drop(found.insert(path, text.clone())),
        serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {
            drop(found.insert(path, json.to_string()));
        }
    }
}
