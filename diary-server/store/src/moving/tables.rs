//! Tables to move with their columns, ordered so that no row refers to one of a later table.

use crate::audit::REASON as TRAIL_REASON;
use crate::devices::ENROLMENT_SECRET;
use crate::log::{OPENED_PLAIN, OPENED_SALT};
use crate::record::rows::{ACT_BYTES, ACT_HASH, REVISION_HASH};

/// Type of a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Int,
    Text,
    Blob,
    /// Sealed under this label, where the database is not encrypted as a whole.
    Sealed(&'static str),
    /// A text that is kept like [`Kind::Sealed`].
    SealedText(&'static str),
}

/// A column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

/// A table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    /// Number of leading columns that form the primary key.
    pub(super) key: usize,
    /// True if the database numbers the rows itself.
    pub(super) numbered: bool,
    pub(super) columns: &'static [Column],
}

const fn int(name: &'static str) -> Column {
    Column { name, kind: Kind::Int }
}

const fn text(name: &'static str) -> Column {
    Column { name, kind: Kind::Text }
}

const fn blob(name: &'static str) -> Column {
    Column { name, kind: Kind::Blob }
}

const fn sealed(name: &'static str, label: &'static str) -> Column {
    Column { name, kind: Kind::Sealed(label) }
}

const fn table(name: &'static str, key: usize, columns: &'static [Column]) -> Table {
    Table { name, key, numbered: false, columns }
}

const fn numbered(name: &'static str, columns: &'static [Column]) -> Table {
    Table { name, key: 1, numbered: true, columns }
}

/// Tables that are not moved: they belong to the database itself, or are recomputed.
pub(super) const LEFT_OUT: &[&str] = &["schema_version", "merge_claim", "rebuilding", "standing"];

/// The row that makes a database the one of a study. It is written last, so that an interrupted move leaves no usable
/// copy.
pub(super) const SERVER: Table = table(
    "server",
    1,
    &[
        int("one"),
        blob("epoch"),
        blob("incarnation"),
        text("study"),
        int("founded"),
        int("counter_floor"),
        int("leaving"),
        int("moved"),
        int("arriving"),
    ],
);

/// All other tables.
pub(super) const TABLES: &[Table] = &[
    table("server_clock", 1, &[int("one"), int("newest"), int("leapt_from"), int("leapt_to")]),
    table("bundle", 1, &[int("version"), blob("bytes"), int("added")]),
    table("study_file", 1, &[blob("hash"), int("version"), blob("bytes"), int("added")]),
    numbered("vault", &[int("no"), blob("id"), text("site"), int("added")]),
    table("participant", 1, &[int("vault"), text("subject"), int("added")]),
    numbered(
        "device",
        &[
            int("no"),
            int("vault"),
            blob("key"),
            blob("signing"),
            int("joined"),
            int("certificate_n"),
            int("confirmed"),
            int("revocation_n"),
            int("revoked"),
            int("recovery_n"),
            int("times"),
            int("cleared"),
            int("opened_items"),
            int("opened_bytes"),
        ],
    ),
    table(
        "enrolment",
        1,
        &[
            blob("id"),
            int("vault"),
            sealed("secret", ENROLMENT_SECRET),
            int("made"),
            int("until"),
            int("device"),
            int("used"),
            int("wrong_digits"),
        ],
    ),
    table(
        "device_keys",
        1,
        &[int("device"), blob("sealing"), blob("join_request"), blob("enrolment"), blob("held")],
    ),
    table("held_revocation", 1, &[int("device"), blob("paper"), int("at")]),
    table("link", 1, &[blob("id"), blob("vault"), blob("proof_key"), int("until")]),
    table("log", 1, &[int("place"), int("kind"), blob("record"), blob("chain"), int("at")]),
    table("head", 1, &[int("vault"), int("n"), blob("chain")]),
    numbered("parcel_grant", &[int("no"), int("vault"), blob("hash"), int("n")]),
    numbered(
        "life",
        &[
            int("no"),
            int("vault"),
            blob("incarnation"),
            blob("author"),
            int("device"),
            int("borrowed"),
            int("whole"),
            blob("whole_hash"),
            int("highest"),
            int("counter"),
        ],
    ),
    table(
        "parcel",
        3,
        &[
            int("life"),
            int("seq"),
            int("fork"),
            int("n"),
            blob("core_hash"),
            blob("body_hash"),
            int("named"),
            int("received"),
            int("flags"),
            int("stored_n"),
            int("state"),
            int("code"),
            int("settled_n"),
            text("judge"),
        ],
    ),
    table(
        "opened",
        1,
        &[
            int("place"),
            sealed("salt", OPENED_SALT),
            sealed("plain", OPENED_PLAIN),
            int("size"),
            int("items"),
        ],
    ),
    table(
        "revision",
        5,
        &[
            int("vault"),
            int("counter"),
            blob("id"),
            int("n"),
            int("item"),
            sealed("hash", REVISION_HASH),
            blob("entry"),
            int("day"),
            text("kind"),
        ],
    ),
    table(
        "act",
        5,
        &[
            int("vault"),
            int("counter"),
            blob("id"),
            int("n"),
            int("item"),
            sealed("hash", ACT_HASH),
            sealed("bytes", ACT_BYTES),
        ],
    ),
    table("succession", 3, &[int("vault"), int("n"), int("item"), blob("incarnation")]),
    table(
        "trail",
        1,
        &[
            int("n"),
            blob("chain"),
            int("at"),
            text("who"),
            text("role"),
            text("what"),
            text("target"),
            Column { name: "reason", kind: Kind::SealedText(TRAIL_REASON) },
        ],
    ),
    table(
        "people_change",
        1,
        &[int("event"), int("vault"), text("kind"), text("was"), text("now"), int("other")],
    ),
    table("telling", 1, &[int("vault"), int("mark")]),
    table("backed_up", 1, &[int("vault"), int("n")]),
    table("feed_head", 1, &[int("one"), text("site"), int("n"), blob("chain")]),
    table("feed", 1, &[int("n"), int("place"), blob("chain")]),
    table("handed", 2, &[int("vault"), blob("hash"), int("n")]),
    table("relay", 1, &[blob("key"), blob("epoch"), int("n"), blob("chain")]),
    table("relay_vault", 2, &[blob("relay"), int("vault"), int("sent")]),
    table("relay_owed", 2, &[blob("relay"), int("place")]),
    table("relayed", 1, &[int("place"), blob("relay"), int("n"), int("at")]),
    table(
        "relay_left",
        2,
        &[blob("relay"), int("n"), blob("vault"), int("kind"), int("at"), int("code"), blob("record")],
    ),
];
