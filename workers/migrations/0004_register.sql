-- The lease register as decisions stand on it: what each lease was when it was last applied, and what each change asks to be
-- decided again. Which register is applied stands in the table house under 'register'. The same text runs on SQLite and
-- PostgreSQL.

create table register_leases (
    reference text primary key not null,
    -- Hash of all that decisions depend on; empty once the lease is gone.
    hash text not null,
    -- The change that last touched it.
    change_id text not null
);
create index register_leases_by_change on register_leases (change_id);

create table register_changes (
    id text primary key not null,
    -- The registers before and after it; before is null for the first.
    before_hash text,
    after_hash text not null,
    leases bigint not null,
    bad_rows bigint not null,
    added bigint not null,
    changed bigint not null,
    removed bigint not null,
    -- Sources up to this one have been looked at, so many of them are decided again.
    seen_to text not null,
    again bigint not null,
    -- open, done
    state text not null,
    at bigint not null
);
create index register_changes_by_state on register_changes (state, id);
