import { describe, expect, it } from 'vitest';
import { precedenceSchema } from '../../src/identity/precedence-config.js';
import { compileRules } from '../../src/identity/rules.js';

const compile = (config: unknown) => compileRules(precedenceSchema.parse(config));
const DEPARTMENT = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department';

describe('the precedence block', () => {
  it('left out gives names and work e-mail to the IdP, then to the SSO, and all else to Lucca', () => {
    const rules = compile({});
    for (const [attribute, slot] of [
      ['userName', null],
      ['name', 'givenName'],
      ['displayName', null],
      ['emails', 'work'],
    ] as const) {
      expect(rules.ruleOf(attribute, slot).sources).toEqual(['manual', 'idp:*', 'target:*', 'lucca']);
    }
    for (const [attribute, slot] of [
      ['title', null],
      ['emails', 'home'],
      [DEPARTMENT, null],
      ['roles', 'admin'],
    ] as const) {
      expect(rules.ruleOf(attribute, slot).sources).toEqual(['manual', 'lucca', 'idp:*']);
    }
    expect(rules).toMatchObject({ active: null, onIdpDelete: 'deactivate', luccaEverywhere: true });
  });

  it('takes paths in any letter case, with the core URN, and the forms that people write', () => {
    const rules = compile({
      attributes: {
        'urn:ietf:params:scim:schemas:core:2.0:User:TITLE': ['idp:*'],
        'NAME.GIVENNAME': ['lucca'],
        'phonenumbers[Type eq "Mobile"]': ['idp:*'],
        DEPARTMENT: ['idp:*'],
      },
    });
    expect(rules.ruleOf('title', null).text).toBe('title: idp:*');
    expect(rules.ruleOf('name', 'givenName').text).toBe('name.givenName: lucca');
    expect(rules.ruleOf('phoneNumbers', 'mobile').text).toBe('phoneNumbers[mobile]: idp:*');
    expect(rules.ruleOf(DEPARTMENT, null).text).toBe(`${DEPARTMENT}: idp:*`);
  });

  for (const [path, remedy] of Object.entries({
    tilte: /as in RFC 7643/,
    'emails.value': /whole attribute: emails/,
    'roles[admin]': /Only emails/,
    active: /setting `active`/,
    externalId: /its own externalId/,
    id: /given by the bridge/,
    'urn:example:unknown:2.0:User:x': /as in RFC 7643/,
    __proto__: /as in RFC 7643/,
  })) {
    it(`refuses ${path} with a remedy`, () => {
      expect(() => compile(JSON.parse(`{"attributes":{${JSON.stringify(path)}:["lucca"]}}`))).toThrow(
        expect.objectContaining({
          code: 'PRECEDENCE_PATH_UNKNOWN',
          exitCode: 2,
          remedy: expect.stringMatching(remedy),
        }),
      );
    });
  }

  for (const [fault, config] of Object.entries({
    'an unknown source': { attributes: { title: ['okta'] } },
    'an empty list': { attributes: { title: [] } },
    'a source named twice': { attributes: { title: ['lucca', 'lucca'] } },
    'an IdP order that holds something else': { idps: ['lucca'] },
    'an unknown setting': { attribute: {} },
    'an unknown policy for active': { active: 'never' },
  })) {
    it(`refuses ${fault}`, () => {
      expect(precedenceSchema.safeParse(config).success).toBe(false);
    });
  }

  it('ranks speakers by pattern, then by configured IdP, then by name', () => {
    const rules = compile({ idps: ['idp:okta'], attributes: { title: ['idp:jumpcloud', 'lucca', 'idp:*'] } });
    const speakers = ['lucca', 'idp:entra', 'idp:jumpcloud', 'idp:okta', 'target:slack'];
    expect(rules.ranking(speakers)(rules.ruleOf('title', null))).toEqual([
      'idp:jumpcloud',
      'lucca',
      'idp:okta',
      'idp:entra',
    ]);
  });
});
