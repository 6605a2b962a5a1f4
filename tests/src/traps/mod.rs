//! Files made to swell, loop, sink or lie: small in bytes, each the work of a generator with a seed, so that none has to be
//! kept and all can be made again.
//!
//! A trap says how its line may come out. One code is the rule; where a machine may be quicker or slower there are two.

mod pdf_fonts;
mod pdf_pictures;
mod pdf_shape;
mod pdf_streams;

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
            "objets_dans_soi",
            "objets_qui_s_etendent",
            "objets_sans_nombre",
            "page_pas_un_nombre",
            "table_sans_fin",
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
            "contenu_repete",
            "dct_65535",
            "dct_quatre_couleurs",
            "deux_mille_pages",
            "dix_mille_filtres",
            "formulaires_en_eventail",
            "image_2_31_sur_1",
            "image_carre_2_31",
            "jbig2_large",
            "jpx_2_31",
            "jpx_tuiles_infimes",
            "jpx_un_pixel_de_large",
            "largeurs_sans_fin",
            "texte_par_millions",
            "tirets_infimes",
            "trois_cent_une_pages",
        ],
    ),
    // Where the cut falls decides what is left.
    (&["fichier_corrompu", "ok"], &["tronque"]),
    (&["mot_de_passe"], &["verrouille"]),
];

impl Trap {
    fn new(name: &str, bytes: Vec<u8>) -> Self {
        let other = OTHERS.iter().find(|(_, names)| names.contains(&name));
        let outcomes = other.map_or(READ, |(outcomes, _)| outcomes);
        Self { name: format!("{name}.pdf"), bytes, outcomes }
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
