/** What the reader of Lucca has to ask for: `fixtures/cases/mapping/wants.yaml`. */
import { expect, it } from 'vitest';
import type { Wants } from '../../src/mapping/compile.js';
import { readCases } from '../cases.js';
import { compile } from './fragment.js';

interface WantsCase {
  name: string;
  /** The block `users`; the packaged mapping when left out. */
  users?: object;
  wants: Wants;
}

it.each(readCases<WantsCase[]>('mapping/wants.yaml'))('$name', ({ users, wants }) => {
  const { customFields, personal } = compile(users && { users }).wants;
  expect({ customFields: [...customFields].sort(), personal }).toEqual(wants);
});
