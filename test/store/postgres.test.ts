import { openPostgresStore } from '../../src/store/postgres/postgres.js';
import { usePostgres } from '../support/postgres.js';
import { describeStore } from './contract.js';

const postgres = usePostgres();

describeStore('PostgreSQL', async () => openPostgresStore({ url: await postgres.createDatabase() }));
