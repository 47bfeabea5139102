/** What a client asks of a list (RFC 7644 sections 3.4.2 and 3.4.3, RFC 9865), whether in the address or in a SearchRequest. */
import type { JsonObject, JsonValue } from '../json.js';
import { invalidCount, invalidFilter, invalidSyntax, invalidValue, type ScimError } from '../scim/errors.js';
import type { SortOrder } from '../scim/sort.js';

const SEARCH_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

/** The attributes that a client wants back; both lists empty = the default ones. */
export interface AttributeSelection {
  attributes: readonly string[];
  excludedAttributes: readonly string[];
}

export interface ListParameters extends AttributeSelection {
  filter: string | undefined;
  sortBy: string | undefined;
  sortOrder: SortOrder;
  /** From 1. */
  startIndex: number;
  /** Undefined = the server's page size. */
  count: number | undefined;
  /** Undefined = paging by index; '' = the first page by cursor. */
  cursor: string | undefined;
}

/** From the query string. Throws invalidFilter, invalidValue or invalidCount. */
export function readListQuery(query: ReadonlyMap<string, string>): ListParameters {
  const cursor = query.get('cursor');
  return {
    filter: readFilter(query.get('filter')),
    sortBy: query.get('sortBy') || undefined,
    sortOrder: readOrder(query.get('sortOrder')),
    startIndex: readStartIndex(query.get('startIndex')),
    count: readCount(query.get('count'), cursor),
    cursor,
    attributes: splitNames(query.get('attributes')),
    excludedAttributes: splitNames(query.get('excludedAttributes')),
  };
}

/** From the body of POST /.search, which must say that it is a SearchRequest. */
export function readSearchRequest(body: JsonObject): ListParameters {
  const { schemas } = body;
  if (!Array.isArray(schemas) || !schemas.some((urn) => sameUrn(urn, SEARCH_REQUEST))) {
    throw invalidSyntax(`Attribute schemas must name ${SEARCH_REQUEST}.`);
  }
  const cursor = readText(body, 'cursor');
  return {
    filter: readFilter(readText(body, 'filter')),
    sortBy: readText(body, 'sortBy') || undefined,
    sortOrder: readOrder(readText(body, 'sortOrder')),
    startIndex: readStartIndex(readNumber(body, 'startIndex')),
    count: readCount(readNumber(body, 'count'), cursor),
    cursor,
    attributes: readNames(body, 'attributes'),
    excludedAttributes: readNames(body, 'excludedAttributes'),
  };
}

/** The attribute selection alone: what a GET of one resource and the writing methods understand. */
export function readSelection(query: ReadonlyMap<string, string>): AttributeSelection {
  return {
    attributes: splitNames(query.get('attributes')),
    excludedAttributes: splitNames(query.get('excludedAttributes')),
  };
}

function sameUrn(value: JsonValue, urn: string): boolean {
  return typeof value === 'string' && value.toLowerCase() === urn.toLowerCase();
}

function readFilter(filter: string | undefined): string | undefined {
  if (filter?.trim() === '') throw invalidFilter('The filter is empty.');
  return filter;
}

function readOrder(text: string | undefined): SortOrder {
  const order = text?.toLowerCase() || 'ascending';
  if (order !== 'ascending' && order !== 'descending') {
    throw invalidValue('The sortOrder must be ascending or descending.');
  }
  return order;
}

/** What is less than 1 is 1 (RFC 7644 section 3.4.2.4). */
function readStartIndex(text: string | undefined): number {
  return Math.max(1, readInteger(text, invalidValue, 'startIndex') ?? 1);
}

/** A negative count is none (RFC 7644 section 3.4.2.4). What is no number has its own error word when paging by cursor. */
function readCount(count: string | undefined, cursor: string | undefined): number | undefined {
  const number = readInteger(count, cursor === undefined ? invalidValue : invalidCount, 'count');
  return number === undefined ? undefined : Math.max(0, number);
}

function readInteger(
  text: string | undefined,
  refuse: (detail: string) => ScimError,
  name: string,
): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (!/^[+-]?\d{1,15}$/.test(text.trim())) throw refuse(`The parameter ${name} must be an integer.`);
  return Number(text);
}

const NO_NAMES: readonly string[] = [];

function splitNames(text: string | undefined): readonly string[] {
  if (text === undefined || text === '') return NO_NAMES;
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function readText(body: JsonObject, name: string): string | undefined {
  const value = body[name] ?? undefined;
  if (value !== undefined && typeof value !== 'string')
    throw invalidSyntax(`The parameter ${name} must be a string.`);
  return value;
}

/** As text, so that `"10"` and `10` are read alike. */
function readNumber(body: JsonObject, name: string): string | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  if (typeof value !== 'number') throw invalidSyntax(`The parameter ${name} must be an integer.`);
  return String(value);
}

/** An array of names, or one string of names between commas. */
function readNames(body: JsonObject, name: string): readonly string[] {
  const value = body[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return splitNames(value);
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) {
    throw invalidSyntax(`The parameter ${name} must be a list of attribute names.`);
  }
  return value.flatMap(splitNames);
}
