//! Departments, as prefectures and public bodies name themselves.

const TABLE: &str = include_str!("../data/departements.txt");

/// A department.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Department {
    /// "31", "2A", "971".
    pub code: &'static str,
    /// "de la Haute-Garonne".
    pub of: &'static str,
    /// "d'Occitanie".
    pub of_region: &'static str,
}

impl Department {
    /// Gives the name alone: "Haute-Garonne".
    pub fn name(&self) -> &'static str {
        ["de la ", "de l'", "des ", "du ", "d'", "de "]
            .iter()
            .find_map(|article| self.of.strip_prefix(article))
            .unwrap_or(self.of)
    }
}

/// Gives the department of an INSEE code.
pub fn of_insee(insee: &str) -> Department {
    let find = |code: &str| {
        TABLE.lines().find_map(|line| {
            let mut words = line.split('|');
            let row = Department { code: words.next()?, of: words.next()?, of_region: words.next()? };
            (row.code == code).then_some(row)
        })
    };
    let size = if insee.starts_with("97") { 3 } else { 2 };
    let none = Department { code: "75", of: "de Paris", of_region: "d'Île-de-France" };
    insee.get(..size).and_then(find).unwrap_or(none)
}

/// Gives the name of a town after "de": `d'Albi`, `du Havre`, `de Lyon`.
pub fn of_town(town: &str) -> String {
    if let Some(rest) = town.strip_prefix("Le ") {
        return format!("du {rest}");
    }
    if let Some(rest) = town.strip_prefix("Les ") {
        return format!("des {rest}");
    }
    let vowel = super::super::text::plain(town).starts_with(['A', 'E', 'I', 'O', 'U', 'H']);
    if vowel { format!("d'{town}") } else { format!("de {town}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::Draw;
    use crate::world::places::Places;

    #[test]
    fn every_commune_has_its_department() {
        let (places, mut draw) = (Places::load(), Draw::new(1, 0, "departments"));
        for _ in 0..2000 {
            let commune = places.commune(&mut draw);
            let department = of_insee(commune.insee);
            assert!(commune.insee.starts_with(department.code), "{commune:?} {department:?}");
        }
        assert_eq!(of_insee("31555").name(), "Haute-Garonne");
        assert_eq!(of_insee("35238").name(), "Ille-et-Vilaine");
        assert_eq!(of_town("Le Havre"), "du Havre");
        assert_eq!(of_town("Évry"), "d'Évry");
    }
}
