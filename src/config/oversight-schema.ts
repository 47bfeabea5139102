/** The `metrics` and `alerts` blocks: how others watch over a serving process. */
import { z } from 'zod';
import { URL_PATH } from './server-schema.js';

/** @param secret how a secret stands in the file, or in memory */
export function describeMetrics<Secret extends z.ZodType>(secret: Secret) {
  return z
    .strictObject({
      path: z
        .string()
        .regex(URL_PATH, 'a path, as in /metrics')
        .default('/metrics')
        .describe('Where Prometheus reads them.'),
      token: secret.optional().describe('Bearer token that it has to send; none when left out.'),
    })
    .optional()
    .describe('Figures for Prometheus; none when left out.');
}

/** @param secret how a secret stands in the file, or in memory */
export function describeAlerts<Secret extends z.ZodType>(secret: Secret) {
  return z
    .strictObject({
      webhook: z
        .union([z.string().refine(isSafeAddress, 'is no https address'), secret])
        .describe('Address that is sent a POST; https, or http on this machine.'),
    })
    .optional()
    .describe('Whom to tell when runs fail to succeed, and when they do again.');
}

/** Https, or http to this machine. */
export function isSafeAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
