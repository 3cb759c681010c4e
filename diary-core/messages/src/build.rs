//! Generation of typed functions, for the build scripts of the faces.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use crate::SOURCE;
use crate::source::{self, Declared};

/// Failure of a build script, in words for the terminal.
pub type Failure = Box<dyn std::error::Error>;

/// Writes `messages.rs` to the build's folder: for each `locales/en/<name>.ftl` of the crate a module `<name>` with one
/// function for each message, whose arguments are the variables of the English message, and with the texts of all
/// languages.
///
/// # Errors
///
/// Fails where a file cannot be read, or an English one not understood.
pub fn generate() -> Result<(), Failure> {
    let locales = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("locales");
    writeln!(io::stdout(), "cargo:rerun-if-changed={}", locales.display())?;
    let modules = generated(&locales)?;
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("messages.rs"), modules)?;
    Ok(())
}

fn generated(locales: &Path) -> Result<String, Failure> {
    let tags = names(locales)?;
    let (mut modules, mut catalogues) = (String::new(), Vec::new());
    for file in names(&locales.join(SOURCE))? {
        let Some(name) = file.strip_suffix(".ftl") else { continue };
        let path = locales.join(SOURCE).join(&file);
        let declared = source::declared(&fs::read_to_string(&path)?)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let files = tags.iter().map(|tag| (tag.as_str(), locales.join(tag).join(&file)));
        let files: BTreeMap<&str, PathBuf> = files.filter(|(_, path)| path.is_file()).collect();
        module(&mut modules, name, &files, &declared)?;
        catalogues.push(format!("&r#{name}::CATALOGUE"));
    }
    writeln!(modules, "/// Every catalogue, for the check of their messages.\n#[cfg(test)]")?;
    writeln!(
        modules,
        "pub(crate) static CATALOGUES: [&::diary_messages::Catalogue; {}] =",
        catalogues.len()
    )?;
    writeln!(modules, "[{}];", catalogues.join(", "))?;
    Ok(modules)
}

/// Names in a folder, sorted.
fn names(folder: &Path) -> Result<Vec<String>, Failure> {
    let listing = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names = Vec::new();
    for entry in listing {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn module(
    out: &mut String,
    name: &str,
    files: &BTreeMap<&str, PathBuf>,
    declared: &[Declared],
) -> Result<(), std::fmt::Error> {
    writeln!(out, "/// Messages of `{name}.ftl`.")?;
    writeln!(out, "pub(crate) mod r#{name} {{")?;
    writeln!(out, "use diary_core::text::Lang;")?;
    writeln!(out, "static LANGUAGES: [::diary_messages::Language; {}] = [", files.len())?;
    for (tag, path) in files {
        writeln!(out, "::diary_messages::Language::new({tag:?}, include_str!({path:?})),")?;
    }
    writeln!(out, "];\n/// The catalogue.")?;
    writeln!(out, "pub(crate) static CATALOGUE: ::diary_messages::Catalogue =")?;
    writeln!(out, "::diary_messages::Catalogue::new(&LANGUAGES);")?;
    for message in declared {
        function(out, message)?;
    }
    writeln!(out, "}}")
}

fn function(out: &mut String, message: &Declared) -> Result<(), std::fmt::Error> {
    let id = &message.id;
    let name = id.replace(['-', '.'], "_");
    if message.variables.is_empty() {
        writeln!(out, "pub(crate) fn r#{name}(lang: Lang) -> &'static str {{")?;
        return writeln!(out, "CATALOGUE.text(lang.tag(), {id:?})\n}}");
    }
    if message.variables.len() > 6 {
        writeln!(out, "#[allow(clippy::too_many_arguments, reason = \"one for each variable\")]")?;
    }
    write!(out, "pub(crate) fn r#{name}<'a>(lang: Lang")?;
    for variable in &message.variables {
        write!(out, ", r#{}: impl Into<::diary_messages::Arg<'a>>", variable.replace('-', "_"))?;
    }
    writeln!(out, ") -> String {{\nCATALOGUE.format(lang.tag(), {id:?}, [")?;
    for variable in &message.variables {
        writeln!(out, "({variable:?}, r#{}.into()),", variable.replace('-', "_"))?;
    }
    writeln!(out, "])\n}}")
}

#[cfg(test)]
mod tests {
    use super::generated;

    #[test]
    fn each_message_becomes_a_function_of_its_variables() {
        let folder = tempfile::tempdir().unwrap();
        let write = |tag: &str, text: &str| {
            std::fs::create_dir_all(folder.path().join(tag)).unwrap();
            std::fs::write(folder.path().join(tag).join("site.ftl"), text).unwrap();
        };
        write("de", "none = Nichts\n");
        write(
            "en",
            "none = Nothing\nfever = { $name }: { $temperature } for { $name }\n    .title = Fever\n",
        );
        let code = generated(folder.path()).unwrap();
        assert!(code.contains("pub(crate) mod r#site"), "{code}");
        assert!(code.contains("fn r#none(lang: Lang) -> &'static str"), "{code}");
        assert!(code.contains(
            "fn r#fever<'a>(lang: Lang, r#name: impl Into<::diary_messages::Arg<'a>>, r#temperature:"
        ));
        assert!(code.contains("fn r#fever_title(lang: Lang) -> &'static str"), "{code}");
        assert!(code.contains("Language::new(\"de\", "), "{code}");
        assert!(
            code.contains("CATALOGUES: [&::diary_messages::Catalogue; 1] =\n[&r#site::CATALOGUE];"),
            "{code}"
        );
        write("en", "none = { $open\n");
        assert!(generated(folder.path()).unwrap_err().to_string().contains("site.ftl: line "));
    }
}
