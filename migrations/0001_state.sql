-- The state of every tenant: records as JSON documents with a version, their secondary keys, what changed, and who leads.
-- Ids and keys are escaped (src/store/postgres/text.ts), so that any text fits and their order is the same everywhere.
-- Each statement has to be fast from the first record on, while the planner knows nothing of the tables: it names ids as constants
-- (`= any`), since a tenant and a collection alone look selective, and joins by hashing, since every set looks small.

create table lucca_scim.records (
  tenant text collate "C" not null,
  collection text collate "C" not null,
  id text collate "C" not null,
  version bigint not null,
  -- False for what was written by somebody who did not know the keys; a later migration that changes keys sets it to false.
  indexed boolean not null,
  -- json, not jsonb: it keeps every text as it was given, and members in their order.
  data json not null,
  primary key (tenant, collection, id)
) with (fillfactor = 85);

create index records_not_indexed on lucca_scim.records (tenant, collection) where not indexed;

create table lucca_scim.keys (
  tenant text collate "C" not null,
  collection text collate "C" not null,
  name text collate "C" not null,
  key text collate "C" not null,
  id text collate "C" not null,
  primary key (key, name, collection, tenant, id)
);

create index keys_of_record on lucca_scim.keys (id, collection, tenant);

-- The change feed. Numbers are given out before a transaction commits, so readers go by transactions that have ended.
create table lucca_scim.changes (
  transaction xid8 not null default pg_current_xact_id(),
  position bigint generated always as identity,
  at timestamptz not null default now(),
  tenant text collate "C" not null,
  collection text collate "C" not null,
  id text collate "C" not null,
  kind text not null,
  primary key (transaction, position)
);

create index changes_at on lucca_scim.changes (at);

-- How often the right to lead a tenant's runs was taken; whoever writes as an earlier leader is refused.
create table lucca_scim.terms (
  tenant text collate "C" primary key,
  epoch bigint not null
);

-- Holds the term until the transaction ends: the next leader waits for writes under way, and none comes after it.
create function lucca_scim.hold_term(of_tenant text, of_epoch bigint) returns void
language plpgsql as $$
begin
  if of_epoch is null then
    return;
  end if;
  perform from lucca_scim.terms where tenant = of_tenant and epoch = of_epoch for share;
  if not found then
    raise exception 'term % has ended', of_epoch using errcode = 'LB002', detail = of_tenant;
  end if;
end $$;

-- Makes the keys of some records those that are given, key by key in three arrays of the same length.
create function lucca_scim.set_keys(
  of_tenant text, of_collection text, ids text[], key_ids text[], key_names text[], key_values text[]
) returns void
language plpgsql as $$
begin
  delete from lucca_scim.keys k
  where k.tenant = of_tenant and k.collection = of_collection and k.id = any (ids)
    and (k.id, k.name, k.key) not in (select * from unnest(key_ids, key_names, key_values));
  insert into lucca_scim.keys (tenant, collection, name, key, id)
  select of_tenant, of_collection, given.name, given.key, given.id
  from unnest(key_ids, key_names, key_values) as given (id, name, key)
  on conflict do nothing;
end $$;

-- Writes records whose stored version is the given one (0: none), all or none, and gives the transaction.
-- Rows are locked in the order of ids, so that two writers never wait for each other.
create function lucca_scim.put_records(
  of_tenant text, of_collection text, of_epoch bigint,
  ids text[], versions bigint[], documents text[], is_indexed boolean,
  key_ids text[], key_names text[], key_values text[]
) returns text
language plpgsql set enable_nestloop = off as $$
declare
  inserted text[];
  conflict text;
begin
  perform lucca_scim.hold_term(of_tenant, of_epoch);
  perform from lucca_scim.records r
  where r.tenant = of_tenant and r.collection = of_collection and r.id = any (ids)
  order by r.id for update;

  select json_build_object(
    'collection', of_collection, 'id', given.id, 'given', given.version, 'stored', coalesce(r.version, 0)
  )
  into conflict
  from unnest(ids, versions) with ordinality as given (id, version, place)
  left join (
    select * from lucca_scim.records s where s.tenant = of_tenant and s.collection = of_collection and s.id = any (ids)
  ) as r using (id)
  where coalesce(r.version, 0) <> given.version
  order by given.place limit 1;
  if found then
    raise exception 'version conflict' using errcode = 'LB001', detail = conflict;
  end if;

  update lucca_scim.records r
  set version = r.version + 1, indexed = is_indexed, data = given.document::json
  from unnest(ids, versions, documents) as given (id, version, document)
  where r.tenant = of_tenant and r.collection = of_collection and r.id = any (ids)
    and r.id = given.id and given.version > 0;

  -- Rows that were not there cannot be locked: somebody else may be making the same ones.
  with made as (
    insert into lucca_scim.records (tenant, collection, id, version, indexed, data)
    select of_tenant, of_collection, given.id, 1, is_indexed, given.document::json
    from unnest(ids, versions, documents) as given (id, version, document)
    where given.version = 0
    order by given.id
    on conflict do nothing
    returning id
  )
  select coalesce(array_agg(id), '{}') into inserted from made;
  select json_build_object('collection', of_collection, 'id', given.id, 'given', 0, 'stored', 1)
  into conflict
  from unnest(ids, versions) with ordinality as given (id, version, place)
  where given.version = 0 and given.id <> all (inserted)
  order by given.place limit 1;
  if found then
    raise exception 'version conflict' using errcode = 'LB001', detail = conflict;
  end if;

  perform lucca_scim.set_keys(of_tenant, of_collection, ids, key_ids, key_names, key_values);
  insert into lucca_scim.changes (tenant, collection, id, kind)
  select of_tenant, of_collection, given.id, 'put' from unnest(ids) with ordinality as given (id, place)
  order by given.place;
  return pg_current_xact_id();
end $$;

-- Removes records and gives the transaction, and the ids that were there in the order of asking.
create function lucca_scim.delete_records(
  of_tenant text, of_collection text, of_epoch bigint, ids text[],
  out transaction text, out gone text[]
)
language plpgsql as $$
begin
  perform lucca_scim.hold_term(of_tenant, of_epoch);
  perform from lucca_scim.records r
  where r.tenant = of_tenant and r.collection = of_collection and r.id = any (ids)
  order by r.id for update;

  with removed as (
    delete from lucca_scim.records r
    where r.tenant = of_tenant and r.collection = of_collection and r.id = any (ids)
    returning r.id
  )
  select coalesce(array_agg(given.id order by given.place), '{}') into gone
  from (select id, min(place) as place from unnest(ids) with ordinality as asked (id, place) group by id) as given
  join removed using (id);

  perform lucca_scim.set_keys(of_tenant, of_collection, gone, '{}', '{}', '{}');
  insert into lucca_scim.changes (tenant, collection, id, kind)
  select of_tenant, of_collection, removed.id, 'delete' from unnest(gone) with ordinality as removed (id, place)
  order by removed.place;
  transaction := pg_current_xact_id();
end $$;

-- Gives keys to records that have none yet; false, and nothing done, when one of them was written meanwhile.
create function lucca_scim.index_records(
  of_tenant text, of_collection text, ids text[], versions bigint[],
  key_ids text[], key_names text[], key_values text[]
) returns boolean
language plpgsql set enable_nestloop = off as $$
declare
  unchanged bigint;
begin
  perform from lucca_scim.records r
  where r.tenant = of_tenant and r.collection = of_collection and r.id = any (ids)
  order by r.id for update;
  select count(*) into unchanged
  from unnest(ids, versions) as given (id, version)
  join lucca_scim.records r on r.tenant = of_tenant and r.collection = of_collection and r.id = any (ids)
    and r.id = given.id and r.version = given.version;
  if unchanged <> cardinality(ids) then
    return false;
  end if;
  update lucca_scim.records r set indexed = true
  where r.tenant = of_tenant and r.collection = of_collection and r.id = any (ids);
  perform lucca_scim.set_keys(of_tenant, of_collection, ids, key_ids, key_names, key_values);
  return true;
end $$;
