//! What hangs on a person and is the same in all their papers: where they were born, their numbers, their work.
//!
//! Every draw of a [`Life`] comes from the person alone, so that two papers of one household agree however and whenever
//! they are made.

use super::calendar::{age, first_of};
use super::numbers;
use crate::draw::Draw;
use crate::world::World;
use crate::world::people::{self, NameStyle, Person, Sex};
use guichet_pipeline::hash::fnv1a;
use guichet_pipeline::values::Date;
use serde_json::{Value, json};

/// A foreign country: feminine adjective, alpha-3 code, name, code of its births, cities.
#[derive(Clone, Copy, Debug)]
pub struct Country {
    /// "Malienne".
    pub adjective: &'static str,
    /// ISO 3166-1 alpha-3.
    pub code: &'static str,
    /// ISO 3166-1 alpha-2.
    pub short: &'static str,
    /// "Mali".
    pub name: &'static str,
    /// INSEE code after 99.
    insee: &'static str,
    cities: &'static [&'static str],
}

const fn country(
    adjective: &'static str,
    (code, short): (&'static str, &'static str),
    name: &'static str,
    insee: &'static str,
    cities: &'static [&'static str],
) -> Country {
    Country { adjective, code, short, name, insee, cities }
}

/// Where foreign residents come from.
const COUNTRIES: &[Country] = &[
    country("Algérienne", ("DZA", "DZ"), "Algérie", "352", &["ORAN", "ALGER", "SÉTIF", "TIZI OUZOU", "CONSTANTINE"]),
    country("Marocaine", ("MAR", "MA"), "Maroc", "350", &["CASABLANCA", "OUJDA", "AGADIR", "FÈS", "NADOR"]),
    country("Tunisienne", ("TUN", "TN"), "Tunisie", "351", &["TUNIS", "SFAX", "SOUSSE", "KAIROUAN"]),
    country("Malienne", ("MLI", "ML"), "Mali", "335", &["BAMAKO", "KAYES", "SÉGOU"]),
    country("Sénégalaise", ("SEN", "SN"), "Sénégal", "341", &["DAKAR", "THIÈS", "SAINT-LOUIS"]),
    country("Ivoirienne", ("CIV", "CI"), "Côte d'Ivoire", "326", &["ABIDJAN", "BOUAKÉ", "YAMOUSSOUKRO"]),
    country("Camerounaise", ("CMR", "CM"), "Cameroun", "322", &["DOUALA", "YAOUNDÉ", "BAFOUSSAM"]),
    country("Congolaise", ("COD", "CD"), "République démocratique du Congo", "312", &["KINSHASA", "LUBUMBASHI"]),
    country("Comorienne", ("COM", "KM"), "Comores", "397", &["MORONI", "MUTSAMUDU"]),
    country("Turque", ("TUR", "TR"), "Turquie", "208", &["ANKARA", "KAYSERI", "ERZURUM"]),
    country("Géorgienne", ("GEO", "GE"), "Géorgie", "255", &["TBILISSI", "KOUTAÏSSI"]),
    country("Sri-lankaise", ("LKA", "LK"), "Sri Lanka", "235", &["JAFFNA", "COLOMBO"]),
    country("Afghane", ("AFG", "AF"), "Afghanistan", "212", &["KABOUL", "HÉRAT", "NANGARHAR"]),
    country("Ukrainienne", ("UKR", "UA"), "Ukraine", "155", &["KYIV", "LVIV", "KHARKIV"]),
    country("Brésilienne", ("BRA", "BR"), "Brésil", "416", &["RECIFE", "SÃO PAULO", "BELÉM"]),
    country("Haïtienne", ("HTI", "HT"), "Haïti", "410", &["PORT-AU-PRINCE", "LES CAYES"]),
];

/// Share of adults who are not French.
const FOREIGN_SHARE: f64 = 0.12;
/// Share of the French who were born abroad.
const BORN_ABROAD_SHARE: f64 = 0.06;

/// Where somebody was born.
#[derive(Clone, Debug)]
pub struct Birthplace {
    /// The town, as written.
    pub commune: String,
    /// "31", "2A", "971"; none abroad.
    pub department: Option<String>,
    /// The country.
    pub country: &'static str,
    /// Five characters of a social security number.
    insee: String,
}

/// What a paper prints of who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Citizen {
    /// As the life has it.
    Own,
    /// French, for papers that only the French have.
    French,
    /// A foreigner, for papers that only foreigners have.
    Foreign,
}

/// What an adult lives from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// Works for an employer.
    Employed,
    /// Looks for work, and is paid by the unemployment insurance.
    Jobless,
    /// Retired.
    Retired,
    /// On a disability pension or allowance.
    Disabled,
    /// Studies.
    Student,
    /// Neither.
    Idle,
}

/// The facts of a person.
#[derive(Clone, Debug)]
pub struct Life<'a> {
    person: &'a Person,
    key: u64,
}

impl<'a> Life<'a> {
    /// Gives the life of somebody.
    pub fn of(person: &'a Person) -> Self {
        let key = format!("{}/{}/{}", person.surname, person.first_names.join(" "), person.born);
        Self { person, key: fnv1a(key.as_bytes()) }
    }

    /// Gives the source of chance of a side of that life.
    pub fn draw(&self, side: &str) -> Draw {
        Draw::new(self.key, 0, side)
    }

    /// Tells whether the person is a foreigner.
    pub fn is_foreign(&self) -> bool {
        self.draw("citizen").chance(FOREIGN_SHARE)
    }

    /// Gives what the person lives from.
    pub fn activity(&self, today: Date) -> Activity {
        let mut draw = self.draw("activity");
        match age(self.person.born, today) {
            ..24 if draw.chance(0.5) => Activity::Student,
            64.. => Activity::Retired,
            _ => *draw.weighted(&[
                (7.2, Activity::Employed),
                (1.3, Activity::Jobless),
                (0.6, Activity::Disabled),
                (0.9, Activity::Idle),
            ]),
        }
    }

    /// Gives the country of a foreigner.
    pub fn country(&self) -> Country {
        self.draw("country").one(COUNTRIES)
    }

    /// Gives where the person was born.
    pub fn birthplace(&self, world: &World, citizen: Citizen) -> Birthplace {
        let mut draw = self.draw("birth");
        let foreign = citizen == Citizen::Foreign || citizen == Citizen::Own && self.is_foreign();
        if foreign || draw.chance(BORN_ABROAD_SHARE) {
            let country = self.country();
            let commune = (draw.one(country.cities)).to_owned();
            return Birthplace {
                commune,
                department: None,
                country: country.name,
                insee: format!("99{}", country.insee),
            };
        }
        let commune = world.places.commune(&mut draw);
        let size = if commune.insee.starts_with("97") { 3 } else { 2 };
        let department = commune.insee.get(..size).map(str::to_owned);
        Birthplace { commune: commune.name.to_owned(), department, country: "France", insee: commune.insee.to_owned() }
    }

    /// Gives the social security number, printed.
    pub fn nir(&self, world: &World) -> String {
        let sex = if self.person.sex == Sex::M { 1 } else { 2 };
        let (born, place) = (self.person.born, self.birthplace(world, Citizen::Own));
        let order = self.draw("nir").between(1, 640);
        let year = born.year().rem_euclid(100);
        numbers::nir(&format!("{sex}{year:02}{:02}{}{order:03}", born.month(), place.insee))
    }

    /// Gives the tax number.
    pub fn tax_number(&self) -> Value {
        numbers::tax_number(&mut self.draw("tax number"))
    }

    /// Gives the first day of a work that began `low` to `high` months before `today`, at the age of 18 or later.
    pub fn since(&self, side: &str, today: Date, low: i32, high: i32) -> Date {
        let mut draw = self.draw(side);
        let lived = (age(self.person.born, today) - 18) * 12;
        let months = draw.between(low, high.min(lived).max(low));
        let first = first_of(today).add_months(-months);
        if draw.chance(0.7) { first } else { first.add_days(draw.between(1, 20)) }
    }

    /// Gives the person of the identity papers and of those that are written like them.
    pub fn persona(&self, world: &World, rank: Option<usize>, citizen: Citizen) -> Value {
        let person = Person { married: None, ..self.person.clone() };
        let mut said = people::forms(&person, rank, NameStyle::default());
        let foreign = citizen == Citizen::Foreign || citizen == Citizen::Own && self.is_foreign();
        let place = self.birthplace(world, citizen);
        said["nom_usage"] = json!(self.person.married);
        said["prenoms"] = json!(person.first_names);
        said["sexe"] = if person.sex == Sex::F { "F" } else { "M" }.into();
        said["ne_le"] = crate::world::dates::forms(person.born);
        said["lieu_naissance"] = json!({
            "commune": place.commune.to_uppercase(),
            "departement": place.department,
            "pays": place.country,
        });
        said["nationalite"] = if foreign {
            let country = self.country();
            json!({"texte": country.adjective, "code": country.code, "pays": country.name})
        } else {
            json!({"texte": "Française", "code": "FRA", "pays": "France"})
        };
        said
    }
}

/// Gives the person under the name in use, which is the married one where there is one.
pub fn in_use(person: &Person) -> Person {
    let surname = person.married.clone().unwrap_or_else(|| person.surname.clone());
    Person { surname, married: None, ..person.clone() }
}
