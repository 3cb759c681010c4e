//! Plaintexts of the parcels. Each author signed a commitment to the plaintext, so that salt and plaintext prove its
//! authorship without any private key.

use diary_core::export::{OpenedRecord, VAULTS};
use diary_core::parcel::seal::commit;
use diary_core::parcel::{Item, ParcelContent, ParcelCore};

use super::Vault;
use crate::finding::Finding;
use crate::problem::{Note, Problem};

impl Vault<'_> {
    /// Checks the plaintexts of the vault.
    pub(super) fn plaintexts(&mut self) {
        let name = format!("{VAULTS}/{}.opened", self.id);
        if self.export.manifest.sealed_only && !self.export.folder.has(&name) {
            return;
        }
        let Some(mut sequence) = self.export.folder.sequence(&name, self.out) else { return };
        let mut opened = 0;
        loop {
            match sequence.next::<OpenedRecord>() {
                Ok(Some(record)) => match self.problem(&record) {
                    None => {
                        opened += 1;
                        self.out.counts.plaintexts += 1;
                    }
                    Some(what) => self.out.found(Finding {
                        file: name.clone(),
                        vault: Some(self.id),
                        n: Some(record.n),
                        what,
                    }),
                },
                Ok(None) => break,
                Err(error) => {
                    self.wrong_file(&name, error);
                    break;
                }
            }
        }
        let sealed = (self.parcels.len() as u64).saturating_sub(opened);
        if sealed > 0 {
            self.out.note(Note::Sealed { vault: self.id, parcels: sealed });
        }
    }

    fn problem(&mut self, record: &OpenedRecord) -> Option<Problem> {
        let Some(parcel) = self.parcels.get(&record.n) else {
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
            self.out.note(Note::SetAside { vault: self.id, record: record.n });
        }
        self.out.counts.entries +=
            content.items.iter().filter(|item| matches!(item, Item::Revision(_))).count() as u64;
        None
    }
}
