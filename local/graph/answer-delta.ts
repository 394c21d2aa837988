import type { PathEntry } from './contract.ts';
import type { Snapshot } from './deltas.ts';
import type { Fields, Tenant } from './model.ts';
import type { Options } from './query/options.ts';
import { project } from './query/project.ts';
import { membersAt } from './rows/delta-members.ts';
import { objectRow } from './rows/principals.ts';
import type { Row } from './rows/row.ts';

type Given = { entry: PathEntry; rows: readonly Row[]; tenant: Tenant; now: number };

/** How the collection looks now, to compare with later. */
export function snapshotOf({ entry, rows, tenant, now }: Given, options: Options): Snapshot {
  const ids = rows.map(({ fields }) => String(fields.id));
  return {
    seen: new Map(rows.map((row) => [String(row.fields.id), JSON.stringify(tracked(row))])),
    members: new Map(ids.map((id) => [id, membersAt(entry.path, tenant, id, now)])),
    at: now,
    select: options.select,
  };
}

/** Sign-ins are not tracked. */
const tracked = ({ fields: { signInActivity: _, ...fields } }: Row): Fields => fields;

/** What has changed since, all of it if there is no before. Who is gone says why. */
export function changesSince(
  given: Given,
  before: Snapshot | undefined,
  options: Options,
): Fields[] {
  const { entry, rows, tenant, now } = given;
  const select = before?.select ?? options.select;
  const tracksMembers = !entry.path.startsWith('/users') && !entry.path.startsWith('/service');
  const changed = rows.flatMap((row): Fields[] => {
    const id = String(row.fields.id);
    const members = membersAt(entry.path, tenant, id, now);
    const membersBefore = before?.members.get(id) ?? [];
    const isSame =
      before?.seen.get(id) === JSON.stringify(tracked(row)) &&
      String(members) === String(membersBefore);
    if (isSame) return [];
    const fields: Fields = { id, ...project(row, entry.v, { select, expand: [] }) };
    const { signInActivity: _, ...plain } = fields;
    const isAsked = tracksMembers && (select === undefined || select.includes('members'));
    return [
      isAsked
        ? { ...plain, 'members@delta': memberChanges(tenant, members, membersBefore) }
        : plain,
    ];
  });
  const here = new Set(rows.map(({ fields }) => fields.id));
  const gone = [...(before?.seen.keys() ?? [])].filter((id) => !here.has(id));
  return [...changed, ...gone.map((id) => ({ id, '@removed': { reason: reasonFor(tenant, id) } }))];
}

/** Who can still be restored has only changed. */
const reasonFor = ({ deletedUsers }: Tenant, id: string) =>
  deletedUsers.some(({ fields }) => fields.id === id) ? 'changed' : 'deleted';

function memberChanges(tenant: Tenant, members: readonly string[], before: readonly string[]) {
  const member = (id: string) => ({
    '@odata.type': `#microsoft.graph.${objectRow(tenant, id)?.type ?? 'user'}`,
    id,
  });
  const left = before.filter((id) => !members.includes(id));
  return [
    ...members.filter((id) => !before.includes(id)).map(member),
    ...left.map((id) => ({ ...member(id), '@removed': { reason: 'deleted' } })),
  ];
}
