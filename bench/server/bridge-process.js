// The bridge's endpoint over a store in memory, in a process of its own: in front of Express, as `lucca-scim serve` answers, or
// mounted in an Express application, as embedders do. Over the built package, so that no compiler sits in the measured process.
import express from 'express';
import { compileRules } from '../../dist/identity/rules.js';
import { bearerAuthenticator, hashedTokens, hashToken } from '../../dist/server/auth.js';
import { createBridgeBackend } from '../../dist/server/bridge/backend.js';
import { openServedState } from '../../dist/server/bridge/collections.js';
import { editChunks } from '../../dist/server/bridge/idp-groups.js';
import { bridgeRegistry } from '../../dist/server/bridge/registry.js';
import { inFrontOf } from '../../dist/server/in-front.js';
import { scimRouter } from '../../dist/server/router.js';
import { createMemoryStore } from '../../dist/store/memory.js';
import { groupRecords, idOf, recordOf } from './population.js';
import { answerParent } from './process.js';

const size = Number(process.argv[2]);
const isMounted = process.argv[3] === 'mounted';
const tenant = 'bench';
/** So many people are in no group of the IdP: they come and go. */
const SPARE = 100;

const store = createMemoryStore();
const state = openServedState(store, tenant);
for (let from = 0; from < size; from += 1000) {
  const numbers = Array.from({ length: Math.min(1000, size - from) }, (_, index) => from + index);
  await state.people.put(numbers.map((number) => asParsed(recordOf(number))));
}
await state.luccaGroups.put(groupRecords(size).map(asParsed));
await state.idpGroups.put([...idpGroup('small', 100), ...idpGroup('large', size - SPARE)]);

const backend = await createBridgeBackend({ store, tenant, rules: compileRules() });
const authenticator = bearerAuthenticator(
  hashedTokens([
    { name: 'tool', role: 'reader', tokens: [hashToken('reader')] },
    { name: 'okta', role: 'idp', tokens: [hashToken('idp')] },
  ]),
);
const endpoint = scimRouter({ registry: bridgeRegistry, backend, authenticator });
const app = express();
app.use('/scim/v2', endpoint);
answerParent(isMounted ? app : inFrontOf(app, '/scim/v2', endpoint));

/** As records are after a restart: nothing is shared between them. */
function asParsed(record) {
  return JSON.parse(JSON.stringify(record));
}

function idpGroup(id, count) {
  const at = '2026-11-20T10:00:00.000Z';
  const nobody = { lists: 0, list: () => undefined, numberOf: () => undefined };
  const added = Array.from({ length: count }, (_, number) => idOf(number));
  const times = { createdAt: at, updatedAt: at };
  return [
    {
      id,
      version: 0,
      kind: 'group',
      source: 'idp:okta',
      externalId: null,
      attributes: { displayName: id },
      ...times,
    },
    ...editChunks(id, nobody, { added, removed: [] }),
  ];
}
