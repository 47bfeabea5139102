/** What every SCIM server must experience, whoever wrote it: one suite, run on each. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../../src/json.js';
import { ENTERPRISE_USER, GROUP, USER } from '../../../src/scim/schema.js';
import { desired, group, type Person } from '../people.js';
import { createTestBridge, type TestBridge } from './bridge.js';
import { startResettingProxy } from './resetting-proxy.js';
import { ask, readAll, type ScimServer } from './server.js';

export interface Subject {
  start(): Promise<ScimServer>;
  /** A person whom this server refuses. */
  refused: Person;
}

const ana: Person = { id: 'ana', givenName: 'Ana', familyName: 'Costa', title: 'CEO', department: 'Board' };
const leo: Person = {
  id: 'leo',
  givenName: 'Léo',
  familyName: 'Petit',
  title: 'Buyer',
  department: 'Sales',
  manager: 'ana',
};
const zoe: Person = { id: 'zoe', givenName: 'Zoé', familyName: 'Roux', department: 'Sales', manager: 'leo' };
// Reports first: the order of the directory says nothing about who manages whom.
const people = [zoe, leo, ana];
const sales = group('31', 'Sales', ['leo', 'zoe']);
const board = group('32', 'Board', ['ana']);
const groups = [sales, board];

export function describeProvisioning(name: string, { start, refused }: Subject): void {
  describe(`provisioning ${name}`, () => {
    let server: ScimServer;
    let bridge: TestBridge;
    beforeEach(async () => {
      server = await start();
      bridge = await createTestBridge(server);
    });
    afterEach(async () => {
      await bridge.client.close();
      await server.close();
    });

    const user = async (id: string) =>
      (await readAll(server, '/Users')).find((row) => row.externalId === `lucca-${id}`) ?? {};
    const remoteGroup = async (id: string) =>
      (await readAll(server, '/Groups')).find(
        (row) =>
          row.externalId === `department:${id}` ||
          row.displayName === groups.find((g) => g.id === id)?.attributes.displayName,
      ) ?? {};
    const membersOf = async (id: string) => {
      const { members } = await remoteGroup(id);
      return (Array.isArray(members) ? members : []).filter(isJsonObject).map(({ value }) => value);
    };
    const targetId = (id: string) => bridge.links.get(id)?.targetId;

    describe('the first push', () => {
      it('creates everybody, with their managers, in one request each', async () => {
        const { result } = await bridge.push({ people });
        expect(result).toMatchObject({ done: 3, failed: 0, writes: 3, issues: [] });
        expect(await user('leo')).toMatchObject({
          userName: 'leo@acme.example',
          name: { givenName: 'Léo', familyName: 'Petit' },
          title: 'Buyer',
          active: true,
          [ENTERPRISE_USER]: { department: 'Sales', manager: { value: targetId('ana') } },
        });
      });

      it('creates the groups and then adds their members', async () => {
        const { result } = await bridge.push({ people, groups });
        expect(result.failed).toBe(0);
        expect(new Set(await membersOf('31'))).toEqual(new Set([targetId('leo'), targetId('zoe')]));
        expect(await membersOf('32')).toEqual([targetId('ana')]);
      });

      it('sends no attribute that the server does not know', async () => {
        const { plan } = await bridge.push({ people, groups });
        const bodies = JSON.stringify(plan.operations);
        expect(bodies).not.toContain('urn:ietf:params:scim:schemas:extension:lucca');
      });
    });

    it('writes nothing and reads nothing when nothing changed', async () => {
      await bridge.push({ people, groups });
      server.requests.length = 0;
      const { plan, result } = await bridge.push({ people, groups });
      expect(plan.operations).toEqual([]);
      expect(result).toMatchObject({ writes: 0, reads: 0 });
      expect(server.requests).toEqual([]);
    });

    describe('a change', () => {
      beforeEach(async () => {
        await bridge.push({ people, groups });
        server.requests.length = 0;
      });

      it('of one attribute is one request', async () => {
        const moved = { ...leo, title: 'Head of Sales', department: 'Commerce' };
        const { result } = await bridge.push({ people: [zoe, moved, ana], groups });
        expect(result).toMatchObject({ done: 1, failed: 0 });
        expect(server.requests.map(({ method }) => method)).toEqual(['PATCH']);
        expect(await user('leo')).toMatchObject({
          title: 'Head of Sales',
          [ENTERPRISE_USER]: { department: 'Commerce' },
        });
        expect((await user('leo')).name).toMatchObject({ familyName: 'Petit' });
      });

      it('of the name and the e-mail keeps the account', async () => {
        const before = (await user('leo')).id;
        const married = { ...leo, familyName: 'Petit-Roux', email: 'leo.petit-roux@acme.example' };
        const { result } = await bridge.push({ people: [zoe, married, ana], groups });
        expect(result).toMatchObject({ done: 1, failed: 0, writes: 1 });
        expect(await user('leo')).toMatchObject({
          id: before,
          userName: 'leo.petit-roux@acme.example',
          name: { familyName: 'Petit-Roux' },
          displayName: 'Léo Petit-Roux',
        });
      });

      it('that clears an attribute clears it there', async () => {
        const { result } = await bridge.push({
          people: [zoe, { ...leo, title: undefined, manager: undefined }, ana],
          groups,
        });
        expect(result).toMatchObject({ done: 1, failed: 0, writes: 1 });
        const now = await user('leo');
        expect(now.title).toBeUndefined();
        expect((now[ENTERPRISE_USER] as JsonObject).manager).toBeUndefined();
      });

      it('of the manager points to the new one', async () => {
        const { result } = await bridge.push({ people: [{ ...zoe, manager: 'ana' }, leo, ana], groups });
        expect(result).toMatchObject({ done: 1, failed: 0, writes: 1 });
        expect(await user('zoe')).toMatchObject({
          [ENTERPRISE_USER]: { manager: { value: targetId('ana') } },
        });
      });

      it('of department is one write for each group concerned', async () => {
        const after = [group('31', 'Sales', ['leo']), group('32', 'Board', ['ana', 'zoe'])];
        const { plan, result } = await bridge.push({ people, groups: after });
        expect(plan.summary).toMatchObject({ membersAdded: 1, membersRemoved: 1 });
        expect(result).toMatchObject({ done: 2, failed: 0, reads: 0 });
        // Together in one request, where the server takes Bulk.
        expect(result.writes).toBeLessThanOrEqual(2);
        expect(await membersOf('31')).toEqual([targetId('leo')]);
        expect(new Set(await membersOf('32'))).toEqual(new Set([targetId('ana'), targetId('zoe')]));
      });

      it('of a group name renames the group and keeps its members', async () => {
        const { result } = await bridge.push({
          people,
          groups: [group('31', 'Sales Europe', ['leo', 'zoe']), board],
        });
        expect(result).toMatchObject({ done: 1, failed: 0, writes: 1 });
        const renamed = (await readAll(server, '/Groups')).find(
          ({ displayName }) => displayName === 'Sales Europe',
        );
        expect(renamed?.members).toHaveLength(2);
      });
    });

    it('deactivates a leaver, keeps everything else of the account, and reactivates the same account on return', async () => {
      await bridge.push({ people });
      const before = await user('leo');
      const left = await bridge.push({ people: [zoe, { ...leo, lifecycle: 'left', title: undefined }, ana] });
      expect(left.plan.operations).toMatchObject([
        { kind: 'deactivate-user', subject: 'leo', reason: 'contract ended 2026-11-19, Europe/Paris' },
      ]);
      expect(left.result).toMatchObject({ done: 1, writes: 1 });
      expect(await user('leo')).toMatchObject({ id: before.id, active: false, title: 'Buyer' });

      const still = await bridge.push({
        people: [zoe, { ...leo, lifecycle: 'left', title: undefined }, ana],
      });
      expect(still.result.writes).toBe(0);

      const back = await bridge.push({ people: [zoe, { ...leo, title: 'Adviser' }, ana] });
      expect(back.plan.operations).toMatchObject([{ kind: 'reactivate-user', subject: 'leo' }]);
      expect(await user('leo')).toMatchObject({ id: before.id, active: true, title: 'Adviser' });
    });

    describe('accounts that exist already', () => {
      const account = ({ externalId, ...over }: JsonObject): JsonObject => ({
        schemas: [USER],
        userName: 'LEO@acme.example',
        name: { givenName: 'Leo', familyName: 'PETIT' },
        emails: [{ value: 'leo@acme.example', type: 'work', primary: true }],
        active: true,
        ...(externalId === undefined ? {} : { externalId }),
        ...over,
      });

      it('are adopted by externalId, and brought up to date', async () => {
        const { id } = await ask(
          server,
          'POST',
          '/Users',
          account({
            externalId: 'lucca-leo',
            userName: 'old.leo@acme.example',
            emails: [{ value: 'old.leo@acme.example', primary: true }],
          }),
        );
        const { plan, result } = await bridge.push({ people: [{ ...leo, manager: undefined }] });
        expect(plan.operations).toMatchObject([
          { kind: 'adopt-user', matchedBy: 'externalId', targetId: id },
        ]);
        expect(result).toMatchObject({ failed: 0, writes: 1 });
        expect(await user('leo')).toMatchObject({ id, userName: 'leo@acme.example', title: 'Buyer' });
      });

      it('are adopted by userName, whatever its case, when the names agree', async () => {
        const { id } = await ask(server, 'POST', '/Users', account({}));
        const { result } = await bridge.push({ people: [{ ...leo, manager: undefined }] });
        expect(result).toMatchObject({ done: 1, failed: 0 });
        expect(targetId('leo')).toBe(id);
        expect(await readAll(server, '/Users')).toHaveLength(1);
      });

      it('are left alone when the names disagree', async () => {
        await ask(server, 'POST', '/Users', account({ name: { givenName: 'Lola', familyName: 'Blanc' } }));
        const { plan, result } = await bridge.push({ people: [{ ...leo, manager: undefined }, ana] });
        expect(plan.skipped).toMatchObject([{ code: 'ADOPTION_CONFLICT', subject: 'leo' }]);
        expect(result).toMatchObject({ done: 1, failed: 0, writes: 1 });
      });

      it('cost no request when they are equal', async () => {
        await bridge.push({ people, groups });
        const again = await createTestBridge(server, { capabilities: bridge.capabilities });
        const { plan, result } = await again.push({ people, groups });
        expect(plan.summary.operations).toEqual({ 'adopt-user': 3, 'adopt-group': 2 });
        expect(result).toMatchObject({ failed: 0, writes: 0 });
        expect(again.links).toEqual(bridge.links);
        expect(again.groupLinks).toEqual(bridge.groupLinks);
        await again.client.close();
      });

      it('of groups that somebody else made are never touched', async () => {
        await ask(server, 'POST', '/Groups', { schemas: [GROUP], displayName: 'Sales' });
        const { plan } = await bridge.push({ people, groups });
        expect(plan.skipped).toMatchObject([{ code: 'GROUP_NAME_TAKEN', subject: '31' }]);
        expect(await membersOf('31')).toEqual([]);
      });
    });

    it('records a person whom the server refuses, and brings all the others', async () => {
      const { result } = await bridge.push({ people: [refused, ...people], groups });
      expect(result).toMatchObject({ failed: 1 });
      expect(result.issues).toMatchObject([
        { code: 'TARGET_REFUSED', severity: 'error', subject: { kind: 'person', id: refused.id } },
      ]);
      expect(await readAll(server, '/Users')).toHaveLength(3);
      const issue = JSON.stringify(result.issues);
      expect(issue).not.toContain(String(desired(refused).resource.userName));
    });

    it('makes no duplicate when the answer to a create is lost', async () => {
      const proxy = await startResettingProxy(server);
      const through = await createTestBridge(proxy, { capabilities: bridge.capabilities });
      proxy.loseAnswerTo('POST', '/Users');
      proxy.loseAnswerTo('POST', '/Groups');
      const { result } = await through.push({ people, groups });
      expect(result).toMatchObject({ failed: 0, stopped: null });
      expect(await readAll(server, '/Users')).toHaveLength(3);
      expect(await readAll(server, '/Groups')).toHaveLength(2);
      expect((await through.push({ people, groups })).result).toMatchObject({ writes: 0, reads: 0 });
      await through.client.close();
      await proxy.close();
    });

    it('makes no duplicate when the process dies between create and acknowledgement', async () => {
      await bridge.push({ people: [ana] });
      const created = bridge.links.get('ana');
      // What the store holds after such a death: the intent, and nothing of the answer.
      bridge.links.set('ana', { state: 'intent', targetId: null, sent: null, at: created?.at ?? '' });
      const { result } = await bridge.push({ people: [ana] });
      expect(result).toMatchObject({ failed: 0, writes: 0 });
      expect(bridge.links.get('ana')).toEqual(created);
      expect(await readAll(server, '/Users')).toHaveLength(1);
    });

    it('makes an account anew that was deleted behind our back', async () => {
      await bridge.push({ people });
      await ask(server, 'DELETE', `/Users/${targetId('leo')}`);
      const { result } = await bridge.push({ people: [zoe, { ...leo, title: 'Adviser' }, ana] });
      expect(result).toMatchObject({ done: 1, failed: 0 });
      expect(await user('leo')).toMatchObject({ id: targetId('leo'), title: 'Adviser' });
    });
  });
}
