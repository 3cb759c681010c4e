//! Verifies an export from its files and the fingerprint of the study's root key alone. Shares no code with the writer
//! of exports except the formats of `diary-core`: it has no database, no server and no private key. Continues after a
//! problem, so that all of them are reported.

mod bundles;
mod finding;
mod folder;
mod problem;
mod sequence;
mod trail;
mod vault;

pub use finding::{Counts, Finding, Unproved, Verified};
pub use problem::{ChainNote, Note, Problem, Succession};

use std::path::Path;

use diary_core::export::{BUNDLES, LIST, MANIFEST, Manifest, STUDIES, TRAIL, VAULTS};
use diary_core::ids::Hash;
use diary_core::signed::Signed;

use folder::{Export, Folder};

/// Reason for which there is no export at a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoExport {
    /// Nothing is there.
    Nothing,
    /// A file is there, and an export is a folder.
    File,
    /// The folder holds no file of an export.
    OtherFolder,
}

/// Reason for which `path` has no export to check; `None` if it has at least some of an export's files.
#[must_use]
pub fn no_export(path: &Path) -> Option<NoExport> {
    let has = |name: &&str| path.join(name).exists();
    match path.metadata() {
        Err(_) => Some(NoExport::Nothing),
        Ok(there) if !there.is_dir() => Some(NoExport::File),
        Ok(_) if [MANIFEST, LIST, BUNDLES, TRAIL, STUDIES, VAULTS].iter().any(has) => None,
        Ok(_) => Some(NoExport::OtherFolder),
    }
}

/// Verifies the export in `path` under the root key of `pinned`. Without it, the root named by the export itself is
/// used, and the result lists this as unproved.
#[must_use]
pub fn verify_folder(path: &Path, pinned: Option<Hash>) -> Verified {
    let mut out = Verified::new(pinned);
    let folder = Folder::new(path);
    let Some((signed, manifest)) = manifest(&folder, &mut out) else { return out };
    out.about(&manifest);
    let root = pinned.unwrap_or(manifest.root);
    if manifest.root != root {
        out.wrong(MANIFEST, Problem::OtherRoot);
        // If the bundles verify under the export's own root, it is an export of another root as a whole.
        let mut under_its_own = Verified::new(None);
        out.other_root = bundles::check(&folder, &manifest.root, &mut under_its_own).is_some();
        if out.other_root {
            return out;
        }
    }
    // Without the bundle there are no keys to check anything else with.
    let Some(bundle) = bundles::check(&folder, &root, &mut out) else {
        out.wrong(BUNDLES, Problem::NoBundle);
        return out;
    };
    match Manifest::verify(&signed, &bundle) {
        Ok(_) => out.counts.signatures += 1,
        Err(error) => out.wrong(MANIFEST, error),
    }
    if bundle.study != manifest.study {
        out.wrong(MANIFEST, Problem::OtherStudy);
    }
    let export = Export { folder: &folder, manifest: &manifest, bundle: &bundle };
    folder::check_list(export, &mut out);
    trail::check(export, &mut out);
    for id in folder.vaults(&mut out) {
        vault::check(id, export, &mut out);
    }
    out.limits(&manifest);
    out
}

fn manifest(folder: &Folder, out: &mut Verified) -> Option<(Signed, Manifest)> {
    let bytes = folder.read(MANIFEST, out)?;
    let read = Signed::from_bytes(&bytes).and_then(|signed| Ok((Manifest::peek(&signed)?, signed)));
    match read {
        Ok((manifest, signed)) => Some((signed, manifest)),
        Err(error) => {
            out.wrong(MANIFEST, error);
            None
        }
    }
}
