//! From a situation to the data of a paper: which design, whose contract, what it says.

mod party;

use crate::design::{Design, Network, Period};
use crate::draw::Draw;
use crate::scenario::Twist;
use crate::world::World;
use crate::world::addresses::UnitDetail;
use crate::world::assurance::{self, Hand, Policy};
use crate::world::contracts::{self, When};
use crate::world::covers;
use crate::world::families::life::in_use;
use crate::world::families::{self, Ask};
use crate::world::insurers::{Insurer, Trade};
use crate::world::leases::{Register, Standing};
use crate::world::people::Person;
use guichet_pipeline::values::Date;
use party::{Party, strangers};
use serde_json::Value;

/// What all papers of a corpus share.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// Lexicons.
    pub world: &'a World,
    /// The leases.
    pub register: &'a Register,
    /// The designs that may be used.
    pub designs: &'a [Design],
    /// The reference date.
    pub today: Date,
}

/// A paper before it is set.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its design, an index into the scene's.
    pub design: usize,
    /// What it says.
    pub data: Value,
    /// What it said before somebody changed it.
    pub original: Option<Value>,
    /// The situation.
    pub twists: Vec<Twist>,
    /// The lease that its persons or its address name.
    pub lease: Option<usize>,
    /// Whether the address names the dwelling down to its door.
    pub whole_unit: bool,
}

/// What kind of paper is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// The folder of its design.
    pub family: &'a str,
    /// Its situation.
    pub twists: &'a [Twist],
    /// Its lease, when it goes with other papers of a household.
    pub lease: Option<usize>,
    /// Its design, an index into the scene's.
    pub design: Option<usize>,
    /// How its period is said.
    pub period: Option<Period>,
    /// Whose paper it is and of when, for pieces of an application.
    pub ask: Ask,
}

impl<'a> Wish<'a> {
    /// Wants a paper of that family in that situation, whatever else.
    pub fn new(family: &'a str, twists: &'a [Twist]) -> Self {
        Self { family, twists, lease: None, design: None, period: None, ask: Ask::default() }
    }
}

/// Draws a paper. `None` when no design can show the situation.
pub fn draw(scene: Scene<'_>, wish: Wish<'_>, draw: &mut Draw) -> Option<Draft> {
    let start = Start::draw(scene, wish, draw)?;
    let mut policy = start.policy(scene, draw);
    let original = start.twists.contains(&Twist::Forged).then(|| forge(scene, &mut policy, draw));
    let write = |policy: &Policy| dictionary(scene, start.design, policy, &start.party.hand, wish.ask, draw);
    let (data, original) = (write(&policy), original.as_ref().map(write));
    let known = !start.twists.contains(&Twist::Unknown);
    let lease = known.then_some(start.lease);
    let whole_unit = start.party.hand.addresses.detail == UnitDetail::Full;
    Some(Draft { design: start.design, data, original, twists: start.twists, lease, whole_unit })
}

/// Draws a good paper, and the same paper under the name of another tenant.
pub fn copied(scene: Scene<'_>, family: &str, draw: &mut Draw) -> Option<(Draft, Draft)> {
    let start = Start::draw(scene, Wish::new(family, &[]), draw)?;
    let singles = scene.register.standing(|standing| standing == Standing::Single);
    let other = draw.one(&singles);
    if other == start.lease {
        return None;
    }
    let mut hand = start.party.hand.clone();
    hand.addresses.detail = UnitDetail::Full;
    let policy = start.policy(scene, draw);
    let taker = &scene.register.leases[other];
    let mut copy = Policy { insured: vec![taker.holders[0].clone()], place: taker.place.clone(), ..policy.clone() };
    copy.parent = None;
    let draft = |policy: &Policy, twists: &[Twist], lease: usize| Draft {
        design: start.design,
        data: dictionary(scene, start.design, policy, &hand, Ask::default(), draw),
        original: None,
        twists: twists.to_vec(),
        lease: Some(lease),
        whole_unit: true,
    };
    Some((draft(&policy, &[], start.lease), draft(&copy, &[Twist::Copied], other)))
}

/// Gives the dictionary of a paper: the shared part, and that of its family.
fn dictionary(scene: Scene<'_>, design: usize, policy: &Policy, hand: &Hand, ask: Ask, draw: &Draw) -> Value {
    let family = scene.designs[design].family.as_str();
    let Some(fill) = families::fill(family) else { return assurance::dictionary(scene.world, policy, hand, draw) };
    // These papers name people by the name in use; the birth name is one of their own fields.
    let people: Vec<Person> = policy.insured.iter().map(in_use).collect();
    let shared = Policy { insured: people, parent: None, ..policy.clone() };
    let mut data = assurance::dictionary(scene.world, &shared, hand, draw);
    let base = families::Base {
        world: scene.world,
        people: &policy.insured,
        place: &policy.place,
        today: scene.today,
        shared: &data,
        ask,
    };
    let own = fill(base, &mut draw.sister(family));
    // `logement` is also a key of the shared part: the family's stand beside its own.
    match (&mut data[family], own) {
        (Value::Object(shared), Value::Object(own)) => shared.extend(own),
        (slot, own) => *slot = own,
    }
    data
}

/// What is settled before the contract is written.
#[derive(Debug)]
struct Start {
    design: usize,
    twists: Vec<Twist>,
    lease: usize,
    party: Party,
    period: Period,
    insurer: Insurer,
    network: Option<Network>,
    ends: bool,
    /// Whether it is a piece of an application: nobody stands beside the household.
    household: bool,
}

impl Start {
    fn draw(scene: Scene<'_>, wish: Wish<'_>, draw: &mut Draw) -> Option<Self> {
        let period = wish.period.unwrap_or(period(wish.twists, draw));
        let design = match wish.design {
            Some(design) => design,
            None => design(scene, wish.family, wish.twists, period, draw)?,
        };
        let front = &scene.designs[design].front;
        let (lease, twists) = match wish.lease {
            Some(lease) => (lease, wish.twists.to_vec()),
            None => lease(scene, wish.twists, draw)?,
        };
        let mut party = Party::tenant(&scene.register.leases[lease], draw);
        let household = families::fill(&scene.designs[design].family).is_some();
        if household {
            // Who lives there is the same on every piece.
            party.insured = scene.register.leases[lease].holders.clone();
        }
        for twist in &twists {
            party.twist(scene, *twist, lease, draw);
        }
        let own_trade = draw.chance(OWN_TRADE_SHARE);
        let trade = trade(&front.famille).filter(|_| own_trade);
        let insurer = scene.world.insurers.insurer(draw, front.split, trade);
        let ends = front.type_code == "resiliation_assurance" && draw.chance(0.5);
        Some(Self { design, twists, lease, party, period, insurer, network: front.reseau, ends, household })
    }
}

/// Share of papers whose insurer sells as the design's layout suggests.
const OWN_TRADE_SHARE: f64 = 0.85;

/// Draws how the period is said: without an end only where that is the situation.
fn period(twists: &[Twist], draw: &mut Draw) -> Period {
    if twists.contains(&Twist::NoEnd) {
        return Period::Tacite;
    }
    *draw.weighted(&[(7.0, Period::Intervalle), (1.5, Period::ZeroHeure), (1.5, Period::UnAn)])
}

/// Draws a design that can show the situation.
fn design(scene: Scene<'_>, family: &str, twists: &[Twist], period: Period, draw: &mut Draw) -> Option<usize> {
    let mut needed = Vec::new();
    for twist in twists {
        match twist {
            Twist::NoCover => needed.push("garanties"),
            Twist::Landlord | Twist::Owner => needed.push("qualite_occupant"),
            _ => {}
        }
    }
    let fits = |design: &Design| {
        let front = &design.front;
        let period_fits = front.periodes.is_empty() || front.periodes.contains(&period);
        design.family == family
            && period_fits
            && needed.iter().all(|field| front.prints.iter().any(|printed| printed == field))
    };
    let choices: Vec<(f64, usize)> = scene
        .designs
        .iter()
        .enumerate()
        .filter(|(_, design)| fits(design))
        .map(|(at, design)| (design.front.poids, at))
        .collect();
    (!choices.is_empty()).then(|| *draw.weighted(&choices))
}

/// Draws the lease; a situation that this register cannot show is left out.
fn lease(scene: Scene<'_>, twists: &[Twist], draw: &mut Draw) -> Option<(usize, Vec<Twist>)> {
    let register = scene.register;
    let mut twists = twists.to_vec();
    let singles = register.standing(|standing| standing == Standing::Single);
    let flats = || singles.iter().copied().filter(|&at| register.leases[at].place.unit.door.is_some()).collect();
    let numbered = || singles.iter().copied().filter(|&at| register.leases[at].place.number.is_some()).collect();
    let choices: Vec<usize> = if twists.contains(&Twist::Double) {
        let doubles = register.standing(|standing| matches!(standing, Standing::Double(_)));
        if doubles.is_empty() {
            twists.retain(|twist| *twist != Twist::Double);
        }
        doubles
    } else if twists.contains(&Twist::OtherFlat) {
        flats()
    } else if twists.contains(&Twist::OtherNumber) {
        numbered()
    } else if twists.is_empty() {
        register.standing(|standing| matches!(standing, Standing::Single | Standing::Homonym))
    } else {
        Vec::new()
    };
    let choices = if choices.is_empty() { singles } else { choices };
    (!choices.is_empty()).then(|| (draw.one(&choices), twists))
}

/// Gives the trade that the words on a design's layout speak of.
fn trade(layout: &str) -> Option<Trade> {
    let words: &[(&str, Trade)] = &[
        ("étudi", Trade::Student),
        ("banque", Trade::Bank),
        ("mutuelle", Trade::Mutual),
        ("agent", Trade::Agents),
        ("insurtech", Trade::Insurtech),
        ("direct", Trade::Direct),
        ("en ligne", Trade::Direct),
    ];
    words.iter().find(|(word, _)| layout.contains(word)).map(|(_, trade)| *trade)
}

impl Start {
    fn policy(&self, scene: Scene<'_>, draw: &mut Draw) -> Policy {
        let twists = &self.twists;
        let (insurer, party, period) = (self.insurer.clone(), self.party.clone(), self.period);
        let has = |twist: Twist| twists.contains(&twist);
        let when = if has(Twist::Ended) || self.ends {
            When::Ended
        } else if has(Twist::Later) {
            When::Later
        } else {
            When::Current
        };
        let days = contracts::days(draw, scene.today, when, period, insurer.trade);
        let code = if has(Twist::Landlord) {
            Some("proprietaire_non_occupant")
        } else if has(Twist::Owner) {
            Some("proprietaire_occupant")
        } else if draw.chance(0.15) {
            None
        } else if party.shared && draw.chance(0.7) {
            Some("colocataire")
        } else if draw.chance(0.01) {
            Some("occupant_gratuit")
        } else {
            Some("locataire")
        };
        let quality = code.map(|code| (code, covers::quality(draw, code)));
        let state = has(Twist::Terminated).then(|| {
            // Said before the reference date, or announced for soon after it.
            let day = scene.today.add_days(draw.between(-150, 25)).max(days.start.add_days(1));
            covers::ended_state(draw, day, scene.today)
        });
        let number = (!has(Twist::NoNumber)).then(|| contracts::policy_number(&insurer, draw));
        let covers = if has(Twist::NoCover) { covers::without_tenant(draw) } else { covers::tenant(draw) };
        let broker = match self.network {
            Some(Network::Courtier) => true,
            Some(Network::Aucun) => false,
            None => draw.chance(0.25),
        };
        let mut insured = party.insured;
        let mut parent = None;
        let student = if insurer.trade == Trade::Student { 0.5 } else { 0.02 };
        // Parents and flatmates stand on insurance papers only.
        let alone = insured.len() == 1 && !self.household;
        if alone && draw.chance(student) {
            let surname = insured[0].surname.clone();
            parent = Some(scene.world.names.relative(draw, surname, "france", scene.today, (42, 60)));
        } else if alone && !twists.iter().any(|twist| twist.is_about_name()) && draw.chance(0.07) {
            // A spouse or flatmate who is not on the lease stands beside the tenant.
            insured.extend(strangers(scene, draw).into_iter().take(1));
        }
        let correspondence = draw.chance(0.13).then(|| scene.world.places.house(draw));
        Policy {
            insurer,
            broker,
            number,
            masked: has(Twist::Masked),
            days,
            period,
            covers,
            quality,
            state,
            insured,
            parent,
            place: party.place,
            correspondence,
        }
    }
}

/// Changes what the paper says, as somebody would who has an old one or another person's; gives it as it was before.
fn forge(scene: Scene<'_>, policy: &mut Policy, draw: &mut Draw) -> Policy {
    let mut before = policy.clone();
    match draw.below(10) {
        0..=2 => before.insured[0] = strangers(scene, draw).remove(0),
        // The end alone is moved: the paper then speaks of two years.
        3..=5 if policy.period != Period::UnAn => {
            let earlier = policy.days.start.add_months(-12);
            (policy.days.start, before.days.start) = (earlier, earlier);
            before.days.last = policy.days.last.add_months(-12);
            policy.days.contract = policy.days.contract.min(earlier);
            before.days.contract = policy.days.contract;
        }
        _ => {
            let months = -12 * draw.between(1, 2);
            before.days.start = policy.days.start.add_months(months);
            before.days.last = policy.days.last.add_months(months);
        }
    }
    before
}
