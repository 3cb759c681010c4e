//! Output of `--json`: one document, the same keys every time.

use diary_core::text::Lang;
use serde_json::Value;

use super::world::{World, at};
use crate::Exit;

const EVENING: &str = r#"{"lids": 2, "double-vision": 0, "chewing": 0, "swallowing": 0, "speech": 0, "breathing": 3,
    "cough": "can", "arms": 0, "legs": 0, "neck": 0, "fatigue": 0, "worst-time": "evening"}"#;

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn a_finished_assessment_tells_its_entry_and_its_alerts() {
    let world = World::joined(Lang::EN);
    let file = world.file("evening.json", EVENING);
    let ran = world.run_args(&["log", "evening", "--json", "--answers", &file], "");
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    let document = ran.document();
    assert_eq!(
        keys(&document),
        [
            "ok",
            "exit",
            "entry",
            "number",
            "day",
            "slot",
            "instrument",
            "late",
            "alerts",
            "notice",
            "unsent_days",
            "sync"
        ]
    );
    assert_eq!(document["day"], "2026-10-01");
    assert_eq!(document["slot"], "evening");
    assert_eq!(document["alerts"][0]["rule"], "breathless-at-rest");
    assert_eq!(document["alerts"][0]["severity"], "emergency");
    assert_eq!(document["alerts"][0]["acknowledged"], false);
    assert!(document["alerts"][0]["instruction"].as_str().unwrap().contains("120"));
    assert!(document["notice"].as_str().unwrap().contains("not watched around the clock"));
    assert_eq!(document["unsent_days"], 1);
}

#[test]
fn a_refusal_is_a_document_too_and_a_sentence_on_standard_error() {
    let world = World::joined(Lang::EN);
    let ran = world.run("log evening --json --set lids=9", "");
    let document = ran.document();
    assert_eq!((document["ok"].as_bool(), document["exit"].as_u64()), (Some(false), Some(1)));
    assert_eq!(document["error"]["code"], "answers");
    assert!(ran.err.contains("Did your eyelids droop?"));
    assert_eq!(world.run("log --json", "").document()["error"]["code"], "usage");
    assert_eq!(world.run("dance --json", "").document()["error"]["code"], "usage");
}

#[test]
fn today_status_and_history_keep_their_shapes() {
    let world = World::joined(Lang::ZH_CN).with_regimen();
    world.set(at(0, "21:00"));
    let today = world.run("today --json", "").document();
    assert_eq!(
        keys(&today),
        [
            "ok",
            "exit",
            "day",
            "items",
            "as_needed",
            "drafts",
            "reported",
            "ended",
            "unscheduled",
            "unsent_days",
            "pending",
            "alerts",
            "notice",
            "phones",
            "doubts",
            "switched_off",
            "trouble",
            "connection",
        ]
    );
    assert_eq!(
        keys(&today["items"][0]),
        ["day", "slot", "prompt", "state", "opens", "due", "closes", "late_until", "entry", "draft"]
    );
    assert_eq!(today["items"][0]["prompt"]["dose"]["amount"]["value"], "60");
    let noted = world.run_args(&["note", "--json", "好"], "").document();
    assert_eq!(keys(&noted), ["ok", "exit", "entry", "number", "unsent_days", "sync"]);
    let status = world.run("status --json", "").document();
    assert_eq!(
        keys(&status),
        ["ok", "exit", "days", "unsent_days", "entries_waiting", "connection", "phones"]
    );
    assert_eq!(
        keys(&status["days"][0]),
        [
            "day",
            "state",
            "saved",
            "sent",
            "received",
            "in_record",
            "put_aside",
            "backed_up",
            "from_hospital",
            "received_at"
        ]
    );
    assert_eq!(status["days"][0]["state"], "saved-here");
    assert_eq!(status["connection"]["state"], "pending");
    assert_eq!(status["connection"]["digits"].as_str().unwrap().len(), 6);
    let history = world.run("history --json", "").document();
    assert_eq!(
        keys(&history["entries"][0]),
        ["number", "entry", "day", "kind", "withdrawn", "conflict", "shown", "versions"]
    );
}

#[test]
fn doses_medications_and_corrections_keep_their_shapes() {
    let world = World::joined(Lang::EN).with_regimen();
    world.set(at(0, "21:00"));
    let due = world.run("dose --json", "").document();
    assert_eq!(due["due"].as_array().unwrap().len(), 4);
    assert_eq!(keys(&due["due"][0]), ["day", "slot", "medication", "amount", "time", "late"]);
    let taken = world.run("dose take pyridostigmine --slot 3 --json", "").document();
    assert_eq!(keys(&taken), ["ok", "exit", "entry", "number", "revision", "remarks", "unsent_days", "sync"]);
    let changed = world.run("med stop prednisone --json --from yesterday", "").document();
    assert_eq!(
        keys(&changed),
        ["ok", "exit", "entry", "number", "revision", "remarks", "unsent_days", "sync"]
    );
    let event = world.run("event infusion-started --json", "").document();
    assert_eq!(
        keys(&event),
        ["ok", "exit", "entry", "number", "day", "proposes", "alerts", "notice", "unsent_days", "sync"]
    );
    assert_eq!(event["proposes"], "cycle1");
    let corrected = world.run("correct 1 --json --amount 30mg --reason half", "").document();
    assert_eq!(
        keys(&corrected),
        ["ok", "exit", "entry", "number", "changes", "revision", "alerts", "notice", "unsent_days", "sync"]
    );
    let history = world.run("history 1 --json", "").document();
    assert_eq!(history["entries"][0]["versions"].as_array().unwrap().len(), 2);
    assert_eq!(history["entries"][0]["shown"]["content"]["dose"]["amount"]["value"], "30");
}

/// Numbers that look like milliseconds since 1970.
fn epochs(value: &Value) -> usize {
    match value {
        Value::Number(number) => usize::from(number.as_u64().is_some_and(|n| n > 1_000_000_000_000)),
        Value::Array(all) => all.iter().map(epochs).sum(),
        Value::Object(all) => all.values().map(epochs).sum(),
        Value::Null | Value::Bool(_) | Value::String(_) => 0,
    }
}

#[test]
fn instants_are_written_in_iso_8601() {
    let world = World::joined(Lang::EN).with_regimen();
    world.set(at(0, "21:00"));
    let taken = world.run("dose extra prednisone --amount 5mg --at 20:15 --json", "");
    assert_eq!(taken.exit, Exit::Ok, "{}", taken.err);
    let history = world.run("history 1 --json", "").document();
    let shown = &history["entries"][0]["shown"];
    assert_eq!(shown["occurred"], "2026-10-01T12:15:00Z");
    assert_eq!(shown["recorded"]["utc"], "2026-10-01T13:00:00Z");
    assert_eq!(
        (&shown["recorded"]["offset_s"], &shown["recorded"]["zone"]),
        (&28_800.into(), &"Asia/Shanghai".into())
    );
    for command in ["today --json", "status --json", "history --json", "dose --json", "alerts --json"] {
        assert_eq!(epochs(&world.run(command, "").document()), 0, "{command}");
    }
}

#[test]
fn sync_without_network_says_so_and_loses_nothing() {
    let world = World::joined(Lang::EN);
    world.run("note x", "");
    let ran = world.run("sync --json", "");
    assert_eq!(ran.exit, Exit::NotSent);
    let document = ran.document();
    assert_eq!(
        keys(&document),
        [
            "ok",
            "exit",
            "sealed",
            "pushed",
            "downlink",
            "waiting",
            "received",
            "switched_off",
            "unmerged",
            "trouble",
            "connection",
            "doubts"
        ]
    );
    assert_eq!((document["waiting"].as_u64(), document["pushed"].as_u64()), (Some(1), Some(0)));
}
