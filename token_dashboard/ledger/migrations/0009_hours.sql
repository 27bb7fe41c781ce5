-- The same sums by hour of UTC, for reports in zones that are whole hours away from it. Hours are counted from the
-- year 1, since logs may claim times before 1970.
create table hour_rollup (
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

insert into hour_rollup
select
  (bucket_ms + 62135596800000) / 3600000 * 3600000 - 62135596800000, series_id, thread_id, sum(requests),
  sum(input_tokens), sum(cache_read_input_tokens),
  sum(cache_creation_input_tokens), sum(cache_creation_1h_input_tokens), sum(output_tokens),
  sum(reasoning_output_tokens), sum(web_searches), sum(priced_requests), sum(list_cost_units), sum(list_cost_nanos),
  sum(unpriced_tokens), sum(recorded_requests), sum(recorded_cost_units), sum(recorded_cost_nanos), sum(open_sums),
  sum(likely_requests), sum(likely_cost_units), sum(likely_cost_nanos), sum(unknown_cost_tokens), sum(doubtful_requests)
from rollup group by 1, 2, 3;
