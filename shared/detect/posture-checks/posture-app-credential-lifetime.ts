import { cleanLine } from '../../clean-text.ts';
import { highestSeverity, type Severity, severityRank } from '../../severity.ts';
import { dayMs, dayOf, parseTime } from '../../time.ts';
import type { SnapshotAccount } from '../../watch/directory.ts';
import { exampleTenantId, workloads } from '../examples/tenant.ts';
import { applicationsIn, partyOfApplication } from '../posture/applications.ts';
import {
  definePostureCheck,
  type PostureContext,
  type PostureMatch,
  type Unknown,
  unread,
} from '../posture-check.ts';
import { listOf, nameOf } from '../wording.ts';

const app = (credentials: readonly object[] | null | undefined, fields: object = {}) => [
  {
    id: workloads.sync.id,
    type: 'servicePrincipal',
    displayName: workloads.sync.name,
    homeTenantId: exampleTenantId,
    credentials,
    ...fields,
  },
];
const secret = (startsAt: string | null, endsAt: string | null, fields: object = {}) => ({
  kind: 'secret',
  id: 'key-1',
  name: 'deploy',
  startsAt,
  endsAt,
  ...fields,
});
const certificate = { kind: 'certificate' };
const [june, july] = ['2026-06-20T12:00:00Z', '2026-07-20T12:00:00Z'];

export default definePostureCheck({
  id: 'posture-app-credential-lifetime',
  title: "Application's credential too long or past its end",
  severity: 'medium',
  severityVaries: 'Low for one that has ended and is still there, or that ends soon.',
  categories: ['Graph'],
  techniques: ['T1098.001', 'T1552.001'],
  source:
    'https://learn.microsoft.com/entra/identity-platform/security-best-practices-for-app-registration',
  why: 'A secret lies in scripts, pipelines and laptops. The longer it holds, the more of those it has passed, and whoever finds it needs no MFA.',
  triage: [
    'Too long: a managed identity or federated credentials need none; else a certificate, and a shorter time.',
    'Ended: remove it, so that nobody wonders whether it is in use.',
    'Ends soon: tell whoever answers for the application, before it stops.',
  ],
  falsePositives: [
    'One of two that is being replaced, and was left for the change.',
    "Credentials of a vendor's application lie in the tenant of the vendor, and are not seen.",
  ],

  check(context) {
    const { snapshot } = context;
    return applicationsIn(context).flatMap((app): (PostureMatch | Unknown)[] => {
      const subject = partyOfApplication(app);
      const judged = app.credentials?.map((one) => judge(one, context));
      const found = (judged ?? [])
        .filter((one) => one !== 'fine' && one !== 'unknown')
        .sort((a, b) => severityRank(b.severity) - severityRank(a.severity));
      if (found.length === 0) {
        const isTold = judged?.every((one) => one === 'fine');
        return isTold ? [] : [{ ...unread(snapshot, 'applications'), about: subject }];
      }
      const what = found.map((one) => one.what);
      return [
        {
          key: [app.id],
          title: `Application ${nameOf(subject)}: ${what[0]}`,
          summary: `Of the application ${nameOf(subject)}: ${listOf(what)}.`,
          severity: highestSeverity(found.map(({ severity }) => severity)),
          subject,
          matter: ['application'],
          details: { credentials: what.slice(0, 20), count: what.length },
        },
      ];
    });
  },

  examples: () => [
    {
      name: 'a secret of a year',
      others: app([secret(june, '2027-06-20T12:00:00Z')]),
      expect: 'medium',
    },
    {
      name: 'a certificate of two years',
      others: app([secret(june, '2028-06-20T12:00:00Z', certificate)]),
      expect: 'medium',
    },
    {
      name: 'a second longer than a secret may be',
      others: app([secret(july, '2027-01-16T12:00:01Z')]),
      expect: 'medium',
    },
    {
      name: 'longer than the policy says',
      others: app([secret(july, '2027-01-10T12:00:00Z')]),
      settings: { secretDays: 90 },
      expect: 'medium',
    },
    {
      name: 'a certificate, longer than the policy says',
      others: app([secret(july, '2027-01-10T12:00:00Z', certificate)]),
      settings: { certificateDays: 90 },
      expect: 'medium',
    },
    {
      name: 'nobody knows since when, but long still',
      others: app([secret(null, '2028-01-01T00:00:00Z')]),
      expect: 'medium',
    },
    {
      name: 'one is too long, of another nothing is known',
      others: app([secret(june, '2027-06-20T12:00:00Z'), secret(null, null)]),
      expect: 'medium',
    },
    {
      name: 'one is too long, another has ended',
      others: app([secret(june, july), secret(june, '2027-06-20T12:00:00Z')]),
      expect: 'medium',
    },
    { name: 'ended, and still there', others: app([secret(june, july)]), expect: 'low' },
    {
      name: 'was too long, and has ended',
      others: app([secret('2024-01-01T00:00:00Z', july)]),
      expect: 'low',
    },
    {
      name: 'was too long, and ends at this moment',
      others: app([secret('2024-01-01T00:00:00Z', '2026-11-20T12:00:00Z')]),
      expect: 'low',
    },
    {
      name: 'ends in two weeks',
      others: app([secret(july, '2026-12-04T12:00:00Z')]),
      expect: 'low',
    },
    {
      name: 'ends soon, nobody knows since when it is there',
      others: app([secret(null, '2026-12-01T00:00:00Z')]),
      expect: 'low',
    },
    {
      name: '180 days to the second',
      others: app([secret(july, '2027-01-16T12:00:00Z')]),
      expect: 'nothing',
    },
    {
      name: 'a certificate of a year',
      others: app([secret(july, '2027-07-20T12:00:00Z', certificate)]),
      expect: 'nothing',
    },
    {
      name: 'ends in two weeks and a second',
      others: app([secret(july, '2026-12-04T12:00:01Z')]),
      expect: 'nothing',
    },
    { name: 'none', others: app([]), expect: 'nothing' },
    { name: 'no application', expect: 'nothing' },
    {
      name: 'switched off',
      others: app([secret(june, july)], { enabled: false }),
      expect: 'nothing',
    },
    { name: 'nobody knows of any', others: app(undefined), expect: 'unknown' },
    { name: 'nobody knows its end', others: app([secret(june, null)]), expect: 'unknown' },
    {
      name: 'nobody knows since when it is there',
      others: app([secret(null, '2027-01-16T12:00:00Z')]),
      expect: 'unknown',
    },
  ],
});

type Credential = NonNullable<SnapshotAccount['credentials']>[number];
type Judged = { what: string; severity: Severity } | 'fine' | 'unknown';

function judge(
  { kind, name, id, startsAt, endsAt }: Credential,
  { settings, now }: PostureContext<'posture-app-credential-lifetime'>,
): Judged {
  const [start, end] = [parseTime(startsAt), parseTime(endsAt)];
  const mostDays = kind === 'secret' ? settings.secretDays : settings.certificateDays;
  const called = `${kind} ${cleanLine(name ?? id ?? '', 40)}`.trim();
  if (end === undefined) return 'unknown';
  if (end <= now) return { what: `${called} ended on ${dayOf(end)}`, severity: 'low' };
  const days = Math.ceil((end - (start ?? now)) / dayMs);
  if (end - (start ?? now) > mostDays * dayMs) {
    return { what: `${called} holds for ${days} days`, severity: 'medium' };
  }
  if (end - now <= settings.expiresWithinDays * dayMs) {
    return { what: `${called} ends on ${dayOf(end)}`, severity: 'low' };
  }
  return start === undefined ? 'unknown' : 'fine';
}
