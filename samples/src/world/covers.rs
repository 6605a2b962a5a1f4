//! Covers, qualities and states of contracts, in the many words of insurers, each with what it means.

use crate::draw::Draw;
use guichet_pipeline::values::Date;
use serde_json::{Value, json};

/// Covers without which a tenant's contract is none: its own wordings.
const TENANT: &[&str] = &[
    "Risques locatifs",
    "Responsabilité locative",
    "Responsabilité civile locative",
    "Responsabilité du locataire",
    "Responsabilité civile en qualité de locataire",
    "Responsabilité vis-à-vis du propriétaire",
    "Risque locatif",
    "RC locative",
    "Responsabilité d'occupant",
    "Recours du propriétaire",
    "Dommages causés aux locaux loués",
    "Responsabilité à l'égard du bailleur",
    "Garantie des risques locatifs",
    "Responsabilité civile occupant",
];
/// Single dangers: wording and codes.
const DANGERS: &[(&str, &[&str])] = &[
    ("Incendie", &["incendie"]),
    ("Incendie et explosion", &["incendie", "explosion"]),
    ("Incendie, explosion", &["incendie", "explosion"]),
    ("Incendie - Explosion - Implosion", &["incendie", "explosion"]),
    ("Explosion", &["explosion"]),
    ("Incendie et événements assimilés", &["incendie"]),
    ("Dommages d'incendie", &["incendie"]),
    ("Dégât des eaux", &["degat_des_eaux"]),
    ("Dégâts des eaux", &["degat_des_eaux"]),
    ("Dégâts des eaux et gel", &["degat_des_eaux"]),
    ("Dommages causés par l'eau", &["degat_des_eaux"]),
    ("Fuites d'eau, dégâts des eaux", &["degat_des_eaux"]),
];
/// All three at once.
const THREE: &[&str] = &[
    "Incendie, explosion, dégât des eaux",
    "Incendie - explosion - dégâts des eaux",
    "Incendie, explosion et dégâts des eaux",
    "Dommages : incendie, explosion, dégâts des eaux",
    "Incendie / Explosion / Dégâts des eaux",
];
/// What may stand beside them.
const EXTRAS: &[(&str, &[&str])] = &[
    ("Recours des voisins et des tiers", &["recours_voisins"]),
    ("Recours des voisins", &["recours_voisins"]),
    ("Recours voisins et tiers", &["recours_voisins"]),
    ("Responsabilité civile vie privée", &["responsabilite_civile"]),
    ("Responsabilité civile", &["responsabilite_civile"]),
    ("Responsabilité civile familiale", &["responsabilite_civile"]),
    ("RC vie privée", &["responsabilite_civile"]),
    ("Responsabilité civile chef de famille", &["responsabilite_civile"]),
    ("Vol", &["vol"]),
    ("Vol et vandalisme", &["vol"]),
    ("Vol, tentative de vol", &["vol"]),
    ("Bris de glace", &["bris_de_glace"]),
    ("Bris de glaces", &["bris_de_glace"]),
    ("Bris de vitres", &["bris_de_glace"]),
    ("Catastrophes naturelles", &["catastrophes_naturelles"]),
    ("Catastrophes naturelles et technologiques", &["catastrophes_naturelles"]),
];
/// Covers that have no code.
const OTHERS: &[&str] = &[
    "Assistance au domicile",
    "Protection juridique",
    "Défense pénale et recours",
    "Dommages électriques",
    "Attentats",
    "Tempête, grêle, neige",
    "Assistance 24 h/24",
    "Rééquipement à neuf",
    "Honoraires d'expert",
    "Contenu du congélateur",
    "Frais de relogement",
    "Villégiature",
    "Individuelle accident",
];
const EXCLUDED: &[&str] = &[
    "Jardin et piscine",
    "Objets de valeur",
    "Dommages électriques",
    "Panneaux solaires",
    "Cave et dépendances",
    "Appareils nomades",
];

/// The covers of a paper.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Covers {
    /// Wording and codes.
    pub listed: Vec<(&'static str, Vec<&'static str>)>,
    /// Without codes.
    pub others: Vec<&'static str>,
    /// Not taken.
    pub excluded: Vec<&'static str>,
}

impl Covers {
    /// Gives the cover list of the designs.
    pub fn json(&self) -> Value {
        self.listed.iter().map(|(words, codes)| json!({"libelle": words, "codes": codes})).collect()
    }

    /// Tells whether what a tenant must cover is there, or the paper lists nothing.
    pub fn enough(&self) -> bool {
        let has = |code: &str| self.listed.iter().any(|(_, codes)| codes.contains(&code));
        self.listed.is_empty() || has("risques_locatifs") || has("incendie") && has("degat_des_eaux")
    }

    fn add(&mut self, words: &'static str, codes: &[&'static str]) {
        let known = |code: &&str| self.listed.iter().any(|(_, codes)| codes.contains(code));
        if !codes.iter().any(known) {
            self.listed.push((words, codes.to_vec()));
        }
    }
}

/// Draws the covers of a tenant's contract; some papers list none.
pub fn tenant(draw: &mut Draw) -> Covers {
    let mut covers = Covers::default();
    if draw.chance(0.1) {
        return covers;
    }
    let says_tenant = draw.chance(0.8);
    if says_tenant {
        covers.add(draw.one(TENANT), &["risques_locatifs"]);
    }
    if !says_tenant || draw.chance(0.8) {
        if draw.chance(0.3) {
            covers.add(draw.one(THREE), &["incendie", "explosion", "degat_des_eaux"]);
        } else {
            let (words, codes) = draw.pick(&DANGERS[..7]);
            covers.add(words, codes);
            let (words, codes) = draw.pick(&DANGERS[7..]);
            covers.add(words, codes);
            // A danger that is not the fire's neighbour yet: "Explosion" alone is no tenant's cover.
            if !says_tenant && !covers.enough() {
                covers.add("Incendie", &["incendie"]);
            }
        }
    }
    extras(&mut covers, draw, EXTRAS);
    finish(&mut covers, draw);
    covers
}

/// Draws covers that leave out what a tenant must cover.
pub fn without_tenant(draw: &mut Draw) -> Covers {
    let mut covers = Covers::default();
    match draw.below(4) {
        0 => {}
        1 => covers.add("Incendie", &["incendie"]),
        2 => covers.add("Dégât des eaux", &["degat_des_eaux"]),
        _ => covers.add("Vol et vandalisme", &["vol"]),
    }
    // The neighbours' recourse goes with a dwelling that is covered: left out here.
    extras(&mut covers, draw, &EXTRAS[3..]);
    if covers.listed.is_empty() {
        covers.add("Responsabilité civile vie privée", &["responsabilite_civile"]);
    }
    finish(&mut covers, draw);
    covers
}

fn extras(covers: &mut Covers, draw: &mut Draw, choices: &[(&'static str, &[&'static str])]) {
    for _ in 0..draw.below(6) {
        let (words, codes) = draw.pick(choices);
        covers.add(words, codes);
    }
    if draw.chance(0.3) {
        draw.shuffle(&mut covers.listed);
    }
}

fn finish(covers: &mut Covers, draw: &mut Draw) {
    for _ in 0..draw.below(4) {
        let other = draw.pick(OTHERS);
        if !covers.others.contains(other) {
            covers.others.push(other);
        }
    }
    if draw.chance(0.3) {
        covers.excluded.push(draw.one(EXCLUDED));
    }
}

/// Draws a quality's words: a noun phrase that fits after "en qualité de".
pub fn quality(draw: &mut Draw, code: &str) -> &'static str {
    let words: &[&str] = match code {
        "locataire" => &[
            "locataire",
            "locataire",
            "locataire",
            "locataire",
            "locataire occupant",
            "locataire titulaire du bail",
            "locataire d'un logement vide",
            "locataire (résidence principale)",
            "locataire occupant à titre principal",
        ],
        "colocataire" => {
            &["colocataire", "colocataire", "colocataire", "colocataire solidaire", "locataire en colocation"]
        }
        "occupant_gratuit" => &["occupant à titre gratuit", "occupant à titre gracieux", "hébergé à titre gratuit"],
        "proprietaire_occupant" => {
            &["propriétaire occupant", "propriétaire occupant", "copropriétaire occupant", "propriétaire-occupant"]
        }
        _ => &[
            "propriétaire non occupant",
            "propriétaire non occupant",
            "propriétaire non occupant (PNO)",
            "propriétaire bailleur",
            "copropriétaire non occupant",
            "bailleur non occupant",
        ],
    };
    draw.one(words)
}

/// What is said of a contract that is ended or suspended, `{jour}` being past.
const ENDED: &[&str] = &[
    "Ce contrat est résilié depuis le {jour}.",
    "Attention : les garanties de ce contrat sont suspendues depuis le {jour} pour non-paiement de la cotisation.",
    "Le contrat a été résilié à effet du {jour}.",
    "Contrat résilié au {jour} à la demande de l'assuré.",
    "Garanties suspendues à compter du {jour}, faute de règlement de la prime.",
    "Situation du contrat : résilié le {jour}.",
    "La couverture a pris fin le {jour}. Ce document ne vaut plus attestation.",
    "État du contrat : suspendu depuis le {jour}.",
    "Les garanties ne sont plus acquises depuis le {jour}.",
    "Le contrat susvisé a cessé ses effets le {jour}.",
    "Motif de résiliation : vente ou départ du logement. Date de résiliation : {jour}.",
    "Contrat annulé le {jour} pour défaut de signature des conditions particulières.",
];
/// The same of one that is about to end.
const ENDING: &[&str] = &[
    "À la suite de votre demande, ce contrat prendra fin le {jour}.",
    "Votre contrat sera résilié le {jour} ; cette attestation cesse de produire effet à cette date.",
    "Ce contrat est en cours de résiliation (date d'effet : {jour}).",
    "Les garanties seront suspendues à compter du {jour} pour non-paiement de la cotisation.",
    "La résiliation de ce contrat prendra effet le {jour}.",
    "Le contrat cessera ses effets le {jour}, à la demande du souscripteur.",
];

/// Draws what the insurer says of a contract that is suspended or ended on `day`, or is about to be.
pub fn ended_state(draw: &mut Draw, day: Date, today: Date) -> String {
    let said = draw.one(if day <= today { ENDED } else { ENDING });
    let form = draw.one(&["num", "long", "num", "point"]);
    said.replace("{jour}", super::dates::forms(day)[form].as_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_are_enough_or_not_as_wanted() {
        let mut draw = Draw::new(4, 0, "covers");
        for _ in 0..500 {
            let with = tenant(&mut draw);
            assert!(with.enough(), "{with:?}");
            let without = without_tenant(&mut draw);
            assert!(!without.enough(), "{without:?}");
            assert!(!without.listed.is_empty());
        }
    }

    #[test]
    fn a_code_is_listed_once() {
        let mut draw = Draw::new(5, 0, "covers");
        for _ in 0..200 {
            let covers = tenant(&mut draw);
            let mut codes: Vec<&str> = covers.listed.iter().flat_map(|(_, codes)| codes.clone()).collect();
            let all = codes.len();
            codes.sort_unstable();
            codes.dedup();
            assert_eq!(codes.len(), all, "{covers:?}");
        }
    }
}
