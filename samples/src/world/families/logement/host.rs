//! The sworn statement of whoever houses somebody.

use super::Home;
use super::parties::{birthplace, contact, with_birth};
use crate::draw::Draw;
use crate::world::dates::forms;
use crate::world::families::departments;
use crate::world::families::household::Household;
use crate::world::people::{self, NameStyle, Sex};
use serde_json::{Value, json};

/// Share of statements that are older than three months.
const OLD_SHARE: f64 = 0.12;

/// Gives `d.logement.hebergement`.
pub(super) fn fill(home: Home<'_>, draw: &mut Draw) -> Value {
    let (base, mut fixed) = (home.base, home.fixed("host"));
    let guest = &base.people[0];
    let world = base.world;
    let host = if fixed.chance(0.4) {
        world.names.relative(&mut fixed, guest.surname.clone(), "france", base.today, (25, 78))
    } else {
        world.names.person(&mut fixed, base.today, 25, 78)
    };
    let second = fixed.chance(0.3).then(|| {
        let other = world.names.relative(&mut fixed, host.surname.clone(), "france", base.today, (25, 78));
        with_birth(home, &other, contact(&other, &mut fixed))
    });
    let since = base.today.add_days(-fixed.between(40, 1_500));
    let back = if base.is_old(OLD_SHARE, draw) { draw.between(95, 400) } else { draw.between(1, 80) };
    let signed = base.today.add_days(-back).max(since.add_days(5)).min(base.today);
    let civility = if guest.sex == Sex::F { "Madame" } else { "Monsieur" };
    let count = *draw.weighted(&[(6.0, 0), (2.0, 1), (1.5, 2), (0.5, 4)]);
    let household = Household::of(world, base.people, base.today);
    let children: Vec<Value> =
        household.children.iter().take(count).map(|child| people::forms(child, None, NameStyle::default())).collect();
    let department = departments::of_insee(base.place.commune.insee);
    let paper = draw.chance(0.7).then(|| {
        json!({
            "nature": draw.pick(&["carte nationale d'identité", "passeport", "carte de résident"]),
            "numero": draw.pattern_of(&["##@@#####", "############", "@##@@#@##"]),
            "delivree_le": forms(base.today.add_days(-draw.between(100, 3_200))),
            "autorite": format!("préfecture {}", department.of),
        })
    });
    json!({
        "hebergeant": with_birth(home, &host, contact(&host, &mut fixed)),
        "second": second,
        "lien": draw.chance(0.7).then(|| home.lists.text(draw, &["liens", civility])),
        "depuis": forms(since),
        "signature": forms(signed),
        "lieu": base.place.commune.name,
        "naissance": forms(guest.born),
        "naissance_lieu": birthplace(home, guest),
        "qualite": draw.pick(&["locataire", "propriétaire"]),
        "gratuit": draw.chance(0.8),
        "motif": draw.chance(0.5).then(|| home.lists.text(draw, &["motifs_hebergement"])),
        "enfants": children,
        "piece": paper,
    })
}
