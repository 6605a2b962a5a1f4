//! Invented employers by trade: names, codes, agreements and jobs.

/// A job, in both genders.
pub(super) type Job = (&'static str, &'static str);

/// What employers of a trade have in common.
#[derive(Debug)]
pub(super) struct Trade {
    /// Names; `{}` takes a surname.
    pub(super) names: &'static [&'static str],
    /// Code of the activity.
    pub(super) activity: &'static str,
    /// Collective agreement.
    pub(super) agreement: &'static str,
    /// Jobs, feminine and masculine.
    pub(super) jobs: &'static [Job],
}

/// The private trades.
pub(super) const PRIVATE: &[Trade] = &[
    Trade {
        names: &[
            "Clinique du Val Fleuri",
            "Polyclinique des Ormeaux",
            "Clinique Saint-Aubin",
            "Résidence retraite Les Capucines",
            "Centre de soins de la Presqu'île",
        ],
        activity: "8610Z",
        agreement: "Hospitalisation privée (IDCC 2264)",
        jobs: &[
            ("Aide-soignante", "Aide-soignant"),
            ("Infirmière", "Infirmier"),
            ("Secrétaire médicale", "Secrétaire médical"),
            ("Agente des services hospitaliers", "Agent des services hospitaliers"),
            ("Brancardière", "Brancardier"),
        ],
    },
    Trade {
        names: &[
            "Netty Propreté Services",
            "Claire & Net",
            "{} Nettoyage",
            "Propreté du Ponant",
            "Éclat Multi-services",
        ],
        activity: "8121Z",
        agreement: "Entreprises de propreté et services associés (IDCC 3043)",
        jobs: &[
            ("Agente d'entretien", "Agent d'entretien"),
            ("Agente de propreté", "Agent de propreté"),
            ("Cheffe d'équipe propreté", "Chef d'équipe propreté"),
            ("Laveuse de vitres", "Laveur de vitres"),
        ],
    },
    Trade {
        names: &["Sécuri-Garde Atlantique", "Vigie Protection", "{} Sûreté", "Sentinelles de l'Ouest"],
        activity: "8010Z",
        agreement: "Prévention et sécurité (IDCC 1351)",
        jobs: &[
            ("Agente de sécurité", "Agent de sécurité"),
            ("Agente SSIAP 1", "Agent SSIAP 1"),
            ("Cheffe de poste", "Chef de poste"),
        ],
    },
    Trade {
        names: &[
            "Halles Marceau",
            "Primeurs du Parvis",
            "Supermarchés Beaulieu",
            "Épicerie {}",
            "Marché Plus Rive Gauche",
        ],
        activity: "4711D",
        agreement: "Commerce de détail et de gros à prédominance alimentaire (IDCC 2216)",
        jobs: &[
            ("Employée commerciale", "Employé commercial"),
            ("Hôtesse de caisse", "Hôte de caisse"),
            ("Préparatrice de commandes drive", "Préparateur de commandes drive"),
            ("Responsable de rayon", "Responsable de rayon"),
            ("Vendeuse", "Vendeur"),
        ],
    },
    Trade {
        names: &[
            "Transports Vallauris",
            "Transports {}",
            "Messageries du Rhône Alpin",
            "Logis-Fret Nord",
            "Express Bocage",
        ],
        activity: "4941A",
        agreement: "Transports routiers et activités auxiliaires du transport (IDCC 16)",
        jobs: &[
            ("Conductrice routière", "Conducteur routier"),
            ("Chauffeuse livreuse", "Chauffeur livreur"),
            ("Cariste", "Cariste"),
            ("Agente de quai", "Agent de quai"),
            ("Exploitante transport", "Exploitant transport"),
        ],
    },
    Trade {
        names: &["Maçonnerie {}", "Bâti-Confort", "Entreprise {} Frères", "Toitures du Causse", "Peintures {} et Fils"],
        activity: "4120A",
        agreement: "Bâtiment : ouvriers, entreprises de plus de dix salariés (IDCC 1597)",
        jobs: &[
            ("Maçonne", "Maçon"),
            ("Peintre en bâtiment", "Peintre en bâtiment"),
            ("Carreleuse", "Carreleur"),
            ("Manœuvre", "Manœuvre"),
            ("Conductrice de travaux", "Conducteur de travaux"),
            ("Électricienne", "Électricien"),
        ],
    },
    Trade {
        names: &["Conserverie de la Baie", "Salaisons {}", "Laiterie des Trois Vallées", "Biscuiterie du Clocher"],
        activity: "1013A",
        agreement: "Industries de produits alimentaires élaborés (IDCC 1396)",
        jobs: &[
            ("Opératrice de conditionnement", "Opérateur de conditionnement"),
            ("Conductrice de ligne", "Conducteur de ligne"),
            ("Agente de maintenance", "Agent de maintenance"),
            ("Contrôleuse qualité", "Contrôleur qualité"),
        ],
    },
    Trade {
        names: &["Numérie Conseil", "Octave Systèmes", "{} Ingénierie", "Datalune", "Atelier Logiciel du Midi"],
        activity: "6202A",
        agreement: "Bureaux d'études techniques, cabinets d'ingénieurs-conseils (IDCC 1486)",
        jobs: &[
            ("Technicienne support", "Technicien support"),
            ("Développeuse", "Développeur"),
            ("Assistante de gestion", "Assistant de gestion"),
            ("Chargée de recrutement", "Chargé de recrutement"),
        ],
    },
    Trade {
        names: &["Boulangerie Pichonneau", "Boulangerie {}", "Au Fournil de {}", "Maison {} Pâtissier"],
        activity: "1071C",
        agreement: "Boulangerie-pâtisserie artisanale (IDCC 843)",
        jobs: &[
            ("Vendeuse", "Vendeur"),
            ("Boulangère", "Boulanger"),
            ("Pâtissière", "Pâtissier"),
            ("Tourière", "Tourier"),
        ],
    },
    Trade {
        names: &["Mécanique de précision {}", "Fonderies du Val", "Usinage Lorrain", "Tôlerie {}"],
        activity: "2562B",
        agreement: "Métallurgie (IDCC 3248)",
        jobs: &[
            ("Opératrice régleuse", "Opérateur régleur"),
            ("Soudeuse", "Soudeur"),
            ("Contrôleuse", "Contrôleur"),
            ("Magasinière", "Magasinier"),
        ],
    },
    Trade {
        names: &["Association Présence et Répit", "Domicile Services 2 Rives", "ADMR du Canton", "Les Mains Tendues"],
        activity: "8810A",
        agreement: "Branche de l'aide, de l'accompagnement, des soins et des services à domicile (IDCC 2941)",
        jobs: &[
            ("Auxiliaire de vie", "Auxiliaire de vie"),
            ("Aide à domicile", "Aide à domicile"),
            ("Responsable de secteur", "Responsable de secteur"),
        ],
    },
    Trade {
        names: &["Allô Contact", "Voxia Relation Client", "Centre d'appels {}", "Plateforme Horizon"],
        activity: "8220Z",
        agreement: "Prestataires de services dans le domaine du secteur tertiaire (IDCC 2098)",
        jobs: &[
            ("Conseillère clientèle", "Conseiller clientèle"),
            ("Téléconseillère", "Téléconseiller"),
            ("Superviseuse", "Superviseur"),
            ("Comptable", "Comptable"),
        ],
    },
];

/// Restaurants.
pub(super) const RESTAURANT: Trade = Trade {
    names: &[
        "Brasserie chez {}",
        "Restaurant Le Comptoir Vert",
        "Hôtel de la Poste",
        "Auberge du Pont Neuf",
        "Le Bistrot de {}",
    ],
    activity: "5610A",
    agreement: "Hôtels, cafés, restaurants (IDCC 1979)",
    jobs: &[
        ("Serveuse", "Serveur"),
        ("Cuisinière", "Cuisinier"),
        ("Plongeuse", "Plongeur"),
        ("Commis de cuisine", "Commis de cuisine"),
        ("Réceptionniste", "Réceptionniste"),
    ],
};

/// Temporary work agencies.
pub(super) const AGENCY: Trade = Trade {
    names: &[
        "Tempolia Travail Temporaire",
        "Relais Missions Sud",
        "Intérim {}",
        "Passerelle Emploi",
        "Actuel Missions",
    ],
    activity: "7820Z",
    agreement: "Travail temporaire (personnel intérimaire)",
    jobs: &[
        ("Préparatrice de commandes", "Préparateur de commandes"),
        ("Manutentionnaire", "Manutentionnaire"),
        ("Opératrice de production", "Opérateur de production"),
        ("Secrétaire", "Secrétaire"),
        ("Cariste", "Cariste"),
    ],
};

/// Public employers: `{}` takes the name of a town, with its article.
pub(super) const PUBLIC: Trade = Trade {
    names: &[
        "Centre hospitalier {}",
        "Commune {}",
        "Centre communal d'action sociale {}",
        "Communauté d'agglomération {}",
        "EHPAD public {}",
    ],
    activity: "8411Z",
    agreement: "",
    jobs: &[
        ("Agente d'accueil", "Agent d'accueil"),
        ("Adjointe technique", "Adjoint technique"),
        ("Auxiliaire de puériculture", "Auxiliaire de puériculture"),
        ("Rédactrice", "Rédacteur"),
        ("Infirmière", "Infirmier"),
        ("Agente de restauration scolaire", "Agent de restauration scolaire"),
    ],
};

/// Branches of the social security collector.
pub(super) const COLLECTORS: &[&str] = &[
    "Urssaf Bretagne",
    "Urssaf Midi-Pyrénées",
    "Urssaf Nord-Pas-de-Calais",
    "Urssaf Île-de-France",
    "Urssaf Rhône-Alpes",
    "Urssaf Lorraine",
    "Urssaf Normandie",
    "Urssaf Pays de la Loire",
    "Urssaf Provence-Alpes-Côte d'Azur",
    "Urssaf Centre-Val de Loire",
];

/// Who signs for an employer.
pub(super) const SIGNERS: &[&str] = &[
    "gérant",
    "présidente",
    "responsable paie",
    "directrice des ressources humaines",
    "directeur général",
    "responsable du personnel",
    "cheffe de service",
];
