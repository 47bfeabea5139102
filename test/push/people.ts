/** People and groups as precedence hands them to the planner, written short. */
import type { JsonObject } from '../../src/json.js';
import type { DesiredGroup, DesiredUser } from '../../src/push/plan/input.js';
import { ENTERPRISE_USER } from '../../src/scim/schema.js';

export const NOW = '2026-11-20T08:00:00.000Z';

export interface Person {
  id: string;
  givenName?: string;
  familyName?: string;
  /** `<id>@acme.example` when left out; null for none. */
  email?: string | null;
  emailType?: string;
  userName?: string | undefined;
  title?: string | undefined;
  department?: string | undefined;
  /** Bridge id. */
  manager?: string | undefined;
  lifecycle?: DesiredUser['lifecycle']['state'];
  inScope?: boolean;
  /** What the sources say together, when it is not what follows from the contract. */
  active?: boolean;
}

/** A person as precedence hands them to the planner. */
export function desired(person: Person): DesiredUser {
  const { id, givenName = 'Ines', familyName = `Moreau ${id}`, title, department, manager } = person;
  const email = person.email === undefined ? `${id}@acme.example` : person.email;
  const userName = person.userName ?? email;
  const enterprise: JsonObject = {
    ...(department === undefined ? {} : { department }),
    ...(manager === undefined ? {} : { manager: { value: manager } }),
  };
  const state = person.lifecycle ?? 'active';
  // As the translator does it: without dates Lucca says nothing about `active`.
  const active = person.active ?? (state === 'unknown' ? undefined : state === 'active');
  const resource: JsonObject = {
    externalId: `lucca-${id}`,
    name: { givenName, familyName },
    displayName: `${givenName} ${familyName}`,
    ...(active === undefined ? {} : { active }),
    ...(userName === null ? {} : { userName }),
    ...(email === null
      ? {}
      : { emails: [{ value: email, type: person.emailType ?? 'work', primary: true }] }),
    ...(title === undefined ? {} : { title }),
    ...(Object.keys(enterprise).length === 0 ? {} : { [ENTERPRISE_USER]: enterprise }),
  };
  const reasons = {
    active: 'under contract',
    left: 'contract ended 2026-11-19, Europe/Paris',
    upcoming: 'starts 2026-12-01',
    unknown: 'no dates',
  };
  return {
    id,
    resource,
    lifecycle: { state, reason: reasons[state], startsAt: null, endsAt: null },
    inScope: person.inScope ?? true,
  };
}

export function group(id: string, displayName: string, members: readonly string[]): DesiredGroup {
  return { id, attributes: { displayName, externalId: `department:${id}` }, members };
}
