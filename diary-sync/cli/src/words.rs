//! Every sentence of the command line, English and Chinese side by side, so that they stay the same. Written for
//! people who are tired and see double: short, and always with what to do.

pub(crate) mod alerts;
pub(crate) mod carried;
pub(crate) mod changes;
pub(crate) mod common;
pub(crate) mod correct;
pub(crate) mod describe;
pub(crate) mod dose;
pub(crate) mod doubts;
pub(crate) mod evening;
pub(crate) mod event;
pub(crate) mod help;
pub(crate) mod history;
pub(crate) mod join;
pub(crate) mod lock;
pub(crate) mod log;
pub(crate) mod med;
pub(crate) mod note;
pub(crate) mod phones;
pub(crate) mod questions;
pub(crate) mod refusal;
pub(crate) mod standing;
pub(crate) mod status;
pub(crate) mod sync;
pub(crate) mod today;
pub(crate) mod usage;
pub(crate) mod when;
