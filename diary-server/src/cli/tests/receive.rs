//! `receive` as staff type it: what it says of each file, and where the answers go.

use diary_core::ids::Incarnation;
use diary_core::parcel::{
    DeviceCredential, Grant, GrantScope, Item, NO_PREVIOUS, ParcelFile, SealInput, seal,
};

use super::bench::{Bench, Phone};
use crate::cli::Exit;

/// Parcel file of the phone, with a parcel whose only content is a challenge.
async fn file(bench: &Bench, phone: &Phone) -> ParcelFile {
    let bundle = bench.desk().await.bundle().await.unwrap();
    let site = "beijing".parse().unwrap();
    let recipients = [&bundle.site_key(&site).unwrap().key, bundle.recovery_key(&site).unwrap()];
    let scope = GrantScope {
        study: bundle.study.clone(),
        vault: phone.link.vault,
        incarnation: Incarnation::from_bytes([7; 16]),
        no: 1,
        generation: 1,
    };
    let (key, grant) = Grant::make(&scope, &recipients, &phone.signing, phone.random()).unwrap();
    let input = SealInput { seq: 1, prev: NO_PREVIOUS, items: &[Item::Challenge([9; 32])] };
    let parcel = seal(&input, &key, &phone.signing, phone.random()).unwrap();
    let request = diary_core::keys::JoinRequest {
        enrolment: phone.link.enrolment,
        vault: phone.link.vault,
        signing: phone.signing.verifying_key(),
        sealing: phone.sealing.public().clone(),
    };
    ParcelFile {
        credential: Some(DeviceCredential::Join(request.sign(&phone.signing, &phone.link.secret))),
        grants: vec![grant.to_bytes().into()],
        parcels: vec![parcel.to_bytes().into()],
        ..ParcelFile::default()
    }
}

#[tokio::test]
async fn receive_says_of_each_file_what_became_of_it_and_writes_answers() {
    let bench = Bench::new().await;
    let phone = bench.phone_joins(1).await;
    let path = bench.path("diary.parcel");
    std::fs::write(&path, file(&bench, &phone).await.to_bytes()).unwrap();
    std::fs::write(bench.path("holiday.jpg"), b"a holiday picture").unwrap();

    let line = format!("receive {} --receipts {}", path.display(), bench.path("answers").display());
    bench.run(&line).await.is(
        Exit::Done,
        "<DIR>/diary.parcel: a phone of S1: 1 parcel: 1 stored; 1 waiting until the phone is confirmed.
<DIR>/answers/<ID>.receipts: the answer for the phone of S1. Carry it back.",
    );
    let answers: Vec<_> = std::fs::read_dir(bench.path("answers")).unwrap().map(Result::unwrap).collect();
    let bytes = std::fs::read(answers[0].path()).unwrap();
    let answer = diary_core::api::AnswerFile::from_bytes(&bytes).unwrap();
    assert_eq!((answers.len(), answer.device, answer.receipts.len()), (1, phone.signing.id(), 1));

    bench.run(&format!("confirm S1 {}", phone.digits())).await.holds(Exit::Done, "Confirmed");
    let line = format!("--lang zh-CN receive {} {}", path.display(), bench.path("holiday.jpg").display());
    bench.run(&line).await.is(
        Exit::Refused,
        "<DIR>/diary.parcel: 一部手机，受试者 S1：共1份：1份以前已收到。
<DIR>/holiday.jpg: 这不是日记文件，或者里面没有完好的内容。请再要一份。",
    );
    bench.run("receive").await.is(Exit::Done, "Nothing waits.");
    bench.run_raw("trail").await.holds(Exit::Done, "file.receive");
    bench.run(&format!("receive {}", bench.path("nowhere").display())).await.holds(Exit::Unusable, "nowhere");
    bench.run_raw(&format!("receive {}", path.display())).await.holds(Exit::Usage, "--by");
}
