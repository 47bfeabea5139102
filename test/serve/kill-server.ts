/**
 * The process that the kill test kills: `serve`, with the store that its argument names, and nobody but an IdP to speak to.
 * Prints its SCIM address.
 */
import { serve } from '../../src/serve/serve.js';
import { openLowdbStore } from '../../src/store/lowdb.js';
import { openPostgresStore } from '../../src/store/postgres/postgres.js';
import { tokenOf } from './served-company.js';

/** A folder, or the address of a database. */
const [place = ''] = process.argv.slice(2);
const store = place.startsWith('postgres')
  ? await openPostgresStore({ url: place })
  : // A small threshold: snapshots are being written most of the time.
    await openLowdbStore({ folder: place, compactAfterBytes: 50_000 });

const { addresses } = await serve(
  {
    tenant: 'acme',
    lucca: { address: 'acme', apiKey: 'never-asked' },
    schedule: false,
    server: {
      port: 0,
      clients: [{ name: 'okta', role: 'idp', tokens: [tokenOf('okta')] }],
      rate: { requests: 1_000_000, seconds: 1 },
    },
  },
  { store },
);
console.log(addresses.scim);
