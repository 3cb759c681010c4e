//! Plaintexts of the parcels. Each author signed a commitment to the plaintext, so that salt and plaintext prove its
//! authorship without any private key.

use diary_core::export::{OpenedRecord, VAULTS};
use diary_core::parcel::seal::commit;
use diary_core::parcel::{Item, ParcelContent, ParcelCore};

use super::Vault;
use crate::finding::Finding;

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
                        what: what.to_owned(),
                    }),
                },
                Ok(None) => break,
                Err(error) => {
                    self.wrong_file(&name, error.to_string());
                    break;
                }
            }
        }
        let sealed = (self.parcels.len() as u64).saturating_sub(opened);
        if sealed > 0 {
            self.out.note(format!(
                "vault {}: {sealed} parcels are here without their plaintext: they wait or are set aside",
                self.id
            ));
        }
    }

    fn problem(&mut self, record: &OpenedRecord) -> Option<&'static str> {
        let Some(parcel) = self.parcels.get(&record.n) else {
            return Some("there is no such parcel in the log");
        };
        if commit(&record.salt, &record.plain) != parcel.core.commit {
            return Some("it is not what the parcel's author committed to");
        }
        let Ok(content) = ParcelContent::decode(&record.plain) else {
            // The commitment holds; the format is one that this version does not read.
            return None;
        };
        let ParcelCore { study, vault: of, author, incarnation, seq, .. } = &parcel.core;
        let inside = (&content.study, &content.vault, &content.author, &content.incarnation, &content.seq);
        if inside != (study, of, author, incarnation, seq) {
            self.out.note(format!(
                "vault {}: record {} says inside that it is another parcel; the keeper set it aside",
                self.id, record.n
            ));
        }
        self.out.counts.entries +=
            content.items.iter().filter(|item| matches!(item, Item::Revision(_))).count() as u64;
        None
    }
}
