/** Sends a resource of the current API: with a weak ETag, 304 when the client has it, gzip when it accepts that. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Request, Response } from 'express';
import type { JsonValue } from '../../../json.js';
import { faultsOf } from '../http.js';

const WORTH_COMPRESSING = 1024;

export function sendResource(req: Request, res: Response, body: JsonValue): void {
  const text = JSON.stringify(body);
  const etag = `W/"${createHash('sha1').update(text).digest('base64url')}"`;
  res.set({ ETag: etag, Vary: 'Accept-Encoding' });
  const known = (req.get('if-none-match') ?? '').split(',').map((tag) => tag.trim());
  if (known.includes(etag) || known.includes('*')) {
    res.status(304).end();
    return;
  }
  const truncated = faultsOf(res).some((fault) => fault.kind === 'truncated');
  const bytes = Buffer.from(truncated ? text.slice(0, text.length / 2) : text);
  res.set('Content-Type', 'application/json; charset=utf-8');
  if (bytes.length > WORTH_COMPRESSING && /\bgzip\b/i.test(req.get('accept-encoding') ?? '')) {
    res.set('Content-Encoding', 'gzip').send(gzipSync(bytes));
  } else {
    res.send(bytes);
  }
}
