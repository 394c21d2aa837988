import type { Party } from '../../finding.ts';
import type { AuditEvent, RiskEvent } from '../../read/event.ts';
import { isoOf } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { accountRow } from '../examples/account-changes.ts';
import { riskRow, riskyUser } from '../examples/risks.ts';
import { people } from '../examples/tenant.ts';
import { accountTarget } from '../rows/account-changes.ts';
import { nameOf } from '../wording.ts';

const dismissal = (
  operationName: string,
  who: { id: string; upn: string } = people.ben,
  fields: object = {},
) =>
  accountRow(operationName, who, {
    category: 'Other',
    loggedByService: 'Identity Protection',
    ...fields,
  });
const dismissed = { riskState: 'dismissed', riskDetail: 'adminDismissedAllRiskForUser' };

export default defineDetection({
  id: 'admin-risk-dismissed',
  title: 'Risk of an administrator dismissed',
  reads: ['audit', 'risk'],
  lookFor: 'every record',
  severity: 'medium',
  categories: ['AuditLogs', 'RiskyUsers', 'UserRiskEvents'],
  techniques: ['T1685'],
  source:
    'https://learn.microsoft.com/entra/id-protection/howto-identity-protection-remediate-unblock',
  why: 'A dismissed risk no longer asks for a new password or a second factor. An intruder with rights enough clears the trail of their own sign-in so.',
  triage: [
    'Ask whoever dismissed it what they looked at first.',
    'Look at the sign-ins that the risk was about yourself.',
  ],
  falsePositives: ['A false alarm that somebody looked into and cleared.'],

  detect(event, { watchlist }) {
    const account = event.kind === 'audit' ? dismissedIn(event) : clearedIn(event);
    if (!account || !watchlist.isPrivileged(account, event.at)) return;
    const at = event.kind === 'risk' ? event.updatedAt : event.at;
    const by = event.actor ? ` by ${nameOf(event.actor)}` : '';
    return {
      // The click is one row, and the account and each thing detected tell of it as well.
      key: [watchlist.idOf(account) ?? account.name, isoOf(at).slice(0, 13)],
      precedence: event.actor ? '1' : '0',
      title: `${nameOf(account)}: risk dismissed${by}`,
      summary: `What Entra held against the administrator ${nameOf(account)} was dismissed or called safe${by}.`,
      subject: account,
      roles: watchlist.rolesOf(account, at),
      matter: ['risk'],
      at,
      details:
        event.kind === 'audit' ? { operation: event.activity } : { riskDetail: event.detail },
    };
  },

  examples: () => [
    ...[
      'DismissUser',
      'Dismiss user risk',
      'ConfirmSafe',
      'Confirm user safe',
      'ConfirmAccountSafe',
    ].map((operation) => ({
      name: operation,
      records: [dismissal(operation)],
      expect: 'medium' as const,
    })),
    {
      name: 'as the account tells it',
      records: [riskyUser(people.ben, dismissed)],
      expect: 'medium',
    },
    {
      name: 'as what was detected tells it',
      records: [
        riskRow(people.ben, { riskState: 'confirmedSafe', riskDetail: 'adminConfirmedSigninSafe' }),
      ],
      expect: 'medium',
    },
    {
      name: 'in the portal of the defenders',
      records: [riskRow(people.ben, { ...dismissed, riskDetail: 'm365DAdminDismissedDetection' })],
      expect: 'medium',
    },
    {
      name: 'one click, told by all',
      records: [
        riskyUser(people.ben, dismissed),
        riskRow(people.ben, {
          ...dismissed,
          activityDateTime: '2026-11-18T08:00:00Z',
        }),
        dismissal('DismissUser'),
      ],
      expect: 'medium',
    },
    {
      name: 'Entra found out by itself',
      records: [
        riskRow(people.ben, { riskState: 'confirmedSafe', riskDetail: 'aiConfirmedSigninSafe' }),
        riskyUser(people.ben, { riskState: 'dismissed', riskDetail: undefined }),
      ],
      expect: 'nothing',
    },
    {
      name: 'remediated by an administrator',
      records: [
        riskyUser(people.ben, {
          riskState: 'remediated',
          riskDetail: 'adminGeneratedTemporaryPassword',
        }),
      ],
      expect: 'nothing',
    },
    {
      name: 'the compromise confirmed',
      records: [dismissal('ConfirmCompromised'), dismissal('ConfirmAccountCompromised')],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [dismissal('DismissUser', people.ben, { result: 'failure' })],
      expect: 'nothing',
    },
    {
      name: 'of nobody',
      records: [dismissal('DismissUser', people.ben, { targetResources: [] })],
      expect: 'nothing',
    },
    {
      name: 'no administrator',
      records: [dismissal('DismissUser', people.dan), riskyUser(people.dan, dismissed)],
      expect: 'nothing',
    },
  ],
});

const dismisses = /^(dismiss ?user|confirm ?(account|user)? ?safe)/;

const dismissedIn = (event: AuditEvent): Party | undefined =>
  event.result === 'success' && dismisses.test(event.operation)
    ? accountTarget(event)?.party
    : undefined;

/** What Entra settles by itself, or by a prompt that was answered, nobody dismissed. */
const clearedIn = ({ account, state, detail }: RiskEvent): Party | undefined =>
  /^(dismissed|confirmedsafe)$/.test(state) && /^(m365d)?admin/i.test(detail ?? '')
    ? account
    : undefined;
