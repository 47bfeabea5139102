/** What the endpoint takes in: a request as Node makes it, alone or inside an Express application. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** With what Express adds, where it was in between. */
export type ScimRequest = IncomingMessage & {
  /** The path under which the endpoint is mounted; `url` is what comes after it. */
  baseUrl?: string;
  /** What a body parser before the endpoint has read. */
  body?: unknown;
  /** By Express's rules about proxies. */
  protocol?: string;
  app?: { get(setting: string): unknown };
};

/** Answers every request that it is given. For `app.use` of Express 5 and 4, and for `inFrontOf`. */
export type ScimHandler = (
  request: ScimRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;
