//! Why a stored parcel could not be merged, as codes that travel in receipts and stand in reports.

crate::wire::codes!(
    /// Why a parcel is in quarantine. It is kept, shown to staff and tried again after an upgrade.
    QuarantineCode {
        /// The body does not open with the grant's key.
        1 Decrypt "decrypt",
        /// The plaintext is not the one that the core commits to.
        2 Commit "commit",
        /// Study, vault, author, incarnation or number inside differ from the core.
        3 InnerMismatch "inner-mismatch",
        /// What is inside is not readable.
        4 Undecodable "undecodable",
        /// What is inside is of a later version of the diary.
        5 NewerSchema "newer-schema",
        /// What is inside is larger than allowed.
        6 Oversize "oversize",
        /// The grant is of another study, vault, author or incarnation, or does not open.
        7 Grant "grant",
        /// The device had been revoked.
        8 Revoked "revoked",
        /// The author may not record what is inside.
        9 NotAllowed "not-allowed",
        /// An entry's counter is beyond what its place in the author's chain allows.
        10 Counter "counter",
        /// The program failed over it.
        11 Failed "failed",
        /// Its device's allowance of opened bytes and items is used up; staff can allow more.
        12 Allowance "allowance",
    }
);
