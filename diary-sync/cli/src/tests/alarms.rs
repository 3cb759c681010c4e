//! Instructions at the answer and for serious events, what stays readable of them, and what a phone says of itself.

use diary_core::ids::{KeyId, VaultId};
use diary_core::keys::{Revocation, RevocationReason, SigningKey};
use diary_core::text::Lang;
use serde_json::json;

use super::Pick;
use super::world::{World, at, beijing};

const CALM: [&str; 9] =
    ["lids", "double-vision", "chewing", "swallowing", "speech", "arms", "legs", "neck", "fatigue"];

fn rules(document: &serde_json::Value) -> Vec<&str> {
    let alerts = document["alerts"].as_array().map(Vec::as_slice).unwrap_or_default();
    alerts.iter().filter_map(|alert| alert["rule"].as_str()).collect()
}

#[test]
fn the_instruction_comes_between_the_questions_and_is_there_although_they_are_left() {
    let world = World::joined(Lang::EN);
    let ran = world.run_args(&["log", "evening"], "0\n0\n0\n0\n0\n3\nyes\nq\n");
    let alarm = ran.out.find("!!! EMERGENCY - GET HELP NOW !!!").unwrap();
    let next = ran.out.find("7/").unwrap();
    assert!(alarm < next, "{}", ran.out);
    assert!(ran.out.contains("Saved here"), "{}", ran.out);
    let listed = world.run_args(&["alerts", "--json"], "").document();
    assert_eq!(rules(&listed), ["breathless-at-rest"]);
    assert_eq!(listed["alerts"][0]["acknowledged"], json!("2026-10-01T12:00:00Z"));
    let listed = world.run_args(&["alerts"], "");
    assert!(listed.out.contains("EMERGENCY  Breathless at rest, shown"), "{}", listed.out);
    assert!(listed.out.contains("confirmed as read"), "{}", listed.out);
    assert!(listed.out.contains("+86 10 5550 0100"), "{}", listed.out);
}

#[test]
fn a_script_gets_the_instruction_also_where_the_questionnaire_cannot_be_finished() {
    let world = World::joined(Lang::EN);
    let ran = world.run_args(&["log", "evening", "--set", "breathing=3", "--json"], "");
    let document = ran.document();
    assert_eq!(document["ok"], json!(false));
    assert_eq!(rules(&document), ["breathless-at-rest"]);
    let mut args = vec!["log".to_owned(), "evening".to_owned(), "--json".to_owned()];
    for (item, value) in
        CALM.iter().map(|item| (*item, "0")).chain([("cough", "can"), ("worst-time", "evening")])
    {
        args.extend(["--set".to_owned(), format!("{item}={value}")]);
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let finished = world.run_args(&args, "").document();
    assert_eq!(finished["ok"], json!(true), "{finished}");
    assert!(rules(&finished).is_empty(), "it was shown for these answers before");
}

#[test]
fn a_serious_event_shows_what_to_do_at_once_in_both_languages() {
    for (lang, title, call) in [
        (Lang::EN, "!! IMPORTANT - PLEASE CALL !!", "tell them how you fell"),
        (Lang::ZH_CN, "!! 重要提示 - 请打电话 !!", "说说是怎么摔倒的"),
    ] {
        let world = World::joined(lang);
        let ran = world.run_args(&["event", "fall"], lang.pick("yes\n", "是\n"));
        let flat = ran.out.replace("\n██  ", lang.pick(" ", ""));
        assert!(flat.contains(title) && flat.contains(call), "{}", ran.out);
    }
    let world = World::joined(Lang::EN);
    let document = world.run_args(&["event", "crisis", "--json"], "").document();
    assert_eq!(rules(&document), ["crisis"]);
    assert_eq!(document["alerts"][0]["severity"], json!("emergency"));
    assert!(rules(&world.run_args(&["event", "other", "--json"], "").document()).is_empty());
}

#[test]
fn instructions_of_earlier_months_are_listed_on_request() {
    let world = World::joined(Lang::EN);
    world.run_args(&["event", "fall", "--json"], "");
    world.set(at(30, "20:00"));
    let ran = world.run_args(&["alerts"], "");
    assert!(ran.out.contains("No instruction was shown in the last 28 days."), "{}", ran.out);
    assert_eq!(rules(&world.run_args(&["alerts", "--days", "all", "--json"], "").document()), ["fall"]);
    assert_eq!(rules(&world.run_args(&["alerts", "--days", "31", "--json"], "").document()), ["fall"]);
}

fn switch_off(world: &World) {
    let keeper = SigningKey::from_seed(&[8; 32]);
    let mut store = world.store();
    let device = store.device().unwrap();
    let revocation = Revocation {
        vault: VaultId::from_bytes([1; 16]),
        device: device.signing.id(),
        last: Vec::new(),
        reason: RevocationReason::Left,
        at: at(3, "10:00"),
        by: KeyId::from_bytes([8; 16]),
    };
    store.revoked(&revocation.sign(&keeper).to_bytes()).unwrap();
}

#[test]
fn a_phone_that_was_switched_off_asks_nothing_and_stays_readable() {
    let world = World::joined(Lang::EN).with_regimen();
    switch_off(&world);
    world.set(at(20, "20:00"));
    let today = world.run_args(&["today"], "");
    let flat = today.out.replace('\n', " ");
    assert!(flat.contains("This phone was switched off by the study team on"), "{}", today.out);
    assert!(
        flat.contains("Nothing more is asked here; everything you recorded stays readable."),
        "{}",
        today.out
    );
    for asked in
        ["To do now", "Late, but", "Later today", "Over", "As needed", "diary log", "diary dose", "!! "]
    {
        assert!(!today.out.contains(asked), "{asked}: {}", today.out);
    }
    let document = world.run_args(&["today", "--json"], "").document();
    assert_eq!(document["items"], json!([]));
    assert_eq!(document["switched_off"], json!("2026-10-04T02:00:00Z"));
    let status = world.run_args(&["status", "--json"], "").document();
    assert_eq!(status["connection"]["state"], json!("switched-off"));
    let chinese = world.run_args(&["--lang", "zh-CN", "today"], "");
    assert!(chinese.out.contains("停用这部手机"), "{}", chinese.out);
}

#[test]
fn another_zone_and_a_clock_that_went_back_are_told_once() {
    let mut world = World::joined(Lang::EN);
    let doubts = |world: &World| {
        let document = world.run_args(&["today", "--json"], "").document();
        let kinds =
            document["doubts"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap().to_owned());
        kinds.collect::<Vec<_>>()
    };
    assert!(doubts(&world).is_empty());
    world.zone = "UTC".parse().unwrap();
    assert_eq!(doubts(&world), ["zone"]);
    assert!(doubts(&world).is_empty());
    world.zone = beijing();
    assert!(doubts(&world).is_empty());
    world.zone = "UTC".parse().unwrap();
    let told = world.run_args(&["today"], "").out.replace('\n', " ");
    assert!(
        told.contains("This phone is set to the time of UTC; the study site lives by Asia/Shanghai."),
        "{told}"
    );
    world.zone = beijing();
    world.run_args(&["note", "one", "--json"], "");
    world.set(at(-1, "20:00"));
    assert_eq!(doubts(&world), ["clock-back"]);
    assert!(doubts(&world).is_empty());
}
