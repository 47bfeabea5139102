import { describe, expect, it } from 'vitest';
import { loadView } from '../../../src/server/bridge/load-view.js';
import { compileView } from '../../../src/server/bridge/view.js';

describe('A view', () => {
  it.each(['optima-hr', 'travel', 'directory'])('%s is packaged and compiles', (name) => {
    expect(loadView(name).name).toBe(name);
  });

  it('that does not exist is said so, with those that do', () => {
    expect(() => loadView('payroll')).toThrow(
      expect.objectContaining({
        code: 'VIEW_NOT_FOUND',
        exitCode: 2,
        remedy: expect.stringContaining('optima-hr'),
      }),
    );
    expect(() => loadView('../secrets')).toThrow(expect.objectContaining({ code: 'VIEW_NOT_FOUND' }));
    expect(() => loadView('/nowhere/view.yaml')).toThrow(expect.objectContaining({ code: 'VIEW_NOT_FOUND' }));
  });

  it.each([
    ['an unknown resource type', { resources: { Device: { attributes: ['id'] } } }, 'Device'],
    ['an unknown attribute', { resources: { User: { attributes: ['nonsense'] } } }, 'nonsense'],
    ['an unknown key', { resources: { User: { attributes: ['userName'], keys: ['number'] } } }, 'number'],
    [
      'a scope that is no filter',
      { resources: { User: { attributes: ['userName'], scope: 'active eq' } } },
      'scope of User',
    ],
  ])('with %s is refused', (_, definition, said) => {
    expect(() => compileView({ name: 'mine', ...definition })).toThrow(
      expect.objectContaining({ code: 'VIEW_INVALID', exitCode: 2, message: expect.stringContaining(said) }),
    );
  });

  it('knows sub-attributes one by one, and whole extensions', () => {
    const { registry } = compileView({
      name: 'mine',
      resources: {
        User: {
          attributes: ['name.familyName', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'],
        },
      },
    });
    const type = registry.resourceType('users');
    expect(type?.resolve('name.familyName')).toBeDefined();
    expect(type?.resolve('name.givenName')).toBeUndefined();
    expect(type?.resolve('department')).toBeDefined();
    expect(type?.resolve('userName')).toBeUndefined();
    expect(registry.resourceType('Group')).toBeUndefined();
    expect(registry.schemas.has('urn:ietf:params:scim:schemas:core:2.0:Group')).toBe(false);
  });
});
