/** Tenants that cannot be served: the others are, and everybody who asks is told which file, which line and why. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadProcess } from '../../../src/config/load-process.js';
import { type ServeTenantsOptions, serveTenants } from '../../../src/serve/tenants/serve-tenants.js';
import { ask, type Estate, openEstate } from './estate.js';

let estate: Estate;
beforeEach(async () => {
  estate = await openEstate({ names: ['acme', 'globex'], people: 20 });
});
afterEach(() => estate.close());

/** What is served and what is broken. */
async function serveAll(options: ServeTenantsOptions = {}) {
  const served = await serveTenants(loadProcess(estate.file), options);
  try {
    const { status, body } = await ask(`${served.url}/health`, '');
    expect(body.broken).toEqual(served.broken);
    return { status, names: served.tenants.map(({ name }) => name), broken: served.broken };
  } finally {
    await served.close();
  }
}

const [ACME, GLOBEX] = [0, 1];
const tenant = (at: number) => {
  const found = estate.tenants[at];
  if (found === undefined) throw new Error('no such tenant');
  return found;
};
const config = (at: number, more: object = {}) => estate.configOf(tenant(at), more);

describe('a tenant is left out when its file', () => {
  it('is no YAML', async () => {
    estate.write('tenants/globex.yaml', 'lucca:\n  address: [globex\n');
    expect(await serveAll()).toMatchObject({
      status: 503,
      names: ['acme'],
      broken: [{ tenant: 'globex', file: 'globex.yaml', code: 'CONFIG_INVALID' }],
    });
  });

  it('has a setting that there is not', async () => {
    estate.write('tenants/globex.yaml', { ...config(GLOBEX), pushes: true });
    const { names, broken } = await serveAll();
    expect(names).toEqual(['acme']);
    expect(broken[0]?.line).toBeGreaterThan(10);
  });

  it.each(['state', 'store', 'metrics'])('says %s, which belongs to the process', async (setting) => {
    estate.write('tenants/globex.yaml', { ...config(GLOBEX), [setting]: {} });
    expect(await serveAll()).toMatchObject({ names: ['acme'], broken: [{ code: 'CONFIG_INVALID' }] });
  });

  it('names a secret that is not there', async () => {
    estate.write('secrets/globex-okta', '');
    expect(await serveAll()).toMatchObject({ names: ['acme'], broken: [{ code: 'CONFIG_SECRET_MISSING' }] });
  });

  it('names a mapping that is not there', async () => {
    estate.write('tenants/globex.yaml', { ...config(GLOBEX), mapping: './mapping.yaml' });
    expect(await serveAll()).toMatchObject({ names: ['acme'], broken: [{ tenant: 'globex' }] });
  });

  it.each(['/t/../admin', '/./t', '/t/..', '/t//globex', '/t/'])(
    'has a path that is none: %s',
    async (path) => {
      estate.write('tenants/globex.yaml', { ...config(GLOBEX), path });
      expect(await serveAll()).toMatchObject({ names: ['acme'], broken: [{ code: 'CONFIG_INVALID' }] });
    },
  );

  it('has a name that is none', async () => {
    estate.write('tenants/Globex GmbH.yaml', config(GLOBEX));
    const { broken } = await serveAll();
    expect(broken).toMatchObject([{ file: 'Globex GmbH.yaml', line: 1, code: 'TENANT_NAME_INVALID' }]);
  });
});

describe('none of two tenants is served when they', () => {
  beforeEach(() => estate.write('tenants/initech.yaml', { ...config(ACME), tenant: 'initech', server: {} }));

  it('are apart: both are', async () => {
    expect(await serveAll()).toEqual({ status: 200, names: ['acme', 'globex', 'initech'], broken: [] });
  });

  it('have one name', async () => {
    estate.write('tenants/other.yaml', { ...config(GLOBEX), server: {}, path: '/other', tenant: 'acme' });
    const { names, broken } = await serveAll();
    expect(names).toEqual(['globex', 'initech']);
    expect(broken.map(({ file, code }) => `${file} ${code}`)).toEqual([
      'acme.yaml TENANT_NAME_TAKEN',
      'other.yaml TENANT_NAME_TAKEN',
    ]);
  });

  it('have one name, and so one path', async () => {
    estate.write('tenants/other.yaml', { ...config(GLOBEX), server: {}, tenant: 'acme' });
    const { broken } = await serveAll();
    expect(broken.map(({ code }) => code)).toEqual(['TENANT_NAME_TAKEN', 'TENANT_NAME_TAKEN']);
  });

  it.each(['/t/acme', '/t', '/t/acme/scim', '/T/Acme'])('meet on their paths: %s', async (path) => {
    estate.write('tenants/initech.yaml', { ...config(ACME), server: {}, path });
    const { names, broken } = await serveAll();
    expect(names).not.toContain('initech');
    expect(names).not.toContain('acme');
    expect(broken[0]).toMatchObject({ code: 'TENANT_PATH_TAKEN' });
    expect(broken[0]?.line).not.toBeNull();
  });

  it('share a token', async () => {
    estate.write('tenants/initech.yaml', { ...config(ACME), tenant: 'initech' });
    const { names, broken } = await serveAll();
    expect(names).toEqual(['globex']);
    expect(broken.map(({ code }) => code)).toEqual(['TENANT_TOKEN_SHARED', 'TENANT_TOKEN_SHARED']);
  });

  it('would take the tokens of one issuer for one audience', async () => {
    const oauth = {
      issuer: 'https://login.example',
      jwksUrl: 'https://login.example/keys',
      audience: 'bridge',
      scopes: {},
    };
    estate.write('tenants/acme.yaml', { ...config(ACME), server: { oauth } });
    estate.write('tenants/globex.yaml', { ...config(GLOBEX), server: { oauth } });
    expect((await serveAll()).names).toEqual(['initech']);
    estate.write('tenants/globex.yaml', {
      ...config(GLOBEX),
      server: { oauth: { ...oauth, audience: 'globex' } },
    });
    expect((await serveAll()).names).toEqual(['acme', 'globex', 'initech']);
  });
});

describe('the process itself', () => {
  it('keeps its own paths', async () => {
    estate.write('tenants/globex.yaml', { ...config(GLOBEX), path: '/health/globex' });
    expect(await serveAll()).toMatchObject({ names: ['acme'], broken: [{ code: 'TENANT_PATH_TAKEN' }] });
  });

  it.each([
    ['a folder that is not there', { tenants: './elsewhere' }, 'TENANTS_NOT_FOUND'],
    ['a setting of a tenant', { tenants: './tenants', lucca: { address: 'acme' } }, 'CONFIG_INVALID'],
  ])('does not start with %s', (_what, content, code) => {
    estate.write('bridge.yaml', content);
    expect(() => loadProcess(estate.file)).toThrow(expect.objectContaining({ code, exitCode: 2 }));
  });
});
