//! From the pages of `rules/relances/` to linked ladders.
//!
//! A page is a ladder, or the calendar and the goods without one. Mistakes are told with the word that stands on their line.

use super::lint::closest;
use super::relance::{
    CalendarRule, GoodsRule, Ladder, LadderHead, RelanceRules, ReplyRule, SignalRule, StepKind, StepRule, TrackRule,
};
use serde::Deserialize;
use std::collections::BTreeSet;

/// One page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RelancePage {
    ladder: Option<LadderHead>,
    #[serde(default, rename = "step")]
    steps: Vec<StepRule>,
    #[serde(default, rename = "track")]
    tracks: Vec<TrackRule>,
    refusal: Option<ReplyRule>,
    thanks: Option<ReplyRule>,
    on_behalf_end: Option<ReplyRule>,
    #[serde(default)]
    goods: Vec<GoodsRule>,
    calendar: Option<CalendarRule>,
    #[serde(default, rename = "signal")]
    signals: Vec<SignalRule>,
}

/// A mistake: the word whose line it stands on, and what is wrong.
pub(super) type Mistake = (String, String);

/// What may stand in the sentence of a step.
const PLACES: &[&str] = &["{situation}", "{fin}", "{debut}", "{preuve}"];

impl RelancePage {
    /// Adds the page to the rules.
    pub(super) fn link(self, rules: &mut RelanceRules) -> Result<(), Mistake> {
        let Self { ladder, steps, tracks, refusal, thanks, on_behalf_end, goods, calendar, signals } = self;
        rules.goods.extend(goods);
        rules.signals.extend(signals);
        rules.calendar = calendar.unwrap_or_else(|| std::mem::take(&mut rules.calendar));
        let Some(head) = ladder else {
            return match steps.first() {
                Some(step) => {
                    Err((step.code.clone(), format!("step \"{}\" stands on a page without [ladder]", step.code)))
                }
                None => Ok(()),
            };
        };
        let missing = |what: &str| (head.code.clone(), format!("ladder \"{}\" has no [{what}]", head.code));
        let refusal = refusal.ok_or_else(|| missing("refusal"))?;
        let thanks = thanks.ok_or_else(|| missing("thanks"))?;
        let mut ladder = Ladder { head, steps: Vec::new(), tracks, refusal, thanks, on_behalf_end };
        for step in steps {
            place(step, &mut ladder)?;
        }
        check(&ladder)?;
        for kind in &ladder.head.goods {
            if rules.ladder(*kind).is_some() {
                let code = &ladder.head.code;
                return Err((code.clone(), format!("ladder \"{code}\" is for {kind:?}, which has a ladder already")));
            }
        }
        rules.ladders.push(ladder);
        Ok(())
    }
}

/// Puts a step where it belongs: the trunk or its track.
fn place(step: StepRule, ladder: &mut Ladder) -> Result<(), Mistake> {
    if ladder.step(&step.code).is_some() {
        return Err((step.code.clone(), format!("step \"{}\" is given twice", step.code)));
    }
    let Some(wanted) = step.track.clone() else {
        ladder.steps.push(step);
        return Ok(());
    };
    let known: Vec<String> = ladder.tracks.iter().map(|track| track.code.clone()).collect();
    match ladder.tracks.iter_mut().find(|track| track.code == wanted) {
        Some(track) => track.steps.push(step),
        None => return Err((wanted.clone(), unknown(&step.code, "track", &wanted, known.iter().map(String::as_str)))),
    }
    Ok(())
}

fn check(ladder: &Ladder) -> Result<(), Mistake> {
    if ladder.tracks.len() == 1 {
        let code = &ladder.tracks[0].code;
        return Err((code.clone(), format!("track \"{code}\" is the only one: there is nothing to choose")));
    }
    check_path(&ladder.steps)?;
    for track in &ladder.tracks {
        if track.steps.is_empty() {
            return Err((track.code.clone(), format!("track \"{}\" has no step", track.code)));
        }
        check_path(&track.steps)?;
    }
    Ok(())
}

/// Checks steps that follow one another.
fn check_path(steps: &[StepRule]) -> Result<(), Mistake> {
    let mut before: BTreeSet<&str> = BTreeSet::new();
    let mut last = i32::MIN;
    for step in steps {
        check_step(step).map_err(|wrong| (step.code.clone(), format!("step \"{}\" {wrong}", step.code)))?;
        if let Some(after) = &step.after
            && !before.contains(after.as_str())
        {
            return Err((after.clone(), unknown(&step.code, "earlier step", after, before.iter().copied())));
        }
        if let Some(day) = step.day {
            if day <= last {
                return Err((step.code.clone(), format!("step \"{}\" is due before the one above it", step.code)));
            }
            last = day;
        }
        before.insert(&step.code);
    }
    Ok(())
}

fn check_step(step: &StepRule) -> Result<(), String> {
    if step.day.is_some() == step.after.is_some() {
        return Err("needs either `day` or `after`".to_owned());
    }
    if step.after.is_some() != step.months_after.is_some() {
        return Err("needs `months_after` together with `after`".to_owned());
    }
    if step.kind == StepKind::Letter && (step.letter.is_none() || step.channels.is_empty()) {
        return Err("is a letter and needs `letter` and `channels`".to_owned());
    }
    if step.lapses.is_some_and(|lapses| step.day.is_none_or(|day| lapses <= day)) {
        return Err("lapses before it is due".to_owned());
    }
    match open_place(&step.why) {
        Some(place) => Err(format!("has an unknown place {place} in `why`: {} are filled in", PLACES.join(", "))),
        None => Ok(()),
    }
}

/// Gives the first place of a sentence that nothing fills in.
fn open_place(sentence: &str) -> Option<&str> {
    let mut rest = sentence;
    while let Some(start) = rest.find('{') {
        let end = rest[start..].find('}').map_or(rest.len(), |end| start + end + 1);
        if !PLACES.contains(&&rest[start..end]) {
            return Some(&rest[start..end]);
        }
        rest = &rest[end..];
    }
    None
}

fn unknown<'a>(owner: &str, what: &str, wanted: &str, known: impl Iterator<Item = &'a str>) -> String {
    let hint = closest(wanted, known).map(|close| format!(", did you mean \"{close}\"")).unwrap_or_default();
    format!("cannot link \"{owner}\": unknown {what} \"{wanted}\"{hint}")
}

/// Gives one line for each thing in linked ladders that a rule writer should mend.
pub(super) fn lint(rules: &RelanceRules) -> Vec<String> {
    use super::relance::Channel::{Officer, Registered, RegisteredEmail};
    let mut complaints = Vec::new();
    for ladder in &rules.ladders {
        let code = &ladder.head.code;
        if ladder.head.spacing_days < 1 || ladder.head.sms_days < 1 {
            complaints.push(format!("ladder \"{code}\": two letters could leave on one day"));
        }
        if ladder.head.max_markup_percent > 10 {
            complaints.push(format!("ladder \"{code}\": décret 2016-383 allows 10 % at most"));
        }
        for step in ladder.all_steps().filter(|step| step.legal_effect && step.kind == StepKind::Letter) {
            if !step.channels.iter().all(|channel| matches!(channel, Officer | Registered | RegisteredEmail)) {
                complaints
                    .push(format!("step \"{}\" has effects in law and goes by a way that proves nothing", step.code));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::super::RulePages;

    fn defaut() -> String {
        include_str!("../../../rules/relances/defaut.toml").to_owned()
    }

    #[test]
    fn mistakes_are_named_with_file_line_and_hint() {
        let cases = [
            ("spacing_days", "spacing_dais", "unknown field `spacing_dais`"),
            (
                "track = \"pour_compte\"",
                "track = \"pour_conte\"",
                "unknown track \"pour_conte\", did you mean \"pour_compte\"",
            ),
            (
                "after = \"commandement\"",
                "after = \"comandement\"",
                "unknown earlier step \"comandement\", did you mean",
            ),
            ("day = -15", "day = -50", "step \"rappel\" is due before the one above it"),
            ("{situation}", "{sitation}", "unknown place {sitation}"),
            ("code = \"rappel\"", "code = \"information\"", "step \"information\" is given twice"),
        ];
        let mut failures = Vec::new();
        for (right, wrong, expected) in cases {
            let text = defaut().replacen(right, wrong, 1);
            let pages = RulePages { pages: vec![("relances/defaut.toml".to_owned(), text)] };
            match pages.link() {
                Ok(_) => failures.push(format!("{wrong}: accepted")),
                Err(error) if error.to_string().contains(expected) && error.line > 1 => {}
                Err(error) => failures.push(format!("{wrong}: {error}")),
            }
        }
        assert!(failures.is_empty(), "{failures:#?}");
    }

    #[test]
    fn a_formal_notice_by_plain_e_mail_is_complained_of() {
        let text = defaut().replacen("channels = [\"lrar\"]", "channels = [\"courriel\"]", 1);
        let rules = RulePages { pages: vec![("relances/defaut.toml".to_owned(), text)] }.link().unwrap();
        assert!(super::lint(&rules.relances)[0].contains("mise_en_demeure"));
    }
}
