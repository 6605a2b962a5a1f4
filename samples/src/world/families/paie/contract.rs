//! Contracts of employment, and the attestations of employers.

use super::desk::Desk;
use super::dues::MINIMUM_HOUR;
use super::employer;
use super::trades::{AGENCY, PRIVATE};
use super::work::{Work, job};
use crate::draw::Draw;
use crate::world::dates::{forms, number_words};
use crate::world::families::figures::{Cents, rounded, share};
use crate::world::families::life::Life;
use crate::world::families::written;
use guichet_pipeline::values::Date;
use serde_json::{Value, json};

/// What an apprentice learns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Course {
    pub(super) school: &'static str,
    pub(super) diploma: &'static str,
    pub(super) trade: &'static str,
}

const COURSES: &[Course] = &[
    Course { school: "CFA des métiers de l'alimentation", diploma: "CAP Boulanger", trade: "boulanger" },
    Course { school: "CFA du bâtiment et des travaux publics", diploma: "CAP Maçon", trade: "maçon" },
    Course {
        school: "Campus des métiers du tertiaire",
        diploma: "BTS Gestion de la PME",
        trade: "assistant de gestion",
    },
    Course { school: "CFA de l'hôtellerie", diploma: "BP Cuisinier", trade: "cuisinier" },
    Course { school: "Institut de la coiffure", diploma: "CAP Métiers de la coiffure", trade: "coiffeur" },
    Course {
        school: "Pôle formation industrie",
        diploma: "BTS Maintenance des systèmes",
        trade: "technicien de maintenance",
    },
];

/// Draws a course.
pub(super) fn course(draw: &mut Draw) -> Course {
    draw.one(COURSES)
}

const TASKS: &[&str] = &[
    "tenir à jour les documents de suivi",
    "respecter les consignes d'hygiène et de sécurité",
    "assurer les tournées définies par le responsable",
    "accueillir les clients et tenir la caisse",
    "préparer les commandes et contrôler les livraisons",
    "entretenir les locaux et le matériel confiés",
    "rendre compte de son activité à son supérieur",
    "participer aux inventaires",
];
const REASONS: &[&str] = &[
    "remplacement d'une salariée en congé de maternité",
    "accroissement temporaire de l'activité",
    "remplacement d'un salarié en arrêt de travail",
    "commande exceptionnelle à livrer avant la fin de l'année",
];

/// How a contract lasts.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: Date,
    /// Months, of a contract that ends.
    months: Option<i32>,
}

/// What a contract is written with.
struct Terms {
    kind: (&'static str, &'static str),
    employer: Value,
    job: String,
    weekly: i64,
    hourly: Cents,
    salary: Cents,
    span: Span,
}

/// Gives the five contracts.
pub(super) fn contracts(desk: Desk<'_>) -> Value {
    let work = Work::of(desk.base, desk.person);
    json!({
        "cdi": open_ended(desk, work.clone()),
        "cdd": fixed_term(desk, work.clone()),
        "interim": mission(desk),
        "apprentissage": apprenticeship(desk),
        "attestation": attestation(desk, work),
    })
}

fn open_ended(desk: Desk<'_>, work: Work) -> Value {
    let span = Span { start: work.entry, months: None };
    contract(desk, "open-ended contract", of_work(work, ("contrat à durée indéterminée", "cdi"), span), None)
}

fn fixed_term(desk: Desk<'_>, work: Work) -> Value {
    let mut draw = desk.draw("fixed-term");
    let start = if work.open_ended {
        Life::of(desk.person).since("fixed-term entry", desk.base.today, 0, 9)
    } else {
        work.entry
    };
    let span = Span { start, months: Some(draw.one(&[3, 6, 6, 8, 10, 12, 18])) };
    contract(desk, "fixed-term contract", of_work(work, ("contrat à durée déterminée", "cdd"), span), None)
}

/// An attestation is signed today or shortly before, on the work that the slips show.
fn attestation(desk: Desk<'_>, work: Work) -> Value {
    let mut draw = desk.draw("attestation");
    let (kind, months) = if work.open_ended {
        (("contrat à durée indéterminée", "cdi"), None)
    } else {
        (("contrat à durée déterminée", "cdd"), Some(18))
    };
    let signed = desk.base.today.add_days(-draw.between(1, 60)).max(work.entry.add_days(3));
    let span = Span { start: work.entry, months };
    contract(desk, "attestation contract", of_work(work, kind, span), Some(signed))
}

fn of_work(work: Work, kind: (&'static str, &'static str), span: Span) -> Terms {
    let salary = work.salary();
    let (employer, job, weekly, hourly) = (work.employer, work.job.to_owned(), work.weekly, work.hourly);
    Terms { kind, employer, job, weekly, hourly, salary, span }
}

fn mission(desk: Desk<'_>) -> Value {
    let mut draw = desk.draw("mission");
    let hourly = Cents::from(draw.between(1_202, 1_580));
    let start = Life::of(desk.person).since("mission entry", desk.base.today, 0, 4);
    let terms = Terms {
        kind: ("contrat de mission", "interim"),
        employer: employer::company(desk.base, &AGENCY, &mut draw),
        job: job(&AGENCY, desk.person, &mut draw).to_owned(),
        weekly: 35,
        hourly,
        salary: rounded(hourly * 35 * 52, 12),
        span: Span { start, months: Some(draw.one(&[1, 2, 3, 6])) },
    };
    let mut said = contract(desk, "mission contract", terms, None);
    let user = employer::company(desk.base, draw.pick(PRIVATE), &mut draw);
    said["mission"] = json!({
        "numero": draw.pattern("M######"),
        "entreprise": user["nom"],
        "adresse": user["adresse"],
        "souplesse": draw.pick(&["5 jours", "3 jours", "10 jours"]),
        "ifm": "10 %",
    });
    said
}

fn apprenticeship(desk: Desk<'_>) -> Value {
    let mut draw = desk.draw("apprenticeship");
    let course = course(&mut draw);
    let rates = draw.one(&[[43, 51], [53, 61], [27, 39]]);
    // The hours of a month, 151.67, at that share of the minimum wage.
    let pay = |percent: i64| share(rounded(MINIMUM_HOUR * 15_167, 100), percent * 100);
    let start = Life::of(desk.person).since("apprenticeship entry", desk.base.today, 1, 14);
    let terms = Terms {
        kind: ("contrat d'apprentissage", "apprentissage"),
        employer: employer::company(desk.base, draw.pick(PRIVATE), &mut draw),
        job: format!("Apprenti(e) {}", course.trade),
        weekly: 35,
        hourly: share(MINIMUM_HOUR, rates[0] * 100),
        salary: pay(rates[0]),
        span: Span { start, months: Some(24) },
    };
    let end = last_day(terms.span);
    let mut said = contract(desk, "apprenticeship contract", terms, None);
    let place = desk.base.world.places.house(&mut draw);
    let year = |name: &str, percent: i64| json!({"annee": name, "pourcentage": format!("{percent} %"), "montant": desk.figures.amount(pay(percent))});
    said["formation"] = json!({
        "cfa": course.school,
        "adresse": written(&place, &mut draw),
        "diplome": course.diploma,
        "debut": forms(start),
        "fin": end.map(forms),
        "maitre": employer::somebody(desk.base, &mut draw),
        "annees": [year("1re année", rates[0]), year("2e année", rates[1])],
    });
    said
}

fn last_day(span: Span) -> Option<Date> {
    span.months.map(|months| span.start.add_months(months).add_days(-1))
}

fn contract(desk: Desk<'_>, purpose: &str, terms: Terms, signed: Option<Date>) -> Value {
    let mut draw = desk.draw(purpose);
    let span = terms.span;
    let lasting = span.months.map(|months| match months {
        1 => "un mois".to_owned(),
        months => format!("{} mois", number_words(months.unsigned_abs())),
    });
    let mut tasks = TASKS.to_vec();
    draw.shuffle(&mut tasks);
    tasks.truncate(2 + draw.below(3));
    let place = desk.base.world.places.house_in(&mut draw, &desk.base.place.commune);
    let replaced = draw.chance(0.4).then(|| employer::somebody(desk.base, &mut draw));
    json!({
        "employeur": terms.employer,
        "type_contrat": {"texte": terms.kind.0, "valeur": terms.kind.1},
        "emploi": terms.job,
        "qualification": draw.chance(0.5).then(|| draw.pick(&["employé(e)", "ouvrier qualifié", "agent de maîtrise"])),
        "coefficient": draw.chance(0.5).then(|| draw.pick(&["150", "170", "190", "215"])),
        "date_debut": forms(span.start),
        "date_fin": last_day(span).map(forms),
        "duree": lasting,
        "essai": draw.pick(&["un mois", "quinze jours", "deux mois"]),
        "heures": terms.weekly.to_string(),
        "temps": if terms.weekly >= 35 { "temps plein" } else { "temps partiel" },
        "salaire_brut_mensuel": desk.figures.amount(terms.salary),
        "taux_horaire": desk.figures.amount(terms.hourly),
        "lieu": written(&place, &mut draw),
        "motif": draw.pick(REASONS),
        "remplace": replaced,
        "fonctions": tasks,
        "prime": draw.chance(0.4).then(|| draw.pick(&["une prime annuelle versée en décembre", "une prime de vacances versée en juin"])),
        "date_signature": forms(signed.unwrap_or(span.start.add_days(-draw.between(0, 14)))),
        "lieu_signature": base_town(&desk),
        "mission": null,
        "formation": null,
    })
}

fn base_town(desk: &Desk<'_>) -> &'static str {
    desk.base.place.commune.name
}
