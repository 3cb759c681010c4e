//! Phones of participants: their admission, revocation and allowances, and files that they have written.

pub mod access;
pub mod enrolment;
pub mod loan;
pub mod receipts;
pub mod receive;
pub mod recovery;
pub mod welcome;
