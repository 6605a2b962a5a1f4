//! What happens to leases over a made year, day by day: papers, ends of contract, congés, deaths, agents at work.
//!
//! The world knows nothing of ladders or plans: it is told which letters arrived, and changes the files. Another driver,
//! with a real store between, can drive it just as well.

use super::super::premium::Premium;
use super::super::{
    Approval, Attestation, ChosenTrack, Death, Due, Guardian, GuardianKind, LeaseFile, NoticeGiven, Obligation,
    OnBehalf, PastStep, Pending, PendingKind, Proof, Refusal, RefusalReason, Settings, StepState, Suspension,
    SuspensionKind, Termination, cover,
};
use super::dice::Dice;
use super::tenant::{Habit, Tenant, lease};
use crate::rules::Channel;
use crate::values::Date;
use std::collections::BTreeMap;

/// Something that will happen to a lease.
#[derive(Clone, Debug)]
pub enum Event {
    /// The tenant sends a paper; good or wrong.
    Send(bool),
    /// The paper is decided on.
    Decide(bool),
    /// The insurer ends the contract after so many days.
    Terminate(i32),
    /// The tenant leaves after so many days.
    Notice(i32),
    /// The tenant dies.
    Death,
    /// An agent has dealt with the death.
    DeathSettled,
    /// A curator is named.
    Guardian,
    /// An agent pauses or exempts the lease for so many days.
    Suspend(SuspensionKind, i32),
    /// E-mail comes back.
    Bounce,
    /// Somebody finds an address.
    AddressFound,
    /// Mail announces an attestation; it is dealt with after so many days.
    Announce(i32),
    /// What was announced is dealt with.
    AnnounceSettled,
    /// A registered letter or an act is received.
    Received(String),
    /// A registered letter comes back.
    Returned(String),
    /// An agent chooses a track.
    Choose(&'static str),
    /// An agent says yes to a step for a period.
    Approve(String, String),
    /// An agent insures on the tenant's behalf.
    Insure,
    /// An agent ends that insurance.
    EndInsurance,
    /// An agent gives the copy of that contract.
    Copy,
}

/// The leases and what is coming.
#[derive(Clone, Debug)]
pub struct World {
    /// The landlord's files.
    pub files: Vec<LeaseFile>,
    /// The tenants, in the same order.
    pub tenants: Vec<Tenant>,
    agenda: BTreeMap<Date, Vec<(usize, Event)>>,
    pub(super) dice: Dice,
    settings: Settings,
}

impl World {
    /// Makes leases and the chances of their year.
    pub fn new(seed: u64, leases: usize, first_day: Date, settings: &Settings) -> Self {
        let mut dice = Dice::new(seed);
        let made: Vec<_> = (0..leases).map(|number| lease(number, first_day, &mut dice, settings)).collect();
        let (files, tenants) = made.into_iter().unzip();
        let mut world = Self { files, tenants, agenda: BTreeMap::new(), dice, settings: settings.clone() };
        for at in 0..leases {
            world.draw_year(at, first_day);
        }
        world
    }

    /// Puts an event into the agenda.
    pub fn plan(&mut self, at: usize, day: Date, event: Event) {
        self.agenda.entry(day).or_default().push((at, event));
    }

    /// Lets happen what a day brings; gives the leases it happened to.
    pub fn live(&mut self, day: Date) -> Vec<usize> {
        let events = self.agenda.remove(&day).unwrap_or_default();
        let touched = events.iter().map(|(at, _)| *at).collect();
        for (at, event) in events {
            self.happen(at, day, event);
        }
        touched
    }

    /// Chances of the year, in thousandths.
    fn draw_year(&mut self, at: usize, first_day: Date) {
        let chances = [
            (40, Event::Terminate(25)),
            (60, Event::Notice(75)),
            (5, Event::Death),
            (10, Event::Guardian),
            (15, Event::Suspend(SuspensionKind::Pause, 40)),
            (5, Event::Suspend(SuspensionKind::Exemption, 120)),
            (30, Event::Announce(9)),
        ];
        for (thousandths, event) in chances {
            if self.dice.one_in_thousand(thousandths) {
                let day = first_day.add_days(self.dice.between(0, 364));
                self.plan(at, day, event);
            }
        }
        if self.tenants[at].habit == Habit::Early {
            let end = self.files[at].attestations[0].end;
            let day = end.add_days(-self.dice.between(20, 70)).max(first_day);
            self.plan(at, day, Event::Send(true));
        }
    }

    /// Lets a tenant have a letter by one of its ways, and answer the first as he does.
    pub fn receive(&mut self, at: usize, due: &Due, channel: Channel, first: bool, day: Date) {
        let registered = matches!(channel, Channel::Registered | Channel::RegisteredEmail);
        if registered && self.dice.one_in_thousand(80) {
            self.plan_after(at, day, (15, 20), Event::Returned(due.step.clone()));
        } else if registered || channel == Channel::Officer {
            self.plan_after(at, day, (2, 8), Event::Received(due.step.clone()));
        }
        if channel == Channel::Email && self.dice.one_in_thousand(15) {
            self.plan(at, day.add_days(1), Event::Bounce);
        } else if first {
            self.answer(at, due, day);
        }
    }

    fn answer(&mut self, at: usize, due: &Due, day: Date) {
        if self.tenants[at].answering || !matches!(due.obligation, Obligation::Assurance | Obligation::PieceRefusee) {
            return;
        }
        let after_end = due.facts.missing_from.is_some_and(|from| from <= day);
        let answers = match self.tenants[at].habit {
            Habit::Early | Habit::Punctual | Habit::Confused => 800,
            Habit::Late if after_end => 600,
            Habit::Silent if due.legal_effect => 400,
            Habit::Late | Habit::Silent => 0,
        };
        if self.dice.one_in_thousand(answers) {
            let good = self.tenants[at].habit != Habit::Confused || self.tenants[at].papers % 2 == 1;
            self.tenants[at].answering = true;
            self.plan_after(at, day, (2, 18), Event::Send(good));
        }
    }

    /// Puts an event some days after a day.
    pub(super) fn plan_after(&mut self, at: usize, day: Date, (least, most): (i32, i32), event: Event) {
        let days = self.dice.between(least, most);
        self.plan(at, day.add_days(days), event);
    }

    fn happen(&mut self, at: usize, day: Date, event: Event) {
        match event {
            Event::Send(good) => self.send(at, day, good),
            Event::Decide(good) => self.decide(at, day, good),
            Event::Terminate(days) => self.terminate(at, day, days),
            Event::Announce(days) => {
                self.await_decision(at, day, PendingKind::LooksLikeAttestation, "annonce");
                self.plan(at, day.add_days(days), Event::AnnounceSettled);
            }
            Event::AnnounceSettled => self.files[at].pending.retain(|one| one.source != "annonce"),
            Event::Bounce => self.bounce(at, day),
            Event::Received(_) | Event::Returned(_) => self.proof(at, day, event),
            other => self.befall(at, day, other),
        }
    }

    /// Changes of the file that are a line each.
    fn befall(&mut self, at: usize, day: Date, event: Event) {
        let file = &mut self.files[at];
        let by = "agent".to_owned();
        match event {
            Event::Notice(days) => {
                file.situation.notice = Some(NoticeGiven { received: day, ends: day.add_days(days) })
            }
            Event::Death => file.situation.death = Some(Death { told: day }),
            Event::DeathSettled => file.situation.death = None,
            Event::Guardian => {
                let postal = Some(file.lease.address.clone());
                let (kind, name) = (GuardianKind::Curatelle, "ASSOCIATION TUTÉLAIRE".to_owned());
                file.situation.guardian = Some(Guardian { kind, name, postal });
            }
            Event::Suspend(kind, days) => {
                let (reason, until) = ("décision d'un agent".to_owned(), Some(day.add_days(days)));
                file.suspensions.push(Suspension { kind, reason, from: day, until });
            }
            Event::AddressFound => {
                file.contacts.postal = Some(file.lease.address.clone());
                file.contacts.postal_returned = None;
            }
            Event::Choose(track) => file.track = Some(ChosenTrack { track: track.to_owned(), day, by }),
            Event::Approve(step, period) => file.approvals.push(Approval { step, period, day, by }),
            Event::Insure => {
                let premium = Premium::new(12_000, 0).expect("no increase is below the cap");
                file.on_behalf.get_or_insert_with(|| OnBehalf::new(day, premium));
            }
            Event::EndInsurance => file.on_behalf.iter_mut().for_each(|one| one.end = one.end.or(Some(day))),
            Event::Copy => file.on_behalf.iter_mut().for_each(|one| one.copies_sent.push(day)),
            _ => {}
        }
    }

    fn send(&mut self, at: usize, day: Date, good: bool) {
        self.tenants[at].papers += 1;
        self.tenants[at].answering = true;
        self.await_decision(at, day, PendingKind::Unread, "papier");
        self.plan_after(at, day, (0, 4), Event::Decide(good));
        if self.agenda.contains_key(&day) {
            // Decided on the day itself: it happens before the batch.
            let today = self.agenda.remove(&day).unwrap_or_default();
            today.into_iter().for_each(|(at, event)| self.happen(at, day, event));
        }
    }

    fn await_decision(&mut self, at: usize, day: Date, kind: PendingKind, source: &str) {
        self.files[at].pending.push(Pending { kind, source: source.to_owned(), since: day });
    }

    fn decide(&mut self, at: usize, day: Date, good: bool) {
        self.files[at].pending.retain(|one| one.source != "papier");
        self.tenants[at].answering = false;
        let segment = format!("{}-{}", self.files[at].lease.reference, self.tenants[at].papers);
        if !good {
            let sentence = "Ce papier est un avis d'échéance : il ne prouve pas que le logement est assuré.".to_owned();
            let reasons = vec![RefusalReason { code: "type_invalide".to_owned(), sentence }];
            self.files[at].refusals.push(Refusal { segment, reasons, day });
            return;
        }
        let start = self.new_start(at, day);
        let policy = Some(format!("P{at}N{}", self.tenants[at].papers));
        self.files[at].attestations.push(Attestation {
            segment,
            insured: Vec::new(),
            policy,
            start,
            end: start.add_months(12).add_days(-1),
            tacit_renewal: false,
            issued: Some(day),
            received: day,
            accepted: day,
        });
    }

    /// Most tenants never ceased to be insured; some insure themselves on the day.
    fn new_start(&mut self, at: usize, day: Date) -> Date {
        let known = cover(&self.files[at], &self.settings).periods.last().map(|span| span.last.add_days(1));
        let without_gap = known.unwrap_or(day);
        if without_gap < day && self.dice.one_in_thousand(300) { day } else { without_gap.max(day.add_days(-300)) }
    }

    fn terminate(&mut self, at: usize, day: Date, days: i32) {
        let Some(policy) = self.files[at].attestations.last().map(|one| one.policy.clone()) else { return };
        let (segment, end) = (format!("fin-{at}-{day}"), day.add_days(days));
        self.files[at].terminations.push(Termination { segment, policy, end, received: day });
    }

    /// Tells of mail that came back; of a letter that nobody is sure to have sent, when it comes back again.
    fn bounce(&mut self, at: usize, day: Date) {
        self.files[at].contacts.email_bounced = Some(day);
        let sent = |one: &&mut PastStep| one.channel == Channel::Email && has_left(one);
        let left = self.files[at].history.iter_mut().filter(sent);
        left.filter(|one| one.sent.is_some_and(|sent| sent.add_days(3) >= day))
            .for_each(|one| one.state = StepState::Undelivered);
    }

    /// The post's list is read; a letter that the landlord does not know to have left finds its proof in the next.
    fn proof(&mut self, at: usize, day: Date, event: Event) {
        let (step, returned) = match &event {
            Event::Received(step) => (step.clone(), false),
            Event::Returned(step) => (step.clone(), true),
            _ => return,
        };
        let open = |one: &PastStep| matches!(one.state, StepState::Sending | StepState::Doubt);
        if self.files[at].history.iter().any(|one| one.step == step && open(one)) {
            self.plan(at, day.add_days(NEXT_LIST), event);
            return;
        }
        for one in self.files[at].history.iter_mut().filter(|one| one.step == step && has_left(one)) {
            if returned {
                one.state = StepState::Undelivered;
            } else {
                (one.presented, one.delivered) = (Some(day), Some(day));
                (one.state, one.proof) = (StepState::Delivered, Some(Proof::AvisReception));
            }
        }
    }
}

/// Days until the post's next list.
const NEXT_LIST: i32 = 3;

fn has_left(step: &PastStep) -> bool {
    matches!(step.state, StepState::Handed | StepState::Delivered)
}
