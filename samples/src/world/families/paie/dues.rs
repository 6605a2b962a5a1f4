//! The contributions of a pay slip, regime by regime.

use super::slip::Due;
use crate::draw::Draw;
use crate::world::families::figures::{Cents, rounded, share};

/// The hourly minimum wage, and what it makes of a month of 151.67 hours.
pub(super) const MINIMUM_HOUR: Cents = 1_202;
const MINIMUM_MONTH: Cents = 182_307;
/// The monthly ceiling of social security, 2026.
const CEILING: Cents = 400_500;

const HEALTH: &str = "Santé";
const ACCIDENTS: &str = "Accidents du travail - maladies professionnelles";
const PENSION: &str = "Retraite";
const FAMILY: &str = "Famille";
const JOBLESS: &str = "Assurance chômage";
const OTHER: &str = "Autres contributions dues par l'employeur";
const TAXES: &str = "CSG et CRDS";
const RELIEF: &str = "Allègements de cotisations";

fn due(section: &'static str, label: &str, base: Cents, employee: Option<i64>, employer: Option<i64>) -> Due {
    let part = |rate: Option<i64>| rate.map(|rate| share(base, rate));
    Due {
        section,
        label: label.to_owned(),
        base: Some(base),
        rates: (employee, employer),
        parts: (part(employee), part(employer)),
        taxable: true,
        social: true,
    }
}

fn flat(section: &'static str, label: &str, parts: (Option<Cents>, Option<Cents>)) -> Due {
    Due { section, label: label.to_owned(), base: None, rates: (None, None), parts, taxable: true, social: true }
}

/// Base of CSG and CRDS: 98.25 % of the gross, and the employer's part of the health cover.
fn tax_base(gross: Cents, cover: Cents) -> Cents {
    share(gross, 9_825) + cover
}

/// Gives what employer and employee pay for a private employee; and the employer's part of the health cover, which people
/// on missions do not have.
pub(super) fn private(gross: Cents, may_have_cover: bool, draw: &mut Draw) -> (Vec<Due>, Option<Cents>) {
    let capped = gross.min(CEILING);
    let mut dues = vec![due(
        HEALTH,
        draw.one(&["Sécurité sociale - Maladie Maternité Invalidité Décès", "Assurance maladie", "Maladie"]),
        gross,
        None,
        Some(if gross > MINIMUM_MONTH * 9 / 4 { 1_300 } else { 700 }),
    )];
    let mut cover = None;
    if draw.chance(0.55) && may_have_cover {
        let (own, other) = draw.one(&[(1_850, 1_850), (2_130, 2_130), (1_575, 2_362), (2_499, 2_500), (1_640, 3_050)]);
        let label =
            draw.one(&["Complémentaire santé", "Mutuelle", "Frais de santé obligatoire", "Complémentaire Santé"]);
        dues.push(Due { social: false, ..flat(HEALTH, label, (Some(own), Some(other))) });
        cover = Some(other);
    }
    if draw.chance(0.5) {
        let label = draw.one(&[
            "Prévoyance non cadre TA",
            "Complémentaire Incapacité Invalidité Décès",
            "Prévoyance Tranche 1",
        ]);
        dues.push(due(HEALTH, label, capped, Some(40), Some(60)));
    }
    let accidents = draw.one(&[75, 114, 162, 208, 305]);
    dues.push(due(ACCIDENTS, draw.one(&["Accidents du travail", "AT-MP"]), gross, None, Some(accidents)));
    dues.push(due(
        PENSION,
        draw.one(&["Sécurité sociale plafonnée", "Vieillesse plafonnée"]),
        capped,
        Some(690),
        Some(855),
    ));
    dues.push(due(
        PENSION,
        draw.one(&["Sécurité sociale déplafonnée", "Vieillesse déplafonnée"]),
        gross,
        Some(40),
        Some(211),
    ));
    let complementary = draw.one(&["Complémentaire Tranche 1", "Retraite compl. T1", "Agirc-Arrco T1"]);
    dues.push(due(PENSION, complementary, capped, Some(315), Some(472)));
    dues.push(due(PENSION, "Contribution d'équilibre général T1", capped, Some(86), Some(129)));
    dues.push(due(FAMILY, "Allocations familiales", gross, None, Some(if gross > 638_000 { 525 } else { 345 })));
    dues.push(due(JOBLESS, draw.one(&["Chômage", "Assurance chômage"]), gross, None, Some(400)));
    dues.push(due(JOBLESS, "AGS", gross, None, Some(25)));
    if draw.chance(0.4) {
        let label = draw.one(&["Contributions diverses employeur", "Autres contributions employeur"]);
        dues.push(flat(OTHER, label, (None, Some(share(gross, 348)))));
    } else {
        dues.push(due(OTHER, "FNAL", gross, None, Some(50)));
        dues.push(due(OTHER, "Contribution solidarité autonomie", gross, None, Some(30)));
        dues.push(due(OTHER, "Formation professionnelle", gross, None, Some(100)));
        dues.push(due(OTHER, "Taxe d'apprentissage", gross, None, Some(68)));
        if draw.chance(0.6) {
            dues.push(due(OTHER, "Versement mobilité", gross, None, Some(200)));
        }
    }
    let base = tax_base(gross, cover.unwrap_or(0));
    let label = draw.one(&["CSG déductible de l'impôt sur le revenu", "CSG déductible"]);
    dues.push(due(TAXES, label, base, Some(680), None));
    let label = draw.one(&["CSG/CRDS non déductible de l'impôt sur le revenu", "CSG et CRDS non déductibles"]);
    dues.push(Due { taxable: false, ..due(TAXES, label, base, Some(290), None) });
    if let Some(amount) = relief(gross) {
        let label = draw.one(&[
            "Réduction générale dégressive",
            "Allègement de cotisations employeur",
            "Exonérations et allègements",
        ]);
        dues.push(flat(RELIEF, label, (None, Some(-amount))));
    }
    (dues, cover)
}

/// Gives the general relief: nothing above 1.6 times the minimum wage.
fn relief(gross: Cents) -> Option<Cents> {
    let over = 16 * MINIMUM_MONTH - 10 * gross;
    let rate = if gross > 0 { (over * 3_194 / (6 * gross)).clamp(0, 3_194) } else { 0 };
    (rate > 0).then(|| share(gross, rate))
}

/// Gives the contributions of an apprentice, who pays hardly any.
pub(super) fn apprentice(gross: Cents, draw: &mut Draw) -> Vec<Due> {
    let mut dues = vec![due(HEALTH, "Assurance maladie", gross, None, Some(700))];
    if draw.chance(0.4) {
        dues.push(due(HEALTH, "Complémentaire Incapacité Invalidité Décès", gross, Some(40), Some(60)));
    }
    dues.push(due(ACCIDENTS, "Accidents du travail", gross, None, Some(draw.one(&[75, 114, 208]))));
    dues.push(due(PENSION, "Sécurité sociale plafonnée", gross, None, Some(855)));
    dues.push(due(PENSION, "Complémentaire Tranche 1", gross, None, Some(601)));
    dues.push(due(FAMILY, "Allocations familiales", gross, None, Some(345)));
    dues.push(due(JOBLESS, "Chômage", gross, None, Some(400)));
    dues.push(due(JOBLESS, "AGS", gross, None, Some(25)));
    dues.push(due(OTHER, "FNAL", gross, None, Some(50)));
    dues.push(due(OTHER, "Contribution solidarité autonomie", gross, None, Some(30)));
    dues.push(due(OTHER, "Formation professionnelle", gross, None, Some(100)));
    if let Some(amount) = relief(gross) {
        dues.push(flat(RELIEF, "Exonérations et allègements", (None, Some(-amount))));
    }
    dues
}

/// Gives the contributions of a public agent: `pay` is the salary by index, the rest of `gross` are bonuses.
pub(super) fn public(pay: Cents, gross: Cents, statutory: bool, draw: &mut Draw) -> Vec<Due> {
    const STATUS: &str = "Cotisations statutaires";
    const SOCIAL: &str = "Sécurité sociale";
    const CSG: &str = "CSG - CRDS";
    let mut dues = Vec::new();
    if statutory {
        dues.push(due(
            STATUS,
            draw.one(&["Retenue CNRACL", "CNRACL", "Retraite CNRACL"]),
            pay,
            Some(1_110),
            Some(3_465),
        ));
        let bonus = (gross - pay).min(share(pay, 2_000));
        dues.push(due(STATUS, draw.one(&["Retraite additionnelle RAFP", "RAFP"]), bonus, Some(500), Some(500)));
    } else {
        dues.push(due(STATUS, "Ircantec tranche A", gross, Some(280), Some(420)));
        dues.push(due(SOCIAL, "Vieillesse plafonnée", gross.min(CEILING), Some(690), Some(855)));
        dues.push(due(SOCIAL, "Vieillesse déplafonnée", gross, Some(40), Some(211)));
    }
    dues.push(due(SOCIAL, "Assurance maladie", pay, None, Some(988)));
    dues.push(due(SOCIAL, "Allocations familiales", pay, None, Some(525)));
    let base = tax_base(gross, 0);
    dues.push(due(CSG, "CSG déductible", base, Some(680), None));
    dues.push(Due { taxable: false, ..due(CSG, "CSG non déductible", base, Some(240), None) });
    dues.push(Due { taxable: false, ..due(CSG, "CRDS", base, Some(50), None) });
    dues
}

/// Gives the seven contributions of somebody whom a household employs.
pub(super) fn household(gross: Cents) -> Vec<Due> {
    const ALL: &str = "Cotisations";
    let base = tax_base(gross, 0);
    vec![
        due(ALL, "Assurance vieillesse et maladie", gross, Some(730), Some(1_850)),
        due(ALL, "Retraite complémentaire", gross, Some(401), Some(601)),
        due(ALL, "Assurance chômage", gross, None, Some(405)),
        due(ALL, "Prévoyance", gross, Some(104), Some(116)),
        due(ALL, "Formation professionnelle, dialogue social", gross, None, Some(57)),
        due(ALL, "CSG déductible", base, Some(680), None),
        Due { taxable: false, ..due(ALL, "CSG et CRDS non déductibles", base, Some(290), None) },
    ]
}

/// Gives the pay of a month by index: the point is worth 4.92278 euros.
pub(super) fn pay_by_index(index: i64) -> Cents {
    rounded(index * 492_278, 1_000)
}
