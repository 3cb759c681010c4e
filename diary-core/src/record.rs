//! The trial record.
