-- Of the keys in `pruned`, those of requests that were logged by hand or imported: what a purge must know of them to
-- forget them altogether, as it forgets such requests while they have their detail. `requests` is how many are in the
-- roll-ups. What was pruned before this table was made isn't in it, and its keys stay.
create table forgettable (
  key integer primary key,
  time_ms integer not null,
  series_id integer not null,
  requests integer not null
);

-- The keys of imported requests that were taken back, and the recording that did so, by which others are told of it.
create table withdrawn (
  key integer primary key,
  batch integer not null
);
