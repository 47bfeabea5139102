/** Finds out whether a target takes PATCH, and in which form, from what it refuses and what it then takes instead. */
import type { JsonObject } from '../../json.js';
import { TargetError } from '../client/target-error.js';
import { ENOUGH } from '../lessons.js';
import type { TargetProfile } from '../profile.js';
import type { Change } from '../shape/diff.js';
import { toPatchOperations } from '../shape/patch-operations.js';
import type { ApplyContext } from './context.js';

/** The target has no PATCH; the change is to be written by PUT. */
export const REFUSED = Symbol('PATCH was refused');

/** What may be strange to a target in the form of a PATCH, whatever its values. */
type Trait = 'several operations' | 'an operation with a path' | 'an operation without a path';

/** What the PATCHes of one run have shown so far. */
export interface PatchTrial {
  /** What was in PATCHes that were taken: a later 400 to one with no more in it is about its record, not about the form. */
  readonly proven: Set<Trait>;
  /** Paths of resources that had PATCH refused altogether; and, by form, those that took another form than the first. */
  readonly refused: Set<string>;
  readonly otherwise: Map<string, Set<string>>;
}

export function createPatchTrial(): PatchTrial {
  return { proven: new Set(), refused: new Set(), otherwise: new Map() };
}

/** How changes are put into PATCH requests. */
interface Form {
  style: TargetProfile['update']['style'];
  /** Each operation in a request of its own. */
  apart: boolean;
}

type Requests = readonly (readonly JsonObject[])[];

/**
 * Sends the changes as PATCH; once more in each other form while the target refuses them as malformed.
 * @returns the resource as the last answer shows it, or REFUSED when the target has no PATCH
 * @throws TargetError what the target said of the first form when it takes none: that is about the record then
 */
export async function tryPatch(
  context: ApplyContext,
  path: string,
  changes: readonly Change[],
): Promise<JsonObject | undefined | typeof REFUSED> {
  const [first, ...others] = formsOf(context, changes);
  if (first === undefined) return undefined;
  try {
    return await sendAll(context, path, first.requests);
  } catch (error) {
    if (isUnsupported(error)) return refuse(context, path, error);
    if (isProven(context.trial, first.requests) || !mayBeForm(error)) throw error;
    for (const other of others) {
      try {
        const resource = await sendAll(context, path, other.requests);
        countOtherwise(context, path, first.form, other.form);
        return resource;
      } catch (later) {
        if (!mayTryOn(later)) throw later;
      }
    }
    throw error;
  }
}

/** The operations of one PATCH: together, or one by one where the target is known to take no more. */
export function patchAll(
  { client, capabilities }: ApplyContext,
  path: string,
  operations: readonly JsonObject[],
): Promise<JsonObject | undefined> {
  return inTurn(requestsOf(operations, capabilities.patchApart ?? false), (request) =>
    client.patch(path, request),
  );
}

/** The form known to be taken, or that of the profile, then the others; those that come to the same are left out. */
function formsOf(
  { profile, capabilities }: ApplyContext,
  changes: readonly Change[],
): { form: Form; requests: Requests }[] {
  const known = capabilities.patchForm ?? profile.update.style;
  const isApart = capabilities.patchApart ?? false;
  const other: Form['style'] = known === 'one-object' ? 'op-per-path' : 'one-object';
  const forms = [isApart, !isApart].flatMap((apart) =>
    [known, other].map((style): Form => ({ style, apart })),
  );
  const found = new Map<string, { form: Form; requests: Requests }>();
  for (const form of forms) {
    const operations = toPatchOperations(changes, { ...profile.update, style: form.style });
    const requests = requestsOf(operations, form.apart);
    const key = JSON.stringify(requests);
    if (!found.has(key)) found.set(key, { form, requests });
  }
  return [...found.values()];
}

function requestsOf(operations: readonly JsonObject[], apart: boolean): Requests {
  return apart ? operations.map((operation) => [operation]) : [operations];
}

function sendAll({ client, trial }: ApplyContext, path: string, requests: Requests) {
  return inTurn(requests, async (request) => {
    const resource = await client.patch(path, request);
    for (const trait of traitsOf(request)) trial.proven.add(trait);
    return resource;
  });
}

/** @returns what the last answer shows */
async function inTurn<T>(requests: Requests, send: (request: readonly JsonObject[]) => Promise<T>) {
  let answer: T | undefined;
  for (const request of requests) answer = await send(request);
  return answer;
}

function traitsOf(operations: readonly JsonObject[]): Trait[] {
  return [
    ...(operations.length > 1 ? (['several operations'] as const) : []),
    ...operations.map(({ path }) =>
      path === undefined ? ('an operation without a path' as const) : ('an operation with a path' as const),
    ),
  ];
}

function isProven({ proven }: PatchTrial, requests: Requests): boolean {
  return requests.flatMap(traitsOf).every((trait) => proven.has(trait));
}

/** Counts a resource that took another form than the first; the second one is a lesson. */
function countOtherwise(context: ApplyContext, path: string, first: Form, taken: Form): void {
  const { trial } = context;
  const key = JSON.stringify(taken);
  const paths = trial.otherwise.get(key) ?? new Set();
  trial.otherwise.set(key, paths.add(path));
  if (paths.size !== ENOUGH) return;
  if (taken.style !== first.style) {
    const why = `PATCH is refused as ${first.style} and taken as ${taken.style}`;
    context.learn({ about: 'patch-form', form: taken.style, why });
  }
  if (taken.apart !== first.apart) {
    const [refused, rest] = taken.apart ? ['several operations', 'one'] : ['one operation', 'several'];
    const why = `PATCH is refused with ${refused} in a request and taken with ${rest}`;
    context.learn({ about: 'patch-apart', apart: taken.apart, why });
  }
}

/** Counts a resource that had PATCH refused altogether; the second one is a lesson. */
export function refuse(context: ApplyContext, path: string, { status }: TargetError): typeof REFUSED {
  const { trial } = context;
  trial.refused.add(path);
  if (trial.refused.size === ENOUGH && trial.proven.size === 0)
    context.learn({ about: 'patch', taken: false, why: `PATCH was answered ${status}` });
  return REFUSED;
}

/** 405 and 501 speak of the method, not of the record. */
export function isUnsupported(error: unknown): error is TargetError {
  return error instanceof TargetError && (error.status === 405 || error.status === 501);
}

function mayBeForm(error: unknown): boolean {
  if (!(error instanceof TargetError) || error.status !== 400) return false;
  return ['invalidSyntax', 'invalidPath', 'noTarget', undefined].includes(error.scimType);
}

/** Servers also fail, or deny PATCH, over a form that is strange to them; whatever else they say is about the record. */
function mayTryOn(error: unknown): boolean {
  if (mayBeForm(error) || isUnsupported(error)) return true;
  return error instanceof TargetError && (error.kind === 'transient' || error.kind === 'nonsense');
}
