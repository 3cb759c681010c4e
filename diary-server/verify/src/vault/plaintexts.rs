//! Plaintexts of the parcels. Each author signed a commitment to the plaintext, so that salt and plaintext prove its
//! authorship without any private key.

use diary_core::export::{OpenedRecord, VAULTS};
use diary_core::parcel::seal::commit;
use diary_core::parcel::{Item, ParcelContent, ParcelCore};

use super::Vault;
use crate::finding::{Finding, Verified};
use crate::folder::Folder;
use crate::problem::{Note, Problem};

/// Checks the plaintexts of a vault.
pub(super) fn check(folder: &Folder, vault: &Vault<'_>, out: &mut Verified) {
    let name = format!("{VAULTS}/{}.opened", vault.id);
    if vault.manifest.sealed_only && !folder.has(&name) {
        return;
    }
    let Some(mut sequence) = folder.sequence(&name, out) else { return };
    let mut opened = 0;
    loop {
        match sequence.next::<OpenedRecord>() {
            Ok(Some(record)) => match problem(vault, &record, out) {
                None => {
                    opened += 1;
                    out.counts.plaintexts += 1;
                }
                Some(what) => {
                    out.found(Finding { file: name.clone(), vault: Some(vault.id), n: Some(record.n), what })
                }
            },
            Ok(None) => break,
            Err(error) => {
                vault.wrong_file(&name, error, out);
                break;
            }
        }
    }
    let sealed = (vault.parcels.len() as u64).saturating_sub(opened);
    if sealed > 0 {
        out.note(Note::Sealed { vault: vault.id, parcels: sealed });
    }
}

fn problem(vault: &Vault<'_>, record: &OpenedRecord, out: &mut Verified) -> Option<Problem> {
    let Some(parcel) = vault.parcels.get(&record.n) else {
        return Some(Problem::NoSuchParcel);
    };
    if commit(&record.salt, &record.plain) != parcel.core.commit {
        return Some(Problem::NotCommitted);
    }
    let Ok(content) = ParcelContent::decode(&record.plain) else {
        // The commitment holds; the format is one that this version does not read.
        return None;
    };
    let ParcelCore { study, vault: of, author, incarnation, seq, .. } = &parcel.core;
    let inside = (&content.study, &content.vault, &content.author, &content.incarnation, &content.seq);
    if inside != (study, of, author, incarnation, seq) {
        out.note(Note::SetAside { vault: vault.id, record: record.n });
    }
    out.counts.entries +=
        content.items.iter().filter(|item| matches!(item, Item::Revision(_))).count() as u64;
    None
}
