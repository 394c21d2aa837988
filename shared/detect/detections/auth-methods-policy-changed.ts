import type { AuditEvent } from '../../read/event.ts';
import { isGuid } from '../../read/raw.ts';
import { highestSeverity, type Severity, severityRank } from '../../severity.ts';
import { defineDetection } from '../detection.ts';
import { policyRow } from '../examples/policies.ts';
import {
  changedSettings,
  namesOnly,
  type SettingChange,
  saysOff,
  saysOn,
} from '../rows/policy-settings.ts';
import { oneClick } from '../rows/role-grants.ts';
import { auditDetails, listOf, nameOf } from '../wording.ts';

type Change = { what: string; severity: Severity };
type Rule = Change & { path: RegExp; is(change: SettingChange): boolean };

const on = ({ after }: SettingChange) => saysOn(after);
const off = ({ after }: SettingChange) => saysOff(after);
const added = ({ before }: SettingChange) => before === undefined;

/** How the policy of methods lets more in than before. What is not listed here lets nobody in. */
const rules: readonly Rule[] = [
  {
    path: /\/discoveryurl$/,
    is: ({ after }) => after !== undefined,
    what: 'another provider proves who somebody is',
    severity: 'high',
  },
  { path: /\/x509certificate\/state$/, is: on, what: 'certificates let in', severity: 'high' },
  {
    path: /\/x509certificateauthenticationdefaultmode$/,
    is: ({ after }) => /multifactor/i.test(String(after)),
    what: 'a certificate counts as two factors',
    severity: 'high',
  },
  {
    path: /\/temporaryaccesspass\/state$/,
    is: on,
    what: 'Temporary Access Passes let in',
    severity: 'high',
  },
  {
    path: /\/isusableonce$/,
    is: off,
    what: 'Temporary Access Passes can be used again',
    severity: 'high',
  },
  {
    path: /numbermatching\w*\/state$/,
    is: off,
    what: 'prompts without number matching',
    severity: 'high',
  },
  {
    path: /\/(sms|voice|email)\/state$/,
    is: on,
    what: 'a weak method lets in',
    severity: 'medium',
  },
  {
    path: /\/(fido2|microsoftauthenticator)\/state$/,
    is: off,
    what: 'a strong method is gone',
    severity: 'medium',
  },
  {
    path: /\/(isattestationenforced|keyrestrictions\/isenforced)$/,
    is: off,
    what: 'any kind of security key lets in',
    severity: 'medium',
  },
  {
    path: /\/reportsuspiciousactivitysettings\/state$/,
    is: off,
    what: 'nobody can report a prompt',
    severity: 'medium',
  },
  {
    path: /\/(x509certificate|temporaryaccesspass)\/includetargets\//,
    is: added,
    what: 'a method for more people',
    severity: 'medium',
  },
];

const ofMethods = /^(authentication methods policy update|update authentication methods policy)$/;
const certificates = 'trustedcasforpasswordlessauth';

const methods = (before: object | null, after: object | null, fields: object = {}) =>
  policyRow(
    'Authentication Methods Policy Update',
    { AuthenticationMethodsPolicy: [before, after] },
    { category: 'ApplicationManagement', ...fields },
  );
const company = (changes: Parameters<typeof policyRow>[1]) =>
  policyRow('Set Company Information', changes, { category: 'DirectoryManagement' });
const roots = (...issuers: string[]) => issuers.map((trustedIssuer) => ({ trustedIssuer }));
const byName = {
  'Included Updated Properties': [null, '"TrustedCAsForPasswordlessAuth"'],
} as const;

/** One method of the policy, with a neighbour that stays as it is. */
const method = (id: string, settings: object) => ({
  authenticationMethodConfigurations: [
    { id: 'SoftwareOath', state: 'enabled' },
    { id, ...settings },
  ],
});
const [isOn, isOff] = [{ state: 'enabled' }, { state: 'disabled' }];
const provider = '00000000-0000-4000-8000-000000000061';
const at = (discoveryUrl: string, state = 'enabled') =>
  method(provider, { state, openIdConnectSetting: { discoveryUrl } });
const mode = (x509CertificateAuthenticationDefaultMode: string) =>
  method('X509Certificate', { mode: { x509CertificateAuthenticationDefaultMode } });
const forGroups = (id: string, ...groups: string[]) =>
  method(id, { includeTargets: groups.map((one) => ({ id: one, targetType: 'group' })) });
const mustRegister = (isRegistrationRequired: boolean) =>
  method('X509Certificate', { includeTargets: [{ id: 'all_users', isRegistrationRequired }] });
const matching = (numberMatchingRequiredState: object) =>
  method('MicrosoftAuthenticator', { featureSettings: { numberMatchingRequiredState } });
const alone = (state: string) => ({
  authenticationMethodConfigurations: [{ id: 'X509Certificate', state }],
});

type Policy = object | null;
const ofPolicy: readonly (readonly [string, Policy, Policy, Severity | 'nothing'])[] = [
  ['certificates on', method('X509Certificate', isOff), method('X509Certificate', isOn), 'high'],
  ['certificates on, nothing else is told', alone('disabled'), alone('enabled'), 'high'],
  [
    'certificates off',
    method('X509Certificate', isOn),
    method('X509Certificate', isOff),
    'nothing',
  ],
  [
    'a certificate is two factors',
    mode('x509CertificateSingleFactor'),
    mode('x509CertificateMultiFactor'),
    'high',
  ],
  [
    'a certificate is one factor',
    mode('x509CertificateMultiFactor'),
    mode('x509CertificateSingleFactor'),
    'nothing',
  ],
  [
    'certificates for fewer people',
    forGroups('X509Certificate', 'a', 'b'),
    forGroups('X509Certificate', 'a'),
    'nothing',
  ],
  [
    'certificates for more people',
    forGroups('X509Certificate'),
    forGroups('X509Certificate', 'a'),
    'medium',
  ],
  ['the same people must register', mustRegister(false), mustRegister(true), 'nothing'],
  ['another provider', at('https://id.example.com/'), at('https://id.example.net/'), 'high'],
  [
    'a provider on again',
    at('https://id.example.com/', 'disabled'),
    at('https://id.example.com/'),
    'high',
  ],
  [
    'a provider gets another setting',
    method(provider, { isLogged: false }),
    method(provider, { isLogged: true }),
    'nothing',
  ],
  ['a provider taken away', at('https://id.example.com/'), method('Sms', {}), 'nothing'],
  ['passes on', method('TemporaryAccessPass', isOff), method('TemporaryAccessPass', isOn), 'high'],
  [
    'passes can be used again',
    method('TemporaryAccessPass', { isUsableOnce: true }),
    method('TemporaryAccessPass', { isUsableOnce: false }),
    'high',
  ],
  [
    'passes can be used once',
    method('TemporaryAccessPass', { isUsableOnce: false }),
    method('TemporaryAccessPass', { isUsableOnce: true }),
    'nothing',
  ],
  [
    'passes for more people',
    forGroups('TemporaryAccessPass', 'a'),
    forGroups('TemporaryAccessPass', 'a', 'b'),
    'medium',
  ],
  ['prompts without numbers', matching(isOn), matching(isOff), 'high'],
  ['prompts with numbers', matching(isOff), matching(isOn), 'nothing'],
  ['text messages', method('Sms', isOff), method('Sms', isOn), 'medium'],
  ['calls', method('Voice', isOff), method('Voice', isOn), 'medium'],
  ['mail', method('Email', isOff), method('Email', isOn), 'medium'],
  ['no security keys', method('Fido2', isOn), method('Fido2', isOff), 'medium'],
  ['security keys', method('Fido2', isOff), method('Fido2', isOn), 'nothing'],
  [
    'no authenticator',
    method('MicrosoftAuthenticator', isOn),
    method('MicrosoftAuthenticator', isOff),
    'medium',
  ],
  [
    'keys of any make',
    method('Fido2', { isAttestationEnforced: true }),
    method('Fido2', { isAttestationEnforced: false }),
    'medium',
  ],
  [
    'keys of any model',
    method('Fido2', { keyRestrictions: { isEnforced: true } }),
    method('Fido2', { keyRestrictions: { isEnforced: false } }),
    'medium',
  ],
  [
    'nobody can report a prompt',
    { reportSuspiciousActivitySettings: isOn },
    { reportSuspiciousActivitySettings: isOff },
    'medium',
  ],
  [
    'people are asked to register',
    { registrationEnforcement: isOff },
    { registrationEnforcement: isOn },
    'nothing',
  ],
  ['nothing is told', null, null, 'low'],
];

export default defineDetection({
  id: 'auth-methods-policy-changed',
  title: 'Authentication methods weakened, or a root certificate trusted',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  severityVaries:
    'medium for weaker methods, keys and targets, and for a reset; low where the record does not tell what changed',
  categories: ['AuditLogs'],
  techniques: ['T1556', 'T1556.006'],
  source:
    'https://learn.microsoft.com/entra/identity/authentication/concept-authentication-methods-manage',
  why: 'Whoever owns a trusted certificate authority or an external provider, or may issue passes, can sign in as anybody.',
  triage: [
    'Read what was switched on and for whom; ask whoever did it.',
    'If nobody planned it: take it back, and look for sign-ins by that method and for methods registered since.',
  ],
  falsePositives: ['A planned rollout of certificates, passes or another provider.'],

  detect(event) {
    if (event.result !== 'success') return;
    const changes = changesIn(event);
    if (changes.length === 0) return;
    const severity = highestSeverity(changes.map((change) => change.severity));
    const what = listOf(changes.map((change) => change.what));
    const { key, gathered } = oneClick(event);
    return {
      key: [key],
      precedence: String(severityRank(severity)),
      title: `${nameOf(event.actor)} > authentication methods: ${what}`,
      summary: `${nameOf(event.actor)} changed how people prove who they are: ${what}.`,
      severity,
      subject: { type: 'policy', id: null, name: 'authentication methods' },
      matter: ['tenant-policy'],
      gathered,
      details: { ...auditDetails(event), changes: changes.map((change) => change.what) },
    };
  },

  examples: () => [
    ...ofPolicy.map(([name, before, after, expect]) => ({
      name,
      records: [methods(before, after)],
      expect,
    })),
    {
      name: 'a provider in a property of its own',
      records: [
        policyRow('Update authentication methods policy', {
          discoveryUrl: [null, 'https://id.example.net/'],
        }),
      ],
      expect: 'high',
    },
    {
      name: 'reset to what it was at first',
      records: [policyRow('Authentication Methods Policy Reset', {})],
      expect: 'medium',
    },
    {
      name: 'a root certificate',
      records: [
        company({ TrustedCAsForPasswordlessAuth: [roots('a', 'b'), roots('a', 'b', 'c')] }),
      ],
      expect: 'high',
    },
    {
      name: 'a root certificate, by name only',
      records: [company(byName)],
      expect: 'high',
    },
    {
      name: 'one root certificate less',
      records: [
        company({ TrustedCAsForPasswordlessAuth: [roots('a', 'b', 'c'), roots('a', 'b')] }),
      ],
      expect: 'nothing',
    },
    {
      name: 'one root certificate instead of another',
      records: [company({ TrustedCAsForPasswordlessAuth: [roots('a', 'b'), roots('b', 'c')] })],
      expect: 'high',
    },
    {
      name: 'no root certificate any more, and another address',
      records: [company({ TrustedCAsForPasswordlessAuth: [roots('a'), []], Street: ['a', 'b'] })],
      expect: 'nothing',
    },
    {
      name: 'the address of the company',
      records: [company({ Street: ['a', 'b'] })],
      expect: 'nothing',
    },
    {
      name: 'its name elsewhere',
      records: [policyRow('Update company', { TrustedCAsForPasswordlessAuth: [[], ['a']] })],
      expect: 'nothing',
    },
    {
      name: 'certificates set up',
      records: [policyRow('Add CertificationBasedAuthConfiguration', {})],
      expect: 'high',
    },
    {
      name: 'certificates taken down',
      records: [policyRow('Delete CertificationBasedAuthConfiguration', {})],
      expect: 'nothing',
    },
    {
      name: 'both rows of one change',
      records: [
        company(byName),
        policyRow('Add CertificationBasedAuthConfiguration', {}, { id: 'second' }),
      ],
      expect: 'high',
    },
    {
      name: 'refused',
      records: [methods(null, null, { result: 'failure' })],
      expect: 'nothing',
    },
  ],
});

function changesIn(event: AuditEvent): readonly Change[] {
  if (event.operation === 'authentication methods policy reset')
    return [{ what: 'reset to the defaults', severity: 'medium' }];
  if (/^add certificat\w+basedauthconfiguration$/.test(event.operation) || trustsAuthority(event))
    return [{ what: 'another certificate authority is trusted', severity: 'high' }];
  if (!ofMethods.test(event.operation)) return [];
  const changed = changedSettings(event);
  if (changed.length === 0)
    return [{ what: 'changed, the record does not tell how', severity: 'low' }];
  return changed.flatMap((change) => {
    const rule = rules.find(({ path, is }) => path.test(change.path) && is(change));
    return rule ?? (switchesProviderOn(change) ? provided : []);
  });
}

const provided = { what: 'another provider proves who somebody is', severity: 'high' } as const;

/** Methods of Entra's own have names; one of somebody else's has an id. */
function switchesProviderOn(change: SettingChange): boolean {
  const [key, method] = change.path.split('/').reverse();
  return key === 'state' && isGuid(method ?? '') && on(change);
}

function trustsAuthority(event: AuditEvent): boolean {
  if (event.operation !== 'set company information') return false;
  const names = event.targets.flatMap(({ changes }) => [
    ...changes.keys(),
    String(changes.get(namesOnly)?.after),
  ]);
  if (!names.some((name) => name.toLowerCase().includes(certificates))) return false;
  const changed = changedSettings(event).filter(({ path }) => path.startsWith(`/${certificates}`));
  return changed.length === 0 || changed.some(({ after }) => after !== undefined);
}
