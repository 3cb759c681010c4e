//! Reasons for which a stored parcel could not be merged, as codes in receipts and reports.

crate::wire::codes!(
    /// Reason for which a parcel is in quarantine. It is kept, shown to staff and tried again after an
    /// upgrade.
    QuarantineCode {
        /// The body does not open with the grant's key.
        1 Decrypt "decrypt",
        /// The plaintext does not match the commitment in the core.
        2 Commit "commit",
        /// Study, vault, author, incarnation or number inside differ from the core.
        3 InnerMismatch "inner-mismatch",
        /// The content does not decode.
        4 Undecodable "undecodable",
        /// The content was made by a later version of the diary.
        5 NewerSchema "newer-schema",
        /// The content is larger than allowed.
        6 Oversize "oversize",
        /// The grant is of another study, vault, author or incarnation, or does not open.
        7 Grant "grant",
        /// The device had been revoked.
        8 Revoked "revoked",
        /// The author is not allowed to record an item of the content.
        9 NotAllowed "not-allowed",
        /// An entry's counter is beyond what its place in the author's chain allows.
        10 Counter "counter",
        /// The program failed while merging it.
        11 Failed "failed",
        /// Its device's allowance of opened bytes and items is used up; staff can allow more.
        12 Allowance "allowance",
    }
);
