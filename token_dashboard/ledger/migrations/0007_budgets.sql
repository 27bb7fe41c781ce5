-- Budgets that were set in a chat or by a command, beside those of the settings. The body is the budget as JSON.
create table budget (
  name text primary key,
  body text not null,
  set_ms integer not null
) without rowid;

-- More money for a while, for budgets of either kind.
create table budget_raise (
  id integer primary key,
  budget text not null,
  nanos integer not null,
  currency text not null,
  from_ms integer not null,
  until_ms integer not null
);
