//! Whose turn it is: urgent before the day's mail before bulk, but none of them never.

use crate::job::Class;

/// Of ten turns, those in which a class is asked first. Bulk has one, so that it moves on under any load.
const TURNS: [Class; 10] = {
    use Class::{Courant, Masse, Urgent};
    [Urgent, Courant, Urgent, Courant, Urgent, Courant, Urgent, Courant, Urgent, Masse]
};

/// A wheel of turns.
#[derive(Debug, Default)]
pub(super) struct Wheel {
    at: usize,
}

impl Wheel {
    /// Gives the classes in the order in which to ask them at this turn, and moves on.
    pub(super) fn turn(&mut self) -> [Class; 3] {
        let first = TURNS[self.at];
        self.at = (self.at + 1) % TURNS.len();
        let mut order = [first; 3];
        let others = Class::ALL.into_iter().filter(|class| *class != first);
        for (place, class) in order[1..].iter_mut().zip(others) {
            *place = class;
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many jobs from queues that hold so many, and says how many of each class.
    fn taken(turns: usize, mut waiting: [usize; 3]) -> [usize; 3] {
        let mut wheel = Wheel::default();
        let mut taken = [0; 3];
        for _ in 0..turns {
            let order = wheel.turn();
            if let Some(class) = order.into_iter().find(|class| waiting[*class as usize] > 0) {
                waiting[class as usize] -= 1;
                taken[class as usize] += 1;
            }
        }
        taken
    }

    #[test]
    fn turns_are_shared_and_none_is_wasted() {
        let cases = [
            ([1000, 1000, 1000], [50, 40, 10]),
            ([0, 1000, 1000], [0, 90, 10]),
            ([0, 0, 1000], [0, 0, 100]),
            ([1000, 0, 1000], [90, 0, 10]),
            ([3, 1000, 1000], [3, 87, 10]),
        ];
        for (waiting, expected) in cases {
            assert_eq!(taken(100, waiting), expected, "{waiting:?}");
        }
    }

    #[test]
    fn an_urgent_job_waits_two_turns_at_most() {
        let mut wheel = Wheel::default();
        let firsts: Vec<Class> = (0..30).map(|_| wheel.turn()[0]).collect();
        assert!(firsts.windows(2).filter(|two| two[0] != Class::Urgent && two[1] != Class::Urgent).count() == 0);
        assert!(firsts.windows(10).all(|ten| ten.contains(&Class::Masse)));
    }
}
