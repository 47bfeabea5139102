import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadProfile } from '../../src/push/load-profile.js';
import { profileSchema } from '../../src/push/profile.js';

const folder = new URL('../../mappings/targets/', import.meta.url);
const packaged = readdirSync(folder).map((file) => file.replace('.yaml', ''));

describe('a target profile', () => {
  it.each(packaged)('is packaged for %s, under its own name', (name) => {
    expect(loadProfile(name).name).toBe(name);
  });

  it('generic.yaml names every setting with its default', () => {
    const written = parse(readFileSync(new URL('generic.yaml', folder), 'utf8'));
    expect(written).toEqual(profileSchema.parse({ name: 'generic', title: written.title }));
  });

  it('never deletes people or groups unless somebody says so', () => {
    for (const name of packaged)
      expect(loadProfile(name)).toMatchObject({ deactivate: 'active-false', groups: { release: 'empty' } });
  });

  it('is overridden setting by setting', () => {
    const profile = loadProfile('travelperk', { auth: { scheme: 'Bearer' }, attributes: { drop: [] } });
    expect(profile.auth).toEqual({ header: 'authorization', scheme: 'Bearer' });
    expect(profile.attributes).toMatchObject({
      drop: [],
      required: ['userName', 'name.givenName', 'name.familyName'],
    });
  });

  it("may be a file of one's own, checked with file and line", () => {
    const own = mkdtempSync(join(tmpdir(), 'profile-'));
    const file = join(own, 'mine.yaml');
    try {
      writeFileSync(file, 'name: mine\ntitle: Mine\nconcurrency: 2\n');
      expect(loadProfile(file)).toMatchObject({
        name: 'mine',
        concurrency: 2,
        mediaType: 'application/scim+json',
      });
      writeFileSync(file, 'name: mine\ntitle: Mine\nmanager:\n  by: guess\n');
      expect(() => loadProfile(file)).toThrow(
        expect.objectContaining({
          code: 'PROFILE_INVALID',
          exitCode: 2,
          message: expect.stringContaining(`${file}:4:`),
        }),
      );
    } finally {
      rmSync(own, { recursive: true });
    }
  });

  it.each(['nonesuch', '../../package', 'a/b.yaml', ''])('%j is not found', (name) => {
    expect(() => loadProfile(name)).toThrow(
      expect.objectContaining({ code: 'PROFILE_NOT_FOUND', exitCode: 2 }),
    );
  });

  it.each([
    [{ managr: {} }, 'managr'],
    [{ deactivate: 'sometimes' }, 'deactivate'],
    [{ attributes: { drop: 'emails' } }, 'attributes.drop'],
  ])('takes no options that it does not know: %j', (options, named) => {
    expect(() => loadProfile('generic', options)).toThrow(
      expect.objectContaining({
        code: 'TARGET_OPTIONS_INVALID',
        exitCode: 2,
        message: expect.stringContaining(named),
      }),
    );
  });

  it('is not poisoned by a prototype key', () => {
    const options = JSON.parse('{"__proto__": {"deactivate": "delete"}}');
    expect(() => loadProfile('generic', options)).toThrow(
      expect.objectContaining({ code: 'TARGET_OPTIONS_INVALID' }),
    );
  });
});
