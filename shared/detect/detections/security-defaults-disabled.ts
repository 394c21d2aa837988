import { defineDetection } from '../detection.ts';
import { policyRow } from '../examples/policies.ts';
import { changedSettings, saysOff, saysOn } from '../rows/policy-settings.ts';
import { oneClick } from '../rows/role-grants.ts';
import { auditDetails, nameOf } from '../wording.ts';

/** The protections of a tenant that are no Conditional Access policies. Nobody changes them twice a year. */
const operation =
  /^update (security defaults|identityprotectionpolicy|sign-in risk policy|user risk and mfa registration policy)$/;
const theSwitch = /(enabled|state|securitydefaults)$/;

const defaults = (before: unknown, after: unknown, fields: object = {}) =>
  policyRow('Update security defaults', { IsEnabled: [before, after] }, fields);

export default defineDetection({
  id: 'security-defaults-disabled',
  title: 'Security defaults or a risk policy switched off or changed',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  categories: ['AuditLogs'],
  techniques: ['T1556', 'T1562'],
  source: 'https://learn.microsoft.com/entra/fundamentals/security-defaults',
  why: 'They ask everybody for a second factor and stop risky sign-ins. Without them, and without Conditional Access instead, a password is enough.',
  triage: [
    'See whether Conditional Access policies took their place on the same day.',
    'If nobody planned it: switch them on again and look at the sign-ins since.',
  ],
  falsePositives: ['The move from security defaults to Conditional Access.'],

  detect(event) {
    if (event.result !== 'success' || !operation.test(event.operation)) return;
    const switches = changedSettings(event).filter(({ path }) => theSwitch.test(path));
    const isOff = switches.some(({ after }) => saysOff(after));
    // A row that does not tell which way it went counts as off.
    if (!isOff && switches.some(({ after }) => saysOn(after))) return;
    const what = event.operation.replace(/^update /, '');
    const { key, gathered } = oneClick(event);
    return {
      key: [what, key],
      title: `${nameOf(event.actor)} > ${what} ${isOff ? 'switched off' : 'changed'}`,
      summary: `${nameOf(event.actor)} ${isOff ? 'switched off' : 'changed'} ${what}.`,
      subject: { type: 'policy', id: null, name: what },
      matter: ['tenant-policy'],
      gathered,
      details: auditDetails(event),
    };
  },

  examples: () => [
    { name: 'switched off', records: [defaults('true', 'false')], expect: 'high' },
    { name: 'switched on', records: [defaults('false', 'true')], expect: 'nothing' },
    {
      name: 'switched off, as an object',
      records: [
        policyRow('Update security defaults', {
          SecurityDefaults: [{ isEnabled: true }, { isEnabled: false }],
        }),
      ],
      expect: 'high',
    },
    {
      name: 'switched on, as a value of its own',
      records: [policyRow('Update security defaults', { SecurityDefaults: ['[false]', '[true]'] })],
      expect: 'nothing',
    },
    {
      name: 'which way is not told',
      records: [policyRow('Update security defaults', {})],
      expect: 'high',
    },
    {
      name: 'a risk policy, which way is not told',
      records: [policyRow('Update User Risk and MFA Registration Policy', {})],
      expect: 'high',
    },
    {
      name: 'a risk policy switched on',
      records: [policyRow('Update Sign-In Risk Policy', { Policy: [null, { state: 'enabled' }] })],
      expect: 'nothing',
    },
    {
      name: 'a risk policy half on, half off',
      records: [
        policyRow('Update Sign-In Risk Policy', {
          Policy: [null, { state: 'enabled', isEnabled: false }],
        }),
      ],
      expect: 'high',
    },
    {
      name: 'a policy of Identity Protection',
      records: [policyRow('Update IdentityProtectionPolicy', { Threshold: ['low', 'enabled'] })],
      expect: 'high',
    },
    {
      name: 'who is told of risks',
      records: [policyRow('Update NotificationSettings', {})],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [defaults('true', 'false', { result: 'failure' })],
      expect: 'nothing',
    },
  ],
});
