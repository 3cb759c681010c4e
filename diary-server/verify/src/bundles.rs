//! The chain of the study's bundles: each signed by the root key, with rising versions, and each naming all keys of the
//! one before.

use diary_core::export::BUNDLES;
use diary_core::ids::Hash;
use diary_core::keys::Bundle;
use diary_core::signed::Signed;

use super::finding::Verified;
use super::folder::Folder;
use super::problem::{Problem, Succession};

/// Checks all bundles; returns the newest.
pub(super) fn check(folder: &Folder, root: &Hash, out: &mut Verified) -> Option<Bundle> {
    let mut sequence = folder.sequence(BUNDLES, out)?;
    let mut newest: Option<Bundle> = None;
    loop {
        let signed = match sequence.next::<Signed>() {
            Ok(Some(signed)) => signed,
            Ok(None) => return newest,
            Err(error) => {
                out.wrong(BUNDLES, error);
                return newest;
            }
        };
        match Bundle::verify(&signed, root) {
            Err(error) => out.wrong(BUNDLES, error),
            Ok(bundle) => {
                out.counts.bundles += 1;
                if let Some(problem) = newest.as_ref().and_then(|before| follows(before, &bundle)) {
                    out.wrong(BUNDLES, Problem::Bundle { version: bundle.version, problem });
                }
                newest = Some(bundle);
            }
        }
    }
}

/// Problem of `next` as the successor of `before`; `None` if it is valid.
fn follows(before: &Bundle, next: &Bundle) -> Option<Succession> {
    if next.version <= before.version {
        return Some(Succession::NotNewer);
    }
    if next.study != before.study {
        return Some(Succession::OtherStudy);
    }
    let server = |one: &diary_core::keys::ServerKey| {
        let now = next.server(one.key.id());
        now.is_some_and(|now| now.role == one.role && (one.retired.is_none() || now.retired == one.retired))
    };
    let site = |one: &diary_core::keys::SiteKey| {
        next.site_key_of(&one.site, one.generation).is_some_and(|now| now.key == one.key)
    };
    let study = |one| next.studies.contains(one);
    let kept = before.servers.iter().all(server)
        && before.sites.iter().all(site)
        && before.studies.iter().all(study);
    (!kept).then_some(Succession::Forgets)
}
