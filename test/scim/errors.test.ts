import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../src/errors.js';
import {
  badRequest,
  conflict,
  expiredCursor,
  forbidden,
  internalError,
  invalidCount,
  invalidCursor,
  invalidFilter,
  invalidPath,
  invalidSyntax,
  invalidValue,
  invalidVersion,
  methodNotAllowed,
  mutability,
  noTarget,
  notFound,
  notImplemented,
  payloadTooLarge,
  preconditionFailed,
  preconditionRequired,
  sensitive,
  tooMany,
  tooManyRequests,
  unauthorized,
  unavailable,
  uniqueness,
  unsupportedMediaType,
} from '../../src/scim/errors.js';

/** RFC 7644 tables 8 and 9, RFC 9865 section 2.2: status and scimType of every kind of error. */
const KINDS = [
  { name: 'invalidFilter', raise: invalidFilter, status: 400, scimType: 'invalidFilter' },
  { name: 'tooMany', raise: tooMany, status: 400, scimType: 'tooMany' },
  { name: 'uniqueness', raise: uniqueness, status: 409, scimType: 'uniqueness' },
  { name: 'mutability', raise: mutability, status: 400, scimType: 'mutability' },
  { name: 'invalidSyntax', raise: invalidSyntax, status: 400, scimType: 'invalidSyntax' },
  { name: 'invalidPath', raise: invalidPath, status: 400, scimType: 'invalidPath' },
  { name: 'noTarget', raise: noTarget, status: 400, scimType: 'noTarget' },
  { name: 'invalidValue', raise: invalidValue, status: 400, scimType: 'invalidValue' },
  { name: 'invalidVersion', raise: invalidVersion, status: 400, scimType: 'invalidVers' },
  { name: 'sensitive', raise: sensitive, status: 403, scimType: 'sensitive' },
  { name: 'invalidCursor', raise: invalidCursor, status: 400, scimType: 'invalidCursor' },
  { name: 'expiredCursor', raise: expiredCursor, status: 400, scimType: 'expiredCursor' },
  { name: 'invalidCount', raise: invalidCount, status: 400, scimType: 'invalidCount' },
  { name: 'badRequest', raise: badRequest, status: 400, scimType: undefined },
  { name: 'unauthorized', raise: unauthorized, status: 401, scimType: undefined },
  { name: 'forbidden', raise: forbidden, status: 403, scimType: undefined },
  { name: 'notFound', raise: notFound, status: 404, scimType: undefined },
  { name: 'methodNotAllowed', raise: methodNotAllowed, status: 405, scimType: undefined },
  { name: 'conflict', raise: conflict, status: 409, scimType: undefined },
  { name: 'preconditionFailed', raise: preconditionFailed, status: 412, scimType: undefined },
  { name: 'payloadTooLarge', raise: payloadTooLarge, status: 413, scimType: undefined },
  { name: 'unsupportedMediaType', raise: unsupportedMediaType, status: 415, scimType: undefined },
  { name: 'preconditionRequired', raise: preconditionRequired, status: 428, scimType: undefined },
  { name: 'tooManyRequests', raise: tooManyRequests, status: 429, scimType: undefined },
  { name: 'internalError', raise: internalError, status: 500, scimType: undefined },
  { name: 'notImplemented', raise: notImplemented, status: 501, scimType: undefined },
  { name: 'unavailable', raise: unavailable, status: 503, scimType: undefined },
];

describe('a SCIM error', () => {
  it.each(KINDS)('$name has the status and scimType of the RFC', ({ raise, status, scimType }) => {
    const error = raise('what went wrong');
    expect(error).toBeInstanceOf(BridgeError);
    expect(error).toMatchObject({ status, scimType, message: 'what went wrong' });
    expect(error.code).toMatch(/^SCIM_[A-Z_]+$/);
    expect(error.remedy).not.toBe('');
  });

  it('has a code of its own for every kind', () => {
    expect(new Set(KINDS.map(({ raise }) => raise('x').code)).size).toBe(KINDS.length);
  });

  it('becomes the Error message of the RFC, with its status as a string', () => {
    expect(invalidPath('No attribute "nam".').toBody()).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '400',
      scimType: 'invalidPath',
      detail: 'No attribute "nam".',
    });
  });

  it('has no scimType where the RFC defines none', () => {
    expect(notFound('Resource not found.').toBody()).not.toHaveProperty('scimType');
  });

  it('keeps its private detail out of the message', () => {
    const error = internalError('Something went wrong.', 'disk full on /data');
    expect(error.privateDetail).toBe('disk full on /data');
    expect(JSON.stringify(error.toBody())).not.toContain('disk');
  });
});
