//! What may be seen in logs. Types that hold answers, names or keys print their own name and nothing else; ids,
//! hashes, codes and counts are safe.

/// Gives types a `Debug` that shows only their name.
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
