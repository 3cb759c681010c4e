//! Parameters of a URL. Those of this API hold hexadecimal digits, dots and numbers, so that no decoding of escapes
//! is needed.

/// The value of the first parameter of that name.
#[must_use]
pub fn value<'q>(query: Option<&'q str>, name: &str) -> Option<&'q str> {
    query?.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, v)| v)
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn a_parameter_is_found_by_its_whole_name() {
        let query = Some("nonce=aa&limit=5&limit=6&empty=&odd");
        assert_eq!(value(query, "limit"), Some("5"));
        assert_eq!(value(query, "nonce"), Some("aa"));
        assert_eq!(value(query, "empty"), Some(""));
        assert_eq!(value(query, "odd"), None);
        assert_eq!(value(query, "non"), None);
        assert_eq!(value(None, "nonce"), None);
    }
}
