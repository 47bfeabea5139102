/** `POST /id-token`: an application hands over the ID token of a person who has just signed in. The token is its own credential. */
import { hash } from 'node:crypto';
import express, { type Request, type Response, type Router } from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import { z } from 'zod';
import type { SignInOutcome } from '../../steward/sign-in.js';
import { BoundedMap } from '../bounded-map.js';
import { answerJsonErrors, tooManyRequests } from '../json-errors.js';
import { readInput } from '../json-input.js';
import type { IdTokenVerifier } from './id-token.js';

export interface SsoRouterOptions {
  verify: IdTokenVerifier;
  /** Keeps the claims of a verified token; `isRepeated`: the very token was handed over before. */
  keep: (claims: unknown, token: { isRepeated: boolean }) => Promise<SignInOutcome>;
  /** Told what went wrong when the answer is a 500. */
  onError?: (error: unknown) => void;
}

/** Sign-ins of a whole company come from few addresses, those of its applications. */
const REQUESTS_PER_MINUTE = 1_200;
const MAX_TOKEN = 16_384;

const bodySchema = z.strictObject({ id_token: z.string().min(1).max(MAX_TOKEN) });

const STATUS: Readonly<Record<SignInOutcome['outcome'], number>> = {
  kept: 200,
  created: 201,
  undecided: 202,
  unknown: 404,
  outdated: 409,
};

/** An Express router for `app.use('/sso', …)`. Answers carry the outcome only, nothing about the person. */
export function ssoRouter({ verify, keep, onError }: SsoRouterOptions): Router {
  const isRepeated = createTokenMemory();
  const router = express.Router();
  router.use(helmet());
  router.use(
    rateLimit({
      windowMs: 60_000,
      limit: REQUESTS_PER_MINUTE,
      legacyHeaders: false,
      validate: false,
      handler: tooManyRequests,
    }),
  );
  router.use(express.json({ limit: 2 * MAX_TOKEN }));
  router.post('/id-token', async (request: Request, response: Response) => {
    const { id_token: token } = readInput(bodySchema, request.body);
    const claims = await verify(token);
    const { outcome } = await keep(claims, { isRepeated: isRepeated(token) });
    response.status(STATUS[outcome]).json({ outcome });
  });
  router.use(answerJsonErrors(onError));
  return router;
}

/** So many of the latest tokens are remembered, by their hash. */
const REMEMBERED = 20_000;

/** Tells whether a token was asked about before. */
function createTokenMemory(): (token: string) => boolean {
  const remembered = new BoundedMap<string, { times: number }>(REMEMBERED);
  return (token) => {
    const memory = remembered.get(hash('sha256', token), () => ({ times: 0 }));
    memory.times += 1;
    return memory.times > 1;
  };
}
