/** The JSON bodies of the admin routes. */
import { z } from 'zod';
import type { JsonValue } from '../../../json.js';

const id = z.number().int().positive();
const date = z.iso.date();
const text = z.string().nullable();
const json = z.json() as z.ZodType<JsonValue>;
const list = <T extends z.ZodType>(item: T) => z.union([z.literal('all'), z.array(item)]);

const positionFields = {
  establishmentId: id,
  departmentId: id.nullable(),
  managerId: id.nullable(),
  jobTitle: text,
  jobQualificationId: id.nullable(),
  occupationCategoryId: id.nullable(),
};

const personFields = {
  remoteId: text,
  firstName: z.string().min(1),
  lastName: z.string().min(1),
  login: text,
  mail: text,
  employeeNumber: text,
  gender: z.enum(['unknown', 'male', 'female', 'diverse']),
  birthDate: date.nullable(),
  nationality: text,
  directLine: text,
  professionalMobile: text,
  personalMobile: text,
  personalEmail: text,
  cultureId: z.number().int(),
  sections: z.record(z.string(), id),
  custom: z.record(z.string(), json),
};

const contractFields = { start: date, end: date.nullable(), contractTypeId: id };

export const hireBody = z
  .strictObject({ ...personFields, ...positionFields, ...contractFields })
  .partial()
  .required({ firstName: true, lastName: true });
export const personPatch = z.strictObject(personFields).partial();
export const leaveBody = z.strictObject({ lastDay: date.optional() });
export const moveBody = z
  .strictObject({ ...positionFields, costCenterId: id.nullable(), from: date })
  .partial();
export const renameBody = z
  .strictObject({ firstName: z.string().min(1), lastName: z.string().min(1) })
  .partial();
export const mailBody = z.strictObject({ mail: text });
export const rehireBody = z.strictObject({ ...positionFields, ...contractFields }).partial();

export const departmentPatch = z
  .strictObject({
    name: z.string().min(1),
    code: text,
    parentId: id.nullable(),
    headId: id.nullable(),
    archived: z.boolean(),
  })
  .partial();
export const sectionPatch = z
  .strictObject({
    name: z.string().min(1),
    code: text,
    ownerId: id.nullable(),
    startsOn: date.nullable(),
    endsOn: date.nullable(),
    active: z.boolean(),
  })
  .partial();
export const establishmentPatch = z
  .strictObject({ name: z.string().min(1), code: text, timeZone: text, archived: z.boolean() })
  .partial();

export const clockBody = z
  .strictObject({
    set: z.iso.datetime({ offset: true }),
    advance: z
      .strictObject({
        days: z.number(),
        hours: z.number(),
        minutes: z.number(),
        seconds: z.number(),
        milliseconds: z.number(),
      })
      .partial(),
    /** Times the process clock; 0 stops the hands. */
    speed: z.number().min(0),
  })
  .partial();

export const switchesPatch = z
  .strictObject({
    unknownUser: z.union([z.literal(500), z.literal(404)]),
    v3Structure: z.union([z.literal('alive'), z.literal(410), z.literal(404)]),
    unknownNames: z.enum(['refuse', 'ignore']),
    extendedData: z.enum(['wrapped', 'bare']),
    envelopeHeader: z.boolean(),
    embedded: z.enum(['complete', 'partial', 'off']),
    lastPage: z.enum(['null', 'missing']),
    nextLink: z.enum(['bare', 'complete']),
    retryAfter: z.enum(['seconds', 'date']),
    millisecondsPerCell: z.number().min(0),
  })
  .partial();

export const quotaPatch = z
  .strictObject({
    requests: z.number().int().min(1),
    windowSeconds: z.number().positive(),
    window: z.enum(['fixed', 'sliding']),
    otherClient: z.number().int().min(0),
    enforced: z.boolean(),
  })
  .partial();
export const consumeBody = z.strictObject({ requests: z.number().int().min(0) });

const apiKeyFlags = [
  'users',
  'futureEmployees',
  'formerEmployees',
  'managers',
  'jobTitles',
  'departments',
] as const;
const moreFlags = ['contracts', 'personalFields', 'axes', 'structure'] as const;
export const rightsPatch = z.strictObject({
  apiKey: z
    .strictObject({ hrFileSections: list(z.string()), establishments: list(id) })
    .extend(Object.fromEntries([...apiKeyFlags, ...moreFlags].map((flag) => [flag, z.boolean()])))
    .partial()
    .optional(),
  oauth: z
    .strictObject({ scopes: list(z.string()), establishments: list(id), claims: list(z.string()) })
    .partial()
    .optional(),
});

const target = {
  route: z.string().min(1),
  page: z.number().int().min(1).optional(),
  nth: z.number().int().min(1).optional(),
  times: z.number().int().min(1).optional(),
};
export const faultBody = z.discriminatedUnion('kind', [
  z.strictObject({ ...target, kind: z.literal('empty-page') }),
  z.strictObject({ ...target, kind: z.literal('missing-page') }),
  z.strictObject({ ...target, kind: z.literal('moved-row') }),
  z.strictObject({ ...target, kind: z.literal('duplicate-row') }),
  z.strictObject({ ...target, kind: z.literal('shrinking-total'), by: z.number().int().optional() }),
  z.strictObject({
    ...target,
    kind: z.literal('wrong-type'),
    field: z.string(),
    value: json,
    row: z.number().int().optional(),
  }),
  z.strictObject({ ...target, kind: z.literal('html') }),
  z.strictObject({ ...target, kind: z.literal('redirect'), location: z.string().optional() }),
  z.strictObject({ ...target, kind: z.literal('truncated') }),
  z.strictObject({ ...target, kind: z.literal('slow'), milliseconds: z.number().min(0) }),
  z.strictObject({
    ...target,
    kind: z.literal('error'),
    status: z.number().int().min(400).max(599),
    retryAfter: z.string().optional(),
  }),
  z.strictObject({ ...target, kind: z.literal('reset') }),
]);
