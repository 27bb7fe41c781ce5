-- Times are UTC epoch milliseconds, money is nanos (billionths of a unit), an unknown text of a dimension is ''.

-- The owners of usage that are few enough to be rolled up with it. Ids are digests of the other columns.
create table series (
  id integer primary key,
  source text not null,
  agent text not null,
  provider text not null,
  model text not null,
  service_tier text not null,
  app text not null,
  project text not null,
  branch text not null,
  usr text not null,
  feature text not null,
  team text not null,
  cause text not null,
  first_ms integer not null,
  last_ms integer not null
);

-- The owners that are kept with single events only. Ids are digests of the other columns.
create table thread (
  id integer primary key,
  session text not null,
  conversation text not null,
  sender text not null,
  channel text not null
);

-- One row a request. Its role: 0 the main thread's, 1 a sidechain's, 2 a replay, which is a sidechain's copy of a
-- request that the main thread made: it is kept because later records merge with it, and it counts nowhere.
create table event (
  key integer primary key,
  time_ms integer not null,
  series_id integer not null,
  thread_id integer not null,
  input_tokens integer not null,
  cache_read_input_tokens integer not null,
  cache_creation_input_tokens integer not null,
  cache_creation_1h_input_tokens integer not null,
  output_tokens integer not null,
  reasoning_output_tokens integer not null,
  web_searches integer not null,
  recorded_cost_nanos integer,
  list_cost_nanos integer,
  price_day integer,
  role integer not null
);

-- Requests whose detail retention deleted: they stay in the roll-ups, and reading their log again adds nothing.
create table pruned (
  key integer primary key,
  role integer not null
);

-- Sums over counted events by quarter of an hour. Money is whole units plus nanos (floor division), so that no
-- sum of either leaves 64 bits, whatever the logs claim.
create table rollup (
  bucket_ms integer not null,
  series_id integer not null,
  requests integer not null,
  input_tokens integer not null,
  cache_read_input_tokens integer not null,
  cache_creation_input_tokens integer not null,
  cache_creation_1h_input_tokens integer not null,
  output_tokens integer not null,
  reasoning_output_tokens integer not null,
  web_searches integer not null,
  priced_requests integer not null,
  list_cost_units integer not null,
  list_cost_nanos integer not null,
  unpriced_tokens integer not null,
  recorded_requests integer not null,
  recorded_cost_units integer not null,
  recorded_cost_nanos integer not null,
  primary key (bucket_ms, series_id)
) without rowid;

-- Log files and how far they were read. Paths are bytes, because file names need not be text; device and inode
-- are text, because they may need 64 bits without a sign.
create table log_file (
  id integer primary key,
  agent text not null,
  path blob not null,
  device text,
  inode text,
  size integer,
  mtime_ns integer,
  byte_offset integer,
  lines integer,
  tail blob,
  state text,
  unique (agent, path)
);

create table reject (
  file_id integer not null,
  line integer not null,
  reason text not null,
  primary key (file_id, line)
) without rowid;

-- What each provider last said, and what has been wrong since. The body is the snapshot as JSON.
create table provider (
  id text primary key,
  name text not null,
  body text,
  checked_ms integer,
  attempted_ms integer not null,
  problem text,
  next_check_ms integer not null,
  failures integer not null
) without rowid;

-- A row a figure, from when it was first seen to when it was last confirmed.
create table balance_history (
  provider text not null,
  account text not null,
  scope text not null,
  currency text not null,
  time_ms integer not null,
  nanos integer not null,
  last_seen_ms integer not null,
  primary key (provider, account, scope, currency, time_ms)
) without rowid;

create table window_history (
  provider text not null,
  account text not null,
  name text not null,
  time_ms integer not null,
  used_percent text not null,
  last_seen_ms integer not null,
  primary key (provider, account, name, time_ms)
) without rowid;

-- The last figure of each UTC day.
create table spend_history (
  provider text not null,
  account text not null,
  scope text not null,
  currency text not null,
  period text not null,
  day_ms integer not null,
  nanos integer not null,
  seen_ms integer not null,
  primary key (provider, account, scope, currency, period, day_ms)
) without rowid;

-- One row a crossing. The body is its condition as JSON; peak is the highest severity that was told.
create table alert (
  key text primary key,
  body text not null,
  peak integer not null,
  since_ms integer not null,
  resolved_ms integer
) without rowid;

create table note (
  key text primary key,
  body text not null
) without rowid;
