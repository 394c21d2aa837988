import data from '../../data/dangerous-permissions.json' with { type: 'json' };

/**
 * Permissions of Microsoft's APIs that lead to power over the directory, or to all of its data: dated
 * data, see shared/data/NOTICE.md.
 */
export type Permission = {
  name: string;
  /** `decisive` makes its holder a Global Administrator in one step; `directory` is a way there. */
  grade: 'decisive' | 'directory' | 'data';
};

type Written = [grade: Permission['grade'], applicationIds: string[], delegatedId: string | null];

const written = Object.entries(data.permissions as unknown as Record<string, Written>).map(
  ([name, [grade, applicationIds, delegatedId]]) => ({ name, grade, applicationIds, delegatedId }),
);

const byName = new Map<string, Permission>(written.map((one) => [one.name.toLowerCase(), one]));
const byApplicationId = new Map<string, Permission>(
  written.flatMap((one) => one.applicationIds.map((id) => [id, one] as const)),
);
const byDelegatedId = new Map<string | null, Permission>(
  written.map((one) => [one.delegatedId, one]),
);

/** @param name - as rows and consents spell it, in any case. */
export const permissionNamed = (name: string) => byName.get(name.toLowerCase());

/** @param id - in lower case; the same in every tenant. */
export const applicationPermission = (id: string) => byApplicationId.get(id);
export const delegatedPermission = (id: string) => byDelegatedId.get(id);

const microsoftApis: ReadonlySet<string> = new Set(Object.keys(data.apis));
const guids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/**
 * Whether an API is one of Microsoft's. Anyone may publish an API with permissions of the same names,
 * and call it Microsoft Graph: its application id tells.
 *
 * @param names - the names of its service principal, as the row lists them; without an id among them
 *   there is nothing that speaks against it.
 */
export function isMicrosoftApi(names: string): boolean {
  const ids = names.toLowerCase().match(guids) ?? [];
  return ids.length === 0 || ids.some((id) => microsoftApis.has(id));
}
