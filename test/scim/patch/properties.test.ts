/** What holds for any PATCH of any resource. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/json.js';
import { ScimError } from '../../../src/scim/errors.js';
import { applyPatch, PATCH_OP, type PatchResult } from '../../../src/scim/patch.js';
import { ENTERPRISE_USER, USER } from '../../../src/scim/schema.js';
import { normaliseResource } from '../../../src/scim/validate.js';
import { resourceType } from '../probe.js';

const type = resourceType('User');

const word = fc.constantFrom('a', 'A', 'b', 'é', 'work', 'home', '"', '\\', ']');
const kind = fc.constantFrom('work', 'home', 'other');
const element = fc.record<JsonObject>(
  { value: word, type: kind, primary: fc.boolean(), display: word },
  { requiredKeys: ['value'] },
);
const elements = fc.array(element, { minLength: 1, maxLength: 4 });
const nameParts = fc.record<JsonObject>(
  { givenName: word, familyName: word, middleName: word },
  { requiredKeys: [] },
);
const manager = fc.record<JsonObject>(
  { value: word, $ref: fc.constantFrom('../Users/a', '../Users/b') },
  { requiredKeys: ['value'] },
);
const enterprise = fc.record<JsonObject>({ department: word, manager }, { requiredKeys: [] });

/** Canonical users. */
const resource = fc
  .record<JsonObject>(
    {
      userName: word,
      nickName: word,
      active: fc.boolean(),
      name: nameParts,
      emails: elements,
      [ENTERPRISE_USER]: enterprise,
    },
    { requiredKeys: ['userName'] },
  )
  .map((each) => ({ id: 'u1', ...normaliseResource({ schemas: [USER], ...each }, type) }));

const filter = fc
  .tuple(fc.constantFrom('type', 'value', 'primary'), word, fc.boolean())
  .map(([part, text, flag]) => `[${part} eq ${part === 'primary' ? flag : JSON.stringify(text)}]`);
const emailsPath = fc
  .tuple(
    fc.option(filter, { nil: '' }),
    fc.constantFrom('', '.value', '.type', '.primary', '.display', '.noSuchPart'),
  )
  .map(([selection, part]) => `emails${selection}${part}`);
const path = fc.oneof(
  fc.constantFrom(
    'userName',
    'nickName',
    'active',
    'name',
    'name.givenName',
    'name.middleName',
    'emails',
    'id',
    'groups',
  ),
  fc.constantFrom(
    'manager',
    `${ENTERPRISE_USER}:manager.value`,
    `${ENTERPRISE_USER}:department`,
    ENTERPRISE_USER,
  ),
  fc.constantFrom('noSuchAttribute', '__proto__', 'constructor', 'a b', ''),
  emailsPath,
);
const value: fc.Arbitrary<JsonValue> = fc.oneof(
  word,
  fc.constantFrom<JsonValue>(null, '', [], {}, 5, 'True'),
  fc.boolean(),
  element,
  elements,
  nameParts,
  manager,
  enterprise,
  fc.record(
    { nickName: word, 'name.givenName': word, [`${ENTERPRISE_USER}:department`]: word },
    { requiredKeys: [] },
  ),
);
const operation = fc.record<JsonObject>(
  { op: fc.constantFrom('add', 'replace', 'remove', 'Add'), path, value },
  { requiredKeys: ['op'] },
);
const operations = fc.array(operation, { minLength: 1, maxLength: 4 });

function patch(before: JsonObject, list: readonly JsonObject[], strict = false): PatchResult {
  return applyPatch(before, { schemas: [PATCH_OP], Operations: [...list] }, type, { strict });
}

/** The result, or undefined when the PATCH was refused as a ScimError with a status of 4xx. */
function attempt(before: JsonObject, list: readonly JsonObject[], strict = false): PatchResult | undefined {
  try {
    return patch(before, list, strict);
  } catch (error) {
    if (error instanceof ScimError && error.status >= 400 && error.status < 500) return undefined;
    throw error;
  }
}

describe('any PATCH', () => {
  it('leaves what it is given alone, whether it succeeds or not', () => {
    let succeeded = 0;
    fc.assert(
      fc.property(resource, operations, fc.boolean(), (before, list, strict) => {
        const [beforeText, listText] = [JSON.stringify(before), JSON.stringify(list)];
        if (attempt(before, list, strict) !== undefined) succeeded += 1;
        expect(JSON.stringify(before)).toBe(beforeText);
        expect(JSON.stringify(list)).toBe(listText);
      }),
      { numRuns: 1000 },
    );
    expect(succeeded).toBeGreaterThan(100);
  });

  it('ends in a canonical resource', () => {
    fc.assert(
      fc.property(resource, operations, (before, list) => {
        const result = attempt(before, list);
        if (result === undefined) return;
        const { id, ...attributes } = result.resource;
        expect(id).toBe('u1');
        expect(normaliseResource(attributes, type)).toEqual(attributes);
      }),
      { numRuns: 1000 },
    );
  });

  it('has changed exactly when the resource differs, and then only what it touched', () => {
    fc.assert(
      fc.property(resource, operations, (before, list) => {
        const result = attempt(before, list);
        if (result === undefined) return;
        expect(result.changed).toBe(result.resource !== before);
        const after = flatten(result.resource);
        const differing = [...new Set([...flatten(before).keys(), ...after.keys()])].filter(
          (name) => JSON.stringify(flatten(before).get(name)) !== JSON.stringify(after.get(name)),
        );
        expect(differing.length > 0).toBe(result.changed);
        expect(result.touched).toEqual(expect.arrayContaining(differing));
        for (const name of result.touched) expect(result.withdrawn.includes(name)).toBe(!after.has(name));
      }),
      { numRuns: 1000 },
    );
  });

  it('is its operations one by one', () => {
    fc.assert(
      fc.property(resource, operations, (before, list) => {
        const together = attempt(before, list)?.resource;
        const oneByOne = list.reduce<JsonObject | undefined>(
          (current, each) => current && attempt(current, [each])?.resource,
          before,
        );
        expect(together).toEqual(oneByOne);
      }),
      { numRuns: 1000 },
    );
  });

  it('never leaves two primary values', () => {
    fc.assert(
      fc.property(resource, operations, (before, list) => {
        const emails = attempt(before, list)?.resource.emails ?? [];
        expect((emails as JsonObject[]).filter(({ primary }) => primary === true).length).toBeLessThan(2);
      }),
      { numRuns: 1000 },
    );
  });
});

/** Attributes of the root and of the extension, by their paths. */
function flatten({ schemas: _, ...given }: JsonObject): Map<string, JsonValue | undefined> {
  return new Map(
    Object.entries(given).flatMap(([name, held]) =>
      name === ENTERPRISE_USER && isJsonObject(held)
        ? Object.entries(held).map(([inner, each]) => [`${name}:${inner}`, each] as const)
        : [[name, held] as const],
    ),
  );
}

describe('a single operation', () => {
  // Through a filter on anything but the type an operation may change what the filter selects.
  const stable = fc.oneof(
    path.filter((each) => !each.includes('[')),
    kind.map((each) => `emails[type eq "${each}"].value`),
  );

  it.each(['replace', 'remove', 'add'])('%s: a second time changes nothing', (op) => {
    fc.assert(
      fc.property(resource, stable, value, (before, target, given) => {
        const each = { op, path: target, value: given };
        const once = attempt(before, [each])?.resource;
        if (once !== undefined) expect(attempt(once, [each])?.resource).toBe(once);
      }),
      { numRuns: 1000 },
    );
  });

  it('without a path is the same as one for each key', () => {
    const members = fc.dictionary(
      fc.oneof(path, emailsPath).filter((each) => each !== ''),
      value,
      { maxKeys: 3 },
    );
    fc.assert(
      fc.property(resource, fc.constantFrom('add', 'replace'), members, (before, op, given) => {
        const whole = attempt(before, [{ op, value: given }]);
        const parts = Object.entries(given)
          // A key that is no path is passed over, a path that is none is refused.
          .filter(([key]) => key !== '__proto__' && key !== 'a b')
          .map(([key, each]): JsonObject => ({ op, path: key, value: each }));
        if (parts.length > 0) expect(whole?.resource).toEqual(attempt(before, parts)?.resource);
      }),
      { numRuns: 1000 },
    );
  });

  it('adds what a removal takes away again', () => {
    fc.assert(
      fc.property(resource, element, (before, each) => {
        const fresh = { ...each, value: 'fresh', primary: false };
        const added = patch(before, [{ op: 'add', path: 'emails', value: [fresh] }]).resource;
        const removed = patch(added, [
          { op: 'remove', path: 'emails', value: [{ value: 'fresh' }] },
        ]).resource;
        expect(removed).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });
});
