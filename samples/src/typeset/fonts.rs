//! The fonts: a fixed list of families, looked for in the system's font folders.
//!
//! Nothing but the list is used, so that a machine with more fonts sets the same papers. A family that is missing is an
//! error that names its Debian package.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use typst::foundations::Bytes;
use typst::text::{Font, FontInfo, FontStretch};

/// A family: its name, its Debian package, and its files in the order in which they are registered.
struct Family {
    name: &'static str,
    package: &'static str,
    files: &'static [&'static str],
}

const fn family(name: &'static str, package: &'static str, files: &'static [&'static str]) -> Family {
    Family { name, package, files }
}

#[rustfmt::skip]
const FAMILIES: &[Family] = &[
    family("Liberation Sans", "fonts-liberation", &["LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf", "LiberationSans-Italic.ttf", "LiberationSans-BoldItalic.ttf"]),
    family("Liberation Serif", "fonts-liberation", &["LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf", "LiberationSerif-Italic.ttf", "LiberationSerif-BoldItalic.ttf"]),
    family("Liberation Mono", "fonts-liberation", &["LiberationMono-Regular.ttf", "LiberationMono-Bold.ttf", "LiberationMono-Italic.ttf", "LiberationMono-BoldItalic.ttf"]),
    family("Liberation Sans Narrow", "fonts-liberation", &["LiberationSansNarrow-Regular.ttf", "LiberationSansNarrow-Bold.ttf", "LiberationSansNarrow-Italic.ttf", "LiberationSansNarrow-BoldItalic.ttf"]),
    family("DejaVu Sans", "fonts-dejavu-core", &["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"]),
    family("DejaVu Serif", "fonts-dejavu-core", &["DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf"]),
    family("DejaVu Sans Mono", "fonts-dejavu-core", &["DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf"]),
    family("Carlito", "fonts-crosextra-carlito", &["Carlito-Regular.ttf", "Carlito-Bold.ttf", "Carlito-Italic.ttf", "Carlito-BoldItalic.ttf"]),
    family("Caladea", "fonts-crosextra-caladea", &["Caladea-Regular.ttf", "Caladea-Bold.ttf", "Caladea-Italic.ttf", "Caladea-BoldItalic.ttf"]),
    family("Lato", "fonts-lato", &["Lato-Regular.ttf", "Lato-Bold.ttf", "Lato-Italic.ttf", "Lato-BoldItalic.ttf", "Lato-Light.ttf", "Lato-Black.ttf"]),
    family("Open Sans", "fonts-open-sans", &["OpenSans-Regular.ttf", "OpenSans-Bold.ttf", "OpenSans-Italic.ttf", "OpenSans-BoldItalic.ttf", "OpenSans-Semibold.ttf", "OpenSans-Light.ttf"]),
    family("Roboto", "fonts-roboto-unhinted", &["Roboto-Regular.ttf", "Roboto-Bold.ttf", "Roboto-Italic.ttf", "Roboto-BoldItalic.ttf", "Roboto-Medium.ttf", "Roboto-Light.ttf"]),
    family("Roboto Condensed", "fonts-roboto-unhinted", &["RobotoCondensed-Regular.ttf", "RobotoCondensed-Bold.ttf", "RobotoCondensed-Italic.ttf"]),
    family("Linux Libertine O", "fonts-linuxlibertine", &["LinLibertine_R.otf", "LinLibertine_RB.otf", "LinLibertine_RI.otf", "LinLibertine_RBI.otf"]),
    family("Linux Biolinum O", "fonts-linuxlibertine", &["LinBiolinum_R.otf", "LinBiolinum_RB.otf", "LinBiolinum_RI.otf"]),
    family("FreeSans", "fonts-freefont-ttf", &["FreeSans.ttf", "FreeSansBold.ttf", "FreeSansOblique.ttf", "FreeSansBoldOblique.ttf"]),
    family("FreeSerif", "fonts-freefont-ttf", &["FreeSerif.ttf", "FreeSerifBold.ttf", "FreeSerifItalic.ttf", "FreeSerifBoldItalic.ttf"]),
    family("FreeMono", "fonts-freefont-ttf", &["FreeMono.ttf", "FreeMonoBold.ttf", "FreeMonoOblique.ttf"]),
    family("Nimbus Sans", "fonts-urw-base35", &["NimbusSans-Regular.otf", "NimbusSans-Bold.otf", "NimbusSans-Italic.otf", "NimbusSans-BoldItalic.otf"]),
    family("Nimbus Sans Narrow", "fonts-urw-base35", &["NimbusSansNarrow-Regular.otf", "NimbusSansNarrow-Bold.otf"]),
    family("Nimbus Roman", "fonts-urw-base35", &["NimbusRoman-Regular.otf", "NimbusRoman-Bold.otf", "NimbusRoman-Italic.otf", "NimbusRoman-BoldItalic.otf"]),
    family("Nimbus Mono PS", "fonts-urw-base35", &["NimbusMonoPS-Regular.otf", "NimbusMonoPS-Bold.otf"]),
    family("URW Bookman", "fonts-urw-base35", &["URWBookman-Light.otf", "URWBookman-Demi.otf", "URWBookman-LightItalic.otf"]),
    family("URW Gothic", "fonts-urw-base35", &["URWGothic-Book.otf", "URWGothic-Demi.otf", "URWGothic-BookOblique.otf"]),
    family("P052", "fonts-urw-base35", &["P052-Roman.otf", "P052-Bold.otf", "P052-Italic.otf"]),
    family("C059", "fonts-urw-base35", &["C059-Roman.otf", "C059-Bold.otf", "C059-Italic.otf"]),
    family("Z003", "fonts-urw-base35", &["Z003-MediumItalic.otf"]),
    family("Noto Sans", "fonts-noto-core", &["NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "NotoSans-Italic.ttf", "NotoSans-BoldItalic.ttf"]),
    family("Noto Serif", "fonts-noto-core", &["NotoSerif-Regular.ttf", "NotoSerif-Bold.ttf", "NotoSerif-Italic.ttf", "NotoSerif-BoldItalic.ttf"]),
    family("Noto Sans Display", "fonts-noto-core", &["NotoSansDisplay-Regular.ttf", "NotoSansDisplay-Bold.ttf"]),
    family("Noto Sans Symbols", "fonts-noto-core", &["NotoSansSymbols-Regular.ttf"]),
    family("Noto Sans Symbols2", "fonts-noto-core", &["NotoSansSymbols2-Regular.ttf"]),
    family("Noto Sans Mono", "fonts-noto-mono", &["NotoSansMono-Regular.ttf", "NotoSansMono-Bold.ttf"]),
    family("GNUTypewriter", "fonts-gnutypewriter", &["GNUTypewriter.ttf"]),
    family("Dancing Script", "fonts-dancingscript", &["DancingScript-Regular.otf", "DancingScript-Bold.otf"]),
    family("Kaushan Script", "fonts-kaushanscript", &["KaushanScript-Regular.otf"]),
    family("Kristi", "fonts-kristi", &["Kristi.ttf"]),
    family("DkgHandwriting", "fonts-dkg-handwriting", &["dkg.ttf", "dkgBd.ttf", "dkgIt.ttf"]),
    family("femkeklaver", "fonts-femkeklaver", &["femkeklaver.ttf"]),
    family("Breip", "fonts-breip", &["Breip.ttf"]),
    family("Rufscript", "fonts-rufscript", &["Rufscript010.ttf"]),
    family("Steve", "fonts-sjfonts", &["SteveHand.ttf"]),
    family("Delphine", "fonts-sjfonts", &["Delphine.ttf"]),
    family("Ecolier_court", "fonts-ecolier-court", &["Ecolier-court.ttf"]),
    family("Klee One", "fonts-klee", &["KleeOne-Regular.ttf"]),
    family("Yusei Magic", "fonts-yusei-magic", &["YuseiMagic-Regular.ttf"]),
    family("Because We Learn", "fonts-bwht", &["BecauseWeLearn-Regular.otf"]),
    family("OCR B", "fonts-ocr-b", &["OCRB.otf"]),
];

/// Families that look like a hand: for notes and filled-in forms.
pub const HANDS: &[&str] =
    &["Breip", "Rufscript", "Steve", "Delphine", "DkgHandwriting", "femkeklaver", "Kristi", "Dancing Script"];

/// Why the fonts could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum FontError {
    /// Families are missing.
    #[error("fonts are missing ({families}): apt-get install {packages}")]
    Missing {
        /// Which.
        families: String,
        /// The Debian packages that hold them.
        packages: String,
    },
    /// A file cannot be read as a font.
    #[error("{path} cannot be read as a font")]
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
        folders.push(Path::new(&home).join(".fonts"));
    }
    folders
}

/// Loads the fonts of the list from `folders`, in the order of the list, each with what it is known by: Typst files narrow
/// cuts under their wide family, here they keep the name that word processors give them.
///
/// # Errors
/// Files that are missing, all named at once, or that are no fonts.
pub fn load(folders: &[PathBuf]) -> Result<Vec<(Font, FontInfo)>, FontError> {
    let mut files = BTreeMap::new();
    for folder in folders {
        walk(folder, &mut files);
    }
    let mut fonts = Vec::new();
    let (mut missing, mut packages) = (Vec::new(), Vec::new());
    for family in FAMILIES {
        for file in family.files {
            let Some(path) = files.get(*file) else {
                if missing.last() != Some(&family.name) {
                    missing.push(family.name);
                }
                if !packages.contains(&family.package) {
                    packages.push(family.package);
                }
                continue;
            };
            let font = std::fs::read(path).ok().and_then(|bytes| Font::new(Bytes::new(bytes), 0));
            let font = font.ok_or_else(|| FontError::Unreadable { path: path.clone() })?;
            let mut info = font.info().clone();
            if info.family != family.name {
                family.name.clone_into(&mut info.family);
                info.variant.stretch = FontStretch::NORMAL;
            }
            fonts.push((font, info));
        }
    }
    if missing.is_empty() {
        return Ok(fonts);
    }
    Err(FontError::Missing { families: missing.join(", "), packages: packages.join(" ") })
}

/// Notes every file below `folder` by its name; of two with one name, the first path in order counts.
fn walk(folder: &Path, files: &mut BTreeMap<String, PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            walk(&path, files);
        } else if let Some(name) = path.file_name() {
            files.entry(name.to_string_lossy().into_owned()).or_insert(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_fonts_is_told_what_to_install() {
        let error = load(&[PathBuf::from("/nowhere")]).unwrap_err().to_string();
        assert!(error.contains("Liberation Sans,") && error.contains("apt-get install fonts-liberation "), "{error}");
    }

    #[test]
    fn every_family_loads_under_its_name() {
        let fonts = load(&folders()).unwrap();
        for family in FAMILIES {
            let files = fonts.iter().filter(|(_, info)| info.family == family.name).count();
            assert!(files >= family.files.len(), "{}", family.name);
        }
    }
}
