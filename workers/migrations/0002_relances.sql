-- Reminders: what was decided and why, the bytes that left, what came of each. The same text runs on SQLite and
-- PostgreSQL. Days are text (YYYY-MM-DD), instants microseconds since 1970, truth 0 or 1.

-- A plan that was committed.
create table relance_batches (
    id text primary key not null,
    -- The day as of which it was planned.
    day text not null,
    -- Who committed it: a person, or the daily round.
    author text not null,
    -- Fingerprint of ladder, letters and checks.
    rules text not null,
    -- The plan as JSON, to tell what a later one changes.
    plan text not null,
    relances bigint not null,
    created_at bigint not null
);
create index relance_batches_by_day on relance_batches (day, created_at);

-- One reminder: the business key says which, and no two rows share it.
create table relances (
    id text primary key not null,
    batch text not null references relance_batches (id),
    landlord text not null,
    lease text not null,
    obligation text not null,
    period text not null,
    step text not null,
    channel text not null,
    -- decidee, prete, en_cours, remise, acheminee, non_distribuee, annulee, retenue, doute (deploy/relances.md)
    state text not null,
    -- Times that it was tried, and what proves who holds it.
    attempt bigint not null,
    token bigint not null,
    due_day text not null,
    -- Not before: quiet hours, a receiver that asked to wait.
    due_at bigint not null,
    legal bigint not null,
    approved_by text,
    approved_at bigint,
    -- What the tenant's reply quotes; what the file or the message is found by.
    reference text not null,
    message_id text,
    -- The decided reminder as JSON: letter, recipient, facts, rules, who decided.
    decision text not null,
    -- The blob of the bytes that leave, by their hash.
    body text,
    -- Where the bytes go: an e-mail address, the name of a file, a telephone number.
    target text,
    -- Why it is cancelled, held back or doubtful.
    reason text,
    started_at bigint,
    -- How the relay's log stood when the last attempt began.
    mark text,
    -- When it was named in a list beside the letters.
    listed_at bigint,
    created_at bigint not null,
    changed_at bigint not null,
    unique (landlord, lease, obligation, period, step, channel)
);
create index relances_by_state on relances (state, due_at, id);
create index relances_by_lease on relances (lease, created_at);
create index relances_by_reference on relances (reference);
create index relances_by_batch on relances (batch, state);

-- What proves a move; appended, never overwritten. A proof that comes twice is one row.
create table relance_proofs (
    id text primary key not null,
    relance text not null references relances (id),
    -- received, not_received, delivered, undelivered, presented, signed, tracking, word
    kind text not null,
    detail text not null,
    -- The day that a proof of receipt gives.
    day text,
    at bigint not null,
    unique (relance, kind, detail)
);
create index relance_proofs_by_relance on relance_proofs (relance, at);

-- What an agent decided for a lease: pause, exempt, track.
create table lease_measures (
    id text primary key not null,
    lease text not null,
    kind text not null,
    -- The reason of a pause or an exemption; the track that was chosen.
    detail text not null,
    until text,
    author text not null,
    at bigint not null,
    ended_by text,
    ended_at bigint
);
create index lease_measures_by_lease on lease_measures (lease, kind, at);

-- Addresses at which mail does not arrive.
create table bounced_contacts (
    lease text not null,
    channel text not null,
    target text not null,
    why text not null,
    at bigint not null,
    primary key (lease, channel, target)
);

-- The gate through which everything that leaves must pass: one row.
create table relance_gate (
    id bigint primary key not null,
    -- Grows with each reminder that is about to leave; a file outside knows it too (restored backups).
    generation bigint not null,
    frozen_at bigint,
    -- Which breaker, and its sentence.
    breaker text,
    why text,
    author text,
    -- Everything due until that day is asked about at its receiver before it leaves.
    ask_until text,
    -- How the relay's log stood at the last sending that a restored backup remembers.
    ask_mark text,
    -- The rules under which a person last let things leave.
    rules text,
    -- The latest moment that was seen here: a clock does not go back.
    seen_at bigint not null
);
insert into relance_gate (id, generation, seen_at) values (1, 0, 0);

create index decisions_by_lease on decisions (lease, at);
