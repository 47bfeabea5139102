/** `GET /organization/structure/api/…`: departments with their tree, establishments, legal units (v4). */
import { Router } from 'express';
import type { JsonObject } from '../../../json.js';
import type { Department, Establishment, LegalEntity } from '../company.js';
import { findCountry } from '../countries.js';
import { hierarchyOf, parentHierarchyOf, sortOrderOf } from '../department-tree.js';
import { sendJson } from '../http.js';
import type { Simulation } from '../simulation.js';
import { findById } from './axes.js';
import { treeOf } from './structure-v3.js';
import { type LimitRule, readFlags, readIdList, search, sendV4Page } from './v4-collection.js';

const ROOT = '/organization/structure/api';
const CREATED = '2019-01-07T09:00:00';

/** Documented for legal units only; the others are taken to be as work-contracts are. */
const LEGAL_UNIT_LIMITS: LimitRule = { byDefault: 10, max: 100 };
const OTHER_LIMITS: LimitRule = { byDefault: 10, max: 1000 };

export function structureV4Router(sim: Simulation): Router {
  const router = Router();
  const allowed = <Row>(rows: Iterable<Row>): Row[] => (sim.rights.apiKey.structure ? [...rows] : []);
  const departments = () => allowed(sim.state.departments.values());
  const establishments = () => allowed(sim.state.establishments.values());
  const legalUnits = () => allowed(sim.state.legalEntities.values());

  router.get(`${ROOT}/departments`, (req, res) => {
    const archived = readFlags(req, 'isArchived', [false]);
    const rows = search(req, departments()).filter((row) => archived.includes(row.archived));
    sendV4Page(sim, req, res, { rows, show: (row) => showDepartment(sim, row), limits: OTHER_LIMITS });
  });

  router.get(`${ROOT}/departments/tree`, (_req, res) => {
    const live = departments().filter((row) => !row.archived);
    sendJson(res, { node: null, children: treeOf(live, (row) => showDepartment(sim, row)) });
  });

  router.get(`${ROOT}/departments/:id`, (req, res) => {
    sendJson(res, showDepartment(sim, findById(departments(), req)));
  });

  router.get(`${ROOT}/establishments`, (req, res) => {
    const archived = readFlags(req, 'isArchived', [false]);
    const legalUnitIds = readIdList(req, 'legalUnitId');
    const rows = search(req, establishments()).filter(
      (row) => archived.includes(row.archived) && (legalUnitIds?.has(row.legalEntityId) ?? true),
    );
    sendV4Page(sim, req, res, { rows, show: (row) => showEstablishment(sim, row), limits: OTHER_LIMITS });
  });

  router.get(`${ROOT}/establishments/:id`, (req, res) => {
    sendJson(res, showEstablishment(sim, findById(establishments(), req)));
  });

  router.get(`${ROOT}/legal-units`, (req, res) => {
    const archived = readFlags(req, 'isArchived', [false]);
    const rows = search(req, legalUnits()).filter((row) => archived.includes(row.archived));
    sendV4Page(sim, req, res, { rows, show: (row) => showLegalUnit(sim, row), limits: LEGAL_UNIT_LIMITS });
  });

  router.get(`${ROOT}/legal-units/:id`, (req, res) => {
    sendJson(res, showLegalUnit(sim, findById(legalUnits(), req)));
  });

  return router;
}

function showDepartment(sim: Simulation, row: Department): JsonObject {
  return {
    id: row.id,
    name: row.name,
    code: row.code,
    description: null,
    // A path, in spite of its name; the id is in parentLuccaId.
    parentId: parentHierarchyOf(sim.state, row),
    parentLuccaId: row.parentId,
    hierarchy: hierarchyOf(sim.state, row),
    isActive: !row.archived,
    headId: row.headId,
    sortOrderInSiblings: sortOrderOf(sim.state, row),
    createdAt: CREATED,
    lastModifiedAt: CREATED,
  };
}

export function showEstablishment(sim: Simulation, row: Establishment): JsonObject {
  const legalUnit = sim.state.legalEntities.get(row.legalEntityId);
  return {
    id: row.id,
    name: row.name,
    code: row.code,
    legalUnitId: row.legalEntityId,
    legalUnit: legalUnit === undefined ? null : showLegalUnit(sim, legalUnit),
    legalIdentificationNumber: String(row.id).padStart(14, '0'),
    activityCode: '6201Z',
    calendarId: 1,
    address: row.city === null ? null : { street: '1 rue Exemple', zipCode: '00000', city: row.city },
    timeZoneId: row.timeZone,
    usersCount: 0,
    createdAt: CREATED,
    author: null,
    lastModifiedAt: CREATED,
    lastModifiedAtOffset: '+01:00',
    lastModifier: null,
    isArchived: row.archived,
  };
}

function showLegalUnit(sim: Simulation, row: LegalEntity): JsonObject {
  const { id, alpha2, name, currency } = findCountry(row.country);
  const headquarters = [...sim.state.establishments.values()].find((site) => site.legalEntityId === row.id);
  return {
    id: row.id,
    name: row.name,
    code: row.code,
    legalIdentificationNumber: String(row.id).padStart(9, '0'),
    activityCode: '6201Z',
    countryId: id,
    oldCountryId: id,
    country: { id, name, code: alpha2, currencyCode: currency, currency: null, defaultTimeZone: null },
    headquartersId: headquarters?.id ?? null,
    createdAt: CREATED,
    isArchived: row.archived,
  };
}
