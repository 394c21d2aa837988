import { tableShelf } from '../../../shared/azure/table-shelf.ts';
import type { CanaryTime } from '../../../shared/policy/canary.ts';
import { type ChannelHealth, healthBook } from '../../../shared/tell/channel-health.ts';
import { stateOf } from '../../../shared/tell/channel-states.ts';
import { channels as kinds } from '../../../shared/tell/channels/index.ts';
import { type KnownChannel, knownChannels } from '../../../shared/tell/known-channels.ts';
import { dayMs, hourMs } from '../../../shared/time.ts';
import { type Check, policyOf, storageOf } from '../check.ts';
import { fine, type Line, notKnown, toFix } from '../line.ts';

export const channelsCheck: Check = {
  name: 'channels',
  async run(deps) {
    const policy = policyOf(deps);
    const shelf = tableShelf<ChannelHealth>(storageOf(deps).shelves, 'channels');
    const known = await healthBook(shelf).all();
    const page = policy.console
      ? `${policy.console.url}/channels`
      : 'the page Channels of the console';
    const lines = knownChannels(policy, kinds).map((channel) =>
      lineOf(channel, known.get(channel.name), { canary: policy.canary, page, now: deps.now() }),
    );
    return lines.length > 0 ? lines : [notKnown('none', 'the policy has no channel')];
  },
};

type About = { canary: CanaryTime; page: string; now: number };

function lineOf(
  channel: KnownChannel,
  health: ChannelHealth | undefined,
  { canary, page, now }: About,
): Line {
  const { name, state, why, since } = stateOf(channel, health, canary, now);
  const what = `${channel.type};`;
  if (state === 'failing') {
    const mend = `Mend it as docs/channels.md tells; the next alert or test message tries it again.`;
    return toFix(name, `${what} failing since ${since}: ${why ?? 'no reason is known'}`, mend);
  }
  if (state === 'proven') {
    return fine(name, `${what} proven ${since} ${howProven(channel, health, since)}`);
  }
  const test = health?.canary ?? null;
  if (test?.acceptedAt && test.confirmedAt === null) {
    const says = `${what} test message sent ${test.sentAt}, taken ${test.acceptedAt}, confirmed by nobody`;
    const look = `Look whether it arrived. If so, confirm it by its link or at ${page}; if not, mend the channel: docs/channels.md.`;
    return now - Date.parse(test.sentAt) > dayMs
      ? toFix(name, says, look)
      : notKnown(name, says, look);
  }
  if (test && test.acceptedAt === null && now - Date.parse(test.sentAt) > hourMs) {
    const says = `${what} test message of ${test.sentAt} has not been taken`;
    return toFix(
      name,
      says,
      'Look at its deliveries on the page of that test, and mend the channel: docs/channels.md.',
    );
  }
  return notKnown(name, `${what} not proven: ${lowered(why ?? '')}`, toProve(canary, page));
}

const lowered = (text: string) => text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');

function howProven(
  { provenBy }: KnownChannel,
  health: ChannelHealth | undefined,
  since: string | null,
): string {
  const { confirmedAt, confirmedBy } = health?.canary ?? {};
  if (confirmedAt && confirmedAt === since)
    return `by ${confirmedBy ?? 'a reader'}, who read the test message`;
  return provenBy === 'answer' && health?.lastSuccessAt === since
    ? 'by its own answer'
    : 'by a reader of a test message';
}

const toProve = ({ every }: CanaryTime, page: string) =>
  every === 'never'
    ? 'Set canary.every of the policy to week, and confirm the test message that comes.'
    : `The app sends a test message at its start, and each ${every}: confirm it at ${page}.`;
