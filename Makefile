# The two commands of the README, and those of the workshop.
.PHONY: demo test bench bench-load check test-egress test-faults test-hostile

cargo := cargo --locked

# Reads the papers of samples/inbox and says what it makes of them. Builds only what reading needs.
demo:
	@.ci/setup reading
	$(cargo) build --workspace --bin guichet
	target/debug/guichet process --contracts samples/contrats.csv --as-of 2026-11-23 --out resultats.jsonl samples/inbox
	@echo "Une ligne JSON par fichier dans resultats.jsonl ; pour savoir pourquoi : target/debug/guichet explain FICHIER"

# The same, then every test.
test: demo
	@.ci/setup
	$(cargo) test --workspace

# Nothing leaves the machine: the program in a network of its own, good and bad files, a sink that counts packets.
test-egress:
	@.ci/setup
	$(cargo) build --package guichet-workers
	GUICHET=$(CURDIR)/target/debug/guichet $(cargo) test --package guichet-tests --test egress -- --nocapture

# Workers killed by the hundred, servers killed, emptied and locked, disks filled, mail cut: each file comes out once. With
# GUICHET_SEED, other blows.
test-faults:
	@.ci/setup
	GUICHET_FAULTS=full $(cargo) test --package guichet-tests --test durable_faults --test durable_disk --test durable_api --test durable_relances --test durable_memory -- --nocapture --test-threads 1

# Hostile files by the thousand, where `make test` takes a few hundred.
test-hostile:
	@.ci/setup
	GUICHET_HOSTILE=full $(cargo) test --package guichet-tests --test 'hostile_*' -- --nocapture

# Speed as a ratio within one run, and memory: papers made on the spot, the whole job beside recognition alone.
bench:
	@.ci/setup
	$(cargo) build --workspace --bin guichet --bin echantillons --bin banc
	target/debug/echantillons corpus --out target/banc/scans --kinds scan --count 40 --bad-share 0 --no-pages
	target/debug/echantillons corpus --out target/banc/natifs --kinds natif --count 400 --bad-share 0 --no-pages
	target/debug/banc target/debug/guichet target/banc/scans/inbox target/banc/natifs/inbox

# A hundred thousand jobs in the queue: speed and memory from the first quarter to the last, urgent files behind them, two
# workers against one, and what store and queue cost beside a scanned page.
bench-load:
	@.ci/setup
	$(cargo) build --workspace --bin guichet --bin echantillons --bin charge --bin guichet-scripted
	target/debug/echantillons corpus --out target/banc/pages --kinds scan --count 10 --bad-share 0 --no-pages
	target/debug/charge target/debug/guichet target/banc/pages/inbox 100000 embedded
	target/debug/charge target/debug/guichet target/banc/pages/inbox 100000 servers

# Format and warnings, as .ci/run asks for them.
check:
	cargo fmt --all --check
	$(cargo) clippy --workspace --all-targets -- -D warnings
