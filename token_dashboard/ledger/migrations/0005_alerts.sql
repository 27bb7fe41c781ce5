-- One row a crossing. The body is its condition as JSON. Severities are 0 warning and 1 critical. told is what the
-- owner knows of it now (null: nothing, or that it is over), loudest the highest that was told when it was told last.
create table crossing (
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

insert into crossing (number, key, body, since_ms, resolved_ms, told, loudest, told_ms)
  select row_number() over (order by since_ms, key), key, body, since_ms, resolved_ms,
    case when resolved_ms is null or json_extract(body, '$.kind') = 'high_spend' then peak end, peak,
    coalesce(resolved_ms, since_ms) from alert;

drop table alert;

-- Notices on their way, one row for each channel. The body is the notice as JSON. One that is claimed is being
-- brought by some process; one that has ended did not arrive.
create table message (
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

create index message_channel on message (channel, topic);

-- Until now the messages to the owner of an OpenClaw gateway waited in one note.
insert into message (channel, topic, body, is_urgent, is_gathered, posted_ms, due_ms, tries, claimed_ms, failed_ms,
    reason)
  select 'owner', 'older:' || waiting.key, json_object('text', json_extract(waiting.value, '$.text')), 1, 0,
    cast(strftime('%s', 'now') as integer) * 1000, 0, json_extract(waiting.value, '$.tries'),
    case when json_extract(waiting.value, '$.isUnderWay') then 0 end, json_extract(waiting.value, '$.failedMs'), ''
  from note, json_each(note.body) as waiting where note.key = 'openclaw.outbox';

delete from note where key = 'openclaw.outbox';
