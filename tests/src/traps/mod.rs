//! Files made to swell, loop, sink or lie: small in bytes, each the work of a generator with a seed, so that none has to be
//! kept and all can be made again.
//!
//! A trap says how its line may come out. One code is the rule; where a machine may be quicker or slower there are two.

mod lies;
mod mails;
mod pdf_fonts;
mod pdf_pictures;
mod pdf_shape;
mod pdf_streams;
mod pictures;
mod tiffs;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// How a line comes out: `ok`, or one of the catalogue's codes.
pub type Outcomes = &'static [&'static str];

/// A file made to do harm.
#[derive(Clone, Debug)]
pub struct Trap {
    /// Its name with its extension.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// How its line may come out.
    pub outcomes: Outcomes,
}

/// Nothing can be read of it.
const CORRUPT: Outcomes = &["fichier_corrompu"];
/// More than is read, which a limit on pages, pixels, words or memory says; or time, on a slow machine.
const TOO_MUCH: Outcomes = &["trop_volumineux", "delai_depasse"];
/// Read as far as it goes: what is wrong with it is left out.
const READ: Outcomes = &["ok"];

/// What is not simply read.
const OTHERS: &[(Outcomes, &[&str])] = &[
    (
        CORRUPT,
        &[
            "arbre_qui_se_contient",
            "deux_tables_en_boucle",
            "enfants_absents",
            "enfants_imbriques",
            "jpeg_arithmetique",
            "jpeg_nul",
            "jpeg_sans_perte",
            "jpeg_tete_seule",
            "objets_dans_soi",
            "objets_qui_s_etendent",
            "objets_sans_nombre",
            "page_pas_un_nombre",
            "png_anime_sans_fin",
            "png_bruit",
            "png_longueur_2_31",
            "png_nul",
            "png_sans_donnees",
            "png_sans_palette",
            "png_trois_bits",
            "png_trop_de_donnees",
            "table_sans_fin",
            "tete_seule",
            "tiff_1_sur_2_31",
            "tiff_2_31",
            "tiff_400_millions",
            "tiff_64_bits",
            "tiff_65535_couleurs",
            "tiff_bandes_hors_du_fichier",
            "tiff_boucle_sur_soi",
            "tiff_compression_inconnue",
            "tiff_couleurs_inconnues",
            "tiff_dossier_de_65535",
            "tiff_fax_bruit",
            "tiff_jpeg_bruit",
            "tiff_lzw_bruit",
            "tiff_nul",
            "tiff_tete_seule",
            "tiff_tuile_2_31",
            "tiff_tuile_nulle",
            "tiff_type_inconnu",
            "tiff_zero_bit",
            "tiff_zero_rangee_par_bande",
            "webp_alpha_bruit",
            "webp_anime_menteur",
            "webp_anime_sans_image",
            "webp_avec_perte_bruit",
            "webp_morceaux_par_milliers",
            "webp_sans_perte_16384",
            "webp_sans_perte_bruit",
            "webp_toile_16_millions",
            "webp_vide",
            "xref_flux_large",
            "xref_flux_menteur",
            "xref_flux_negatif",
        ],
    ),
    (
        TOO_MUCH,
        &[
            "cadres_par_millions",
            "ccitt_2_31",
            "courriel_cent_pieces",
            "contenu_repete",
            "dct_65535",
            "dct_quatre_couleurs",
            "deux_mille_pages",
            "dix_mille_filtres",
            "formulaires_en_eventail",
            "image_2_31_sur_1",
            "image_carre_2_31",
            "jbig2_large",
            "jpeg_65535",
            "jpx_2_31",
            "jpx_tuiles_infimes",
            "jpx_un_pixel_de_large",
            "largeurs_sans_fin",
            "png_1_sur_2_31",
            "png_2_31_sur_1",
            "png_30000",
            "png_carre_2_31",
            "texte_par_millions",
            "tiff_bande_2_32",
            "tiff_bandes_2_32",
            "tiff_pages_par_milliers",
            "tirets_infimes",
            "trois_cent_une_pages",
            "trop_gros",
            "webp_avec_perte_16383",
            "webp_toile_16384",
        ],
    ),
    // Where the cut falls, what the noise says and how fast the machine is decide what is left.
    (&["fichier_corrompu", "ok"], &["jpeg_coupe", "png_coupe", "tronque", "webp_coupe", "jpeg_bruit"]),
    (&["fichier_corrompu", "delai_depasse"], &["jpeg_balayages_par_milliers"]),
    (&["mot_de_passe"], &["verrouille"]),
    (&["fichier_vide"], &["vide"]),
    (
        &["format_inconnu"],
        &[
            "avif_bruit",
            "bmp_immense",
            "eicar",
            "eicar_nomme_pdf",
            "elf_nomme_jpg",
            "espaces",
            "gif_anime",
            "gif_puis_zip",
            "heic_bruit",
            "html_long_puis_pdf",
            "html_puis_pdf",
            "pdf_apres_bruit",
            "php_nomme_jpg",
            "programme_nomme_pdf",
            "script_nomme_pdf",
            "svg_qui_appelle",
            "texte_utf16",
            "tiff_gros",
            "un_octet",
            "xml_bombe",
            "zeros",
            "zip_nomme_pdf",
            "zip_puis_pdf",
        ],
    ),
];

impl Trap {
    fn new(name: &str, bytes: Vec<u8>) -> Self {
        Self::named(&format!("{name}.pdf"), bytes)
    }

    /// Builds a trap whose name has its extension.
    fn named(file: &str, bytes: Vec<u8>) -> Self {
        let name = file.split('.').next().unwrap_or(file);
        let other = OTHERS.iter().find(|(_, names)| names.contains(&name));
        let outcomes = other.map_or(READ, |(outcomes, _)| outcomes);
        Self { name: file.to_owned(), bytes, outcomes }
    }
}

/// Gives every PDF trap, sized by a seed.
pub fn pdfs(seed: u64) -> Vec<Trap> {
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let mut traps = pdf_streams::traps(&mut dice);
    traps.extend(pdf_shape::traps(&mut dice));
    traps.extend(pdf_pictures::traps(&mut dice));
    traps.extend(pdf_fonts::traps(&mut dice));
    traps
}

/// Gives every trap that is a picture, sized by a seed.
pub fn pictures(seed: u64) -> Vec<Trap> {
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let mut traps = pictures::traps(&mut dice);
    traps.extend(tiffs::traps(&mut dice));
    traps
}

/// Gives e-mails made to swell, loop or lie.
pub fn mails() -> Vec<Trap> {
    mails::traps()
}

/// Gives the files that are not what they say: two formats in one, names that lie.
pub fn lies() -> Vec<Trap> {
    lies::traps()
}
