/** Compares collections with each other: one that is empty although people refer to it is hidden, not empty. */
import type { Issue } from '../errors.js';
import { incompleteIssue, withFault } from './certificate.js';
import type { CollectionCertificate, Person } from './directory.js';
import type { Reading } from './reading.js';

interface Relation {
  /** The collection that people refer to, as its certificate names it. */
  collection: RegExp;
  known: ReadonlyMap<string, unknown>;
  referenceOf(person: Person): string | null | undefined;
}

/**
 * Gives the certificates of the whole reading, with the faults that only references show, and one issue for each
 * collection in which Lucca does not show everything that people refer to.
 */
export function checkReferences(reading: Reading): {
  certificates: CollectionCertificate[];
  issues: Issue[];
} {
  const { people, structure, sections, costCenterAxisId } = reading;
  const relations: Relation[] = [
    {
      collection: /^departments$/,
      known: structure.departments,
      referenceOf: (person) => person.departmentId,
    },
    {
      collection: /^(?:business-)?establishments$/,
      known: structure.establishments,
      referenceOf: (person) => person.establishmentId,
    },
    {
      collection: /^legal-(?:units|entities)$/,
      known: structure.legalEntities,
      referenceOf: (person) => person.legalEntityId,
    },
    {
      collection: /^axis-sections$/,
      known: sections,
      referenceOf: (person) => (costCenterAxisId === null ? null : person.sections[costCenterAxisId]),
    },
  ];
  const certificates = [...reading.certificates, ...structure.certificates];
  const issues: Issue[] = [];
  for (const { collection, known, referenceOf } of relations) {
    const unknown = new Set<string>();
    for (const person of people.values()) {
      const reference = referenceOf(person);
      if (reference != null && !known.has(reference)) unknown.add(reference);
    }
    if (unknown.size === 0) continue;
    const index = certificates.findIndex(({ name }) => collection.test(name));
    const certificate = certificates[index];
    if (certificate === undefined) continue;
    issues.push(notShown(certificate.name, [...unknown]));
    if (known.size === 0 && certificate.complete) {
      certificates[index] = withFault(certificate, 'Lucca shows none, although people refer to some');
    }
  }
  const told = new Set([...reading.issues, ...structure.issues, ...issues].map(({ subject }) => subject.id));
  for (const certificate of certificates) {
    if (!certificate.complete && !told.has(certificate.name)) issues.push(incompleteIssue(certificate));
  }
  return { certificates, issues };
}

function notShown(collection: string, ids: readonly string[]): Issue {
  const some = ids.slice(0, 5).join(', ');
  return {
    code: 'LUCCA_REFERENCE_NOT_SHOWN',
    severity: 'warning',
    subject: { kind: 'collection', id: collection },
    message: `People refer to ${ids.length} of ${collection} that Lucca does not show: ${some}${ids.length > 5 ? ', …' : ''}.`,
    remedy: 'Widen the perimeter of the credentials to the whole company.',
  };
}
