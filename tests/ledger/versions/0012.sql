BEGIN TRANSACTION;
CREATE TABLE account (
  provider text not null,
  account text not null,
  name text not null,
  body text,
  checked_ms integer,
  attempted_ms integer not null,
  problem text,
  next_check_ms integer not null,
  failures integer not null,
  credential text not null,
  primary key (provider, account)
) without rowid;
INSERT INTO "account" VALUES('openrouter','default','OpenRouter','{"provider":"openrouter","account":"default","taken_ms":1763812800000,"balances":[{"money":{"nanos":3210000000,"currency":"USD"},"scope":"account"}],"spends":[],"windows":[],"caps":[],"notes":[]}',1763812800000,1763812800000,NULL,1763813700000,0,'');
CREATE TABLE active_hour (
  agent text not null,
  bucket_ms integer not null,
  first_ms integer,
  last_ms integer,
  primary key (agent, bucket_ms)
) without rowid;
INSERT INTO "active_hour" VALUES('claude-code',1763812800000,1763812800000,1763812800000);
CREATE TABLE asking (
  provider text not null,
  account text not null,
  body text not null,
  primary key (provider, account)
) without rowid;
INSERT INTO "asking" VALUES('openrouter','default','{"asked_ms":1763812800000,"questions":[{"method":"GET","path":"/key","status":200,"elapsed_ms":74,"key":"API key"}]}');
CREATE TABLE balance_history (
  provider text not null,
  account text not null,
  scope text not null,
  currency text not null,
  time_ms integer not null,
  nanos integer not null,
  last_seen_ms integer not null,
  primary key (provider, account, scope, currency, time_ms)
) without rowid;
INSERT INTO "balance_history" VALUES('openrouter','default','account','USD',1763812800000,3210000000,1763812800000);
CREATE TABLE budget (
  name text primary key,
  body text not null,
  set_ms integer not null
) without rowid;
INSERT INTO "budget" VALUES('daily','{"name":"daily","period":"day","amount":{"nanos":5000000000,"currency":"USD"},"time_zone":null,"scope":{"provider":null,"model":null,"agent":null,"app":null,"project":null,"user":null,"feature":null,"team":null},"steps":["50","80","100"],"unpriced":"ask","is_configured":false}',1763812800000);
CREATE TABLE budget_raise (
  id integer primary key,
  budget text not null,
  nanos integer not null,
  currency text not null,
  from_ms integer not null,
  until_ms integer not null
);
INSERT INTO "budget_raise" VALUES(1,'daily',2000000000,'USD',1763812800000,4102444800000);
CREATE TABLE crossing (
  number integer primary key,
  key text not null unique,
  body text not null,
  since_ms integer not null,
  resolved_ms integer,
  told integer,
  loudest integer,
  told_ms integer,
  acknowledged_ms integer,
  snoozed_ms integer,
  snoozed_until_ms integer
);
INSERT INTO "crossing" VALUES(1,'low_balance:openrouter','{"key":"low_balance:openrouter","kind":"low_balance","severity":"warning","subject":"openrouter","money":{"nanos":3210000000,"currency":"USD"},"threshold":null,"percent":null,"threshold_percent":null,"window":null,"per_day":null,"empty_ms":null}',1763812800000,NULL,0,0,1763812800000,NULL,NULL,NULL);
CREATE TABLE day_rollup (
  day integer not null,
  series_id integer not null,
  thread_id integer not null,
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
  open_sums integer not null,
  likely_requests integer not null,
  likely_cost_units integer not null,
  likely_cost_nanos integer not null,
  unknown_cost_tokens integer not null,
  doubtful_requests integer not null,
  primary key (day, series_id, thread_id)
) without rowid;
CREATE TABLE event (
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
, requests integer default 1, batch integer not null default 0);
INSERT INTO "event" VALUES(5702850588207775744,1763812800000,44448324794540,6267992209153,100,0,0,0,10,0,0,NULL,1000,739556,0,1,0);
INSERT INTO "event" VALUES(8517999391247597568,1763812800000,44448324794540,6267992209153,100,0,0,0,10,0,0,NULL,1000,739556,0,1,0);
CREATE TABLE forgettable (
  key integer primary key,
  time_ms integer not null,
  series_id integer not null,
  requests integer not null
);
CREATE TABLE hour_rollup (
  bucket_ms integer not null,
  series_id integer not null,
  thread_id integer not null,
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
  open_sums integer not null,
  likely_requests integer not null,
  likely_cost_units integer not null,
  likely_cost_nanos integer not null,
  unknown_cost_tokens integer not null,
  doubtful_requests integer not null,
  primary key (bucket_ms, series_id, thread_id)
) without rowid;
INSERT INTO "hour_rollup" VALUES(1763812800000,44448324794540,6267992209153,2,200,0,0,0,20,0,0,2,0,2000,0,0,0,0,0,2,0,2000,0,0);
CREATE TABLE intake (
  agent text primary key,
  records integer not null,
  merged integer not null,
  pruned integer not null
) without rowid;
INSERT INTO "intake" VALUES('claude-code',2,0,0);
CREATE TABLE log_file (
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
INSERT INTO "log_file" VALUES(1,'claude-code',X'2F6C6F67732F612E6A736F6E6C','1','2',300,4,300,9,X'7D0A','');
CREATE TABLE message (
  id integer primary key,
  channel text not null,
  topic text not null,
  body text not null,
  is_urgent integer not null,
  is_gathered integer not null,
  posted_ms integer not null,
  due_ms integer not null,
  tries integer not null,
  claimed_ms integer,
  failed_ms integer,
  ended_ms integer,
  fate text,
  reason text not null
);
CREATE TABLE note (
  key text primary key,
  body text not null
) without rowid;
INSERT INTO "note" VALUES('scanned_ms','1763812800000');
CREATE TABLE origin (
  thread_id integer not null,
  file_id integer not null,
  primary key (thread_id, file_id)
) without rowid;
CREATE TABLE provider_cost (
  provider text not null,
  account text not null,
  scope text not null,
  day_ms integer not null,
  model text not null,
  line text not null,
  currency text not null,
  nanos integer not null,
  is_partial integer not null,
  read_ms integer not null
);
INSERT INTO "provider_cost" VALUES('openrouter','default','account',1763769600000,'m1','','USD',1500000000,1,1763812800000);
CREATE TABLE provider_usage (
  provider text not null,
  account text not null,
  scope text not null,
  day_ms integer not null,
  model text not null,
  requests integer,
  input_tokens integer,
  cache_read_input_tokens integer,
  cache_creation_input_tokens integer,
  output_tokens integer,
  reasoning_output_tokens integer,
  is_partial integer not null,
  read_ms integer not null
);
INSERT INTO "provider_usage" VALUES('openrouter','default','account',1763769600000,'m1',3,300,200,0,30,NULL,1,1763812800000);
CREATE TABLE pruned (
  key integer primary key,
  role integer not null
);
CREATE TABLE reject (
  file_id integer not null,
  line integer not null,
  reason text not null,
  primary key (file_id, line)
) without rowid;
INSERT INTO "reject" VALUES(1,7,'not JSON');
CREATE TABLE rollup (
  bucket_ms integer not null,
  series_id integer not null,
  thread_id integer not null,
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
  open_sums integer not null,
  likely_requests integer not null,
  likely_cost_units integer not null,
  likely_cost_nanos integer not null,
  unknown_cost_tokens integer not null,
  doubtful_requests integer not null,
  primary key (bucket_ms, series_id, thread_id)
) without rowid;
INSERT INTO "rollup" VALUES(1763812800000,44448324794540,6267992209153,2,200,0,0,0,20,0,0,2,0,2000,0,0,0,0,0,2,0,2000,0,0);
CREATE TABLE schema_version (version integer primary key);
INSERT INTO "schema_version" VALUES(1);
INSERT INTO "schema_version" VALUES(2);
INSERT INTO "schema_version" VALUES(3);
INSERT INTO "schema_version" VALUES(4);
INSERT INTO "schema_version" VALUES(5);
INSERT INTO "schema_version" VALUES(6);
INSERT INTO "schema_version" VALUES(7);
INSERT INTO "schema_version" VALUES(8);
INSERT INTO "schema_version" VALUES(9);
INSERT INTO "schema_version" VALUES(10);
INSERT INTO "schema_version" VALUES(11);
INSERT INTO "schema_version" VALUES(12);
CREATE TABLE series (
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
, machine text not null default '');
INSERT INTO "series" VALUES(44448324794540,'log','claude-code','anthropic','claude-opus-4-5','','','/home/ann/bot','','','','','',1763812800000,1763812800000,'');
CREATE TABLE spend_history (
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
CREATE TABLE status_page (
  url text primary key,
  body text not null
) without rowid;
INSERT INTO "status_page" VALUES('https://status.example/api/v2/summary.json','{"url":"https://status.example/api/v2/summary.json","checked_ms":1763812800000,"health":"operational","components":[],"incidents":[],"maintenances":[],"etag":"","last_modified":""}');
CREATE TABLE thread (
  id integer primary key,
  session text not null,
  conversation text not null,
  sender text not null,
  channel text not null
, first_ms integer not null default 0, last_ms integer not null default 0);
INSERT INTO "thread" VALUES(6267992209153,'s1','','','',1763812800000,1763812800000);
CREATE TABLE window_history (
  provider text not null,
  account text not null,
  name text not null,
  time_ms integer not null,
  used_percent text not null,
  last_seen_ms integer not null,
  primary key (provider, account, name, time_ms)
) without rowid;
CREATE TABLE withdrawn (
  key integer primary key,
  batch integer not null
);
CREATE INDEX provider_usage_day on provider_usage (provider, account, day_ms);
CREATE INDEX provider_cost_day on provider_cost (provider, account, day_ms);
CREATE INDEX message_channel on message (channel, topic);
CREATE INDEX event_apart on event (time_ms) where (input_tokens > 199999 or requests is null or requests <> 1
  or cache_read_input_tokens + cache_creation_input_tokens > input_tokens
  or cache_creation_1h_input_tokens > cache_creation_input_tokens
  or reasoning_output_tokens > output_tokens) is true;
COMMIT;
