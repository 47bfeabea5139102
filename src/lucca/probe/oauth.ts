/** What an OAuth client sees, scope by scope (reference page, section 8.2). Some ten requests, and one token a scope. */
import { countResources } from '../oauth/cursor-pages.js';
import { scopesFor } from '../oauth/scopes.js';
import type { TokenCredentials } from '../oauth/token.js';
import type { Wanted } from '../reading.js';
import type { Transport } from '../transport.js';
import { counted, type Finding, look } from './finding.js';

/** Collection → how people call it. */
const DATA_SETS = new Map([
  ['employees', 'people'],
  ['employments', 'contract dates'],
  ['employment-templates', 'contract types'],
  ['job-positions', 'departments, managers and job titles of people'],
  ['departments', 'departments'],
  ['legal-entities', 'legal entities'],
  ['business-establishments', 'establishments'],
  ['job-qualifications', 'job qualifications'],
  ['employee-personal-records', 'personal data'],
  ['employee-attributes', 'custom fields'],
  ['employee-attribute-definitions', 'definitions of custom fields'],
  ['taxonomies', 'labels of custom lists'],
]);
const CLIENT = 'to the OAuth client (page /identity/admin/integration-keys of your Lucca)';

/** @throws LuccaError when the client itself is refused or Lucca cannot be reached */
export async function probeOAuth(
  transport: Transport,
  token: TokenCredentials,
  wanted: Wanted,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const scope of scopesFor(wanted)) {
    const name = scope.replace(/\.readonly$/, '');
    const dataSet = DATA_SETS.get(name) ?? name;
    const remedy = `Grant the scope ${scope} ${CLIENT}.`;
    const granted = await token.grants(scope);
    if (!granted) {
      findings.push({
        dataSet,
        state: 'missing',
        detail: `the client does not have the scope ${scope}`,
        remedy,
      });
    } else {
      const list = { name: name === 'taxonomies' ? 'taxonomy-labels' : name };
      findings.push(
        await look(dataSet, remedy, async () =>
          counted(dataSet, await countResources(transport, list), hidden),
        ),
      );
    }
  }
  for (const [status, dataSet] of [
    ['deactivated', 'former employees'],
    ['upcoming', 'future employees'],
  ] as const) {
    const list = { name: 'employees', query: { status } };
    findings.push(
      await look(dataSet, hidden.remedy, async () =>
        counted(dataSet, await countResources(transport, list), hidden),
      ),
    );
  }
  return findings;
}

const hidden = {
  state: 'unknown',
  detail: 'none seen: there are none, or they are hidden',
  remedy: `Grant all business establishments ${CLIENT}.`,
} as const;
