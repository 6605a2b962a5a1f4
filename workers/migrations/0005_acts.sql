-- What agents did for a lease, and letters that they took off. The same text runs on SQLite and PostgreSQL.

-- Who took a letter off: it stays off until a person lets it go. Without a name the last look did, and it may fall due again.
alter table relances add column withdrawn_by text;

-- Appended, never changed: insurance on the tenant's behalf taken, ended, its contract copied.
create table lease_acts (
    id text primary key not null,
    lease text not null,
    kind text not null,
    -- The day from which, or on which.
    day text not null,
    -- JSON: premium and contract.
    detail text not null,
    author text not null,
    at bigint not null
);
create index lease_acts_by_lease on lease_acts (lease, at);

-- What a letter tells that keeps reminders until an agent has looked: deces, conge, protection.
create table source_signals (
    source text not null references sources (id),
    kind text not null,
    -- Whose it may be; empty where nobody can say.
    lease text not null,
    at bigint not null,
    seen_by text,
    seen_at bigint,
    primary key (source, kind, lease)
);
create index source_signals_by_lease on source_signals (lease, seen_at);
