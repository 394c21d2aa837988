import type { Party } from '../../finding.ts';
import { protectionSubject } from '../../memory/subject.ts';
import type { AccessPolicyTrace } from '../../memory/trace.ts';
import { defineDetection } from '../detection.ts';
import { storedAccessPolicy } from '../examples/policies.ts';
import { audit, joinsGroup } from '../examples/records.ts';
import { groups, people } from '../examples/tenant.ts';
import { clicksIn } from '../past/remembered-clicks.ts';
import { countsOf } from '../past/told-from-traces.ts';
import { nameOf } from '../wording.ts';

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

  detect(event, { past, watchlist }) {
    const memberships = past.all('change', protectionSubject);
    // Of a group that the account joined before, the log may tell after it.
    const clicks = clicksIn(past.all('accessPolicy', protectionSubject)).filter(({ all }) =>
      all.some(({ at }) => at >= event.at),
    );
    return clicks.flatMap(({ key, first, all, told }) =>
      watchlist.breakGlassAccounts(first.at).map(({ party, ids }) => {
        const policyName = nameOf(first.policy);
        const isOpen = all.some((policy) => isLost(policy, party, ids));
        return {
          ...told,
          key: [party.id, first.policy.id ?? policyName, key],
          precedence: countsOf(memberships.length, all.length),
          ...(!isOpen && { isWithdrawn: true as const }),
          title: `${nameOf(first.by)} > Conditional Access ${policyName}: ${nameOf(party)} no longer excluded`,
          summary: `The policy ${policyName} now applies to ${nameOf(party)}. ${nameOf(first.by)} changed it.`,
          subject: party,
          actor: first.by,
          matter: ['break-glass'] as const,
          details: { operation: first.operation, policy: policyName },
        };
      }),
    );
  },

  examples: () => [
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
      name: 'somebody else is no longer excluded',
      records: [update({ excludeUsers: [people.dan.id] }, open)],
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

/** Left out until then, by itself or by a group, or named only now; and not left out in another way. */
function isLost(
  { dropped, named, excluded }: AccessPolicyTrace,
  { id }: Party,
  ids: readonly string[],
): boolean {
  const isOpened = ids.some((one) => dropped.includes(one)) || named.includes(id ?? '');
  return isOpened && !ids.some((one) => excluded.includes(one));
}
