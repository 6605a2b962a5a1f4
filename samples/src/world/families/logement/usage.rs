//! What a service counts and costs: the lines of a bill and the meters behind them.

use super::Home;
use super::bills::Service;
use crate::draw::Draw;
use crate::world::families::figures::{Cents, rounded, share};
use serde_json::{Value, json};

/// One line; a price is in ten-thousandths of a euro.
pub(super) struct Line {
    group: &'static str,
    label: String,
    detailed: bool,
    quantity: Option<(i64, Option<&'static str>)>,
    price: Option<i64>,
    pub(super) net: Cents,
    /// Tenths of a percent.
    pub(super) rate: i64,
}

impl Line {
    fn metered(group: &'static str, label: &str, quantity: i64, unit: &'static str, price: i64, rate: i64) -> Self {
        let net = rounded(quantity * price, 100);
        Self {
            group,
            label: label.to_owned(),
            detailed: false,
            quantity: Some((quantity, Some(unit))),
            price: Some(price),
            net,
            rate,
        }
    }

    fn flat(group: &'static str, label: &str, net: Cents, rate: i64) -> Self {
        Self { group, label: label.to_owned(), detailed: false, quantity: None, price: None, net, rate }
    }

    fn detailed(self) -> Self {
        Self { detailed: true, ..self }
    }

    pub(super) fn json(&self, home: Home<'_>, span: &str) -> Value {
        json!({
            "groupe": self.group,
            "libelle": self.label,
            "detail": self.detailed.then_some(span),
            "quantite": self.quantity.map(|(count, _)| count.to_string()),
            "unite": self.quantity.and_then(|(_, unit)| unit),
            "prix": self.price.map(price_text),
            "ht": home.figures.euros(self.net),
            "taux": rate_text(self.rate),
        })
    }
}

/// Prints ten-thousandths: `0,2016`, `9,88`.
fn price_text(price: i64) -> String {
    let text = format!("{},{:04}", price / 10_000, price % 10_000);
    text.strip_suffix("00").unwrap_or(&text).to_owned()
}

/// Prints tenths of a percent: `5,5 %`.
pub(super) fn rate_text(tenths: i64) -> String {
    if tenths % 10 == 0 { format!("{} %", tenths / 10) } else { format!("{},{} %", tenths / 10, tenths % 10) }
}

/// A meter and what it counted.
pub(super) struct Meter {
    pub(super) dial: &'static str,
    pub(super) before: i64,
    pub(super) used: i64,
}

/// What was used in the period, and what it costs.
#[derive(Default)]
pub(super) struct Use {
    pub(super) lines: Vec<Line>,
    pub(super) meters: Vec<Meter>,
    pub(super) power: Option<String>,
    pub(super) option: Option<&'static str>,
    /// Hundredths of a kWh a cubic metre.
    pub(super) conversion: Option<i64>,
}

/// Draws what was used.
pub(super) fn usage(service: Service, offer: &str, fixed: &mut Draw, draw: &mut Draw) -> Use {
    match service {
        Service::Electricity => electricity(fixed, draw),
        Service::Gas => gas(fixed, draw),
        Service::Water => water(fixed, draw),
        _ => telecom(service, offer, fixed, draw),
    }
}

/// Energy is taxed at 20 % since August 2025, on everything.
const FULL: i64 = 200;

fn electricity(fixed: &mut Draw, draw: &mut Draw) -> Use {
    let power = fixed.one(&["3", "6", "6", "9", "12"]);
    let two = fixed.chance(0.4);
    let price = i64::from(fixed.between(1_480, 2_150));
    let mut used = Use {
        power: Some(format!("{power} kVA")),
        option: Some(if two { "heures pleines / heures creuses" } else { "base" }),
        ..Use::default()
    };
    let label = format!("Abonnement {power} kVA");
    let subscription = 100 * i64::from(fixed.between(790, 1_850));
    used.lines.push(Line::metered("abonnement", &label, 2, "mois", subscription, FULL).detailed());
    let dials: &[(&str, &str)] = if two {
        &[("Heures pleines", "Consommation heures pleines"), ("Heures creuses", "Consommation heures creuses")]
    } else {
        &[("Base", "Consommation")]
    };
    let mut total = 0;
    for (at, (dial, label)) in dials.iter().enumerate() {
        let kwh = i64::from(draw.between(90, 900));
        let price = if at == 0 { price } else { price - 350 };
        used.lines.push(Line::metered("consommation", label, kwh, "kWh", price, FULL).detailed());
        used.meters.push(Meter { dial, before: i64::from(draw.between(4_000, 60_000)), used: kwh });
        total += kwh;
    }
    let transport = Cents::from(draw.between(320, 980));
    used.lines.push(Line::flat("taxes", "Contribution tarifaire d'acheminement (CTA)", transport, FULL));
    used.lines.push(Line::metered("taxes", "Accise sur l'électricité", total, "kWh", 257, FULL));
    used
}

fn gas(fixed: &mut Draw, draw: &mut Draw) -> Use {
    let conversion = i64::from(fixed.between(1_050, 1_160));
    let cubic = i64::from(draw.between(12, 210));
    let kwh = rounded(cubic * conversion, 100);
    let subscription = 100 * i64::from(fixed.between(780, 2_400));
    let price = i64::from(fixed.between(790, 1_180));
    let transport = Cents::from(draw.between(250, 620));
    Use {
        lines: vec![
            Line::metered(
                "abonnement",
                fixed.one(&["Abonnement B1", "Abonnement base"]),
                2,
                "mois",
                subscription,
                FULL,
            )
            .detailed(),
            Line::metered("consommation", "Consommation", kwh, "kWh", price, FULL).detailed(),
            Line::flat("taxes", "Contribution tarifaire d'acheminement (CTA)", transport, FULL),
            Line::metered("taxes", "Accise sur le gaz naturel", kwh, "kWh", 105, FULL),
        ],
        meters: vec![Meter { dial: "Compteur", before: i64::from(draw.between(900, 9_000)), used: cubic }],
        conversion: Some(conversion),
        ..Use::default()
    }
}

fn water(fixed: &mut Draw, draw: &mut Draw) -> Use {
    const SUPPLY: &str = "Distribution de l'eau";
    const SEWAGE: &str = "Collecte et traitement des eaux usées";
    const BODIES: &str = "Organismes publics";
    let cubic = i64::from(draw.between(14, 95));
    let mut price = |low: i32, high: i32| i64::from(fixed.between(low, high));
    let (supply, sewage) = (price(20_000, 48_000), price(12_000, 26_000));
    Use {
        lines: vec![
            Line::metered(SUPPLY, "Abonnement", 6, "mois", supply, 55).detailed(),
            Line::metered(SUPPLY, "Consommation", cubic, "m³", price(11_000, 21_000), 55),
            Line::metered(SUPPLY, "Préservation des ressources en eau", cubic, "m³", price(500, 1_100), 55),
            Line::metered(SEWAGE, "Abonnement", 6, "mois", sewage, 100).detailed(),
            Line::metered(SEWAGE, "Consommation", cubic, "m³", price(12_000, 22_000), 100),
            Line::metered(BODIES, "Lutte contre la pollution", cubic, "m³", price(2_200, 3_600), 55),
            Line::metered(BODIES, "Modernisation des réseaux", cubic, "m³", price(1_500, 2_500), 100),
        ],
        meters: vec![Meter { dial: "Compteur", before: i64::from(draw.between(120, 3_000)), used: cubic }],
        ..Use::default()
    }
}

fn telecom(service: Service, offer: &str, fixed: &mut Draw, draw: &mut Draw) -> Use {
    let monthly = Cents::from(match service {
        Service::Mobile => fixed.between(560, 2_400),
        Service::Internet => fixed.between(1_990, 4_200),
        _ => fixed.between(1_390, 1_760),
    });
    let once = |label: &str, net: Cents| Line {
        quantity: Some((1, None)),
        ..Line::flat("abonnement", label, net, FULL).detailed()
    };
    let label = if service == Service::Line { "Abonnement téléphonique" } else { offer };
    let mut lines = vec![once(label, monthly)];
    if service == Service::Internet && fixed.chance(0.6) {
        lines.push(once("Location du décodeur TV", Cents::from(fixed.between(180, 600))));
    }
    if draw.chance(0.5) {
        let label =
            draw.one(&["Communications hors forfait", "Communications vers les mobiles", "Appels vers l'étranger"]);
        lines.push(Line::flat("communications", label, Cents::from(draw.between(40, 900)), FULL));
    }
    if draw.chance(0.25) {
        lines.push(Line::flat("remise", "Remise fidélité", -share(monthly, 2_000), FULL));
    }
    Use { lines, ..Use::default() }
}
