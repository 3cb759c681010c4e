//! A study in its stored and sent form: named files in one canonical CBOR value. The module `load` reads their
//! contents.

use std::collections::BTreeMap;

use crate::ids::Hash;

/// Largest encoded package, in bytes.
pub const PACKAGE_MAX_BYTES: usize = 4 * 1024 * 1024;
/// Most files of a package.
pub const PACKAGE_MAX_FILES: usize = 256;
/// Longest name of a file, in bytes.
pub const FILE_NAME_MAX_BYTES: usize = 128;
/// First text of an encoded package.
const FORMAT: &str = "diary/study/v1";

/// Files of a study: `study.toml`, its questionnaires and content packs. Names use `/` between folders.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct StudyPackage {
    files: BTreeMap<String, Vec<u8>>,
}

impl std::fmt::Debug for StudyPackage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.files.keys()).finish()
    }
}

/// Reason for which bytes or files are not a study package.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    /// A name that could reach outside the package, or that a file system may refuse.
    #[error(
        "file name {name:?}: 1 to {FILE_NAME_MAX_BYTES} letters, digits, '-', '_', '.' and '/', no part starting with '.'"
    )]
    Name {
        /// The name.
        name: String,
    },
    /// More files than a package may hold.
    #[error("a study may have at most {PACKAGE_MAX_FILES} files")]
    TooManyFiles,
    /// More bytes than a package may hold.
    #[error("a study may have at most {PACKAGE_MAX_BYTES} bytes")]
    TooLarge,
    /// Bytes that are not an output of `encode`.
    #[error("not a study package of this version")]
    Undecodable,
    /// A folder or file could not be read.
    #[error("{path}: {reason}")]
    Unreadable {
        /// Path.
        path: String,
        /// Message of the system.
        reason: String,
    },
}

impl StudyPackage {
    /// Package of these files.
    ///
    /// # Errors
    /// [`PackageError`] if a name or a size is not allowed.
    pub fn new(files: BTreeMap<String, Vec<u8>>) -> Result<Self, PackageError> {
        if files.len() > PACKAGE_MAX_FILES {
            return Err(PackageError::TooManyFiles);
        }
        if let Some(name) = files.keys().find(|name| !is_file_name(name)) {
            return Err(PackageError::Name { name: name.chars().take(FILE_NAME_MAX_BYTES).collect() });
        }
        let package = Self { files };
        if package.encode().len() > PACKAGE_MAX_BYTES {
            return Err(PackageError::TooLarge);
        }
        Ok(package)
    }

    /// Files by name.
    #[must_use]
    pub const fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.files
    }

    /// Names of its files, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// One file.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(Vec::as_slice)
    }

    /// Canonical bytes: equal packages have equal bytes. Servers store these, devices fetch them.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut e = minicbor::Encoder::new(Vec::new());
        self.write(&mut e).expect("writing into a vector cannot fail");
        e.into_writer()
    }

    fn write(
        &self,
        e: &mut minicbor::Encoder<Vec<u8>>,
    ) -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
        e.array(2)?.str(FORMAT)?.map(self.files.len() as u64)?;
        for (name, bytes) in &self.files {
            e.str(name)?.bytes(bytes)?;
        }
        Ok(())
    }

    /// Decodes the output of [`Self::encode`].
    ///
    /// # Errors
    /// [`PackageError`] if the bytes do not decode, or are another encoding of the same files, whose hash
    /// would differ.
    pub fn decode(bytes: &[u8]) -> Result<Self, PackageError> {
        if bytes.len() > PACKAGE_MAX_BYTES {
            return Err(PackageError::TooLarge);
        }
        let package = Self::new(read(bytes).ok_or(PackageError::Undecodable)?)?;
        if package.encode() == bytes { Ok(package) } else { Err(PackageError::Undecodable) }
    }

    /// SHA-256 of its bytes, by which servers and bundles name it.
    #[must_use]
    pub fn hash(&self) -> Hash {
        crate::hash::sha256(&self.encode())
    }
}

fn read(bytes: &[u8]) -> Option<BTreeMap<String, Vec<u8>>> {
    let mut d = minicbor::Decoder::new(bytes);
    if d.array().ok()? != Some(2) || d.str().ok()? != FORMAT {
        return None;
    }
    let count = d.map().ok()??;
    let mut files = BTreeMap::new();
    for _ in 0..count {
        let name = d.str().ok()?.to_owned();
        files.insert(name, d.bytes().ok()?.to_vec());
    }
    Some(files)
}

fn is_file_name(name: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    name.len() <= FILE_NAME_MAX_BYTES && name.split('/').all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(files: &[(&str, &str)]) -> Result<StudyPackage, PackageError> {
        StudyPackage::new(files.iter().map(|(n, b)| ((*n).to_owned(), b.as_bytes().to_vec())).collect())
    }

    #[test]
    fn a_package_survives_its_bytes_and_keeps_its_hash() {
        let one = package(&[("study.toml", "id"), ("forms/a.json", "{}")]).unwrap();
        let two = StudyPackage::decode(&one.encode()).unwrap();
        assert_eq!((&two, two.hash()), (&one, one.hash()));
        assert_eq!(two.file("forms/a.json"), Some(b"{}".as_slice()));
        assert_ne!(package(&[("study.toml", "ie")]).unwrap().hash(), one.hash());
    }

    #[test]
    fn names_that_leave_the_package_are_refused() {
        for bad in ["", "/etc/passwd", "../a", "a/../b", "a//b", ".hidden", "a b", "研究.toml", "a\\b"] {
            assert!(matches!(package(&[(bad, "")]), Err(PackageError::Name { .. })), "{bad}");
        }
    }

    #[test]
    fn only_canonical_bytes_are_a_package() {
        let bytes = package(&[("a", "1"), ("b", "2")]).unwrap().encode();
        let mut longer = bytes.clone();
        longer.push(0);
        let swapped: Vec<u8> = bytes.iter().map(|b| if *b == b'a' { b'c' } else { *b }).collect();
        for bad in [&longer, &bytes[..bytes.len() - 1].to_vec(), &swapped, &Vec::new(), &vec![0xbf; 40]] {
            assert_eq!(StudyPackage::decode(bad), Err(PackageError::Undecodable));
        }
    }

    #[test]
    fn a_package_that_is_too_large_is_refused_before_it_is_read() {
        assert_eq!(StudyPackage::decode(&vec![0; PACKAGE_MAX_BYTES + 1]), Err(PackageError::TooLarge));
        let files = [("a".to_owned(), vec![0; PACKAGE_MAX_BYTES])].into();
        assert_eq!(StudyPackage::new(files), Err(PackageError::TooLarge));
    }
}
