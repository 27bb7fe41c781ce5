-- What each account last said, and what has been wrong since. The body is the snapshot as JSON, without the daily
-- figures. The credential is a digest by which a change of key is seen; '' where none was noted.
create table account (
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

-- A provider had one account, which its operator may have given a label; from now on that account is 'default'.
update or replace balance_history set account = 'default' where account =
  (select json_extract(body, '$.account') from provider where provider.id = balance_history.provider);

update or replace window_history set account = 'default' where account =
  (select json_extract(body, '$.account') from provider where provider.id = window_history.provider);

update or replace spend_history set account = 'default' where account =
  (select json_extract(body, '$.account') from provider where provider.id = spend_history.provider);

-- Their keys say the account behind the provider: kind:provider:account:rest.
update or replace alert set
  key = replace(key, (select ':' || id || ':' || json_extract(provider.body, '$.account') || ':' from provider
    where id = json_extract(alert.body, '$.subject')), ':' || json_extract(body, '$.subject') || ':default:'),
  body = json_set(body, '$.key', replace(key, (select ':' || id || ':' || json_extract(provider.body, '$.account')
    || ':' from provider where id = json_extract(alert.body, '$.subject')),
    ':' || json_extract(body, '$.subject') || ':default:'))
where json_extract(body, '$.subject') in (select id from provider where body is not null);

insert into account
  select id, 'default', name, json_set(body, '$.account', 'default'), checked_ms, attempted_ms, problem,
    next_check_ms, failures, '' from provider;

drop table provider;

-- What vendors' books say of UTC days. A count that wasn't told is null, an untold text is ''.
create table provider_usage (
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

create index provider_usage_day on provider_usage (provider, account, day_ms);

create table provider_cost (
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

create index provider_cost_day on provider_cost (provider, account, day_ms);
