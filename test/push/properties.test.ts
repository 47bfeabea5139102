import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src/json.js';
import { fallbackCapabilities } from '../../src/push/capabilities.js';
import { loadProfile } from '../../src/push/load-profile.js';
import type { Operation, Plan } from '../../src/push/plan/operation.js';
import { exactlySame } from '../../src/push/shape/compare.js';
import { diffBodies } from '../../src/push/shape/diff.js';
import { toPatchOperations } from '../../src/push/shape/patch-operations.js';
import { applyPatch, PATCH_OP } from '../../src/scim/patch.js';
import { defaultRegistry } from '../../src/scim/registry.js';
import { ENTERPRISE_USER, USER } from '../../src/scim/schema.js';
import { desired, group, type Person } from './people.js';
import { noLinks, plan, pretendToApply } from './pretend.js';

const profile = loadProfile('generic', { attributes: { unique: ['userName', 'emails'] } });
const capabilities = fallbackCapabilities();
const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Few ids, few e-mails, few managers: so that they meet. */
const personOf = (id: string): fc.Arbitrary<Person> =>
  fc.record({
    id: fc.constant(id),
    email: fc.constantFrom(null, ...['1', '2', '3', '4', '5', '6', '7', '8'].map((n) => `${n}@acme.example`)),
    userName: maybe(fc.constantFrom('x', 'y', 'z')),
    title: maybe(fc.constantFrom('Buyer', 'Adviser')),
    manager: maybe(fc.constantFrom(...ids)),
    lifecycle: fc.constantFrom('active', 'active', 'active', 'left', 'upcoming', 'unknown'),
    inScope: fc.constantFrom(true, true, true, false),
  });
const people = fc.tuple(...ids.map(personOf)).chain((all) => fc.subarray(all));
const state = fc.record({ people, members: fc.subarray(ids), complete: fc.constantFrom(true, true, false) });
type State = typeof state extends fc.Arbitrary<infer S> ? S : never;

function step({ people, members, complete }: State, links: ReturnType<typeof noLinks>): Plan {
  return plan({
    profile,
    capabilities,
    ...links,
    complete,
    users: people.map(desired),
    groups: [group('31', 'Sales', members)],
  });
}

describe('whatever happens in the directory', () => {
  it('a plan that was carried out leaves nothing to do', () => {
    fc.assert(
      fc.property(fc.array(state, { minLength: 1, maxLength: 5 }), (states) => {
        const links = noLinks();
        for (const one of states) {
          pretendToApply(step(one, links), links, profile, capabilities);
          expect(step(one, links).operations).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('no two accounts ever have one userName or address, at no instant of carrying a plan out', () => {
    fc.assert(
      fc.property(fc.array(state, { minLength: 1, maxLength: 5 }), (states) => {
        const links = noLinks();
        for (const one of states) {
          const made = step(one, links);
          for (const operation of made.operations) {
            pretendToApply({ ...made, operations: [operation] }, links, profile, capabilities);
            for (const attribute of ['userName', 'emails']) {
              const present = [...links.links.values()].flatMap(({ sent }) => sent?.[attribute] ?? []);
              expect(new Set(present.map((value) => JSON.stringify(value))).size).toBe(present.length);
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('every operation relies only on what comes before it', () => {
    fc.assert(
      fc.property(state, (one) => {
        const done = new Set<string>();
        for (const operation of step(one, noLinks()).operations) {
          for (const needed of neededBy(operation)) expect(done).toContain(needed);
          done.add(operation.subject);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('every manager who is on the target is set, circles included', () => {
    fc.assert(
      fc.property(state, (one) => {
        const links = noLinks();
        pretendToApply(step(one, links), links, profile, capabilities);
        for (const { id, manager } of one.people) {
          const sent = links.links.get(id)?.sent;
          const enterprise = sent?.[ENTERPRISE_USER];
          const set = isJsonObject(enterprise) ? enterprise.manager : undefined;
          const there = manager !== undefined && manager !== id && links.links.has(manager);
          if (sent) expect(set).toEqual(there ? { value: `t-${manager}` } : undefined);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('nobody is removed on an incomplete reading', () => {
    fc.assert(
      fc.property(fc.array(state, { minLength: 1, maxLength: 3 }), state, (states, last) => {
        const links = noLinks();
        for (const one of states) pretendToApply(step(one, links), links, profile, capabilities);
        const made = step({ ...last, complete: false }, links);
        expect(
          made.operations.filter(({ kind }) => kind === 'deactivate-user' || kind === 'release-group'),
        ).toEqual([]);
        expect(made.summary.membersRemoved).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

function neededBy(operation: Operation): string[] {
  const manager =
    'manager' in operation && operation.manager?.value === null ? [operation.manager.personId] : [];
  const members = operation.kind === 'change-members' ? operation.add : [];
  return [...manager, ...members];
}

describe('the PATCH for a change', () => {
  const text = fc.constantFrom('x', 'y', 'é');
  const phone = fc.record({ type: fc.constantFrom('work', 'mobile', 'home'), value: text });
  const body: fc.Arbitrary<JsonObject> = fc
    .record({
      title: maybe(text),
      active: maybe(fc.boolean()),
      name: maybe(fc.record({ givenName: text, familyName: text }, { requiredKeys: ['familyName'] })),
      phoneNumbers: maybe(
        fc.uniqueArray(phone, { selector: ({ type }) => type, minLength: 1, maxLength: 3 }),
      ),
      [ENTERPRISE_USER]: maybe(
        fc.record(
          { department: text, manager: fc.record({ value: text }) },
          { requiredKeys: ['department'] },
        ),
      ),
    })
    .map(
      (record) =>
        ({
          userName: 'leo',
          ...Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)),
        }) as JsonObject,
    )
    .map((record) => ({
      ...record,
      schemas: [USER, ...(record[ENTERPRISE_USER] === undefined ? [] : [ENTERPRISE_USER])],
    }));
  const user = defaultRegistry.resourceType('User');

  it.each([
    ['one operation a path', {}],
    ['value paths', { multiValued: 'value-path' }],
    ['one object', { style: 'one-object' }],
  ])('makes a server that follows RFC 7644 hold exactly what is wanted (%s)', (_, style) => {
    const { update } = loadProfile('generic', { update: style });
    fc.assert(
      fc.property(body, body, (before, after) => {
        const changes = diffBodies(before, after, { same: exactlySame, removals: true, takes: () => true });
        if (changes.length === 0) {
          expect(exactlySame('', before, after)).toBe(true);
          return;
        }
        if (user === undefined) throw new Error('no User');
        const { resource } = applyPatch(
          before,
          { schemas: [PATCH_OP], Operations: toPatchOperations(changes, update) },
          user,
          { strict: true },
        );
        expect(diffBodies(resource, after, { same: exactlySame, removals: true, takes: () => true })).toEqual(
          [],
        );
      }),
      { numRuns: 300 },
    );
  });
});
