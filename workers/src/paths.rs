//! The files that a run is about, in the order of their paths.
//!
//! Folders are walked; hidden names in them are left out. A link to a file is followed, a link to a folder is not:
//! nothing is read twice and no walk goes round in circles. What is named on the command line is always taken.

use crate::reading::source::reason;
use crate::stop::Stop;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Gives the files under `given`, each once, in the order of their paths, `except` that one.
///
/// # Errors
/// When a path that was given is not there, or a folder cannot be opened.
pub fn files(given: &[PathBuf], except: Option<&Path>) -> Result<Vec<PathBuf>, Stop> {
    let except = except.and_then(|path| path.canonicalize().ok());
    let mut found = BTreeSet::new();
    for path in given {
        let kind = std::fs::metadata(path).map_err(|error| {
            Stop::usage(format!("{} : {} : vérifier le chemin donné", path.display(), reason(&error)))
        })?;
        if kind.is_dir() {
            walk(path, &mut found)?;
        } else {
            found.insert(path.clone());
        }
    }
    let is_except = |path: &PathBuf| except.is_some() && path.canonicalize().ok() == except;
    Ok(found.into_iter().filter(|path| !is_except(path)).collect())
}

fn walk(folder: &Path, found: &mut BTreeSet<PathBuf>) -> Result<(), Stop> {
    let refused = |error: std::io::Error| {
        Stop::usage(format!("{} : dossier illisible ({}) : vérifier ses droits", folder.display(), reason(&error)))
    };
    for entry in std::fs::read_dir(folder).map_err(refused)? {
        let entry = entry.map_err(refused)?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = entry.path();
        let kind = entry.file_type().map_err(refused)?;
        if kind.is_dir() {
            walk(&path, found)?;
        } else if !(kind.is_symlink() && path.is_dir()) {
            found.insert(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn names(folder: &Path, given: &[&str], except: Option<&str>) -> Vec<String> {
        let given: Vec<PathBuf> = given.iter().map(|name| folder.join(name)).collect();
        let except = except.map(|name| folder.join(name));
        let found = files(&given, except.as_deref()).unwrap();
        let name = |path: &PathBuf| path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
        found.iter().map(name).collect()
    }

    #[test]
    fn files_come_in_path_order_once_each() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for name in ["b.pdf", "a/z.pdf", "a/c/y.pdf", "a-x.pdf", ".cache/h.pdf", "a/.h.pdf", "out.jsonl"] {
            std::fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
            std::fs::write(root.join(name), name).unwrap();
        }
        symlink(root, root.join("a/round")).unwrap();
        symlink(root.join("b.pdf"), root.join("a/link.pdf")).unwrap();
        symlink(root.join("gone"), root.join("a/broken.pdf")).unwrap();

        let all = ["a/broken.pdf", "a/c/y.pdf", "a/link.pdf", "a/z.pdf", "a-x.pdf", "b.pdf"];
        let cases: [(&[&str], Option<&str>, &[&str]); 4] = [
            (&["a", "a-x.pdf", "b.pdf"], None, &all),
            (&["b.pdf", "a", "a-x.pdf", "a/z.pdf", "a"], None, &all),
            (&[".cache/h.pdf", "a/.h.pdf"], None, &[".cache/h.pdf", "a/.h.pdf"]),
            (&["b.pdf", "out.jsonl"], Some("out.jsonl"), &["b.pdf"]),
        ];
        for (given, except, expected) in cases {
            assert_eq!(names(root, given, except), expected, "{given:?}");
        }
    }

    #[test]
    fn a_path_that_is_not_there_is_named() {
        let stop = files(&[PathBuf::from("/nulle/part")], None).unwrap_err();
        assert_eq!(stop.message, "/nulle/part : fichier introuvable : vérifier le chemin donné");
    }
}
