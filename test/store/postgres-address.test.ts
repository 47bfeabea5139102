/** What the address of a database may say, above all about encryption, and what is said when it does not fit. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openPostgresQueues } from '../../src/queue/postgres.js';
import { checkAddress, withOptions } from '../../src/store/postgres/address.js';
import { asStoreError } from '../../src/store/postgres/errors.js';
import { openPostgresStore } from '../../src/store/postgres/postgres.js';
import { usePostgres } from '../support/postgres.js';

const postgres = usePostgres();

describe('an address', () => {
  it.each(['db.example', 'mysql://a/b', 'postgres://[', ''])('%j is none', (url) => {
    expect(() => checkAddress(url)).toThrow(expect.objectContaining({ code: 'STORE_ADDRESS_INVALID' }));
  });

  it.each([
    ['postgres://a/b?sslmode=require', 'postgres://a/b?sslmode=verify-full'],
    ['postgres://a/b?x=%20y&sslmode=verify-ca&z=1', 'postgres://a/b?x=%20y&sslmode=verify-full&z=1'],
    ['postgres://a/b?sslmode=disable', 'postgres://a/b?sslmode=disable'],
    [
      'postgres://a/b?sslmode=require&uselibpqcompat=true',
      'postgres://a/b?sslmode=require&uselibpqcompat=true',
    ],
  ])('%s is taken as %s', (given, taken) => {
    expect(checkAddress(given)).toBe(taken);
  });
});

describe('options in an address', () => {
  it.each([
    ['postgres://a/b', 'postgres://a/b'],
    ['postgres://a/b?options=-c%20x%3D1&y=2', 'postgres://a/b?options=-c%20x%3D1%20-c%20z=3&y=2'],
  ])('of %s come before those of the bridge, which then count', (given, taken) => {
    expect(withOptions(given, '-c z=3')).toEqual({ connectionString: taken, options: '-c z=3' });
  });
});

describe('a server that does not encrypt as the address wants', () => {
  const failed = { code: 'STORE_TLS_FAILED' };

  it.each(['prefer', 'require', 'verify-full'])('offers no encryption for sslmode=%s', async (mode) => {
    const warned = vi.spyOn(process, 'emitWarning');
    onTestFinished(() => warned.mockRestore());
    const url = `${await postgres.createDatabase()}?sslmode=${mode}`;
    const expected = {
      ...failed,
      message: expect.stringContaining('offers no encryption'),
      remedy: expect.stringContaining('sslmode'),
    };
    await expect(openPostgresStore({ url })).rejects.toMatchObject(expected);
    await expect(openPostgresQueues({ url, onProblem: () => {} })).rejects.toMatchObject(expected);
    expect(warned).not.toHaveBeenCalled();
  });

  it('wants encryption for which the address does not ask', async () => {
    const url = await postgres.createDatabase();
    const [file] = await postgres.query<{ hba_file: string }>(url, 'show hba_file');
    const rules = "('hostnossl all stranger all reject'), ('host all all all trust')";
    await postgres.query(url, `copy (values ${rules}) to '${file?.hba_file}'`);
    await postgres.query(url, 'select pg_reload_conf()');
    const refused = openPostgresStore({ url: url.replace('bridge@', 'stranger@') });
    await expect(refused).rejects.toMatchObject({
      ...failed,
      remedy: expect.stringContaining('sslmode=verify-full'),
    });
  });

  it('answers something else than TLS', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.write('S');
        socket.once('data', () => socket.end('this is no TLS'));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const url = `postgres://bridge@127.0.0.1:${port}/bridge?sslmode=require`;
    await expect(openPostgresStore({ url })).rejects.toMatchObject(failed);
  });

  it.each(['SELF_SIGNED_CERT_IN_CHAIN', 'ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED'])(
    'has a certificate that is not trusted: %s',
    (code) => {
      expect(asStoreError(Object.assign(new Error('x'), { code }))).toMatchObject({
        ...failed,
        message: expect.stringContaining(code),
        remedy: expect.stringContaining('sslrootcert'),
      });
    },
  );

  it('cannot be checked with a file that is not there', async () => {
    const url = `${await postgres.createDatabase()}?sslrootcert=/nowhere/ca.crt`;
    await expect(openPostgresStore({ url })).rejects.toMatchObject({
      ...failed,
      message: expect.stringContaining('ENOENT'),
    });
  });
});
