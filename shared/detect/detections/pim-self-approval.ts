import { requestSubject } from '../../memory/subject.ts';
import type { ChangeTrace } from '../../memory/trace.ts';
import type { TenantPolicy } from '../../policy.ts';
import { networkOf } from '../../read/network-of.ts';
import { defineDetection } from '../detection.ts';
import { later, type Person } from '../examples/history.ts';
import { completed, details, requested } from '../examples/pim.ts';
import { pimRow } from '../examples/records.ts';
import { helpdeskAdministrator, people } from '../examples/tenant.ts';
import { doerOf, inOrder, receiverOf, toldFrom } from '../past/change-history.ts';
import { isWithin } from '../rows/places.ts';
import { nameOf } from '../wording.ts';

const { ada, ben, hana } = people;
const approved = 'Add member to role request approved (PIM activation)';
const nobody = { id: null, upn: null };
const home = '203.0.113.7';

/** A row of one request; where no address is told, the actor's is not told either. */
const step = (
  minute: number,
  operationName: string,
  actor: Person | typeof nobody,
  asker: Person,
  ip: string | null = home,
) =>
  later(
    minute,
    pimRow(operationName, asker, helpdeskAdministrator, {
      initiatedBy: { user: { id: actor.id, userPrincipalName: actor.upn } },
      additionalDetails: details({ RoleAssignmentRequestId: 'REQUEST-1', ipaddr: ip }),
    }),
  );
const asks = (who: Person, ip?: string | null) => step(0, requested, who, who, ip);
const approves = (who: Person, asker: Person, ip?: string | null) =>
  step(5, approved, who, asker, ip);
const withoutTargets = (row: ReturnType<typeof step>) => ({
  ...row,
  properties: { ...row.properties, targetResources: [] },
});

export default defineDetection({
  id: 'pim-self-approval',
  title: 'Role request approved by whoever made it',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  categories: ['AuditLogs'],
  techniques: ['T1098.003', 'T1078.004'],
  source:
    'https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-approval-workflow',
  why: 'An approval is worth something only if a second person gave it. One who holds both accounts has approved it alone.',
  triage: [
    'Ask both the requester and the approver, by another way than mail, whether each did their part.',
    'If either did not: end the activation, revoke the sessions of both, and look at what was done with the role.',
  ],
  falsePositives: [
    'Two people behind one address that the policy does not know: name the office or the VPN in `knownNetworks`.',
  ],

  detect(event, { past, tenant }) {
    const requestId = event.details.get('roleassignmentrequestid')?.toLowerCase() ?? '';
    const steps = past.all('change', requestSubject(requestId));
    const requests = steps.filter(({ what }) => what === 'requested');
    const approvals = steps.filter(({ what, by }) => what === 'approved' && by !== null);
    return approvals.flatMap((approval) => {
      const approver = doerOf(approval);
      const request = steps.some((step) => askerOf(step) === approval.by)
        ? 'their own request'
        : requests.some((one) => isSameAddress(one, approval, tenant))
          ? `the request of ${nameOf(receiverOf(approval))}, from one address`
          : undefined;
      if (!request) return [];
      return {
        ...toldFrom(inOrder([...requests, approval])),
        key: [requestId, approval.by],
        title: `${nameOf(approver)} approved ${request}`,
        summary: `${nameOf(approver)} approved ${request}, to activate a role.`,
        subject: approver,
        actor: approver,
        matter: ['pim-control', requestId],
      } as const;
    });
  },

  examples: () => [
    {
      name: 'by the requester',
      records: [asks(ben), approves(ben, ben, '192.0.2.60')],
      expect: 'high',
    },
    {
      name: 'by the one it is for, of whose request nothing is known',
      records: [approves(ben, ben)],
      expect: 'high',
    },
    {
      name: 'by whoever asked for another',
      records: [step(0, requested, hana, ben), approves(hana, ben, '192.0.2.60')],
      expect: 'high',
    },
    {
      name: 'by the one who activated the role then',
      records: [withoutTargets(approves(ben, ben)), step(10, completed, ben, ben)],
      expect: 'high',
    },
    {
      name: 'by another, from the same address',
      records: [asks(ben), approves(ada, ben, home)],
      expect: 'high',
    },
    {
      name: 'by another, from the same address as one of two rows',
      records: [
        asks(ben),
        step(1, 'Add member to role approval requested (PIM activation)', ben, ben, '192.0.2.61'),
        approves(ada, ben, home),
      ],
      expect: 'high',
    },
    {
      name: 'by another, from the same network',
      records: [asks(ben, '2001:db8:1:2::7'), approves(ada, ben, '2001:db8:1:2:aaaa::9')],
      expect: 'high',
    },
    {
      name: 'by another, from another address',
      records: [asks(ben), approves(ada, ben, '192.0.2.60'), step(10, completed, ben, ben)],
      expect: 'nothing',
    },
    {
      name: 'by another, from the same office',
      records: [asks(ben), approves(ada, ben, home)],
      tenant: { knownNetworks: ['203.0.113.0/24'] },
      expect: 'nothing',
    },
    {
      name: 'by another, neither address being told',
      records: [asks(ben, null), approves(ada, ben, null)],
      expect: 'nothing',
    },
    {
      name: 'by nobody that is told',
      records: [withoutTargets(step(5, approved, nobody, ben))],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [asks(ben), step(5, 'Add member to role request denied (PIM activation)', ben, ben)],
      expect: 'nothing',
    },
    {
      name: 'a request of another, of their own nothing',
      records: [asks(ben), approves(ada, hana, '192.0.2.60')],
      expect: 'nothing',
    },
  ],
});

/** Whoever asked, or gets what was asked for: the row of an approval names the latter too. */
const askerOf = ({ what, by, of }: ChangeTrace) => (what === 'requested' ? by : of);

function isSameAddress(a: ChangeTrace, b: ChangeTrace, { knownNetworks }: TenantPolicy): boolean {
  return !isWithin(a.ip, knownNetworks) && networkOf(a.ip ?? 'untold') === networkOf(b.ip ?? '');
}
