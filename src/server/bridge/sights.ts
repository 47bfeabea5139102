/** How the tables of people and groups look to one kind of client. */
import type { SourceName } from '../../identity/person.js';
import type { JsonObject } from '../../json.js';
import type { AttributePath } from '../../scim/path.js';
import type { Row, RowLookup, Sight } from '../table.js';
import type { Audience } from './audience.js';
import { isComputedForGroup } from './group-resource.js';
import type { GroupRow } from './group-row.js';
import { HEAD } from './groups.js';
import { MANAGER } from './people.js';
import type { PersonRow } from './person-row.js';
import { SeenRows } from './seen-rows.js';
import { isComputedForUser } from './user-resource.js';
import type { World } from './world.js';

export function createPeopleSight(audience: Audience, world: World): Sight<PersonRow> {
  const { people } = world;
  const sees = (row: PersonRow): boolean => audience.seesPerson(row);
  const isPartial = (): boolean => audience.isBounded || people.concealed.size > 0;
  const seen = new SeenRows({ table: people.table, sees, isPartial, revision: () => people.revision });
  return {
    rows: () => seen.list(),
    get sees() {
      return isPartial() ? sees : undefined;
    },
    show: (row) => audience.showUser(row),
    reader: chooseReader<PersonRow>(isComputedForUser, {
      stored: (row) => row.attributes,
      described: (row) => audience.describeUser(row),
      shown: (row) => audience.showUser(row).resource,
    }),
    // Who is in a hidden group, or reports to a hidden person, is not to be found out by asking for them.
    lookups: new Map([
      ...ownIdLookup(audience.source, (source, id) => people.findOwn(source, id)),
      ['groups.value', (id) => (audience.isHidden(id) ? [] : world.peopleIn(id))],
      [MANAGER, (id) => (audience.isHidden(id) ? [] : people.reportsTo(id))],
    ]),
  };
}

export function createGroupsSight(audience: Audience, { groups, people }: World): Sight<GroupRow> {
  const sees = (row: GroupRow): boolean => audience.seesGroup(row);
  const isPartial = (): boolean => audience.isBounded;
  const revision = (): number => groups.revision + people.revision;
  const idsOf = (id: string): readonly string[] => people.find(id)?.ids ?? [id];
  const seen = new SeenRows({ table: groups.table, sees, isPartial, revision });
  return {
    rows: () => seen.list(),
    get sees() {
      return isPartial() ? sees : undefined;
    },
    show: (row) => audience.showGroup(row),
    reader: chooseReader<GroupRow>(isComputedForGroup, {
      stored: (row) => row.state.attributes,
      described: (row) => audience.describeGroup(row),
      shown: (row) => audience.showGroup(row).resource,
    }),
    lookups: new Map([
      ...ownIdLookup(audience.source, (source, id) => groups.findOwn(source, id)),
      ['members.value', (id) => (audience.isHidden(id) ? [] : groups.listing(idsOf(id)))],
      [HEAD, (id) => (audience.isHidden(id) ? [] : groups.headedBy(idsOf(id)))],
    ]),
  };
}

type Reader<R> = (row: R) => JsonObject;

/** The cheapest way to read what is at some paths: most filters ask for what is stored. */
function chooseReader<R>(
  isComputed: (path: AttributePath) => boolean,
  ways: { stored: Reader<R>; described: Reader<R>; shown: Reader<R> },
): (paths: readonly AttributePath[]) => Reader<R> {
  return (paths) => {
    if (paths.some(({ text }) => text === 'meta.version')) return ways.shown;
    return paths.some(isComputed) ? ways.described : ways.stored;
  };
}

/** An IdP looks resources up by its own externalId, not by Lucca's. */
function ownIdLookup<R extends Row>(
  source: SourceName | null,
  find: (source: SourceName, externalId: string) => readonly R[],
): [string, RowLookup<R>][] {
  return source === null ? [] : [['externalId', (externalId) => find(source, externalId)]];
}
