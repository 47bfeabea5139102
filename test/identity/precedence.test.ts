import { describe, expect, it } from 'vitest';
import { explainUser } from '../../src/identity/explain.js';
import { precedenceSchema } from '../../src/identity/precedence-config.js';
import { resolveUser } from '../../src/identity/resolve.js';
import { compileRules } from '../../src/identity/rules.js';
import { SharedKeys } from '../../src/identity/shared-keys.js';
import { peopleOf, play, readCases } from './precedence-case.js';

const cases = readCases();

describe('precedence', () => {
  it('has its cases', () => {
    expect(cases.length).toBeGreaterThanOrEqual(80);
  });

  for (const file of new Set(cases.map((each) => each.file))) {
    describe(file, () => {
      for (const each of cases.filter((one) => one.file === file)) {
        it(each.name, () => {
          const rules = compileRules(precedenceSchema.parse(each.rules ?? {}));
          const users = peopleOf(each).map(({ said, effective, because }, at) => {
            const person = play(said, rules, `p${at + 1}`);
            const attributes = resolveUser(person, rules, each.now);
            expect(attributes).toEqual(effective);
            const silent = new Map(Object.entries(each.silent ?? {}));
            const provenance = explainUser(person, rules, each.now, silent);
            for (const [path, reason] of Object.entries(because ?? {})) {
              const found = provenance.find((one) => one.path === path);
              expect(found).toMatchObject(typeof reason === 'string' ? { source: reason } : reason);
            }
            return { id: person.id, attributes };
          });
          const shared = new SharedKeys();
          for (const user of users) shared.add(user);
          if (each.shared) expect(shared.findings().map(({ on }) => on)).toEqual(each.shared);
        });
      }
    });
  }
});
