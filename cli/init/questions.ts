import { consoleSchema } from '../../shared/policy/delivery.ts';
import { account, tenantId } from '../../shared/policy/fields.ts';
import { tenantSchema } from '../../shared/policy/schema.ts';
import {
  channelRule,
  fits,
  inSmallLetters,
  oneOfThese,
  orNone,
  variableFor,
  yesOrNo,
} from './fits.ts';
import { ownQuestions } from './own-resources.ts';
import { personAllowed, personIn } from './people-line.ts';
import { type Answers, given, none, one, type Question } from './question.ts';
import { siemQuestions } from './siem-questions.ts';

const leastAccounts = 2;
/** Whoever acknowledged a break-glass incident may not close it. */
const leastPeople = 2;
const mailKinds = ['smtp', 'graph', 'acs'];
const outsideKinds = ['pagerduty', 'webhook', 'both'];

const nameOnly = 'Its name alone; the value becomes an app setting and never stands in a file.';
const hasMail = (answers: Answers) => given(answers, 'mail') !== undefined;
const isMail = (kind: string) => (answers: Answers) => one(answers, 'mail') === kind;
const isOutside = (kind: string) => (answers: Answers) =>
  [kind, 'both'].includes(one(answers, 'outside'));

/** In their order; each is judged at once, by the rules of the policy. */
export const questions: readonly Question[] = [
  {
    key: 'tenantId',
    ask: 'Tenant id',
    why: 'Whose logs are watched. Entra admin center > Overview; or: az account show --query tenantId',
    problem: fits(tenantId),
  },
  {
    key: 'tenantName',
    ask: 'What people call that tenant',
    why: 'Each alert says it.',
    problem: fits(tenantSchema.shape.name),
  },
  {
    key: 'breakGlass',
    ask: 'Break-glass accounts',
    why: 'Every use and every change of them is told at once. Two at least; object ids survive a change of name.',
    isList: true,
    problem: fits(account),
    problemOfAll: (all) =>
      new Set(all.map((one) => one.toLowerCase())).size >= leastAccounts
        ? undefined
        : `${leastAccounts} different accounts at least`,
  },
  {
    key: 'usesPim',
    ask: 'Do administrators activate their roles in Privileged Identity Management (yes, no)',
    why: 'With yes, a role that is assigned outside it is a finding.',
    means: yesOrNo,
    problem: oneOfThese(['yes', 'no']),
  },
  {
    key: 'teams',
    ask: 'Variable that holds the URL of a Teams Workflows webhook',
    why: `A card in a Teams channel. ${nameOnly}`,
    usual: 'TEAMS_WEBHOOK_URL',
    problem: orNone(variableFor(channelRule('teams', 'webhookUrl')), none),
  },
  {
    key: 'mail',
    ask: `Mail (${[...mailKinds, none].join(', ')})`,
    why: 'smtp: a server of your choice; graph: a mailbox in Exchange Online; acs: Azure Communication Services.',
    means: inSmallLetters,
    problem: oneOfThese([...mailKinds, none]),
  },
  {
    key: 'mailFrom',
    ask: 'Sender of the mails',
    why: 'Its domain needs SPF, DKIM and DMARC.',
    isAsked: hasMail,
    problem: fits(channelRule('email', 'from')),
  },
  {
    key: 'mailTo',
    ask: 'Recipients of the mails',
    why: 'One of them should be readable without signing in to the tenant.',
    isList: true,
    isAsked: hasMail,
    problem: fits(channelRule('email', 'to'), (answer) => [answer]),
    problemOfAll: (all) => (all.length > 0 ? undefined : 'at least one mail address'),
  },
  {
    key: 'smtpUrl',
    ask: 'Variable that holds smtps://user:password@host:465',
    why: `The mail server, outside the tenant. ${nameOnly}`,
    usual: 'SMTP_URL',
    isAsked: isMail('smtp'),
    problem: variableFor(channelRule('email', 'smtpUrl')),
  },
  {
    key: 'acsResource',
    ask: 'Variable that holds the endpoint of the resource',
    why: `Azure Communication Services, by the identity of the app. ${nameOnly}`,
    usual: 'ACS_RESOURCE',
    isAsked: isMail('acs'),
    problem: variableFor(channelRule('acs-email', 'resource')),
  },
  {
    key: 'outside',
    ask: `Channel outside the tenant (${[...outsideKinds, none].join(', ')})`,
    why: 'Whoever holds the tenant can silence Teams and its mailboxes. A pager, or a signed POST to what you run.',
    means: inSmallLetters,
    problem: (answer, answers) =>
      oneOfThese([...outsideKinds, none])(answer, answers) ?? tooFew(answer, answers),
  },
  {
    key: 'pagerdutyKey',
    ask: 'Variable that holds the integration key of PagerDuty',
    why: `Events API v2. ${nameOnly}`,
    usual: 'PAGERDUTY_ROUTING_KEY',
    isAsked: isOutside('pagerduty'),
    problem: variableFor(channelRule('pagerduty', 'routingKey')),
  },
  {
    key: 'pagerdutyRegion',
    ask: 'Service region of the PagerDuty account (us, eu)',
    why: 'Where its events go.',
    usual: 'us',
    means: inSmallLetters,
    isAsked: isOutside('pagerduty'),
    problem: fits(channelRule('pagerduty', 'region')),
  },
  {
    key: 'webhookUrl',
    ask: 'Variable that holds the URL of the webhook',
    why: nameOnly,
    usual: 'WEBHOOK_URL',
    isAsked: isOutside('webhook'),
    problem: variableFor(channelRule('webhook', 'url')),
  },
  {
    key: 'webhookSecret',
    ask: 'Variable that holds what signs it (whsec_…)',
    why: nameOnly,
    usual: 'WEBHOOK_SECRET',
    isAsked: isOutside('webhook'),
    problem: variableFor(channelRule('webhook', 'secret')),
  },
  {
    key: 'people',
    ask: 'Who answers: name, account, mail outside the tenant',
    why: 'They are asked while an incident is open. Nobody here: whoever has the app role Responder or Admin.',
    isList: true,
    problem: (answer) => (personIn(answer) ? undefined : personAllowed),
    problemOfAll: (all) =>
      all.length === 0 || all.length >= leastPeople
        ? undefined
        : 'nobody, or two people at least: a break-glass incident is closed by a second one',
  },
  {
    key: 'console',
    ask: 'URL of the console',
    why: 'Where links in alerts point to: https://<function app>.azurewebsites.net. none if it is not deployed yet.',
    usual: none,
    problem: orNone(fits(consoleSchema.shape.url), none),
  },
  ...ownQuestions,
  ...siemQuestions,
];

/** The rule of the policy that a break-glass alert depends on no single thing. */
function tooFew(answer: string, answers: Answers): string | undefined {
  const others = ['teams', 'mail'].filter((key) => given(answers, key) !== undefined).length;
  const outside = answer === none ? 0 : answer === 'both' ? 2 : 1;
  if (others + outside < 2) return 'what makes two channels at least, with those before';
  if (outside > 0 || one(answers, 'mail') === 'smtp') return undefined;
  return `${outsideKinds.join(', ')}: one channel at least has to lie outside the tenant`;
}
