/** Resource and PATCH → resource or error, in lenient and in strict mode: `fixtures/cases/patch/`. */
import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/json.js';
import { ScimError, type ScimType } from '../../../src/scim/errors.js';
import { applyPatch, PATCH_OP } from '../../../src/scim/patch.js';
import { readCaseFolder } from '../../cases.js';
import { resourceType } from '../probe.js';

interface Outcome {
  after?: JsonObject;
  error?: ScimType;
  /** Left out: whether `after` differs from `before`. */
  changed?: boolean;
  touched?: string[];
  withdrawn?: string[];
}

interface PatchCase extends Outcome {
  why: string;
  /** The RFC, the client that sends it, `practice` for what several clients do, `hostile`. */
  source: string;
  type?: 'User' | 'Group' | 'Probe';
  /** Resources are written without `schemas`, which follow from what they hold. */
  before: JsonObject;
  /** The Operations, or the whole `body`. */
  patch?: JsonValue;
  body?: JsonValue;
  /** Where strict mode answers otherwise. */
  strict?: Outcome;
}

describe.each(readCaseFolder<PatchCase[]>('patch'))('$file', ({ content }) => {
  describe.each(content)('$why ($source)', (each) => {
    it('lenient', () => expectOutcome(each, each, false));
    it('strict', () => expectOutcome(each, each.strict ?? each, true));
  });
});

function expectOutcome(each: PatchCase, outcome: Outcome, strict: boolean): void {
  const type = each.type ?? 'User';
  const before = deepFreeze(withSchemas(each.before, type));
  // Through JSON, as a body comes.
  const body: unknown = JSON.parse(
    JSON.stringify('body' in each ? each.body : { schemas: [PATCH_OP], Operations: each.patch }),
  );
  const apply = () => applyPatch(before, body, resourceType(type), { strict });
  if (outcome.error !== undefined) {
    expect(scimErrorOf(apply)).toMatchObject({ status: 400, scimType: outcome.error });
    return;
  }
  const result = apply();
  const after = withSchemas(outcome.after ?? {}, type);
  expect(result.resource).toEqual(after);
  expect(result.changed).toBe(outcome.changed ?? JSON.stringify(after) !== JSON.stringify(before));
  if (!result.changed) expect(result.resource).toBe(before);
  if (outcome.touched !== undefined) expect(result.touched).toEqual(outcome.touched);
  if (outcome.withdrawn !== undefined) expect(result.withdrawn).toEqual(outcome.withdrawn);
}

function scimErrorOf(apply: () => unknown): ScimError | undefined {
  try {
    apply();
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  return undefined;
}

function withSchemas(resource: JsonObject, type: string): JsonObject {
  const extensions = Object.keys(resource).filter((key) => key.startsWith('urn:'));
  return { schemas: [resourceType(type).schema.id, ...extensions], ...resource };
}

/** So that whatever writes into the resource throws. */
function deepFreeze<T extends JsonValue>(value: T): T {
  const children = isJsonObject(value) || Array.isArray(value) ? Object.values(value) : [];
  for (const child of children) deepFreeze(child as JsonValue);
  return Object.freeze(value);
}
