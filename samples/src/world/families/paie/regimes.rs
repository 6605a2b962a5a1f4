//! The seven pay slips of an employee: one for each regime.

use super::desk::{Desk, Post, transport, withheld};
use super::dues::{self, MINIMUM_HOUR};
use super::employer;
use super::slip::{Line, Slip};
use super::trades::{AGENCY, PRIVATE, PUBLIC, RESTAURANT};
use super::work::{Work, job, tax_rate};
use crate::world::dates::forms;
use crate::world::families::calendar::{last_of, weekday};
use crate::world::families::figures::{Cents, share};
use crate::world::families::written;
use serde_json::{Value, json};

/// Gives the seven slips, by regime.
pub(super) fn slips(desk: Desk<'_>) -> Value {
    json!({
        "prive": private(desk),
        "public": public(desk),
        "cesu": household(desk, "cesu"),
        "pajemploi": household(desk, "pajemploi"),
        "interim": temporary(desk),
        "apprenti": apprentice(desk),
        "restauration": restaurant(desk),
    })
}

fn private(desk: Desk<'_>) -> Value {
    let work = Work::of(desk.base, desk.person);
    let mut draw = desk.draw("private slip");
    let label = draw.one(&["Appointements mensuels", "Salaire de base", "Salaire mensuel", "Salaire base mensuelle"]);
    let mut gains = vec![Line::each(label, work.monthly, work.hourly)];
    let pay = gains[0].amount;
    let entry = work.entry.min(desk.month);
    if entry.add_months(36) <= desk.month && draw.chance(0.5) {
        gains.push(Line::percent("Prime d'ancienneté", pay, draw.one(&[300, 600, 900])));
    }
    if draw.chance(0.25) {
        let label =
            draw.one(&["Prime d'assiduité", "Prime de production", "Prime exceptionnelle", "Majoration dimanche"]);
        gains.push(Line::flat(label, 500 * Cents::from(draw.between(4, 60))));
    }
    let mut exempt = None;
    let extra = (work.weekly == 35 && draw.chance(0.2)).then(|| 100 * i64::from(draw.between(3, 14)));
    if let Some(hours) = extra {
        let line = Line::each("Heures supplémentaires 125 %", hours, work.hourly * 5 / 4);
        exempt = Some(line.amount);
        gains.push(line);
    }
    let (dues, reintegration) = dues::private(Slip::gross(&gains), true, &mut draw);
    let after = withheld(&mut draw, 0.1, Slip::gross(&gains));
    let slip = Slip {
        gains,
        dues,
        others: transport(&mut draw),
        after,
        reintegration,
        exempt,
        tax_rate: work.tax_rate,
        entry,
        month: desk.month,
        week: None,
        hours: work.monthly + extra.unwrap_or(0),
    };
    let contract = match (work.open_ended, work.weekly) {
        (true, 35) => (draw.one(&["C.D.I. temps plein", "CDI", "Contrat à durée indéterminée"]), "cdi"),
        (true, _) => (draw.one(&["CDI temps partiel", "C.D.I. temps partiel", "CDI"]), "cdi"),
        (false, _) => (draw.one(&["CDD", "C.D.D.", "Contrat à durée déterminée"]), "cdd"),
    };
    let post = Post {
        regime: "prive",
        employer: work.employer,
        job: work.job.to_owned(),
        contract,
        hours: work.monthly,
        hourly: work.hourly,
        extra,
    };
    desk.finish(post, &slip, &mut draw)
}

fn restaurant(desk: Desk<'_>) -> Value {
    let mut draw = desk.draw("restaurant");
    let employer = employer::company(desk.base, &RESTAURANT, &mut draw);
    let hourly = Cents::from(draw.between(1_210, 1_640));
    let meals = 100 * i64::from(draw.between(16, 24));
    let extra = draw.chance(0.7).then_some(1_733);
    let mut gains = vec![Line::each(draw.one(&["Salaire de base", "Salaire mensuel"]), 15_167, hourly)];
    gains.extend(extra.map(|hours| Line::each("Heures supp. majorées 10 %", hours, hourly * 11 / 10)));
    gains.push(Line::each("Avantage en nature nourriture", meals, 425));
    let (dues, reintegration) = dues::private(Slip::gross(&gains), true, &mut draw);
    let mut others = vec![Line::each("Reprise avantage en nature nourriture", meals, -425)];
    others.extend(transport(&mut draw));
    let after = withheld(&mut draw, 0.1, Slip::gross(&gains));
    let slip = Slip {
        tax_rate: tax_rate(Slip::gross(&gains)),
        gains,
        dues,
        others,
        after,
        reintegration,
        exempt: None,
        entry: desk.entry("restaurant", 5, 70),
        month: desk.month,
        week: None,
        hours: 15_167 + extra.unwrap_or(0),
    };
    let post = Post {
        regime: "restauration",
        employer,
        job: job(&RESTAURANT, desk.person, &mut draw).to_owned(),
        contract: draw.one(&[("CDI", "cdi"), ("CDI temps plein", "cdi"), ("CDD saisonnier", "cdd")]),
        hours: 15_167,
        hourly,
        extra,
    };
    desk.finish(post, &slip, &mut draw)
}

fn public(desk: Desk<'_>) -> Value {
    let mut draw = desk.draw("public");
    let employer = employer::public_body(desk.base, &PUBLIC, &mut draw);
    let index = i64::from(draw.between(372, 560));
    let pay = dues::pay_by_index(index);
    let statutory = draw.chance(0.7);
    let mut gains = vec![Line::flat(draw.one(&["Traitement brut", "Traitement indiciaire brut"]), pay)];
    if draw.chance(0.5) {
        gains.push(Line::percent("Indemnité de résidence", pay, draw.one(&[100, 300])));
    }
    let bonus = draw.chance(0.3).then_some(10);
    if let Some(points) = bonus {
        let amount = dues::pay_by_index(points);
        gains.push(Line { base: Some(100 * points), ..Line::flat("Nouvelle bonification indiciaire", amount) });
    }
    gains.push(Line::flat(
        draw.one(&["IFSE", "Régime indemnitaire IFSE", "Prime de service"]),
        100 * Cents::from(draw.between(60, 420)),
    ));
    let gross = Slip::gross(&gains);
    let after = withheld(&mut draw, 0.08, Slip::gross(&gains));
    let slip = Slip {
        dues: dues::public(pay, gross, statutory, &mut draw),
        gains,
        others: Vec::new(),
        after,
        reintegration: None,
        exempt: None,
        tax_rate: tax_rate(gross),
        entry: desk.entry("public", 6, 240),
        month: desk.month,
        week: None,
        hours: 15_167,
    };
    let contract = if statutory {
        draw.one(&[("Titulaire", "autre"), ("Fonctionnaire titulaire", "autre"), ("Stagiaire", "autre")])
    } else {
        draw.one(&[("Contractuel CDD", "cdd"), ("Contractuelle CDI", "cdi")])
    };
    let job = job(&PUBLIC, desk.person, &mut draw);
    let post = Post {
        regime: "public",
        employer,
        job: job.to_owned(),
        contract,
        hours: 15_167,
        hourly: pay * 100 / 15_167,
        extra: None,
    };
    let mut said = desk.finish(post, &slip, &mut draw);
    said["public"] = json!({
        "administration": draw.pick(&["Fonction publique territoriale", "Fonction publique hospitalière"]),
        "grade": format!("{job} {}", draw.pick(&["de classe normale", "principal", "2e classe", "territorial"])),
        "classe": draw.chance(0.5).then_some("Classe normale"),
        "echelon": format!("{:02}", draw.between(1, 11)),
        "indice": index.to_string(),
        "nbi": bonus.map(|points| format!("{points:03}")),
        "quotite": "100 %",
        "poste": draw.pattern("0######"),
        "comptable": format!("SGC de {}", desk.base.world.places.commune(&mut draw).name),
    });
    said
}

fn household(desk: Desk<'_>, regime: &'static str) -> Value {
    let mut draw = desk.draw(regime);
    let child_care = regime == "pajemploi";
    let employer = employer::household(desk.base, &mut draw);
    let hours = 100 * i64::from(if child_care { draw.between(90, 190) } else { draw.between(20, 110) });
    let hourly = Cents::from(if child_care { draw.between(390, 560) } else { draw.between(1_230, 1_640) });
    let label = if child_care { "Heures d'accueil" } else { draw.one(&["Salaire brut", "Heures effectuées"]) };
    let mut gains = vec![Line::each(label, hours, hourly)];
    gains.push(Line::percent("Congés payés 10 %", gains[0].amount, 1_000));
    let gross = Slip::gross(&gains);
    let days = draw.between(8, 22);
    let upkeep = Line::each("Indemnités d'entretien", 100 * i64::from(days), Cents::from(draw.between(360, 480)));
    let after = withheld(&mut draw, 0.05, Slip::gross(&gains));
    let slip = Slip {
        dues: dues::household(gross),
        gains,
        others: if child_care { vec![upkeep] } else { Vec::new() },
        after,
        reintegration: None,
        exempt: None,
        tax_rate: tax_rate(gross),
        entry: desk.entry(regime, 5, 90),
        month: desk.month,
        week: None,
        hours,
    };
    let jobs: &[&str] = if child_care {
        &["Assistante maternelle agréée", "Garde d'enfants"]
    } else {
        &["Employée familiale", "Aide ménagère", "Jardinier", "Garde-malade"]
    };
    let post = Post {
        regime,
        employer,
        job: (*draw.pick(jobs)).to_owned(),
        contract: ("CDI", "cdi"),
        hours: 15_167,
        hourly,
        extra: None,
    };
    let mut said = desk.finish(post, &slip, &mut draw);
    let child = desk.base.world.names.person(&mut draw, desk.base.today, 0, 5);
    said["garde"] = json!({
        "numero_salarie": draw.pattern("#######"),
        "enfant": child.first(),
        "naissance": forms(child.born),
        "declaration": draw.pattern("##########"),
        "taux_net": desk.figures.amount(share(hourly, 7_810)),
    });
    said
}

fn temporary(desk: Desk<'_>) -> Value {
    let mut draw = desk.draw("temporary");
    let employer = employer::company(desk.base, &AGENCY, &mut draw);
    let first = desk.month;
    let monday = first.add_days((7 - weekday(first)) % 7 + 7 * draw.between(0, 2));
    let hours = draw.one(&[2_100, 2_800, 3_150, 3_500, 3_500, 3_500]);
    let hourly = Cents::from(draw.between(1_202, 1_480));
    let mut gains = vec![Line::each("Heures normales", hours, hourly)];
    gains.push(Line::percent("Indemnité de fin de mission (IFM)", Slip::gross(&gains), 1_000));
    gains.push(Line::percent("Indemnité compensatrice de congés payés", Slip::gross(&gains), 1_000));
    let (dues, _) = dues::private(Slip::gross(&gains), false, &mut draw);
    let others = if draw.chance(0.5) { vec![Line::each("Indemnité de panier", 500, 730)] } else { Vec::new() };
    let after = withheld(&mut draw, 0.2, Slip::gross(&gains));
    let slip = Slip {
        gains,
        dues,
        others,
        after,
        reintegration: None,
        exempt: None,
        tax_rate: draw.one(&[0, 130, 290]),
        entry: desk.entry("temporary", 5, 8),
        month: first,
        week: Some(monday),
        hours,
    };
    let job = job(&AGENCY, desk.person, &mut draw);
    let post = Post {
        regime: "interim",
        employer,
        job: job.to_owned(),
        contract: draw.one(&[("Contrat de mission", "interim"), ("Intérim", "interim")]),
        hours: 3_500,
        hourly,
        extra: None,
    };
    let mut said = desk.finish(post, &slip, &mut draw);
    let trade = draw.pick(PRIVATE);
    let user = employer::company(desk.base, trade, &mut draw);
    said["mission"] = json!({
        "numero": draw.pattern("M######"),
        "entreprise": user["nom"],
        "adresse": user["adresse"],
        "motif": draw.pick(&["Accroissement temporaire d'activité", "Remplacement d'un salarié absent"]),
        "debut": forms(first),
        "fin": forms(last_of(first)),
        "qualification": job,
    });
    said
}

fn apprentice(desk: Desk<'_>) -> Value {
    let mut draw = desk.draw("apprentice");
    let trade = draw.pick(PRIVATE);
    let employer = employer::company(desk.base, trade, &mut draw);
    let course = super::contract::course(&mut draw);
    let (percent, year) =
        draw.one(&[(43, "1re année"), (51, "2e année"), (53, "1re année"), (61, "2e année"), (67, "3e année")]);
    let hourly = share(MINIMUM_HOUR, percent * 100);
    let gains = vec![Line::each(draw.one(&["Salaire mensuel", "Salaire de base apprenti"]), 15_167, hourly)];
    let after = withheld(&mut draw, 0.1, Slip::gross(&gains));
    let slip = Slip {
        dues: dues::apprentice(Slip::gross(&gains), &mut draw),
        gains,
        others: transport(&mut draw),
        after,
        reintegration: None,
        exempt: None,
        tax_rate: 0,
        entry: desk.entry("apprentice", 5, 20),
        month: desk.month,
        week: None,
        hours: 15_167,
    };
    let post = Post {
        regime: "apprenti",
        employer,
        job: format!("Apprenti(e) {}", course.trade),
        contract: ("Contrat d'apprentissage", "apprentissage"),
        hours: 15_167,
        hourly,
        extra: None,
    };
    let mut said = desk.finish(post, &slip, &mut draw);
    let place = desk.base.world.places.house(&mut draw);
    said["formation"] = json!({
        "cfa": course.school,
        "adresse": written(&place, &mut draw),
        "diplome": course.diploma,
        "annee": year,
        "pourcentage": format!("{percent} %"),
        "maitre": employer::somebody(desk.base, &mut draw),
    });
    said
}
