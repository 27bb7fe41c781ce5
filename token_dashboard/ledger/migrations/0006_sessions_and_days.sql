-- Which machine of a team a request was made on; '' is the ledger's own.
alter table series add column machine text not null default '';

-- When a session was first and last active.
alter table thread add column first_ms integer not null default 0;

alter table thread add column last_ms integer not null default 0;

update thread set first_ms = seen.first_ms, last_ms = seen.last_ms
from (select thread_id, min(time_ms) as first_ms, max(time_ms) as last_ms from event group by thread_id) as seen
where seen.thread_id = thread.id;

-- The number of the recording that wrote a row last: what is newer than some number is what changed since.
alter table event add column batch integer not null default 0;

-- Roll-ups know the session too. What is left of requests whose detail was deleted belongs to no session that is known.
alter table rollup rename to old_rollup;

create table rollup (
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

insert into rollup
select
  bucket_ms, series_id, thread_id,
  sum(weight), sum(input_tokens), sum(cache_read_input_tokens), sum(cache_creation_input_tokens),
  sum(cache_creation_1h_input_tokens), sum(output_tokens), sum(reasoning_output_tokens), sum(web_searches),
  sum(case when listed is null then 0 else weight end),
  coalesce(sum(listed / 1000000000), 0), coalesce(sum(listed % 1000000000), 0),
  sum(case when listed is null then tokens else 0 end),
  sum(case when recorded is null then 0 else weight end),
  coalesce(sum(recorded / 1000000000), 0), coalesce(sum(recorded % 1000000000), 0),
  sum(is_open),
  sum(case when likely is null then 0 else weight end),
  coalesce(sum(likely / 1000000000), 0), coalesce(sum(likely % 1000000000), 0),
  sum(case when likely is null then tokens else 0 end),
  sum(case when is_doubtful = 1 then weight else 0 end)
from (
  select *, case when coalesce(recorded, 0) = 0 or is_doubtful = 1 then listed else recorded end as likely
  from (
    select
      time_ms / 900000 * 900000 as bucket_ms, series_id, thread_id, input_tokens, cache_read_input_tokens,
      cache_creation_input_tokens, cache_creation_1h_input_tokens, output_tokens, reasoning_output_tokens, web_searches,
      coalesce(requests, 1) as weight, case when requests is null then 1 else 0 end as is_open,
      input_tokens + output_tokens as tokens, list_cost_nanos as listed, recorded_cost_nanos as recorded,
      case when coalesce(recorded_cost_nanos, 0) <> 0 and coalesce(list_cost_nanos, 0) <> 0 and (
        recorded_cost_nanos >= 1000 * list_cost_nanos or list_cost_nanos >= 1000 * recorded_cost_nanos
      ) then 1 else 0 end as is_doubtful
    from event where role <> 2
  ) as weighed
) as judged
group by bucket_ms, series_id, thread_id;

insert into rollup
select
  old.bucket_ms, old.series_id, 76689667955191,
  old.requests - coalesce(known.requests, 0),
  old.input_tokens - coalesce(known.input_tokens, 0),
  old.cache_read_input_tokens - coalesce(known.cache_read_input_tokens, 0),
  old.cache_creation_input_tokens - coalesce(known.cache_creation_input_tokens, 0),
  old.cache_creation_1h_input_tokens - coalesce(known.cache_creation_1h_input_tokens, 0),
  old.output_tokens - coalesce(known.output_tokens, 0),
  old.reasoning_output_tokens - coalesce(known.reasoning_output_tokens, 0),
  old.web_searches - coalesce(known.web_searches, 0),
  old.priced_requests - coalesce(known.priced_requests, 0),
  old.list_cost_units - coalesce(known.list_cost_units, 0),
  old.list_cost_nanos - coalesce(known.list_cost_nanos, 0),
  old.unpriced_tokens - coalesce(known.unpriced_tokens, 0),
  old.recorded_requests - coalesce(known.recorded_requests, 0),
  old.recorded_cost_units - coalesce(known.recorded_cost_units, 0),
  old.recorded_cost_nanos - coalesce(known.recorded_cost_nanos, 0),
  old.open_sums - coalesce(known.open_sums, 0),
  old.likely_requests - coalesce(known.likely_requests, 0),
  old.likely_cost_units - coalesce(known.likely_cost_units, 0),
  old.likely_cost_nanos - coalesce(known.likely_cost_nanos, 0),
  old.unknown_cost_tokens - coalesce(known.unknown_cost_tokens, 0),
  old.doubtful_requests - coalesce(known.doubtful_requests, 0)
from old_rollup as old left join (
  select
    bucket_ms, series_id,
    sum(requests) as requests, sum(input_tokens) as input_tokens,
    sum(cache_read_input_tokens) as cache_read_input_tokens,
    sum(cache_creation_input_tokens) as cache_creation_input_tokens,
    sum(cache_creation_1h_input_tokens) as cache_creation_1h_input_tokens,
    sum(output_tokens) as output_tokens, sum(reasoning_output_tokens) as reasoning_output_tokens,
    sum(web_searches) as web_searches, sum(priced_requests) as priced_requests,
    sum(list_cost_units) as list_cost_units, sum(list_cost_nanos) as list_cost_nanos,
    sum(unpriced_tokens) as unpriced_tokens, sum(recorded_requests) as recorded_requests,
    sum(recorded_cost_units) as recorded_cost_units, sum(recorded_cost_nanos) as recorded_cost_nanos,
    sum(open_sums) as open_sums, sum(likely_requests) as likely_requests,
    sum(likely_cost_units) as likely_cost_units, sum(likely_cost_nanos) as likely_cost_nanos,
    sum(unknown_cost_tokens) as unknown_cost_tokens, sum(doubtful_requests) as doubtful_requests
  from rollup group by bucket_ms, series_id
) as known on known.bucket_ms = old.bucket_ms and known.series_id = old.series_id
where old.requests > coalesce(known.requests, 0)
on conflict (bucket_ms, series_id, thread_id) do update set
  requests = rollup.requests + excluded.requests,
  input_tokens = rollup.input_tokens + excluded.input_tokens,
  cache_read_input_tokens = rollup.cache_read_input_tokens + excluded.cache_read_input_tokens,
  cache_creation_input_tokens = rollup.cache_creation_input_tokens + excluded.cache_creation_input_tokens,
  cache_creation_1h_input_tokens = rollup.cache_creation_1h_input_tokens + excluded.cache_creation_1h_input_tokens,
  output_tokens = rollup.output_tokens + excluded.output_tokens,
  reasoning_output_tokens = rollup.reasoning_output_tokens + excluded.reasoning_output_tokens,
  web_searches = rollup.web_searches + excluded.web_searches,
  priced_requests = rollup.priced_requests + excluded.priced_requests,
  list_cost_units = rollup.list_cost_units + excluded.list_cost_units,
  list_cost_nanos = rollup.list_cost_nanos + excluded.list_cost_nanos,
  unpriced_tokens = rollup.unpriced_tokens + excluded.unpriced_tokens,
  recorded_requests = rollup.recorded_requests + excluded.recorded_requests,
  recorded_cost_units = rollup.recorded_cost_units + excluded.recorded_cost_units,
  recorded_cost_nanos = rollup.recorded_cost_nanos + excluded.recorded_cost_nanos,
  open_sums = rollup.open_sums + excluded.open_sums,
  likely_requests = rollup.likely_requests + excluded.likely_requests,
  likely_cost_units = rollup.likely_cost_units + excluded.likely_cost_units,
  likely_cost_nanos = rollup.likely_cost_nanos + excluded.likely_cost_nanos,
  unknown_cost_tokens = rollup.unknown_cost_tokens + excluded.unknown_cost_tokens,
  doubtful_requests = rollup.doubtful_requests + excluded.doubtful_requests;

insert into thread (id, session, conversation, sender, channel, first_ms, last_ms)
select distinct thread_id, '', '', '', '', 0, 0 from rollup where thread_id = 76689667955191
on conflict (id) do nothing;

drop table old_rollup;

-- The same sums by local day, for reports over long periods. The note 'usage.days' names the zone; without it this is
-- empty. The day is its ordinal (0001-01-01 is 1).
create table day_rollup (
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

-- Which files the records of a session were read from.
create table origin (
  thread_id integer not null,
  file_id integer not null,
  primary key (thread_id, file_id)
) without rowid;

-- Every record that was ever handed over for an agent: each became a row of its own, or merged with one that was there.
-- Rows whose detail was deleted are counted as pruned.
create table intake (
  agent text primary key,
  records integer not null,
  merged integer not null,
  pruned integer not null
) without rowid;

insert into intake (agent, records, merged, pruned)
select agent, count(*), 0, 0 from event join series on series.id = event.series_id group by agent;

insert into intake (agent, records, merged, pruned)
select '', count(*), 0, count(*) from pruned where true group by 1
on conflict (agent) do update set records = intake.records + excluded.records, pruned = excluded.pruned;
