import { describe, expect, test } from 'vitest';
import { describePolicy, formatProblem, parsePolicy } from '../../shared/policy.ts';

const contoso = '60e8de8d-8243-4bff-86c7-2aa35ef4cbf5';
const fabrikam = '3f8c1e52-6d0a-4b7e-9c41-5a2f7be08d16';
const glass = '21bab57f-dfe8-4077-afc0-1cb4e7805f93';
const now = Date.parse('2026-11-20T12:00:00Z');

const tenants = `version: 1
tenants: [{ id: ${contoso}, name: contoso, accounts: { emergency: [${glass}, bg2@contoso.com] } }]
`;
const channels = `channels:
  teams: { type: teams, webhookUrl: { env: A } }
  graph: { type: graph-mail, from: a@contoso.com, to: [b@contoso.com] }
  mail: { type: email, from: a@contoso.com, to: [b@example.net], smtpUrl: { env: B } }
`;
const routes = 'routes: [{ minSeverity: medium, channels: [teams, mail] }]\n';
const good = tenants + channels + routes;

function linesOf(text: string): string[] {
  const result = parsePolicy(text, 'policy.yaml', { now });
  return ('problems' in result ? result.problems : result.warnings).map(formatProblem);
}

test('a policy that names everything that there is has nothing wrong with it', () => {
  const rest = `
people: { ana: { name: Ana, mail: ana@example.net }, ben: { name: Ben, account: ben@contoso.com } }
schedules: { primary: { people: [ana, ben], from: 2026-11-02, overrides: [{ person: ben, from: 2026-11-20T00:00Z, until: 2026-11-21T00:00Z }] } }
escalations: [{ tenants: [Contoso], tiers: [{ afterMinutes: 5, channels: [mail], onCall: [primary] }, { afterMinutes: 6, onCall: [ben] }] }]
silences: [{ detections: [mfa-fatigue], tenants: [${contoso}], by: Ana, reason: b, until: 2026-12-20T12:00Z }]
inhibitions: [{ by: [mfa-fatigue-success], mutes: [mfa-fatigue] }, { by: [mfa-fatigue], mutes: [admin-new-device] }]
closing: { secondPerson: false, reason: we are two }
`;
  expect(linesOf(good + rest)).toEqual([]);
});

test('names that nobody has, and what else is wrong with who answers, each at its place', () => {
  const lines = linesOf(`${tenants}channels:
  teams: { type: teams, webhookUrl: { env: A }, fallback: teams }
  mail: { type: email, from: a@contoso.com, to: [b@example.net], smtpUrl: { env: B }, fallback: temas }
${routes}people:
  ana: { name: Ana }
  night: { name: Somebody }
schedules:
  primary: { people: [anna, ana], from: 2026-11-02, overrides: [{ person: bob, from: 2026-11-20T00:00Z, until: 2026-11-20T00:00Z }] }
  night: { people: [ana], from: 2026-11-02 }
  often: { people: [ana], from: 2026-11-02, handover: "*/5 * * * *", timezone: Europe/Berln }
escalations:
  - tenants: [contso]
    tiers:
      - { afterMinutes: 10, channels: [pager, teams], onCall: [primray, ana] }
      - { afterMinutes: 10 }
      - { afterMinutes: 5 }
closing: { secondPerson: false }
`);
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "policy.yaml:4:59 channels.teams.fallback: found "teams", the channel itself; allowed: "mail"
    policy.yaml:5:97 channels.mail.fallback: found the unknown channel "temas"; allowed: "teams" (did you mean "teams"?)
    policy.yaml:11:23 schedules.primary.people[0]: found the unknown person "anna"; allowed: "ana", "night" (did you mean "ana"?)
    policy.yaml:11:75 schedules.primary.overrides[0].person: found the unknown person "bob"; allowed: "ana", "night"
    policy.yaml:11:112 schedules.primary.overrides[0].until: found "2026-11-20T00:00Z"; allowed: a moment after \`from\`
    policy.yaml:12:3 schedules.night: found "night", which is a person as well; allowed: a name that nobody in \`people\` has
    policy.yaml:13:55 schedules.often.handover: found "*/5 * * * *"; allowed: a cron expression of five fields such as "0 9 * * mon", at most one handover an hour
    policy.yaml:13:80 schedules.often.timezone: found "Europe/Berln"; allowed: a time zone of the IANA list, e.g. Europe/Berlin (did you mean "Europe/Berlin"?)
    policy.yaml:15:15 escalations[0].tenants[0]: found the unknown tenant "contso"; allowed: "contoso" (did you mean "contoso"?)
    policy.yaml:17:40 escalations[0].tiers[0].channels[0]: found the unknown channel "pager"; allowed: "teams", "mail"
    policy.yaml:17:64 escalations[0].tiers[0].onCall[0]: found the unknown schedule or person "primray"; allowed: "primary", "night", "often", "ana", "night" (did you mean "primary"?)
    policy.yaml:18:25 escalations[0].tiers[1].afterMinutes: found 10; allowed: more than the 10 of the tier before
    policy.yaml:19:25 escalations[0].tiers[2].afterMinutes: found 5; allowed: more than the 10 of the tier before
    policy.yaml:20:26 closing.secondPerson: whoever acknowledged a break-glass incident could then end it alone; found false; allowed: true, or a \`reason\` beside it"
  `);
});

test('a fallback, a tier and a schedule do not repeat that channels and people are misspelt', () => {
  const text = good
    .replace('channels:', 'chanels:')
    .concat('poeple: { ana: { name: Ana } }\n')
    .concat('schedules: { primary: { people: [ana], from: 2026-11-02 } }\n')
    .concat(
      'escalations: [{ tiers: [{ afterMinutes: 5, channels: [pager], onCall: [primary, ben] }] }]',
    );
  expect(linesOf(text).map((line) => line.split(': ')[0])).toEqual([
    'policy.yaml:3:1 chanels',
    'policy.yaml:8:1 poeple',
  ]);
});

test('what is of the wrong kind is told by the schema alone', () => {
  const text = `${good}people: { ana: { name: Ana }, ben: { name: Ben } }
schedules:
  primary: { people: [ana], from: 2026-11-02, overrides: [{ person: 3, from: 2026-11-20T00:00Z }, { person: ana, until: 2026-11-20T00:00Z }, soon] }
  other: primary
escalations: [{ tiers: [{ afterMinutes: 5 }, { afterMinutes: later }, { afterMinutes: 5 }, {}] }, 7]
silences: { detections: breakglass-acts }
inhibitions: [{ by: 3, mutes: mfa-fatigue }]
closing: false
`;
  expect(linesOf(text).map((line) => line.split(' ')[1])).toEqual([
    'schedules.primary.overrides[0].until:',
    'schedules.primary.overrides[0].person:',
    'schedules.primary.overrides[1].from:',
    'schedules.primary.overrides[2]:',
    'schedules.other:',
    'escalations[0].tiers[1].afterMinutes:',
    'escalations[0].tiers[3].afterMinutes:',
    'escalations[1]:',
    'silences:',
    'inhibitions[0].by:',
    'inhibitions[0].mutes:',
    'closing:',
  ]);
});

test('nothing of a break-glass account is silenced or muted', () => {
  const lines = linesOf(`${good}silences:
  - { detections: [mfa-fatigue, breakglass-acts], by: A, reason: b, until: 2026-11-21T00:00Z }
  - { detections: [mfa-fatigue], accounts: [a@b.c, BG2@contoso.com], tenants: [nobody], by: A, reason: b, until: 2026-11-21T00:00Z }
inhibitions:
  - { by: [breakglass-signin-success], mutes: [mfa-fatigue, breakglass-acts] }
`);
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "policy.yaml:9:33 silences[0].detections[1]: nothing silences a break-glass account; found "breakglass-acts"; allowed: any detection but breakglass-*
    policy.yaml:10:52 silences[1].accounts[1]: nothing silences a break-glass account; found "BG2@contoso.com", an emergency account; allowed: any account that is not an emergency account
    policy.yaml:10:80 silences[1].tenants[0]: found the unknown tenant "nobody"; allowed: "contoso"
    policy.yaml:12:61 inhibitions[0].mutes[1]: nothing silences a break-glass account; found "breakglass-acts"; allowed: any detection but breakglass-*"
  `);
});

describe('detections that mute each other', () => {
  const lines = (...inhibitions: string[]) =>
    linesOf(`${good}inhibitions: [${inhibitions.join(', ')}]`).map((line) =>
      line.replace(/^policy\.yaml:\d+:\d+ /, ''),
    );

  test('are refused, by however many steps', () => {
    expect(lines('{ by: [mfa-fatigue], mutes: [mfa-fatigue] }')).toEqual([
      'inhibitions[0].mutes[0]: found "mfa-fatigue", which mutes one of `by` in turn; allowed: a detection that does not',
    ]);
    const around = lines(
      '{ by: [mfa-fatigue-success], mutes: [mfa-fatigue, admin-off-hours] }',
      '{ by: [mfa-fatigue], mutes: [admin-new-device] }',
      '{ by: [admin-new-device], mutes: [mfa-fatigue-success] }',
    );
    expect(around.map((line) => line.split(':')[0])).toEqual([
      'inhibitions[0].mutes[0]',
      'inhibitions[1].mutes[0]',
      'inhibitions[2].mutes[0]',
    ]);
  });

  test('and not those that only follow one another', () => {
    const chain = lines(
      '{ by: [mfa-fatigue-success], mutes: [mfa-fatigue] }',
      '{ by: [mfa-fatigue-success, mfa-fatigue], mutes: [admin-new-device] }',
    );
    expect(chain).toEqual([]);
  });
});

describe('critical break-glass findings reach two channels, one of them outside the tenant', () => {
  const reason = 'a break-glass alert must not depend on one thing, nor on the tenant it is about';
  const allowed =
    'routes of critical findings to at least 2 channels, one of them outside the tenant: email over SMTP at another provider, pagerduty, webhook';
  const wrong = (found: string) => [
    `policy.yaml:7:1 routes: ${reason}; found for contoso ${found}; allowed: ${allowed}`,
  ];
  const withRoutes = (...some: string[]) =>
    linesOf(`${tenants}${channels}routes: [${some.join(', ')}]\n`);

  test.each<[string, string[], string | undefined]>([
    ['both', ['{ minSeverity: critical, channels: [teams, mail] }'], undefined],
    [
      'one after the other',
      [
        '{ minSeverity: critical, channels: [teams] }',
        '{ minSeverity: low, channels: [mail], digest: weekly, during: { days: [mon], from: "08:00", to: "09:00" } }',
      ],
      undefined,
    ],
    [
      'for all its accounts, in any order and case',
      [
        `{ minSeverity: critical, channels: [teams, mail], accounts: [BG2@contoso.com, ${glass}] }`,
        '{ minSeverity: critical, channels: [teams] }',
      ],
      undefined,
    ],
    ['no route', [], 'critical break-glass findings reach no channel'],
    [
      'one channel',
      ['{ minSeverity: medium, channels: [mail] }'],
      'critical break-glass findings reach mail (email) alone',
    ],
    [
      'two that need the tenant',
      ['{ minSeverity: medium, channels: [teams, graph] }'],
      'critical break-glass findings reach teams (teams), graph (graph-mail), none of them outside the tenant',
    ],
    [
      'a second one for some detections',
      [
        '{ minSeverity: medium, channels: [teams] }',
        '{ minSeverity: medium, channels: [mail], detections: [breakglass-signin-success] }',
      ],
      'critical findings of breakglass-signin-attempt reach teams (teams) alone',
    ],
    [
      'a second one for one of its accounts',
      [
        '{ minSeverity: medium, channels: [teams] }',
        `{ minSeverity: medium, channels: [mail], accounts: [${glass}] }`,
      ],
      'critical break-glass findings reach teams (teams) alone',
    ],
  ])('%s', (_, some, found) => {
    const lines = withRoutes(...some);
    if (found === undefined) expect(lines.filter((line) => !line.includes('warning'))).toEqual([]);
    else expect(lines).toEqual(wrong(found));
  });

  test('each tenant for itself', () => {
    const two = tenants.replace(
      'tenants: [',
      `tenants: [{ id: ${fabrikam}, name: fabrikam, accounts: { emergency: [bg@fabrikam.com] } }, `,
    );
    const lines = linesOf(
      `${two}${channels}routes: [{ minSeverity: low, channels: [teams, mail], tenants: [contoso] }]`,
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('found for fabrikam critical break-glass findings reach no channel');
  });

  test('a policy without channels, or without such accounts, is left alone', () => {
    expect(linesOf(tenants)).toEqual([expect.stringContaining('warning: critical findings reach')]);
    const none = tenants.replace(/, accounts: .*(?= \}\])/, '');
    expect(linesOf(`${none}${channels}routes: [{ minSeverity: low, channels: [teams] }]`)).toEqual(
      [],
    );
  });

  test('it is not told beside mistakes that would explain it', () => {
    const lines = withRoutes('{ minSeverity: low, channels: [taems] }');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('the unknown channel "taems"');
  });
});

describe('warnings', () => {
  test('a silence that is meant for longer than thirty days, until the day it is not', () => {
    const silence =
      'silences: [{ detections: [mfa-fatigue], by: A, reason: b, until: 2027-01-20T12:00Z }]';
    expect(linesOf(good + silence)).toEqual([
      'policy.yaml:8:66 silences[0].until: warning: a silence lasts 30 days at most, so this one counts from 2026-12-21 on; found 2027-01-20T12:00Z; allowed: a moment at most 30 days ahead',
    ]);
    const later = parsePolicy(good + silence, 'policy.yaml', {
      now: Date.parse('2026-12-21T12:00Z'),
    });
    expect(later).toMatchObject({ warnings: [] });
  });

  test('one person alone, who could not close what they acknowledged', () => {
    const alone = `${good}people: { ana: { name: Ana, mail: a@example.net } }\n`;
    expect(linesOf(alone)).toEqual([
      'policy.yaml:8:1 people: warning: nobody could close a break-glass incident; found ana alone; allowed: two people at least',
    ]);
    expect(linesOf(`${alone}closing: { secondPerson: false, reason: one-man shop }`)).toEqual([]);
  });

  test('somebody on call whom nothing reaches', () => {
    const text = `${good}people: { ana: { name: Ana, mail: a@example.net }, ben: { name: Ben }, cleo: { name: Cleo } }
schedules: { primary: { people: [ana, ben], from: 2026-11-02 } }
escalations: [{ tiers: [{ afterMinutes: 5, onCall: [primary] }] }]`;
    expect(linesOf(text)).toEqual([
      'policy.yaml:8:52 people.ben: warning: an escalation asks for them; found neither an account nor a mail address; allowed: one of them, or both',
    ]);
  });
});

test('what stands in a policy can not turn a line around', () => {
  const text = `${good}silences: [{ detections: [mfa-fatigue], by: "A\u202e", reason: b, until: 2026-11-21T00:00Z }]
schedules: { primary: { people: ["x\u202e\u0007"], from: 2026-11-02 } }`;
  for (const line of linesOf(text)) expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(linesOf(text)).toHaveLength(2);
});

describe('what check says', () => {
  const meaning = (rest: string, time = '2026-11-20T12:00:00Z') => {
    const parsed = parsePolicy(good + rest, 'policy.yaml', { now });
    if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
    return describePolicy(parsed.policy, { now: new Date(time) }).split('\n');
  };

  test('without any of it: the defaults', () => {
    const lines = meaning('');
    for (const line of [
      'Who may answer incidents: whoever has the app role Responder or Admin',
      '    after 5 minutes: wherever it was told',
      '    the last again every 60 minutes, a day long',
      'A break-glass incident is closed by somebody else than who acknowledged it',
      'Test messages: on every channel, each mon at 10:00 UTC; readers confirm them',
    ]) {
      expect(lines).toContain(line);
    }
  });

  test('who is on call now', () => {
    const people = 'people: { ana: { name: Ana }, ben: { name: Ben } }\n';
    const schedules = 'schedules: { primary: { people: [ana, ben], from: 2026-11-02 } }\n';
    const onCall = (time: string) =>
      meaning(people + schedules, time).find((line) => line.startsWith('  primary:'));
    expect(onCall('2026-11-09T08:59:00Z')).toContain('on call now: ana');
    expect(onCall('2026-11-09T09:00:00Z')).toContain('on call now: ben');
  });

  test('loudly what is switched off', () => {
    const lines = meaning(
      'escalations: []\ncanary: { every: never }\nclosing: { secondPerson: false, reason: we are few }',
    );
    expect(lines.filter((line) => line.includes('!!') && !line.startsWith(' '))).toEqual([
      'While nobody answers: !! NOTHING, nobody is asked again',
      '!! ONE PERSON ALONE may acknowledge and close a break-glass incident (we are few)',
      'Test messages: !! NONE, so a channel that died is noticed too late',
    ]);
  });
});
