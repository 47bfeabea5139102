/** What is answered at a path where nothing is served. Mostly it is a SCIM client whose address is wrong. */
import type { RequestHandler } from 'express';
import { notFound } from '../scim/errors.js';
import { errorAnswer, send } from '../server/answer.js';

/** The last handler of a listener: a SCIM error (RFC 7644 section 3.12), as its clients can read it. */
export const nothingThere: RequestHandler = (_request, response) => {
  send(response, errorAnswer(notFound('Nothing is served at this path. Check the address of the endpoint.')));
};
