//! Links as pasted, and forged join requests.

use super::*;
use crate::entropy::SeededEntropy;
use crate::keys::SealingKey;

fn link(app: &str, api: &str) -> EnrolmentLink {
    EnrolmentLink {
        app: app.parse().unwrap(),
        api: api.parse().unwrap(),
        root: Hash::from_bytes([1; 32]),
        vault: VaultId::from_bytes([2; 16]),
        enrolment: EnrolmentId::from_bytes([3; 16]),
        secret: EnrolmentSecret::from_bytes(&[4; 16]),
    }
}

#[test]
fn a_link_comes_back_from_its_text() {
    for api in [
        "keeper.example.org",
        "keeper.example.org:8443",
        "http://127.0.0.1:8080",
        "http://[::1]:80",
        "10.0.0.7",
    ] {
        let link = link("https://diary.example.org", api);
        let text = link.to_text();
        assert!(text.starts_with("https://diary.example.org/join#v1."), "{}", text.as_str());
        assert_eq!(text.parse(), Ok(link.clone()));
        assert_eq!(format!(" {}\n", text.as_str()).parse(), Ok(link));
    }
    assert_eq!(link("http://localhost:8080", "a.b").api.url(), "https://a.b");
}

#[test]
fn hosts_that_are_none_are_refused() {
    for bad in [
        "",
        "a b",
        "a/b",
        "user@host",
        "host:0",
        "host:70000",
        "host:",
        "host:1:2",
        "-a.b",
        "a..b",
        "[::1",
        "[::1]:",
        "[x]",
        "ftp://a",
        "https://https://a",
        "https://a#b",
        "主机",
    ] {
        assert_eq!(bad.parse::<ApiHost>(), Err(LinkError::ApiHost), "{bad:?}");
    }
    assert_eq!("http://keeper.example.org".parse::<ApiHost>(), Err(LinkError::PlainHttp));
    assert_eq!("http://127.0.0.1.example.org".parse::<ApiHost>(), Err(LinkError::PlainHttp));
}

#[test]
fn each_broken_piece_of_a_link_is_named() {
    let whole = link("https://diary.example.org", "keeper.example.org").to_text();
    let refused = |text: &str, error: LinkError| {
        assert_eq!(text.parse::<EnrolmentLink>(), Err(error), "{text}");
    };
    let (front, fragment) = whole.split_once('#').unwrap();
    let pieces: Vec<&str> = fragment.split('.').collect();
    let with = |place: usize, piece: &str| {
        let mut pieces = pieces.clone();
        pieces[place] = piece;
        format!("{front}#{}", pieces.join("."))
    };
    refused("", LinkError::NotALink);
    refused("https://diary.example.org/", LinkError::NotALink);
    refused(&whole.replace("https", "ftp"), LinkError::NotALink);
    refused(&format!("https://{}", whole.as_str()), LinkError::Host);
    refused(&whole.replace("https://diary", "http://diary"), LinkError::PlainHttp);
    refused(&whole.replace("diary.example", "diary_example"), LinkError::Host);
    refused(&with(0, "v2"), LinkError::Version);
    refused(&format!("{}.x", whole.as_str()), LinkError::Pieces { found: 7 });
    refused(&format!("{front}#v1.abc"), LinkError::Pieces { found: 2 });
    refused(&with(1, "not base64!"), LinkError::ApiHost);
    refused(&with(1, &to_base64url(b"http://keeper.example.org")), LinkError::PlainHttp);
    refused(&with(2, pieces[2].split_at(1).1), LinkError::Fingerprint);
    refused(&with(3, ""), LinkError::Vault);
    refused(&with(4, pieces[2]), LinkError::Enrolment);
    refused(&with(5, pieces[5].split_at(20).0), LinkError::Secret);
    refused(&format!("{}{}", whole.as_str(), "A".repeat(LINK_MAX_BYTES)), LinkError::NotALink);
}

#[test]
fn neither_debug_nor_errors_show_the_secret() {
    let link = link("https://diary.example.org", "keeper.example.org");
    let secret = to_base64url(link.secret.as_bytes());
    assert!(!format!("{link:?}").contains(&secret));
    assert!(format!("{link:?}").contains("EnrolmentSecret(..)"));
    let error = format!("{}x", link.to_text().as_str()).parse::<EnrolmentLink>().unwrap_err();
    assert!(!format!("{error:?} {error}").contains(&secret));
}

struct Scene {
    device: SigningKey,
    secret: EnrolmentSecret,
    request: JoinRequest,
}

fn scene() -> Scene {
    let entropy = SeededEntropy::new(5);
    let device = SigningKey::generate(&entropy);
    let request = JoinRequest {
        enrolment: EnrolmentId::from_bytes([3; 16]),
        vault: VaultId::from_bytes([2; 16]),
        signing: device.verifying_key(),
        sealing: SealingKey::generate(&entropy).public().clone(),
    };
    Scene { device, secret: EnrolmentSecret::generate(&entropy), request }
}

#[test]
fn a_join_request_shows_its_key_and_its_link() {
    let Scene { device, secret, request } = scene();
    let signed = request.sign(&device, &secret);
    let read = SignedJoinRequest::from_bytes(&signed.to_bytes()).unwrap();
    assert_eq!(read.verify(), Ok(request.clone()));
    assert_eq!(read.check_secret(&secret), Ok(()));
    assert_eq!(read.check_secret(&EnrolmentSecret::from_bytes(&[0; 16])), Err(JoinError::Secret));
    let by_another = request.sign(&SigningKey::from_seed(&[8; 32]), &secret);
    assert_eq!(by_another.verify(), Err(JoinError::Signature));
}

#[test]
fn every_flipped_byte_of_a_join_request_is_refused() {
    let Scene { device, secret, request } = scene();
    let bytes = request.sign(&device, &secret).to_bytes();
    let accepted = |bytes: &[u8]| {
        SignedJoinRequest::from_bytes(bytes)
            .is_ok_and(|read| read.verify().is_ok() && read.check_secret(&secret).is_ok())
    };
    assert!(accepted(&bytes));
    for at in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[at] ^= 1 << (at % 8);
        assert!(!accepted(&altered), "byte {at}");
    }
}

#[test]
fn a_relay_tells_who_has_the_link_and_can_neither_use_it_nor_let_in_another_phone() {
    let Scene { device, secret, request } = scene();
    let check = LinkCheck::from_bytes(*secret.check().as_bytes());
    let signed = request.sign(&device, &secret);
    assert_eq!(signed.check_proof(&check), Ok(()));
    assert_eq!(signed.check_proof(&EnrolmentSecret::from_bytes(&[0; 16]).check()), Err(JoinError::Secret));
    let without = SignedJoinRequest { proof: None, ..signed.clone() };
    assert_eq!(without.check_proof(&check), Err(JoinError::Secret));
    // All that a bad relay knows: the check, and a request that was made with the link.
    let other = SigningKey::from_seed(&[8; 32]);
    let mut forged = JoinRequest { signing: other.verifying_key(), ..request }.sign(&other, &secret);
    forged.mac = signed.mac;
    assert_eq!(forged.check_secret(&secret), Err(JoinError::Secret));
    forged.mac = *check.as_bytes();
    assert_eq!(forged.check_secret(&secret), Err(JoinError::Secret));
    let taken = SignedJoinRequest { proof: signed.proof, ..forged };
    assert_eq!(taken.check_proof(&check), Err(JoinError::Secret), "a proof is of one request");
    assert!(!format!("{check:?}").contains(&to_base64url(check.as_bytes())));
}

#[test]
fn a_link_is_of_one_vault_and_site() {
    let (beijing, other) = ("beijing".parse().unwrap(), "xian".parse().unwrap());
    let mut link = link("https://diary.example.org", "keeper.example.org");
    assert!(!link.is_of(&beijing));
    link.enrolment = link.secret.enrolment(link.vault, &beijing);
    assert!(link.is_of(&beijing) && !link.is_of(&other));
    link.vault = VaultId::from_bytes([9; 16]);
    assert!(!link.is_of(&beijing));
}

#[test]
fn a_join_request_with_a_sealing_key_that_is_none_is_refused() {
    let Scene { device, secret, mut request } = scene();
    let mut bytes = wire::encode(&request.sealing);
    bytes[3..].fill(0xff);
    request.sealing = wire::decode("key", &bytes, 2000).unwrap();
    assert_eq!(request.sign(&device, &secret).verify(), Err(JoinError::SealingKey));
}

#[test]
fn six_digits_depend_on_secret_keys_and_root() {
    let Scene { device, secret, request } = scene();
    let (signing, sealing, root) = (device.verifying_key(), &request.sealing, Hash::from_bytes([1; 32]));
    let digits = short_auth_string(&secret, &signing, sealing, &root);
    assert_eq!(digits.to_string().len(), 6);
    assert_eq!(digits.to_string().parse(), Ok(digits));
    let text = digits.to_string();
    let (front, back) = text.split_at(3);
    assert_eq!(format!(" {front} {back}").parse(), Ok(digits));
    let others = [
        short_auth_string(&EnrolmentSecret::from_bytes(&[0; 16]), &signing, sealing, &root),
        short_auth_string(&secret, &VerifyingKey([0; 32]), sealing, &root),
        short_auth_string(&secret, &signing, SealingKey::from_bytes(&[1; 32]).public(), &root),
        short_auth_string(&secret, &signing, sealing, &Hash::from_bytes([2; 32])),
    ];
    assert!(others.iter().all(|other| *other != digits));
    for bad in ["", "12345", "1234567", "12345x", "١٢٣٤٥٦"] {
        assert!(bad.parse::<ShortAuthString>().is_err(), "{bad:?}");
    }
}
