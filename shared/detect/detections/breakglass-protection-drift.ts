import type { Party } from '../../finding.ts';
import type { AuditEvent } from '../../read/event.ts';
import { asObject, isRaw, unwrapJson } from '../../read/raw.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import { defineDetection } from '../detection.ts';
import { audit } from '../example-records.ts';
import { people } from '../example-tenant.ts';
import { oneClick } from '../role-grants.ts';
import { auditDetails, listOf, nameOf } from '../wording.ts';

const policy = (users: object) =>
  JSON.stringify({ displayName: 'MFA for all', state: 'enabled', conditions: { users } });
const update = (before: object | null, after: object, fields: object = {}) =>
  audit('Update conditional access policy', {
    category: 'Policy',
    targetResources: [
      {
        id: '00000000-0000-4000-8000-000000000060',
        type: 'Policy',
        displayName: 'MFA for all',
        modifiedProperties: [
          {
            displayName: 'ConditionalAccessPolicy',
            oldValue: before && policy(before),
            newValue: policy(after),
          },
        ],
      },
    ],
    ...fields,
  });
const excluded = { includeUsers: ['All'], excludeUsers: [people.glass.id] };
const open = { includeUsers: ['All'], excludeUsers: [] };

export default defineDetection({
  id: 'breakglass-protection-drift',
  title: 'Conditional Access now applies to a break-glass account',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  categories: ['AuditLogs'],
  techniques: ['T1556.009', 'T1531'],
  source:
    'https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access',
  why: 'The exclusion is what lets the account in when Conditional Access itself locks everybody out.',
  triage: [
    'Ask whoever changed the policy; most likely the exclusion was lost in an edit.',
    'Put the exclusion back and try the account in a drill.',
  ],
  falsePositives: [
    'A policy that is meant for break-glass accounts too, such as asking them for a passkey.',
  ],

  detect(event, { watchlist }) {
    if (
      event.result !== 'success' ||
      !/^(add|update) conditional access policy$/.test(event.operation)
    )
      return;
    const lost = accountsThatLost(event, watchlist);
    const [first] = lost;
    if (!first) return;
    const changed = event.targets.find(({ kind }) => kind === 'policy') ?? event.targets[0];
    const policyName = nameOf(changed?.party);
    const accounts = listOf(lost.map(nameOf));
    const { key, gathered } = oneClick(event);
    return {
      key: [changed?.party.id ?? policyName, key],
      gathered,
      title: `${nameOf(event.actor)} > Conditional Access ${policyName}: ${accounts} no longer excluded`,
      summary: `The policy ${policyName} now applies to ${accounts}. ${nameOf(event.actor)} changed it.`,
      subject: first,
      matter: ['break-glass'],
      details: { ...auditDetails(event), policy: policyName, accounts: lost.map(nameOf) },
    };
  },

  examples: [
    { name: 'the exclusion is gone', records: [update(excluded, open)], expect: 'high' },
    {
      name: 'it is included by name',
      records: [update({ includeUsers: [] }, { includeUsers: [people.glass.id] })],
      expect: 'high',
    },
    {
      name: 'still excluded',
      records: [update(excluded, { ...excluded, includeUsers: [] })],
      expect: 'nothing',
    },
    {
      name: 'never was excluded',
      records: [update(open, { includeUsers: ['All'] })],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [update(excluded, open, { result: 'failure' })],
      expect: 'nothing',
    },
  ],
});

function accountsThatLost(event: AuditEvent, watchlist: Watchlist): Party[] {
  const lost = new Map<string, Party>();
  for (const { changes } of event.targets) {
    const change = changes.get('conditionalaccesspolicy');
    if (!change) continue;
    const [before, after] = [usersOf(change.before), usersOf(change.after)];
    if (!after) continue;
    for (const account of watchlist.breakGlassAccounts(event.at)) {
      const wasOut = before?.excludes(account.ids) ?? false;
      const isNamed = after.includes(account.party.id) && !before?.includes(account.party.id);
      const isOut = after.excludes(account.ids);
      if ((wasOut || isNamed) && !isOut) lost.set(account.party.id ?? '', account.party);
    }
  }
  return [...lost.values()];
}

function usersOf(policy: unknown) {
  const parsed = unwrapJson(policy);
  if (!isRaw(parsed)) return undefined;
  const users = asObject(asObject(parsed.conditions).users);
  const list = (key: string) => {
    const ids = unwrapJson(users[key]);
    return new Set(Array.isArray(ids) ? ids.map((id) => String(id).toLowerCase()) : []);
  };
  const out = new Set([...list('excludeUsers'), ...list('excludeGroups')]);
  const named = list('includeUsers');
  return {
    /** @param ids - of the account and of the groups that it is known to be in. */
    excludes: (ids: readonly string[]) => ids.some((id) => out.has(id)),
    includes: (id: string | null) => id !== null && named.has(id),
  };
}
