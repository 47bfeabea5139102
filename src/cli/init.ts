/** `lucca-scim init`: asks for what a bridge needs and writes bridge.yaml. Secrets go into the environment, never into the file. */
import { existsSync, writeFileSync } from 'node:fs';
import { cancel, intro, isCancel, note, outro, select, text } from '@clack/prompts';
import { stringify } from 'yaml';
import { BridgeError } from '../errors.js';
import { parseTenantAddress } from '../lucca/address.js';
import type { Output } from './output.js';

export interface Answers {
  address: string;
  way: 'api-key' | 'oauth' | 'both';
  clientId?: string;
  profile: string;
  targetName: string;
  targetUrl: string;
}

const PROFILES = ['generic', 'travelperk', 'aws-identity-center', 'slack', 'github-emu', 'salesforce'];

export async function init(options: { config: string; force?: boolean }, output: Output): Promise<number> {
  if (existsSync(options.config) && options.force !== true) {
    throw new BridgeError('CONFIG_EXISTS', `${options.config} is there already.`, {
      remedy: 'Name another file with --config, or overwrite it with --force.',
      exitCode: 2,
    });
  }
  if (!process.stdin.isTTY) {
    throw new BridgeError('TERMINAL_NEEDED', 'The questions of init need a terminal.', {
      remedy: 'Run it in a terminal, or copy the example of the README into bridge.yaml.',
      exitCode: 2,
    });
  }
  intro('A bridge from Lucca to a SCIM target');
  const answers = await ask();
  if (answers === undefined) {
    cancel('Nothing was written.');
    return 2;
  }
  const { file, secrets } = composeConfig(answers);
  writeFileSync(options.config, file, { mode: 0o600 });
  note(
    secrets.map(({ name, what }) => `export ${name}=…   # ${what}`).join('\n'),
    'Set these before you go on',
  );
  outro(`${options.config} is written. Next: lucca-scim check`);
  output.endProgress();
  return 0;
}

/** @returns undefined when the person gave up */
async function ask(): Promise<Answers | undefined> {
  const address = await text({
    message: 'Your Lucca address',
    placeholder: 'acme, acme.ilucca.net or the address of any page of it',
    validate: addressProblem,
  });
  if (isCancel(address)) return undefined;
  const way = await select({
    message: `${parseTenantAddress(address).baseUrl}: how may the bridge read it?`,
    options: [
      { value: 'api-key' as const, label: 'API key', hint: 'everything, cost centres included' },
      { value: 'oauth' as const, label: 'OAuth client', hint: 'current API; no cost centres, no locale' },
      { value: 'both' as const, label: 'both', hint: 'current API, and the key for cost centres' },
    ],
  });
  if (isCancel(way)) return undefined;
  const clientId =
    way === 'api-key' ? '' : await text({ message: 'Client id of the OAuth client', validate: required });
  if (isCancel(clientId)) return undefined;
  const profile = await select({
    message: 'What is provisioned?',
    options: PROFILES.map((value) => ({ value, label: value })),
  });
  if (isCancel(profile)) return undefined;
  const targetUrl = await text({
    message: 'Base URL of its SCIM service',
    placeholder: 'https://…/scim/v2',
    validate: urlProblem,
  });
  if (isCancel(targetUrl)) return undefined;
  const targetName = profile === 'generic' ? 'target' : profile;
  return { address, way, profile, targetName, targetUrl, ...(clientId === '' ? {} : { clientId }) };
}

/** The text of bridge.yaml, and the environment variables that it refers to. Pure. */
export function composeConfig(answers: Answers): { file: string; secrets: { name: string; what: string }[] } {
  const { way, targetName } = answers;
  const tokenName = `${targetName.toUpperCase().replaceAll('-', '_')}_TOKEN`;
  const secrets = [
    ...(way === 'oauth' ? [] : [{ name: 'LUCCA_API_KEY', what: 'the API key of Lucca' }]),
    ...(way === 'api-key' ? [] : [{ name: 'LUCCA_CLIENT_SECRET', what: 'the secret of the OAuth client' }]),
    { name: tokenName, what: `the token of ${targetName}` },
  ];
  const config = {
    lucca: {
      address: parseTenantAddress(answers.address).baseUrl,
      ...(way === 'oauth' ? {} : { apiKey: '${LUCCA_API_KEY}' }),
      ...(way === 'api-key'
        ? {}
        : { oauth: { clientId: answers.clientId, clientSecret: '${LUCCA_CLIENT_SECRET}' } }),
    },
    targets: {
      [targetName]: { profile: answers.profile, url: answers.targetUrl, token: `\${${tokenName}}` },
    },
  };
  const head =
    '# Every setting: docs/configuration.md. Secrets come from the environment or from files ({ file: path }).\n';
  return { file: head + stringify(config), secrets };
}

function addressProblem(value: string | undefined): string | undefined {
  try {
    parseTenantAddress(value ?? '');
    return undefined;
  } catch (error) {
    return error instanceof BridgeError ? `${error.message} ${error.remedy}` : String(error);
  }
}

function urlProblem(value: string | undefined): string | undefined {
  return URL.canParse(value ?? '')
    ? undefined
    : 'It must be a full address, as in https://app.example.com/scim/v2.';
}

function required(value: string | undefined): string | undefined {
  return value ? undefined : 'It must not be empty.';
}
