//! Redaction of log output. Types that hold answers, names or keys print their own name and nothing else;
//! ids, hashes, codes and counts may be logged.

/// Implements `Debug` so that it prints the type's name alone.
macro_rules! redacted {
    ($($name:ty),* $(,)?) => {
        $(impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        })*
    };
}
pub(crate) use redacted;
