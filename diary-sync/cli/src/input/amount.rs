//! Amounts that are typed, refused with the units that fit.

use diary_core::measure::{Quantity, Unit};
use diary_core::readers;

use crate::failure::InputError;

/// An amount above 0 with its unit. `fitting` are the units to name where it is refused.
pub(crate) fn amount(text: &str, fitting: &[Unit]) -> Result<Quantity, InputError> {
    readers::amount(text).map_err(|error| InputError::ReadAmount(error, fitting.to_vec()))
}

#[cfg(test)]
mod tests {
    use diary_core::readers::ReadError;
    use diary_core::text::Lang;

    use super::*;
    use crate::words::refusal::message;

    #[test]
    fn an_amount_is_refused_for_what_is_wrong_with_the_units_that_fit() {
        let tablets = "{tbl}".parse().unwrap();
        let refused = amount("60", &[Unit::MG, tablets]).unwrap_err();
        assert_eq!(refused, InputError::ReadAmount(ReadError::NoUnit, vec![Unit::MG, tablets]));
        assert_eq!(
            message(&refused, Lang::EN),
            "Write the unit behind the number, for example 60 mg or 2 tablets. Units here: mg, tablet(s)."
        );
        assert_eq!(
            message(&refused, Lang::ZH_CN),
            "请在数字后面写上单位，例如 60 毫克或 2 片。可用单位：毫克、片。"
        );
        let comma = amount("1,500 mg", &[]).unwrap_err();
        assert!(
            message(&comma, Lang::EN)
                .ends_with("Write 1500 for one thousand five hundred, 1.5 for one and a half.")
        );
    }
}
