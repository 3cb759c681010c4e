//! Bodies as they travel.

use super::*;

#[test]
fn a_code_of_a_later_version_is_kept() {
    assert_eq!(ProblemCode::from_number(999).number(), 999);
    assert_eq!(
        wire::decode::<ProblemCode>("code", &wire::encode(&ProblemCode::Other(999)), 9),
        Ok(ProblemCode::Other(999))
    );
}
