//! Search for words that must not occur, in every form in which bytes are usually written: as they are,
//! as UTF-16, in hexadecimal, in base64 at any offset of a word, as lists of numbers, and in compressed frames.

use std::io::Read;
use std::path::Path;

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, Encoding, HEXLOWER, HEXUPPER};

/// Shorter words have forms that are found by chance.
const WORD_MIN_BYTES: usize = 8;
/// Most that is unpacked of one frame.
const FRAME_MAX_BYTES: u64 = 4 * 1024 * 1024;
/// Frames in frames that are looked into.
const FRAMES_DEEP: usize = 3;
/// Every frame of zstd begins so.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

struct Form {
    name: String,
    bytes: Vec<u8>,
}

/// Words to look for, in all their forms.
pub struct Canaries {
    forms: Vec<Form>,
    /// The forms that begin with each byte.
    by_first: Vec<Vec<usize>>,
}

/// Base64 of the complete groups of three inside `bytes`, for each of the three offsets at which a group may begin.
fn base64(bytes: &[u8], encoding: &Encoding) -> Vec<String> {
    let whole = |rest: &[u8]| encoding.encode(rest.as_chunks::<3>().0.as_flattened());
    (0..3).filter_map(|from| bytes.get(from..)).map(whole).collect()
}

fn written(bytes: &[u8], each: impl Fn(&u8) -> String, between: &str) -> String {
    bytes.iter().map(each).collect::<Vec<_>>().join(between)
}

/// Every form of one word, with its name.
fn forms(word: &str) -> Vec<Form> {
    let encodings = [
        ("UTF-8", word.as_bytes().to_vec()),
        ("UTF-16LE", word.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("UTF-16BE", word.encode_utf16().flat_map(u16::to_be_bytes).collect()),
    ];
    let mut out = Vec::new();
    for (encoding, bytes) in encodings {
        let mut add = |form: &str, bytes: Vec<u8>| {
            out.push(Form { name: format!("{word} in {encoding}{form}"), bytes });
        };
        add(" as hex", HEXLOWER.encode(&bytes).into_bytes());
        add(" as HEX", HEXUPPER.encode(&bytes).into_bytes());
        add(" as numbers", written(&bytes, u8::to_string, ", ").into_bytes());
        add(" as numbers of JSON", written(&bytes, u8::to_string, ",").into_bytes());
        for text in base64(&bytes, &BASE64_NOPAD) {
            add(" as base64", text.into_bytes());
        }
        for text in base64(&bytes, &BASE64URL_NOPAD) {
            add(" as base64url", text.into_bytes());
        }
        add("", bytes);
    }
    out
}

impl Canaries {
    /// Looks for these words.
    ///
    /// # Panics
    /// Panics if a word is so short that it may occur by chance.
    #[must_use]
    pub fn new(words: &[&str]) -> Self {
        assert!(words.iter().all(|word| word.len() >= WORD_MIN_BYTES), "{words:?}: too short");
        let forms: Vec<Form> = words.iter().flat_map(|word| forms(word)).collect();
        let mut by_first = vec![Vec::new(); 256];
        for (at, form) in forms.iter().enumerate() {
            by_first[usize::from(form.bytes[0])].push(at);
        }
        Self { forms, by_first }
    }

    /// The first word that occurs in `bytes`, with its form.
    #[must_use]
    pub fn found_in(&self, bytes: &[u8]) -> Option<String> {
        self.found_inside(bytes, FRAMES_DEEP)
    }

    fn found_inside(&self, bytes: &[u8], deep: usize) -> Option<String> {
        for (at, first) in bytes.iter().enumerate() {
            let rest = &bytes[at..];
            let here = self.by_first[usize::from(*first)].iter().map(|form| &self.forms[*form]);
            if let Some(form) = here.into_iter().find(|form| rest.starts_with(&form.bytes)) {
                return Some(form.name.clone());
            }
            if deep > 0
                && let Some(plain) = unpacked(rest)
                && let Some(found) = self.found_inside(&plain, deep - 1)
            {
                return Some(format!("{found}, compressed"));
            }
        }
        None
    }

    /// Checks that none occurs in `bytes`.
    ///
    /// # Panics
    /// Panics if one does, with its form and `place`.
    #[track_caller]
    pub fn assert_clean(&self, place: &str, bytes: &[u8]) {
        let found = self.found_in(bytes);
        assert!(found.is_none(), "{} stands in {place}", found.unwrap_or_default());
    }

    /// Checks every file below a folder, and counts them.
    ///
    /// # Panics
    /// Panics if a file contains a word, or cannot be read.
    #[track_caller]
    pub fn assert_clean_files(&self, folder: &Path) -> usize {
        let mut seen = 0;
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder is read") {
                let path = entry.expect("a folder is read").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let bytes = std::fs::read(&path).expect("a file is read");
                    self.assert_clean(&path.display().to_string(), &bytes);
                    seen += 1;
                }
            }
        }
        seen
    }
}

/// Contents of the compressed frame with which `bytes` begin, also where they are written in hexadecimal and where the frame
/// not end well.
fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.starts_with(&MAGIC) {
        let mut plain = Vec::new();
        let frame = zstd::stream::read::Decoder::with_buffer(bytes).ok()?.single_frame();
        // What was read before the frame broke is looked at too.
        drop(frame.take(FRAME_MAX_BYTES).read_to_end(&mut plain));
        return Some(plain);
    }
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    if bytes.chunks_exact(2).map_while(pair).take(MAGIC.len()).eq(MAGIC) {
        return unpacked(&bytes.chunks_exact(2).map_while(pair).collect::<Vec<u8>>());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_in_each_form() {
        let canaries = Canaries::new(&["kanarienvogel"]);
        let packed = zstd::stream::encode_all(b"ein kanarienvogel".as_slice(), 3).unwrap();
        let twice = zstd::stream::encode_all([b"..", packed.as_slice()].concat().as_slice(), 3).unwrap();
        let cut: Vec<u8> = packed.iter().copied().chain([7; 9]).collect();
        let in_hex = HEXLOWER.encode(&packed);
        let utf16: Vec<u8> = "kanarienvogel".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let utf16_be: Vec<u8> = "kanarienvogel".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let forms: [(&[u8], &str); 16] = [
            (b"ein kanarienvogel.", ""),
            (&utf16, ""),
            (&utf16_be, ""),
            (br"\x6b616e617269656e766f67656c00", " as hex"),
            (b"ff6B616E617269656E766F67656C", " as HEX"),
            (b"[107, 97, 110, 97, 114, 105, 101, 110, 118, 111, 103, 101, 108]", " as numbers"),
            (b"[107,97,110,97,114,105,101,110,118,111,103,101,108]", " as numbers of JSON"),
            (b"a2FuYXJpZW52b2dlbC4u", " as base64"),
            (b"LmthbmFyaWVudm9nZWwuLg==", " as base64"),
            (b"Li5rYW5hcmllbnZvZ2VsLi4=", " as base64"),
            (b"6b0061006e0061007200690065006e0076006f00670065006c00", " as hex"),
            (&packed, ", compressed"),
            (&twice, ", compressed, compressed"),
            (&cut, ", compressed"),
            (in_hex.as_bytes(), ", compressed"),
            (b"\0\0\0\0kanarienvogel", ""),
        ];
        for (bytes, form) in forms {
            let found = canaries.found_in(bytes);
            let found = found.unwrap_or_else(|| panic!("not found{form}: {bytes:?}"));
            assert!(found.starts_with("kanarienvogel in UTF-") && found.ends_with(form), "{found}");
        }
    }

    /// A word whose base64 has letters that differ between the two alphabets.
    #[test]
    fn both_alphabets_of_base64_are_looked_at() {
        let canaries = Canaries::new(&["\u{4fff}?>\u{7fff}鸟鸟"]);
        for (text, form) in [
            ("5L+/Pz7nv7/puJ/puJ8=", " as base64"),
            ("LuS/vz8+57+/6bif6bif", " as base64"),
            ("Li7kv78/Pue/v+m4n+m4nw==", " as base64"),
            ("5L-_Pz7nv7_puJ_puJ8=", " as base64url"),
            ("LuS_vz8-57-_6bif6bif", " as base64url"),
            ("Li7kv78_Pue_v-m4n-m4nw==", " as base64url"),
        ] {
            let found = canaries.found_in(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
            assert!(found.ends_with(form), "{text}: {found}");
        }
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let canaries = Canaries::new(&["kanarienvogel"]);
        let packed = zstd::stream::encode_all(b"ein zitronenfalter".as_slice(), 3).unwrap();
        for bytes in [b"kanarien vogel 6b616e".as_slice(), &packed, b"a2FuYXJpZW4=", &MAGIC, b"28b52ffd00"] {
            assert_eq!(canaries.found_in(bytes), None);
        }
    }
}
