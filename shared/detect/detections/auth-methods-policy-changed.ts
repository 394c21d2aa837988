import type { AuditEvent } from '../../read/event.ts';
import { isGuid } from '../../read/raw.ts';
import { highestSeverity, type Severity, severityRank } from '../../severity.ts';
import { defineDetection } from '../detection.ts';
import { policyRow } from '../example-policies.ts';
import {
  changedSettings,
  namesOnly,
  type SettingChange,
  saysOff,
  saysOn,
} from '../policy-settings.ts';
import { oneClick } from '../role-grants.ts';
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
/** One method of the policy, with a neighbour that stays as it is. */
const method = (id: string, more: object) => ({
  authenticationMethodConfigurations: [
    { id: 'SoftwareOath', state: 'enabled' },
    { id, ...more },
  ],
});
const turned = (id: string, before: string, after: string) =>
  methods(method(id, { state: before }), method(id, { state: after }));
const provider = '00000000-0000-4000-8000-000000000061';
const external = (state: string, discoveryUrl: string) =>
  method(provider, { state, openIdConnectSetting: { discoveryUrl } });
const company = (changes: Parameters<typeof policyRow>[1]) =>
  policyRow('Set Company Information', changes, { category: 'DirectoryManagement' });
const authority = (issuer: string) => ({ trustedIssuer: issuer, authorityType: 0 });

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

  examples: [
    {
      name: 'certificates switched on',
      records: [turned('X509Certificate', 'disabled', 'enabled')],
      expect: 'high',
    },
    {
      name: 'certificates switched on, nothing else is told',
      records: [
        methods(
          { authenticationMethodConfigurations: [{ id: 'X509Certificate', state: 'disabled' }] },
          { authenticationMethodConfigurations: [{ id: 'X509Certificate', state: 'enabled' }] },
        ),
      ],
      expect: 'high',
    },
    {
      name: 'certificates switched off',
      records: [turned('X509Certificate', 'enabled', 'disabled')],
      expect: 'nothing',
    },
    {
      name: 'a certificate counts as two factors',
      records: [
        methods(
          method('X509Certificate', {
            authenticationModeConfiguration: {
              x509CertificateAuthenticationDefaultMode: 'x509CertificateSingleFactor',
            },
          }),
          method('X509Certificate', {
            authenticationModeConfiguration: {
              x509CertificateAuthenticationDefaultMode: 'x509CertificateMultiFactor',
            },
          }),
        ),
      ],
      expect: 'high',
    },
    {
      name: 'a certificate counts as one factor',
      records: [
        methods(
          method('X509Certificate', {
            mode: { x509CertificateAuthenticationDefaultMode: 'x509CertificateMultiFactor' },
          }),
          method('X509Certificate', {
            mode: { x509CertificateAuthenticationDefaultMode: 'x509CertificateSingleFactor' },
          }),
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'another provider',
      records: [
        methods(
          external('enabled', 'https://id.example.com/'),
          external('enabled', 'https://id.example.net/'),
        ),
      ],
      expect: 'high',
    },
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
      name: 'a provider switched on again',
      records: [
        methods(
          external('disabled', 'https://id.example.com/'),
          external('enabled', 'https://id.example.com/'),
        ),
      ],
      expect: 'high',
    },
    {
      name: 'a provider gets another setting',
      records: [
        methods(method(provider, { isLogged: false }), method(provider, { isLogged: true })),
      ],
      expect: 'nothing',
    },
    {
      name: 'a provider taken away',
      records: [methods(external('enabled', 'https://id.example.com/'), method('Sms', {}))],
      expect: 'nothing',
    },
    {
      name: 'passes switched on',
      records: [turned('TemporaryAccessPass', 'disabled', 'enabled')],
      expect: 'high',
    },
    {
      name: 'passes can be used again',
      records: [
        methods(
          method('TemporaryAccessPass', { isUsableOnce: true }),
          method('TemporaryAccessPass', { isUsableOnce: false }),
        ),
      ],
      expect: 'high',
    },
    {
      name: 'passes can be used once',
      records: [
        methods(
          method('TemporaryAccessPass', { isUsableOnce: false }),
          method('TemporaryAccessPass', { isUsableOnce: true }),
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'passes for more people',
      records: [
        methods(
          method('TemporaryAccessPass', {
            includeTargets: [{ id: 'group-1', targetType: 'group' }],
          }),
          method('TemporaryAccessPass', {
            includeTargets: [
              { id: 'group-1', targetType: 'group' },
              { id: 'all_users', targetType: 'group' },
            ],
          }),
        ),
      ],
      expect: 'medium',
    },
    {
      name: 'the same people must register',
      records: [
        methods(
          method('X509Certificate', {
            includeTargets: [{ id: 'all_users', isRegistrationRequired: false }],
          }),
          method('X509Certificate', {
            includeTargets: [{ id: 'all_users', isRegistrationRequired: true }],
          }),
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'certificates for fewer people',
      records: [
        methods(
          method('X509Certificate', { includeTargets: [{ id: 'all_users', targetType: 'group' }] }),
          method('X509Certificate', { includeTargets: [] }),
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'certificates for more people',
      records: [
        methods(
          method('X509Certificate', { includeTargets: [] }),
          method('X509Certificate', { includeTargets: [{ id: 'all_users', targetType: 'group' }] }),
        ),
      ],
      expect: 'medium',
    },
    {
      name: 'prompts without number matching',
      records: [
        methods(
          method('MicrosoftAuthenticator', {
            featureSettings: { numberMatchingRequiredState: { state: 'enabled' } },
          }),
          method('MicrosoftAuthenticator', {
            featureSettings: { numberMatchingRequiredState: { state: 'disabled' } },
          }),
        ),
      ],
      expect: 'high',
    },
    { name: 'text messages', records: [turned('Sms', 'disabled', 'enabled')], expect: 'medium' },
    { name: 'calls', records: [turned('Voice', 'disabled', 'enabled')], expect: 'medium' },
    { name: 'mail', records: [turned('Email', 'disabled', 'enabled')], expect: 'medium' },
    {
      name: 'no security keys',
      records: [turned('Fido2', 'enabled', 'disabled')],
      expect: 'medium',
    },
    {
      name: 'security keys',
      records: [turned('Fido2', 'disabled', 'enabled')],
      expect: 'nothing',
    },
    {
      name: 'no authenticator',
      records: [turned('MicrosoftAuthenticator', 'enabled', 'disabled')],
      expect: 'medium',
    },
    {
      name: 'keys of any make',
      records: [
        methods(
          method('Fido2', { isAttestationEnforced: true }),
          method('Fido2', { isAttestationEnforced: false }),
        ),
      ],
      expect: 'medium',
    },
    {
      name: 'keys of any model',
      records: [
        methods(
          method('Fido2', { keyRestrictions: { isEnforced: true } }),
          method('Fido2', { keyRestrictions: { isEnforced: false } }),
        ),
      ],
      expect: 'medium',
    },
    {
      name: 'nobody can report a prompt',
      records: [
        methods(
          { reportSuspiciousActivitySettings: { state: 'enabled' } },
          { reportSuspiciousActivitySettings: { state: 'disabled' } },
        ),
      ],
      expect: 'medium',
    },
    {
      name: 'people are asked to register',
      records: [
        methods(
          { registrationEnforcement: { campaign: { state: 'default' } } },
          { registrationEnforcement: { campaign: { state: 'enabled' } } },
        ),
      ],
      expect: 'nothing',
    },
    { name: 'nothing is told', records: [methods(null, null)], expect: 'low' },
    {
      name: 'reset to what it was at first',
      records: [policyRow('Authentication Methods Policy Reset', {})],
      expect: 'medium',
    },
    {
      name: 'a root certificate',
      records: [
        company({
          TrustedCAsForPasswordlessAuth: [
            [authority('a'), authority('b')],
            [authority('a'), authority('b'), authority('c')],
          ],
        }),
      ],
      expect: 'high',
    },
    {
      name: 'a root certificate, by name only',
      records: [
        company({ 'Included Updated Properties': [null, '"TrustedCAsForPasswordlessAuth"'] }),
      ],
      expect: 'high',
    },
    {
      name: 'one root certificate less',
      records: [
        company({
          TrustedCAsForPasswordlessAuth: [
            [authority('a'), authority('b'), authority('c')],
            [authority('a'), authority('b')],
          ],
        }),
      ],
      expect: 'nothing',
    },
    {
      name: 'no root certificate any more, and another address',
      records: [
        company({ TrustedCAsForPasswordlessAuth: [[authority('a')], []], Street: ['a', 'b'] }),
      ],
      expect: 'nothing',
    },
    {
      name: 'one root certificate instead of another',
      records: [
        company({
          TrustedCAsForPasswordlessAuth: [
            ['a', 'b'],
            ['b', 'c'],
          ],
        }),
      ],
      expect: 'high',
    },
    {
      name: 'its name elsewhere',
      records: [policyRow('Update company', { TrustedCAsForPasswordlessAuth: [[], ['a']] })],
      expect: 'nothing',
    },
    {
      name: 'the address of the company',
      records: [company({ Street: ['a', 'b'] })],
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
        company({ 'Included Updated Properties': [null, '"TrustedCAsForPasswordlessAuth"'] }),
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
