import { reach, statusOf } from '../../../shared/azure/store-error.ts';
import { type Check, type DoctorDeps, Lacking, seeGroup, storageOf } from '../check.ts';
import { fine, type Line, notKnown, toFix } from '../line.ts';

/** The header has whole seconds, and an answer takes its time. */
const mostSeconds = 5;
const patienceMs = 8_000;

export const clocksCheck: Check = {
  name: 'clocks',
  async run(deps) {
    const { evidence } = storageOf(deps);
    const storage = await compared('this machine', 'the storage account', deps, async () => {
      const date = await reach('asking the storage account for the time', () => dateOf(evidence));
      if (!date) {
        throw new Lacking('the storage account did not tell the time', seeGroup('storage'));
      }
      return date;
    });
    return deps.isLive ? [storage, await graphLine(deps)] : [storage];
  },
};

/** Nobody needs to be known there to be told the time. */
async function graphLine(deps: DoctorDeps): Promise<Line> {
  const name = 'Microsoft Graph';
  const source = deps.config?.directory;
  if (!source || source.from === 'file') return fine(name, 'not asked: nothing is read from it');
  const origin = source.from === 'stand-in' ? source.origin : 'https://graph.microsoft.com';
  try {
    return await compared(name, 'Microsoft Graph', deps, async () => {
      const answer = await fetch(`${origin}/v1.0/`, { signal: AbortSignal.timeout(patienceMs) });
      await answer.body?.cancel();
      return new Date(answer.headers.get('date') ?? Number.NaN);
    });
  } catch {
    return notKnown(name, 'did not tell the time', seeGroup('permissions'));
  }
}

async function compared(
  name: string,
  other: string,
  deps: DoctorDeps,
  timeThere: () => Promise<Date>,
): Promise<Line> {
  const before = deps.now();
  const date = await timeThere();
  if (Number.isNaN(date.getTime())) throw new Error(`${other} did not tell the time`);
  // On average the header was cut by half a second.
  const middle = (before + deps.now()) / 2;
  const seconds = Math.round((middle - (date.getTime() + 500)) / 1000);
  const size = Math.abs(seconds);
  const says = `this machine is ${size} s ${seconds < 0 ? 'behind' : 'ahead of'} ${other}`;
  if (size <= mostSeconds) return fine(name, says);
  return toFix(
    name,
    says,
    'Switch on time synchronisation: timedatectl set-ntp true (Windows: w32tm /resync)',
  );
}

async function dateOf(
  container: ReturnType<typeof storageOf>['evidence'],
): Promise<Date | undefined> {
  try {
    return (await container.getProperties({ abortSignal: AbortSignal.timeout(patienceMs) })).date;
  } catch (error) {
    // Whatever it answered, it said when.
    const { response } = error as { response?: { headers?: { get(name: string): unknown } } };
    const header = response?.headers?.get('date');
    if (statusOf(error) === undefined || typeof header !== 'string') throw error;
    return new Date(header);
  }
}
