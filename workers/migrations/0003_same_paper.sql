-- What a paper is known by when it comes again. The same text runs on SQLite and PostgreSQL.

-- What a document says that is certain, and how its words look: JSON.
create table signatures (
    segment text primary key not null,
    source text not null references sources (id),
    body text not null
);
create index signatures_by_source on signatures (source);

-- By what papers are found that may be the same: hashes of a number, or of a person or a dwelling with a day.
create table signature_keys (
    key bigint not null,
    segment text not null,
    source text not null references sources (id),
    primary key (key, segment)
);
create index signature_keys_by_source on signature_keys (source);

-- Links are between documents, not between files: a mail may hold one paper that is known and one that is not.
-- Nothing was ever written to the table of that name.
drop table links;
create table links (
    -- The later arrival, and the earlier one that it repeats.
    segment text not null,
    source text not null references sources (id),
    other_segment text not null,
    other text not null references sources (id),
    -- meme_papier, autre_bail (the same paper for another lease)
    kind text not null,
    -- The codes of the fields that agree, as JSON; what their words have in common, in thousandths.
    agreeing text not null,
    likeness bigint,
    at bigint not null,
    primary key (segment, other_segment)
);
create index links_by_source on links (source);
create index links_by_other on links (other);
create index links_by_other_segment on links (other_segment);
