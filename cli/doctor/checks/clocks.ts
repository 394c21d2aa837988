import { reach, statusOf } from '../../../shared/azure/store-error.ts';
import { type Check, Lacking, seeGroup, storageOf } from '../check.ts';
import { fine, toFix } from '../line.ts';

/** The header has whole seconds, and an answer takes its time. */
const mostSeconds = 5;

export const clocksCheck: Check = {
  name: 'clocks',
  async run(deps) {
    const { evidence } = storageOf(deps);
    const before = deps.now();
    const date = await reach('asking the storage account for the time', () => dateOf(evidence));
    if (!date) throw new Lacking('the storage account did not tell the time', seeGroup('storage'));
    // On average the header was cut by half a second.
    const middle = (before + deps.now()) / 2;
    const seconds = Math.round((middle - (date.getTime() + 500)) / 1000);
    const size = Math.abs(seconds);
    const says = `this machine is ${size} s ${seconds < 0 ? 'behind' : 'ahead of'} the storage account`;
    if (size <= mostSeconds) return [fine('this machine', says)];
    return [
      toFix(
        'this machine',
        says,
        'Switch on time synchronisation: timedatectl set-ntp true (Windows: w32tm /resync)',
      ),
    ];
  },
};

async function dateOf(
  container: ReturnType<typeof storageOf>['evidence'],
): Promise<Date | undefined> {
  try {
    return (await container.getProperties({ abortSignal: AbortSignal.timeout(8_000) })).date;
  } catch (error) {
    // Whatever it answered, it said when.
    const { response } = error as { response?: { headers?: { get(name: string): unknown } } };
    const header = response?.headers?.get('date');
    if (statusOf(error) === undefined || typeof header !== 'string') throw error;
    return new Date(header);
  }
}
