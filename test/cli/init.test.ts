import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, expect, test, vi } from 'vitest';
import { run } from '../../cli/main.ts';
import { type Policy, parsePolicy } from '../../shared/policy.ts';
import { command } from '../cases/replay.ts';

const folder = mkdtempSync(join(tmpdir(), 'glasswatch-init-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const path = (name: string) => join(folder, `${++files}-${name}`);
const file = (name: string, text: string) => {
  const written = path(name);
  writeFileSync(written, text);
  return written;
};

const answers = {
  tenantId: '60E8DE8D-8243-4bff-86c7-2aa35ef4cbf5',
  tenantName: 'Contoso: "AG" #1, [x]',
  breakGlass: ['21bab57f-dfe8-4077-afc0-1cb4e7805f93', 'bg-2@contoso.onmicrosoft.com'],
  usesPim: true,
  teams: 'TEAMS_URL',
  mail: 'smtp',
  mailFrom: 'watch@alerts.example.net',
  mailTo: ['soc@contoso.com', 'oncall@example.net'],
  outside: 'pagerduty',
};

async function init(given: object, ...more: string[]) {
  const policy = path('policy.yaml');
  const outcome = await command([
    ...['init', '--answers', file('answers.json', JSON.stringify(given)), '--policy', policy],
    ...more,
  ]);
  return { ...outcome, policy };
}

/** What was written, as the service reads it. */
function policyIn(written: string): Policy {
  const parsed = parsePolicy(readFileSync(written, 'utf8'), written);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  expect(parsed.warnings).toEqual([]);
  return parsed.policy;
}

test('what is answered stands in the policy, defaults where nothing was', async () => {
  const { exit, stderr, policy } = await init(answers);
  expect([exit, stderr]).toEqual([0, '']);
  const read = policyIn(policy);
  expect(read.tenants[0]).toMatchObject({
    id: answers.tenantId.toLowerCase(),
    name: answers.tenantName,
    usesPim: true,
    accounts: { emergency: answers.breakGlass },
  });
  expect(read.channels).toMatchObject({
    teams: { type: 'teams', webhookUrl: { env: 'TEAMS_URL' } },
    mail: { type: 'email', to: answers.mailTo, smtpUrl: { env: 'SMTP_URL' } },
    pager: { type: 'pagerduty', routingKey: { env: 'PAGERDUTY_ROUTING_KEY' }, region: 'us' },
  });
  expect([read.people, read.sinks, read.console]).toEqual([{}, {}, undefined]);
});

test('it says what `check` says, and what to do next with which settings', async () => {
  const { stdout, policy } = await init(answers);
  const { stdout: said } = await command(['check', '--policy', policy]);
  expect(stdout).toContain(said);
  expect(stdout).toContain(
    '--vault-name "$(azd env get-value GLASSWATCH_VAULT_NAME)" --name teams-url --file <file>',
  );
  expect(stdout).toContain('["TEAMS_URL","SMTP_URL","PAGERDUTY_ROUTING_KEY"]');
  expect(stdout).toMatch(/az functionapp config appsettings list .* > (\S+)\n.*--settings \1 /);
  expect(stdout).toContain('the event hub among them: the app is told which by its settings');
});

test('what the templates set themselves is asked of no vault', async () => {
  const { stdout } = await init({ ...answers, mail: 'acs' });
  expect(stdout).toContain('["TEAMS_URL","PAGERDUTY_ROUTING_KEY"]');
  expect(stdout).not.toContain('--name acs-resource');
});

const subscription = '13112C63-1d04-4da0-bf44-a0362936c2ab';

test('what the watch rests on stands in the policy, as far as it is known', async () => {
  const known = await init({ ...answers, environment: 'prod', subscription });
  expect(policyIn(known.policy).tenants[0]?.ownResources).toEqual({
    diagnosticSettings: ['glasswatch'],
    resourceIds: [`/subscriptions/${subscription.toLowerCase()}/resourceGroups/rg-glasswatch-prod`],
  });
  expect(known.stdout).toContain(`azd env new prod --subscription ${subscription}`);
  const unknown = await init(answers);
  expect(policyIn(unknown.policy).tenants[0]?.ownResources).toEqual({
    diagnosticSettings: ['glasswatch'],
    resourceIds: [],
  });
  const none = await init({ ...answers, diagnosticSetting: 'none' });
  expect(policyIn(none.policy).tenants[0]?.ownResources).toEqual({
    diagnosticSettings: [],
    resourceIds: [],
  });
  for (const { policy } of [unknown, none]) {
    expect(readFileSync(policy, 'utf8')).toMatch(/# .*resourceGroups\/rg-glasswatch-<environment>/);
  }
  const group = await init({
    ...answers,
    ...{ diagnosticSetting: 'none', environment: 'prod', subscription },
  });
  expect(policyIn(group.policy).tenants[0]?.ownResources.resourceIds).toHaveLength(1);
});

test('the resource group is the one that the templates make', () => {
  expect(readFileSync('infra/main.bicep', 'utf8')).toMatch(/'rg-glasswatch-\$\{environmentName\}'/);
});

test.each([
  ['an environment of one letter', { environment: 'p', subscription }, /environment: does not fit/],
  ['a subscription by its name', { environment: 'prod', subscription: 'Pay' }, /a subscription id/],
  ['no subscription', { environment: 'prod' }, /subscription: is missing/],
  ['one without an environment', { subscription }, /subscription: is not asked for/],
])('%s does not fit', async (_, more, problem) => {
  const { exit, stderr } = await init({ ...answers, ...more });
  expect([exit, stderr]).toEqual([1, expect.stringMatching(problem)]);
});

test('a choice is understood in large letters and small ones, yes and no by their first letter', async () => {
  const { exit, policy } = await init({
    ...answers,
    ...{ usesPim: 'N', mail: 'SMTP', outside: 'PagerDuty', siem: 'eventhub' },
    siemNamespace: 'contoso.servicebus.windows.net',
  });
  expect(exit).toBe(0);
  const read = policyIn(policy);
  expect(read.tenants[0]?.usesPim).toBe(false);
  expect([read.channels.mail?.type, read.sinks.siem?.type]).toEqual(['email', 'eventHub']);
});

test('a key that looks like the name of a variable is none', async () => {
  const key = 'R015PA5TEDKEY0F32LETTERSANDD1G1T';
  const { exit, stderr } = await init({ ...answers, pagerdutyKey: key });
  expect([exit, stderr]).toEqual([1, expect.stringMatching(/pagerdutyKey: does not fit/)]);
  expect(stderr).not.toContain(key);
});

test('a key that is no question is told with each that is one, once', async () => {
  const { exit, stderr } = await init({ ...answers, colour: 'blue' });
  expect(exit).toBe(1);
  const keys = /colour: is no question; allowed: (.*)/.exec(stderr)?.[1]?.split(', ') ?? [];
  expect(keys).toEqual(expect.arrayContaining(['tenantId', 'siemUrl', 'siemSecret']));
  expect(keys).toEqual([...new Set(keys)]);
});

test('a folder that is not there is told before anybody has answered', async () => {
  const { exit, stderr } = await command(['init', '--policy', join(folder, 'none', 'p.yaml')]);
  expect([exit, stderr]).toEqual([1, expect.stringMatching(/there is no folder .*none/)]);
});

const siems: Record<string, object> = {
  sentinel: {
    siemEndpoint: 'https://watch-a1b2.westeurope-1.ingest.monitor.azure.com',
    siemRuleId: 'dcr-00000000000000000000000000000000',
  },
  splunk: { siemUrl: 'https://splunk.contoso.com:8088' },
  elastic: { siemUrl: 'https://elastic.contoso.com:9200' },
  syslog: { siemHost: 'siem.contoso.com' },
  eventHub: { siemNamespace: 'contoso.servicebus.windows.net' },
  secops: {},
  webhook: {},
};
const mails = [
  { mail: 'none', mailFrom: undefined, mailTo: undefined },
  { mail: 'smtp' },
  { mail: 'graph' },
  { mail: 'acs' },
];
const people = ['Ana Ruiz, ana@contoso.com, ana@example.net', 'Ana Žižka, ANA2@contoso.com'];

test('whatever is chosen, the policy is valid, without a warning', async () => {
  for (const teams of ['TEAMS_URL', 'none']) {
    for (const mail of mails) {
      for (const outside of ['pagerduty', 'webhook', 'both', 'none']) {
        const chosen = [teams !== 'none', mail.mail !== 'none', outside !== 'none'];
        const isEnough =
          chosen.filter(Boolean).length + (outside === 'both' ? 1 : 0) >= 2 &&
          (outside !== 'none' || mail.mail === 'smtp');
        const { exit, stderr, policy } = await init({
          ...answers,
          ...mail,
          teams,
          outside,
          people,
        });
        expect([teams, mail.mail, outside, exit, stderr === '']).toEqual([
          ...[teams, mail.mail, outside],
          ...(isEnough ? [0, true] : [1, false]),
        ]);
        if (isEnough) policyIn(policy);
        else expect(stderr).toContain('outside: does not fit');
      }
    }
  }
});

test.each(Object.entries(siems))('a SIEM of the type %s', async (siem, more) => {
  const { exit, stderr, policy } = await init({ ...answers, ...more, siem });
  expect([exit, stderr]).toEqual([0, '']);
  expect(policyIn(policy).sinks.siem?.type).toBe(siem);
});

test('people get short names of their own, and are asked', async () => {
  const { policy } = await init({ ...answers, people, console: 'https://watch.contoso.com' });
  const read = policyIn(policy);
  expect(read.people).toEqual({
    ana: { name: 'Ana Ruiz', account: 'ana@contoso.com', mail: 'ana@example.net' },
    'ana-2': { name: 'Ana Žižka', account: 'ana2@contoso.com' },
  });
  expect(read.escalations[0]).toMatchObject({ breakGlassOnly: true });
  expect(read.escalations[0]?.tiers[0]?.onCall).toEqual(['ana', 'ana-2']);
  expect(read.console?.url).toBe('https://watch.contoso.com');
});

test('answers that do not fit are named, each, and what was found is not shown', async () => {
  const pasted = 'https://prod.example.com/workflows/W0rkfl0wSecret?sig=S1g';
  const { exit, stdout, stderr, policy } = await init({
    ...answers,
    tenantId: 'contoso',
    breakGlass: ['21bab57f-dfe8-4077-afc0-1cb4e7805f93'],
    teams: pasted,
    smtpUrl: 'smtps://user:S3cr3tOfMail@host:465',
    people: ['Ana Ruiz, ana@contoso.com'],
    webhookUrl: 'WEBHOOK_URL',
    tenantNam: 'x',
  });
  expect([exit, stdout]).toEqual([1, '']);
  const lines = stderr.trim().split('\n');
  expect(lines.map((line) => /answers\.json: (\w+): (.{12})/.exec(line)?.slice(1))).toEqual([
    ['tenantId', 'does not fit'],
    ['breakGlass', 'does not fit'],
    ['teams', 'does not fit'],
    ['smtpUrl', 'does not fit'],
    ['people', 'does not fit'],
    ['webhookUrl', 'is not asked'],
    ['tenantNam', 'is no questi'],
  ]);
  expect(stderr).toContain('2 different accounts at least');
  expect(stderr).toContain('secrets are never in the policy');
  expect(stderr).toContain('(did you mean "tenantName"?)');
  expect(stderr).not.toMatch(/W0rkfl0wSecret|S3cr3tOfMail/);
  expect(() => readFileSync(policy)).toThrow('ENOENT');
});

test('what is there stays, unless --force says otherwise', async () => {
  const policy = file('policy.yaml', 'mine');
  const given = file('answers.json', JSON.stringify(answers));
  const args = ['init', '--answers', given, '--policy', policy];
  const { exit, stderr } = await command(args);
  expect([exit, stderr]).toEqual([1, expect.stringContaining('is there already; --force')]);
  expect(readFileSync(policy, 'utf8')).toBe('mine');
  expect((await command([...args, '--force'])).exit).toBe(0);
  policyIn(policy);
});

test.each([
  ['no JSON', '{', /is no map of JSON/],
  ['a list', '[]', /is no map of JSON/],
  ['a number', '{"tenantName":1}', /tenantName: does not fit; allowed: text/],
])('%s is no file of answers', async (_, text, problem) => {
  const { exit, stderr } = await command([
    ...['init', '--answers', file('answers.json', text), '--policy', path('p.yaml')],
  ]);
  expect([exit, stderr]).toEqual([1, expect.stringMatching(problem)]);
});

/** Types each line when the one before was answered, as a person would. */
async function typed(lines: readonly string[], policy: string, isAtOnce = false) {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const waiting = [...lines];
  let said = '';
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(input as unknown as typeof process.stdin);
  const type = () => {
    const line = waiting.shift();
    if (line === undefined) input.end();
    else input.write(`${line}\n`);
  };
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    if (!isAtOnce && /[:\]] $/.test(String(text))) setImmediate(type);
    return true;
  });
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  try {
    if (isAtOnce) input.write(`${lines.join('\n')}\n`);
    return { exit: await run(['init', '--policy', policy]), said };
  } finally {
    for (const spy of [out, err]) spy.mockRestore();
    vi.restoreAllMocks();
  }
}

const byHand = [
  ...['60e8de8d-8243-4bff-86c7-2aa35ef4cbf5', 'contoso'],
  ...['bg-1@contoso.onmicrosoft.com', 'bg-2@contoso.onmicrosoft.com', ''],
  ...['yes', '', 'smtp', 'watch@example.net', 'soc@contoso.com', '', '', 'none'],
  ...['', '', '', '', ''],
];

test('on a terminal it asks, says what for, offers defaults, and asks again what does not fit', async () => {
  const policy = path('policy.yaml');
  const wrong = ['contoso', '60e8de8d-8243-4bff-86c7-2aa35ef4cbf5', 'contoso'];
  const { exit, said } = await typed([...wrong, 'bg-1', 'a@b.c', '', ...byHand.slice(2)], policy);
  expect(exit).toBe(0);
  expect(said).toContain('Whose logs are watched.');
  expect(said).toContain('Tenant id: ');
  expect(said).toContain('[TEAMS_WEBHOOK_URL]: ');
  expect(said).toContain('That does not fit; allowed: a tenant id (a GUID');
  expect(said).toContain(
    'That does not fit; allowed: an object id (GUID) or a user principal name',
  );
  expect(said).toContain('That does not fit; allowed: 2 different accounts at least');
  const read = policyIn(policy);
  expect(read.tenants[0]?.accounts.emergency).toEqual(['a@b.c', byHand[2], byHand[3]]);
  expect(Object.keys(read.channels)).toEqual(['teams', 'mail']);
});

test('lines that are pasted at once are answers, each to its question', async () => {
  const policy = path('policy.yaml');
  const { exit } = await typed(byHand, policy, true);
  expect(exit).toBe(0);
  expect(policyIn(policy).tenants[0]?.accounts.emergency).toEqual([byHand[2], byHand[3]]);
});

test('an end of the input before the last question writes nothing', async () => {
  const policy = path('policy.yaml');
  const { exit, said } = await typed(byHand.slice(0, 4), policy);
  expect([exit, said]).toEqual([1, expect.stringContaining('nothing is written')]);
  expect(() => readFileSync(policy)).toThrow('ENOENT');
});

test('without a terminal it wants a file of answers', async () => {
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(new PassThrough() as never);
  try {
    const { exit, stderr } = await command(['init', '--policy', path('policy.yaml')]);
    expect([exit, stderr]).toEqual([2, expect.stringContaining('--answers FILE')]);
  } finally {
    vi.restoreAllMocks();
  }
});
