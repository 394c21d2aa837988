import type { Party, RoleRef } from '../../finding.ts';
import type { AuditEvent, AuditTarget } from '../../read/event.ts';
import { asDisplayName, asGuid, asText } from '../../read/raw.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import type { Match } from '../detection.ts';
import { auditDetails, nameOf, rolesInWords } from '../wording.ts';
import { oneClick } from './role-grants.ts';

const unnamed: Party = { type: 'application', id: null, name: null };

/** The application or service principal that a row is about. */
export const applicationTarget = ({ targets }: AuditEvent): AuditTarget | undefined =>
  targets.find(({ kind }) => kind === 'application' || kind === 'serviceprincipal') ?? targets[0];

export function applicationOf(event: AuditEvent, watchlist: Watchlist): Party {
  const target = applicationTarget(event);
  return asServicePrincipal(target?.party ?? unnamed, event.details.get('appid'), watchlist);
}

/**
 * An application has a registration and a service principal, each with its own object id. The latter
 * signs in and holds roles, so it is meant wherever it is known.
 *
 * @param appId - the id that both share.
 */
export function asServicePrincipal(
  party: Party,
  appId: string | undefined,
  watchlist: Watchlist,
): Party {
  const key = asGuid(appId);
  if (party.type !== 'application' || !key) return party;
  const accounts = [...watchlist.state.accounts.values()];
  const known = accounts.find(({ snapshot }) => snapshot?.appId === key);
  return known ? { type: 'servicePrincipal', id: known.id, name: party.name ?? known.name } : party;
}

/** In a grant the target is the API; who receives the permission stands in its changes. */
export function receiverOf(event: AuditEvent, watchlist: Watchlist): Party {
  const id = asGuid(textAfter(event, 'serviceprincipal.objectid')) ?? null;
  const party: Party = {
    type: 'servicePrincipal',
    id,
    name: asDisplayName(textAfter(event, 'serviceprincipal.displayname')) ?? null,
  };
  // Rows of delegated grants leave the name out.
  return { ...party, name: party.name ?? watchlist.account(party)?.name ?? null };
}

/** What a property says afterwards, in whichever target it stands. */
export function textAfter({ targets }: AuditEvent, property: string): string | undefined {
  for (const { changes } of targets) {
    const after = changes.get(property)?.after;
    const text = asText(Array.isArray(after) ? after[0] : after);
    if (text) return text;
  }
  return undefined;
}

/** The whole text of a value, however long: a list of permissions may be. */
export function wholeText(value: unknown): string {
  const parts = Array.isArray(value) ? value : [value];
  return parts.filter((part) => typeof part === 'string').join(' ');
}

/** What an application holds, for the end of a title: " (Application Administrator)". */
export const heldInWords = (roles: readonly RoleRef[]) =>
  roles.length > 0 ? ` (${rolesInWords(roles)})` : '';

/**
 * What all findings about one application have in common: they are one case.
 *
 * @param what - ends the title: "… > sync-job: new secret".
 * @param parts - what tells this finding from others of the same click.
 */
export function applicationMatch(
  event: AuditEvent,
  app: Party,
  what: string,
  parts: readonly string[],
) {
  const { key, gathered } = oneClick(event);
  const title = `${nameOf(event.actor)} > ${nameOf(app)}: ${what}`;
  return {
    key: [app.id ?? app.name, key, ...parts],
    title,
    summary: `${title} (${event.activity}).`,
    subject: app,
    matter: ['application'],
    gathered,
    details: auditDetails(event),
  } satisfies Match;
}
