/** Who is at the other end of an admin request. */
import type { Response } from 'express';

export function setClient({ locals }: Response, name: string): void {
  locals.client = name;
}

/** Name of the client whose request is answered; undefined before it has shown its token. */
export function findClient({ locals }: Response): string | undefined {
  return typeof locals.client === 'string' ? locals.client : undefined;
}

/** The same, within a route: for the record of who did it. */
export function clientOf(response: Response): string {
  return findClient(response) ?? 'unknown';
}
