-- What the program must not forget. The same text runs on SQLite and PostgreSQL: text and 64-bit integers, nothing
-- else. Ids and JSON are text, instants are microseconds since 1970.

-- What is known of this installation: its name in events, the generation of its data.
create table house (
    key text primary key not null,
    value text not null
);

-- A file received, once for each content.
create table sources (
    id text primary key not null,
    sha256 text not null unique,
    media_type text not null,
    bytes bigint not null,
    class text not null,
    -- waiting, done, error (a result line says why), quarantine (nothing could be made of it)
    state text not null,
    pages bigint,
    -- Fingerprint of the artifact that holds the result line.
    result text,
    -- Why it is in quarantine: the JSON of a fault.
    fault text,
    trace text not null,
    received_at bigint not null,
    changed_at bigint not null
);
create index sources_by_state on sources (state, changed_at);

-- Each time a file came: the same content twice is one source and two arrivals.
create table arrivals (
    id text primary key not null,
    source text not null references sources (id),
    -- What makes a repeated hand-over harmless: Message-ID, idempotency key.
    key text unique,
    name text not null,
    channel text not null,
    sender text,
    received_at bigint not null
);
create index arrivals_by_source on arrivals (source, received_at);

-- Sources that show the same paper: scanned again, photographed, joined to another mail.
create table links (
    source text not null references sources (id),
    other text not null references sources (id),
    kind text not null,
    at bigint not null,
    primary key (source, other, kind)
);

-- What a stage made, by the fingerprint of all that went into it. Large bodies are blobs.
create table artifacts (
    source text not null references sources (id),
    stage text not null,
    fingerprint text not null,
    body text,
    blob text,
    at bigint not null,
    primary key (source, stage, fingerprint)
);

-- The documents of a source, as last understood.
create table segments (
    id text primary key not null,
    source text not null references sources (id),
    place bigint not null,
    pages text not null,
    type text not null,
    -- Thousandths.
    confidence bigint not null,
    attachment text,
    fields text not null
);
create index segments_by_source on segments (source, place);

-- What was decided on a segment; appended, never overwritten.
create table decisions (
    segment text not null,
    fingerprint text not null,
    outcome text not null,
    reasons text not null,
    lease text,
    checks text not null,
    at bigint not null,
    primary key (segment, fingerprint)
);

-- What there is to do.
create table jobs (
    id text primary key not null,
    source text not null references sources (id),
    stage text not null,
    -- 1, and one more each time the stage is asked for again.
    round bigint not null,
    class text not null,
    -- due, held, done, quarantine
    state text not null,
    -- due: not before; held: the hold lapses.
    due_at bigint not null,
    -- Attempts that the source itself broke, and those lost with the whole worker.
    attempts bigint not null,
    losses bigint not null,
    -- Grows with each claim: who comes back with an older one changes nothing.
    token bigint not null,
    holder text,
    error text,
    reason text,
    announced_at bigint,
    trace text not null,
    created_at bigint not null,
    changed_at bigint not null,
    unique (source, stage, round)
);
create index jobs_by_turn on jobs (state, stage, class, due_at, id);

-- What the broker has not confirmed yet.
create table outbox (
    id text primary key not null,
    -- job or event
    kind text not null,
    key text not null,
    -- The job, or the number of the event.
    subject text not null,
    body text not null,
    trace text not null,
    due_at bigint not null,
    tries bigint not null,
    error text
);
create index outbox_by_turn on outbox (due_at, id);
create index outbox_by_subject on outbox (subject);

-- What the broker gave up, for people to look at.
create table dead_letters (
    id text primary key not null,
    queue text not null,
    reason text not null,
    job text,
    body text not null,
    at bigint not null
);

-- The journal: appended only, each row bound to the one before by its hash.
create table events (
    seq bigint primary key not null,
    at bigint not null,
    kind text not null,
    source text,
    body text not null,
    previous text not null,
    hash text not null
);
create index events_by_source on events (source, seq);

-- The end of the journal; whoever appends takes this row first.
create table journal (
    id bigint primary key not null,
    seq bigint not null,
    hash text not null
);
insert into journal (id, seq, hash) values (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- The keys of blobs, each wrapped by the landlord's. Without its row a blob is noise.
create table blobs (
    hash text primary key not null,
    kind text not null,
    generation bigint not null,
    algorithm text not null,
    key_id text not null,
    -- Empty once purged.
    wrapped text not null,
    bytes bigint not null,
    -- pending, stored, purged
    state text not null,
    changed_at bigint not null
);
create index blobs_by_key on blobs (key_id, hash);
