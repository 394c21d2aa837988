import { globalAdministrator } from '../../roles.ts';
import { groups, people } from '../examples/tenant.ts';
import {
  type BreakGlassHealth,
  breakGlassHealth,
  faultTexts,
} from '../posture/break-glass-health.ts';
import { definePostureCheck, type PostureContext, tenantParty } from '../posture-check.ts';
import { nameOf } from '../wording.ts';

// Examples: Glass is all that a break-glass account must be, and Ada comes to be another one.
const permanent = {
  roleTemplateId: globalAdministrator,
  state: 'active',
  scope: '/',
  via: null,
  until: null,
};
const sound = {
  enabled: true,
  userType: 'Member',
  userPrincipalName: 'glass-2@example.onmicrosoft.com',
  identityIssuers: ['example.onmicrosoft.com'],
  onPremisesSynced: null,
  methods: ['passKeyDeviceBound'],
  memberOf: [],
  assignments: [permanent],
};
const glass = { ...sound, id: people.glass.id, type: 'user', userPrincipalName: people.glass.upn };
const noPolicies = { conditionalAccess: [] };
const declaring = (...emergency: string[]) => ({ accounts: { emergency } });

/** Glass is sound and enough; what is found is found of Ada. */
const besideGlass = {
  others: [glass],
  directory: noPolicies,
  tenant: declaring(people.ada.id, people.glass.id),
  settings: { least: 1 },
};
const ada = (fields: object = {}) => ({ ...sound, ...fields });
const assigned = (fields: object) => ({ assignments: [{ ...permanent, ...fields }] });

const policy = (fields: object = {}) => ({
  id: 'policy-1',
  name: 'MFA for all',
  state: 'enabled',
  includeUsers: ['all'],
  excludeUsers: [people.glass.id],
  grant: { operator: 'OR', controls: ['mfa'] },
  ...fields,
});
const policies = (...all: object[]) => ({ directory: { conditionalAccess: all } });
const gap = (part: string, why: string) => ({ part, why, detail: 'It was not read.' });

export default definePostureCheck({
  id: 'posture-breakglass-missing',
  title: 'Too few break-glass accounts that would work',
  severity: 'high',
  categories: ['Graph'],
  techniques: ['T1531', 'T1078.004'],
  source:
    'https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access',
  why: 'When a policy, a federation or a telephone network fails, or an intruder removes the administrators, only these accounts get anybody in again. Each must be free of whatever may fail.',
  triage: [
    'Have two accounts in the onmicrosoft.com domain, of nobody in particular, with Global Administrator for good, and name them in the policy under `accounts.emergency`.',
    'Mend what the finding names: enable it, give it passkeys kept in separate places, exclude it from Conditional Access.',
    'Then sign in with each of them once, and see that the alarm comes.',
  ],
  falsePositives: [
    'Methods are taken from a report that lags by a day or so: a passkey of today comes tomorrow.',
    'An account that signs in by certificate, where the report does not list certificates.',
  ],

  check(context) {
    const all = breakGlassHealth(context);
    const possible = all.filter(({ faults }) => faults.length === 0);
    return [
      ...all.filter(({ faults }) => faults.length > 0).map((one) => matchOf(one, all)),
      ...all.flatMap(({ party, unknown }) => (unknown ? { unknown, about: party } : [])),
      // Whether enough of those that are not wholly known are sound is not known either, and said above.
      ...(possible.length < context.settings.least ? [tooFew(all, context)] : []),
    ];
  },

  examples: () => [
    { ...besideGlass, name: 'two sound accounts', account: ada(), settings: {}, expect: 'nothing' },
    { name: 'none declared', expect: 'high' },
    {
      ...besideGlass,
      name: 'one sound account of two',
      tenant: declaring(people.glass.id),
      settings: {},
      expect: 'high',
    },
    {
      ...besideGlass,
      name: 'one sound account, named twice',
      tenant: declaring(people.glass.id, people.glass.upn),
      settings: {},
      expect: 'high',
    },
    {
      ...besideGlass,
      name: 'two sound accounts, named by UPN',
      account: ada(),
      tenant: declaring('glass-2@example.onmicrosoft.com', people.glass.upn),
      settings: {},
      expect: 'nothing',
    },
    { ...besideGlass, name: 'not in the directory', account: null, expect: 'high' },
    {
      ...besideGlass,
      name: 'not in the directory, by UPN',
      account: null,
      tenant: declaring('glass-2@example.onmicrosoft.com', people.glass.id),
      expect: 'high',
    },
    {
      ...besideGlass,
      name: 'an application',
      account: ada({ type: 'servicePrincipal' }),
      expect: 'high',
    },
    {
      ...besideGlass,
      name: 'not in what could be read',
      account: null,
      directory: { ...noPolicies, gaps: [gap('users', 'failed')] },
      expect: 'unknown',
    },
    { ...besideGlass, name: 'disabled', account: ada({ enabled: false }), expect: 'high' },
    {
      ...besideGlass,
      name: 'nobody tells whether it is enabled',
      account: ada({ enabled: undefined }),
      expect: 'unknown',
    },
    {
      ...besideGlass,
      name: 'a guest, whose name is in the onmicrosoft.com domain too',
      account: ada({ userType: 'Guest', userPrincipalName: people.gil.upn }),
      expect: 'high',
    },
    {
      ...besideGlass,
      name: 'synchronised',
      account: ada({ onPremisesSynced: true }),
      expect: 'high',
    },
    {
      ...besideGlass,
      name: 'synchronised once, and not any more',
      account: ada({ onPremisesSynced: false }),
      expect: 'nothing',
    },
    {
      ...besideGlass,
      name: 'nobody tells whether it is synchronised',
      account: ada({ onPremisesSynced: undefined }),
      expect: 'unknown',
    },
    {
      ...besideGlass,
      name: 'in a domain of our own',
      account: ada({ userPrincipalName: people.ada.upn }),
      expect: 'high',
    },
    {
      ...besideGlass,
      name: 'eligible only',
      account: ada(assigned({ state: 'eligible' })),
      expect: 'high',
    },
    {
      ...besideGlass,
      name: 'through a group',
      account: ada(assigned({ via: groups.operators.id })),
      expect: 'high',
    },
    {
      ...besideGlass,
      name: 'the report of methods lists none',
      account: ada({ methods: [] }),
      expect: 'high',
    },
    {
      ...besideGlass,
      name: 'a telephone only',
      account: ada({ methods: ['mobilePhone'] }),
      expect: 'high',
    },
    {
      ...besideGlass,
      name: 'the report of methods does not list it',
      account: ada({ methods: undefined }),
      expect: 'unknown',
    },
    {
      ...besideGlass,
      name: 'too few, though all that is known of the second is fine',
      account: ada({ methods: undefined }),
      settings: { least: 2 },
      expect: 'unknown',
    },
    {
      ...besideGlass,
      name: 'too few even if all that is not known is fine',
      account: ada({ methods: undefined }),
      settings: { least: 3 },
      expect: 'high',
    },
    {
      ...besideGlass,
      ...policies(policy()),
      name: 'caught by the only policy for all users',
      account: ada(),
      expect: 'high',
    },
    {
      ...besideGlass,
      ...policies(policy({ excludeUsers: [people.ada.id, people.glass.id] })),
      name: 'excluded from it',
      account: ada(),
      expect: 'nothing',
    },
    {
      ...besideGlass,
      name: 'the policies were not read',
      account: ada(),
      directory: {},
      expect: 'unknown',
    },
    {
      ...besideGlass,
      name: 'no licence for policies',
      account: ada(),
      directory: { gaps: [gap('conditionalAccess', 'licence')] },
      expect: 'nothing',
    },
  ],
});

function matchOf(
  { party, faults, policies: caughtBy }: BreakGlassHealth,
  all: readonly BreakGlassHealth[],
) {
  const texts = faults.map((fault) => faultTexts[fault]);
  const [gravest] = texts.map(([short]) => short);
  const others = faults.length - 1;
  const more = others > 0 ? `, and ${others} more fault${others > 1 ? 's' : ''}` : '';
  return {
    key: [party.id ?? party.name, ...faults],
    title: `${nameOf(party)}: break-glass account ${gravest}${more}`,
    summary: `The break-glass account ${nameOf(party)} may fail in an emergency. ${texts.map(([, sentence]) => sentence).join(' ')}`,
    subject: party,
    matter: ['account'] as const,
    details: { faults, policies: caughtBy, ...sharedMethodOf(all) },
  };
}

function tooFew(
  all: readonly BreakGlassHealth[],
  { tenant, settings: { least } }: PostureContext<'posture-breakglass-missing'>,
) {
  const healthy = all.filter(({ faults, unknown }) => faults.length === 0 && !unknown).length;
  return {
    key: ['too few'],
    title: `${healthy} of ${least} break-glass accounts ready`,
    summary:
      all.length === 0
        ? 'The policy declares no break-glass account: perhaps there is none, and nobody watches any.'
        : `Break-glass accounts declared: ${all.length}. Known to be as they must be: ${healthy}. Needed: ${least}.`,
    subject: tenantParty(tenant),
    matter: ['account', 'break-glass'] as const,
    details: {
      accounts: all.map(({ party }) => nameOf(party)),
      healthy,
      least,
      ...sharedMethodOf(all),
    },
  };
}

/** One kind of method is one way to fail, though it may be several keys. */
function sharedMethodOf(all: readonly BreakGlassHealth[]) {
  const [method, ...others] = new Set(all.flatMap(({ methods }) => methods));
  const isShared = others.length === 0 && all.every(({ methods }) => methods.length > 0);
  return { ...(all.length > 1 && isShared && { sharedMethod: method }) };
}
