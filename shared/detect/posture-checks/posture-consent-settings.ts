import type { Severity } from '../../severity.ts';
import type { Snapshot } from '../../watch/directory.ts';
import {
  definePostureCheck,
  type PostureMatch,
  tenantParty,
  type Unknown,
  unread,
} from '../posture-check.ts';
import { nameOf } from '../wording.ts';

const guestRoles = {
  member: 'a0b1b346-4d3e-4e8b-98f8-753987be4970',
  usual: '10dae51f-b6af-4016-8d66-8c2a99b929b3',
};
const closed = {
  userConsentPolicies: ['ManagePermissionGrantsForSelf.microsoft-user-default-low'],
  usersMayRegisterApps: false,
  invitesFrom: 'adminsAndGuestInviters',
  guestRoleId: guestRoles.usual,
};
const consent = (fields: object = {}) => ({ consent: { ...closed, ...fields } });
const policies = (...names: string[]) => consent({ userConsentPolicies: names });

export default definePostureCheck({
  id: 'posture-consent-settings',
  title: 'Ordinary users may let apps or guests in',
  severity: 'medium',
  severityVaries:
    'Low for what Microsoft manages as its recommendation, and for invitations that anybody may send.',
  categories: ['Graph'],
  techniques: ['T1528', 'T1671', 'T1136.003'],
  source: 'https://learn.microsoft.com/entra/identity/enterprise-apps/configure-user-consent',
  why: 'One click of one person, an administrator among them, gives an app of a stranger mail and files for good, past MFA and a new password. What anybody may register or invite is how such an app, or its maker, gets in.',
  triage: [
    'Consent: allow verified publishers and low-risk permissions at most, and let administrators decide on the rest by request.',
    'Look at the consents there are, and take away those that nobody knows.',
    'Registering apps and inviting guests: give it by role to those who need it.',
    'Guests: the usual guest role, or the one that sees only itself.',
  ],
  falsePositives: [
    'A tenant for development, where everybody registers apps.',
    "Microsoft's recommended policy changes by itself; look at what it allows today.",
    'Allowing well-known mail clients and low-risk permissions is fine, and not told.',
  ],

  check({ snapshot, tenant }) {
    const settings = snapshot.consent ?? {};
    const judged = rules.map((rule) => ({ ...rule, is: rule.judge(settings) }));
    const found = judged.flatMap(({ key, title, is, say }): PostureMatch[] =>
      is === 'fine' || is === 'unknown'
        ? []
        : [
            {
              key: [key],
              title,
              summary: say(settings),
              severity: is,
              subject: tenantParty(tenant),
              matter: ['tenant-policy', key],
            },
          ],
    );
    const isUntold = judged.some(({ is }) => is === 'unknown');
    const own = consentsIn(settings).filter((name) => !shipped.has(name));
    return [
      ...found,
      ...(isUntold ? [unread(snapshot, 'consent')] : []),
      ...own.map((name): Unknown => {
        const policy = nameOf({ id: null, name });
        return { unknown: `What the tenant's own consent policy ${policy} allows was not read.` };
      }),
    ];
  },

  examples: () => [
    {
      name: 'users may consent to anything',
      directory: policies('ManagePermissionGrantsForSelf.microsoft-user-default-legacy'),
      expect: 'medium',
    },
    {
      name: 'to anything, beside a policy of their own',
      directory: policies('own', 'microsoft-user-default-legacy'),
      expect: 'medium',
    },
    {
      name: 'to what Microsoft recommends',
      directory: policies('Microsoft-User-Default-Recommended', 'microsoft-user-default-low'),
      expect: 'low',
    },
    {
      name: 'everybody registers apps',
      directory: consent({ usersMayRegisterApps: true }),
      expect: 'medium',
    },
    { name: 'everybody invites', directory: consent({ invitesFrom: 'everyone' }), expect: 'low' },
    {
      name: 'guests see what members see',
      directory: consent({ guestRoleId: guestRoles.member.toUpperCase() }),
      expect: 'medium',
    },
    {
      name: 'guests as members, and nothing else is known',
      directory: { consent: { guestRoleId: guestRoles.member } },
      expect: 'medium',
    },
    { name: 'all is closed', directory: consent(), expect: 'nothing' },
    { name: 'no consent at all', directory: policies(), expect: 'nothing' },
    {
      name: 'well-known mail clients are let in',
      directory: policies(
        'ManagePermissionGrantsForSelf.microsoft-user-allow-default-consent-apps',
      ),
      expect: 'nothing',
    },
    {
      name: 'owners of teams may consent for their team',
      directory: policies('ManagePermissionGrantsForOwnedResource.microsoft-user-default-legacy'),
      expect: 'nothing',
    },
    {
      name: 'members invite',
      directory: consent({ invitesFrom: 'adminsGuestInvitersAndAllMembers' }),
      expect: 'nothing',
    },
    { name: 'nothing was read', expect: 'unknown' },
    {
      name: 'a consent policy of their own may allow little or much',
      directory: policies('ManagePermissionGrantsForSelf.own'),
      expect: 'unknown',
    },
    ...Object.keys(closed).flatMap((field) =>
      [undefined, null].map((value) => ({
        name: `${field} is ${value === null ? 'null' : 'left out'}`,
        directory: consent({ [field]: value }),
        expect: 'unknown' as const,
      })),
    ),
  ],
});

type Settings = NonNullable<Snapshot['consent']>;
type Grade = Severity | 'fine' | 'unknown';

const legacy = 'microsoft-user-default-legacy';
const recommended = 'microsoft-user-default-recommended';
const shipped: ReadonlySet<string> = new Set([
  ...[legacy, recommended, 'microsoft-user-default-low'],
  'microsoft-user-allow-default-consent-apps',
]);

/** The gravest first. */
const rules: readonly {
  key: string;
  title: string;
  judge(settings: Settings): Grade;
  say(settings: Settings): string;
}[] = [
  {
    key: 'consent',
    title: 'Users may consent to apps by themselves',
    judge(settings) {
      if (!settings.userConsentPolicies) return 'unknown';
      const names = consentsIn(settings);
      if (names.includes(legacy)) return 'medium';
      return names.includes(recommended) ? 'low' : 'fine';
    },
    say: (settings) =>
      `Every user may consent, without an administrator, to ${
        consentsIn(settings).includes(legacy)
          ? 'any app of anybody'
          : "whatever Microsoft's recommendation of the day allows"
      }.`,
  },
  {
    key: 'apps',
    title: 'Users may register apps',
    judge: ({ usersMayRegisterApps }) => gradeOf(usersMayRegisterApps, true, 'medium'),
    say: () => 'Every user may register applications, and make secrets for them.',
  },
  {
    key: 'guests',
    title: 'Guests see as much of the directory as members',
    judge: ({ guestRoleId }) => gradeOf(guestRoleId, guestRoles.member, 'medium'),
    say: () => 'Guests see who is administrator, who is in which group, and every application.',
  },
  {
    key: 'invitations',
    title: 'Anybody may invite guests',
    judge: ({ invitesFrom }) => gradeOf(invitesFrom?.toLowerCase(), 'everyone', 'low'),
    say: () => 'Everybody may invite guests, and guests may invite more.',
  },
];

const gradeOf = <T>(told: T | null | undefined, open: T, severity: Severity): Grade =>
  told === open ? severity : told === null || told === undefined ? 'unknown' : 'fine';

/** The policies for users themselves; owners of groups and chats have others. */
const consentsIn = ({ userConsentPolicies }: Settings): string[] =>
  (userConsentPolicies ?? [])
    .map((written) => written.toLowerCase())
    .filter((written) => !written.startsWith('managepermissiongrantsforownedresource.'))
    .map((written) => written.replace(/^managepermissiongrantsforself\./, ''));
