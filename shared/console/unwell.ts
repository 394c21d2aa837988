import type { Fault } from '../settings/fault.ts';
import { illFrom } from '../start-faults.ts';
import { jsonAnswer, withHeaders } from './answers.ts';

/**
 * What `/health` says of wrong settings. Anybody may ask, so it names them and no more; the log has what
 * is wrong with each.
 *
 * @returns undefined: something else was asked, or the settings are well.
 */
export async function unwell(
  request: Request,
  faults: () => Promise<readonly Fault[]>,
): Promise<Response | undefined> {
  if (new URL(request.url).pathname !== '/health') return undefined;
  const settings = illFrom(await faults());
  if (settings.length === 0) return undefined;
  return withHeaders(jsonAnswer(503, { status: 'misconfigured', settings }), request);
}
