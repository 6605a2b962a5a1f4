//! Bills of energy, water and telephone, whose lines, taxes and totals add up.

use super::Home;
use super::lists::text;
use super::parties::company;
use super::usage::{Line, rate_text, usage};
use crate::draw::Draw;
use crate::world::dates::forms;
use crate::world::families::calendar::{first_of, month};
use crate::world::families::figures::{Cents, share};
use crate::world::places::{mobile, telephone};
use guichet_pipeline::values::Date;
use serde_json::{Value, json};

/// Gives the six bills.
pub(super) fn fill(home: Home<'_>, draw: &mut Draw) -> Value {
    let mut said = json!({});
    for service in
        [Service::Electricity, Service::Gas, Service::Water, Service::Line, Service::Mobile, Service::Internet]
    {
        said[service.key()] = bill(home, service, draw);
    }
    said
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    Electricity,
    Gas,
    Water,
    Line,
    Mobile,
    Internet,
}

impl Service {
    fn key(self) -> &'static str {
        match self {
            Self::Electricity => "electricite",
            Self::Gas => "gaz",
            Self::Water => "eau",
            Self::Line => "fixe",
            Self::Mobile => "mobile",
            Self::Internet => "internet",
        }
    }

    fn list(self) -> &'static str {
        match self {
            Self::Electricity | Self::Gas | Self::Water => self.key(),
            _ => "telecom",
        }
    }

    fn offers(self) -> &'static [&'static str] {
        match self {
            Self::Electricity => &["Offre Sérénité", "Tarif réglementé", "Électricité verte fixe", "Offre Classique"],
            Self::Gas => &["Gaz Tranquille", "Offre gaz indexée", "Gaz naturel Prix fixe"],
            Self::Water => &["Abonnement domestique", "Service de l'eau"],
            Self::Line => &["Ligne résidentielle", "Abonnement principal"],
            Self::Mobile => &["Forfait mobile 80 Go", "Forfait 2 h", "Forfait illimité 150 Go", "Série libre 20 Go"],
            Self::Internet => &["Box fibre 1 Gbit/s", "Offre fibre", "Box ADSL essentielle"],
        }
    }

    fn months(self) -> i32 {
        match self {
            Self::Electricity | Self::Gas => 2,
            Self::Water => 6,
            _ => 1,
        }
    }
}

/// Share of bills that are older than three months.
const OLD_SHARE: f64 = 0.12;

fn bill(home: Home<'_>, service: Service, draw: &mut Draw) -> Value {
    let mut fixed = home.fixed(service.key());
    let supplier = home.lists.object(&mut fixed, service.list());
    let supplier = company(home, text(&supplier["marque"]), text(&supplier["societe"]), &mut fixed);
    let offer = fixed.one(service.offers());
    let back = if home.base.is_old(OLD_SHARE, draw) { draw.between(95, 420) } else { draw.between(2, 85) };
    let issued = home.base.today.add_days(-back);
    let to = issued.add_days(-draw.between(2, 8));
    let from = to.add_months(-service.months()).add_days(1);
    let used = usage(service, offer, &mut fixed, draw);
    let short = |day: Date| forms(day)["court"].as_str().unwrap_or_default().to_owned();
    let span = format!("du {} au {}", short(from), short(to));
    let lines: Vec<Value> = used.lines.iter().map(|line| line.json(home, &span)).collect();
    let mut said = json!({
        "fournisseur": supplier,
        "client": fixed.pattern_of(&["# ### ### ###", "C### ### ###", "### ### ###", "########"]),
        "contrat": fixed.pattern("##########"),
        "numero": draw.pattern_of(&["20########", "F20######", "FA########", "#### #### ###"]),
        "mandat": fixed.pattern("RUM############"),
        "offre": offer,
        "emission": forms(issued),
        "limite": forms(issued.add_days(draw.between(14, 24))),
        "debut": forms(from),
        "fin": forms(to),
        "prochaine": forms(issued.add_months(service.months())),
        "souscription": forms(home.base.today.add_days(-fixed.between(450, 3_300))),
        "point": point(home, service, &mut fixed),
        "puissance": used.power,
        "option": used.option,
        "lignes": lines,
        "releves": used.meters.iter().map(|meter| json!({"cadran": meter.dial, "ancien": meter.before.to_string(), "nouveau": (meter.before + meter.used).to_string(), "consommation": meter.used.to_string()})).collect::<Vec<_>>(),
        "conversion": used.conversion.map(|factor| format!("{},{:02}", factor / 100, factor % 100)),
        "historique": history(service, issued, draw),
        "mode": draw.pick(&["prélèvement automatique", "virement", "chèque ou carte bancaire"]),
    });
    totals(home, &used.lines, issued, draw, &mut said);
    said
}

fn totals(home: Home<'_>, lines: &[Line], issued: Date, draw: &mut Draw, said: &mut Value) {
    let euros = |cents: Cents| home.figures.euros(cents);
    let net: Cents = lines.iter().map(|line| line.net).sum();
    let mut rates: Vec<i64> = lines.iter().map(|line| line.rate).collect();
    rates.sort_unstable();
    rates.dedup();
    let taxes: Vec<(i64, Cents, Cents)> = rates
        .into_iter()
        .map(|rate| {
            let base: Cents = lines.iter().filter(|line| line.rate == rate).map(|line| line.net).sum();
            (rate, base, share(base, rate * 10))
        })
        .collect();
    let tax: Cents = taxes.iter().map(|(.., amount)| amount).sum();
    let total = net + tax;
    let paid = draw.chance(0.25).then(|| share(total, i64::from(draw.between(800, 6_000))));
    let instalment = 100 * Cents::from(draw.between(18, 160));
    let first = issued.add_months(1).add_days(10 - i32::from(issued.day().min(28)));
    let plan: Vec<Value> =
        (0..10).map(|at| json!({"date": forms(first.add_months(at)), "montant": euros(instalment)})).collect();
    super::rent::extend(
        said,
        json!({
            "total_ht": euros(net),
            "tva": taxes.iter().map(|(rate, base, amount)| json!({"taux": rate_text(*rate), "base": euros(*base), "montant": euros(*amount)})).collect::<Vec<_>>(),
            "total_tva": euros(tax),
            "total_ttc": euros(total),
            "deduit": paid.map(euros),
            "a_payer": euros(total - paid.unwrap_or(0)),
            "echeancier": plan,
            "total_annuel": euros(10 * instalment),
        }),
    );
}

fn point(home: Home<'_>, service: Service, draw: &mut Draw) -> Value {
    let (label, number) = match service {
        Service::Electricity => ("PDL", draw.pattern("##############")),
        Service::Gas => ("PCE", draw.pattern("##############")),
        Service::Water => ("N° de compteur", draw.pattern("D##@@######")),
        Service::Mobile => ("Ligne", mobile(draw)),
        Service::Line | Service::Internet => ("Ligne", telephone(draw, home.base.place.postcode)),
    };
    json!({"libelle": label, "numero": number})
}

fn history(service: Service, issued: Date, draw: &mut Draw) -> Value {
    let count = if service == Service::Water { 6 } else { 12 };
    (0..count)
        .map(|at| {
            let name = month(first_of(issued.add_months(at + 1 - count)));
            let short = name["abrege"].as_str().unwrap_or_default().split(' ').next().unwrap_or_default().to_owned();
            json!({"mois": short, "valeur": draw.between(20, 400)})
        })
        .collect()
}
