//! `report` and `rebuild`: their output, and their rows in the audit trail.

use super::bench::Bench;
use crate::cli::Exit;

#[tokio::test]
async fn a_report_is_shown_after_the_trail_has_noted_who_looked() {
    let bench = Bench::new().await;
    bench.run("participant visit S1 2026-03-01").await.holds(Exit::Done, "visit");
    bench.run_raw("report S1").await.holds(Exit::Usage, "who acts is not known");
    bench.run("report S9").await.holds(Exit::NotFound, "no participant S9.");
    let page = bench.path("s1.html");
    let said = bench.run(&format!("report S1 --days 14 --html {}", page.display())).await;
    said.holds(Exit::Done, "S1");
    said.holds(Exit::Done, "<DIR>/s1.html");
    assert!(std::fs::read_to_string(&page).unwrap().starts_with("<!DOCTYPE html>"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&page).unwrap().permissions().mode() & 0o777, 0o600);
    }
    bench.run("--lang zh-CN report S1").await.holds(Exit::Done, "S1");
    assert_eq!(bench.json("report S1").await["participant"], "S1");
    let trail = bench.json("trail").await;
    let views = trail["rows"].as_array().unwrap().iter().filter(|row| row["what"] == "report.view");
    let who: Vec<_> = views.map(|row| (row["who"].clone(), row["subject"].clone())).collect();
    assert_eq!(who, vec![("li".into(), "S1".into()); 3]);
}

#[tokio::test]
async fn a_page_that_cannot_be_written_is_named() {
    let bench = Bench::new().await;
    let page = bench.path("no/such/folder.html");
    bench
        .run(&format!("report S1 --html {}", page.display()))
        .await
        .holds(Exit::Unusable, "<DIR>/no/such/folder.html: ");
}

#[tokio::test]
async fn a_rebuild_reaches_the_same_record_from_plaintexts_and_from_sealed_parcels() {
    let bench = Bench::new().await;
    bench.run("participant anchor S1 cycle1 2026-03-29").await.holds(Exit::Done, "cycle1");
    let phone = bench.phone_joins(1).await;
    bench.run(&format!("confirm S1 {}", phone.digits())).await.holds(Exit::Done, "Confirmed");
    for source in
        ["", "--from-sealed", &format!("--recovery-key {}", bench.path("offline/recovery.key").display())]
    {
        bench
            .run(&format!("rebuild {source}"))
            .await
            .is(Exit::Done, "S1: the same, 0 versions from 3 parcels, <ID>");
    }
    let other = Bench::new_with(12).await;
    let wrong = other.path("offline/recovery.key");
    let foreign =
        "this recovery key is not the one of this site; `keys list` shows its id. Nothing was tried";
    for replace in ["", " --replace drill"] {
        bench
            .run(&format!("rebuild --recovery-key {}{replace}", wrong.display()))
            .await
            .is(Exit::Refused, foreign);
    }
    bench.run("rebuild").await.holds(Exit::Done, "S1: the same, 0 versions from 3 parcels");
    let trail = bench.json("trail").await.to_string();
    assert!(trail.contains("outcome=same") && !trail.contains("outcome=differs"));
}

#[tokio::test]
async fn records_are_not_replaced_where_the_key_that_opens_them_is_lost() {
    let bench = Bench::new().await;
    bench.run("participant anchor S1 cycle1 2026-03-29").await.holds(Exit::Done, "cycle1");
    let before = bench.json("rebuild").await[0]["live"].clone();
    // The site's key, exchanged for another one of the same generation.
    let other = Bench::new_with(12).await;
    std::fs::copy(other.path("data/keys/site-sealing-1.key"), bench.path("data/keys/site-sealing-1.key"))
        .unwrap();
    for replace in ["", " --replace because"] {
        bench.run(&format!("rebuild --from-sealed{replace}")).await.holds(
            Exit::CheckFailed,
            "S1: DIFFERS, left as it is: 1 parcels that were opened before do not open now, so the rebuilt one lacks what \
             they hold and is never put in its place. Use the keys that open them",
        );
    }
    assert_eq!(bench.json("rebuild").await[0]["live"], before);
    bench.run("rebuild").await.holds(Exit::Done, "S1: the same");
}

#[tokio::test]
async fn a_page_takes_the_place_of_no_file_unless_that_is_asked_for() {
    let bench = Bench::new().await;
    let page = bench.path("mine.html");
    std::fs::write(&page, "mine").unwrap();
    let line = format!("report S1 --html {}", page.display());
    bench.run(&line).await.is(
        Exit::Refused,
        "<DIR>/mine.html: exists already. Nothing was changed; name another file, or add --replace",
    );
    assert_eq!(std::fs::read_to_string(&page).unwrap(), "mine");
    assert!(!bench.json("trail").await.to_string().contains("report.view"));
    bench.run(&format!("{line} --replace")).await.holds(Exit::Done, "<DIR>/mine.html");
    assert!(std::fs::read_to_string(&page).unwrap().starts_with("<!DOCTYPE html>"));
}

#[cfg(feature = "pdf")]
#[tokio::test]
async fn a_report_is_written_as_pdf_beside_the_page_and_over_no_file() {
    let bench = Bench::new().await;
    let (page, pdf) = (bench.path("s1.html"), bench.path("s1.pdf"));
    let line = format!("report S1 --html {} --pdf {}", page.display(), pdf.display());
    bench.run(&line).await.holds(Exit::Done, "<DIR>/s1.pdf");
    assert!(std::fs::read(&pdf).unwrap().starts_with(b"%PDF-1.7") && page.exists());
    std::fs::remove_file(&page).unwrap();
    bench.run(&line).await.holds(Exit::Refused, "<DIR>/s1.pdf: exists already");
    assert!(!page.exists(), "neither is written");
    bench.run(&format!("{line} --replace")).await.holds(Exit::Done, "<DIR>/s1.pdf");
    bench.run("report S1 --replace").await.holds(Exit::Usage, "--html");
}

#[tokio::test]
async fn status_names_quotas_that_are_reached_and_none_that_are_far() {
    let bench = Bench::new().await;
    bench.phone_joins(1).await;
    assert_eq!(bench.json("status").await["participants"][0]["quotas"], serde_json::json!([]));
    assert!(!bench.run("status").await.text.contains("allow"));
    std::fs::write(bench.path("data/diary-server.toml"), "[limits]\npending_device_records = 0\n").unwrap();
    bench.run("status").await.holds(
        Exit::Done,
        "stored 0 of 0 records, 0 of 8388608 bytes before it was confirmed: USED UP, the rest waits on the phone. `allow S1",
    );
    let quotas = bench.json("status").await["participants"][0]["quotas"].clone();
    assert_eq!(quotas.as_array().unwrap().len(), 1);
    assert_eq!((&quotas[0]["quota"], &quotas[0]["reached"]), (&"pending-device".into(), &true.into()));
}

#[tokio::test]
async fn a_phone_is_allowed_more_or_counted_anew_with_a_reason_that_the_trail_keeps() {
    let bench = Bench::new().await;
    bench.phone_joins(1).await;
    let desk = bench.desk().await;
    let device = desk.devices().list(&desk.participants().find("S1").await.unwrap()).await.unwrap()[0].device;
    let allow = format!("allow S1 {device} --reason \"a loop in the program\"");
    let more = "A phone that is not confirmed of S1 may store 3 times as much as is usual.";
    bench.run(&format!("{allow} --times 3")).await.holds(Exit::Done, more);
    bench.run("phones S1").await.holds(Exit::Done, "may store 3 times as much as is usual");
    bench.run("participant show S1").await.holds(Exit::Done, "may store 3 times as much as is usual");
    let anew = "may store once as much as is usual. What it had stored counts no longer.";
    bench.run(&format!("{allow} --times 1 --clear")).await.holds(Exit::Done, anew);
    assert!(!bench.run("phones S1").await.text.contains("may store"));
    let trail = bench.run("trail").await;
    trail.holds(Exit::Done, "times=3 cleared=false");
    trail.holds(Exit::Done, "times=1 cleared=true");
    trail.holds(Exit::Done, "a loop in the program");
    bench.run("allow S1 ffffffff --times 2 --reason x").await.holds(Exit::NotFound, "S1 has no phone");
}
