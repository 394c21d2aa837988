import type { Party } from '../../finding.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import { type AccessPolicyChange, accessPolicyChange } from '../conditional-access.ts';
import { defineDetection } from '../detection.ts';
import { storedAccessPolicy } from '../example-policies.ts';
import { audit, joinsGroup } from '../example-records.ts';
import { groups, people } from '../example-tenant.ts';
import { oneClick } from '../role-grants.ts';
import { auditDetails, listOf, nameOf } from '../wording.ts';

const policy = (users: object) =>
  JSON.stringify({ displayName: 'MFA for all', state: 'enabled', conditions: { users } });
const update = (before: object | null, after: object | null, fields: object = {}) =>
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
            newValue: after && policy(after),
          },
        ],
      },
    ],
    ...fields,
  });
const excluded = { includeUsers: ['All'], excludeUsers: [people.glass.id] };
const groupExcluded = { includeUsers: ['All'], excludeGroups: [groups.operators.id] };
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
    const change = accessPolicyChange(event);
    // The directory's own row of the change names the same policy a second time.
    if (event.result !== 'success' || !change?.isFirstHand) return;
    const lost = accountsThatLost(change, event.at, watchlist);
    const [first] = lost;
    if (!first) return;
    const policyName = nameOf(change.policy);
    const accounts = listOf(lost.map(nameOf));
    const { key, gathered } = oneClick(event);
    return {
      key: [change.policy.id ?? policyName, key],
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
      name: 'a new policy includes it by name',
      records: [
        {
          ...update(null, { includeUsers: [people.glass.id] }),
          operationName: 'Add conditional access policy',
        },
      ],
      expect: 'high',
    },
    {
      name: 'included by name as before',
      records: [update({ includeUsers: [people.glass.id] }, { includeUsers: [people.glass.id] })],
      expect: 'nothing',
    },
    {
      name: 'its group is no longer excluded',
      records: [joinsGroup(people.glass, groups.operators), update(groupExcluded, open)],
      expect: 'high',
    },
    {
      name: 'its group is excluded instead',
      records: [joinsGroup(people.glass, groups.operators), update(excluded, groupExcluded)],
      expect: 'nothing',
    },
    {
      name: "the directory's row of the same change",
      records: [
        audit('Update policy', {
          targetResources: [
            {
              type: 'Policy',
              modifiedProperties: [
                {
                  displayName: 'PolicyDetail',
                  oldValue: storedAccessPolicy(),
                  newValue: storedAccessPolicy({
                    Conditions: { Users: { Include: [{ Users: [people.glass.id] }] } },
                  }),
                },
              ],
            },
          ],
        }),
      ],
      expect: 'nothing',
    },
    {
      name: 'the policy is deleted',
      records: [{ ...update(excluded, null), operationName: 'Delete conditional access policy' }],
      expect: 'nothing',
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

/** A policy that is gone applies to nobody, and of one whose users the row does not tell nothing is known. */
function accountsThatLost(
  { before, after }: AccessPolicyChange,
  at: number,
  watchlist: Watchlist,
): Party[] {
  const [was, is] = [before?.conditionOf('users'), after?.conditionOf('users')];
  return watchlist
    .breakGlassAccounts(at)
    .filter(({ party: { id }, ids }) => {
      const wasOut = ids.some((one) => was?.exclude.has(one));
      const isNamed = is?.include.has(id ?? '') && !was?.include.has(id ?? '');
      return is !== undefined && (wasOut || isNamed) && !ids.some((one) => is.exclude.has(one));
    })
    .map(({ party }) => party);
}
