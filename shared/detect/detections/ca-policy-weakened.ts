import type { AuditEvent } from '../../read/event.ts';
import type { Severity } from '../../severity.ts';
import { isoOf } from '../../time.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import { isInForce, weaknesses } from '../access-policy-weaknesses.ts';
import { type AccessPolicyChange, accessPolicyChange } from '../conditional-access.ts';
import { defineDetection } from '../detection.ts';
import { accessPolicy, policyRow, storedAccessPolicy } from '../example-policies.ts';
import { people } from '../example-tenant.ts';
import { oneClick } from '../role-grants.ts';
import { auditDetails, listOf, nameOf } from '../wording.ts';

const update = (before: unknown, after: unknown, fields: object = {}) =>
  policyRow(
    'Update conditional access policy',
    { ConditionalAccessPolicy: [before, after] },
    { id: 'IPCGraph_1', loggedByService: 'Conditional Access', ...fields },
  );
const stored = (before: unknown, after: unknown) =>
  policyRow('Update policy', { PolicyDetail: [before, after] }, { correlationId: 'click-2' });
const deleted = (before: unknown) =>
  policyRow('Delete conditional access policy', { ConditionalAccessPolicy: [before, null] });

const policy = accessPolicy();
const off = accessPolicy({ state: 'disabled' });
const reportOnly = { state: 'enabledForReportingButNotEnforced' };
const without = accessPolicy({ grantControls: null });
const asking = (operator: string, builtInControls: string[], more: object = {}) =>
  accessPolicy({ grantControls: { operator, builtInControls, ...more } });
const strength = (n: number | string) =>
  asking('OR', [], { authenticationStrength: { id: `00000000-0000-0000-0000-00000000000${n}` } });
const during = (sessionControls: object) => accessPolicy({ sessionControls });
const often = (value: number, type = 'hours') =>
  during({ signInFrequency: { value, type, frequencyInterval: 'timeBased', isEnabled: true } });
const when = (conditions: object) => accessPolicy({}, conditions);
const users = (more: object) => when({ users: { includeUsers: ['All'], ...more } });
const cutBefore = (value: object, word: string) => JSON.stringify(value).split(word)[0];
const filtered = (mode: string, rule: string) =>
  when({ devices: { deviceFilter: { mode, rule } } });
const clients = ['browser', 'mobileAppsAndDesktopClients', 'exchangeActiveSync', 'other'];

export default defineDetection({
  id: 'ca-policy-weakened',
  title: 'Conditional Access policy weakened',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  severityVaries:
    'informational where the policy was not in force before; low where the record does not tell what changed',
  categories: ['AuditLogs'],
  techniques: ['T1556.009'],
  source:
    'https://learn.microsoft.com/entra/identity/conditional-access/troubleshoot-policy-changes-audit-log',
  why: 'A policy that is gone, off or has one more exception lets a stolen password in where it was stopped the day before.',
  triage: [
    'Ask whoever changed the policy; compare with a change request.',
    'If nobody planned it: put the policy back as it was, then look for sign-ins that it would have stopped.',
  ],
  falsePositives: [
    'A pilot that ends, or a policy that another one replaces.',
    'An exception for one person that an access review will end.',
  ],

  detect(event, { watchlist }) {
    const change = accessPolicyChange(event);
    if (event.result !== 'success' || !change) return;
    const found = judge(change, event, watchlist);
    if (!found) return;
    const { key, gathered } = oneClick(event);
    const name = nameOf(change.policy);
    const modifiedAt = change.after?.modifiedAt;
    return {
      // The two rows of a change have the moment in common, if not always the correlation id.
      key: [change.policy.id ?? name, modifiedAt === undefined ? key : isoOf(modifiedAt)],
      precedence: change.isFirstHand ? '1' : '0',
      title: `${nameOf(event.actor)} > Conditional Access ${name}: ${listOf(found.what)}`,
      summary: `${nameOf(event.actor)} changed the policy ${name}: ${listOf(found.what)}.`,
      severity: found.severity,
      subject: change.policy,
      matter: ['tenant-policy', 'conditional-access'],
      gathered,
      details: { ...auditDetails(event), policy: name, changes: found.what.slice(0, 20) },
    };
  },

  examples: [
    { name: 'switched off', records: [update(policy, off)], expect: 'high' },
    {
      name: 'report-only',
      records: [update(policy, accessPolicy(reportOnly))],
      expect: 'high',
    },
    { name: 'switched off, before unknown', records: [update(null, off)], expect: 'high' },
    {
      name: 'off instead of report-only',
      records: [update(accessPolicy(reportOnly), off)],
      expect: 'nothing',
    },
    {
      name: 'switched off, and nothing else is told',
      records: [update({ state: 'enabled' }, { ...off, sessionControls: null })],
      expect: 'high',
    },
    {
      name: 'asks for nothing, the state is not told',
      records: [update(accessPolicy({ state: undefined }), { ...without, state: undefined })],
      expect: 'high',
    },
    {
      name: 'switched off, and nothing but the state is told',
      records: [update({ state: 'enabled' }, { state: 'disabled' })],
      expect: 'high',
    },
    { name: 'switched on', records: [update(off, policy)], expect: 'nothing' },
    { name: 'deleted', records: [deleted(policy)], expect: 'high' },
    { name: 'deleted, nothing more is told', records: [deleted(null)], expect: 'high' },
    { name: 'deleted when it was off', records: [deleted(off)], expect: 'informational' },
    { name: 'no longer asks for anything', records: [update(policy, without)], expect: 'high' },
    {
      name: 'asks for one of two instead of both',
      records: [
        update(asking('AND', ['mfa', 'compliantDevice']), asking('OR', ['mfa', 'compliantDevice'])),
      ],
      expect: 'high',
    },
    {
      name: 'asks for one instead of both',
      records: [update(asking('AND', ['mfa', 'compliantDevice']), policy)],
      expect: 'high',
    },
    {
      name: 'something else will do as well',
      records: [update(policy, asking('OR', ['mfa', 'compliantDevice']))],
      expect: 'high',
    },
    {
      name: 'asks for both instead of one of two',
      records: [
        update(asking('OR', ['mfa', 'compliantDevice']), asking('AND', ['compliantDevice', 'mfa'])),
      ],
      expect: 'nothing',
    },
    {
      name: 'lets in where it blocked',
      records: [update(asking('OR', ['block']), policy)],
      expect: 'high',
    },
    {
      name: 'blocks where it asked',
      records: [update(policy, asking('OR', ['block']))],
      expect: 'nothing',
    },
    {
      name: 'a strength instead of any factor',
      records: [update(policy, strength(4))],
      expect: 'nothing',
    },
    { name: 'a weaker strength', records: [update(strength(4), strength(2))], expect: 'high' },
    { name: 'a stricter strength', records: [update(strength(2), strength(4))], expect: 'nothing' },
    {
      name: 'any factor instead of a strength',
      records: [update(strength(4), policy)],
      expect: 'high',
    },
    {
      name: "one of the tenant's own instead of the strictest",
      records: [update(strength(4), strength('a'))],
      expect: 'high',
    },
    {
      name: "the strictest instead of one of the tenant's own",
      records: [update(strength('a'), strength(4))],
      expect: 'nothing',
    },
    {
      name: "another strength instead of one of the tenant's own",
      records: [update(strength('a'), strength(3))],
      expect: 'high',
    },
    {
      name: 'a device instead of a strength',
      records: [update(strength(4), asking('OR', ['compliantDevice']))],
      expect: 'high',
    },
    {
      name: 'a strength instead of a device',
      records: [update(asking('OR', ['compliantDevice']), strength(4))],
      expect: 'high',
    },
    {
      name: "another vendor's factor is gone",
      records: [
        update(asking('OR', [], { customAuthenticationFactors: ['Duo'] }), asking('OR', [])),
      ],
      expect: 'high',
    },
    {
      name: 'terms of use alone are gone',
      records: [update(asking('AND', ['mfa'], { termsOfUse: ['terms-1'] }), policy)],
      expect: 'nothing',
    },
    {
      name: 'terms of use and what would have done as well are gone',
      records: [update(asking('OR', ['mfa'], { termsOfUse: ['terms-1'] }), without)],
      expect: 'high',
    },
    {
      name: 'terms of use will do instead',
      records: [update(policy, asking('OR', ['mfa'], { termsOfUse: ['terms-1'] }))],
      expect: 'high',
    },
    {
      name: 'somebody excluded',
      records: [update(policy, users({ excludeUsers: [people.dan.id] }))],
      expect: 'high',
    },
    {
      name: 'a group excluded',
      records: [update(policy, users({ excludeGroups: ['group-1'] }))],
      expect: 'high',
    },
    {
      name: 'a break-glass account excluded',
      records: [update(policy, users({ excludeUsers: [people.glass.id] }))],
      expect: 'nothing',
    },
    {
      name: 'nobody excluded any more',
      records: [update(users({ excludeUsers: [people.dan.id] }), policy)],
      expect: 'nothing',
    },
    {
      name: 'more kinds of guests excluded, as numbers',
      records: [
        update(
          users({ excludeGuestsOrExternalUsers: { guestOrExternalUserTypes: 1 } }),
          users({ excludeGuestsOrExternalUsers: { guestOrExternalUserTypes: 3 } }),
        ),
      ],
      expect: 'high',
    },
    {
      name: 'fewer kinds of guests excluded, as numbers',
      records: [
        update(
          users({ excludeGuestsOrExternalUsers: { guestOrExternalUserTypes: 3 } }),
          users({ excludeGuestsOrExternalUsers: { guestOrExternalUserTypes: 1 } }),
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'fewer kinds of guests excluded, as words',
      records: [
        update(
          users({
            excludeGuestsOrExternalUsers: { guestOrExternalUserTypes: 'b2bGuest, internalGuest' },
          }),
          users({ excludeGuestsOrExternalUsers: { guestOrExternalUserTypes: 'internalGuest' } }),
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'guests of all tenants instead of one user',
      records: [
        update(
          when({ users: { includeUsers: ['user-1'] } }),
          when({
            users: {
              includeGuestsOrExternalUsers: {
                guestOrExternalUserTypes: 'internalGuest',
                externalTenants: { membershipKind: 'all' },
              },
            },
          }),
        ),
      ],
      expect: 'high',
    },
    {
      name: 'one group instead of everybody',
      records: [update(policy, when({ users: { includeGroups: ['group-1'] } }))],
      expect: 'high',
    },
    {
      name: 'everybody instead of one group',
      records: [update(when({ users: { includeGroups: ['group-1'] } }), policy)],
      expect: 'nothing',
    },
    {
      name: 'one role less',
      records: [
        update(
          when({ users: { includeRoles: ['role-1', 'role-2'] } }),
          when({ users: { includeRoles: ['role-2'] } }),
        ),
      ],
      expect: 'high',
    },
    {
      name: 'one role more',
      records: [
        update(
          when({ users: { includeRoles: ['role-1'] } }),
          when({ users: { includeRoles: ['role-1', 'role-2'] } }),
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'somebody instead of nobody',
      records: [update(when({ users: { includeUsers: ['None'] } }), users({}))],
      expect: 'nothing',
    },
    {
      name: 'nobody instead of somebody',
      records: [
        update(
          when({ users: { includeUsers: ['user-1'] } }),
          when({ users: { includeUsers: ['None'] } }),
        ),
      ],
      expect: 'high',
    },
    {
      name: 'no app instead of one',
      records: [
        update(
          when({ applications: { includeApplications: ['app-1'] } }),
          when({ applications: { includeApplications: [] } }),
        ),
      ],
      expect: 'high',
    },
    {
      name: 'no workload instead of one',
      records: [
        update(
          when({ clientApplications: { includeServicePrincipals: ['app-1'] } }),
          when({ clientApplications: { includeServicePrincipals: [] } }),
        ),
      ],
      expect: 'high',
    },
    {
      name: 'an app excluded',
      records: [
        update(
          policy,
          when({ applications: { includeApplications: ['All'], excludeApplications: ['app-1'] } }),
        ),
      ],
      expect: 'high',
    },
    {
      name: 'apps excluded by a filter',
      records: [
        update(
          policy,
          when({
            applications: {
              includeApplications: ['All'],
              applicationFilter: { mode: 'exclude', rule: 'a -eq "b, c"' },
            },
          }),
        ),
      ],
      expect: 'high',
    },
    {
      name: 'some devices only, by a filter',
      records: [update(policy, filtered('include', 'a -eq "b, c"'))],
      expect: 'high',
    },
    {
      name: 'another filter',
      records: [update(filtered('exclude', 'a -eq "b", c'), filtered('exclude', 'a -eq "b"'))],
      expect: 'high',
    },
    {
      name: 'a filter the other way round',
      records: [update(filtered('exclude', 'a -eq "b"'), filtered('include', 'a -eq "b"'))],
      expect: 'high',
    },
    {
      name: 'no filter any more',
      records: [update(filtered('include', 'a -eq "b"'), policy)],
      expect: 'nothing',
    },
    {
      name: 'a trusted place excluded',
      records: [
        update(
          policy,
          when({ locations: { includeLocations: ['All'], excludeLocations: ['AllTrusted'] } }),
        ),
      ],
      expect: 'high',
    },
    {
      name: 'everywhere, said with more words',
      records: [update(policy, when({ locations: { includeLocations: ['All'] } }))],
      expect: 'nothing',
    },
    {
      name: 'browsers only',
      records: [update(policy, when({ clientAppTypes: ['browser'] }))],
      expect: 'high',
    },
    {
      name: 'every client, one by one',
      records: [update(policy, when({ clientAppTypes: clients }))],
      expect: 'nothing',
    },
    ...clients.map((client) => ({
      name: `every client but ${client}`,
      records: [update(policy, when({ clientAppTypes: clients.filter((one) => one !== client) }))],
      expect: 'high' as const,
    })),
    {
      name: 'risky sign-ins only',
      records: [update(policy, when({ signInRiskLevels: ['high'] }))],
      expect: 'high',
    },
    {
      name: 'whatever the risk',
      records: [update(when({ signInRiskLevels: ['high'] }), policy)],
      expect: 'nothing',
    },
    {
      name: 'one flow less, in a list with commas',
      records: [
        update(
          when({
            authenticationFlows: { transferMethods: 'deviceCodeFlow, authenticationTransfer' },
          }),
          when({ authenticationFlows: { transferMethods: 'authenticationTransfer' } }),
        ),
      ],
      expect: 'high',
    },
    { name: 'the sign-in frequency is gone', records: [update(often(8), policy)], expect: 'high' },
    {
      name: 'days instead of hours',
      records: [update(often(8), often(1, 'days'))],
      expect: 'high',
    },
    {
      name: 'hours instead of days',
      records: [update(often(1, 'days'), often(8))],
      expect: 'nothing',
    },
    {
      name: 'the sign-in frequency is disabled',
      records: [update(often(8), during({ signInFrequency: { value: 8, isEnabled: false } }))],
      expect: 'high',
    },
    {
      name: 'every time instead of every hour',
      records: [
        update(
          often(1),
          during({ signInFrequency: { frequencyInterval: 'everyTime', isEnabled: true } }),
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'browser sessions may persist again',
      records: [
        update(
          during({ persistentBrowser: { mode: 'never', isEnabled: true } }),
          during({ persistentBrowser: { mode: 'always', isEnabled: true } }),
        ),
      ],
      expect: 'high',
    },
    {
      name: 'continuous evaluation is switched off',
      records: [
        update(
          during({ continuousAccessEvaluation: { mode: 'strictLocation' } }),
          during({ continuousAccessEvaluation: { mode: 'disabled' } }),
        ),
      ],
      expect: 'high',
    },
    {
      name: 'a control that is said with true is gone',
      records: [
        update(
          during({ disableResilienceDefaults: true }),
          during({ disableResilienceDefaults: false }),
        ),
      ],
      expect: 'high',
    },
    {
      name: 'renamed, reordered, touched',
      records: [
        update(
          users({ excludeUsers: ['a', 'b'] }),
          accessPolicy(
            { displayName: '[CA1] MFA, for all', modifiedDateTime: '2026-11-21T00:00:00Z' },
            { users: { excludeUsers: ['B', 'a'], includeUsers: ['all'] } },
          ),
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'an exclusion in a policy that is off',
      records: [
        update(
          accessPolicy(reportOnly),
          accessPolicy(reportOnly, { users: { includeUsers: ['user-1'] } }),
        ),
      ],
      expect: 'informational',
    },
    {
      name: 'narrowed while it is switched on',
      records: [update(off, users({ excludeUsers: [people.dan.id] }))],
      expect: 'nothing',
    },
    { name: 'nothing is told', records: [update(null, null)], expect: 'low' },
    { name: 'only the past is told', records: [update(policy, null)], expect: 'low' },
    {
      name: 'no target is told',
      records: [update(null, null, { targetResources: [] })],
      expect: 'low',
    },
    {
      name: 'text that broke off after the state',
      records: [update(cutBefore(policy, ',"conditions"'), cutBefore(off, '"users"'))],
      expect: 'high',
    },
    {
      name: 'text that broke off before its users',
      records: [update(policy, cutBefore(policy, '"users"'))],
      expect: 'nothing',
    },
    {
      name: 'text that broke off within its users',
      records: [
        update(
          when({ users: { includeUsers: [], includeGroups: ['group-1'] } }),
          cutBefore(when({ users: { includeUsers: [], includeGroups: ['group-1'] } }), '"group-1"'),
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'text that broke off behind its users',
      records: [
        update(policy, cutBefore(users({ excludeUsers: [people.dan.id] }), '"signInRiskLevels"')),
      ],
      expect: 'high',
    },
    {
      name: 'text that broke off within what it asks for',
      records: [update(policy, cutBefore(policy, '"mfa"'))],
      expect: 'nothing',
    },
    {
      name: 'text that broke off behind what it asks for',
      records: [
        update(
          { ...policy, sessionControls: { a: true, b: true } },
          cutBefore({ ...without, sessionControls: { a: true, b: true } }, '"b"'),
        ),
      ],
      expect: 'high',
    },
    {
      name: 'text that broke off before its session controls',
      records: [update(often(8), cutBefore(often(8), '"sessionControls"'))],
      expect: 'nothing',
    },
    {
      name: 'old text that broke off',
      records: [update(cutBefore(often(8), '"sessionControls"'), often(24))],
      expect: 'nothing',
    },
    {
      name: 'both rows of one change',
      records: [
        stored(storedAccessPolicy(), storedAccessPolicy({ State: 'Reporting' })),
        update(policy, accessPolicy(reportOnly)),
      ],
      expect: 'high',
    },
    {
      name: "the directory's row: a control is gone",
      records: [stored(storedAccessPolicy(), storedAccessPolicy({ Controls: [] }))],
      expect: 'high',
    },
    {
      name: "the directory's row: a control is empty",
      records: [stored(storedAccessPolicy(), storedAccessPolicy({ Controls: [{ Control: [] }] }))],
      expect: 'high',
    },
    {
      name: "the directory's row: only a strength will do",
      records: [
        stored(
          storedAccessPolicy(),
          storedAccessPolicy({
            Controls: [{ AuthStrengthIds: ['00000000-0000-0000-0000-000000000004'] }],
          }),
        ),
      ],
      expect: 'nothing',
    },
    {
      name: "the directory's row: a session control is gone",
      records: [stored(storedAccessPolicy(), storedAccessPolicy({ SessionControls: [] }))],
      expect: 'high',
    },
    {
      name: "the directory's row: somebody excluded",
      records: [
        stored(
          storedAccessPolicy(),
          storedAccessPolicy({
            Conditions: {
              Applications: { Include: [{ Applications: ['All'] }] },
              Users: {
                Include: [{ Users: ['All'] }],
                Exclude: [{ Users: ['user-1'] }, { Groups: ['group-1'] }],
              },
            },
          }),
        ),
      ],
      expect: 'high',
    },
    {
      name: "the directory's row: no policy of Conditional Access",
      records: [stored('["{\\"State\\":\\"Enabled\\"}"]', '["{\\"State\\":\\"Disabled\\"}"]')],
      expect: 'nothing',
    },
    {
      name: 'a new policy',
      records: [
        policyRow('Add conditional access policy', { ConditionalAccessPolicy: [null, off] }),
      ],
      expect: 'nothing',
    },
    { name: 'refused', records: [update(policy, off, { result: 'failure' })], expect: 'nothing' },
  ],
});

type Judgement = { what: readonly string[]; severity: Severity };

function judge(
  { deed, before, after }: AccessPolicyChange,
  event: AuditEvent,
  watchlist: Watchlist,
): Judgement | undefined {
  if (deed === 'add') return undefined;
  const severity = isInForce(before) ? 'high' : 'informational';
  if (deed === 'delete') return { what: ['deleted'], severity };
  if (!after) return { what: ['changed, the record does not tell how'], severity: 'low' };
  // Whatever else it lost: nobody was held to it before.
  if (!isInForce(before) && isInForce(after)) return undefined;
  const glass = watchlist.breakGlassAccounts(event.at).map(({ party }) => party.id ?? '');
  const what = weaknesses(before, after, new Set(glass));
  return what.length > 0 ? { what, severity } : undefined;
}
