//! The studies that come with the diary.

use std::collections::BTreeMap;

use super::package::StudyPackage;

macro_rules! package_of {
    ($folder:literal: $($name:literal),+ $(,)?) => {
        StudyPackage::new(BTreeMap::from([
            $(($name.to_owned(), include_bytes!(concat!("../../studies/", $folder, "/", $name)).to_vec()),)+
        ]))
        .expect("the names and sizes of shipped files are allowed")
    };
}

/// The study that this diary was built for: blinatumomab in refractory myasthenia gravis.
#[must_use]
pub fn nct06836973() -> StudyPackage {
    package_of!("nct06836973": "study.toml", "evening.json", "morning.json", "mg-adl.json", "safety.json")
}

#[cfg(test)]
mod tests;
