import { defineDetection } from '../detection.ts';
import { policyRow } from '../examples/policies.ts';
import { changedSettings, type SettingChange, saysOn } from '../rows/policy-settings.ts';
import { oneClick } from '../rows/role-grants.ts';
import { auditDetails, nameOf } from '../wording.ts';

/** What makes it harder to bring a device in. */
function tightens({ path, before, after }: SettingChange): boolean {
  if (/multifactorauth/.test(path)) return saysOn(after) || after === 'required';
  if (path.includes('/localadminpassword/')) return saysOn(after);
  return path.endsWith('quota') && Number(after) <= Number(before);
}

const change = (changes: Parameters<typeof policyRow>[1], fields: object = {}) =>
  policyRow('Set device registration policies', changes, fields);

export default defineDetection({
  id: 'device-registration-policy-changed',
  title: 'Device registration policy changed',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  categories: ['AuditLogs'],
  techniques: ['T1484', 'T1098.005'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-devices',
  why: 'A registered device gets tokens that pass for a managed one. Entra writes this row without saying that the second factor is no longer asked for.',
  triage: [
    'Look at the device settings: who may join, and is a second factor asked for?',
    'If nobody planned the change: put the settings back and review the devices added since.',
  ],
  falsePositives: ['A rollout of device management.'],

  detect(event) {
    if (event.result !== 'success' || event.operation !== 'set device registration policies')
      return;
    const changed = changedSettings(event);
    if (changed.length > 0 && changed.every(tightens)) return;
    const { key, gathered } = oneClick(event);
    return {
      key: [key],
      title: `${nameOf(event.actor)} > device registration policy changed`,
      summary: `${nameOf(event.actor)} changed who may register and join devices, and how.`,
      subject: { type: 'policy', id: null, name: 'device registration' },
      matter: ['tenant-policy'],
      gathered,
      details: {
        ...auditDetails(event),
        settings: changed.slice(0, 20).map(({ path }) => nameOf({ id: null, name: path })),
      },
    };
  },

  examples: () => [
    { name: 'the row tells nothing', records: [change({})], expect: 'medium' },
    {
      name: 'no second factor any more',
      records: [change({ MultiFactorAuthConfiguration: ['required', 'notRequired'] })],
      expect: 'medium',
    },
    {
      name: 'a second factor',
      records: [change({ MultiFactorAuthConfiguration: ['notRequired', 'required'] })],
      expect: 'nothing',
    },
    {
      name: 'a second factor, by number',
      records: [change({ multiFactorAuthConfiguration: ['[0]', '[1]'] })],
      expect: 'nothing',
    },
    {
      name: 'a second factor, but more devices',
      records: [
        change({
          MultiFactorAuthConfiguration: ['notRequired', 'required'],
          UserDeviceQuota: [50, 100],
        }),
      ],
      expect: 'medium',
    },
    { name: 'fewer devices', records: [change({ UserDeviceQuota: [50, 20] })], expect: 'nothing' },
    {
      name: 'as many devices, in other writing',
      records: [change({ UserDeviceQuota: ['[50]', '"50"'] })],
      expect: 'nothing',
    },
    {
      name: 'fewer of something else',
      records: [change({ Version: [50, 20] })],
      expect: 'medium',
    },
    {
      name: 'passwords of local administrators are managed',
      records: [
        change({
          Policy: [
            '{"localAdminPassword":{"isEnabled":false}}',
            '{"localAdminPassword":{"isEnabled":true}}',
          ],
        }),
      ],
      expect: 'nothing',
    },
    {
      name: 'something else is on',
      records: [
        change({ Policy: ['{"isAdminConfigurable":false}', '{"isAdminConfigurable":true}'] }),
      ],
      expect: 'medium',
    },
    { name: 'a device', records: [policyRow('Register device', {})], expect: 'nothing' },
    { name: 'refused', records: [change({}, { result: 'failure' })], expect: 'nothing' },
  ],
});
