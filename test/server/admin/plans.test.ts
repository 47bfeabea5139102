import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServedCompany, serveCompany } from '../../serve/served-company.js';

describe('plans over the admin API', () => {
  let company: ServedCompany;
  let hash: string;
  beforeEach(async () => {
    company = await serveCompany();
    const [target] = (await company.bridge.plan()).targets;
    hash = target?.plan?.hash ?? '';
  });
  afterEach(() => company.close());

  it('are listed by hash, without anybody in them', async () => {
    const { body, text } = await company.admin('get', '/plans').expect(200);
    expect(body.plans).toMatchObject([{ target: 'travel', hash, summary: { held: 0 } }]);
    expect(text).not.toContain('@');
  });

  it('are shown whole, as a document that can be pushed', async () => {
    const { body } = await company.admin('get', `/plans/${hash.slice(0, 8)}`).expect(200);
    expect(body).toMatchObject({ format: 'lucca-scim-plan', plans: [{ plan: { hash } }] });
    const { targets } = await company.bridge.push({ plan: body });
    expect(targets[0]?.stale).toEqual([]);
  });

  it.each([
    [{}, 'operator'],
    [{ by: 'ines', validFor: '2h' }, 'ines'],
  ])('are approved in the name of the client, or of whom it names: %j', async (input, by) => {
    const approved = await company.admin('post', `/plans/${hash}/approve`, input).expect(200);
    expect(approved.body).toMatchObject({ hash, by, usedAt: null });
    const { body } = await company.admin('get', '/approvals').expect(200);
    expect(body.approvals).toMatchObject([{ by }]);
  });

  it('are approved once', async () => {
    await company.admin('post', `/plans/${hash}/approve`, {}).expect(200);
    const { body } = await company.admin('post', `/plans/${hash}/approve`, { by: 'ines' }).expect(409);
    expect(body).toMatchObject({ code: 'APPROVAL_EXISTS' });
  });

  it.each([
    ['get', '/plans/0123456789ab', undefined, 404],
    ['get', '/plans/__proto__', undefined, 404],
    ['post', '/plans/0123456789ab/approve', {}, 404],
    ['post', '/plans/0123456789ab/approve', { validFor: 'ever' }, 400],
    ['post', '/plans/0123456789ab/approve', { for: 'ever' }, 400],
    ['get', '/plans?all=1', undefined, 400],
  ] as const)('%s %s %j is refused', async (method, path, body, status) => {
    await company.admin(method, path, body).expect(status);
  });

  it('are for admins only', async () => {
    await company.admin('get', '/plans', undefined, 'okta').expect(403);
  });
});
