import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/json.js';
import { type AttributeCapability, fallbackCapabilities } from '../../src/push/capabilities.js';
import { loadProfile } from '../../src/push/load-profile.js';
import { createEchoSame, exactlySame } from '../../src/push/shape/compare.js';
import { type Change, diffBodies } from '../../src/push/shape/diff.js';
import { toPatchOperations } from '../../src/push/shape/patch-operations.js';
import { createUserShaper } from '../../src/push/shape/user-body.js';
import { readCases } from '../cases.js';

interface BodyCase {
  it: string;
  profile?: string;
  options?: Record<string, unknown>;
  /** `name:givenName,familyName` is a complex attribute. */
  schemas?: Record<string, string[]>;
  resource: JsonObject;
  body?: JsonObject;
  managerId?: string;
  faults?: string[];
}

describe('the body for a target', () => {
  it.each(readCases<BodyCase[]>('push/bodies.yaml').map((one) => [one.it, one] as const))('%s', (_, one) => {
    const schemas =
      one.schemas === undefined
        ? null
        : Object.fromEntries(Object.entries(one.schemas).map(([urn, names]) => [urn, names.map(attribute)]));
    const shaper = createUserShaper(loadProfile(one.profile ?? 'generic', one.options), {
      ...fallbackCapabilities(),
      schemas,
    });
    const { body, managerId, faults } = shaper.shape(one.resource, 'bridge-id');
    expect(faults.map(({ code }) => code)).toEqual(one.faults ?? []);
    expect(managerId).toBe(one.managerId ?? null);
    if (one.body !== undefined) expect(body).toEqual({ schemas: body.schemas, ...one.body });
  });

  it('says which detail may fill what is missing', () => {
    const shaper = createUserShaper(loadProfile('salesforce'), fallbackCapabilities());
    const resource = { userName: 'leo', name: { familyName: 'Petit' }, emails: [{ value: 'a@x.example' }] };
    const { faults } = shaper.shape(resource, 'leo');
    expect(faults).toMatchObject([
      { remedy: 'Map a field to entitlements, or set details.profile in the options of the target.' },
    ]);
  });

  it('is no copy where nothing has to be taken out', () => {
    const shaper = createUserShaper(loadProfile('generic'), fallbackCapabilities());
    const resource = { userName: 'leo', name: { familyName: 'Petit' }, emails: [{ value: 'a@x.example' }] };
    const { body } = shaper.shape(resource, 'leo');
    expect(body.name).toBe(resource.name);
    expect(body.emails).toBe(resource.emails);
  });
});

function attribute(text: string): AttributeCapability {
  const [name = '', subs] = text.split(':');
  return {
    name,
    multiValued: false,
    readOnly: false,
    caseExact: false,
    subAttributes: subs?.split(',') ?? null,
  };
}

interface ChangeCase {
  it: string;
  update?: Record<string, unknown>;
  takes?: string[];
  before: JsonObject;
  after: JsonObject;
  changes?: Change[];
  operations: JsonObject[];
}

describe('the changes between two bodies', () => {
  it.each(readCases<ChangeCase[]>('push/changes.yaml').map((one) => [one.it, one] as const))(
    '%s',
    (_, one) => {
      const takes = (path: string) => one.takes?.includes(path) ?? true;
      const changes = diffBodies(one.before, one.after, { same: exactlySame, removals: true, takes });
      if (one.changes !== undefined) expect(changes).toEqual(one.changes);
      const { update } = loadProfile('generic', one.update === undefined ? {} : { update: one.update });
      expect(toPatchOperations(changes, update)).toEqual(one.operations);
    },
  );
});

interface EchoCase {
  it: string;
  path: string;
  caseExact?: boolean;
  shown?: JsonValue;
  ours?: JsonValue;
  same: boolean;
}

describe('an echo of the target', () => {
  it.each(readCases<EchoCase[]>('push/echoes.yaml').map((one) => [one.it, one] as const))('%s', (_, one) => {
    const same = createEchoSame({ userNameCaseExact: one.caseExact ?? false });
    expect(same(one.path, one.shown, one.ours)).toBe(one.same);
  });
});
