//! B3: good samples with something wrong in the right place, two hundred here, twenty thousand in `make test-hostile`.

use guichet_tests::{campaign, mutate};

const PROGRAM: &str = env!("CARGO_BIN_EXE_guichet-hostile");

/// Files of one run: enough for its memory to show a slope.
const RUN: usize = 1000;

#[test]
fn mutated_samples_each_get_one_line() {
    let full = std::env::var("GUICHET_HOSTILE").is_ok_and(|asked| asked == "full");
    let runs = if full { (1..=20).map(|seed| (seed, RUN)).collect() } else { vec![(100, 200)] };
    for (seed, count) in runs {
        let files = mutate::files(seed, count);
        let campaign = campaign::run(PROGRAM, &files, 2);
        println!("seed {seed}: {}", campaign.summary());
        for name in campaign.died() {
            println!("  a reader died of {name}");
        }
        // A short run is over before its memory has settled.
        if full {
            campaign.check_flat();
        }
    }
}
