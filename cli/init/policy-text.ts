import { type Channel, channelsOf } from './channels.ts';
import { flow, variable } from './flow.ts';
import { ownResourcesLines } from './own-resources.ts';
import { peopleOf } from './people.ts';
import { type Answers, all, given, one } from './question.ts';
import { answerKey, siemKeys } from './siem-questions.ts';

/** A comment begins in the column that its neighbours share. */
const said = (text: string, comment: string) => `${text.padEnd(52)} # ${comment}`;

/** A policy of these answers, for people to read and to go on from. */
export function policyText(answers: Answers): string {
  const parts = [
    head,
    tenantText(answers),
    channelsText(answers),
    routesText(answers),
    peopleText(answers),
    canaryText,
    sinksText(answers),
    consoleText(answers),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

const head = `# The policy of Glasswatch, begun by \`npx glasswatch init\`. docs/policy.md tells every key there is;
# \`npx glasswatch check\` says what this file means, or names every line that is wrong.
#
# No secret is ever written here: { env: NAME } names the app setting that holds it.

version: 1`;

function tenantText(answers: Answers): string {
  const usesPim = one(answers, 'usesPim') === 'yes';
  return [
    'tenants:',
    `  - ${said(`id: ${flow(one(answers, 'tenantId').toLowerCase())}`, 'the directory (tenant) id')}`,
    `    ${said(`name: ${flow(one(answers, 'tenantName'))}`, 'how alerts call it')}`,
    '',
    usesPim
      ? '    # Administrators activate their roles in PIM, so a role assigned outside it is told.'
      : '    # Administrators hold their roles all the time: no role is out of order for lack of PIM.',
    `    usesPim: ${usesPim}`,
    '',
    '    accounts:',
    '      # Break-glass accounts. Every use, every attempt and every change of them is told at once,',
    '      # and nothing in this file can silence that.',
    '      emergency:',
    ...emergencyOf(answers).map((account) => `        - ${flow(account)}`),
    '      # Also here, when you know them: exposed, shared, automation, external.',
    '',
    ...ownResourcesLines(answers),
  ].join('\n');
}

const emergencyOf = (answers: Answers) => [
  ...new Set(all(answers, 'breakGlass').map((account) => account.toLowerCase())),
];

const channelsText = (answers: Answers): string =>
  [
    '# Where people are told: two channels at least, one of them outside the tenant.',
    'channels:',
    ...channelsOf(answers).flatMap(({ name, why, lines }) => [
      `  # ${why}`,
      `  ${name}:`,
      ...lines.map((line) => `    ${line}`),
    ]),
  ].join('\n');

const namesOf = (channels: readonly Channel[]) => flow(channels.map(({ name }) => name));

function routesText(answers: Answers): string {
  const channels = channelsOf(answers);
  const [daily, urgent] = [
    channels.filter(({ isUrgent }) => !isUrgent),
    channels.filter(({ isUrgent }) => isUrgent),
  ];
  const accounts = emergencyOf(answers).map((account) => `        - ${flow(account)}`);
  return [
    '# Who hears of what. What no route takes is kept, and wakes nobody.',
    'routes:',
    ...(daily.length > 0 ? [`  - { minSeverity: medium, channels: ${namesOf(daily)} }`] : []),
    ...(urgent.length > 0
      ? [
          `  - { minSeverity: ${daily.length > 0 ? 'critical' : 'high'}, channels: ${namesOf(urgent)} }`,
          '  # Whatever is about a break-glass account reaches these too.',
          '  - minSeverity: medium',
          '    accounts:',
          ...accounts.map((line) => line.slice(2)),
          `    channels: ${namesOf(urgent)}`,
        ]
      : []),
  ].join('\n');
}

function peopleText(answers: Answers): string {
  const people = peopleOf(answers);
  if (people.length === 0) return '';
  const ids = flow(people.map(({ id }) => id));
  return [
    '# Who may answer incidents, and is asked while nobody does. Object ids survive a change of name.',
    'people:',
    ...people.flatMap(({ id, name, account, mail }) => [
      // In quotes if it is all digits: a key of a map is a text.
      `  ${flow(id)}:`,
      `    name: ${flow(name)}`,
      `    account: ${flow(account)}`,
      ...(mail ? [`    mail: ${flow(mail)}`] : []),
    ]),
    '',
    '# While nobody answers. Everybody is asked: docs/policy.md#schedules tells how to take turns.',
    'escalations:',
    '  - minSeverity: high',
    '    breakGlassOnly: true',
    '    tiers:',
    `      - { afterMinutes: 0, onCall: ${ids} }`,
    `      - { afterMinutes: 5, channels: ${namesOf(channelsOf(answers))}, onCall: ${ids} }`,
    '    repeatMinutes: 30',
    '  - minSeverity: critical',
    '    tiers:',
    `      - { afterMinutes: 15, onCall: ${ids} }`,
  ].join('\n');
}

const canaryText = `# A test message on every channel once a week. Whoever reads it confirms that it arrived.
canary: { every: week, on: mon, at: "10:00", timezone: UTC }`;

function sinksText(answers: Answers): string {
  const type = given(answers, 'siem');
  if (type === undefined) return '';
  const lines = (siemKeys[type] ?? []).map(({ key, isSecret }) => {
    const answer = one(answers, answerKey(key));
    return `    ${key}: ${isSecret ? variable(answer) : flow(answer)}`;
  });
  return [
    '# It gets everything that is found, and what becomes of each incident.',
    'sinks:',
    '  siem:',
    `    type: ${type}`,
    ...lines,
  ].join('\n');
}

function consoleText(answers: Answers): string {
  const url = given(answers, 'console');
  return url === undefined
    ? '# Where links in alerts point to, once it is deployed. Without it alerts have no link:\n# console: { url: https://<function app>.azurewebsites.net }'
    : `# Where links in alerts point to.\nconsole: ${flow({ url })}`;
}
