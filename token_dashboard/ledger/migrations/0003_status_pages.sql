-- What each vendor's status page said when it was last read, as JSON.
create table status_page (
  url text primary key,
  body text not null
) without rowid;

-- What was asked about each account the last time, as JSON.
create table asking (
  provider text not null,
  account text not null,
  body text not null,
  primary key (provider, account)
) without rowid;
