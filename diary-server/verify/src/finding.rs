//! Result of a verification: counts of the things proved, findings with their place, notes, and the limits of the
//! proof.

use std::collections::BTreeSet;

use diary_core::export::Manifest;
use diary_core::ids::{Epoch, Hash, SiteId, StudyId, VaultId};
use diary_core::time::UtcMillis;
use serde::Serialize;

use super::problem::{Note, Problem};

/// Largest number of findings kept; further ones are only counted.
const FINDINGS_MAX: usize = 1000;

/// One problem.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Finding {
    /// Name of the file.
    pub file: String,
    /// The vault, if the problem is in one.
    pub vault: Option<VaultId>,
    /// Record of the vault's log, or row of the audit trail.
    pub n: Option<u64>,
    /// The problem.
    pub what: Problem,
}

/// Statement that could not be proved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unproved {
    /// The keys are those of the study: the root's fingerprint was read from the export itself.
    Root,
    /// The content of entries: plaintexts were left out.
    Plaintexts,
    /// Nothing newer was left out: an export ends where its keeper says.
    NothingNewer,
    /// The person to whom a vault belongs: only the site's key opens the subject numbers in certificates.
    Person,
    /// Clocks were right: times are those that devices and servers said.
    Clocks,
}

/// Number of things proved, by kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Counts {
    /// Files with the hash in the signed list.
    pub files: u64,
    /// Bundles signed by the root key.
    pub bundles: u64,
    /// Versions of the study.
    pub studies: u64,
    /// Rows of the audit trail with a valid chain value.
    pub trail_rows: u64,
    /// Checkpoints of the audit trail.
    pub checkpoints: u64,
    /// Vaults whose log leads to its signed head.
    pub vaults: u64,
    /// Records of those logs.
    pub records: u64,
    /// Parcels with their author's signature.
    pub parcels: u64,
    /// Grants with their author's signature.
    pub grants: u64,
    /// Rewraps signed by a keeper.
    pub rewraps: u64,
    /// Certificates and revocations signed by a keeper.
    pub certificates: u64,
    /// Receipts signed by a server about a parcel that is in the log.
    pub receipts: u64,
    /// Plaintexts that match their author's commitment.
    pub plaintexts: u64,
    /// Versions of entries in them.
    pub entries: u64,
    /// Other signatures: the manifest, heads, recovery secrets.
    pub signatures: u64,
}

/// Result of a verification.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Verified {
    /// The fingerprint given by the caller; `None` if the one in the export was used.
    pub pinned: Option<Hash>,
    /// The export belongs to another root than the given one, and is consistent under it; nothing else was checked.
    pub other_root: bool,
    /// Fingerprint named by the export.
    pub root: Option<Hash>,
    /// The study.
    pub study: Option<StudyId>,
    /// The site.
    pub site: Option<SiteId>,
    /// Epoch of the database.
    pub epoch: Option<Epoch>,
    /// Time of the export.
    pub at: Option<UtcMillis>,
    /// Counts of the things proved.
    pub counts: Counts,
    /// Problems found.
    pub findings: Vec<Finding>,
    /// Number of further findings, beyond those listed.
    pub more: u64,
    /// Records in the wrong place, for example of another study: validly signed by their author, kept as they are, and
    /// counted in no record. Nothing was altered.
    pub foreign: Vec<Finding>,
    /// Remarks that are no problem.
    pub notes: Vec<Note>,
    /// Statements that could not be proved.
    pub unproved: Vec<Unproved>,
    #[serde(skip)]
    noted: BTreeSet<Note>,
}

impl Verified {
    /// An empty result.
    #[must_use]
    pub(super) const fn new(pinned: Option<Hash>) -> Self {
        Self {
            pinned,
            other_root: false,
            root: None,
            study: None,
            site: None,
            epoch: None,
            at: None,
            counts: Counts {
                files: 0,
                bundles: 0,
                studies: 0,
                trail_rows: 0,
                checkpoints: 0,
                vaults: 0,
                records: 0,
                parcels: 0,
                grants: 0,
                rewraps: 0,
                certificates: 0,
                receipts: 0,
                plaintexts: 0,
                entries: 0,
                signatures: 0,
            },
            findings: Vec::new(),
            more: 0,
            foreign: Vec::new(),
            notes: Vec::new(),
            unproved: Vec::new(),
            noted: BTreeSet::new(),
        }
    }

    /// True if every check passed.
    #[must_use]
    pub const fn holds(&self) -> bool {
        self.findings.is_empty()
    }

    pub(super) fn about(&mut self, manifest: &Manifest) {
        self.root = Some(manifest.root);
        self.study = Some(manifest.study.clone());
        self.site = Some(manifest.site.clone());
        self.epoch = Some(manifest.epoch);
        self.at = Some(manifest.at);
    }

    /// Adds a finding about a file.
    pub(super) fn wrong(&mut self, file: &str, what: impl Into<Problem>) {
        self.found(Finding { file: file.to_owned(), vault: None, n: None, what: what.into() });
    }

    pub(super) fn found(&mut self, finding: Finding) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        } else {
            self.more += 1;
        }
    }

    /// Adds a finding about a foreign record.
    pub(super) fn foreign(&mut self, finding: Finding) {
        if self.foreign.len() < FINDINGS_MAX {
            self.foreign.push(finding);
        }
    }

    /// Adds a note, once.
    pub(super) fn note(&mut self, what: Note) {
        if self.noted.insert(what.clone()) {
            self.notes.push(what);
        }
    }

    /// Adds the statements that this export cannot prove, and those that no export can.
    pub(super) fn limits(&mut self, manifest: &Manifest) {
        if self.pinned.is_none() {
            self.unproved.push(Unproved::Root);
        }
        if manifest.sealed_only {
            self.unproved.push(Unproved::Plaintexts);
        }
        self.unproved.extend([Unproved::NothingNewer, Unproved::Person, Unproved::Clocks]);
    }
}
