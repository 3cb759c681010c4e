//! A keeper of several sites: adding one, participants of each, and the keys of each.

use std::collections::BTreeSet;

use diary_core::keys::SealingPublic;
use diary_core::parcel::Grant;
use diary_core::signed::Signed;
use diary_store::StoredQuery;

use super::bench::Bench;
use crate::cli::Exit;
use crate::key_file::KeyFile;

fn key(bench: &Bench, site: &str) -> String {
    let file = if site == "beijing" { "offline/recovery.key" } else { "offline-urumqi/recovery-urumqi.key" };
    bench.path(file).display().to_string()
}

async fn version(bench: &Bench) -> u64 {
    bench.json("keys list").await["bundle"].as_u64().unwrap()
}

#[tokio::test]
async fn a_site_is_added_once_and_listed_with_its_zone() {
    let bench = Bench::of_one_site_of_two().await;
    let before = bench.json("site list").await;
    assert_eq!(before.as_array().unwrap().len(), 1);
    bench.pass_minutes(60);
    let added = bench.run(&bench.site_add("urumqi", "offline-urumqi")).await;
    added.holds(Exit::Done, "Site urumqi (Asia/Urumqi) is on this server now.");
    assert!(added.text.contains("offline-urumqi/recovery-urumqi.key"), "{}", added.text);
    let sites = bench.json("site list").await;
    assert_eq!((&sites[1]["site"], &sites[1]["zone"]), (&"urumqi".into(), &"Asia/Urumqi".into()));
    assert_eq!(sites[1]["participants"], 0);
    let hour =
        |n: usize| sites[n]["added"].as_str().unwrap().contains(if n == 0 { "T04:00" } else { "T05:00" });
    assert!(hour(0) && hour(1), "{sites}");
    let trail = bench.run("trail").await;
    trail.holds(Exit::Done, "site.add");

    let version_before = version(&bench).await;
    bench.run(&bench.site_add("urumqi", "offline-urumqi")).await.holds(Exit::Done, "was added before");
    bench.run(&bench.site_add("urumqi", "elsewhere")).await.holds(Exit::Refused, "on this server already");
    assert!(!bench.path("elsewhere").exists());
    assert_eq!(version(&bench).await, version_before);
}

#[tokio::test]
async fn a_site_that_cannot_be_added_is_refused_and_changes_nothing() {
    let bench = Bench::of_one_site_of_two().await;
    bench.run(&bench.site_add("shanghai", "s")).await.holds(
        Exit::NotFound,
        "site shanghai: the study has no such site. It has beijing, urumqi. Nothing was changed",
    );
    bench.run(&bench.site_add("a/b", "s")).await.holds(Exit::Usage, "a/b");
    bench.run(&bench.site_add("urumqi", "data/keys")).await.holds(Exit::Refused, "inside the data folder");
    let other = Bench::new_with(12).await;
    let root = other.path("offline/study-root.key");
    let line =
        format!("site add urumqi --root-key {} --offline {}", root.display(), bench.path("s").display());
    assert_eq!(bench.run(&line).await.exit, Exit::Refused);
    let recovery = bench.path("offline/recovery.key");
    let line = format!("site add urumqi --root-key {}", recovery.display());
    assert_eq!(bench.run(&line).await.exit, Exit::Unusable);
    assert!(!bench.path("s").exists() && !bench.path("data/keys/site-sealing-urumqi-1.key").exists());
    assert_eq!(version(&bench).await, 1);
    assert_eq!(bench.json("site list").await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_interrupted_addition_goes_on_with_the_keys_that_were_made() {
    let bench = Bench::of_one_site_of_two().await;
    let (site, random) = ("urumqi".parse().unwrap(), &*bench.around.entropy);
    let desk = bench.desk().await;
    let sealing = desk.keeper_keys().new_generation(&(site, 1), random).unwrap().id();
    let recovery = diary_core::keys::SealingKey::generate(random);
    std::fs::create_dir(bench.path("offline-urumqi")).unwrap();
    let (study, site) = (desk.keeper_keys().study.clone(), "urumqi".parse().unwrap());
    let file = bench.path("offline-urumqi/recovery-urumqi.key");
    KeyFile::recovery(study, site, &recovery).write_recovery(&file).unwrap();
    let added = bench.json(&bench.site_add("urumqi", "offline-urumqi")).await;
    assert_eq!(added["site_sealing"]["id"], sealing.to_string());
    assert_eq!(added["recovery"]["id"], recovery.id().to_string());
    assert_eq!(added["again"], false);
}

#[tokio::test]
async fn a_participant_is_of_one_site_which_must_be_named_where_there_are_several() {
    let bench = Bench::of_two_sites().await;
    bench.run("participant add X1").await.is(
        Exit::Usage,
        "this server keeps the diaries of several sites: say which with --site. They are beijing, urumqi",
    );
    bench.run("participant add X1 --site shanghai").await.holds(Exit::Refused, "It keeps the diaries of");
    bench.run("participant add b-1 --site urumqi").await.holds(Exit::Refused, "B1 is there already");
    let sites = bench.json("site list").await;
    assert_eq!((&sites[0]["participants"], &sites[1]["participants"]), (&1.into(), &1.into()));
    bench.run("participant show U1").await.holds(Exit::Done, "Asia/Urumqi");
    bench.run("participant show B1").await.holds(Exit::Done, "Asia/Shanghai");
    bench.run("staff add wang coordinator").await.holds(Exit::Usage, "several sites");
    bench.run("staff add wang coordinator --site nowhere").await.holds(Exit::Refused, "nowhere");
    let staff = bench.json("staff list").await;
    assert_eq!(staff["accounts"].as_array().unwrap().len(), 1, "no account without a role was left");
    bench.run("staff add wang coordinator --site urumqi").await.holds(Exit::Done, "wang");
}

#[tokio::test]
async fn the_lists_are_of_one_site_where_that_is_asked_for() {
    let bench = Bench::of_two_sites().await;
    let subjects = |list: &serde_json::Value| -> BTreeSet<String> {
        list.as_array().unwrap().iter().map(|row| row["subject"].as_str().unwrap().to_owned()).collect()
    };
    let both = bench.json("status").await;
    assert_eq!(subjects(&both["participants"]), ["B1", "U1"].map(str::to_owned).into());
    let one = bench.json("status --site urumqi").await;
    assert_eq!(subjects(&one["participants"]), ["U1".to_owned()].into());
    assert_eq!(one["sites"], serde_json::json!(["urumqi"]));
    let list = bench.json("worklist --site urumqi").await;
    assert_eq!((&list["participants"], &list["sites"]), (&1.into(), &serde_json::json!(["urumqi"])));
    assert_eq!(bench.json("worklist").await["participants"], 2);
    bench.run("worklist --site shanghai").await.holds(Exit::Refused, "shanghai");
    let to = bench.path("tables");
    let done = bench.json(&format!("export csv --site urumqi {}", to.display())).await;
    assert_eq!(done["participants"], 1);
    let table = std::fs::read_to_string(to.join("participants.csv")).unwrap();
    assert!(table.contains("U1") && table.contains("urumqi") && !table.contains("B1"), "{table}");
}

#[tokio::test]
async fn what_is_sealed_for_one_site_names_no_key_of_another() {
    let bench = Bench::of_two_sites().await;
    let desk = bench.desk().await;
    let bundle = desk.bundle().await.unwrap();
    for (subject, other) in [("B1", "urumqi"), ("U1", "beijing")] {
        let participant = desk.participants().find(subject).await.unwrap();
        let own = [
            &bundle.site_key(&participant.site).unwrap().key,
            bundle.recovery_key(&participant.site).unwrap(),
        ];
        let own: BTreeSet<_> = own.map(SealingPublic::id).into();
        let stored = desk.context().store().stored_page(StoredQuery::all(participant.vault)).await.unwrap();
        assert!(!stored.is_empty());
        for one in stored {
            let grant = Signed::from_bytes(&one.grant.unwrap().signed).unwrap();
            let readers: BTreeSet<_> = Grant::peek_recipients(&grant).unwrap().into_iter().collect();
            assert!(readers.is_superset(&own));
            let other = other.parse().unwrap();
            let others =
                [bundle.site_key(&other).unwrap().key.id(), bundle.recovery_key(&other).unwrap().id()];
            assert!(others.iter().all(|key| !readers.contains(key)), "{subject}");
        }
    }
}

#[tokio::test]
async fn each_recovery_key_opens_its_own_site_and_no_other() {
    let bench = Bench::of_two_sites().await;
    for (site, subject, other) in [("beijing", "B1", "urumqi"), ("urumqi", "U1", "beijing")] {
        let key = key(&bench, site);
        let rebuilt = bench.json(&format!("rebuild --recovery-key {key}")).await;
        assert_eq!((rebuilt.as_array().unwrap().len(), &rebuilt[0]["subject"]), (1, &subject.into()));
        assert_eq!(rebuilt[0]["same"], true);
        bench.run(&format!("rebuild --site {site} --recovery-key {key}")).await.holds(Exit::Done, subject);
        let refused = bench.run(&format!("rebuild --site {other} --recovery-key {key}")).await;
        refused.holds(Exit::Refused, "recovery key");
        let drill = bench.json(&format!("keys drill --recovery-key {key}")).await;
        assert_eq!((&drill["site"], &drill["vaults"]), (&site.into(), &1.into()));
        assert_eq!(drill["parcels"], drill["parcels_opened"]);
        assert!(drill["parcels"].as_u64().unwrap() > 0);
        let keys = bench.json("keys list").await;
        let of = |name: &str| {
            let all = keys["recovery"].as_array().unwrap().clone();
            all.into_iter().find(|one| one["site"] == name).unwrap()["last_drill"]["whole"].clone()
        };
        assert_eq!(of(site), true);
        assert_eq!(of("urumqi"), if site == "urumqi" { true.into() } else { serde_json::Value::Null });
    }
    bench.run("rebuild --from-sealed").await.holds(Exit::Done, "U1");
}

#[tokio::test]
async fn each_site_has_generations_of_its_own() {
    let bench = Bench::of_two_sites().await;
    let root = bench.path("offline/study-root.key").display().to_string();
    bench.run(&format!("keys rotate --root {root}")).await.holds(Exit::Usage, "several sites");
    let rotate = format!("keys rotate --site urumqi --now --root {root}");
    bench.run(&rotate).await.holds(Exit::Done, "Generation 2 is in use");
    assert!(bench.path("data/keys/site-sealing-urumqi-2.key").exists());
    assert!(!bench.path("data/keys/site-sealing-2.key").exists());
    let rewrapped = bench.json("keys rewrap --site urumqi").await;
    assert_eq!((&rewrapped["generation"], &rewrapped["unopened"]), (&2.into(), &0.into()));
    assert_eq!(rewrapped["rewrapped"], rewrapped["grants"]);
    let bundle = bench.desk().await.bundle().await.unwrap();
    let generation = |site: &str| bundle.site_key(&site.parse().unwrap()).unwrap().generation;
    assert_eq!((generation("beijing"), generation("urumqi")), (1, 2));
    bench.run("participant anchor U1 cycle2 2026-04-10").await.holds(Exit::Done, "U1");
    bench.run("participant anchor B1 cycle2 2026-04-10").await.holds(Exit::Done, "B1");
    bench.run("rebuild --from-sealed").await.holds(Exit::Done, "U1");
}

#[tokio::test]
async fn a_backup_holds_every_site_and_each_recovery_key_brings_back_the_keys_of_its_own() {
    let bench = Bench::of_two_sites().await;
    let file = bench.path("all.backup").display().to_string();
    bench.run(&format!("backup --to {file}")).await.holds(Exit::Done, "2 participants");
    let root = bench.path("offline/study-root.key").display().to_string();
    let (beijing, urumqi) = (key(&bench, "beijing"), key(&bench, "urumqi"));
    let restore = async |to: &str, keys: &[&str]| {
        let keys: Vec<String> = keys.iter().map(|key| format!("--recovery-key {key}")).collect();
        bench.run_in(to, &format!("--by li restore {file} --root {root} {}", keys.join(" "))).await
    };
    let run = async |to: &str, line: &str| bench.run_in(to, &format!("--by li {line}")).await;
    restore("urumqi-alone", &[&urumqi]).await.holds(Exit::Refused, "recovery key");
    assert!(!bench.path("urumqi-alone").exists());
    restore("both", &[&urumqi, &beijing]).await.holds(Exit::Done, "2 participants");
    run("both", "rebuild --from-sealed").await.holds(Exit::Done, "U1");

    restore("half", &[&beijing]).await.holds(Exit::Done, "Site urumqi: its sealing keys stay shut");
    run("half", "rebuild --site beijing --from-sealed").await.holds(Exit::Done, "B1");
    let shut = run("half", "rebuild --site urumqi --from-sealed").await;
    assert_eq!(shut.exit, Exit::CheckFailed, "{}", shut.text);
    let rotate = format!("keys rotate --site urumqi --now --root {root}");
    run("half", &rotate).await.holds(Exit::Done, "Generation 2 is in use");
    let rewrap = format!("keys rewrap --site urumqi --recovery-key {urumqi}");
    run("half", &rewrap).await.holds(Exit::Done, "generation 2");
    run("half", "rebuild --site urumqi --from-sealed").await.holds(Exit::Done, "U1");
}
