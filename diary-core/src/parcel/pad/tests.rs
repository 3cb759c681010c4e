//! Padding and compression.

use proptest::prelude::*;

use super::*;

#[test]
fn padme_gives_the_lengths_of_its_paper() {
    // Above the least length, the lowest bits of a length are 0: with exponent e, all but log2(e) + 1 leading ones.
    for (len, padded) in [
        (0, 1024),
        (1024, 1024),
        (1025, 1088),
        (1088, 1088),
        (1089, 1152),
        (2047, 2048),
        (2049, 2176),
        (100_000, 100_352),
    ] {
        assert_eq!(padme(len), padded, "{len}");
    }
}

#[test]
fn the_largest_plaintext_that_does_not_compress_still_fits_a_body() {
    let entropy = crate::entropy::SeededEntropy::new(1);
    let mut noise = vec![0u8; 32 + crate::parcel::PARCEL_MAX_PLAIN_BYTES];
    crate::entropy::Entropy::fill(&entropy, &mut noise);
    let packed = pack(&noise).unwrap();
    assert!(packed.len() + TAG_BYTES <= crate::parcel::BODY_MAX_BYTES, "{}", packed.len());
    assert_eq!(unpack(&packed, noise.len()).unwrap(), noise);
}

#[test]
fn what_would_grow_beyond_the_cap_is_refused_before_it_grows() {
    let packed = pack(&vec![0u8; 1_000_000]).unwrap();
    assert_eq!(packed.len(), PAD_MIN_BYTES);
    assert_eq!(unpack(&packed, 999_999), Err(UnpackError::Oversize));
    assert_eq!(unpack(&packed, 1_000_000).map(|plain| plain.len()), Ok(1_000_000));
}

#[test]
fn a_frame_that_lies_about_its_length_is_refused() {
    let frame = zstd::bulk::compress(&[7u8; 500], 3).unwrap();
    assert_eq!(get_frame_content_size(&frame).unwrap(), Some(500));
    // In a frame of this kind the two bytes after magic number and descriptor hold the length, less 256.
    let check = |length: u16, expect: UnpackError| {
        let mut altered = frame.clone();
        altered[5..7].copy_from_slice(&(length - 256).to_le_bytes());
        let mut padded = u32::try_from(altered.len()).unwrap().to_be_bytes().to_vec();
        padded.extend(&altered);
        padded.resize(PAD_MIN_BYTES, 0);
        assert_eq!(unpack(&padded, 2_000), Err(expect), "{length}");
    };
    check(499, UnpackError::Malformed);
    check(501, UnpackError::Malformed);
    check(2_001, UnpackError::Oversize);
}

#[test]
fn padding_other_than_zeros_of_the_right_length_is_refused() {
    let packed = pack(b"x").unwrap();
    let mut marked = packed.clone();
    *marked.last_mut().unwrap() = 1;
    assert_eq!(unpack(&marked, 100), Err(UnpackError::Malformed));
    let longer = [packed.as_slice(), &[0; 64]].concat();
    assert_eq!(unpack(&longer, 100), Err(UnpackError::Malformed));
    assert_eq!(unpack(&packed[..3], 100), Err(UnpackError::Malformed));
    let mut beyond = packed;
    beyond[..4].fill(0xff);
    assert_eq!(unpack(&beyond, 100), Err(UnpackError::Malformed));
}

proptest! {
    #[test]
    fn any_plaintext_comes_back(plain in proptest::collection::vec(any::<u8>(), 0..5000)) {
        let packed = pack(&plain).unwrap();
        prop_assert_eq!(padme(packed.len()), packed.len());
        prop_assert_eq!(unpack(&packed, plain.len()), Ok(plain));
    }

    #[test]
    fn padme_adds_at_most_an_eighth(len in 1024usize..10_000_000) {
        let padded = padme(len);
        prop_assert!(padded >= len && padded - len <= len / 8);
        prop_assert_eq!(padme(padded), padded);
    }

    #[test]
    fn no_bytes_make_unpacking_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert!(unpack(&bytes, 10_000).is_err());
    }
}
