import type { Party } from '../../finding.ts';
import { builtInRoleName, globalAdministrator, isTenantWide, roleTier } from '../../roles.ts';
import { highestSeverity, type Severity } from '../../severity.ts';
import type { Snapshot } from '../../watch/directory.ts';
import { helpdeskAdministrator, people } from '../examples/tenant.ts';
import { administrators } from '../posture/administrators.ts';
import { privilegedAssignments } from '../posture/assignments.ts';
import {
  definePostureCheck,
  type PostureContext,
  type PostureMatch,
  type Unknown,
  unread,
} from '../posture-check.ts';
import { listOf, nameOf } from '../wording.ts';

const sound = {
  roleTemplateId: helpdeskAdministrator,
  roleName: 'Helpdesk Administrator',
  maxActivationHours: 8,
  requiresMfa: true,
  requiresAuthenticationContext: false,
  requiresJustification: true,
  requiresApproval: false,
  approvers: 0,
  allowsPermanentActive: false,
  allowsPermanentEligible: true,
  notifiesOnActivation: true,
};
const lesser = (fields: object = {}) => ({ pimSettings: [{ ...sound, ...fields }] });
const global = (fields: object = {}) =>
  lesser({ roleTemplateId: globalAdministrator, requiresApproval: true, approvers: 2, ...fields });
const [privilegedRole, reader] = [
  'e8611ab8-c189-46e8-94e1-60213ab1f814',
  '88d8e3e3-8f55-4a1e-953a-9b9898b8876b',
];
const holding = (templateId: string, fields: object = {}) => ({
  assignments: [{ roleTemplateId: templateId, state: 'eligible', ...fields }],
});
const ben = { id: people.ben.id, type: 'user', userPrincipalName: people.ben.upn, enabled: true };

export default definePostureCheck({
  id: 'posture-pim-role-settings',
  title: 'PIM asks too little before a role is activated',
  severity: 'medium',
  severityVaries:
    'High for roles of the top tier, and where approval is asked for and only break-glass accounts could give it. Low for what is missing by itself without opening the role: approval at the top tier, approvers by name, permanent assignments that are allowed (medium for Privileged Role and Privileged Authentication Administrator).',
  categories: ['Graph'],
  techniques: ['T1078.004', 'T1098.003'],
  source:
    'https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-how-to-change-default-settings',
  why: 'Being eligible protects only as far as activation asks for something that a thief of the password or the session does not have.',
  triage: [
    'PIM, Microsoft Entra roles, the role, Settings: ask for MFA or an authentication context, and for a reason.',
    'As short as the work takes; top roles an hour or two, and approved by somebody else.',
    'Name two approvers at least. Without any, whoever is active as Global or Privileged Role Administrator has to approve.',
    'Let somebody hear of each activation.',
  ],
  falsePositives: [
    'Roles that nobody holds are left out.',
    'Global Administrator must be assignable for good while break-glass accounts are made: allow it for that hour.',
    'MFA that a Conditional Access policy asked for at the sign-in is not asked for again at activation.',
  ],

  check(context) {
    const { snapshot, watchlist, now } = context;
    const held = snapshot.pimSettings?.filter(
      ({ roleTemplateId }) => (watchlist.holdersOf(roleTemplateId, now) ?? []).length > 0,
    );
    const answers = held?.flatMap((setting): (PostureMatch | Unknown)[] => {
      const { roleTemplateId: id, roleName } = setting;
      const subject: Party = { type: 'role', id, name: builtInRoleName(id) ?? roleName ?? null };
      const flaws = flawsOf(setting, context);
      const found = flaws.filter(({ is }) => is);
      const unknown = flaws.some(({ is }) => is === undefined)
        ? [{ ...unread(snapshot, 'pimSettings'), about: subject }]
        : [];
      if (found.length === 0) return unknown;
      const what = found.map((flaw) => flaw.what);
      return [
        {
          key: [id],
          title: `PIM, ${nameOf(subject)}: ${listOf(what)}`,
          summary: `What is wrong with the settings of ${nameOf(subject)} in PIM: ${what.join(', ')}.`,
          severity: highestSeverity(found.map((flaw) => flaw.severity)),
          subject,
          roles: [{ templateId: id, name: nameOf(subject), scope: '/' }],
          matter: ['pim-control'],
          details: { flaws: what },
        },
      ];
    });
    return answers ?? [unread(snapshot, 'pimSettings')];
  },

  examples: () => [
    {
      name: 'no MFA',
      others: [{ ...ben, ...holding(helpdeskAdministrator) }],
      directory: lesser({ requiresMfa: false }),
      expect: 'medium',
    },
    { name: 'no MFA for the top role', directory: global({ requiresMfa: false }), expect: 'high' },
    { name: 'no reason', directory: global({ requiresJustification: false }), expect: 'high' },
    { name: 'longer than allowed', directory: global({ maxActivationHours: 8.5 }), expect: 'high' },
    {
      name: 'as the policy says',
      directory: global({ maxActivationHours: 2 }),
      settings: { maxHours: 1 },
      expect: 'high',
    },
    {
      name: 'nobody hears of it',
      directory: global({ notifiesOnActivation: false }),
      expect: 'high',
    },
    {
      name: 'no approval for the top role',
      directory: global({ requiresApproval: false }),
      expect: 'low',
    },
    {
      name: 'no approval, and no reason for the top role',
      directory: global({ requiresApproval: false, requiresJustification: false }),
      expect: 'high',
    },
    {
      name: 'for good, for the top role',
      directory: global({ allowsPermanentActive: true }),
      expect: 'low',
    },
    {
      name: 'for good, for another of the top tier',
      account: holding(privilegedRole),
      directory: global({ roleTemplateId: privilegedRole, allowsPermanentActive: true }),
      expect: 'medium',
    },
    {
      name: 'for good, for a lesser role',
      account: holding(helpdeskAdministrator),
      directory: lesser({ allowsPermanentActive: true }),
      expect: 'low',
    },
    {
      name: 'nobody is named to approve, but she is there',
      directory: global({ approvers: 0 }),
      expect: 'low',
    },
    {
      name: 'nobody is named to approve, and nobody is active',
      account: holding(globalAdministrator),
      directory: global({ approvers: 0 }),
      expect: 'high',
    },
    {
      name: 'nobody is named to approve, and she has it for an hour',
      account: holding(globalAdministrator, { state: 'activated' }),
      directory: global({ approvers: 0 }),
      expect: 'high',
    },
    {
      name: 'nobody is named to approve, and she is it in a part of the tenant',
      account: holding(privilegedRole, { state: 'active', scope: '/administrativeUnits/1' }),
      directory: global({ roleTemplateId: privilegedRole, approvers: 0 }),
      expect: 'high',
    },
    {
      name: 'nobody is named to approve but a break-glass account',
      declared: 'emergency',
      directory: global({ approvers: 0 }),
      expect: 'high',
    },
    {
      name: 'nobody is named to approve, and she is something else',
      account: holding(helpdeskAdministrator, { state: 'active' }),
      directory: lesser({ requiresApproval: true }),
      expect: 'high',
    },
    {
      name: 'something is wrong, whatever else is not known',
      directory: global({ requiresMfa: false, maxActivationHours: null }),
      expect: 'high',
    },
    { name: 'all is asked for', directory: global(), expect: 'nothing' },
    {
      name: 'a lesser role needs no approval',
      account: holding(helpdeskAdministrator),
      directory: lesser(),
      expect: 'nothing',
    },
    {
      name: 'an authentication context instead of MFA',
      directory: global({ requiresMfa: false, requiresAuthenticationContext: true }),
      expect: 'nothing',
    },
    {
      name: 'MFA, and nobody knows of a context',
      directory: global({ requiresAuthenticationContext: null }),
      expect: 'nothing',
    },
    {
      name: 'a role that nobody holds',
      directory: lesser({ requiresMfa: false }),
      expect: 'nothing',
    },
    {
      name: 'a role without privilege',
      account: holding(reader),
      directory: lesser({ roleTemplateId: reader, requiresMfa: false }),
      expect: 'nothing',
    },
    { name: 'the settings were not read', expect: 'unknown' },
    ...[
      ...['maxActivationHours', 'requiresMfa', 'requiresJustification', 'requiresApproval'],
      ...['approvers', 'allowsPermanentActive', 'notifiesOnActivation'],
    ].flatMap((field) =>
      [undefined, null].map((value) => ({
        name: `${field} is ${value === null ? 'null' : 'left out'}`,
        directory: global({ [field]: value }),
        expect: 'unknown' as const,
      })),
    ),
    {
      name: 'no MFA, and nobody knows of a context',
      directory: global({ requiresMfa: false, requiresAuthenticationContext: undefined }),
      expect: 'unknown',
    },
  ],
});

type Setting = NonNullable<Snapshot['pimSettings']>[number];
type Told = boolean | null | undefined;
/** `is` undefined: not known. */
type Flaw = { is: boolean | undefined; what: string; severity: Severity };

function flawsOf(setting: Setting, context: PostureContext<'posture-pim-role-settings'>): Flaw[] {
  const { roleTemplateId, maxActivationHours, requiresApproval } = setting;
  const isTop = roleTier(roleTemplateId) === 0;
  const severity = isTop ? 'high' : 'medium';
  const mfa = either(setting.requiresMfa, setting.requiresAuthenticationContext);
  return [
    { is: not(mfa), what: 'no MFA', severity },
    { is: not(setting.requiresJustification), what: 'no reason', severity },
    {
      is: longer(maxActivationHours, context.settings.maxHours),
      what: `up to ${maxActivationHours} hours`,
      severity,
    },
    { is: not(setting.notifiesOnActivation), what: 'nobody hears of it', severity },
    flawOfPermanence(setting),
    flawOfApprovers(setting, context),
    ...(isTop
      ? [{ is: not(requiresApproval), what: 'no approval', severity: 'low' as const }]
      : []),
  ];
}

/** Break-glass accounts need it: for the role that those have it is no flaw that weighs. */
function flawOfPermanence({ roleTemplateId, allowsPermanentActive }: Setting): Flaw {
  const isGrave = roleTier(roleTemplateId) === 0 && roleTemplateId !== globalAdministrator;
  const severity = isGrave ? 'medium' : 'low';
  return { is: allowsPermanentActive ?? undefined, what: 'may be held for good', severity };
}

/**
 * Where nobody is named, whoever is active as Global or Privileged Role Administrator approves.
 *
 * @see https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-how-to-change-default-settings
 */
function flawOfApprovers(
  { requiresApproval, approvers }: Setting,
  context: Pick<PostureContext, 'watchlist' | 'now'>,
): Flaw {
  const isAsked = requiresApproval ?? undefined;
  const isNobody = approvers === null || approvers === undefined ? undefined : approvers === 0;
  const isOpen = hasStandingApprover(context);
  const what = isOpen ? 'no approver is named' : 'only break-glass accounts could approve';
  return { is: isAsked ? isNobody : isAsked, what, severity: isOpen ? 'low' : 'high' };
}

const hasStandingApprover = (context: Pick<PostureContext, 'watchlist' | 'now'>) =>
  administrators(context).some((account) =>
    privilegedAssignments(account, context)?.some(
      ({ role, state }) =>
        isTenantWide(role.templateId) &&
        role.scope === '/' &&
        state !== 'eligible' &&
        state !== 'activated',
    ),
  );

/** What is not told is neither. */
const not = (told: Told) => (told === true ? false : told === false ? true : undefined);

/** One of them is enough; that neither is there, both must tell. */
function either(one: Told, other: Told): Told {
  if ([one, other].includes(true)) return true;
  return one === other ? one : undefined;
}

const longer = (hours: number | null | undefined, most: number) =>
  hours === null || hours === undefined ? undefined : hours > most;
