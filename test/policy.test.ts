import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { detectionIdGroups, detectionIds } from '../shared/detect/detection-ids.ts';
import {
  defaultTenantPolicy,
  describePolicy,
  detectionSettings,
  formatProblem,
  type Policy,
  parsePolicy,
  policyJsonSchema,
  tenantPolicy,
} from '../shared/policy.ts';

const tenantId = '60e8de8d-8243-4bff-86c7-2aa35ef4cbf5';
const emergencyId = '21bab57f-dfe8-4077-afc0-1cb4e7805f93';
const minimal = `version: 1\ntenants: [{ id: ${tenantId}, name: contoso }]\n`;

const readText = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const exampleText = readText('../policy.example.yaml');

/** Every problem or warning, as printed. */
function linesOf(text: string, file = 'policy.yaml'): string[] {
  const result = parsePolicy(text, file);
  return ('problems' in result ? result.problems : result.warnings).map(formatProblem);
}

function policyOf(text: string): Policy {
  const result = parsePolicy(text, 'policy.yaml');
  if ('problems' in result) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.policy;
}

test('ten different mistakes are ten lines, each with its place', () => {
  const lines = linesOf(readText('data/policies/ten-mistakes.yaml'), 'ten-mistakes.yaml');

  expect(lines).toHaveLength(10);
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "ten-mistakes.yaml:5:14 tenants[0].usesPim: found "maybe"; allowed: true or false
    ten-mistakes.yaml:8:17 tenants[0].accounts.exposed[0]: found "21BAB57F-dfe8-4077-afc0-1cb4e7805f93", which is an emergency account as well; allowed: an emergency account in no other list
    ten-mistakes.yaml:9:42 tenants[0].privilegedRoles.remove[0]: Global Administrators are always watched; found "Global Administrator"; allowed: any other role
    ten-mistakes.yaml:10:21 tenants[0].knownNetworks[0]: found "198.51.100.300/24"; allowed: a network in CIDR notation, e.g. 198.51.100.0/24 or 2001:db8::/32
    ten-mistakes.yaml:12:17 tenants[0].workingHours.timezone: found "America/Los_Angles"; allowed: a time zone of the IANA list, e.g. Europe/Berlin (did you mean "America/Los_Angeles"?)
    ten-mistakes.yaml:13:24 tenants[0].workingHours.days[2]: found "mondey"; allowed: mon, tue, wed, thu, fri, sat, sun (did you mean "mon"?)
    ten-mistakes.yaml:17:3 detections.pasword-spray: found the unknown key "pasword-spray"; allowed: a detection id; \`npx glasswatch detections\` lists them (did you mean "password-spray"?)
    ten-mistakes.yaml:18:41 detections.breakglass-signin-success.enabled: nothing silences a break-glass account; found false; allowed: true
    ten-mistakes.yaml:22:17 channels.soc-teams.webhookUrl: secrets are never in the policy: name an environment variable, e.g. { env: TEAMS_WEBHOOK_URL }; found something else (not shown); allowed: { env: NAME }, NAME in capitals, digits and _
    ten-mistakes.yaml:24:39 routes[0].channels[0]: found the unknown channel "soc-teem"; allowed: "soc-teams" (did you mean "soc-teams"?)"
  `);
});

test('what the register and the attestations say wrongly is named', () => {
  const text = `version: 1
tenants:
  - id: ${tenantId}
    name: contoso
    accounts: { emergency: [${emergencyId}] }
    register:
      - { account: ${emergencyId}, kind: break-glass, owner: nobody }
      - { account: ada@contoso.com, kind: break-glass, owner: Ada }
      - { account: ben@contoso.com, kind: everyday, owner: Ben }
      - { account: ${emergencyId.toUpperCase()}, kind: shared, owner: Ben }
    attested:
      - { item: incident-plan-owner, by: Ada, until: 2027-06-31 }
      - { item: password-hash-sync, by: Ada, until: 2027-06-30 }
      - { item: password-hash-sync, by: Ben, until: 2027-06-30 }
digest: { at: "25:00", timezone: Mars }
detections:
  posture-admin-naming: { pattern: "(a+)+$" }
`;
  expect(linesOf(text).join('\n')).toMatchInlineSnapshot(`
    "policy.yaml:8:43 tenants[0].register[1].kind: a break-glass account is watched only if accounts.emergency names it; found break-glass for "ada@contoso.com"; allowed: an account of accounts.emergency, written the same
    policy.yaml:9:43 tenants[0].register[2].kind: found "everyday"; allowed: mixed-use, administration-only, shared, break-glass, automation, external
    policy.yaml:10:20 tenants[0].register[3].account: found "21BAB57F-DFE8-4077-AFC0-1CB4E7805F93" once more; allowed: one entry for each account
    policy.yaml:10:64 tenants[0].register[3].kind: found shared for "21BAB57F-DFE8-4077-AFC0-1CB4E7805F93"; allowed: break-glass: accounts.emergency names it
    policy.yaml:12:17 tenants[0].attested[0].item: found "incident-plan-owner"; allowed: admin-justification, admin-mail-forwarded, password-hash-sync, m365-guidance-reviewed, incident-plan-owners, on-premises-admins, incident-phases, m365-incident-handling, on-premises-protection, azure-monitoring, virtual-machine-accounts, app-provisioning, information-protection, task-level-approvals, joined-device-admins, incident-plan-validated, subscription-ownership (did you mean "incident-plan-owners"?)
    policy.yaml:12:54 tenants[0].attested[0].until: found "2027-06-31"; allowed: a date YYYY-MM-DD
    policy.yaml:14:17 tenants[0].attested[2].item: found "password-hash-sync" once more; allowed: one entry for each item
    policy.yaml:15:15 digest.at: found "25:00"; allowed: a time "HH:MM" from "00:00" to "23:59"
    policy.yaml:15:34 digest.timezone: found "Mars"; allowed: a time zone of the IANA list, e.g. Europe/Berlin
    policy.yaml:17:36 detections.posture-admin-naming.pattern: found "(a+)+$"; allowed: a regular expression of at most 200 characters, e.g. ^adm-"
  `);
});

test('a mistake is told once and a secret never', async () => {
  const text = readText('data/policies/traps.yaml');
  const lines = linesOf(text, 'traps.yaml');

  await expect(lines.join('\n')).toMatchFileSnapshot('data/policies/traps.lines.txt');
  expect(lines.join('\n')).not.toMatch(/S3cr3t|hunter2|12345|example\.net/i);
  expect(lines.every((line) => !/\p{Cc}/u.test(line))).toBe(true);
});

test.each([
  ['nothing', '', '1:1 (YAML): found an empty file'],
  ['a comment', '# later\n', '1:1 (YAML): found an empty file'],
  ['a list', '- a\n', '1:1 (policy): found a list; allowed: a map with the keys version'],
  ['a text', 'hello', '1:1 (policy): found "hello"'],
  ['a tab', 'version: 1\ntenants:\n\t- id: x', '3:1 (YAML): found a tab'],
  ['an open bracket', 'version: 1\ntenants: [\n', '3:1 (YAML): found'],
  ['two documents', `${minimal}---\na: 1`, '3:1 (YAML): found a second document'],
  ['a tag', 'version: !secret hunter2', '1:10 (YAML): found a tag'],
  ['a map as key', '{ a: 1 }: 2', '1:1 (YAML): found a map or list as a key'],
  ['an unknown alias', 'version: *one', '1:10 (YAML): found an alias without'],
  ['an alias of itself', 'version: 1\ntenants: &a [*a]', '2:14 tenants[0]: found a list'],
  ['an alias bomb', bomb(), '1:1 (YAML): found too many aliases'],
  ['a very deep list', `${'['.repeat(9000)}${']'.repeat(9000)}`, '1:'],
  ['a very long text', 'a'.repeat(1_000_001), '1:1 (YAML): found 1000001 characters'],
])('%s is one clear line', (_, text, beginning) => {
  const [line = '', ...others] = linesOf(text);

  expect(line.slice(0, `policy.yaml:${beginning}`.length)).toBe(`policy.yaml:${beginning}`);
  expect(line).toContain('; allowed: ');
  expect(line).not.toContain('hunter2');
  expect(others).toEqual([]);
});

function bomb(): string {
  const levels = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, i, all) =>
    i === 0
      ? 'a: &a [x]'
      : `${name}: &${name} [${Array(10)
          .fill(`*${all[i - 1]}`)
          .join(', ')}]`,
  );
  return levels.join('\n');
}

test('a mistake behind an anchor is told once, where it is written', () => {
  const text = `version: 1
tenants:
  - { id: ${tenantId}, name: a, knownCountries: &home [XX] }
  - { id: ${emergencyId}, name: b, knownCountries: *home }`;

  expect(linesOf(text)).toHaveLength(1);
  expect(linesOf(text)[0]).toMatch(/^policy\.yaml:3:\d+ tenants\[\d\]\.knownCountries\[0\]: /);
});

test('each missing key is told, at the line of its map', () => {
  const text = `version: 1\ntenants:\n  - id: ${tenantId}\n    name: a\n    workingHours:\n      days: [mon]`;

  expect(linesOf(text).map((line) => line.split(':').slice(1, 4).join(':'))).toEqual([
    '5:5 tenants[0].workingHours.timezone: found nothing; allowed',
    '5:5 tenants[0].workingHours.from: found nothing; allowed',
    '5:5 tenants[0].workingHours.to: found nothing; allowed',
  ]);
});

test.each([
  ['a misspelt section', 'chanels: { a: { type: teams, webhookUrl: { env: A } } }\n'],
  ['no channels', ''],
  ['channels of the wrong kind', 'channels: []\n'],
])('%s is not told again for every route', (_, channels) => {
  const routes =
    'routes: [{ minSeverity: low, channels: [a, b] }, { minSeverity: low, channels: [a] }]';

  expect(linesOf(minimal + channels + routes)).toHaveLength(1);
});

test('without a policy everything has its default', () => {
  expect(tenantPolicy(undefined, tenantId.toUpperCase())).toEqual({
    ...policyOf(minimal).tenants[0],
    name: tenantId.toUpperCase(),
  });
  expect(defaultTenantPolicy('any text')).toMatchObject({ id: 'any text', usesPim: false });
  const usual = { enabled: true, exclude: [] };
  expect(detectionSettings(undefined, 'breakglass-acts')).toEqual(usual);
  expect(detectionSettings(undefined, 'mfa-fatigue')).toEqual({
    ...usual,
    denials: 5,
    windowMinutes: 10,
    successWithinMinutes: 30,
  });
});

test('the example is right, and what it says of thresholds are the defaults', () => {
  expect(linesOf(exampleText)).toEqual([]);
  const policy = policyOf(exampleText);
  for (const id of ['password-spray', 'impossible-travel', 'pim-activation'] as const) {
    expect(detectionSettings(policy, id)).toEqual(detectionSettings(undefined, id));
  }
  expect(tenantPolicy(policy, tenantId.toUpperCase())?.name).toBe('contoso');
  expect(tenantPolicy(policy, emergencyId)).toBeUndefined();
});

test('ids, user principal names and networks are compared in lower case', () => {
  const text = `version: 1
tenants:
  - id: ${tenantId.toUpperCase()}
    name: Contoso
    accounts: { exposed: [CFO@Contoso.com] }
    knownNetworks: ["2001:DB8::/32"]`;

  expect(policyOf(text).tenants[0]).toMatchObject({
    id: tenantId,
    name: 'Contoso',
    accounts: { exposed: ['cfo@contoso.com'] },
    knownNetworks: ['2001:db8::/32'],
  });
});

test('JSON is a policy too', () => {
  const text = JSON.stringify({ version: 1, tenants: [{ id: tenantId, name: 'a' }] });

  expect(parsePolicy(text, 'policy.json')).toHaveProperty('policy');
});

test('role names are those of the built-in roles, unless others are given', () => {
  const text = minimal.replace(
    'contoso',
    'a, privilegedRoles: { add: [Reports Reeder], remove: [Company Administrator] }',
  );
  const textWith = (role: string) =>
    text.replace('Reports Reeder', role).replace(/, remove: .*?\]/, '');
  const options = { roleNames: new Map([['my role', emergencyId]]) };

  const result = parsePolicy(text, 'policy.yaml');
  expect('problems' in result && result.problems.map(({ message }) => message)).toEqual([
    expect.stringMatching(/unknown role "Reports Reeder".*did you mean "Reports Reader"\?/),
    expect.stringMatching(
      /^Global Administrators are always watched; found "Company Administrator"/,
    ),
  ]);
  expect(parsePolicy(textWith('My role'), 'policy.yaml', options)).toHaveProperty('policy');
  expect(parsePolicy(textWith('My role'), 'policy.yaml')).toHaveProperty('problems');
  expect(parsePolicy(textWith(emergencyId), 'policy.yaml')).toHaveProperty('policy');
});

test('a policy that tells nobody of critical findings is warned of, with its place', () => {
  const route = 'routes: [{ minSeverity: high, channels: [a], detections: [pim-activation] }]';
  const channel = 'channels: { a: { type: teams, webhookUrl: { env: A } } }\n';

  expect(linesOf(minimal)[0]).toMatch(/^policy\.yaml:1:1 routes: warning: critical findings reach/);
  expect(linesOf(minimal + channel + route)[0]).toMatch(/^policy\.yaml:4:1 routes: warning: /);
  const lowered = `${exampleText.replace('detections:', 'detections:\n  breakglass-acts: { severity: low }')}`;
  expect(linesOf(lowered)).toEqual([
    expect.stringContaining('warning: a used break-glass account'),
  ]);
});

test('what is found is cut and cleaned', () => {
  const name = `\\e[31m\\u202e${'x'.repeat(70)}\\n`;
  const [line = ''] = linesOf(minimal.replace('contoso', `"${name}"`));

  expect(line).toContain(`found "[31m${'x'.repeat(55)}…"; allowed: a name of 1 to 64`);
});

test('the JSON Schema accepts the example and refuses a wrong policy', () => {
  const ajv = new Ajv2020({ allErrors: true });
  formats.default(ajv);
  const isValid = ajv.compile(policyJsonSchema());
  const example = parse(exampleText);

  expect(isValid(example), JSON.stringify(isValid.errors)).toBe(true);
  expect(isValid({ ...example, version: 2 })).toBe(false);
  expect(isValid({ ...example, detections: { 'pasword-spray': {} } })).toBe(false);
  const literal = { type: 'teams', webhookUrl: 'https://example.net' };
  expect(isValid({ ...example, channels: { a: literal } })).toBe(false);
});

test('check says in plain words what the policy means', async () => {
  const facts = {
    env: { SMTP_URL: 'smtps://user:hunter2@example.net' },
    built: new Set(detectionIds.filter((id) => id !== 'admin-new-device')),
    now: new Date('2027-04-01T00:00:00Z'),
  };

  const text = describePolicy(policyOf(exampleText), facts);

  await expect(`${text}\n`).toMatchFileSnapshot('data/policies/example.meaning.txt');
  expect(text).not.toContain('hunter2');
});

test('a tenant without break-glass accounts is told loudly', () => {
  expect(describePolicy(policyOf(minimal))).toContain('!! NO BREAK-GLASS ACCOUNT');
  const one = minimal.replace('contoso', `contoso, accounts: { emergency: [${emergencyId}] }`);
  expect(describePolicy(policyOf(one))).toContain('!! ONLY ONE BREAK-GLASS ACCOUNT');
});

test('the catalogue has 166 ids, none of them twice', () => {
  const sizes = Object.values(detectionIdGroups).map((ids) => ids.length);
  expect(sizes).toEqual([24, 54, 21, 14, 37, 16]);
  expect(new Set(detectionIds).size).toBe(166);
});

test('no text makes it throw, and every problem is one line', () => {
  const pieces = [
    ...exampleText.split(/(?<=[\s:,[\]{}])/),
    '\t',
    '*a',
    '&a ',
    '__proto__: ',
    '? ',
    '!x ',
  ];
  const garbled = fc
    .array(fc.constantFrom(...pieces), { maxLength: 60 })
    .map((all) => all.join(''));
  const cut = fc
    .tuple(fc.nat(exampleText.length), fc.nat(40), fc.string())
    .map(
      ([start, length, text]) =>
        exampleText.slice(0, start) + text + exampleText.slice(start + length),
    );
  const text = fc.oneof(fc.string({ unit: 'binary' }), garbled, cut, fc.json());

  fc.assert(
    fc.property(text, (any) => {
      for (const line of linesOf(any))
        expect(line).toMatch(/^policy\.yaml:[1-9]\d*:[1-9]\d* [^\n]+$/);
    }),
    { numRuns: 500 },
  );
});
