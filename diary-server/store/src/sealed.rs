//! Labels of the sealed columns: table and column. Sealed values are encrypted in a database that is not encrypted as a
//! whole, each for its column.

/// Column of the reasons.
pub(crate) const TRAIL_REASON: &str = "trail.reason";
/// Column of the links' secrets.
pub(crate) const ENROLMENT_SECRET: &str = "enrolment.secret";
/// Column of the plaintexts.
pub(crate) const OPENED_PLAIN: &str = "opened.plain";
/// Column of their salts. Sealed as well: with a salt, the commitment in the signed parcel would confirm a guess of the
/// contents.
pub(crate) const OPENED_SALT: &str = "opened.salt";
/// Columns with answers of participants and acts of staff, sealed where the database is not encrypted as a whole.
pub(crate) const ACT_BYTES: &str = "act.bytes";
/// Hashes of short contents are sealed too: the content could be found by trying out values.
pub(crate) const REVISION_HASH: &str = "revision.hash";
pub(crate) const ACT_HASH: &str = "act.hash";

/// Column of the passwords' hashes.
pub(crate) const ACCOUNT_PASSWORD: &str = "account.password";
/// Column of the secrets of second factors.
pub(crate) const ACCOUNT_TOTP: &str = "account.totp";
/// Column of forms that were sent too late.
pub(crate) const KEPT_FORM_BODY: &str = "kept_form.body";

/// All of them that are moved with their tables.
pub(crate) const ALL: &[&str] = &[
    TRAIL_REASON,
    ENROLMENT_SECRET,
    OPENED_PLAIN,
    OPENED_SALT,
    ACT_BYTES,
    REVISION_HASH,
    ACT_HASH,
    ACCOUNT_PASSWORD,
    ACCOUNT_TOTP,
    KEPT_FORM_BODY,
];
