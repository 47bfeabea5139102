// `serve` over a store that stands, in a process of its own and over the built package. Tells its parent where it listens once
// it answers.
import { serve } from '../../dist/serve/serve.js';

const { store, state, token } = JSON.parse(process.argv[2]);
const { addresses } = await serve({
  tenant: 'bench',
  lucca: { address: 'bench', apiKey: 'never-asked' },
  schedule: false,
  state,
  ...(store && { store }),
  server: {
    port: 0,
    clients: [{ name: 'okta', role: 'idp', tokens: [token] }],
    rate: { requests: 1_000_000_000, seconds: 1 },
  },
});
const answer = await fetch(`${addresses.scim}/Users?count=1`, {
  headers: { authorization: `Bearer ${token}` },
});
const { totalResults } = await answer.json();
process.send({ scim: addresses.scim, people: totalResults, cpu: process.cpuUsage() });
process.on('disconnect', () => process.exit());
