//! Counting of work in steps, by which tests measure how work grows with the data. A step is a comparison of
//! two ids or medications, an element visited by a loop over a whole record, or a step of the database.
//! Nothing is counted in a release build.

#[cfg(debug_assertions)]
thread_local! {
    static TAKEN: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Counts one step.
#[inline]
pub fn step() {
    steps(1);
}

/// Counts `of` steps.
#[inline]
pub fn steps(of: u64) {
    #[cfg(debug_assertions)]
    TAKEN.with(|taken| taken.set(taken.get().wrapping_add(of)));
    #[cfg(not(debug_assertions))]
    let _ = of;
}

/// Number of steps counted by this thread.
#[cfg(debug_assertions)]
#[must_use]
pub fn taken() -> u64 {
    TAKEN.with(std::cell::Cell::get)
}

/// Compares values of a type by these fields, and counts that as a step.
macro_rules! compared {
    ($name:ident, $($field:tt),+) => {
        impl PartialEq for $name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                crate::steps::step();
                $(self.$field == other.$field)&&+
            }
        }

        impl Ord for $name {
            #[inline]
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                crate::steps::step();
                std::cmp::Ordering::Equal$(.then_with(|| self.$field.cmp(&other.$field)))+
            }
        }

        impl PartialOrd for $name {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }
    };
}

/// Hashes values of such a type by one of these fields.
macro_rules! hashed {
    ($name:ident, $field:tt) => {
        impl std::hash::Hash for $name {
            #[inline]
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.$field.hash(state);
            }
        }
    };
}
pub(crate) use {compared, hashed};
