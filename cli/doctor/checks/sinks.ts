import { tableCases } from '../../../shared/azure/table-cases.ts';
import { tableFeed } from '../../../shared/azure/table-feed.ts';
import { tableShelf } from '../../../shared/azure/table-shelf.ts';
import { forwarder } from '../../../shared/forward/forwarder.ts';
import { openTransports } from '../../../shared/forward/open-transports.ts';
import type { SinkState } from '../../../shared/forward/pump/sink-state.ts';
import { siemFormats } from '../../../shared/forward/siem-formats/index.ts';
import type { SinkStatus } from '../../../shared/forward/sink-status.ts';
import { sinks as kinds } from '../../../shared/forward/sinks/index.ts';
import { memoryShelf } from '../../../shared/shelf.ts';
import { minuteMs } from '../../../shared/time.ts';
import { ageInWords } from '../age.ts';
import { type Check, policyOf, storageOf } from '../check.ts';
import { fine, type Line, notKnown, toFix } from '../line.ts';

/** Three heartbeats; and what waits longer is a finding too. */
const patienceMs = 15 * minuteMs;

export const sinksCheck: Check = {
  name: 'sinks',
  async run(deps) {
    const [policy, storage] = [policyOf(deps), storageOf(deps)];
    if (Object.keys(policy.sinks).length === 0) {
      return [fine('none', 'the policy names no SIEM')];
    }
    // It is only asked how the sinks stand: nothing is opened, sent or claimed.
    const { status } = forwarder({
      ...{ policy, kinds, formats: siemFormats, env: {}, transports: openTransports() },
      feed: tableFeed(storage.outbox),
      states: tableShelf<SinkState>(storage.shelves, 'sinks'),
      events: tableCases(storage.cases),
      claims: memoryShelf(),
      queue: { send: async () => {} },
      deadLetter: async () => {},
      lastRecordAt: async () => null,
      now: deps.now,
      warn: () => {},
    });
    return (await status()).flatMap((one) => linesOf(one, deps.now()));
  },
};

function linesOf(status: SinkStatus, now: number): Line[] {
  const { name, refused, refusals } = status;
  const [newest] = refusals;
  const setAside = newest
    ? [
        toFix(
          `${name} dead letters`,
          `${refused} events refused for good; the newest ${newest.at}: ${newest.says}`,
          `Mend that there, then: npx glasswatch forward --to ${name} --since <time> --until <time>`,
        ),
      ]
    : [];
  return [standing(status, now), ...setAside];
}

function standing(status: SinkStatus, now: number): Line {
  const { name, what, failingSince, lastError, waiting, waitingSince, lastTakenAt } = status;
  const mend = `Mend it as docs/siem/README.md tells; what waits goes by itself then.`;
  const waits = `waiting: ${status.isMoreWaiting ? 'more than ' : ''}${waiting}`;
  if (failingSince) {
    const says = `${what}; failing since ${failingSince}: ${lastError ?? 'no reason is known'}; ${waits}`;
    return toFix(name, says, mend);
  }
  const waited = waitingSince === null ? 0 : now - Date.parse(waitingSince);
  if (waited > patienceMs) {
    const says = `${what}; ${waits}, for ${ageInWords(waited)}`;
    return toFix(
      name,
      says,
      'Look at the log of the functions forward and sweepOutbox: the app may not run.',
    );
  }
  if (lastTakenAt === null) {
    const says = `${what}; it has taken nothing yet; ${waits}`;
    return notKnown(
      name,
      says,
      'Within five minutes of the start its first heartbeat is sent: run this again then.',
    );
  }
  const silence = now - Date.parse(lastTakenAt);
  const says = `${what}; last taken ${lastTakenAt}; ${waits}`;
  if (!status.heartbeat || silence < patienceMs) return fine(name, says);
  const why = `${says}; no heartbeat for ${ageInWords(silence)}`;
  return toFix(
    name,
    why,
    'Look at the log of the functions forward and sweepOutbox: the app may not run.',
  );
}
