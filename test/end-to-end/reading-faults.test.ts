import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Bridge, createBridge } from '../../src/bridge.js';
import type { Clock } from '../../src/clock.js';
import { isJsonObject, type JsonObject } from '../../src/json.js';
import { createMemoryStore } from '../../src/store/memory.js';
import type { RunReport, TargetPush } from '../../src/sync/run.js';
import {
  type Fault,
  FULL_RIGHTS,
  generateCompany,
  type LuccaSimulator,
  type RightsPatch,
  startLuccaSimulator,
  startTargetSimulator,
  type TargetSimulator,
} from '../../src/testing/index.js';

/**
 * One fault, and what may be expected of a push that meets it: a message that names the cause, and no removal. `healed`:
 * asking again is enough, and the run then does what it should.
 */
interface Case {
  name: string;
  fault: Fault;
  /** Part of a message, issue or certificate fault that tells what happened. */
  says: RegExp;
  healed?: boolean;
}

const USERS = '/api/v3/users';
const CONTRACTS = '/directory/api/4.0/work-contracts';

const CASES: Case[] = [
  {
    name: 'an empty page',
    fault: { kind: 'empty-page', route: USERS, times: Infinity },
    says: /total|rows|empty|page/i,
  },
  {
    name: 'a page missing',
    fault: { kind: 'missing-page', route: USERS, page: 2, times: Infinity },
    says: /total|rows|miss|distinct/i,
  },
  {
    name: 'an HTML 200',
    fault: { kind: 'html', route: USERS, times: Infinity },
    says: /HTML|web page|not JSON/i,
  },
  {
    name: 'a redirect',
    fault: { kind: 'redirect', route: USERS, times: Infinity },
    says: /redirect|leads|302/i,
  },
  {
    name: 'truncated JSON',
    fault: { kind: 'truncated', route: USERS, times: Infinity },
    says: /cut|short|JSON/i,
  },
  {
    name: 'a total that shrinks',
    fault: { kind: 'shrinking-total', route: USERS, nth: 2, times: Infinity, by: 3 },
    says: /total|count|declared/i,
  },
  {
    name: 'a row that moves between pages',
    fault: { kind: 'moved-row', route: USERS, page: 2, times: Infinity },
    says: /twice|distinct|moved|total/i,
  },
  {
    name: 'a row that comes twice',
    fault: { kind: 'duplicate-row', route: USERS, times: Infinity },
    says: /twice|distinct|total/i,
  },
  {
    name: 'a record of a wrong type',
    fault: { kind: 'wrong-type', route: USERS, field: 'firstName', value: 7, times: Infinity },
    says: /firstName/,
  },
  {
    name: 'a server error that stays',
    fault: { kind: 'error', status: 503, route: USERS, times: Infinity },
    says: /503/,
  },
  {
    name: 'a refused key',
    fault: { kind: 'error', status: 401, route: USERS, times: Infinity },
    says: /key|401/i,
  },
  {
    name: 'a refused right',
    fault: { kind: 'error', status: 403, route: USERS, times: Infinity },
    says: /right|permission|403/i,
  },
  {
    name: 'contracts that fail',
    fault: { kind: 'error', status: 500, route: CONTRACTS, times: Infinity },
    says: /contract/i,
  },
  { name: 'a connection that is cut once', fault: { kind: 'reset', route: USERS }, says: /.*/, healed: true },
  {
    name: 'a server error that passes',
    fault: { kind: 'error', status: 500, route: USERS },
    says: /.*/,
    healed: true,
  },
  {
    name: 'a 408 that passes',
    fault: { kind: 'error', status: 408, route: USERS },
    says: /.*/,
    healed: true,
  },
  {
    name: 'a 429 with Retry-After',
    fault: { kind: 'error', status: 429, retryAfter: '7', route: USERS },
    says: /.*/,
    healed: true,
  },
  {
    name: 'a slow answer',
    fault: { kind: 'slow', milliseconds: 50, route: USERS },
    says: /.*/,
    healed: true,
  },
];

describe('a push that meets a fault of Lucca', () => {
  let lucca: LuccaSimulator;
  let target: TargetSimulator;
  let bridge: Bridge;

  beforeAll(async () => {
    // Two pages of people: the page size of the reader is 1,000.
    const company = generateCompany({ people: 1100, seed: 'faults' });
    lucca = await startLuccaSimulator({ company, quota: { enforced: false } });
    target = await startTargetSimulator();
    bridge = await createBridge(
      { lucca: lucca.config('api-key'), targets: { travel: { url: target.url, token: 'target-token' } } },
      { store: createMemoryStore(), clock: hastyClock(lucca) },
    );
    await bridge.push();
  });
  afterEach(async () => {
    lucca.faults.clear();
    lucca.setRights(FULL_RIGHTS);
    await bridge.push();
  });
  afterAll(async () => {
    await bridge.close();
    await Promise.all([lucca.close(), target.close()]);
  });

  it('starts from a settled target', async () => {
    const { targets } = await bridge.push();
    expect(targets[0]?.result?.outcomes).toEqual([]);
  });

  it.each(CASES)(
    '$name: no crash, no wrong removal, and the cause is named',
    async ({ name, fault, says, healed }) => {
      const before = snapshot(target);
      const renamed = lucca.state.people().findLast(({ id }) => before.users.has(String(id)));
      lucca.edit.rename(renamed?.id ?? 0, { firstName: `After ${name}` });
      lucca.faults.add(fault);
      const { report, message } = await pushAnyway(bridge);

      expect(message).toMatch(says);
      expect(removals(before, snapshot(target))).toEqual([]);
      if (healed) {
        expect(report?.directory.certificate.complete).toBe(true);
        expect(report?.targets[0]?.result).toMatchObject({ writes: 1, failed: 0 });
      }
      lucca.faults.clear();
      await bridge.push();
      expect(snapshot(target).users.get(String(renamed?.id))).toMatchObject({
        name: { givenName: `After ${name}` },
      });
    },
  );

  const RIGHTS: [string, RightsPatch, RegExp][] = [
    ['former employees', { apiKey: { formerEmployees: false } }, /.*/],
    ['managers', { apiKey: { managers: false } }, /"manager"/],
    ['job titles', { apiKey: { jobTitles: false } }, /"job title"/],
    ['departments of people', { apiKey: { departments: false } }, /"department"/],
    ['contracts', { apiKey: { contracts: false } }, /"contract/],
    ['axes', { apiKey: { axes: false } }, /axis|axes/i],
    ['the structure', { apiKey: { structure: false } }, /department|establishment/i],
    ['most establishments', { apiKey: { establishments: [1] } }, /.*/],
  ];

  it.each(RIGHTS)('losing the right to see %s takes nothing away', async (_, rights, says) => {
    const before = snapshot(target);
    lucca.setRights(rights);
    const { message } = await pushAnyway(bridge);

    expect(message).toMatch(says);
    expect(removals(before, snapshot(target))).toEqual([]);
  });
});

/** A minute passes in no time, for the quota and for the pauses between attempts alike. */
function hastyClock(lucca: LuccaSimulator): Clock {
  let ahead = 0;
  return {
    now: () => lucca.clock.now() + ahead,
    sleep: async (milliseconds) => {
      ahead += milliseconds;
    },
    random: () => 0.5,
  };
}

async function pushAnyway(
  bridge: Bridge,
): Promise<{ report: RunReport<TargetPush> | undefined; message: string }> {
  try {
    const report = await bridge.push();
    const { certificate } = report.directory;
    const words = [
      ...certificate.collections.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`)),
      ...report.issues.map(({ code, message }) => `${code} ${message}`),
    ];
    return { report, message: words.join('\n') };
  } catch (error) {
    return { report: undefined, message: error instanceof Error ? error.message : String(error) };
  }
}

interface Snapshot {
  /** By Lucca id. */
  users: Map<string, JsonObject>;
  /** Member ids by group. */
  members: Map<string, Set<string>>;
}

function snapshot(target: TargetSimulator): Snapshot {
  const memberId = (member: unknown) => String((member as JsonObject).value);
  return {
    users: new Map(target.users().map((user) => [String(user.externalId), user])),
    members: new Map(
      target
        .groups()
        .map(({ id, members }) => [
          String(id),
          new Set((members as JsonObject[] | undefined)?.map(memberId)),
        ]),
    ),
  };
}

/** What was taken away: accounts switched off, attributes emptied, members and groups gone. */
function removals(before: Snapshot, after: Snapshot): string[] {
  const gone: string[] = [];
  for (const [luccaId, user] of before.users) {
    const now = after.users.get(luccaId);
    if (user.active === true && now?.active !== true) gone.push(`account of ${luccaId}`);
    for (const path of pathsOf(user))
      if (now !== undefined && !pathsOf(now).has(path)) gone.push(`${path} of ${luccaId}`);
  }
  for (const [id, members] of before.members) {
    for (const member of members)
      if (!after.members.get(id)?.has(member)) gone.push(`member ${member} of ${id}`);
  }
  return gone.slice(0, 10);
}

function pathsOf(user: JsonObject): Set<string> {
  return new Set(
    Object.entries(user).flatMap(([key, value]) =>
      isJsonObject(value) ? Object.keys(value).map((part) => `${key}:${part}`) : [key],
    ),
  );
}
