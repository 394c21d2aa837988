import { flow, variable } from './flow.ts';
import { type Answers, all, given, one } from './question.ts';

export type Channel = { name: string; why: string; lines: readonly string[]; isUrgent: boolean };

/** The channels of a policy, as these answers want them. */
export function channelsOf(answers: Answers): Channel[] {
  const mail = (type: string, more: readonly string[]) => [
    `type: ${type}`,
    `from: ${flow(one(answers, 'mailFrom'))}`,
    `to: ${flow([...all(answers, 'mailTo')])}`,
    ...more,
  ];
  const teams = given(answers, 'teams');
  const outside = one(answers, 'outside');
  const mails: Readonly<Record<string, Omit<Channel, 'isUrgent'>>> = {
    smtp: {
      name: 'mail',
      why: 'A mail server outside the tenant: it still sends when the tenant is in other hands.',
      lines: mail('email', [`smtpUrl: ${variable(one(answers, 'smtpUrl'))}`]),
    },
    graph: {
      name: 'mail',
      why: 'A mailbox in Exchange Online.',
      lines: mail('graph-mail', []),
    },
    acs: {
      name: 'mail',
      why: 'Azure Communication Services.',
      lines: mail('acs-email', [`resource: ${variable(one(answers, 'acsResource'))}`]),
    },
  };
  const chosen = mails[one(answers, 'mail')];
  return [
    ...(teams
      ? [
          {
            name: 'teams',
            why: 'A card in a Teams channel, by a Workflows webhook.',
            lines: ['type: teams', `webhookUrl: ${variable(teams)}`],
            isUrgent: false,
          },
        ]
      : []),
    ...(chosen ? [{ ...chosen, isUrgent: false }] : []),
    ...(['pagerduty', 'both'].includes(outside)
      ? [
          {
            name: 'pager',
            why: 'Outside the tenant.',
            lines: [
              'type: pagerduty',
              `routingKey: ${variable(one(answers, 'pagerdutyKey'))}`,
              `region: ${one(answers, 'pagerdutyRegion')}`,
            ],
            isUrgent: true,
          },
        ]
      : []),
    ...(['webhook', 'both'].includes(outside)
      ? [
          {
            name: 'hook',
            why: 'A signed POST to a receiver outside the tenant.',
            lines: [
              'type: webhook',
              `url: ${variable(one(answers, 'webhookUrl'))}`,
              `secret: ${variable(one(answers, 'webhookSecret'))}`,
            ],
            isUrgent: true,
          },
        ]
      : []),
  ];
}
