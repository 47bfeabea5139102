import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { defaultRegistry } from '../../src/scim/registry.js';
import { USER } from '../../src/scim/schema.js';
import { createPageMemory } from '../../src/server/page-memory.js';
import { createReferences } from '../../src/server/references.js';
import { createWire } from '../../src/server/wire.js';
import { startEndpoint } from './endpoint.js';

const type = defaultRegistry.resourceType('User');
if (type === undefined) throw new Error('no User type');

const stored = {
  id: 'a/b',
  version: 'W/"1"',
  resource: { schemas: [USER], id: 'a/b', userName: 'zoë', meta: { resourceType: 'User', version: 'W/"1"' } },
};

describe('a resource on the wire', () => {
  const wire = createWire(defaultRegistry, createReferences(defaultRegistry));

  it('is serialised once for each address', () => {
    const first = wire.bytes(type, stored, 'https://a.example');
    expect(JSON.parse(first.toString()).meta.location).toBe('https://a.example/Users/a%2Fb');
    const other = wire.bytes(type, stored, 'https://b.example');
    expect(JSON.parse(other.toString()).meta.location).toBe('https://b.example/Users/a%2Fb');
    expect(wire.bytes(type, stored, 'https://a.example')).toBe(first);
    expect(wire.bytes(type, { ...stored }, 'https://a.example')).not.toBe(first);
  });

  it('reads the same when it was just written', () => {
    expect(Buffer.from(wire.text(type, stored, 'https://a.example'))).toEqual(
      wire.bytes(type, stored, 'https://a.example'),
    );
  });

  it('makes up a page with others', () => {
    const bytes = wire.bytes(type, stored, 'https://a.example');
    for (const count of [0, 1, 3, 1_000]) {
      const page = wire.page({ totalResults: count }, Array(count).fill(bytes));
      expect(JSON.parse(page.bytes.toString())).toEqual({
        totalResults: count,
        Resources: Array(count).fill(JSON.parse(bytes.toString())),
      });
    }
  });
});

describe('the memory of pages', () => {
  it('is used again once it is released, and not before', () => {
    const memory = createPageMemory();
    const first = memory.take(20_000);
    const second = memory.take(20_000);
    expect(second.bytes.buffer).not.toBe(first.bytes.buffer);
    first.release?.();
    const third = memory.take(30_000);
    expect(third.bytes.buffer).toBe(first.bytes.buffer);
    expect(third.bytes).toHaveLength(30_000);
  });

  it('fits what is asked for, and is not kept for very large answers', () => {
    const memory = createPageMemory();
    for (const length of [1, 4_096, 4_097, 65_536, 1_048_576, 2_000_000]) {
      const piece = memory.take(length);
      expect(piece.bytes).toHaveLength(length);
      expect(piece.release === undefined).toBe(length > 1_048_576);
      piece.release?.();
    }
  });

  it('never shows one client the page of another, however many read at once', async () => {
    const endpoint = await startEndpoint();
    for (let index = 0; index < 400; index++) {
      endpoint.backend.create(type, { userName: `user-${index}`, title: 'x'.repeat(500) });
    }
    const read = async (start: number): Promise<void> => {
      const { body } = await request(endpoint.server)
        .get(`/scim/v2/Users?startIndex=${start + 1}&count=100`)
        .set('Authorization', endpoint.authorization)
        .expect(200);
      expect(body.Resources.map(({ userName }: { userName: string }) => userName)).toEqual(
        Array.from({ length: 100 }, (_, index) => `user-${start + index}`),
      );
    };
    for (let round = 0; round < 3; round++) {
      await Promise.all(Array.from({ length: 30 }, (_, index) => read(index * 10)));
    }
    await endpoint.close();
  });
});
