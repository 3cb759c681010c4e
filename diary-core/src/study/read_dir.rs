//! Reading of a study's folder into a package: the only access to a file system among the crate's rules.

use std::collections::BTreeMap;
use std::path::Path;

use super::package::{PACKAGE_MAX_FILES, PackageError, StudyPackage};

/// Deepest nesting of folders that is read.
const DEPTH_MAX: usize = 4;

impl StudyPackage {
    /// Package of all `.toml` and `.json` files in and below `folder`, without hidden ones.
    ///
    /// # Errors
    /// [`PackageError`] if a file cannot be read, or is not allowed in a package.
    pub fn read_dir(folder: &Path) -> Result<Self, PackageError> {
        let mut files = BTreeMap::new();
        collect(folder, "", DEPTH_MAX, &mut files)?;
        Self::new(files)
    }
}

fn collect(
    folder: &Path,
    prefix: &str,
    depth: usize,
    files: &mut BTreeMap<String, Vec<u8>>,
) -> Result<(), PackageError> {
    let unreadable = |path: &Path, e: &std::io::Error| PackageError::Unreadable {
        path: path.display().to_string(),
        reason: e.to_string(),
    };
    for item in std::fs::read_dir(folder).map_err(|e| unreadable(folder, &e))? {
        let path = item.map_err(|e| unreadable(folder, &e))?.path();
        let Some(name) = path.file_name().and_then(|n| n.to_str()).filter(|n| !n.starts_with('.')) else {
            continue;
        };
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            if depth > 0 {
                collect(&path, &format!("{name}/"), depth - 1, files)?;
            }
        } else if path.extension().is_some_and(|e| e == "toml" || e == "json") {
            files.insert(name, std::fs::read(&path).map_err(|e| unreadable(&path, &e))?);
            if files.len() > PACKAGE_MAX_FILES {
                return Err(PackageError::TooManyFiles);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_becomes_a_package_without_its_hidden_and_foreign_files() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["study.toml", "forms/a.json", ".b.json", "README.md"] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, name).unwrap();
        }
        let package = StudyPackage::read_dir(folder.path()).unwrap();
        assert_eq!(package.files().keys().collect::<Vec<_>>(), ["forms/a.json", "study.toml"]);
        let missing = StudyPackage::read_dir(&folder.path().join("nowhere"));
        assert!(missing.unwrap_err().to_string().contains("nowhere"));
    }
}
