/**
 * One process of several: serves the configuration given as an argument, and prints a JSON line when it serves and each time it begins
 * to lead.
 */
import { pino } from 'pino';
import type { BridgeConfigInput } from '../../src/config/schema.js';
import { serve } from '../../src/serve/serve.js';
import { openPostgresStore } from '../../src/store/postgres/postgres.js';
import type { Store } from '../../src/store/store.js';

const { url, config } = JSON.parse(process.argv[2] ?? '') as { url: string; config: BridgeConfigInput };
const tell = (event: object): void => console.log(JSON.stringify(event));

const opened = await openPostgresStore({ url });
const store: Store = {
  collection: opened.collection.bind(opened),
  watch: opened.watch.bind(opened),
  holdings: opened.holdings.bind(opened),
  replaceAll: opened.replaceAll.bind(opened),
  compact: opened.compact.bind(opened),
  close: opened.close.bind(opened),
  async lead(tenant) {
    const term = await opened.lead(tenant);
    if (term !== null) tell({ ledAt: Date.now() });
    return term;
  },
};
const served = await serve(config, { store, log: pino({ level: 'fatal' }, pino.destination(2)) });
tell({ scim: served.addresses.scim, admin: served.addresses.admin });
