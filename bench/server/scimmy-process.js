// scimmy-routers over users in memory, as its manual shows. On Express 4: on Express 5 it ignores count and startIndex.
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';
import { attributesOf, idOf } from './population.js';
import { answerParent } from './process.js';

const express4 = createRequire(import.meta.url)('express4');
const size = Number(process.argv[2]);

const rows = new Map();
for (let number = 0; number < size; number += 1) {
  const { 'urn:ietf:params:scim:schemas:extension:lucca:2.0:User': _, ...attributes } = attributesOf(number);
  rows.set(idOf(number), { id: idOf(number), ...attributes });
}
const names = new Set([...rows.values()].map(({ userName }) => userName.toLowerCase()));

SCIMMY.Resources.declare(SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false), {
  ingress(target, data) {
    const name = data.userName.toLowerCase();
    if (target.id === undefined && names.has(name)) throw new SCIMMY.Types.Error(409, 'uniqueness', 'taken');
    names.add(name);
    const row = { ...JSON.parse(JSON.stringify(data)), id: target.id ?? randomUUID() };
    rows.set(row.id, row);
    return row;
  },
  egress(target) {
    if (target.id !== undefined) return rows.get(target.id);
    const all = [...rows.values()];
    return target.filter === undefined ? all : target.filter.match(all);
  },
  degress: (target) => rows.delete(target.id),
});

const app = express4();
const handler = (request) => {
  if (!/^Bearer (reader|idp)$/.test(request.header('authorization') ?? '')) throw new Error('wrong token');
  return 'bench';
};
app.use('/scim/v2', new SCIMMYRouters({ type: 'bearer', handler }));
answerParent(app);
