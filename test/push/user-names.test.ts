import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { fallbackCapabilities } from '../../src/push/capabilities.js';
import { loadProfile } from '../../src/push/load-profile.js';
import type { Person } from './people.js';
import { desired } from './people.js';
import { noLinks, plan, pretendToApply } from './pretend.js';
import { createTestBridge, type TestBridge } from './servers/bridge.js';
import { scimError, startTinyTarget, type TinyTarget } from './tiny-target.js';

const PROFILE = loadProfile('generic');
const CAPABILITIES = fallbackCapabilities();
const email = (n: number) => `n${n}@acme.example`;

describe('people who exchange their userNames (R16)', () => {
  it('get them, and their addresses, whoever wants whose: no two accounts ever share one, and nothing is left to do', () => {
    const profile = loadProfile('generic', { attributes: { unique: ['userName', 'emails'] } });
    const order = (size: number) =>
      fc.shuffledSubarray(
        Array.from({ length: size + 3 }, (_, n) => n),
        { minLength: size, maxLength: size },
      );
    const directory = fc
      .integer({ min: 2, max: 12 })
      .chain((size) =>
        fc.tuple(
          fc.constant(size),
          order(size),
          fc.option(order(size)),
          fc.array(fc.option(fc.nat(size - 1)), { minLength: size, maxLength: size }),
        ),
      );
    const held = (body: JsonObject | null | undefined) => [
      `userName ${body?.userName}`,
      ...((body?.emails ?? []) as { value: string }[]).map(({ value }) => `email ${value}`),
    ];
    fc.assert(
      fc.property(directory, ([size, names, mails, managers]) => {
        // Where there are no addresses of their own, the userName is the address.
        const people = (nameOf: (n: number) => number, mailOf: (n: number) => number, managed: boolean) =>
          Array.from({ length: size }, (_, n) => {
            const manager = managed ? managers[n] : null;
            return desired({
              id: `p${n}`,
              userName: mails === null ? undefined : `name${nameOf(n)}`,
              email: email(mailOf(n)),
              manager: manager === null ? undefined : `p${manager}`,
            });
          });
        const links = noLinks();
        const before = people(
          (n) => n,
          (n) => n,
          false,
        );
        pretendToApply(plan({ users: before, ...links, profile }), links, profile, CAPABILITIES);
        const users = people(
          (n) => names[n] ?? 0,
          (n) => (mails ?? names)[n] ?? 0,
          true,
        );
        const made = plan({ users, ...links, profile });
        expect(made.skipped).toEqual([]);
        const waves = [...new Set(made.operations.map((one) => ('wave' in one ? one.wave : Infinity)))];
        for (const wave of waves.sort((a, b) => a - b)) {
          const present = new Map([...links.links].map(([id, link]) => [id, held(link.sent)]));
          const together = made.operations.filter((one) => ('wave' in one ? one.wave : Infinity) === wave);
          // Within a wave any order must do, so nobody may take what anybody else held before it.
          for (const one of together) {
            if (!('wave' in one)) continue;
            const others = [...present].filter(([id]) => id !== one.subject).flatMap(([, values]) => values);
            expect(others.filter((value) => held(one.body).includes(value))).toEqual([]);
          }
          pretendToApply({ ...made, operations: together }, links, profile, CAPABILITIES);
        }
        expect(plan({ users, ...links, profile }).operations).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('move along a chain of fifty in order', () => {
    const links = noLinks();
    const users = (shift: number) =>
      Array.from({ length: 50 }, (_, n) => desired({ id: `p${n}`, email: email(n + shift) }));
    pretendToApply(plan({ users: users(0), ...links }), links, PROFILE, CAPABILITIES);
    const { operations } = plan({ users: users(1), ...links });
    expect(operations.map(({ subject }) => subject)).toEqual(
      Array.from({ length: 50 }, (_, n) => `p${49 - n}`),
    );
  });
});

describe('people who cannot have the userName that they want', () => {
  it('get everything else', () => {
    const links = noLinks();
    const people = (title: string, name: number) => [
      desired({ id: 'a', email: email(0) }),
      desired({ id: 'b', email: email(name), title }),
    ];
    pretendToApply(plan({ users: people('Buyer', 1), ...links }), links, PROFILE, CAPABILITIES);
    const made = plan({ users: people('Boss', 0), ...links });
    expect(made.skipped).toMatchObject([{ code: 'DUPLICATE_USERNAME', subject: 'b' }]);
    expect(made.operations).toMatchObject([
      { id: 'update-user:b', body: { userName: email(1), title: 'Boss' } },
    ]);
    pretendToApply(made, links, PROFILE, CAPABILITIES);
    expect(plan({ users: people('Boss', 0), ...links }).operations).toEqual([]);
  });

  it('get a mark where it is only the beginning of an address, and keep it', () => {
    const profile = loadProfile('slack');
    const links = noLinks();
    const users = [
      desired({ id: 'a', email: 'ines@acme.example' }),
      desired({ id: 'b', email: 'ines@acme.test' }),
    ];
    const made = plan({ users, ...links, profile });
    expect(made.skipped).toEqual([]);
    const names = made.operations.map((one) => ('body' in one ? one.body.userName : null));
    expect(names).toEqual(['ines', expect.stringMatching(/^ines-[a-z0-9]{4}$/)]);
    pretendToApply(made, links, profile, CAPABILITIES);
    expect(plan({ users, ...links, profile }).operations).toEqual([]);
    const moved = [desired({ id: 'a', email: 'other@acme.example' }), ...users.slice(1)];
    const newcomer = desired({ id: 'c', email: 'ines@acme.example' });
    const next = plan({ users: [...moved, newcomer], ...links, profile });
    expect(next.skipped).toEqual([]);
    expect(next.operations).toContainEqual(
      expect.objectContaining({
        id: 'create-user:c',
        body: expect.objectContaining({ userName: expect.stringMatching(/^ines-/) }),
      }),
    );
  });
});

describe('an exchange on a target that takes a userName once', () => {
  let target: TinyTarget;
  let bridge: TestBridge;
  /** Writes that are still let through; then the process dies. */
  let left: number;
  beforeEach(async () => {
    target = await startTinyTarget();
    left = Number.POSITIVE_INFINITY;
    target.respond = ({ method, path, body }) => {
      if (method === 'GET') return undefined;
      const names: string[] = JSON.stringify(body?.Operations ?? body).match(/[\w.]+@acme\.example/g) ?? [];
      const taken = [...target.users.values()].some(
        ({ id, userName }) => !path.endsWith(`/${id}`) && names.includes(String(userName)),
      );
      return taken ? scimError(409, 'taken', 'uniqueness') : undefined;
    };
    bridge = await createTestBridge(target, {
      capabilities: { ...CAPABILITIES, known: true, patch: true },
      options: { attributes: { unique: ['userName', 'emails'] } },
    });
  });
  afterEach(async () => {
    await bridge.client.close();
    await target.close();
  });
  const now = (...emails: number[]): Person[] =>
    emails.map((name, n) => ({ id: `p${n}`, email: email(name) }));
  const names = () => [...target.users.values()].map(({ userName }) => userName);

  it('succeeds in one run', async () => {
    await bridge.push({ people: now(0, 1, 2) });
    const { result } = await bridge.push({ people: now(1, 2, 0) });
    expect(result).toMatchObject({ failed: 0, writes: 4 });
    expect(names()).toEqual([email(1), email(2), email(0)]);
    expect((await bridge.push({ people: now(1, 2, 0) })).plan.operations).toEqual([]);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7])(
    'is finished by the next run when the process dies after step %i',
    async (steps) => {
      await bridge.push({ people: now(0, 1, 2) });
      const plan = await bridge.plan({ people: now(1, 2, 0) });
      left = steps;
      const alive = target.respond;
      // A step is a write on the target, or its acknowledgement in the store.
      target.respond = (call) => (call.method !== 'GET' && left-- <= 0 ? scimError(401) : alive(call));
      await bridge.apply(plan, {
        saveLink: async (id, link) => {
          if (left-- <= 0) throw new Error('dead');
          if (link !== null) bridge.links.set(id, link);
        },
      });
      target.respond = alive;
      await bridge.push({ people: now(1, 2, 0) });
      await bridge.push({ people: now(1, 2, 0) });
      expect(names()).toEqual([email(1), email(2), email(0)]);
      expect((await bridge.push({ people: now(1, 2, 0) })).plan.operations).toEqual([]);
    },
  );
});
