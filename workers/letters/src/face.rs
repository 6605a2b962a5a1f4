//! The faces letters are set in: a fixed list of the system's, then those that lie in `rules/letters/polices`.
//!
//! Nothing else is used, so that two machines set the same letter. Liberation Sans is what sorting machines read well;
//! DejaVu Sans stands in for letters that it lacks (Greek, Cyrillic, Armenian, Georgian).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use typst::foundations::Bytes;
use typst::text::Font;

/// Files that must be there, and the Debian package of each.
const FILES: &[(&str, &str)] = &[
    ("LiberationSans-Regular.ttf", "fonts-liberation"),
    ("LiberationSans-Bold.ttf", "fonts-liberation"),
    ("LiberationSans-Italic.ttf", "fonts-liberation"),
    ("LiberationSans-BoldItalic.ttf", "fonts-liberation"),
    ("DejaVuSans.ttf", "fonts-dejavu-core"),
    ("DejaVuSans-Bold.ttf", "fonts-dejavu-core"),
];

/// Why faces could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum FaceError {
    /// Files are missing.
    #[error("polices absentes ({files}) : apt-get install {packages}")]
    Missing {
        /// Which.
        files: String,
        /// What holds them.
        packages: String,
    },
    /// A file is no font.
    #[error("{path} : ce fichier ne peut pas être lu comme une police (TTF ou OTF)")]
    Unreadable {
        /// Which.
        path: PathBuf,
    },
}

/// Gives the folders in which fonts stand on this machine.
pub fn folders() -> Vec<PathBuf> {
    let mut folders = vec![PathBuf::from("/usr/share/fonts"), PathBuf::from("/usr/local/share/fonts")];
    if let Some(home) = std::env::var_os("HOME") {
        folders.push(Path::new(&home).join(".local/share/fonts"));
    }
    folders
}

/// Loads the list from `folders`, then every font of `own`, by name.
///
/// # Errors
/// Files that are missing, all named at once, or that are no fonts.
pub fn load(folders: &[PathBuf], own: &Path) -> Result<Vec<Font>, FaceError> {
    let mut files = BTreeMap::new();
    for folder in folders {
        walk(folder, &mut files);
    }
    let mut paths = Vec::new();
    let (mut missing, mut packages) = (Vec::new(), Vec::new());
    for (file, package) in FILES {
        match files.get(*file) {
            Some(path) => paths.push(path.clone()),
            None => {
                missing.push(*file);
                packages.push(*package);
            }
        }
    }
    if !missing.is_empty() {
        packages.dedup();
        return Err(FaceError::Missing { files: missing.join(", "), packages: packages.join(" ") });
    }
    let mut added = BTreeMap::new();
    walk(own, &mut added);
    paths.extend(added.into_values());
    paths.into_iter().map(|path| one(&path).ok_or(FaceError::Unreadable { path })).collect()
}

fn one(path: &Path) -> Option<Font> {
    std::fs::read(path).ok().and_then(|bytes| Font::new(Bytes::new(bytes), 0))
}

/// Notes every font below `folder` by its name; of two with one name, the first path in order counts.
fn walk(folder: &Path, files: &mut BTreeMap<String, PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let is_font = path.extension().is_some_and(|ending| ending == "ttf" || ending == "otf");
        if path.is_dir() {
            walk(&path, files);
        } else if let Some(name) = path.file_name().filter(|_| is_font) {
            files.entry(name.to_string_lossy().into_owned()).or_insert(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_fonts_is_told_what_to_install() {
        let error = load(&[PathBuf::from("/nowhere")], Path::new("/nowhere")).unwrap_err().to_string();
        assert!(error.ends_with("apt-get install fonts-liberation fonts-dejavu-core"), "{error}");
    }

    #[test]
    fn a_file_that_is_no_font_is_named() {
        let own = tempfile::tempdir().unwrap();
        std::fs::write(own.path().join("maison.ttf"), "texte").unwrap();
        let error = load(&folders(), own.path()).unwrap_err().to_string();
        assert!(error.contains("maison.ttf"), "{error}");
    }
}
