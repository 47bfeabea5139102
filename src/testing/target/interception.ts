/** Lets a simulated target change an answer after the SCIM server made it. */
import type { Response } from 'express';

export interface MadeAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** Empty when there is none. */
  body: string;
}

/** Hands the answer to `change` once, whole, instead of writing it; writes what comes back. */
export function intercept(response: Response, change: (answer: MadeAnswer) => MadeAnswer): void {
  const writeHead = response.writeHead.bind(response) as (status: number, headers: object) => Response;
  const end = response.end.bind(response) as (body: string, done?: () => void) => Response;
  let made: Omit<MadeAnswer, 'body'> = { status: 200, headers: {} };
  response.writeHead = ((status: number, headers: readonly string[] | Record<string, string>) => {
    made = { status, headers: readHeaders(headers) };
    return response;
  }) as typeof response.writeHead;
  response.end = ((body?: Buffer | string, done?: () => void) => {
    const answer = change({ ...made, body: body === undefined ? '' : body.toString() });
    const { 'Content-Length': _, ...headers } = answer.headers;
    const length = Buffer.byteLength(answer.body);
    writeHead(answer.status, length === 0 ? headers : { ...headers, 'Content-Length': String(length) });
    return end(answer.body, done);
  }) as typeof response.end;
}

function readHeaders(headers: readonly string[] | Record<string, string> = {}): Record<string, string> {
  if (!Array.isArray(headers)) return { ...(headers as Record<string, string>) };
  const read: Record<string, string> = {};
  for (let at = 0; at < headers.length; at += 2) read[headers[at] ?? ''] = headers[at + 1] ?? '';
  return read;
}
