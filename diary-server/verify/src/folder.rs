//! The folder of an export: reads its files, and checks them against the list that its keeper signed.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use diary_core::export::{FileEntry, LIST, MANIFEST, Manifest, STUDIES, VAULTS};
use diary_core::hash::sha256;
use diary_core::ids::{Hash, VaultId};
use diary_core::keys::Bundle;
use ring::digest::{Context, SHA256};

use super::finding::Verified;
use super::problem::Problem;
use super::sequence::Sequence;

/// Largest file read as a whole, in bytes.
const WHOLE_MAX: u64 = 64 * 1024 * 1024;

/// The folder.
pub(super) struct Folder {
    path: PathBuf,
}

/// An export under check.
#[derive(Clone, Copy)]
pub(super) struct Export<'a> {
    /// Its files.
    pub(super) folder: &'a Folder,
    /// Its description.
    pub(super) manifest: &'a Manifest,
    /// The newest keys of its study.
    pub(super) bundle: &'a Bundle,
}

impl Folder {
    /// The folder at `path`.
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Bytes of a file; if it cannot be read, adds a finding and returns `None`.
    pub(super) fn read(&self, name: &str, out: &mut Verified) -> Option<Vec<u8>> {
        let read = File::open(self.path.join(name)).and_then(|file| {
            let mut bytes = Vec::new();
            file.take(WHOLE_MAX).read_to_end(&mut bytes)?;
            Ok(bytes)
        });
        read.map_err(|error| out.wrong(name, Problem::disk(&error))).ok()
    }

    /// A file as a CBOR sequence.
    pub(super) fn sequence(&self, name: &str, out: &mut Verified) -> Option<Sequence<File>> {
        let file = File::open(self.path.join(name));
        file.map(Sequence::new).map_err(|error| out.wrong(name, Problem::disk(&error))).ok()
    }

    /// True if there is such a file.
    pub(super) fn has(&self, name: &str) -> bool {
        self.path.join(name).is_file()
    }

    /// Ids of the vaults with files here, in order.
    pub(super) fn vaults(&self, out: &mut Verified) -> BTreeSet<VaultId> {
        let names = self.names(VAULTS, out);
        let stem = |name: &String| name.strip_prefix("vaults/")?.split_once('.')?.0.parse().ok();
        names.iter().filter_map(stem).collect()
    }

    /// Names of the files in the subfolder `below`, or in the folder itself for `""`.
    fn names(&self, below: &str, out: &mut Verified) -> BTreeSet<String> {
        let listed =
            std::fs::read_dir(self.path.join(below)).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        match listed {
            Err(error) => {
                out.wrong(below, Problem::disk(&error));
                BTreeSet::new()
            }
            Ok(entries) => entries
                .into_iter()
                .filter(|entry| !entry.path().is_dir())
                .map(|entry| entry.file_name().to_string_lossy().into_owned())
                .map(|name| if below.is_empty() { name } else { format!("{below}/{name}") })
                .collect(),
        }
    }

    fn digest(&self, name: &str) -> std::io::Result<(u64, Hash)> {
        let mut file = File::open(self.path.join(name))?;
        let (mut context, mut bytes, mut buffer) = (Context::new(&SHA256), 0, vec![0; 64 * 1024]);
        loop {
            let read = file.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            context.update(buffer.get(..read).unwrap_or_default());
            bytes += read as u64;
        }
        let mut hash = [0; 32];
        hash.copy_from_slice(context.finish().as_ref());
        Ok((bytes, Hash::from_bytes(hash)))
    }
}

/// Checks that the list is the signed one, that every file is as listed, that there are no others, and that the study's
/// files are those named by the bundle.
pub(super) fn check_list(export: Export<'_>, out: &mut Verified) {
    let Export { folder, manifest, bundle } = export;
    match folder.digest(LIST) {
        Ok((_, hash)) if hash == manifest.list => out.counts.files += 1,
        Ok(_) => out.wrong(LIST, Problem::NotSigned),
        Err(error) => out.wrong(LIST, Problem::disk(&error)),
    }
    let mut named: BTreeSet<String> = [MANIFEST, LIST].map(str::to_owned).into();
    if let Some(mut list) = folder.sequence(LIST, out) {
        loop {
            match list.next::<FileEntry>() {
                Ok(Some(entry)) => {
                    check_file(folder, &entry, out);
                    named.insert(entry.name);
                }
                Ok(None) => break,
                Err(error) => {
                    out.wrong(LIST, error);
                    break;
                }
            }
        }
    }
    for below in ["", STUDIES, VAULTS] {
        for name in folder.names(below, out) {
            if !named.contains(&name) {
                out.wrong(&name, Problem::NotListed);
            }
        }
    }
    for version in &bundle.studies {
        let name = format!("{STUDIES}/{}", version.hash);
        if let Some(bytes) = folder.read(&name, out) {
            match sha256(&bytes) == version.hash {
                true => out.counts.studies += 1,
                false => out.wrong(&name, Problem::OtherVersion),
            }
        }
    }
}

fn check_file(folder: &Folder, entry: &FileEntry, out: &mut Verified) {
    let plain = entry.name.split('/').all(|part| !part.is_empty() && part != "..");
    if !plain || entry.name.starts_with('/') {
        return out.wrong(LIST, Problem::Outside);
    }
    match folder.digest(&entry.name) {
        Err(error) => out.wrong(&entry.name, Problem::disk(&error)),
        Ok(found) if found == (entry.bytes, entry.hash) => out.counts.files += 1,
        Ok((bytes, _)) if bytes != entry.bytes => {
            out.wrong(&entry.name, Problem::Length { found: bytes, signed: entry.bytes });
        }
        Ok(_) => out.wrong(&entry.name, Problem::NotSigned),
    }
}
