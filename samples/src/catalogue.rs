//! The types of papers and their fields (catalogue, section 2), to check designs against.

/// A type and its fields.
const TYPES: &[(&str, &[&str])] = &[
    (
        "attestation_habitation",
        &[
            "assureur",
            "courtier",
            "numero_contrat",
            "assures",
            "adresse_risque",
            "date_debut",
            "date_fin",
            "date_emission",
            "qualite_occupant",
            "garanties",
        ],
    ),
    (
        "avis_echeance_assurance",
        &[
            "assureur",
            "courtier",
            "numero_contrat",
            "assures",
            "adresse_risque",
            "date_debut",
            "date_fin",
            "date_emission",
            "qualite_occupant",
            "garanties",
            "montant",
        ],
    ),
    (
        "devis_assurance",
        &[
            "assureur",
            "courtier",
            "numero_contrat",
            "assures",
            "adresse_risque",
            "date_debut",
            "date_fin",
            "date_emission",
            "qualite_occupant",
            "garanties",
            "montant",
        ],
    ),
    ("resiliation_assurance", &["assureur", "numero_contrat", "assures", "date_fin"]),
    ("attestation_assurance_autre", &["assureur", "nature"]),
    (
        "demande_logement_social",
        &[
            "demandeur",
            "date_naissance",
            "codemandeur",
            "numero_unique",
            "nombre_personnes",
            "adresse",
            "telephone",
            "email",
            "date_signature",
        ],
    ),
    ("attestation_enregistrement", &["numero_unique", "demandeur", "date_depot", "date_expiration"]),
    ("carte_identite", IDENTITY),
    ("passeport", IDENTITY),
    (
        "titre_sejour",
        &["nom", "prenoms", "date_naissance", "numero_document", "date_expiration", "nationalite", "mrz", "categorie"],
    ),
    ("livret_famille", &["parents", "enfants", "date_mariage"]),
    ("acte_etat_civil", &["personne", "nature", "date_evenement"]),
    ("jugement", &["parties", "nature", "date_decision"]),
    (
        "avis_imposition",
        &[
            "declarants",
            "annee_revenus",
            "revenu_fiscal_reference",
            "nombre_parts",
            "numero_fiscal",
            "reference_avis",
            "adresse",
            "date_emission",
        ],
    ),
    (
        "bulletin_salaire",
        &[
            "salarie",
            "employeur",
            "siret",
            "periode",
            "net_a_payer",
            "net_imposable",
            "net_social",
            "brut",
            "type_contrat",
            "date_entree",
        ],
    ),
    ("contrat_travail", &["salarie", "employeur", "type_contrat", "date_debut", "date_fin", "salaire_brut_mensuel"]),
    ("attestation_caf", &["allocataire", "numero_allocataire", "periode", "prestations", "total", "date_emission"]),
    ("attestation_france_travail", &["personne", "identifiant", "periode", "montant", "date_emission"]),
    ("bulletin_pension", &["personne", "organisme", "periode", "montant_net", "nature"]),
    (
        "quittance_loyer",
        &["locataires", "bailleur", "adresse_logement", "periode", "montant_total", "loyer_hors_charges", "charges"],
    ),
    ("attestation_hebergement", &["hebergeant", "heberge", "adresse", "depuis", "date_signature"]),
    ("justificatif_domicile", &["titulaire", "fournisseur", "adresse", "date_emission", "montant"]),
    ("bail", &["locataires", "bailleur", "adresse_logement", "date_effet", "loyer_hors_charges", "charges"]),
    ("rib", &["titulaire", "iban", "bic"]),
    ("certificat_scolarite", &["eleve", "etablissement", "annee_scolaire"]),
    ("notification_mdph", &["personne", "nature", "date_debut", "date_fin"]),
    (
        "courrier",
        &[
            "categorie",
            "urgence",
            "expediteur",
            "adresse_logement",
            "reference_contrat",
            "date_courrier",
            "objet",
            "locataires",
            "date_depart",
            "motif_preavis_reduit",
            "nouvelle_adresse",
            "telephone",
            "email",
        ],
    ),
    ("autre", &[]),
];
const IDENTITY: &[&str] =
    &["nom", "prenoms", "date_naissance", "numero_document", "date_expiration", "nationalite", "mrz"];

/// Gives the fields of a type; `None` for what is no type.
pub fn fields(type_code: &str) -> Option<&'static [&'static str]> {
    TYPES.iter().find(|(code, _)| *code == type_code).map(|(_, fields)| *fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_named_once() {
        for (code, fields) in TYPES {
            for (at, field) in fields.iter().enumerate() {
                assert!(!fields[..at].contains(field), "{code}: {field}");
            }
        }
        assert!(fields("quittance").is_none());
    }
}
