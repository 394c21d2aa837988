import type { AuditEvent } from '../../read/event.ts';
import type { Severity } from '../../severity.ts';
import { isoOf } from '../../time.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import { defineDetection } from '../detection.ts';
import { accessPolicy, policyRow, storedAccessPolicy } from '../examples/policies.ts';
import { people } from '../examples/tenant.ts';
import { isInForce, weaknesses } from '../rows/access-policy-weaknesses.ts';
import { type AccessPolicyChange, accessPolicyChange } from '../rows/conditional-access.ts';
import { oneClick } from '../rows/role-grants.ts';
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
const asking = (operator: string) =>
  accessPolicy({ grantControls: { operator, builtInControls: ['mfa', 'compliantDevice'] } });
const often = accessPolicy({ sessionControls: { signInFrequency: { value: 8, type: 'hours' } } });
const when = (conditions: object) => accessPolicy({}, conditions);
const users = (more: object) => when({ users: { includeUsers: ['All'], ...more } });
const cutBefore = (value: object, word: string) => JSON.stringify(value).split(word)[0];

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
    return {
      key: [change.policy.id ?? name, momentOf(change, event.at) ?? key],
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

  examples: () => [
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
    { name: 'switched on', records: [update(off, policy)], expect: 'nothing' },
    { name: 'deleted', records: [deleted(policy)], expect: 'high' },
    { name: 'deleted, nothing more is told', records: [deleted(null)], expect: 'high' },
    { name: 'deleted when it was off', records: [deleted(off)], expect: 'informational' },
    { name: 'no longer asks for anything', records: [update(policy, without)], expect: 'high' },
    {
      name: 'asks for one of two instead of both',
      records: [update(asking('AND'), asking('OR'))],
      expect: 'high',
    },
    {
      name: 'somebody excluded',
      records: [update(policy, users({ excludeUsers: [people.dan.id] }))],
      expect: 'high',
    },
    {
      name: 'a break-glass account excluded',
      records: [update(policy, users({ excludeUsers: [people.glass.id] }))],
      expect: 'nothing',
    },
    {
      name: 'one group instead of everybody',
      records: [update(policy, when({ users: { includeGroups: ['group-1'] } }))],
      expect: 'high',
    },
    { name: 'the sign-in frequency is gone', records: [update(often, policy)], expect: 'high' },
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
      name: 'both rows of one change',
      records: [
        stored(storedAccessPolicy(), storedAccessPolicy({ State: 'Reporting' })),
        update(policy, accessPolicy(reportOnly)),
      ],
      expect: 'high',
    },
    {
      name: 'two rows of one click, with other moments than that of the change',
      records: ['2026-11-20T11:50:00Z', '2026-11-20T12:10:00Z'].map((modifiedDateTime) =>
        update(policy, { ...off, modifiedDateTime }, { id: modifiedDateTime }),
      ),
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

/** The two rows of a change have its moment in common, if not always the correlation id. */
function momentOf({ after }: AccessPolicyChange, at: number): string | undefined {
  const moment = after?.modifiedAt ?? 0;
  // Any other time was not written by this change.
  return Math.abs(at - moment) < tenMinutes ? isoOf(moment) : undefined;
}

const tenMinutes = 600_000;

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
