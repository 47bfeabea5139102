/** `/lucca-api/employee-attributes`: every property of everybody as dated rows, custom fields included. */
import type { Person } from '../company.js';
import { isSeenByOAuth } from '../rights.js';
import type { Simulation } from '../simulation.js';
import {
  attributeDefinitionKind,
  type DatedValue,
  type Definition,
  visibleDefinitions,
} from './attribute-definitions.js';
import { embed, type Kind, lazy, refer } from './kind.js';

interface AttributeRow extends DatedValue {
  readonly person: Person;
  readonly definition: Definition;
  /** Place in the history of this attribute. */
  readonly version: number;
}

export function attributeKind(sim: Simulation): Kind<AttributeRow> {
  const definitions = lazy(() => attributeDefinitionKind(sim));
  return {
    type: 'employee-attribute',
    scope: 'employee-attributes.readonly',
    maxLimit: 1000,
    rows(wanted) {
      const ids = wanted('definition.id');
      const asked = visibleDefinitions(sim).filter(({ id }) => ids?.includes(id) ?? true);
      return sim.state
        .people()
        .filter((person) => isSeenByOAuth(person, sim.calendar, sim.rights.oauth))
        .flatMap((person) => attributesOf(person, asked));
    },
    id: ({ person, definition, version }) => `${person.id}-${definition.place}-${version}`,
    key: ({ person, definition, version }) => [person.id, definition.place, version],
    parameters: {
      employee: { type: 'text', read: ({ person }) => String(person.id) },
      'employee.id': { type: 'text', read: ({ person }) => String(person.id) },
      'definition.id': { type: 'text', read: ({ definition }) => definition.id },
      'applicability.asOf': { type: 'as-of', matches: holdsOn },
    },
    show: ({ person, definition, start, end, value }) => ({
      definition: refer(sim, 'employee-attribute-definition', definition.id),
      employee: refer(sim, 'employee', person.id),
      applicability: start === null ? null : { start, end },
      value,
      createdAt: person.createdAt,
      lastUpdatedAt: person.modifiedAt,
    }),
    embeds: ({ definition }) => [embed(sim, definitions(), definition)],
  };
}

function attributesOf(person: Person, definitions: readonly Definition[]): AttributeRow[] {
  return definitions.flatMap((definition) =>
    definition.values(person).map((dated, version) => ({ ...dated, person, definition, version })),
  );
}

function holdsOn({ start, end }: AttributeRow, date: string): boolean {
  return (start === null || start <= date) && (end === null || end >= date);
}
