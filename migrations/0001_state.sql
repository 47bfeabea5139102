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

-- Does several writes at once, for callers who share the way here and the commit. Each record belongs to one of them, and each write is
-- done whole or refused whole: when a record's stored version is not the given one (0: none), or when the records that hold a key
-- are others than its writer found. Gives the transaction, and the refused writes with the reason. No id comes twice.
-- Keys, and then rows in the order of ids, are locked first, so that two calls never wait for each other.
create function lucca_scim.write_records(
  of_tenant text, of_collection text, of_epoch bigint, is_indexed boolean,
  writes int[], ids text[], versions bigint[], documents text[], -- no document: to be removed
  key_ids text[], key_names text[], key_values text[],
  found_writes int[], found_names text[], found_keys text[],
  holder_places int[], holder_ids text[], -- who was found, by the place of the key in the three before
  out transaction text, out refused json
)
language plpgsql set enable_nestloop = off set plan_cache_mode = force_generic_plan as $$
declare
  refused_writes int[];
  expected int;
  made int;
begin
  perform lucca_scim.hold_term(of_tenant, of_epoch);
  if cardinality(found_keys) > 0 then
    perform pg_advisory_xact_lock(number) from (
      select distinct hashtextextended(concat_ws(' ', 'lucca_scim', of_tenant, of_collection, name, key), 0) as number
      from unnest(found_names, found_keys) as found (name, key) order by 1
    ) as in_order;
  end if;
  perform from lucca_scim.records r
  where r.tenant = of_tenant and r.collection = of_collection and r.id = any (ids)
  order by r.id for update;

  select json_agg(reason), coalesce(array_agg((reason ->> 'write')::int), '{}') into refused, refused_writes
  from (
    select json_build_object('write', given.write, 'id', given.id, 'given', given.version, 'stored', coalesce(r.version, 0)) as reason
    from unnest(writes, ids, versions) with ordinality as given (write, id, version, place)
    left join (
      select s.id, s.version from lucca_scim.records s
      where s.tenant = of_tenant and s.collection = of_collection and s.id = any (ids)
    ) as r using (id)
    where coalesce(r.version, 0) <> given.version
    order by given.place
  ) as reasons;
  if cardinality(found_keys) > 0 then
    select coalesce(json_agg(reason), refused), refused_writes || coalesce(array_agg((reason ->> 'write')::int), '{}')
    into refused, refused_writes
    from (
      select json_array_elements(refused) as reason
      union all
      select json_build_object('write', found.write, 'index', found.name)
      from unnest(found_writes, found_names, found_keys) with ordinality as found (write, name, key, place)
      where array(
        select k.id from lucca_scim.keys k
        where k.key = found.key and k.name = found.name and k.collection = of_collection and k.tenant = of_tenant order by 1
      ) <> array(
        select holder.id collate "C" from unnest(holder_places, holder_ids) as holder (place, id) where holder.place = found.place order by 1
      )
    ) as reasons;
  end if;
  if cardinality(refused_writes) > 0 then
    select coalesce(array_agg(g.write order by g.place), '{}'), coalesce(array_agg(g.id order by g.place), '{}'),
      coalesce(array_agg(g.version order by g.place), '{}'), coalesce(array_agg(g.document order by g.place), '{}')
    into writes, ids, versions, documents
    from unnest(writes, ids, versions, documents) with ordinality as g (write, id, version, document, place)
    where g.write <> all (refused_writes);
    select coalesce(array_agg(k.id), '{}'), coalesce(array_agg(k.name), '{}'), coalesce(array_agg(k.key), '{}')
    into key_ids, key_names, key_values
    from unnest(key_ids, key_names, key_values) as k (id, name, key) where k.id = any (ids);
  end if;

  update lucca_scim.records r
  set version = r.version + 1, indexed = is_indexed, data = given.document::json
  from unnest(ids, versions, documents) as given (id, version, document)
  where r.tenant = of_tenant and r.collection = of_collection and r.id = any (ids)
    and r.id = given.id and given.version > 0 and given.document is not null;

  select count(*) into expected from unnest(versions, documents) as given (version, document)
  where given.version = 0 and given.document is not null;
  if expected > 0 then
    insert into lucca_scim.records (tenant, collection, id, version, indexed, data)
    select of_tenant, of_collection, given.id, 1, is_indexed, given.document::json
    from unnest(ids, versions, documents) as given (id, version, document)
    where given.version = 0 and given.document is not null
    order by given.id
    on conflict do nothing;
    get diagnostics made = row_count;
    -- Rows that are not there cannot be locked: somebody else made the same ones meanwhile.
    if made < expected then
      raise exception 'a record was made meanwhile' using errcode = 'LB003';
    end if;
  end if;

  delete from lucca_scim.records r
  where r.tenant = of_tenant and r.collection = of_collection
    and r.id = any (array(select given.id from unnest(ids, documents) as given (id, document) where given.document is null));

  perform lucca_scim.set_keys(of_tenant, of_collection, ids, key_ids, key_names, key_values);
  insert into lucca_scim.changes (tenant, collection, id, kind)
  select of_tenant, of_collection, given.id, case when given.document is null then 'delete' else 'put' end
  from unnest(ids, versions, documents) with ordinality as given (id, version, document, place)
  where given.document is not null or given.version > 0
  order by given.place;
  transaction := pg_current_xact_id();
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
