import { app } from '@azure/functions';
import { messageOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/settings/fault.ts';
import { faultLines, startFaults } from '../../shared/start-faults.ts';

let looking: Promise<Fault[]> | undefined;

/** What is wrong with the settings of this process; a changed setting comes with a new one. */
export function settingFaults(): Promise<Fault[]> {
  looking ??= startFaults(process.env);
  return looking;
}

/** By then the work that started the process is under way. */
const patienceMs = 500;

// Each call fails with what keeps it from running. What does not, or is the host's, nobody would say: so
// all of it is in the log once, at the start of the process. It is not waited for: a hook that takes long
// or throws takes the whole app down.
app.hook.appStart(() => {
  setTimeout(() => void logFaults(), patienceMs).unref();
});

async function logFaults(): Promise<void> {
  try {
    for (const line of faultLines(await settingFaults())) console.error(line);
  } catch (error) {
    console.error(`error: the settings could not be looked at: ${messageOf(error)}`);
  }
}
