import { describe, expect, test } from 'vitest';
import { readConfig } from '../../shared/config.ts';
import { WatchError } from '../../shared/errors.ts';
import type { Environment } from '../../shared/settings/fault.ts';
import { readOwn } from '../../shared/settings/own-faults.ts';
import { ownForms } from '../../shared/settings/own-settings.ts';

const azurite = { GLASSWATCH_STORAGE: 'UseDevelopmentStorage=true' };
const account = { GLASSWATCH_STORAGE__accountName: 'glasswatch' };
const embedded = { ...azurite, GLASSWATCH_ALLOW_LOOPBACK: 'true' };
const secret = 'c2VjcmV0LWtleS1vZi1hbi1hY2NvdW50';

/** What a start with these settings ends with. */
function refusal(env: Environment): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof WatchError && error.code === 'CONFIG_INVALID') return error.message;
    throw error;
  }
  return 'nothing';
}

const graphOrigin = 'http://127.0.0.1:7090';
const vault = '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/x)';
const allowed = {
  GLASSWATCH_STORAGE: /allowed: the whole connection string of a storage account/,
  GLASSWATCH_STORAGE__accountName: /allowed: the name of the storage account .* 3 to 24 of a-z/,
  GLASSWATCH_EVIDENCE__accountName: /allowed: .* that holds the evidence: 3 to 24 of a-z and 0-9/,
  GLASSWATCH_STORAGE__clientId: /allowed: the client id of a user-assigned identity, a GUID/,
  GLASSWATCH_ALLOW_LOOPBACK: /allowed: true or false/,
  GLASSWATCH_DIRECTORY: /allowed: graph or file/,
  GLASSWATCH_GRAPH_ORIGIN: /allowed: http:\/\/127\.0\.0\.1:7090 or with another port/,
  GLASSWATCH_GRAPH_TOKEN: /allowed: a token, without blanks/,
  GLASSWATCH_PAGERDUTY_ORIGIN: /allowed: http:\/\/127\.0\.0\.1:7090 or with another port/,
  GLASSWATCH_POLICY: /allowed: the path of a policy file/,
};

type Wrong = [name: keyof typeof allowed, value: string, found: string];
const wrong: Wrong[] = [
  ['GLASSWATCH_STORAGE', 'yes', 'something else'],
  ['GLASSWATCH_STORAGE', `AccountKey=${secret}`, 'a connection string'],
  ['GLASSWATCH_STORAGE', vault, 'a reference to a Key Vault that was not resolved'],
  ['GLASSWATCH_STORAGE', 'https://glasswatch.blob.core.windows.net', 'a URL'],
  ['GLASSWATCH_STORAGE__accountName', 'Contoso', '"Contoso"'],
  ['GLASSWATCH_STORAGE__accountName', 'gw', '"gw"'],
  ['GLASSWATCH_STORAGE__accountName', ' glasswatch', 'blanks around it'],
  ['GLASSWATCH_STORAGE__accountName', '"glasswatch"', 'quotation marks around it'],
  ['GLASSWATCH_STORAGE__accountName', '<value>', 'a placeholder'],
  ['GLASSWATCH_STORAGE__accountName', `AccountName=a;AccountKey=${secret}`, 'a connection string'],
  ['GLASSWATCH_STORAGE__accountName', secret, `text of ${secret.length} characters`],
  ['GLASSWATCH_EVIDENCE__accountName', 'proof.blob.core', '"proof.blob.core"'],
  ['GLASSWATCH_STORAGE__clientId', 'gw-identity', '"gw-identity"'],
  ['GLASSWATCH_ALLOW_LOOPBACK', 'Yes, of course', 'text of 14 characters'],
  ['GLASSWATCH_ALLOW_LOOPBACK', 'TRUE', '"TRUE"'],
  ['GLASSWATCH_DIRECTORY', 'grpah', '"grpah"'],
  ['GLASSWATCH_DIRECTORY', '   ', 'only blanks'],
  // As keys look that somebody put into the wrong place.
  ['GLASSWATCH_DIRECTORY', 'Hunter2', 'text of 7 characters'],
  ['GLASSWATCH_DIRECTORY', '0a1b2c3d4e5f6a7b', 'text of 16 characters'],
  ['GLASSWATCH_GRAPH_ORIGIN', 'https://127.0.0.1:1', 'a URL'],
  ['GLASSWATCH_GRAPH_ORIGIN', 'http://127.0.0.1.example.com:1', 'a URL that is not https'],
  ['GLASSWATCH_GRAPH_TOKEN', `${secret} `, 'blanks around it'],
  ['GLASSWATCH_GRAPH_TOKEN', `${secret}\n${secret}`, 'more than one line'],
  ['GLASSWATCH_PAGERDUTY_ORIGIN', 'pager', '"pager"'],
  ['GLASSWATCH_POLICY', 'policy\u0000.yaml', 'text of 12 characters'],
];

describe('a setting of the wrong form', () => {
  test.each(wrong)('%s is named where it is %j', (name, value, found) => {
    const others = name === 'GLASSWATCH_STORAGE' ? {} : azurite;
    const said = refusal({ ...others, [name]: value });
    expect(said).toContain(`${name}: found ${found}; allowed: `);
    expect(said).toMatch(allowed[name]);
    expect(said).not.toContain(secret);
    // Whatever else that value contradicts, the setting is named once.
    expect(said.split(`${name}: `)).toHaveLength(2);
  });

  test('is tried for each setting that an operator sets', () => {
    const tried = new Set<string>(wrong.map(([name]) => name));
    const own = Object.keys(ownForms).filter((name) => name.startsWith('GLASSWATCH_'));
    expect(own.filter((name) => !tried.has(name))).toEqual([]);
  });

  test('hides no other: all of them are named at once', () => {
    const all = Object.fromEntries(wrong.map(([name, value]) => [name, value]));
    const said = refusal(all);
    for (const name of Object.keys(allowed)) expect(said).toContain(`${name}: `);
  });
});

describe('settings that contradict each other', () => {
  const inAzure = { WEBSITE_SITE_NAME: 'app' };
  const graph = {
    ...embedded,
    GLASSWATCH_GRAPH_ORIGIN: graphOrigin,
    GLASSWATCH_GRAPH_TOKEN: 'let-me',
  };
  test.each<[what: string, env: Environment, says: string]>([
    ['nothing tells where the state lies', {}, 'GLASSWATCH_STORAGE__accountName: missing; allowed'],
    [
      'two accounts',
      { ...account, GLASSWATCH_STORAGE: `AccountName=other;AccountKey=${secret}` },
      'GLASSWATCH_STORAGE: names another account than GLASSWATCH_STORAGE__accountName',
    ],
    [
      'two accounts, one by its address',
      {
        ...account,
        GLASSWATCH_STORAGE: `BlobEndpoint=https://other.blob.core.windows.net/;SharedAccessSignature=${secret}`,
      },
      'GLASSWATCH_STORAGE: names another account than GLASSWATCH_STORAGE__accountName',
    ],
    [
      'an account and Azurite',
      { ...account, ...azurite },
      'GLASSWATCH_STORAGE: names another account than',
    ],
    [
      'an account of the evidence alone',
      { ...azurite, GLASSWATCH_EVIDENCE__accountName: 'proof' },
      'GLASSWATCH_EVIDENCE__accountName: counts only beside GLASSWATCH_STORAGE__accountName',
    ],
    [
      'loopback in Azure',
      { ...account, ...inAzure, GLASSWATCH_ALLOW_LOOPBACK: 'true' },
      'GLASSWATCH_ALLOW_LOOPBACK: is for the embedded stack alone; allowed in Azure: false',
    ],
    [
      'a stand-in for Graph without loopback',
      { ...graph, GLASSWATCH_ALLOW_LOOPBACK: '' },
      'GLASSWATCH_GRAPH_ORIGIN: is for the embedded stack alone, with GLASSWATCH_ALLOW_LOOPBACK',
    ],
    [
      'a stand-in for PagerDuty without loopback',
      { ...azurite, GLASSWATCH_PAGERDUTY_ORIGIN: graphOrigin },
      'GLASSWATCH_PAGERDUTY_ORIGIN: is for the embedded stack alone',
    ],
    [
      'a stand-in for Graph without its token',
      { ...graph, GLASSWATCH_GRAPH_TOKEN: '' },
      'GLASSWATCH_GRAPH_TOKEN: missing; allowed: a token',
    ],
  ])('%s stops the start', (_, env, says) => {
    const said = refusal(env);
    expect(said).toContain(says);
    expect(said).not.toContain(secret);
  });

  test.each<[what: string, env: Environment, says: string]>([
    [
      'a connection string in Azure',
      { ...azurite, ...inAzure },
      'GLASSWATCH_STORAGE: found a key in a setting; better in Azure: GLASSWATCH_STORAGE__accountName',
    ],
    [
      'a token that nobody takes',
      { ...azurite, GLASSWATCH_GRAPH_TOKEN: secret },
      'GLASSWATCH_GRAPH_TOKEN: counts only beside GLASSWATCH_GRAPH_ORIGIN; leave it out',
    ],
    [
      'a stand-in for Graph that is not asked',
      { ...graph, GLASSWATCH_DIRECTORY: 'file' },
      'GLASSWATCH_GRAPH_ORIGIN: is not asked while GLASSWATCH_DIRECTORY is file',
    ],
  ])('%s is named, and stops nothing', (_, env, says) => {
    expect(refusal(env)).toBe('nothing');
    const { together } = readOwn(env);
    expect(together.map((fault) => `${fault.name}: ${fault.says}`)).toEqual([
      expect.stringContaining(says),
    ]);
    expect(JSON.stringify(together)).not.toContain(secret);
  });

  test.each([
    `AccountName=glasswatch;AccountKey=${secret}`,
    `BlobEndpoint=https://glasswatch.blob.core.windows.net/;SharedAccessSignature=${secret}`,
    `BlobEndpoint=https://logs.contoso.com/;AccountName=glasswatch;AccountKey=${secret}`,
    `BlobEndpoint=https://GlassWatch.blob.core.windows.net/;SharedAccessSignature=${secret}`,
  ])('an account and a connection string of the same contradict nothing: %s', (same) => {
    expect(refusal({ ...account, GLASSWATCH_STORAGE: same })).toBe('nothing');
  });

  test('in Azure an account by its name is all it takes', () => {
    expect(refusal({ ...account, ...inAzure })).toBe('nothing');
    expect(refusal(graph)).toBe('nothing');
  });
});
