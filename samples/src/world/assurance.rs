//! The part of the dictionary `d` that all papers share: household, dwelling, insurer, contract, style.
//!
//! What the paper says comes in (who is insured, where, from when, for what); how it says it is drawn here.

use super::World;
use super::addresses::{self, AddressStyle};
use super::contracts::{self, Days};
use super::covers::Covers;
use super::dates::forms;
use super::families::departments::of_town;
use super::insurers::Insurer;
use super::people::{self, NameStyle, Person};
use super::places::{Place, telephone};
use super::style;
use crate::design::Period;
use crate::draw::Draw;
use serde_json::{Map, Value, json};

/// What a paper of a home contract says.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Who insures.
    pub insurer: Insurer,
    /// Whether a broker stands on the paper.
    pub broker: bool,
    /// The number; `None` when none is printed.
    pub number: Option<String>,
    /// The sender blacked the number out.
    pub masked: bool,
    /// The days.
    pub days: Days,
    /// How the period is said.
    pub period: Period,
    /// The covers.
    pub covers: Covers,
    /// Code and words of the quality.
    pub quality: Option<(&'static str, &'static str)>,
    /// What is said of a contract that is suspended or ended.
    pub state: Option<String>,
    /// Who is insured.
    pub insured: Vec<Person>,
    /// Who signed, when it is none of them (a student's parent).
    pub parent: Option<Person>,
    /// The dwelling.
    pub place: Place,
    /// Where letters go, when it is not the dwelling.
    pub correspondence: Option<Place>,
}

/// How the paper writes names and addresses.
#[derive(Clone, Debug)]
pub struct Hand {
    /// Names.
    pub names: NameStyle,
    /// Addresses.
    pub addresses: AddressStyle,
}

impl Hand {
    /// Draws the habits of a paper.
    pub fn draw(draw: &mut Draw) -> Self {
        Self { names: NameStyle::draw(draw), addresses: AddressStyle::draw(draw) }
    }
}

/// Gives the dictionary. The same draws give the same looks, so that a forged paper differs from its original only in
/// what it says.
pub fn dictionary(world: &World, policy: &Policy, hand: &Hand, draw: &Draw) -> Value {
    let mut draw = draw.sister("looks");
    let people: Vec<Value> =
        policy.insured.iter().enumerate().map(|(rank, one)| people::forms(one, Some(rank), hand.names)).collect();
    let subscriber = match &policy.parent {
        Some(parent) => people::forms(parent, None, hand.names),
        None => people[0].clone(),
    };
    let risk = addresses::write(&policy.place, &hand.addresses, &mut draw.sister("risk"));
    let correspondence = match &policy.correspondence {
        Some(place) => addresses::write(place, &hand.addresses, &mut draw.sister("correspondence")).json(),
        None => risk.json(),
    };
    let rooms = draw.between(1, 5);
    let days = policy.days;
    let mut d = Map::new();
    let mut put = |key: &str, value: Value| {
        d.insert(key.to_owned(), value);
    };
    put(
        "meta",
        json!({"titre": draw.pick(&["Attestation", "Attestation d'assurance", "Document", "ATTESTATION HABITATION", "Votre attestation", "Courrier"]), "auteur": policy.insurer.company}),
    );
    put("style", style::style(&mut draw));
    put("v", style::variants(&mut draw));
    put("assureur", world.insurers.json(&policy.insurer, &world.places, &mut draw));
    put("courtier", if policy.broker { world.insurers.broker(&world.places, &mut draw) } else { Value::Null });
    put("agence", world.insurers.agency(&policy.insurer, &world.places, &mut draw));
    put(
        "contrat",
        json!({
            "numero": policy.number,
            "masque": policy.masked,
            "produit": contracts::product(&mut draw),
            "client": draw.pattern_of(&["C#######", "#######", "########@", "S###-####", "## ### ###"]),
            "reference": draw.pattern_of(&["REF/####/#####", "ATT########", "@@-######", "#### #### ##", "E########/HAB"]),
        }),
    );
    put("souscripteur", subscriber.clone());
    put("destinataire", subscriber);
    put("assures", people.into());
    put("risque", risk.json());
    put("correspondance", correspondence);
    put(
        "logement",
        json!({
            "pieces": rooms.to_string(),
            "type": if policy.place.unit.door.is_some() { "appartement" } else { "maison" },
            "surface": (14 + rooms * 16 + draw.between(-6, 12)).to_string(),
        }),
    );
    put("qualite", policy.quality.map(|(code, _)| code).into());
    put("qualite_texte", policy.quality.map(|(_, words)| words).into());
    put("periode", policy.period.word().into());
    put("debut", forms(days.start));
    put("fin", forms(days.last));
    put("fin_lendemain", forms(days.last.add_days(1)));
    put("emission", forms(days.issued));
    put("effet_contrat", forms(days.contract));
    put("lieu_emission", world.places.commune(&mut draw).name.into());
    put("garanties", policy.covers.json());
    put("garanties_autres", if policy.covers.listed.is_empty() { json!([]) } else { json!(policy.covers.others) });
    put("garanties_exclues", json!(policy.covers.excluded));
    put("etat", policy.state.clone().into());
    put("montants", contracts::amounts(&mut draw));
    put("signataire", style::signer(&mut draw).into());
    put("iban", draw.pattern("FR76 #### #### #### #### #### ###").into());
    around(world, policy, &mut draw, &mut put);
    d.into()
}

/// Puts what only look-alikes print: vehicle, pupil, trade, landlord, lease, month.
fn around(world: &World, policy: &Policy, draw: &mut Draw, put: &mut impl FnMut(&str, Value)) {
    const MAKES: &[&str] = &[
        "Vireo Clio",
        "Halcyon 208",
        "Corvane C3",
        "Merio Twin",
        "Astrale Yari",
        "Nordik 500",
        "Brume Sandre",
        "Tarn Duster",
    ];
    const TRADES: &[&str] = &[
        "peinture intérieure et petits travaux",
        "plomberie et chauffage",
        "maçonnerie générale",
        "coiffure à domicile",
        "conseil en informatique",
        "ménage et repassage",
        "électricité générale",
        "couverture et zinguerie",
        "livraison à vélo",
    ];
    const SCHOOLS: &[&str] = &[
        "École élémentaire Jules Verne",
        "École maternelle des Tilleuls",
        "Collège Marie Curie",
        "Lycée professionnel Vauban",
        "Groupe scolaire Pasteur",
        "École primaire Joliot-Curie",
        "Collège Aimé Césaire",
    ];
    // `{}` is the town of the dwelling.
    const LANDLORDS: &[&str] = &[
        "Habitat des Deux Rives",
        "Office du Val d'Or",
        "Logis du Ponant",
        "Foyer Lorrain Habitat",
        "Terres d'Oc Habitat",
        "SA HLM Les Trois Clochers",
        "Habitat Solidaire du Vexin",
        "Maisons & Cités du Littoral",
        "{} Habitat",
        "Office public de l'habitat de {}",
        "Toit Familial de {}",
        "Société d'HLM du Pays de Bray",
        "Espace Domicile Méditerranée",
        "Vallées Habitat",
        "Immobilière des Trois Fleuves",
        "Coopérative Notre Maison",
        "Nouveau Logis de l'Est",
        "Atlantique Logements",
        "SEM Ville Renouvelée de {}",
        "La Maison du Travailleur",
    ];
    let parent = &policy.insured[0];
    let child = world.names.relative(draw, parent.surname.clone(), "france", policy.days.issued, (4, 17));
    let autumn = if policy.days.start.month() >= 8 { policy.days.start.year() } else { policy.days.start.year() - 1 };
    let office = world.places.house_in(draw, &policy.place.commune);
    let month = policy.days.issued;
    put("vehicule", json!({"immatriculation": draw.pattern("@@-###-@@"), "marque": draw.pick(MAKES)}));
    put(
        "eleve",
        json!({
            "nom_prenom": format!("{} {}", child.surname, child.first()),
            "ecole": draw.pick(SCHOOLS),
            "annee": format!("{autumn}-{}", autumn + 1),
        }),
    );
    put("activite", (draw.one(TRADES)).into());
    let town = policy.place.commune.name;
    put(
        "bailleur",
        json!({
            "nom": draw.one(LANDLORDS).replace("de {}", &of_town(town)).replace("{}", town),
            "adresse": addresses::write(&office, &AddressStyle::default(), draw).json(),
            "telephone": telephone(draw, office.postcode),
        }),
    );
    put("reference_bail", draw.pattern("L-######").into());
    put(
        "mois",
        json!({
            "texte": format!("{} {}", super::dates::month_name(month.month()), month.year()),
            "valeur": format!("{}-{:02}", month.year(), month.month()),
        }),
    );
}
