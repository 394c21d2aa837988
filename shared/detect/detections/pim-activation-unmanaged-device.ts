import { accountKey } from '../../memory/subject.ts';
import type { ChangeTrace, SignInTrace } from '../../memory/trace.ts';
import type { AuditEvent, SignInEvent } from '../../read/event.ts';
import { networkOf } from '../../read/network-of.ts';
import { isoOf, minuteMs } from '../../time.ts';
import { type Context, defineDetection, type Match } from '../detection.ts';
import { later } from '../examples/history.ts';
import { activates } from '../examples/pim.ts';
import { by, directRole, signIn } from '../examples/records.ts';
import { helpdeskAdministrator, people } from '../examples/tenant.ts';
import { doerOf, historiesOf, receiverOf, subjectOf } from '../past/change-history.ts';
import { nameOf, nameOfRole } from '../wording.ts';

const { ada, ben } = people;

const workstation = {
  deviceId: 'paw-1',
  operatingSystem: 'Windows 11',
  isCompliant: true,
  isManaged: true,
};
const own = { deviceId: '', operatingSystem: 'Windows 11', isCompliant: false, isManaged: false };
const on = (minute: number, deviceDetail: object, fields: object = {}) =>
  later(minute, signIn(ben, { deviceDetail, ...fields }));
const activation = (minute = 0, ip: string | null = '198.51.100.7') =>
  later(
    minute,
    activates(
      ben,
      helpdeskAdministrator,
      { ipaddr: ip },
      { initiatedBy: { user: { id: ben.id, userPrincipalName: ben.upn } } },
    ),
  );

export default defineDetection({
  id: 'pim-activation-unmanaged-device',
  title: 'Role activated from a device that nobody manages',
  reads: ['audit', 'signIn'],
  lookFor: 'watched accounts',
  severity: 'high',
  categories: ['AuditLogs', 'SignInLogs'],
  techniques: ['T1078.004'],
  source:
    'https://learn.microsoft.com/security/privileged-access-workstations/privileged-access-devices',
  why: 'An administrator is as safe as the device: whoever owns the device has the role while it is active.',
  triage: [
    'Ask the person which device they used, and why not their workstation.',
    'If it was not them: end the activation, revoke their sessions, look at what was done with the role.',
    'Let Conditional Access ask for a compliant device where roles are activated.',
  ],
  falsePositives: [
    'A tenant that manages no devices: switch the detection off, or name the workstations in `deviceIds`.',
    'Where the log tells nothing of the device, nothing is told, unless `deviceIds` names those that may be used.',
  ],

  detect(event, context) {
    const { past, settings, watchlist } = context;
    const isSoon = (before: number, after: number) =>
      after >= before && after - before <= settings.withinMinutes * minuteMs;
    return accountsIn(event, context).flatMap((account) => {
      const subject = subjectOf(account, watchlist);
      const activations = past
        .all('change', subject)
        .filter(({ what, of }) => what === 'activated' && of === account)
        .filter(({ at }) => isSoon(event.at, at));
      return activations.flatMap((activation) => {
        const signIns = past
          .all('signIn', subject)
          .filter(({ errorCode, at }) => errorCode === 0 && isSoon(at, activation.at))
          .filter((signIn) => isSameAddress(activation, signIn));
        const strange = signIns.findLast(({ device }) => isStrange(device, settings.deviceIds));
        if (!strange) return [];
        const last = signIns.at(-1) ?? strange;
        return {
          ...matchOf(activation, strange),
          precedence: isoOf(last.at),
          // Before the last sign-in was known, the one before it looked like it.
          ...(last !== strange && { isWithdrawn: true as const }),
        };
      });
    });
  },

  examples: () => [
    {
      name: 'from a device that is not managed',
      records: [on(-10, own), activation()],
      expect: 'high',
    },
    {
      name: 'an hour after the sign-in',
      records: [on(-60, own), activation()],
      expect: 'high',
    },
    {
      name: 'from a registered device that is not compliant',
      records: [on(-10, { deviceId: 'own-1', isCompliant: false }), activation()],
      expect: 'high',
    },
    {
      name: 'from a device of which only its kind is told',
      records: [on(-10, { operatingSystem: 'Linux', isManaged: false }), activation()],
      expect: 'high',
    },
    {
      name: 'from a browser of which nothing else is told',
      records: [on(-10, { browser: 'Firefox', isManaged: false }), activation()],
      expect: 'high',
    },
    {
      name: 'without an address',
      records: [on(-10, own), activation(0, null)],
      expect: 'high',
    },
    {
      name: 'from another device than those that the policy names',
      records: [on(-10, workstation), activation()],
      settings: { deviceIds: ['paw-2'] },
      expect: 'high',
    },
    {
      name: 'from a device of which nothing is told, where the policy names some',
      records: [on(-10, {}), activation()],
      settings: { deviceIds: ['paw-1'] },
      expect: 'high',
    },
    {
      name: 'from a device that the policy names, though nobody manages it',
      records: [on(-10, { ...own, deviceId: 'PAW-1' }), activation()],
      settings: { deviceIds: ['paw-2', 'Paw-1'] },
      expect: 'nothing',
    },
    {
      name: 'from a workstation',
      records: [on(-10, workstation), activation()],
      expect: 'nothing',
    },
    {
      name: 'from a device that is managed, and of which compliance is not asked',
      records: [on(-10, { ...workstation, isCompliant: false }), activation()],
      expect: 'nothing',
    },
    {
      name: 'from a device that is compliant, and joined to nothing',
      records: [on(-10, { ...workstation, isManaged: false }), activation()],
      expect: 'nothing',
    },
    {
      name: 'from a device that nobody has judged',
      records: [on(-10, { operatingSystem: 'Windows 11' }), activation()],
      expect: 'nothing',
    },
    {
      name: 'from a device of which nothing is told but that',
      records: [on(-10, { deviceId: '', isCompliant: false, isManaged: false }), activation()],
      expect: 'nothing',
    },
    {
      name: 'from a workstation, after another device',
      records: [on(-20, own), activation(), on(-10, workstation)],
      expect: 'nothing',
    },
    {
      name: 'from a device that is not managed, after a workstation',
      records: [on(-20, workstation), on(-10, own), activation()],
      expect: 'high',
    },
    {
      name: 'from another address than the sign-in',
      records: [on(-10, own, { ipAddress: '192.0.2.7' }), activation()],
      expect: 'nothing',
    },
    { name: 'long after the sign-in', records: [on(-61, own), activation()], expect: 'nothing' },
    { name: 'before the sign-in', records: [on(1, own), activation()], expect: 'nothing' },
    {
      name: 'after a sign-in that failed',
      records: [on(-10, own, { status: { errorCode: 50126 } }), activation()],
      expect: 'nothing',
    },
    {
      name: 'for somebody else',
      records: [
        on(-10, own, { userId: ada.id, userPrincipalName: ada.upn }),
        later(0, activates(ben, helpdeskAdministrator, {}, { initiatedBy: by(ada) })),
      ],
      expect: 'nothing',
    },
    {
      name: 'given, not activated',
      records: [on(-10, own), later(0, directRole(ben, helpdeskAdministrator))],
      expect: 'nothing',
    },
  ],
});

function matchOf(activation: ChangeTrace, signIn: SignInTrace) {
  const holder = receiverOf(activation);
  const role = activation.role ? nameOfRole(activation.role) : 'a role';
  const { id, name, os, browser } = signIn.device;
  const device = nameOf({ id: id ?? os ?? browser ?? 'an unknown device', name });
  return {
    key: [activation.recordId],
    title: `${nameOf(holder)} activated ${role} from ${device}`,
    summary: `${nameOf(holder)} activated ${role}, signed in from a device that is not one for administration: ${device}.`,
    subject: holder,
    actor: doerOf(activation),
    roles: activation.role ? [activation.role] : [],
    matter: ['role', activation.role?.templateId ?? '', activation.role?.scope ?? ''],
    at: activation.at,
    recordIds: [activation.recordId, signIn.id],
    details: {
      device,
      compliant: signIn.device.isCompliant,
      managed: signIn.device.isManaged,
      app: signIn.app,
      ip: signIn.ip,
      signedInAt: isoOf(signIn.at),
    },
  } satisfies Match;
}

/** Who may have activated a role, or signed in before they did. */
const accountsIn = (event: SignInEvent | AuditEvent, context: Context): string[] =>
  event.kind === 'audit'
    ? historiesOf(event, context).map(({ account }) => account)
    : [accountKey(event.account, context.watchlist)];

/** What PIM tells of an activation names no session: the address has to do, where it is told. */
const isSameAddress = (activation: ChangeTrace, signIn: SignInTrace) =>
  activation.ip === null || networkOf(activation.ip) === networkOf(signIn.ip ?? '');

/** Not of the list, if there is one; else known to be neither compliant nor managed. */
function isStrange(
  { id, os, browser, isCompliant, isManaged }: SignInTrace['device'],
  deviceIds: readonly string[],
): boolean {
  if (deviceIds.length > 0) return !deviceIds.some((one) => one.toLowerCase() === id);
  const isTold = (id ?? os ?? browser) !== null;
  const isJudged = isCompliant !== null || isManaged !== null;
  return isTold && isJudged && !isCompliant && !isManaged;
}
