//! Contents of a parcel whose author is known: decryption, decompression, decoding. An author can be malicious too, so
//! the bytes below the seal are as hostile as those around it.

use diary_core::act::Act;
use diary_core::crypto::AeadKey;
use diary_core::entry::EncodedRevision;
use diary_core::hash::sha256;
use diary_core::ids::Hash;
use diary_core::parcel::pad::padme;
use diary_core::parcel::{
    GrantKey, Item, NO_PREVIOUS, PARCEL_MAX_ITEMS, PARCEL_MAX_PLAIN_BYTES, ParcelContent, ParcelCore,
    SealedParcel, Statement, open, open_grant,
};
use diary_core::signed::Signed;
use diary_core::wire;

use crate::cast::{self, Cast};
use crate::seeds::golden;
use crate::{Came, by_hand, discreet, fuzz};

struct Forge {
    cast: Cast,
    key: GrantKey,
}

impl Forge {
    fn new() -> Self {
        let cast = Cast::new();
        let grant = Signed::from_bytes(&golden("grant.hex")).unwrap();
        let key = open_grant(&grant, &cast.device.verifying_key(), &cast.site).unwrap();
        Self { cast, key }
    }

    /// Parcel with a valid signature of the device, whose sealed bytes are `padded`, valid or not, and whose commitment is
    /// that of the plaintext they decompress to.
    fn around(&self, padded: &[u8]) -> SealedParcel {
        let header = self.key.header();
        let mut body = padded.to_vec();
        body.resize(padme(body.len()), 0);
        let core = wire::encode(&ParcelCore {
            suite: 1,
            study: header.study.clone(),
            vault: header.vault,
            author: header.author,
            incarnation: header.incarnation,
            seq: 1,
            prev: NO_PREVIOUS,
            grant: self.key.hash(),
            size_bucket: u32::try_from(body.len()).unwrap(),
            commit: commitment(padded),
        });
        let core_hash = sha256(&core);
        let content_key = AeadKey::derived(self.key.secret(), &[b"diary/cek/v1", core_hash.as_bytes()]);
        content_key.seal([0; 12], core_hash.as_bytes(), &mut body, 0).unwrap();
        let message =
            [b"diary/parcel/v1".as_slice(), core_hash.as_bytes(), sha256(&body).as_bytes()].concat();
        let author = ring::signature::Ed25519KeyPair::from_seed_unchecked(self.cast.device.seed()).unwrap();
        let mut e = minicbor::Encoder::new(Vec::new());
        e.map(3).unwrap().u8(0).unwrap().bytes(&core).unwrap().u8(1).unwrap().bytes(&body).unwrap();
        e.u8(2).unwrap().bytes(author.sign(&message).as_ref()).unwrap();
        SealedParcel::from_bytes(&e.into_writer()).unwrap()
    }
}

/// Commitment of an honest author to the plaintext of the frame at the start of `padded`. Salt and content are hashed as one
/// text.
fn commitment(padded: &[u8]) -> Hash {
    let frame = padded
        .split_first_chunk()
        .and_then(|(length, rest)| rest.get(..usize::try_from(u32::from_be_bytes(*length)).unwrap()));
    let opened = frame.and_then(|frame| zstd::bulk::decompress(frame, 32 + PARCEL_MAX_PLAIN_BYTES).ok());
    sha256(&opened.unwrap_or_default())
}

thread_local! {
    static FORGE: Forge = Forge::new();
}

/// Compressed plaintext: 4 bytes of length, a frame, zeros. A frame that claims or holds more than allowed is
/// refused before it is unpacked.
fn decompress(padded: &[u8]) -> Came {
    let most = 200 * 1024;
    FORGE.with(|forge| {
        let padded = padded.get(..most.min(padded.len())).unwrap();
        let parcel = forge.around(padded);
        let Some(verified) = discreet(parcel.verify(&forge.cast.device.verifying_key())) else {
            return Came::Nowhere;
        };
        let Some(opened) = discreet(open(&verified, &forge.key)) else { return Came::Nowhere };
        assert_eq!(ParcelContent::decode(&opened.plain).as_ref(), Ok(&opened.content));
        assert_eq!(opened.content.author, forge.cast.device.id());
        assert_eq!(decode(&opened.plain), Came::Through, "what opens is read");
        Came::Through
    })
}

fn frame(plain: &[u8]) -> Vec<u8> {
    let frame = zstd::bulk::compress(plain, 3).unwrap();
    [u32::try_from(frame.len()).unwrap().to_be_bytes().as_slice(), &frame].concat()
}

/// The same as a frame that compresses nothing, so that a mutation changes what is inside.
fn stored(plain: &[u8]) -> Vec<u8> {
    // Magic; a segment of its own whose size takes 4 bytes; that size; a last block, stored as it is.
    let size = u32::try_from(plain.len()).unwrap();
    let block = (size << 3 | 1).to_le_bytes();
    let frame = [[0x28, 0xb5, 0x2f, 0xfd, 0xa0].as_slice(), &size.to_le_bytes(), &block[..3], plain].concat();
    [u32::try_from(frame.len()).unwrap().to_be_bytes().as_slice(), &frame].concat()
}

/// Frames: valid with salt and content, empty, around a sealed parcel, of a hundred megabytes of zeros, with a wrong claim
/// of their size, and without a claim.
fn frames() -> Vec<Vec<u8>> {
    let mut claims_more = frame(&[7; 5000]);
    // The frame's header: 4 bytes of magic, a descriptor for 2 bytes of size.
    claims_more[9] = 0xff;
    claims_more[10] = 0xff;
    let mut stream = zstd::stream::Encoder::new(Vec::new(), 3).unwrap();
    std::io::Write::write_all(&mut stream, &[7; 5000]).unwrap();
    let unsized_frame = stream.finish().unwrap();
    let unsized_frame =
        [u32::try_from(unsized_frame.len()).unwrap().to_be_bytes().as_slice(), &unsized_frame].concat();
    let mut sound = Vec::new();
    for plain in plains().iter().take(2) {
        let salted = [(0..32).collect::<Vec<u8>>().as_slice(), plain].concat();
        sound.extend([frame(&salted), stored(&salted)]);
    }
    let others =
        [frame(b""), frame(&golden("parcel.hex")), frame(&vec![0; 100_000_000]), claims_more, unsized_frame];
    sound.into_iter().chain(others).collect()
}
fuzz!(open_and_decompress, 1500, [4, 4], frames(), decompress);

/// The plaintext of a parcel, and the items in it.
fn decode(plain: &[u8]) -> Came {
    let mut came = Came::Nowhere;
    if let Some(content) = discreet(ParcelContent::decode(plain)) {
        assert!(plain.len() <= PARCEL_MAX_PLAIN_BYTES && content.items.len() <= PARCEL_MAX_ITEMS);
        let again = wire::encode(&content);
        assert_eq!(ParcelContent::decode(&again).as_ref(), Ok(&content));
        for item in &content.items {
            match item {
                Item::Revision(bytes) => drop(revision(bytes)),
                Item::Act(bytes) => drop(act(bytes)),
                _ => {}
            }
        }
        came = Came::Through;
    }
    came = came.max(revision(plain)).max(act(plain));
    if let Some(statement) = discreet(wire::decode::<Statement>("statement", plain, 100_000)) {
        let again = wire::encode(&statement);
        assert_eq!(wire::decode::<Statement>("statement", &again, 200_000), Ok(statement));
        came = Came::Through;
    }
    came
}

/// A revision saved by another device is read even if this version would have refused to save it; its bytes are kept as
/// they are, never encoded again.
fn revision(bytes: &[u8]) -> Came {
    let Some(read) = discreet(EncodedRevision::decode(bytes)) else { return Came::Nowhere };
    assert_eq!(read.bytes(), bytes, "a revision keeps its bytes");
    let again = EncodedRevision::decode(&wire::encode(read.revision()));
    assert!(again.is_ok_and(|again| again.revision() == read.revision()));
    Came::Through
}

fn act(bytes: &[u8]) -> Came {
    let Some(act) = discreet(wire::decode::<Act>("act", bytes, 100_000)) else { return Came::Nowhere };
    let again = wire::encode(&act);
    assert!(wire::decode::<Act>("act", &again, 200_000).is_ok_and(|read| read == act));
    Came::Through
}

fn plains() -> Vec<Vec<u8>> {
    let device = Cast::new().device.id();
    let content = ParcelContent {
        schema: 1,
        study: "NCT06836973".parse().unwrap(),
        vault: cast::VAULT,
        author: device,
        incarnation: cast::INCARNATION,
        seq: 1,
        items: cast::items(),
    };
    vec![
        wire::encode(&content),
        by_hand::plain(1, cast::VAULT, device, cast::INCARNATION, 1, &by_hand::item(3)),
        by_hand::plain(2, cast::VAULT, device, cast::INCARNATION, 1, &by_hand::item(200)),
        cast::assessment().bytes().to_vec(),
        cast::dose().bytes().to_vec(),
        wire::encode(&cast::act()),
        golden("statement.hex"),
    ]
}
fuzz!(content, 6000, [6, 6], plains(), decode);
