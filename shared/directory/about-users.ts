import type { SnapshotAccount } from '../watch/directory.ts';
import { fieldsBefore, fieldsOf } from './carry.ts';
import { readMailRules } from './parts/mail-rules.ts';
import { readRegistrations } from './parts/registration.ts';
import { readRisk } from './parts/risk.ts';
import { readSignInActivity } from './parts/sign-in-activity.ts';
import type { Reading } from './reading.ts';

type Fields = Map<string, Partial<SnapshotAccount>>;
type Part = keyof typeof fieldsOf;

/** What several reports say of people, each by itself. */
export async function aboutUsers(
  reading: Reading,
  rows: ReadonlyMap<string, SnapshotAccount>,
): Promise<Fields> {
  const { graph } = reading;
  const ids = new Set(rows.keys());
  const parts: Fields[] = await Promise.all([
    fieldsFrom(reading, 'signInActivity', () => readSignInActivity(graph, ids)),
    fieldsFrom(reading, 'registration', () => registrationsOf(reading, ids)),
    fieldsFrom(reading, 'mailRules', () => mailRulesOf(reading, rows)),
    fieldsFrom(reading, 'risk', () => readRisk(graph, ids)),
  ]);
  const about: Fields = new Map();
  for (const [id, fields] of parts.flatMap((part) => [...part])) {
    about.set(id, { ...about.get(id), ...fields });
  }
  return about;
}

/** What may pass is bridged by what was known before. */
async function fieldsFrom(
  reading: Reading,
  part: Part,
  read: () => Promise<Fields>,
): Promise<Fields> {
  const fields = await reading.optional(part, read);
  if (reading.gapIn(part)?.why !== 'failed') return fields ?? new Map();
  const before = fieldsBefore(reading.previous, fieldsOf[part]);
  if (before.size > 0) reading.noteAge(part);
  return fields ? new Map([...before, ...fields]) : before;
}

/** More people than the report can be asked about in one reading: the rest comes in the next ones. */
async function registrationsOf(reading: Reading, ids: ReadonlySet<string>): Promise<Fields> {
  const { graph, previous } = reading;
  const known = new Set(fieldsBefore(previous, fieldsOf.registration).keys());
  const { fields, unasked } = await readRegistrations(graph, ids, known);
  if (unasked.length > 0) {
    const detail = `${unasked.length} people were not asked about, since the report allows few questions: they come next.`;
    reading.noteGap({ part: 'registration', why: 'failed', detail });
  }
  return fields;
}

async function mailRulesOf(
  reading: Reading,
  rows: ReadonlyMap<string, SnapshotAccount>,
): Promise<Fields> {
  const idsWith = (hasMailbox: boolean) =>
    [...rows.values()].filter((row) => row.hasMailbox === hasMailbox).map(({ id }) => id);
  const { fields, errors } = await readMailRules(reading.graph, idsWith(true));
  if (errors.length > 0) reading.note('mailRules', errors);
  // Without a mailbox nothing is sent on.
  for (const id of idsWith(false)) fields.set(id, { forwardsMailTo: [] });
  return fields;
}
