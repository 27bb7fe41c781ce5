-- How many requests an event is the sum of: null where nobody knows.
alter table event add column requests integer default 1;

-- Events that sum up nobody knows how many requests; each counts as one in `requests`.
alter table rollup add column open_sums integer not null default 0;

-- The cost that is likely: the recorded one, but the list cost where none is recorded, or 0, or one that is off by a
-- factor of a thousand or more, which is doubtful.
alter table rollup add column likely_requests integer not null default 0;

alter table rollup add column likely_cost_units integer not null default 0;

alter table rollup add column likely_cost_nanos integer not null default 0;

alter table rollup add column unknown_cost_tokens integer not null default 0;

alter table rollup add column doubtful_requests integer not null default 0;

update rollup set
  likely_requests = priced_requests,
  likely_cost_units = list_cost_units,
  likely_cost_nanos = list_cost_nanos,
  unknown_cost_tokens = unpriced_tokens;

update rollup set
  likely_requests = likely_requests + believed.unpriced,
  likely_cost_nanos = likely_cost_nanos + believed.difference,
  unknown_cost_tokens = unknown_cost_tokens - believed.unpriced_tokens
from (
  select
    time_ms / 900000 * 900000 as bucket_ms,
    series_id,
    sum(case when list_cost_nanos is null then 1 else 0 end) as unpriced,
    sum(recorded_cost_nanos - coalesce(list_cost_nanos, 0)) as difference,
    sum(case when list_cost_nanos is null then input_tokens + output_tokens else 0 end) as unpriced_tokens
  from event
  where role <> 2 and recorded_cost_nanos <> 0 and (
    coalesce(list_cost_nanos, 0) = 0
    or (recorded_cost_nanos < 1000 * list_cost_nanos and list_cost_nanos < 1000 * recorded_cost_nanos)
  )
  group by 1, 2
) as believed
where believed.bucket_ms = rollup.bucket_ms and believed.series_id = rollup.series_id;

update rollup set doubtful_requests = doubtful.requests
from (
  select time_ms / 900000 * 900000 as bucket_ms, series_id, count(*) as requests
  from event
  where role <> 2 and recorded_cost_nanos <> 0 and list_cost_nanos <> 0 and (
    recorded_cost_nanos >= 1000 * list_cost_nanos or list_cost_nanos >= 1000 * recorded_cost_nanos
  )
  group by 1, 2
) as doubtful
where doubtful.bucket_ms = rollup.bucket_ms and doubtful.series_id = rollup.series_id;
