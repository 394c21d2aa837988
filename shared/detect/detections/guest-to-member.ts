import { accountSubject } from '../../memory/subject.ts';
import { defineDetection } from '../detection.ts';
import { updateUser } from '../examples/account-changes.ts';
import { directRole } from '../examples/records.ts';
import { helpdeskAdministrator, people } from '../examples/tenant.ts';
import { doerOf, receiverOf } from '../past/change-history.ts';
import { clicksIn } from '../past/remembered-clicks.ts';
import { countsOf } from '../past/told-from-traces.ts';
import { accountTarget } from '../rows/account-changes.ts';
import { nameOf } from '../wording.ts';

const [guest, member] = [['Guest'], ['Member']];
const promoted = (who = people.gil, fields: object = {}) =>
  updateUser(who, { UserType: [guest, member] }, fields);

export default defineDetection({
  id: 'guest-to-member',
  title: 'Guest made a member',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  severityVaries: 'High if the guest holds a privileged role or is otherwise watched.',
  categories: ['AuditLogs'],
  techniques: ['T1098'],
  source: 'https://learn.microsoft.com/entra/external-id/user-properties',
  why: 'A member sees and may do more than a guest, and rules made for guests no longer hold for the account, which somebody else looks after.',
  triage: [
    'Ask whoever did it for the reason.',
    'Nobody claims it: make the account a guest again, and look at what it did since.',
  ],
  falsePositives: ['A merger, or a contractor who is taken on.'],

  detect(event, context) {
    const { past, watchlist } = context;
    const about = event.privilege?.holder ?? accountTarget(event)?.party;
    if (!about) return;
    const changes = past.all('change', accountSubject(about, watchlist));
    const promotions = changes.filter(({ what }) => what === 'member');
    // A role that the guest got before may be told after it.
    const clicks = clicksIn(promotions).filter(({ all }) => all.some(({ at }) => at >= event.at));
    return clicks.map(({ key, first, all, told }) => {
      const account = receiverOf(first);
      const actor = doerOf(first);
      const isPrivileged = all.some(({ at }) => watchlist.isPrivileged(account, at));
      return {
        ...told,
        key: [first.of, key],
        precedence: countsOf(changes.length, Number(isPrivileged)),
        title: `${nameOf(actor)} > ${nameOf(account)}: guest made a member`,
        summary: `${nameOf(actor)} made the ${isPrivileged ? 'privileged ' : ''}guest ${nameOf(account)} a member.`,
        severity: isPrivileged ? 'high' : 'medium',
        subject: account,
        actor,
        roles: watchlist.rolesOf(account, first.at),
        matter: ['account'],
        details: { operation: first.operation },
      };
    });
  },

  examples: () => [
    { name: 'a guest', records: [promoted()], expect: 'medium' },
    {
      name: 'as older rows write it',
      records: [updateUser(people.gil, { UserType: ['guest', 'member'] })],
      expect: 'medium',
    },
    {
      name: 'told of the target alone',
      records: [updateUser(people.gil, { 'TargetId.UserType': [guest, member] })],
      expect: 'medium',
    },
    {
      name: 'a member, as every row of an account says',
      records: [updateUser(people.gil, { 'TargetId.UserType': [null, 'Member'] })],
      expect: 'nothing',
    },
    {
      name: 'a guest with a role',
      records: [directRole(people.gil, helpdeskAdministrator), promoted()],
      expect: 'high',
    },
    {
      name: 'a member made a guest',
      records: [updateUser(people.gil, { UserType: [member, guest] })],
      expect: 'nothing',
    },
    {
      name: 'nothing was said before',
      records: [updateUser(people.gil, { UserType: [[], member] })],
      expect: 'nothing',
    },
    {
      name: 'a guest as before',
      records: [updateUser(people.gil, { UserType: [guest, guest] })],
      expect: 'nothing',
    },
    { name: 'refused', records: [promoted(people.gil, { result: 'failure' })], expect: 'nothing' },
    {
      name: 'another operation',
      records: [{ ...promoted(), operationName: 'Redeem external user invite' }],
      expect: 'nothing',
    },
    {
      name: 'of no account',
      records: [promoted(people.gil, { targetResources: [] })],
      expect: 'nothing',
    },
  ],
});
