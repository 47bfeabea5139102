/** Errors of v3 and v4: `{"Status": 404, "Message": "…"}`, with capitals. */
import type { NextFunction, Request, Response } from 'express';
import { type ErrorWriter, readError, sendJson } from '../http.js';

export class LegacyError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const writeLegacyError: ErrorWriter = (res, status, message) => {
  sendJson(res.status(status), { Status: status, Message: message });
};

/** Turns an error of a v3 or v4 route into its answer. */
export function handleLegacyError(error: unknown, _req: Request, res: Response, _next: NextFunction): void {
  const { status, message } = readError(error);
  writeLegacyError(res, status, message);
}
