import { parseTime } from '../time.ts';
import { at, entriesOf, itemsOf } from './as-written.ts';
import { type KnownNames, unknownIn, unknownName, unknownTenantsIn } from './known-names.ts';
import { describeFound, type Mistake, type Path } from './problem.ts';

/** What is wrong with who is on call, and who is asked when, beyond the single keys. */
export const staffMistakes = (data: unknown, known: KnownNames): Mistake[] => [
  ...entriesOf(at(data, 'schedules')).flatMap(([name, schedule]) =>
    scheduleMistakes(schedule, ['schedules', name], known),
  ),
  ...ambiguousNames(data, known),
  ...itemsOf(at(data, 'escalations')).flatMap((escalation, index) =>
    escalationMistakes(escalation, ['escalations', index], known),
  ),
  ...entriesOf(at(data, 'channels')).flatMap(([name, settings]) =>
    fallbackMistakes(name, settings, known),
  ),
  ...unexplainedClosing(data),
];

const person = 'person';

function scheduleMistakes(schedule: unknown, path: Path, { people }: KnownNames): Mistake[] {
  const overrides = itemsOf(at(schedule, 'overrides'));
  return [
    ...unknownIn(at(schedule, 'people'), [...path, 'people'], person, people),
    ...overrides.flatMap((override, index): Mistake[] => {
      const own = [...path, 'overrides', index];
      const name = at(override, 'person');
      const isUnknown = typeof name === 'string' && people && !people.includes(name);
      return [
        ...(isUnknown ? [unknownName([...own, 'person'], name, person, people)] : []),
        ...reversedTimes(override, own),
      ];
    }),
  ];
}

function reversedTimes(override: unknown, path: Path): Mistake[] {
  const [from, until] = [parseTime(at(override, 'from')), parseTime(at(override, 'until'))];
  if (from === undefined || until === undefined || until > from) return [];
  const own = [...path, 'until'];
  const found = describeFound(at(override, 'until'), own);
  return [{ path: own, point: 'value', found, allowed: 'a moment after `from`' }];
}

/** A tier that names it could mean either. */
const ambiguousNames = (data: unknown, { people }: KnownNames): Mistake[] =>
  entriesOf(at(data, 'schedules'))
    .filter(([name]) => people?.includes(name))
    .map(([name]) => {
      const path = ['schedules', name];
      const found = `${describeFound(name, path)}, which is a person as well`;
      return { path, point: 'key', found, allowed: 'a name that nobody in `people` has' };
    });

function escalationMistakes(escalation: unknown, path: Path, known: KnownNames): Mistake[] {
  const { channels, people, schedules, tenants } = known;
  const askable = people && schedules && [...schedules, ...people];
  const tiers = itemsOf(at(escalation, 'tiers'));
  return [
    ...unknownTenantsIn(at(escalation, 'tenants'), [...path, 'tenants'], tenants),
    ...tiers.flatMap((tier, index) => {
      const own = [...path, 'tiers', index];
      return [
        ...unknownIn(at(tier, 'channels'), [...own, 'channels'], 'channel', channels),
        ...unknownIn(at(tier, 'onCall'), [...own, 'onCall'], 'schedule or person', askable),
        ...earlyTier(tiers, index, own),
      ];
    }),
  ];
}

function earlyTier(tiers: readonly unknown[], index: number, path: Path): Mistake[] {
  const [before, own] = [at(tiers[index - 1], 'afterMinutes'), at(tiers[index], 'afterMinutes')];
  if (typeof before !== 'number' || typeof own !== 'number' || own > before) return [];
  const allowed = `more than the ${before} of the tier before`;
  return [{ path: [...path, 'afterMinutes'], point: 'value', found: String(own), allowed }];
}

function fallbackMistakes(name: string, settings: unknown, { channels }: KnownNames): Mistake[] {
  const fallback = at(settings, 'fallback');
  if (typeof fallback !== 'string' || !channels) return [];
  const path = ['channels', name, 'fallback'];
  const others = channels.filter((one) => one !== name);
  if (others.includes(fallback)) return [];
  if (fallback !== name) return [unknownName(path, fallback, 'channel', others)];
  const found = `${describeFound(fallback, path)}, the channel itself`;
  return [{ ...unknownName(path, fallback, 'channel', others), found, suggestion: undefined }];
}

function unexplainedClosing(data: unknown): Mistake[] {
  const closing = at(data, 'closing');
  if (at(closing, 'secondPerson') !== false || at(closing, 'reason') !== undefined) return [];
  return [
    {
      path: ['closing', 'secondPerson'],
      point: 'value',
      reason: 'whoever acknowledged a break-glass incident could then end it alone',
      found: 'false',
      allowed: 'true, or a `reason` beside it',
    },
  ];
}
