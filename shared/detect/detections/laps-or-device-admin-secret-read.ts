import { defineDetection } from '../detection.ts';
import { audit, partyTarget } from '../examples/records.ts';
import { auditDetails, nameOf } from '../wording.ts';

const laptop = { id: '00000000-0000-4000-8000-000000000091', name: 'LAPTOP-7' };
const row = (operationName: string, fields: object = {}) =>
  audit(operationName, {
    category: 'Device',
    loggedByService: 'Device Registration Service',
    targetResources: [partyTarget('Device', laptop)],
    ...fields,
  });
const recovered = 'Recover device local administrator password';

export default defineDetection({
  id: 'laps-or-device-admin-secret-read',
  title: "Password of a device's local administrator read",
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  categories: ['AuditLogs'],
  techniques: ['T1552', 'T1078'],
  source: 'https://learn.microsoft.com/entra/identity/devices/howto-manage-local-admin-passwords',
  why: 'Whoever has it rules the device, and can take what administrators leave on it.',
  triage: [
    'Ask whoever read it which ticket it was for.',
    'Many devices at once, or nobody claims it: change the passwords of all of them, and look at the reader.',
  ],
  falsePositives: ['The help desk at work on the device.'],

  detect(event) {
    if (event.result !== 'success' || !reads.test(event.operation)) return;
    const device = event.targets.find(({ kind }) => kind === 'device')?.party;
    const name = device ? nameOf(device) : 'a device that is not named';
    // Whoever reads many is one case: so it is about the reader, where one is named.
    const { type, id, name: reader } = event.actor ?? device ?? nobody;
    return {
      key: [event.id],
      title: `${nameOf(event.actor)} read the local administrator's password of ${name}`,
      summary: `${nameOf(event.actor)} read the password of the local administrator of ${name}.`,
      subject: { type, id, name: reader },
      matter: ['account', 'device secrets'],
      details: { ...auditDetails(event), device: name },
    };
  },

  examples: () => [
    ...[
      recovered,
      'Reveal local administrator password',
      'Read device local admin password',
      'Get local administrator password',
    ].map((operation) => ({
      name: operation,
      records: [row(operation)],
      expect: 'medium' as const,
    })),
    {
      name: 'by nobody who is named',
      records: [row(recovered, { initiatedBy: {} })],
      expect: 'medium',
    },
    {
      name: 'of a device that is not named, by nobody',
      records: [row(recovered, { initiatedBy: {}, targetResources: [] })],
      expect: 'medium',
    },
    {
      name: 'the device renews it',
      records: [
        row('Update device local administrator password'),
        row('Update local administrator password'),
      ],
      expect: 'nothing',
    },
    { name: 'refused', records: [row(recovered, { result: 'failure' })], expect: 'nothing' },
    { name: 'a key of its disk', records: [row('Read BitLocker key')], expect: 'nothing' },
  ],
});

const reads = /^(recover|reveal|read|get) (device )?local admin(istrator)? password/;
const nobody = { type: 'other', id: null, name: null } as const;
