import type { SnapshotAccount } from '../../watch/directory.ts';
import type { GraphReader } from '../reader.ts';
import {
  type RegistrationRow,
  registrationById,
  registrations,
  registrationsOfAdmins,
} from '../requests/principals.ts';

type Fields = Pick<SnapshotAccount, 'mfaRegistered' | 'mfaCapable' | 'methods'>;

/** Five requests in ten seconds is the limit: so many one by one take a minute. */
const mostById = 30;
/** Two minutes of pages. Of a very large tenant that is a part only, and the rest comes one by one. */
const mostPages = 60;

/**
 * How people can sign in. Whom the report does not know (yet), nothing is known of.
 *
 * The report's own list of administrators comes first: those who are merely eligible may be missing in
 * it. Few of these are asked for by id; of many, the pages of the whole report cost less.
 *
 * @param known - of whom an earlier reading knows: asked last, if there is not time for all.
 * @throws {ReadError}
 */
export async function readRegistrations(
  graph: GraphReader,
  userIds: ReadonlySet<string>,
  known: ReadonlySet<string>,
): Promise<{ fields: Map<string, Fields>; unasked: string[] }> {
  const found = new Map<string, Fields>();
  const take = (row: RegistrationRow) => {
    if (userIds.has(row.id)) found.set(row.id, fieldsOf(row));
  };
  const missing = () => [...userIds].filter((id) => !found.has(id));
  for (const row of await graph.list(registrationsOfAdmins)) take(row);
  if (missing().length > mostById) {
    const pages = graph.pages(registrations);
    for (let read = 0; read < mostPages && missing().length > mostById; read++) {
      const page = await pages.next();
      if (page.done) return { fields: found, unasked: [] };
      for (const row of page.value) take(row);
    }
  }
  const rest = missing().toSorted((a, b) => Number(known.has(a)) - Number(known.has(b)));
  for (const outcome of (await graph.ones(registrationById, rest.slice(0, mostById))).values()) {
    if ('value' in outcome) take(outcome.value);
    else if (outcome.error.because.status !== 404) throw outcome.error;
  }
  return { fields: found, unasked: rest.slice(mostById) };
}

const fieldsOf = ({
  isMfaRegistered,
  isMfaCapable,
  methodsRegistered,
}: RegistrationRow): Fields => ({
  mfaRegistered: isMfaRegistered,
  mfaCapable: isMfaCapable,
  methods: methodsRegistered,
});
