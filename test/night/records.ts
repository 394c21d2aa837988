import { play } from '../../local/play.ts';
import { apps } from '../../local/sample-day/apps.ts';
import { audit, policyTarget } from '../../local/sample-day/audits.ts';
import { envelopeOf } from '../../local/sample-day/envelopes.ts';
import type { Person } from '../../local/sample-day/people.ts';
import { diceOf, type LogRecord } from '../../local/sample-day/records.ts';
import { atExport } from '../../local/sample-day/scene.ts';
import { signIn } from '../../local/sample-day/sign-ins.ts';
import { hubName, type Stack } from '../../local/stack.ts';

const ip = '203.0.113.9';

/** The log export, which tells at once what somebody does. */
export function logOf({ hub }: Stack) {
  const dice = diceOf('night');
  let sentAt = 0;
  const send = async (record: LogRecord) => {
    const { body } = envelopeOf('night', [atExport(record, Date.now())]);
    await play(hub.connectionString(hubName), hubName, [body]);
    sentAt = Date.now();
  };
  return {
    /** When something was told last, epoch milliseconds. */
    sentAt: () => sentAt,

    signsIn: (who: Person) =>
      send(signIn(dice, { who, ip, at: Date.now(), app: apps.portal, factors: 'passkey' })),

    changesPolicy: (by: Person) =>
      send(
        audit(dice, {
          ...{ by, ip, at: Date.now(), service: 'Conditional Access', category: 'Policy' },
          operation: 'Update conditional access policy',
          targets: [policyTarget('Require MFA for everybody', [])],
        }),
      ),
  };
}
