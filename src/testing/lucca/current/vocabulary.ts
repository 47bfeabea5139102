/** The tenant's own word lists: employment templates, job qualifications, professions, categories, taxonomy labels. */
import type { ContractType, CustomField, JobQualification, NamedEntry } from '../company.js';
import { covers } from '../rights.js';
import type { Simulation } from '../simulation.js';
import { type Kind, refer } from './kind.js';

const CREATED = '2019-01-07T08:00:00.000Z';

const translated = (name: 'title' | 'name', text: string) => ({ [name]: { 'fr-FR': text } });

export function employmentTemplateKind(sim: Simulation): Kind<ContractType> {
  return {
    type: 'employment-template',
    scope: 'employment-templates.readonly',
    rows: () => sim.state.company.contractTypes,
    id: (row) => String(row.id),
    key: (row) => [row.id],
    parameters: {},
    show: (row) => ({
      title: row.name,
      legalEntities: row.legalEntityIds.map((id) => refer(sim, 'legal-entity', id)),
      term: row.term,
      audience: row.audience,
      t9n: translated('title', row.name),
      createdAt: CREATED,
      lastUpdatedAt: CREATED,
    }),
  };
}

export function jobQualificationKind(sim: Simulation): Kind<JobQualification> {
  return {
    type: 'job-qualification',
    scope: 'job-qualifications.readonly',
    rows: () => sim.state.company.jobQualifications,
    id: (row) => String(row.id),
    key: (row) => [row.id],
    parameters: {
      rank: { type: 'number', read: (row) => row.rank },
      'profession.id': { type: 'text', read: (row) => String(row.professionId) },
    },
    show: (row) => ({
      remoteId: null,
      title: row.name,
      profession: refer(sim, 'profession', row.professionId),
      rank: row.rank,
      t9n: translated('title', row.name),
    }),
  };
}

export function professionKind(sim: Simulation): Kind<NamedEntry> {
  return {
    type: 'profession',
    scope: 'job-qualifications.readonly',
    rows: () => sim.state.company.professions,
    id: (row) => String(row.id),
    key: (row) => [row.id],
    parameters: {},
    show: (row) => ({ title: row.name, isArchived: false, t9n: translated('title', row.name) }),
  };
}

export function occupationCategoryKind(sim: Simulation): Kind<NamedEntry> {
  return {
    type: 'occupation-category',
    scope: 'occupation-categories.readonly',
    rows: () => sim.state.company.occupationCategories,
    id: (row) => String(row.id),
    key: (row) => [row.id],
    parameters: {
      // Every category of the model is valid in every establishment.
      'businessEstablishments.id': { type: 'text', nullable: true, read: () => null },
      search: {
        type: 'search',
        matches: (row, text) => row.name.toLowerCase().includes(text.toLowerCase()),
      },
    },
    show: (row) => ({
      remoteId: null,
      title: row.name,
      businessEstablishments: null,
      t9n: translated('title', row.name),
    }),
  };
}

export interface LabelRow {
  readonly field: CustomField;
  readonly entry: NamedEntry;
}

/** The entries of custom lists. */
export function taxonomyLabelKind(sim: Simulation): Kind<LabelRow> {
  return {
    type: 'taxonomy-label',
    scope: 'taxonomies.readonly',
    rows: () =>
      sim.state.company.customFields
        .filter((field) => covers(sim.rights.oauth.claims, field.section))
        .flatMap((field) => field.entries.map((entry) => ({ field, entry })))
        .sort((a, b) => a.entry.id - b.entry.id),
    id: ({ entry }) => String(entry.id),
    key: ({ entry }) => [entry.id],
    parameters: {
      id: { type: 'text', read: ({ entry }) => String(entry.id) },
      'taxonomy.id': { type: 'text', read: ({ field }) => field.id },
    },
    show: ({ field, entry }) => ({
      name: entry.name,
      taxonomy: refer(sim, 'taxonomy', field.id),
      isArchived: false,
      t9n: translated('name', entry.name),
    }),
  };
}
