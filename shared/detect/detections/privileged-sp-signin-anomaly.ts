import { accountSubject } from '../../memory/subject.ts';
import type { HabitTrace } from '../../memory/trace.ts';
import type { SignInEvent } from '../../read/event.ts';
import { dayMs } from '../../time.ts';
import { type Context, defineDetection, type Match } from '../detection.ts';
import { crm, workloadSignIn } from '../examples/applications.ts';
import { audit, partyTarget, refresh, roleChanges } from '../examples/records.ts';
import {
  applicationAdministrator,
  helpdeskAdministrator,
  people,
  workloads,
} from '../examples/tenant.ts';
import { newsIn } from '../past/novelty.ts';
import { heldInWords } from '../rows/applications.ts';
import { isWithin } from '../rows/places.ts';
import { severityOfRole } from '../rows/role-grants.ts';
import { fromWhere, nameOf, signInDetails } from '../wording.ts';

const [home, pool, elsewhere] = ['203.0.113.9', '203.0.113.77', '192.0.2.8'];
const [oldKey, newKey] = ['key-1', 'key-2'];

/** The service principal signs in on a day of November, from its usual place with its usual key unless told otherwise. */
const on = (
  day: number,
  fields = {},
  app: { id: string; name: string } = workloads.deployer,
  category?: string,
) =>
  workloadSignIn(
    app,
    {
      id: `sign-in-${day}-${JSON.stringify(fields)}`,
      createdDateTime: `2026-11-${String(day).padStart(2, '0')}T12:00:00Z`,
      ipAddress: home,
      autonomousSystemNumber: 64500,
      servicePrincipalCredentialKeyId: oldKey,
      ...fields,
    },
    category,
  );
const moved = { ipAddress: elsewhere, autonomousSystemNumber: 64501 };
const managed = 'ManagedIdentitySignInLogs';
const atHour = (hour: number, fields: object) =>
  on(2, { createdDateTime: `2026-11-02T${hour}:00:00Z`, ...fields });

const gets = (role: string) =>
  audit('Add member to role', {
    activityDateTime: '2026-11-01T00:00:00Z',
    targetResources: [partyTarget('ServicePrincipal', crm, roleChanges(role))],
  });

export default defineDetection({
  id: 'privileged-sp-signin-anomaly',
  title: 'Privileged application signed in as never before',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'medium',
  severityVaries: 'High where its role rules the tenant or is a way to that.',
  categories: ['ServicePrincipalSignInLogs'],
  techniques: ['T1078.004'],
  source: 'https://learn.microsoft.com/entra/id-protection/concept-workload-identity-risk',
  why: 'Nobody asks an application for a second factor. Where it signs in from, and with which credential, is all that tells its owner from a thief.',
  triage: [
    'Ask the owner whether the application moved, or got a new credential.',
    'If not: delete the credential that was used, by its key id, and look at what the application did since.',
    'Look for the row that added the credential.',
  ],
  falsePositives: [
    'A pipeline that moves to another provider: name its networks in the directory snapshot.',
    'A credential that was renewed: hold it against the finding of its addition.',
    'New addresses of a provider that the application has used before are not told; managed identities have no address.',
  ],

  detect(event, context) {
    const { account, flow } = event;
    if (flow !== 'workload' || isManagedIdentity(event)) return;
    const roles = context.watchlist.rolesOf(account, event.at);
    const severity = roles.some((role) => severityOfRole(role) === 'high') ? 'high' : 'medium';
    const whence = `${fromWhere(event)}${heldInWords(roles)}`;
    return firstUses(event, context, context.settings.learningDays).map(({ habit, isNew }) => {
      const kind = habit.what === 'asn' ? 'provider' : habit.what;
      const title = `${nameOf(account)} signs in with a new ${kind}${whence}`;
      const match: Match = {
        // One thing that is new, whichever row turns out to be the first to show it.
        key: [accountSubject(account, context.watchlist), habit.what, habit.value],
        title,
        summary: `${title}: ${habit.value}.`,
        severity,
        subject: account,
        roles,
        matter: ['sign-in'],
        details: { ...signInDetails(event), new: kind, value: habit.value },
        recordIds: [event.id],
      };
      return isNew ? match : { ...match, isWithdrawn: true };
    });
  },

  examples: () => [
    {
      name: 'another provider, after the learning',
      records: [on(1), on(3, moved)],
      settings: { learningDays: 1 },
      expect: 'high',
    },
    {
      name: 'by an application of a lesser role',
      records: [gets(helpdeskAdministrator), on(3, {}, crm), on(5, moved, crm)],
      settings: { learningDays: 1 },
      expect: 'medium',
    },
    {
      name: 'by an application of a lesser role and another one',
      records: [
        gets(helpdeskAdministrator),
        gets(applicationAdministrator),
        on(3, {}, crm),
        on(5, moved, crm),
      ],
      settings: { learningDays: 1 },
      expect: 'high',
    },
    {
      name: 'as soon as the learning ends',
      records: [on(1), on(3, moved)],
      settings: { learningDays: 2 },
      expect: 'high',
    },
    {
      name: 'another address, of which no provider is told, while learning',
      records: [on(1), on(3, { ipAddress: elsewhere, autonomousSystemNumber: null })],
      settings: { learningDays: 14 },
      expect: 'nothing',
    },
    {
      name: 'another credential',
      records: [on(1), on(3, { servicePrincipalCredentialKeyId: newKey })],
      settings: { learningDays: 1 },
      expect: 'high',
    },
    {
      name: 'another address, of which no provider is told',
      records: [on(1), on(3, { ipAddress: elsewhere, autonomousSystemNumber: null })],
      settings: { learningDays: 1 },
      expect: 'high',
    },
    {
      name: 'out of its networks, though with the same provider, while learning',
      records: [on(1, {}, workloads.backup), on(3, { ipAddress: elsewhere }, workloads.backup)],
      settings: { learningDays: 14 },
      expect: 'high',
    },
    {
      name: 'within its networks',
      records: [on(1, {}, workloads.backup), on(3, { ipAddress: pool }, workloads.backup)],
      settings: { learningDays: 1 },
      expect: 'nothing',
    },
    {
      name: 'another credential within its networks',
      records: [
        on(1, {}, workloads.backup),
        on(3, { servicePrincipalCredentialKeyId: newKey }, workloads.backup),
      ],
      settings: { learningDays: 1 },
      expect: 'high',
    },
    {
      name: 'twice from there',
      records: [on(1), on(3, moved), on(4, moved)],
      settings: { learningDays: 1 },
      expect: 'high',
    },
    {
      name: 'the later of two comes first',
      records: [on(1), on(4, moved), on(3, moved)],
      settings: { learningDays: 1 },
      expect: 'high',
    },
    {
      name: 'a late row shows that it was seen while learning',
      records: [on(1), atHour(13, moved), atHour(11, moved)],
      settings: { learningDays: 1 },
      expect: 'nothing',
    },
    {
      name: 'another address of the same provider',
      records: [on(1), on(3, { ipAddress: pool })],
      settings: { learningDays: 1 },
      expect: 'nothing',
    },
    {
      name: 'while learning',
      records: [on(1), on(3, moved)],
      settings: { learningDays: 14 },
      expect: 'nothing',
    },
    {
      name: 'the first of all',
      records: [on(1)],
      settings: { learningDays: 1 },
      expect: 'nothing',
    },
    {
      name: 'from the office',
      records: [on(1), on(3, moved)],
      settings: { learningDays: 1 },
      tenant: { knownNetworks: [`${elsewhere}/32`] },
      expect: 'nothing',
    },
    {
      name: 'in vain',
      records: [on(1), on(3, { ...moved, status: { errorCode: 7000215 } })],
      settings: { learningDays: 1 },
      expect: 'nothing',
    },
    {
      name: 'a managed identity, whose keys Azure renews',
      records: [
        on(1, {}, workloads.deployer, managed),
        on(3, { servicePrincipalCredentialKeyId: newKey }, workloads.deployer, managed),
      ],
      settings: { learningDays: 1 },
      expect: 'nothing',
    },
    {
      name: 'a managed identity, by its lack of an address',
      records: [
        on(1, { ipAddress: '' }),
        on(3, { ipAddress: '', servicePrincipalCredentialKeyId: newKey }),
      ],
      settings: { learningDays: 1 },
      expect: 'nothing',
    },
    {
      name: 'an application without a role',
      records: [on(1, {}, crm), on(3, moved, crm)],
      settings: { learningDays: 1 },
      expect: 'nothing',
    },
    {
      name: 'a person',
      records: [
        refresh(people.ada, { createdDateTime: '2026-11-01T12:00:00Z', autonomousSystemNumber: 1 }),
        refresh(people.ada, { id: 'sign-in-2', autonomousSystemNumber: 2 }),
      ],
      settings: { learningDays: 1 },
      expect: 'nothing',
    },
  ],
});

/** Azure renews its keys, and it signs in from within Azure: its rows have no address. */
const isManagedIdentity = ({ category, ip }: SignInEvent) =>
  ip === null || /^managedidentity/i.test(category);

type FirstUse = { habit: HabitTrace; isNew: boolean };

/**
 * What this very sign-in was the first to come with, as far as is known by now. A failure leaves no
 * habit, so it is the first with nothing.
 */
function firstUses(
  event: SignInEvent,
  { past, watchlist }: Context,
  learningDays: number,
): FirstUse[] {
  const habits = past.all('habit', accountSubject(event.account, watchlist));
  const networks = watchlist.account(event.account)?.snapshot?.known?.networks ?? [];
  // A cloud has many addresses. But where its networks are named, another one of the same cloud is news.
  const place = event.asn === null || networks.length > 0 ? 'network' : 'asn';
  const learntAt = Math.min(...habits.map(({ at }) => at)) + learningDays * dayMs;
  const own = Map.groupBy(habits, ({ recordId }) => recordId).get(event.id) ?? [];
  const first = own.filter(({ what }) => what === place || what === 'credential');
  return first.flatMap((habit) => {
    if (habit.what === 'network' && networks.length > 0)
      return isWithin(habit.ip, networks) ? [] : [{ habit, isNew: true }];
    return newsIn(habit, learntAt);
  });
}
