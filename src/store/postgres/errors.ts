/** What PostgreSQL says, as the errors of the store. Its own messages may quote stored values, so they are never passed on. */
import { BridgeError } from '../../errors.js';
import { foundConflict, versionConflict } from '../errors.js';
import { decodeText } from './text.js';

/** As the functions in `migrations/` raise them. */
const TERM_ENDED = 'LB002';
const OVERTAKEN = 'LB003';
const DEADLOCK = '40P01';

/** The address itself is a secret. */
export function invalidAddress(): BridgeError {
  return new BridgeError(
    'STORE_ADDRESS_INVALID',
    'store.postgres.url is no address of a PostgreSQL database.',
    {
      remedy:
        'Write it as in postgres://user:password@host:5432/database, with special characters percent-encoded.',
      exitCode: 2,
    },
  );
}

/** @param tenant whose runs another process leads, or may lead since the connection was lost */
export function fenced(tenant: string, cause?: unknown): BridgeError {
  return new BridgeError('STORE_FENCED', `This process leads the runs of ${tenant} no longer.`, {
    remedy:
      'Another process took over, or the connection to the database was lost. Nothing was written since. Look for the next run of the ' +
      'tenant: it goes on where this one ended.',
    cause,
  });
}

export function behind(): BridgeError {
  return new BridgeError(
    'STORE_BEHIND',
    'This process was cut off from the database for longer than changes are remembered.',
    { remedy: 'Start it again: it then reads everything afresh. Nothing that was acknowledged is lost.' },
  );
}

export function schemaTooNew(migration: string): BridgeError {
  return new BridgeError(
    'STORE_TOO_NEW',
    `The database was brought to a newer form (${migration}) than this version knows.`,
    { remedy: 'Run the newer version of lucca-scim-bridge again, or put back a backup of the database.' },
  );
}

/** Nobody has started the bridge on this database yet, or it is another one than meant. */
export function noState(): BridgeError {
  return new BridgeError(
    'STORE_MISSING',
    'The database holds no state of the bridge. Nothing was written to it.',
    {
      remedy:
        'Check that `store.postgres.url` names the right server and database. If it does, start `lucca-scim serve` or `lucca-scim push` ' +
        'once: that makes the state.',
    },
  );
}

export function schemaTooOld(migration: string): BridgeError {
  return new BridgeError(
    'STORE_TOO_OLD',
    `The database is still in the form of an older version: it lacks ${migration}. Nothing was changed.`,
    {
      remedy:
        'Start `lucca-scim serve` or `lucca-scim push` of this version once, which brings it up to date, or use the version that wrote it.',
    },
  );
}

/** Whatever a statement or connection failed with; a BridgeError passes as it is. */
export function asStoreError(error: unknown): BridgeError {
  if (error instanceof BridgeError) return error;
  const { code: state, detail = '' } = (error ?? {}) as { code?: string; detail?: string };
  const mismatch = findTlsMismatch(error);
  if (mismatch !== undefined) return storeError('STORE_TLS_FAILED', ...mismatch, error);
  if (state === TERM_ENDED) return fenced(detail, error);
  if (state === '53100') {
    return storeError('STORE_DISK_FULL', 'The database has no room left', state, 'Make room for it.', error);
  }
  if (state === '25006') {
    const remedy = 'Name the primary server: this one, or this connection, is for reading only.';
    return storeError('STORE_READ_ONLY', 'The database may not be written', state, remedy, error);
  }
  if (state === '42501') {
    const remedy =
      'Name a user who may create and write the schema lucca_scim in that database. To verify, back up or export an existing state, ' +
      'one who may read is enough: GRANT USAGE ON SCHEMA lucca_scim, and GRANT SELECT ON ALL TABLES IN SCHEMA lucca_scim.';
    return storeError('STORE_READ_ONLY', 'The user lacks a right in the database', state, remedy, error);
  }
  if (state === '3D000') {
    const remedy = 'Make it, or name another one in store.postgres.url.';
    return storeError(
      'STORE_UNAVAILABLE',
      'The database does not exist on that server',
      state,
      remedy,
      error,
    );
  }
  if (state === '28000' || state === '28P01') {
    const remedy =
      'Check user and password in store.postgres.url, and that pg_hba.conf of the server lets this user into this database from here.';
    return storeError('STORE_UNAVAILABLE', 'The database server refused the user', state, remedy, error);
  }
  const remedy =
    'Check that the server runs and that address, user, password and database are right. What was acknowledged is kept; ' +
    'a change that got no answer may have happened: read again before repeating it.';
  return storeError('STORE_UNAVAILABLE', 'The database gave no answer to use', state, remedy, error);
}

/** What happened, the code that says more, and what helps, when client and server did not agree on encryption. */
function findTlsMismatch(error: unknown): [string, string | undefined, string] | undefined {
  const {
    code,
    message = '',
    syscall,
  } = (error ?? {}) as { code?: string; message?: string; syscall?: string };
  if (message.includes('does not support SSL')) {
    const remedy =
      'Switch TLS on at the server. Only where nobody else can listen to the network: say sslmode=disable in store.postgres.url.';
    return ['The database offers no encryption, and its address asks for it (sslmode)', undefined, remedy];
  }
  if (code === '28000' && message.includes('no encryption')) {
    const remedy =
      'If it takes encrypted connections only, add ?sslmode=verify-full to store.postgres.url. Otherwise its pg_hba.conf has no entry for ' +
      'this user, database and client.';
    return ['The database refuses this user without encryption', code, remedy];
  }
  if (/CERT|SELF_SIGNED|LEAF_SIGNATURE/.test(code ?? '')) {
    const remedy =
      'Every sslmode but disable and no-verify checks certificate and host name here. Name the certificate authority, ' +
      'sslrootcert=/path/to/ca.crt in store.postgres.url, and the host as the certificate names it. sslmode=no-verify encrypts too, ' +
      'but does not notice somebody in between.';
    return ['The certificate of the database is not trusted', code, remedy];
  }
  if (syscall === 'open') {
    const remedy =
      'Check sslrootcert, sslcert and sslkey in store.postgres.url, and who may read those files.';
    return ['A certificate that the address of the database names cannot be read', code, remedy];
  }
  if (/^(ERR_SSL|ERR_TLS|EPROTO)/.test(code ?? '') || message.includes('establishing an SSL connection')) {
    const remedy =
      'Check that store.postgres.url names the port of the server itself, and that its TLS works.';
    return ['An encrypted connection to the database could not be made', code, remedy];
  }
  return undefined;
}

function storeError(code: string, what: string, state: string | undefined, remedy: string, cause: unknown) {
  return new BridgeError(code, `${what}${state === undefined ? '' : ` (${state})`}.`, { remedy, cause });
}

/** Why one of several writes was refused, as `write_records` gives it. */
export type Refused = { write: number } & ({ id: string; given: number; stored: number } | { index: string });

export function refusalOf(collection: string, refused: Refused): BridgeError {
  if ('index' in refused) return foundConflict(collection, decodeText(refused.index));
  return versionConflict(collection, decodeText(refused.id), refused.given, refused.stored);
}

/** Whether a write met another that made the same record at the same moment, or held it up: it is to be sent again. */
export function isOvertaken({ cause }: BridgeError): boolean {
  const { code } = (cause ?? {}) as { code?: string };
  return code === OVERTAKEN || code === DEADLOCK;
}
