/** What keeps a request from being sent: the target asks to wait for longer than the request can, or the run stops. */
import type { Clock } from '../../clock.js';
import type { TargetRequest } from './exchange.js';
import { TargetError } from './target-error.js';

/** The target has asked to be left alone, and the request does not wait for that: it was not sent. */
export class PutOff extends TargetError {
  /**
   * @param until when the target may be asked again, milliseconds since the epoch
   * @param because its answer; left out where it had said before how few requests it would take
   */
  constructor(request: TargetRequest, until: number, because?: TargetError) {
    const isTold = because === undefined || because.retryAfterMs !== undefined;
    const what = isTold
      ? `the target asks to wait until ${new Date(until).toISOString()}`
      : 'the target asks for fewer requests again and again';
    const status = because?.status == null ? '' : ` (${because.status})`;
    const words = because?.detail === undefined ? '' : `: ${because.detail}`;
    super(request, {
      kind: 'throttled',
      code: 'TARGET_THROTTLED',
      message: `${what}${status}${words}`,
      remedy:
        'Nothing is lost: what is not written yet waits for the next run. If it happens often, lower the rate in the options of the target.',
      status: because?.status ?? null,
      detail: because?.detail,
      cause: because,
    });
  }
}

/**
 * Waits before a request is sent.
 * @throws TargetError TARGET_INTERRUPTED as soon as the run that asked for it stops
 */
export async function pause(clock: Clock, milliseconds: number, request: TargetRequest): Promise<void> {
  try {
    await clock.sleep(milliseconds, request.signal);
  } catch (cause) {
    throw new TargetError(request, {
      kind: 'interrupted',
      code: 'TARGET_INTERRUPTED',
      message: 'the run stopped before this was sent',
      remedy: 'Nothing is lost: the next run goes on.',
      cause,
    });
  }
}
