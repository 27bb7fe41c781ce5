-- When the first and the last request that counts was made in each hour of UTC in which an agent was active; null
-- where it isn't known: its detail is deleted, or the one at that end went. Blocks of five hours tell these times.
create table active_hour (
  agent text not null,
  bucket_ms integer not null,
  first_ms integer,
  last_ms integer,
  primary key (agent, bucket_ms)
) without rowid;

insert into active_hour
select
  agent, hour_ms,
  case when sum(held) = sum(counted) then min(time_ms) end,
  case when sum(held) = sum(counted) then max(time_ms) end
from (
  select series_id, bucket_ms as hour_ms, requests as counted, 0 as held, null as time_ms from hour_rollup
  union all
  select
    series_id, (time_ms + 62135596800000) / 3600000 * 3600000 - 62135596800000, 0, coalesce(requests, 1), time_ms
  from event where role <> 2
) as used join series on series.id = series_id
group by agent, hour_ms;
