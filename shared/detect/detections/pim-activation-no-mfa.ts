import { asFlag } from '../../read/raw.ts';
import { dayOf } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { activates, completed, details, pimForGroups, requested } from '../examples/pim.ts';
import { pimRow } from '../examples/records.ts';
import { helpdeskAdministrator, people } from '../examples/tenant.ts';
import {
  activation,
  activationMatch,
  askedActivation,
  isActivationRequest,
} from '../rows/pim-activations.ts';
import { nameOf } from '../wording.ts';

const without = (IsAuthenticatedWithMfa: unknown) => ({
  Justification: 'x',
  IsAuthenticatedWithMfa,
});
const asks = (fields: object = {}) =>
  pimRow(requested, people.ben, helpdeskAdministrator, {
    additionalDetails: details(without('False')),
    ...fields,
  });

export default defineDetection({
  id: 'pim-activation-no-mfa',
  title: 'Privileged role activated without MFA',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  categories: ['AuditLogs'],
  techniques: ['T1078.004', 'T1556.006'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'A stolen password or session was enough to become an administrator: nothing asked who was there.',
  triage: [
    'Ask the person whether they activated the role; look at the sign-in before it.',
    'Not them: end the activation, revoke the sessions, reset the password.',
    'Them: make the role ask for MFA or an authentication context when it is activated.',
  ],
  falsePositives: [
    'A role that does not ask for MFA, activated from a session that began without it. Mend the role.',
    'What PIM did not record is no finding: only a row that says "False" counts.',
  ],

  detect(event, context) {
    if (asFlag(event.details.get('isauthenticatedwithmfa')) !== false) return;
    // PIM records it with the request, not always with the completion.
    const isRequest = isActivationRequest(event) && event.result === 'success';
    const asked = isRequest ? askedActivation(event, context) : activation(event, context);
    if (!asked) return;
    const [, ...what] = asked.matter;
    const deed = isRequest ? 'asked for' : 'activated';
    return {
      ...activationMatch(event, asked, ', without MFA'),
      // The rows of one activation share no id that both always carry: so one a day and role.
      key: [context.watchlist.idOf(asked.holder) ?? asked.holder.name, ...what, dayOf(event.at)],
      precedence: isRequest ? '0' : '1',
      title: `${nameOf(asked.holder)} ${deed} ${asked.name}, without MFA`,
      summary: `${nameOf(asked.holder)} ${deed} ${asked.name} in a session that had no MFA (${event.activity}).`,
    };
  },

  examples: () => [
    {
      name: 'recorded as none',
      records: [activates(people.ben, helpdeskAdministrator, without('False'))],
      expect: 'high',
    },
    {
      name: 'recorded as none, in small letters',
      records: [activates(people.ben, helpdeskAdministrator, without('false'))],
      expect: 'high',
    },
    { name: 'recorded with the request alone', records: [asks()], expect: 'high' },
    {
      name: 'recorded with request and completion',
      records: [
        asks({ correlationId: 'click-0' }),
        activates(people.ben, helpdeskAdministrator, without('False')),
      ],
      expect: 'high',
    },
    {
      name: 'in PIM for Groups',
      records: [
        pimForGroups(completed, people.dan, undefined, {
          additionalDetails: details(without('False')),
        }),
      ],
      expect: 'high',
    },
    {
      name: 'with MFA',
      records: [activates(people.ben, helpdeskAdministrator, without('True'))],
      expect: 'nothing',
    },
    {
      name: 'not recorded',
      records: [activates(people.ben, helpdeskAdministrator)],
      expect: 'nothing',
    },
    {
      name: 'recorded as nothing in particular',
      records: [activates(people.ben, helpdeskAdministrator, without(''))],
      expect: 'nothing',
    },
    {
      name: 'refused, for want of MFA',
      records: [asks({ result: 'failure' })],
      expect: 'nothing',
    },
    {
      name: 'another step of the same request',
      records: [{ ...asks(), operationName: 'Add member to role canceled (PIM activation)' }],
      expect: 'nothing',
    },
  ],
});
