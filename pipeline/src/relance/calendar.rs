//! Working days, French public holidays, quiet hours.
//!
//! Delays that the law counts run through holidays (facts D.5); only sendings wait for a working day.

use super::House;
use crate::rules::QuietHours;
use crate::values::Date;

/// Gives the day of the week, 1 (Monday) to 7 (Sunday).
pub fn weekday(date: Date) -> u8 {
    // 1970-01-01 was a Thursday.
    (date.to_days() + 3).rem_euclid(7) as u8 + 1
}

/// Gives Easter Sunday (Meeus, Jones and Butcher's rule for the Gregorian calendar).
pub fn easter(year: i32) -> Date {
    let (golden, century, in_century) = (year % 19, year / 100, year % 100);
    let leaps = century / 4;
    let correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - leaps - correction + 15) % 30;
    let sunday = (32 + 2 * (century % 4) + 2 * (in_century / 4) - epact - in_century % 4) % 7;
    let late = (golden + 11 * epact + 22 * sunday) / 451;
    let days = epact + sunday - 7 * late + 114;
    Date::new(year, (days / 31) as u8, (days % 31 + 1) as u8).expect("the rule gives a day of March or April")
}

/// Gives the public holidays of a year with their names, in order.
pub fn public_holidays(year: i32, alsace_moselle: bool) -> Vec<(Date, &'static str)> {
    let fixed = |month, day| Date::new(year, month, day).expect("these days are in every year");
    let easter = easter(year);
    let mut holidays = vec![
        (fixed(1, 1), "jour de l'an"),
        (easter.add_days(1), "lundi de Pâques"),
        (fixed(5, 1), "fête du Travail"),
        (fixed(5, 8), "victoire de 1945"),
        (easter.add_days(39), "Ascension"),
        (easter.add_days(50), "lundi de Pentecôte"),
        (fixed(7, 14), "fête nationale"),
        (fixed(8, 15), "Assomption"),
        (fixed(11, 1), "Toussaint"),
        (fixed(11, 11), "armistice de 1918"),
        (fixed(12, 25), "Noël"),
    ];
    if alsace_moselle {
        holidays.push((easter.add_days(-2), "Vendredi saint"));
        holidays.push((fixed(12, 26), "saint Étienne"));
    }
    holidays.sort_unstable();
    holidays
}

impl House {
    /// Tells whether batches leave on a day.
    pub fn works(&self, date: Date) -> bool {
        let calendar = &self.rules.calendar;
        let closed = calendar.closed.contains(&date) || self.settings.closed.contains(&date);
        let holidays = public_holidays(date.year(), self.settings.alsace_moselle);
        calendar.weekdays.contains(&weekday(date)) && !closed && !holidays.iter().any(|(day, _)| *day == date)
    }

    /// Gives the day itself if batches leave on it, else the next on which they do; itself, where none comes in a year.
    pub fn next_working(&self, date: Date) -> Date {
        (0..366).map(|days| date.add_days(days)).find(|day| self.works(*day)).unwrap_or(date)
    }
}

impl QuietHours {
    /// Tells whether nothing may ring at a minute of the day, counted from midnight, local time.
    ///
    /// # Errors
    /// A sentence, if an hour of the rule is not of the form `HH:MM`.
    pub fn holds(&self, minute: u16) -> Result<bool, String> {
        let (from, until) = (minute_of(&self.from)?, minute_of(&self.until)?);
        Ok(if from <= until { (from..until).contains(&minute) } else { minute >= from || minute < until })
    }
}

fn minute_of(text: &str) -> Result<u16, String> {
    let wrong = || format!("« {text} » n'est pas une heure de la forme HH:MM");
    let (hours, minutes) = text.split_once(':').ok_or_else(wrong)?;
    let (hours, minutes): (u16, u16) = (hours.parse().map_err(|_| wrong())?, minutes.parse().map_err(|_| wrong())?);
    if hours > 24 || minutes > 59 { Err(wrong()) } else { Ok(hours * 60 + minutes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::from_iso(text).unwrap()
    }

    #[test]
    fn easter_falls_where_almanacs_have_it() {
        let known = [
            "2000-04-23",
            "2008-03-23",
            "2011-04-24",
            "2024-03-31",
            "2025-04-20",
            "2026-04-05",
            "2027-03-28",
            "2038-04-25",
        ];
        for day in known.map(date) {
            assert_eq!(easter(day.year()), day);
            assert_eq!(weekday(day), 7, "{day}");
        }
    }

    #[test]
    fn holidays_move_with_easter_and_two_are_alsatian() {
        let has = |alsace, day: &str| public_holidays(date(day).year(), alsace).iter().any(|(on, _)| *on == date(day));
        for (day, everywhere, alsace) in [
            ("2026-04-06", true, true),
            ("2026-05-14", true, true),
            ("2026-05-25", true, true),
            ("2026-04-03", false, true),
            ("2026-12-26", false, true),
            ("2026-11-02", false, false),
        ] {
            assert_eq!((has(false, day), has(true, day)), (everywhere, alsace), "{day}");
        }
    }

    #[test]
    fn quiet_hours_cross_midnight() {
        let quiet = QuietHours { from: "20:00".to_owned(), until: "08:00".to_owned() };
        let told: Vec<bool> =
            [0, 479, 480, 1199, 1200].into_iter().map(|minute| quiet.holds(minute).unwrap()).collect();
        assert_eq!(told, [true, true, false, false, true]);
        assert!(QuietHours { from: "20h".to_owned(), until: "08:00".to_owned() }.holds(0).is_err());
    }
}
